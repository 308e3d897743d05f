#include <stdlib.h>
#include <string.h>

#include "campaign/pace.h"
#include "jaxl/clock.h"

static const double SLOWEST = 1.0 / 60;   /* calls a second */
static const double LEAST = 0.01;         /* of the rate that was throttled first */
static const double RECOVERY = 0.05 / 60; /* of the rate, a second */
static const int64_t LEAST_SPAN = 10000;  /* microseconds over which a rate can be told */
static const double BURST = 0.1;          /* seconds' worth of calls that may go at once */

int jaxl_pace_parse(const char *text, struct jaxl_pace_rate *out, struct jaxl_error *err)
{
    static const struct {
        const char *suffix;
        int64_t span;
    } units[] = {{"", JAXL_SECOND},
                 {"/s", JAXL_SECOND},
                 {"/m", 60 * JAXL_SECOND},
                 {"/h", 3600 * JAXL_SECOND}};
    double calls = 0, digit = 1;
    const char *p = text;

    if (strcmp(text, "max") == 0) {
        *out = (struct jaxl_pace_rate){0};
        return 0;
    }
    for (; *p >= '0' && *p <= '9'; p++)
        calls = calls * 10 + (*p - '0');
    if (p > text && *p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++)
            calls += (*p - '0') * (digit /= 10);
    for (size_t i = 0; calls > 0 && calls <= 1e6 && i < sizeof units / sizeof units[0]; i++)
        if (strcmp(p, units[i].suffix) == 0) {
            *out = (struct jaxl_pace_rate){calls, units[i].span};
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG,
                          "'%.60s' is not a rate: calls a second (5, 0.5), a minute (30/m) or an "
                          "hour (100/h), or max",
                          text);
}

void jaxl_pace_start(struct jaxl_pace *p, const struct jaxl_pace_rate *rate, int64_t now)
{
    double a_second = rate->span ? rate->calls * (double)JAXL_SECOND / (double)rate->span : 0;

    *p = (struct jaxl_pace){.limit = a_second,
                            .rate = a_second,
                            .tokens = 1,
                            .at = now,
                            .halved_at = INT64_MIN,
                            .counted_at = now};
    p->burst = a_second * BURST > 1 ? a_second * BURST : 1;
}

/* Brings rate and tokens up to now. */
static void advance(struct jaxl_pace *p, int64_t now)
{
    double seconds = (double)(now - p->at) / (double)JAXL_SECOND;

    if (now <= p->at)
        return;
    p->at = now;
    if (p->halved_at != INT64_MIN && p->rate > 0) {
        p->rate += p->rate * RECOVERY * seconds;
        if (p->limit > 0 && p->rate > p->limit)
            p->rate = p->limit;
    }
    p->tokens += p->rate * seconds;
    if (p->tokens > p->burst)
        p->tokens = p->burst;
    if (now - p->counted_at >= JAXL_SECOND) {
        p->seen = p->counted * (double)JAXL_SECOND / (double)(now - p->counted_at);
        p->counted = 0;
        p->counted_at = now;
    }
}

int64_t jaxl_pace_wait(struct jaxl_pace *p, int64_t now)
{
    advance(p, now);
    if (p->rate <= 0 || p->tokens >= 1)
        return 0;
    return (int64_t)((1 - p->tokens) / p->rate * (double)JAXL_SECOND) + 1;
}

void jaxl_pace_take(struct jaxl_pace *p, int64_t now)
{
    advance(p, now);
    p->counted++;
    if (p->rate > 0)
        p->tokens--;
}

/* Calls a second that were reached: in the last whole second or, where that says nothing yet or
 * less, since it ended. */
static double reached(const struct jaxl_pace *p, int64_t now)
{
    int64_t span = now - p->counted_at;
    double rate =
        p->counted * (double)JAXL_SECOND / (double)(span < LEAST_SPAN ? LEAST_SPAN : span);

    return rate > p->seen ? rate : p->seen;
}

void jaxl_pace_throttle(struct jaxl_pace *p, int64_t now)
{
    advance(p, now);
    if (p->halved_at != INT64_MIN && now - p->halved_at < JAXL_PACE_CALM)
        return;
    /* without a limit, what was reached is what there is to halve */
    if (p->rate <= 0)
        p->rate = reached(p, now);
    if (p->floor <= 0)
        p->floor = p->rate * LEAST > SLOWEST ? p->rate * LEAST : SLOWEST;
    p->rate /= 2;
    if (p->rate < p->floor)
        p->rate = p->floor;
    p->burst = p->rate * BURST > 1 ? p->rate * BURST : 1;
    if (p->tokens > 0)
        p->tokens = 0;
    p->halved_at = now;
}
