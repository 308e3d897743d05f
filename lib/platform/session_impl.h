/* What the files of the session share among themselves. */
#ifndef JAXL_PLATFORM_SESSION_IMPL_H
#define JAXL_PLATFORM_SESSION_IMPL_H

#include "jaxl/buf.h"
#include "jaxl/json.h"
#include "jaxl/session.h"
#include "net/http.h"
#include "net/retry.h"
#include "platform/attestation.h"
#include "platform/credentials.h"
#include "platform/env.h"
#include "platform/overrides.h"
#include "platform/session_secret.h"
#include "platform/token.h"

enum {
    JAXL_SESSION_QUEUE_MAX = 65536,                   /* requests waiting or under way */
    JAXL_SESSION_KEEP = 128,                          /* tasks kept for the next requests */
    JAXL_SESSION_BODY_MAX = 64 * 1024 * 1024 + 65536, /* bytes of a request's body */
    JAXL_SESSION_ANSWER_MAX = 256 * 1024 * 1024 /* of an answer: an hour of recording is 55 MiB */
};

/* Which of the headers of protocol.md section 2 a request carries. */
enum jaxl_session_kind {
    JAXL_SESSION_FULL,
    JAXL_SESSION_NO_ORG, /* the look-up of the organisation */
    JAXL_SESSION_ATTEST, /* neither user nor organisation, and those of the attestation */
    JAXL_SESSION_KINDS
};

/* A request on its way through the session. */
struct jaxl_task {
    struct jaxl_session *session;
    struct jaxl_task *next; /* in the queue, the delayed or the spare ones */
    const struct jaxl_endpoint_row *row;
    const struct jaxl_http_base *base;
    enum jaxl_session_kind kind;
    struct jaxl_buf path, query, body;
    bool has_body;
    int64_t timeout;
    jaxl_reply_fn done;
    jaxl_again_fn again;
    void *arg;
    char clock_line[48];   /* "X-JAXL-CLIENT-EP: ..." */
    char type_line[128];   /* "Content-Type: ..." */
    unsigned sends;        /* requests made */
    unsigned tries;        /* tries that count for the retry policy */
    bool renewed;          /* a fresh token was tried after a 401 */
    bool maybe_done;       /* an earlier try may have been carried out */
    unsigned token_number; /* of the token it went out with */
    int64_t due;           /* when it is tried again, on the monotonic clock */
};

struct jaxl_task_list {
    struct jaxl_task *head, *tail;
};

struct jaxl_session {
    const struct jaxl_clock *clock;
    const struct jaxl_log *log;
    struct jaxl_session_watch watch; /* stop is NULL: none */
    const struct jaxl_env *env;      /* NULL: the process's */
    struct jaxl_credentials *cred;
    struct jaxl_overrides *overrides; /* NULL: none */
    char *auth_token;
    struct jaxl_http *http;
    struct jaxl_http_base *bases[JAXL_MODULE_COUNT]; /* made when first used */
    struct jaxl_token *token;
    struct jaxl_buf token_text; /* of the headers below */
    unsigned token_number;
    struct jaxl_http_headers *headers[JAXL_SESSION_KINDS];
    struct jaxl_attestation_store *store;
    struct jaxl_attestation attestation;
    struct jaxl_attestation_headers attest;
    enum { JAXL_SESSION_RUNNING, JAXL_SESSION_ABORTING, JAXL_SESSION_FREEING } state;
    bool attested, device_kept; /* device_kept: by an earlier process */
    bool opened, tried_new_device;
    bool keep, tried_kept, from_kept,
        doubtful,        /* session_kept.c: org is from the file; and may be wrong */
        sealed_kept;     /* and something was sealed for it */
    unsigned kept_token; /* number of the token that is in the file */
    int64_t org;
    struct jaxl_json_doc *doc;    /* for reading answers */
    const struct jaxl_json *said; /* the refusal in it that was read last */
    struct jaxl_retry_budget budget;
    struct jaxl_task_list queue;
    struct jaxl_task *delayed; /* by due */
    struct jaxl_task *spare;
    size_t pending, n_spare;
    unsigned calling;         /* callbacks that have not returned */
    unsigned answered, moved; /* callbacks run, and answers of any kind, within one wait */
};

/* Like jaxl_session_new, with another environment. */
int jaxl_session_new_env(struct jaxl_session **s, const struct jaxl_session_options *options,
                         const struct jaxl_env *env, struct jaxl_error *err);

/* session_auth.c: the headers for a kind of request, with a token that is good. */
int jaxl_session_headers(struct jaxl_session *s, enum jaxl_session_kind kind,
                         struct jaxl_http_headers **headers, struct jaxl_error *err);
/* After a 401 for a request that went out with this token: makes the next one another, once. */
void jaxl_session_renew(struct jaxl_session *s, unsigned token_number);
/* Appends Fernet(sk) of a JSON text: an encrypted payload (protocol.md section 3). Opens the
 * session surely (below). The errors of jaxl_session_open and jaxl_fernet_encrypt. */
int jaxl_session_seal(struct jaxl_session *s, const char *json, size_t len, struct jaxl_buf *out,
                      struct jaxl_error *err);
/* Drops and wipes the headers that were made. */
void jaxl_session_forget(struct jaxl_session *s);

/* What is asked for a call of the table. */
const struct jaxl_endpoint_row *jaxl_session_row(const struct jaxl_session *s,
                                                 enum jaxl_endpoint e);

/* session_task.c: the way of a request. */
int jaxl_session_base(struct jaxl_session *s, enum jaxl_module module, struct jaxl_error *err);
int jaxl_session_enqueue(struct jaxl_session *s, const struct jaxl_request *request,
                         enum jaxl_session_kind kind, struct jaxl_error *err);
/* Starts what is due while there is room. */
void jaxl_session_pump(struct jaxl_session *s);
void jaxl_session_drop_tasks(struct jaxl_session *s);
/* Takes every request that is not under way out and calls back. */
void jaxl_session_abort_waiting(struct jaxl_session *s);

/* session_kept.c: takes organisation and token of an earlier process; false when there are none of
 * use. After an answer that shows that they are good: keeps them. After one that makes them
 * doubtful: forgets them. And opens the session without them; *changed: with another result. */
bool jaxl_session_kept_load(struct jaxl_session *s);
void jaxl_session_kept_save(struct jaxl_session *s);
void jaxl_session_kept_doubt(struct jaxl_session *s, int status);
int jaxl_session_reopen(struct jaxl_session *s, bool *changed, struct jaxl_error *err);
/* Opens the session with what the platform says now. Before sealing: what is sealed with a key or
 * for an organisation that are so no more could not be sent again. It waits, so that where other
 * requests are under way, and in a callback, what was kept has to do. */
int jaxl_session_open_surely(struct jaxl_session *s, struct jaxl_error *err);

/* session_reply.c: what an end means. reply: zero but for the fields of the response. */
void jaxl_session_classify(struct jaxl_session *s, const struct jaxl_task *task,
                           const struct jaxl_http_response *response, struct jaxl_reply *reply);
/* What an answer says about itself, "" when nothing or nothing that may be repeated. Borrowed until
 * the next answer is read. */
const char *jaxl_session_said(struct jaxl_session *s, const char *body, size_t len);

/* The answer to a request of the session's own. */
struct jaxl_session_answer {
    bool done;
    enum jaxl_outcome outcome;
    int status;
    int64_t server_skew;
    struct jaxl_buf body;
    struct jaxl_error error;
};

/* Sends a request and waits until it is answered (whatever the answer). The body is freed by the
 * caller, in every case. JAXL_EARG, JAXL_ENOMEM, JAXL_EIO: it was not. */
int jaxl_session_ask(struct jaxl_session *s, const struct jaxl_request *request,
                     enum jaxl_session_kind kind, struct jaxl_session_answer *answer,
                     struct jaxl_error *err);

#endif
