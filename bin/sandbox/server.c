#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/server.h"

enum { CONNECTIONS = 8192, HEADERS_MAX = 32 * 1024, BACKLOG = 1024 };

/* What becomes of the connection once the request has been served. */
enum ending { ANSWER, RESET, DROP };

struct exchange {
    struct jaxl_buf body; /* its max is one more than may be sent */
    bool too_long, served;
    enum ending ending;
    unsigned status;
    struct MHD_Response *response;
};

struct listener {
    struct server *server;
    enum module module;
    struct MHD_Daemon *daemon;
};

struct server {
    struct world *world;
    struct waiting *waiting;
    struct listener listeners[MODULE_COUNT];
};

/* The client sees a reset and not an orderly end, whatever the server does to the socket later: the
 * last reference to a socket with a zero linger time goes away. Another socket takes its place. */
static void reset_socket(struct MHD_Connection *c)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (info && other >= 0) {
        setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        dup3(other, info->connect_fd, O_CLOEXEC);
    }
    if (other >= 0)
        close(other);
}

/* Half of the body, then the end of the connection. */
struct half {
    size_t len;
    char text[];
};

static ssize_t read_half(void *cls, uint64_t pos, char *buf, size_t max)
{
    const struct half *h = cls;
    size_t n = pos < h->len ? h->len - (size_t)pos : 0;

    if (!n)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (n > max)
        n = max;
    memcpy(buf, h->text + pos, n);
    return (ssize_t)n;
}

static struct MHD_Response *truncated(const struct jaxl_buf *body)
{
    size_t len = body->len / 2;
    struct half *h = malloc(sizeof *h + len + 1);

    if (!h)
        return NULL;
    h->len = len;
    memcpy(h->text, jaxl_buf_text(body), len);
    return MHD_create_response_from_callback(body->len, 4096, read_half, h, free);
}

/* A recording, made while it is sent: up to `end`, which is half of it for a truncated answer. */
struct recording {
    uint64_t samples, end;
};

static ssize_t read_recording(void *cls, uint64_t pos, char *buf, size_t max)
{
    const struct recording *rec = cls;

    if (pos >= rec->end)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (max > rec->end - pos)
        max = (size_t)(rec->end - pos);
    return (ssize_t)wav_read(rec->samples, pos, buf, max);
}

static struct MHD_Response *recording_of(uint64_t samples, bool half)
{
    struct recording *rec = malloc(sizeof *rec);

    if (!rec)
        return NULL;
    rec->samples = samples;
    rec->end = half ? wav_size(samples) / 2 : wav_size(samples);
    return MHD_create_response_from_callback(wav_size(samples), 32768, read_recording, rec, free);
}

static struct MHD_Response *response_of(const struct request *r, const struct jaxl_buf *body)
{
    static char garbage[] = "<html><body>\xff\xfe It works!";
    bool spoilt = r->fault && r->fault->kind == FAULT_GARBAGE;
    bool half = r->fault && r->fault->kind == FAULT_TRUNCATED;
    struct MHD_Response *response;

    if (spoilt)
        response =
            MHD_create_response_from_buffer(sizeof garbage - 1, garbage, MHD_RESPMEM_PERSISTENT);
    else if (r->samples)
        response = recording_of(r->samples, half);
    else if (half)
        response = truncated(body);
    else
        response = MHD_create_response_from_buffer(body->len, body->data, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return NULL;
    MHD_add_response_header(response, "Content-Type",
                            r->type && !spoilt ? r->type : "application/json");
    if (*r->retry_after)
        MHD_add_response_header(response, "Retry-After", r->retry_after);
    return response;
}

static enum MHD_Result take_param(void *cls, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct request *r = cls;

    (void)kind;
    if (r->n_params == MAX_PARAMS) {
        r->too_many_params = true;
        return MHD_NO;
    }
    r->params[r->n_params++] = (struct param){name, value};
    return MHD_YES;
}

/* How long the answer is held back, in microseconds. */
static int64_t delay_of(const struct world *w, const struct request *r)
{
    if (r->fault && r->fault->kind == FAULT_HANG)
        return w->options.hang;
    if (r->fault && r->fault->kind == FAULT_SLOW)
        return w->options.slow;
    return w->options.delay;
}

static void serve(struct listener *l, struct MHD_Connection *c, const char *path,
                  const char *method, struct exchange *x, int64_t *delay)
{
    struct world *w = l->server->world;
    struct request r = {.connection = c,
                        .module = l->module,
                        .method = method,
                        .path = path,
                        .body = jaxl_buf_text(&x->body),
                        .body_len = x->body.len,
                        .body_max = x->body.max - 1,
                        .body_too_long = x->too_long};

    MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_param, &r);
    pthread_mutex_lock(&w->lock);
    request_serve(w, &r);
    x->ending = r.fault && r.fault->kind == FAULT_RESET  ? RESET
                : r.fault && r.fault->kind == FAULT_HANG ? DROP
                                                         : ANSWER;
    if (!journal_write(w, &r))
        x->ending = DROP;
    if (x->ending == ANSWER) {
        x->status = r.fault && r.fault->kind >= FAULT_GARBAGE ? 200 : (unsigned)r.status;
        x->response = response_of(&r, &w->out);
    }
    pthread_mutex_unlock(&w->lock);
    *delay = delay_of(w, &r);
    x->served = true;
}

static enum MHD_Result finish(struct MHD_Connection *c, struct exchange *x)
{
    if (x->ending == RESET)
        reset_socket(c);
    if (x->ending != ANSWER || !x->response)
        return MHD_NO;
    return MHD_queue_response(c, x->status, x->response);
}

static size_t body_max(struct MHD_Connection *c)
{
    const char *type = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Type");

    return type && strncasecmp(type, MULTIPART, strlen(MULTIPART)) == 0 ? FORM_MAX : BODY_MAX;
}

static enum MHD_Result take_body(struct exchange *x, const char *data, size_t *size)
{
    if (x->body.len + *size >= x->body.max)
        x->too_long = true;
    else
        jaxl_buf_add(&x->body, data, *size);
    if (x->body.failed)
        return MHD_NO;
    *size = 0;
    return MHD_YES;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *path,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct listener *l = cls;
    struct exchange *x = *state;
    int64_t delay;

    (void)version;
    if (!x) {
        *state = x = calloc(1, sizeof *x);
        if (x)
            jaxl_buf_init(&x->body, body_max(c) + 1);
        return x ? MHD_YES : MHD_NO;
    }
    if (*size)
        return take_body(x, data, size);
    if (!x->served) {
        serve(l, c, path, method, x, &delay);
        if (delay &&
            waiting_add(l->server->waiting, c, jaxl_clock_mono(l->server->world->clock) + delay,
                        x->ending == DROP))
            return MHD_YES;
    }
    return finish(c, x);
}

static void completed(void *cls, struct MHD_Connection *c, void **state,
                      enum MHD_RequestTerminationCode code)
{
    struct exchange *x = *state;

    (void)cls;
    (void)c;
    (void)code;
    if (!x)
        return;
    if (x->response)
        MHD_destroy_response(x->response);
    jaxl_buf_free(&x->body);
    free(x);
    *state = NULL;
}

/* MHD has its own words for every connection that a fault ends; nobody needs them. */
static void silent(void *cls, const char *fmt, va_list ap)
{
    (void)cls;
    (void)fmt;
    (void)ap;
}

static int listen_on(uint16_t port, uint16_t *bound, struct jaxl_error *err)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons(port),
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, BACKLOG) ||
        getsockname(fd, (struct sockaddr *)&a, &len)) {
        jaxl_error_set(err, JAXL_EIO, "cannot listen on port %u of 127.0.0.1: %s", port,
                       strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    *bound = ntohs(a.sin_port);
    return fd;
}

static int start_listener(struct server *s, enum module module, struct jaxl_error *err)
{
    struct world *w = s->world;
    struct listener *l = &s->listeners[module];
    uint16_t port = (uint16_t)w->options.port, bound = 0;
    int fd = listen_on(port ? (uint16_t)(port + (module == ACCOUNTS)) : 0, &bound, err);

    if (fd < 0)
        return JAXL_EIO;
    l->server = s;
    l->module = module;
    if (asprintf(&w->roots[module], "http://127.0.0.1:%u", bound) < 0) {
        w->roots[module] = NULL;
        close(fd);
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    }
    l->daemon = MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        handle, l, MHD_OPTION_EXTERNAL_LOGGER, silent, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HEADERS_MAX, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
    if (l->daemon)
        return 0;
    close(fd);
    return jaxl_error_set(err, JAXL_EIO, "cannot start the server on port %u", bound);
}

int server_start(struct server **out, struct world *w, struct jaxl_error *err)
{
    struct server *s = calloc(1, sizeof *s);
    int code;

    *out = s;
    if (!s)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    s->world = w;
    code = routes_open(err);
    if (!code && waiting_new(&s->waiting))
        code = jaxl_error_set(err, JAXL_ENOMEM, "cannot start a thread");
    for (int module = MODULE_COUNT - 1; !code && module >= 0; module--)
        code = start_listener(s, (enum module)module, err);
    if (code)
        server_stop(out);
    return code;
}

void server_stop(struct server **s)
{
    if (!*s)
        return;
    if ((*s)->waiting)
        waiting_stop((*s)->waiting);
    for (int i = 0; i < MODULE_COUNT; i++)
        if ((*s)->listeners[i].daemon)
            MHD_stop_daemon((*s)->listeners[i].daemon);
    waiting_free(&(*s)->waiting);
    routes_close();
    free(*s);
    *s = NULL;
}
