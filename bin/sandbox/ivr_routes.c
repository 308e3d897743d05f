/* The paths of IVRs and their options. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sandbox/request.h"

enum { NAME_MAX_BYTES = 8192, OPTION_TEXT_MAX = 2048 };

static void write_text(struct jaxl_json_writer *j, const char *key, const char *json)
{
    jaxl_json_write_key(j, key);
    if (json)
        jaxl_json_write_raw(j, json, strlen(json));
    else
        jaxl_json_write_null(j);
}

static void write_bool(struct jaxl_json_writer *j, const char *key, bool v)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_bool(j, v);
}

static bool is_assigned(const struct world *w, int64_t id)
{
    for (size_t i = 0; i < w->n_own; i++)
        if (w->own[i].ivr == id)
            return true;
    return false;
}

/* The numbers that an IVR is assigned to. */
static void write_phones(const struct world *w, struct jaxl_json_writer *j, int64_t id)
{
    char number[E164_TEXT];

    jaxl_json_write_key(j, "phone");
    jaxl_json_write_array(j);
    for (size_t i = 0; i < w->n_own; i++)
        if (w->own[i].ivr == id)
            jaxl_json_write_string(j, e164_format(w->own[i].number, number));
    jaxl_json_write_end(j);
}

static void write_ivr(const struct world *w, struct jaxl_json_writer *j, int64_t id,
                      const struct ivr *ivr)
{
    bool ready = ivr->hangup || ivr->n_options || strncasecmp(ivr->name, "https://", 8) == 0;

    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", id);
    jaxl_json_write_member(j, "name", ivr->name);
    jaxl_json_write_member(j, "status", ready ? "READY_TO_ASSIGN" : "DRAFT");
    jaxl_json_write_member_int(j, "avg_time_spent", ivr->n_calls ? ivr->seconds / ivr->n_calls : 0);
    write_text(j, "analytics", "[]");
    jaxl_json_write_member_int(j, "created_by", APP_USER_ID);
    write_bool(j, "hangup", ivr->hangup);
    write_phones(w, j, id);
    write_text(j, "settings", ivr->settings);
    jaxl_json_write_end(j);
}

static void write_option(struct jaxl_json_writer *j, int64_t ivr, const struct ivr_option *o)
{
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", o->id);
    jaxl_json_write_member(j, "name", o->name);
    jaxl_json_write_member_int(j, "menu", ivr);
    jaxl_json_write_key(j, "input");
    jaxl_json_write_string_n(j, &o->input, 1);
    write_bool(j, "enabled", o->enabled);
    jaxl_json_write_key(j, "next");
    if (o->next)
        jaxl_json_write_int(j, o->next);
    else
        jaxl_json_write_null(j);
    write_text(j, "cta", o->cta);
    jaxl_json_write_member(j, "needs_data_prompt", o->prompt);
    write_bool(j, "confirmation", o->confirmation);
    jaxl_json_write_member(j, "webhook_url", o->webhook);
    jaxl_json_write_end(j);
}

static struct ivr *asked_ivr(struct world *w, struct request *r)
{
    struct ivr *ivr = ivr_find(w, r->ids[0]);

    if (!ivr)
        refuse(r, 404, "NOT_FOUND", NULL, "no IVR has the id %lld", (long long)r->ids[0]);
    return ivr;
}

static bool duration_ok(struct request *r)
{
    static const char *const durations[] = {"ONE_MINUTE", "ONE_HOUR",  "ONE_DAY",  "ONE_WEEK",
                                            "ONE_MONTH",  "SIX_MONTH", "ONE_YEAR", NULL};

    return param_each_of(r, "duration", durations);
}

static bool ivr_matches(const struct request *r, size_t i)
{
    const char *assigned = param_text(r, "assigned");

    return !assigned || is_assigned(r->world, (int64_t)i + 1) == (*assigned == 't');
}

static void write_nth(struct request *r, size_t i)
{
    write_ivr(r->world, r->out, (int64_t)i + 1, &r->world->ivrs.items[i]);
}

static void list(struct world *w, struct request *r)
{
    enum tristate assigned;

    if (!param_bool(r, "assigned", &assigned) || !duration_ok(r))
        return;
    wallet_balance(w, CURRENCY_USD, r->now); /* brings what IVRs know of their calls up to date */
    page_serve(r, w->ivrs.n, ivr_matches, write_nth);
}

static void get(struct world *w, struct request *r)
{
    struct ivr *ivr = asked_ivr(w, r);

    if (!ivr || !duration_ok(r))
        return;
    wallet_balance(w, CURRENCY_USD, r->now);
    r->status = 200;
    write_ivr(w, r->out, r->ids[0], ivr);
}

static bool name_ok(struct request *r, const char *name)
{
    if (!name)
        return refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
    if (strncasecmp(name, "http://", 7) == 0)
        return refuse(r, 400, "INVALID_FIELD", "name", "a webhook IVR needs an https:// URL");
    return true;
}

static void keep(struct world *w, struct request *r, int64_t id, const struct ivr *from, int status)
{
    if (ivr_put(w, id, from)) {
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the IVR could not be kept");
        return;
    }
    r->status = status;
    write_ivr(w, r->out, id, ivr_find(w, id));
}

static char *string_of(const struct jaxl_json *v, char *fallback)
{
    const char *text = v ? jaxl_json_string(v, NULL) : fallback;

    return text ? strdup(text) : NULL;
}

static void create(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"name", F_STRING, NAME_MAX_BYTES},
                                          {"hangup", F_BOOL, 0},
                                          {"settings", F_OBJECT | F_NULL | F_OPTIONAL, 0}};
    struct ivr ivr = {.created = r->now};

    if (!body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    ivr.name = string_of(jaxl_json_get(r->json, "name"), NULL);
    ivr.hangup = jaxl_json_bool(jaxl_json_get(r->json, "hangup"));
    if (!jaxl_json_is_null(jaxl_json_get(r->json, "settings")))
        ivr.settings = json_copy(jaxl_json_get(r->json, "settings"));
    if (name_ok(r, ivr.name))
        keep(w, r, (int64_t)w->ivrs.n + 1, &ivr, 201);
    free(ivr.name);
    free(ivr.settings);
}

static void update(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"name", F_STRING | F_OPTIONAL, NAME_MAX_BYTES},
                                          {"hangup", F_BOOL | F_OPTIONAL, 0}};
    struct ivr *ivr = asked_ivr(w, r), changed;
    const struct jaxl_json *hangup;

    if (!ivr || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    changed = *ivr;
    changed.name = string_of(jaxl_json_get(r->json, "name"), ivr->name);
    changed.settings = ivr->settings ? strdup(ivr->settings) : NULL;
    hangup = jaxl_json_get(r->json, "hangup");
    if (hangup)
        changed.hangup = jaxl_json_bool(hangup);
    if (name_ok(r, changed.name))
        keep(w, r, r->ids[0], &changed, 200);
    free(changed.name);
    free(changed.settings);
}

static void options(struct world *w, struct request *r)
{
    struct ivr *ivr = asked_ivr(w, r);
    struct page page;

    if (!ivr || !page_read(r, &page))
        return;
    page_open(w, r, &page, ivr->n_options);
    for (size_t i = page.offset; i < ivr->n_options && i - page.offset < page.limit; i++)
        write_option(r->out, r->ids[0], &ivr->options[i]);
    page_close(r);
}

static bool invalid(struct request *r, const char *field, const char *message)
{
    return refuse(r, 406, "INVALID_OPTION", field, "%s", message);
}

static bool take_target(struct world *w, struct request *r, struct ivr_option *o)
{
    const struct jaxl_json *v = jaxl_json_get(r->json, "next_or_cta");

    if (!v)
        return true;
    free(o->cta);
    o->cta = NULL;
    o->next = 0;
    return target_take(w, r, v, 406, "INVALID_OPTION", &o->next, &o->cta);
}

/* Takes what the body says over the copies in o. */
static bool take_option(struct world *w, struct request *r, struct ivr_option *o)
{
    const struct jaxl_json *v;
    struct {
        const char *name;
        char **text;
    } texts[] = {
        {"name", &o->name}, {"needs_data_prompt", &o->prompt}, {"webhook_url", &o->webhook}};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((v = jaxl_json_get(r->json, texts[i].name))) {
            free(*texts[i].text);
            *texts[i].text = string_of(v, NULL);
        }
    if ((v = jaxl_json_get(r->json, "enabled")))
        o->enabled = jaxl_json_bool(v);
    if ((v = jaxl_json_get(r->json, "confirmation")))
        o->confirmation = jaxl_json_bool(v);
    if (!o->name)
        return refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
    if (o->confirmation && !o->prompt)
        return invalid(r, "confirmation", "it goes only with needs_data_prompt");
    if (o->webhook && strncasecmp(o->webhook, "https://", 8) != 0)
        return invalid(r, "webhook_url", "it must be an https:// URL");
    return take_target(w, r, o);
}

static void serve_option(struct world *w, struct request *r, struct ivr_option *o, int status)
{
    if (take_option(w, r, o)) {
        if (ivr_put_option(w, r->ids[0], o)) {
            refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the option could not be kept");
        } else {
            r->status = status;
            write_option(r->out, r->ids[0], o);
        }
    }
    free(o->name);
    free(o->prompt);
    free(o->webhook);
    free(o->cta);
}

static void create_option(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"name", F_STRING, OPTION_TEXT_MAX},
                                          {"input", F_STRING, 1},
                                          {"next_or_cta", F_OBJECT, 0},
                                          {"enabled", F_BOOL, 0},
                                          {"needs_data_prompt", F_STRING | F_NULL, OPTION_TEXT_MAX},
                                          {"confirmation", F_BOOL, 0},
                                          {"webhook_url", F_STRING | F_NULL | F_OPTIONAL, 2048}};
    struct ivr *ivr = asked_ivr(w, r);
    struct ivr_option o = {.id = w->ivrs.next_option};

    if (!ivr || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    o.input = *jaxl_json_string(jaxl_json_get(r->json, "input"), "");
    if (!strchr("0123456789*#", o.input)) {
        invalid(r, "input", "it must be one of 0 to 9, * and #");
        return;
    }
    for (size_t i = 0; i < ivr->n_options; i++)
        if (ivr->options[i].input == o.input) {
            refuse(r, 409, "INPUT_TAKEN", "input", "the IVR has an option for this input already");
            return;
        }
    serve_option(w, r, &o, 201);
}

static void update_option(struct world *w, struct request *r)
{
    static const struct field fields[] = {
        {"name", F_STRING | F_OPTIONAL, OPTION_TEXT_MAX},
        {"next_or_cta", F_OBJECT | F_OPTIONAL, 0},
        {"enabled", F_BOOL | F_OPTIONAL, 0},
        {"needs_data_prompt", F_STRING | F_NULL | F_OPTIONAL, OPTION_TEXT_MAX},
        {"confirmation", F_BOOL | F_OPTIONAL, 0},
        {"webhook_url", F_STRING | F_NULL | F_OPTIONAL, 2048}};
    struct ivr *ivr = asked_ivr(w, r);
    struct ivr_option o;
    size_t i;

    if (!ivr || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    for (i = 0; i < ivr->n_options && ivr->options[i].id != r->ids[1]; i++)
        ;
    if (i == ivr->n_options) {
        refuse(r, 404, "NOT_FOUND", NULL, "the IVR has no option with this id");
        return;
    }
    o = ivr->options[i];
    o.name = string_of(NULL, o.name);
    o.prompt = string_of(NULL, o.prompt);
    o.webhook = string_of(NULL, o.webhook);
    o.cta = string_of(NULL, o.cta);
    serve_option(w, r, &o, 200);
}

#define ID "(\\d{1,18})"
static const char *const list_params[] = {"assigned", "duration", "limit", "offset", NULL};
static const char *const get_params[] = {"duration", NULL};

const struct route ivr_routes[] = {
    {CALLS, "GET", "/v1/ivr/", list_params, 0, list},
    {CALLS, "POST", "/v1/ivr/", NULL, ROUTE_JSON, create},
    {CALLS, "GET", "/v1/ivr/" ID "/", get_params, 0, get},
    {CALLS, "PATCH", "/v1/ivr/" ID "/", NULL, ROUTE_JSON, update},
    {CALLS, "GET", "/v1/ivr/" ID "/options/", params_page, 0, options},
    {CALLS, "POST", "/v1/ivr/" ID "/options/", NULL, ROUTE_JSON, create_option},
    {CALLS, "PATCH", "/v1/ivr/" ID "/options/" ID "/", NULL, ROUTE_JSON, update_option},
    {0},
};
