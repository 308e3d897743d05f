/* Exact decimal amounts. At most 38 significant digits, at most 24 of them decimals (a binary
 * double printed by somebody else, 1.2345678901234567e-07, still fits). What does not fit is
 * JAXL_ELIMIT: never rounded unasked, never wrapped.
 *
 * An amount has no currency of its own; one value has one representation, so that 0.70 is 0.7. */
#ifndef JAXL_MONEY_H
#define JAXL_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* (high * 2^64 + low) / 10^scale, negated or not. All zero is 0. Made by these functions only. */
struct jaxl_money {
    uint64_t high, low;
    uint8_t scale;
    bool negative;
};

enum {
    JAXL_MONEY_DIGITS = 38,
    JAXL_MONEY_SCALE = 24,
    JAXL_MONEY_TEXT = 72 /* bytes of the longest text, with its NUL */
};

/* Reads len bytes that are a JSON number (RFC 8259: "-0.35", "1e3"; no leading '+', no leading
 * zeros, no blanks). JAXL_EINPUT when it is none, JAXL_ELIMIT when the value does not fit (zeros at
 * the end of a text do not count). *out is untouched then. */
JAXL_API int jaxl_money_parse(const char *text, size_t len, struct jaxl_money *out,
                              struct jaxl_error *err);
/* A whole number of units. */
JAXL_API struct jaxl_money jaxl_money_int(int64_t units);

/* *out may be a or b. JAXL_ELIMIT when the result does not fit, with *out untouched. A product
 * must fit before zeros at its end are dropped. */
JAXL_API int jaxl_money_add(const struct jaxl_money *a, const struct jaxl_money *b,
                            struct jaxl_money *out);
JAXL_API int jaxl_money_sub(const struct jaxl_money *a, const struct jaxl_money *b,
                            struct jaxl_money *out);
JAXL_API int jaxl_money_multiply(const struct jaxl_money *a, const struct jaxl_money *b,
                                 struct jaxl_money *out);
JAXL_API struct jaxl_money jaxl_money_negate(const struct jaxl_money *a);
/* The nearest amount of at most so many decimals; of two equally near ones the even one (IEEE 754
 * roundTiesToEven). places above JAXL_MONEY_SCALE change nothing. */
JAXL_API struct jaxl_money jaxl_money_round(const struct jaxl_money *a, unsigned places);

/* -1, 0 or 1: a below, equal to or above b; a below, equal to or above 0. */
JAXL_API int jaxl_money_compare(const struct jaxl_money *a, const struct jaxl_money *b);
JAXL_API int jaxl_money_sign(const struct jaxl_money *a);

/* Writes the amount as a JSON number without an exponent and without needless zeros ("-0.35", "7");
 * equal amounts give equal texts. Returns text. */
JAXL_API const char *jaxl_money_format(const struct jaxl_money *a, char text[JAXL_MONEY_TEXT]);
/* The same, rounded to and filled up to exactly so many decimals (at most JAXL_MONEY_SCALE):
 * "7.00". An amount that rounds to nothing has no sign. */
JAXL_API const char *jaxl_money_format_fixed(const struct jaxl_money *a, unsigned places,
                                             char text[JAXL_MONEY_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
