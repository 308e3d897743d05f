/* Whether a call may be made: policy, money, callers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "campaign/run.h"

enum { HALT_AFTER = 10 };
static const int64_t CLOCK_OFF = 240 * JAXL_SECOND; /* platforms may allow some minutes */

static int open_policy(struct jaxl_dialer *d, struct jaxl_error *err)
{
    const struct jaxl_dialer_options *o = &d->options;
    int code = jaxl_policy_new(&d->policy, err);

    for (size_t i = 0; i < o->n_policies && !code; i++)
        code = jaxl_policy_load(d->policy, o->policies[i], err);
    for (size_t i = 0; i < o->n_rules && !code; i++)
        code = jaxl_policy_set(d->policy, "", o->rules[i].key, o->rules[i].value, err);
    return code;
}

/* What the options do not say themselves. */
static void take_settings(struct jaxl_dialer *d, const struct jaxl_policy_settings *set)
{
    struct jaxl_dialer_options *o = &d->options;

    o->max_active = o->max_active ? o->max_active : set->max_active;
    o->connections = o->connections ? o->connections : set->connections;
    d->halt_after = set->halt_after ? set->halt_after : HALT_AFTER;
    d->halt_ppm = set->halt_unknown;
    d->max_runtime = set->max_runtime;
    d->funds = (struct jaxl_funds){
        .limited = set->has_budget, .budget = set->budget, .most = set->max_cost_per_call};
    d->has_least = set->has_min_balance;
    d->least_balance = set->min_balance;
}

static int check_settings(const struct jaxl_dialer *d, const struct jaxl_policy_settings *set,
                          struct jaxl_error *err)
{
    struct jaxl_policy_rules all;

    if (set->has_budget && !set->has_max_cost_per_call)
        return jaxl_error_set(err, JAXL_EARG,
                              "budget: how much a call can cost at most has to be known as well "
                              "(--max-cost-per-call)");
    (void)jaxl_policy_rules(d->policy, "", &all);
    if (all.n_caps && !d->options.ledger && !d->options.dry_run)
        return jaxl_error_set(err, JAXL_EARG, "cap and gap: there is no ledger to count calls in");
    return 0;
}

static int open_callers(struct jaxl_dialer *d, const struct jaxl_policy_settings *set,
                        struct jaxl_error *err)
{
    int64_t now = jaxl_run_mono(d);
    int code = jaxl_callers_new(&d->callers, &set->rate_per_from,
                                set->from_by == JAXL_POLICY_COUNTRY, err);

    if (!code && d->from.key)
        code = jaxl_callers_add(d->callers, &d->from, now, err);
    for (size_t i = 0; i < set->n_from && !code; i++)
        code = jaxl_callers_add(d->callers, &set->from[i], now, err);
    if (!code && !d->defaults.from && set->n_from) {
        d->from = set->from[0];
        d->defaults.from = d->from.text;
    }
    return code;
}

int jaxl_gate_open(struct jaxl_dialer *d, struct jaxl_error *err)
{
    const struct jaxl_policy_settings *set;
    int code = open_policy(d, err);

    if (code)
        return code;
    set = jaxl_policy_settings(d->policy);
    take_settings(d, set);
    code = check_settings(d, set, err);
    if (!code)
        code = open_callers(d, set, err);
    if (!code && (!jaxl_policy_empty(d->policy) || set->from_by == JAXL_POLICY_COUNTRY))
        code = jaxl_rules_new(&d->rules, d->policy, err);
    return code;
}

int jaxl_gate_locate(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *record,
                     struct jaxl_error *err)
{
    size_t len = 0;
    const char *tz = d->rules ? jaxl_json_text(jaxl_json_get(record, "tz"), &len) : NULL;

    if (!d->rules)
        return 0;
    return jaxl_rules_locate(d->rules, &s->result.to, tz && len ? tz : NULL, len, &s->place, err);
}

/* When the number was called, by any campaign. */

struct number {
    struct jaxl_dialer *d;
    uint64_t key;
};

static int nth(void *ctx, unsigned n, int64_t *at, struct jaxl_error *err)
{
    const struct number *number = ctx;

    *at = -1;
    return number->d->ledger ? jaxl_ledger_nth(number->d->ledger, number->key, n, at, err) : 0;
}

/* The answer of the policy into the record. */
static void refuse(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t now,
                   const struct jaxl_policy_answer *answer)
{
    static const enum jaxl_result_state states[] = {[JAXL_POLICY_DEFER] = JAXL_RESULT_DEFERRED,
                                                    [JAXL_POLICY_EXHAUSTED] = JAXL_RESULT_EXHAUSTED,
                                                    [JAXL_POLICY_EXPIRED] = JAXL_RESULT_EXPIRED,
                                                    [JAXL_POLICY_NEVER] = JAXL_RESULT_DEFERRED};
    static const char *const hours[] = {"window", "days", "holidays"};
    size_t used;

    s->result.rule = answer->rule;
    for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++)
        if (strcmp(answer->rule, hours[i]) == 0)
            jaxl_rules_explain(d->rules, &s->place, now, s->result.reason, JAXL_RESULT_REASON);
    snprintf(s->result.value, sizeof s->result.value, "%s", answer->value);
    if (answer->verdict == JAXL_POLICY_DEFER)
        s->result.next_at = answer->until;
    else if (answer->verdict == JAXL_POLICY_NEVER) { /* but the rules may be others tomorrow */
        s->result.next_at = now + 24 * 3600 * JAXL_SECOND;
        used = strlen(s->result.reason);
        if (jaxl_rules_zones(&s->place) > 1)
            snprintf(s->result.reason + used, sizeof s->result.reason - used,
                     "%sits zones are never within the hours together (column tz)",
                     used ? "; " : "");
    }
    jaxl_settle(d, s, states[answer->verdict]);
}

static bool pass_policy(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    struct number number = {d, s->result.to.key};
    struct jaxl_policy_lead lead = {.now = jaxl_clock_now(d->clock),
                                    .added_at = s->added_at,
                                    .attempts = s->attempts,
                                    .nth = nth,
                                    .ctx = &number};
    struct jaxl_policy_answer answer;
    struct jaxl_error err = {0};
    int code = jaxl_rules_check(d->rules, &s->place, &lead, &answer, &err);

    if (code) {
        jaxl_settle_failed(d, s, code, &err);
        return false;
    }
    if (answer.verdict == JAXL_POLICY_CALL)
        return true;
    refuse(d, s, lead.now, &answer);
    return false;
}

static int never(void *ctx, unsigned n, int64_t *at, struct jaxl_error *err)
{
    (void)ctx;
    (void)n;
    (void)err;
    *at = -1;
    return 0;
}

/* How often the number was called has not changed by an attempt that called nobody. */
bool jaxl_gate_again(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    struct jaxl_policy_lead lead = {.now = jaxl_clock_now(d->clock),
                                    .added_at = s->added_at,
                                    .attempts = s->attempts,
                                    .nth = never};
    struct jaxl_policy_answer answer;

    if (d->stopping || jaxl_suppress_is(d, s->result.to.key))
        return false;
    return !d->rules || (jaxl_rules_check(d->rules, &s->place, &lead, &answer, NULL) == 0 &&
                         answer.verdict == JAXL_POLICY_CALL);
}

/* Once a turn: what was found in the same instant holds, and nobody wrote to the ledger since. */
bool jaxl_gate_pass(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    if (s->passed == d->turns)
        return true;
    s->passed = d->turns;
    if (jaxl_register_write(d)) {
        jaxl_settle(d, s, JAXL_RESULT_NEW);
        return false;
    }
    if (jaxl_suppress_lead(d, s))
        return false;
    if (!jaxl_suppress_fresh(d, jaxl_rules_dnc_age(&s->place))) {
        jaxl_settle(d, s, JAXL_RESULT_NEW);
        return false;
    }
    return !d->rules || pass_policy(d, s);
}

bool jaxl_gate_funds(struct jaxl_dialer *d)
{
    char spent[JAXL_MONEY_TEXT], reserved[JAXL_MONEY_TEXT], budget[JAXL_MONEY_TEXT],
        most[JAXL_MONEY_TEXT];
    struct jaxl_error err;

    if (jaxl_funds_may(&d->funds))
        return true;
    if (d->flying.n + d->live.n + d->unknown.n > 0) /* one of them may cost less than it might */
        return false;
    jaxl_error_set(
        &err, JAXL_ESAFETY,
        "the budget of %s %s has no room for another call of up to %s "
        "(--max-cost-per-call): %s spent, %s set aside for calls whose cost is not final",
        jaxl_money_format(&d->funds.budget, budget), d->currency_code,
        jaxl_money_format(&d->funds.most, most), jaxl_money_format(&d->funds.spent, spent),
        jaxl_money_format(&d->funds.reserved, reserved));
    jaxl_run_fail(d, JAXL_ESAFETY, &err);
    return false;
}

int64_t jaxl_gate_caller(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t now)
{
    if (s->result.own_from || jaxl_callers_count(d->callers) == 0)
        return jaxl_callers_wait(d->callers, &s->result.from, now);
    return jaxl_callers_pick(d->callers, jaxl_rules_area_name(&s->place), now, &s->result.from);
}

void jaxl_gate_balance(struct jaxl_dialer *d, const struct jaxl_money *balance)
{
    char has[JAXL_MONEY_TEXT], least[JAXL_MONEY_TEXT];
    struct jaxl_error err;

    if (!d->has_least || jaxl_money_compare(balance, &d->least_balance) >= 0)
        return;
    jaxl_error_set(&err, JAXL_ESAFETY, "the account has %s %s left, less than --min-balance %s",
                   jaxl_money_format(balance, has), d->currency_code,
                   jaxl_money_format(&d->least_balance, least));
    jaxl_run_fail(d, JAXL_ESAFETY, &err);
}

bool jaxl_gate_clock(struct jaxl_dialer *d, const struct jaxl_reply *reply)
{
    const int64_t off = reply->server_skew;
    struct jaxl_error err;

    if (reply->status < 400 || reply->status > 499 || (off < CLOCK_OFF && off > -CLOCK_OFF))
        return false;
    jaxl_error_set(&err, JAXL_ECONFIG,
                   "this machine's clock is %" PRId64
                   " s %s the platform's, which refuses requests: set it: %s",
                   (off < 0 ? -off : off) / JAXL_SECOND, off < 0 ? "ahead of" : "behind",
                   reply->error.message);
    jaxl_run_fail(d, JAXL_ECONFIG, &err);
    return true;
}

/* Of few calls one says nothing about a share: it is taken of as many as make it one call. */
void jaxl_gate_unknown(struct jaxl_dialer *d)
{
    const uint64_t million = 1000000, calls = d->own_calls, unknown = d->own_unknown;
    struct jaxl_error err;

    if (!d->halt_ppm || unknown < 2 || unknown * million <= d->halt_ppm * calls)
        return;
    jaxl_error_set(&err, JAXL_ESAFETY,
                   "the outcome of %" PRIu64 " of %" PRIu64
                   " calls is unknown, more than --halt-unknown %g%%",
                   unknown, calls, (double)d->halt_ppm / 10000);
    jaxl_run_fail(d, JAXL_ESAFETY, &err);
}
