#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "campaign/run.h"
#include "campaign/verdict.h"
#include "jaxl/calls.h"
#include "platform/session_secret.h"

enum { UNREACHABLE = 16, LINE_BITS = 44 };
#define LINE_MASK ((UINT64_C(1) << LINE_BITS) - 1)
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

    return !d->stopping && !d->full && d->ready.n == 0 && d->active < d->options.max_active &&
           held < d->options.max_active + (size_t)JAXL_RUN_HELD && may_send(d, now, next);
}

void jaxl_place_reject(struct jaxl_dialer *d, const struct jaxl_record *rec, const char *reason)
{
    struct jaxl_error err = {0};
    int code;

    d->totals.rejected++;
    jaxl_buf_reset(&d->line);
    jaxl_record_reject(&d->line, rec, reason);
    code = jaxl_buf_check(&d->line, "a reject", &err);
    if (!code && d->options.reject)
        code = d->options.reject(d->options.ctx, d->line.data, d->line.len, &err);
    if (!code && d->options.strict)
        code =
            jaxl_error_set(&err, JAXL_EINPUT, "line %" PRIu64 ": %s (--strict)", rec->line, reason);
    if (code)
        jaxl_run_fail(d, code, &err);
}

static void answered(void *arg, const struct jaxl_reply *reply);

/* The one place where a call is asked for. Whatever may forbid it is checked here, immediately
 * before the request, and sends the attempt elsewhere. */
static void place(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    struct jaxl_calls_order order = {.from_number = s->result.from.text,
                                     .to_number = s->result.to.text,
                                     .session_id = s->result.session_id,
                                     .currency = d->currency_code,
                                     .total_recharge = d->recharge,
                                     .ivr_id = s->result.ivr};
    struct jaxl_request request = {.endpoint = JAXL_CALLS_TOKEN, .done = answered, .arg = s};
    struct jaxl_error err = {0};
    int code;

    if (jaxl_suppress_lead(d, s))
        return;
    jaxl_buf_reset(&d->body);
    code = jaxl_calls_body(&order, &d->body, &err);
    request.body = d->body.data;
    request.body_len = d->body.len;
    if (!code)
        code = jaxl_session_send(d->session, &request, &err);
    if (code) {
        snprintf(s->result.reason, sizeof s->result.reason, "%.180s", err.message);
        jaxl_settle(d, s, JAXL_RESULT_NEW);
        jaxl_run_fail(d, code, &err);
        return;
    }
    jaxl_pace_take(&d->pace, jaxl_run_mono(d));
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

    jaxl_pace_throttle(&d->pace, now);
    s->due = now + (reply->retry_after >= 0 ? reply->retry_after : LATER);
    if (d->stopping) {
        jaxl_settle(d, s, JAXL_RESULT_NEW);
    } else if (s->due > s->read_at + d->options.throttle_wait) {
        jaxl_settle(d, s, JAXL_RESULT_THROTTLED);
    } else {
        s->phase = JAXL_PHASE_THROTTLED;
        jaxl_slots_append(&d->throttled, s);
    }
}

/* A lead could not be sent. When that happens to many in a row the others are better kept. */
static void count_unreachable(struct jaxl_dialer *d, const char *why)
{
    struct jaxl_error err;

    if (++d->unreachable < UNREACHABLE)
        return;
    jaxl_error_set(&err, JAXL_ENET, "%d leads in a row could not be sent, stopping: %s",
                   UNREACHABLE, why);
    jaxl_run_fail(d, JAXL_ENET, &err);
}

static void not_sent(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_reply *reply)
{
    count_unreachable(d, reply->error.message);
    jaxl_settle(d, s, JAXL_RESULT_NOT_SENT);
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
    switch (verdict.kind) {
    case JAXL_VERDICT_SUBMITTED:
        jaxl_settle_placed(d, s, verdict.call_id, verdict.call);
        break;
    case JAXL_VERDICT_REFUSED:
        jaxl_settle(d, s, JAXL_RESULT_REFUSED);
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
            snprintf(s->result.reason, sizeof s->result.reason, "%.199s", err.message);
            jaxl_settle(d, s, JAXL_RESULT_NEW);
            jaxl_run_fail(d, code, &err);
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

static void advance(struct jaxl_dialer *d, struct jaxl_slot *s)
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

/* The place of a record in all the input: which one, and the line in it. */
static uint64_t place_of(const struct jaxl_dialer *d, uint64_t line)
{
    return ((uint64_t)d->inputs << LINE_BITS) | (line & LINE_MASK);
}

/* Whether the number was met before; a message for the reject then. */
static bool duplicate(struct jaxl_dialer *d, const struct jaxl_phone *to, uint64_t line,
                      char *reason, size_t room)
{
    uint64_t first;
    struct jaxl_error err = {0};

    if (!d->seen)
        return false;
    if (jaxl_seen_add(d->seen, to->key, place_of(d, line), &first, &err)) {
        snprintf(reason, room, "%s", err.message);
        jaxl_run_fail(d, err.code, &err);
        return true;
    }
    if (!first)
        return false;
    d->totals.duplicates++;
    if (first >> LINE_BITS == d->inputs)
        snprintf(reason, room, "duplicate of line %" PRIu64, first & LINE_MASK);
    else
        snprintf(reason, room, "duplicate of line %" PRIu64 " of input %" PRIu64, first & LINE_MASK,
                 first >> LINE_BITS);
    return true;
}

static int identify(struct jaxl_dialer *d, struct jaxl_slot *s, uint64_t line)
{
    struct jaxl_identity who = {.campaign = d->campaign,
                                .lead = jaxl_buf_text(&s->result.lead),
                                .lead_len = s->result.lead.len,
                                .to = s->result.to.text,
                                .place = d->options.allow_duplicates ? place_of(d, line) : 0,
                                .attempt = s->result.attempt};

    s->result.campaign = d->campaign;
    if (d->options.dry_run) /* the account is not known without asking */
        return 0;
    who.account = jaxl_session_org(d->session);
    return jaxl_identity_session(&who, &d->scratch, s->result.session_id);
}

void jaxl_place_record(struct jaxl_dialer *d, const struct jaxl_record *rec)
{
    struct jaxl_slot *s = jaxl_slots_get(&d->pool);
    struct jaxl_error err = {0};
    char reason[600];
    int code;

    if (!s) {
        jaxl_place_reject(d, rec, "out of memory");
        jaxl_run_fail(d, JAXL_ENOMEM, NULL);
        return;
    }
    code = jaxl_lead_read(rec->value, &d->defaults, &s->result, &err);
    snprintf(reason, sizeof reason, "%s", err.message);
    if (!code)
        code = identify(d, s, rec->line);
    if (code || duplicate(d, &s->result.to, rec->line, reason, sizeof reason)) {
        jaxl_slots_put(&d->pool, s);
        jaxl_place_reject(d, rec, reason);
        return;
    }
    s->dialer = d;
    s->read_at = jaxl_run_mono(d);
    d->totals.active++;
    d->active++;
    if (++d->taken == d->options.limit)
        d->full = true;
    if (jaxl_suppress_lead(d, s)) /* before an IVR is made for it */
        return;
    if (d->options.dry_run)
        jaxl_settle(d, s, JAXL_RESULT_PLANNED);
    else
        advance(d, s);
}

void jaxl_place_ready(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    while (d->ready.first && !d->stopping && may_send(d, now, next)) {
        struct jaxl_slot *s = d->ready.first;
        jaxl_slots_remove(&d->ready, s);
        place(d, s);
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
        advance(d, s); /* to the end of the same list when there is no news for it */
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
