/* Who opts out is recorded: conditions on events, and a thread that records the numbers of those
 * who meet one, again and again where that fails. Nobody waits for it: a ledger can be busy for
 * seconds, and a caller would hear silence. */
#ifndef JAXL_EVENTS_OPTOUT_H
#define JAXL_EVENTS_OPTOUT_H

#include "jaxl/answer.h"
#include "jaxl/clock.h"
#include "jaxl/event.h"
#include "jaxl/log.h"

struct jaxl_optout;

enum { JAXL_OPTOUT_MOST = 100000 }; /* numbers that wait to be recorded */

struct jaxl_optout_options {
    struct jaxl_texts conditions; /* of jaxl_where_new; any one is enough */
    /* Records; in the thread. event: the id of its record. JAXL_EINPUT and JAXL_EARG: it never will
     * be, as the number is none; other errors: it is tried again. */
    int (*suppress)(void *ctx, const char *number, const char *event, struct jaxl_error *err);
    void *ctx;
    const struct jaxl_clock *clock;
    const struct jaxl_log *log;
};

/* JAXL_EARG: a condition is none; JAXL_ENOMEM. */
int jaxl_optout_new(struct jaxl_optout **o, const struct jaxl_optout_options *options,
                    struct jaxl_error *err);
/* Whether it says to opt out. One thread. */
bool jaxl_optout_is(struct jaxl_optout *o, const struct jaxl_event *e);
/* Has the person's number recorded. Not 0: it will not be, which is logged and counted as lost:
 * JAXL_EINPUT (there is no number, or nobody knows whose), JAXL_ELIMIT, JAXL_ESTOPPED, JAXL_ENOMEM.
 */
int jaxl_optout_add(struct jaxl_optout *o, const struct jaxl_event *e);
struct jaxl_optout_counts {
    uint64_t recorded, waiting, lost;
};
void jaxl_optout_stats(struct jaxl_optout *o, struct jaxl_optout_counts *counts);
/* Whether the last try failed. */
bool jaxl_optout_failing(struct jaxl_optout *o);
/* Tries what is left once more, until the deadline (monotonic), and ends the thread, when the try
 * that is under way is over. Every number that is not recorded is logged, and lost. */
void jaxl_optout_stop(struct jaxl_optout *o, int64_t deadline);
void jaxl_optout_free(struct jaxl_optout **o);

#endif
