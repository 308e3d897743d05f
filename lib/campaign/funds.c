#include <string.h>

#include "campaign/costs.h"
#include "campaign/funds.h"

bool jaxl_funds_may(const struct jaxl_funds *f)
{
    struct jaxl_money sum;

    if (!f->limited)
        return true;
    return jaxl_money_add(&f->spent, &f->reserved, &sum) == 0 &&
           jaxl_money_add(&sum, &f->most, &sum) == 0 && jaxl_money_compare(&sum, &f->budget) <= 0;
}

bool jaxl_funds_reserve(struct jaxl_funds *f, const struct jaxl_money *amount)
{
    return jaxl_money_add(&f->reserved, amount, &f->reserved) == 0;
}

bool jaxl_funds_settle(struct jaxl_funds *f, const struct jaxl_money *reserved,
                       const struct jaxl_money *cost)
{
    return jaxl_money_sub(&f->reserved, reserved, &f->reserved) == 0 &&
           (!cost || jaxl_money_add(&f->spent, cost, &f->spent) == 0);
}

bool jaxl_funds_cost(const struct jaxl_json *costs, const char *code, struct jaxl_money *sum)
{
    struct jaxl_money amount;
    const char *currency;
    size_t len, n = 0;

    *sum = jaxl_money_int(0);
    for (const struct jaxl_json *v = jaxl_json_first(costs); v; v = jaxl_json_next(v), n++) {
        const char *text = jaxl_json_text(jaxl_json_get(v, "cost"), &len);
        currency = jaxl_costs_currency(v);
        if (!text || jaxl_money_parse(text, len, &amount, NULL) || !currency ||
            strcmp(currency, code) != 0 || jaxl_money_add(sum, &amount, sum))
            return false;
    }
    return n > 0;
}
