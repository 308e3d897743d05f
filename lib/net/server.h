/* An HTTP/1.1 server over libmicrohttpd, in one thread of its own, for webhooks and metrics. It is
 * made for untrusted clients: all that it keeps is bounded, and a client has so long for a request
 * and no longer. libmicrohttpd is in a module (libjaxl-server.so), loaded by jaxl_server_new. */
#ifndef JAXL_NET_SERVER_H
#define JAXL_NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/clock.h"
#include "jaxl/error.h"
#include "net/network.h"

enum {
    JAXL_SERVER_CONNECTIONS = 4096,     /* when nothing is said */
    JAXL_SERVER_HEADER_MAX = 8 * 1024,  /* bytes, when nothing is said */
    JAXL_SERVER_BODY_MAX = 1024 * 1024, /* bytes, when nothing is said */
    JAXL_SERVER_EXTRA = 4               /* more header lines of an answer */
};
#define JAXL_SERVER_TIMEOUT (30 * JAXL_SECOND)         /* when nothing is said */
#define JAXL_SERVER_BODIES  ((size_t)64 * 1024 * 1024) /* bytes of all bodies together */

struct jaxl_server;

/* One request that is complete. It lives, with all that it points to, until it is answered. */
struct jaxl_server_request {
    struct jaxl_server *server;
    const char *method; /* "POST" */
    const char *path;   /* decoded, without the query */
    const char *peer;   /* the address of the client, as text */
    const char *body;   /* never NULL, followed by a NUL that len does not count */
    size_t len;
    void *user; /* yours; NULL at first */
};

/* Called in the thread of the server for each request. It answers at once with jaxl_server_answer,
 * or keeps r, returns, and answers later from any thread. While it runs, nobody else is served. */
typedef void jaxl_server_serve(void *ctx, struct jaxl_server_request *r);

/* What becomes of a connection that is upgraded: fd, which does not block and is the callee's from
 * here on, and the len bytes that have come on it already, borrowed for the call. fd is -1 when it
 * ended before, or cannot be had. Called once for each jaxl_server_upgrade, in the server's thread,
 * which waits, or in that of jaxl_server_free. */
typedef void jaxl_server_upgraded(void *ctx, int fd, const void *data, size_t len);

struct jaxl_server_options {
    const char *host;     /* an address or a name; NULL: 127.0.0.1; "::" is IPv4 too */
    uint16_t port;        /* 0: any that is free */
    unsigned connections; /* at once, 0: JAXL_SERVER_CONNECTIONS, or fewer if no more files may be
                             open. One more: one that idles gives way to it, or it is refused */
    unsigned per_address; /* connections of one address at once, 0: no limit */
    size_t body_max;      /* bytes, 0: JAXL_SERVER_BODY_MAX; more is answered with 413. All bodies
                             at one time may have JAXL_SERVER_BODIES, or four of the largest: 503 */
    size_t header_max;    /* bytes of the head of a request, roughly; 0: JAXL_SERVER_HEADER_MAX. It
                             is cleared after each request, so that more costs time */
    int64_t timeout;      /* of the request line since the connection was made or idle, of the rest
                             since that line, of the taking of the answer: whoever takes longer (up
                             to an eighth) is cut off, with 408. Microseconds, 0:
                             JAXL_SERVER_TIMEOUT */
    const struct jaxl_network *allow; /* who may connect; n_allow 0: everybody. Copied */
    size_t n_allow;
    jaxl_server_serve *serve;
    void *ctx;                      /* its first argument */
    const struct jaxl_clock *clock; /* NULL: the machine's */
};

struct jaxl_server_stats {
    uint64_t connections; /* now */
    uint64_t accepted;    /* connections ever, without those that were refused */
    uint64_t requests;    /* complete ones, that were given to serve */
    uint64_t answers;     /* sent whole */
    uint64_t bytes_in;    /* of bodies of requests */
    uint64_t bytes_out;   /* of bodies of answers */
    /* Requests refused: body or head too long or too much at once; cut off by timeout; not HTTP. */
    uint64_t too_large, timed_out, bad;
    uint64_t broken; /* connections that ended within a request or an answer by themselves */
    /* Connections refused: by allow; by connections, per_address, or for want of files or memory.
     */
    uint64_t not_allowed, over_limit;
};

/* What a server does, as the module has it. */
struct jaxl_server_calls {
    const char *(*header)(struct jaxl_server_request *, const char *);
    const char *(*query)(struct jaxl_server_request *, const char *);
    void (*add)(struct jaxl_server_request *, const char *, const char *);
    void (*answer)(struct jaxl_server_request *, unsigned, const char *, const void *, size_t);
    void (*upgrade)(struct jaxl_server_request *, const char *, jaxl_server_upgraded *, void *);
    uint16_t (*port)(const struct jaxl_server *);
    void (*stats)(struct jaxl_server *, struct jaxl_server_stats *);
    unsigned (*stop)(struct jaxl_server *, int64_t);
    void (*release)(struct jaxl_server **);
};
struct jaxl_server {
    const struct jaxl_server_calls *calls; /* what follows is the module's */
};

/* Listens and serves. JAXL_EBUSY: the port is taken; JAXL_ECONFIG: host, port or the number of
 * connections cannot be on this machine or for this user, or the module is missing; JAXL_EARG: no
 * serve, or a limit that cannot be; JAXL_EIO, JAXL_ENOMEM. */
int jaxl_server_new(struct jaxl_server **s, const struct jaxl_server_options *options,
                    struct jaxl_error *err);

/* The port that it listens on. */
static inline uint16_t jaxl_server_port(const struct jaxl_server *s)
{
    return s->calls->port(s);
}

/* May be called in any thread, also after jaxl_server_stop. */
static inline void jaxl_server_stats(struct jaxl_server *s, struct jaxl_server_stats *stats)
{
    s->calls->stats(s, stats);
}

/* Accepts no more connections, ends those that idle, and waits up to `wait` microseconds until all
 * requests that have begun are answered and taken. Then it ends the others: returns how many. Those
 * that were not answered still may be (it does nothing any more) until jaxl_server_free. Not from
 * serve; a second call returns the same. */
static inline unsigned jaxl_server_stop(struct jaxl_server *s, int64_t wait)
{
    return s->calls->stop(s, wait);
}

/* Stops it without waiting. No request of it may be used any more. NULL is fine; clears it. */
static inline void jaxl_server_free(struct jaxl_server **s)
{
    if (s && *s)
        (*s)->calls->release(s);
}

/* The value of a header of the request, whatever the case of its name, or of a parameter of its
 * query, decoded; NULL: none. Of several, the first. */
static inline const char *jaxl_server_header(struct jaxl_server_request *r, const char *name)
{
    return r->server->calls->header(r, name);
}
static inline const char *jaxl_server_query(struct jaxl_server_request *r, const char *name)
{
    return r->server->calls->query(r, name);
}

/* One more header line for the answer, at most JAXL_SERVER_EXTRA (others are left out); both texts
 * are borrowed until it is answered. */
static inline void jaxl_server_add(struct jaxl_server_request *r, const char *name,
                                   const char *value)
{
    r->server->calls->add(r, name, value);
}

/* Answers, which ends r. status: 200 to 599; type: of the body, NULL: not said; len bytes of body
 * are copied. Answers from other threads that come together cost the server one turn. When memory
 * is out the connection ends without an answer. */
static inline void jaxl_server_answer(struct jaxl_server_request *r, unsigned status,
                                      const char *type, const void *body, size_t len)
{
    r->server->calls->answer(r, status, type, body, len);
}

/* Answers with 101, and gives the connection to another protocol ("websocket", as the client asked
 * for it in its Upgrade header, which the caller has seen; borrowed for the call): RFC 9110, 7.8.
 * What else the answer needs is added before. It ends r, and the server knows of the connection no
 * more: neither its limits nor its end hold for it. */
static inline void jaxl_server_upgrade(struct jaxl_server_request *r, const char *protocol,
                                       jaxl_server_upgraded *taken, void *ctx)
{
    r->server->calls->upgrade(r, protocol, taken, ctx);
}

#endif
