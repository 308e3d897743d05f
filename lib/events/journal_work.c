#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "events/journal_impl.h"
#include "events/thread.h"

enum { FIRST_QUEUE = 64 };
#define KEEP      ((size_t)1024 * 1024) /* bytes of an empty buffer that are kept for the next use */
#define TRY_AGAIN JAXL_SECOND
#define QUIET     (60 * JAXL_SECOND)

int jaxl_journal_queue_reserve(struct jaxl_journal_queue *q, size_t n)
{
    size_t cap = q->cap ? q->cap : FIRST_QUEUE;
    void *p;

    if (q->from && q->n + n > q->cap) {
        q->n -= q->from;
        memmove(q->tickets, q->tickets + q->from, q->n * sizeof *q->tickets);
        memmove(q->ends, q->ends + q->from, q->n * sizeof *q->ends);
        memmove(q->since, q->since + q->from, q->n * sizeof *q->since);
        q->from = 0;
    }
    if (q->n + n <= q->cap)
        return 0;
    while (cap < q->n + n)
        cap *= 2;
    if (!(p = realloc(q->tickets, cap * sizeof *q->tickets)))
        return JAXL_ENOMEM;
    q->tickets = p;
    if (!(p = realloc(q->ends, cap * sizeof *q->ends)))
        return JAXL_ENOMEM;
    q->ends = p;
    if (!(p = realloc(q->since, cap * sizeof *q->since)))
        return JAXL_ENOMEM;
    q->since = p;
    q->cap = cap;
    return 0;
}

void jaxl_journal_queue_put(struct jaxl_journal_queue *q, uint64_t ticket, uint64_t end,
                            int64_t since)
{
    q->tickets[q->n] = ticket;
    q->ends[q->n] = end;
    q->since[q->n++] = since;
}

void jaxl_journal_queue_drop(struct jaxl_journal_queue *q, size_t n)
{
    q->from += n;
    if (q->from == q->n)
        q->from = q->n = 0;
}

void jaxl_journal_queue_free(struct jaxl_journal_queue *q)
{
    free(q->tickets);
    free(q->ends);
    free(q->since);
    *q = (struct jaxl_journal_queue){.n = 0};
}

static void empty(struct jaxl_buf *b)
{
    if (b->cap > KEEP)
        jaxl_buf_free(b);
    else
        jaxl_buf_reset(b);
}

/* The first n of a queue are answered. */
static void answer(struct jaxl_journal *j, struct jaxl_journal_queue *q, size_t n, int code)
{
    if (!n)
        return;
    pthread_mutex_lock(&j->lock);
    j->tickets -= n;
    j->counts.failed += code ? n : 0;
    pthread_mutex_unlock(&j->lock);
    j->o.done(j->o.ctx, q->tickets + q->from, n, code);
    jaxl_journal_queue_drop(q, n);
}

static void let_go(struct jaxl_journal *j, size_t bytes)
{
    pthread_mutex_lock(&j->lock);
    j->held -= bytes;
    pthread_mutex_unlock(&j->lock);
}

/* Whether what failed before is to be held for broken still: it must have worked for a second, so
 * that a disk with room for some records and not for others does not fill the log. */
static bool is_doubtful(bool failed, int64_t try_at, int64_t now)
{
    return failed && now < try_at;
}

/* Tells the log, and whoever asks for the health, when it changes whether the journal works. */
static void note_file(struct jaxl_journal *j, const struct jaxl_error *err, int64_t now)
{
    bool fails = err->code != 0;

    if (!fails && is_doubtful(j->file_fails, j->file_try_at, now))
        return;
    if (fails)
        j->file_try_at = now + TRY_AGAIN;
    if (fails != j->file_fails)
        jaxl_log_print(j->o.log, JAXL_LOG_WARNING,
                       fails ? "%s: events are refused until it works again"
                             : "journal %s works again, %" PRIu64 " events were refused",
                       fails ? err->message : j->o.path, j->refused);
    if (!fails)
        j->refused = 0;
    j->file_fails = fails;
    pthread_mutex_lock(&j->lock);
    j->file_error = *err;
    pthread_mutex_unlock(&j->lock);
}

static void note_output(struct jaxl_journal *j, int why, int64_t now)
{
    struct jaxl_error err = {.code = 0};
    bool fails = why != 0;

    if (!fails && is_doubtful(j->out_fails, j->out_try_at, now))
        return;
    if (fails)
        j->out_try_at = now + TRY_AGAIN;
    if (fails == j->out_fails)
        return;
    if (fails)
        (void)jaxl_error_set(&err, JAXL_EIO, "standard output: %s", strerror(why));
    jaxl_log_print(j->o.log, JAXL_LOG_WARNING, "%s",
                   fails ? err.message : "standard output works again");
    j->out_fails = fails;
    pthread_mutex_lock(&j->lock);
    j->out_error = err;
    pthread_mutex_unlock(&j->lock);
}

/* Of a reader that stalls again and again the log hears once a minute. */
static void note_stall(struct jaxl_journal *j, bool stalls, int64_t now)
{
    if (stalls && !j->stalls && now >= j->stall_quiet) {
        jaxl_log_print(j->o.log, JAXL_LOG_WARNING,
                       "standard output: its reader takes nothing, events wait in memory");
        j->stall_quiet = now + QUIET;
        j->stall_told = true;
    } else if (!stalls && j->stalls && j->stall_told) {
        jaxl_log_print(j->o.log, JAXL_LOG_WARNING, "standard output: its reader goes on");
        j->stall_told = false;
    }
    j->stalls = stalls;
}

/* The first bytes of the batch, which are on the disk, go to what waits for standard output. */
static int pass_on(struct jaxl_journal *j, size_t n, size_t bytes, int64_t now)
{
    struct jaxl_journal_batch *b = &j->work;

    if (jaxl_journal_queue_reserve(&j->waiting, n))
        return JAXL_ENOMEM;
    if (j->sent == j->rest.len) {
        struct jaxl_buf all = b->text;
        all.max = j->rest.max;
        all.len = bytes;
        j->rest.max = b->text.max;
        b->text = j->rest;
        j->rest = all;
        j->sent = 0;
        j->moved_at = now;
    } else {
        if (j->sent > j->rest.len / 2) {
            jaxl_buf_consume(&j->rest, j->sent);
            j->sent = 0;
        }
        jaxl_buf_add(&j->rest, b->text.data, bytes);
    }
    if (j->rest.failed) {
        j->rest.failed = 0;
        return JAXL_ENOMEM;
    }
    for (size_t i = 0; i < n; i++)
        jaxl_journal_queue_put(&j->waiting, b->queue.tickets[i], j->passed + b->queue.ends[i], now);
    j->passed += bytes;
    return 0;
}

/* The batch goes to the journal; what of it is there, on. */
static void record(struct jaxl_journal *j, int64_t now)
{
    struct jaxl_journal_queue *q = &j->work.queue;
    size_t all = j->work.text.len, kept = all, n = q->n;
    struct jaxl_error err = {.code = 0};
    int rc = 0;

    if (j->file.path) {
        rc = jaxl_journal_file_append(&j->file, j->work.text.data, all, &kept, &err);
        while (n > 0 && q->ends[n - 1] > kept)
            n--;
        j->refused += q->n - n;
        note_file(j, &err, now);
    }
    if (n && pass_on(j, n, kept, now)) {
        jaxl_log_print(j->o.log, JAXL_LOG_WARNING, "journal: out of memory");
        rc = JAXL_ENOMEM;
        n = kept = 0;
    }
    jaxl_journal_queue_drop(q, n);
    let_go(j, all - kept);
    answer(j, q, q->n - q->from, rc);
    empty(&j->work.text);
}

/* Gives standard output what it takes. 0: all of it, or else errno. */
static int give(struct jaxl_journal *j, int64_t now)
{
    size_t before = j->sent;
    int why = 0;

    while (j->sent < j->rest.len && !why) {
        ssize_t got = jaxl_output_write(&j->out, j->rest.data + j->sent, j->rest.len - j->sent);
        if (got < 0)
            why = errno;
        else
            j->sent += (size_t)got;
    }
    if (j->sent > before) {
        j->written += j->sent - before;
        j->moved_at = now;
        let_go(j, j->sent - before);
    }
    if (j->sent == j->rest.len) {
        j->moved_at = now;
        j->sent = 0;
        empty(&j->rest);
    }
    return why;
}

/* How many records stand in what was not taken. */
static size_t count_rest(const struct jaxl_journal *j)
{
    size_t n = 0;

    for (size_t i = j->sent; i < j->rest.len; i++)
        n += j->rest.data[i] == '\n';
    return n;
}

/* Nobody will ever take the rest. */
static void give_up(struct jaxl_journal *j)
{
    j->lost += count_rest(j);
    let_go(j, j->rest.len - j->sent);
    j->written = j->passed;
    j->sent = 0;
    empty(&j->rest);
}

static void say_gone(struct jaxl_journal *j)
{
    pthread_mutex_lock(&j->lock);
    j->gone = true;
    pthread_mutex_unlock(&j->lock);
    give_up(j);
    if (!j->told && j->o.gone)
        j->o.gone(j->o.ctx);
    j->told = true;
}

/* Those of the waiting that may be answered with 0. */
static size_t count_ready(const struct jaxl_journal *j, int64_t now)
{
    const struct jaxl_journal_queue *q = &j->waiting;
    size_t n = q->from;

    if (j->stalls)
        return q->n - q->from;
    while (n < q->n && (q->ends[n] <= j->written || now - q->since[n] >= j->o.grace))
        n++;
    return n - q->from;
}

static void answer_rest(struct jaxl_journal *j, int code)
{
    answer(j, &j->waiting, j->waiting.n - j->waiting.from, j->o.path ? 0 : code);
}

/* Standard output gets its share, and what is settled by that is answered. */
static void put_out(struct jaxl_journal *j, bool gone, int64_t now)
{
    int why = gone ? EPIPE : give(j, now);
    bool fails = why && why != EAGAIN && why != EPIPE;

    note_output(j, fails ? why : 0, now);
    note_stall(j, j->rest.len && !fails && now - j->moved_at >= j->o.grace, now);
    answer(j, &j->waiting, count_ready(j, now), 0);
    if (why == EPIPE)
        say_gone(j);
    if (fails || why == EPIPE)
        answer_rest(j, JAXL_EIO);
    pthread_mutex_lock(&j->lock);
    j->stalled_at = j->stalls ? j->moved_at : -1;
    pthread_mutex_unlock(&j->lock);
}

static void reopen(struct jaxl_journal *j)
{
    struct jaxl_error err;

    if (!atomic_exchange(&j->reopen, false) || !j->file.path)
        return;
    if (jaxl_journal_file_reopen(&j->file, j->o.log, &err))
        jaxl_log_print(j->o.log, JAXL_LOG_WARNING, "%s: the old file stays in use", err.message);
}

static void try_again(struct jaxl_journal *j, int64_t now)
{
    struct jaxl_error err = {.code = 0};

    if (!j->file_fails || now < j->file_try_at)
        return;
    (void)jaxl_journal_file_try(&j->file, &err);
    note_file(j, &err, now);
}

/* Until when there is nothing to do by itself. */
static int64_t due(const struct jaxl_journal *j, bool stopping, int64_t stop_by)
{
    int64_t at = INT64_MAX;

    if (j->waiting.n)
        at = j->waiting.since[j->waiting.from] + j->o.grace;
    if (j->rest.len && !j->stalls && !j->out_fails && j->moved_at + j->o.grace < at)
        at = j->moved_at + j->o.grace;
    if (j->file_fails && j->file_try_at < at)
        at = j->file_try_at;
    if (j->out_fails && j->out_try_at < at)
        at = j->out_try_at;
    return stopping && stop_by < at ? stop_by : at;
}

/* Sleeps until there is something to do. True: standard output has gone. */
static bool doze(struct jaxl_journal *j, int64_t until, int64_t now)
{
    struct pollfd p[] = {
        {.fd = j->wake, .events = POLLIN},
        {.fd = j->told ? -1 : j->out.fd,
         .events = (short)(j->rest.len && !j->out_fails ? POLLOUT : 0)},
    };
    bool idle;

    pthread_mutex_lock(&j->lock);
    idle = !j->in.queue.n;
    j->asleep = idle;
    pthread_mutex_unlock(&j->lock);
    if (!idle)
        return false;
    jaxl_thread_sleep(p, 2, until == INT64_MAX ? until : until - now);
    return p[1].revents & (POLLERR | POLLHUP | POLLNVAL);
}

void *jaxl_journal_work(void *arg)
{
    struct jaxl_journal *j = arg;
    bool over = false, gone = false, stopping;

    while (!over) {
        struct jaxl_journal_batch in;
        int64_t now = jaxl_clock_mono(j->o.clock), stop_by;
        pthread_mutex_lock(&j->lock);
        j->asleep = false;
        in = j->in;
        j->in = j->work;
        j->work = in;
        gone = gone || j->gone;
        stopping = j->stopping;
        stop_by = j->stop_by;
        j->counts.batches += in.queue.n > 0;
        pthread_mutex_unlock(&j->lock);
        reopen(j);
        if (in.queue.n)
            record(j, now);
        else
            try_again(j, now);
        put_out(j, gone, jaxl_clock_mono(j->o.clock));
        now = jaxl_clock_mono(j->o.clock);
        over = stopping && (!j->rest.len || now >= stop_by);
        if (!over)
            gone = doze(j, due(j, stopping, stop_by), now);
    }
    give_up(j);
    answer_rest(j, JAXL_ESTOPPED);
    return NULL;
}
