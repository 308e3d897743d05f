#include "report/dates.h"

#include <stdio.h>
#include <string.h>

/* The calendar repeats every 400 years; years begin in March, so that the leap day is their last.
 */
int64_t dates_days(int64_t year, int month, int day)
{
    const int64_t y = month > 2 ? year : year - 1;
    const int64_t era = (y >= 0 ? y : y - 399) / 400, in_era = y - era * 400;
    const int64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

struct dates_date dates_of(int64_t days)
{
    const int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t in_era = z - era * 146097;
    const int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int64_t in_year = in_era - (365 * y + y / 4 - y / 100), m = (5 * in_year + 2) / 153;
    struct dates_date date = {.day = (int)(in_year - (153 * m + 2) / 5 + 1)};

    date.month = (int)(m < 10 ? m + 3 : m - 9);
    date.year = y + era * 400 + (date.month <= 2);
    return date;
}

int dates_weekday(int64_t days)
{
    return (int)(((days + 3) % 7 + 7) % 7);
}

static bool digits(const char *text, size_t n, int *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = *out * 10 + (text[i] - '0');
    }
    return true;
}

bool dates_parse_day(const char *text, int64_t *days)
{
    int year, month, day;
    struct dates_date back;
    int64_t n;

    if (!digits(text, 4, &year) || text[4] != '-' || !digits(text + 5, 2, &month) ||
        text[7] != '-' || !digits(text + 8, 2, &day) || month < 1 || month > 12)
        return false;
    n = dates_days(year, month, day);
    back = dates_of(n);
    if (back.year != year || back.month != month || back.day != day)
        return false;
    *days = n;
    return true;
}

bool dates_parse(const char *text, int64_t *days)
{
    int year, part;
    int64_t fourth;

    if (strlen(text) == 10)
        return dates_parse_day(text, days);
    if (!digits(text, 4, &year) || text[4] != '-')
        return false;
    if (strlen(text) == 7 && digits(text + 5, 2, &part) && part >= 1 && part <= 12) {
        *days = dates_days(year, part, 1);
        return true;
    }
    if (strlen(text) != 8 || text[5] != 'W' || !digits(text + 6, 2, &part) || part < 1 || part > 53)
        return false;
    fourth = dates_days(year, 1, 4); /* always in the first week */
    *days = fourth - dates_weekday(fourth) + 7 * (part - 1);
    return true;
}

const char *dates_format(int64_t days, char text[DATES_TEXT])
{
    const struct dates_date date = dates_of(days);

    (void)snprintf(text, DATES_TEXT, "%04d-%02d-%02d", (int)date.year, date.month, date.day);
    return text;
}
