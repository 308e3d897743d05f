/* Time, randomness and sleep, behind one table of functions that a test replaces. Every part of the
 * library that needs one of them is given a struct jaxl_clock. */
#ifndef JAXL_CLOCK_H
#define JAXL_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JAXL_SECOND INT64_C(1000000) /* all times and spans are int64_t microseconds */
#define JAXL_MSEC   INT64_C(1000)

struct jaxl_clock {
    void *ctx;
    int64_t (*now)(void *ctx);                      /* wall time since 1970-01-01T00:00:00Z */
    int64_t (*mono)(void *ctx);                     /* never goes back; for spans only */
    void (*sleep)(void *ctx, int64_t us);           /* may return early on a signal */
    int (*random)(void *ctx, void *data, size_t n); /* fit for keys; 0 or JAXL_EIO */
};

/* The machine's own; static storage. */
JAXL_API const struct jaxl_clock *jaxl_clock_system(void);

/* The functions of the table. now and mono in microseconds; random: 0 or JAXL_EIO. */
JAXL_API int64_t jaxl_clock_now(const struct jaxl_clock *c);
JAXL_API int64_t jaxl_clock_mono(const struct jaxl_clock *c);
JAXL_API void jaxl_clock_sleep(const struct jaxl_clock *c, int64_t us);
JAXL_API int jaxl_clock_random(const struct jaxl_clock *c, void *data, size_t n);
/* A number spread evenly over 0 .. below-1 (0 when below is 0), for jitter and choices; it is 0
 * also when no randomness is to be had. */
JAXL_API uint64_t jaxl_clock_below(const struct jaxl_clock *c, uint64_t below);

enum { JAXL_CLOCK_ISO_MAX = 40 };
/* Writes ISO 8601 in UTC: "2026-11-24T03:04:05Z", with ".123456" when the microseconds are not
 * zero. text has room for JAXL_CLOCK_ISO_MAX bytes; years 0000 to 9999, others give JAXL_EARG and
 * "". */
JAXL_API int jaxl_clock_format(int64_t us, char *text);
/* Reads ISO 8601 / RFC 3339: date and time separated by 'T', 't' or a blank, seconds with up to
 * nine decimals (further than microseconds is cut) or none, then 'Z', an offset (+05:30, +0530,
 * +05) or nothing, which means UTC. len bytes. 0 or JAXL_EINPUT, with *us untouched. */
JAXL_API int jaxl_clock_parse(const char *text, size_t len, int64_t *us);

#ifdef __cplusplus
}
#endif
#endif
