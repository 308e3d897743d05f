#include "billing/pulse.h"

#include <stddef.h>

enum { SECOND = 1000000 };

/* Digits up to end as a length; 0 when they are none. */
static int64_t read_seconds(const char *p, const char **end)
{
    int64_t n = 0;

    for (; *p >= '0' && *p <= '9'; p++)
        n = n > JAXL_PULSE_MAX ? n : n * 10 + (*p - '0');
    *end = p;
    return n > JAXL_PULSE_MAX ? 0 : n;
}

int jaxl_pulse_parse(const char *text, struct jaxl_pulse *out, struct jaxl_error *err)
{
    struct jaxl_pulse pulse = {0, 0};
    const char *p;

    pulse.initial = read_seconds(text, &p);
    if (*p == '/')
        pulse.step = read_seconds(p + 1, &p);
    if (!pulse.initial || !pulse.step || *p)
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.40s' is not a pulse: first and further seconds, 1 to %d, as "
                              "60/60, 30/6 or 1/1",
                              text, JAXL_PULSE_MAX);
    *out = pulse;
    return 0;
}

int64_t jaxl_pulse_billed(const struct jaxl_pulse *p, int64_t talk_us)
{
    int64_t initial_us = p->initial * SECOND, step_us = p->step * SECOND;

    if (talk_us <= 0)
        return 0;
    if (talk_us <= initial_us)
        return p->initial;
    return p->initial + ((talk_us - initial_us - 1) / step_us + 1) * p->step;
}
