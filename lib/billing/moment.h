/* What calendars and clocks of a zone show when a call was placed, as a report writes it. Calls
 * come close together, so that what was worked out for one hour serves the next call too. */
#ifndef JAXL_BILLING_MOMENT_H
#define JAXL_BILLING_MOMENT_H

#include "jaxl/zone.h"

enum { JAXL_MOMENT_CACHE = 64 }; /* a power of two */

struct jaxl_moment {
    int64_t from, to; /* microseconds: it holds from on, before to */
    int64_t offset;   /* microseconds that the clocks are before UTC */
    char day[16], week[16], month[16], hour[4], weekday[4];
};

struct jaxl_moments {
    struct jaxl_zone *zone;
    struct jaxl_moment cache[JAXL_MOMENT_CACHE];
};

/* tz: NULL for UTC. The errors of jaxl_zone_new. */
int jaxl_moments_init(struct jaxl_moments *m, const char *tz, struct jaxl_error *err);
void jaxl_moments_free(struct jaxl_moments *m);
/* Borrowed until the next call. */
const struct jaxl_moment *jaxl_moments_at(struct jaxl_moments *m, int64_t us);

#endif
