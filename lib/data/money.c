#include <string.h>

#include "jaxl/money.h"

__extension__ typedef unsigned __int128 wide;

static wide power_of_10(unsigned n)
{
    wide p = 1;

    while (n-- > 0)
        p *= 10;
    return p;
}

static wide magnitude(const struct jaxl_money *a)
{
    return (wide)a->high << 64 | a->low;
}

/* The one representation of ±m / 10^scale, if it has one. */
static int normalize(wide m, unsigned scale, bool negative, struct jaxl_money *out)
{
    for (; scale > 0 && m % 10 == 0; scale--)
        m /= 10;
    if (scale > JAXL_MONEY_SCALE || m >= power_of_10(JAXL_MONEY_DIGITS))
        return JAXL_ELIMIT;
    *out = (struct jaxl_money){.high = (uint64_t)(m >> 64),
                               .low = (uint64_t)m,
                               .scale = (uint8_t)scale,
                               .negative = negative && m};
    return 0;
}

struct scan {
    const char *p, *end;
    wide m;           /* digits read, without the zeros at the end */
    int64_t exponent; /* of ten; counts the zeros at the end of the digits */
    bool over;        /* more digits than fit */
};

static bool is_digit(const struct scan *s)
{
    return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static bool skip(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

/* One digit more: zeros are put off until a digit other than zero follows. */
static void take_digit(struct scan *s, int64_t *zeros)
{
    unsigned digit = (unsigned)(*s->p++ - '0');

    ++*zeros;
    if (digit == 0)
        return;
    for (; *zeros > 0 && s->m; --*zeros)
        s->over |= __builtin_mul_overflow(s->m, 10, &s->m);
    *zeros = 0;
    s->over |= __builtin_add_overflow(s->m, digit, &s->m);
}

/* [eE][+-]?digits; huge ones are held at a bound that is out of range anyway. */
static bool take_exponent(struct scan *s)
{
    const int64_t bound = INT64_C(1) << 60;
    int64_t e = 0;
    bool negative;

    if (!skip(s, 'e') && !skip(s, 'E'))
        return true;
    negative = skip(s, '-');
    if (!negative)
        (void)skip(s, '+');
    if (!is_digit(s))
        return false;
    for (; is_digit(s); s->p++)
        if (e < bound / 10)
            e = e * 10 + (*s->p - '0');
    s->exponent += negative ? -e : e;
    return true;
}

static bool take_number(struct scan *s)
{
    int64_t zeros = 0;

    if (!is_digit(s))
        return false;
    if (*s->p == '0' && s->end - s->p > 1 && s->p[1] >= '0' && s->p[1] <= '9')
        return false;
    while (is_digit(s))
        take_digit(s, &zeros);
    if (skip(s, '.')) {
        if (!is_digit(s))
            return false;
        for (; is_digit(s); s->exponent--)
            take_digit(s, &zeros);
    }
    s->exponent += zeros;
    return take_exponent(s) && s->p == s->end;
}

/* Digits and exponent as an amount. */
static int settle(struct scan *s, bool negative, struct jaxl_money *out)
{
    if (!s->over && !s->m)
        return normalize(0, 0, false, out);
    if (s->over || s->exponent > JAXL_MONEY_DIGITS || s->exponent < -JAXL_MONEY_SCALE)
        return JAXL_ELIMIT;
    for (; s->exponent > 0; s->exponent--)
        if (__builtin_mul_overflow(s->m, 10, &s->m))
            return JAXL_ELIMIT;
    return normalize(s->m, (unsigned)-s->exponent, negative, out);
}

int jaxl_money_parse(const char *text, size_t len, struct jaxl_money *out, struct jaxl_error *err)
{
    struct scan s = {.p = text, .end = text + len};
    int shown = len < 40 ? (int)len : 40;
    bool negative = skip(&s, '-');

    if (!take_number(&s))
        return jaxl_error_set(err, JAXL_EINPUT, "'%.*s' is not a decimal number such as 0.35",
                              shown, text);
    if (settle(&s, negative, out))
        return jaxl_error_set(err, JAXL_ELIMIT,
                              "%.*s: an amount has at most %d digits, %d of them decimals", shown,
                              text, JAXL_MONEY_DIGITS, JAXL_MONEY_SCALE);
    return 0;
}

struct jaxl_money jaxl_money_int(int64_t units)
{
    return (struct jaxl_money){.low = units < 0 ? -(uint64_t)units : (uint64_t)units,
                               .negative = units < 0};
}

struct jaxl_money jaxl_money_negate(const struct jaxl_money *a)
{
    struct jaxl_money r = *a;

    r.negative = !a->negative && magnitude(a);
    return r;
}

/* m * 10^n; false when it does not even fit 128 bits. */
static bool shift(wide *m, unsigned n)
{
    for (; n > 0 && *m; n--)
        if (__builtin_mul_overflow(*m, 10, m))
            return false;
    return true;
}

int jaxl_money_add(const struct jaxl_money *a, const struct jaxl_money *b, struct jaxl_money *out)
{
    unsigned scale = a->scale > b->scale ? a->scale : b->scale;
    wide x = magnitude(a), y = magnitude(b), sum;

    if (!shift(&x, scale - a->scale) || !shift(&y, scale - b->scale))
        return JAXL_ELIMIT;
    if (a->negative != b->negative)
        return x >= y ? normalize(x - y, scale, a->negative, out)
                      : normalize(y - x, scale, b->negative, out);
    if (__builtin_add_overflow(x, y, &sum))
        return JAXL_ELIMIT;
    return normalize(sum, scale, a->negative, out);
}

int jaxl_money_sub(const struct jaxl_money *a, const struct jaxl_money *b, struct jaxl_money *out)
{
    struct jaxl_money minus = jaxl_money_negate(b);

    return jaxl_money_add(a, &minus, out);
}

int jaxl_money_multiply(const struct jaxl_money *a, const struct jaxl_money *b,
                        struct jaxl_money *out)
{
    wide product;

    if (__builtin_mul_overflow(magnitude(a), magnitude(b), &product))
        return JAXL_ELIMIT;
    return normalize(product, (unsigned)a->scale + b->scale, a->negative != b->negative, out);
}

struct jaxl_money jaxl_money_round(const struct jaxl_money *a, unsigned places)
{
    struct jaxl_money r = *a;
    wide unit, m, rest;

    if (a->scale <= places)
        return r;
    unit = power_of_10(a->scale - places);
    m = magnitude(a) / unit;
    rest = magnitude(a) % unit;
    if (rest > unit / 2 || (rest == unit / 2 && m % 2))
        m++;
    /* a tenth of the digits at most: it always fits */
    (void)normalize(m, places, a->negative, &r);
    return r;
}

int jaxl_money_compare(const struct jaxl_money *a, const struct jaxl_money *b)
{
    int sign = a->negative ? -1 : 1;
    wide x, y, unit;

    if (a->negative != b->negative)
        return sign;
    if (a->scale > b->scale)
        return -jaxl_money_compare(b, a);
    unit = power_of_10((unsigned)b->scale - a->scale);
    x = magnitude(a);
    y = magnitude(b) / unit;
    if (x != y)
        return x < y ? -sign : sign;
    return magnitude(b) % unit ? -sign : 0;
}

int jaxl_money_sign(const struct jaxl_money *a)
{
    return a->negative ? -1 : magnitude(a) != 0;
}

/* With at least so many decimals. */
static const char *write_text(const struct jaxl_money *a, unsigned places, char *text)
{
    char reversed[JAXL_MONEY_TEXT], *p = reversed, *t = text;
    wide m = magnitude(a);
    unsigned scale = a->scale;

    for (; places > scale; places--)
        *p++ = '0';
    for (unsigned i = 0; m || i <= scale; i++, m /= 10) {
        if (i == scale && p > reversed)
            *p++ = '.';
        *p++ = (char)('0' + (int)(m % 10));
    }
    if (a->negative)
        *p++ = '-';
    while (p > reversed)
        *t++ = *--p;
    *t = '\0';
    return text;
}

const char *jaxl_money_format(const struct jaxl_money *a, char text[JAXL_MONEY_TEXT])
{
    return write_text(a, 0, text);
}

const char *jaxl_money_format_fixed(const struct jaxl_money *a, unsigned places,
                                    char text[JAXL_MONEY_TEXT])
{
    struct jaxl_money r;

    if (places > JAXL_MONEY_SCALE)
        places = JAXL_MONEY_SCALE;
    r = jaxl_money_round(a, places);
    return write_text(&r, places, text);
}
