#include <stdbool.h>
#include <string.h>

#include "base/date.h"
#include "billing/period.h"
#include "jaxl/clock.h"

enum jaxl_period_kind jaxl_period_kind(const char *name)
{
    static const char *const names[JAXL_PERIOD_NONE] = {"day", "week", "month"};
    int kind = 0;

    while (kind < JAXL_PERIOD_NONE && strcmp(names[kind], name) != 0)
        kind++;
    return (enum jaxl_period_kind)kind;
}

/* Digits only, as many as there are places. */
static bool number(const char *text, int places, int *v)
{
    *v = 0;
    for (int i = 0; i < places; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *v = *v * 10 + (text[i] - '0');
    }
    return true;
}

/* The week that has the year's first Thursday is its first. */
static int week_days(int year, int week, int64_t *first)
{
    int64_t january4 = jaxl_date_days(year, 1, 4);
    int64_t monday = january4 - (jaxl_date_weekday(january4) + 6) % 7;
    struct jaxl_date thursday;

    *first = monday + (int64_t)(week - 1) * 7;
    jaxl_date_from_days(*first + 3, &thursday);
    return week >= 1 && thursday.year == year ? 0 : JAXL_EINPUT;
}

int jaxl_period_days(enum jaxl_period_kind kind, const char *text, int64_t *first, int64_t *end)
{
    size_t len = strlen(text);
    int year, part;

    if (kind == JAXL_PERIOD_DAY) {
        if (len != strlen("2026-10-05") || !jaxl_date_parse(text, first))
            return JAXL_EINPUT;
        *end = *first + 1;
        return 0;
    }
    if (len < 7 || !number(text, 4, &year) || text[4] != '-')
        return JAXL_EINPUT;
    if (kind == JAXL_PERIOD_WEEK) {
        if (len != strlen("2026-W40") || text[5] != 'W' || !number(text + 6, 2, &part) ||
            week_days(year, part, first))
            return JAXL_EINPUT;
        *end = *first + 7;
        return 0;
    }
    if (kind != JAXL_PERIOD_MONTH || len != strlen("2026-10") || !number(text + 5, 2, &part) ||
        part < 1 || part > 12)
        return JAXL_EINPUT;
    *first = jaxl_date_days(year, part, 1);
    *end = *first + jaxl_date_month_days(year, part);
    return 0;
}

int64_t jaxl_period_midnight(struct jaxl_zone *zone, int64_t day)
{
    return zone ? jaxl_zone_instant(zone, day, 0, JAXL_ZONE_EARLIER) : day * 86400 * JAXL_SECOND;
}
