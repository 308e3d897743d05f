/* Where the records of events go before anybody is told that they are known: to standard output,
 * and, where it is asked for, to a journal on the disk. A thread of its own takes all that has
 * gathered, writes it to the journal with one write and one sync, then to standard output with one
 * write, and then says of all of it at once that it may be answered.
 *
 * What is promised. A record is on standard output only when the journal has it, if there is one.
 * It may be answered (done, with code 0) when the disk has it in the journal, if there is one, and
 *
 * - standard output has taken it, whole, or
 * - it has waited for that for the grace time, or
 * - standard output has taken nothing for the grace time, though there was something for it: a
 *   reader that stalls holds callers up once, and not each of them.
 *
 * From then on it has its place in a bounded buffer (jaxl_journal_add says JAXL_EAGAIN when that is
 * full), is written when the reader goes on, and at latest while jaxl_journal_stop waits. So one
 * that was answered is never missing from the journal; and from standard output only when the
 * process is killed, the reader goes away, or does not read on before stop's time is over: stop
 * then says how many records that were.
 *
 * Without a journal, and while nothing else waits, jaxl_journal_add writes by itself. */
#ifndef EVENTS_JOURNAL_H
#define EVENTS_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/clock.h"
#include "jaxl/log.h"

enum { JAXL_JOURNAL_TICKETS = 1 << 18 }; /* records at most that wait to be answered */
#define JAXL_JOURNAL_BUFFER ((size_t)64 * 1024 * 1024) /* when nothing is said */
#define JAXL_JOURNAL_GRACE  JAXL_SECOND                /* when nothing is said */

struct jaxl_journal_options {
    int fd;           /* standard output: borrowed, never made non-blocking for others */
    const char *path; /* of the journal, NULL: none. Made (0600) where it is missing. Borrowed */
    size_t buffer;    /* bytes that wait at most; 0: JAXL_JOURNAL_BUFFER */
    int64_t grace;    /* microseconds; 0: JAXL_JOURNAL_GRACE */
    /* n records that jaxl_journal_add returned 0 for may be answered, in their order. code 0, or
     * they are not known and must not be acknowledged: JAXL_EIO (the disk is full or fails; without
     * a journal: standard output fails or its reader has gone), JAXL_ESTOPPED (stopped before
     * standard output took them; without a journal only). tickets is borrowed. */
    void (*done)(void *ctx, const uint64_t *tickets, size_t n, int code);
    /* Standard output has gone: nothing can be written to it any more. Told once; NULL: not. */
    void (*gone)(void *ctx);
    void *ctx;                      /* of both, which are called in the journal's thread */
    const struct jaxl_clock *clock; /* NULL: the machine's */
    const struct jaxl_log *log;     /* called in the journal's thread, and while it
                                       is opened; NULL: silent */
};

struct jaxl_journal;

/* Opens the journal and starts the thread. The program ignores SIGPIPE and SIGXFSZ. *options is
 * copied. JAXL_EBUSY: another process has the journal. JAXL_EINPUT: the file is or holds something
 * else. JAXL_EARG, JAXL_EIO, JAXL_ENOMEM. */
int jaxl_journal_open(struct jaxl_journal **j, const struct jaxl_journal_options *options,
                      struct jaxl_error *err);

/* Takes a record, len bytes that end with their only newline, copied. From any thread, also from
 * within done.
 * 1: it is written, and may be answered; done is not called.
 * 0: done will be called for the ticket, perhaps before this returns.
 * JAXL_EAGAIN: as much as there may be waits already (standard output stalls): later.
 * JAXL_EIO: the reader of standard output has gone, and there is no journal.
 * JAXL_ELIMIT: longer than the buffer. JAXL_ESTOPPED: jaxl_journal_stop was called. JAXL_ENOMEM. */
int jaxl_journal_add(struct jaxl_journal *j, uint64_t ticket, const char *line, size_t len);

/* The journal file was moved away (logrotate): go on with a new one. Records taken before may go to
 * the old one. When the new one cannot be opened, the old one stays in use, and the log is told.
 * From any thread, also from a signal handler. */
void jaxl_journal_reopen(struct jaxl_journal *j);

/* Whether records get through. JAXL_EIO: the journal or standard output fails, or its reader has
 * gone; what failed is tried again each second, also when no record comes, and trusted when it has
 * worked for a second. JAXL_EAGAIN: standard output has taken nothing for the grace time. From any
 * thread. */
int jaxl_journal_health(struct jaxl_journal *j, struct jaxl_error *err);

struct jaxl_journal_counts {
    uint64_t records; /* taken */
    uint64_t direct;  /* of these written by jaxl_journal_add itself */
    uint64_t batches; /* of the others, in so many batches, */
    uint64_t failed;  /* and so many of them answered with a code other than 0 */
    uint64_t refused; /* JAXL_EAGAIN */
    uint64_t waiting; /* bytes that wait now: to be journaled, or for standard output */
};
/* From any thread. */
void jaxl_journal_counts(struct jaxl_journal *j, struct jaxl_journal_counts *counts);

/* Takes no more, writes out what there is, waits for the reader of standard output for patience
 * microseconds at most, and ends the thread; done has been called for every record then. JAXL_EIO:
 * records were not taken by standard output, so many (the journal has them, if there is one). Once,
 * and not from a callback. */
int jaxl_journal_stop(struct jaxl_journal *j, int64_t patience, struct jaxl_error *err);
/* Stops it without any patience where that was not done. */
void jaxl_journal_free(struct jaxl_journal **j);

#endif
