#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd.h"
#include "unit.h"

enum { KEPT = 256, CONNECTIONS = 1024, INPUT = 65536 };

struct httpd {
    int listener, port;
    char url[64];
    httpd_fn answer;
    void *arg;
    const struct httpd_step *steps;
    size_t n_steps;
    pthread_t acceptor, threads[CONNECTIONS];
    pthread_mutex_t lock;
    bool stopping; /* all below under the lock */
    int fds[CONNECTIONS];
    unsigned connections, open, most, requests;
    struct httpd_request *kept[KEPT];
};

struct connection {
    struct httpd *d;
    unsigned index;
    int fd;
    char input[INPUT];
    size_t len;
};

static void next_step(void *arg, const struct httpd_request *request, unsigned n,
                      struct httpd_step *step)
{
    const struct httpd *d = arg;

    (void)request;
    *step = d->steps[n <= d->n_steps ? n - 1 : d->n_steps - 1];
}

static void copy(char *out, size_t size, const char *from, size_t len)
{
    ck_assert_uint_lt(len, size);
    memcpy(out, from, len);
    out[len] = '\0';
}

/* Reads one request; false when the connection ends before. */
static bool read_request(struct connection *c, struct httpd_request *r)
{
    size_t need = 0;
    const char *end = NULL;

    for (;;) {
        c->input[c->len] = '\0';
        if (!end && (end = strstr(c->input, "\r\n\r\n"))) {
            const char *line = strstr(c->input, "\r\n") + 2;
            char length[32];
            copy(r->headers, sizeof r->headers, line,
                 end + 2 > line ? (size_t)(end + 2 - line) : 0);
            ck_assert_int_eq(sscanf(c->input, "%15s %2047s", r->method, r->target), 2);
            need = (size_t)(end + 4 - c->input);
            if (httpd_header(r, "Content-Length", length, sizeof length))
                need += (size_t)atol(length);
        }
        if (end && c->len >= need)
            break;
        ssize_t got = recv(c->fd, c->input + c->len, INPUT - 1 - c->len, 0);
        if (got <= 0)
            return false;
        c->len += (size_t)got;
    }
    copy(r->body, sizeof r->body, end + 4, need - (size_t)(end + 4 - c->input));
    memmove(c->input, c->input + need, c->len - need);
    c->len -= need;
    return true;
}

static bool send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t put = send(fd, data, len, MSG_NOSIGNAL);
        if (put <= 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return true;
}

static void send_answer(int fd, const struct httpd_step *s)
{
    static const char fill[4096] = {[0 ... 4095] = 'x'};
    char head[8192];
    const char *body = s->body ? s->body : "";

    if (s->status) {
        snprintf(head, sizeof head, "HTTP/1.1 %d Whatever\r\nContent-Length: %zu\r\n%s\r\n",
                 s->status, strlen(body) + s->fill, s->headers ? s->headers : "");
        if (!send_all(fd, head, strlen(head)) || !send_all(fd, body, strlen(body)))
            return;
    }
    if (s->raw && !send_all(fd, s->raw, strlen(s->raw)))
        return;
    for (size_t left = s->fill; left > 0;) {
        size_t n = left < sizeof fill ? left : sizeof fill;
        if (s->pause)
            (void)poll(NULL, 0, s->pause);
        if (!send_all(fd, fill, n))
            return;
        left -= n;
    }
}

static void record(struct connection *c, struct httpd_request *r, struct httpd_step *step)
{
    struct httpd *d = c->d;

    pthread_mutex_lock(&d->lock);
    r->connection = c->index + 1;
    if (d->requests < KEPT) {
        d->kept[d->requests] = malloc(sizeof *r);
        *d->kept[d->requests] = *r;
    }
    d->requests++;
    d->answer(d->arg, r, d->requests, step);
    pthread_mutex_unlock(&d->lock);
}

static void wait_for(struct httpd *d, const char *path)
{
    bool stopping = false;

    while (path && access(path, F_OK) && !stopping) {
        (void)poll(NULL, 0, 10);
        pthread_mutex_lock(&d->lock);
        stopping = d->stopping;
        pthread_mutex_unlock(&d->lock);
    }
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    struct httpd *d = c->d;
    struct httpd_request *r = malloc(sizeof *r);
    struct linger hard = {1, 0};
    char byte;

    for (;;) {
        struct httpd_step step = {0};
        if (!read_request(c, r))
            break;
        record(c, r, &step);
        if (step.delay)
            (void)poll(NULL, 0, step.delay);
        wait_for(c->d, step.until);
        send_answer(c->fd, &step);
        if (step.then == HTTPD_RST)
            setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        if (step.then == HTTPD_HANG)
            (void)recv(c->fd, &byte, 1, 0); /* until the other side or httpd_stop ends it */
        if (step.then != HTTPD_KEEP)
            break;
    }
    pthread_mutex_lock(&d->lock);
    d->open--;
    close(c->fd);
    d->fds[c->index] = -1;
    pthread_mutex_unlock(&d->lock);
    free(r);
    free(c);
    return NULL;
}

static void *accept_all(void *arg)
{
    struct httpd *d = arg;

    for (;;) {
        int fd = accept(d->listener, NULL, NULL), one = 1;
        struct connection *c;
        pthread_mutex_lock(&d->lock);
        if (fd < 0 || d->stopping || d->connections == CONNECTIONS) {
            pthread_mutex_unlock(&d->lock);
            close(fd);
            return NULL;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        c = calloc(1, sizeof *c);
        c->d = d;
        c->fd = fd;
        c->index = d->connections++;
        d->fds[c->index] = fd;
        if (++d->open > d->most)
            d->most = d->open;
        pthread_create(&d->threads[c->index], NULL, serve, c);
        pthread_mutex_unlock(&d->lock);
    }
}

static int listen_loopback(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

struct httpd *httpd_start(httpd_fn answer, void *arg)
{
    struct httpd *d = calloc(1, sizeof *d);

    d->answer = answer;
    d->arg = arg;
    pthread_mutex_init(&d->lock, NULL);
    d->listener = listen_loopback(&d->port);
    ck_assert_int_eq(listen(d->listener, 128), 0);
    snprintf(d->url, sizeof d->url, "http://127.0.0.1:%d", d->port);
    ck_assert_int_eq(pthread_create(&d->acceptor, NULL, accept_all, d), 0);
    return d;
}

struct httpd *httpd_start_steps(const struct httpd_step *steps, size_t n)
{
    struct httpd *d = httpd_start(next_step, NULL);

    d->steps = steps;
    d->n_steps = n;
    d->arg = d;
    return d;
}

void httpd_stop(struct httpd *d)
{
    pthread_mutex_lock(&d->lock);
    d->stopping = true;
    shutdown(d->listener, SHUT_RDWR);
    for (unsigned i = 0; i < d->connections; i++)
        if (d->fds[i] >= 0)
            shutdown(d->fds[i], SHUT_RDWR);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->acceptor, NULL);
    for (unsigned i = 0; i < d->connections; i++)
        pthread_join(d->threads[i], NULL);
    close(d->listener);
    for (unsigned i = 0; i < KEPT; i++)
        free(d->kept[i]);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

const char *httpd_url(const struct httpd *d)
{
    return d->url;
}

int httpd_port(const struct httpd *d)
{
    return d->port;
}

static unsigned locked(struct httpd *d, const unsigned *value)
{
    unsigned v;

    pthread_mutex_lock(&d->lock);
    v = *value;
    pthread_mutex_unlock(&d->lock);
    return v;
}

unsigned httpd_requests(struct httpd *d)
{
    return locked(d, &d->requests);
}

unsigned httpd_connections(struct httpd *d)
{
    return locked(d, &d->connections);
}

unsigned httpd_most(struct httpd *d)
{
    return locked(d, &d->most);
}

const struct httpd_request *httpd_request(struct httpd *d, unsigned n)
{
    return n >= 1 && n <= httpd_requests(d) && n <= KEPT ? d->kept[n - 1] : NULL;
}

static const char *find_header(const char *from, const char *name)
{
    size_t len = strlen(name);

    for (const char *p = from; *p; p = strstr(p, "\r\n") + 2)
        if (!strncasecmp(p, name, len) && p[len] == ':')
            return p;
    return NULL;
}

bool httpd_header(const struct httpd_request *r, const char *name, char *out, size_t size)
{
    const char *p = find_header(r->headers, name);

    out[0] = '\0';
    if (!p)
        return false;
    p += strlen(name) + 1;
    p += strspn(p, " ");
    copy(out, size, p, strcspn(p, "\r"));
    return true;
}

unsigned httpd_header_count(const struct httpd_request *r, const char *name)
{
    unsigned n = 0;

    for (const char *p = r->headers; (p = find_header(p, name)); n++)
        p = strstr(p, "\r\n") + 2;
    return n;
}

int httpd_closed_port(void)
{
    int port, fd = listen_loopback(&port);

    close(fd);
    return port;
}
