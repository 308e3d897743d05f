/* Pulses: a call is billed for a first length, then in steps, each begun one whole. */
#ifndef JAXL_BILLING_PULSE_H
#define JAXL_BILLING_PULSE_H

#include <stdint.h>

#include "jaxl/error.h"

/* Seconds, 1 to JAXL_PULSE_MAX each. */
struct jaxl_pulse {
    int64_t initial, step;
};

enum { JAXL_PULSE_MAX = 86400 };

/* "60/60": by the minute; "30/6": half a minute, then by six seconds; "1/1": by the second.
 * JAXL_EARG for every other text. */
int jaxl_pulse_parse(const char *text, struct jaxl_pulse *out, struct jaxl_error *err);

/* The seconds that talk_us microseconds are billed for: none for none (or fewer), at least initial
 * for any, and initial and whole steps for more than that. */
int64_t jaxl_pulse_billed(const struct jaxl_pulse *p, int64_t talk_us);

#endif
