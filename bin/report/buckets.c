#include "report/buckets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure.h"

enum { MOST = 200, WEEK = 7 };

static const double vast = 1e300; /* what is drawn ends there */

static int64_t month_of(int64_t days)
{
    const struct dates_date date = dates_of(days);

    return date.year * 12 + date.month - 1;
}

/* The bucket that a day is in; the first one is 0. */
static int64_t index_of(const struct buckets *b, int64_t days)
{
    switch (b->unit) {
    case BUCKETS_DAY:
        return days - b->first;
    case BUCKETS_WEEK:
        return (days - buckets_start(b, 0)) / WEEK;
    case BUCKETS_MONTH:
        return month_of(days) - month_of(b->first);
    default:
        return (dates_of(days).year - dates_of(b->first).year) / b->years;
    }
}

int64_t buckets_start(const struct buckets *b, size_t i)
{
    const int64_t at = (int64_t)i;
    const int64_t month = month_of(b->first) + at;

    switch (b->unit) {
    case BUCKETS_DAY:
        return b->first + at;
    case BUCKETS_WEEK:
        return b->first - dates_weekday(b->first) + WEEK * at;
    case BUCKETS_MONTH:
        return dates_days(month / 12, (int)(month % 12) + 1, 1);
    default:
        return dates_days(dates_of(b->first).year + at * b->years, 1, 1);
    }
}

const char *buckets_name(const struct buckets *b, char text[DATES_TEXT])
{
    static const char names[][8] = {"day", "week", "month", "year"};

    if (b->unit == BUCKETS_YEAR && b->years > 1)
        (void)snprintf(text, DATES_TEXT, "%d years", (int)b->years);
    else
        (void)snprintf(text, DATES_TEXT, "%s", names[b->unit]);
    return text;
}

static bool day_of(const struct jaxl_json *row, int64_t *days)
{
    const char *text = figure_text(row, "day");

    return text && dates_parse(text, days);
}

bool buckets_lay_out(struct buckets *b, const struct report_rows *days)
{
    int64_t at, years;
    bool any = false;

    memset(b, 0, sizeof *b);
    for (size_t i = 0; i < days->n; i++) {
        if (!day_of(days->items[i], &at))
            continue;
        b->first = any && b->first < at ? b->first : at;
        b->last = any && b->last > at ? b->last : at;
        any = true;
    }
    if (!any)
        return false;
    years = dates_of(b->last).year - dates_of(b->first).year + 1;
    b->years = (years + MOST - 1) / MOST;
    while (b->unit < BUCKETS_YEAR && index_of(b, b->last) > MOST)
        b->unit++;
    b->n = (size_t)index_of(b, b->last) + 1;
    return true;
}

static void add_cost(struct bucket *to, const struct jaxl_json *row)
{
    const struct jaxl_json *value = jaxl_json_get(row, "cost");
    size_t len;
    const char *text = jaxl_json_text(value, &len);
    struct jaxl_money cost;

    if (jaxl_json_type(value) != JAXL_JSON_NUMBER)
        return;
    to->value += strtod(text, NULL);
    to->value = to->value > vast ? vast : to->value < -vast ? -vast : to->value;
    to->vast |= jaxl_money_parse(text, len, &cost, NULL) != 0 ||
                jaxl_money_add(&to->cost, &cost, &to->cost) != 0;
}

int64_t buckets_fill(struct buckets *b, const struct report_rows *days, const char *currency)
{
    int64_t at, without = 0;

    memset(b->items, 0, sizeof b->items);
    for (size_t i = 0; i < days->n; i++) {
        const struct jaxl_json *row = days->items[i];
        const char *own = figure_text(row, "currency");
        struct bucket *to;
        if (currency && (!own || strcmp(own, currency) != 0))
            continue;
        if (!day_of(row, &at)) {
            without += figure_count(row, "attempts");
            continue;
        }
        to = &b->items[index_of(b, at)];
        to->attempts += figure_count(row, "attempts");
        to->answered += figure_count(row, "answered");
        to->missed += figure_count(row, "missed");
        to->failed += figure_count(row, "failed");
        to->only = to->rows++ ? NULL : row;
        add_cost(to, row);
    }
    return without;
}
