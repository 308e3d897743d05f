/* Dates and times as ISO 8601 has them. */
#ifndef JAXL_BASE_ISO_H
#define JAXL_BASE_ISO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads len bytes that are a date, or a date and a time of day:
 *
 *     date    2026-10-05, 20261005; week and day of it, Monday is 1: 2026-W41-1, 2026W411; day of
 * the year: 2026-278, 2026278. Years 0000 to 9999, also as +002026 (six digits) time    behind T, t
 * or one blank: 12:34:56, 123456, 12:34, 1234, 12. The last part may have decimals behind a point
 * or a comma, as many as there are: 12:34:56.789, 12:34,5, 12.25. 24:00 is the end of the day; a
 * second 60 is the first of the next minute zone    behind the time: Z, z, +05:30, +0530, +05,
 * -03:00; none
 *
 * Date, time and zone may each be extended (with hyphens and colons) or basic, but not half of one.
 * Refused is what is less than a day (2026-10, 2026-W41), what the calendar or the clock does not
 * have (2026-02-30, week 53 of most years, 24:01, +24:00), and blanks around. (ISO 8601-1:2019, 5.2
 * to 5.4; blank and small letters: RFC 3339, 5.6.)
 *
 * *us: microseconds since 1970-01-01T00:00Z; what is finer is cut. *has_zone: false for a local
 * time, of which *us is the microseconds as if it were UTC; always false for a date alone, which is
 * its 00:00. JAXL_EINPUT: none of these, with both untouched. The usual 2026-10-05T12:34:56.789Z is
 * read in some 10 ns. */
int jaxl_iso_parse(const char *text, size_t len, int64_t *us, bool *has_zone);

#endif
