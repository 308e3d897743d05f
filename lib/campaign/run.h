/* The dialer from within: what its parts share. open: what a run must know first; place: leads
 * become requests; settle: what is known becomes records; follow: what is going on is asked for. */
#ifndef JAXL_CAMPAIGN_RUN_H
#define JAXL_CAMPAIGN_RUN_H

#include "campaign/adhoc.h"
#include "campaign/identity.h"
#include "campaign/lead.h"
#include "campaign/pace.h"
#include "campaign/seen.h"
#include "campaign/slots.h"
#include "campaign/suppress.h"
#include "jaxl/dialer.h"

/* Attempts that may be held at once besides the active ones: calls that are over and wait for their
 * final cost, and unknown ones. */
enum { JAXL_RUN_HELD = 16384 };
#define JAXL_RUN_LONGEST (60 * JAXL_SECOND) /* of one wait */

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
    char campaign[JAXL_IDENTITY_RUN];

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
    unsigned unreachable; /* attempts in a row that could not be sent */

    struct jaxl_slots pool;
    struct jaxl_slot_list ready, waiting_ivr, throttled, flying, live, unknown, ghosts;
    struct jaxl_slot_index by_to;   /* flying, unknown, ghosts: by the number called */
    struct jaxl_slot_index by_call; /* live: by call id */
    unsigned active;                /* placed and not over, or on the way there */
    struct jaxl_look look;
    int64_t live_at;    /* monotonic: of the next look at live calls */
    int64_t unknown_at; /* and at unknown ones; INT64_MAX: none */
    size_t page;        /* calls that one list request has been seen to give */
    int64_t skew;       /* the server's clock minus ours */

    bool full;     /* limit is reached: no more leads are read */
    bool stopping; /* and those that wait are given back */
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
/* Makes a record of input number d->inputs a lead, or a reject. */
void jaxl_place_record(struct jaxl_dialer *d, const struct jaxl_record *rec);
/* Writes a record away that is no lead. */
void jaxl_place_reject(struct jaxl_dialer *d, const struct jaxl_record *rec, const char *reason);
/* Makes ready what waited: leads whose IVR is there, whose time after a 429 has come. */
void jaxl_place_wake(struct jaxl_dialer *d, int64_t now, int64_t *next);
/* Places what is ready, as far as it may go now. */
void jaxl_place_ready(struct jaxl_dialer *d, int64_t now, int64_t *next);
/* Gives back every lead that has not been asked for. */
void jaxl_place_give_back(struct jaxl_dialer *d);

/* settle.c */

/* Writes the record of an attempt that is in no list any more, and lets go of it. */
void jaxl_settle(struct jaxl_dialer *d, struct jaxl_slot *s, enum jaxl_result_state state);
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
