/* Whether an event came a moment before, and how that one was answered: a platform that lost an
 * answer may send an event again, and what was done for it must not be done twice. The same are
 * events of one kind, call, IVR, option, data and mark; those of a call's next IVR are others. The
 * window begins with the first of them and does not slide, so that a caller who goes on pressing
 * the same digit is heard again after it.
 *
 * Pure: time is given, and nothing is waited for. Memory is bounded by options; where it is short,
 * the oldest are forgotten, and their replays are new events. Used by one thread at a time. */
#ifndef EVENTS_REPLAY_H
#define EVENTS_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/clock.h"
#include "jaxl/event.h"

enum {
    JAXL_REPLAY_ENTRIES = 65536, /* when nothing is said */
    JAXL_REPLAY_WAITING = 65536  /* replays of one event that wait for its answer: more than there
                                    are connections */
};
#define JAXL_REPLAY_WINDOW JAXL_SECOND                /* when nothing is said */
#define JAXL_REPLAY_BYTES  ((size_t)32 * 1024 * 1024) /* when nothing is said */

struct jaxl_replay_options {
    int64_t window; /* microseconds; 0: JAXL_REPLAY_WINDOW */
    size_t entries; /* events remembered at most; 0: JAXL_REPLAY_ENTRIES. JAXL_EARG above 2^30 */
    size_t bytes;   /* of all their texts and answers at most; 0: JAXL_REPLAY_BYTES */
};

struct jaxl_replay;

/* options: NULL for what is used when nothing is said. JAXL_EARG, JAXL_ENOMEM. */
int jaxl_replay_new(struct jaxl_replay **r, const struct jaxl_replay_options *options,
                    struct jaxl_error *err);
/* Replays that still wait are forgotten. */
void jaxl_replay_free(struct jaxl_replay **r);

struct jaxl_replay_seen {
    uint64_t ref;   /* of the first event, for the functions below; 0: it is not remembered */
    bool duplicate; /* there was one before; else this is the first */
    const char *id; /* of a duplicate's first; borrowed until the next call */
    bool answered;  /* that one is answered: code, text and len are what it got, */
    int code;       /* as given to jaxl_replay_answer; text is borrowed until the next call */
    const char *text;
    size_t len;
};

/* Looks the event up (kind, call_id, ivr, option, data, mark) and remembers it (with its id) when
 * it is the first. now: microseconds that never go back (jaxl_clock_mono). When memory is out the
 * event is not remembered. */
void jaxl_replay_see(struct jaxl_replay *r, const struct jaxl_event *e, int64_t now,
                     struct jaxl_replay_seen *seen);

/* The duplicate waits for the answer that its first has not got yet; ticket is given back by
 * jaxl_replay_answer. JAXL_EARG: ref is gone or answered. JAXL_ELIMIT: JAXL_REPLAY_WAITING wait
 * already. JAXL_ENOMEM. */
int jaxl_replay_wait(struct jaxl_replay *r, uint64_t ref, uint64_t ticket);

/* text: of len bytes, borrowed for the call. It must not call back into r. */
typedef void jaxl_replay_wake(void *ctx, uint64_t ticket, int code, const char *text, size_t len);

/* How the first was answered: code is the owner's own (an HTTP status), text of len bytes is
 * copied. Calls wake for each that waits, in the order in which they came. A ref that is 0, gone or
 * answered changes nothing. */
void jaxl_replay_answer(struct jaxl_replay *r, uint64_t ref, int code, const char *text, size_t len,
                        jaxl_replay_wake *wake, void *ctx);

/* The first was not acknowledged: when it comes again it is not a replay of this one. Who waits for
 * its answer still gets it. A ref that is 0 or gone changes nothing. */
void jaxl_replay_disown(struct jaxl_replay *r, uint64_t ref);

/* Events remembered, and bytes of their texts and answers, for metrics and tests. */
size_t jaxl_replay_count(const struct jaxl_replay *r);
size_t jaxl_replay_bytes(const struct jaxl_replay *r);

#endif
