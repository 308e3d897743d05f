/* Co-processes that say how calls go on: a shell command, running all the time, which reads the
 * record of each event as a line, and writes a line for it, in any order, that has the event's id
 * and the answer (response.h); or the id and nothing else, which leaves the answer to others.
 * Several may run; the events of one call always go to the same one, so that it can keep what it
 * knows.
 *
 * One that dies is started again, after a pause that grows from 100 ms to 10 s while it does not
 * live for 10 s; what it was asked fails at once, and so does what is asked meanwhile: a caller is
 * waiting. One that lets JAXL_RESPONDER_SILENT events in a row run out of time without a line for
 * any is killed, and started again. What it writes that is no answer is counted, and the log told,
 * each kind at most once in 10 seconds. Every event is answered exactly once, whatever it does. */
#ifndef EVENTS_RESPONDER_H
#define EVENTS_RESPONDER_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/clock.h"
#include "jaxl/log.h"

enum {
    JAXL_RESPONDER_JOBS = 64,        /* at most */
    JAXL_RESPONDER_OPEN = 8192,      /* events that one has open, at most */
    JAXL_RESPONDER_LINE = 64 * 1024, /* bytes of a line that it writes; a longer one is skipped */
    JAXL_RESPONDER_QUEUE = 4 << 20,  /* bytes that one has not read yet, at most */
    JAXL_RESPONDER_SILENT = 5        /* events in a row that time out: it hangs */
};
#define JAXL_RESPONDER_TIMEOUT (3 * JAXL_SECOND) /* when nothing is said */

struct jaxl_responder_options {
    const char *command; /* run with /bin/sh -c; copied. Its standard error is this process's */
    unsigned jobs;       /* how many of it run, 0: one */
    int64_t timeout;     /* of an event, microseconds; 0: JAXL_RESPONDER_TIMEOUT */
    /* The answer to an event that jaxl_responder_ask returned 0 for, once for each. code:
     *   0             text is the answer in normal form (jaxl_response_check), len bytes
     *   JAXL_EEND     it leaves the answer to others
     *   JAXL_EINPUT   it is not what the platform takes
     *   JAXL_EAGAIN   none came within the time-out
     *   JAXL_EIO      the co-process died
     *   JAXL_ESTOPPED jaxl_responder_stop did not wait any longer
     *   others        of jaxl_response_check: this machine cannot (JAXL_ENOMEM, JAXL_ECONFIG)
     * err says it in a line for all but 0 and JAXL_EEND. Called in the responder's thread; text and
     * err are borrowed. */
    void (*answered)(void *ctx, uint64_t ticket, int code, const char *text, size_t len,
                     const struct jaxl_error *err);
    void *ctx;
    const struct jaxl_clock *clock; /* NULL: the machine's */
    const struct jaxl_log *log;     /* called in the responder's thread; NULL: silent */
};

struct jaxl_responder;

/* Starts the thread, which starts the co-processes; events may be asked about at once. The program
 * ignores SIGPIPE. JAXL_EARG, JAXL_EIO, JAXL_ENOMEM. */
int jaxl_responder_start(struct jaxl_responder **r, const struct jaxl_responder_options *options,
                         struct jaxl_error *err);

/* Asks about an event: its call (0: none), its id (less than JAXL_ASKED_ID bytes, never the same
 * twice), its record of len bytes with the newline, copied. From any thread, also from within
 * answered. 0: answered will be called for the ticket, perhaps before this returns. Otherwise it
 * will not: JAXL_EIO (the co-process does not run), JAXL_EBUSY (it does not keep up: its queue is
 * full), JAXL_EARG, JAXL_ESTOPPED, JAXL_ENOMEM. */
int jaxl_responder_ask(struct jaxl_responder *r, uint64_t ticket, int64_t call_id, const char *id,
                       const char *line, size_t len);

/* The same for an event that needs no answer: one that comes is passed over. */
int jaxl_responder_tell(struct jaxl_responder *r, int64_t call_id, const char *id, const char *line,
                        size_t len);

struct jaxl_responder_counts {
    uint64_t told;     /* by jaxl_responder_tell */
    uint64_t asked;    /* 0 was returned for; each is one of the next six in the end */
    uint64_t answered; /* code 0 */
    uint64_t passed;   /* JAXL_EEND */
    uint64_t bad;      /* JAXL_EINPUT and what jaxl_response_check says else */
    uint64_t timeouts; /* JAXL_EAGAIN */
    uint64_t died;     /* JAXL_EIO */
    uint64_t stopped;  /* JAXL_ESTOPPED */
    uint64_t refused;  /* not asked: JAXL_EIO, JAXL_EBUSY */
    uint64_t rubbish;  /* lines that are no answer, or too long */
    uint64_t unknown;  /* lines for an id that nobody asked about */
    uint64_t twice;    /* lines for an event that was answered before */
    uint64_t late;     /* lines for one that had timed out */
    uint64_t starts;   /* of co-processes */
    unsigned running;  /* now */
};
/* From any thread. */
void jaxl_responder_counts(struct jaxl_responder *r, struct jaxl_responder_counts *counts);

/* Waits for no answer longer than patience microseconds from now, whatever the time-out: events
 * that are open then, or asked about later, have timed out. From any thread. */
void jaxl_responder_hurry(struct jaxl_responder *r, int64_t patience);

/* Takes no more, closes the standard input of the co-processes when they have read what was asked,
 * delivers what they say and waits for their end for patience microseconds at most; then the open
 * events are answered with JAXL_ESTOPPED, and who still lives is ended: SIGTERM, and SIGKILL after
 * another half second. No process is left when it returns. Once, and not from answered. */
void jaxl_responder_stop(struct jaxl_responder *r, int64_t patience);
/* Stops it without any patience where that was not done. */
void jaxl_responder_free(struct jaxl_responder **r);

#endif
