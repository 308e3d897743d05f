/* What the files of the HTTP client share among themselves. */
#ifndef JAXL_NET_HTTP_IMPL_H
#define JAXL_NET_HTTP_IMPL_H

#include <curl/curl.h>

#include "jaxl/buf.h"
#include "net/http.h"

struct jaxl_http_headers {
    struct curl_slist *list; /* its texts belong to it and are wiped */
    unsigned holders;
};

struct jaxl_http_base {
    CURLU *url; /* without a path */
    char *text, *prefix;
    bool tls;
};

/* The place of one request under way, with an easy handle that is used again and again. */
struct jaxl_http_slot {
    struct jaxl_http *http;
    CURL *easy;
    CURLU *url; /* as it was set for the last request, which most often was to the same place */
    const struct jaxl_http_base *base;
    struct jaxl_buf path, query;
    bool posts;                                   /* the handle is set for a POST */
    bool for_file;                                /* and for files */
    long timeout_ms;                              /* 0: for nothing yet */
    struct curl_slist lines[JAXL_HTTP_LINES + 2]; /* in front of the shared ones */
    struct jaxl_http_request request;
    bool busy;
    unsigned sends;
    int64_t sent_at;
    unsigned header_lines;
    size_t header_bytes;
    bool head_done; /* the empty line came: libcurl takes a head that is cut off for whole */
    struct jaxl_buf body;
    char error[CURL_ERROR_SIZE];
};

struct jaxl_http {
    CURLM *multi;
    const struct jaxl_clock *clock;
    unsigned max, made, idle; /* slots: allowed, made, of these free */
    struct jaxl_http_slot *slots[JAXL_HTTP_CONNECTIONS_MAX]; /* made so far */
    struct jaxl_http_slot *free[JAXL_HTTP_CONNECTIONS_MAX];  /* a stack */
    int64_t timeout;
    size_t body_max;
    char *ca_file;
    bool proxy;         /* one for https is set in the environment */
    char date_text[40]; /* the last Date header and what it says: it changes once a second */
    int64_t date;
    struct pollfd *fds;   /* n_fds sockets that libcurl waits for, with room for more behind them */
    struct pollfd *ready; /* those that an event came for; as much room */
    unsigned n_fds, room;
    int64_t due; /* when libcurl wants to run whatever comes, on the machine's clock; -1: never */
    int failed;  /* what went wrong in a callback of libcurl's */
};

/* A slot with every option set that does not change from request to request. NULL without memory.
 */
struct jaxl_http_slot *jaxl_http_slot_new(struct jaxl_http *h);
void jaxl_http_slot_free(struct jaxl_http_slot **slot);
/* Points the handle at this request. JAXL_EARG, JAXL_ENOMEM. */
int jaxl_http_slot_load(struct jaxl_http_slot *slot, const struct jaxl_http_request *request,
                        struct jaxl_error *err);
/* Drops what the request lent and what its answer took. */
void jaxl_http_slot_clear(struct jaxl_http_slot *slot);

/* Runs the callbacks of what has ended; their number. */
unsigned jaxl_http_dispatch(struct jaxl_http *h);
/* http_poll.c: has libcurl say which sockets it waits for. JAXL_ENOMEM. */
int jaxl_http_poll_start(struct jaxl_http *h);
void jaxl_http_poll_end(struct jaxl_http *h);

#endif
