/* Statements asked of a scripted platform. */
#include <string.h>

#include "jaxl/buf.h"
#include "jaxl/payments.h"
#include "jaxl/statement.h"
#include "session_fixture.h"

#define OCTOBER  INT64_C(1790812800000000) /* 2026-10-01T00:00:00Z */
#define NOVEMBER (OCTOBER + 31 * 86400 * JAXL_SECOND)

enum { ORDERS, PAYMENTS, TOTAL, BEFORE, WITHIN, UNTIL, AFTER, ALL, ANSWERS };

#define PAGE(count, results)                                                                       \
    "{\"count\":" count ",\"next\":null,\"previous\":null,\"results\":[" results "]}"
#define ORDER(id, status, cost)                                                                    \
    "{\"id\":" id ",\"plan_id\":2,\"name\":\"Recharge\",\"order_status\":\"" status                \
    "\",\"cost\":" cost ",\"symbol\":\"x\"}"
#define PAYMENT(id, order, at, amount, status)                                                     \
    "{\"id\":" id ",\"order_id\":" order ",\"plan_name\":\"Plan\",\"amount\":" amount              \
    ",\"transaction_timestamp\":\"" at "\",\"status\":\"" status                                   \
    "\",\"item_type\":\"PHONE_NUMBER\",\"sku\":null}"
#define USAGE(cost)                                                                                \
    "{\"results\":[{\"signed\":\"s\",\"num_calls\":3,\"call_time\":1,\"cost\":" cost               \
    "}],\"is_finalized\":true}"

#define FOUR_ORDERS                                                                                \
    ORDER("10", "PAID", "100.50")                                                                  \
    "," ORDER("11", "UNPAID", "7") "," ORDER("12", "INVOICE_PAID", "200") "," ORDER("13", "PAID",  \
                                                                                    "1")
#define FIVE_PAYMENTS                                                                              \
    PAYMENT("1", "10", "2026-09-05T00:00:00Z", "118.59", "PAID")                                   \
    "," PAYMENT("2", "12", "2026-10-05T00:00:00Z", "200.00", "PAID") "," PAYMENT(                  \
        "3", "99", "2026-10-06T00:00:00Z", "4.99",                                                 \
        "PAID") "," PAYMENT("4", "99", "2026-10-07T00:00:00Z", "5",                                \
                            "INVOICE_PAYMENT_FAILED") "," PAYMENT("5", "10",                       \
                                                                  "2026-09-06T00:00:00Z", "1",     \
                                                                  "PAID")

static const char *const good[ANSWERS] = {
    [ORDERS] = PAGE("4", FOUR_ORDERS),
    [PAYMENTS] = PAGE("5", FIVE_PAYMENTS),
    [TOTAL] = "{\"total\":301.50,\"symbol\":\"x\",\"signed\":\"p\"}",
    [BEFORE] = USAGE("10.25"),
    /* with its currency, or its cost by day, or nothing that could cost */
    [WITHIN] = "{\"results\":[{\"num_calls\":3,\"cost\":20,\"currency\":2},{\"num_calls\":1,"
               "\"stats\":[{\"total_cost\":0.04},{\"total_cost\":\"0.01\"}],\"currency\":\"INR\"},"
               "{\"num_calls\":0,\"cost\":null}],\"is_finalized\":true}",
    [UNTIL] = USAGE("30.30"),
    [AFTER] = USAGE("1"),
    [ALL] = USAGE("31.30")};

static void script(struct platform *p, struct httpd_step *steps, const char *const *answers,
                   size_t n)
{
    for (size_t i = 0; i < n; i++)
        steps[i] = (struct httpd_step){.status = 200, .body = answers[i]};
    p->rest = steps;
    p->n_rest = n;
}

START_TEST(all_that_is_asked)
{
    struct httpd_step steps[ANSWERS];
    struct jaxl_statement st;
    struct jaxl_session *s;
    struct jaxl_error err = {0};
    struct platform p;

    platform_set_up(&p, "2");
    script(&p, steps, good, ANSWERS);
    s = platform_session(&p);
    ck_assert_msg(jaxl_statement_ask(s, JAXL_CURRENCY_INR, OCTOBER, NOVEMBER, &st, &err) == 0, "%s",
                  err.message);
    ck_assert_str_eq(st.currency, "INR");
    ck_assert_uint_eq(st.n_recharges, 3);
    ck_assert_int_eq(st.recharges[0].at, OCTOBER - 26 * 86400 * JAXL_SECOND);
    ck_assert_str_eq(st.recharges[0].amount, "100.50");
    ck_assert_str_eq(st.recharges[0].paid, "118.59");
    ck_assert_str_eq(st.recharges[1].name, "Recharge");
    ck_assert_int_eq(st.recharges[1].at, OCTOBER + 4 * 86400 * JAXL_SECOND);
    ck_assert_int_eq(st.recharges[2].at, INT64_MIN);
    ck_assert_uint_eq(st.n_subscriptions, 1);
    ck_assert_str_eq(st.subscriptions[0].amount, "4.99");
    ck_assert_str_eq(st.subscriptions[0].item, "PHONE_NUMBER");
    ck_assert_str_eq(st.recharged_total, "301.50");
    ck_assert_str_eq(st.used_before, "10.25");
    ck_assert_str_eq(st.used, "20.05");
    ck_assert_str_eq(st.used_until, "30.3");
    ck_assert_str_eq(st.used_after, "1");
    ck_assert_str_eq(st.used_total, "31.3");
    ck_assert_int_eq(st.calls, 4);
    ck_assert(st.final);
    jaxl_statement_free(&st);
    jaxl_statement_free(&st);
    ck_assert_ptr_nonnull(platform_request(&p, "/v1/calls/usage/", 5));
    ck_assert_ptr_null(platform_request(&p, "/v1/calls/usage/", 6));
    ck_assert_ptr_nonnull(
        strstr(platform_request(&p, "/v1/calls/usage/", 2)->target, "currency=2"));
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* A call became final in the middle: the usage is asked for again. */
START_TEST(usage_that_moves)
{
    const char *answers[2 * ANSWERS - 3];
    struct httpd_step steps[2 * ANSWERS - 3];
    struct jaxl_statement st;
    struct jaxl_session *s;
    struct platform p;

    memcpy(answers, good, sizeof good);
    memcpy(answers + ANSWERS, good + BEFORE, (ANSWERS - BEFORE) * sizeof *good);
    answers[AFTER] = USAGE("0.35");
    platform_set_up(&p, "2");
    script(&p, steps, answers, UNIT_COUNT(answers));
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_statement_ask(s, JAXL_CURRENCY_INR, OCTOBER, NOVEMBER, &st, NULL), 0);
    ck_assert_str_eq(st.used_after, "1");
    ck_assert_ptr_nonnull(platform_request(&p, "/v1/calls/usage/", 10));
    jaxl_statement_free(&st);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const struct {
    int which;
    const char *answer, *message;
} bad[] = {
    {ORDERS, PAGE("1", "{\"id\":10,\"order_status\":\"PAID\"}"), "the cost of a recharge"},
    {ORDERS, PAGE("1", ORDER("10", "PAID", "\"much\"")), "the cost of a recharge: no amount"},
    {PAYMENTS, PAGE("1", PAYMENT("1", "10", "2026-10-05T00:00:00Z", "null", "PAID")),
     "the amount of a payment"},
    {TOTAL, "{\"total\":\"much\",\"symbol\":\"x\",\"signed\":\"p\"}", "no amount"},
    {WITHIN, "{\"results\":7}", "the list of usage"},
    {WITHIN, USAGE("\"much\""), "the cost of calls: no amount"},
    {WITHIN, USAGE("null"), "the cost of calls: the platform's answer has neither cost nor stats"},
    {WITHIN, USAGE("null,\"stats\":[]"), "has neither cost nor stats"},
    {WITHIN, "{\"results\":[{}]}", "has neither cost nor stats"},
    {WITHIN, USAGE("null,\"stats\":[{\"total_cost\":1},{\"day\":\"2026-10-05\"}]"),
     "the total_cost of a day of calls: the platform's answer has none"},
    {WITHIN, USAGE("null,\"stats\":[{\"total_cost\":\"much\"}]"), "no amount"},
    {WITHIN, USAGE("1,\"currency\":1"), "the cost of calls is in currency 1, not in INR"},
    {WITHIN, USAGE("1,\"currency\":\"USD\""), "is in currency USD, not in INR"},
};

START_TEST(answers_that_are_none)
{
    const char *answers[ANSWERS];
    struct httpd_step steps[ANSWERS];
    struct jaxl_statement st;
    struct jaxl_session *s;
    struct jaxl_error err = {0};
    struct platform p;

    memcpy(answers, good, sizeof good);
    answers[bad[_i].which] = bad[_i].answer;
    platform_set_up(&p, "2");
    script(&p, steps, answers, ANSWERS);
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_statement_ask(s, JAXL_CURRENCY_INR, OCTOBER, NOVEMBER, &st, &err),
                     JAXL_EPROTO);
    ck_assert_msg(strstr(err.message, bad[_i].message), "%s", err.message);
    ck_assert_ptr_null(st.memory);
    ck_assert_int_eq(jaxl_statement_ask(s, 7, OCTOBER, NOVEMBER, &st, &err), JAXL_EARG);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, all_that_is_asked);
    tcase_add_test(tc, usage_that_moves);
    tcase_add_loop_test(tc, answers_that_are_none, 0, UNIT_COUNT(bad));
}

int main(void)
{
    return unit_run("statement_ask", add);
}
