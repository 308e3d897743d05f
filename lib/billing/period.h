/* Days, weeks and months, by the names that rows of a report have them under. */
#ifndef JAXL_BILLING_PERIOD_H
#define JAXL_BILLING_PERIOD_H

#include <stdint.h>

#include "jaxl/zone.h"

/* From the shortest. */
enum jaxl_period_kind { JAXL_PERIOD_DAY, JAXL_PERIOD_WEEK, JAXL_PERIOD_MONTH, JAXL_PERIOD_NONE };

/* "day", "week", "month"; NONE for everything else. */
enum jaxl_period_kind jaxl_period_kind(const char *name);
/* The first day (since 1970-01-01) of "2026-10-05", "2026-W40" (ISO 8601) or "2026-10", and the one
 * after the last. JAXL_EINPUT: there is no such period in the years 0000 to 9999. */
int jaxl_period_days(enum jaxl_period_kind kind, const char *text, int64_t *first, int64_t *end);
/* When a day begins in a zone (NULL: UTC), microseconds since 1970. */
int64_t jaxl_period_midnight(struct jaxl_zone *zone, int64_t day);

#endif
