#include "jaxl/calendar.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/iso.h"
#include "jaxl/zone.h"

static int64_t first_of(int64_t year, int month, int after)
{
    int64_t months = year * 12 + month - 1 + after;

    return jaxl_date_days(months / 12, (int)(months % 12) + 1, 1);
}

static bool is_month(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits == 4 && text[4] == '-' && strspn(text + 5, "0123456789") == 2 && !text[7] &&
           memcmp(text + 5, "00", 2) != 0 && memcmp(text + 5, "12", 2) <= 0;
}

static int parse_month(const char *text, struct jaxl_zone *zone, const struct jaxl_clock *clock,
                       struct jaxl_calendar_span *out, struct jaxl_error *err)
{
    struct jaxl_zone_clock now;
    int64_t first, last;
    struct jaxl_date date;

    jaxl_zone_local(zone, jaxl_clock_now(clock ? clock : jaxl_clock_system()), &now);
    if (strcmp(text, "this") == 0) {
        first = first_of(now.year, now.month, 0);
    } else if (strcmp(text, "last") == 0) {
        first = first_of(now.year, now.month, -1);
    } else if (is_month(text)) {
        first = first_of((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
                             (text[3] - '0'),
                         (text[5] - '0') * 10 + (text[6] - '0'), 0);
    } else {
        return jaxl_error_set(err, JAXL_EARG, "'%.40s' is no month such as 2026-10, this or last",
                              text);
    }
    jaxl_date_from_days(first, &date);
    last = first_of(date.year, date.month, 1) - 1;
    out->start = jaxl_zone_instant(zone, first, 0, JAXL_ZONE_EARLIER);
    out->end = jaxl_zone_instant(zone, last, 1440, JAXL_ZONE_EARLIER);
    snprintf(out->name, sizeof out->name, "%04d-%02d", (int)date.year, date.month);
    return 0;
}

int jaxl_calendar_month(const char *text, const char *tz, const struct jaxl_clock *clock,
                        struct jaxl_calendar_span *out, struct jaxl_error *err)
{
    struct jaxl_zone *zone = NULL;
    int rc = jaxl_zone_new(&zone, tz ? tz : "UTC", err);

    if (!rc)
        rc = parse_month(text, zone, clock, out, err);
    jaxl_zone_free(&zone);
    return rc;
}

static int parse_instant(const char *text, struct jaxl_zone *zone, const struct jaxl_clock *clock,
                         int64_t *us, struct jaxl_error *err)
{
    struct jaxl_zone_clock now;
    int64_t days;
    bool zoned;

    if (strcmp(text, "today") == 0) {
        jaxl_zone_local(zone, jaxl_clock_now(clock ? clock : jaxl_clock_system()), &now);
        *us = jaxl_zone_instant(zone, now.days, 0, JAXL_ZONE_EARLIER);
    } else if (strlen(text) == 10 && jaxl_date_parse(text, &days)) {
        *us = jaxl_zone_instant(zone, days, 0, JAXL_ZONE_EARLIER);
    } else if (jaxl_iso_parse(text, strlen(text), us, &zoned)) {
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.40s' is neither a day such as 2026-10-05 nor a time by ISO 8601",
                              text);
    }
    return 0;
}

int jaxl_calendar_instant(const char *text, const char *tz, const struct jaxl_clock *clock,
                          int64_t *us, struct jaxl_error *err)
{
    struct jaxl_zone *zone = NULL;
    int rc = jaxl_zone_new(&zone, tz ? tz : "UTC", err);

    if (!rc)
        rc = parse_instant(text, zone, clock, us, err);
    jaxl_zone_free(&zone);
    return rc;
}
