/* A server of lib/net/server.h under test, and clients that speak to it in bytes. */
#ifndef JAXL_UNIT_SERVER_FIXTURE_H
#define JAXL_UNIT_SERVER_FIXTURE_H

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jaxl/buf.h"
#include "net/server.h"
#include "unit.h"

enum { HELD_MAX = 4096, WAIT_MS = 20000 };

/* The server answers with what it was told: "METHOD PATH?a=A [X-Test] BODY". A path that begins
 * with /later is answered by a thread of the fixture, one with /hold when the test says so. */
struct fixture {
    struct jaxl_server *s;
    uint16_t port;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct jaxl_server_request *held[HELD_MAX]; /* under lock: /hold */
    unsigned n_held;
    struct jaxl_server_request *later; /* under lock: a list, by user */
    bool ending;
    pthread_t threads[4];
    unsigned n_threads;
    struct jaxl_buf big; /* what /big is answered with */
};

static inline void reply(struct jaxl_server_request *r)
{
    const char *a = jaxl_server_query(r, "a"), *x = jaxl_server_header(r, "x-test");
    struct jaxl_buf out;

    jaxl_buf_init(&out, 64 << 20);
    jaxl_buf_printf(&out, "%s %s?a=%s [%s] ", r->method, r->path, a ? a : "", x ? x : "");
    jaxl_buf_add(&out, r->body, r->len);
    if (!strcmp(r->path, "/teapot"))
        jaxl_server_add(r, "Allow", "BREW");
    jaxl_server_answer(r, strcmp(r->path, "/teapot") ? 200 : 418, "text/plain", out.data, out.len);
    jaxl_buf_free(&out);
}

static inline void fixture_serve(void *ctx, struct jaxl_server_request *r)
{
    struct fixture *f = ctx;

    if (!strncmp(r->path, "/hold", 5)) {
        pthread_mutex_lock(&f->lock);
        f->held[f->n_held++] = r;
        pthread_cond_broadcast(&f->changed);
        pthread_mutex_unlock(&f->lock);
    } else if (f->n_threads && !strncmp(r->path, "/later", 6)) {
        pthread_mutex_lock(&f->lock);
        r->user = f->later;
        f->later = r;
        pthread_cond_broadcast(&f->changed);
        pthread_mutex_unlock(&f->lock);
    } else if (!strcmp(r->path, "/big")) {
        jaxl_server_answer(r, 200, NULL, f->big.data, f->big.len);
    } else {
        reply(r);
    }
}

static inline void *fixture_later(void *ctx)
{
    struct fixture *f = ctx;

    pthread_mutex_lock(&f->lock);
    while (!f->ending || f->later) {
        struct jaxl_server_request *r = f->later;

        if (!r) {
            pthread_cond_wait(&f->changed, &f->lock);
            continue;
        }
        f->later = r->user;
        pthread_mutex_unlock(&f->lock);
        reply(r);
        pthread_mutex_lock(&f->lock);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

static inline void start(struct fixture *f, const struct jaxl_server_options *options,
                         unsigned threads)
{
    struct jaxl_server_options o = options ? *options : (struct jaxl_server_options){0};
    struct jaxl_error err = {0};

    memset(f, 0, sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    jaxl_buf_init(&f->big, 64 << 20);
    o.serve = fixture_serve;
    o.ctx = f;
    ck_assert_msg(!jaxl_server_new(&f->s, &o, &err), "%s", err.message);
    f->port = jaxl_server_port(f->s);
    for (f->n_threads = 0; f->n_threads < threads; f->n_threads++)
        ck_assert(!pthread_create(&f->threads[f->n_threads], NULL, fixture_later, f));
}

static inline void end(struct fixture *f)
{
    pthread_mutex_lock(&f->lock);
    f->ending = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    for (unsigned i = 0; i < f->n_threads; i++)
        pthread_join(f->threads[i], NULL);
    jaxl_server_free(&f->s);
    ck_assert_ptr_null(f->s);
    jaxl_buf_free(&f->big);
    pthread_cond_destroy(&f->changed);
    pthread_mutex_destroy(&f->lock);
}

/* Waits until so many requests are held. */
static inline void await_held(struct fixture *f, unsigned n)
{
    pthread_mutex_lock(&f->lock);
    while (f->n_held < n)
        pthread_cond_wait(&f->changed, &f->lock);
    pthread_mutex_unlock(&f->lock);
}

static inline struct jaxl_server_stats stats(struct fixture *f)
{
    struct jaxl_server_stats st;

    jaxl_server_stats(f->s, &st);
    return st;
}

/* Waits until a number that `of` finds in the statistics is n. */
#define AWAIT_STATS(f, member, n)                                                                  \
    do {                                                                                           \
        int tries_ = 0;                                                                            \
        while (stats(f).member != (n) && tries_++ < WAIT_MS / 5)                                   \
            usleep(5000);                                                                          \
        ck_assert_uint_eq(stats(f).member, n);                                                     \
    } while (0)

static inline int dial_from(uint16_t port, const char *from)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)}, local = a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sin_port = 0;
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(inet_pton(AF_INET, from, &local.sin_addr), 1);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&local, sizeof local), 0);
    ck_assert_msg(!connect(fd, (struct sockaddr *)&a, sizeof a), "connect: %s", strerror(errno));
    return fd;
}

static inline int dial(const struct fixture *f)
{
    return dial_from(f->port, "127.0.0.1");
}

/* Sends all; false when the other side has ended. */
static inline bool put_n(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, data, n, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        data += sent;
        n -= (size_t)sent;
    }
    return true;
}

static inline bool put(int fd, const char *text)
{
    return put_n(fd, text, strlen(text));
}

static inline bool readable(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    return poll(&p, 1, ms) == 1;
}

/* An answer as it came. */
struct got {
    int status;      /* 0: the connection ended before an answer; -1: nothing came in time */
    char head[2048]; /* with its empty line */
    char body[8192];
    size_t len;
};

/* One more byte; 0: the end, -1: nothing came in time. */
static inline int next_byte(int fd, char *c)
{
    ssize_t n;

    if (!readable(fd, WAIT_MS))
        return -1;
    do
        n = recv(fd, c, 1, 0);
    while (n < 0 && errno == EINTR);
    return n == 1;
}

static inline bool header_of(const struct got *g, const char *name, char *value, size_t size)
{
    const char *at = strstr(g->head, name);
    size_t n;

    if (!at)
        return false;
    at += strlen(name) + 2;
    n = strcspn(at, "\r");
    snprintf(value, size, "%.*s", (int)n, at);
    return true;
}

/* Reads one answer; has_body: that of HEAD has none. */
static inline void read_answer(int fd, struct got *g, bool has_body)
{
    char value[32];
    size_t n = 0, want = 0;
    int more = 1;

    memset(g, 0, sizeof *g);
    while (n < sizeof g->head - 1 && (n < 4 || memcmp(g->head + n - 4, "\r\n\r\n", 4)) &&
           (more = next_byte(fd, g->head + n)) == 1)
        n++;
    if (more != 1) {
        g->status = more;
        return;
    }
    ck_assert_msg(sscanf(g->head, "HTTP/1.1 %d ", &g->status) == 1, "%s", g->head);
    if (has_body && header_of(g, "Content-Length", value, sizeof value))
        want = strtoul(value, NULL, 10);
    ck_assert_uint_lt(want, sizeof g->body);
    while (g->len < want && next_byte(fd, g->body + g->len) == 1)
        g->len++;
    ck_assert_uint_eq(g->len, want);
}

/* Sends text and gives the status of the answer. */
static inline int ask(int fd, const char *text, struct got *g)
{
    (void)put(fd, text);
    read_answer(fd, g, strncmp(text, "HEAD ", 5) != 0);
    return g->status;
}

/* Whether the server ends the connection within the time. */
static inline bool ends(int fd, int ms)
{
    char c[512];
    ssize_t n;

    do {
        if (!readable(fd, ms))
            return false;
        n = recv(fd, c, sizeof c, 0);
    } while (n > 0);
    return true;
}

/* The server still serves. */
static inline void still_serves(struct fixture *f)
{
    struct got g;
    int fd = dial(f);

    ck_assert_int_eq(ask(fd, "GET /still?a=1 HTTP/1.1\r\nHost: h\r\n\r\n", &g), 200);
    ck_assert_str_eq(g.body, "GET /still?a=1 [] ");
    close(fd);
}

#endif
