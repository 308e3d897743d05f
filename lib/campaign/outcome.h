/* Where the result of an attempt leaves its lead (design.md section 7). Pure. */
#ifndef JAXL_CAMPAIGN_OUTCOME_H
#define JAXL_CAMPAIGN_OUTCOME_H

#include "campaign/ledger.h"
#include "campaign/policy.h"

/* How long a lead rests that could not be sent or that the platform kept putting off or
 * that it refused for want of money. */
#define JAXL_OUTCOME_REST (INT64_C(300) * JAXL_SECOND)

/* The state of the lead, and in *next_at when it is due again, microseconds since 1970; -1: never.
 * r->attempt says which attempt it was; most: max-attempts where the lead is, 0 for none. */
enum jaxl_ledger_state jaxl_outcome_of(const struct jaxl_policy *p, unsigned most,
                                       const struct jaxl_result *r, int64_t now, int64_t *next_at);

#endif
