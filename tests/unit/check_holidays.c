#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "failmalloc.h"
#include "jaxl/holidays.h"
#include "unit.h"

static char dir[256], path[300];

static void setup(void)
{
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/days", dir);
}

static void teardown(void)
{
    unit_dir_remove(dir);
}

static void put(const char *text, size_t len)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static struct jaxl_holidays *none(void)
{
    struct jaxl_holidays *h;

    ck_assert_int_eq(jaxl_holidays_new(&h, NULL), 0);
    return h;
}

static bool has(const struct jaxl_holidays *h, const char *date)
{
    int64_t days = 0;

    ck_assert(jaxl_date_parse(date, &days));
    return jaxl_holidays_has(h, days);
}

START_TEST(dates)
{
    static const char text[] = "\ufeff2026-12-25\n"
                               "# in no order\n"
                               "\n"
                               " \t\r\n"
                               "2026-01-26 Republic Day\n"
                               "2026-08-15,Independence Day, every year\r\n"
                               "2027-01-01\r\n"
                               "2026-12-25\tagain\n"
                               "2024-02-29";
    struct jaxl_holidays *h = none();
    struct jaxl_error err = {.message = ""};

    ck_assert(!has(h, "2026-12-25"));
    put(text, strlen(text));
    ck_assert_msg(jaxl_holidays_load(h, path, &err) == 0, "%s", err.message);
    ck_assert(has(h, "2026-12-25"));
    ck_assert(has(h, "2026-01-26"));
    ck_assert(has(h, "2026-08-15"));
    ck_assert(has(h, "2027-01-01"));
    ck_assert(has(h, "2024-02-29"));
    ck_assert(!has(h, "2026-12-24"));
    ck_assert(!has(h, "2025-12-25"));
    ck_assert(!jaxl_holidays_has(h, INT64_MIN));
    put("2026-12-24\n", 11);
    ck_assert_int_eq(jaxl_holidays_load(h, path, &err), 0);
    ck_assert(has(h, "2026-12-24"));
    ck_assert(has(h, "2026-12-25"));
    put("", 0);
    ck_assert_int_eq(jaxl_holidays_load(h, path, &err), 0);
    jaxl_holidays_free(&h);
    ck_assert_ptr_null(h);
    jaxl_holidays_free(&h);
}
END_TEST

#define LONG_100                                                                                   \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxx"
#define LONG_500 LONG_100 LONG_100 LONG_100 LONG_100 LONG_100

static const struct {
    const char *text, *why;
    size_t len; /* 0: to the NUL */
} wrong[] = {
    {"2026-02-30\n", "line 1: '2026-02-30' does not begin with a date", 0},
    {"2026-12-25\n\n# x\n2026-2-3\n", "line 4: '2026-2-3'", 0},
    {"25.12.2026\n", "line 1:", 0},
    {"2026-12-25x\n", "line 1:", 0},
    {"2026-12-255\n", "line 1:", 0},
    {" 2026-12-25\n", "line 1:", 0},
    {" # x\n", "line 1:", 0},
    {"2026-12-24\nChristmas 2026-12-25", "line 2: 'Christmas 2026-12-25'", 0},
    {"2026-12-24\n2026-12-25 \0 x\n", "line 2: too long, or not text", 26},
    {"\0\n", "line 1: too long, or not text", 2},
    {"2026-12-25 " LONG_500 LONG_500 "\n", "line 1: too long, or not text", 0},
    {"#" LONG_500 LONG_500 "\n", "line 1: too long, or not text", 0},
};

START_TEST(refused)
{
    struct jaxl_holidays *h = none();
    struct jaxl_error err = {.message = ""};
    char file_and_line[600];

    put(wrong[_i].text, wrong[_i].len ? wrong[_i].len : strlen(wrong[_i].text));
    ck_assert_int_eq(jaxl_holidays_load(h, path, &err), JAXL_EINPUT);
    snprintf(file_and_line, sizeof file_and_line, "holidays %s: %s", path, wrong[_i].why);
    ck_assert_msg(strncmp(err.message, file_and_line, strlen(file_and_line)) == 0, "%s",
                  err.message);
    ck_assert(!has(h, "2026-12-24"));
    ck_assert(!has(h, "2026-12-25"));
    jaxl_holidays_free(&h);
}
END_TEST

START_TEST(long_enough)
{
    static const char text[] = "2026-12-25 " LONG_500 LONG_100 LONG_100 LONG_100 LONG_100 "\n";
    struct jaxl_holidays *h = none();

    put(text, strlen(text));
    ck_assert_int_eq(jaxl_holidays_load(h, path, NULL), 0);
    ck_assert(has(h, "2026-12-25"));
    jaxl_holidays_free(&h);
}
END_TEST

START_TEST(no_file)
{
    struct jaxl_holidays *h = none();
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_holidays_load(h, path, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, path));
    ck_assert_ptr_nonnull(strstr(err.message, "No such file"));
    ck_assert_int_eq(jaxl_holidays_load(h, dir, &err), JAXL_EIO);
    jaxl_holidays_free(&h);
}
END_TEST

START_TEST(limit)
{
    struct jaxl_holidays *h = none();
    struct jaxl_error err;
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < JAXL_HOLIDAYS_MAX; i++) {
        struct jaxl_date date;
        jaxl_date_from_days(i, &date);
        fprintf(file, "%04d-%02d-%02d\n", (int)date.year, date.month, date.day);
    }
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(jaxl_holidays_load(h, path, &err), 0);
    ck_assert(jaxl_holidays_has(h, 0));
    ck_assert(jaxl_holidays_has(h, JAXL_HOLIDAYS_MAX - 1));
    ck_assert(!jaxl_holidays_has(h, JAXL_HOLIDAYS_MAX));
    put("2026-12-25\n", 11);
    ck_assert_int_eq(jaxl_holidays_load(h, path, &err), JAXL_ELIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "line 1: more than 10000 dates"));
    ck_assert(jaxl_holidays_has(h, JAXL_HOLIDAYS_MAX - 1));
    jaxl_holidays_free(&h);
}
END_TEST

static int make(void *ctx)
{
    struct jaxl_holidays *h;
    int rc = jaxl_holidays_new(&h, NULL);

    (void)ctx;
    if (!rc)
        rc = jaxl_holidays_load(h, path, NULL);
    jaxl_holidays_free(&h);
    return rc;
}

START_TEST(out_of_memory)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 100; i++)
        fputs("2026-12-25\n", file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(failmalloc_each(make, NULL), 3);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, dates);
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, long_enough);
    tcase_add_test(tc, no_file);
    tcase_add_test(tc, limit);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("holidays", add);
}
