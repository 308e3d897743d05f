#include "events/optout.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "data/where.h"
#include "events/thread.h"

#define PAUSE_LEAST JAXL_SECOND
#define PAUSE_MOST  (60 * JAXL_SECOND)

struct entry {
    struct entry *next;
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
    bool made, started, stopping; /* made: the lock and the condition are */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct queue fresh, failed; /* failed: is tried again at retry_at, monotonic */
    int64_t retry_at, pause, deadline;
    struct jaxl_optout_counts counts;
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

/* Somebody has to enter it by hand. With the lock held. */
static void lose(struct jaxl_optout *o, const char *number, const char *event, const char *why)
{
    o->counts.lost++;
    jaxl_log_print(o->options.log, JAXL_LOG_WARNING,
                   "NOT recorded: %s opted out in event %s%s%s; enter it with jaxl-dial opt-out",
                   number, event, why ? ": " : "", why ? why : "");
}

/* Tries the first of a queue, with the lock held before and after. */
static void work(struct jaxl_optout *o, struct queue *from)
{
    struct entry *e = take(from);
    struct jaxl_error err = {0};
    int rc;

    pthread_mutex_unlock(&o->lock);
    rc = o->options.suppress(o->options.ctx, e->number, e->event, &err);
    if (rc && rc != JAXL_EINPUT && rc != JAXL_EARG)
        jaxl_log_print(o->options.log, JAXL_LOG_WARNING,
                       "the opt-out of event %s is not recorded yet: %s", e->event, err.message);
    pthread_mutex_lock(&o->lock);
    if (!rc || rc == JAXL_EINPUT || rc == JAXL_EARG) {
        o->counts.recorded += !rc;
        o->counts.waiting--;
        o->pause = 0;
        if (rc)
            lose(o, e->number, e->event, err.message);
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
    for (uint64_t left = o->counts.waiting; left; left--)
        if (jaxl_clock_mono(o->options.clock) < o->deadline)
            work(o, o->fresh.first ? &o->fresh : &o->failed);
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

static int start(struct jaxl_optout *o, struct jaxl_error *err)
{
    pthread_condattr_t attr;
    int rc;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&o->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&o->lock, NULL);
    rc = jaxl_thread_start(&o->thread, run, o, "recording opt-outs", err);
    o->started = rc == 0;
    o->made = true;
    return rc;
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

    for (size_t i = 0; i < o->n_conditions && !is; i++) {
        const char *field = jaxl_where_field(o->conditions[i]), *text;
        char scratch[32];
        size_t len = 0;

        text = jaxl_event_field(e, field, strlen(field), scratch, &len);
        is = jaxl_where_test(o->conditions[i], text, len);
    }
    return is;
}

static struct entry *entry_of(const char *number, const char *event)
{
    struct entry *e = calloc(1, sizeof *e);

    if (e) {
        memcpy(e->number, number, strlen(number));
        (void)snprintf(e->event, sizeof e->event, "%s", event);
    }
    return e;
}

/* Why it cannot be recorded; 0: it can. With the lock held. */
static int refusal(const struct jaxl_optout *o, const char *number, const char **why)
{
    *why = NULL;
    if (!number || strlen(number) >= sizeof((struct entry *)0)->number) {
        *why = number ? "that is no number" : "which number is the person's is not known";
        return JAXL_EINPUT;
    }
    if (o->stopping)
        return JAXL_ESTOPPED;
    if (o->counts.waiting < JAXL_OPTOUT_MOST)
        return 0;
    *why = "too many wait to be recorded";
    return JAXL_ELIMIT;
}

int jaxl_optout_add(struct jaxl_optout *o, const struct jaxl_event *event)
{
    const char *number = jaxl_event_other(event), *why;
    struct entry *e = NULL;
    int rc;

    pthread_mutex_lock(&o->lock);
    rc = refusal(o, number, &why);
    if (!rc && !(e = entry_of(number, event->id)))
        rc = JAXL_ENOMEM;
    if (rc) {
        lose(o, number ? number : "somebody", event->id, why);
    } else {
        put(&o->fresh, e);
        o->counts.waiting++;
        pthread_cond_signal(&o->changed);
    }
    pthread_mutex_unlock(&o->lock);
    return rc;
}

void jaxl_optout_stats(struct jaxl_optout *o, struct jaxl_optout_counts *counts)
{
    pthread_mutex_lock(&o->lock);
    *counts = o->counts;
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

static void lose_all(struct jaxl_optout *o, struct queue *q)
{
    while (q->first) {
        struct entry *e = take(q);
        lose(o, e->number, e->event, NULL);
        o->counts.waiting--;
        free(e);
    }
}

void jaxl_optout_stop(struct jaxl_optout *o, int64_t deadline)
{
    if (!o->started)
        return;
    pthread_mutex_lock(&o->lock);
    o->stopping = true;
    o->deadline = deadline;
    pthread_cond_signal(&o->changed);
    pthread_mutex_unlock(&o->lock);
    pthread_join(o->thread, NULL);
    o->started = false;
    lose_all(o, &o->fresh);
    lose_all(o, &o->failed);
}

void jaxl_optout_free(struct jaxl_optout **out)
{
    struct jaxl_optout *o = out ? *out : NULL;

    if (!o)
        return;
    jaxl_optout_stop(o, INT64_MIN);
    if (o->made) {
        pthread_cond_destroy(&o->changed);
        pthread_mutex_destroy(&o->lock);
    }
    for (size_t i = 0; i < o->n_conditions; i++)
        jaxl_where_free(&o->conditions[i]);
    free(o->conditions);
    free(o);
    *out = NULL;
}
