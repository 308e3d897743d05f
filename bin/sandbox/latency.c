#include "sandbox/latency.h"

enum { FINE = 5 }; /* bits behind the first one that tell buckets apart */

static unsigned bucket_of(uint32_t us)
{
    unsigned first = 31u - (unsigned)__builtin_clz(us | 1u);

    if (first < FINE)
        return us;
    return ((first - FINE + 1) << FINE) + ((us >> (first - FINE)) & ((1u << FINE) - 1));
}

/* The last time that falls into a bucket. */
static int64_t end_of(unsigned bucket)
{
    unsigned shift = bucket >> FINE;

    if (shift < 2)
        return bucket;
    return ((int64_t)(bucket & ((1u << FINE) - 1)) + (1 << FINE) + 1) *
               (INT64_C(1) << (shift - 1)) -
           1;
}

void latency_add(struct latency *l, int64_t us)
{
    us = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : us;
    l->count++;
    l->buckets[bucket_of((uint32_t)us)]++;
    if (us > l->most)
        l->most = us;
}

int64_t latency_percentile(const struct latency *l, unsigned percent)
{
    uint64_t rank = (l->count * percent + 99) / 100, seen = 0;

    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        seen += l->buckets[i];
        if (seen && seen >= rank)
            return end_of(i) < l->most ? end_of(i) : l->most;
    }
    return 0;
}
