#include "billing/moment.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "jaxl/clock.h"

#define QUARTER (900 * JAXL_SECOND)

int jaxl_moments_init(struct jaxl_moments *m, const char *tz, struct jaxl_error *err)
{
    memset(m, 0, sizeof *m);
    return jaxl_zone_new(&m->zone, tz ? tz : "UTC", err);
}

void jaxl_moments_free(struct jaxl_moments *m)
{
    jaxl_zone_free(&m->zone);
}

/* ISO 8601: the week is that of its Thursday, weeks of a year count from the one with 4 January. */
static void write_week(int64_t days, int weekday, char text[16])
{
    int64_t thursday = days - (weekday + 6) % 7 + 3;
    struct jaxl_date date;
    int week;

    jaxl_date_from_days(thursday, &date);
    week = (int)((thursday - jaxl_date_days(date.year, 1, 1)) / 7) + 1;
    snprintf(text, 16, "%04d-W%02u", (int)date.year, (unsigned)week % 100);
}

/* The instants around us that fall into the same quarter of an hour of UTC and the same hour of
 * these clocks: one of both, or none where the clocks are set within it. */
static void find_span(struct jaxl_zone *zone, int64_t us, const struct jaxl_zone_clock *clock,
                      struct jaxl_moment *out)
{
    int64_t into = ((clock->minute % 60) * 60 + clock->second) * JAXL_SECOND +
                   ((us % JAXL_SECOND) + JAXL_SECOND) % JAXL_SECOND;
    int64_t into_quarter = (us % QUARTER + QUARTER) % QUARTER;
    struct jaxl_zone_clock first, last;

    out->from = us - (into < into_quarter ? into : into_quarter);
    out->to = us - into + 3600 * JAXL_SECOND;
    if (out->to > us - into_quarter + QUARTER)
        out->to = us - into_quarter + QUARTER;
    jaxl_zone_local(zone, out->from, &first);
    jaxl_zone_local(zone, out->to - 1, &last);
    if (first.offset != clock->offset || last.offset != clock->offset)
        out->to = out->from = us;
}

const struct jaxl_moment *jaxl_moments_at(struct jaxl_moments *m, int64_t us)
{
    static const char *const names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    size_t at = (size_t)(us / QUARTER) & (JAXL_MOMENT_CACHE - 1);
    struct jaxl_moment *out = &m->cache[at];
    struct jaxl_zone_clock clock;

    if (us >= out->from && us < out->to)
        return out;
    jaxl_zone_local(m->zone, us, &clock);
    snprintf(out->day, sizeof out->day, "%04d-%02d-%02d", clock.year, clock.month, clock.day);
    snprintf(out->month, sizeof out->month, "%04d-%02d", clock.year, clock.month);
    snprintf(out->hour, sizeof out->hour, "%u", (unsigned)clock.minute / 60 % 24);
    memcpy(out->weekday, names[clock.weekday], 4);
    out->offset = clock.offset * JAXL_SECOND;
    write_week(clock.days, clock.weekday, out->week);
    find_span(m->zone, us, &clock, out);
    return out;
}
