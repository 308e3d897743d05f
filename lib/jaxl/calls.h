/* Calls (protocol.md section 5): placing, finding and reading them; what is done to a live one is
 * jaxl/live.h. A call of the platform waits for its answer or is queued (jaxl/answer.h); the
 * builders of bodies and readers of answers under them serve jaxl_session_send alike. What is read
 * borrows from the JSON document. */
#ifndef JAXL_CALLS_H
#define JAXL_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include <jaxl/answer.h>
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

/* Appends the body for JAXL_CALLS_TOKEN, keys in the order of the protocol. JAXL_EARG names the
 * text that is missing, or an ivr_id below 1; JAXL_ELIMIT, JAXL_ENOMEM. */
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

/* Places a call, once: nothing is sent again after an ambiguous end (JAXL_EUNKNOWN then, and the
 * list of calls tells). The answer is a CallToken, for jaxl_calls_token_read: a 200 without a call
 * is a refusal, which it tells. */
JAXL_API int jaxl_calls_create(struct jaxl_session *s, const struct jaxl_calls_order *order,
                               struct jaxl_answer *a, struct jaxl_error *err);

/* Calls, newest first: a page of Call. */
struct jaxl_calls_filter {
    int64_t currency; /* the parameter; required */
    struct jaxl_page page;
    const char *start_time, *end_time; /* ISO 8601 */
    const char *direction;             /* 1 incoming, 2 outgoing, 0 app to app */
    const char *from_number, *to_number, *our_numbers, *other_numbers;
    enum jaxl_choice campaign;
    int64_t campaign_id;
    const char *tag;
    enum jaxl_choice tag_operator;
    enum jaxl_choice missed;
    const char *duration; /* seconds; the protocol does not say which way it compares */
    enum jaxl_choice ivr, recording, voicemail, bot;
    struct jaxl_texts aid, tid;
};
JAXL_API int jaxl_calls_list(struct jaxl_session *s, const struct jaxl_calls_filter *filter,
                             struct jaxl_answer *a, struct jaxl_error *err);
/* One Call. currency: the parameter; 0: left out. */
JAXL_API int jaxl_calls_get(struct jaxl_session *s, int64_t call, int64_t currency,
                            struct jaxl_answer *a, struct jaxl_error *err);

/* Calls and their cost by day: {results[...], is_finalized?}, for jaxl_calls_usage_read. */
struct jaxl_calls_usage_filter {
    int64_t currency;                  /* required */
    const char *start_time, *end_time; /* ISO 8601, NULL: open */
};
JAXL_API int jaxl_calls_usage(struct jaxl_session *s, const struct jaxl_calls_usage_filter *filter,
                              struct jaxl_answer *a, struct jaxl_error *err);

/* The platform's own report: a CallReport. */
struct jaxl_calls_report {
    const char *date_range;
    struct jaxl_texts fields, eid, tid, tag, our_number, other_number;
};
JAXL_API int jaxl_calls_report(struct jaxl_session *s, const struct jaxl_calls_report *filter,
                               struct jaxl_answer *a, struct jaxl_error *err);

/* The recording: a WAV file in a->text, a->len bytes, at most 256 MiB. */
JAXL_API int jaxl_calls_audio(struct jaxl_session *s, int64_t call, struct jaxl_answer *a,
                              struct jaxl_error *err);
/* Adds a tag: answers {id, name, rationale?}. rationale may be NULL. */
JAXL_API int jaxl_calls_tag(struct jaxl_session *s, int64_t call, const char *name,
                            const char *rationale, struct jaxl_answer *a, struct jaxl_error *err);
/* Merges a flat JSON object (text) into the call's metadata and answers with all of it. Keys that
 * the platform owns are refused with 403. JAXL_EARG: no flat object. */
JAXL_API int jaxl_calls_metadata(struct jaxl_session *s, int64_t call, const char *json,
                                 struct jaxl_answer *a, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
