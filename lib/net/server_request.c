#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/server_impl.h"

enum {
    KEPT = 4096, /* bytes of a body's buffer that wait for the next one */
    /* Seconds. A connection with a time-out of its own goes on with its request when it is resumed;
     * others read first, and end without an answer when the client sends no more. */
    AFTER_ALL = 1000000
};

static void enter(struct conn *c, enum state state)
{
    c->state = state;
    c->since = c->server->now;
}

/* The request line has come. */
void *jaxl_server_on_line(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct conn *c = info ? info->socket_context : NULL;

    (void)cls;
    (void)uri;
    if (c)
        enter(c, HEAD);
    return c;
}

static void count_once(struct conn *c, enum count reason)
{
    if (!c->counted)
        jaxl_server_count(c->server, reason, 1);
    c->counted = true;
}

void jaxl_server_cut(struct conn *c, unsigned status, enum count reason)
{
    char head[128];
    int n;

    if (c->ended)
        return;
    c->ended = true;
    if (reason < COUNTS)
        count_once(c, reason);
    if (status) {
        n = snprintf(head, sizeof head,
                     "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status,
                     MHD_get_reason_phrase_for(status));
        (void)!send(c->fd, head, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    shutdown(c->fd, SHUT_RDWR); /* libmicrohttpd sees it as the client's doing */
}

/* What the head says of the body. */
struct framing {
    unsigned lengths, encodings;
    bool odd; /* an encoding that is not chunked */
    uint64_t length;
};

static enum MHD_Result look_at(void *cls, enum MHD_ValueKind kind, const char *name, size_t n,
                               const char *value, size_t len)
{
    struct framing *f = cls;

    (void)kind;
    /* libmicrohttpd leaves blanks at the end of a value, which are not of it: RFC 9110, 5.5. */
    for (char *at = (char *)(uintptr_t)value + len;
         at > value && (at[-1] == ' ' || at[-1] == '\t');)
        *--at = '\0';
    if (n == sizeof "Content-Length" - 1 && !strcasecmp(name, "Content-Length")) {
        f->lengths++;
        f->length = strtoull(value, NULL, 10); /* libmicrohttpd has seen that it is a number */
    }
    if (n == sizeof "Transfer-Encoding" - 1 && !strcasecmp(name, "Transfer-Encoding")) {
        f->encodings++;
        f->odd |= strcasecmp(value, "chunked") != 0;
    }
    return MHD_YES;
}

static enum MHD_Result queue(struct conn *c, unsigned status, struct MHD_Response *response)
{
    enum MHD_Result done = MHD_NO;

    if (response) {
        if (c->server->closing && !c->taken)
            (void)MHD_add_response_header(response, "Connection", "close");
        done = MHD_queue_response(c->mhd, status, response);
        MHD_destroy_response(response);
    }
    c->response = NULL;
    enter(c, ANSWERING);
    return done;
}

/* Before the body: it is not read then, and the connection ends. */
static enum MHD_Result refuse(struct conn *c, unsigned status, enum count reason)
{
    count_once(c, reason);
    return queue(c, status, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result head(struct conn *c)
{
    struct framing f = {0};

    MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, look_at, &f);
    if (f.lengths + f.encodings > 1 || f.odd) /* whoever forwarded it may see another request */
        return refuse(c, MHD_HTTP_BAD_REQUEST, BAD);
    if (f.length > c->server->o.body_max)
        return refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, TOO_LARGE);
    c->state = BODY; /* in the same time as the head */
    return MHD_YES;
}

static enum MHD_Result body(struct conn *c, const char *data, size_t *size)
{
    struct server *s = c->server;

    jaxl_buf_add(&c->in, data, *size);
    s->held += c->in.cap - c->held;
    c->held = c->in.cap;
    if (c->in.failed == JAXL_ELIMIT)
        jaxl_server_cut(c, MHD_HTTP_CONTENT_TOO_LARGE, TOO_LARGE);
    else if (c->in.failed || s->held > s->held_max)
        jaxl_server_cut(c, MHD_HTTP_SERVICE_UNAVAILABLE, TOO_LARGE);
    *size = 0;
    return c->ended ? MHD_NO : MHD_YES;
}

static enum MHD_Result serve(struct conn *c, const char *path, const char *method)
{
    struct server *s = c->server;

    c->request = (struct jaxl_server_request){.server = &s->base,
                                              .method = method,
                                              .path = path,
                                              .peer = c->peer,
                                              .body = jaxl_buf_text(&c->in),
                                              .len = c->in.len};
    c->extra = 0;
    c->answered = false;
    c->response = NULL;
    jaxl_server_count(s, REQUESTS, 1);
    jaxl_server_count(s, BYTES_IN, c->in.len);
    s->serving = c;
    s->o.serve(s->o.ctx, &c->request);
    if (!s->serving) /* answered at once */
        return queue(c, c->status, c->response);
    s->serving = NULL;
    enter(c, SERVING);
    MHD_suspend_connection(c->mhd);
    (void)MHD_set_connection_option(c->mhd, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)AFTER_ALL);
    return MHD_YES;
}

/* Resumed. */
static enum MHD_Result go_on(struct conn *c)
{
    (void)MHD_set_connection_option(c->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
    return c->answered ? queue(c, c->status, c->response) : MHD_NO;
}

enum MHD_Result jaxl_server_on_request(void *cls, struct MHD_Connection *mhd, const char *path,
                                       const char *method, const char *version, const char *data,
                                       size_t *size, void **state)
{
    struct conn *c = *state;

    (void)cls;
    (void)mhd;
    (void)version;
    if (!c || c->ended)
        return MHD_NO;
    if (c->state == HEAD)
        return head(c);
    if (*size)
        return body(c, data, size);
    if (c->state == BODY)
        return serve(c, path, method);
    return go_on(c);
}

static void drop_body(struct conn *c)
{
    if (c->in.cap > KEPT) {
        c->server->held -= c->held;
        c->held = 0;
        jaxl_buf_free(&c->in);
    }
    jaxl_buf_reset(&c->in);
}

void jaxl_server_on_end(void *cls, struct MHD_Connection *mhd, void **state,
                        enum MHD_RequestTerminationCode code)
{
    struct server *s = cls;
    struct conn *c = *state;

    (void)mhd;
    if (!c)
        return;
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        jaxl_server_count(s, ANSWERS, 1);
        jaxl_server_count(s, BYTES_OUT, c->out_len);
    } else if (code == MHD_REQUEST_TERMINATED_WITH_ERROR && c->state < SERVING && s->refused) {
        s->refused--;
    } else if (c->state >= SERVING || code == MHD_REQUEST_TERMINATED_READ_ERROR ||
               code == MHD_REQUEST_TERMINATED_CLIENT_ABORT) {
        count_once(c, BROKEN);
    }
    jaxl_server_upgrade_end(c, -1, NULL, 0);
    if (c->response) /* it ended before the answer could be queued */
        MHD_destroy_response(c->response);
    c->response = NULL;
    c->out_len = 0;
    c->turn = s->turn;
    drop_body(c);
    *state = NULL;
    if (c->state == UPGRADED)
        return;
    enter(c, IDLE);
    if (s->closing)
        jaxl_server_cut(c, 0, COUNTS);
    else if (c->half)
        jaxl_server_half(c);
}

/* libmicrohttpd ends a connection without an answer when its first line is not of HTTP, and tells
 * nobody: it is seen by who ended the connection. Only of a version that it does not know the log
 * hears first. */
static bool ended_by_us(const struct conn *c)
{
    struct tcp_info info;
    socklen_t len = sizeof info;

    return !getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) &&
           (info.tcpi_state == TCP_FIN_WAIT1 || info.tcpi_state == TCP_FIN_WAIT2 ||
            info.tcpi_state == TCP_CLOSING);
}

static void count_unheard(struct server *s)
{
    if (s->refused)
        s->refused--;
    else
        jaxl_server_count(s, BAD, 1);
}

static void leave(struct server *s, struct conn *c)
{
    struct conn **half = &s->halves;

    /* closing it is not enough while a child that is being born has it, too */
    (void)epoll_ctl(s->half_fd, EPOLL_CTL_DEL, c->fd, NULL);
    while (c->in_halves && *half != c)
        half = &(*half)->next_half;
    if (c->in_halves)
        *half = c->next_half;
    if (c->state == IDLE && !c->ended && !c->counted && c->turn != s->turn && ended_by_us(c))
        count_unheard(s);
    if (c->prev)
        c->prev->next = c->next;
    else
        s->conns = c->next;
    if (c->next)
        c->next->prev = c->prev;
    if (s->hand == c)
        s->hand = c->next;
    s->n_conns--;
    s->held -= c->held;
    jaxl_buf_free(&c->in);
    free(c);
}

void jaxl_server_on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                               enum MHD_ConnectionNotificationCode code)
{
    struct server *s = cls;
    struct conn *c;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        leave(s, *context);
    } else {
        *context = c = s->accepting;
        s->accepting = NULL;
        c->mhd = mhd;
        (void)epoll_ctl(s->half_fd, EPOLL_CTL_ADD, c->fd,
                        &(struct epoll_event){.events = EPOLLRDHUP | EPOLLET, .data.ptr = c});
        c->next = s->conns;
        if (c->next)
            c->next->prev = c;
        s->conns = c;
        s->n_conns++;
        enter(c, IDLE);
    }
    atomic_store(&s->open, s->n_conns);
}

/* What libmicrohttpd refuses by itself is heard of in its log alone. */
void jaxl_server_on_log(void *cls, const char *fmt, va_list ap)
{
    static const char refused[] = "Error processing request (HTTP response code is %u";
    struct server *s = cls;

    if (!strncmp(fmt, refused, sizeof refused - 1)) {
        unsigned status = va_arg(ap, unsigned);
        bool bad = status == MHD_HTTP_BAD_REQUEST || status == MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED;
        jaxl_server_count(s, bad ? BAD : TOO_LARGE, 1);
        s->refused++;
    }
}
