/* Who opts out, into the ledger of jaxl-dial. */
#ifndef JAXL_BIN_EVENTS_SUPPRESS_H
#define JAXL_BIN_EVENTS_SUPPRESS_H

#include "events/options.h"
#include "jaxl/filter.h"

/* number: of the person, event: of its record. As jaxl_campaign_suppress. */
int suppress_record(const char *ledger, const char *number, const char *event,
                    struct jaxl_error *err);

/* Whether opt-outs can be recorded in it. JAXL_EINPUT: it is not there, or is no ledger; else as
 * jaxl_campaign_suppress. One that a campaign is using now is fine. */
int suppress_check(const char *ledger, struct jaxl_error *err);

/* What opting out is, for events that were recorded; zeroed: nothing. */
struct suppress {
    const char *ledger;
    struct jaxl_filter **any; /* n, one for each condition */
    size_t n;
};

/* As suppress_check, and as jaxl_filter_new. */
int suppress_open(struct suppress *o, const struct options *options, struct jaxl_error *err);
/* Records who opts out in it. JAXL_EINPUT: there is no number that could be; else as above, and as
 * jaxl_filter_test. */
int suppress_take(struct suppress *o, const struct jaxl_json *record, struct jaxl_error *err);
void suppress_close(struct suppress *o);

#endif
