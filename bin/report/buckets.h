/* Calls and costs along the calendar: by day, and where these are too many to be seen by week,
 * month or years. */
#ifndef JAXL_BIN_REPORT_BUCKETS_H
#define JAXL_BIN_REPORT_BUCKETS_H

#include <jaxl/money.h>

#include "report/dates.h"
#include "report/page.h"

enum { BUCKETS_MAX = 202 };

enum buckets_unit { BUCKETS_DAY, BUCKETS_WEEK, BUCKETS_MONTH, BUCKETS_YEAR };

struct bucket {
    int64_t attempts, answered, missed, failed;
    struct jaxl_money cost;       /* exact, unless it is vast */
    const struct jaxl_json *only; /* the row, when it is the only one */
    double value;                 /* of the cost, for drawing */
    size_t rows;
    bool vast; /* the sum of the costs has more digits than struct jaxl_money */
};

struct buckets {
    enum buckets_unit unit;
    int64_t first, last; /* days since 1970 */
    int64_t years;       /* of a bucket of years */
    size_t n;
    struct bucket items[BUCKETS_MAX];
};

/* Lays out empty buckets from the first to the last day of rows; false: none has a day. */
bool buckets_lay_out(struct buckets *b, const struct report_rows *days);
/* Fills them with the rows of a currency, NULL: with all. Returns the calls that have no day. */
int64_t buckets_fill(struct buckets *b, const struct report_rows *days, const char *currency);
/* The first day of a bucket, also of one that begins before the first day of all. */
int64_t buckets_start(const struct buckets *b, size_t i);
/* "day", "week", "month"; "year" or "5 years". */
const char *buckets_name(const struct buckets *b, char text[DATES_TEXT]);

#endif
