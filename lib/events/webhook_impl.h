/* The parts of the webhook server, and who runs in which thread.
 *
 * A request comes in the server's thread (webhook_serve.c): routed, read as an event, looked up
 * among the replays, and an answer is asked for. What is done at once is answered at once. Else a
 * struct jaxl_awaited goes around, which counts what it waits for: the journal's thread says that
 * the event is kept, the responder's thread brings an answer. Whoever is last answers
 * (webhook_answer.c). */
#ifndef JAXL_EVENTS_WEBHOOK_IMPL_H
#define JAXL_EVENTS_WEBHOOK_IMPL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "events/address.h"
#include "events/journal.h"
#include "events/optout.h"
#include "events/replay.h"
#include "events/responder.h"
#include "jaxl/webhook.h"
#include "net/server.h"

enum { JAXL_WEBHOOK_ANSWER = 64 * 1024 }; /* bytes of an answer at most */

/* Spans of answers, for the histogram: the last is all that is longer. */
#define JAXL_WEBHOOK_SPANS                                                                         \
    {                                                                                              \
        500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000       \
    }
enum { JAXL_WEBHOOK_N_SPANS = 12 };

/* FROM_NOBODY: the default of an event that awaits nothing, which no caller hears. */
enum jaxl_webhook_source { FROM_DEFAULT, FROM_NOBODY, FROM_FLOW, FROM_COMMAND, SOURCES };

/* Counted by several threads, read by any. */
struct jaxl_webhook_counts {
    atomic_uint_fast64_t events[JAXL_EVENT_KINDS], duplicates, answers[SOURCES], bad, late, dead,
        flow_failed, refused[JAXL_WEBHOOK_REFUSALS], unkept, untold;
    atomic_uint_fast64_t spans[JAXL_WEBHOOK_N_SPANS + 1], span_sum; /* microseconds */
};

/* What may be told too often: no more than once a second each. */
enum jaxl_webhook_trouble { TROUBLE_ANSWER, TROUBLE_FLOW, TROUBLE_KEEP, TROUBLE_TELL, TROUBLES };

struct jaxl_webhook {
    struct jaxl_webhook_options options;
    const struct jaxl_clock *clock;
    struct jaxl_log log; /* calls options.log, one at a time */
    pthread_mutex_t log_lock;

    struct jaxl_address listen_at, watch_at;
    struct jaxl_network *allow;         /* options.allow.n */
    struct jaxl_server *server, *watch; /* watch: of metrics; NULL: none */
    atomic_bool serves;                 /* all parts are there */
    struct jaxl_journal *journal;
    struct jaxl_responder *responder; /* NULL: none */
    struct jaxl_optout *optout;       /* NULL: none */
    char *fallback;                   /* in normal form */

    /* of the server's thread alone */
    struct jaxl_json_doc *doc;
    struct jaxl_buf record, answer, told; /* told: the record with its lead */
    struct jaxl_awaited *spare;
    char start[24]; /* of this run: what its ids begin with */
    uint64_t n_ids;

    pthread_mutex_t lock; /* of the flow, and of what follows */
    struct jaxl_replay *replay;
    struct jaxl_json_doc *again; /* of an event that the command has passed on */
    struct jaxl_buf passed;      /* its answer */

    struct jaxl_webhook_counts counts;
    atomic_int_fast64_t complained[TROUBLES]; /* monotonic, when that was told last */
    atomic_uint_fast64_t silent[TROUBLES];    /* and how often not since */
    int gone[2];                              /* a pipe: readable when nobody reads the output */
    bool stopped;
};

/* An event that is being answered. */
struct jaxl_awaited {
    struct jaxl_webhook *w;
    struct jaxl_server_request *request;
    atomic_uint waits; /* for how many; one is the server's thread, while it is at it */
    atomic_bool unkept;
    enum jaxl_event_kind kind;
    enum jaxl_webhook_source source;
    uint64_t replay;  /* its ref there, 0: none */
    int64_t since;    /* monotonic */
    int64_t received; /* wall time */
    bool duplicate;
    char id[40];
    char *answer; /* NULL: the default */
    size_t answer_len;
    char *body; /* for the flow, should the command pass the event on; NULL */
    size_t body_len;
};

/* webhook_answer.c */
/* What is answered where nobody has an answer. */
const char *jaxl_webhook_default(const struct jaxl_webhook *w, enum jaxl_event_kind kind);
/* Whether the platform uses the answer to it. */
bool jaxl_webhook_is_asked(enum jaxl_event_kind kind);
/* Asks the flow, with the lock held: into out, and who answered. */
enum jaxl_webhook_source jaxl_webhook_decide(struct jaxl_webhook *w, const struct jaxl_event *e,
                                             struct jaxl_buf *out);
/* Keeps a copy of the answer; when memory is out it stays the default. */
void jaxl_webhook_set(struct jaxl_awaited *a, enum jaxl_webhook_source source, const char *text,
                      size_t len);
/* One of those that it waits for is there; the last one answers and frees it. */
void jaxl_webhook_release(struct jaxl_awaited *a);
/* Sends the answer, without freeing. text: NULL for the default. */
void jaxl_webhook_send(struct jaxl_awaited *a, const char *text, size_t len);
/* Callbacks of the journal, the responder and the replays: what they wait for. */
void jaxl_webhook_unkept(struct jaxl_awaited *a, int code);
void jaxl_webhook_kept(void *ctx, const uint64_t *tickets, size_t n, int code);
void jaxl_webhook_commanded(void *ctx, uint64_t ticket, int code, const char *text, size_t len,
                            const struct jaxl_error *err);
void jaxl_webhook_replayed(void *ctx, uint64_t ticket, int code, const char *text, size_t len);
/* Tells it, unless that was told within the second. */
void jaxl_webhook_complain(struct jaxl_webhook *w, enum jaxl_webhook_trouble what, const char *id,
                           const char *message);

/* webhook_serve.c */
void jaxl_webhook_serve(void *ctx, struct jaxl_server_request *r);

/* One more. */
#define JAXL_COUNT(counter) atomic_fetch_add_explicit(&(counter), 1, memory_order_relaxed)

/* webhook_metrics.c */
/* An answer has left, took microseconds after its request had come. */
void jaxl_webhook_answered(struct jaxl_webhook *w, int64_t took);
/* Everything that is counted, for /metrics. */
void jaxl_webhook_metrics(struct jaxl_webhook *w, struct jaxl_buf *out);
/* What is wrong, a line for /healthz; NULL: nothing. */
const char *jaxl_webhook_ailing(struct jaxl_webhook *w);

#endif
