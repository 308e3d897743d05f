/* Periods that people name: a month, a day, and where they begin and end by the clocks of a zone.
 */
#ifndef JAXL_CALENDAR_H
#define JAXL_CALENDAR_H

#include <stdint.h>

#include <jaxl/clock.h>
#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_calendar_span {
    int64_t start, end; /* microseconds since 1970: from start on, before end */
    char name[16];      /* "2026-10", "2026-10-05" */
};

/* A month, "2026-10", or "this" or "last", by the clock (NULL: the machine's). tz: an IANA zone,
 * NULL for UTC. JAXL_EARG with what it should look like, JAXL_ECONFIG (no zones), JAXL_ENOMEM. */
JAXL_API int jaxl_calendar_month(const char *text, const char *tz, const struct jaxl_clock *clock,
                                 struct jaxl_calendar_span *out, struct jaxl_error *err);
/* An instant: a day, "2026-10-05", which is its begin in the zone, "today", or a time by ISO 8601
 * (one that names no zone is UTC). The same errors. */
JAXL_API int jaxl_calendar_instant(const char *text, const char *tz, const struct jaxl_clock *clock,
                                   int64_t *us, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
