/* Spans of time as people write them: "90s", "15m", "4h", "1d". */
#ifndef JAXL_SPAN_H
#define JAXL_SPAN_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JAXL_SPAN_TEXT = 32 }; /* bytes of the longest text, with its NUL */

/* Reads len bytes: a number in digits, with at most six decimals behind a point, and its unit,
 * which is ms, s, m, h, d (24 hours) or w; without any it is seconds. At most 36525 days. In
 * microseconds; what is finer than one is dropped. JAXL_EARG saying what it should look like, with
 * *us untouched. */
JAXL_API int jaxl_span_parse(const char *text, size_t len, int64_t *us, struct jaxl_error *err);
/* Writes a span of 0 or more microseconds in the largest unit of d, h, m, s and ms that it is a
 * whole number of ("7d", "90s", "1500ms"), what is finer in ms with decimals ("0.5ms"), so that
 * reading it gives the same. Returns text. */
JAXL_API const char *jaxl_span_format(int64_t us, char text[JAXL_SPAN_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
