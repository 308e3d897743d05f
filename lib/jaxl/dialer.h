/* The dialer: reads leads, places a call for each at most once, follows the calls, and writes one
 * record per attempt (design.md section 7; jaxl-dial(1)). One thread; everything happens in feed
 * and finish. */
#ifndef JAXL_DIALER_H
#define JAXL_DIALER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/money.h>
#include <jaxl/record.h>
#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_dialer;

/* A rule or setting as a line of a policy file has it (jaxl-policy(5)). */
struct jaxl_dialer_rule {
    const char *key, *value;
};

/* Texts are borrowed for the call of jaxl_dialer_new only; zero or NULL means the default. */
struct jaxl_dialer_options {
    const char *from;           /* E.164; NULL: every lead has its own */
    int64_t ivr;                /* 0: every lead has its own, or a message */
    const char *message;        /* a template; not together with ivr */
    const char *const *options; /* n_options of the message's menu: "1=Press 1:teams=5" */
    size_t n_options;
    const char *currency;   /* "INR" (the default), "USD" or the platform's number of one */
    const char *rate;       /* "5", "30/m", "100/h", "max"; NULL: 10 a second */
    unsigned max_active;    /* calls alive at once (with placed: requests); 0: 100 */
    unsigned connections;   /* requests in flight at once; 0: 16 */
    uint64_t limit;         /* leads that are dialed; 0: all */
    bool placed;            /* a record as soon as a call is placed: calls are not followed */
    bool dry_run;           /* nothing is placed and no session needed */
    bool allow_duplicates;  /* a number may come more than once */
    const char *const *dnc; /* n_dnc do-not-call files, read again when they change: "FILE" with
                               numbers in E.164 form, "+91:FILE" with those of a country */
    size_t n_dnc;
    int64_t
        dnc_max_age; /* the run ends with JAXL_ESAFETY when one is older, microseconds; 0: any */
    const char *const *policies; /* n_policies presets and policy files: "us", "./mine.policy" */
    size_t n_policies;
    const struct jaxl_dialer_rule *rules; /* n_rules that hold as well, after those of the files */
    size_t n_rules;
    const char *ledger; /* the file that remembers leads and attempts (jaxl-dial(1)), made when
                           it is missing; NULL: nothing is remembered, and no rule that looks
                           back (cap, gap) can be set */
    const char
        *campaign; /* of the ledger, and in records; NULL: the run is a campaign of its own */
    bool wait;     /* for another run of the campaign to end, instead of JAXL_EBUSY */
    bool watch;    /* the run goes on for as long as a lead will be due some time */
    bool plan;     /* with dry_run: as the ledger and the policy would have it, now or at
                      plan_at (microseconds since 1970; 0: now). Nothing is written to it */
    int64_t plan_at;
    bool look_again;        /* unknown attempts of earlier runs are looked for once more */
    int capacity_fd;        /* tells max_active anew, a number a line; 0 and below: none */
    bool strict;            /* the first reject ends the run with JAXL_EINPUT */
    int64_t poll;           /* between two looks at the calls, microseconds; 0: 5 s */
    int64_t follow_timeout; /* a call is followed so long at most; 0: 4 h */
    int64_t unknown_wait;   /* how long an unknown call is looked for; 0: 120 s */
    int64_t throttle_wait;  /* how long a lead is tried that the platform throttles; 0: 300 s */

    int wake_fd; /* polled along, -1 for none: when readable, woken is called to empty it */
    void (*woken)(void *ctx);
    void (*turn)(void *ctx); /* after each turn of the loop, for progress; NULL for none */
    /* Takes a reject, one line of NDJSON with its newline. 0, or an error that ends the run. */
    int (*reject)(void *ctx, const char *line, size_t len, struct jaxl_error *err);
    void *ctx;
};

enum { JAXL_DIALER_CURRENCIES = 8 };

struct jaxl_dialer_cost {
    char currency[12];
    struct jaxl_money sum;
};

/* What has happened so far. leads + taken_up = rejected + known + the records written + active. */
struct jaxl_dialer_totals {
    uint64_t leads;    /* records read, rejects among them */
    uint64_t rejected; /* of these duplicates */
    uint64_t duplicates;
    uint64_t records; /* written */
    uint64_t planned, placed;
    uint64_t answered, missed, voicemail; /* of the calls that are over */
    uint64_t failed;                      /* over with a failure_reason */
    uint64_t refused, not_sent, throttled, unknown;
    uint64_t suppressed; /* on a do-not-call list, or opted out: not called */
    uint64_t deferred, exhausted, expired;
    uint64_t known;      /* leads that the ledger had already: no record */
    uint64_t taken_up;   /* that came from the ledger, or were open from an earlier run */
    uint64_t given_back; /* leads that were read and not dialed: state new */
    uint64_t reconciled; /* unknown calls that were found */
    uint64_t active;     /* attempts under way right now */
    uint64_t left;       /* leads of the ledger that are due, or will be some time */
    bool read;           /* all of the input: no others come */
    struct jaxl_dialer_cost costs[JAXL_DIALER_CURRENCIES]; /* n_costs, of the calls written */
    size_t n_costs;
};

/* Checks the options. session: borrowed; NULL only with dry_run. out: borrowed, where records go.
 * JAXL_EARG names the option that is wrong; JAXL_ENOMEM, JAXL_EIO. */
JAXL_API int jaxl_dialer_new(struct jaxl_dialer **d, const struct jaxl_dialer_options *options,
                             struct jaxl_session *session, struct jaxl_record_writer *out,
                             struct jaxl_error *err);
/* Ends it; attempts under way are given up without a record: call finish before. Requests of the
 * session that are still in flight are aborted. */
JAXL_API void jaxl_dialer_free(struct jaxl_dialer **d);
/* Opens the session, fetches the proof of recharges that every call carries, and lists the calls of
 * the last seconds, which are none of this run's. Nothing to do with dry_run. Called by the first
 * feed when it was not before. JAXL_ESTOPPED when woken or the session's watch stopped it; else
 * what went wrong (see finish). */
JAXL_API int jaxl_dialer_open(struct jaxl_dialer *d, struct jaxl_error *err);
/* Dials the leads of one input, until it ends or the run is to stop; calls placed before go on
 * being followed meanwhile. JAXL_OK also when it was stopped; what went wrong otherwise (see
 * finish), and then nothing more is dialed. */
JAXL_API int jaxl_dialer_feed(struct jaxl_dialer *d, struct jaxl_record_reader *leads,
                              struct jaxl_error *err);
/* Finishes what is under way and writes everything out. JAXL_OK, or the first thing that went
 * wrong: JAXL_ESAFETY (a limit of the policy; a do-not-call list has become unreadable or too old),
 * JAXL_EBUSY (another run has the campaign), JAXL_ECONFIG (the ledger is none of this account),
 * JAXL_EAUTH (the account may not: the lead was given back), JAXL_ENET (the platform is out
 * of reach), JAXL_EINPUT (unusable input, or a reject with strict), JAXL_EEND (the reader of the
 * records has gone), JAXL_EIO, JAXL_ENOMEM. */
JAXL_API int jaxl_dialer_finish(struct jaxl_dialer *d, struct jaxl_error *err);
/* No new leads from now on; what is under way is finished. */
JAXL_API void jaxl_dialer_stop(struct jaxl_dialer *d);
/* Gives up what is under way as well: its records say what is known. */
JAXL_API void jaxl_dialer_abort(struct jaxl_dialer *d);
JAXL_API const struct jaxl_dialer_totals *jaxl_dialer_totals(const struct jaxl_dialer *d);
/* The columns of its records for CSV and tables; *n of them, static storage. */
JAXL_API const char *const *jaxl_dialer_columns(size_t *n);

#ifdef __cplusplus
}
#endif
#endif
