/* The threads that read one input. A chunk is taken in turn, parsed by all at once, settled in turn
 * (what is there twice, what is not final, rejects: so that it does not matter which thread was
 * faster) and counted by all at once, each into groups of its own. */
#include <poll.h>
#include <signal.h>

#include "billing/report_impl.h"

static void fail(struct jaxl_crew *crew, int code, const struct jaxl_error *err)
{
    if (crew->stop)
        return;
    crew->stop = true;
    crew->code = code;
    crew->error = *err;
    crew->error.code = code;
}

/* Whether the watch, whose descriptor is readable, wants the end. */
static bool is_stopped(const struct jaxl_session_watch *watch)
{
    struct pollfd p = {.fd = watch ? watch->fd : -1, .events = POLLIN};

    return poll(&p, 1, 0) > 0 && watch->stop(watch->ctx);
}

static int next_chunk(struct jaxl_worker *w, struct jaxl_error *err)
{
    const struct jaxl_session_watch *watch = w->home->options.watch;
    int rc;

    do {
        if (is_stopped(watch))
            return jaxl_error_set(err, JAXL_ESTOPPED, "reading was stopped");
        rc = jaxl_cut_next(w->home->crew->cut, watch ? watch->fd : -1, &w->chunk, err);
    } while (rc == JAXL_EAGAIN);
    return rc;
}

static bool is_over(struct jaxl_crew *crew)
{
    bool stop;

    pthread_mutex_lock(&crew->turn_lock);
    stop = crew->stop;
    pthread_mutex_unlock(&crew->turn_lock);
    return stop;
}

static void fail_at_once(struct jaxl_crew *crew, int code, const struct jaxl_error *err)
{
    pthread_mutex_lock(&crew->turn_lock);
    fail(crew, code, err);
    pthread_cond_broadcast(&crew->turned);
    pthread_mutex_unlock(&crew->turn_lock);
}

/* The next chunk; false: there is none, or somebody failed. Who comes next to read must know of a
 * failure: the watch has told of its end once, and the input may never say anything again. */
static bool take(struct jaxl_worker *w, struct jaxl_error *err, int *code)
{
    struct jaxl_crew *crew = w->home->crew;

    pthread_mutex_lock(&crew->cut_lock);
    *code = is_over(crew) ? JAXL_EEND : next_chunk(w, err);
    if (*code && *code != JAXL_EEND)
        fail_at_once(crew, *code, err);
    pthread_mutex_unlock(&crew->cut_lock);
    return *code == 0;
}

static int settle_open(struct jaxl_report *r, struct jaxl_item *item)
{
    unsigned again = 1;
    int rc = 0;

    if (!(item->id >= 0 ? jaxl_counted_has(&r->counted, (uint64_t)item->id)
                        : jaxl_counted_has_text(&r->counted, item->session, item->session_len)))
        rc = jaxl_pending_put(&r->pending, item, &again);
    item->dropped = true;
    if (!rc)
        r->totals.repeats += again;
    return rc;
}

/* One record's call: does it count, for now, or was it there before? */
static int settle_item(struct jaxl_report *r, struct jaxl_item *item)
{
    bool again = false;
    int rc = 0;

    if (item->provisional)
        return settle_open(r, item);
    if (item->id >= 0) {
        rc = jaxl_counted_id(&r->counted, (uint64_t)item->id, &again);
        again = again || jaxl_counted_has_text(&r->counted, item->session, item->session_len);
    } else if (item->session_len)
        rc = jaxl_counted_text(&r->counted, item->session, item->session_len, &again);
    item->dropped = again;
    r->totals.repeats += again;
    if (r->pending.n)
        r->totals.repeats +=
            jaxl_pending_drop(&r->pending, item->id, item->session, item->session_len);
    return rc;
}

static int settle(struct jaxl_worker *w, struct jaxl_error *err)
{
    const struct jaxl_report_options *o = &w->home->options;
    int rc = 0;

    if (w->rejects.len)
        rc = o->reject(o->ctx, w->rejects.data, w->rejects.len, err);
    for (size_t i = 0; i < w->n_items && !rc; i++)
        if (settle_item(w->home, &w->items[i]))
            rc = jaxl_error_set(err, JAXL_ENOMEM, "counting calls: out of memory");
    return rc;
}

/* Waits for the turn of the chunk; false when the reading has ended before it came. */
static bool wait_turn(struct jaxl_crew *crew, uint64_t number)
{
    while (crew->turn != number && !crew->stop)
        pthread_cond_wait(&crew->turned, &crew->turn_lock);
    return !crew->stop;
}

static int count(struct jaxl_worker *w, struct jaxl_error *err)
{
    int rc = 0;

    for (size_t i = 0; i < w->n_items && !rc; i++)
        if (!w->items[i].dropped)
            rc = jaxl_worker_count(w, &w->items[i]);
    return rc ? jaxl_error_set(err, rc, "counting calls: %s",
                               rc == JAXL_ENOMEM ? "out of memory" : "too many groups")
              : 0;
}

static void *work(void *arg)
{
    struct jaxl_worker *w = arg;
    struct jaxl_crew *crew = w->home->crew;
    struct jaxl_error err = {0};
    int code = 0;

    while (!code && take(w, &err, &code)) {
        code = jaxl_worker_parse(w, &err);
        pthread_mutex_lock(&crew->turn_lock);
        if (wait_turn(crew, w->chunk.number)) {
            if (!code)
                code = settle(w, &err);
            crew->turn++;
            if (code)
                fail(crew, code, &err);
            pthread_cond_broadcast(&crew->turned);
        }
        pthread_mutex_unlock(&crew->turn_lock);
        if (!code)
            code = count(w, &err);
    }
    if (code && code != JAXL_EEND)
        fail_at_once(crew, code, &err);
    return NULL;
}

/* All but the first are threads; where one cannot be made, fewer do. Signals are the caller's. */
static void run(struct jaxl_report *r)
{
    unsigned n = 1;
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (n < r->n_workers &&
           pthread_create(&r->workers[n].thread, NULL, work, &r->workers[n]) == 0)
        n++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    work(&r->workers[0]);
    while (--n > 0)
        pthread_join(r->workers[n].thread, NULL);
}

int jaxl_crew_read(struct jaxl_report *r, int fd, const char *name, struct jaxl_error *err)
{
    struct jaxl_crew crew = {.turn = 0};
    int code = jaxl_cut_new(&crew.cut, fd, name, r->options.input, err);

    if (code)
        return code;
    pthread_mutex_init(&crew.cut_lock, NULL);
    pthread_mutex_init(&crew.turn_lock, NULL);
    pthread_cond_init(&crew.turned, NULL);
    r->crew = &crew;
    run(r);
    r->crew = NULL;
    pthread_cond_destroy(&crew.turned);
    pthread_mutex_destroy(&crew.turn_lock);
    pthread_mutex_destroy(&crew.cut_lock);
    jaxl_cut_free(&crew.cut);
    if (crew.code && err)
        *err = crew.error;
    return crew.code;
}
