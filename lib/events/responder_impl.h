/* What a responder is inside: responder.c is what others call, responder_work.c its thread,
 * responder_lines.c what the co-processes say. */
#ifndef EVENTS_RESPONDER_IMPL_H
#define EVENTS_RESPONDER_IMPL_H

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>

#include "events/asked.h"
#include "events/child.h"
#include "events/responder.h"
#include "jaxl/buf.h"
#include "jaxl/json.h"

enum jaxl_responder_state {
    JAXL_RESPONDER_DOWN,    /* no process */
    JAXL_RESPONDER_RUNNING, /* it is asked */
    JAXL_RESPONDER_ENDING   /* it is not asked any more, and will be collected */
};

struct jaxl_responder_job {
    unsigned number;
    /* under the lock; state is changed by the thread only */
    enum jaxl_responder_state state;
    struct jaxl_asked *asked;
    struct jaxl_buf in; /* lines to be written to it */
    size_t queued;      /* bytes in in and writing */
    /* the thread's own */
    struct jaxl_child child;
    struct jaxl_buf writing; /* taken from in, */
    size_t sent;             /* behind so many bytes that it has read */
    struct jaxl_buf line;    /* of what it says, as far as that came */
    bool skipping;           /* the rest of a line that is too long */
    bool readable;
    unsigned silent; /* events in a row that timed out */
    int64_t started_at, start_at, kill_at, backoff;
    bool started;    /* there was a process */
    char why[256];   /* it is ending, for the log, */
    uint64_t failed; /* with so many events open */
};

/* What it says that is not used, of which the log is told. */
enum jaxl_responder_complaint {
    JAXL_RESPONDER_RUBBISH,
    JAXL_RESPONDER_UNKNOWN,
    JAXL_RESPONDER_TWICE,
    JAXL_RESPONDER_LATE,
    JAXL_RESPONDER_COMPLAINTS
};

struct jaxl_responder {
    struct jaxl_responder_options o;
    char *command;
    pthread_t thread;
    bool running;
    int wake; /* an eventfd */
    struct jaxl_responder_job *jobs;
    unsigned n_jobs;

    pthread_mutex_t lock; /* of these, and of the members of jobs that say so: */
    bool asleep, stopping;
    int64_t stop_by;
    int64_t due_by; /* when everything is due; INT64_MAX: as its time-out says */
    struct jaxl_responder_counts counts;

    /* the thread's own: */
    struct pollfd *polled;
    struct jaxl_json_doc *doc;
    struct jaxl_buf answer;
    struct {
        int64_t next;    /* when the log may be told again */
        uint64_t hidden; /* since it was told */
    } complaints[JAXL_RESPONDER_COMPLAINTS];
};

void *jaxl_responder_work(void *arg); /* the thread; arg is the responder */

/* Takes n bytes that a co-process said. */
void jaxl_responder_hear(struct jaxl_responder *r, struct jaxl_responder_job *job, const char *data,
                         size_t n);
/* It says no more: a last line without its newline counts. */
void jaxl_responder_hear_end(struct jaxl_responder *r, struct jaxl_responder_job *job);

#endif
