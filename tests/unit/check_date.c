#include <time.h>

#include "base/date.h"
#include "unit.h"

static const struct {
    int64_t days;
    int64_t year;
    int month, day, weekday;
} known[] = {
    {0, 1970, 1, 1, 4},
    {-1, 1969, 12, 31, 3},
    {20416, 2025, 11, 24, 1},
    {11016, 2000, 2, 29, 2},
    {11017, 2000, 3, 1, 3},
    {-25508, 1900, 3, 1, 4},
    {-25509, 1900, 2, 28, 3},
    {-719528, 0, 1, 1, 6},
    {-719529, -1, 12, 31, 5},
    {2932896, 9999, 12, 31, 5},
    {-719468 - 146097, -400, 3, 1, 3},
};

START_TEST(both_ways)
{
    struct jaxl_date date;

    ck_assert_int_eq(jaxl_date_days(known[_i].year, known[_i].month, known[_i].day),
                     known[_i].days);
    jaxl_date_from_days(known[_i].days, &date);
    ck_assert_int_eq(date.year, known[_i].year);
    ck_assert_int_eq(date.month, known[_i].month);
    ck_assert_int_eq(date.day, known[_i].day);
    ck_assert_int_eq(jaxl_date_weekday(known[_i].days), known[_i].weekday);
}
END_TEST

START_TEST(as_the_system_has_it)
{
    for (int64_t days = -200000; days < 200000; days += 1 + 6 * (unit_slow() > 1)) {
        time_t t = (time_t)(days * 86400);
        struct jaxl_date date;
        struct tm tm;
        ck_assert_ptr_nonnull(gmtime_r(&t, &tm));
        jaxl_date_from_days(days, &date);
        if (date.year != tm.tm_year + 1900 || date.month != tm.tm_mon + 1 ||
            date.day != tm.tm_mday || jaxl_date_weekday(days) != tm.tm_wday ||
            jaxl_date_days(date.year, date.month, date.day) != days ||
            date.day > jaxl_date_month_days(date.year, date.month))
            ck_abort_msg("day %lld", (long long)days);
    }
}
END_TEST

static const struct {
    const char *text;
    int64_t days; /* -1: refused */
} texts[] = {
    {"1970-01-01", 0},     {"2000-02-29 leap", 11016},
    {"2024-02-29", 19782}, {"2026-02-29", -1},
    {"1900-02-29", -1},    {"2026-04-31", -1},
    {"2026-13-01", -1},    {"2026-00-01", -1},
    {"2026-01-00", -1},    {"2026-1-1", -1},
    {"2026/01/01", -1},    {"", -1},
    {"2026", -1},          {"2026-", -1},
    {"2026-01", -1},       {"2026-01-", -1},
    {"2026-01-1", -1},     {" 2026-01-01", -1},
    {"+026-01-01", -1},    {"2026-01-011", 20454},
};

START_TEST(parsed)
{
    int64_t days = -1;

    ck_assert_int_eq(jaxl_date_parse(texts[_i].text, &days), texts[_i].days >= 0);
    ck_assert_int_eq(days, texts[_i].days);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, both_ways, 0, UNIT_COUNT(known));
    tcase_add_test(tc, as_the_system_has_it);
    tcase_add_loop_test(tc, parsed, 0, UNIT_COUNT(texts));
}

int main(void)
{
    return unit_run("date", add);
}
