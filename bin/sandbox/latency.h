/* How long answers took: a histogram, exact to 3 %. */
#ifndef SANDBOX_LATENCY_H
#define SANDBOX_LATENCY_H

#include <stdint.h>

enum { LATENCY_BUCKETS = 896 };

struct latency {
    uint64_t count;
    int64_t most;                      /* microseconds */
    uint64_t buckets[LATENCY_BUCKETS]; /* each 1/32 of a power of two wide */
};

void latency_add(struct latency *l, int64_t us);
/* The time within which this percentage of the answers came, 0 when there are none. */
int64_t latency_percentile(const struct latency *l, unsigned percent);

#endif
