/* What a journal is inside: journal.c is what others call, journal_work.c its thread. */
#ifndef EVENTS_JOURNAL_IMPL_H
#define EVENTS_JOURNAL_IMPL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "events/journal.h"
#include "events/journal_file.h"
#include "events/output.h"
#include "jaxl/buf.h"

/* Records that wait to be answered, in order: from .. n-1 of each. */
struct jaxl_journal_queue {
    uint64_t *tickets;
    uint64_t *ends; /* the byte behind the record, counted as the owner of the queue says */
    int64_t *since; /* when it was taken up */
    size_t from, n, cap;
};

struct jaxl_journal_batch {
    struct jaxl_buf text;
    struct jaxl_journal_queue queue; /* ends: in text */
};

struct jaxl_journal {
    struct jaxl_journal_options o;
    struct jaxl_output out;
    pthread_t thread;
    bool running;
    int wake; /* an eventfd */
    atomic_bool reopen;

    pthread_mutex_t lock; /* of these: */
    struct jaxl_journal_batch in;
    size_t held;    /* bytes in, in work or waiting for standard output */
    size_t tickets; /* not answered yet */
    bool asleep;    /* the thread wants to be woken */
    bool stopping;
    int64_t stop_by;
    bool gone;                    /* standard output */
    struct jaxl_error file_error; /* code 0: it works */
    struct jaxl_error out_error;
    int64_t stalled_at; /* since when standard output takes nothing; -1: it does */
    struct jaxl_journal_counts counts;

    /* the thread's own: */
    struct jaxl_journal_file file;
    struct jaxl_journal_batch work;
    struct jaxl_journal_queue waiting; /* for standard output; ends: of all bytes ever */
    struct jaxl_buf rest;              /* what standard output has not taken, */
    size_t sent;                       /* behind so many bytes that it has */
    uint64_t passed, written;          /* bytes ever passed on to rest, and taken from it */
    int64_t moved_at;                /* when it last took something, or there was nothing to take */
    int64_t file_try_at, out_try_at; /* when what fails is tried again */
    uint64_t refused;                /* records, since the journal failed */
    bool file_fails, out_fails, stalls;
    bool stall_told; /* the log was */
    int64_t stall_quiet;
    bool told;   /* that standard output has gone */
    size_t lost; /* records that standard output did not take */
};

/* Makes room for n more. 0 or JAXL_ENOMEM. */
int jaxl_journal_queue_reserve(struct jaxl_journal_queue *q, size_t n);
/* There must be room. */
void jaxl_journal_queue_put(struct jaxl_journal_queue *q, uint64_t ticket, uint64_t end,
                            int64_t since);
/* The first n are done with. */
void jaxl_journal_queue_drop(struct jaxl_journal_queue *q, size_t n);
void jaxl_journal_queue_free(struct jaxl_journal_queue *q);

/* What the thread does; arg is the journal. */
void *jaxl_journal_work(void *arg);

#endif
