#include <stdlib.h>
#include <string.h>

#include "billing/statement_impl.h"

enum {
    RATE_PLACES = 4,        /* decimals of a rate in percent */
    RATE_ONE = 100 * 10000, /* 100 % of these */
    PLACES = 2,             /* of the minor unit of INR and USD */
};

int jaxl_statement_amount(const char *text, const char *what, struct jaxl_sum *out,
                          struct jaxl_error *err)
{
    int rc;

    *out = (struct jaxl_sum){0};
    rc = text ? jaxl_sum_parse(text, strlen(text), out) : 0;
    if (rc == JAXL_EINPUT)
        return jaxl_error_set(err, rc, "%s: no amount", what);
    return rc ? jaxl_error_set(err, rc, "%s: it has too many digits", what) : 0;
}

/* A rate in ten thousandths of a percent; -1: it is none. */
static int64_t rate_of(const char *text)
{
    const struct jaxl_money times = jaxl_money_int(10000), most = jaxl_money_int(100);
    struct jaxl_money rate;
    char whole[JAXL_MONEY_TEXT];

    if (jaxl_money_parse(text, strlen(text), &rate, NULL) || jaxl_money_sign(&rate) < 0 ||
        jaxl_money_compare(&rate, &most) > 0 || rate.scale > RATE_PLACES ||
        jaxl_money_multiply(&rate, &times, &rate))
        return -1;
    return strtoll(jaxl_money_format(&rate, whole), NULL, 10);
}

int jaxl_statement_tax_parse(const char *text, struct jaxl_statement_tax *out,
                             struct jaxl_error *err)
{
    size_t len = strcspn(text, ",");
    const char *mode = text[len] ? text + len + 1 : "exclusive";

    *out = (struct jaxl_statement_tax){.mode = JAXL_STATEMENT_NO_TAX};
    if (len >= sizeof out->rate)
        return jaxl_error_set(err, JAXL_EARG, "'%s' is no rate of tax", text);
    memcpy(out->rate, text, len);
    if (rate_of(out->rate) < 0)
        return jaxl_error_set(err, JAXL_EARG,
                              "'%s' is no rate of tax: percent from 0 to 100, with 4 decimals at "
                              "most, as in 18 or 18,inclusive",
                              text);
    if (strcmp(mode, "exclusive") == 0)
        out->mode = JAXL_STATEMENT_EXCLUSIVE;
    else if (strcmp(mode, "inclusive") == 0)
        out->mode = JAXL_STATEMENT_INCLUSIVE;
    else
        return jaxl_error_set(err, JAXL_EARG, "tax is inclusive or exclusive, not '%s'", mode);
    return 0;
}

/* Whether it can be multiplied by a rate. */
static bool fits(const struct jaxl_sum *used)
{
    struct jaxl_sum limit = {0}, size = *used;

    jaxl_sum_parse("1e40", strlen("1e40"), &limit);
    if (jaxl_sum_sign(&size) < 0)
        jaxl_sum_negate(&size);
    return jaxl_sum_compare(&size, &limit) < 0;
}

int jaxl_statement_tax(const struct jaxl_statement_tax *tax, const struct jaxl_sum *used,
                       struct jaxl_sum *taxable, struct jaxl_sum *amount, struct jaxl_error *err)
{
    int64_t rate = rate_of(tax->rate);
    struct jaxl_sum less;

    if (rate < 0)
        return jaxl_error_set(err, JAXL_EARG, "'%s' is no rate of tax", tax->rate);
    if (!fits(used))
        return jaxl_error_set(err, JAXL_ELIMIT, "the usage is too large to be taxed");
    *amount = *used;
    jaxl_sum_multiply(amount, (uint64_t)rate);
    jaxl_sum_divide(amount, RATE_ONE + (tax->mode == JAXL_STATEMENT_INCLUSIVE ? (uint64_t)rate : 0),
                    PLACES, amount);
    *taxable = *used;
    if (tax->mode == JAXL_STATEMENT_INCLUSIVE) {
        less = *amount;
        jaxl_sum_negate(&less);
        jaxl_sum_join(taxable, &less);
    }
    return 0;
}
