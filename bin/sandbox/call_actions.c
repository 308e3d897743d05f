/* What is done to one call: read, hung up, tagged, annotated. */
#include <string.h>

#include "sandbox/request.h"

enum { MAX_TAGS = 32, MAX_METAS = 64 };

struct call *call_asked(struct world *w, struct request *r)
{
    struct call *c = call_find(w, r->ids[0]);

    if (!c)
        refuse(r, 404, "NOT_FOUND", NULL, "no call has the id %lld", (long long)r->ids[0]);
    return c;
}

static void get(struct world *w, struct request *r)
{
    struct call *c = call_asked(w, r);
    int64_t currency;

    if (!c || !param_currency(r, false, &currency))
        return;
    r->status = 200;
    call_write(w, r->out, c, r->now);
}

void not_kept(struct request *r)
{
    refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the change could not be kept");
}

static void hangup(struct world *w, struct request *r)
{
    struct call *c = call_asked(w, r);
    struct call_view v;

    if (!c)
        return;
    call_view(c, r->now, &v);
    if (v.over) {
        refuse(r, 400, "CALL_ALREADY_OVER", NULL, "the call is over");
    } else if (call_cut(w, c, r->now)) {
        not_kept(r);
    } else {
        play_hung_up(w, c, r->now);
        r->status = 200;
        jaxl_json_write_object(r->out);
        jaxl_json_write_end(r->out);
    }
}

static void add_tag(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"name", F_STRING, 64},
                                          {"rationale", F_STRING | F_NULL | F_OPTIONAL, 1024}};
    struct call *c = call_asked(w, r);
    const char *name;

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    name = jaxl_json_string(jaxl_json_get(r->json, "name"), "");
    for (size_t i = 0; c->extra && i < c->extra->n_tags; i++)
        if (strcmp(c->extra->tags[i].name, name) == 0 || i + 1 >= MAX_TAGS) {
            refuse(r, 412, "TAG_NOT_ADDED", "name", "the call has this tag, or %d others, already",
                   MAX_TAGS);
            return;
        }
    if (call_tag(w, c, name, jaxl_json_string(jaxl_json_get(r->json, "rationale"), NULL), r->now)) {
        not_kept(r);
        return;
    }
    r->status = 200;
    tag_write(r->out, &c->extra->tags[c->extra->n_tags - 1]);
}

static bool metadata_ok(struct request *r, const struct call *c)
{
    size_t n = c->extra ? c->extra->n_metas : 0;

    for (const struct jaxl_json *v = jaxl_json_first(r->json); v; v = jaxl_json_next(v)) {
        const char *key = jaxl_json_key(v, NULL);
        enum jaxl_json_type type = jaxl_json_type(v);
        if (strcmp(key, METADATA_INPUTS) == 0 || strcmp(key, METADATA_LIVE) == 0)
            return refuse(r, 403, "BACKEND_OWNED_KEY", key, "the platform keeps this key itself");
        if (type == JAXL_JSON_OBJECT || type == JAXL_JSON_ARRAY)
            return refuse(r, 400, "INVALID_FIELD", key, "metadata is flat: no objects, no lists");
        if (++n > MAX_METAS)
            return refuse(r, 400, "INVALID_FIELD", key, "at most %d keys", MAX_METAS);
    }
    return true;
}

static void add_metadata(struct world *w, struct request *r)
{
    struct call *c = call_asked(w, r);
    struct call_view v;

    if (!c || !metadata_ok(r, c))
        return;
    if (call_merge(w, c, r->json, r->now)) {
        not_kept(r);
        return;
    }
    call_view(c, r->now, &v);
    r->status = 200;
    metadata_write(r->out, c->extra, v.digit);
}

#define ID "(\\d{1,18})"
static const char *const get_params[] = {"currency", NULL};

const struct route call_action_routes[] = {
    {CALLS, "GET", "/v1/calls/" ID "/", get_params, 0, get},
    {CALLS, "GET", "/v1/calls/" ID "/hangup/", NULL, 0, hangup},
    {CALLS, "POST", "/v1/calls/" ID "/tags/", NULL, ROUTE_JSON, add_tag},
    {CALLS, "POST", "/v1/calls/" ID "/metadata/", NULL, ROUTE_JSON, add_metadata},
    {0},
};
