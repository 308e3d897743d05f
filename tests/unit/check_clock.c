#include <string.h>
#include <time.h>

#include "jaxl/clock.h"
#include "unit.h"

#define US(seconds, fraction) ((seconds)*JAXL_SECOND + (fraction))

static const struct {
    int64_t us;
    const char *text; /* NULL: JAXL_EARG */
} instants[] = {
    {0, "1970-01-01T00:00:00Z"},
    {US(1795391862, 185596), "2026-11-22T23:57:42.185596Z"},
    {US(1795391862, 1), "2026-11-22T23:57:42.000001Z"},
    {US(1795391862, 100000), "2026-11-22T23:57:42.100000Z"},
    {-1, "1969-12-31T23:59:59.999999Z"},
    {-JAXL_SECOND, "1969-12-31T23:59:59Z"},
    {US(951782400, 0), "2000-02-29T00:00:00Z"},
    {US(4107542400, 0), "2100-03-01T00:00:00Z"},
    {US(253402300799, 999999), "9999-12-31T23:59:59.999999Z"},
    {US(253402300800, 0), NULL},
    {US(-62167219200, 0), "0000-01-01T00:00:00Z"},
    {US(-62167219200, -1), NULL},
    {INT64_MAX, NULL},
    {INT64_MIN, NULL},
};

START_TEST(format_and_back)
{
    char text[JAXL_CLOCK_ISO_MAX] = "old";
    int64_t us;

    ck_assert_int_eq(jaxl_clock_format(instants[_i].us, text), instants[_i].text ? 0 : JAXL_EARG);
    ck_assert_str_eq(text, instants[_i].text ? instants[_i].text : "");
    if (instants[_i].text) {
        ck_assert_int_eq(jaxl_clock_parse(text, strlen(text), &us), 0);
        ck_assert_int_eq(us, instants[_i].us);
    }
}
END_TEST

static const struct {
    const char *text;
    int64_t us;
} read_as[] = {
    {"2026-11-22T23:57:42Z", US(1795391862, 0)},
    {"2026-11-22t23:57:42z", US(1795391862, 0)},
    {"2026-11-22 23:57:42", US(1795391862, 0)},
    {"2026-11-22 23:57:42.185596+00:00", US(1795391862, 185596)},
    {"2026-11-23T05:27:42+05:30", US(1795391862, 0)},
    {"2026-11-23T05:27:42+0530", US(1795391862, 0)},
    {"2026-11-22T18:57:42-05", US(1795391862, 0)},
    {"2026-11-22T23:57:42-00:00", US(1795391862, 0)},
    {"2026-11-22T23:57", US(1795391820, 0)},
    {"2026-11-22T23:57+00:00", US(1795391820, 0)},
    {"2026-11-22T23:57:42.5Z", US(1795391862, 500000)},
    {"2026-11-22T23:57:42,5Z", US(1795391862, 500000)},
    {"2026-11-22T23:57:42.123456789Z", US(1795391862, 123456)},
    {"2016-12-31T23:59:60Z", US(1483228800, 0)}, /* a leap second is the second after */
    {"2000-02-29T00:00:00Z", US(951782400, 0)},
};

START_TEST(forms_that_are_read)
{
    int64_t us;

    ck_assert_int_eq(jaxl_clock_parse(read_as[_i].text, strlen(read_as[_i].text), &us), 0);
    ck_assert_int_eq(us, read_as[_i].us);
}
END_TEST

static const char *const refused[] = {
    "",
    "2026",
    "2026-11-22",
    "2026-11-22T",
    "2026-11-22T23",
    "2026-11-22T23:",
    "2026-11-22T23:5",
    "2026-11-22T23:57:",
    "2026-11-22T23:57:4",
    "2026-11-22T23:57:42.",
    "2026-11-22T23:57:42.Z",
    "2026-11-22T23:57:42.1234567890Z",
    "2026-11-22T23:57:42 Z",
    "2026-11-22T23:57:42Zx",
    "2026-11-22T23:57:42+5",
    "2026-11-22T23:57:42+05:",
    "2026-11-22T23:57:42+05:3",
    "2026-11-22T23:57:42+24:00",
    "2026-11-22T23:57:42+05:60",
    "2026-11-22T23:57:42+05:30x",
    "2026-11-22T23:57.5Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T23:60:00Z",
    "2026-11-22T23:57:61Z",
    "2026-00-22T23:57:42Z",
    "2026-13-22T23:57:42Z",
    "2026-11-00T23:57:42Z",
    "2026-11-31T23:57:42Z",
    "2026-02-29T23:57:42Z",
    "2100-02-29T00:00:00Z",
    "26-11-22T23:57:42Z",
    "-026-11-22T23:57:42Z",
    "+2026-11-22T23:57:42Z",
    " 2026-11-22T23:57:42Z",
    "2026/11/22T23:57:42Z",
    "2026-11-22_23:57:42Z",
    "20261122T235742Z",
    "2026-11-22T23:57:-1Z",
};

START_TEST(forms_that_are_refused)
{
    int64_t us = 7;

    ck_assert_int_eq(jaxl_clock_parse(refused[_i], strlen(refused[_i]), &us), JAXL_EINPUT);
    ck_assert_int_eq(us, 7);
}
END_TEST

START_TEST(looks_at_len_bytes_only)
{
    static const char text[] = "2026-11-22T23:57:42.5+05:30";
    int64_t us;

    ck_assert_int_eq(jaxl_clock_parse(text, 19, &us), 0);
    ck_assert_int_eq(us, US(1795391862, 0));
    ck_assert_int_eq(jaxl_clock_parse(text, 20, &us), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_clock_parse("2026-11-22T23:57:42\0", 20, &us), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_clock_parse("2026-11-22\0"
                                      "23:57:42",
                                      19, &us),
                     JAXL_EINPUT);
}
END_TEST

START_TEST(every_day_as_the_system_has_it)
{
    char text[JAXL_CLOCK_ISO_MAX];
    int64_t us;

    for (time_t day = -719528; day <= 2932896; day += 13 * unit_slow()) { /* the years 0 to 9999 */
        time_t seconds = day * 86400 + day % 86400;
        struct tm tm;
        ck_assert(gmtime_r(&seconds, &tm) && timegm(&tm) == seconds);
        snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", (tm.tm_year + 1900) % 10000,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        if (tm.tm_year + 1900 < 0 || tm.tm_year + 1900 > 9999)
            continue;
        ck_assert_int_eq(jaxl_clock_parse(text, strlen(text), &us), 0);
        ck_assert_int_eq(us, (int64_t)seconds * JAXL_SECOND);
    }
}
END_TEST

static int fill(void *ctx, void *data, size_t n)
{
    memset(data, *(const int *)ctx, n);
    return *(const int *)ctx < 0 ? JAXL_EIO : 0;
}

START_TEST(below_stays_below)
{
    const uint64_t bounds[] = {0, 1, 2, 3, 10, 1000, UINT64_MAX / 2 + 2, UINT64_MAX};

    for (size_t i = 0; i < UNIT_COUNT(bounds); i++)
        for (int n = 0; n < 1000; n++) {
            uint64_t r = jaxl_clock_below(jaxl_clock_system(), bounds[i]);
            ck_assert(bounds[i] == 0 ? r == 0 : r < bounds[i]);
        }
}
END_TEST

START_TEST(below_is_spread_evenly)
{
    int seen[10] = {0};

    for (int n = 0; n < 100000; n++)
        seen[jaxl_clock_below(jaxl_clock_system(), 10)]++;
    for (int i = 0; i < 10; i++) /* ten standard deviations */
        ck_assert(seen[i] > 9000 && seen[i] < 11000);
}
END_TEST

START_TEST(below_ends_whatever_the_randomness)
{
    for (int byte = -1; byte < 256; byte++) {
        struct jaxl_clock clock = {.ctx = &byte, .random = fill};
        ck_assert_uint_lt(jaxl_clock_below(&clock, 10), 10);
        ck_assert_uint_lt(jaxl_clock_below(&clock, UINT64_MAX / 2 + 2), UINT64_MAX / 2 + 2);
        if (byte < 0)
            ck_assert_uint_eq(jaxl_clock_below(&clock, 10), 0);
    }
}
END_TEST

START_TEST(the_system_s_own)
{
    const struct jaxl_clock *c = jaxl_clock_system();
    int64_t start = jaxl_clock_mono(c), now = jaxl_clock_now(c);
    unsigned char a[300] = {0}, b[300] = {0};

    ck_assert(now / JAXL_SECOND >= time(NULL) - 2 && now / JAXL_SECOND <= time(NULL) + 1);
    jaxl_clock_sleep(c, 2 * JAXL_MSEC);
    ck_assert_int_ge(jaxl_clock_mono(c) - start, 2 * JAXL_MSEC);
    jaxl_clock_sleep(c, 0);
    jaxl_clock_sleep(c, -5);
    jaxl_clock_sleep(c, INT64_MIN);
    ck_assert_int_eq(jaxl_clock_random(c, a, sizeof a), 0);
    ck_assert_int_eq(jaxl_clock_random(c, b, sizeof b), 0);
    ck_assert_mem_ne(a, b, 20);
    ck_assert_mem_ne(a + 280, b + 280, 20); /* also beyond the 256 bytes that come at once */
    ck_assert_int_eq(jaxl_clock_random(c, a, 0), 0);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, format_and_back, 0, UNIT_COUNT(instants));
    tcase_add_loop_test(tc, forms_that_are_read, 0, UNIT_COUNT(read_as));
    tcase_add_loop_test(tc, forms_that_are_refused, 0, UNIT_COUNT(refused));
    tcase_add_test(tc, looks_at_len_bytes_only);
    tcase_add_test(tc, every_day_as_the_system_has_it);
    tcase_add_test(tc, below_stays_below);
    tcase_add_test(tc, below_is_spread_evenly);
    tcase_add_test(tc, below_ends_whatever_the_randomness);
    tcase_add_test(tc, the_system_s_own);
}

int main(void)
{
    return unit_run("clock", add);
}
