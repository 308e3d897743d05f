/* Decimal numbers as they are written, of any length. */
#ifndef JAXL_DATA_DECIMAL_H
#define JAXL_DATA_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed from the text it was read from. */
struct jaxl_decimal {
    const char *digits; /* from the first that is not 0; a point may be among them */
    const char *end;    /* behind the last that is not 0 */
    int64_t top;        /* the first digit stands for this power of ten */
    int sign;           /* -1, 0 (no digits) or 1 */
};

/* Reads len bytes that are a JSON number (RFC 8259); false, with *out untouched, when they are not.
 * Exponents beyond 10^17 are taken for 10^17. */
bool jaxl_decimal_read(const char *text, size_t len, struct jaxl_decimal *out);
/* -1, 0 or 1: a below, equal to or above b. */
int jaxl_decimal_compare(const struct jaxl_decimal *a, const struct jaxl_decimal *b);

#endif
