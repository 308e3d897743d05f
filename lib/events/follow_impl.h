/* The parts of following: what is known of calls (told.c), the cursor, and a look. */
#ifndef JAXL_EVENTS_FOLLOW_IMPL_H
#define JAXL_EVENTS_FOLLOW_IMPL_H

#include <stdbool.h>

#include "jaxl/follow.h"
#include "jaxl/json.h"
#include "platform/statefile.h"

/* How far a call is; each includes those before it. */
enum jaxl_stage { STAGE_NONE, STAGE_PLACED, STAGE_ANSWERED, STAGE_COMPLETED, STAGE_FINALISED };
enum { STAGES = STAGE_FINALISED + 1 };

/* "placed", ...; NULL for NONE. */
const char *jaxl_stage_name(enum jaxl_stage s);
/* NONE for another word. */
enum jaxl_stage jaxl_stage_parse(const char *name);
/* Which events a Call object has had, as bits 1 << stage. */
unsigned jaxl_stage_of(const struct jaxl_json *call);
/* Which of them are to be told when those in told were: none that comes before one of those. */
unsigned jaxl_stage_news(unsigned told, unsigned stages);

/* A call, and what was told of it. */
struct jaxl_told {
    int64_t id, placed; /* placed: wall time */
    int64_t asked;      /* wall time, when it was asked for by its id; 0: never */
    unsigned stages;    /* bits 1 << stage */
};

/* Ordered by id. */
struct jaxl_told_list {
    struct jaxl_told *items;
    size_t n, room;
};

/* The place of an id, or where it would be. */
size_t jaxl_told_place(const struct jaxl_told_list *l, int64_t id);
/* NULL: it is not in it. */
struct jaxl_told *jaxl_told_find(const struct jaxl_told_list *l, int64_t id);
/* The entry of a call, made when it is new; NULL when memory is out. Moves others. */
struct jaxl_told *jaxl_told_enter(struct jaxl_told_list *l, int64_t id, int64_t placed);
/* Whether everything was told that there is. */
bool jaxl_told_final(const struct jaxl_told *t);
/* Whether it is time to ask for one by its id (again). */
bool jaxl_told_due(const struct jaxl_told *t, int64_t now);
/* It was asked for; soon: that came to nothing, and it is due again as soon as one may be. */
void jaxl_told_ask(struct jaxl_told *t, int64_t now, bool soon);
/* When the oldest was placed that is not final and was placed at `from` or later; `to` when there
 * is none before it. */
int64_t jaxl_told_oldest(const struct jaxl_told_list *l, int64_t from, int64_t to);
/* Forgets those that are final and were placed before a time, and all that were before `too_old`.
 */
void jaxl_told_forget(struct jaxl_told_list *l, int64_t before, int64_t too_old);
void jaxl_told_free(struct jaxl_told_list *l);

struct jaxl_follow {
    struct jaxl_session *session;
    struct jaxl_follow_options o;
    struct jaxl_statefile file;
    bool fresh; /* the cursor has no head yet */
    int64_t org, currency;
    int64_t skew;     /* the platform's clock minus ours; what follows is by the platform's */
    int64_t begin;    /* wall time: calls that were placed before are not told */
    bool from_now;    /* begin is when this began, and no look has ended yet */
    int64_t seen;     /* all calls placed before were seen once, but for those shown late */
    int64_t kept;     /* of calls placed from then on, everything that was told is known */
    int64_t asked_id; /* the call that was asked for by its id last: others come first */
    struct jaxl_told_list told;
};

int jaxl_follow_load(struct jaxl_follow *f, struct jaxl_error *err);
int jaxl_follow_save(struct jaxl_follow *f, struct jaxl_error *err);

#endif
