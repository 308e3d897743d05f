/* Attempts under way: a pool of slots that are used again, and an index over them. */
#ifndef JAXL_CAMPAIGN_SLOTS_H
#define JAXL_CAMPAIGN_SLOTS_H

#include "campaign/adhoc.h"
#include "campaign/reconcile.h"
#include "campaign/result.h"
#include "campaign/rules.h"
#include "jaxl/money.h"

enum jaxl_phase {
    JAXL_PHASE_FREE,
    JAXL_PHASE_READY,     /* may be placed */
    JAXL_PHASE_IVR,       /* waits for its IVR to be made */
    JAXL_PHASE_THROTTLED, /* waits for due */
    JAXL_PHASE_FLYING,    /* its request is in flight */
    JAXL_PHASE_LIVE,      /* followed until its cost is final */
    JAXL_PHASE_UNKNOWN,   /* looked for */
    JAXL_PHASE_GHOST /* unknown for good and written; kept so that no later one takes its call */
};

struct jaxl_slot {
    struct jaxl_slot *next, *prev; /* in the list of its phase */
    struct jaxl_slot *chain;       /* in its bucket of an index */
    uint64_t index_key;
    struct jaxl_dialer *dialer;
    struct jaxl_result result;
    enum jaxl_phase phase;
    uint64_t serial;      /* order of placing */
    int64_t read_at, due; /* monotonic */
    struct jaxl_adhoc_ivr *ivr;
    bool over;                 /* no longer counts as active */
    unsigned asking;           /* requests about it that are in flight */
    unsigned missing;          /* times in a row that the platform did not know its call */
    int64_t look_at, deadline; /* unknown: next and last look, monotonic */
    bool looked_for;           /* covered by the look that is going on */
    bool listed;               /* by its list */
    uint64_t passed;           /* the turn in which nothing forbade the call */
    bool looked_at;            /* by a request of its own, which showed all there is */
    struct jaxl_reconcile reconcile;
    int64_t lead, intent; /* ids in the ledger; 0: none, and not intended yet */
    int64_t added_at;     /* of the lead, since 1970 */
    unsigned attempts;    /* of the lead that counted before this one */
    struct jaxl_rules_place place;
    bool outside;   /* its lead is not in the ledger yet, and cannot be there */
    bool settled;   /* the intent has a result, maybe not the last */
    bool resumed;   /* an earlier run placed it */
    bool final;     /* its cost is */
    bool withdrawn; /* it could not be sent, and may not be any more */
    bool paid;      /* reserved is set aside for it */
    struct jaxl_money reserved;
};

struct jaxl_slot_list {
    struct jaxl_slot *first, *last;
    size_t n;
};

void jaxl_slots_append(struct jaxl_slot_list *list, struct jaxl_slot *s);
void jaxl_slots_remove(struct jaxl_slot_list *list, struct jaxl_slot *s);

struct jaxl_slots {
    struct jaxl_slot_list free;
    size_t made, max_text;
};

/* A clean slot; NULL when memory is out. */
struct jaxl_slot *jaxl_slots_get(struct jaxl_slots *pool);
void jaxl_slots_put(struct jaxl_slots *pool, struct jaxl_slot *s);
/* Frees the free ones. */
void jaxl_slots_free(struct jaxl_slots *pool);
void jaxl_slots_free_list(struct jaxl_slot_list *list);

/* Slots by a number that several may share; a slot is in one index at most. */
enum { JAXL_SLOTS_BUCKETS = 8192 };
struct jaxl_slot_index {
    struct jaxl_slot *buckets[JAXL_SLOTS_BUCKETS];
};

void jaxl_slots_index(struct jaxl_slot_index *index, struct jaxl_slot *s, uint64_t key);
void jaxl_slots_unindex(struct jaxl_slot_index *index, struct jaxl_slot *s);
/* The first with this key, and the one after. NULL for none. */
struct jaxl_slot *jaxl_slots_find(const struct jaxl_slot_index *index, uint64_t key);
struct jaxl_slot *jaxl_slots_next(const struct jaxl_slot *s);

#endif
