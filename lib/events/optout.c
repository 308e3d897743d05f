#include "events/optout.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "data/where.h"

#define PAUSE_LEAST JAXL_SECOND
#define PAUSE_MOST  (60 * JAXL_SECOND)

struct entry {
    struct entry *next;
    void *ticket; /* NULL: nobody waits */
    char number[32], event[40];
};

/* In the order they came. */
struct queue {
    struct entry *first, **last;
};

struct jaxl_optout {
    struct jaxl_optout_options options;
    struct jaxl_where **conditions;
    size_t n_conditions;
    pthread_t thread;
    bool started, stopping;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct queue fresh, failed; /* failed: is tried again at retry_at, monotonic */
    int64_t retry_at, pause, deadline;
    uint64_t recorded, waiting;
};

static struct entry *take(struct queue *q)
{
    struct entry *e = q->first;

    q->first = e->next;
    if (!q->first)
        q->last = &q->first;
    e->next = NULL;
    return e;
}

static void put(struct queue *q, struct entry *e)
{
    *q->last = e;
    q->last = &e->next;
}

static bool record(struct jaxl_optout *o, struct entry *e)
{
    struct jaxl_error err = {0};
    bool done = o->options.suppress(o->options.suppress_ctx, e->number, e->event, &err) == 0;

    if (!done)
        jaxl_log_print(o->options.log, JAXL_LOG_WARNING,
                       "the opt-out of event %s is not recorded yet: %s", e->event, err.message);
    if (e->ticket)
        o->options.done(o->options.ctx, e->ticket);
    e->ticket = NULL;
    return done;
}

/* Tries the first of a queue, with the lock held before and after. */
static void work(struct jaxl_optout *o, struct queue *from)
{
    struct entry *e = take(from);
    bool done;

    pthread_mutex_unlock(&o->lock);
    done = record(o, e);
    pthread_mutex_lock(&o->lock);
    if (done) {
        o->recorded++;
        o->waiting--;
        o->pause = 0;
        free(e);
        return;
    }
    put(&o->failed, e);
    o->pause = o->pause ? o->pause * 2 : PAUSE_LEAST;
    o->pause = o->pause > PAUSE_MOST ? PAUSE_MOST : o->pause;
    o->retry_at = jaxl_clock_mono(o->options.clock) + o->pause;
}

/* Until something changes, or it is time to try again. */
static void wait_for_work(struct jaxl_optout *o)
{
    int64_t left = o->retry_at - jaxl_clock_mono(o->options.clock);
    struct timespec until;

    if (!o->failed.first) {
        pthread_cond_wait(&o->changed, &o->lock);
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    left += until.tv_nsec / 1000;
    until.tv_sec += left / JAXL_SECOND;
    until.tv_nsec = left % JAXL_SECOND * 1000;
    pthread_cond_timedwait(&o->changed, &o->lock, &until);
}

static void *run(void *arg)
{
    struct jaxl_optout *o = arg;

    pthread_mutex_lock(&o->lock);
    while (!o->stopping) {
        if (o->fresh.first)
            work(o, &o->fresh);
        else if (o->failed.first && jaxl_clock_mono(o->options.clock) >= o->retry_at)
            work(o, &o->failed);
        else
            wait_for_work(o);
    }
    for (uint64_t left = o->waiting; left; left--)
        if (jaxl_clock_mono(o->options.clock) < o->deadline)
            work(o, o->fresh.first ? &o->fresh : &o->failed);
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

static int start(struct jaxl_optout *o, struct jaxl_error *err)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&o->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&o->lock, NULL);
    o->started = pthread_create(&o->thread, NULL, run, o) == 0;
    return o->started ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "cannot start a thread");
}

int jaxl_optout_new(struct jaxl_optout **out, const struct jaxl_optout_options *options,
                    struct jaxl_error *err)
{
    struct jaxl_optout *o = calloc(1, sizeof *o);
    int rc = 0;

    *out = o;
    if (!o)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    o->options = *options;
    o->fresh.last = &o->fresh.first;
    o->failed.last = &o->failed.first;
    o->conditions = calloc(options->conditions.n + 1, sizeof(struct jaxl_where *));
    if (!o->conditions)
        rc = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    while (!rc && o->n_conditions < options->conditions.n) {
        rc = jaxl_where_new(&o->conditions[o->n_conditions],
                            options->conditions.items[o->n_conditions], err);
        o->n_conditions += !rc;
    }
    if (!rc)
        rc = start(o, err);
    if (rc)
        jaxl_optout_free(out);
    return rc;
}

bool jaxl_optout_is(struct jaxl_optout *o, const struct jaxl_event *e)
{
    bool is = false;

    if (!jaxl_event_other(e))
        return false;
    for (size_t i = 0; i < o->n_conditions && !is; i++) {
        const char *field = jaxl_where_field(o->conditions[i]), *text;
        char scratch[32];
        size_t len = 0;

        text = jaxl_event_field(e, field, strlen(field), scratch, &len);
        is = jaxl_where_test(o->conditions[i], text, len);
    }
    return is;
}

int jaxl_optout_add(struct jaxl_optout *o, const struct jaxl_event *event, void *ticket)
{
    struct entry *e = calloc(1, sizeof *e);
    bool full;

    if (e) {
        e->ticket = ticket;
        (void)snprintf(e->number, sizeof e->number, "%s", jaxl_event_other(event));
        (void)snprintf(e->event, sizeof e->event, "%s", event->id);
    }
    pthread_mutex_lock(&o->lock);
    full = !e || o->stopping || o->waiting >= JAXL_OPTOUT_MOST;
    if (!full) {
        put(&o->fresh, e);
        o->waiting++;
        pthread_cond_signal(&o->changed);
    }
    pthread_mutex_unlock(&o->lock);
    if (!full)
        return 0;
    jaxl_log_print(o->options.log, JAXL_LOG_WARNING, "the opt-out of event %s is NOT recorded: %s",
                   event->id, e ? "too many wait to be recorded" : "out of memory");
    free(e);
    return e ? JAXL_ELIMIT : JAXL_ENOMEM;
}

void jaxl_optout_stats(struct jaxl_optout *o, uint64_t *recorded, uint64_t *waiting)
{
    pthread_mutex_lock(&o->lock);
    *recorded = o->recorded;
    *waiting = o->waiting;
    pthread_mutex_unlock(&o->lock);
}

bool jaxl_optout_failing(struct jaxl_optout *o)
{
    bool failing;

    pthread_mutex_lock(&o->lock);
    failing = o->failed.first;
    pthread_mutex_unlock(&o->lock);
    return failing;
}

/* Those that are left, with their numbers: somebody has to enter them by hand. */
static size_t tell_lost(struct jaxl_optout *o, struct queue *q)
{
    size_t n = 0;

    while (q->first) {
        struct entry *e = take(q);
        jaxl_log_print(o->options.log, JAXL_LOG_WARNING,
                       "NOT recorded: %s opted out in event %s; enter it with jaxl-dial opt-out",
                       e->number, e->event);
        free(e);
        n++;
    }
    return n;
}

size_t jaxl_optout_stop(struct jaxl_optout *o, int64_t deadline)
{
    if (o->started) {
        pthread_mutex_lock(&o->lock);
        o->stopping = true;
        o->deadline = deadline;
        pthread_cond_signal(&o->changed);
        pthread_mutex_unlock(&o->lock);
        pthread_join(o->thread, NULL);
        o->started = false;
    }
    return tell_lost(o, &o->fresh) + tell_lost(o, &o->failed);
}

void jaxl_optout_free(struct jaxl_optout **out)
{
    struct jaxl_optout *o = out ? *out : NULL;

    if (!o)
        return;
    if (o->started) {
        (void)jaxl_optout_stop(o, INT64_MIN);
        pthread_cond_destroy(&o->changed);
        pthread_mutex_destroy(&o->lock);
    }
    for (size_t i = 0; i < o->n_conditions; i++)
        jaxl_where_free(&o->conditions[i]);
    free(o->conditions);
    free(o);
    *out = NULL;
}
