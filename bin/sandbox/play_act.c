/* What is done through the API to a call that is played. */
#include <stdlib.h>
#include <string.h>

#include "sandbox/session.h"

/* The session of a call that goes on. */
static struct session *live_session(const struct call *c)
{
    struct session *s = session_find(c);

    return s && !s->over ? s : NULL;
}

/* Whether next_or_cta leads to a webhook. */
static bool leads(struct world *w, const char *text)
{
    const struct jaxl_json *target = NULL;
    int64_t next;

    if (!delivers(w) || jaxl_json_parse(w->play.doc, text, strlen(text), &target, NULL))
        return false;
    if (jaxl_json_int(jaxl_json_get(target, "next"), &next))
        return !jaxl_json_is_null(jaxl_json_find(target, "cta.webhook"));
    return play_leads(w, next);
}

/* A call whose life was planned comes to a webhook: from now on it is played. */
static struct session *open_session(struct world *w, struct call *c, const struct call_view *v,
                                    int64_t now)
{
    bool magic = magic_find(c->to) != NULL;
    struct session *s;

    if (c->outcome != ANSWERED || v->over ||
        call_open(w, c, magic ? c->talk : CALL_MINUTES_MAX * 60000, now))
        return NULL;
    s = session_new(w, c);
    if (!s)
        return NULL;
    s->ivr = c->ivr;
    if (v->talked)
        session_answered(w, c, now);
    return s;
}

void play_transferred(struct world *w, struct call *c, const char *next_or_cta, int64_t now)
{
    struct session *s = live_session(c);
    struct call_view v;

    call_view(c, now, &v);
    if (!s && !c->played && leads(w, next_or_cta))
        s = open_session(w, c, &v, now);
    if (!s)
        return;
    if (s->answered) { /* else it goes there when it is */
        session_break_off(w, c, now);
        follow_transfer(w, c, next_or_cta, now);
    }
    play_settle(w, c, now);
}

void play_spoken(struct world *w, struct call *c, const struct jaxl_json *prompts, const char *mark,
                 int64_t now)
{
    struct utterance u = {.by = "api", .mark = (char *)(uintptr_t)mark};

    if (!live_session(c))
        return;
    for (const struct jaxl_json *v = jaxl_json_first(prompts); v; v = jaxl_json_next(v))
        u.ms += saying(jaxl_json_string(v, ""));
    u.text = json_copy(prompts);
    if (u.text)
        session_say(w, c, &u, now);
    free(u.text);
    play_settle(w, c, now);
}

void play_sounded(struct world *w, struct call *c, const char *what, uint32_t ms, int64_t now)
{
    struct utterance u = {.by = "play", .ms = ms};

    if (!live_session(c))
        return;
    u.text = list_of_one(w, what);
    if (u.text)
        session_say(w, c, &u, now);
    free(u.text);
    play_settle(w, c, now);
}

void play_hung_up(struct world *w, struct call *c, int64_t now)
{
    if (!live_session(c))
        return;
    session_ended(w, c, "api", now);
    play_settle(w, c, now);
}
