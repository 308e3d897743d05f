#include "command/balance.h"

#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "jaxl/calls.h"
#include "jaxl/payments.h"

static int add_cost(const struct jaxl_calls_usage *usage, struct jaxl_money *used,
                    struct jaxl_error *err)
{
    struct jaxl_money cost;
    int code = usage->cost ? jaxl_money_parse(usage->cost, strlen(usage->cost), &cost, err) : 0;

    if (code)
        return jaxl_error_set(err, JAXL_EPROTO, "the cost of calls is no amount");
    if (!usage->cost)
        return 0;
    code = jaxl_money_add(used, &cost, used);
    return code ? jaxl_error_set(err, code, "the cost of all calls does not fit") : 0;
}

static int sum_usage(const struct jaxl_json *answer, struct jaxl_money *used,
                     struct jaxl_error *err)
{
    const struct jaxl_json *results = jaxl_json_get(answer, "results");
    int code = need_list(answer, err);

    for (const struct jaxl_json *v = jaxl_json_first(results); v && !code; v = jaxl_json_next(v)) {
        struct jaxl_calls_usage usage;
        code = jaxl_calls_usage_read(v, &usage, err);
        if (!code)
            code = add_cost(&usage, used, err);
    }
    return code;
}

static int ask_recharged(struct jaxl_session *s, int64_t currency, struct balance *out,
                         struct jaxl_error *err)
{
    const char *code = jaxl_payments_currency((int)currency);
    struct jaxl_payments_total total;
    struct jaxl_answer a = {0};
    int rc = jaxl_payments_consumables_total(s, currency, &a, err);

    if (!rc)
        rc = jaxl_payments_total_read(a.value, &total, err);
    if (!rc)
        rc = jaxl_money_parse(total.total, strlen(total.total), &out->recharged, err);
    if (!rc)
        snprintf(out->currency, sizeof out->currency, "%s", code ? code : total.symbol);
    jaxl_answer_free(&a);
    return rc;
}

static int ask_used(struct jaxl_session *s, int64_t currency, struct balance *out,
                    struct jaxl_error *err)
{
    const struct jaxl_calls_usage_filter filter = {.currency = currency};
    struct jaxl_answer a = {0};
    int rc = jaxl_calls_usage(s, &filter, &a, err);

    out->used = jaxl_money_int(0);
    if (!rc)
        rc = sum_usage(a.value, &out->used, err);
    if (!rc)
        out->finalized = jaxl_json_bool(jaxl_json_get(a.value, "is_finalized"));
    jaxl_answer_free(&a);
    return rc;
}

int balance_ask(struct jaxl_session *s, int64_t currency, struct balance *out,
                struct jaxl_error *err)
{
    int rc;

    memset(out, 0, sizeof *out);
    if (!currency)
        currency = JAXL_CURRENCY_USD;
    rc = ask_recharged(s, currency, out, err);
    if (!rc)
        rc = ask_used(s, currency, out, err);
    if (!rc && jaxl_money_sub(&out->recharged, &out->used, &out->left))
        rc = jaxl_error_set(err, JAXL_ELIMIT, "the balance does not fit");
    return rc;
}
