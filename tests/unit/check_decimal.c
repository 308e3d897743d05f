#include <string.h>

#include "data/decimal.h"
#include "jaxl/money.h"
#include "unit.h"

/* In order; those of one line are equal. */
static const char *const order[][4] = {
    {"-1e999999999999999999999"},
    {"-1e400"},
    {"-12345678901234567890123456789012345678901"},
    {"-12345678901234567890123456789012345678900"},
    {"-10", "-1e1", "-10.000", "-100e-1"},
    {"-9.99"},
    {"-0.1", "-1e-1", "-0.10"},
    {"-1e-400"},
    {"0", "-0", "0.000", "0e9"},
    {"1e-999999999999999999999"},
    {"1e-400"},
    {"0.0099"},
    {"0.01", "1e-2", "0.1e-1", "0.0100"},
    {"0.010000000000000000000000000000000000000000000000001"},
    {"0.1"},
    {"1", "1.0", "10e-1", "0.1e1"},
    {"9"},
    {"10", "1E+1", "10.0"},
    {"10.01", "1001e-2"},
    {"10.1"},
    {"100"},
    {"123.456", "123456e-3", "0.123456e3", "1.23456E2"},
    {"123.4561"},
    {"1234.56"},
    {"1000000000000000000000000000000", "1e30"},
    {"1000000000000000000000000000001"},
    {"1e399"},
    {"1e400"},
};

static struct jaxl_decimal read(const char *text)
{
    struct jaxl_decimal d;

    ck_assert_msg(jaxl_decimal_read(text, strlen(text), &d), "%s", text);
    return d;
}

START_TEST(compare)
{
    for (size_t i = 0; i < UNIT_COUNT(order); i++)
        for (size_t k = 0; k < UNIT_COUNT(order); k++)
            for (size_t n = 0; n < 16; n++) {
                const char *x = order[i][n % 4], *y = order[k][n / 4];
                struct jaxl_decimal a, b;
                if (!x || !y)
                    continue;
                a = read(x);
                b = read(y);
                ck_assert_msg(jaxl_decimal_compare(&a, &b) == (i > k) - (i < k), "%s and %s", x, y);
            }
}
END_TEST

static const char *const wrong[] = {
    "",   "-",  "+1", ".5",  "5.",   "01",  "-01",  "00",    "1e",       "1e+",  "1e1.5", "1.e2",
    " 1", "1 ", "1,", "--1", "0x10", "NaN", "1..2", "1.2.3", "Infinity", "1e1e", "-e1",   "e1",
};

START_TEST(refused)
{
    struct jaxl_decimal d = {.top = 7};

    ck_assert_msg(!jaxl_decimal_read(wrong[_i], strlen(wrong[_i]), &d), "%s", wrong[_i]);
    ck_assert_int_eq(d.top, 7);
}
END_TEST

/* Texts of few characters: the same are numbers for both, and compare alike. */
START_TEST(as_amounts)
{
    static const char bytes[] = "0011259.-e";
    uint64_t state = 9;
    struct jaxl_money before = {.low = 0};
    char last[16] = "0";
    int good = 0;

    for (int i = 0; i < 400000 / unit_slow(); i++) {
        char text[16];
        struct jaxl_decimal d, e;
        struct jaxl_money m;
        size_t len = 0;
        int rc;
        for (len = 0; len < 1 + (size_t)(i % 9); len++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            text[len] = bytes[(state >> 33) % (sizeof bytes - 1)];
        }
        text[len] = '\0';
        rc = jaxl_money_parse(text, len, &m, NULL);
        if (jaxl_decimal_read(text, len, &d) != (rc != JAXL_EINPUT))
            ck_abort_msg("%s", text);
        if (rc)
            continue;
        (void)jaxl_decimal_read(last, strlen(last), &e);
        if (jaxl_decimal_compare(&d, &e) != jaxl_money_compare(&m, &before))
            ck_abort_msg("%s and %s", text, last);
        before = m;
        memcpy(last, text, len + 1);
        good++;
    }
    ck_assert_int_gt(good, 1000);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, compare);
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, as_amounts);
}

int main(void)
{
    return unit_run("decimal", add);
}
