#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/server_impl.h"

#define SWEEP_MAX JAXL_SECOND /* between two looks at who takes too long */
#define SWEEP_MIN (10 * JAXL_MSEC)

void jaxl_server_wake(struct server *s)
{
    const uint64_t one = 1;

    (void)!write(s->wake_fd, &one, sizeof one); /* it fails when it is set already */
}

static void wait_until(int64_t *until, int64_t at)
{
    if (*until < 0 || at < *until)
        *until = at;
}

/* Milliseconds until something is to be done by the clock; -1: nothing. */
static int wait_for(const struct server *s, bool listens)
{
    int64_t until = -1, left;

    if (s->more)
        return 0;
    if (s->n_conns)
        wait_until(&until, s->sweep_at);
    if (s->closing)
        wait_until(&until, s->close_at);
    else if (!listens)
        wait_until(&until, s->accept_at);
    if (until < 0)
        return -1;
    left = until - jaxl_clock_mono(s->o.clock);
    return left > 0 ? (int)((left + JAXL_MSEC - 1) / JAXL_MSEC) : 0;
}

static bool resume_answered(struct server *s)
{
    struct conn *c = jaxl_server_answer_take(s);
    bool any = c != NULL;

    for (; c; c = c->next_answered) {
        c->answered = true;
        MHD_resume_connection(c->mhd);
    }
    return any;
}

static void run_mhd(struct server *s)
{
    MHD_UNSIGNED_LONG_LONG timeout;

    s->given_away = false;
    s->refused = 0;
    MHD_run(s->daemon);
    s->more = s->given_away || (MHD_get_timeout(s->daemon, &timeout) == MHD_YES && !timeout);
}

/* Cuts off who takes too long. */
static void sweep(struct server *s)
{
    int64_t every = s->o.timeout / 8;

    if (s->now < s->sweep_at)
        return;
    every = every < SWEEP_MIN ? SWEEP_MIN : every > SWEEP_MAX ? SWEEP_MAX : every;
    s->sweep_at = s->now + every;
    for (struct conn *c = s->conns; c; c = c->next) {
        if (c->state == SERVING || c->state == UPGRADED || s->now - c->since < s->o.timeout)
            continue;
        if (c->state == IDLE)
            jaxl_server_cut(c, 0, COUNTS);
        else
            jaxl_server_cut(c, c->state == ANSWERING ? 0 : MHD_HTTP_REQUEST_TIMEOUT, TIMED_OUT);
    }
}

/* What has come so far is read once more before those that idle are ended. */
static void begin_to_stop(struct server *s)
{
    s->closing = true;
    s->close_at = s->now + atomic_load(&s->stop_wait);
    close(s->listen_fd);
    s->listen_fd = -1;
    run_mhd(s);
    for (struct conn *c = s->conns; c; c = c->next)
        if (c->state == IDLE)
            jaxl_server_cut(c, 0, COUNTS);
}

/* Waits for something to happen, and does it. */
static void turn(struct server *s)
{
    bool listens = !s->closing && s->now >= s->accept_at;
    struct pollfd fds[] = {{.fd = s->epoll_fd, .events = POLLIN},
                           {.fd = s->wake_fd, .events = POLLIN},
                           {.fd = listens ? s->listen_fd : -1, .events = POLLIN},
                           {.fd = s->half_fd, .events = POLLIN}};
    uint64_t woken;

    if (poll(fds, 4, wait_for(s, listens)) < 0)
        fds[0].revents = fds[1].revents = fds[2].revents = fds[3].revents = 0;
    s->now = jaxl_clock_mono(s->o.clock);
    s->turn++;
    if (fds[1].revents)
        (void)!read(s->wake_fd, &woken, sizeof woken);
    if (fds[2].revents)
        jaxl_server_accept(s);
    if (resume_answered(s) || fds[0].revents || s->more)
        run_mhd(s);
    if (fds[3].revents || s->halves)
        jaxl_server_halves(s);
    sweep(s);
    if (!s->closing && atomic_load(&s->stop))
        begin_to_stop(s);
}

void *jaxl_server_loop(void *server)
{
    struct server *s = server;

    s->self = pthread_self();
    s->now = jaxl_clock_mono(s->o.clock);
    while (!s->closing || (s->n_conns && s->now < s->close_at))
        turn(s);
    for (struct conn *c = s->conns; c; c = c->next) {
        if (c->state == UPGRADED)
            continue;
        s->cut += c->state != IDLE && !c->ended;
        shutdown(c->fd, SHUT_RDWR);
    }
    return NULL;
}
