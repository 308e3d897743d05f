/* The money of a campaign: what it has spent, what calls under way may still cost, and whether one
 * more can be paid for. Pure, exact decimals. */
#ifndef JAXL_CAMPAIGN_FUNDS_H
#define JAXL_CAMPAIGN_FUNDS_H

#include <stdbool.h>

#include "jaxl/json.h"
#include "jaxl/money.h"

struct jaxl_funds {
    bool limited;             /* there is a budget */
    struct jaxl_money budget; /* in the currency of the run, as all amounts here */
    struct jaxl_money most;   /* that a call can cost: what is reserved for each */
    struct jaxl_money spent, reserved;
};

/* Whether another call can be paid for, whatever those under way turn out to cost. */
bool jaxl_funds_may(const struct jaxl_funds *f);
/* Sets aside what a call may cost; false when the sum is too large for an amount. */
bool jaxl_funds_reserve(struct jaxl_funds *f, const struct jaxl_money *amount);
/* The call is over: what was set aside for it is free again, and cost (NULL: nothing) is spent. */
bool jaxl_funds_settle(struct jaxl_funds *f, const struct jaxl_money *reserved,
                       const struct jaxl_money *cost);
/* The sum of costs, [{"cost", "currency"}, ...] as a Call has them. False when it cannot be told:
 * there are none, or one is in another currency than code. */
bool jaxl_funds_cost(const struct jaxl_json *costs, const char *code, struct jaxl_money *sum);

#endif
