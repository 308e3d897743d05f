/* Waiting connections: a heap by time, one thread that resumes what is due. */
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/clock.h"
#include "sandbox/server.h"

#define WATCH_EVERY (100 * JAXL_MSEC)

struct entry {
    int64_t at, due; /* looked at next; resumed at the latest */
    struct MHD_Connection *connection;
};

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t thread;
    bool stopping;
    struct entry *heap;
    size_t n, room;
};

static int64_t mono(void)
{
    return jaxl_clock_mono(jaxl_clock_system());
}

static void sift_up(struct waiting *w, struct entry e)
{
    size_t i;

    for (i = w->n++; i && w->heap[(i - 1) / 2].at > e.at; i = (i - 1) / 2)
        w->heap[i] = w->heap[(i - 1) / 2];
    w->heap[i] = e;
}

static struct entry pop(struct waiting *w)
{
    struct entry first = w->heap[0], last = w->heap[--w->n];
    size_t i = 0, child;

    while ((child = 2 * i + 1) < w->n) {
        if (child + 1 < w->n && w->heap[child + 1].at < w->heap[child].at)
            child++;
        if (w->heap[child].at >= last.at)
            break;
        w->heap[i] = w->heap[child];
        i = child;
    }
    w->heap[i] = last;
    return first;
}

static bool client_gone(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct pollfd p = {.fd = info ? info->connect_fd : -1, .events = POLLRDHUP};

    return poll(&p, 1, 0) > 0 && p.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

static void sleep_until(struct waiting *w, int64_t at)
{
    struct timespec ts = {.tv_sec = (time_t)(at / JAXL_SECOND),
                          .tv_nsec = (long)(at % JAXL_SECOND * 1000)};

    pthread_cond_clockwait(&w->more, &w->lock, CLOCK_MONOTONIC, &ts);
}

static void *run(void *arg)
{
    struct waiting *w = arg;

    pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        int64_t now = mono();
        struct entry e;
        if (!w->n) {
            pthread_cond_wait(&w->more, &w->lock);
            continue;
        }
        if (w->heap[0].at > now) {
            sleep_until(w, w->heap[0].at);
            continue;
        }
        e = pop(w);
        if (e.due > now && !client_gone(e.connection)) {
            e.at = now + WATCH_EVERY < e.due ? now + WATCH_EVERY : e.due;
            sift_up(w, e);
        } else {
            MHD_resume_connection(e.connection);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

int waiting_new(struct waiting **out)
{
    struct waiting *w = calloc(1, sizeof *w);

    if (!w)
        return JAXL_ENOMEM;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    if (pthread_create(&w->thread, NULL, run, w)) {
        free(w);
        return JAXL_ENOMEM;
    }
    *out = w;
    return 0;
}

bool waiting_add(struct waiting *w, struct MHD_Connection *c, int64_t due, bool watch)
{
    struct entry e = {.at = due, .due = due, .connection = c};
    struct entry *more;
    bool added = false;

    pthread_mutex_lock(&w->lock);
    if (w->n == w->room) {
        more = realloc(w->heap, (w->room * 2 + 64) * sizeof *more);
        if (more) {
            w->heap = more;
            w->room = w->room * 2 + 64;
        }
    }
    if (!w->stopping && w->n < w->room) {
        if (watch && mono() + WATCH_EVERY < due)
            e.at = mono() + WATCH_EVERY;
        MHD_suspend_connection(c);
        sift_up(w, e);
        if (w->heap[0].connection == c)
            pthread_cond_signal(&w->more);
        added = true;
    }
    pthread_mutex_unlock(&w->lock);
    return added;
}

void waiting_stop(struct waiting *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    while (w->n)
        MHD_resume_connection(pop(w).connection);
}

void waiting_free(struct waiting **w)
{
    if (!*w)
        return;
    pthread_cond_destroy(&(*w)->more);
    pthread_mutex_destroy(&(*w)->lock);
    free((*w)->heap);
    free(*w);
    *w = NULL;
}
