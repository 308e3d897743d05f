/* A session with the platform: credentials, request token, attested device and organisation, over
 * one HTTP client. Requests are queued and answered through callbacks; jaxl_session_call does one
 * and waits. A session belongs to one thread at a time. */
#ifndef JAXL_SESSION_H
#define JAXL_SESSION_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/clock.h>
#include <jaxl/endpoint.h>
#include <jaxl/error.h>
#include <jaxl/log.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_session;

/* What may end the session's own waiting: opening, which can take minutes, and jaxl_session_call.
 * When fd becomes readable stop is asked, which empties it; true ends the waiting with
 * JAXL_ESTOPPED, and everything in flight is given up. */
struct jaxl_session_watch {
    int fd;
    bool (*stop)(void *ctx);
    void *ctx;
};

struct jaxl_session_options {
    const char *credentials;        /* path; NULL: $JAXL_API_CREDENTIALS */
    const char *auth_token_env;     /* name of the variable with the auth token; NULL:
                                       JAXL_API_AUTH_TOKEN (a secret is never an argument) */
    const char *state_dir;          /* of the attestation file; NULL or "": $JAXL_STATE_DIR (an
                                       addition of ours: jaxl-sandbox sets it so that ~ stays
                                       untouched), else ~/.jaxl/api */
    const char *ca_file;            /* trust the certificates in this file alone, for a private CA;
                                       NULL: the system's */
    bool keep;                      /* for single commands: use the organisation and the request
                                       token that an earlier process kept beside the attestation,
                                       and keep them. An answer of 401, 403 or 404 has them looked
                                       up anew, and a call that waits asked again when that gives
                                       others; a call that encrypts looks before, and waits for it,
                                       unless other requests are under way: then it does without,
                                       and is not asked again */
    unsigned connections;           /* 1..64, 0: 16 */
    int64_t timeout;                /* of one request, 0: 10 s (protocol.md section 1). Where a
                                       file travels (a recording, an upload) it ends a silence of
                                       that many seconds, not the whole */
    const struct jaxl_clock *clock; /* NULL: the machine's */
    const struct jaxl_log *log;     /* NULL: silent */
    const struct jaxl_session_watch *watch; /* copied; NULL: nothing ends its waiting */
};

/* How a request ended, seen from what may have happened on the platform. */
enum jaxl_outcome {
    JAXL_OUTCOME_OK,        /* 2xx: body is the answer */
    JAXL_OUTCOME_NOT_SENT,  /* no byte left: DNS, connect, TLS */
    JAXL_OUTCOME_THROTTLED, /* 429 */
    JAXL_OUTCOME_AUTH,      /* 401, 402, 403 (401 after a fresh token was tried) */
    JAXL_OUTCOME_REFUSED,   /* any other 4xx, 307, 308; any 3xx for what may be sent again */
    JAXL_OUTCOME_UNKNOWN    /* time-out, reset, 5xx, an answer over the limit; any other 3xx, which
                               are never followed: it may have been carried out */
};

struct jaxl_reply {
    enum jaxl_outcome outcome;
    int status;       /* HTTP, 0 without an answer */
    const char *body; /* NUL-terminated, borrowed for the callback; "" without one */
    size_t body_len;
    int64_t retry_after; /* microseconds from now, -1 when not said */
    int64_t sent_at;     /* wall time when the request was handed to the network */
    int64_t server_skew; /* the server's clock minus ours by its Date header, to about a second; 0
                            when it was not said */
    unsigned tries;      /* requests that were made for this one, 0 or more */
    struct jaxl_error error; /* code 0 for OK; else what and why, for the user */
};

typedef void (*jaxl_reply_fn)(void *arg, const struct jaxl_reply *reply);
/* Whether a request may still be sent. May call what a callback may, but not send. */
typedef bool (*jaxl_again_fn)(void *arg);

struct jaxl_param {
    const char *name, *value; /* not yet percent-encoded; value NULL: left out */
};

struct jaxl_request {
    enum jaxl_endpoint endpoint;
    const struct jaxl_endpoint_row *row; /* NULL, or a call that the table does not have; endpoint
                                            does not count then. Borrowed until it is answered */
    const char *ids[2];             /* fill the {} of the path in order; NULL when it has none */
    const struct jaxl_param *query; /* n_query; a list parameter is the name repeated */
    size_t n_query;
    const char *query_text; /* more of the query, percent-encoded already; NULL for none */
    const char *body;       /* NULL for none; copied, at most 64 MiB */
    size_t body_len;
    const char *content_type; /* of the body; NULL: application/json. At most 100 bytes */
    int64_t timeout;          /* 0: the session's */
    jaxl_reply_fn done;       /* called once, from jaxl_session_wait, never from _send */
    jaxl_again_fn again;      /* NULL, or asked right before each try after the first: when it says
                                 no the request is answered, as not sent if nothing ever was */
    void *arg;
};

/* Reads the credentials and the environment; asks nothing of the network yet.
 * JAXL_ECONFIG with what is missing and where it belongs. */
JAXL_API int jaxl_session_new(struct jaxl_session **s, const struct jaxl_session_options *options,
                              struct jaxl_error *err);
/* Ends it; requests in flight are given up, their callbacks not called. */
JAXL_API void jaxl_session_free(struct jaxl_session **s);
/* Attests the device when no usable attestation is kept, and looks the organisation up. Called by
 * the first send when it was not before. It waits, also between the tries of an attestation (up to
 * five). When the platform answers 401 to the look-up on a kept attestation even with a fresh
 * token, a new attestation is tried once: the platform may have forgotten the device. It takes the
 * place of the kept one only when it helped, since a wrong auth token looks the same.
 * JAXL_EAUTH, JAXL_EREFUSED, JAXL_ENET, JAXL_EUNKNOWN, JAXL_EPROTO, JAXL_ECRYPTO, JAXL_EIO,
 * JAXL_EBUSY, JAXL_ESTOPPED; it may be called again. */
JAXL_API int jaxl_session_open(struct jaxl_session *s, struct jaxl_error *err);

/* The first half of jaxl_session_open: attests the device when no usable attestation is kept.
 * Called by jaxl_session_open; the errors of it. */
JAXL_API int jaxl_session_attest(struct jaxl_session *s, struct jaxl_error *err);

/* Queues a request; as many are under way at once as there are connections. Everything in *request
 * is copied. The session tries again by itself what the endpoint's safety allows (protocol.md
 * section 6): a 401 once with a fresh token, for every endpoint; "not sent" up to 3 times with full
 * jitter within a retry budget of 10 % of requests (and 10 to begin with); for idempotent endpoints
 * also 502, 503, 504, time-outs and resets, and a 429 after Retry-After unless that is more than a
 * minute. For endpoints that are not, a 429 and every ambiguous end is answered at once; the
 * request leaves this machine once, also where libcurl by itself would send it again on a new
 * connection. May be called from a callback.
 * JAXL_EARG (wrong ids, a parameter that the endpoint does not have), JAXL_ENOMEM, JAXL_ELIMIT, and
 * the errors of jaxl_session_open. */
JAXL_API int jaxl_session_send(struct jaxl_session *s, const struct jaxl_request *request,
                               struct jaxl_error *err);
/* Runs transfers and callbacks until at least one callback has run, one of the n extra descriptors
 * is ready (their revents are set in every case), a signal came, or timeout has passed
 * (microseconds; 0: do not wait). It may come back before any of these: look at what you wait for.
 * Not from a callback. JAXL_OK, JAXL_EIO, JAXL_ENOMEM. */
JAXL_API int jaxl_session_wait(struct jaxl_session *s, int64_t timeout, struct pollfd *extra,
                               unsigned n, struct jaxl_error *err);
/* Requests queued or in flight. */
JAXL_API size_t jaxl_session_pending(const struct jaxl_session *s);
/* Gives up everything in flight: each callback is called with what is known of it (UNKNOWN when it
 * may have left, NOT_SENT when not). For the second SIGINT. May be called from a callback. */
JAXL_API void jaxl_session_abort(struct jaxl_session *s);
/* One request, waiting for its answer: *body (to be freed with free(); may be NULL to ignore)
 * is the answer, untouched on failure. request->done and ->arg are not used. Callbacks of other
 * requests may run meanwhile. Not from a callback. The error of the reply otherwise. */
JAXL_API int jaxl_session_call(struct jaxl_session *s, const struct jaxl_request *request,
                               char **body, size_t *len, struct jaxl_error *err);

/* After jaxl_session_open: the organisation's id and the app's. Borrowed. */
JAXL_API int64_t jaxl_session_org(const struct jaxl_session *s);
JAXL_API const struct jaxl_clock *jaxl_session_clock(const struct jaxl_session *s);
JAXL_API const struct jaxl_log *jaxl_session_log(const struct jaxl_session *s);

#ifdef __cplusplus
}
#endif
#endif
