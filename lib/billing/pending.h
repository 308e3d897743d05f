/* Calls that are not final: kept until all has been read, as a later record of the same call takes
 * their place. */
#ifndef JAXL_BILLING_PENDING_H
#define JAXL_BILLING_PENDING_H

#include "billing/item.h"

struct jaxl_pending_call {
    struct jaxl_pending_call *next;
    uint64_t hash;
    struct jaxl_item item;         /* points into what follows */
    struct jaxl_fact_cost costs[]; /* of the item, and behind them its texts */
};

struct jaxl_pending {
    struct jaxl_pending_call **chains;
    size_t n, cap;
};

void jaxl_pending_free(struct jaxl_pending *p);
/* Keeps a copy, in place of *again earlier ones of the same call: two, when one was known by its id
 * and one by its session. JAXL_ENOMEM. */
int jaxl_pending_put(struct jaxl_pending *p, const struct jaxl_item *item, unsigned *again);
/* The call is final: those that are kept under its id or its session go. How many went. */
unsigned jaxl_pending_drop(struct jaxl_pending *p, int64_t id, const char *session,
                           uint32_t session_len);

#endif
