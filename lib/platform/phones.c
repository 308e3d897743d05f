#include <string.h>

#include "jaxl/phones.h"
#include "platform/body.h"
#include "platform/query.h"

int jaxl_phones_list(struct jaxl_session *s, const struct jaxl_phones_filter *filter,
                     struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_phones_filter, TEXT, uid),
        JAXL_QUERY(struct jaxl_phones_filter, TEXT, status),
        JAXL_QUERY(struct jaxl_phones_filter, TEXTS, additional_status),
        JAXL_QUERY(struct jaxl_phones_filter, INT, ivr),
        JAXL_QUERY(struct jaxl_phones_filter, TEXT, provider),
        JAXL_QUERY_PAGE(struct jaxl_phones_filter),
    };

    return jaxl_query_ask(s, JAXL_PHONES_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

static int check_change(const struct jaxl_phones_change *c, struct jaxl_error *err)
{
    static const char *const strategies[] = {"BROADCAST", "ROUND_ROBIN", NULL};

    if (!c->assign && !c->frontdesk && !c->ringing_strategy)
        return jaxl_body_refuse(JAXL_PHONES_UPDATE, err,
                                "one of ivr, frontdesk and ringing_strategy is needed");
    if (c->assign && c->ivr < 0)
        return jaxl_body_refuse(JAXL_PHONES_UPDATE, err,
                                "ivr is a whole number from 1, or 0 for none");
    return c->ringing_strategy ? jaxl_body_one_of(JAXL_PHONES_UPDATE, "ringing_strategy",
                                                  c->ringing_strategy, strategies, err)
                               : 0;
}

static int write_frontdesk(struct jaxl_body *b, const char *text, struct jaxl_error *err)
{
    const struct jaxl_json *value;
    struct jaxl_json_doc *doc;
    int rc = jaxl_json_doc_new(&doc, 0);

    if (rc)
        return jaxl_error_set(err, rc, "phones ivrs: out of memory");
    if (jaxl_json_parse(doc, text, strlen(text), &value, err))
        rc = jaxl_body_refuse(JAXL_PHONES_UPDATE, err, "frontdesk is not JSON");
    else
        jaxl_json_write_member_value(&b->w, "frontdesk", value);
    jaxl_json_doc_free(&doc);
    return rc;
}

int jaxl_phones_update(struct jaxl_session *s, int64_t phone,
                       const struct jaxl_phones_change *change, struct jaxl_answer *a,
                       struct jaxl_error *err)
{
    struct jaxl_body b;
    int rc = check_change(change, err);

    if (rc)
        return rc;
    jaxl_body_begin(&b);
    if (change->assign && change->ivr)
        jaxl_json_write_member_int(&b.w, "ivr", change->ivr);
    else if (change->assign)
        jaxl_json_write_member(&b.w, "ivr", NULL);
    if (change->frontdesk)
        rc = write_frontdesk(&b, change->frontdesk, err);
    if (change->ringing_strategy)
        jaxl_json_write_member(&b.w, "ringing_strategy", change->ringing_strategy);
    if (!rc)
        return jaxl_body_send(&b, s, JAXL_PHONES_UPDATE, phone, 0, a, err);
    jaxl_body_drop(&b);
    return rc;
}

int jaxl_phones_search(struct jaxl_session *s, const struct jaxl_phones_search *search,
                       struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_phones_search, TEXT, iso_country_code),
        JAXL_QUERY(struct jaxl_phones_search, TEXT, resource),
        JAXL_QUERY(struct jaxl_phones_search, TEXT, intent),
        JAXL_QUERY(struct jaxl_phones_search, TEXT, region),
        JAXL_QUERY(struct jaxl_phones_search, TEXT, locality),
        JAXL_QUERY(struct jaxl_phones_search, TEXT, contains),
    };
    static const char *const resources[] = {"local", "mobile", "toll_free", NULL};
    const struct jaxl_param needed[] = {{"iso_country_code", search->iso_country_code},
                                        {"resource", search->resource}};
    int rc = jaxl_body_need(JAXL_PHONES_SEARCH, needed, 2, err);

    if (!rc)
        rc = jaxl_body_one_of(JAXL_PHONES_SEARCH, "resource", search->resource, resources, err);
    return rc ? rc
              : jaxl_query_ask(s, JAXL_PHONES_SEARCH, 0, JAXL_QUERY_FIELDS(fields), search, a, err);
}
