#include <string.h>

#include "billing/sum.h"
#include "unit.h"

#define NINES_38 "99999999999999999999999999999999999999"
#define SMALLEST "0.000000000000000000000001"

static uint64_t state = 20261005;

static uint64_t next_random(void)
{
    return unit_random(&state);
}

static struct jaxl_money money(const char *text)
{
    struct jaxl_money m;

    ck_assert_msg(jaxl_money_parse(text, strlen(text), &m, NULL) == 0, "%s", text);
    return m;
}

static struct jaxl_sum sum(const char *text)
{
    struct jaxl_sum s;

    ck_assert_msg(jaxl_sum_parse(text, strlen(text), &s) == 0, "%s", text);
    return s;
}

static const char *show(const struct jaxl_sum *s)
{
    static char text[2][JAXL_SUM_TEXT];
    static int turn;

    return jaxl_sum_format(s, text[turn ^= 1]);
}

/* The same by another way: decimal digits in ten's complement, the lowest first; 24 are decimals.
 */
enum { DIGITS = 120, PLACES = 24 };
struct naive {
    unsigned char d[DIGITS];
};

static void naive_add(struct naive *s, const struct naive *o)
{
    int carry = 0;

    for (int i = 0; i < DIGITS; i++) {
        int t = s->d[i] + o->d[i] + carry;
        s->d[i] = (unsigned char)(t % 10);
        carry = t / 10;
    }
}

static void naive_negate(struct naive *s)
{
    struct naive one = {{1}};

    for (int i = 0; i < DIGITS; i++)
        s->d[i] = (unsigned char)(9 - s->d[i]);
    naive_add(s, &one);
}

static bool naive_negative(const struct naive *s)
{
    return s->d[DIGITS - 1] >= 5;
}

static void naive_multiply(struct naive *s, uint64_t by)
{
    struct naive product = {{0}}, shifted = *s;

    for (; by; by /= 10) {
        for (uint64_t n = by % 10; n > 0; n--)
            naive_add(&product, &shifted);
        memmove(shifted.d + 1, shifted.d, DIGITS - 1);
        shifted.d[0] = 0;
    }
    *s = product;
}

/* Digits with a point and a sign. */
static struct naive naive_read(const char *text)
{
    struct naive s = {{0}};
    const char *p = text + (*text == '-'), *point = strchr(p, '.');
    size_t whole = point ? (size_t)(point - p) : strlen(p);

    for (size_t i = 0; i < whole; i++)
        s.d[PLACES + whole - 1 - i] = (unsigned char)(p[i] - '0');
    for (size_t i = 1; point && point[i]; i++)
        s.d[PLACES - i] = (unsigned char)(point[i] - '0');
    if (*text == '-')
        naive_negate(&s);
    return s;
}

static const char *naive_write(struct naive s)
{
    static char text[DIGITS + 3];
    char *t = text;
    int first = DIGITS - 1, last = 0;

    if (naive_negative(&s)) {
        naive_negate(&s);
        *t++ = '-';
    }
    while (first > PLACES && !s.d[first])
        first--;
    while (last < PLACES && !s.d[last])
        last++;
    for (int i = first; i >= last; i--) {
        if (i == PLACES - 1)
            *t++ = '.';
        *t++ = (char)('0' + s.d[i]);
    }
    *t = '\0';
    return text;
}

/* An amount as one is seen: most of few digits, some of as many as there can be. */
static const char *random_amount(void)
{
    static char text[64];
    int digits = (int)(next_random() % (next_random() % 8 ? 9 : 14)) + 1;
    int decimals = (int)(next_random() % (next_random() % 8 ? 10 : 25));
    char *t = text;

    if (next_random() % 4 == 0)
        *t++ = '-';
    for (int i = 0; i < digits; i++)
        *t++ = (char)('0' + (int)(next_random() % 10));
    *t++ = '.';
    for (int i = 0; i < decimals; i++)
        *t++ = (char)('0' + (int)(next_random() % 10));
    t -= !decimals;
    *t = '\0';
    for (t = text + (*text == '-'); t[0] == '0' && t[1] && t[1] != '.';)
        memmove(t, t + 1, strlen(t));
    return text;
}

START_TEST(random_sums)
{
    struct jaxl_sum all = {{0}}, parts[7] = {{{0}}}, joined = {{0}};
    struct naive expected = {{0}};

    for (int i = 0; i < 30000 / unit_slow(); i++) {
        const char *text = random_amount();
        struct jaxl_money m = money(text);
        struct naive n = naive_read(text);
        jaxl_sum_add(&all, &m);
        jaxl_sum_add(&parts[next_random() % 7], &m);
        naive_add(&expected, &n);
        if (i % 16 == 0)
            ck_assert_str_eq(show(&all), naive_write(expected));
        ck_assert_int_eq(jaxl_sum_sign(&all) < 0, naive_negative(&expected));
    }
    for (int i = 6; i >= 0; i--)
        jaxl_sum_join(&joined, &parts[i]);
    ck_assert_int_eq(jaxl_sum_compare(&all, &joined), 0);
    ck_assert_mem_eq(&all, &joined, sizeof all);
    ck_assert_str_eq(show(&joined), naive_write(expected));
}
END_TEST

/* A million of the largest, of both signs, and down to nothing again. */
START_TEST(largest)
{
    static const char *const texts[] = {NINES_38, "-" NINES_38,
                                        "99999999999999.999999999999999999999999",
                                        "-99999999999999.999999999999999999999999", SMALLEST};
    int n = 1000000 / unit_slow();

    for (size_t k = 0; k < UNIT_COUNT(texts); k++) {
        struct jaxl_money m = money(texts[k]), minus = jaxl_money_negate(&m);
        struct jaxl_sum s = {{0}}, doubled;
        struct naive expected = naive_read(texts[k]);
        for (int i = 0; i < n; i++)
            jaxl_sum_add(&s, &m);
        naive_multiply(&expected, (uint64_t)n);
        ck_assert_str_eq(show(&s), naive_write(expected));
        doubled = s;
        for (int i = 0; i < 26; i++) /* 6.7 * 10^13 */
            jaxl_sum_join(&doubled, &doubled);
        naive_multiply(&expected, 1 << 26);
        ck_assert_str_eq(show(&doubled), naive_write(expected));
        for (int i = 0; i < n; i++)
            jaxl_sum_add(&s, &minus);
        ck_assert_int_eq(jaxl_sum_sign(&s), 0);
        ck_assert_str_eq(show(&s), "0");
    }
}
END_TEST

/* In: what is read; out: what is written, or NULL and the code. */
static const struct {
    const char *in, *out;
    int result;
} texts[] = {
    {"0", "0", 0},
    {"-0", "0", 0},
    {"-0.000", "0", 0},
    {"0e999999999999999999999999", "0", 0},
    {"0.35", "0.35", 0},
    {"-0.3500", "-0.35", 0},
    {"1e2", "100", 0},
    {"1.5E+1", "15", 0},
    {"12.5e-1", "1.25", 0},
    {"123456789012345678", "123456789012345678", 0},
    {"9999999999999999999", "9999999999999999999", 0},
    {"18446744073709551616", "18446744073709551616", 0},
    {"0.100000000000000000000000000000000000000000", "0.1", 0},
    {"1000000000000000000000000000000000000000000000000000000000000e-60", "1", 0},
    {"0.00000000000000000000000000000000000001e38", "1", 0},
    {NINES_38 ".999999999999999999999999", NINES_38 ".999999999999999999999999", 0},
    {"-" SMALLEST, "-" SMALLEST, 0},
    {"1e-24", SMALLEST, 0},
    {"1e51", "1000000000000000000000000000000000000000000000000000", 0},
    {"9999999999999999999999999999999999999999999999999999.999999999999999999999999",
     "9999999999999999999999999999999999999999999999999999.999999999999999999999999", 0},
    {"1e52", NULL, JAXL_ELIMIT},
    {"-1e52", NULL, JAXL_ELIMIT},
    {"1e999999999999999999999999", NULL, JAXL_ELIMIT},
    {"1e-25", NULL, JAXL_ELIMIT},
    {"0.1000000000000000000000001", NULL, JAXL_ELIMIT},
    {"1e-999999999999999999999999", NULL, JAXL_ELIMIT},
    {"", NULL, JAXL_EINPUT},
    {"-", NULL, JAXL_EINPUT},
    {".", NULL, JAXL_EINPUT},
    {"-.5", NULL, JAXL_EINPUT},
    {"+1", NULL, JAXL_EINPUT},
    {".5", NULL, JAXL_EINPUT},
    {"5.", NULL, JAXL_EINPUT},
    {"01", NULL, JAXL_EINPUT},
    {"-00", NULL, JAXL_EINPUT},
    {"1.2.3", NULL, JAXL_EINPUT},
    {"1 ", NULL, JAXL_EINPUT},
    {"1,5", NULL, JAXL_EINPUT},
    {"--1", NULL, JAXL_EINPUT},
    {"1e", NULL, JAXL_EINPUT},
    {"NaN", NULL, JAXL_EINPUT},
};

START_TEST(parse)
{
    struct jaxl_sum s = {{1, 2, 3, 4}};

    ck_assert_msg(jaxl_sum_parse(texts[_i].in, strlen(texts[_i].in), &s) == texts[_i].result, "%s",
                  texts[_i].in);
    if (texts[_i].out)
        ck_assert_str_eq(show(&s), texts[_i].out);
    else
        ck_assert(s.w[0] == 1 && s.w[1] == 2 && s.w[2] == 3 && s.w[3] == 4);
}
END_TEST

/* What amounts can do, sums do alike. */
START_TEST(as_amounts)
{
    for (int i = 0; i < 20000 / unit_slow(); i++) {
        char text[JAXL_MONEY_TEXT], other[JAXL_SUM_TEXT];
        unsigned places = (unsigned)(next_random() % 27);
        struct jaxl_money a = money(random_amount()), b = money(random_amount()), back;
        struct jaxl_sum s = {{0}}, t = {{0}}, rounded;
        jaxl_sum_add(&s, &a);
        jaxl_sum_add(&t, &b);
        ck_assert_str_eq(show(&s), jaxl_money_format(&a, text));
        ck_assert_str_eq(jaxl_sum_format_fixed(&s, places, other),
                         jaxl_money_format_fixed(&a, places, text));
        ck_assert_int_eq(jaxl_sum_compare(&s, &t), jaxl_money_compare(&a, &b));
        ck_assert_int_eq(jaxl_sum_compare(&t, &s), -jaxl_money_compare(&a, &b));
        ck_assert_int_eq(jaxl_sum_sign(&s), jaxl_money_sign(&a));
        ck_assert_int_eq(jaxl_sum_money(&s, &back), 0);
        ck_assert(back.scale == a.scale && jaxl_money_compare(&back, &a) == 0);
        jaxl_sum_divide(&s, 1, places, &rounded);
        back = jaxl_money_round(&a, places);
        ck_assert_str_eq(show(&rounded), jaxl_money_format(&back, text));
        jaxl_sum_negate(&s);
        back = jaxl_money_negate(&a);
        ck_assert_str_eq(show(&s), jaxl_money_format(&back, text));
        rounded = sum(text);
        ck_assert_mem_eq(&rounded, &s, sizeof s);
    }
}
END_TEST

static const struct {
    const char *sum;
    uint64_t by;
    unsigned places;
    const char *quotient;
} quotients[] = {
    {"0", 7, 2, "0"},
    {"1", 3, 4, "0.3333"},
    {"2", 3, 4, "0.6667"},
    {"-2", 3, 4, "-0.6667"},
    {"1", 8, 2, "0.12"}, /* 0.125 */
    {"3", 8, 2, "0.38"}, /* 0.375 */
    {"-1", 8, 2, "-0.12"},
    {"0.125000000000000000000001", 1, 2, "0.13"},
    {"0.124999999999999999999999", 1, 2, "0.12"},
    {"1", 2, 0, "0"},
    {"3", 2, 0, "2"},
    {"-3", 2, 0, "-2"},
    {"-1", 2, 0, "0"},
    {"0.9", 1, 0, "1"},
    {"7", 1, 24, "7"},
    {"7", 1, 99, "7"},
    {"1", 27, 24, "0.037037037037037037037037"},
    {SMALLEST, 2, 24, "0"},
    {"0.000000000000000000000003", 2, 24, "0.000000000000000000000002"},
    {SMALLEST, UINT64_MAX, 24, "0"},
    {"18446744073709551615", UINT64_MAX, 24, "1"},
    {"9.5", UINT64_C(10000000000000000000), 18, "0.000000000000000001"},
    {"9.5", UINT64_C(10000000000000000000), 19, "0.000000000000000001"},
    {"8.5", UINT64_C(10000000000000000000), 19, "0.0000000000000000008"},
};

START_TEST(divide)
{
    struct jaxl_sum s = sum(quotients[_i].sum);

    jaxl_sum_divide(&s, quotients[_i].by, quotients[_i].places, &s);
    ck_assert_str_eq(show(&s), quotients[_i].quotient);
}
END_TEST

/* No quotient of so many places is nearer, and of two as near it is the even one. */
START_TEST(divide_is_nearest)
{
    int ties = 0;

    for (int i = 0; i < 6000 / unit_slow(); i++) {
        unsigned places = (unsigned)(next_random() % 25);
        uint64_t by = next_random() % (i % 2 ? 9 : UINT64_C(4000000000)) + 1;
        struct jaxl_sum s = {{0}}, q;
        struct jaxl_money m = money(random_amount());
        struct naive rest, half = {{0}}, quotient;
        if (i % 3 == 0) /* more halves */
            m = jaxl_money_round(&m, places + 1);
        jaxl_sum_add(&s, &m);
        jaxl_sum_divide(&s, by, places, &q);
        quotient = rest = naive_read(show(&q));
        for (unsigned k = 0; k < PLACES - places; k++)
            ck_assert_uint_eq(quotient.d[k], 0);
        naive_multiply(&rest, by);
        naive_negate(&rest);
        quotient = naive_read(show(&s));
        naive_add(&rest, &quotient); /* s - q * by */
        if (naive_negative(&rest))
            naive_negate(&rest);
        naive_multiply(&rest, 2);
        half.d[PLACES - places] = 1;
        naive_multiply(&half, by);
        naive_negate(&rest);
        naive_add(&half, &rest); /* by * 10^-places - 2 |s - q * by| */
        ck_assert_msg(!naive_negative(&half), "%s / %llu: %s", show(&s), (unsigned long long)by,
                      show(&q));
        if (strcmp(naive_write(half), "0") == 0) {
            quotient = naive_read(show(&q));
            if (naive_negative(&quotient))
                naive_negate(&quotient);
            ck_assert_uint_eq(quotient.d[PLACES - places] % 2, 0);
            ties++;
        }
    }
    ck_assert_int_gt(ties, 0);
}
END_TEST

START_TEST(multiply)
{
    for (int i = 0; i < 5000 / unit_slow(); i++) {
        const char *text = random_amount();
        uint64_t by = next_random() >> next_random() % 64;
        struct jaxl_sum s = sum(text);
        struct naive n = naive_read(text);
        jaxl_sum_multiply(&s, by);
        naive_multiply(&n, by);
        ck_assert_str_eq(show(&s), naive_write(n));
    }
}
END_TEST

START_TEST(more_than_an_amount)
{
    struct jaxl_money m = money("7");
    struct jaxl_sum s = sum(NINES_38 "0");

    ck_assert_int_eq(jaxl_sum_money(&s, &m), JAXL_ELIMIT);
    s = sum("123456789012345.000000000000000000000001");
    ck_assert_int_eq(jaxl_sum_money(&s, &m), JAXL_ELIMIT);
    s = (struct jaxl_sum){{0, 0, 0, UINT64_C(1) << 63}}; /* -2^255 */
    ck_assert_int_eq(jaxl_sum_money(&s, &m), JAXL_ELIMIT);
    ck_assert_str_eq(
        show(&s),
        "-57896044618658097711785492504343953926634992332820282.019728792003956564819968");
    ck_assert_int_eq(jaxl_money_compare(&m, &(struct jaxl_money){.low = 7}), 0);
    s = sum("-" NINES_38);
    ck_assert_int_eq(jaxl_sum_money(&s, &m), 0);
    s = (struct jaxl_sum){{0}};
    jaxl_sum_add(&s, &m);
    ck_assert_str_eq(show(&s), "-" NINES_38);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, random_sums);
    tcase_add_test(tc, largest);
    tcase_add_loop_test(tc, parse, 0, UNIT_COUNT(texts));
    tcase_add_test(tc, as_amounts);
    tcase_add_loop_test(tc, divide, 0, UNIT_COUNT(quotients));
    tcase_add_test(tc, divide_is_nearest);
    tcase_add_test(tc, multiply);
    tcase_add_test(tc, more_than_an_amount);
}

int main(void)
{
    return unit_run("sum", add);
}
