#include <string.h>

#include "jaxl/money.h"
#include "jaxl/payments.h"
#include "platform/body.h"
#include "platform/query.h"

int jaxl_payments_total_read(const struct jaxl_json *answer, struct jaxl_payments_total *out,
                             struct jaxl_error *err)
{
    const struct {
        const char *key;
        const char **field;
    } fields[] = {{"total", &out->total}, {"symbol", &out->symbol}, {"signed", &out->signed_total}};
    struct jaxl_money total;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        *fields[i].field = jaxl_json_text(jaxl_json_get(answer, fields[i].key), NULL);
        if (!*fields[i].field)
            return jaxl_error_set(err, JAXL_EPROTO, "recharges: the answer has no '%s'",
                                  fields[i].key);
    }
    if (jaxl_money_parse(out->total, strlen(out->total), &total, NULL))
        return jaxl_error_set(err, JAXL_EPROTO, "recharges: 'total' is no amount");
    return 0;
}

/* Protocol.md section 4: 0..39 exist, these two are named. */
static const struct {
    int parameter;
    const char *code;
} currencies[] = {{JAXL_CURRENCY_USD, "USD"}, {JAXL_CURRENCY_INR, "INR"}};

const char *jaxl_payments_currency(int parameter)
{
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++)
        if (currencies[i].parameter == parameter)
            return currencies[i].code;
    return NULL;
}

int jaxl_payments_currency_parse(const char *code)
{
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++)
        if (strcmp(currencies[i].code, code) == 0)
            return currencies[i].parameter;
    return 0;
}

int jaxl_payments_consumables_total(struct jaxl_session *s, int64_t currency, struct jaxl_answer *a,
                                    struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {{"currency", JAXL_QUERY_INT, 0}};

    return jaxl_query_ask(s, JAXL_CONSUMABLES_TOTAL, 0, JAXL_QUERY_FIELDS(fields), &currency, a,
                          err);
}

int jaxl_payments_consumables_list(struct jaxl_session *s,
                                   const struct jaxl_payments_consumables *filter,
                                   struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_payments_consumables, INT, currency),
        JAXL_QUERY_PAGE(struct jaxl_payments_consumables),
    };

    return jaxl_query_ask(s, JAXL_CONSUMABLES_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_payments_subscriptions(struct jaxl_session *s,
                                const struct jaxl_payments_subscriptions *filter,
                                struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_payments_subscriptions, INT, currency),
        JAXL_QUERY(struct jaxl_payments_subscriptions, TEXTS, status),
        JAXL_QUERY(struct jaxl_payments_subscriptions, TEXT, item),
        JAXL_QUERY(struct jaxl_payments_subscriptions, TEXT, sku),
        JAXL_QUERY_PAGE(struct jaxl_payments_subscriptions),
    };

    return jaxl_query_ask(s, JAXL_SUBSCRIPTIONS_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_payments_list(struct jaxl_session *s, const struct jaxl_payments_filter *filter,
                       struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_payments_filter, INT, currency),
        JAXL_QUERY(struct jaxl_payments_filter, CHOICE, historical),
        JAXL_QUERY(struct jaxl_payments_filter, TEXT, item_type),
        JAXL_QUERY(struct jaxl_payments_filter, TEXT, order_id),
        JAXL_QUERY(struct jaxl_payments_filter, TEXT, subscription_type),
        JAXL_QUERY_PAGE(struct jaxl_payments_filter),
    };

    return jaxl_query_ask(s, JAXL_PAYMENTS_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_payments_invoice(struct jaxl_session *s, const char *payment, struct jaxl_answer *a,
                          struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {{"payment_id", JAXL_QUERY_TEXT, 0}};
    const struct jaxl_param needed = {"payment_id", payment};
    int rc = jaxl_body_need(JAXL_PAYMENTS_INVOICE, &needed, 1, err);

    return rc ? rc
              : jaxl_query_ask(s, JAXL_PAYMENTS_INVOICE, 0, JAXL_QUERY_FIELDS(fields), &payment, a,
                               err);
}
