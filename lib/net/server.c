#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/server_impl.h"

static struct server *impl(struct jaxl_server *s)
{
    return (struct server *)s;
}

static uint16_t port_of(const struct jaxl_server *s)
{
    return ((const struct server *)s)->port;
}

static void stats_of(struct jaxl_server *server, struct jaxl_server_stats *stats)
{
    struct server *s = impl(server);
    uint64_t n[COUNTS];

    for (int i = 0; i < COUNTS; i++)
        n[i] = atomic_load_explicit(&s->counts[i], memory_order_relaxed);
    *stats = (struct jaxl_server_stats){.connections = atomic_load(&s->open),
                                        .accepted = n[ACCEPTED],
                                        .requests = n[REQUESTS],
                                        .answers = n[ANSWERS],
                                        .bytes_in = n[BYTES_IN],
                                        .bytes_out = n[BYTES_OUT],
                                        .too_large = n[TOO_LARGE],
                                        .timed_out = n[TIMED_OUT],
                                        .bad = n[BAD],
                                        .broken = n[BROKEN],
                                        .not_allowed = n[NOT_ALLOWED],
                                        .over_limit = n[OVER_LIMIT]};
}

static unsigned stop(struct jaxl_server *server, int64_t wait)
{
    struct server *s = impl(server);

    if (!s->running)
        return s->cut;
    atomic_store(&s->stop_wait, wait > 0 ? wait : 0);
    atomic_store(&s->stop, true);
    jaxl_server_wake(s);
    pthread_join(s->thread, NULL);
    s->running = false;
    return s->cut;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The thread has ended. What is suspended must be resumed before libmicrohttpd may be stopped,
 * which calls jaxl_server_on_end and _on_connection for what is left. */
static void release(struct jaxl_server **server)
{
    struct server *s = impl(*server);

    stop(*server, 0);
    for (struct conn *c = jaxl_server_answer_take(s); c; c = c->next_answered)
        c->answered = true;
    for (struct conn *c = s->conns; c; c = c->next)
        if (c->state == SERVING)
            MHD_resume_connection(c->mhd);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    close_fd(&s->listen_fd);
    close_fd(&s->wake_fd);
    close_fd(&s->half_fd);
    free(s->allow);
    free(s);
    *server = NULL;
}

static const struct jaxl_server_calls calls = {.header = jaxl_server_answer_header,
                                               .query = jaxl_server_answer_query,
                                               .add = jaxl_server_answer_add,
                                               .answer = jaxl_server_answer_send,
                                               .upgrade = jaxl_server_upgrade_answer,
                                               .port = port_of,
                                               .stats = stats_of,
                                               .stop = stop,
                                               .release = release};

static int out_of_memory(struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ENOMEM, "HTTP server: out of memory");
}

static int set_up(struct server *s, struct jaxl_error *err)
{
    unsigned files = jaxl_server_files();
    struct jaxl_server_options *o = &s->o;

    if (!o->serve)
        return jaxl_error_set(err, JAXL_EARG, "HTTP server: nobody to serve requests");
    if (o->timeout < 0 || (o->header_max && o->header_max < 1024))
        return jaxl_error_set(err, JAXL_EARG,
                              "HTTP server: a time-out below 0 or less than 1024 "
                              "bytes of headers");
    if (o->connections > files)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "%u connections at once: %u files at most may be open for them, "
                              "raise the limit (ulimit -n)",
                              o->connections, files);
    if (!o->connections)
        o->connections = files < JAXL_SERVER_CONNECTIONS ? files : JAXL_SERVER_CONNECTIONS;
    o->header_max = o->header_max ? o->header_max : JAXL_SERVER_HEADER_MAX;
    o->body_max = o->body_max ? o->body_max : JAXL_SERVER_BODY_MAX;
    o->timeout = o->timeout ? o->timeout : JAXL_SERVER_TIMEOUT;
    o->clock = o->clock ? o->clock : jaxl_clock_system();
    s->held_max = o->body_max > JAXL_SERVER_BODIES / 4 ? o->body_max * 4 : JAXL_SERVER_BODIES;
    if (o->n_allow) {
        s->allow = malloc(o->n_allow * sizeof *s->allow);
        if (!s->allow)
            return out_of_memory(err);
        memcpy(s->allow, o->allow, o->n_allow * sizeof *s->allow);
    }
    o->allow = s->allow;
    return 0;
}

static int start_daemon(struct server *s, struct jaxl_error *err)
{
    const union MHD_DaemonInfo *info;

    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE | MHD_USE_NO_LISTEN_SOCKET |
            MHD_USE_ERROR_LOG,
        0, NULL, NULL, jaxl_server_on_request, s, MHD_OPTION_EXTERNAL_LOGGER, jaxl_server_on_log, s,
        MHD_OPTION_CONNECTION_LIMIT, s->o.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        s->o.per_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->o.header_max,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, jaxl_server_on_line, s,
        MHD_OPTION_NOTIFY_COMPLETED, jaxl_server_on_end, s, MHD_OPTION_NOTIFY_CONNECTION,
        jaxl_server_on_connection, s, MHD_OPTION_END);
    info = s->daemon ? MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (!info)
        return jaxl_error_set(err, JAXL_EIO, "HTTP server: libmicrohttpd cannot start");
    s->epoll_fd = info->epoll_fd;
    return 0;
}

/* Signals are for the threads of the program. */
static int start_thread(struct server *s, struct jaxl_error *err)
{
    sigset_t all, before;
    int code;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    code = pthread_create(&s->thread, NULL, jaxl_server_loop, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code)
        return jaxl_error_set(err, JAXL_EIO, "HTTP server: cannot start a thread: %s",
                              strerror(code));
    s->running = true;
    return 0;
}

__attribute__((visibility("default"))) int
jaxl_server_new(struct jaxl_server **out, const struct jaxl_server_options *options,
                struct jaxl_error *err)
{
    struct server *s = calloc(1, sizeof *s);
    int code;

    *out = NULL;
    if (!s)
        return out_of_memory(err);
    s->base.calls = &calls;
    s->o = *options;
    s->listen_fd = s->wake_fd = s->epoll_fd = s->half_fd = -1;
    code = set_up(s, err);
    if (!code && ((s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0 ||
                  (s->half_fd = epoll_create1(EPOLL_CLOEXEC)) < 0))
        code = jaxl_error_set(err, JAXL_EIO, "HTTP server: no more files can be opened");
    if (!code)
        code = jaxl_server_listen(s, err);
    if (!code)
        code = start_daemon(s, err);
    if (!code)
        code = start_thread(s, err);
    *out = &s->base;
    if (code)
        release(out);
    return code;
}
