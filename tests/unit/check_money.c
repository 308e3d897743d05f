#include <string.h>

#include "jaxl/money.h"
#include "unit.h"

#define NINES_38   "99999999999999999999999999999999999999"
#define ZEROS_24   "000000000000000000000000"
#define SMALLEST   "0.000000000000000000000001"
#define ALL_PLACES "99999999999999.999999999999999999999999" /* 14 digits and 24 decimals */

static struct jaxl_money read(const char *text)
{
    struct jaxl_money m;

    ck_assert_msg(jaxl_money_parse(text, strlen(text), &m, NULL) == 0, "%s", text);
    return m;
}

static const char *show(const struct jaxl_money *m)
{
    static char text[JAXL_MONEY_TEXT];

    return jaxl_money_format(m, text);
}

static const struct {
    const char *in, *out; /* out NULL: not a number */
    int result;
} texts[] = {
    {"0", "0", 0},
    {"-0", "0", 0},
    {"0.000", "0", 0},
    {"-0e99", "0", 0},
    {"0e999999999999999999999999", "0", 0},
    {"7", "7", 0},
    {"-7", "-7", 0},
    {"0.35", "0.35", 0},
    {"-0.35", "-0.35", 0},
    {"0.3500", "0.35", 0},
    {"10.05", "10.05", 0},
    {"100", "100", 0},
    {"1e2", "100", 0},
    {"1E+2", "100", 0},
    {"12.5e1", "125", 0},
    {"12.5e-1", "1.25", 0},
    {"1.50e2", "150", 0},
    {"1e00000000000000000000000000000000000000002", "100", 0},
    {"1000000000000000000000000000000000000000000000000000000000000e-60", "1", 0},
    {"0.30000000000000004", "0.30000000000000004", 0},
    {"1.2345678901234567e-07", "0.00000012345678901234567", 0},
    {"1.100000000000000000000000000000000000000000000000000000000000000", "1.1", 0},
    {NINES_38, NINES_38, 0},
    {"-" NINES_38, "-" NINES_38, 0},
    {ALL_PLACES, ALL_PLACES, 0},
    {SMALLEST, SMALLEST, 0},
    {"1e-24", SMALLEST, 0},
    {"1e37", "10000000000000000000000000000000000000", 0},
    {"1e38", NULL, JAXL_ELIMIT},
    {"1e-25", NULL, JAXL_ELIMIT},
    {"0.0000000000000000000000001", NULL, JAXL_ELIMIT},
    {NINES_38 "9", NULL, JAXL_ELIMIT},
    {NINES_38 ".5", NULL, JAXL_ELIMIT},
    {"1e999999999999999999999999", NULL, JAXL_ELIMIT},
    {"1e-999999999999999999999999", NULL, JAXL_ELIMIT},
    {"340282366920938463463374607431768211456", NULL, JAXL_ELIMIT}, /* 2^128 wraps to 0 */
    {"340282366920938463463374607431768211463", NULL, JAXL_ELIMIT}, /* 2^128 + 7 */
    {"680564733841876926926749214863536422912", NULL, JAXL_ELIMIT}, /* 2^129 */
    {"", NULL, JAXL_EINPUT},
    {"-", NULL, JAXL_EINPUT},
    {"+1", NULL, JAXL_EINPUT},
    {" 1", NULL, JAXL_EINPUT},
    {"1 ", NULL, JAXL_EINPUT},
    {"01", NULL, JAXL_EINPUT},
    {"-01", NULL, JAXL_EINPUT},
    {"00", NULL, JAXL_EINPUT},
    {".5", NULL, JAXL_EINPUT},
    {"5.", NULL, JAXL_EINPUT},
    {"1.e2", NULL, JAXL_EINPUT},
    {"1e", NULL, JAXL_EINPUT},
    {"1e+", NULL, JAXL_EINPUT},
    {"1e1.5", NULL, JAXL_EINPUT},
    {"1,5", NULL, JAXL_EINPUT},
    {"1.2.3", NULL, JAXL_EINPUT},
    {"--1", NULL, JAXL_EINPUT},
    {"0x10", NULL, JAXL_EINPUT},
    {"NaN", NULL, JAXL_EINPUT},
    {"Infinity", NULL, JAXL_EINPUT},
    {"1e--2", NULL, JAXL_EINPUT},
    {"$1", NULL, JAXL_EINPUT},
};

START_TEST(parse_and_format)
{
    const struct jaxl_money untouched = {.high = 1, .low = 2, .scale = 3, .negative = true};
    struct jaxl_money m = untouched;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_money_parse(texts[_i].in, strlen(texts[_i].in), &m, &err),
                     texts[_i].result);
    if (texts[_i].result == 0) {
        ck_assert_str_eq(show(&m), texts[_i].out);
    } else {
        ck_assert_int_eq(err.code, texts[_i].result);
        ck_assert_str_ne(err.message, "");
        ck_assert(m.high == 1 && m.low == 2 && m.scale == 3 && m.negative);
    }
}
END_TEST

START_TEST(parse_looks_at_len_bytes_only)
{
    struct jaxl_money m;

    ck_assert_int_eq(jaxl_money_parse("12345", 2, &m, NULL), 0);
    ck_assert_str_eq(show(&m), "12");
    ck_assert_int_eq(jaxl_money_parse("1.5", 2, &m, NULL), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_money_parse("1e5", 2, &m, NULL), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_money_parse("1\0", 2, &m, NULL), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_money_parse("-1", 1, &m, NULL), JAXL_EINPUT);
}
END_TEST

START_TEST(whole_units)
{
    struct jaxl_money m = jaxl_money_int(INT64_MIN);

    ck_assert_str_eq(show(&m), "-9223372036854775808");
    m = jaxl_money_int(INT64_MAX);
    ck_assert_str_eq(show(&m), "9223372036854775807");
    m = jaxl_money_int(0);
    ck_assert_str_eq(show(&m), "0");
    ck_assert_int_eq(jaxl_money_sign(&m), 0);
}
END_TEST

/* Worked out by hand; NULL: does not fit. */
static const struct {
    const char *a, *b, *sum, *difference, *product;
} results[] = {
    {"0", "0", "0", "0", "0"},
    {"0.1", "0.2", "0.3", "-0.1", "0.02"},
    {"0.35", "-0.35", "0", "0.7", "-0.1225"},
    {"-1", "-0.5", "-1.5", "-0.5", "0.5"},
    {"-3", "0", "-3", "-3", "0"},
    {"99.99", "0.01", "100", "99.98", "0.9999"},
    {"1e20", "1e-20", NULL, NULL, "1"},
    {NINES_38, "1", NULL, "99999999999999999999999999999999999998", NINES_38},
    {NINES_38, "-1", "99999999999999999999999999999999999998", NULL, "-" NINES_38},
    {NINES_38, NINES_38, NULL, "0", NULL},
    {NINES_38, "0.1", NULL, NULL, "9999999999999999999999999999999999999.9"},
    {ALL_PLACES, SMALLEST, "100000000000000", "99999999999999.999999999999999999999998", NULL},
    {SMALLEST, SMALLEST, "0.000000000000000000000002", "0", NULL},
    {SMALLEST, "10", "10.000000000000000000000001", "-9.999999999999999999999999",
     "0.00000000000000000000001"},
    {"1e37", "9e37", NULL, "-80000000000000000000000000000000000000", NULL},
    /* the aligned digits pass 2^127, the result fits */
    {"175000000000000", "-90000000000000.000000000000000000000001",
     "84999999999999.999999999999999999999999", NULL, NULL},
    {"9223372036854775808", "2", "9223372036854775810", "9223372036854775806",
     "18446744073709551616"}, /* 2^64 */
    {"18446744073709551616", "4294967296", "18446744078004518912", "18446744069414584320",
     "79228162514264337593543950336"},                                                   /* 2^96 */
    {"18446744073709551616", "18446744073709551616", "36893488147419103232", "0", NULL}, /* 2^128 */
};

static void same(int got, const struct jaxl_money *m, const char *want, const char *what)
{
    if (want)
        ck_assert_msg(got == 0 && strcmp(show(m), want) == 0, "%s: %d %s, not %s", what, got,
                      show(m), want);
    else
        ck_assert_msg(got == JAXL_ELIMIT, "%s: %d %s", what, got, show(m));
}

START_TEST(arithmetic)
{
    struct jaxl_money a = read(results[_i].a), b = read(results[_i].b), m = {0};

    same(jaxl_money_add(&a, &b, &m), &m, results[_i].sum, "sum");
    same(jaxl_money_add(&b, &a, &m), &m, results[_i].sum, "sum turned round");
    same(jaxl_money_sub(&a, &b, &m), &m, results[_i].difference, "difference");
    same(jaxl_money_multiply(&a, &b, &m), &m, results[_i].product, "product");
    same(jaxl_money_multiply(&b, &a, &m), &m, results[_i].product, "product turned round");
}
END_TEST

START_TEST(failure_leaves_the_result_alone)
{
    struct jaxl_money most = read(NINES_38), m = read("5");

    ck_assert_int_eq(jaxl_money_add(&most, &most, &m), JAXL_ELIMIT);
    ck_assert_int_eq(jaxl_money_multiply(&most, &most, &m), JAXL_ELIMIT);
    ck_assert_str_eq(show(&m), "5");
}
END_TEST

START_TEST(result_may_be_an_operand)
{
    struct jaxl_money m = read("1.5");

    ck_assert_int_eq(jaxl_money_add(&m, &m, &m), 0);
    ck_assert_int_eq(jaxl_money_multiply(&m, &m, &m), 0);
    ck_assert_str_eq(show(&m), "9");
    ck_assert_int_eq(jaxl_money_sub(&m, &m, &m), 0);
    ck_assert_str_eq(show(&m), "0");
}
END_TEST

static const struct {
    const char *in;
    unsigned places;
    const char *out, *fixed;
} roundings[] = {
    {"0.5", 0, "0", "0"},
    {"1.5", 0, "2", "2"},
    {"2.5", 0, "2", "2"},
    {"2.51", 0, "3", "3"},
    {"2.49", 0, "2", "2"},
    {"0.125", 2, "0.12", "0.12"},
    {"0.135", 2, "0.14", "0.14"},
    {"0.1350000000000000000000001", 2, NULL, NULL}, /* 25 decimals */
    {"0.125000000000000000000001", 2, "0.13", "0.13"},
    {"0.995", 2, "1", "1.00"},
    {"9.999", 2, "10", "10.00"},
    {"0.004", 2, "0", "0.00"},
    {"7", 2, "7", "7.00"},
    {"0", 3, "0", "0.000"},
    {"0.1", 30, "0.1", "0.100000000000000000000000"},
    {"9999999999999999999999999999999999999.5", 0, "10000000000000000000000000000000000000",
     "10000000000000000000000000000000000000"},
    {NINES_38, 24, NINES_38, NINES_38 "." ZEROS_24},
    {ALL_PLACES, 23, "100000000000000", "100000000000000.00000000000000000000000"},
};

START_TEST(rounding)
{
    struct jaxl_money m, r;
    char text[JAXL_MONEY_TEXT], minus[JAXL_MONEY_TEXT + 1];

    if (!roundings[_i].out) {
        ck_assert_int_eq(jaxl_money_parse(roundings[_i].in, strlen(roundings[_i].in), &m, NULL),
                         JAXL_ELIMIT);
        return;
    }
    m = read(roundings[_i].in);
    r = jaxl_money_round(&m, roundings[_i].places);
    ck_assert_str_eq(show(&r), roundings[_i].out);
    ck_assert_str_eq(jaxl_money_format_fixed(&m, roundings[_i].places, text), roundings[_i].fixed);
    /* the same below zero */
    m = jaxl_money_negate(&m);
    r = jaxl_money_round(&m, roundings[_i].places);
    snprintf(minus, sizeof minus, "%s%s", jaxl_money_sign(&r) ? "-" : "", roundings[_i].fixed);
    ck_assert_str_eq(jaxl_money_format_fixed(&m, roundings[_i].places, text), minus);
    r = jaxl_money_negate(&r);
    ck_assert_str_eq(show(&r), roundings[_i].out);
}
END_TEST

/* From the smallest to the largest. */
static const char *const ordered[] = {
    "-" NINES_38,
    "-" ALL_PLACES,
    "-18446744073709.551616",
    "-1.5",
    "-1.000000000000000000000001",
    "-1",
    "-0.5",
    "-" SMALLEST,
    "0",
    SMALLEST,
    "0.5",
    "0.50001",
    "1",
    "1.5",
    "2",
    "10",
    "99.99",
    "18446744073709.551616",
    ALL_PLACES,
    "100000000000000",
    "18446744073709551615",
    "18446744073709551616",
    "1e37",
    NINES_38,
};

START_TEST(comparing)
{
    struct jaxl_money a = read(ordered[_i]);

    for (int i = 0; i < (int)UNIT_COUNT(ordered); i++) {
        struct jaxl_money b = read(ordered[i]), minus_a = jaxl_money_negate(&a),
                          minus_b = jaxl_money_negate(&b);
        int want = _i < i ? -1 : _i > i;
        ck_assert_int_eq(jaxl_money_compare(&a, &b), want);
        ck_assert_int_eq(jaxl_money_compare(&minus_b, &minus_a), want);
    }
    ck_assert_int_eq(jaxl_money_sign(&a), _i < 8 ? -1 : _i > 8);
}
END_TEST

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Up to 18 digits, up to 12 of them decimals: sums and products of two always fit. */
static struct jaxl_money draw(uint64_t *state)
{
    uint64_t digits = next_random(state) % UINT64_C(1000000000000000000) >> next_random(state) % 60;
    char text[64];

    snprintf(text, sizeof text, "%s%llue-%u", next_random(state) & 1 ? "-" : "",
             (unsigned long long)digits, (unsigned)(next_random(state) % 13));
    return read(text);
}

static bool equal(const struct jaxl_money *a, const struct jaxl_money *b)
{
    return a->high == b->high && a->low == b->low && a->scale == b->scale &&
           a->negative == b->negative && jaxl_money_compare(a, b) == 0;
}

START_TEST(laws_of_arithmetic)
{
    uint64_t state = 0x9e3779b97f4a7c15;

    for (int i = 0; i < 20000 / unit_slow(); i++) {
        struct jaxl_money a = draw(&state), b = draw(&state), m, n, ab, ba, x;
        char text[JAXL_MONEY_TEXT];
        ck_assert_int_eq(jaxl_money_add(&a, &b, &m), 0); /* (a + b) - b == a */
        ck_assert_int_eq(jaxl_money_sub(&m, &b, &n), 0);
        ck_assert(equal(&n, &a));
        ck_assert_int_eq(jaxl_money_compare(&m, &a), jaxl_money_sign(&b));
        ck_assert_int_eq(jaxl_money_multiply(&a, &b, &ab), 0); /* ab == ba */
        ck_assert_int_eq(jaxl_money_multiply(&b, &a, &ba), 0);
        ck_assert(equal(&ab, &ba));
        x = jaxl_money_int((int64_t)(next_random(&state) % 19) - 9); /* x(a + b) == xa + xb */
        ck_assert_int_eq(jaxl_money_multiply(&x, &m, &m), 0);
        ck_assert_int_eq(jaxl_money_multiply(&x, &a, &a), 0);
        ck_assert_int_eq(jaxl_money_multiply(&x, &b, &b), 0);
        ck_assert_int_eq(jaxl_money_add(&a, &b, &n), 0);
        ck_assert(equal(&m, &n));
        n = read(jaxl_money_format(&ab, text)); /* what is written is read back */
        ck_assert(equal(&n, &ab));
    }
}
END_TEST

START_TEST(rounding_is_nearest_and_symmetric)
{
    uint64_t state = 42;

    for (int i = 0; i < 20000 / unit_slow(); i++) {
        unsigned places = (unsigned)(next_random(&state) % 6);
        struct jaxl_money a = draw(&state), r = jaxl_money_round(&a, places), off, half, mirror;
        char text[16];
        snprintf(text, sizeof text, "5e-%u", places + 1);
        half = read(text);
        ck_assert_int_eq(jaxl_money_sub(&a, &r, &off), 0);
        if (jaxl_money_sign(&off) < 0)
            off = jaxl_money_negate(&off);
        ck_assert_int_le(jaxl_money_compare(&off, &half), 0);
        ck_assert_int_le(r.scale, (int)places);
        mirror = jaxl_money_negate(&a);
        mirror = jaxl_money_round(&mirror, places);
        mirror = jaxl_money_negate(&mirror);
        ck_assert(equal(&mirror, &r));
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, parse_and_format, 0, UNIT_COUNT(texts));
    tcase_add_test(tc, parse_looks_at_len_bytes_only);
    tcase_add_test(tc, whole_units);
    tcase_add_loop_test(tc, arithmetic, 0, UNIT_COUNT(results));
    tcase_add_test(tc, failure_leaves_the_result_alone);
    tcase_add_test(tc, result_may_be_an_operand);
    tcase_add_loop_test(tc, rounding, 0, UNIT_COUNT(roundings));
    tcase_add_loop_test(tc, comparing, 0, UNIT_COUNT(ordered));
    tcase_add_test(tc, laws_of_arithmetic);
    tcase_add_test(tc, rounding_is_nearest_and_symmetric);
}

int main(void)
{
    return unit_run("money", add);
}
