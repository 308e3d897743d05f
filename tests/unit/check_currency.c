#include <string.h>

#include "jaxl/currency.h"
#include "unit.h"

#define NBSP "\u00a0"

static const struct {
    const char *decimal, *currency, *locale, *text;
} rows[] = {
    {"123456.78", "INR", "en_IN", "\u20b91,23,456.78"},
    {"0", "INR", "en_IN", "\u20b90.00"},
    {"-1234.5", "INR", "en_IN", "-\u20b91,234.50"},
    {"123456.78", "USD", "en_US", "$123,456.78"},
    {"123456.78", "USD", "en_IN", "$1,23,456.78"},
    {"123456.78", "EUR", "de_DE", "123.456,78" NBSP "\u20ac"},
    {"123456.78", "EUR", "de-DE", "123.456,78" NBSP "\u20ac"},
    {"123456.78", "EUR", "de_DE.UTF-8", "123.456,78" NBSP "\u20ac"},
    {"1234.78", "CHF", "de_CH", "CHF" NBSP "1\u2019234.78"},
    {"1234567.5", "JPY", "en", "\u00a51,234,568"},
    {"1.0005", "KWD", "en", "KWD" NBSP "1.000"},
    {"1.0015", "KWD", "en", "KWD" NBSP "1.002"},
    {"1234.5", "INR", "hi_IN", "\u20b91,234.50"},
    {"123456.5", "INR", "mr_IN", "\u20b9\u0967\u0968\u0969,\u096a\u096b\u096c.\u096b\u0966"},
    /* half to even, once */
    {"0.005", "INR", "en_IN", "\u20b90.00"},
    {"0.015", "INR", "en_IN", "\u20b90.02"},
    {"0.025", "INR", "en_IN", "\u20b90.02"},
    {"0.0250000000000000000000000000000000000001", "INR", "en_IN", "\u20b90.03"},
    {"2.5", "JPY", "en", "\u00a52"},
    {"3.5", "JPY", "en", "\u00a54"},
    {"-0.015", "INR", "en_IN", "-\u20b90.02"},
    {"-0.005", "INR", "en_IN", "\u20b90.00"},
    {"-0", "INR", "en_IN", "\u20b90.00"},
    /* beyond any binary number */
    {"0.1", "INR", "en_IN", "\u20b90.10"},
    {"9007199254740993.01", "USD", "en", "$9,007,199,254,740,993.01"},
    {"123456789012345678901234567890123456789012345678.99", "USD", "en",
     "$123,456,789,012,345,678,901,234,567,890,123,456,789,012,345,678.99"},
    /* currencies that are none */
    {"1234.5678", "XYZ", "en_IN", "XYZ" NBSP "1,234.5678"},
    {"1234.5", "inr", "en_IN", "inr" NBSP "1,234.5"},
    {"-2.50", "credits <b>", "en", "credits <b>" NBSP "-2.50"},
    {"7", "\u20bf", "de", "\u20bf" NBSP "7"},
    /* numbers */
    {"1234567", NULL, "en_IN", "12,34,567"},
    {"1234567", "", "en", "1,234,567"},
    {"1234567.50", NULL, "de", "1.234.567,50"},
    {"-1234.5000", NULL, "en", "-1,234.5000"},
    {"0.0000000001", NULL, "en", "0.0000000001"},
    {"0.12345678901234567890123456789012345678901234567890", NULL, "en",
     "0.1234567890123456789012345678901234567890123456789"},
    /* no locale in particular */
    {"123456.78", "INR", NULL, "\u20b9123,456.78"},
    {"123456.78", "INR", "", "\u20b9123,456.78"},
    {"123456.78", "INR", "C", "\u20b9123,456.78"},
    {"123456.78", "INR", "C.UTF-8", "\u20b9123,456.78"},
    {"123456.78", "INR", "POSIX", "\u20b9123,456.78"},
};

START_TEST(formats)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, 4096);
    jaxl_buf_puts(&out, "x");
    rc = jaxl_currency_format(rows[_i].decimal, rows[_i].currency, rows[_i].locale, &out, &err);
    ck_assert_msg(rc == 0, "%s", err.message);
    ck_assert_str_eq(jaxl_buf_text(&out) + 1, rows[_i].text);
    jaxl_buf_free(&out);
}
END_TEST

/* More ways to write than are kept, in turn. */
START_TEST(many_kinds)
{
    static const char *const currencies[] = {"INR", "USD", "EUR", "JPY", "GBP", "XYZ",
                                             "KWD", "AED", "SGD", "AUD", NULL};
    struct jaxl_currency *c;
    struct jaxl_buf out, again;

    ck_assert_int_eq(jaxl_currency_new(&c, "en_IN", NULL), 0);
    jaxl_buf_init(&out, 4096);
    jaxl_buf_init(&again, 4096);
    for (size_t turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < UNIT_COUNT(currencies); i++) {
            jaxl_buf_reset(&out);
            jaxl_buf_reset(&again);
            ck_assert_int_eq(jaxl_currency_put(c, "12345.5", currencies[i], &out, NULL), 0);
            ck_assert_int_eq(jaxl_currency_format("12345.5", currencies[i], "en_IN", &again, NULL),
                             0);
            ck_assert_str_eq(jaxl_buf_text(&out), jaxl_buf_text(&again));
        }
    jaxl_buf_free(&out);
    jaxl_buf_free(&again);
    jaxl_currency_free(&c);
    ck_assert_ptr_null(c);
    jaxl_currency_free(&c);
    jaxl_currency_free(NULL);
}
END_TEST

static const char *const no_numbers[] = {"",         " 1",   "1 ",    "+1",     "1.",  ".5",
                                         "01",       "-",    "1,5",   "1e3",    "NaN", "--1",
                                         "Infinity", "0x10", "1.2.3", "1\u0660"};

START_TEST(no_number)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_currency_format(no_numbers[_i], "INR", "en", &out, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "is not a decimal number"));
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(limits)
{
    static char digits[JAXL_CURRENCY_DECIMAL_MAX + 2];
    struct jaxl_error err;
    struct jaxl_buf out;

    memset(digits, '7', JAXL_CURRENCY_DECIMAL_MAX);
    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_currency_format(digits, "INR", "en_IN", &out, &err), 0);
    ck_assert_uint_gt(out.len, JAXL_CURRENCY_DECIMAL_MAX);
    digits[JAXL_CURRENCY_DECIMAL_MAX] = '7';
    ck_assert_int_eq(jaxl_currency_format(digits, "INR", "en_IN", &out, &err), JAXL_ELIMIT);
    jaxl_buf_free(&out);
    jaxl_buf_init(&out, 5);
    ck_assert_int_eq(jaxl_currency_format("12", "INR", "en_IN", &out, &err), JAXL_ELIMIT);
    ck_assert_uint_eq(out.len, 0);
    jaxl_buf_free(&out);
}
END_TEST

static const char *const no_locales[] = {"xx", "en\nUS", "german", "..", "q", "../../etc/passwd"};

START_TEST(no_locale)
{
    struct jaxl_currency *c = NULL;
    struct jaxl_error err = {.message = ""};

    ck_assert_int_eq(setenv("LC_ALL", "de_DE.UTF-8", 1), 0);
    ck_assert_int_eq(jaxl_currency_new(&c, no_locales[_i], &err), JAXL_EARG);
    ck_assert_ptr_null(c);
    ck_assert_ptr_nonnull(strstr(err.message, "is not known"));
}
END_TEST

START_TEST(module_missing)
{
    struct jaxl_currency *c = NULL;
    struct jaxl_error err;

    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    ck_assert_int_eq(jaxl_currency_new(&c, "en", &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "/nonexistent/libjaxl-currency.so"));
    ck_assert_ptr_null(c);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, formats, 0, UNIT_COUNT(rows));
    tcase_add_test(tc, many_kinds);
    tcase_add_loop_test(tc, no_number, 0, UNIT_COUNT(no_numbers));
    tcase_add_test(tc, limits);
    tcase_add_loop_test(tc, no_locale, 0, UNIT_COUNT(no_locales));
    tcase_add_test(tc, module_missing);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("currency", add);
}
