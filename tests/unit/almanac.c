#include <string.h>
#include <time.h>

#include "almanac.h"
#include "unit.h"

enum { DAY = 86400, HOUR = 3600 };

static long offset_at(int64_t at)
{
    time_t t = (time_t)at;
    struct tm tm;

    ck_assert_ptr_nonnull(localtime_r(&t, &tm));
    return tm.tm_gmtoff;
}

/* The first instant after early, by late, with another offset. */
static int64_t change_between(int64_t early, int64_t late)
{
    const long before = offset_at(early);

    while (late - early > 1) {
        int64_t middle = early + (late - early) / 2;
        if (offset_at(middle) == before)
            early = middle;
        else
            late = middle;
    }
    return late;
}

void almanac_make(struct almanac *a, const char *zone, int64_t from, int64_t to)
{
    ck_assert_int_eq(setenv("TZ", zone, 1), 0);
    tzset();
    *a = (struct almanac){.zone = zone, .from = from, .to = to, .n = 1};
    a->spans[0].since = from;
    a->spans[0].offset = offset_at(from);
    for (int64_t at = from; at < to; at += HOUR) {
        int64_t change;
        if (offset_at(at + HOUR) == a->spans[a->n - 1].offset)
            continue;
        ck_assert_uint_lt(a->n, ALMANAC_CHANGES);
        change = change_between(at, at + HOUR);
        a->spans[a->n].since = change;
        a->spans[a->n++].offset = offset_at(change);
    }
}

static int64_t end_of(const struct almanac *a, size_t i)
{
    return i + 1 < a->n ? a->spans[i + 1].since : a->to + DAY;
}

static int64_t local(const struct almanac *a, int64_t at)
{
    size_t i = a->n - 1;

    ck_assert(at >= a->from && at <= a->to);
    while (a->spans[i].since > at)
        i--;
    return at + a->spans[i].offset;
}

/* When the clocks show a local time: the last or the first of the instants; where they never do,
 * the instant at which they are set over it. */
static int64_t instant(const struct almanac *a, int64_t shown, bool last)
{
    int64_t found = INT64_MIN;

    for (size_t i = 0; i < a->n; i++) {
        int64_t at = shown - a->spans[i].offset;
        if (at >= a->spans[i].since && at < end_of(a, i) && (found == INT64_MIN || last))
            found = at;
    }
    for (size_t i = 1; i < a->n && found == INT64_MIN; i++)
        if (shown >= a->spans[i].since + a->spans[i - 1].offset &&
            shown < a->spans[i].since + a->spans[i].offset)
            found = a->spans[i].since;
    ck_assert(found != INT64_MIN);
    return found;
}

static bool is_holiday(const struct almanac_hours *hours, int64_t day)
{
    time_t t = (time_t)(day * DAY);
    struct tm tm;
    char date[16];

    gmtime_r(&t, &tm);
    strftime(date, sizeof date, "%Y-%m-%d", &tm);
    for (size_t i = 0; hours->holidays && hours->holidays[i]; i++)
        if (strcmp(hours->holidays[i], date) == 0)
            return true;
    return false;
}

bool almanac_open(const struct almanac *a, const struct almanac_hours *hours, int64_t at)
{
    int64_t day = local(a, at) / DAY;

    /* 1970-01-01 was a Thursday */
    if (!(hours->days >> (day + 4) % 7 & 1) || is_holiday(hours, day))
        return false;
    for (size_t i = 0; i < hours->n; i++)
        if (at >= instant(a, day * DAY + hours->pieces[i].from * 60, true) &&
            at < instant(a, day * DAY + hours->pieces[i].to * 60, false))
            return true;
    return false;
}

int almanac_month(const struct almanac *a, int64_t at)
{
    time_t t = (time_t)local(a, at);
    struct tm tm;

    gmtime_r(&t, &tm);
    return tm.tm_mon;
}
