#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/span.h"
#include "unit.h"

#define CENTURY (INT64_C(36525) * 86400 * JAXL_SECOND)

static const struct {
    const char *text;
    int64_t us;
    const char *shown;
} spans[] = {
    {"0", 0, "0s"},
    {"0ms", 0, "0s"},
    {"5", 5 * JAXL_SECOND, "5s"},
    {"0.5", 500 * JAXL_MSEC, "500ms"},
    {"500ms", 500 * JAXL_MSEC, "500ms"},
    {"1500ms", 1500 * JAXL_MSEC, "1500ms"},
    {"0.000001", 1, "0.001ms"},
    {"0.0105s", 10500, "10.5ms"},
    {"1.0000019", 0, NULL},
    {"1.000001ms", JAXL_MSEC, "1ms"},
    {"1s", JAXL_SECOND, "1s"},
    {"90s", 90 * JAXL_SECOND, "90s"},
    {"60s", 60 * JAXL_SECOND, "1m"},
    {"15m", 900 * JAXL_SECOND, "15m"},
    {"1.5h", 5400 * JAXL_SECOND, "90m"},
    {"4h", 14400 * JAXL_SECOND, "4h"},
    {"48h", 172800 * JAXL_SECOND, "2d"},
    {"0.5d", 43200 * JAXL_SECOND, "12h"},
    {"1d", 86400 * JAXL_SECOND, "1d"},
    {"1w", 604800 * JAXL_SECOND, "7d"},
    {"0.999999w", 604799395200, "604799395.2ms"},
    {"36525d", CENTURY, "36525d"},
    {"3155760000", CENTURY, "36525d"},
    {"3155760000.000001", 0, NULL},
    {"3155760001", 0, NULL},
    {"36525.000001d", 0, NULL},
    {"36526d", 0, NULL},
    {"99999999999999999999999s", 0, NULL},
    {"9223372036854775807ms", 0, NULL},
    {"", 0, NULL},
    {"s", 0, NULL},
    {"x", 0, NULL},
    {"5 s", 0, NULL},
    {" 5s", 0, NULL},
    {"5s ", 0, NULL},
    {"-5s", 0, NULL},
    {"+5s", 0, NULL},
    {"1.", 0, NULL},
    {"1.s", 0, NULL},
    {".5", 0, NULL},
    {"1e3", 0, NULL},
    {"5S", 0, NULL},
    {"5us", 0, NULL},
    {"5mss", 0, NULL},
    {"1h30m", 0, NULL},
};

START_TEST(as_people_write_them)
{
    struct jaxl_error err = {0};
    char text[JAXL_SPAN_TEXT];
    int64_t us = -1;
    int code = jaxl_span_parse(spans[_i].text, strlen(spans[_i].text), &us, &err);

    if (!spans[_i].shown) {
        ck_assert_int_eq(code, JAXL_EARG);
        ck_assert_int_eq(us, -1);
        ck_assert_ptr_nonnull(strstr(err.message, "is not a span of time such as 90s"));
        return;
    }
    ck_assert_int_eq(code, 0);
    ck_assert_int_eq(us, spans[_i].us);
    ck_assert_ptr_eq(jaxl_span_format(us, text), text);
    ck_assert_str_eq(text, spans[_i].shown);
    ck_assert_int_eq(jaxl_span_parse(text, strlen(text), &us, NULL), 0);
    ck_assert_int_eq(us, spans[_i].us);
}
END_TEST

/* Not more of the text than is told. */
START_TEST(bytes_are_counted)
{
    int64_t us;

    ck_assert_int_eq(jaxl_span_parse("15ms", 2, &us, NULL), 0);
    ck_assert_int_eq(us, 15 * JAXL_SECOND);
    ck_assert_int_eq(jaxl_span_parse("15ms", 3, &us, NULL), 0);
    ck_assert_int_eq(us, 900 * JAXL_SECOND);
    ck_assert_int_eq(jaxl_span_parse("1.5", 2, &us, NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_span_parse("1\0", 2, &us, NULL), JAXL_EARG);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, as_people_write_them, 0, UNIT_COUNT(spans));
    tcase_add_test(tc, bytes_are_counted);
}

int main(void)
{
    return unit_run("span", add);
}
