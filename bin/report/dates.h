/* Dates of rows: days, weeks and months, as days since 1970-01-01. */
#ifndef JAXL_BIN_REPORT_DATES_H
#define JAXL_BIN_REPORT_DATES_H

#include <stdbool.h>
#include <stdint.h>

enum { DATES_TEXT = 32 };

struct dates_date {
    int64_t year;
    int month, day; /* from 1 */
};

/* Years 0000 to 9999. */
int64_t dates_days(int64_t year, int month, int day);
struct dates_date dates_of(int64_t days);
/* 0 Monday to 6 Sunday. */
int dates_weekday(int64_t days);
/* The "2026-10-05" at the beginning of a text; false, with *days untouched, when there is none. */
bool dates_parse_day(const char *text, int64_t *days);
/* A whole "2026-10-05", "2026-W40" (its Monday) or "2026-10" (its first day). */
bool dates_parse(const char *text, int64_t *days);
/* "2026-10-05"; returns text. */
const char *dates_format(int64_t days, char text[DATES_TEXT]);

#endif
