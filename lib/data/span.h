/* Spans of time as people write them: "90s", "15m", "4h", "1d". */
#ifndef DATA_SPAN_H
#define DATA_SPAN_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/error.h"

enum { JAXL_SPAN_TEXT = 32 };

/* A whole number and its unit, len bytes: s, m, h, d or w; at least one second and at most 100
 * years, in microseconds. JAXL_EARG saying what it should look like. */
int jaxl_span_parse(const char *text, size_t len, int64_t *us, struct jaxl_error *err);
/* Writes it in the largest unit that it is a whole number of. Returns text. */
const char *jaxl_span_format(int64_t us, char text[JAXL_SPAN_TEXT]);

#endif
