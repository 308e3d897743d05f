/* An HTTP client on one curl multi handle: several requests at once over few connections that are
 * used again, HTTP/2 where a TLS server speaks it. It reports whether any byte of a request can
 * have left this machine, and never sends one twice that must not be. It does not queue: as many
 * requests are under way at most as there may be connections. */
#ifndef JAXL_NET_HTTP_H
#define JAXL_NET_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/clock.h"
#include "jaxl/error.h"

enum {
    JAXL_HTTP_CONNECTIONS = 16,     /* when nothing is said */
    JAXL_HTTP_CONNECTIONS_MAX = 64, /* of one client: beyond it libcurl slows down */
    JAXL_HTTP_HEADERS_MAX = 100,    /* header lines of an answer */
    JAXL_HTTP_HEADER_BYTES = 65536, /* of all header lines of an answer */
    JAXL_HTTP_LINES = 4             /* header lines of a request beside the shared ones */
};
#define JAXL_HTTP_BODY_MAX                                                                         \
    ((size_t)8 * 1024 * 1024)                /* bytes of an answer, when nothing is said           \
                                              */
#define JAXL_HTTP_TIMEOUT (10 * JAXL_SECOND) /* when nothing is said */

struct jaxl_http_options {
    unsigned connections;           /* 0: JAXL_HTTP_CONNECTIONS */
    int64_t timeout;                /* of one request, 0: JAXL_HTTP_TIMEOUT */
    size_t body_max;                /* bytes of an answer, 0: JAXL_HTTP_BODY_MAX */
    const char *ca_file;            /* trust these certificates alone (a private CA); NULL: the
                                       system's. There is no way to trust none */
    const struct jaxl_clock *clock; /* NULL: the machine's */
};

struct jaxl_http;

/* JAXL_EARG for a count of connections above the maximum; JAXL_ENOMEM. */
int jaxl_http_new(struct jaxl_http **h, const struct jaxl_http_options *options,
                  struct jaxl_error *err);
/* Requests under way are given up, their callbacks not called. */
void jaxl_http_free(struct jaxl_http **h);

/* Header lines ("Name: value") that many requests share, built once. Counted: whoever holds one
 * drops it, and so does every request when it ends. The lines are wiped at last. */
struct jaxl_http_headers;

int jaxl_http_headers_new(struct jaxl_http_headers **headers);
/* JAXL_EARG when the value has a control character in it, JAXL_ENOMEM. */
int jaxl_http_headers_add(struct jaxl_http_headers *headers, const char *name, const char *value);
void jaxl_http_headers_drop(struct jaxl_http_headers **headers);

/* A server: scheme, host and port, parsed once. It outlives the requests to it. */
struct jaxl_http_base;

/* url: "https://fin.jaxl.com", with a path in front of all others if there is one. JAXL_EARG. */
int jaxl_http_base_new(struct jaxl_http_base **base, const char *url, struct jaxl_error *err);
void jaxl_http_base_free(struct jaxl_http_base **base);
const char *jaxl_http_base_url(const struct jaxl_http_base *base);

enum jaxl_http_end {
    JAXL_HTTP_ANSWERED, /* a whole answer came */
    JAXL_HTTP_NOT_SENT, /* no byte of the request left: DNS, connect, TLS */
    JAXL_HTTP_AMBIGUOUS /* it may have left, and no whole answer came: time-out, reset, a body that
                           is cut off or over the limit */
};

struct jaxl_http_response {
    enum jaxl_http_end end;
    int status;               /* of the answer; also of one that was cut off; else 0 */
    const char *body;         /* NUL-terminated, "" when there is none */
    size_t body_len;          /* bytes */
    const char *content_type; /* "" when not said */
    int64_t retry_after;      /* microseconds from now, -1 when not said */
    int64_t date;             /* the server's clock, -1 when not said */
    int64_t sent_at;          /* wall time when it was handed to the network */
    unsigned sends;           /* times that it was sent: 0 or 1, more only when resend_safe */
    bool permanent;           /* not answered for a reason that will not go away by itself */
    const char *reason;       /* why it was not answered; "" when it was */
};

/* The response is borrowed for the call. */
typedef void (*jaxl_http_fn)(void *arg, const struct jaxl_http_response *response);

/* All of it is borrowed until done is called (headers is counted). */
struct jaxl_http_request {
    const struct jaxl_http_base *base;
    const char *method;                 /* "GET", "POST" and so on, upper case */
    const char *path;                   /* "/v1/...", percent-encoded */
    const char *query;                  /* percent-encoded, without '?'; NULL for none */
    struct jaxl_http_headers *headers;  /* NULL for none */
    const char *lines[JAXL_HTTP_LINES]; /* more header lines, of this request; NULL for none */
    const char *body;                   /* NULL for none */
    size_t body_len;
    size_t body_max;  /* bytes of the answer, 0: the client's */
    bool resend_safe; /* may be sent again by itself on a new connection when the old one died */
    int64_t timeout;  /* 0: the client's */
    bool file;        /* the body or the answer may be long: the time-out ends a silence of that
                         many whole seconds, one at least, not the whole */
    jaxl_http_fn done;
    void *arg;
};

/* Requests that can be started now. */
unsigned jaxl_http_room(const struct jaxl_http *h);
/* Requests under way. */
unsigned jaxl_http_active(const struct jaxl_http *h);
/* Starts one; done is called from a later jaxl_http_wait or _abort. JAXL_EBUSY without room,
 * JAXL_EARG, JAXL_ENOMEM; done is not called then. */
int jaxl_http_send(struct jaxl_http *h, const struct jaxl_http_request *request,
                   struct jaxl_error *err);
/* Runs transfers and callbacks until at least one callback has run, one of the n extra descriptors
 * is ready (its revents are set), a signal came or timeout has passed (microseconds; 0: do not
 * wait). It may come back early without any of these. JAXL_EIO, JAXL_ENOMEM. */
int jaxl_http_wait(struct jaxl_http *h, int64_t timeout, struct pollfd *extra, unsigned n,
                   struct jaxl_error *err);
/* Gives up every request under way: each callback is called with what is known. May be called from
 * a callback, whose own request is over. */
void jaxl_http_abort(struct jaxl_http *h);

#endif
