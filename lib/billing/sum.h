/* Exact sums of amounts: whatever the order, and however many partial sums are joined, the result
 * is the same to the last digit. */
#ifndef JAXL_BILLING_SUM_H
#define JAXL_BILLING_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/money.h"

/* A whole number of 10^-24 in two's complement, the lowest word first. All zero is 0. An amount is
 * below 10^62 of these, so that no 10^14 additions and joins overflow. */
struct jaxl_sum {
    uint64_t w[4];
};

enum {
    JAXL_SUM_SCALE = JAXL_MONEY_SCALE, /* decimals */
    JAXL_SUM_WHOLE = 52,               /* digits before the point that are read */
    JAXL_SUM_TEXT = 96                 /* bytes of the longest text, with its NUL */
};

/* A few ns. */
void jaxl_sum_add(struct jaxl_sum *s, const struct jaxl_money *m);
/* Adds another sum (which may be s). */
void jaxl_sum_join(struct jaxl_sum *s, const struct jaxl_sum *other);
void jaxl_sum_negate(struct jaxl_sum *s);
/* -1, 0 or 1: below, equal to or above 0; a below, equal to or above b. */
int jaxl_sum_sign(const struct jaxl_sum *s);
int jaxl_sum_compare(const struct jaxl_sum *a, const struct jaxl_sum *b);

/* Writes the sum as a JSON number without an exponent and without needless zeros. Returns text. */
const char *jaxl_sum_format(const struct jaxl_sum *s, char text[JAXL_SUM_TEXT]);
/* The same, rounded half-even (IEEE 754 roundTiesToEven) to and filled up to exactly so many
 * decimals, at most JAXL_SUM_SCALE. A sum that rounds to nothing has no sign. */
const char *jaxl_sum_format_fixed(const struct jaxl_sum *s, unsigned places,
                                  char text[JAXL_SUM_TEXT]);

/* The quotient, by > 0, rounded half-even, once, to so many decimals (at most JAXL_SUM_SCALE). *out
 * may be s. by 1 rounds. */
void jaxl_sum_divide(const struct jaxl_sum *s, uint64_t by, unsigned places, struct jaxl_sum *out);
/* Times a whole number; the caller sees to it that the product fits. */
void jaxl_sum_multiply(struct jaxl_sum *s, uint64_t by);
/* The sum as an amount. JAXL_ELIMIT when it has more digits than one can have; *out untouched. */
int jaxl_sum_money(const struct jaxl_sum *s, struct jaxl_money *out);
/* Reads len bytes that are a JSON number, also one that is no amount for its many digits.
 * JAXL_EINPUT when it is none; JAXL_ELIMIT when it has more than JAXL_SUM_SCALE decimals or is not
 * below 10^52. *out is untouched then. */
int jaxl_sum_parse(const char *text, size_t len, struct jaxl_sum *out);

#endif
