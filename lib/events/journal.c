#include "events/journal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/journal_impl.h"
#include "events/thread.h"

static void free_batch(struct jaxl_journal_batch *b)
{
    jaxl_buf_free(&b->text);
    jaxl_journal_queue_free(&b->queue);
}

static void dispose(struct jaxl_journal *j)
{
    jaxl_journal_file_close(&j->file);
    jaxl_output_close(&j->out);
    if (j->wake >= 0)
        close(j->wake);
    free_batch(&j->in);
    free_batch(&j->work);
    jaxl_journal_queue_free(&j->waiting);
    jaxl_buf_free(&j->rest);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

static struct jaxl_journal *make(const struct jaxl_journal_options *o)
{
    struct jaxl_journal *j = calloc(1, sizeof *j);

    if (!j)
        return NULL;
    j->o = *o;
    j->o.buffer = o->buffer ? o->buffer : JAXL_JOURNAL_BUFFER;
    j->o.grace = o->grace ? o->grace : JAXL_JOURNAL_GRACE;
    j->o.clock = o->clock ? o->clock : jaxl_clock_system();
    j->out.fd = -1;
    jaxl_buf_init(&j->in.text, j->o.buffer);
    jaxl_buf_init(&j->work.text, j->o.buffer);
    jaxl_buf_init(&j->rest, 2 * j->o.buffer); /* what is sent goes when it is half of it */
    pthread_mutex_init(&j->lock, NULL);
    j->stalled_at = -1;
    j->wake = jaxl_thread_waker();
    return j;
}

int jaxl_journal_open(struct jaxl_journal **out, const struct jaxl_journal_options *o,
                      struct jaxl_error *err)
{
    struct jaxl_journal *j = make(o);
    int rc = j ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "journal: out of memory");

    *out = NULL;
    if (j && j->wake < 0)
        rc = jaxl_error_set(err, JAXL_EIO, "journal: %s", strerror(errno));
    if (!rc)
        rc = jaxl_output_open(&j->out, o->fd, err);
    if (!rc && o->path)
        rc = jaxl_journal_file_open(&j->file, o->path, o->log, err);
    if (!rc)
        rc = jaxl_thread_start(&j->thread, jaxl_journal_work, j, "journal", err);
    if (!rc)
        j->running = true;
    if (rc && j)
        dispose(j);
    else
        *out = j;
    return rc;
}

/* Whether a record can be taken, and the room for it. */
static int admit(struct jaxl_journal *j, size_t len)
{
    if (j->stopping)
        return JAXL_ESTOPPED;
    if (j->gone && !j->o.path)
        return JAXL_EIO;
    if (len > j->o.buffer)
        return JAXL_ELIMIT;
    if (len > j->o.buffer - j->held || j->tickets == JAXL_JOURNAL_TICKETS) {
        j->counts.refused++;
        return JAXL_EAGAIN;
    }
    if (jaxl_buf_reserve(&j->in.text, len)) {
        j->in.text.failed = 0;
        return JAXL_ENOMEM;
    }
    return jaxl_journal_queue_reserve(&j->in.queue, 1);
}

static int gather(struct jaxl_journal *j, uint64_t ticket, const char *line, size_t len)
{
    jaxl_buf_add(&j->in.text, line, len);
    jaxl_journal_queue_put(&j->in.queue, ticket, j->in.text.len, 0);
    j->held += len;
    j->tickets++;
    return 0;
}

/* The hot path of a server without a journal: no other thread has to run. What cannot be written
 * at once goes the ordinary way, which also finds out why. */
static int write_directly(struct jaxl_journal *j, uint64_t ticket, const char *line, size_t len)
{
    ssize_t got = jaxl_output_write(&j->out, line, len);

    if (got == (ssize_t)len) {
        j->counts.direct++;
        return 1;
    }
    if (got < 0 && errno == EPIPE) {
        j->gone = true;
        jaxl_thread_wake(j->wake);
        return JAXL_EIO;
    }
    return gather(j, ticket, got > 0 ? line + got : line, got > 0 ? len - (size_t)got : len);
}

int jaxl_journal_add(struct jaxl_journal *j, uint64_t ticket, const char *line, size_t len)
{
    int rc;

    pthread_mutex_lock(&j->lock);
    rc = admit(j, len);
    if (!rc && !j->o.path && !j->held && len <= PIPE_BUF)
        rc = write_directly(j, ticket, line, len);
    else if (!rc)
        rc = gather(j, ticket, line, len);
    if (rc >= 0)
        j->counts.records++;
    if (!rc && j->asleep) {
        j->asleep = false;
        jaxl_thread_wake(j->wake);
    }
    pthread_mutex_unlock(&j->lock);
    return rc;
}

void jaxl_journal_reopen(struct jaxl_journal *j)
{
    atomic_store(&j->reopen, true);
    jaxl_thread_wake(j->wake);
}

int jaxl_journal_health(struct jaxl_journal *j, struct jaxl_error *err)
{
    int64_t now = jaxl_clock_mono(j->o.clock);
    const struct jaxl_error *worst;
    int rc = 0;

    pthread_mutex_lock(&j->lock);
    worst = j->file_error.code ? &j->file_error : &j->out_error;
    if (worst->code) {
        rc = worst->code;
        if (err)
            *err = *worst;
    } else if (j->gone) {
        rc = jaxl_error_set(err, JAXL_EIO, "standard output: its reader has gone");
    } else if (j->stalled_at >= 0) {
        rc = jaxl_error_set(err, JAXL_EAGAIN,
                            "standard output: its reader has taken nothing for %lld s, %zu bytes "
                            "wait: see to what reads it",
                            (long long)((now - j->stalled_at) / JAXL_SECOND), j->held);
    }
    pthread_mutex_unlock(&j->lock);
    return rc;
}

void jaxl_journal_counts(struct jaxl_journal *j, struct jaxl_journal_counts *counts)
{
    pthread_mutex_lock(&j->lock);
    *counts = j->counts;
    counts->waiting = j->held;
    pthread_mutex_unlock(&j->lock);
}

int jaxl_journal_stop(struct jaxl_journal *j, int64_t patience, struct jaxl_error *err)
{
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    j->stop_by = jaxl_clock_mono(j->o.clock) + patience;
    pthread_mutex_unlock(&j->lock);
    jaxl_thread_wake(j->wake);
    pthread_join(j->thread, NULL);
    j->running = false;
    if (!j->lost)
        return 0;
    return jaxl_error_set(err, JAXL_EIO, "standard output did not take the last %zu event%s%s",
                          j->lost, j->lost > 1 ? "s" : "",
                          j->o.path ? ": the journal has what is missing" : "");
}

void jaxl_journal_free(struct jaxl_journal **journal)
{
    struct jaxl_journal *j = journal ? *journal : NULL;

    if (!j)
        return;
    if (j->running)
        (void)jaxl_journal_stop(j, 0, NULL);
    dispose(j);
    *journal = NULL;
}
