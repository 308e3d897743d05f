/* Our calls against the platform's: calls that only one side knows, and what differs in those that
 * both know. Pure: records in, findings out, each call in one pair at most.
 *
 *     jaxl_reconcile_new(&r, &options, &err);
 *     for each record of jaxl-dial    jaxl_reconcile_ours(r, record, &err);
 *     for each Call of the platform   jaxl_reconcile_theirs(r, call, &err);
 *     jaxl_reconcile_finish(r, put, ctx, &totals, &err);
 *     jaxl_reconcile_free(&r);
 *
 * In what order the records of a side come does not matter. A call takes about 80 bytes on each
 * side, no JSON is kept. */
#ifndef JAXL_RECONCILE_H
#define JAXL_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/json.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_reconciler;

/* How two clocks may differ at the boundaries of a span, when nothing else is said. Microseconds.
 */
#define JAXL_RECONCILE_TOLERANCE INT64_C(120000000)

struct jaxl_reconcile_options {
    /* Which calls count, by when they were made: wall time in microseconds, [start, end);
     * INT64_MIN, INT64_MAX: open. Of a pair the platform's time counts. A call that only one side
     * has and that lies within the tolerance of start or end may be the other side's on the other
     * day: it is counted as a boundary, and not found missing */
    int64_t start, end;
    int64_t tolerance; /* microseconds; 0: JAXL_RECONCILE_TOLERANCE, -1: none */
};

/* JAXL_EARG: end before start, a tolerance below -1 or above a day; JAXL_ENOMEM. */
JAXL_API int jaxl_reconcile_new(struct jaxl_reconciler **r,
                                const struct jaxl_reconcile_options *options,
                                struct jaxl_error *err);
JAXL_API void jaxl_reconcile_free(struct jaxl_reconciler **r);

/* Takes a record of ours: what jaxl-dial, or `jaxl-dial attempts`, writes (jaxl-records(5)), from
 * JSON or CSV. All of ours come before the first of theirs (JAXL_EARG). Those of states that called
 * nobody (refused, not_sent, throttled, suppressed, deferred, exhausted, expired, new, planned) are
 * counted and passed over. The same attempt again (by session_id or call_id) takes the place of the
 * one before unless it knows less. JAXL_EINPUT: a record without a state, an id, time, cost or
 * duration that is none; JAXL_ELIMIT: a number of more than 38 digits, a text of more than 64 KiB,
 * more than 250 currencies; such a record can be rejected and the next one taken. JAXL_ENOMEM. */
JAXL_API int jaxl_reconcile_ours(struct jaxl_reconciler *r, const struct jaxl_json *record,
                                 struct jaxl_error *err);
/* Takes a Call of the platform. One that is not outgoing (direction 0 or 1) is counted and passed
 * over; the same id again takes the place of the one before where it is final and that was not, or
 * was modified later. JAXL_EINPUT: no id, or as above. */
JAXL_API int jaxl_reconcile_theirs(struct jaxl_reconciler *r, const struct jaxl_json *call,
                                   struct jaxl_error *err);

/* Takes one finding: the text of a JSON object, len bytes, borrowed. 0, or the code that ends the
 * call, which returns it. */
typedef int jaxl_reconcile_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);

struct jaxl_reconcile_totals {
    uint64_t ours;   /* attempts of ours that called or may have, in the span */
    uint64_t theirs; /* outgoing calls of the platform, in the span */
    uint64_t pairs;  /* of both */
    uint64_t agree;  /* pairs of which nothing is found */
    /* findings, as below */
    uint64_t only_ours, only_theirs, cost, duration, disposition, resolved, unknown, duplicates;
    uint64_t provisional; /* pairs whose cost is not final at the platform: cost not compared */
    uint64_t boundary;    /* calls that one side has, too near to start or end to be missed */
    uint64_t outside;     /* calls of either side that lie outside of the span */
    uint64_t repeats;     /* records that told of an attempt or a call again */
    uint64_t nobody;      /* records of ours that called nobody */
    uint64_t other;       /* Calls that are not outgoing */
};

/* Pairs what came and gives the findings to put, in the order of time (of the platform where it
 * has the call), then of call id, session id and kind. Once.
 *
 * Pairs are made by call_id; then by session_id where the Call has that in session_id, sid, cid or
 * metadata.session_id (the protocol does not say in which, or whether in any); then an attempt
 * without a call id whose outcome is unknown is paired with a call from/to the same numbers that
 * was made from 5 seconds before its request to two minutes after, when that is the only one left
 * and no other such attempt could have it.
 *
 * finding           what                                                   ours, theirs
 * only-ours         we have a call id that the platform does not list      call ids
 * only-theirs       the platform lists a call that we do not know          call ids
 * duplicate         the platform lists a second call for one attempt: with call ids: the one that
 *                   its session, or from/to the same numbers within two    we know, the second
 *                   minutes; or two attempts of ours have one call, or
 *                   one attempt two
 * unknown-resolved  ours was unknown, and this call is the one             null, call id
 * unknown           ours is unknown: no call or several could be it, or    null, how many
 *                   one that another attempt could be as well
 * cost              what it cost differs; one for each currency            amounts
 * duration          its seconds differ                                     seconds
 * disposition       how it ended differs                                   words
 *
 * A finding has all of these members: `finding`, `call_id`, `session_id`, `campaign`, `lead`,
 * `attempt`, `to`, `from`, `at`, `currency`, `ours`, `theirs`, `difference` (theirs less ours, of
 * cost and duration, exact; a side that has none counts as 0); null where there is none. A call has
 * one finding of the upper five at most: an only-theirs is no duplicate. A cost is compared when it
 * is final at the platform, duration and disposition when the call is over there. */
JAXL_API int jaxl_reconcile_finish(struct jaxl_reconciler *r, jaxl_reconcile_put *put, void *ctx,
                                   struct jaxl_reconcile_totals *totals, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
