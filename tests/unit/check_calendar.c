#include "jaxl/calendar.h"

#include <string.h>

#include "unit.h"

static int64_t now_of(void *ctx)
{
    const int64_t *now = ctx;

    return *now;
}

static const char *show(int64_t us, char text[JAXL_CLOCK_ISO_MAX])
{
    ck_assert_int_eq(jaxl_clock_format(us, text), 0);
    return text;
}

static const struct {
    const char *text, *tz, *now, *start, *end, *name;
} months[] = {
    {"2026-10", NULL, "2026-01-01T00:00:00Z", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z",
     "2026-10"},
    {"2026-12", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-11-30T18:30:00Z",
     "2026-12-31T18:30:00Z", "2026-12"},
    /* a month in which the clocks are set */
    {"2026-10", "Europe/Berlin", "2026-01-01T00:00:00Z", "2026-09-30T22:00:00Z",
     "2026-10-31T23:00:00Z", "2026-10"},
    {"2026-03", "America/New_York", "2026-01-01T00:00:00Z", "2026-03-01T05:00:00Z",
     "2026-04-01T04:00:00Z", "2026-03"},
    /* at its first midnight: there is none, it begins at 01:00 */
    {"2021-10", "Asia/Amman", "2026-01-01T00:00:00Z", "2021-09-30T21:00:00Z",
     "2021-10-31T22:00:00Z", "2021-10"},
    {"1949-05", "Asia/Shanghai", "2026-01-01T00:00:00Z", "1949-04-30T16:00:00Z",
     "1949-05-31T16:00:00Z", "1949-05"},
    {"2024-02", "UTC", "2026-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z",
     "2024-02"},
    {"last", NULL, "2026-01-15T12:00:00Z", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z",
     "2025-12"},
    {"this", NULL, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z",
     "2026-12"},
    /* which month it is depends on where */
    {"this", "Asia/Kolkata", "2026-12-31T18:30:00Z", "2026-12-31T18:30:00Z", "2027-01-31T18:30:00Z",
     "2027-01"},
    {"last", "Asia/Kolkata", "2026-12-31T18:30:00Z", "2026-11-30T18:30:00Z", "2026-12-31T18:30:00Z",
     "2026-12"},
    {"last", "America/New_York", "2026-01-01T04:59:59Z", "2025-11-01T04:00:00Z",
     "2025-12-01T05:00:00Z", "2025-11"},
    {"0001-01", NULL, "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-02-01T00:00:00Z",
     "0001-01"},
    {"9999-11", NULL, "2026-01-01T00:00:00Z", "9999-11-01T00:00:00Z", "9999-12-01T00:00:00Z",
     "9999-11"},
};

static struct jaxl_clock clock_at(const char *text, int64_t *now)
{
    ck_assert_int_eq(jaxl_clock_parse(text, strlen(text), now), 0);
    return (struct jaxl_clock){.ctx = now, .now = now_of};
}

START_TEST(months_begin_and_end)
{
    struct jaxl_calendar_span span;
    struct jaxl_error err = {0};
    char text[JAXL_CLOCK_ISO_MAX];
    int64_t now;
    const struct jaxl_clock clock = clock_at(months[_i].now, &now);

    ck_assert_msg(jaxl_calendar_month(months[_i].text, months[_i].tz, &clock, &span, &err) == 0,
                  "%s", err.message);
    ck_assert_str_eq(show(span.start, text), months[_i].start);
    ck_assert_str_eq(show(span.end, text), months[_i].end);
    ck_assert_str_eq(span.name, months[_i].name);
}
END_TEST

/* The last month of a calendar ends where time does for us. */
START_TEST(december_9999_is_a_month)
{
    struct jaxl_calendar_span span;

    ck_assert_int_eq(jaxl_calendar_month("9999-12", NULL, NULL, &span, NULL), 0);
    ck_assert_int_eq(span.end - span.start, INT64_C(31) * 86400 * JAXL_SECOND);
    ck_assert_str_eq(span.name, "9999-12");
}
END_TEST

static const struct {
    const char *text, *tz, *out;
} instants[] = {
    {"2026-10-05", NULL, "2026-10-05T00:00:00Z"},
    {"2026-10-05", "Asia/Kolkata", "2026-10-04T18:30:00Z"},
    {"today", "Asia/Kolkata", "2026-11-01T18:30:00Z"},
    {"today", NULL, "2026-11-01T00:00:00Z"},
    {"2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"}, /* begins at 01:00 */
    {"2026-10-05T12:00:00+05:30", "Europe/Berlin", "2026-10-05T06:30:00Z"},
    {"2026-10-05T12:00:00.25", "Europe/Berlin", "2026-10-05T12:00:00.250000Z"},
    {"2026-W41-1T12Z", NULL, "2026-10-05T12:00:00Z"},
};

START_TEST(instants_of_all_forms)
{
    struct jaxl_error err = {0};
    char text[JAXL_CLOCK_ISO_MAX];
    int64_t now, us;
    const struct jaxl_clock clock = clock_at("2026-11-01T20:00:00Z", &now);

    ck_assert_msg(jaxl_calendar_instant(instants[_i].text, instants[_i].tz, &clock, &us, &err) == 0,
                  "%s", err.message);
    ck_assert_str_eq(show(us, text), instants[_i].out);
}
END_TEST

START_TEST(what_is_no_time_is_refused)
{
    static const char *const no_months[] = {"",           "2026",    "2026-13", "2026-00",
                                            "2026-1",     "2026-1x", "26-10",   "2026-10 ",
                                            "2026-10-01", "Last",    "202-610", "2026/10"};
    static const char *const no_times[] = {"", "2026-02-30", "tomorrow", "2026-10-05x",
                                           "2026-10-05T25:00:00Z"};
    struct jaxl_calendar_span span;
    struct jaxl_error err = {0};
    int64_t us;

    for (size_t i = 0; i < UNIT_COUNT(no_months); i++) {
        ck_assert_msg(jaxl_calendar_month(no_months[i], NULL, NULL, &span, &err) == JAXL_EARG, "%s",
                      no_months[i]);
        ck_assert_ptr_nonnull(strstr(err.message, "2026-10"));
    }
    for (size_t i = 0; i < UNIT_COUNT(no_times); i++)
        ck_assert_msg(jaxl_calendar_instant(no_times[i], NULL, NULL, &us, &err) == JAXL_EARG, "%s",
                      no_times[i]);
    ck_assert_int_eq(jaxl_calendar_month("2026-10", "No/Zone", NULL, &span, &err), JAXL_EARG);
    ck_assert_int_eq(jaxl_calendar_instant("today", "No/Zone", NULL, &us, &err), JAXL_EARG);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, months_begin_and_end, 0, UNIT_COUNT(months));
    tcase_add_test(tc, december_9999_is_a_month);
    tcase_add_loop_test(tc, instants_of_all_forms, 0, UNIT_COUNT(instants));
    tcase_add_test(tc, what_is_no_time_is_refused);
}

int main(void)
{
    return unit_run("calendar", add);
}
