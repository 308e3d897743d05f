/* Dates of the proleptic Gregorian calendar, as days since 1970-01-01. */
#ifndef JAXL_BASE_DATE_H
#define JAXL_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct jaxl_date {
    int64_t year;
    int month, day; /* from 1 */
};

int64_t jaxl_date_days(int64_t year, int month, int day);
void jaxl_date_from_days(int64_t days, struct jaxl_date *out);
/* 0 Sunday to 6 Saturday. */
int jaxl_date_weekday(int64_t days);
/* 28 to 31. */
int jaxl_date_month_days(int64_t year, int month);
/* Reads the "2026-11-24" at the beginning of text, whatever follows. False, with *days untouched,
 * when there is none or the calendar does not have it. */
bool jaxl_date_parse(const char *text, int64_t *days);

#endif
