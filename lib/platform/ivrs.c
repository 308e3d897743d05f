#include <string.h>
#include <strings.h>

#include "jaxl/ivrs.h"
#include "platform/body.h"
#include "platform/query.h"

bool jaxl_ivrs_is_https(const char *url)
{
    if (strncasecmp(url, "https://", 8) != 0 || !url[8] || strchr("/?#:", url[8]))
        return false;
    for (; *url; url++)
        if ((unsigned char)*url <= ' ' || *url == 0x7f)
            return false;
    return true;
}

int jaxl_ivrs_body(const struct jaxl_ivrs_menu *menu, struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_json_writer *w;
    int r;

    if (!menu->name || !*menu->name)
        return jaxl_error_set(err, JAXL_EARG, "an IVR needs a message or an https URL");
    if (menu->settings && jaxl_json_type(menu->settings) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EARG, "the settings of an IVR are an object");
    r = jaxl_json_writer_new(&w, out);
    if (r)
        return jaxl_error_set(err, r, "an IVR: out of memory");
    jaxl_json_write_object(w);
    jaxl_json_write_member(w, "name", menu->name);
    jaxl_json_write_key(w, "hangup");
    jaxl_json_write_bool(w, menu->hangup);
    if (menu->settings)
        jaxl_json_write_member_value(w, "settings", menu->settings);
    jaxl_json_write_end(w);
    r = jaxl_json_writer_check(w, err);
    jaxl_json_writer_free(&w);
    return r ? jaxl_error_prefix(err, r, "an IVR") : 0;
}

static bool all_positive(const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] < 1)
            return false;
    return n > 0;
}

static int check_cta(const struct jaxl_ivrs_cta *c, struct jaxl_error *err)
{
    int set = (c->next != 0) + !!c->phone_number + !!c->devices + !!c->appusers + !!c->teams +
              !!c->webhook;

    if (set != 1)
        return jaxl_error_set(err, JAXL_EARG,
                              "exactly one of next, phone, devices, appusers, teams and webhook is "
                              "needed, not %d",
                              set);
    if (c->next < 0 || (c->devices && !all_positive(c->devices, c->n_devices)) ||
        (c->appusers && !all_positive(c->appusers, c->n_appusers)) ||
        (c->teams && !all_positive(c->teams, c->n_teams)))
        return jaxl_error_set(err, JAXL_EARG, "an id is a whole number from 1");
    return 0;
}

static void write_ids(struct jaxl_json_writer *w, const char *key, const int64_t *ids, size_t n)
{
    jaxl_json_write_key(w, key);
    if (!ids) {
        jaxl_json_write_null(w);
        return;
    }
    jaxl_json_write_array(w);
    for (size_t i = 0; i < n; i++)
        jaxl_json_write_int(w, ids[i]);
    jaxl_json_write_end(w);
}

/* Teams are a "collection" of type 2 on the wire. */
static void write_teams(struct jaxl_json_writer *w, const struct jaxl_ivrs_cta *c)
{
    jaxl_json_write_key(w, "collections");
    if (!c->teams) {
        jaxl_json_write_null(w);
        return;
    }
    jaxl_json_write_object(w);
    write_ids(w, "collection_ids", c->teams, c->n_teams);
    jaxl_json_write_member_int(w, "type", 2);
    jaxl_json_write_end(w);
}

int jaxl_ivrs_cta_write(struct jaxl_json_writer *w, const struct jaxl_ivrs_cta *cta,
                        struct jaxl_error *err)
{
    int r = check_cta(cta, err);

    if (r)
        return r;
    jaxl_json_write_object(w);
    jaxl_json_write_key(w, "next");
    if (cta->next) {
        jaxl_json_write_int(w, cta->next);
        jaxl_json_write_member(w, "cta", NULL);
    } else {
        jaxl_json_write_null(w);
        jaxl_json_write_key(w, "cta");
        jaxl_json_write_object(w);
        jaxl_json_write_member(w, "phone_number", cta->phone_number);
        write_ids(w, "devices", cta->devices, cta->n_devices);
        write_ids(w, "appusers", cta->appusers, cta->n_appusers);
        write_teams(w, cta);
        jaxl_json_write_member(w, "webhook", cta->webhook);
        jaxl_json_write_end(w);
    }
    jaxl_json_write_end(w);
    return 0;
}

static int check_option(const struct jaxl_ivrs_option *o, struct jaxl_error *err)
{
    if (!o->name || !*o->name)
        return jaxl_error_set(err, JAXL_EARG, "an IVR option needs a message");
    if (o->input && !strchr("0123456789*#", o->input))
        return jaxl_error_set(err, JAXL_EARG,
                              "the input of an IVR option is one of 0 to 9, * and #");
    if (o->confirmation && !o->needs_data_prompt)
        return jaxl_error_set(err, JAXL_EARG, "confirmation goes only with a data prompt");
    return 0;
}

int jaxl_ivrs_option_body(const struct jaxl_ivrs_option *option, struct jaxl_buf *out,
                          struct jaxl_error *err)
{
    struct jaxl_json_writer *w;
    char input[2] = {option->input, '\0'};
    int r = check_option(option, err);

    if (r)
        return r;
    r = jaxl_json_writer_new(&w, out);
    if (r)
        return jaxl_error_set(err, r, "an IVR option: out of memory");
    jaxl_json_write_object(w);
    jaxl_json_write_member(w, "name", option->name);
    if (option->input)
        jaxl_json_write_member(w, "input", input);
    jaxl_json_write_key(w, "next_or_cta");
    r = jaxl_ivrs_cta_write(w, &option->cta, err);
    jaxl_json_write_key(w, "enabled");
    jaxl_json_write_bool(w, !option->disabled);
    jaxl_json_write_member(w, "needs_data_prompt", option->needs_data_prompt);
    jaxl_json_write_key(w, "confirmation");
    jaxl_json_write_bool(w, option->confirmation);
    if (option->webhook_url || option->no_webhook_url)
        jaxl_json_write_member(w, "webhook_url", option->webhook_url);
    jaxl_json_write_end(w);
    if (!r)
        r = jaxl_json_writer_check(w, err);
    jaxl_json_writer_free(&w);
    return r ? jaxl_error_prefix(err, r, "IVR option '%s'", option->input ? input : option->name)
             : 0;
}

int jaxl_ivrs_id_read(const struct jaxl_json *answer, int64_t *id, struct jaxl_error *err)
{
    if (jaxl_json_int(jaxl_json_get(answer, "id"), id) || *id < 1)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer has no id");
    return 0;
}

int jaxl_ivrs_list(struct jaxl_session *s, const struct jaxl_ivrs_filter *filter,
                   struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_ivrs_filter, CHOICE, assigned),
        JAXL_QUERY(struct jaxl_ivrs_filter, TEXT, duration),
        JAXL_QUERY_PAGE(struct jaxl_ivrs_filter),
    };

    return jaxl_query_ask(s, JAXL_IVRS_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_ivrs_get(struct jaxl_session *s, int64_t ivr, const char *duration, struct jaxl_answer *a,
                  struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {{"duration", JAXL_QUERY_TEXT, 0}};

    return jaxl_query_ask(s, JAXL_IVRS_GET, ivr, JAXL_QUERY_FIELDS(fields), &duration, a, err);
}

int jaxl_ivrs_create(struct jaxl_session *s, const struct jaxl_ivrs_menu *menu,
                     struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_buf body;
    int rc;

    jaxl_buf_init(&body, JAXL_JSON_MAX);
    rc = jaxl_ivrs_body(menu, &body, err);
    if (!rc)
        rc = jaxl_query_send_body(s, JAXL_IVRS_CREATE, (const int64_t[2]){0, 0}, &body, NULL, a,
                                  err);
    jaxl_buf_free(&body);
    return rc;
}

int jaxl_ivrs_update(struct jaxl_session *s, int64_t ivr, const char *name, enum jaxl_choice hangup,
                     struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_body b;

    if ((!name && hangup == JAXL_ANY) || (name && !*name))
        return jaxl_body_refuse(JAXL_IVRS_UPDATE, err, "%s",
                                name ? "name is empty" : "one of name and hangup is needed");
    jaxl_body_begin(&b);
    if (name)
        jaxl_json_write_member(&b.w, "name", name);
    if (hangup != JAXL_ANY) {
        jaxl_json_write_key(&b.w, "hangup");
        jaxl_json_write_bool(&b.w, hangup == JAXL_YES);
    }
    return jaxl_body_send(&b, s, JAXL_IVRS_UPDATE, ivr, 0, a, err);
}

int jaxl_ivrs_options(struct jaxl_session *s, int64_t ivr, const struct jaxl_page *page,
                      struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_page, INT, limit),
        JAXL_QUERY(struct jaxl_page, INT, offset),
    };

    return jaxl_query_ask(s, JAXL_IVR_OPTIONS_LIST, ivr, JAXL_QUERY_FIELDS(fields), page, a, err);
}

static int send_option(struct jaxl_session *s, enum jaxl_endpoint endpoint, const int64_t ids[2],
                       const struct jaxl_ivrs_option *option, struct jaxl_answer *a,
                       struct jaxl_error *err)
{
    struct jaxl_buf body;
    int rc;

    jaxl_buf_init(&body, JAXL_JSON_MAX);
    rc = jaxl_ivrs_option_body(option, &body, err);
    if (!rc)
        rc = jaxl_query_send_body(s, endpoint, ids, &body, NULL, a, err);
    jaxl_buf_free(&body);
    return rc;
}

int jaxl_ivrs_option_create(struct jaxl_session *s, int64_t ivr,
                            const struct jaxl_ivrs_option *option, struct jaxl_answer *a,
                            struct jaxl_error *err)
{
    if (!option->input)
        return jaxl_body_refuse(JAXL_IVR_OPTIONS_CREATE, err,
                                "input is needed: one of 0 to 9, * and #");
    return send_option(s, JAXL_IVR_OPTIONS_CREATE, (const int64_t[2]){ivr, 0}, option, a, err);
}

int jaxl_ivrs_option_update(struct jaxl_session *s, int64_t ivr, int64_t id,
                            const struct jaxl_ivrs_option *option, struct jaxl_answer *a,
                            struct jaxl_error *err)
{
    struct jaxl_ivrs_option change = *option;

    change.input = '\0'; /* which cannot be changed */
    return send_option(s, JAXL_IVR_OPTIONS_UPDATE, (const int64_t[2]){ivr, id}, &change, a, err);
}

int jaxl_ivrs_option_enable(struct jaxl_session *s, int64_t ivr, int64_t id, bool enabled,
                            struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_body b;

    jaxl_body_begin(&b);
    jaxl_json_write_key(&b.w, "enabled");
    jaxl_json_write_bool(&b.w, enabled);
    return jaxl_body_send(&b, s, JAXL_IVR_OPTIONS_UPDATE, ivr, id, a, err);
}
