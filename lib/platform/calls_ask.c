#include <string.h>

#include "jaxl/calls.h"
#include "platform/body.h"
#include "platform/query.h"

int jaxl_calls_create(struct jaxl_session *s, const struct jaxl_calls_order *order,
                      struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_buf body;
    int rc;

    jaxl_buf_init(&body, JAXL_JSON_MAX);
    (void)jaxl_buf_reserve(&body, 4096); /* with a signed total in it: see jaxl_buf_wipe */
    rc = jaxl_calls_body(order, &body, err);
    if (!rc)
        rc = jaxl_query_send_body(s, JAXL_CALLS_TOKEN, (const int64_t[2]){0, 0}, &body, NULL, a,
                                  err);
    jaxl_buf_wipe(&body);
    return rc;
}

static int need_currency(enum jaxl_endpoint endpoint, const int64_t *currency,
                         struct jaxl_error *err)
{
    return currency && *currency
               ? 0
               : jaxl_body_refuse(endpoint, err, "currency is needed: 1 for USD, 2 for INR");
}

int jaxl_calls_list(struct jaxl_session *s, const struct jaxl_calls_filter *filter,
                    struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_calls_filter, INT, currency),
        JAXL_QUERY_PAGE(struct jaxl_calls_filter),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, start_time),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, end_time),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, direction),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, from_number),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, to_number),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, our_numbers),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, other_numbers),
        JAXL_QUERY(struct jaxl_calls_filter, CHOICE, campaign),
        JAXL_QUERY(struct jaxl_calls_filter, INT, campaign_id),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, tag),
        JAXL_QUERY(struct jaxl_calls_filter, CHOICE, tag_operator),
        JAXL_QUERY(struct jaxl_calls_filter, CHOICE, missed),
        JAXL_QUERY(struct jaxl_calls_filter, TEXT, duration),
        JAXL_QUERY(struct jaxl_calls_filter, CHOICE, ivr),
        JAXL_QUERY(struct jaxl_calls_filter, CHOICE, recording),
        JAXL_QUERY(struct jaxl_calls_filter, CHOICE, voicemail),
        JAXL_QUERY(struct jaxl_calls_filter, CHOICE, bot),
        JAXL_QUERY(struct jaxl_calls_filter, TEXTS, aid),
        JAXL_QUERY(struct jaxl_calls_filter, TEXTS, tid),
    };
    int rc = need_currency(JAXL_CALLS_LIST, filter ? &filter->currency : NULL, err);

    return rc ? rc
              : jaxl_query_ask(s, JAXL_CALLS_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_calls_get(struct jaxl_session *s, int64_t call, int64_t currency, struct jaxl_answer *a,
                   struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {{"currency", JAXL_QUERY_INT, 0}};

    return jaxl_query_ask(s, JAXL_CALLS_GET, call, JAXL_QUERY_FIELDS(fields), &currency, a, err);
}

int jaxl_calls_usage(struct jaxl_session *s, const struct jaxl_calls_usage_filter *filter,
                     struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_calls_usage_filter, INT, currency),
        JAXL_QUERY(struct jaxl_calls_usage_filter, TEXT, start_time),
        JAXL_QUERY(struct jaxl_calls_usage_filter, TEXT, end_time),
    };
    int rc = need_currency(JAXL_CALLS_USAGE, filter ? &filter->currency : NULL, err);

    return rc ? rc
              : jaxl_query_ask(s, JAXL_CALLS_USAGE, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_calls_report(struct jaxl_session *s, const struct jaxl_calls_report *filter,
                      struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_calls_report, TEXT, date_range),
        JAXL_QUERY(struct jaxl_calls_report, TEXTS, fields),
        JAXL_QUERY(struct jaxl_calls_report, TEXTS, eid),
        JAXL_QUERY(struct jaxl_calls_report, TEXTS, tid),
        JAXL_QUERY(struct jaxl_calls_report, TEXTS, tag),
        JAXL_QUERY(struct jaxl_calls_report, TEXTS, our_number),
        JAXL_QUERY(struct jaxl_calls_report, TEXTS, other_number),
    };

    return jaxl_query_ask(s, JAXL_CALLS_REPORT, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_calls_audio(struct jaxl_session *s, int64_t call, struct jaxl_answer *a,
                     struct jaxl_error *err)
{
    return jaxl_query_ask(s, JAXL_CALLS_AUDIO, call, NULL, 0, NULL, a, err);
}

int jaxl_calls_tag(struct jaxl_session *s, int64_t call, const char *name, const char *rationale,
                   struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_param needed = {"name", name};
    struct jaxl_body b;
    int rc = jaxl_body_need(JAXL_CALLS_TAG, &needed, 1, err);

    if (rc)
        return rc;
    jaxl_body_begin(&b);
    jaxl_json_write_member(&b.w, "name", name);
    if (rationale)
        jaxl_json_write_member(&b.w, "rationale", rationale);
    return jaxl_body_send(&b, s, JAXL_CALLS_TAG, call, 0, a, err);
}

int jaxl_calls_metadata(struct jaxl_session *s, int64_t call, const char *json,
                        struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;
    struct jaxl_buf body;
    int rc = jaxl_json_doc_new(&doc, 0);

    if (rc)
        return jaxl_error_set(err, rc, "calls metadata: out of memory");
    if (jaxl_json_parse(doc, json, strlen(json), &root, NULL) || !jaxl_body_is_flat(root))
        rc = jaxl_body_refuse(JAXL_CALLS_METADATA, err,
                              "metadata is not a flat JSON object, such as {\"lead\": \"L-17\"}");
    jaxl_json_doc_free(&doc);
    if (rc)
        return rc;
    jaxl_buf_init(&body, JAXL_JSON_MAX);
    jaxl_buf_puts(&body, json);
    return jaxl_query_send_body(s, JAXL_CALLS_METADATA, (const int64_t[2]){call, 0}, &body, NULL, a,
                                err);
}
