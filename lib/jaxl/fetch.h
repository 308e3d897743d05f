/* Records of an account, fetched from the platform: calls, payments, subscriptions, recharges, and
 * the use of each day (protocol.md section 5). All pages, several at once, and with a cursor only
 * what came since the last run. One thread.
 *
 *     struct jaxl_fetch_options o = {.kind = JAXL_FETCH_CALLS, .start = october, .end = november,
 *                                    .cursor = "october.cursor", .output_fd = STDOUT_FILENO};
 *     code = jaxl_fetch(session, &o, put, flush, ctx, &totals, &err);
 *
 * What is written is whole: a page that is lost is asked for again, as the session does it
 * (jaxl/session.h) and a few times more; a list whose count does not fit what came, or changes
 * while it is read, is read again, and with other pages what lacks as many records as others came
 * twice. When that does not help the run ends with an error, and what was
 * put before it is a beginning without holes. Only with a cursor can a run be taken up again: a run
 * without one begins at the beginning. */
#ifndef JAXL_FETCH_H
#define JAXL_FETCH_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is fetched, and what a record is:
 *
 * CALLS          a Call, as the platform gives it, each once, in the order of created_on. The list
 *                is asked for by created_on. The protocol does not say what the parameter
 *                `currency` does to it, whether it chooses calls or the currency that their costs
 *                are shown in: with currency 0 it is asked for in each, and what only one of the
 *                lists has is written as well. With one, what the platform says under it is written
 * PAYMENTS       a Payment, each once, in the order of transaction_timestamp. One that has none
 *                has not taken place: it is written only without a span and without a cursor
 * SUBSCRIPTIONS  a Subscription, in the platform's order. It has no time: a span is reported as of
 *                no effect, and all are written. With a cursor one is written again when its
 *                status, order_status or cost has changed
 * CONSUMABLES    a ConsumableOrder (a recharge); as SUBSCRIPTIONS
 * USAGE          {"day", "currency", "num_calls", "call_time", "total_cost", "is_finalized"} of
 *                each day and currency: the members of results[].stats, with the currency that was
 *                asked for and the is_finalized of the answer, null when it did not say. A result
 *                without stats is one such record with day null and its own sums. The protocol
 *                does not say whose midnight a day begins at, nor when it counts a call. Sums are
 * no records that come: there is no cursor for them */
enum jaxl_fetch_kind {
    JAXL_FETCH_CALLS,
    JAXL_FETCH_PAYMENTS,
    JAXL_FETCH_SUBSCRIPTIONS,
    JAXL_FETCH_CONSUMABLES,
    JAXL_FETCH_USAGE
};

/* "calls", "payments", "subscriptions", "consumables", "usage"; NULL for another number. And back:
 * -1 for another word. Static storage. */
JAXL_API const char *jaxl_fetch_kind_name(int kind);
JAXL_API int jaxl_fetch_kind_parse(const char *name);

/* Days that a cursor holds a call back for its cost to become final. Then it is written as it is,
 * is_finalized false, and reported: bills are made by the month, and what the platform has not
 * settled in one it will hardly settle in time for the next. jaxl-report counts it as provisional.
 * What becomes of it later is not written. */
enum { JAXL_FETCH_HOLD_DAYS = 30 };
/* Seconds before the end of a run that the next one with the cursor looks at again, for calls that
 * the platform shows later than it made them. */
enum { JAXL_FETCH_OVERLAP = 600 };

/* A line for the user: what was noticed and goes on all the same. */
typedef void jaxl_fetch_report(void *ctx, const char *message);

struct jaxl_fetch_options {
    enum jaxl_fetch_kind kind;
    /* Wall time in microseconds, [start, end); INT64_MIN, INT64_MAX: open. By the platform's clock
     * no run looks at calls of its last two seconds or later: so the pages stay where they are
     * while others are placed */
    int64_t start, end;
    int64_t currency;   /* the parameter; 0: all that protocol.md names, USD and INR */
    const char *cursor; /* path; NULL: none. See below */
    int output_fd;      /* where what is put ends; -1: not a descriptor. Used with a cursor only */
    unsigned connections;                   /* requests at once, 0: 16 */
    const struct jaxl_session_watch *watch; /* NULL: nothing stops it */
    jaxl_fetch_report *report;              /* NULL: nobody listens */
    void *report_ctx;
};

/* The cursor: a file of NDJSON, mode 0600, that is locked by who uses it and replaced in one step.
 * It notes whose records of what kind, currency and span were written, up to when, and for calls:
 * which were not final (is_finalized false, or completed_on null). These are held back, and written
 * by a later run, each once, when they are final or JAXL_FETCH_HOLD_DAYS old. Without a cursor all
 * calls are written, also those.
 *
 * Each run writes what came since the one before. One that was ended in the middle, by a signal,
 * kill -9 or the power, goes on where the cursor stands:
 *
 * - When output_fd is a regular file the cursor notes which it is (by device, inode and birth) and
 * how long, each time before it goes on. What an interrupted run wrote behind that is cut off by
 * the next run that writes to the same file (reported), and written again: open it for appending
 * (>>), and let nothing else write to it. A file that is now shorter than that has lost records,
 * and any other output would repeat those behind it: both are JAXL_ECONFIG and the message says
 * what to do. After a run that was not interrupted any output will do: files may be rotated or
 * emptied between runs.
 * - When it is a pipe, what was put is flushed before the cursor goes on: a kill in between has the
 *   next run repeat a quarter of a second of records. jaxl-report calls counts a call id once.
 *
 * A cursor of another organisation, kind, currency or start is refused, and an end before what it
 * has written already; start INT64_MIN takes that of the cursor. */

/* Takes one record: the text of a JSON object, len bytes and a NUL. 0, or the code that ends the
 * run, which is then what it returns (JAXL_EEND: the reader has gone). */
typedef int jaxl_fetch_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);
/* Hands everything that was put to the kernel: the cursor moves when it returns 0. (Making a file
 * durable is done here, by fsync of output_fd.) NULL: put does so itself. */
typedef int jaxl_fetch_flush(void *ctx, struct jaxl_error *err);

struct jaxl_fetch_totals {
    uint64_t written;     /* records put */
    uint64_t provisional; /* calls of these whose cost is not final */
    uint64_t held;        /* calls that the cursor holds back now */
    uint64_t repeats;     /* records that came again, from this run or an earlier one: not put */
    uint64_t gone;        /* calls held back that the platform has no more */
    uint64_t pages;       /* requests that were made for lists and calls */
    uint64_t again;       /* parts of lists that were read again: they were not whole */
    uint64_t cut;         /* bytes of an interrupted run that were cut off the output */
};

/* Fetches, and opens the session when it is not. totals (may be NULL) is set in every case.
 * connections above those of the session wait in its queue.
 * JAXL_EARG (a kind, currency or span that cannot be; a cursor for USAGE), JAXL_EBUSY (another run
 * has the cursor), JAXL_ECONFIG (the cursor or the output is another's, see above), JAXL_EINPUT
 * (the file is no cursor), JAXL_EPROTO (the list keeps changing, or lacks records that its count
 * tells of, or is none), JAXL_ESTOPPED (the
 * watch: what was in flight is dropped or written, and the cursor stands behind what was put),
 * JAXL_ELIMIT, JAXL_EIO, JAXL_ENOMEM, what put and flush return, and the errors of a reply. */
JAXL_API int jaxl_fetch(struct jaxl_session *s, const struct jaxl_fetch_options *options,
                        jaxl_fetch_put *put, jaxl_fetch_flush *flush, void *ctx,
                        struct jaxl_fetch_totals *totals, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
