/* Groups of calls and their sums, one cell for each currency: a table that a thread fills, and that
 * is joined with those of the other threads. */
#ifndef JAXL_BILLING_GROUP_H
#define JAXL_BILLING_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "billing/spread.h"
#include "billing/sum.h"
#include "data/arena.h"

/* Microseconds of any number of calls: high * 2^64 + low. */
struct jaxl_group_span {
    uint64_t high, low;
};

enum jaxl_group_outcome { JAXL_GROUP_ANSWERED, JAXL_GROUP_MISSED, JAXL_GROUP_FAILED };

/* Currencies are their codes, at most eight bytes, filled up with NUL; 0: none. */
uint64_t jaxl_group_currency(const char *code, size_t len);
void jaxl_group_currency_text(uint64_t currency, char text[9]);

/* What is asked for rarely. */
struct jaxl_group_more {
    struct jaxl_sum provisional_cost;
    struct jaxl_sum rated; /* JAXL_TARIFF_PARTS times */
    uint64_t provisional;
    struct jaxl_spread talk; /* microseconds of each answered call */
};

struct jaxl_group_cell {
    struct jaxl_group_cell *next; /* of the same group */
    uint64_t currency;
    uint64_t outcomes[3];
    struct jaxl_group_span talk, billed;
    struct jaxl_sum cost;
    struct jaxl_group_more *more; /* NULL: nothing of it */
};

struct jaxl_group {
    uint64_t hash;
    const char *key;
    uint32_t key_len;
    struct jaxl_group_cell *cells;
};

struct jaxl_groups {
    struct jaxl_group **places; /* NULL: free */
    size_t n, cap;
    struct jaxl_arena arena;
};

/* What one call adds to a cell. */
struct jaxl_group_call {
    enum jaxl_group_outcome outcome;
    bool provisional;
    bool spread;          /* keep the talk of each, for quantiles */
    int64_t talk, billed; /* microseconds */
};

void jaxl_groups_init(struct jaxl_groups *g);
void jaxl_groups_free(struct jaxl_groups *g);
/* The group of a key, made when there is none; NULL: no memory, or more groups than the arena may
 * hold (see jaxl_groups_error). */
struct jaxl_group *jaxl_groups_find(struct jaxl_groups *g, const char *key, uint32_t len);
int jaxl_groups_error(const struct jaxl_groups *g);
/* The cell of a currency, made likewise. */
struct jaxl_group_cell *jaxl_groups_cell(struct jaxl_groups *g, struct jaxl_group *group,
                                         uint64_t currency);
struct jaxl_group_more *jaxl_groups_more(struct jaxl_groups *g, struct jaxl_group_cell *cell);
/* JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_groups_count(struct jaxl_groups *g, struct jaxl_group_cell *cell,
                      const struct jaxl_group_call *call);
int jaxl_groups_join(struct jaxl_groups *g, const struct jaxl_groups *other);
int jaxl_groups_join_cell(struct jaxl_groups *g, struct jaxl_group_cell *to,
                          const struct jaxl_group_cell *from);

#endif
