/* Calls: the body that places one, and what the platform answers (protocol.md section 5). Builders
 * and readers only, without any network, so that they serve jaxl_session_call and
 * jaxl_session_send alike. What is read borrows from the JSON document. */
#ifndef JAXL_CALLS_H
#define JAXL_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include <jaxl/buf.h>
#include <jaxl/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A call to be placed. All texts are needed. */
struct jaxl_calls_order {
    const char *from_number, *to_number; /* E.164 */
    const char *session_id;              /* upper-case UUID, chosen by the caller */
    const char *currency;                /* "INR", "USD" */
    const char *total_recharge;          /* signed: of jaxl_payments_total */
    int64_t ivr_id;
};

/* Appends the body for JAXL_CALLS_TOKEN, keys in the order of the protocol. JAXL_EARG for a missing
 * text or an ivr_id below 1; JAXL_ELIMIT, JAXL_ENOMEM. */
JAXL_API int jaxl_calls_body(const struct jaxl_calls_order *order, struct jaxl_buf *out,
                             struct jaxl_error *err);

/* The answer to it (CallToken). */
struct jaxl_calls_token {
    int64_t call_id;              /* 0: no call was placed, and reason says why */
    const char *reason;           /* NULL when not given */
    const char *session_id;       /* NULL when not given */
    const char *provider;         /* NULL when not given */
    const char *balance;          /* decimal text, NULL when not given */
    const struct jaxl_json *call; /* the Call, NULL when not given */
};

/* The id is call.id or call_id; an empty reason is none. JAXL_EPROTO when the answer has neither an
 * id nor a reason, a call without an id, an id that is not a positive integer, or two that differ:
 * the outcome of the call is unknown then. */
JAXL_API int jaxl_calls_token_read(const struct jaxl_json *answer, struct jaxl_calls_token *out,
                                   struct jaxl_error *err);

/* What following a call needs of a Call object; the rest stays in the document. */
struct jaxl_calls_call {
    int64_t id;
    int direction; /* 1 incoming, 2 outgoing, 0 app to app */
    const char *from_number, *to_number;
    const char *created_on, *completed_on; /* ISO 8601; completed_on NULL: not over */
    bool is_finalized;                     /* its cost is final */
    bool missed, has_voicemail;
    const char *duration;          /* seconds, number as text; NULL when not given */
    const char *failure_reason;    /* NULL when not given */
    const char *sid;               /* NULL when not given */
    const struct jaxl_json *costs; /* array of {cost, currency}; NULL when not given */
};

/* JAXL_EPROTO when it is no object with an integer id. */
JAXL_API int jaxl_calls_read(const struct jaxl_json *call, struct jaxl_calls_call *out,
                             struct jaxl_error *err);

/* One of the results of JAXL_CALLS_USAGE. */
struct jaxl_calls_usage {
    const char *signed_usage;          /* proof, as for jaxl_payments_total; NULL when not given */
    int64_t num_calls;                 /* 0 when not given */
    const char *call_time;             /* number as text; NULL when not given, like all below */
    const char *start_time, *end_time; /* ISO 8601 */
    const char *cost;                  /* decimal text */
    const char *currency;              /* as text */
};

/* JAXL_EPROTO when it is no object. */
JAXL_API int jaxl_calls_usage_read(const struct jaxl_json *result, struct jaxl_calls_usage *out,
                                   struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
