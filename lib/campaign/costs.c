#include <stdio.h>
#include <string.h>

#include "campaign/costs.h"
#include "jaxl/payments.h"

const char *jaxl_costs_currency(const struct jaxl_json *cost)
{
    const struct jaxl_json *currency = jaxl_json_get(cost, "currency");
    const char *known = NULL;
    int64_t number;

    if (jaxl_json_int(currency, &number) == 0 && number > 0 && number < 100)
        known = jaxl_payments_currency((int)number);
    return known ? known : jaxl_json_text(currency, NULL);
}

static void add_one(struct jaxl_dialer_cost *sums, size_t *n, const struct jaxl_json *cost)
{
    const char *code = jaxl_costs_currency(cost), *text;
    struct jaxl_money amount;
    size_t len, i = 0;

    text = jaxl_json_text(jaxl_json_get(cost, "cost"), &len);
    if (!text || jaxl_money_parse(text, len, &amount, NULL))
        return;
    if (!code)
        code = "?";
    while (i < *n && strncmp(sums[i].currency, code, sizeof sums[i].currency - 1) != 0)
        i++;
    if (i == JAXL_DIALER_CURRENCIES)
        return;
    if (i == *n)
        snprintf(sums[(*n)++].currency, sizeof sums[i].currency, "%.11s", code);
    (void)jaxl_money_add(&sums[i].sum, &amount, &sums[i].sum);
}

void jaxl_costs_add(struct jaxl_dialer_cost *sums, size_t *n, const struct jaxl_json *costs)
{
    for (const struct jaxl_json *v = jaxl_json_first(costs); v; v = jaxl_json_next(v))
        add_one(sums, n, v);
}

void jaxl_costs_write(const struct jaxl_dialer_cost *sums, size_t n, struct jaxl_json_writer *w)
{
    char text[JAXL_MONEY_TEXT];

    jaxl_json_write_array(w);
    for (size_t i = 0; i < n; i++) {
        jaxl_json_write_object(w);
        jaxl_json_write_key(w, "cost");
        jaxl_json_write_number(w, jaxl_money_format(&sums[i].sum, text));
        jaxl_json_write_member(w, "currency", sums[i].currency);
        jaxl_json_write_end(w);
    }
    jaxl_json_write_end(w);
}
