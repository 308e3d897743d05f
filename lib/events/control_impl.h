/* What carrying out actions is inside. control.c has the loop, control_send.c what becomes of an
 * action, control_output.c its result. */
#ifndef JAXL_EVENTS_CONTROL_IMPL_H
#define JAXL_EVENTS_CONTROL_IMPL_H

#include "events/control_queue.h"
#include "jaxl/control.h"

struct jaxl_control {
    struct jaxl_control_options options;
    struct jaxl_session *session; /* NULL: a dry run */
    const struct jaxl_clock *clock;
    struct jaxl_record_writer *out;
    struct jaxl_control_tools tools;
    struct jaxl_control_queue queue;
    struct jaxl_json_doc *reply; /* of the answer that is looked at */
    struct jaxl_buf line;        /* scratch: a reject */

    struct jaxl_buf results; /* lines; those up to given are the writer's already */
    size_t given;
    int64_t dirty_since; /* monotonic: when the first of the others came; 0: there are none */
    bool blocked;        /* out_fd takes none now */

    size_t in_flight;   /* requests */
    size_t weight;      /* bytes of files that they may bring along */
    int64_t held_until; /* monotonic: the platform wants no request before */
    bool opened;        /* the session */
    bool closed;        /* nothing more is read */
    bool stopping;      /* and nothing more is begun */
    bool aborted;
    bool gone;                 /* the reader of the results */
    struct jaxl_error failure; /* the first that ended the run; code 0: none */
    struct jaxl_control_totals totals;
};

/* Notes an error, if it is the first, and reads no more; what was read is carried out. */
void jaxl_control_close(struct jaxl_control *c, int code, const struct jaxl_error *err);
/* And begins no more. */
void jaxl_control_fail(struct jaxl_control *c, int code, const struct jaxl_error *err);

/* control_send.c: does what is next for the action whose turn it is. False: it cannot be begun
 * now, and was put back. */
bool jaxl_control_begin(struct jaxl_control *c, struct jaxl_control_call *call);

/* control_output.c */
struct jaxl_control_end {
    enum jaxl_control_result result;
    int status;                     /* HTTP; 0: no answer */
    const char *reason;             /* NULL: none */
    const struct jaxl_json *answer; /* an object of the platform; NULL: none */
    size_t bytes;                   /* of a file that was kept; 0: none */
};
/* The action of the call has come to its end: its result waits to be written, and the next one has
 * its turn. */
void jaxl_control_end(struct jaxl_control *c, struct jaxl_control_call *call,
                      const struct jaxl_control_end *end);
/* Bytes that wait to be written. */
size_t jaxl_control_backlog(const struct jaxl_control *c);
/* Writes what waits, as far as that does not block; *next: when it is to be tried again at the
 * latest. */
void jaxl_control_write(struct jaxl_control *c, int64_t now, int64_t *next);
/* The record that cannot be used. */
void jaxl_control_reject(struct jaxl_control *c, const struct jaxl_record *rec, const char *reason);

#endif
