#include "jaxl/event.h"

#include <string.h>

#include "events/event_members.h"
#include "jaxl/json.h"

static const char *const kinds[JAXL_EVENT_KINDS] = {
    [JAXL_EVENT_CONFIGURE] = "configure", [JAXL_EVENT_SETUP] = "setup",
    [JAXL_EVENT_DATA] = "data",           [JAXL_EVENT_OPTION] = "option",
    [JAXL_EVENT_MARK] = "mark",           [JAXL_EVENT_TEARDOWN] = "teardown",
    [JAXL_EVENT_STREAM] = "stream",
};

const char *jaxl_event_name(enum jaxl_event_kind kind)
{
    return kinds[kind];
}

int jaxl_event_kind(const char *name)
{
    for (int i = 0; i < JAXL_EVENT_KINDS; i++)
        if (strcmp(kinds[i], name) == 0)
            return i;
    return -1;
}

static int read_number(const struct jaxl_json *v, const char *name, int64_t least, int64_t *out,
                       struct jaxl_error *err)
{
    if (jaxl_json_is_null(v))
        return least ? jaxl_error_set(err, JAXL_EINPUT, "event: %s is missing", name) : 0;
    if (jaxl_json_type(v) != JAXL_JSON_NUMBER || jaxl_json_int(v, out) || *out < least)
        return jaxl_error_set(err, JAXL_EINPUT, "event: %s is no whole number from %d", name,
                              (int)least);
    return 0;
}

static int read_text(const struct jaxl_json *v, const char *name, const char **out,
                     struct jaxl_error *err)
{
    *out = jaxl_json_string(v, NULL);
    if (*out || jaxl_json_is_null(v))
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "event: %s is no text%s", name,
                          jaxl_json_type(v) == JAXL_JSON_STRING ? ": it has a NUL byte" : "");
}

static int read_kind(struct jaxl_event *e, bool deleted, struct jaxl_error *err)
{
    static const enum jaxl_event_kind numbers[] = {
        [1] = JAXL_EVENT_SETUP,  [2] = JAXL_EVENT_OPTION, [3] = JAXL_EVENT_TEARDOWN,
        [4] = JAXL_EVENT_STREAM, [5] = JAXL_EVENT_MARK,
    };
    int64_t number = 3;
    int rc = read_number(jaxl_json_get(e->body, "event"), "event", !deleted, &number, err);

    if (rc)
        return rc;
    if (!deleted && number >= (int64_t)(sizeof numbers / sizeof numbers[0]))
        return jaxl_error_set(err, JAXL_EINPUT, "event: there is no event %lld (1 to 5 are)",
                              (long long)number);
    e->kind = deleted ? JAXL_EVENT_TEARDOWN : numbers[number];
    if (!e->state && e->kind == JAXL_EVENT_SETUP)
        e->kind = JAXL_EVENT_CONFIGURE;
    else if (e->data && (e->kind == JAXL_EVENT_SETUP || e->kind == JAXL_EVENT_OPTION))
        e->kind = JAXL_EVENT_DATA;
    return 0;
}

/* What the state says of the call. */
static int read_call(struct jaxl_event *e, const struct jaxl_event_values *v,
                     struct jaxl_error *err)
{
    int rc;

    if (jaxl_json_type(e->state) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EINPUT,
                              e->state ? "event: state is no object"
                                       : "event: state is missing, which names the call");
    rc = read_number(v->of[MEMBER_CALL_ID], "state.call_id", 1, &e->call_id, err);
    if (!rc)
        rc = read_number(v->of[MEMBER_DIRECTION], "state.direction", 0, &e->direction, err);
    if (!rc)
        rc = read_text(v->of[MEMBER_FROM], "state.from_number", &e->from, err);
    if (!rc)
        rc = read_text(v->of[MEMBER_TO], "state.to_number", &e->to, err);
    e->metadata = v->of[MEMBER_METADATA];
    return rc;
}

static int read_body(struct jaxl_event *e, bool deleted, struct jaxl_error *err)
{
    struct jaxl_event_values v;
    int rc;

    if (jaxl_json_type(e->body) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EINPUT, "event: a JSON object is wanted");
    e->state = jaxl_json_get(e->body, "state");
    if (jaxl_json_is_null(e->state))
        e->state = NULL;
    jaxl_event_member_values(e, &v);
    rc = read_number(v.of[MEMBER_IVR], "pk", 1, &e->ivr, err);
    if (!rc)
        rc = read_text(v.of[MEMBER_OPTION], "option", &e->option, err);
    if (!rc)
        rc = read_text(v.of[MEMBER_DATA], "data", &e->data, err);
    if (!rc)
        rc = read_text(v.of[MEMBER_MARK], "mark", &e->mark, err);
    if (!rc)
        rc = read_kind(e, deleted, err);
    return rc || e->kind == JAXL_EVENT_CONFIGURE ? rc : read_call(e, &v, err);
}

int jaxl_event_read(struct jaxl_event *e, const struct jaxl_json *body, bool deleted,
                    struct jaxl_error *err)
{
    struct jaxl_event read = {.body = body};
    int rc = read_body(&read, deleted, err);

    if (!rc)
        *e = read;
    return rc;
}

const char *jaxl_event_other(const struct jaxl_event *e)
{
    return e->direction == 2 ? e->to : e->direction == 1 ? e->from : NULL;
}
