/* What the files of the HTTP server share among themselves. Everything is the server's thread's,
 * but for what says otherwise.
 *
 * libmicrohttpd is run with epoll by a thread of ours (its "external" mode) and not by its own:
 * polling costs a turn through all connections for each event, and its epoll thread waits for ever
 * once exactly 128 connections were ready (0.9.75), because it waits a second time. MHD_run never
 * waits, we do. Connections are accepted here, so that each refusal is counted. And their ends are
 * looked for here: what came with the last bytes libmicrohttpd does not see (it reads less than it
 * could, waits for the next event, and that was the last). */
#ifndef JAXL_NET_SERVER_IMPL_H
#define JAXL_NET_SERVER_IMPL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "jaxl/buf.h"
#include "net/server.h"

enum count {
    ACCEPTED,
    REQUESTS,
    ANSWERS,
    BYTES_IN,
    BYTES_OUT,
    TOO_LARGE,
    TIMED_OUT,
    BAD,
    BROKEN,
    NOT_ALLOWED,
    OVER_LIMIT,
    COUNTS
};

enum state {
    IDLE,      /* no request line yet */
    HEAD,      /* the head of a request comes in */
    BODY,      /* its body */
    SERVING,   /* complete, not answered: suspended */
    ANSWERING, /* the answer is taken */
    UPGRADED   /* its socket is somebody else's */
};

/* A connection, and the request on it. */
struct conn {
    struct jaxl_server_request request;
    struct server *server;
    struct MHD_Connection *mhd;
    struct conn *prev, *next;
    int fd;
    enum state state;
    bool counted;  /* why it ends */
    bool ended;    /* told to end */
    bool answered; /* by another thread: response and status are there */
    bool half;     /* the client sends no more */
    bool in_halves;
    int64_t since;               /* when it came into its state */
    uint64_t turn;               /* the last in which a request on it ended */
    struct jaxl_buf in;          /* the body */
    size_t held;                 /* of it, counted in server.held */
    jaxl_server_upgraded *taken; /* NULL, or who is still to be called */
    void *taken_ctx;
    const char *names[JAXL_SERVER_EXTRA], *values[JAXL_SERVER_EXTRA];
    unsigned extra;
    /* Written by whoever answers. */
    struct MHD_Response *response;
    unsigned status;
    size_t out_len;
    struct conn *next_answered, *next_half;
    char peer[JAXL_NETWORK_TEXT];
};

struct server {
    struct jaxl_server base;
    struct jaxl_server_options o;
    struct jaxl_network *allow;
    struct MHD_Daemon *daemon;
    int listen_fd, wake_fd;
    int epoll_fd; /* of libmicrohttpd, not ours to close */
    int half_fd;  /* an epoll for the ends of connections */
    uint16_t port;
    pthread_t thread; /* for who joins it */
    bool running;     /* it is to be joined */
    pthread_t self;   /* the same as the thread sees it */

    struct conn *conns, *hand; /* all; where the search for one that idles goes on */
    struct conn *accepting;    /* not yet with libmicrohttpd */
    struct conn *serving;      /* in serve right now */
    struct conn *halves;       /* to be ended once what they sent is read */
    unsigned n_conns;
    size_t held, held_max; /* bytes of bodies */
    int64_t now, sweep_at, accept_at;
    uint64_t turn;
    unsigned refused; /* by libmicrohttpd in this turn, without an end of a request so far */
    bool more;        /* libmicrohttpd has something to do without waiting */
    bool given_away;  /* it has, and does not say so: a connection was upgraded */
    bool closing;
    int64_t close_at;

    _Atomic uint64_t counts[COUNTS]; /* the thread's alone to write */
    _Atomic unsigned open;
    _Atomic(struct conn *) answered; /* by other threads: a stack */
    _Atomic bool stop;
    _Atomic int64_t stop_wait;
    unsigned cut;
};

/* server_listen.c: listens (codes as jaxl_server_new), accepts what waits, refuses what must be. */
int jaxl_server_listen(struct server *s, struct jaxl_error *err);
void jaxl_server_accept(struct server *s);
/* Finds connections whose clients send no more, and makes libmicrohttpd see it, once that is all
 * that is left of them. */
void jaxl_server_halves(struct server *s);
void jaxl_server_half(struct conn *c);
/* How many files may be open for connections. */
unsigned jaxl_server_files(void);

/* server_request.c: what libmicrohttpd calls. */
void *jaxl_server_on_line(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result jaxl_server_on_request(void *cls, struct MHD_Connection *mhd, const char *path,
                                       const char *method, const char *version, const char *data,
                                       size_t *size, void **state);
void jaxl_server_on_end(void *cls, struct MHD_Connection *mhd, void **state,
                        enum MHD_RequestTerminationCode code);
void jaxl_server_on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                               enum MHD_ConnectionNotificationCode code);
void jaxl_server_on_log(void *cls, const char *fmt, va_list ap);
/* Ends a connection with this status, for the reason counted; 0: with no answer. */
void jaxl_server_cut(struct conn *c, unsigned status, enum count reason);

/* server_answer.c: the functions of requests, in any thread. */
const char *jaxl_server_answer_header(struct jaxl_server_request *r, const char *name);
const char *jaxl_server_answer_query(struct jaxl_server_request *r, const char *name);
void jaxl_server_answer_add(struct jaxl_server_request *r, const char *name, const char *value);
void jaxl_server_answer_send(struct jaxl_server_request *r, unsigned status, const char *type,
                             const void *body, size_t len);
/* With this header, where value is not NULL, and those that were added. NULL (and r is gone): there
 * is no memory for them, or r was NULL. */
struct MHD_Response *jaxl_server_answer_finish(const struct conn *c, struct MHD_Response *r,
                                               const char *name, const char *value);
/* The answer is this. */
void jaxl_server_answer_give(struct conn *c, unsigned status, struct MHD_Response *response,
                             size_t len);
/* Takes what other threads answered: the first of a list in the order of their answers. */
struct conn *jaxl_server_answer_take(struct server *s);

/* server_upgrade.c */
void jaxl_server_upgrade_answer(struct jaxl_server_request *r, const char *protocol,
                                jaxl_server_upgraded *taken, void *ctx);
/* Tells who waits for the connection, if anybody does. */
void jaxl_server_upgrade_end(struct conn *c, int fd, const void *data, size_t len);

/* server_loop.c: the thread. */
void *jaxl_server_loop(void *server);
void jaxl_server_wake(struct server *s);

static inline void jaxl_server_count(struct server *s, enum count what, uint64_t n)
{
    uint64_t was = atomic_load_explicit(&s->counts[what], memory_order_relaxed);

    atomic_store_explicit(&s->counts[what], was + n, memory_order_relaxed);
}

#endif
