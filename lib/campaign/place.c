#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "campaign/run.h"
#include "campaign/verdict.h"
#include "jaxl/calls.h"
#include "platform/session_secret.h"

static const int64_t LATER = JAXL_SECOND; /* after a 429 that does not say when */

/* Whether a request may go now; else *next is when the pace allows it. */
static bool may_send(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    int64_t wait;

    if (d->options.dry_run)
        return true;
    if (d->flying.n >= d->options.connections)
        return false;
    wait = jaxl_pace_wait(&d->pace, now);
    if (wait > 0 && now + wait < *next)
        *next = now + wait;
    return wait == 0;
}

bool jaxl_place_may(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    size_t held = d->live.n + d->unknown.n + d->ghosts.n;

    return !d->stopping && !d->full && d->ready.n == 0 && d->active < d->max_active &&
           held < d->max_active + (size_t)JAXL_RUN_HELD && may_send(d, now, next);
}

static void answered(void *arg, const struct jaxl_reply *reply);

static bool may_again(void *arg)
{
    struct jaxl_slot *s = arg;

    s->withdrawn = !jaxl_gate_again(s->dialer, s);
    return !s->withdrawn;
}

/* It waits for due. */
static void put_off(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t due)
{
    s->due = due;
    s->phase = JAXL_PHASE_THROTTLED;
    jaxl_slots_append(&d->throttled, s);
}

static int send_order(struct jaxl_dialer *d, struct jaxl_slot *s, struct jaxl_error *err)
{
    struct jaxl_calls_order order = {.from_number = s->result.from.text,
                                     .to_number = s->result.to.text,
                                     .session_id = s->result.session_id,
                                     .currency = d->currency_code,
                                     .total_recharge = d->recharge,
                                     .ivr_id = s->result.ivr};
    struct jaxl_request request = {
        .endpoint = JAXL_CALLS_TOKEN, .done = answered, .again = may_again, .arg = s};
    int code;

    jaxl_buf_reset(&d->body);
    code = jaxl_calls_body(&order, &d->body, err);
    request.body = d->body.data;
    request.body_len = d->body.len;
    return code ? code : jaxl_session_send(d->session, &request, err);
}

/* The one place where a call is asked for. Whatever may forbid it is checked here, immediately
 * before the request, and sends the attempt elsewhere. The request leaves with the next wait, which
 * begins with making the intent durable. */
static void place(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t now)
{
    struct jaxl_error err = {0};
    int64_t wait;
    int code;

    if (!jaxl_gate_pass(d, s))
        return;
    wait = jaxl_gate_caller(d, s, now);
    if (wait > 0) {
        put_off(d, s, now + wait);
        return;
    }
    code = wait < 0 ? jaxl_error_set(&err, JAXL_ENOMEM, "out of memory") : 0;
    if (!code && jaxl_register_intend(d, s)) {
        jaxl_settle(d, s, JAXL_RESULT_NEW);
        return;
    }
    if (!code)
        code = send_order(d, s, &err);
    if (code) {
        jaxl_settle_failed(d, s, code, &err);
        return;
    }
    jaxl_pace_take(&d->pace, now);
    jaxl_callers_take(d->callers, &s->result.from, now);
    s->phase = JAXL_PHASE_FLYING;
    s->serial = d->next_serial++;
    s->result.sent = jaxl_clock_now(d->clock);
    jaxl_slots_append(&d->flying, s);
    jaxl_slots_index(&d->by_to, s, s->result.to.key);
}

/* Nothing was placed: the same lead again after a while, within its patience. */
static void throttled(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_reply *reply)
{
    int64_t now = jaxl_run_mono(d);

    int64_t due = now + (reply->retry_after >= 0 ? reply->retry_after : LATER);

    jaxl_pace_throttle(&d->pace, now);
    if (d->stopping) {
        jaxl_settle(d, s, JAXL_RESULT_NEW);
    } else if (due > s->read_at + d->options.throttle_wait) {
        jaxl_settle(d, s, JAXL_RESULT_THROTTLED);
    } else {
        jaxl_settle_nothing(d, s);
        put_off(d, s, due);
    }
}

/* A lead could not be sent. When that happens to many in a row the others are better kept. */
static void count_unreachable(struct jaxl_dialer *d, const char *why)
{
    struct jaxl_error err;

    if (++d->unreachable < d->halt_after)
        return;
    jaxl_error_set(&err, JAXL_ENET, "%u leads in a row could not be sent, stopping: %s",
                   d->halt_after, why);
    jaxl_run_fail(d, JAXL_ENET, &err);
}

static void not_sent(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_reply *reply)
{
    if (s->withdrawn) { /* back to where the rules are asked, which say why */
        s->withdrawn = false;
        jaxl_settle_nothing(d, s);
        put_off(d, s, jaxl_run_mono(d));
        return;
    }
    count_unreachable(d, reply->error.message);
    jaxl_settle(d, s, JAXL_RESULT_NOT_SENT);
}

/* What one lead is refused for want of money, all would be. */
static void refused(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_reply *reply)
{
    struct jaxl_error err;

    if (jaxl_gate_clock(d, reply)) {
        jaxl_settle(d, s, JAXL_RESULT_NEW);
        return;
    }
    s->result.state = JAXL_RESULT_REFUSED;
    d->unpaid = jaxl_result_is_unpaid(&s->result) ? d->unpaid + 1 : 0;
    if (d->unpaid >= d->halt_after) {
        jaxl_error_set(&err, JAXL_ESAFETY,
                       "%u calls in a row were refused for want of money, stopping: %s", d->unpaid,
                       s->result.reason);
        jaxl_run_fail(d, JAXL_ESAFETY, &err);
    }
    jaxl_settle(d, s, JAXL_RESULT_REFUSED);
}

static void halt(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_reply *reply)
{
    jaxl_settle(d, s, JAXL_RESULT_NEW);
    jaxl_run_fail(d, JAXL_EAUTH, &reply->error);
}

static void note_answer(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_reply *reply,
                        const struct jaxl_verdict *verdict)
{
    bool secret = jaxl_session_holds_secret(d->session, verdict->reason);
    const char *said = secret ? "" : verdict->reason;
    const char *why = *said ? said : reply->error.message;

    s->result.status = reply->status;
    if (reply->sent_at > 0)
        s->result.sent = reply->sent_at;
    if (reply->status)
        d->skew = reply->server_skew;
    if (verdict->kind == JAXL_VERDICT_SUBMITTED)
        why = said;
    else if (!*why)
        why = "the answer names neither a call nor a reason";
    if (*why)
        snprintf(s->result.reason, sizeof s->result.reason, "%.199s", why);
    else
        s->result.reason[0] = '\0';
    if (verdict->kind != JAXL_VERDICT_NOT_SENT)
        d->unreachable = 0;
}

static void note_balance(struct jaxl_dialer *d, const struct jaxl_verdict *verdict)
{
    struct jaxl_money balance;

    if (d->has_least && verdict->balance &&
        !jaxl_money_parse(verdict->balance, strlen(verdict->balance), &balance, NULL))
        jaxl_gate_balance(d, &balance);
}

static void answered(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_slot *s = arg;
    struct jaxl_dialer *d = s->dialer;
    struct jaxl_verdict verdict;
    /* what is unknown stays so, whatever the first line of a torn answer said */
    int status = reply->outcome == JAXL_OUTCOME_UNKNOWN ? 0 : reply->status;

    jaxl_verdict_read(reply->outcome != JAXL_OUTCOME_NOT_SENT, status, reply->body, reply->body_len,
                      d->reply_doc, &verdict);
    jaxl_slots_remove(&d->flying, s);
    jaxl_slots_unindex(&d->by_to, s);
    note_answer(d, s, reply, &verdict);
    note_balance(d, &verdict);
    switch (verdict.kind) {
    case JAXL_VERDICT_SUBMITTED:
        d->unpaid = 0;
        jaxl_settle_placed(d, s, verdict.call_id, verdict.call);
        break;
    case JAXL_VERDICT_REFUSED:
        refused(d, s, reply);
        break;
    case JAXL_VERDICT_NOT_SENT:
        not_sent(d, s, reply);
        break;
    case JAXL_VERDICT_THROTTLED:
        throttled(d, s, reply);
        break;
    case JAXL_VERDICT_HALT:
        halt(d, s, reply);
        break;
    case JAXL_VERDICT_UNKNOWN:
        jaxl_settle_unknown(d, s);
        break;
    }
}

/* Its IVR is being made, which the platform may put off: for longer than the lead is tried? */
static void wait_for_ivr(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    const struct jaxl_adhoc_ivr *ivr = s->ivr;

    if (ivr->put_off > s->read_at + d->options.throttle_wait) {
        s->result.status = ivr->status;
        snprintf(s->result.reason, sizeof s->result.reason, "%s", ivr->reason);
        jaxl_settle(d, s, JAXL_RESULT_THROTTLED);
    } else {
        s->phase = JAXL_PHASE_IVR;
        jaxl_slots_append(&d->waiting_ivr, s);
    }
}

/* The IVR of a lead with a message; true when it can be placed now. */
static bool has_ivr(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    struct jaxl_error err = {0};
    int code;

    if (s->result.ivr)
        return true;
    if (!s->ivr) {
        code = jaxl_adhoc_get(d->adhoc, jaxl_buf_text(&s->result.message), s->result.message.len,
                              &s->ivr, &err);
        if (code) {
            jaxl_settle_failed(d, s, code, &err);
            return false;
        }
    }
    if (s->ivr->state != JAXL_ADHOC_MAKING)
        return true;
    wait_for_ivr(d, s);
    return false;
}

/* Its IVR could not be made: nothing was placed. */
static void without_ivr(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    const struct jaxl_adhoc_ivr *ivr = s->ivr;
    struct jaxl_error err;

    s->result.status = ivr->status;
    snprintf(s->result.reason, sizeof s->result.reason, "%.199s", ivr->reason);
    if (ivr->outcome == JAXL_OUTCOME_NOT_SENT)
        count_unreachable(d, ivr->reason);
    else
        d->unreachable = 0;
    switch (ivr->outcome) {
    case JAXL_OUTCOME_AUTH:
        jaxl_error_set(&err, JAXL_EAUTH, "%s", ivr->reason);
        jaxl_settle(d, s, JAXL_RESULT_NEW);
        jaxl_run_fail(d, JAXL_EAUTH, &err);
        return;
    case JAXL_OUTCOME_REFUSED:
        jaxl_settle(d, s, JAXL_RESULT_REFUSED);
        return;
    default:
        jaxl_settle(d, s, JAXL_RESULT_NOT_SENT);
        return;
    }
}

void jaxl_place_advance(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    if (!has_ivr(d, s))
        return;
    if (s->ivr && s->ivr->state == JAXL_ADHOC_FAILED) {
        without_ivr(d, s);
        return;
    }
    if (s->ivr) {
        s->result.ivr = s->ivr->ivr;
        jaxl_adhoc_release(d->adhoc, s->ivr);
        s->ivr = NULL;
    }
    s->phase = JAXL_PHASE_READY;
    jaxl_slots_append(&d->ready, s);
}

void jaxl_place_ready(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    /* that money is missing is an error only once there is somebody to call */
    while (d->ready.first && !d->stopping && may_send(d, now, next) && jaxl_gate_funds(d)) {
        struct jaxl_slot *s = d->ready.first;
        jaxl_slots_remove(&d->ready, s);
        place(d, s, now);
    }
}

static void wake_ivrs(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    int64_t due = jaxl_adhoc_tick(d->adhoc, now);

    if (due < *next)
        *next = due;
    if (!jaxl_adhoc_changed(d->adhoc))
        return;
    for (size_t n = d->waiting_ivr.n; n > 0; n--) {
        struct jaxl_slot *s = d->waiting_ivr.first;
        jaxl_slots_remove(&d->waiting_ivr, s);
        jaxl_place_advance(d, s); /* to the end of the same list when there is no news for it */
    }
}

void jaxl_place_wake(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    if (d->adhoc)
        wake_ivrs(d, now, next);
    for (struct jaxl_slot *s = d->throttled.first, *after; s; s = after) {
        after = s->next;
        if (s->due > now) {
            *next = s->due < *next ? s->due : *next;
            continue;
        }
        jaxl_slots_remove(&d->throttled, s);
        s->phase = JAXL_PHASE_READY;
        jaxl_slots_append(&d->ready, s);
    }
}

void jaxl_place_give_back(struct jaxl_dialer *d)
{
    struct jaxl_slot_list *const lists[] = {&d->ready, &d->waiting_ivr, &d->throttled};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        while (lists[i]->first) {
            struct jaxl_slot *s = lists[i]->first;
            jaxl_slots_remove(lists[i], s);
            jaxl_settle(d, s, JAXL_RESULT_NEW);
        }
}
