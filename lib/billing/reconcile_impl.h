/* What a reconciler is inside: calls of both sides, compact. */
#ifndef BILLING_RECONCILE_IMPL_H
#define BILLING_RECONCILE_IMPL_H

#include "data/arena.h"
#include "jaxl/money.h"
#include "jaxl/reconcile.h"

enum {
    JAXL_RECONCILE_CHUNK = 4096,         /* calls that are allocated at once */
    JAXL_RECONCILE_PAGE = 1024 * 1024,   /* bytes of texts that are */
    JAXL_RECONCILE_TEXT_MAX = 64 * 1024, /* bytes of one text */
    JAXL_RECONCILE_CURRENCIES = 250,
    JAXL_RECONCILE_NO_AMOUNT = 254, /* scales: none; amount is the address of a jaxl_money */
    JAXL_RECONCILE_WIDE_AMOUNT = 255
};

/* An exact amount in 9 bytes where it fits. */
struct jaxl_reconcile_amount {
    int64_t value;
    uint8_t scale;
};

/* Places in the tables are from 1 everywhere; 0 is none. */
enum jaxl_reconcile_flag {
    JAXL_RECONCILE_OVER = 1,    /* theirs: it is over */
    JAXL_RECONCILE_FINAL = 2,   /* theirs: its cost is final */
    JAXL_RECONCILE_RESOLVED = 4 /* ours: it had no call id, and was paired all the same */
};

struct jaxl_reconcile_call {
    int64_t id;   /* 0: none */
    uint64_t to;  /* jaxl_phone.key, 0: none */
    int64_t at;   /* microseconds, -1: not said */
    int64_t cost; /* a jaxl_reconcile_amount is cost and cost_scale, or duration and its */
    int64_t duration;
    uint32_t session;        /* ours: in sessions; theirs: the call of ours that has it */
    uint32_t pair;           /* the call of the other side */
    uint32_t from, campaign; /* texts */
    union {
        uint32_t lead;     /* ours: a text; 0: the number */
        uint32_t modified; /* theirs: seconds since 1970 */
    };
    uint32_t more;    /* costs in other currencies */
    uint16_t attempt; /* ours, 0: not said; theirs: how many unknown ones it could be */
    uint8_t currency, cost_scale, duration_scale, disposition, flags;
};

/* A UUID, or (low 0) high is the place of a text. */
struct jaxl_reconcile_session {
    uint64_t high, low;
};

struct jaxl_reconcile_cost {
    struct jaxl_reconcile_amount amount;
    uint32_t next;
    uint8_t currency;
};

/* Calls, in chunks so that they never move. */
struct jaxl_reconcile_side {
    struct jaxl_reconcile_call **chunks;
    uint32_t n, room; /* calls */
};

/* Open addressing from hashes to places. */
struct jaxl_reconcile_index {
    uint32_t *slots;
    size_t n_slots, used; /* n_slots a power of two, or 0 */
    uint64_t (*hash)(const struct jaxl_reconciler *r, uint32_t place);
};

struct jaxl_reconciler {
    struct jaxl_reconcile_options options;
    struct jaxl_reconcile_side ours, theirs;
    struct jaxl_reconcile_index our_ids, our_sessions, their_ids, texts;
    char **pages; /* of texts: each is its length (4 bytes) and itself with a NUL */
    uint32_t n_pages, page_at;
    struct jaxl_reconcile_session *sessions;
    uint32_t n_sessions, session_room;
    struct jaxl_reconcile_cost *costs;
    uint32_t n_costs, cost_room;
    uint32_t currencies[JAXL_RECONCILE_CURRENCIES + 1]; /* texts */
    uint32_t n_currencies;
    struct jaxl_arena wide; /* amounts that do not fit */
    struct jaxl_reconcile_totals totals;
    bool done;
};

/* reconcile_read.c: what a record says. *c is a call that is new. */
int jaxl_reconcile_read_ours(struct jaxl_reconciler *r, const struct jaxl_json *record,
                             struct jaxl_reconcile_call *c, struct jaxl_error *err);
int jaxl_reconcile_read_theirs(struct jaxl_reconciler *r, const struct jaxl_json *call,
                               struct jaxl_reconcile_call *c, struct jaxl_error *err);

/* reconcile_store.c */
struct jaxl_reconcile_call *jaxl_reconcile_at(const struct jaxl_reconcile_side *side, uint32_t i);
/* A new call, zeroed, as the last one; NULL: memory is out. */
struct jaxl_reconcile_call *jaxl_reconcile_add(struct jaxl_reconcile_side *side);
/* The place of a text, kept once; *place 0 for none (NULL or empty). JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_reconcile_keep(struct jaxl_reconciler *r, const char *text, size_t len, uint32_t *place);
/* The same for one that hardly comes twice, and is not looked for. */
int jaxl_reconcile_keep_lone(struct jaxl_reconciler *r, const char *text, size_t len,
                             uint32_t *place);
/* NULL for 0. */
const char *jaxl_reconcile_text(const struct jaxl_reconciler *r, uint32_t place, size_t *len);
int jaxl_reconcile_keep_session(struct jaxl_reconciler *r, const char *text, size_t len,
                                uint32_t *place);
/* False: no call of ours can have it. */
bool jaxl_reconcile_session_key(const struct jaxl_reconciler *r, const char *text, size_t len,
                                struct jaxl_reconcile_session *key);
enum { JAXL_RECONCILE_SESSION_TEXT = 40 };
/* What was kept, in room where it is a UUID. NULL for 0. */
const char *jaxl_reconcile_session(const struct jaxl_reconciler *r, uint32_t place, char *room,
                                   size_t *len);
/* The calls of a side that have an id, of ours that have a session, one after the other; 0: no
 * more. *at: 0 at first. */
uint32_t jaxl_reconcile_by_id(const struct jaxl_reconciler *r, bool ours, int64_t id, size_t *at);
uint32_t jaxl_reconcile_by_session(const struct jaxl_reconciler *r,
                                   const struct jaxl_reconcile_session *key, size_t *at);
/* Enters a call of a side under its id, or its session. JAXL_ENOMEM. */
int jaxl_reconcile_enter_id(struct jaxl_reconciler *r, bool ours, uint32_t place);
int jaxl_reconcile_enter_session(struct jaxl_reconciler *r, uint32_t place);
int jaxl_reconcile_keep_currency(struct jaxl_reconciler *r, const char *text, size_t len,
                                 uint8_t *place);
int jaxl_reconcile_keep_amount(struct jaxl_reconciler *r, const struct jaxl_money *m,
                               struct jaxl_reconcile_amount *out);
/* False: there is none. */
bool jaxl_reconcile_amount(struct jaxl_reconcile_amount a, struct jaxl_money *m);
/* Room for one more in a growing array. JAXL_ENOMEM. */
int jaxl_reconcile_grow(void *array, uint32_t n, uint32_t *room, size_t size);
void jaxl_reconcile_store_init(struct jaxl_reconciler *r);
void jaxl_reconcile_store_free(struct jaxl_reconciler *r);

/* reconcile_pair.c: makes all pairs. order: every call of theirs, by (to, at, id). */
void jaxl_reconcile_pair(struct jaxl_reconciler *r, const uint32_t *order);
/* All of theirs, as above; NULL: memory is out. To be freed with free(). */
uint32_t *jaxl_reconcile_order(const struct jaxl_reconciler *r);
/* After pairing: how many calls an unknown attempt could be. */
uint32_t jaxl_reconcile_candidates(const struct jaxl_reconciler *r, const uint32_t *order,
                                   const struct jaxl_reconcile_call *ours);
/* The call that one of theirs without a pair repeats, by its id; 0: none. */
int64_t jaxl_reconcile_repeated(const struct jaxl_reconciler *r, const uint32_t *order,
                                const struct jaxl_reconcile_call *theirs);
/* Whether another attempt of ours, that comes before this one in every order, has the same call; or
 * the same session with another call, whose id that is. */
bool jaxl_reconcile_claimed(const struct jaxl_reconciler *r, uint32_t place);
int64_t jaxl_reconcile_called(const struct jaxl_reconciler *r, uint32_t place);
/* Which of two sessions comes first. */
int jaxl_reconcile_compare_sessions(const struct jaxl_reconciler *r, uint32_t a, uint32_t b);

#endif
