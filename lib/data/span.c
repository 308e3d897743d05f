#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/span.h"

static const struct {
    const char *name;
    int64_t us;
} units[] = {{"", JAXL_SECOND},         {"w", 7 * 86400 * JAXL_SECOND}, {"d", 86400 * JAXL_SECOND},
             {"h", 3600 * JAXL_SECOND}, {"m", 60 * JAXL_SECOND},        {"s", JAXL_SECOND},
             {"ms", JAXL_MSEC}};

enum {
    UNITS = sizeof units / sizeof units[0],
    DAYS = 2 /* the largest unit that is written: 7d
                says the same to everybody */
};
static const int64_t LONGEST = INT64_C(36525) * 86400 * JAXL_SECOND;

/* The unit of this name; 0: there is none. */
static int64_t unit_of(const char *name, size_t len)
{
    for (size_t i = 0; i < UNITS; i++)
        if (strlen(units[i].name) == len && memcmp(units[i].name, name, len) == 0)
            return units[i].us;
    return 0;
}

static bool is_digit(const char *text, size_t len, size_t i)
{
    return i < len && text[i] >= '0' && text[i] <= '9';
}

/* -1: it is none. */
static int64_t read_span(const char *text, size_t len)
{
    int64_t whole = 0, part = 0, scale = 1, unit;
    size_t i = 0;

    for (; is_digit(text, len, i) && whole <= LONGEST; i++)
        whole = whole * 10 + (text[i] - '0');
    if (i == 0)
        return -1;
    if (i < len && text[i] == '.') {
        if (!is_digit(text, len, ++i))
            return -1;
        for (; is_digit(text, len, i) && scale < 1000000; i++, scale *= 10)
            part = part * 10 + (text[i] - '0');
    }
    unit = unit_of(text + i, len - i);
    if (!unit || whole > LONGEST / unit)
        return -1;
    whole = whole * unit + part * unit / scale; /* at most 10^6 weeks: 6 * 10^17 */
    return whole <= LONGEST ? whole : -1;
}

int jaxl_span_parse(const char *text, size_t len, int64_t *us, struct jaxl_error *err)
{
    int64_t span = read_span(text, len);

    if (span < 0)
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.*s' is not a span of time such as 90s, 15m, 4h or 1d",
                              (int)(len < 40 ? len : 40), text);
    *us = span;
    return 0;
}

const char *jaxl_span_format(int64_t us, char text[JAXL_SPAN_TEXT])
{
    size_t k = us ? DAYS : UNITS - 2; /* nothing is 0s */
    int n;

    while (k + 1 < UNITS && us % units[k].us)
        k++;
    n = snprintf(text, JAXL_SPAN_TEXT, "%" PRId64, us / units[k].us);
    if (us % units[k].us) {
        n += snprintf(text + n, JAXL_SPAN_TEXT - (size_t)n, ".%03d", (int)(us % units[k].us));
        while (text[n - 1] == '0')
            n--;
    }
    snprintf(text + n, JAXL_SPAN_TEXT - (size_t)n, "%s", units[k].name);
    return text;
}
