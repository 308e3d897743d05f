#include <string.h>

#include "campaign/funds.h"
#include "unit.h"

static struct jaxl_money money(const char *text)
{
    struct jaxl_money m;

    ck_assert_int_eq(jaxl_money_parse(text, strlen(text), &m, NULL), 0);
    return m;
}

static void is(const struct jaxl_money *m, const char *expected)
{
    char text[JAXL_MONEY_TEXT];

    ck_assert_str_eq(jaxl_money_format(m, text), expected);
}

START_TEST(without_a_budget)
{
    struct jaxl_funds f = {.most = jaxl_money_int(1000000)};

    ck_assert(jaxl_funds_may(&f));
}
END_TEST

START_TEST(a_budget)
{
    const struct jaxl_money tenth = money("0.1");
    struct jaxl_funds f = {.limited = true, .budget = money("1"), .most = money("0.3")};

    for (int i = 0; i < 3; i++) {
        ck_assert(jaxl_funds_may(&f));
        ck_assert(jaxl_funds_reserve(&f, &f.most));
    }
    is(&f.reserved, "0.9");
    ck_assert(!jaxl_funds_may(&f)); /* a fourth could make it 1.2 */
    ck_assert(jaxl_funds_settle(&f, &f.most, &tenth));
    is(&f.reserved, "0.6");
    is(&f.spent, "0.1");
    ck_assert(jaxl_funds_may(&f)); /* and now exactly 1 */
    ck_assert(jaxl_funds_reserve(&f, &f.most));
    ck_assert(!jaxl_funds_may(&f));
    ck_assert(jaxl_funds_settle(&f, &f.most, NULL)); /* there was no call */
    is(&f.spent, "0.1");
    ck_assert(jaxl_funds_may(&f));
    f.budget = jaxl_money_int(0);
    ck_assert(!jaxl_funds_may(&f));
}
END_TEST

START_TEST(sums_that_do_not_fit)
{
    const struct jaxl_money huge = money("99999999999999999999999999999999999999");
    struct jaxl_funds f = {.limited = true, .budget = huge, .most = huge, .reserved = huge};

    ck_assert(!jaxl_funds_may(&f));
    ck_assert(!jaxl_funds_reserve(&f, &huge));
    is(&f.reserved, "99999999999999999999999999999999999999");
    f.spent = huge;
    ck_assert(!jaxl_funds_settle(&f, &huge, &huge));
}
END_TEST

static const struct {
    const char *costs, *sum; /* NULL: it cannot be told */
} costs[] = {
    {"[{\"cost\": 0.350, \"currency\": \"INR\"}]", "0.35"},
    {"[{\"cost\": \"0.35\", \"currency\": \"INR\"}]", "0.35"},
    {"[{\"cost\": 0.1, \"currency\": 2}, {\"cost\": 0.2, \"currency\": \"INR\"}]", "0.3"},
    {"[{\"cost\": 0, \"currency\": \"INR\"}]", "0"},
    {"[{\"cost\": 0.1, \"currency\": \"USD\"}]", NULL},
    {"[{\"cost\": 0.1, \"currency\": 1}]", NULL},
    {"[{\"cost\": 0.1, \"currency\": 0}]", NULL},
    {"[{\"cost\": 0.1, \"currency\": -2}]", NULL},
    {"[{\"cost\": 0.1, \"currency\": 4294967298}]", NULL},
    {"[{\"cost\": 0.1}]", NULL},
    {"[{\"cost\": 0.1, \"currency\": null}]", NULL},
    {"[{\"cost\": 0.1, \"currency\": \"INR\"}, {\"cost\": 0.1, \"currency\": \"USD\"}]", NULL},
    {"[{\"cost\": \"much\", \"currency\": \"INR\"}]", NULL},
    {"[{\"currency\": \"INR\"}]", NULL},
    {"[7]", NULL},
    {"[]", NULL},
    {"{}", NULL},
    {"{\"cost\": 0.1, \"currency\": \"INR\"}", NULL},
    {"null", NULL},
};

START_TEST(what_a_call_has_cost)
{
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;
    struct jaxl_money sum;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, costs[_i].costs, strlen(costs[_i].costs), &root, NULL),
                     0);
    ck_assert_msg(jaxl_funds_cost(root, "INR", &sum) == (costs[_i].sum != NULL), "%s",
                  costs[_i].costs);
    if (costs[_i].sum)
        is(&sum, costs[_i].sum);
    ck_assert(!jaxl_funds_cost(NULL, "INR", &sum));
    jaxl_json_doc_free(&doc);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, without_a_budget);
    tcase_add_test(tc, a_budget);
    tcase_add_test(tc, sums_that_do_not_fit);
    tcase_add_loop_test(tc, what_a_call_has_cost, 0, (int)UNIT_COUNT(costs));
}

int main(void)
{
    return unit_run("funds", add);
}
