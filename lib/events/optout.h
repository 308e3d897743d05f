/* Who opts out is recorded: conditions on events, and a thread that records the numbers of those
 * who meet one, again and again where that fails. */
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
    /* Records; in the thread. event: the id of its record. */
    int (*suppress)(void *ctx, const char *number, const char *event, struct jaxl_error *err);
    void *suppress_ctx;
    /* Tells, in the thread, that a number was recorded or that the first try failed: the caller
     * waits no longer. */
    void (*done)(void *ctx, void *ticket);
    void *ctx; /* of done */
    const struct jaxl_clock *clock;
    const struct jaxl_log *log;
};

/* JAXL_EARG: a condition is none; JAXL_ENOMEM. */
int jaxl_optout_new(struct jaxl_optout **o, const struct jaxl_optout_options *options,
                    struct jaxl_error *err);
/* Whether it says to opt out, and there is a number to record. One thread. */
bool jaxl_optout_is(struct jaxl_optout *o, const struct jaxl_event *e);
/* Has it recorded. ticket: for done, NULL: nobody waits. JAXL_ELIMIT, JAXL_ENOMEM: it will not be,
 * which is logged, and done is not called. */
int jaxl_optout_add(struct jaxl_optout *o, const struct jaxl_event *e, void *ticket);
/* Recorded, and still to be. */
void jaxl_optout_stats(struct jaxl_optout *o, uint64_t *recorded, uint64_t *waiting);
/* Whether the last try failed. */
bool jaxl_optout_failing(struct jaxl_optout *o);
/* Tries what is left once more, until the deadline (monotonic), and ends the thread. Every number
 * that is not recorded is logged; how many. */
size_t jaxl_optout_stop(struct jaxl_optout *o, int64_t deadline);
void jaxl_optout_free(struct jaxl_optout **o);

#endif
