/* What a report needs of one record: read out of the values that the scanner found. */
#ifndef JAXL_BILLING_FACT_H
#define JAXL_BILLING_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "billing/group.h"
#include "data/scan.h"
#include "jaxl/error.h"
#include "jaxl/money.h"

enum {
    JAXL_FACT_COSTS = 8,    /* of one call: as many currencies as one can cost something in */
    JAXL_FACT_SLOTS = 64,   /* paths that are looked for in a record */
    JAXL_FACT_SESSION = 64, /* bytes of a session id; a UUID has 36 */
};

/* The paths that every report looks for; those of keys and conditions follow. */
enum jaxl_fact_slot {
    JAXL_FACT_CALL_ID,
    JAXL_FACT_ID,
    JAXL_FACT_SESSION_ID,
    JAXL_FACT_STATE,
    JAXL_FACT_DISPOSITION,
    JAXL_FACT_MISSED,
    JAXL_FACT_VOICEMAIL,
    JAXL_FACT_FAILURE,
    JAXL_FACT_DURATION,
    JAXL_FACT_PLACED,
    JAXL_FACT_CREATED,
    JAXL_FACT_SENT,
    JAXL_FACT_COMPLETED,
    JAXL_FACT_FINAL,
    JAXL_FACT_COST, /* of the first, then the currency, then those of the second ... */
    JAXL_FACT_COST_END = JAXL_FACT_COST + 2 * JAXL_FACT_COSTS,
    JAXL_FACT_TOO_MANY = JAXL_FACT_COST_END, /* a ninth, and its cell in a CSV */
    JAXL_FACT_FIXED = JAXL_FACT_TOO_MANY + 2
};

struct jaxl_fact_slots {
    const char *paths[JAXL_FACT_SLOTS]; /* borrowed */
    size_t n;
};

enum jaxl_fact_kind { JAXL_FACT_CALL, JAXL_FACT_NO_CALL, JAXL_FACT_OUTSIDE };

struct jaxl_fact_cost {
    uint64_t currency; /* 0: not said */
    struct jaxl_sum amount;
};

struct jaxl_fact {
    enum jaxl_fact_kind kind;
    enum jaxl_group_outcome outcome;
    bool provisional, timed;
    int64_t at;              /* when it was placed, if timed: microseconds since 1970 */
    int64_t id;              /* of the call; -1: none */
    int64_t duration;        /* microseconds; -1: not said */
    int64_t talk;            /* of an answered call, else 0 */
    int64_t line;            /* what is billed: talk, or a voicemail's length */
    const char *disposition; /* text of the record, or static; NULL: none */
    uint32_t disposition_len;
    uint32_t n_costs;
    struct jaxl_fact_cost costs[JAXL_FACT_COSTS];
};

/* The slots that every report has. */
void jaxl_fact_slots_init(struct jaxl_fact_slots *s);
/* The slot of a path, added when there is none; path is borrowed. -1: there are too many. */
int jaxl_fact_slot(struct jaxl_fact_slots *s, const char *path);
/* Whether there is a text that is not empty (a cell of a CSV is never absent, but empty). */
static inline bool jaxl_fact_given(const struct jaxl_scan_value *v)
{
    return v->type != JAXL_JSON_NULL && v->len > 0;
}
/* JAXL_EINPUT with what is wrong with the record. Borrows from values. */
int jaxl_fact_read(const struct jaxl_scan_value *values, struct jaxl_fact *out,
                   struct jaxl_error *err);

#endif
