/* The calls that are played: how one is planned, taken over, woken and let go. */
#include "sandbox/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/live.h"
#include "sandbox/session.h"

int play_init(struct world *w)
{
    int code = jaxl_json_doc_new(&w->play.doc, BODY_MAX);

    jaxl_buf_init(&w->play.text, BODY_MAX);
    w->play.last = &w->play.first;
    return code ? code : jaxl_json_writer_new(&w->play.writer, &w->play.text);
}

void play_free(struct world *w)
{
    struct play *p = &w->play;

    for (size_t i = 0; i < w->calls.n; i++)
        session_free(&w->calls.items[i]);
    while (p->first) {
        struct delivery *d = p->first;
        p->first = d->next;
        delivery_free(d);
    }
    for (size_t i = 0; i < p->n_scripts; i++)
        script_free(&p->scripts[i]);
    free(p->scripts);
    free(p->steps);
    jaxl_json_writer_free(&p->writer);
    jaxl_json_doc_free(&p->doc);
    jaxl_buf_free(&p->text);
}

static bool step_push(struct play *p, struct step s)
{
    size_t i;

    if (p->n_steps == p->steps_room) {
        size_t room = p->steps_room ? p->steps_room * 2 : 256;
        struct step *more = realloc(p->steps, room * sizeof *more);
        if (!more)
            return false;
        p->steps = more;
        p->steps_room = room;
    }
    for (i = p->n_steps++; i && p->steps[(i - 1) / 2].at > s.at; i = (i - 1) / 2)
        p->steps[i] = p->steps[(i - 1) / 2];
    p->steps[i] = s;
    return true;
}

static struct step step_pop(struct play *p)
{
    struct step first = p->steps[0], last = p->steps[--p->n_steps];
    size_t i = 0, child;

    while ((child = 2 * i + 1) < p->n_steps) {
        if (child + 1 < p->n_steps && p->steps[child + 1].at < p->steps[child].at)
            child++;
        if (p->steps[child].at >= last.at)
            break;
        p->steps[i] = p->steps[child];
        i = child;
    }
    p->steps[i] = last;
    return first;
}

int64_t play_next(const struct world *w)
{
    return w->play.n_steps ? w->play.steps[0].at : NEVER;
}

static int64_t next_of(const struct session *s)
{
    const int64_t times[] = {s->answers_at, s->said_at, s->acts_at, s->leaves_at, s->limit_at};
    int64_t first = NEVER;

    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (times[i] < first)
            first = times[i];
    return first;
}

/* After anything has happened in a call: what comes next, or nothing more. */
void play_settle(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);
    int64_t before = play_next(w);
    struct step next = {.call = (uint32_t)call_id(w, c)};

    if (!s->over) {
        next.at = next_of(s);
        s->number = next.number = ++w->play.last_number;
        if (!step_push(&w->play, next))
            session_end(w, c, "unkept", at);
        else if (next.at < before)
            hooks_wake(w);
    }
    if (s->over && !s->sending && !s->queue)
        session_free(c);
}

/* Whether a call that enters it can come to a webhook; seen: the IVRs that were looked at. */
static bool leads_to_webhook(struct world *w, int64_t id, unsigned char *seen)
{
    const struct ivr *ivr = ivr_find(w, id);

    if (!ivr || seen[id - 1])
        return false;
    seen[id - 1] = 1;
    if (is_webhook(ivr->name))
        return true;
    for (size_t i = 0; i < ivr->n_options; i++) {
        const struct ivr_option *o = &ivr->options[i];
        if (o->enabled && (o->webhook || (o->cta && strstr(o->cta, "\"webhook\":\"")) ||
                           leads_to_webhook(w, o->next, seen)))
            return true;
    }
    return false;
}

bool play_leads(struct world *w, int64_t ivr)
{
    unsigned char *seen = delivers(w) && ivr ? calloc(w->ivrs.n, 1) : NULL;
    bool leads = seen && leads_to_webhook(w, ivr, seen);

    free(seen);
    return leads;
}

void play_plan(struct world *w, struct call *c, const struct script *script, bool keeps_talk)
{
    if (script) {
        c->outcome = ANSWERED;
        c->failure = 0;
        c->ring = script->ring;
        c->talk = script->talk ? script->talk : 1;
    }
    if (c->outcome != ANSWERED || !c->ivr || !(script || c->incoming || play_leads(w, c->ivr)))
        return;
    c->played = true;
    c->digit = 0;
    if (!keeps_talk || script)
        c->talk = CALL_MINUTES_MAX * 60000;
}

struct session *session_new(struct world *w, struct call *c)
{
    struct call_extra *e = call_extra_of(c);
    struct session *s = e ? calloc(1, sizeof *s) : NULL;
    const struct callee *callee = callee_of(&w->calls, c->to);
    const struct magic *magic = c->incoming ? NULL : magic_find(c->to);

    if (!s)
        return NULL;
    s->last = &s->first;
    s->queue_last = &s->queue;
    s->said_at = s->acts_at = s->leaves_at = NEVER;
    s->answers_at = c->created + span_of(c, c->ring);
    s->limit_at = c->created + span_of(c, (uint64_t)c->ring + c->talk);
    s->dice =
        mix(w->options.seed, call_other(c), UINT64_C(0x200000000) + (callee ? callee->placed : 0));
    s->magic = magic != NULL;
    s->presses = magic && !magic->fault && magic->fate.presses;
    e->session = s;
    w->play.playing++;
    return s;
}

void play_begin(struct world *w, struct call *c, uint32_t number)
{
    struct script *script = script_find(w, number);
    struct session *s;

    if (script)
        script->used = true;
    if (!c->played)
        return;
    s = session_new(w, c);
    if (!s)
        return; /* it talks to nobody, until its limit */
    s->script = number;
    s->magic = s->magic && !script;
    if (script && script->leave != NOT_SAID)
        s->leaves_at = s->answers_at + span_of(c, script->leave);
    play_settle(w, c, c->created);
}

/* To where it was transferred while it rang, or into its IVR. */
static void enter(struct world *w, struct call *c, int64_t at)
{
    const struct live *l = c->extra->live;

    session_answered(w, c, at);
    if (l && l->transfer)
        follow_transfer(w, c, l->transfer, at);
    else
        follow_ivr(w, c, c->ivr, at);
}

static void step(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);

    if (s->answers_at <= at)
        enter(w, c, at);
    else if (s->leaves_at <= at)
        session_end(w, c, "caller", at);
    else if (s->limit_at <= at)
        session_end(w, c, s->magic ? "caller" : "limit", at);
    else if (s->said_at <= at)
        session_said(w, c, at);
    else if (s->acts_at <= at)
        caller_acts(w, c, at);
    play_settle(w, c, at);
}

void play_run(struct world *w, int64_t now)
{
    while (w->play.n_steps && w->play.steps[0].at <= now) {
        struct step next = step_pop(&w->play);
        struct call *c = call_find(w, next.call);
        const struct session *s = c ? session_find(c) : NULL;
        if (!next.call)
            call_arrives(w, next.number, next.at);
        else if (s && s->number == next.number && !s->over)
            step(w, c, next.at);
    }
}

/* Those who call this number. */
static void let_arrive(struct world *w, const struct phone *p, int64_t now)
{
    for (size_t i = 0; i < w->play.n_scripts; i++) {
        struct script *s = &w->play.scripts[i];
        if (s->from && !s->used && s->to == p->number)
            s->used = step_push(&w->play,
                                (struct step){now + (int64_t)(s->at * JAXL_MSEC / w->options.speed),
                                              0, (uint32_t)i + 1});
    }
    hooks_wake(w);
}

void play_assigned(struct world *w, const struct phone *p, int64_t now)
{
    const struct ivr *ivr = ivr_find(w, p->ivr);
    struct hook_fact fact = {.event = HOOK_CONFIGURE, .ivr = p->ivr, .url = ivr->name};
    struct delivery *d = is_webhook(ivr->name) && delivers(w) ? delivery_new(w, NULL, &fact) : NULL;

    if (d)
        hooks_put(w, d);
    let_arrive(w, p, now);
}

/* One that was going on when the sandbox was stopped is over; one that rang goes on. */
static void resume(struct world *w, struct call *c, int64_t now)
{
    struct call_view v;
    struct session *s;

    call_view(c, now, &v);
    if (c->torn || (v.over && !(c->extra && c->extra->hook)))
        return;
    if (!v.over && !v.talked) {
        play_begin(w, c, script_next_to(w, call_other(c)));
        return;
    }
    s = session_new(w, c);
    if (!s)
        return;
    session_answered(w, c, now);
    if (v.over) {
        s->over = true;
        w->play.playing--;
        if (delivers(w))
            session_tell(w, c, HOOK_TEARDOWN, NULL, NULL, now);
    } else {
        session_end(w, c, "restart", now);
    }
    play_settle(w, c, now);
}

static void resume_all(struct world *w)
{
    int64_t now = world_now(w);

    for (size_t i = 0; i < w->calls.n; i++)
        if (w->calls.items[i].played)
            resume(w, &w->calls.items[i], now);
    for (size_t i = 0; i < w->n_own; i++)
        if (w->own[i].ivr)
            let_arrive(w, &w->own[i], now);
}

int play_start(struct world *w, struct jaxl_error *err)
{
    int code = hooks_start(w, err);

    if (code)
        return code;
    pthread_mutex_lock(&w->lock);
    resume_all(w);
    pthread_mutex_unlock(&w->lock);
    return 0;
}

void play_stop(struct world *w)
{
    hooks_stop(w);
}

static bool awaits_answer(const struct delivery *d)
{
    return d->event != HOOK_CONFIGURE && d->event != HOOK_TEARDOWN;
}

/* Reads the answer, or says in d->wrong why it is none. */
static void judge(struct world *w, struct delivery *d, struct hook_answer *a)
{
    const char *wrong = NULL;

    if (!*d->wrong && (d->event == HOOK_CHOSEN ? d->status != 200 : d->status / 100 != 2))
        snprintf(d->wrong, sizeof d->wrong, "status %ld", d->status);
    if (*d->wrong || !awaits_answer(d) || d->event == HOOK_CHOSEN)
        return;
    wrong = hook_answer_read(w, jaxl_buf_text(&d->answer), d->answer.len, a);
    if (!wrong && a->empty && d->event != HOOK_MARK)
        wrong = "there is neither a prompt nor a target";
    if (wrong)
        snprintf(d->wrong, sizeof d->wrong, "%s", wrong);
}

static void take_answer(struct world *w, struct call *c, const struct delivery *d,
                        const struct hook_answer *a, int64_t now)
{
    struct session *s = session_of(c);

    s->sending = false;
    if (s->over || !awaits_answer(d) || d->visit != s->visit)
        return;
    if (*d->wrong)
        session_end(w, c, "webhook", now);
    else
        follow_answer(w, c, d, a, now);
}

void play_answered(struct world *w, struct delivery *d, int64_t now)
{
    struct call *c = call_find(w, d->call);
    struct hook_answer answer = {0};

    judge(w, d, &answer);
    if (d->status)
        latency_add(&w->play.latency, d->us);
    w->play.wrong += *d->wrong != '\0';
    journal_webhook(w, d, now);
    if (c && !d->given_up) {
        take_answer(w, c, d, &answer, now);
        session_pump(w, c, now);
        play_settle(w, c, now);
    }
    delivery_free(d);
}
