#include <stddef.h>

#include "net/retry.h"

/* The first rule that fits decides; what fits none is not tried again. */
static const struct rule {
    enum jaxl_http_end end;
    int status;     /* of an answer */
    bool safe_only; /* only when doing it twice does no harm */
    bool wait;      /* a Retry-After counts */
} rules[] = {
    {JAXL_HTTP_NOT_SENT, 0, false, false}, {JAXL_HTTP_AMBIGUOUS, 0, true, false},
    {JAXL_HTTP_ANSWERED, 429, true, true}, {JAXL_HTTP_ANSWERED, 502, true, true},
    {JAXL_HTTP_ANSWERED, 503, true, true}, {JAXL_HTTP_ANSWERED, 504, true, true},
};

static const struct rule *find(const struct jaxl_retry_case *c)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].end == c->end &&
            (c->end != JAXL_HTTP_ANSWERED || rules[i].status == c->status))
            return &rules[i];
    return NULL;
}

static int64_t jitter(unsigned tries, uint64_t random)
{
    int64_t bound = JAXL_RETRY_BASE;

    while (--tries > 0 && bound < JAXL_RETRY_CAP)
        bound *= 2;
    if (bound > JAXL_RETRY_CAP)
        bound = JAXL_RETRY_CAP;
    return (int64_t)(random % (uint64_t)(bound + 1));
}

int64_t jaxl_retry_pause(const struct jaxl_retry_case *c, uint64_t random)
{
    const struct rule *rule = find(c);
    int64_t pause;

    if (!rule || c->permanent || c->tries < 1 || c->tries > JAXL_RETRY_MAX ||
        (rule->safe_only && !c->resend_safe))
        return -1;
    pause = jitter(c->tries, random);
    if (!rule->wait || c->retry_after < 0)
        return pause;
    return c->retry_after <= JAXL_RETRY_WAIT_MAX ? c->retry_after + pause : -1;
}

void jaxl_retry_budget_init(struct jaxl_retry_budget *b)
{
    b->tenths = JAXL_RETRY_BUDGET_START;
}

void jaxl_retry_budget_earn(struct jaxl_retry_budget *b)
{
    if (b->tenths < JAXL_RETRY_BUDGET_MAX)
        b->tenths++;
}

bool jaxl_retry_budget_spend(struct jaxl_retry_budget *b)
{
    if (b->tenths < 10)
        return false;
    b->tenths -= 10;
    return true;
}
