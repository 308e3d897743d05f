/* How many calls may be alive, told by another program while the run goes on: a number a line on a
 * descriptor, of which the latest counts. */
#ifndef JAXL_CAMPAIGN_CAPACITY_H
#define JAXL_CAMPAIGN_CAPACITY_H

#include <stdbool.h>
#include <stddef.h>

#include "jaxl/error.h"

enum { JAXL_CAPACITY_LINE = 24, JAXL_CAPACITY_MOST = 1000000 };

struct jaxl_capacity {
    int fd; /* -1: none, or it has ended */
    char line[JAXL_CAPACITY_LINE];
    size_t len;
};

/* Takes what came, n bytes; *calls is the latest number, and untouched where no line was whole.
 * JAXL_EINPUT: a line is no whole number up to JAXL_CAPACITY_MOST. */
int jaxl_capacity_take(struct jaxl_capacity *c, const char *data, size_t n, unsigned *calls,
                       struct jaxl_error *err);
/* Reads what the descriptor has, to be called when it is readable; at its end the last number holds
 * on. JAXL_EINPUT, JAXL_EIO. */
int jaxl_capacity_read(struct jaxl_capacity *c, unsigned *calls, struct jaxl_error *err);

#endif
