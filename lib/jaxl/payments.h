/* Payments: recharges, with the proof of them that calls carry, subscriptions, payments, invoices
 * (protocol.md section 5). Every call waits for its answer or is queued: see jaxl/answer.h. */
#ifndef JAXL_PAYMENTS_H
#define JAXL_PAYMENTS_H

#include <jaxl/answer.h>

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

/* What was recharged in all: {total, symbol, signed}. currency: the parameter; 0: USD, the
 * platform's default. */
JAXL_API int jaxl_payments_consumables_total(struct jaxl_session *s, int64_t currency,
                                             struct jaxl_answer *a, struct jaxl_error *err);

/* Recharges: a page of ConsumableOrder. Currencies are parameters, 0: the platform's default, here
 * and below; filter may be NULL. */
struct jaxl_payments_consumables {
    int64_t currency;
    struct jaxl_page page;
};
JAXL_API int jaxl_payments_consumables_list(struct jaxl_session *s,
                                            const struct jaxl_payments_consumables *filter,
                                            struct jaxl_answer *a, struct jaxl_error *err);

/* Subscriptions: a page of Subscription. */
struct jaxl_payments_subscriptions {
    int64_t currency;
    struct jaxl_texts status; /* ACTIVE CANCELED COMPLETED INCOMPLETE INCOMPLETE_EXPIRED PAST_DUE
                                 TRIALING UNPAID */
    const char *item;
    const char *sku;
    struct jaxl_page page;
};
JAXL_API int jaxl_payments_subscriptions(struct jaxl_session *s,
                                         const struct jaxl_payments_subscriptions *filter,
                                         struct jaxl_answer *a, struct jaxl_error *err);

/* Payments: a page of Payment. */
struct jaxl_payments_filter {
    int64_t currency;
    enum jaxl_choice historical;
    const char *item_type;
    const char *order_id;
    const char *subscription_type; /* Initial, Renewal */
    struct jaxl_page page;
};
JAXL_API int jaxl_payments_list(struct jaxl_session *s, const struct jaxl_payments_filter *filter,
                                struct jaxl_answer *a, struct jaxl_error *err);

/* The invoice of a payment, in a->text: the protocol does not say whether it is JSON or a file.
 * payment: its id as the list of payments gives it. */
JAXL_API int jaxl_payments_invoice(struct jaxl_session *s, const char *payment,
                                   struct jaxl_answer *a, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
