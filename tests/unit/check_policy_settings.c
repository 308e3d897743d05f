#include <string.h>

#include "campaign/policy.h"
#include "failmalloc.h"
#include "jaxl/clock.h"
#include "unit.h"

static struct jaxl_policy *policy(void)
{
    struct jaxl_policy *p;

    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    return p;
}

static void set(struct jaxl_policy *p, const char *key, const char *value)
{
    struct jaxl_error err = {0};

    ck_assert_msg(jaxl_policy_set(p, "", key, value, &err) == 0, "%s", err.message);
}

static void same_rate(const struct jaxl_pace_rate *rate, double calls, int64_t span)
{
    ck_assert_double_eq(rate->calls, calls);
    ck_assert_int_eq(rate->span, span);
}

static void same_amount(const struct jaxl_money *amount, const char *text)
{
    char room[JAXL_MONEY_TEXT];

    ck_assert_str_eq(jaxl_money_format(amount, room), text);
}

START_TEST(nothing_is_said)
{
    struct jaxl_policy *p = policy();
    const struct jaxl_policy_settings *s = jaxl_policy_settings(p);

    ck_assert(!s->has_rate && !s->has_rate_per_from && !s->has_budget);
    ck_assert(!s->has_max_cost_per_call && !s->has_min_balance && !s->has_halt_unknown);
    ck_assert_uint_eq(s->max_active + s->connections + s->halt_after, 0);
    ck_assert_uint_eq(s->n_from + s->n_dnc, 0);
    ck_assert_int_eq(s->from_by, JAXL_POLICY_ROTATION);
    ck_assert_int_eq(s->max_runtime, 0);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(all_are_kept)
{
    struct jaxl_policy *p = policy();
    const struct jaxl_policy_settings *s = jaxl_policy_settings(p);

    set(p, "rate", "30/m");
    set(p, "rate-per-from", "max");
    set(p, "max-active", "1000000");
    set(p, "connections", "64");
    set(p, "from-by", "country");
    set(p, "budget", "0");
    set(p, "max-cost-per-call", "0.00000000000000000000001");
    set(p, "min-balance", "12345678901234567890.50");
    set(p, "halt-after", "10");
    set(p, "halt-unknown", "0.0001%");
    set(p, "max-runtime", "90m");
    ck_assert(s->has_rate && s->has_rate_per_from && s->has_budget);
    ck_assert(s->has_max_cost_per_call && s->has_min_balance && s->has_halt_unknown);
    same_rate(&s->rate, 30, 60 * JAXL_SECOND);
    same_rate(&s->rate_per_from, 0, 0);
    ck_assert_uint_eq(s->max_active, 1000000);
    ck_assert_uint_eq(s->connections, 64);
    ck_assert_int_eq(s->from_by, JAXL_POLICY_COUNTRY);
    same_amount(&s->budget, "0");
    same_amount(&s->max_cost_per_call, "0.00000000000000000000001");
    same_amount(&s->min_balance, "12345678901234567890.5");
    ck_assert_uint_eq(s->halt_after, 10);
    ck_assert_uint_eq(s->halt_unknown, 1);
    ck_assert_int_eq(s->max_runtime, 5400 * JAXL_SECOND);
    jaxl_policy_free(&p);
}
END_TEST

/* The later one holds, and what is refused leaves the earlier. */
START_TEST(the_later_holds)
{
    struct jaxl_policy *p = policy();
    const struct jaxl_policy_settings *s = jaxl_policy_settings(p);

    set(p, "rate", "5");
    set(p, "rate", "100/h");
    set(p, "budget", "100");
    set(p, "budget", "250.50");
    set(p, "max-active", "7");
    set(p, "max-active", "9");
    set(p, "halt-unknown", "2%");
    set(p, "halt-unknown", "100%");
    set(p, "from-by", "country");
    set(p, "from-by", "rotation");
    ck_assert_int_eq(jaxl_policy_set(p, "", "rate", "fast", NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_policy_set(p, "", "budget", "-1", NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_policy_set(p, "", "max-active", "0", NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_policy_set(p, "", "halt-unknown", "2", NULL), JAXL_EARG);
    same_rate(&s->rate, 100, 3600 * JAXL_SECOND);
    same_amount(&s->budget, "250.5");
    ck_assert_uint_eq(s->max_active, 9);
    ck_assert_uint_eq(s->halt_unknown, 1000000);
    ck_assert_int_eq(s->from_by, JAXL_POLICY_ROTATION);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(shares)
{
    static const struct {
        const char *text;
        unsigned millionths;
    } cases[] = {
        {"0%", 0},         {"2%", 20000},     {"0.5%", 5000},       {"12.34%", 123400},
        {"0.1234%", 1234}, {"100%", 1000000}, {"99.9999%", 999999}, {"100.0000%", 1000000}};
    struct jaxl_policy *p = policy();

    for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
        set(p, "halt-unknown", cases[i].text);
        ck_assert(jaxl_policy_settings(p)->has_halt_unknown);
        ck_assert_uint_eq(jaxl_policy_settings(p)->halt_unknown, cases[i].millionths);
    }
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(pool_of_numbers)
{
    struct jaxl_policy *p = policy();
    const struct jaxl_policy_settings *s = jaxl_policy_settings(p);
    struct jaxl_error err = {0};
    char text[20];

    set(p, "from", "+912233445566, +91 22 3344 5567");
    set(p, "from", "+12025550100");
    set(p, "from", "+912233445566"); /* is there already */
    ck_assert_uint_eq(s->n_from, 3);
    ck_assert_str_eq(s->from[0].text, "+912233445566");
    ck_assert_str_eq(s->from[1].text, "+912233445567");
    ck_assert_str_eq(s->from[2].text, "+12025550100");
    ck_assert_int_eq(jaxl_policy_set(p, "", "from", "+12025550101,12025550102", &err), JAXL_EARG);
    ck_assert_int_eq(err.code, JAXL_EARG);
    ck_assert_ptr_nonnull(strstr(err.message, "from: '12025550102': "));
    ck_assert_uint_eq(s->n_from, 3);
    while (s->n_from < JAXL_POLICY_FROM) {
        snprintf(text, sizeof text, "+4420%08zu", s->n_from);
        set(p, "from", text);
    }
    ck_assert_int_eq(jaxl_policy_set(p, "", "from", "+12025550101", &err), JAXL_ELIMIT);
    ck_assert_str_eq(err.message, "from: more than 256 numbers");
    set(p, "from", text);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(lists_not_to_call)
{
    struct jaxl_policy *p = policy();
    const struct jaxl_policy_settings *s = jaxl_policy_settings(p);
    struct jaxl_error err = {0};
    char text[20];

    set(p, "dnc", "own.txt");
    set(p, "dnc", "+91:/var/lib/ncpr.csv");
    set(p, "dnc", "own.txt"); /* is there already */
    ck_assert_uint_eq(s->n_dnc, 2);
    ck_assert_str_eq(s->dnc[0], "own.txt");
    ck_assert_str_eq(s->dnc[1], "+91:/var/lib/ncpr.csv");
    while (s->n_dnc < JAXL_DNC_FILES) {
        snprintf(text, sizeof text, "list%zu", s->n_dnc);
        set(p, "dnc", text);
    }
    ck_assert_int_eq(jaxl_policy_set(p, "", "dnc", "more", &err), JAXL_ELIMIT);
    ck_assert_str_eq(err.message, "dnc: more than 64 files");
    jaxl_policy_free(&p);
}
END_TEST

static const struct {
    const char *key, *value, *why;
} wrong[] = {
    {"rate", "", "rate: '' is not a rate"},
    {"rate", "0", "rate: '0' is not a rate"},
    {"rate", "-5", "rate: '-5' is not a rate"},
    {"rate-per-from", "5/d", "rate-per-from: '5/d' is not a rate: calls a second (5, 0.5)"},
    {"max-active", "0", "max-active: '0' is not a whole number from 1 to 1000000"},
    {"max-active", "1000001", "max-active: '1000001' is not a whole number"},
    {"max-active", "99999999999999999999", "is not a whole number from 1 to 1000000"},
    {"connections", "65", "connections: '65' is not a whole number from 1 to 64"},
    {"connections", "", "connections: '' is not a whole number"},
    {"connections", "1.5", "connections: '1.5' is not a whole number"},
    {"halt-after", "-1", "halt-after: '-1' is not a whole number from 1 to 1000000"},
    {"from", "", "from: a number is missing: they are written as +912233445566"},
    {"from", "+912233445566,", "from: a number is missing"},
    {"from", "+912233445566,,+912233445567", "from: a number is missing"},
    {"from", "+912233445566 or another", "from: '+912233445566 or another': "},
    {"from-by", "country,rotation", "from-by: 'country,rotation' is neither rotation nor country"},
    {"dnc", "", "dnc: '' is neither a file nor a calling code and a file, as +91:registry.txt"},
    {"dnc", "+0:x", "dnc: '+0:x' is neither"},
    {"dnc", "+91:", "dnc: '+91:' is neither"},
    {"budget", "-0.01", "budget: at least 0, not '-0.01': an amount such as 250 or 99.50"},
    {"budget", "much", "budget: 'much' is not an amount such as 250 or 99.50"},
    {"budget", "", "budget: '' is not an amount"},
    {"budget", "1,000", "budget: '1,000' is not an amount"},
    {"budget", "0.0000000000000000000000001", "is not an amount"},
    {"max-cost-per-call", "-1", "max-cost-per-call: at least 0"},
    {"min-balance", "-1", "min-balance: at least 0"},
    {"halt-unknown", "2", "halt-unknown: '2' is not a share such as 2% or 0.5%"},
    {"halt-unknown", "%", "'%' is not a share"},
    {"halt-unknown", "", "'' is not a share"},
    {"halt-unknown", "-1%", "'-1%' is not a share"},
    {"halt-unknown", "1.%", "'1.%' is not a share"},
    {"halt-unknown", ".5%", "'.5%' is not a share"},
    {"halt-unknown", "0.00001%", "'0.00001%' is not a share"},
    {"halt-unknown", "100.0001%", "of at most 100% and four decimals"},
    {"halt-unknown", "99999999999999999999%", "is not a share"},
    {"max-runtime", "", "max-runtime: '' is not a span of time"},
    {"max-runtime", "0s", "max-runtime: '0s' is no time at all"},
    {"max-runtime", "long", "max-runtime: 'long' is not a span of time"},
};

START_TEST(what_is_wrong)
{
    struct jaxl_policy *p = policy();
    struct jaxl_error err = {0};

    ck_assert_int_eq(jaxl_policy_set(p, "", wrong[_i].key, wrong[_i].value, &err), JAXL_EARG);
    ck_assert_msg(strstr(err.message, wrong[_i].why) != NULL, "%s", err.message);
    ck_assert_int_eq(jaxl_policy_set(p, "", wrong[_i].key, wrong[_i].value, NULL), JAXL_EARG);
    jaxl_policy_free(&p);
}
END_TEST

static int make(void *ctx)
{
    struct jaxl_policy *p;
    int code = jaxl_policy_new(&p, NULL);

    (void)ctx;
    if (!code)
        code = jaxl_policy_set(p, "", "dnc", "own.txt", NULL);
    if (!code)
        code = jaxl_policy_set(p, "", "dnc", "other.txt", NULL);
    jaxl_policy_free(&p);
    return code;
}

START_TEST(without_memory)
{
    ck_assert_int_eq(failmalloc_each(make, NULL), 3);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, nothing_is_said);
    tcase_add_test(tc, all_are_kept);
    tcase_add_test(tc, the_later_holds);
    tcase_add_test(tc, shares);
    tcase_add_test(tc, pool_of_numbers);
    tcase_add_test(tc, lists_not_to_call);
    tcase_add_loop_test(tc, what_is_wrong, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, without_memory);
}

int main(void)
{
    return unit_run("policy_settings", add);
}
