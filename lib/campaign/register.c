/* What the run remembers: the ledger behind the dialer. */
#include <stdio.h>
#include <string.h>

#include "campaign/outcome.h"
#include "campaign/run.h"

static const int64_t ASK_AGAIN = JAXL_SECOND / 5; /* whether the other run has ended */

/* Nothing is written after a failure: what was not committed never was, and what is on its way is
 * unknown to the next run. */
static int broken(struct jaxl_dialer *d, int code, const struct jaxl_error *err)
{
    d->register_broken = true;
    return jaxl_run_fail(d, code, err);
}

static bool is_open(const struct jaxl_dialer *d)
{
    return d->ledger && !d->register_broken;
}

static bool has_time(const struct jaxl_dialer *d)
{
    return !d->max_runtime || jaxl_run_mono(d) - d->started < d->max_runtime;
}

static int open_ledger(struct jaxl_dialer *d, struct jaxl_error *err)
{
    const struct jaxl_ledger_options o = {.path = d->ledger_path,
                                          .account = d->account,
                                          .campaign = d->campaign,
                                          .lock = !d->options.plan,
                                          .copy = d->options.plan,
                                          .clock = d->clock};
    bool told = false;
    int code;

    while ((code = jaxl_ledger_open(&d->ledger, &o, err)) == JAXL_EBUSY && d->options.wait &&
           has_time(d)) {
        if (!told)
            jaxl_log_print(jaxl_session_log(d->session), JAXL_LOG_WARNING,
                           "%s: waiting for it to end", err->message);
        told = true;
        jaxl_run_wait(d, -1, ASK_AGAIN);
        if (d->stopping)
            return jaxl_error_set(err, JAXL_ESTOPPED, "stopped");
    }
    return code;
}

/* A clock that was wrong, and is not any more, must not keep leads waiting until it is that late.
 */
static int compare_clock(struct jaxl_dialer *d, struct jaxl_error *err)
{
    bool redated = false;
    int code = 0;

    if (!d->options.plan)
        code = jaxl_ledger_redate(d->ledger, jaxl_clock_now(d->clock), &redated, err);
    if (redated)
        jaxl_log_print(jaxl_session_log(d->session), JAXL_LOG_WARNING,
                       "the clock has been set back since the last run: leads that waited for a "
                       "time from before wait from now on");
    return code;
}

/* Leads that were deferred by other rules than today's are asked about again; a plan asks about
 * all that wait. */
static int compare_policy(struct jaxl_dialer *d, struct jaxl_error *err)
{
    unsigned char digest[JAXL_POLICY_DIGEST];
    int64_t now = jaxl_clock_now(d->clock);
    bool is_new;
    int code;

    if (d->options.plan)
        return jaxl_ledger_reconsider(d->ledger, now, err);
    code = jaxl_policy_digest(d->policy, digest, err);
    return code ? code : jaxl_ledger_policy(d->ledger, digest, sizeof digest, now, &is_new, err);
}

/* What earlier attempts of the campaign have cost, or may. */
static int count_money(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_dialer *d = arg;
    const struct jaxl_json *row, *reserved;
    struct jaxl_money amount, cost;
    const char *text, *state;
    int code = jaxl_json_parse(d->lead_doc, json, len, &row, err);

    if (code)
        return code;
    state = jaxl_json_string(jaxl_json_get(row, "state"), "");
    if (strcmp(state, "refused") == 0) /* there was no call */
        return 0;
    if (strcmp(state, "done") == 0 &&
        jaxl_funds_cost(jaxl_json_get(row, "costs"), d->currency_code, &cost))
        return jaxl_money_add(&d->funds.spent, &cost, &d->funds.spent);
    reserved = jaxl_json_get(row, "reserved");
    text = jaxl_json_text(reserved, &len);
    if (!text || jaxl_money_parse(text, len, &amount, NULL))
        return 0;
    return jaxl_funds_reserve(&d->funds, &amount) ? 0 : JAXL_ELIMIT;
}

int jaxl_register_open(struct jaxl_dialer *d, struct jaxl_error *err)
{
    int code;

    if (!d->ledger_path || d->ledger) /* opening may be tried again after a failure */
        return 0;
    code = open_ledger(d, err);
    if (!code && d->adhoc)
        jaxl_adhoc_remember(d->adhoc, d->ledger);
    if (!code)
        code = compare_clock(d, err);
    if (!code)
        code = compare_policy(d, err);
    if (!code && d->funds.limited)
        code = jaxl_ledger_query(d->ledger, JAXL_LEDGER_MONEY, count_money, d, err);
    if (!code)
        code = jaxl_ledger_is_empty(d->ledger, &d->register_fresh, err);
    if (!code)
        code = jaxl_ledger_left(d->ledger, &d->totals.left, err);
    if (!code)
        code = jaxl_ledger_due(d->ledger, &d->register_due, err);
    return code;
}

static int add_lead(struct jaxl_dialer *d, struct jaxl_slot *s, bool *is_new,
                    struct jaxl_error *err)
{
    struct jaxl_result *r = &s->result;
    enum jaxl_ledger_added added = JAXL_LEDGER_SAME;
    int code = jaxl_ledger_add(d->ledger, jaxl_buf_text(&r->lead), r->lead.len, r->to.key,
                               jaxl_buf_text(&r->input), r->input.len, &added, &s->lead, err);

    *is_new = added == JAXL_LEDGER_ADDED;
    if (!code && *is_new)
        code = jaxl_ledger_take(d->ledger, s->lead, err);
    return code;
}

/* Enters a lead that was left outside. */
static int fetch_in(struct jaxl_dialer *d, struct jaxl_slot *s, struct jaxl_error *err)
{
    bool is_new;

    if (!s->outside)
        return 0;
    s->outside = false;
    return add_lead(d, s, &is_new, err);
}

static int fetch_all_in(struct jaxl_dialer *d, struct jaxl_error *err)
{
    const struct jaxl_slot_list *const lists[] = {&d->ready, &d->waiting_ivr, &d->throttled};
    int code = 0;

    for (size_t i = 0; d->register_fresh && i < sizeof lists / sizeof lists[0]; i++)
        for (struct jaxl_slot *s = lists[i]->first; s && !code; s = s->next)
            code = fetch_in(d, s, err);
    return code;
}

/* A lead that cannot be there, in a campaign that began with this run and with a number that did
 * not come before, is entered together with its first attempt, which mostly follows at once; at the
 * latest with the next commit. */
static bool may_stay_outside(const struct jaxl_dialer *d, const struct jaxl_slot *s)
{
    const struct jaxl_result *r = &s->result;

    return d->register_fresh && d->seen && r->lead.len == strlen(r->to.text) &&
           memcmp(r->lead.data, r->to.text, r->lead.len) == 0;
}

int jaxl_register_enter(struct jaxl_dialer *d, struct jaxl_slot *s, bool *is_new)
{
    struct jaxl_error err = {0};
    int code = 0;

    s->added_at = jaxl_clock_now(d->clock);
    *is_new = true;
    if (!d->ledger)
        return 0;
    if (d->register_broken)
        return JAXL_EIO;
    s->outside = may_stay_outside(d, s);
    if (!s->outside && d->register_fresh) { /* names of leads can be the numbers of others */
        code = fetch_all_in(d, &err);
        d->register_fresh = false;
    }
    if (!s->outside && !code)
        code = add_lead(d, s, is_new, &err);
    d->totals.left += *is_new && !code;
    return code ? broken(d, code, &err) : 0;
}

/* Does it unless nothing is ever written, and fails where nothing can be written any more. */
static int carry_out(struct jaxl_dialer *d,
                     int (*what)(struct jaxl_dialer *d, struct jaxl_error *err))
{
    struct jaxl_error err = {0};
    int code;

    if (!d->ledger || d->options.plan)
        return 0;
    if (d->register_broken)
        return JAXL_EIO;
    code = what(d, &err);
    return code ? broken(d, code, &err) : 0;
}

static int begin(struct jaxl_dialer *d, struct jaxl_error *err)
{
    return jaxl_ledger_write(d->ledger, err);
}

static int commit(struct jaxl_dialer *d, struct jaxl_error *err)
{
    int code = fetch_all_in(d, err);

    return code ? code : jaxl_ledger_commit(d->ledger, err);
}

int jaxl_register_write(struct jaxl_dialer *d)
{
    return carry_out(d, begin);
}

int jaxl_register_commit(struct jaxl_dialer *d)
{
    return carry_out(d, commit);
}

bool jaxl_register_next(struct jaxl_dialer *d)
{
    struct jaxl_ledger_lead lead;
    struct jaxl_error err = {0};
    int64_t now;
    int code;

    if (!is_open(d) || d->register_due == INT64_MAX)
        return false;
    now = jaxl_clock_now(d->clock);
    if (d->register_due > now)
        return false;
    code = jaxl_ledger_claim(d->ledger, now, &lead, &err);
    if (code == JAXL_EEND) {
        code = jaxl_ledger_due(d->ledger, &d->register_due, &err);
        if (!code) /* those that are due and left are held by attempts under way */
            return false;
    }
    if (code) {
        broken(d, code, &err);
        return false;
    }
    if (!jaxl_gate_funds(d)) { /* it stays as it is, and nobody is told of it */
        jaxl_ledger_release(d->ledger, lead.id);
        return false;
    }
    jaxl_admit_lead(d, &lead);
    return true;
}

bool jaxl_register_more(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    int64_t wait;

    if (!is_open(d) || d->register_due == INT64_MAX || d->options.plan)
        return is_open(d) && d->register_due <= jaxl_clock_now(d->clock);
    wait = d->register_due - jaxl_clock_now(d->clock);
    if (wait > 0 && wait < *next - now)
        *next = now + wait;
    return wait <= 0 || d->options.watch;
}

int jaxl_register_intend(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    char reserved[JAXL_MONEY_TEXT];
    const struct jaxl_result *r = &s->result;
    struct jaxl_ledger_attempt attempt = {.lead = s->lead};
    struct jaxl_ledger_intent intent = {.lead = s->lead,
                                        .attempt = s->result.attempt,
                                        .to = s->result.to.key,
                                        .from = s->result.from.key,
                                        .ivr = s->result.ivr,
                                        .session_id = s->result.session_id};
    struct jaxl_error err = {0};
    int code = 0;

    if (d->funds.limited) {
        s->reserved = d->funds.most;
        s->paid = jaxl_funds_reserve(&d->funds, &s->reserved);
        intent.reserved = jaxl_money_format(&s->reserved, reserved);
    }
    if (!d->ledger)
        return 0;
    if (d->register_broken)
        return JAXL_EIO;
    if (s->outside)
        code = jaxl_ledger_add_intended(d->ledger, jaxl_buf_text(&r->lead), r->lead.len,
                                        jaxl_buf_text(&r->input), r->input.len, s->added_at,
                                        &intent, &attempt, &err);
    else
        code = jaxl_ledger_intend(d->ledger, &intent, &attempt.id, &err);
    if (!code) {
        s->lead = attempt.lead;
        s->intent = attempt.id;
        s->outside = s->settled = false;
        d->totals.left--;
        return 0;
    }
    snprintf(s->result.reason, sizeof s->result.reason, "%.199s", err.message);
    return broken(d, code, &err);
}

/* The lead of an attempt that was not even intended. */
static int move_lead(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_ledger_state state,
                     struct jaxl_error *err)
{
    char why[JAXL_RESULT_REASON + JAXL_RESULT_VALUE];
    const struct jaxl_result *r = &s->result;

    if (r->state == JAXL_RESULT_NEW) {
        jaxl_ledger_release(d->ledger, s->lead);
        return 0;
    }
    snprintf(why, sizeof why, "%s%s%s", r->rule ? r->rule : r->reason, *r->value ? " " : "",
             r->value);
    return jaxl_ledger_defer(d->ledger, s->lead, state, r->next_at, why, err);
}

static int settle_attempt(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_ledger_state state,
                          int64_t next_at, struct jaxl_error *err)
{
    const struct jaxl_ledger_attempt attempt = {
        .id = s->intent, .lead = s->lead, .is_new = !s->settled && !s->resumed};

    s->settled = true;
    return jaxl_ledger_settle(d->ledger, &attempt, &s->result, state, next_at, err);
}

void jaxl_register_settle(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    struct jaxl_error err = {0};
    int64_t now = jaxl_clock_now(d->clock), next_at;
    enum jaxl_ledger_state state =
        jaxl_outcome_of(d->policy, jaxl_rules_max_attempts(&s->place), &s->result, now, &next_at);
    int code;

    if (!is_open(d) || (!s->lead && !s->intent && !s->outside))
        return;
    if (s->result.state == JAXL_RESULT_UNKNOWN && s->result.candidates < 0)
        return; /* it could not be looked for to the end: open, so that the next run does */
    if (next_at > now)
        s->result.next_at = next_at;
    code = fetch_in(d, s, &err);
    if (code)
        next_at = -1;
    else if (s->intent)
        code = settle_attempt(d, s, state, next_at, &err);
    else
        code = move_lead(d, s, state, &err);
    if (s->intent)
        d->totals.left += next_at >= 0;
    else
        d->totals.left -= next_at < 0;
    if (code)
        broken(d, code, &err);
    else if (next_at >= 0 && next_at < d->register_due)
        d->register_due = next_at;
}

void jaxl_register_hold(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    struct jaxl_error err = {0};
    int code = is_open(d) && s->lead ? jaxl_ledger_take(d->ledger, s->lead, &err) : 0;

    if (code)
        broken(d, code, &err);
}

bool jaxl_register_has_call(struct jaxl_dialer *d, uint64_t number, int64_t call_id)
{
    struct jaxl_error err = {0};
    bool has = false;
    int code = is_open(d) ? jaxl_ledger_has_call(d->ledger, number, call_id, &has, &err) : 0;

    if (code)
        broken(d, code, &err);
    return has || code;
}
