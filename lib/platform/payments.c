#include <string.h>

#include "jaxl/payments.h"

int jaxl_payments_total_read(const struct jaxl_json *answer, struct jaxl_payments_total *out,
                             struct jaxl_error *err)
{
    const struct {
        const char *key;
        const char **field;
    } fields[] = {{"total", &out->total}, {"symbol", &out->symbol}, {"signed", &out->signed_total}};

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        *fields[i].field = jaxl_json_text(jaxl_json_get(answer, fields[i].key), NULL);
        if (!*fields[i].field)
            return jaxl_error_set(err, JAXL_EPROTO, "recharges: the answer has no '%s'",
                                  fields[i].key);
    }
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
