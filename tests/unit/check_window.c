#include <string.h>
#include <time.h>

#include "base/date.h"
#include "jaxl/clock.h"
#include "jaxl/window.h"
#include "unit.h"

enum { SUN = 1, MON = 2, TUE = 4, WED = 8, THU = 16, FRI = 32, SAT = 64, ALL = 127, DAY = 1440 };

static int64_t utc(const char *text)
{
    int64_t us = 0;

    ck_assert_msg(jaxl_clock_parse(text, strlen(text), &us) == 0, "%s", text);
    return us;
}

static bool bit(const struct jaxl_window *w, int day, int minute)
{
    return w->open[day][minute / 64] >> minute % 64 & 1;
}

/* "mon 09:00-12:00 13:00-18:00; tue ..." */
static void render(const struct jaxl_window *w, char *text, size_t size)
{
    static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    FILE *out = fmemopen(text, size, "w");

    ck_assert_ptr_nonnull(out);
    for (int d = 0; d < 7; d++) {
        bool any = false;
        for (int m = 0; m < DAY; m++) {
            if (!bit(w, d, m) || (m && bit(w, d, m - 1)))
                continue;
            fprintf(out, "%s %02d:%02d", any ? "" : names[d], m / 60, m % 60);
            while (m < DAY && bit(w, d, m))
                m++;
            fprintf(out, "-%02d:%02d", m / 60, m % 60);
            any = true;
        }
        if (any)
            fputs("; ", out);
    }
    ck_assert_int_eq(fclose(out), 0);
}

static const struct {
    const char *text, *means;
} good[] = {
    {"mon 09:00-19:00", "mon 09:00-19:00; "},
    {"mon 9:00-19:00", "mon 09:00-19:00; "},
    {"MON 00:00-24:00", "mon 00:00-24:00; "},
    {"mon", "mon 00:00-24:00; "},
    {" mon , tue\t", "mon 00:00-24:00; tue 00:00-24:00; "},
    {"mon tue", "mon 00:00-24:00; tue 00:00-24:00; "},
    {"mon-mon", "mon 00:00-24:00; "},
    {"fri-mon", "sun 00:00-24:00; mon 00:00-24:00; fri 00:00-24:00; sat 00:00-24:00; "},
    {"mon-tue,thu 09:00-12:00,13:30-24:00",
     "mon 09:00-12:00 13:30-24:00; tue 09:00-12:00 13:30-24:00; thu 09:00-12:00 13:30-24:00; "},
    {"sat 10:00-17:00, sun 12:00-12:01", "sun 12:00-12:01; sat 10:00-17:00; "},
    {"sat 10:00-17:00 sun 12:00-12:01,23:59-24:00",
     "sun 12:00-12:01 23:59-24:00; sat 10:00-17:00; "},
    {"mon 09:00-12:00,12:00-13:00,11:00-14:00", "mon 09:00-14:00; "},
    {"09:00-21:00", "sun 09:00-21:00; mon 09:00-21:00; tue 09:00-21:00; wed 09:00-21:00; "
                    "thu 09:00-21:00; fri 09:00-21:00; sat 09:00-21:00; "},
    {"all 00:00-00:01", "sun 00:00-00:01; mon 00:00-00:01; tue 00:00-00:01; wed 00:00-00:01; "
                        "thu 00:00-00:01; fri 00:00-00:01; sat 00:00-00:01; "},
    {"all", "sun 00:00-24:00; mon 00:00-24:00; tue 00:00-24:00; wed 00:00-24:00; "
            "thu 00:00-24:00; fri 00:00-24:00; sat 00:00-24:00; "},
    {"mon-fri 09:00-18:00, sat 10:00-17:00",
     "mon 09:00-18:00; tue 09:00-18:00; wed 09:00-18:00; thu 09:00-18:00; fri 09:00-18:00; "
     "sat 10:00-17:00; "},
};

START_TEST(parsed)
{
    struct jaxl_window w;
    struct jaxl_error err = {.message = ""};
    char text[600];

    ck_assert_msg(jaxl_window_parse(good[_i].text, &w, &err) == 0, "%s", err.message);
    render(&w, text, sizeof text);
    ck_assert_str_eq(text, good[_i].means);
}
END_TEST

static const struct {
    const char *text, *why;
} bad[] = {
    {"", "calling hours '': there are neither hours nor days"},
    {"  ", "there are neither hours nor days"},
    {",", "nothing stands before a comma"},
    {",mon", "nothing stands before a comma"},
    {"mon,,tue", "nothing stands before a comma"},
    {"mon, ,tue", "nothing stands before a comma"},
    {"mon,", "nothing stands behind the last comma"},
    {"09:00-19:00, ", "nothing stands behind the last comma"},
    {"19:00-09:00", "'19:00-09:00' ends before it begins; over midnight it is two: 19:00-24:00, "
                    "00:00-09:00"},
    {"22:00-00:00", "ends before it begins"},
    {"09:00-09:00", "'09:00-09:00' ends when it begins"},
    {"00:00-00:00", "a whole day is 00:00-24:00"},
    {"24:00-24:00", "ends when it begins"},
    {"09:00", "'09:00' are no hours"},
    {"09:00-", "are no hours"},
    {"09:00-19", "are no hours"},
    {"9-19", "are no hours"},
    {"09:00-19:00h", "are no hours"},
    {"09:00-19:00-20:00", "are no hours"},
    {"09:00\u201319:00", "are no hours"},
    {"09:60-19:00", "are no hours"},
    {"09:00-24:01", "are no hours"},
    {"09:00-25:00", "are no hours"},
    {"009:00-19:00", "are no hours"},
    {"09:0-19:00", "are no hours"},
    {"09:000-19:00", "are no hours"},
    {"09:00 - 19:00", "'09:00' are no hours"},
    {"-09:00-19:00", "neither days"},
    {"mo 09:00-19:00", "'mo' is neither days"},
    {"monday", "'monday' is neither days"},
    {"mon-", "neither days"},
    {"mon-fry", "neither days"},
    {"mon-fri-sun", "neither days"},
    {"mon_fri", "neither days"},
    {"-mon", "neither days"},
    {"alle", "neither days"},
    {"mon;tue", "neither days"},
    {"mon-fri 09:00-18:00, fri 10:00-12:00", "'10:00-12:00': a day of these has hours already"},
    {"09:00-18:00, sat 10:00-12:00", "a day of these has hours already"},
    {"mon 09:00-18:00, sat", "the last days have no hours"},
    {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "is neither a day nor hours"},
};

START_TEST(refused)
{
    struct jaxl_window w, before;
    struct jaxl_error err = {.message = ""};

    memset(&w, 7, sizeof w);
    before = w;
    ck_assert_int_eq(jaxl_window_parse(bad[_i].text, &w, &err), JAXL_EARG);
    ck_assert_msg(strstr(err.message, bad[_i].why) != NULL, "%s", err.message);
    ck_assert_ptr_eq(strstr(err.message, "calling hours '"), err.message);
    ck_assert_mem_eq(&w, &before, sizeof w);
    ck_assert_int_eq(jaxl_window_parse(bad[_i].text, &w, NULL), JAXL_EARG);
}
END_TEST

static struct jaxl_window parse(const char *text)
{
    struct jaxl_window w;
    struct jaxl_error err = {.message = ""};

    ck_assert_msg(jaxl_window_parse(text, &w, &err) == 0, "%s", err.message);
    return w;
}

START_TEST(the_strictest)
{
    struct jaxl_window w = parse("08:00-21:00"), none = parse("sun"), rest;
    static const char *const others[] = {"mon-sat", "09:00-20:00",
                                         "mon-fri 09:00-18:00, sat 10:00-17:00"};
    char text[600];

    for (size_t i = 0; i < UNIT_COUNT(others); i++) {
        rest = parse(others[i]);
        ck_assert(jaxl_window_intersect(&w, &rest));
    }
    render(&w, text, sizeof text);
    ck_assert_str_eq(text, good[UNIT_COUNT(good) - 1].means);
    ck_assert(!jaxl_window_intersect(&w, &none));
}
END_TEST

static struct jaxl_holidays *holidays_of(const char *dates)
{
    struct jaxl_holidays *h = NULL;
    char path[] = "/tmp/jaxl-unit-XXXXXX";
    int fd;
    FILE *file;

    if (!dates)
        return NULL;
    fd = mkstemp(path);
    file = fd >= 0 ? fdopen(fd, "w") : NULL;
    ck_assert_ptr_nonnull(file);
    for (const char *p = dates; *p; p++)
        fputc(*p == ' ' ? '\n' : *p, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(jaxl_holidays_new(&h, NULL), 0);
    ck_assert_int_eq(jaxl_holidays_load(h, path, NULL), 0);
    ck_assert_int_eq(remove(path), 0);
    return h;
}

enum { ZONES = 3 };

static size_t open_zones(const char *const *names, struct jaxl_zone **zones)
{
    size_t count = 0;

    for (; count < ZONES && names[count]; count++)
        ck_assert_int_eq(jaxl_zone_new(&zones[count], names[count], NULL), 0);
    return count;
}

static const struct {
    const char *zones[ZONES], *hours, *holidays, *now;
    bool open;
    const char *until; /* NULL: never */
} rows[] = {
    /* half-open, to the microsecond */
    {{"UTC"}, "09:00-19:00", NULL, "2026-11-25T08:59:59.999999Z", false, "2026-11-25T09:00:00Z"},
    {{"UTC"}, "09:00-19:00", NULL, "2026-11-25T09:00:00Z", true, "2026-11-25T19:00:00Z"},
    {{"UTC"}, "09:00-19:00", NULL, "2026-11-25T18:59:59.999999Z", true, "2026-11-25T19:00:00Z"},
    {{"UTC"}, "09:00-19:00", NULL, "2026-11-25T19:00:00Z", false, "2026-11-26T09:00:00Z"},
    {{"UTC"}, "mon-fri 09:00-18:00", NULL, "2026-11-27T18:00:00Z", false, "2026-11-30T09:00:00Z"},
    {{"UTC"},
     "sun 23:00-24:00, mon 00:00-01:00",
     NULL,
     "2026-11-29T23:30:00Z",
     true,
     "2026-11-30T01:00:00Z"},
    {{"UTC"},
     "09:00-12:00,13:00-19:00",
     NULL,
     "2026-11-25T12:00:00Z",
     false,
     "2026-11-25T13:00:00Z"},
    {{"UTC"}, "all", NULL, "2026-11-25T12:00:00Z", true, NULL},
    {{"UTC"}, "09:00-19:00", NULL, "1969-12-31T08:00:00Z", false, "1969-12-31T09:00:00Z"},
    {{"Asia/Kolkata"}, "09:00-21:00", NULL, "2026-11-25T15:30:00Z", false, "2026-11-26T03:30:00Z"},
    {{"Asia/Kolkata"}, "09:00-21:00", NULL, "2026-11-25T03:30:00Z", true, "2026-11-25T15:30:00Z"},
    /* no zone: nobody knows */
    {{NULL}, "all", NULL, "2026-11-25T12:00:00Z", false, NULL},
    /* holidays */
    {{"UTC"},
     "09:00-19:00",
     "2026-11-25 2026-11-26",
     "2026-11-25T12:00:00Z",
     false,
     "2026-11-27T09:00:00Z"},
    {{"UTC"}, "all", "2026-12-25", "2026-11-25T12:00:00Z", true, "2026-12-25T00:00:00Z"},
    {{"UTC"}, "all", "2026-12-25", "2026-12-25T12:00:00Z", false, "2026-12-26T00:00:00Z"},
    {{"America/New_York"},
     "all",
     "2026-12-25",
     "2026-12-25T04:59:59Z",
     true,
     "2026-12-25T05:00:00Z"},
    {{"Pacific/Auckland"},
     "all",
     "2026-12-25",
     "2026-12-24T11:00:00Z",
     false,
     "2026-12-25T11:00:00Z"},
    {{"Europe/London"}, "all", "2026-03-29", "2026-03-29T12:00:00Z", false, "2026-03-29T23:00:00Z"},
    {{"Europe/London"}, "all", "2026-10-25", "2026-10-25T23:59:59Z", false, "2026-10-26T00:00:00Z"},
    {{"Europe/London"},
     "sun 00:00-24:00",
     "2026-10-25",
     "2026-10-18T23:00:00Z",
     false,
     "2026-11-01T00:00:00Z"},
    /* the clocks leave an hour out: Europe/London, 01:00 to 02:00 */
    {{"Europe/London"}, "00:30-05:00", NULL, "2026-03-29T00:59:00Z", true, "2026-03-29T04:00:00Z"},
    {{"Europe/London"}, "01:30-05:00", NULL, "2026-03-29T00:59:00Z", false, "2026-03-29T01:00:00Z"},
    {{"Europe/London"}, "01:30-05:00", NULL, "2026-03-29T01:00:00Z", true, "2026-03-29T04:00:00Z"},
    {{"Europe/London"}, "00:15-01:30", NULL, "2026-03-29T00:30:00Z", true, "2026-03-29T01:00:00Z"},
    {{"Europe/London"}, "00:15-01:30", NULL, "2026-03-29T01:00:00Z", false, "2026-03-29T23:15:00Z"},
    {{"Europe/London"}, "01:15-01:45", NULL, "2026-03-29T00:00:00Z", false, "2026-03-30T00:15:00Z"},
    {{"Europe/London"},
     "00:15-01:15,01:45-03:00",
     NULL,
     "2026-03-29T00:30:00Z",
     true,
     "2026-03-29T02:00:00Z"},
    {{"Europe/London"}, "01:00-02:00", NULL, "2026-03-29T00:00:00Z", false, "2026-03-30T00:00:00Z"},
    /* and show one twice: 01:00 to 02:00 from 00:00Z and from 01:00Z */
    {{"Europe/London"}, "00:30-05:00", NULL, "2026-10-25T00:59:00Z", true, "2026-10-25T05:00:00Z"},
    {{"Europe/London"}, "01:30-05:00", NULL, "2026-10-25T00:30:00Z", false, "2026-10-25T01:30:00Z"},
    {{"Europe/London"}, "01:30-05:00", NULL, "2026-10-25T01:29:59Z", false, "2026-10-25T01:30:00Z"},
    {{"Europe/London"}, "01:30-05:00", NULL, "2026-10-25T01:30:00Z", true, "2026-10-25T05:00:00Z"},
    {{"Europe/London"}, "00:15-01:30", NULL, "2026-10-25T00:29:59Z", true, "2026-10-25T00:30:00Z"},
    {{"Europe/London"}, "00:15-01:30", NULL, "2026-10-25T00:30:00Z", false, "2026-10-26T00:15:00Z"},
    {{"Europe/London"}, "00:15-01:30", NULL, "2026-10-25T01:15:00Z", false, "2026-10-26T00:15:00Z"},
    {{"Europe/London"}, "01:15-01:45", NULL, "2026-10-25T00:30:00Z", false, "2026-10-26T01:15:00Z"},
    {{"Europe/London"}, "01:00-02:00", NULL, "2026-10-25T00:00:00Z", false, "2026-10-25T01:00:00Z"},
    {{"Europe/London"}, "01:00-02:00", NULL, "2026-10-25T01:00:00Z", true, "2026-10-25T02:00:00Z"},
    {{"Europe/London"}, "00:00-01:00", NULL, "2026-10-24T23:30:00Z", true, "2026-10-25T00:00:00Z"},
    {{"Europe/London"}, "all", NULL, "2026-10-25T00:30:00Z", true, NULL},
    /* midnight itself comes twice */
    {{"America/Havana"}, "all", NULL, "2026-11-01T04:30:00Z", true, NULL},
    {{"America/Havana"},
     "sat 22:00-24:00, sun 00:00-02:00",
     NULL,
     "2026-11-01T03:00:00Z",
     true,
     "2026-11-01T07:00:00Z"},
    {{"America/Havana"},
     "sun 00:00-02:00",
     NULL,
     "2026-11-01T04:30:00Z",
     false,
     "2026-11-01T05:00:00Z"},
    {{"America/Havana"}, "sat", NULL, "2026-11-01T03:00:00Z", true, "2026-11-01T04:00:00Z"},
    /* others */
    {{"America/New_York"},
     "02:30-20:00",
     NULL,
     "2026-03-08T06:00:00Z",
     false,
     "2026-03-08T07:00:00Z"},
    {{"America/New_York"},
     "01:30-20:00",
     NULL,
     "2026-11-01T05:30:00Z",
     false,
     "2026-11-01T06:30:00Z"},
    {{"Australia/Lord_Howe"},
     "01:45-20:00",
     NULL,
     "2026-04-04T14:50:00Z",
     false,
     "2026-04-04T15:15:00Z"},
    {{"Australia/Lord_Howe"},
     "02:15-20:00",
     NULL,
     "2026-10-03T15:00:00Z",
     false,
     "2026-10-03T15:30:00Z"},
    {{"Pacific/Apia"}, "09:00-19:00", NULL, "2011-12-30T05:00:00Z", false, "2011-12-30T19:00:00Z"},
    {{"Pacific/Apia"}, "fri", NULL, "2011-12-25T00:00:00Z", false, "2012-01-05T10:00:00Z"},
    {{"Pacific/Apia"}, "thu,sat", NULL, "2011-12-30T00:00:00Z", true, "2011-12-31T10:00:00Z"},
    {{"Pacific/Apia"}, "all", "2011-12-30", "2011-12-30T00:00:00Z", true, NULL},
    /* several zones: open in all of them */
    {{"America/New_York", "America/Los_Angeles"},
     "08:00-21:00",
     NULL,
     "2026-11-25T13:00:00Z",
     false,
     "2026-11-25T16:00:00Z"},
    {{"America/New_York", "America/Los_Angeles"},
     "08:00-21:00",
     NULL,
     "2026-11-25T16:00:00Z",
     true,
     "2026-11-26T02:00:00Z"},
    {{"America/New_York", "America/Los_Angeles"},
     "08:00-21:00",
     NULL,
     "2026-11-26T02:00:00Z",
     false,
     "2026-11-26T16:00:00Z"},
    {{"Asia/Kolkata", "America/New_York", "Europe/London"},
     "mon-fri 06:00-22:00",
     NULL,
     "2026-11-27T12:00:00Z",
     true,
     "2026-11-27T16:30:00Z"},
    {{"Asia/Kolkata", "America/New_York", "Europe/London"},
     "mon-fri 06:00-22:00",
     NULL,
     "2026-11-27T17:00:00Z",
     false,
     "2026-11-30T11:00:00Z"},
    {{"Asia/Kolkata", "Etc/GMT+7"}, "10:00-20:00", NULL, "2026-11-25T00:00:00Z", false, NULL},
    {{"Pacific/Kiritimati", "Etc/GMT+12"}, "tue", NULL, "2026-11-25T00:00:00Z", false, NULL},
};

START_TEST(at_an_instant)
{
    struct jaxl_window w = parse(rows[_i].hours);
    struct jaxl_holidays *h = holidays_of(rows[_i].holidays);
    struct jaxl_zone *zones[ZONES];
    size_t count = open_zones(rows[_i].zones, zones);
    int64_t until = 0, wanted = rows[_i].until ? utc(rows[_i].until) : JAXL_WINDOW_NEVER;
    char text[JAXL_CLOCK_ISO_MAX];
    bool open = jaxl_window_open(&w, h, zones, count, utc(rows[_i].now), &until);

    (void)jaxl_clock_format(until, text);
    ck_assert_msg(open == rows[_i].open && until == wanted, "%s %s at %s: %s until %s",
                  rows[_i].zones[0], rows[_i].hours, rows[_i].now, open ? "open" : "closed", text);
    while (count)
        jaxl_zone_free(&zones[--count]);
    jaxl_holidays_free(&h);
}
END_TEST

START_TEST(far_away)
{
    struct jaxl_window w = parse("mon"), none = parse("tue");
    struct jaxl_zone *z;
    int64_t until = 0, now = utc("2026-11-25T00:00:00Z");

    ck_assert(!jaxl_window_intersect(&none, &w));
    ck_assert_int_eq(jaxl_zone_new(&z, "Europe/London", NULL), 0);
    ck_assert(!jaxl_window_open(&none, NULL, &z, 1, now, &until));
    ck_assert(until == JAXL_WINDOW_NEVER);
    (void)jaxl_window_open(&w, NULL, &z, 1, INT64_MAX, &until);
    ck_assert(until == JAXL_WINDOW_NEVER);
    (void)jaxl_window_open(&w, NULL, &z, 1, INT64_MIN, &until);
    jaxl_zone_free(&z);
}
END_TEST

/* Whole years against libc: what it shows at every minute, and hours found in that by looking. An
 * end behind 24:00 is one of the next day. */
struct hours {
    int days, from, to;
};

static const struct {
    const char *zones[ZONES];
    int year;
    const char *text, *holidays;
    struct hours hours[4];
} years[] = {
    {{"Europe/London"}, 2026, "09:00-19:00", NULL, {{ALL, 540, 1140}}},
    {{"Europe/London"},
     2026,
     "00:30-01:30,01:45-03:00",
     "2026-03-30",
     {{ALL, 30, 90}, {ALL, 105, 180}}},
    {{"Europe/London"}, 2026, "sun 01:00-02:00", NULL, {{SUN, 60, 120}}},
    {{"America/New_York"},
     2026,
     "mon-fri 09:00-18:00, sat 10:00-17:00, sun 01:15-01:45, 02:30-21:00",
     "2026-07-03 2026-11-26 2026-12-25",
     {{ALL & ~SAT & ~SUN, 540, 1080}, {SAT, 600, 1020}, {SUN, 75, 105}, {SUN, 150, 1260}}},
    {{"Australia/Lord_Howe"},
     2026,
     "01:40-01:50,02:10-08:00",
     NULL,
     {{ALL, 100, 110}, {ALL, 130, 480}}},
    {{"Australia/Lord_Howe"}, 2026, "01:20-01:50", "2026-04-05", {{ALL, 80, 110}}},
    {{"Asia/Kolkata"},
     2026,
     "mon-sat 09:00-21:00",
     "2026-01-26 2026-08-15",
     {{ALL & ~SUN, 540, 1260}}},
    {{"Pacific/Apia"}, 2011, "09:00-19:00", "2011-12-31", {{ALL, 540, 1140}}},
    {{"America/Havana"}, 2026, "sat 22:00-24:00, sun 00:00-00:30", NULL, {{SAT, 1320, DAY + 30}}},
    {{"Africa/Casablanca"},
     2026,
     "sun 02:20-02:40, mon 00:00-24:00",
     NULL,
     {{SUN, 140, 160}, {MON, 0, DAY}}},
    {{"America/New_York", "America/Chicago", "Europe/London"},
     2026,
     "08:00-21:00",
     "2026-10-31",
     {{ALL, 480, 1260}}},
};

enum { AROUND = 4 * DAY, MINUTES = 366 * DAY + 2 * AROUND };
static int64_t have[MINUTES];
static bool open_all[MINUTES];

/* The first minute to show wanted, or the last; when none does, the first that shows more. */
static int look(int64_t wanted, bool last)
{
    int64_t guess = wanted - have[0], start = guess > AROUND ? guess - 2 * DAY : 0;
    int found = -1, behind = -1;

    for (int64_t t = start; t < MINUTES && t < guess + 2 * DAY; t++) {
        if (have[t] == wanted && (found < 0 || last))
            found = (int)t;
        if (have[t] > wanted && behind < 0)
            behind = (int)t;
    }
    return found >= 0 ? found : behind >= 0 ? behind : MINUTES;
}

static void open_one(const char *name, int64_t base, const struct hours *hours,
                     const struct jaxl_holidays *holidays)
{
    static bool open[MINUTES];

    setenv("TZ", name, 1);
    tzset();
    memset(open, 0, sizeof open);
    for (int t = 0; t < MINUTES; t++) {
        time_t sec = (time_t)(base + t * 60);
        struct tm tm;
        have[t] = localtime_r(&sec, &tm) ? (sec + tm.tm_gmtoff) / 60 : 0;
    }
    for (int64_t day = have[0] / DAY; day <= have[MINUTES - 1] / DAY; day++)
        for (const struct hours *h = hours; h < hours + 4 && h->days; h++) {
            if (!(h->days >> (day + 4) % 7 & 1) || (holidays && jaxl_holidays_has(holidays, day)))
                continue;
            int end = look(day * DAY + h->to, false);
            for (int t = look(day * DAY + h->from, true); t < end; t++)
                open[t] = true;
        }
    for (int t = 0; t < MINUTES; t++)
        open_all[t] = open_all[t] && open[t];
}

START_TEST(a_year)
{
    struct jaxl_window w = parse(years[_i].text);
    struct jaxl_holidays *h = holidays_of(years[_i].holidays);
    struct jaxl_zone *zones[ZONES];
    size_t count = open_zones(years[_i].zones, zones);
    int64_t base = jaxl_date_days(years[_i].year, 1, 1) * 86400 - AROUND * 60;
    int changes = 0;

    memset(open_all, 1, sizeof open_all);
    for (size_t i = 0; i < count; i++)
        open_one(years[_i].zones[i], base, years[_i].hours, h);
    for (int t = AROUND, next = t; t < MINUTES - AROUND;) {
        int64_t now = (base + t * 60) * JAXL_SECOND, until = 0;
        bool open = jaxl_window_open(&w, h, zones, count, now, &until);
        for (next = next > t ? next : t; next < MINUTES && open_all[next] == open_all[t];)
            next++;
        if (open != open_all[t] ||
            (next < MINUTES - AROUND && until != (base + next * 60) * JAXL_SECOND))
            ck_abort_msg("at %lld: %d until %lld", (long long)now, open, (long long)until);
        changes += t > AROUND && open_all[t] != open_all[t - 1];
        /* every minute about a change of the clocks */
        t += have[t + 2 * DAY] - have[t - 2 * DAY] == 4 * DAY ? 15 * unit_slow() : unit_slow();
    }
    ck_assert(changes > 0 || unit_slow() > 1);
    while (count)
        jaxl_zone_free(&zones[--count]);
    jaxl_holidays_free(&h);
}
END_TEST

START_TEST(quick)
{
    struct jaxl_window w = parse("mon-fri 09:00-18:00, sat 10:00-17:00");
    struct jaxl_zone *z;
    int64_t start = jaxl_clock_mono(jaxl_clock_system()), now = utc("2026-11-25T12:00:00Z"), until;

    ck_assert_int_eq(jaxl_zone_new(&z, "America/New_York", NULL), 0);
    for (int i = 0; i < 100000 / unit_slow(); i++)
        (void)jaxl_window_open(&w, NULL, &z, 1, now + i * 10 * JAXL_SECOND, &until);
    if (unit_slow() == 1)
        ck_assert_int_lt(jaxl_clock_mono(jaxl_clock_system()) - start, 2 * JAXL_SECOND);
    jaxl_zone_free(&z);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, parsed, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, the_strictest);
    tcase_add_loop_test(tc, at_an_instant, 0, UNIT_COUNT(rows));
    tcase_add_test(tc, far_away);
    tcase_add_loop_test(tc, a_year, 0, UNIT_COUNT(years));
    tcase_add_test(tc, quick);
}

int main(void)
{
    return unit_run("window", add);
}
