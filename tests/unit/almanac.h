/* What the clocks of a zone show and when hours are, by libc: nothing of the library's reader of
 * zones and of its windows is in here, so that the one can be held against the other. Seconds since
 * 1970, UTC. */
#ifndef JAXL_UNIT_ALMANAC_H
#define JAXL_UNIT_ALMANAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ALMANAC_CHANGES = 16, ALMANAC_PIECES = 4 };

/* A zone from one instant to another. */
struct almanac {
    const char *zone;
    int64_t from, to;
    struct {
        int64_t since;
        long offset; /* before UTC */
    } spans[ALMANAC_CHANGES];
    size_t n;
};

/* Calling hours: pieces of a day in minutes (the end does not belong to it), the days of the week
 * as bits from Sunday, and dates ("2027-12-25") on which there are none. */
struct almanac_hours {
    struct {
        int from, to;
    } pieces[ALMANAC_PIECES]; /* n */
    size_t n;
    unsigned days;
    const char *const *holidays; /* ends with NULL */
};

/* Asks localtime_r with TZ set to the zone, which stays set. */
void almanac_make(struct almanac *a, const char *zone, int64_t from, int64_t to);
/* Whether it is within the hours: from the last time that a clock shows their beginning on that
 * date to the first time that one shows their end; of a time that no clock shows, when it is set
 * over it. */
bool almanac_open(const struct almanac *a, const struct almanac_hours *hours, int64_t at);
/* The month, from 0, that a calendar there shows. */
int almanac_month(const struct almanac *a, int64_t at);

#endif
