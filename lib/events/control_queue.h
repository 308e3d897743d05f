/* Actions that wait: in order for each call, whose next one has its turn when the one before has
 * come to its end. */
#ifndef JAXL_EVENTS_CONTROL_QUEUE_H
#define JAXL_EVENTS_CONTROL_QUEUE_H

#include "events/control_action.h"

/* A call that has actions. */
struct jaxl_control_call {
    int64_t id;
    struct jaxl_control_action *first, **last; /* the first is the one whose turn it is */
    int64_t free_at; /* monotonic: when the action before it came to its end; 0: there was none */
    int64_t due;     /* monotonic: when its turn comes */
    struct jaxl_control_call *chain, *after;
    void *owner;                /* the caller's, set when it is given out */
    int phase;                  /* the caller's */
    size_t weight;              /* the caller's */
    struct jaxl_error *refusal; /* the caller's, freed with the call */
};

struct jaxl_control_queue {
    const struct jaxl_clock *clock;
    struct jaxl_control_call **buckets;
    struct jaxl_control_call **heap; /* n_heap that wait for their time, cap_heap have room */
    size_t n_heap, cap_heap;
    struct jaxl_control_call *ready, **ready_last;
    size_t actions, bytes, calls;
};

/* clock: borrowed. JAXL_ENOMEM. */
int jaxl_control_queue_init(struct jaxl_control_queue *q, const struct jaxl_clock *clock,
                            struct jaxl_error *err);
/* All actions that are left go with it. */
void jaxl_control_queue_free(struct jaxl_control_queue *q);

/* Takes an action, at the end of its call's. JAXL_ENOMEM: it is still the caller's. */
int jaxl_control_queue_put(struct jaxl_control_queue *q, struct jaxl_control_action *a,
                           struct jaxl_error *err);
/* The next call whose turn has come, in the order in which it came; it is the caller's until it is
 * given back with its action or without. NULL: there is none. all: also those whose time has not
 * come. */
struct jaxl_control_call *jaxl_control_queue_next(struct jaxl_control_queue *q, bool all);
/* The action was not carried out: the call is the next one again. */
void jaxl_control_queue_again(struct jaxl_control_queue *q, struct jaxl_control_call *call);
/* Its action has come to its end, and is freed; the next one has its turn. Without a next one the
 * call goes, too. */
void jaxl_control_queue_done(struct jaxl_control_queue *q, struct jaxl_control_call *call);
/* When a call that waits has its turn, monotonic; INT64_MAX: none waits. */
int64_t jaxl_control_queue_due(const struct jaxl_control_queue *q);

#endif
