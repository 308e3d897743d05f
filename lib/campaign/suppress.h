/* Numbers that this run must not call. */
#ifndef JAXL_CAMPAIGN_SUPPRESS_H
#define JAXL_CAMPAIGN_SUPPRESS_H

#include "campaign/slots.h"
#include "jaxl/dialer.h"

/* Reads the do-not-call files of the options. JAXL_EARG for a name that is wrong, the errors of
 * jaxl_dnc_new, JAXL_ESAFETY when one is too old. */
int jaxl_suppress_open(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                       struct jaxl_error *err);
/* Reads them again when they have changed, about once a second; ends the run when one cannot be
 * read any more or has become too old. */
void jaxl_suppress_turn(struct jaxl_dialer *d, int64_t now);
/* Whether the lists are at most so old, microseconds; 0: any. Ends the run when not. */
bool jaxl_suppress_fresh(struct jaxl_dialer *d, int64_t most);
/* Whether a number is on a list, or opted out; yes when that cannot be told, which ends the run. */
bool jaxl_suppress_is(struct jaxl_dialer *d, uint64_t number);
/* Whether the number of a slot, which is in no list, is on one: then its record is written. */
bool jaxl_suppress_lead(struct jaxl_dialer *d, struct jaxl_slot *s);

#endif
