#include "events/responder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/responder_impl.h"
#include "events/response.h"
#include "events/thread.h"

static void dispose(struct jaxl_responder *r)
{
    for (unsigned i = 0; r->jobs && i < r->n_jobs; i++) {
        struct jaxl_responder_job *job = &r->jobs[i];
        jaxl_asked_free(&job->asked);
        jaxl_buf_free(&job->in);
        jaxl_buf_free(&job->writing);
        jaxl_buf_free(&job->line);
    }
    if (r->wake >= 0)
        close(r->wake);
    jaxl_json_doc_free(&r->doc);
    jaxl_buf_free(&r->answer);
    pthread_mutex_destroy(&r->lock);
    free(r->polled);
    free(r->jobs);
    free(r->command);
    free(r);
}

static bool make_job(struct jaxl_responder_job *job, unsigned number)
{
    job->number = number;
    job->child = (struct jaxl_child){.in = -1, .out = -1};
    job->state = JAXL_RESPONDER_RUNNING; /* will be, before anything is written to it */
    jaxl_buf_init(&job->in, JAXL_RESPONDER_QUEUE);
    jaxl_buf_init(&job->writing, JAXL_RESPONDER_QUEUE);
    jaxl_buf_init(&job->line, JAXL_RESPONDER_LINE);
    return jaxl_asked_new(&job->asked, JAXL_RESPONDER_OPEN) == 0;
}

static bool make_parts(struct jaxl_responder *r)
{
    r->command = strdup(r->o.command);
    r->jobs = calloc(r->n_jobs, sizeof *r->jobs);
    r->polled = calloc(1 + 2 * r->n_jobs, sizeof *r->polled);
    jaxl_buf_init(&r->answer, JAXL_RESPONSE_MAX);
    if (!r->command || !r->jobs || !r->polled || jaxl_json_doc_new(&r->doc, JAXL_RESPONDER_LINE))
        return false;
    for (unsigned i = 0; i < r->n_jobs; i++)
        if (!make_job(&r->jobs[i], i + 1))
            return false;
    return true;
}

static struct jaxl_responder *make(const struct jaxl_responder_options *o)
{
    struct jaxl_responder *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->o = *o;
    r->o.timeout = o->timeout ? o->timeout : JAXL_RESPONDER_TIMEOUT;
    r->o.clock = o->clock ? o->clock : jaxl_clock_system();
    r->n_jobs = o->jobs ? o->jobs : 1;
    pthread_mutex_init(&r->lock, NULL);
    r->wake = jaxl_thread_waker();
    r->due_by = INT64_MAX;
    if (make_parts(r))
        return r;
    dispose(r);
    return NULL;
}

int jaxl_responder_start(struct jaxl_responder **out, const struct jaxl_responder_options *o,
                         struct jaxl_error *err)
{
    struct jaxl_responder *r;
    int rc;

    *out = NULL;
    if (o->jobs > JAXL_RESPONDER_JOBS || o->timeout < 0)
        return jaxl_error_set(err, JAXL_EARG, "co-process: at most %d jobs, and a time-out above 0",
                              JAXL_RESPONDER_JOBS);
    r = make(o);
    if (!r)
        return jaxl_error_set(err, JAXL_ENOMEM, "co-process: out of memory");
    rc = r->wake < 0 ? jaxl_error_set(err, JAXL_EIO, "co-process: %s", strerror(errno))
                     : jaxl_thread_start(&r->thread, jaxl_responder_work, r, "co-process", err);
    r->running = rc == 0;
    if (rc)
        dispose(r);
    else
        *out = r;
    return rc;
}

static int admit(const struct jaxl_responder *r, struct jaxl_responder_job *job, size_t len)
{
    if (r->stopping)
        return JAXL_ESTOPPED;
    if (job->state != JAXL_RESPONDER_RUNNING)
        return JAXL_EIO;
    if (len > JAXL_RESPONDER_QUEUE - job->queued)
        return JAXL_EBUSY;
    if (jaxl_buf_reserve(&job->in, len)) {
        job->in.failed = 0;
        return JAXL_ENOMEM;
    }
    return 0;
}

/* ticket: NULL for one that needs no answer */
static int queue(struct jaxl_responder *r, const uint64_t *ticket, int64_t call_id, const char *id,
                 const char *line, size_t len)
{
    struct jaxl_responder_job *job = &r->jobs[(uint64_t)call_id % r->n_jobs];
    int rc;

    pthread_mutex_lock(&r->lock);
    rc = admit(r, job, len);
    if (!rc)
        rc = jaxl_asked_put(job->asked, id, ticket ? *ticket : 0,
                            jaxl_clock_mono(r->o.clock) + r->o.timeout);
    if (!rc && !ticket)
        jaxl_asked_close(job->asked, jaxl_asked_find(job->asked, id, strlen(id)), JAXL_ASKED_TOLD);
    if (!rc) {
        jaxl_buf_add(&job->in, line, len);
        job->queued += len;
        ++*(ticket ? &r->counts.asked : &r->counts.told);
        if (r->asleep)
            jaxl_thread_wake(r->wake);
        r->asleep = false;
    } else if (rc == JAXL_EIO || rc == JAXL_EBUSY) {
        r->counts.refused++;
    }
    pthread_mutex_unlock(&r->lock);
    return rc;
}

int jaxl_responder_ask(struct jaxl_responder *r, uint64_t ticket, int64_t call_id, const char *id,
                       const char *line, size_t len)
{
    return queue(r, &ticket, call_id, id, line, len);
}

int jaxl_responder_tell(struct jaxl_responder *r, int64_t call_id, const char *id, const char *line,
                        size_t len)
{
    return queue(r, NULL, call_id, id, line, len);
}

void jaxl_responder_counts(struct jaxl_responder *r, struct jaxl_responder_counts *counts)
{
    pthread_mutex_lock(&r->lock);
    *counts = r->counts;
    counts->running = 0;
    for (unsigned i = 0; i < r->n_jobs; i++)
        counts->running += r->jobs[i].state == JAXL_RESPONDER_RUNNING;
    pthread_mutex_unlock(&r->lock);
}

void jaxl_responder_hurry(struct jaxl_responder *r, int64_t patience)
{
    pthread_mutex_lock(&r->lock);
    r->due_by = jaxl_clock_mono(r->o.clock) + patience;
    pthread_mutex_unlock(&r->lock);
    jaxl_thread_wake(r->wake);
}

void jaxl_responder_stop(struct jaxl_responder *r, int64_t patience)
{
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    r->stop_by = jaxl_clock_mono(r->o.clock) + patience;
    pthread_mutex_unlock(&r->lock);
    jaxl_thread_wake(r->wake);
    pthread_join(r->thread, NULL);
    r->running = false;
}

void jaxl_responder_free(struct jaxl_responder **responder)
{
    struct jaxl_responder *r = responder ? *responder : NULL;

    if (!r)
        return;
    if (r->running)
        jaxl_responder_stop(r, 0);
    dispose(r);
    *responder = NULL;
}
