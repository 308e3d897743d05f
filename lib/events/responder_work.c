#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "events/responder_impl.h"
#include "events/thread.h"

enum { READS = 16 /* in a row from one co-process */ };
#define BACKOFF_MIN (100 * JAXL_MSEC)
#define BACKOFF_MAX (10 * JAXL_SECOND)
#define LIVED       (10 * JAXL_SECOND) /* from then on it does not die of its start */
#define MERCY       (500 * JAXL_MSEC)  /* for it to end by itself */
#define LOOK        (10 * JAXL_MSEC)   /* how often it is looked whether it has */

static void set_state(struct jaxl_responder *r, struct jaxl_responder_job *job,
                      enum jaxl_responder_state state)
{
    pthread_mutex_lock(&r->lock);
    job->state = state;
    pthread_mutex_unlock(&r->lock);
}

/* The open event that was asked first, if it is due: closed, counted. */
static bool take_due(struct jaxl_responder *r, struct jaxl_responder_job *job, int64_t now,
                     uint64_t *counter, struct jaxl_asked_event *out)
{
    struct jaxl_asked_event *e;
    bool due;

    pthread_mutex_lock(&r->lock);
    e = jaxl_asked_first(job->asked);
    due = e && (e->due <= now || r->due_by <= now);
    if (due) {
        jaxl_asked_close(job->asked, e, JAXL_ASKED_OVER);
        *out = *e;
        ++*counter;
    }
    pthread_mutex_unlock(&r->lock);
    return due;
}

/* All open events get no answer. Returns how many. */
static uint64_t fail_all(struct jaxl_responder *r, struct jaxl_responder_job *job,
                         uint64_t *counter, int code, const char *why)
{
    struct jaxl_asked_event e;
    struct jaxl_error err;
    uint64_t n = 0;

    for (; take_due(r, job, INT64_MAX, counter, &e); n++) {
        (void)jaxl_error_set(&err, code, "co-process %u: %s", job->number, why);
        r->o.answered(r->o.ctx, e.ticket, code, "", 0, &err);
    }
    return n;
}

/* It is not asked any more: what is queued for it goes, what it was asked fails. */
static uint64_t turn_away(struct jaxl_responder *r, struct jaxl_responder_job *job)
{
    pthread_mutex_lock(&r->lock);
    job->state = JAXL_RESPONDER_ENDING;
    job->queued = 0;
    jaxl_buf_free(&job->in);
    pthread_mutex_unlock(&r->lock);
    jaxl_buf_free(&job->writing);
    job->sent = 0;
    jaxl_child_close_in(&job->child);
    jaxl_child_close_out(&job->child);
    jaxl_responder_hear_end(r, job);
    return fail_all(r, job, &r->counts.died, JAXL_EIO, "it died before it answered");
}

static void plan_start(struct jaxl_responder *r, struct jaxl_responder_job *job, int64_t now)
{
    int64_t pause;

    job->backoff = now - job->started_at >= LIVED || !job->backoff ? BACKOFF_MIN : 2 * job->backoff;
    if (job->backoff > BACKOFF_MAX)
        job->backoff = BACKOFF_MAX;
    pause = job->backoff / 2;
    pause += (int64_t)jaxl_clock_below(r->o.clock, (uint64_t)pause + 1);
    job->start_at = now + pause;
}

/* One that runs is to end. by_force: at once, with all that it started; else it is given time. */
static void end(struct jaxl_responder *r, struct jaxl_responder_job *job, bool by_force,
                const char *why)
{
    int64_t now = jaxl_clock_mono(r->o.clock);

    job->failed = turn_away(r, job);
    if (by_force)
        jaxl_child_kill(&job->child, SIGKILL);
    job->kill_at = now + MERCY;
    snprintf(job->why, sizeof job->why, "%s", why);
    plan_start(r, job, now);
}

static void start(struct jaxl_responder *r, struct jaxl_responder_job *job, int64_t now)
{
    struct jaxl_error err;

    job->started_at = now;
    job->silent = 0;
    job->started = jaxl_child_start(&job->child, r->command, &err) == 0;
    if (!job->started) {
        end(r, job, false, err.message);
        return;
    }
    pthread_mutex_lock(&r->lock);
    job->state = JAXL_RESPONDER_RUNNING;
    r->counts.starts++;
    pthread_mutex_unlock(&r->lock);
}

/* One line for what happened, how it ended and what follows. */
static void say_ended(const struct jaxl_responder *r, const struct jaxl_responder_job *job,
                      int status)
{
    int64_t pause = (job->start_at - jaxl_clock_mono(r->o.clock)) / JAXL_MSEC;
    char how[64] = "";

    if (job->started && WIFSIGNALED(status))
        snprintf(how, sizeof how, " (ended by signal %d)", WTERMSIG(status));
    else if (job->started)
        snprintf(how, sizeof how, " (exit status %d%s)", WEXITSTATUS(status),
                 WEXITSTATUS(status) == 127 ? ": command not found" : "");
    jaxl_log_print(r->o.log, JAXL_LOG_WARNING,
                   "co-process %u: %s%s, %" PRIu64 " events without answer, starts again in "
                   "%" PRId64 " ms",
                   job->number, job->why, how, job->failed, pause > 0 ? pause : 0);
}

static void collect(struct jaxl_responder *r, struct jaxl_responder_job *job, int64_t now,
                    bool stopping)
{
    int status = 0;

    if (!job->started || jaxl_child_ended(&job->child, &status)) {
        if (!stopping)
            say_ended(r, job, status);
        set_state(r, job, JAXL_RESPONDER_DOWN);
    } else if (now >= job->kill_at) {
        jaxl_child_kill(&job->child, SIGKILL);
        job->kill_at = now + MERCY;
    }
}

/* Writes what it takes. False: it does not read any more. */
static bool feed(struct jaxl_responder *r, struct jaxl_responder_job *job)
{
    size_t before = job->sent;
    ssize_t got = 0;
    bool more = true;

    while (more && job->sent < job->writing.len) {
        got = write(job->child.in, job->writing.data + job->sent, job->writing.len - job->sent);
        more = got > 0 || (got < 0 && errno == EINTR);
        job->sent += got > 0 ? (size_t)got : 0;
    }
    if (job->sent > before) {
        pthread_mutex_lock(&r->lock);
        job->queued -= job->sent - before;
        pthread_mutex_unlock(&r->lock);
    }
    if (job->sent == job->writing.len) {
        jaxl_buf_reset(&job->writing);
        job->sent = 0;
    }
    return got >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Reads what it says. False: it says no more. */
static bool listen_to(struct jaxl_responder *r, struct jaxl_responder_job *job)
{
    char text[16 * 1024];

    for (int i = 0; i < READS; i++) {
        ssize_t got = read(job->child.out, text, sizeof text);
        if (got > 0)
            jaxl_responder_hear(r, job, text, (size_t)got);
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return false;
        else if (errno == EAGAIN)
            break;
    }
    return true;
}

static void time_out(struct jaxl_responder *r, struct jaxl_responder_job *job, int64_t now)
{
    struct jaxl_asked_event e;
    struct jaxl_error err;

    while (take_due(r, job, now, &r->counts.timeouts, &e)) {
        job->silent += e.due <= now;
        if (e.due <= now)
            (void)jaxl_error_set(&err, JAXL_EAGAIN,
                                 "co-process %u: no answer within %" PRId64 " ms", job->number,
                                 r->o.timeout / JAXL_MSEC);
        else
            (void)jaxl_error_set(&err, JAXL_EAGAIN, "co-process %u: no answer before the end",
                                 job->number);
        r->o.answered(r->o.ctx, e.ticket, JAXL_EAGAIN, "", 0, &err);
    }
}

static void take_over(struct jaxl_responder *r, struct jaxl_responder_job *job)
{
    pthread_mutex_lock(&r->lock);
    if (!job->writing.len && job->in.len) {
        struct jaxl_buf in = job->in;
        job->in = job->writing;
        job->writing = in;
    }
    pthread_mutex_unlock(&r->lock);
}

static void run(struct jaxl_responder *r, struct jaxl_responder_job *job, bool stopping)
{
    bool writes = true, reads;
    int64_t now;

    take_over(r, job);
    now = jaxl_clock_mono(r->o.clock);
    reads = job->child.in < 0 || feed(r, job);
    if (job->readable || !reads)
        writes = listen_to(r, job);
    job->readable = false;
    time_out(r, job, now);
    if (!writes || !reads)
        end(r, job, false, writes ? "it does not read any more" : "it has ended");
    else if (job->silent >= JAXL_RESPONDER_SILENT)
        end(r, job, true, "it hung and was killed");
    else if (stopping && !job->queued) /* nobody asks any more */
        jaxl_child_close_in(&job->child);
}

static void put_down(struct jaxl_responder *r, struct jaxl_responder_job *job)
{
    (void)fail_all(r, job, &r->counts.stopped, JAXL_ESTOPPED, "not waited for any longer");
    jaxl_child_kill(&job->child, SIGTERM);
    (void)turn_away(r, job);
    job->kill_at = jaxl_clock_mono(r->o.clock) + MERCY;
}

/* One turn of a co-process. True: there is nothing more to do for it. */
static bool turn(struct jaxl_responder *r, struct jaxl_responder_job *job, bool stopping,
                 int64_t stop_by)
{
    int64_t now = jaxl_clock_mono(r->o.clock);

    if (job->state == JAXL_RESPONDER_RUNNING)
        run(r, job, stopping);
    if (job->state == JAXL_RESPONDER_RUNNING && stopping && now >= stop_by)
        put_down(r, job);
    if (job->state == JAXL_RESPONDER_ENDING)
        collect(r, job, now, stopping);
    if (job->state == JAXL_RESPONDER_DOWN && !stopping && now >= job->start_at)
        start(r, job, now);
    return stopping && job->state == JAXL_RESPONDER_DOWN;
}

/* Until when a co-process has nothing to do by itself; under the lock. */
static int64_t due_of(const struct jaxl_responder *r, const struct jaxl_responder_job *job,
                      int64_t now, bool stopping)
{
    const struct jaxl_asked_event *first = jaxl_asked_first(job->asked);

    if (job->state == JAXL_RESPONDER_ENDING)
        return now + LOOK;
    if (job->state == JAXL_RESPONDER_DOWN)
        return stopping ? INT64_MAX : job->start_at;
    if (job->in.len && !job->writing.len)
        return now;
    if (!first)
        return INT64_MAX;
    return first->due < r->due_by ? first->due : r->due_by;
}

/* Sleeps until there is something to do. */
static void doze(struct jaxl_responder *r, bool stopping, int64_t stop_by)
{
    int64_t now = jaxl_clock_mono(r->o.clock);
    int64_t until = stopping && now < stop_by ? stop_by : INT64_MAX;

    r->polled[0] = (struct pollfd){.fd = r->wake, .events = POLLIN};
    pthread_mutex_lock(&r->lock);
    for (unsigned i = 0; i < r->n_jobs; i++) {
        const struct jaxl_responder_job *job = &r->jobs[i];
        int64_t due = due_of(r, job, now, stopping);
        until = due < until ? due : until;
        r->polled[1 + 2 * i] =
            (struct pollfd){.fd = job->writing.len ? job->child.in : -1, .events = POLLOUT};
        r->polled[2 + 2 * i] = (struct pollfd){.fd = job->child.out, .events = POLLIN};
    }
    r->asleep = until > now;
    pthread_mutex_unlock(&r->lock);
    jaxl_thread_sleep(r->polled, 1 + 2 * r->n_jobs, until == INT64_MAX ? until : until - now);
    for (unsigned i = 0; i < r->n_jobs; i++)
        r->jobs[i].readable = r->polled[2 + 2 * i].revents != 0;
}

void *jaxl_responder_work(void *arg)
{
    struct jaxl_responder *r = arg;
    bool over = false, stopping;
    int64_t stop_by;

    for (unsigned i = 0; i < r->n_jobs; i++)
        start(r, &r->jobs[i], jaxl_clock_mono(r->o.clock));
    while (!over) {
        pthread_mutex_lock(&r->lock);
        r->asleep = false;
        stopping = r->stopping;
        stop_by = r->stop_by;
        pthread_mutex_unlock(&r->lock);
        over = true;
        for (unsigned i = 0; i < r->n_jobs; i++)
            over = turn(r, &r->jobs[i], stopping, stop_by) && over;
        if (!over)
            doze(r, stopping, stop_by);
    }
    return NULL;
}
