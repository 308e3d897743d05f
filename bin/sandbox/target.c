/* next_or_cta: where a call goes on, in an IVR option and in a transfer. */
#include <string.h>
#include <strings.h>

#include "sandbox/request.h"

static bool ids_ok(const struct jaxl_json *v)
{
    int64_t id;

    if (jaxl_json_type(v) != JAXL_JSON_ARRAY || !jaxl_json_count(v))
        return false;
    for (const struct jaxl_json *e = jaxl_json_first(v); e; e = jaxl_json_next(e))
        if (jaxl_json_type(e) != JAXL_JSON_NUMBER || jaxl_json_int(e, &id) || id < 1)
            return false;
    return true;
}

static bool collections_ok(const struct jaxl_json *v)
{
    int64_t type;

    return jaxl_json_type(v) == JAXL_JSON_OBJECT && jaxl_json_count(v) == 2 &&
           ids_ok(jaxl_json_get(v, "collection_ids")) &&
           jaxl_json_int(jaxl_json_get(v, "type"), &type) == 0 && type == 2;
}

static bool phone_ok(const struct jaxl_json *v)
{
    return e164_parse(jaxl_json_string(v, NULL)) != 0;
}

static bool url_ok(const struct jaxl_json *v)
{
    return strncasecmp(jaxl_json_string(v, ""), "https://", 8) == 0;
}

/* NULL when it is right; else what is wrong, with *field. */
static const char *cta_wrong(const struct jaxl_json *cta, const char **field)
{
    static const struct {
        const char *name, *what;
        bool (*ok)(const struct jaxl_json *v);
    } kinds[] = {
        {"phone_number", "it must be a number in the form +12015550123", phone_ok},
        {"devices", "it must be a list of device ids", ids_ok},
        {"appusers", "it must be a list of app-user ids", ids_ok},
        {"collections", "it must be {\"collection_ids\": [ids], \"type\": 2}", collections_ok},
        {"webhook", "it must be an https:// URL", url_ok}};
    size_t n = sizeof kinds / sizeof *kinds, set = 0;

    if (jaxl_json_type(cta) != JAXL_JSON_OBJECT || jaxl_json_count(cta) != n)
        return "cta must have phone_number, devices, appusers, collections and webhook, and "
               "nothing else";
    for (size_t i = 0; i < n; i++) {
        const struct jaxl_json *v = jaxl_json_get(cta, kinds[i].name);
        if (v && jaxl_json_is_null(v))
            continue;
        set++;
        if (!v || !kinds[i].ok(v)) {
            *field = kinds[i].name;
            return v ? kinds[i].what : "it is missing from cta";
        }
    }
    return set == 1 ? NULL : "exactly one member of cta must not be null";
}

static const char *target_wrong(struct world *w, const struct jaxl_json *target, int64_t *id,
                                const char **field)
{
    const struct jaxl_json *next = jaxl_json_get(target, "next"),
                           *cta = jaxl_json_get(target, "cta");

    if (jaxl_json_count(target) != 2 || !next || !cta ||
        jaxl_json_is_null(next) == jaxl_json_is_null(cta))
        return "it must have next and cta, one of them null";
    if (jaxl_json_is_null(next))
        return cta_wrong(cta, field);
    *field = "next";
    if (jaxl_json_type(next) != JAXL_JSON_NUMBER || jaxl_json_int(next, id) || !ivr_find(w, *id))
        return "no IVR has this id";
    return NULL;
}

bool target_take(struct world *w, struct request *r, const struct jaxl_json *target, int status,
                 const char *reason, int64_t *next, char **cta)
{
    const char *field = "next_or_cta", *wrong = target_wrong(w, target, next, &field);

    if (wrong)
        return refuse(r, status, reason, field, "%s", wrong);
    if (!*next)
        *cta = json_copy(jaxl_json_get(target, "cta"));
    return *next || *cta || refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
}
