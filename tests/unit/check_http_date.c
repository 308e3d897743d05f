#include "net/http_date.h"
#include "unit.h"

static const struct {
    const char *text;
    int64_t seconds; /* -1: none */
} dates[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777}, /* RFC 9110, section 5.6.7 */
    {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
    {"Sun Nov  6 08:49:37 1994", 784111777},
    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"Tue, 29 Feb 2028 23:59:59 GMT", 1835481599},
    {"", -1},
    {"soon", -1},
    {"Sunday", -1},
    {"12", -1},
    {"08:49:37", -1},
    {"Sun, 06 Nov 1994 99:49:37 GMT", -1},
    {"Sun, 06 Foo 1994 08:49:37 GMT", -1},
};

START_TEST(date)
{
    int64_t us = 42;
    int rc = jaxl_http_date_parse(dates[_i].text, &us);

    if (dates[_i].seconds < 0) {
        ck_assert_int_eq(rc, JAXL_EINPUT);
        ck_assert_int_eq(us, 42);
    } else {
        ck_assert_int_eq(rc, 0);
        ck_assert_int_eq(us, dates[_i].seconds * JAXL_SECOND);
    }
}
END_TEST

static const int64_t now = INT64_C(784111777) * JAXL_SECOND;

static const struct {
    const char *text;
    int64_t wait;
} waits[] = {
    {NULL, -1},
    {"", -1},
    {"0", 0},
    {"7", 7 * JAXL_SECOND},
    {"0000120", 120 * JAXL_SECOND},
    {"86400", JAXL_HTTP_DATE_WAIT_MAX},
    {"86401", JAXL_HTTP_DATE_WAIT_MAX},
    {"18446744073709551617", JAXL_HTTP_DATE_WAIT_MAX},
    {"999999999999999999999999999999999999999999", JAXL_HTTP_DATE_WAIT_MAX},
    {"-1", -1},
    {"1.5", -1},
    {"1 minute", -1},
    {"Sun, 06 Nov 1994 08:49:47 GMT", 10 * JAXL_SECOND},
    {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
    {"Sun, 06 Nov 1994 08:49:27 GMT", 0},
    {"Sun, 06 Nov 2044 08:49:37 GMT", JAXL_HTTP_DATE_WAIT_MAX},
    {"tomorrow", -1},
};

START_TEST(retry_after)
{
    ck_assert_int_eq(jaxl_http_date_wait(waits[_i].text, now), waits[_i].wait);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, date, 0, UNIT_COUNT(dates));
    tcase_add_loop_test(tc, retry_after, 0, UNIT_COUNT(waits));
}

int main(void)
{
    return unit_run("http_date", add);
}
