#include "data/decimal.h"

#define EXPONENT_MAX INT64_C(100000000000000000)

static bool is_digit(const char *p, const char *end)
{
    return p < end && *p >= '0' && *p <= '9';
}

static const char *digits(const char *p, const char *end)
{
    while (is_digit(p, end))
        p++;
    return p;
}

/* What follows the digits: nothing, or an exponent. False: something else. */
static bool read_exponent(const char *p, const char *end, int64_t *exponent)
{
    int64_t e = 0;
    bool negative = false;

    *exponent = 0;
    if (p == end)
        return true;
    if (*p != 'e' && *p != 'E')
        return false;
    p++;
    if (p < end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    if (!is_digit(p, end))
        return false;
    for (; is_digit(p, end); p++)
        e = e < EXPONENT_MAX / 10 ? e * 10 + (*p - '0') : EXPONENT_MAX;
    *exponent = negative ? -e : e;
    return p == end;
}

/* The digits from whole to end with the point at point (end: none) as a value. */
static struct jaxl_decimal strip(const char *whole, const char *point, const char *end, int sign)
{
    const char *last = end;
    int64_t top = point - whole - 1;

    while (whole < end && (*whole == '0' || *whole == '.')) {
        top -= *whole == '0';
        whole++;
    }
    while (last > whole && (last[-1] == '0' || last[-1] == '.'))
        last--;
    if (whole == end)
        return (struct jaxl_decimal){.digits = end, .end = end};
    return (struct jaxl_decimal){.digits = whole, .end = last, .top = top, .sign = sign};
}

bool jaxl_decimal_read(const char *text, size_t len, struct jaxl_decimal *out)
{
    const char *end = text + len, *whole, *point, *behind;
    bool negative = len > 0 && *text == '-';
    int64_t exponent;

    whole = text + negative;
    point = behind = digits(whole, end);
    if (point == whole || (*whole == '0' && point - whole > 1))
        return false;
    if (point < end && *point == '.') {
        behind = digits(point + 1, end);
        if (behind == point + 1)
            return false;
    }
    if (!read_exponent(behind, end, &exponent))
        return false;
    *out = strip(whole, point, behind, negative ? -1 : 1);
    out->top += out->sign ? exponent : 0;
    return true;
}

/* Of two with the same first power of ten: digit by digit. */
static int compare_digits(const struct jaxl_decimal *a, const struct jaxl_decimal *b)
{
    const char *p = a->digits, *q = b->digits;

    for (;; p++, q++) {
        p += p < a->end && *p == '.';
        q += q < b->end && *q == '.';
        if (p == a->end || q == b->end)
            return (p < a->end) - (q < b->end);
        if (*p != *q)
            return *p < *q ? -1 : 1;
    }
}

int jaxl_decimal_compare(const struct jaxl_decimal *a, const struct jaxl_decimal *b)
{
    int larger;

    if (a->sign != b->sign || !a->sign)
        return (a->sign > b->sign) - (a->sign < b->sign);
    larger = a->top != b->top ? (a->top < b->top ? -1 : 1) : compare_digits(a, b);
    return a->sign * larger;
}
