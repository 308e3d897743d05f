/* What changes in a call that is played, in memory and in the state log. */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world.h"

int call_open(struct world *w, struct call *c, uint32_t talk, int64_t now)
{
    struct jaxl_json_writer *j = call_log_change(w, "open", c, now);
    struct call_extra *e;
    struct call_view v;
    int code;

    jaxl_json_write_member_int(j, "talk", talk);
    code = log_end(w);
    if (code)
        return code;
    call_view(c, now, &v);
    e = call_extra_of(c);
    if (!e)
        return JAXL_ENOMEM;
    if (v.digit && !e->inputs)
        e->inputs = strndup(&v.digit, 1);
    c->digit = 0;
    c->played = true;
    c->talk = talk;
    return v.digit && !e->inputs ? JAXL_ENOMEM : call_pend(w, c);
}

int call_hook(struct world *w, struct call *c, int64_t ivr, const char *url, int64_t now)
{
    struct jaxl_json_writer *j = call_log_change(w, "hook", c, now);
    struct call_extra *e = call_extra_of(c);
    char *fresh;
    int code;

    jaxl_json_write_member_int(j, "ivr", ivr);
    jaxl_json_write_member(j, "url", url);
    code = log_end(w);
    if (code)
        return code;
    fresh = e ? strdup(url) : NULL;
    if (!fresh)
        return JAXL_ENOMEM;
    free(e->hook);
    e->hook = fresh;
    e->hook_ivr = (uint32_t)ivr;
    return 0;
}

int call_press(struct world *w, struct call *c, const char *keys, int64_t now)
{
    struct jaxl_json_writer *j = call_log_change(w, "press", c, now);
    struct call_extra *e = call_extra_of(c);
    size_t had = e && e->inputs ? strlen(e->inputs) : 0;
    char *more;
    int code;

    jaxl_json_write_member(j, "keys", keys);
    code = log_end(w);
    if (code)
        return code;
    more = e ? realloc(e->inputs, had + strlen(keys) + 1) : NULL;
    if (!more)
        return JAXL_ENOMEM;
    strcpy(more + had, keys);
    e->inputs = more;
    e->modified = now;
    return 0;
}

int call_tear(struct world *w, struct call *c, int64_t now)
{
    int code;

    call_log_change(w, "torn", c, now);
    code = log_end(w);
    if (!code)
        c->torn = true;
    return code;
}

/* The call that a line is about, and when; NULL when it cannot be used. */
static struct call *replayed(struct world *w, const struct jaxl_json *line, int64_t *at)
{
    struct call *c = call_replayed(w, line);

    return c && !jaxl_json_int(jaxl_json_get(line, "at"), at) && *at >= c->created ? c : NULL;
}

int call_replay_open(struct world *w, const struct jaxl_json *line)
{
    int64_t at, talk;
    struct call *c = replayed(w, line, &at);

    if (!c || jaxl_json_int(jaxl_json_get(line, "talk"), &talk) || talk < 1 || talk > UINT32_MAX)
        return JAXL_EINPUT;
    return call_open(w, c, (uint32_t)talk, at);
}

int call_replay_hook(struct world *w, const struct jaxl_json *line)
{
    const char *url = jaxl_json_string(jaxl_json_get(line, "url"), NULL);
    int64_t at, ivr;
    struct call *c = replayed(w, line, &at);

    if (!c || !url || jaxl_json_int(jaxl_json_get(line, "ivr"), &ivr) || (ivr && !ivr_find(w, ivr)))
        return JAXL_EINPUT;
    return call_hook(w, c, ivr, url, at);
}

int call_replay_press(struct world *w, const struct jaxl_json *line)
{
    const char *keys = jaxl_json_string(jaxl_json_get(line, "keys"), NULL);
    int64_t at;
    struct call *c = replayed(w, line, &at);

    return c && keys ? call_press(w, c, keys, at) : JAXL_EINPUT;
}

int call_replay_tear(struct world *w, const struct jaxl_json *line)
{
    int64_t at;
    struct call *c = replayed(w, line, &at);

    return c ? call_tear(w, c, at) : JAXL_EINPUT;
}
