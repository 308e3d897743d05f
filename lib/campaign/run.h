/* The dialer from within: what its parts share. open: what a run must know first; place: leads
 * become requests; settle: what is known becomes records; follow: what is going on is asked for. */
#ifndef JAXL_CAMPAIGN_RUN_H
#define JAXL_CAMPAIGN_RUN_H

#include "campaign/adhoc.h"
#include "campaign/callers.h"
#include "campaign/capacity.h"
#include "campaign/funds.h"
#include "campaign/identity.h"
#include "campaign/lead.h"
#include "campaign/ledger.h"
#include "campaign/pace.h"
#include "campaign/seen.h"
#include "campaign/slots.h"
#include "campaign/suppress.h"
#include "jaxl/dialer.h"

/* Attempts that may be held at once besides the active ones: calls that are over and wait for their
 * final cost, and unknown ones. */
enum { JAXL_RUN_HELD = 16384 };
#define JAXL_RUN_LONGEST (60 * JAXL_SECOND) /* of one wait */
enum { JAXL_RUN_CAMPAIGN = 104 };           /* bytes of a campaign's name and its NUL */

/* One look at everything that is going on. */
struct jaxl_look {
    bool running;
    bool listing, listed; /* a list is read; all of it was */
    int64_t began;        /* monotonic */
    int64_t since;        /* of the list: on the server's clock */
    uint64_t offset;      /* of the page asked for */
    unsigned outstanding; /* requests */
    size_t wanted;        /* live calls that the list has still to show */
    bool exhaustive;      /* all pages are needed: unknown attempts are looked for */
};

struct jaxl_dialer {
    struct jaxl_dialer_options options; /* texts in it are not valid any more */
    struct jaxl_session *session;
    const struct jaxl_clock *clock;
    struct jaxl_record_writer *out;
    struct jaxl_dialer_totals totals;

    struct jaxl_lead_defaults defaults;
    struct jaxl_phone from;
    struct jaxl_template *message;
    struct jaxl_menu_option *menu;
    size_t n_menu;
    struct jaxl_adhoc *adhoc;
    int currency; /* the platform's parameter */
    const char *currency_code;
    char *recharge; /* the signed total */
    char campaign[JAXL_RUN_CAMPAIGN];

    struct jaxl_policy *policy;
    struct jaxl_rules *rules; /* NULL: the policy forbids nothing */
    struct jaxl_callers *callers;
    struct jaxl_funds funds;
    struct jaxl_capacity capacity;
    struct jaxl_money least_balance; /* with has_least */
    bool has_least;
    struct jaxl_money balance;      /* of the account when the run began; with has_least */
    struct jaxl_ledger *ledger;     /* NULL: none is kept */
    struct jaxl_json_doc *lead_doc; /* the record of a lead that comes from the ledger */
    char *ledger_path;
    int64_t register_due; /* when the next lead of the ledger is, since 1970 */
    bool register_fresh;  /* the campaign had no lead when the run began */
    bool register_broken; /* the ledger cannot be written any more */
    int64_t account;
    struct jaxl_clock shifted; /* a plan's, for another time */
    const struct jaxl_clock *unshifted;
    int64_t shift, started; /* monotonic */
    unsigned halt_after, halt_ppm;
    int64_t max_runtime;

    struct jaxl_seen *seen;    /* numbers of the input; NULL with allow_duplicates */
    struct jaxl_seen *claimed; /* ids of the calls from before the run; with allow_duplicates also
                                  of its own, where a number may have several */
    int64_t horizon;           /* all from then on are in there; the server's clock */
    struct jaxl_dnc *dnc;      /* NULL: no list */
    int64_t dnc_at;            /* monotonic: of the next look at its files */
    struct jaxl_pace pace;
    uint64_t taken;  /* leads that were accepted, for limit */
    unsigned inputs; /* that were fed */
    uint64_t next_serial;
    unsigned unreachable;            /* attempts in a row that could not be sent */
    unsigned unpaid;                 /* that were refused in a row for want of money */
    uint64_t own_calls, own_unknown; /* without what earlier runs left open */

    struct jaxl_slots pool;
    struct jaxl_slot_list ready, waiting_ivr, throttled, flying, live, unknown, ghosts;
    struct jaxl_slot_index by_to;   /* flying, unknown, ghosts: by the number called */
    struct jaxl_slot_index by_call; /* live: by call id */
    unsigned active;                /* placed and not over, or on the way there */
    unsigned max_active;            /* right now */
    struct jaxl_look look;
    int64_t live_at;    /* monotonic: of the next look at live calls */
    int64_t unknown_at; /* and at unknown ones; INT64_MAX: none */
    size_t page;        /* calls that one list request has been seen to give */
    int64_t skew;       /* the server's clock minus ours */

    uint64_t turns;  /* of the loop, from 1 */
    int64_t turn_at; /* monotonic: when leads were taken in the latest */
    bool full;       /* limit is reached: no more leads are read */
    bool stopping;   /* and those that wait are given back */
    bool opened;
    bool output_gone;          /* no record can be written any more */
    bool blind;                /* the account may not look at calls */
    int64_t dirty_since;       /* records in the writer that are not flushed; 0: none */
    struct jaxl_error failure; /* code 0: none */

    struct jaxl_json_doc *reply_doc, *list_doc;
    struct jaxl_slot **targets; /* room_targets, of the look being planned */
    uint64_t *serials;          /* likewise */
    size_t room_targets;
    struct jaxl_buf body, line, scratch;
    struct jaxl_json_writer *line_writer;
};

int64_t jaxl_run_mono(const struct jaxl_dialer *d);
/* Keeps the first failure and takes no more leads. Returns code. */
int jaxl_run_fail(struct jaxl_dialer *d, int code, const struct jaxl_error *err);
/* Waits for answers, input_fd (-1: none) and whoever wakes the run; a wait that fails ends it. */
void jaxl_run_wait(struct jaxl_dialer *d, int input_fd, int64_t timeout);

/* place.c */

/* True when one more lead may be read and placed now; else *next, a monotonic time, is brought
 * forward to when that may change by time alone. So below. */
bool jaxl_place_may(struct jaxl_dialer *d, int64_t now, int64_t *next);
/* On with an attempt that is in no list: to its IVR, or to those that are ready. */
void jaxl_place_advance(struct jaxl_dialer *d, struct jaxl_slot *s);
/* Makes ready what waited: leads whose IVR is there, whose time after a 429 has come. */
void jaxl_place_wake(struct jaxl_dialer *d, int64_t now, int64_t *next);
/* Places what is ready, as far as it may go now. */
void jaxl_place_ready(struct jaxl_dialer *d, int64_t now, int64_t *next);
/* Gives back every lead that has not been asked for. */
void jaxl_place_give_back(struct jaxl_dialer *d);

/* setup.c */

/* Checks the options and takes them over. JAXL_EARG names the one that is wrong. */
int jaxl_setup_options(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                       struct jaxl_error *err);

/* admit.c */

/* Makes a record of input number d->inputs a lead, or a reject. */
void jaxl_admit_record(struct jaxl_dialer *d, const struct jaxl_record *rec);
/* Makes a lead of the ledger, which was claimed, an attempt. */
void jaxl_admit_lead(struct jaxl_dialer *d, const struct jaxl_ledger_lead *lead);
/* Writes a record away that is no lead. */
void jaxl_admit_reject(struct jaxl_dialer *d, const struct jaxl_record *rec, const char *reason);

/* gate.c */

/* What forbids calls as such: policy, budget, callers, from the options. */
int jaxl_gate_open(struct jaxl_dialer *d, struct jaxl_error *err);
/* Where the number of an attempt is, and by which clocks; record: its lead. JAXL_EINPUT: the lead's
 * zone does not exist. */
int jaxl_gate_locate(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *record,
                     struct jaxl_error *err);
/* Whether an attempt that is in no list may be made now. If not its record is written. */
bool jaxl_gate_pass(struct jaxl_dialer *d, struct jaxl_slot *s);
/* Whether an attempt that could not be sent may be sent once more: by the hours, and unless its
 * number was suppressed or the run was stopped meanwhile. */
bool jaxl_gate_again(struct jaxl_dialer *d, struct jaxl_slot *s);
/* Whether there is money for one more call; ends the run when there will not be. */
bool jaxl_gate_funds(struct jaxl_dialer *d);
/* The number that an attempt calls from: 0, or the time until there is one. */
int64_t jaxl_gate_caller(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t now);
/* The account has so much left; ends the run when that is less than it shall keep. */
void jaxl_gate_balance(struct jaxl_dialer *d, const struct jaxl_money *balance);
/* Whether an answer refuses what comes with a clock like ours rather than what was asked for; ends
 * the run then. */
bool jaxl_gate_clock(struct jaxl_dialer *d, const struct jaxl_reply *reply);
/* Ends the run when too many calls have an outcome that nobody knows. */
void jaxl_gate_unknown(struct jaxl_dialer *d);

/* register.c */

/* Opens the ledger, when there is to be one, and makes the campaign this run's. */
int jaxl_register_open(struct jaxl_dialer *d, struct jaxl_error *err);
/* Enters the lead of an attempt; *is_new: it was not there. The run ends when it fails. */
int jaxl_register_enter(struct jaxl_dialer *d, struct jaxl_slot *s, bool *is_new);
/* Keeps other runs and opt-outs from being written until the commit: what is read from now on is
 * still true when the request leaves. Not 0 when nothing may be sent. */
int jaxl_register_write(struct jaxl_dialer *d);
/* Admits the lead that has waited longest, when one is due; false when none is. */
bool jaxl_register_next(struct jaxl_dialer *d);
/* Whether leads of the ledger are due now, or will be while the run goes on; *next as above. */
bool jaxl_register_more(struct jaxl_dialer *d, int64_t now, int64_t *next);
/* Writes that the attempt is about to be made; not 0 when it must not be. */
int jaxl_register_intend(struct jaxl_dialer *d, struct jaxl_slot *s);
/* Writes what became of an attempt so far, as s->result says, and when its lead is due again. */
void jaxl_register_settle(struct jaxl_dialer *d, struct jaxl_slot *s);
/* Keeps the lead of an attempt that came to nothing: the ledger does not give it out again,
 * whatever its clock says, while the attempt waits to be made once more. */
void jaxl_register_hold(struct jaxl_dialer *d, struct jaxl_slot *s);
/* Makes everything durable: before anything is sent. Not 0 when nothing may be sent. */
int jaxl_register_commit(struct jaxl_dialer *d);
/* Whether an attempt on the number, of any campaign, is known to have been this call. */
bool jaxl_register_has_call(struct jaxl_dialer *d, uint64_t number, int64_t call_id);

/* resume.c */

/* Takes up what earlier runs of the campaign left open. */
int jaxl_resume(struct jaxl_dialer *d, struct jaxl_error *err);
/* Writes, in a plan, the leads that are not up to be decided. */
int jaxl_resume_show(struct jaxl_dialer *d, struct jaxl_error *err);

/* settle.c */

/* Writes the record of an attempt that is in no list any more, and lets go of it. */
void jaxl_settle(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_result_state state);
/* The attempt cannot be made, for a reason that ends the run: its lead is given back. */
void jaxl_settle_failed(struct jaxl_dialer *d, struct jaxl_slot *s, int code,
                        const struct jaxl_error *err);
/* Writes the record of a lead about which there is nothing to decide. */
void jaxl_settle_show(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_result_state state);
/* The attempt came to nothing, and its lead is tried again. */
void jaxl_settle_nothing(struct jaxl_dialer *d, struct jaxl_slot *s);
/* The platform has the call: follow it, or write it. call: what it says of it, may be NULL. */
void jaxl_settle_placed(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t call_id,
                        const struct jaxl_json *call);
/* What a Call object says of a live one: it is written when its cost is final. */
void jaxl_settle_learn(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *call);
/* A live call that is followed no longer: its record says what is known. */
void jaxl_settle_give_up(struct jaxl_dialer *d, struct jaxl_slot *s, const char *reason);
/* The outcome is in the dark: it is looked for. */
void jaxl_settle_unknown(struct jaxl_dialer *d, struct jaxl_slot *s);
/* It stays there. */
void jaxl_settle_lost(struct jaxl_dialer *d, struct jaxl_slot *s, int candidates);
int jaxl_settle_flush(struct jaxl_dialer *d);

/* follow.c */

/* Asks for a page of the calls created since then, on the server's clock; to: a number, NULL for
 * all. JAXL_EARG, or what sending gives. */
int jaxl_follow_list(struct jaxl_dialer *d, int64_t since, const char *to, uint64_t offset,
                     jaxl_reply_fn done, void *arg, struct jaxl_error *err);
/* Starts a look when one is due, and ends what was followed long enough. */
void jaxl_follow_turn(struct jaxl_dialer *d, int64_t now, int64_t *next);
/* Ends following and looking: every record says what is known, and why no more. */
void jaxl_follow_end(struct jaxl_dialer *d, const char *reason);

#endif
