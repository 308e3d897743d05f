/* How fast calls may be placed: a token bucket that gives way when the platform throttles. Pure:
 * the time is told to it. */
#ifndef JAXL_CAMPAIGN_PACE_H
#define JAXL_CAMPAIGN_PACE_H

#include <stdint.h>

#include "jaxl/error.h"

/* Calls over a span: 5 a second is {5, JAXL_SECOND}. No limit is {0, 0}. */
struct jaxl_pace_rate {
    double calls;
    int64_t span; /* microseconds */
};

/* "5", "0.5", "5/s", "30/m", "100/h" or "max" (no limit). JAXL_EARG with the right form. */
int jaxl_pace_parse(const char *text, struct jaxl_pace_rate *out, struct jaxl_error *err);

struct jaxl_pace {
    double limit; /* calls a second as asked for, 0: none */
    double rate;  /* calls a second right now, 0: no limit */
    double floor; /* the rate is not halved below it; 0 before the first halving */
    double tokens, burst;
    int64_t at;           /* monotonic time that tokens and rate stand for */
    int64_t halved_at;    /* of the last halving, INT64_MIN before the first */
    int64_t counted_at;   /* where the second that is being counted began */
    double counted, seen; /* calls in it; calls a second in the one before */
};

/* now: monotonic, here and below. */
void jaxl_pace_start(struct jaxl_pace *p, const struct jaxl_pace_rate *rate, int64_t now);
/* 0 when a call may go now, else the microseconds until one may. */
int64_t jaxl_pace_wait(struct jaxl_pace *p, int64_t now);
/* A call went. */
void jaxl_pace_take(struct jaxl_pace *p, int64_t now);
/* It went for nothing (the platform throttled it): the rate is halved, at most once within
 * JAXL_PACE_CALM, since answers to requests that were already under way tell nothing new; down to a
 * hundredth of the rate at first, or one call a minute where that is more. It recovers by 5 % a
 * minute. */
#define JAXL_PACE_CALM (INT64_C(5) * 1000000)
void jaxl_pace_throttle(struct jaxl_pace *p, int64_t now);

#endif
