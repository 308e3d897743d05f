#include <stdio.h>

#include "campaign/costs.h"
#include "campaign/run.h"

/* What a call cost as a value; NULL where nothing is known. */
static const struct jaxl_json *read_costs(struct jaxl_dialer *d, const struct jaxl_buf *costs)
{
    const struct jaxl_json *root = NULL;

    if (costs->len)
        (void)jaxl_json_parse(d->reply_doc, costs->data, costs->len, &root, NULL);
    return root;
}

static void count(struct jaxl_dialer *d, const struct jaxl_slot *s)
{
    const struct jaxl_result *r = &s->result;
    const bool unknown = r->state == JAXL_RESULT_UNKNOWN,
               placed = r->state == JAXL_RESULT_DONE || r->state == JAXL_RESULT_SUBMITTED;
    struct jaxl_dialer_totals *t = &d->totals;
    uint64_t *const states[JAXL_RESULT_STATES] = {
        &t->given_back, &t->planned, &t->placed,     &t->placed,   &t->refused,   &t->not_sent,
        &t->throttled,  &t->unknown, &t->suppressed, &t->deferred, &t->exhausted, &t->expired};

    t->records++;
    (*states[r->state])++;
    t->reconciled += r->reconciled;
    t->answered += r->disposition == JAXL_DISPOSITION_ANSWERED;
    t->missed += r->disposition == JAXL_DISPOSITION_NO_ANSWER;
    t->voicemail += r->disposition == JAXL_DISPOSITION_VOICEMAIL;
    t->failed += r->failure[0] != '\0';
    d->own_calls += !s->resumed && (placed || unknown);
    d->own_unknown += !s->resumed && unknown;
}

static void output_failed(struct jaxl_dialer *d, int code, const struct jaxl_error *err)
{
    d->output_gone = true;
    d->dirty_since = 0;
    jaxl_run_fail(d, code, err);
}

static void write_record(struct jaxl_dialer *d, const struct jaxl_result *r)
{
    struct jaxl_error err = {0};
    int code;

    if (d->output_gone)
        return;
    jaxl_buf_reset(&d->line);
    jaxl_json_writer_reset(d->line_writer);
    jaxl_result_write(r, d->line_writer);
    code = jaxl_json_writer_check(d->line_writer, &err);
    if (!code)
        code = jaxl_record_write_text(d->out, d->line.data, d->line.len, &err);
    if (code)
        output_failed(d, code, &err);
    else if (!d->dirty_since)
        d->dirty_since = jaxl_run_mono(d);
}

int jaxl_settle_flush(struct jaxl_dialer *d)
{
    struct jaxl_error err = {0};
    int code;

    if (!d->dirty_since || d->output_gone)
        return 0;
    d->dirty_since = 0;
    (void)jaxl_register_commit(d); /* what is told is remembered */
    code = jaxl_record_flush(d->out, &err);
    if (code)
        output_failed(d, code, &err);
    return code;
}

/* What was set aside for a call is spent as it turned out, free when there was no call, and stays
 * set aside where its cost is not known. */
static void settle_funds(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *costs)
{
    const enum jaxl_result_state state = s->result.state;
    struct jaxl_money cost;

    if (!s->paid || state == JAXL_RESULT_SUBMITTED || state == JAXL_RESULT_UNKNOWN)
        return;
    if (state == JAXL_RESULT_DONE &&
        (!s->final || !jaxl_funds_cost(costs, d->currency_code, &cost)))
        return;
    s->paid = false;
    (void)jaxl_funds_settle(&d->funds, &s->reserved, state == JAXL_RESULT_DONE ? &cost : NULL);
}

void jaxl_settle_nothing(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    s->result.state = JAXL_RESULT_THROTTLED;
    jaxl_register_settle(d, s);
    jaxl_register_hold(d, s);
    settle_funds(d, s, NULL);
    s->intent = 0;
    s->result.next_at = -1;
}

static void release(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    if (s->ivr)
        jaxl_adhoc_release(d->adhoc, s->ivr);
    jaxl_slots_put(&d->pool, s);
}

static void write_out(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_result_state state)
{
    const struct jaxl_json *costs;

    s->result.state = state;
    if (!s->over)
        d->active--;
    d->totals.active--;
    s->over = true;
    jaxl_register_settle(d, s);
    costs = read_costs(d, &s->result.costs);
    settle_funds(d, s, costs);
    count(d, s);
    jaxl_costs_add(d->totals.costs, &d->totals.n_costs, costs);
    write_record(d, &s->result);
    if (state == JAXL_RESULT_UNKNOWN && !s->resumed)
        jaxl_gate_unknown(d);
}

void jaxl_settle(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_result_state state)
{
    write_out(d, s, state);
    release(d, s);
}

void jaxl_settle_failed(struct jaxl_dialer *d, struct jaxl_slot *s, int code,
                        const struct jaxl_error *err)
{
    snprintf(s->result.reason, sizeof s->result.reason, "%.199s", err->message);
    jaxl_settle(d, s, JAXL_RESULT_NEW);
    jaxl_run_fail(d, code, err);
}

void jaxl_settle_show(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_result_state state)
{
    s->result.state = state;
    d->totals.records++;
    write_record(d, &s->result);
    release(d, s);
}

/* Takes what a Call object says over. True when its cost is final. */
static bool learn(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *call)
{
    struct jaxl_disposition_facts facts;

    jaxl_disposition_read(call, &facts);
    if (jaxl_result_learn(&s->result, &facts))
        jaxl_run_fail(d, JAXL_ENOMEM, NULL);
    if (facts.over && !s->over) {
        s->over = true;
        d->active--;
    }
    s->final = facts.finalized;
    return facts.finalized;
}

void jaxl_settle_placed(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t call_id,
                        const struct jaxl_json *call)
{
    uint64_t first;
    struct jaxl_error err;
    bool final = false;

    s->result.call_id = call_id;
    s->result.candidates = -1;
    if (d->options.placed && call) /* how it goes is not asked: only when it was placed counts */
        s->result.placed = jaxl_disposition_placed(call);
    else if (call)
        final = learn(d, s, call);
    if (d->options.allow_duplicates && !d->ledger &&
        jaxl_seen_add(d->claimed, (uint64_t)call_id, 1, &first, &err))
        jaxl_run_fail(d, err.code, &err);
    if (d->options.placed) {
        jaxl_settle(d, s, JAXL_RESULT_SUBMITTED);
    } else if (final) {
        jaxl_settle(d, s, JAXL_RESULT_DONE);
    } else {
        s->result.state = JAXL_RESULT_SUBMITTED;
        jaxl_register_settle(d, s);
        s->phase = JAXL_PHASE_LIVE;
        s->due = jaxl_run_mono(d) + d->options.follow_timeout;
        if (d->live.n == 0)
            d->live_at = jaxl_run_mono(d) + d->options.poll;
        jaxl_slots_append(&d->live, s);
        jaxl_slots_index(&d->by_call, s, (uint64_t)call_id);
    }
}

static void leave_live(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    jaxl_slots_remove(&d->live, s);
    jaxl_slots_unindex(&d->by_call, s);
}

void jaxl_settle_learn(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *call)
{
    s->missing = 0;
    if (learn(d, s, call) && s->asking == 0) {
        leave_live(d, s);
        jaxl_settle(d, s, JAXL_RESULT_DONE);
    }
}

void jaxl_settle_give_up(struct jaxl_dialer *d, struct jaxl_slot *s, const char *reason)
{
    bool over = s->result.ended >= 0 || s->result.disposition != JAXL_DISPOSITION_NONE;

    leave_live(d, s);
    snprintf(s->result.reason, sizeof s->result.reason, "%s", reason);
    jaxl_settle(d, s, over ? JAXL_RESULT_DONE : JAXL_RESULT_SUBMITTED);
}

void jaxl_settle_unknown(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    int64_t now = jaxl_run_mono(d);

    s->phase = JAXL_PHASE_UNKNOWN;
    s->reconcile = (struct jaxl_reconcile){
        .from = s->result.from.key, .to = s->result.to.key, .sent = s->result.sent + d->skew};
    for (struct jaxl_slot *o = jaxl_slots_find(&d->by_to, s->result.to.key); o;
         o = jaxl_slots_next(o))
        if (o->phase == JAXL_PHASE_UNKNOWN || o->phase == JAXL_PHASE_GHOST)
            jaxl_reconcile_contest(&s->reconcile, &o->reconcile);
    s->read_at = now;
    s->deadline = now + d->options.unknown_wait;
    s->look_at = now + (d->options.poll < d->options.unknown_wait ? d->options.poll
                                                                  : d->options.unknown_wait);
    if (s->look_at < d->unknown_at)
        d->unknown_at = s->look_at;
    if (d->options.placed) { /* the request is over, and that is what counts there */
        s->over = true;
        d->active--;
    }
    jaxl_slots_append(&d->unknown, s);
    jaxl_slots_index(&d->by_to, s, s->result.to.key);
}

void jaxl_settle_lost(struct jaxl_dialer *d, struct jaxl_slot *s, int candidates)
{
    jaxl_slots_remove(&d->unknown, s);
    s->result.candidates = candidates;
    if (!d->options.allow_duplicates) {
        jaxl_slots_unindex(&d->by_to, s);
        jaxl_settle(d, s, JAXL_RESULT_UNKNOWN);
        return;
    }
    write_out(d, s, JAXL_RESULT_UNKNOWN);
    s->phase = JAXL_PHASE_GHOST;
    s->due = s->read_at + 2 * (JAXL_RECONCILE_BEFORE + JAXL_RECONCILE_AFTER);
    jaxl_slots_append(&d->ghosts, s);
}
