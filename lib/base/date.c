#include "base/date.h"

/* Counts years from March, so that the leap day comes last. */
int64_t jaxl_date_days(int64_t year, int month, int day)
{
    int64_t era, yoe, doy;

    year -= month <= 2;
    era = (year >= 0 ? year : year - 399) / 400;
    yoe = year - era * 400;
    doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void jaxl_date_from_days(int64_t days, struct jaxl_date *out)
{
    int64_t era, doe, yoe, doy, month;

    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    doe = days - era * 146097;
    yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    month = (5 * doy + 2) / 153;
    out->day = (int)(doy - (153 * month + 2) / 5 + 1);
    out->month = (int)(month < 10 ? month + 3 : month - 9);
    out->year = era * 400 + yoe + (out->month <= 2);
}

int jaxl_date_weekday(int64_t days)
{
    int64_t d = (days + 4) % 7; /* 1970-01-01 was a Thursday */

    return (int)(d < 0 ? d + 7 : d);
}

int jaxl_date_month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] +
           (month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)));
}

/* The number in n digits, -1 when they are not. */
static int number(const char *p, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

bool jaxl_date_parse(const char *text, int64_t *days)
{
    int year, month, day;

    if ((year = number(text, 4)) < 0 || text[4] != '-' || (month = number(text + 5, 2)) < 1 ||
        month > 12 || text[7] != '-' || (day = number(text + 8, 2)) < 1 ||
        day > jaxl_date_month_days(year, month))
        return false;
    *days = jaxl_date_days(year, month, day);
    return true;
}
