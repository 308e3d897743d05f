#include "billing/moment.h"

#include <string.h>

#include "base/date.h"
#include "jaxl/clock.h"
#include "unit.h"

static void expect(struct jaxl_zone *zone, int64_t us, struct jaxl_moment *m)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    struct jaxl_zone_clock c;

    jaxl_zone_local(zone, us, &c);
    snprintf(m->day, sizeof m->day, "%04d-%02d-%02d", c.year, c.month, c.day);
    snprintf(m->month, sizeof m->month, "%04d-%02d", c.year, c.month);
    snprintf(m->hour, sizeof m->hour, "%u", (unsigned)c.minute / 60 % 24);
    snprintf(m->weekday, sizeof m->weekday, "%s", days[c.weekday]);
    m->offset = c.offset * JAXL_SECOND;
}

static void check_at(struct jaxl_moments *m, struct jaxl_zone *zone, int64_t us)
{
    struct jaxl_moment want;
    const struct jaxl_moment *got = jaxl_moments_at(m, us);

    expect(zone, us, &want);
    ck_assert_msg(strcmp(got->day, want.day) == 0 && strcmp(got->month, want.month) == 0 &&
                      strcmp(got->hour, want.hour) == 0 &&
                      strcmp(got->weekday, want.weekday) == 0 && got->offset == want.offset,
                  "%s, %lld us: %s %s %s, not %s %s %s", jaxl_zone_name(zone), (long long)us,
                  got->day, got->hour, got->weekday, want.day, want.hour, want.weekday);
}

/* Days with 23 and 25 hours and their neighbours, clocks set by half an hour, at midnight, by a
 * whole day, and offsets that are no quarters of an hour. */
static const struct {
    const char *zone;
    int year, month, day; /* the first of four days */
} spans[] = {{"Europe/Berlin", 2026, 3, 28},      {"Europe/Berlin", 2026, 10, 24},
             {"America/New_York", 2026, 3, 7},    {"America/New_York", 2026, 10, 31},
             {"Australia/Lord_Howe", 2026, 4, 3}, {"Australia/Lord_Howe", 2026, 10, 2},
             {"America/Sao_Paulo", 2018, 11, 2},  {"America/Sao_Paulo", 2018, 2, 16},
             {"Pacific/Apia", 2011, 12, 28},      {"Asia/Kolkata", 2026, 12, 30},
             {"Asia/Kathmandu", 2026, 1, 1},      {"Africa/Monrovia", 1972, 1, 5},
             {"Europe/Amsterdam", 1937, 6, 29},   {"Africa/Cairo", 2026, 4, 23},
             {"America/St_Johns", 1988, 4, 1},    {"UTC", 1969, 12, 30},
             {"America/New_York", 1883, 11, 16}};

START_TEST(every_quarter_of_an_hour)
{
    struct jaxl_moments m;
    struct jaxl_zone *zone = NULL;
    int64_t from = (jaxl_date_days(spans[_i].year, spans[_i].month, spans[_i].day) - 1) * 86400;

    ck_assert_int_eq(jaxl_moments_init(&m, spans[_i].zone, NULL), 0);
    ck_assert_int_eq(jaxl_zone_new(&zone, spans[_i].zone, NULL), 0);
    for (int64_t s = from; s < from + INT64_C(6) * 86400; s += 60)
        for (int k = -1; k < 2; k++)
            check_at(&m, zone, s * JAXL_SECOND + k);
    /* and in no order, over the same */
    for (uint32_t rng = 1, i = 0; i < 20000; i++) {
        rng = rng * 1664525 + 1013904223;
        check_at(&m, zone, (from + (int64_t)(rng >> 8) % (6 * 86400)) * JAXL_SECOND + rng % 1000);
    }
    jaxl_zone_free(&zone);
    jaxl_moments_free(&m);
}
END_TEST

/* Of the whole of the calendar some. */
START_TEST(any_time)
{
    struct jaxl_moments m;
    struct jaxl_zone *zone = NULL;
    uint64_t rng = 5;

    ck_assert_int_eq(jaxl_moments_init(&m, "America/New_York", NULL), 0);
    ck_assert_int_eq(jaxl_zone_new(&zone, "America/New_York", NULL), 0);
    for (int i = 0; i < 50000 / unit_slow(); i++) {
        rng = rng * UINT64_C(6364136223846793005) + 1442695040888963407;
        check_at(&m, zone,
                 (int64_t)((rng >> 20) % UINT64_C(315537897600)) * JAXL_SECOND -
                     INT64_C(62167219200) * JAXL_SECOND);
    }
    jaxl_zone_free(&zone);
    jaxl_moments_free(&m);
}
END_TEST

/* ISO 8601: week dates of the ends of years, as its annex has them, and others. */
static const struct {
    int year, month, day;
    const char *week;
} weeks[] = {{2005, 1, 1, "2004-W53"},   {2005, 1, 2, "2004-W53"},   {2005, 12, 31, "2005-W52"},
             {2006, 1, 1, "2005-W52"},   {2006, 1, 2, "2006-W01"},   {2006, 12, 31, "2006-W52"},
             {2007, 1, 1, "2007-W01"},   {2007, 12, 30, "2007-W52"}, {2007, 12, 31, "2008-W01"},
             {2008, 1, 1, "2008-W01"},   {2008, 12, 28, "2008-W52"}, {2008, 12, 29, "2009-W01"},
             {2009, 12, 31, "2009-W53"}, {2010, 1, 3, "2009-W53"},   {2010, 1, 4, "2010-W01"},
             {2026, 10, 5, "2026-W41"},  {2026, 12, 31, "2026-W53"}, {2027, 1, 3, "2026-W53"},
             {2027, 1, 4, "2027-W01"},   {1970, 1, 1, "1970-W01"},   {1969, 12, 28, "1969-W52"}};

START_TEST(weeks_of_iso_8601)
{
    struct jaxl_moments m;

    ck_assert_int_eq(jaxl_moments_init(&m, NULL, NULL), 0);
    for (size_t i = 0; i < UNIT_COUNT(weeks); i++) {
        int64_t day = jaxl_date_days(weeks[i].year, weeks[i].month, weeks[i].day);
        ck_assert_str_eq(jaxl_moments_at(&m, day * 86400 * JAXL_SECOND)->week, weeks[i].week);
        ck_assert_str_eq(jaxl_moments_at(&m, (day + 1) * 86400 * JAXL_SECOND - 1)->week,
                         weeks[i].week);
    }
    jaxl_moments_free(&m);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_quarter_of_an_hour, 0, UNIT_COUNT(spans));
    tcase_add_test(tc, any_time);
    tcase_add_test(tc, weeks_of_iso_8601);
}

int main(void)
{
    return unit_run("moment", add);
}
