/* Amounts and numbers as people of a place write them: "₹1,23,456.78". Exact: a text goes in, and
 * never becomes a binary number. */
#ifndef JAXL_CURRENCY_H
#define JAXL_CURRENCY_H

#include <jaxl/buf.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JAXL_CURRENCY_DECIMAL_MAX = 512 }; /* bytes of a number */

/* How a locale writes numbers. For one thread at a time. */
struct jaxl_currency;

/* locale: "en_IN", "en-IN", "de_DE.UTF-8"; NULL, "", "C" and "POSIX" stand for English. JAXL_EARG:
 * no locale of a known language; JAXL_ENOMEM; JAXL_ECONFIG: its module is not installed. */
JAXL_API int jaxl_currency_new(struct jaxl_currency **c, const char *locale,
                               struct jaxl_error *err);
JAXL_API void jaxl_currency_free(struct jaxl_currency **c);

/* Appends a number to out as UTF-8. decimal: a JSON number without an exponent ("-0.355").
 * currency: an ISO 4217 code in capitals: with its sign, rounded half-even to its digits; what
 * rounds to nothing has no minus (the digits are those of ICU: two for INR, none for JPY). Any
 * other text that is not empty: with all its decimals behind the text as it is and a no-break
 * space. NULL or "": a plain number with the decimals that it has. In all of them the digits, the
 * points and the groups are the locale's. JAXL_EINPUT: no such number; JAXL_ELIMIT: a longer one,
 * or out is full; JAXL_ENOMEM. Nothing is appended then. */
JAXL_API int jaxl_currency_put(struct jaxl_currency *c, const char *decimal, const char *currency,
                               struct jaxl_buf *out, struct jaxl_error *err);

/* The three above in one. */
JAXL_API int jaxl_currency_format(const char *decimal, const char *currency, const char *locale,
                                  struct jaxl_buf *out, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
