#include <inttypes.h>
#include <stdio.h>

#include "data/span.h"
#include "jaxl/clock.h"

static const struct {
    char letter;
    int64_t seconds;
} units[] = {{'w', 7 * 86400}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

enum { UNITS = sizeof units / sizeof units[0] };
static const int64_t LONGEST = INT64_C(36525) * 86400; /* seconds */

static int wrong(const char *text, size_t len, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EARG, "'%.*s' is not a span of time such as 90s, 15m, 4h or 1d",
                          (int)(len < 40 ? len : 40), text);
}

int jaxl_span_parse(const char *text, size_t len, int64_t *us, struct jaxl_error *err)
{
    int64_t n = 0;
    size_t i = 0;

    for (; i < len && text[i] >= '0' && text[i] <= '9' && n <= LONGEST; i++)
        n = n * 10 + (text[i] - '0');
    if (i == 0 || i + 1 != len)
        return wrong(text, len, err);
    for (size_t k = 0; k < UNITS; k++)
        if (units[k].letter == text[i] && n > 0 && n <= LONGEST / units[k].seconds) {
            *us = n * units[k].seconds * JAXL_SECOND;
            return 0;
        }
    return wrong(text, len, err);
}

const char *jaxl_span_format(int64_t us, char text[JAXL_SPAN_TEXT])
{
    int64_t seconds = us / JAXL_SECOND;
    size_t k = 1; /* not in weeks: 7d says the same to everybody */

    while (k + 1 < UNITS && seconds % units[k].seconds)
        k++;
    snprintf(text, JAXL_SPAN_TEXT, "%" PRId64 "%c", seconds / units[k].seconds, units[k].letter);
    return text;
}
