#include "billing/spread.h"

#include <stdlib.h>

#include "jaxl/error.h"

enum { FIRST_CAP = 16 };

void jaxl_spread_free(struct jaxl_spread *s)
{
    free(s->values);
    *s = (struct jaxl_spread){.n = 0};
}

static struct jaxl_spread_value *place_of(struct jaxl_spread_value *values, size_t cap,
                                          int64_t value)
{
    size_t i = (size_t)((uint64_t)value * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (cap - 1);

    while (values[i].count && values[i].value != value)
        i = (i + 1) & (cap - 1);
    return &values[i];
}

static int grow(struct jaxl_spread *s)
{
    size_t cap = s->cap ? 2 * s->cap : FIRST_CAP;
    struct jaxl_spread_value *values = calloc(cap, sizeof *values);

    if (!values)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < s->cap; i++)
        if (s->values[i].count)
            *place_of(values, cap, s->values[i].value) = s->values[i];
    free(s->values);
    s->values = values;
    s->cap = cap;
    return 0;
}

int jaxl_spread_add(struct jaxl_spread *s, int64_t value, uint64_t count)
{
    struct jaxl_spread_value *v;

    if (s->n + 1 > s->cap / 4 * 3 && grow(s))
        return JAXL_ENOMEM;
    v = place_of(s->values, s->cap, value);
    if (!v->count)
        s->n++;
    v->value = value;
    v->count += count;
    return 0;
}

int jaxl_spread_join(struct jaxl_spread *s, const struct jaxl_spread *other)
{
    for (size_t i = 0; i < other->cap; i++)
        if (other->values[i].count &&
            jaxl_spread_add(s, other->values[i].value, other->values[i].count))
            return JAXL_ENOMEM;
    return 0;
}

/* Free places last. */
static int compare(const void *a, const void *b)
{
    const struct jaxl_spread_value *x = a, *y = b;

    if (!x->count || !y->count)
        return !x->count - !y->count;
    return x->value < y->value ? -1 : x->value > y->value;
}

void jaxl_spread_sort(struct jaxl_spread *s)
{
    if (s->n)
        qsort(s->values, s->cap, sizeof *s->values, compare);
}

int64_t jaxl_spread_percentile(const struct jaxl_spread *s, unsigned percent)
{
    uint64_t all = 0, rank, below = 0;
    size_t i = 0;

    for (size_t k = 0; k < s->n; k++)
        all += s->values[k].count;
    rank = all / 100 * percent + (all % 100 * percent + 99) / 100;
    for (; i + 1 < s->n; i++) {
        below += s->values[i].count;
        if (below >= rank)
            break;
    }
    return s->values[i].value;
}
