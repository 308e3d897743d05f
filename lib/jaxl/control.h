/* Actions on calls, as a stream: records that say what is to be done to which call are carried out,
 * in order for each call and many calls at once, and each is answered by one record.
 *
 *     {"action": "tts", "call_id": 1234, "prompt": "Thank you.", "id": 7}
 *     {"action":"tts","call_id":1234,"result":"done","http_status":200,"reason":null,
 *      "at":"2026-11-26T10:00:00.123456Z","prompt":"Thank you.","id":7}
 *
 * The records are described in jaxl-control(1) and jaxl-records(5). The next action of a call
 * begins when the one before has its result; those of other calls do not wait for it. An action
 * that may have been carried out is not sent again where it must not (protocol.md section 6): its
 * result is unknown. */
#ifndef JAXL_CONTROL_H
#define JAXL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/record.h>
#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_control;

/* What came of an action. */
enum jaxl_control_result {
    JAXL_CONTROL_DONE,
    JAXL_CONTROL_PLANNED, /* a dry run: it would have been carried out */
    JAXL_CONTROL_ENDED,   /* the call is over */
    JAXL_CONTROL_SKIPPED, /* its `if` does not hold, or the run was stopped before it was begun */
    JAXL_CONTROL_EXPIRED, /* its time was over before it was begun */
    JAXL_CONTROL_REFUSED, /* the platform said no */
    JAXL_CONTROL_FAILED,  /* it was not carried out, for a reason on the way */
    JAXL_CONTROL_UNKNOWN, /* it may have been carried out */
    JAXL_CONTROL_RESULTS
};

/* "done", ...; never NULL for a member of the enum. */
JAXL_API const char *jaxl_control_result_name(enum jaxl_control_result r);

struct jaxl_control_totals {
    uint64_t records; /* read so far, rejects included */
    uint64_t rejected;
    uint64_t results[JAXL_CONTROL_RESULTS];
    uint64_t active; /* read, and without a result yet */
};

struct jaxl_control_options {
    unsigned connections; /* requests in flight at once: at most those of the session; 0: 16 */
    uint64_t queue;       /* actions that are read ahead at most; 0: 10000. Together they take at
                             most 64 MiB, plus one record */
    bool dry_run;         /* carry nothing out, ask nothing: every action that can be is planned */
    bool strict;          /* read no further than the first record that cannot be used */

    int out_fd; /* where the writer writes: nothing is written there while that would block, so that
                   a slow reader keeps no answer waiting; -1: it may block */
    int wake_fd; /* when it becomes readable woken is called, which empties it; -1: none */
    void (*woken)(void *ctx);
    void (*turn)(void *ctx); /* NULL, or called now and then, for progress */
    /* Takes a reject: a line of len bytes with its newline. NULL: rejects are only counted. Not 0:
     * ends the run. */
    int (*reject)(void *ctx, const char *line, size_t len, struct jaxl_error *err);
    /* Keeps a recording in the file that its action names. NULL: they are refused. */
    int (*save)(void *ctx, const char *path, const char *data, size_t len, struct jaxl_error *err);
    void *ctx; /* for all of these */
};

/* session: NULL for a dry run; borrowed like out, both must outlive it. It is opened with the first
 * action, or when the first is waited for. options: copied. JAXL_ENOMEM; JAXL_EARG: no session. */
JAXL_API int jaxl_control_new(struct jaxl_control **c, const struct jaxl_control_options *options,
                              struct jaxl_session *session, struct jaxl_record_writer *out,
                              struct jaxl_error *err);
/* Ends it. What is in flight is given up without a result: call jaxl_control_finish before. */
JAXL_API void jaxl_control_free(struct jaxl_control **c);
/* Reads actions until the input ends, or the run is stopped, and carries them out meanwhile; some
 * may not have ended when it returns. May be called for input after input. The first error that
 * ended the run: of the session, JAXL_EIO, JAXL_EINPUT (strict, or an input that cannot be read
 * on), JAXL_EEND: the reader of the results has gone, JAXL_ENOMEM. */
JAXL_API int jaxl_control_feed(struct jaxl_control *c, struct jaxl_record_reader *actions,
                               struct jaxl_error *err);
/* Carries out what was read, unless the run was stopped, and writes all results. Returns as
 * jaxl_control_feed does. */
JAXL_API int jaxl_control_finish(struct jaxl_control *c, struct jaxl_error *err);
/* Reads no more and begins no more: what is in flight ends, the rest is skipped. May be called from
 * woken, like the next. */
JAXL_API void jaxl_control_stop(struct jaxl_control *c);
/* Gives up what is in flight as well, and results that cannot be written at once. */
JAXL_API void jaxl_control_abort(struct jaxl_control *c);
/* Borrowed; counts on. */
JAXL_API const struct jaxl_control_totals *jaxl_control_totals(const struct jaxl_control *c);

#ifdef __cplusplus
}
#endif
#endif
