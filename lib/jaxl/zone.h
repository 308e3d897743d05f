/* Time zones: what the clocks of a place show at an instant, and when they show it.
 *
 * The rules are the system's own (Debian's tzdata), which are mended whenever a country changes
 * them; ICU's are as old as ICU is. They are read when a zone is made, from $TZDIR, as libc has
 * it, or /usr/share/zoneinfo. */
#ifndef JAXL_ZONE_H
#define JAXL_ZONE_H

#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A zone. It keeps what it found last, so that two threads need a handle each. */
struct jaxl_zone;

enum { JAXL_ZONE_NAME = 64 }; /* bytes of a zone's name and its NUL */

/* What clocks and calendars show. */
struct jaxl_zone_clock {
    int64_t days;         /* of the date, since 1970-01-01 */
    int year, month, day; /* the date, from 1 */
    int weekday;          /* 0 Sunday to 6 Saturday */
    int minute, second;   /* minute of the day: 0 to 1439 */
    int offset;           /* seconds that they are before UTC, east of Greenwich more than 0 */
};

/* Which of the two instants, when the clocks are set back and show a time twice. */
enum jaxl_zone_pick { JAXL_ZONE_EARLIER, JAXL_ZONE_LATER };

/* Makes a zone of its IANA name, with capitals as IANA has them ("Asia/Kolkata"); old names
 * ("Asia/Calcutta", "EST5EDT") as far as the system has them. JAXL_EARG: there is no such zone,
 * with the one that may be meant; JAXL_ECONFIG: the system's zones are missing or damaged;
 * JAXL_ENOMEM. */
JAXL_API int jaxl_zone_new(struct jaxl_zone **z, const char *name, struct jaxl_error *err);
JAXL_API void jaxl_zone_free(struct jaxl_zone **z);
/* The name that it was made of, for as long as the zone is. */
JAXL_API const char *jaxl_zone_name(const struct jaxl_zone *z);

/* What the clocks show at an instant, in microseconds since 1970 (UTC). */
JAXL_API void jaxl_zone_local(struct jaxl_zone *z, int64_t us, struct jaxl_zone_clock *out);
/* The instant, in microseconds since 1970 (UTC), at which the clocks show a minute (0 to 1440,
 * which is 0 of the next day) of the date so many days after 1970-01-01. Where they are set forward
 * over it: when they are, which is the first valid time that follows; where they are set back and
 * show it twice: as pick says. A date before the year 0 or after 9999 is taken for the first or
 * last of these. */
JAXL_API int64_t jaxl_zone_instant(struct jaxl_zone *z, int64_t days, int minute,
                                   enum jaxl_zone_pick pick);

#ifdef __cplusplus
}
#endif
#endif
