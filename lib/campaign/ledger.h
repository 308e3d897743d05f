/* The ledger: which leads a campaign has, every attempt to call one and what became of it, for all
 * campaigns of an account, in one SQLite file (WAL, synchronous FULL) that only its owner reads.
 *
 * An attempt is intended here, durably, before its request is sent, and settled when its result is
 * known; an intent that has no result after a crash may have been a call. Writing begins a
 * transaction by itself, and jaxl_ledger_commit makes everything since the last one durable at
 * once: before the requests of a turn leave. Whatever was not committed never was.
 *
 * This is the whole of the interface to what a run remembers: nothing else knows of tables. One
 * thread. Times are microseconds since 1970. Every function that can fail gives, beside what it
 * says itself, JAXL_ENOMEM, JAXL_EIO (the disk is full, read-only, or the file damaged) or
 * JAXL_EBUSY (another program keeps writing), with a message that names the file. */
#ifndef JAXL_CAMPAIGN_LEDGER_H
#define JAXL_CAMPAIGN_LEDGER_H

#include "campaign/result.h"
#include "jaxl/clock.h"

struct jaxl_ledger;

/* Design.md section 7. Stored as these numbers: new ones go to the end. */
enum jaxl_ledger_state {
    JAXL_LEDGER_NEW,
    JAXL_LEDGER_DEFERRED,   /* window, frequency, gap, rate, budget: until next_at */
    JAXL_LEDGER_SUPPRESSED, /* do-not-call, opt-out */
    JAXL_LEDGER_INVALID,
    JAXL_LEDGER_INTENDED,  /* may be on its way to the platform */
    JAXL_LEDGER_SUBMITTED, /* the platform has the call */
    JAXL_LEDGER_UNKNOWN,   /* may have been called */
    JAXL_LEDGER_REFUSED,
    JAXL_LEDGER_DONE,
    JAXL_LEDGER_RETRY_WAIT, /* until next_at */
    JAXL_LEDGER_EXHAUSTED,  /* no more attempts */
    JAXL_LEDGER_EXPIRED,
    JAXL_LEDGER_STATES
};

struct jaxl_ledger_options {
    const char *path;     /* made when it is missing, with mode 0600; its folder must exist */
    int64_t account;      /* the organisation's id: a file of another account is refused */
    const char *campaign; /* NULL: none, for queries over all */
    bool lock;            /* the campaign is this run's alone, until free */
    bool copy;            /* what is written stays in a copy of the file that ends with the handle;
                             the file may be missing */
    bool read_only;       /* nothing is made or written; JAXL_ECONFIG when there is no file */
    const struct jaxl_clock *clock; /* NULL: the machine's */
};

/* A lead that may be called; texts are borrowed until the next call on the ledger. */
struct jaxl_ledger_lead {
    int64_t id;
    const char *lead, *data; /* its identity; the input record as JSON */
    size_t lead_len, data_len;
    uint64_t number; /* key of a jaxl_phone */
    enum jaxl_ledger_state state;
    unsigned attempts; /* that counted */
    int64_t added_at, next_at;
};

struct jaxl_ledger_intent {
    int64_t lead;     /* id */
    unsigned attempt; /* from 1 */
    uint64_t to, from;
    int64_t ivr; /* 0: none */
    const char *session_id;
    const char *reserved; /* the most it may cost, a decimal; NULL: none */
};

/* An attempt that was intended. */
struct jaxl_ledger_attempt {
    int64_t id, lead; /* lead 0: not known */
    bool is_new;      /* it was not settled before */
};

enum jaxl_ledger_added { JAXL_LEDGER_ADDED, JAXL_LEDGER_SAME, JAXL_LEDGER_CHANGED };

/* Opens it, brings an older schema up to date, and makes the campaign when it is new. JAXL_EBUSY:
 * another run has the campaign's lock. JAXL_ECONFIG: written by a newer version, another account's,
 * or no ledger at all. */
int jaxl_ledger_open(struct jaxl_ledger **out, const struct jaxl_ledger_options *options,
                     struct jaxl_error *err);
/* Forgets what was not committed. */
void jaxl_ledger_free(struct jaxl_ledger **l);
int jaxl_ledger_commit(struct jaxl_ledger *l, struct jaxl_error *err);
/* Begins a transaction unless one is open: nobody else writes until the commit, so that what is
 * read from now on is still true when it is acted on. */
int jaxl_ledger_write(struct jaxl_ledger *l, struct jaxl_error *err);

/* Adds a lead, due at once; or, when the campaign has one of that identity, replaces its number and
 * data where they differ and leaves its history alone. *id: of the lead, either way. */
int jaxl_ledger_add(struct jaxl_ledger *l, const char *lead, size_t lead_len, uint64_t number,
                    const char *data, size_t data_len, enum jaxl_ledger_added *added, int64_t *id,
                    struct jaxl_error *err);
/* The next lead that is due at now, the longest waiting first, and claims it: it does not come
 * again until it is deferred, intended or released. JAXL_EEND: none. */
int jaxl_ledger_claim(struct jaxl_ledger *l, int64_t now, struct jaxl_ledger_lead *out,
                      struct jaxl_error *err);
/* Claims a lead that was just added. */
int jaxl_ledger_take(struct jaxl_ledger *l, int64_t lead, struct jaxl_error *err);
/* Undoes a claim: nothing happened. */
void jaxl_ledger_release(struct jaxl_ledger *l, int64_t lead);
/* When the first lead that is not claimed is due; INT64_MAX: none ever. */
int jaxl_ledger_due(struct jaxl_ledger *l, int64_t *at, struct jaxl_error *err);
/* Moves a lead without an attempt: deferred until next_at, or for good (next_at -1), and why. */
int jaxl_ledger_defer(struct jaxl_ledger *l, int64_t lead, enum jaxl_ledger_state state,
                      int64_t next_at, const char *reason, struct jaxl_error *err);
/* Writes that an attempt is about to be made; *attempt is its id. To be committed before anything
 * is sent. */
int jaxl_ledger_intend(struct jaxl_ledger *l, const struct jaxl_ledger_intent *intent,
                       int64_t *attempt, struct jaxl_error *err);
/* The same for a lead that the campaign does not have, and adds it; i->lead does not count. Where
 * that is known it saves half of the writing. */
int jaxl_ledger_add_intended(struct jaxl_ledger *l, const char *lead, size_t lead_len,
                             const char *data, size_t data_len, int64_t added_at,
                             const struct jaxl_ledger_intent *i,
                             struct jaxl_ledger_attempt *attempt, struct jaxl_error *err);
/* What is known of an attempt now, and where that leaves its lead; as often as there is news.
 * next_at: when it is due again, -1 for never. An attempt whose result is NEW, NOT_SENT or
 * THROTTLED, or that was refused for want of money, does not count: nobody was called. */
int jaxl_ledger_settle(struct jaxl_ledger *l, const struct jaxl_ledger_attempt *attempt,
                       const struct jaxl_result *result, enum jaxl_ledger_state state,
                       int64_t next_at, struct jaxl_error *err);

/* When the n-th latest attempt on a number was, n from 1, of those that count in all campaigns:
 * when the platform placed the call as far as that is known. -1: there were not so many. What
 * frequency is capped with. */
int jaxl_ledger_nth(struct jaxl_ledger *l, uint64_t number, unsigned n, int64_t *at,
                    struct jaxl_error *err);
/* A number that is not to be called by any campaign, and who said so. */
int jaxl_ledger_suppress(struct jaxl_ledger *l, uint64_t number, const char *source,
                         struct jaxl_error *err);
int jaxl_ledger_suppressed(struct jaxl_ledger *l, uint64_t number, bool *is,
                           struct jaxl_error *err);
/* The IVR made for a text (its key: what the caller hashes) by an earlier run; 0: none. */
int jaxl_ledger_ivr(struct jaxl_ledger *l, const void *key, size_t len, int64_t *ivr,
                    struct jaxl_error *err);
int jaxl_ledger_keep_ivr(struct jaxl_ledger *l, const void *key, size_t len, int64_t ivr,
                         struct jaxl_error *err);

/* Whether the campaign has no lead at all. */
int jaxl_ledger_is_empty(struct jaxl_ledger *l, bool *is, struct jaxl_error *err);
/* Leads of the campaign that are due now or will be. */
int jaxl_ledger_left(struct jaxl_ledger *l, uint64_t *n, struct jaxl_error *err);
/* The policy that leads of the campaign were deferred by, as bytes that are equal when it is.
 * *is_new when it is not that of the last time: then all deferred leads are due at now, to be asked
 * about by the new one. */
int jaxl_ledger_policy(struct jaxl_ledger *l, const void *digest, size_t len, int64_t now,
                       bool *is_new, struct jaxl_error *err);
/* Makes leads that wait due at now: those that are new and those that are deferred. */
int jaxl_ledger_reconsider(struct jaxl_ledger *l, int64_t now, struct jaxl_error *err);
/* When what was written last is from after now, the clock has been set back since: leads of all
 * campaigns that wait for a time which was counted from then wait as long from now on, those that
 * are new or deferred are due. *redated: there were some. */
int jaxl_ledger_redate(struct jaxl_ledger *l, int64_t now, bool *redated, struct jaxl_error *err);
/* Whether an attempt on the number, of any campaign, is known to have been this call. */
int jaxl_ledger_has_call(struct jaxl_ledger *l, uint64_t number, int64_t call_id, bool *has,
                         struct jaxl_error *err);

/* What a person knows of an attempt that is unknown, or was intended by a run that is no more: it
 * was this call, which the next run follows; or nobody was called, and its lead is due again.
 * JAXL_EARG: it is not unknown, not one of this campaign, or another attempt has that call. */
int jaxl_ledger_adopt(struct jaxl_ledger *l, int64_t attempt, int64_t call_id,
                      struct jaxl_error *err);
int jaxl_ledger_disown(struct jaxl_ledger *l, int64_t attempt, struct jaxl_error *err);
/* Appends the name of the campaign that an attempt belongs to. JAXL_EARG: there is no such attempt.
 */
int jaxl_ledger_campaign_of(struct jaxl_ledger *l, int64_t attempt, struct jaxl_buf *name,
                            struct jaxl_error *err);

enum jaxl_ledger_view {
    JAXL_LEDGER_BY_STATE, /* how many leads are in each state, and what they took */
    JAXL_LEDGER_LEADS,
    JAXL_LEDGER_ATTEMPTS,
    JAXL_LEDGER_MONEY, /* attempts that count and have cost something or may: state, reserved, costs
                        */
    JAXL_LEDGER_OPEN,  /* attempts without a result, submitted or unknown: what a run takes up */
    JAXL_LEDGER_UNRESOLVED,   /* attempts without a result or unknown */
    JAXL_LEDGER_SUPPRESSIONS, /* of all campaigns */
    JAXL_LEDGER_EVERYTHING,   /* all of it, each row with a type */
    JAXL_LEDGER_VIEWS
};

/* One row as a JSON object; not 0 ends the query and is given back. */
typedef int (*jaxl_ledger_row)(void *arg, const char *json, size_t len, struct jaxl_error *err);
/* The rows of the campaign, or of all when it has none. */
int jaxl_ledger_query(struct jaxl_ledger *l, enum jaxl_ledger_view view, jaxl_ledger_row row,
                      void *arg, struct jaxl_error *err);

/* "new", "deferred", ... */
const char *jaxl_ledger_state_name(enum jaxl_ledger_state state);

#endif
