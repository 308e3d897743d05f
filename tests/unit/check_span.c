#include <string.h>

#include "data/span.h"
#include "jaxl/clock.h"
#include "unit.h"

static const struct {
    const char *text;
    int64_t seconds; /* 0: refused */
    const char *shown;
} spans[] = {
    {"1s", 1, "1s"},     {"90s", 90, "90s"},   {"60s", 60, "1m"},
    {"15m", 900, "15m"}, {"4h", 14400, "4h"},  {"48h", 172800, "2d"},
    {"1d", 86400, "1d"}, {"1w", 604800, "7d"}, {"36525d", INT64_C(36525) * 86400, "36525d"},
    {"36526d", 0, NULL}, {"0s", 0, NULL},      {"", 0, NULL},
    {"s", 0, NULL},      {"5", 0, NULL},       {"5 s", 0, NULL},
    {" 5s", 0, NULL},    {"-5s", 0, NULL},     {"1.5h", 0, NULL},
    {"5S", 0, NULL},     {"5ms", 0, NULL},     {"99999999999999999999999s", 0, NULL},
};

START_TEST(as_people_write_them)
{
    struct jaxl_error err = {0};
    char text[JAXL_SPAN_TEXT];
    int64_t us = -1;
    int code = jaxl_span_parse(spans[_i].text, strlen(spans[_i].text), &us, &err);

    if (!spans[_i].seconds) {
        ck_assert_int_eq(code, JAXL_EARG);
        ck_assert_int_eq(us, -1);
        ck_assert_ptr_nonnull(strstr(err.message, "is not a span of time such as 90s"));
        return;
    }
    ck_assert_int_eq(code, 0);
    ck_assert_int_eq(us, spans[_i].seconds * JAXL_SECOND);
    ck_assert_str_eq(jaxl_span_format(us, text), spans[_i].shown);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, as_people_write_them, 0, UNIT_COUNT(spans));
}

int main(void)
{
    return unit_run("span", add);
}
