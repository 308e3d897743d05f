/* Waiting for the sockets of libcurl and for those of the caller in one poll. libcurl says which
 * sockets it wants (curl_multi_socket_action): curl_multi_perform would look at every transfer,
 * with a system call for each, whenever one of them has something to read. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/http_impl.h"

enum { ROOM_STEP = 32, AT_ONCE = 0 /* of due: a time that has passed, without asking */ };

static int64_t real_now(void) /* libcurl's timers do not know a test's clock */
{
    return jaxl_clock_mono(jaxl_clock_system());
}

/* Room for n sockets in both arrays. */
static int reserve(struct jaxl_http *h, unsigned n)
{
    struct pollfd *fds, *ready;

    if (n <= h->room)
        return 0;
    n += ROOM_STEP;
    fds = realloc(h->fds, n * sizeof *fds);
    if (!fds)
        return JAXL_ENOMEM;
    h->fds = fds;
    ready = realloc(h->ready, n * sizeof *ready);
    if (!ready)
        return JAXL_ENOMEM;
    h->ready = ready;
    h->room = n;
    return 0;
}

static unsigned find(const struct jaxl_http *h, curl_socket_t fd)
{
    unsigned i = 0;

    while (i < h->n_fds && h->fds[i].fd != fd)
        i++;
    return i;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *own)
{
    struct jaxl_http *h = arg;
    unsigned i = find(h, fd);

    (void)easy;
    (void)own;
    if (what == CURL_POLL_REMOVE) {
        if (i < h->n_fds)
            h->fds[i] = h->fds[--h->n_fds];
        return 0;
    }
    if (i == h->n_fds) {
        if (reserve(h, h->n_fds + 1)) {
            h->failed = JAXL_ENOMEM;
            return -1;
        }
        h->n_fds++;
    }
    h->fds[i] = (struct pollfd){.fd = fd,
                                .events = (short)((what & CURL_POLL_IN ? POLLIN : 0) |
                                                  (what & CURL_POLL_OUT ? POLLOUT : 0))};
    return 0;
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct jaxl_http *h = arg;

    (void)multi;
    if (ms > 0)
        h->due = real_now() + ms * JAXL_MSEC;
    else
        h->due = ms < 0 ? -1 : AT_ONCE;
    return 0;
}

/* Microseconds until libcurl's timer is due, INT64_MAX when there is none. */
static int64_t until_due(const struct jaxl_http *h)
{
    if (h->due == AT_ONCE)
        return 0;
    return h->due < 0 ? INT64_MAX : h->due - real_now();
}

int jaxl_http_poll_start(struct jaxl_http *h)
{
    h->due = -1;
    if (curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket) ||
        curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h) ||
        curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer) ||
        curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h))
        return JAXL_ENOMEM;
    return reserve(h, ROOM_STEP);
}

void jaxl_http_poll_end(struct jaxl_http *h)
{
    free(h->fds);
    free(h->ready);
}

static int act(struct jaxl_http *h, curl_socket_t fd, int events, struct jaxl_error *err)
{
    int running;
    CURLMcode rc = curl_multi_socket_action(h->multi, fd, events, &running);

    if (h->failed || rc == CURLM_OUT_OF_MEMORY)
        return jaxl_error_set(err, JAXL_ENOMEM, "HTTP client: out of memory");
    return rc ? jaxl_error_set(err, JAXL_EIO, "HTTP client: %s", curl_multi_strerror(rc)) : 0;
}

/* What libcurl wants to do by itself: start what was added, end what takes too long. */
static int run_timer(struct jaxl_http *h, bool *ran, struct jaxl_error *err)
{
    *ran = until_due(h) <= 0;
    if (!*ran)
        return 0;
    h->due = -1;
    return act(h, CURL_SOCKET_TIMEOUT, 0, err);
}

/* The events are put aside first: libcurl changes the list as it goes. */
static int run_sockets(struct jaxl_http *h, struct jaxl_error *err)
{
    unsigned n = 0;
    int rc = 0;

    for (unsigned i = 0; i < h->n_fds; i++)
        if (h->fds[i].revents)
            h->ready[n++] = h->fds[i];
    for (unsigned i = 0; !rc && i < n; i++) {
        short events = h->ready[i].revents;
        rc = act(h, h->ready[i].fd,
                 (events & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
                     (events & POLLOUT ? CURL_CSELECT_OUT : 0) |
                     (events & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0),
                 err);
    }
    return rc;
}

/* Waits for all sockets at once; the caller's stand behind libcurl's for the while. *count: those
 * with events, -1 after a signal. */
static int poll_all(struct jaxl_http *h, int64_t left, struct pollfd *extra, unsigned n, int *count,
                    struct jaxl_error *err)
{
    struct timespec ts;
    int64_t due;

    if (reserve(h, h->n_fds + n))
        return jaxl_error_set(err, JAXL_ENOMEM, "HTTP client: out of memory");
    if (n)
        memcpy(h->fds + h->n_fds, extra, n * sizeof *extra);
    due = until_due(h);
    if (due < left)
        left = due;
    if (left < 0)
        left = 0;
    ts = (struct timespec){.tv_sec = left / JAXL_SECOND, .tv_nsec = left % JAXL_SECOND * 1000};
    *count = ppoll(h->fds, h->n_fds + n, &ts, NULL);
    if (*count < 0 && errno != EINTR)
        return jaxl_error_set(err, JAXL_EIO, "HTTP client: waiting: %s", strerror(errno));
    for (unsigned i = 0; i < n; i++)
        extra[i].revents = *count > 0 ? h->fds[h->n_fds + i].revents : 0;
    return 0;
}

static bool any_ready(const struct pollfd *extra, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (extra[i].revents)
            return true;
    return false;
}

int jaxl_http_wait(struct jaxl_http *h, int64_t timeout, struct pollfd *extra, unsigned n,
                   struct jaxl_error *err)
{
    int64_t until = jaxl_clock_mono(h->clock) + timeout;
    bool polled = false, ran;
    int rc = 0, count = 0;

    for (unsigned i = 0; i < n; i++)
        extra[i].revents = 0;
    while (!rc) {
        rc = run_timer(h, &ran, err);
        if (rc)
            break;
        if (jaxl_http_dispatch(h)) {
            /* One look at all sockets: whoever always has an answer to read must not starve the
             * others, and what came meanwhile is taken along. */
            rc = poll_all(h, 0, extra, n, &count, err);
            if (!rc && count > 0)
                rc = run_sockets(h, err);
            (void)jaxl_http_dispatch(h);
            break;
        }
        /* the time is over, or a signal came, if it was not libcurl's timer that ended the wait */
        if (polled && ((count <= 0 && !ran) || count < 0 || any_ready(extra, n) ||
                       jaxl_clock_mono(h->clock) >= until))
            break;
        rc = poll_all(h, until - jaxl_clock_mono(h->clock), extra, n, &count, err);
        polled = true;
        if (!rc && count > 0)
            rc = run_sockets(h, err);
    }
    return rc;
}
