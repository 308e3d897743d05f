#include "campaign/outcome.h"

/* A call that is over: the next one comes so long after it ended. */
static enum jaxl_ledger_state done(const struct jaxl_policy *p, unsigned most,
                                   const struct jaxl_result *r, int64_t now, int64_t *next_at)
{
    int64_t after = jaxl_policy_retry(p, r->disposition, r->attempt);
    bool retried = jaxl_policy_retry(p, r->disposition, 1) >= 0;

    if (after < 0 || (most && r->attempt >= most))
        return retried ? JAXL_LEDGER_EXHAUSTED : JAXL_LEDGER_DONE;
    /* by the platform's clock, which may be ahead of ours */
    *next_at = (r->ended >= 0 && r->ended < now ? r->ended : now) + after;
    return JAXL_LEDGER_RETRY_WAIT;
}

enum jaxl_ledger_state jaxl_outcome_of(const struct jaxl_policy *p, unsigned most,
                                       const struct jaxl_result *r, int64_t now, int64_t *next_at)
{
    static const struct {
        enum jaxl_ledger_state state;
        int64_t rest; /* -1: for ever */
    } table[JAXL_RESULT_STATES] = {
        [JAXL_RESULT_NEW] = {JAXL_LEDGER_NEW, 0},
        [JAXL_RESULT_PLANNED] = {JAXL_LEDGER_NEW, -1},
        [JAXL_RESULT_SUBMITTED] = {JAXL_LEDGER_SUBMITTED, -1},
        [JAXL_RESULT_DONE] = {JAXL_LEDGER_DONE, -1},
        [JAXL_RESULT_REFUSED] = {JAXL_LEDGER_REFUSED, -1},
        [JAXL_RESULT_NOT_SENT] = {JAXL_LEDGER_DEFERRED, JAXL_OUTCOME_REST},
        [JAXL_RESULT_THROTTLED] = {JAXL_LEDGER_DEFERRED, JAXL_OUTCOME_REST},
        [JAXL_RESULT_UNKNOWN] = {JAXL_LEDGER_UNKNOWN, -1},
        [JAXL_RESULT_SUPPRESSED] = {JAXL_LEDGER_SUPPRESSED, -1},
        [JAXL_RESULT_DEFERRED] = {JAXL_LEDGER_DEFERRED, 0},
        [JAXL_RESULT_EXHAUSTED] = {JAXL_LEDGER_EXHAUSTED, -1},
        [JAXL_RESULT_EXPIRED] = {JAXL_LEDGER_EXPIRED, -1},
    };
    int64_t rest = table[r->state].rest;

    *next_at = rest < 0 ? -1 : now + rest;
    if (r->state == JAXL_RESULT_DEFERRED)
        *next_at = r->next_at;
    if (r->state == JAXL_RESULT_DONE)
        return done(p, most, r, now, next_at);
    if (jaxl_result_is_unpaid(r)) {
        *next_at = now + JAXL_OUTCOME_REST;
        return JAXL_LEDGER_DEFERRED;
    }
    return table[r->state].state;
}
