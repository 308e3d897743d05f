/* The hours in which calls are allowed, by the clocks of those who are called. */
#ifndef JAXL_WINDOW_H
#define JAXL_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>
#include <jaxl/holidays.h>
#include <jaxl/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The minutes of a week; a value, to be copied and kept as one likes. */
struct jaxl_window {
    uint64_t open[7][23]; /* a bit for each minute of the day, for each day from Sunday */
};

#define JAXL_WINDOW_NEVER INT64_MAX

enum { JAXL_WINDOW_DAYS = 400 }; /* as far as an opening or a closing is looked for */

/* Reads hours, days, or days and the hours of each, separated by blanks or commas:
 *
 *     09:00-19:00                              on all days
 *     09:00-12:00, 13:30-24:00                 on all days, twice
 *     mon-fri,sun                              from midnight to midnight on these
 *     all                                      always
 *     mon-fri 09:00-18:00, sat 10:00-17:00     hours belong to the days before them
 *
 * Days are sun, mon, tue, wed, thu, fri, sat; fri-mon is four of them. An end does not belong to
 * its hours; 24:00 is the end of the day. JAXL_EARG saying what is wrong, with *w untouched: hours
 * that end before they begin or when they do (those over midnight are written as two), a day that
 * is given hours twice, days without hours beside others that have some, nothing at all. */
JAXL_API int jaxl_window_parse(const char *text, struct jaxl_window *w, struct jaxl_error *err);
/* Leaves in *w what both allow, so that of any number of windows the strictest holds. False when
 * nothing is left: it will never open. */
JAXL_API bool jaxl_window_intersect(struct jaxl_window *w, const struct jaxl_window *other);

/* Whether calls are allowed at an instant (now; all instants in microseconds since 1970, UTC), and
 * in *until when that changes: when they are allowed no more, or when they are again.
 * JAXL_WINDOW_NEVER: not within JAXL_WINDOW_DAYS. They are allowed when the window is open in each
 * of count zones, of which somebody may be in any (none: never), and it is no holiday there
 * (holidays NULL: there are none).
 *
 * When clocks are set forward, what begins or ends in the hour that is left out does so at the
 * change; when they are set back, what begins in the hour that comes twice begins in the second,
 * and what ends in it ends in the first. So nobody is called outside of the hours, by whichever
 * clock. */
JAXL_API bool jaxl_window_open(const struct jaxl_window *w, const struct jaxl_holidays *holidays,
                               struct jaxl_zone *const *zones, size_t count, int64_t now,
                               int64_t *until);

#ifdef __cplusplus
}
#endif
#endif
