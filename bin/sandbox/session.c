/* What is said in a call that is played, what its webhook is told, and its end. */
#include "sandbox/session.h"

#include <stdlib.h>
#include <string.h>

struct session *session_find(const struct call *c)
{
    return c->extra ? c->extra->session : NULL;
}

struct session *session_of(const struct call *c)
{
    return c->extra->session;
}

static void utterance_free(struct utterance *u)
{
    free(u->text);
    free(u->mark);
    free(u);
}

static void begin(const struct call *c, struct session *s, int64_t at)
{
    s->said_at = NEVER;
    if (s->first) {
        s->first->began = at;
        s->said_at = at + span_of(c, s->first->ms);
    }
}

void session_say(struct world *w, struct call *c, const struct utterance *what, int64_t at)
{
    struct session *s = session_of(c);
    struct utterance *u = calloc(1, sizeof *u);
    bool made = u != NULL;

    if (u) {
        *u = *what;
        u->next = NULL;
        u->text = strdup(what->text);
        u->mark = what->mark ? strdup(what->mark) : NULL;
        made = u->text && (u->mark || !what->mark);
    }
    if (!made) {
        if (u)
            utterance_free(u);
        session_end(w, c, "unkept", at);
        return;
    }
    *s->last = u;
    s->last = &u->next;
    if (s->first == u && s->answered)
        begin(c, s, at);
}

static struct utterance *take_first(struct session *s)
{
    struct utterance *u = s->first;

    s->first = u->next;
    if (!s->first)
        s->last = &s->first;
    return u;
}

void session_answered(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);

    (void)w;
    s->answered = true;
    s->answers_at = NEVER;
    begin(c, s, at);
}

void session_said(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);
    struct utterance *u = take_first(s);
    bool acts = u->turn && u->turn == s->turn;

    journal_heard(w, c, u, true, at);
    begin(c, s, at);
    if (u->mark && s->inside && delivers(w))
        session_tell(w, c, HOOK_MARK, NULL, u->mark, at);
    utterance_free(u);
    if (acts && !s->over)
        follow_said(w, c, at);
}

/* Of what was being said the caller has heard a part. */
static void fall_silent(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);

    if (s->first && s->said_at != NEVER)
        journal_heard(w, c, s->first, false, at);
    while (s->first)
        utterance_free(take_first(s));
    s->said_at = NEVER;
}

void session_break_off(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);

    fall_silent(w, c, at);
    s->inside = false;
    s->awaited.what = AWAITS_NOTHING;
    s->act = CALLER_IDLE;
    s->acts_at = NEVER;
    s->visit++;
    s->turn++;
}

void session_deliver(struct world *w, struct call *c, const struct hook_fact *f, int64_t at)
{
    struct session *s = session_of(c);
    struct delivery *d = delivery_new(w, c, f);

    if (!d) {
        if (!s->over)
            session_end(w, c, "unkept", at);
        return;
    }
    d->visit = s->visit;
    *s->queue_last = d;
    s->queue_last = &d->next;
    session_pump(w, c, at);
}

void session_tell(struct world *w, struct call *c, enum hook_event event, const char *data,
                  const char *mark, int64_t at)
{
    const struct session *s = session_of(c);
    const struct call_extra *e = c->extra;

    session_deliver(w, c,
                    &(struct hook_fact){.event = event,
                                        .ivr = e->hook_ivr,
                                        .url = e->hook,
                                        .option = event == HOOK_OPTION ? s->option : '\0',
                                        .data = data,
                                        .mark = mark},
                    at);
}

/* Sends the next one: those of a call go one after the other. */
void session_pump(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);
    struct delivery *d = s->queue;

    if (s->sending || !d)
        return;
    s->queue = d->next;
    if (!s->queue)
        s->queue_last = &s->queue;
    if (d->event == HOOK_TEARDOWN)
        call_tear(w, c, at); /* not kept, it is sent once more after a restart */
    s->sending = true;
    hooks_put(w, d);
}

void session_end(struct world *w, struct call *c, const char *why, int64_t at)
{
    if (session_of(c)->over)
        return;
    call_cut(w, c, at); /* not kept, it goes on to its limit with nobody in it */
    session_ended(w, c, why, at);
}

void session_ended(struct world *w, struct call *c, const char *why, int64_t at)
{
    struct session *s = session_of(c);

    s->over = true;
    w->play.playing--;
    fall_silent(w, c, at);
    journal_ended(w, c, why, at);
    if (c->extra->hook && delivers(w))
        session_tell(w, c, HOOK_TEARDOWN, NULL, NULL, at);
}

void session_free(struct call *c)
{
    struct session *s = session_find(c);

    if (!s)
        return;
    while (s->first)
        utterance_free(take_first(s));
    while (s->queue) {
        struct delivery *d = s->queue;
        s->queue = d->next;
        delivery_free(d);
    }
    free(s);
    c->extra->session = NULL;
}
