/* The webhook server (protocol.md section 7): what the platform tells of a call becomes a record on
 * standard output, and each is answered: by a co-process, by a flow, or by default.
 *
 * One thread serves the network; what waits for the disk, a co-process or a ledger is put aside and
 * answered when that is done, so that no call waits for another one. */
#ifndef JAXL_WEBHOOK_H
#define JAXL_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/answer.h>
#include <jaxl/clock.h>
#include <jaxl/flow.h>
#include <jaxl/log.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_webhook;

enum {
    JAXL_WEBHOOK_PORT = 9919,       /* of the published server (protocol.md section 7) */
    JAXL_WEBHOOK_JOBS = 64,         /* co-processes at most */
    JAXL_WEBHOOK_BODY = 1024 * 1024 /* bytes of a request's body at most */
};
#define JAXL_WEBHOOK_PATH    "/webhook/"        /* likewise */
#define JAXL_WEBHOOK_TIMEOUT (3 * JAXL_SECOND)  /* for an answer of a co-process */
#define JAXL_WEBHOOK_REQUEST (10 * JAXL_SECOND) /* for a request to arrive as a whole */

/* Texts are borrowed until the server is freed. */
struct jaxl_webhook_options {
    const char *listen;      /* "[HOST:]PORT" or "[IPv6]:PORT"; without a host 127.0.0.1,
                                port 0: any that is free */
    const char *watch;       /* the same, another one, that serves /metrics (the text format
                                of Prometheus) and /healthz (200, or 503 when events cannot
                                be kept or answered as asked); NULL: none */
    struct jaxl_texts paths; /* none: JAXL_WEBHOOK_PATH. Each is a secret: in no message */
    struct jaxl_texts allow; /* networks (CIDR) that may connect; none: all */
    const char *secret_name, *secret; /* a header that every request must have; NULL: none */
    unsigned connections;             /* at once, 0: 4096, or as many as files may be open */
    int64_t request_timeout;          /* microseconds for a request; 0: JAXL_WEBHOOK_REQUEST */

    const char *respond;    /* a command for /bin/sh that answers events; NULL: none */
    unsigned respond_jobs;  /* 0: 1 */
    int64_t timeout;        /* microseconds, 0: JAXL_WEBHOOK_TIMEOUT */
    struct jaxl_flow *flow; /* what the command passes on, or all; NULL: none. Used by the server
                               alone while it is open */
    const char *fallback;   /* what answers where neither does: an answer as a rule may have it, in
                               JSON, or a sentence to say before hanging up. NULL: a sentence that
                               the service is not available, in English */

    int output;          /* descriptor that records are written to, not closed */
    const char *journal; /* a file that they are appended to and synced before an answer; NULL */
    struct jaxl_texts opt_out; /* conditions (jaxl-flow(5)): who meets one is not to be called */
    /* Records that; called in a thread of its own, for which no caller waits, and again after a
     * failure, with growing pauses, until it gives 0, or JAXL_EINPUT or JAXL_EARG: it never will.
     * number: of the person, event: of its record. */
    int (*suppress)(void *ctx, const char *number, const char *event, struct jaxl_error *err);
    void *ctx;

    const struct jaxl_clock *clock; /* NULL: the machine's */
    const struct jaxl_log *log;     /* called from any thread, one at a time; NULL: silent */
};

/* Binds, starts the threads and the co-processes, and serves; what is wrong with an option is found
 * before the journal is touched. The program ignores SIGPIPE.
 * JAXL_EARG: an option that cannot be; JAXL_EBUSY: another process has the port or the journal;
 * JAXL_ECONFIG: this machine has no such address, or a part of libjaxl is not installed; JAXL_EIO:
 * the journal cannot be written; JAXL_EINPUT: it is something else; JAXL_ENOMEM. */
JAXL_API int jaxl_webhook_open(struct jaxl_webhook **w, const struct jaxl_webhook_options *options,
                               struct jaxl_error *err);
/* The port it is bound to. */
JAXL_API uint16_t jaxl_webhook_port(const struct jaxl_webhook *w);
/* And that of /metrics; 0: none. */
JAXL_API uint16_t jaxl_webhook_watch_port(const struct jaxl_webhook *w);
/* Readable once nobody reads the output any more: time to stop. Borrowed. */
JAXL_API int jaxl_webhook_fd(const struct jaxl_webhook *w);
/* Opens the journal anew by its name (after it was moved away), at the next record. */
JAXL_API void jaxl_webhook_reopen(struct jaxl_webhook *w);
/* Takes no new requests, answers what has come, writes everything out and stops the co-processes,
 * within deadline microseconds in all (and as much longer as a suppress takes that has begun).
 * JAXL_EIO: records that were acknowledged could not be written to the output in that time, or its
 * reader had gone before, with their number. A second call does nothing. */
JAXL_API int jaxl_webhook_stop(struct jaxl_webhook *w, int64_t deadline, struct jaxl_error *err);
/* Stops at once what still runs. NULL is fine; clears the pointer. */
JAXL_API void jaxl_webhook_free(struct jaxl_webhook **w);

enum jaxl_webhook_refusal {
    JAXL_WEBHOOK_BAD,         /* 400: no event, or not even HTTP */
    JAXL_WEBHOOK_FORBIDDEN,   /* 403: without the secret header */
    JAXL_WEBHOOK_NO_PATH,     /* 404 */
    JAXL_WEBHOOK_NO_METHOD,   /* 405 */
    JAXL_WEBHOOK_TOO_LARGE,   /* 413, or 503: too much at once */
    JAXL_WEBHOOK_TOO_SLOW,    /* cut off */
    JAXL_WEBHOOK_BROKEN,      /* the client hung up within its request, or the answer to it */
    JAXL_WEBHOOK_NOT_ALLOWED, /* a connection of another network than allow */
    JAXL_WEBHOOK_OVER_LIMIT,  /* a connection too many */
    JAXL_WEBHOOK_REFUSALS
};

/* Since it was opened; to be read at any time, from any thread. */
struct jaxl_webhook_stats {
    uint64_t events[JAXL_EVENT_KINDS];        /* acknowledged */
    uint64_t duplicates;                      /* of them, replays */
    uint64_t by_command, by_flow, by_default; /* answers */
    uint64_t by_nobody; /* answers to events that await none: the ends of calls and the like */
    uint64_t bad, late, dead; /* answers of the command that were replaced: wrong, too late, and
                                 because it was not there */
    uint64_t flow_failed;     /* answers of rules that were replaced, for a field that was missing
                                 and the like */
    uint64_t refused[JAXL_WEBHOOK_REFUSALS]; /* by enum jaxl_webhook_refusal */
    uint64_t unkept;                         /* answered 503 because they could not be kept */
    uint64_t suppressed;                     /* numbers recorded, and */
    uint64_t suppressing;                    /* still to be recorded, and */
    uint64_t lost;                           /* that will not be, which the log has */
    uint64_t restarts;                       /* of co-processes */
    uint64_t untold;                         /* events that need no answer and that the command was
                                                not told of: it was not there, or did not keep up */
    unsigned connections;                    /* now */
};
JAXL_API void jaxl_webhook_stats(struct jaxl_webhook *w, struct jaxl_webhook_stats *out);

#ifdef __cplusplus
}
#endif
#endif
