/* Payments: what was recharged, with the proof of it that calls carry (protocol.md section 5). */
#ifndef JAXL_PAYMENTS_H
#define JAXL_PAYMENTS_H

#include <jaxl/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Values of the platform's currency parameter. */
enum { JAXL_CURRENCY_USD = 1, JAXL_CURRENCY_INR = 2 };

/* The answer to JAXL_CONSUMABLES_TOTAL; borrows from its document. */
struct jaxl_payments_total {
    const char *total;        /* all recharges, decimal text */
    const char *symbol;       /* of the currency */
    const char *signed_total; /* the proof; for jaxl_calls_order.total_recharge */
};

/* JAXL_EPROTO names the field that is missing. */
JAXL_API int jaxl_payments_total_read(const struct jaxl_json *answer,
                                      struct jaxl_payments_total *out, struct jaxl_error *err);

/* The code of a currency parameter, "USD" for 1; NULL for one that protocol.md does not name. And
 * the parameter of a code, 0 for one that it does not name. */
JAXL_API const char *jaxl_payments_currency(int parameter);
JAXL_API int jaxl_payments_currency_parse(const char *code);

#ifdef __cplusplus
}
#endif
#endif
