/* Sums of what calls cost, exact, one for each currency. */
#ifndef JAXL_CAMPAIGN_COSTS_H
#define JAXL_CAMPAIGN_COSTS_H

#include "jaxl/dialer.h"
#include "jaxl/json.h"

/* The currency of a cost, as the platform writes it: a code, or its number of one, which is made
 * its code. NULL: it has none. */
const char *jaxl_costs_currency(const struct jaxl_json *cost);
/* Adds the costs of a call ([{"cost": 0.35, "currency": "INR"}], or anything else, which adds
 * nothing) to the *n sums, of which there may be JAXL_DIALER_CURRENCIES. */
void jaxl_costs_add(struct jaxl_dialer_cost *sums, size_t *n, const struct jaxl_json *costs);
/* Writes the sums in the same form. */
void jaxl_costs_write(const struct jaxl_dialer_cost *sums, size_t n, struct jaxl_json_writer *w);

#endif
