/* What becomes of calls, from the platform's list of them (protocol.md section 5): for machines
 * that no webhook reaches. One thread.
 *
 *     jaxl_follow_new(&f, session, &options, &err);
 *     do
 *         code = jaxl_follow_look(f, put, flush, ctx, &err);
 *     while (!code && wait_a_while());
 *     jaxl_follow_free(&f);
 */
#ifndef JAXL_FOLLOW_H
#define JAXL_FOLLOW_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_follow;

enum {
    JAXL_FOLLOW_OVERLAP = 600, /* seconds before a look that the next one sees again, for calls that
                                  the platform shows later than it made them */
    JAXL_FOLLOW_LISTED = 7200, /* seconds that a call is looked up in the list; one that is not
                                  final after it is asked for by its id, after */
    JAXL_FOLLOW_ASKED = 300,   /* seconds, or after */
    JAXL_FOLLOW_SHARE = 24,    /* one part of so many of its age where that is longer, and not at
                                  all after */
    JAXL_FOLLOW_DAYS = 30,     /* days; and in one look, of all calls, at most */
    JAXL_FOLLOW_ASKS = 200     /* are asked for */
};

struct jaxl_follow_options {
    const char *cursor; /* path of a file that it is kept in how far this is; NULL: nowhere */
    int64_t since;      /* wall time, microseconds: a new cursor begins with the calls placed from
                           then on; INT64_MIN: from now on */
    int64_t currency;   /* the parameter of the list: what costs are shown in, as far as is known */
    const struct jaxl_log *log; /* NULL: silent */
};

/* Opens the session (jaxl_session_open) and the cursor. JAXL_EBUSY: another process has it;
 * JAXL_ECONFIG: it is of another organisation or currency; JAXL_EINPUT: it is none; JAXL_EIO;
 * JAXL_ENOMEM; what opening a session fails with. */
JAXL_API int jaxl_follow_new(struct jaxl_follow **f, struct jaxl_session *s,
                             const struct jaxl_follow_options *options, struct jaxl_error *err);
JAXL_API void jaxl_follow_free(struct jaxl_follow **f);

/* A record, len bytes of a JSON object: {"id", "event", "call_id", "from", "to", "direction",
 * "received_at", "call"}, event placed, answered, completed or finalised, call the Call as it was
 * then. Not 0 ends the look, and is what it returns. */
typedef int jaxl_follow_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);
/* Has what was put where a crash does not lose it: the cursor is written then, at the end of a look
 * and in a long one after each hour of calls. NULL: it is. */
typedef int jaxl_follow_flush(void *ctx, struct jaxl_error *err);

/* Asks once. Each event of a call is put once, in this order, whatever happened between two looks
 * (one that shows only after a later one was put is left out); calls in the order in which they
 * were placed, as far as they came in one look. After a look that ended with an error the next one
 * puts what it did not; after a crash, also what the cursor does not have, with the same ids. The
 * errors of jaxl_calls_list; JAXL_EPROTO: the answer is no list.
 */
JAXL_API int jaxl_follow_look(struct jaxl_follow *f, jaxl_follow_put *put, jaxl_follow_flush *flush,
                              void *ctx, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
