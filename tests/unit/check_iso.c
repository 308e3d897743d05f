#include <string.h>
#include <time.h>

#include "base/iso.h"
#include "jaxl/error.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

/* at: as strptime and timegm have it; beyond: microseconds more. */
static const struct {
    const char *text, *at;
    int64_t beyond;
    bool zone;
} forms[] = {
    {"2026-10-05T12:34:56Z", "2026-10-05 12:34:56", 0, true},
    {"2026-10-05T12:34:56.789012Z", "2026-10-05 12:34:56", 789012, true},
    {"2026-10-05T12:34:56.789Z", "2026-10-05 12:34:56", 789000, true},
    {"2026-10-05T12:34:56,5z", "2026-10-05 12:34:56", 500000, true},
    {"2026-10-05T12:34:56.0000019Z", "2026-10-05 12:34:56", 1, true},
    {"2026-10-05T12:34:56.99999999999999999999999999Z", "2026-10-05 12:34:56", 999999, true},
    {"1969-12-31T23:59:59.999999Z", "1969-12-31 23:59:59", 999999, true},
    {"2026-10-05t12:34:56z", "2026-10-05 12:34:56", 0, true},
    {"2026-10-05 12:34:56", "2026-10-05 12:34:56", 0, false},
    {"2026-10-05T12:34:56", "2026-10-05 12:34:56", 0, false},
    {"2026-10-05T12:34:56+05:30", "2026-10-05 07:04:56", 0, true},
    {"2026-10-05T12:34:56.25+0530", "2026-10-05 07:04:56", 250000, true},
    {"2026-10-05T12:34:56-03", "2026-10-05 15:34:56", 0, true},
    {"2026-10-05T12:34:56-23:59", "2026-10-06 12:33:56", 0, true},
    {"2026-10-05T00:00:00+14:00", "2026-10-04 10:00:00", 0, true},
    {"2026-10-05T12:34:56-00:00", "2026-10-05 12:34:56", 0, true},
    {"2026-10-05", "2026-10-05 00:00:00", 0, false},
    {"20261005", "2026-10-05 00:00:00", 0, false},
    {"20261005T123456Z", "2026-10-05 12:34:56", 0, true},
    {"20261005T123456.5+0530", "2026-10-05 07:04:56", 500000, true},
    {"20261005T12:34:56Z", "2026-10-05 12:34:56", 0, true},
    {"2026-10-05T123456Z", "2026-10-05 12:34:56", 0, true},
    {"2026-10-05T12:34Z", "2026-10-05 12:34:00", 0, true},
    {"2026-10-05T1234", "2026-10-05 12:34:00", 0, false},
    {"2026-10-05T12:34.5Z", "2026-10-05 12:34:30", 0, true},
    {"2026-10-05T1234,25", "2026-10-05 12:34:15", 0, false},
    {"2026-10-05T12", "2026-10-05 12:00:00", 0, false},
    {"2026-10-05T12.25+05:30", "2026-10-05 06:45:00", 0, true},
    {"2026-10-05T12,333333333333333333333Z", "2026-10-05 12:19:59", 999999, true},
    {"2026-10-05T12,3333333333Z", "2026-10-05 12:19:59", 999999, true},
    {"2026-10-05T12,33333333Z", "2026-10-05 12:19:59", 999988, true},
    {"2026-10-05T24:00:00Z", "2026-10-06 00:00:00", 0, true},
    {"2026-10-05T24:00:00.000Z", "2026-10-06 00:00:00", 0, true},
    {"2026-12-31T24", "2027-01-01 00:00:00", 0, false},
    {"2026-10-05T2400+0530", "2026-10-05 18:30:00", 0, true},
    {"2016-12-31T23:59:60Z", "2017-01-01 00:00:00", 0, true},
    {"2016-12-31T23:59:60.75Z", "2017-01-01 00:00:00", 750000, true},
    {"2026-W41-1", "2026-10-05 00:00:00", 0, false},
    {"2026W411T12:34:56Z", "2026-10-05 12:34:56", 0, true},
    {"2026-W53-7", "2027-01-03 00:00:00", 0, false},
    {"2020-W53-5", "2021-01-01 00:00:00", 0, false},
    {"2025-W01-1", "2024-12-30 00:00:00", 0, false},
    {"2026-278", "2026-10-05 00:00:00", 0, false},
    {"2026278T1234Z", "2026-10-05 12:34:00", 0, true},
    {"2026-001", "2026-01-01 00:00:00", 0, false},
    {"2024-366", "2024-12-31 00:00:00", 0, false},
    {"2024-02-29", "2024-02-29 00:00:00", 0, false},
    {"2000-02-29T00:00:00Z", "2000-02-29 00:00:00", 0, true},
    {"0000-02-29T00:00:00Z", "0000-02-29 00:00:00", 0, true},
    {"0000-01-01T00:00:00+14:00", "-001-12-31 10:00:00", 0, true},
    {"0001-01-01T00:00:00Z", "0001-01-01 00:00:00", 0, true},
    {"9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:59", 999999, true},
    {"9999-12-31T24:00:00Z", "10000-01-01 00:00:00", 0, true},
    {"+002026-10-05T12:34:56Z", "2026-10-05 12:34:56", 0, true},
    {"+0020261005", "2026-10-05 00:00:00", 0, false},
};

static int64_t seconds_at(const char *text)
{
    struct tm tm = {.tm_sec = 0};

    ck_assert_int_eq(sscanf(text, "%d-%d-%d %d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                            &tm.tm_hour, &tm.tm_min, &tm.tm_sec),
                     6);
    tm.tm_year -= 1900;
    tm.tm_mon--;
    return timegm(&tm);
}

START_TEST(every_form)
{
    const char *text = forms[_i].text;
    int64_t us = -1;
    bool zone = !forms[_i].zone;

    ck_assert_msg(jaxl_iso_parse(text, strlen(text), &us, &zone) == 0, "%s", text);
    ck_assert_msg(us == seconds_at(forms[_i].at) * SECOND + forms[_i].beyond, "%s: %lld", text,
                  (long long)us);
    ck_assert_msg(zone == forms[_i].zone, "%s", text);
}
END_TEST

static const char *const wrong[] = {
    "",
    "x",
    "2026",
    "2026-10",
    "202610",
    "2026-W41",
    "2026W41",
    "2026-W411",
    "2026W41-1",
    "2026-1005",
    "202610-05",
    "2026-02-30",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "1900-02-29",
    "2026-04-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-10-00T00:00:00Z",
    "2026-10-32",
    "2026-366",
    "2026-000",
    "2024-367",
    "2026-W00-1",
    "2026-W54-1",
    "2025-W53-1",
    "2026-W41-0",
    "2026-W41-8",
    "2026-w41-1",
    "2026-10-05T",
    "2026-10-05 ",
    " 2026-10-05",
    "2026-10-05Z",
    "2026-10-05+05:30",
    "2026-10-05T25:00:00Z",
    "2026-10-05T24:00:01Z",
    "2026-10-05T24:01Z",
    "2026-10-05T24:00:00.5Z",
    "2026-10-05T24.5Z",
    "2026-10-05T12:60:00Z",
    "2026-10-05T12:34:61Z",
    "2026-10-05T12:3Z",
    "2026-10-05T1:34Z",
    "2026-10-05T12:34:5Z",
    "2026-10-05T12:3456Z",
    "2026-10-05T1234:56Z",
    "2026-10-05T12:34:56.Z",
    "2026-10-05T12:34:56.",
    "2026-10-05T12:34:56.5.5Z",
    "2026-10-05T12:34.5:56Z",
    "2026-10-05T12:34:56ZZ",
    "2026-10-05T12:34:56Z ",
    "2026-10-05T12:34:56 Z",
    "2026-10-05T12:34:56 +05:30",
    "2026-10-05T12:34:56+24:00",
    "2026-10-05T12:34:56+05:60",
    "2026-10-05T12:34:56+5:30",
    "2026-10-05T12:34:56+05:3",
    "2026-10-05T12:34:56+",
    "2026-10-05T12:34:56+05:30Z",
    "2026-10-05T12:34:56+0530:",
    "2026-10-05  12:34:56",
    "2026-10-05T-12:34:56Z",
    "+2026-10-05",
    "+012026-10-05",
    "-002026-10-05",
    "-000001-10-05",
    "12026-10-05",
    "2026/10/05",
    "05.10.2026",
    "12:34:56",
    "2026-10-05T12:34:56\xef\xbc\x90Z",
    "2026-10-05T1\xb2:34:56Z",
    "NaN",
};

START_TEST(refused)
{
    int64_t us = 7;
    bool zone = true;

    ck_assert_msg(jaxl_iso_parse(wrong[_i], strlen(wrong[_i]), &us, &zone) == JAXL_EINPUT, "%s",
                  wrong[_i]);
    ck_assert_int_eq(us, 7);
    ck_assert(zone);
}
END_TEST

START_TEST(len_bytes_only)
{
    const char text[] = "2026-10-05T12:34:56Z";
    int64_t us;
    bool zone;

    for (size_t len = 0; len < sizeof text; len++) {
        char *copy = malloc(len + 1); /* of its own, so that reading behind it shows */
        bool good = len == 10 || len == 13 || len == 16 || len == 19 || len == 20;
        ck_assert_ptr_nonnull(copy);
        copy = realloc(memcpy(copy, text, len), len ? len : 1);
        ck_assert_ptr_nonnull(copy);
        ck_assert_msg((jaxl_iso_parse(copy, len, &us, &zone) == 0) == good, "%zu", len);
        free(copy);
    }
    ck_assert_int_eq(jaxl_iso_parse(text, sizeof text, &us, &zone), JAXL_EINPUT);
}
END_TEST

/* What strftime writes of any second of the years 1000 to 9999 is read as that second. */
START_TEST(as_the_system_writes_it)
{
    static const char *const layouts[] = {
        "%Y-%m-%dT%H:%M:%SZ", "%Y%m%dT%H%M%SZ",   "%G-W%V-%uT%H:%M:%SZ",  "%GW%V%uT%H%M%SZ",
        "%Y-%jT%H:%M:%SZ",    "%Y%jT%H%M%S+0000", "+00%Y-%m-%d %H:%M:%S",
    };
    /* by another name: the compiler wants formats in the call itself */
    size_t (*const write)(char *, size_t, const char *, const struct tm *) = strftime;
    uint64_t state = 20261005;
    char text[64];

    for (int i = 0; i < 100000 / unit_slow(); i++) {
        time_t at = (time_t)(unit_random(&state) % UINT64_C(284012500000)) - INT64_C(30610224000);
        struct tm tm;
        (void)gmtime_r(&at, &tm);
        for (size_t k = 0; k < UNIT_COUNT(layouts); k++) {
            int64_t us = 0;
            bool zone;
            size_t len = write(text, sizeof text, layouts[k], &tm);
            if (jaxl_iso_parse(text, len, &us, &zone) || us != at * SECOND || zone != (k < 6))
                ck_abort_msg("%s: %lld", text, (long long)us);
        }
    }
}
END_TEST

/* Every day and no other: what timegm leaves as it is. */
START_TEST(every_day)
{
    static const int years[] = {0, 4, 100, 400, 1900, 1999, 2000, 2023, 2024, 2100, 9999};
    char text[64];

    for (size_t y = 0; y < UNIT_COUNT(years); y++)
        for (int month = 0; month <= 99; month += month < 14 ? 1 : 17)
            for (int day = 0; day <= 99; day += day < 33 ? 1 : 33) {
                struct tm tm = {.tm_year = years[y] - 1900, .tm_mon = month - 1, .tm_mday = day};
                time_t at = timegm(&tm);
                bool good = tm.tm_mon == month - 1 && tm.tm_mday == day, zone;
                int64_t us = 0;
                int len =
                    snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", years[y], month, day);
                if ((jaxl_iso_parse(text, (size_t)len, &us, &zone) == 0) != good ||
                    (good && us != at * SECOND))
                    ck_abort_msg("%s", text);
            }
}
END_TEST

/* A small t is always read the long way. */
START_TEST(both_ways_of_reading_agree)
{
    static const char *const seeds[] = {"2026-10-05T12:34:56Z", "2026-02-29T23:59:60.123456Z",
                                        "2024-02-29T00:00:00.000000Z", "1999-12-31T12:34:56.789Z"};
    static const char bytes[] = "0123456789:-.,ZTt+ /;\x80\xb0\xff";
    uint64_t state = 5;
    int good = 0;

    for (int i = 0; i < 400000 / unit_slow(); i++) {
        char text[64];
        int64_t us = 1, other = 1;
        bool zone = false, other_zone = false;
        int rc;
        size_t len = strlen(strcpy(text, seeds[i % 4]));
        for (uint64_t n = unit_random(&state) % 3; n > 0; n--)
            text[unit_random(&state) % len] = bytes[unit_random(&state) % (sizeof bytes - 1)];
        text[10] = 'T';
        rc = jaxl_iso_parse(text, len, &us, &zone);
        text[10] = 't';
        if (jaxl_iso_parse(text, len, &other, &other_zone) != rc || us != other ||
            zone != other_zone)
            ck_abort_msg("%s", text);
        good += rc == 0;
    }
    ck_assert_int_gt(good, 1000 / unit_slow());
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, every_form, 0, UNIT_COUNT(forms));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, len_bytes_only);
    tcase_add_test(tc, as_the_system_writes_it);
    tcase_add_test(tc, every_day);
    tcase_add_test(tc, both_ways_of_reading_agree);
}

int main(void)
{
    return unit_run("iso", add);
}
