#include "billing/columns.h"

#include <string.h>

#include "billing/tariff.h"

static void set(struct jaxl_sum *out, uint64_t high, uint64_t low, unsigned scale)
{
    const struct jaxl_money m = {.high = high, .low = low, .scale = (uint8_t)scale};

    *out = (struct jaxl_sum){{0}};
    jaxl_sum_add(out, &m);
}

static bool ratio(const struct jaxl_sum *of, uint64_t by, unsigned places, struct jaxl_sum *out)
{
    if (!by)
        return false;
    jaxl_sum_divide(of, by, places, out);
    return true;
}

static uint64_t attempts_of(const struct jaxl_group_cell *c)
{
    return c->outcomes[0] + c->outcomes[1] + c->outcomes[2];
}

static bool attempts(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    set(out, 0, attempts_of(c), 0);
    return true;
}

static bool answered(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    set(out, 0, c->outcomes[JAXL_GROUP_ANSWERED], 0);
    return true;
}

static bool missed(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    set(out, 0, c->outcomes[JAXL_GROUP_MISSED], 0);
    return true;
}

static bool failed(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    set(out, 0, c->outcomes[JAXL_GROUP_FAILED], 0);
    return true;
}

static bool talk(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    set(out, c->talk.high, c->talk.low, 6);
    return true;
}

static bool billed(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    set(out, c->billed.high, c->billed.low, 6);
    return true;
}

static bool asr(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    struct jaxl_sum n;

    (void)answered(c, &n);
    return ratio(&n, attempts_of(c), 4, out);
}

static bool acd(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    struct jaxl_sum t;

    (void)talk(c, &t);
    return ratio(&t, c->outcomes[JAXL_GROUP_ANSWERED], 2, out);
}

static bool cost(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    *out = c->cost;
    return true;
}

static bool cost_per_answered(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    return ratio(&c->cost, c->outcomes[JAXL_GROUP_ANSWERED], 6, out);
}

static bool rated(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    const struct jaxl_sum nothing = {{0}};

    jaxl_tariff_total(c->more ? &c->more->rated : &nothing, JAXL_TARIFF_DECIMALS, out);
    return true;
}

static bool difference(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    struct jaxl_sum parts = c->cost;

    jaxl_sum_multiply(&parts, JAXL_TARIFF_PARTS);
    jaxl_sum_negate(&parts);
    if (c->more)
        jaxl_sum_join(&parts, &c->more->rated);
    jaxl_tariff_total(&parts, JAXL_TARIFF_DECIMALS, out);
    return true;
}

static bool provisional(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    set(out, 0, c->more ? c->more->provisional : 0, 0);
    return true;
}

static bool provisional_cost(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    *out = c->more ? c->more->provisional_cost : (struct jaxl_sum){{0}};
    return true;
}

static bool percentile(const struct jaxl_group_cell *c, unsigned percent, struct jaxl_sum *out)
{
    if (!c->more || !c->more->talk.n)
        return false;
    set(out, 0, (uint64_t)jaxl_spread_percentile(&c->more->talk, percent), 6);
    return true;
}

static bool shortest(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    if (!c->more || !c->more->talk.n)
        return false;
    set(out, 0, (uint64_t)c->more->talk.values[0].value, 6);
    return true;
}

static bool longest(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    return percentile(c, 100, out);
}

static bool median(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    return percentile(c, 50, out);
}

static bool p95(const struct jaxl_group_cell *c, struct jaxl_sum *out)
{
    return percentile(c, 95, out);
}

static const struct jaxl_report_column all[] = {
    {"currency", JAXL_COLUMNS_ALWAYS, NULL},
    {"attempts", JAXL_COLUMNS_ALWAYS, attempts},
    {"answered", JAXL_COLUMNS_ALWAYS, answered},
    {"missed", JAXL_COLUMNS_ALWAYS, missed},
    {"failed", JAXL_COLUMNS_ALWAYS, failed},
    {"asr", JAXL_COLUMNS_ALWAYS, asr},
    {"acd", JAXL_COLUMNS_ALWAYS, acd},
    {"talk", JAXL_COLUMNS_ALWAYS, talk},
    {"billed", JAXL_COLUMNS_ALWAYS, billed},
    {"cost", JAXL_COLUMNS_ALWAYS, cost},
    {"rated", JAXL_COLUMNS_TARIFF, rated},
    {"difference", JAXL_COLUMNS_TARIFF, difference},
    {"provisional", JAXL_COLUMNS_ALWAYS, provisional},
    {"provisional_cost", JAXL_COLUMNS_ALWAYS, provisional_cost},
    {"cost_per_answered", JAXL_COLUMNS_PER_ANSWERED, cost_per_answered},
    {"shortest", JAXL_COLUMNS_SHORTEST, shortest},
    {"longest", JAXL_COLUMNS_LONGEST, longest},
    {"median", JAXL_COLUMNS_MEDIAN, median},
    {"p95", JAXL_COLUMNS_P95, p95},
};

const struct jaxl_report_column *jaxl_columns_all(size_t *n)
{
    *n = sizeof all / sizeof all[0];
    return all;
}

int jaxl_columns_parse(const struct jaxl_texts *names, unsigned *bits, struct jaxl_error *err)
{
    size_t n = sizeof all / sizeof all[0];

    for (size_t i = 0; i < names->n; i++) {
        size_t k = 0;
        if (strcmp(names->items[i], "all") == 0) {
            *bits |= JAXL_COLUMNS_FURTHER;
            continue;
        }
        while (k < n && strcmp(all[k].name, names->items[i]) != 0)
            k++;
        if (k == n || !(all[k].when & JAXL_COLUMNS_FURTHER))
            return jaxl_error_set(err, JAXL_EARG,
                                  "'%.40s' is none of the further columns cost_per_answered, "
                                  "shortest, longest, median, p95 and all",
                                  names->items[i]);
        *bits |= all[k].when;
    }
    return 0;
}
