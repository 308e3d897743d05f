/* How values are spread: each with its count, so that a quantile is exact. */
#ifndef JAXL_BILLING_SPREAD_H
#define JAXL_BILLING_SPREAD_H

#include <stddef.h>
#include <stdint.h>

struct jaxl_spread_value {
    int64_t value;
    uint64_t count; /* 0: a free place */
};

/* All zero is an empty one. */
struct jaxl_spread {
    struct jaxl_spread_value *values;
    size_t n, cap;
};

void jaxl_spread_free(struct jaxl_spread *s);
/* JAXL_ENOMEM. */
int jaxl_spread_add(struct jaxl_spread *s, int64_t value, uint64_t count);
int jaxl_spread_join(struct jaxl_spread *s, const struct jaxl_spread *other);
/* Puts the values in order: nothing is added after it. */
void jaxl_spread_sort(struct jaxl_spread *s);
/* Of a sorted one that has values: the smallest that so many percent (1 to 100) of all are not
 * above (nearest rank). */
int64_t jaxl_spread_percentile(const struct jaxl_spread *s, unsigned percent);

#endif
