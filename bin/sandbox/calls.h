/* Calls, and the life of one: what happens in it is settled when it is placed; what shows of it
 * follows from the time alone, so there are no timers. */
#ifndef SANDBOX_CALLS_H
#define SANDBOX_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"

struct world;

enum { CURRENCY_USD = 1, CURRENCY_INR = 2, CURRENCIES = 3, CURRENCY_CODES = 40 };
enum outcome { ANSWERED, MISSED, VOICEMAIL, FAILED, CANCELLED, OUTCOME_COUNT };
enum { DIRECTION_IN = 1, DIRECTION_OUT = 2 };
enum { CALL_MINUTES_MAX = 240 };             /* that a call may last */
enum { FINALIZE_AFTER = 5, FAIL_AFTER = 1 }; /* seconds of the call's own time */

struct tag {
    int64_t id;
    char *name, *rationale; /* rationale may be NULL */
};
struct meta {
    char *key, *json;
};
/* What few calls have. */
struct call_extra {
    char *cid;
    struct tag *tags;
    struct meta *metas;
    size_t n_tags, n_metas;
    struct live *live;       /* what was done while it went on, NULL for nothing */
    char *inputs;            /* keys that were pressed in a call that is played, NULL for none */
    char *hook;              /* the webhook that it is in or was in last, NULL for none */
    uint32_t hook_ivr;       /* its IVR */
    struct session *session; /* of a call that is played, while it goes on */
    int64_t modified;        /* real time of the last change from outside, 0 for none */
};

/* Kept small: a million of them fit in 70 MB. The id is the index plus 1. */
struct call {
    int64_t created;      /* real time; never less than that of the call before */
    uint64_t from, to;    /* E.164 digits as a number */
    uint32_t previous;    /* id of the call before to the same number, 0 for none */
    uint32_t speed;       /* seconds of its own time per real second */
    uint32_t ivr;         /* 0 for none */
    uint32_t ring, talk;  /* milliseconds of its own time */
    uint32_t campaign;    /* 0 for none */
    uint16_t digit_after; /* seconds after the answer */
    uint8_t outcome, failure, currency;
    char digit;       /* pressed by the callee, 0 for none */
    bool settled : 1; /* its cost is taken from the wallet */
    bool incoming : 1;
    bool played : 1; /* what happens in it is decided while it goes on (play.h) */
    bool torn : 1;   /* its teardown has been sent */
    struct call_extra *extra;
};

/* How it goes: what a magic number or the seed says. */
struct fate {
    enum outcome outcome;
    const char *failure; /* of FAILED */
    unsigned ring, talk; /* seconds */
    bool presses;        /* the first option that is enabled */
    bool as_ivr;         /* talk follows from the IVR */
};

/* What shows of a call at a time. Times are microseconds, 0 for not yet. */
struct call_view {
    int64_t answered, completed, modified;
    int64_t duration; /* seconds talked */
    int64_t minutes;  /* started ones, which are paid */
    bool over, final, talked;
    int64_t recorded; /* milliseconds, once it is over */
    char digit;
};

/* Per number called: found by open addressing. */
struct callee {
    uint64_t number;
    uint32_t last; /* id of the last call to it */
    uint32_t tries, placed;
    uint32_t script; /* the first that somebody with this number follows, 0 for none */
};

struct due {
    int64_t at; /* real time */
    uint32_t id;
};

struct calls {
    struct call *items;
    size_t n, room, n_incoming;
    struct callee *callees;
    size_t n_callees, callee_room; /* room: a power of two */
    struct due *pending;           /* a heap: the calls that are not final yet */
    size_t n_pending, pending_room;
    int64_t next_tag;
};

const char *failure_name(unsigned failure); /* NULL for 0 */
unsigned failure_number(const char *name);  /* 0 when unknown */

struct call *call_find(struct world *w, int64_t id);
/* The entry of a number, made when it is new; NULL when memory is out. */
struct callee *callee_of(struct calls *c, uint64_t number);
/* The last call to a number, 0 for none. */
uint32_t call_last_to(const struct calls *c, uint64_t number);
/* What the seed has in store for the n-th call to a number. */
struct fate fate_of_number(uint64_t seed, uint64_t to, uint32_t n);
/* Fills ring, talk, outcome and digit. */
void call_plan(struct world *w, struct call *c, const struct fate *fate, uint64_t dice);
/* Appends a call (created, numbers and plan filled in); cid may be NULL. NULL when memory is out.
 */
struct call *call_add(struct world *w, const struct call *c, const char *cid);
/* Plans, keeps and adds a call (created, numbers, IVR, speed and currency filled in), which goes
 * the way of its number unless fate is given; lead: of a campaign's call. NULL when it cannot be
 * kept. */
struct call *call_place(struct world *w, struct call *c, const struct fate *fate, const char *cid,
                        uint32_t lead);
int64_t call_id(const struct world *w, const struct call *c);
int call_direction(const struct call *c);
/* Who is not of the organisation, and who is. */
uint64_t call_other(const struct call *c);
uint64_t call_ours(const struct call *c);
void call_view(const struct call *c, int64_t now, struct call_view *v);
bool call_missed(const struct call *c, const struct call_view *v);
/* Changes from outside, kept in the state log first: ends a call that is not over, adds a tag,
 * merges an object into the metadata. 0, JAXL_EIO, JAXL_ENOMEM. */
int call_cut(struct world *w, struct call *c, int64_t now);
int call_tag(struct world *w, struct call *c, const char *name, const char *rationale, int64_t now);
int call_merge(struct world *w, struct call *c, const struct jaxl_json *values, int64_t now);
/* Likewise, of a call that is played (which a planned one becomes by call_open): it has entered a
 * webhook, keys were pressed, its teardown is being sent. */
int call_open(struct world *w, struct call *c, uint32_t talk, int64_t now);
int call_hook(struct world *w, struct call *c, int64_t ivr, const char *url, int64_t now);
int call_press(struct world *w, struct call *c, const char *keys, int64_t now);
int call_tear(struct world *w, struct call *c, int64_t now);
/* The extra of a call, made when it has none; NULL when memory is out. */
struct call_extra *call_extra_of(struct call *c);
/* Opens a line of the state log about a call. */
struct jaxl_json_writer *call_log_change(struct world *w, const char *event, const struct call *c,
                                         int64_t now);
/* Puts it into the heap of calls that are not final, when its end has changed. */
int call_pend(struct world *w, const struct call *c);
/* Takes out of the heap the next call that is final by now: NULL when there is none. */
struct call *call_next_final(struct calls *c, int64_t now);
/* The real time from which on it is final. */
int64_t call_final_at(const struct call *c);
void calls_free(struct calls *c);

/* How many calls were created before a time. */
size_t call_first_since(const struct calls *c, int64_t time);
/* The keys that belong to the platform. */
#define METADATA_INPUTS "ivr_inputs"
#define METADATA_LIVE   "live"
void tag_write(struct jaxl_json_writer *j, const struct tag *tag);
void metadata_write(struct jaxl_json_writer *j, const struct call_extra *e, char digit);
void call_write(struct world *w, struct jaxl_json_writer *j, const struct call *c, int64_t now);

/* The state log: a call that is about to be placed; replay. */
int call_log(struct world *w, const struct call *c, const char *cid, uint32_t lead);
int call_replay(struct world *w, const struct jaxl_json *line);
int call_replay_cut(struct world *w, const struct jaxl_json *line);
int call_replay_tag(struct world *w, const struct jaxl_json *line);
int call_replay_meta(struct world *w, const struct jaxl_json *line);
int call_replay_open(struct world *w, const struct jaxl_json *line);
int call_replay_hook(struct world *w, const struct jaxl_json *line);
int call_replay_press(struct world *w, const struct jaxl_json *line);
int call_replay_tear(struct world *w, const struct jaxl_json *line);
/* The call that a line is about, NULL when there is none. */
struct call *call_replayed(struct world *w, const struct jaxl_json *line);

#endif
