#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/server_impl.h"

enum {
    FILES_OF_OTHERS = 64, /* descriptors that are left to the rest of the program */
    ACCEPT_MAX = 64,      /* in one turn */
    HALVES_MAX = 64,      /* in one turn */
    LOOK_AT = 64          /* connections, for one that idles */
};
#define IDLE_LEAST   JAXL_SECOND       /* before a connection gives way */
#define ACCEPT_PAUSE (100 * JAXL_MSEC) /* when there are no more descriptors */

unsigned jaxl_server_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > UINT16_MAX * 16)
        return UINT16_MAX * 16;
    return limit.rlim_cur > 2 * FILES_OF_OTHERS ? (unsigned)limit.rlim_cur - FILES_OF_OTHERS
                                                : (unsigned)limit.rlim_cur / 2;
}

static int listen_on(const struct addrinfo *a, unsigned connections)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, off = 0;
    int failed;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (a->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (!bind(fd, a->ai_addr, a->ai_addrlen) && !listen(fd, (int)connections))
        return fd;
    failed = errno;
    close(fd);
    errno = failed;
    return -1;
}

static int cannot_listen(const char *host, uint16_t port, int failed, struct jaxl_error *err)
{
    static const struct {
        int failed, code;
        const char *what;
    } known[] = {
        {EADDRINUSE, JAXL_EBUSY,
         "another program listens there: stop it (ss -ltnp shows it), or take another port"},
        {EADDRNOTAVAIL, JAXL_ECONFIG, "this machine does not have that address"},
        {EACCES, JAXL_ECONFIG, "this user may not: ports below 1024 are for root"},
        {EAFNOSUPPORT, JAXL_ECONFIG, "this machine has no such addresses"},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (failed == known[i].failed)
            return jaxl_error_set(err, known[i].code, "cannot listen on port %u of %s: %s", port,
                                  host, known[i].what);
    return jaxl_error_set(err, JAXL_EIO, "cannot listen on port %u of %s: %s", port, host,
                          strerror(failed));
}

int jaxl_server_listen(struct server *s, struct jaxl_error *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    const char *host = s->o.host ? s->o.host : "127.0.0.1";
    struct addrinfo *found = NULL;
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    char service[8];
    int code, failed = 0;

    snprintf(service, sizeof service, "%u", s->o.port);
    code = getaddrinfo(host, service, &hints, &found);
    if (code)
        return jaxl_error_set(err, code == EAI_MEMORY ? JAXL_ENOMEM : JAXL_ECONFIG,
                              "cannot listen on %s: %s", host, gai_strerror(code));
    for (const struct addrinfo *a = found; a && s->listen_fd < 0; a = a->ai_next) {
        s->listen_fd = listen_on(a, s->o.connections);
        failed = failed ? failed : errno;
    }
    freeaddrinfo(found);
    if (s->listen_fd < 0)
        return cannot_listen(host, s->o.port, failed, err);
    if (getsockname(s->listen_fd, (struct sockaddr *)&bound, &len))
        return cannot_listen(host, s->o.port, errno, err);
    s->port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                : ((struct sockaddr_in *)&bound)->sin_port);
    return 0;
}

static bool is_allowed(const struct server *s, const uint8_t *address)
{
    for (size_t i = 0; i < s->o.n_allow; i++)
        if (jaxl_network_has(&s->allow[i], address))
            return true;
    return !s->o.n_allow;
}

/* Ends a connection that idles, if one is found soon: who sends nothing must not keep others out.
 */
static bool make_room(struct server *s)
{
    for (unsigned i = 0; i < LOOK_AT && s->conns; i++) {
        struct conn *c = s->hand ? s->hand : s->conns;

        s->hand = c->next;
        if (c->state == IDLE && !c->ended && s->now - c->since >= IDLE_LEAST) {
            jaxl_server_cut(c, 0, COUNTS);
            return true;
        }
    }
    return false;
}

/* From here on the descriptor is libmicrohttpd's. */
static void add(struct server *s, int fd, const struct sockaddr *a, socklen_t len,
                const uint8_t *address)
{
    struct conn *c = calloc(1, sizeof *c);

    if (!c) {
        close(fd);
        jaxl_server_count(s, OVER_LIMIT, 1);
        return;
    }
    c->server = s;
    c->fd = fd;
    jaxl_buf_init(&c->in, s->o.body_max);
    jaxl_network_text(address, c->peer);
    s->accepting = c;
    if (MHD_add_connection(s->daemon, fd, a, len) == MHD_YES) {
        jaxl_server_count(s, ACCEPTED, 1);
        return;
    }
    jaxl_server_count(s, OVER_LIMIT, 1);
    free(s->accepting); /* NULL when libmicrohttpd took it and ended it again */
    s->accepting = NULL;
}

/* One connection; false: there is none that could be accepted now. */
static bool accept_one(struct server *s)
{
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    uint8_t address[JAXL_NETWORK_ADDRESS];
    bool full = s->n_conns >= s->o.connections;
    int fd;

    if (full && make_room(s))
        return false; /* libmicrohttpd has to end the other one first */
    fd = accept4(s->listen_fd, (struct sockaddr *)&a, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EINTR || errno == ECONNABORTED)
            return true;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            s->accept_at = s->now + ACCEPT_PAUSE;
        return false;
    }
    if (!jaxl_network_address((struct sockaddr *)&a, address) || !is_allowed(s, address)) {
        jaxl_server_count(s, NOT_ALLOWED, 1);
        close(fd);
    } else if (full) {
        jaxl_server_count(s, OVER_LIMIT, 1);
        close(fd);
    } else {
        add(s, fd, (struct sockaddr *)&a, len, address);
    }
    return true;
}

void jaxl_server_accept(struct server *s)
{
    for (unsigned i = 0; i < ACCEPT_MAX && accept_one(s); i++)
        ;
}

void jaxl_server_half(struct conn *c)
{
    struct server *s = c->server;

    if (c->in_halves)
        return;
    c->in_halves = true;
    c->next_half = s->halves;
    s->halves = c;
}

/* libmicrohttpd gets one more event for each, and reads what is left, up to the end; as often as it
 * takes. Those that wait for an answer may have it first. */
void jaxl_server_halves(struct server *s)
{
    struct epoll_event events[HALVES_MAX];
    struct conn **at = &s->halves, *c;
    int n = epoll_wait(s->half_fd, events, HALVES_MAX, 0);

    for (int i = 0; i < n; i++) {
        c = events[i].data.ptr;
        c->half = true;
        jaxl_server_half(c);
    }
    while ((c = *at)) {
        if (c->state < SERVING && !c->ended) {
            shutdown(c->fd, SHUT_RD);
            at = &c->next_half;
        } else {
            c->in_halves = false;
            *at = c->next_half;
        }
    }
}
