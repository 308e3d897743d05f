#include "billing/sum.h"

#include <stdbool.h>
#include <string.h>

#include "data/decimal.h"

__extension__ typedef unsigned __int128 wide;

enum { WORDS = 4, CHUNK = 19 /* decimal digits that fit a word */ };

#define E19 UINT64_C(10000000000000000000)

/* 10^(24 - scale): what one unit of an amount of that scale is of a sum. */
#define HIGH(n) (uint64_t)((wide)E19 * (n) >> 64)
#define LOW(n)  (uint64_t)((wide)E19 * (n))
static const uint64_t units[JAXL_SUM_SCALE + 1][2] = {
    {LOW(100000), HIGH(100000)},
    {LOW(10000), HIGH(10000)},
    {LOW(1000), HIGH(1000)},
    {LOW(100), HIGH(100)},
    {LOW(10), HIGH(10)},
    {E19, 0},
    {UINT64_C(1000000000000000000), 0},
    {UINT64_C(100000000000000000), 0},
    {UINT64_C(10000000000000000), 0},
    {UINT64_C(1000000000000000), 0},
    {UINT64_C(100000000000000), 0},
    {UINT64_C(10000000000000), 0},
    {UINT64_C(1000000000000), 0},
    {UINT64_C(100000000000), 0},
    {UINT64_C(10000000000), 0},
    {UINT64_C(1000000000), 0},
    {100000000, 0},
    {10000000, 0},
    {1000000, 0},
    {100000, 0},
    {10000, 0},
    {1000, 0},
    {100, 0},
    {10, 0},
    {1, 0},
};

/* Adds p, or when mask is all ones its negative: the complement and one. */
static void add_words(struct jaxl_sum *s, const uint64_t p[WORDS], uint64_t mask)
{
    uint64_t carry = mask & 1;

    for (int i = 0; i < WORDS; i++) {
        wide t = (wide)s->w[i] + (p[i] ^ mask) + carry;
        s->w[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
}

/* Adds a number of 128 bits and the sign that stands above them. */
static void add_small(struct jaxl_sum *s, wide low, wide sign)
{
    wide a = ((wide)s->w[1] << 64 | s->w[0]) + low;
    wide b = ((wide)s->w[3] << 64 | s->w[2]) + sign + (a < low);

    s->w[0] = (uint64_t)a;
    s->w[1] = (uint64_t)(a >> 64);
    s->w[2] = (uint64_t)b;
    s->w[3] = (uint64_t)(b >> 64);
}

void jaxl_sum_add(struct jaxl_sum *s, const struct jaxl_money *m)
{
    const uint64_t *unit = units[m->scale];
    wide a = (wide)m->low * unit[0], b;
    uint64_t p[WORDS];

    if (!(m->high | unit[1])) {
        add_small(s, m->negative ? -a : a, m->negative && a ? ~(wide)0 : 0);
        return;
    }
    b = (wide)m->low * unit[1];
    p[0] = (uint64_t)a;
    b += (uint64_t)(a >> 64);
    p[1] = (uint64_t)b;
    p[2] = (uint64_t)(b >> 64);
    p[3] = 0;
    if (m->high) {
        a = (wide)m->high * unit[0] + p[1];
        b = (wide)m->high * unit[1] + p[2] + (uint64_t)(a >> 64);
        p[1] = (uint64_t)a;
        p[2] = (uint64_t)b;
        p[3] = (uint64_t)(b >> 64);
    }
    add_words(s, p, -(uint64_t)m->negative);
}

void jaxl_sum_join(struct jaxl_sum *s, const struct jaxl_sum *other)
{
    struct jaxl_sum o = *other;

    add_words(s, o.w, 0);
}

void jaxl_sum_negate(struct jaxl_sum *s)
{
    struct jaxl_sum negative = {{0}};

    add_words(&negative, s->w, ~UINT64_C(0));
    *s = negative;
}

static bool is_negative(const struct jaxl_sum *s)
{
    return s->w[WORDS - 1] >> 63;
}

static bool is_zero(const struct jaxl_sum *s)
{
    return !(s->w[0] | s->w[1] | s->w[2] | s->w[3]);
}

int jaxl_sum_sign(const struct jaxl_sum *s)
{
    return is_negative(s) ? -1 : !is_zero(s);
}

int jaxl_sum_compare(const struct jaxl_sum *a, const struct jaxl_sum *b)
{
    if (is_negative(a) != is_negative(b))
        return is_negative(a) ? -1 : 1;
    for (int i = WORDS - 1; i >= 0; i--)
        if (a->w[i] != b->w[i])
            return a->w[i] < b->w[i] ? -1 : 1;
    return 0;
}

/* Makes the magnitude of *s out of it; true when it was negative. */
static bool take_sign(struct jaxl_sum *s)
{
    bool negative = is_negative(s);

    if (negative)
        jaxl_sum_negate(s);
    return negative;
}

/* Divides a magnitude; returns the remainder. */
static uint64_t divide(struct jaxl_sum *s, uint64_t by)
{
    uint64_t rest = 0;

    for (int i = WORDS - 1; i >= 0; i--) {
        wide t = (wide)rest << 64 | s->w[i];
        if (!t)
            continue;
        s->w[i] = (uint64_t)(t / by);
        rest = (uint64_t)(t % by);
    }
    return rest;
}

/* Multiplies a magnitude and adds; returns what overflows. */
static uint64_t multiply(struct jaxl_sum *s, uint64_t by, uint64_t plus)
{
    for (int i = 0; i < WORDS; i++) {
        wide t = (wide)s->w[i] * by + plus;
        s->w[i] = (uint64_t)t;
        plus = (uint64_t)(t >> 64);
    }
    return plus;
}

void jaxl_sum_multiply(struct jaxl_sum *s, uint64_t by)
{
    bool negative = take_sign(s);

    (void)multiply(s, by, 0);
    if (negative)
        jaxl_sum_negate(s);
}

/* 10^n, n at most CHUNK */
static uint64_t power(unsigned n)
{
    return units[JAXL_SUM_SCALE - n][0];
}

void jaxl_sum_divide(const struct jaxl_sum *s, uint64_t by, unsigned places, struct jaxl_sum *out)
{
    unsigned drop = places < JAXL_SUM_SCALE ? JAXL_SUM_SCALE - places : 0;
    unsigned last = drop < CHUNK ? drop : CHUNK, first = drop - last;
    struct jaxl_sum q = *s;
    bool negative = take_sign(&q), sticky = false, up;
    uint64_t rest = divide(&q, by);

    /* The divisor that decides comes last. It is even unless it is the only one, so that what was
     * left over before matters between two halves only. */
    if (first) {
        sticky = rest > 0;
        rest = divide(&q, power(first));
    }
    if (last) {
        sticky |= rest > 0;
        by = power(last);
        rest = divide(&q, by);
    }
    up = rest > by - rest || (rest == by - rest && (sticky || q.w[0] & 1));
    (void)multiply(&q, 1, up);
    (void)multiply(&q, power(first), 0);
    (void)multiply(&q, power(last), 0);
    if (negative)
        jaxl_sum_negate(&q);
    *out = q;
}

/* All digits of a magnitude, at least JAXL_SUM_SCALE + 1; returns the first of them, before end. */
static char *write_digits(struct jaxl_sum m, char *end)
{
    char *p = end;

    while (!is_zero(&m) || end - p <= JAXL_SUM_SCALE) {
        uint64_t chunk = divide(&m, E19);
        for (int i = 0; i < CHUNK; i++, chunk /= 10)
            *--p = (char)('0' + (int)(chunk % 10));
    }
    while (*p == '0' && end - p > JAXL_SUM_SCALE + 1)
        p++;
    return p;
}

/* With at least so many decimals. */
static const char *write_text(struct jaxl_sum s, unsigned places, char *text)
{
    char digits[JAXL_SUM_TEXT + CHUNK], *end = digits + sizeof digits, *t = text, *first;
    unsigned decimals = JAXL_SUM_SCALE;
    size_t whole;

    if (take_sign(&s))
        *t++ = '-';
    first = write_digits(s, end);
    whole = (size_t)(end - first) - JAXL_SUM_SCALE;
    while (decimals > places && first[whole + decimals - 1] == '0')
        decimals--;
    memcpy(t, first, whole);
    t += whole;
    if (decimals) {
        *t++ = '.';
        memcpy(t, first + whole, decimals);
        t += decimals;
    }
    *t = '\0';
    return text;
}

const char *jaxl_sum_format(const struct jaxl_sum *s, char text[JAXL_SUM_TEXT])
{
    return write_text(*s, 0, text);
}

const char *jaxl_sum_format_fixed(const struct jaxl_sum *s, unsigned places,
                                  char text[JAXL_SUM_TEXT])
{
    struct jaxl_sum rounded;

    jaxl_sum_divide(s, 1, places, &rounded);
    return write_text(rounded, places < JAXL_SUM_SCALE ? places : JAXL_SUM_SCALE, text);
}

int jaxl_sum_money(const struct jaxl_sum *s, struct jaxl_money *out)
{
    const wide limit = (wide)E19 * E19; /* 10^38 */
    struct jaxl_sum m = *s, tenth;
    unsigned scale = JAXL_SUM_SCALE;
    bool negative = take_sign(&m);
    wide magnitude;

    for (tenth = m; scale > 0 && divide(&tenth, 10) == 0; m = tenth)
        scale--;
    magnitude = (wide)m.w[1] << 64 | m.w[0];
    if (m.w[3] || m.w[2] || magnitude >= limit)
        return JAXL_ELIMIT;
    *out = (struct jaxl_money){
        .high = m.w[1], .low = m.w[0], .scale = (uint8_t)scale, .negative = negative};
    return 0;
}

/* Nearly every amount: at most 18 digits, no exponent. False for others and for what is none. */
static bool parse_usual(const char *text, size_t len, struct jaxl_money *out)
{
    const char *end = text + len, *p = text, *whole, *point = NULL;
    uint64_t m = 0;

    p += len && *p == '-';
    whole = p;
    if (end - p > 19 || p == end || (*p == '0' && end - p > 1 && p[1] != '.'))
        return false;
    for (; p < end; p++) {
        unsigned digit = (unsigned char)*p - '0';
        if (digit <= 9)
            m = m * 10 + digit;
        else if (*p == '.' && !point && p > whole && p + 1 < end)
            point = p;
        else
            return false;
    }
    *out = (struct jaxl_money){
        .low = m, .scale = point ? (uint8_t)(end - point - 1) : 0, .negative = whole > text};
    return true;
}

int jaxl_sum_parse(const char *text, size_t len, struct jaxl_sum *out)
{
    struct jaxl_money usual;
    struct jaxl_sum s = {{0}};
    struct jaxl_decimal d;
    int64_t power_of_10;

    if (parse_usual(text, len, &usual)) {
        *out = s;
        jaxl_sum_add(out, &usual);
        return 0;
    }
    if (!jaxl_decimal_read(text, len, &d))
        return JAXL_EINPUT;
    if (d.sign && d.top >= JAXL_SUM_WHOLE)
        return JAXL_ELIMIT;
    power_of_10 = d.top + JAXL_SUM_SCALE;
    for (const char *p = d.digits; p < d.end; p++) {
        if (*p == '.')
            continue;
        if (power_of_10-- < 0)
            return JAXL_ELIMIT;
        (void)multiply(&s, 10, (uint64_t)(*p - '0'));
    }
    for (; d.sign && power_of_10 >= 0; power_of_10--)
        (void)multiply(&s, 10, 0);
    if (d.sign < 0)
        jaxl_sum_negate(&s);
    *out = s;
    return 0;
}
