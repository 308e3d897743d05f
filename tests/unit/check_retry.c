#include "net/retry.h"
#include "unit.h"

#define ANSWERED  JAXL_HTTP_ANSWERED
#define NOT_SENT  JAXL_HTTP_NOT_SENT
#define AMBIGUOUS JAXL_HTTP_AMBIGUOUS
#define S         JAXL_SECOND

/* The rules of protocol.md section 6 and design.md section 7; least and most are the bounds of the
 * pause, -1 for no further try. */
static const struct {
    struct jaxl_retry_case c;
    int64_t least, most;
} rows[] = {
    /* nothing left: always, three times, twice as long each time */
    {{NOT_SENT, 0, false, false, 1, -1}, 0, S / 2},
    {{NOT_SENT, 0, false, false, 2, -1}, 0, S},
    {{NOT_SENT, 0, false, false, 3, -1}, 0, 2 * S},
    {{NOT_SENT, 0, false, false, 4, -1}, -1, -1},
    {{NOT_SENT, 0, true, false, 1, -1}, 0, S / 2},
    {{NOT_SENT, 0, true, true, 1, -1}, -1, -1}, /* a wrong certificate stays wrong */
    {{NOT_SENT, 0, false, false, 0, -1}, -1, -1},
    /* ambiguous: never what may have placed a call */
    {{AMBIGUOUS, 0, false, false, 1, -1}, -1, -1},
    {{AMBIGUOUS, 200, false, false, 1, -1}, -1, -1},
    {{AMBIGUOUS, 0, true, false, 1, -1}, 0, S / 2},
    {{AMBIGUOUS, 503, true, false, 3, -1}, 0, 2 * S},
    {{AMBIGUOUS, 0, true, false, 4, -1}, -1, -1},
    /* the gateway's errors */
    {{ANSWERED, 502, true, false, 1, -1}, 0, S / 2},
    {{ANSWERED, 503, true, false, 2, -1}, 0, S},
    {{ANSWERED, 503, true, false, 1, 5 * S}, 5 * S, 5 * S + S / 2},
    {{ANSWERED, 504, true, false, 3, -1}, 0, 2 * S},
    {{ANSWERED, 504, true, false, 4, -1}, -1, -1},
    {{ANSWERED, 502, false, false, 1, -1}, -1, -1},
    {{ANSWERED, 503, false, false, 1, 1}, -1, -1},
    {{ANSWERED, 504, false, false, 1, -1}, -1, -1},
    /* throttled: after what it says, unless that is too long */
    {{ANSWERED, 429, true, false, 1, 7 * S}, 7 * S, 7 * S + S / 2},
    {{ANSWERED, 429, true, false, 1, 0}, 0, S / 2},
    {{ANSWERED, 429, true, false, 1, -1}, 0, S / 2},
    {{ANSWERED, 429, true, false, 1, 60 * S}, 60 * S, 60 * S + S / 2},
    {{ANSWERED, 429, true, false, 1, 60 * S + 1}, -1, -1},
    {{ANSWERED, 429, false, false, 1, 1}, -1, -1},
    /* everything else is an answer */
    {{ANSWERED, 200, true, false, 1, -1}, -1, -1},
    {{ANSWERED, 302, true, false, 1, -1}, -1, -1},
    {{ANSWERED, 400, true, false, 1, -1}, -1, -1},
    {{ANSWERED, 401, true, false, 1, -1}, -1, -1},
    {{ANSWERED, 403, true, false, 1, 1}, -1, -1},
    {{ANSWERED, 404, true, false, 1, -1}, -1, -1},
    {{ANSWERED, 408, true, false, 1, -1}, -1, -1},
    {{ANSWERED, 500, true, false, 1, -1}, -1, -1},
    {{ANSWERED, 501, true, false, 1, -1}, -1, -1},
};

START_TEST(rule)
{
    static const uint64_t randoms[] = {0, 1, 499999, 500000, 1000000, 123456789, UINT64_MAX};

    for (size_t i = 0; i < UNIT_COUNT(randoms); i++) {
        int64_t pause = jaxl_retry_pause(&rows[_i].c, randoms[i]);
        ck_assert_int_ge(pause, rows[_i].least);
        ck_assert_int_le(pause, rows[_i].most);
    }
}
END_TEST

START_TEST(jitter_is_full)
{
    struct jaxl_retry_case c = {NOT_SENT, 0, false, false, 1, -1};

    ck_assert_int_eq(jaxl_retry_pause(&c, 0), 0);
    ck_assert_int_eq(jaxl_retry_pause(&c, 250000), S / 4);
    ck_assert_int_eq(jaxl_retry_pause(&c, 500000), S / 2);
    ck_assert_int_eq(jaxl_retry_pause(&c, 500001), 0);
}
END_TEST

START_TEST(budget)
{
    struct jaxl_retry_budget b;

    jaxl_retry_budget_init(&b);
    for (int i = 0; i < 10; i++) /* a short run */
        ck_assert(jaxl_retry_budget_spend(&b));
    ck_assert(!jaxl_retry_budget_spend(&b));
    for (int i = 0; i < 9; i++)
        jaxl_retry_budget_earn(&b);
    ck_assert(!jaxl_retry_budget_spend(&b)); /* a tenth of the requests */
    jaxl_retry_budget_earn(&b);
    ck_assert(jaxl_retry_budget_spend(&b));
    ck_assert(!jaxl_retry_budget_spend(&b));
    for (int i = 0; i < 1000000; i++)
        jaxl_retry_budget_earn(&b);
    for (int i = 0; i < 100; i++) /* not more after a long good time either */
        ck_assert(jaxl_retry_budget_spend(&b));
    ck_assert(!jaxl_retry_budget_spend(&b));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, rule, 0, UNIT_COUNT(rows));
    tcase_add_test(tc, jitter_is_full);
    tcase_add_test(tc, budget);
}

int main(void)
{
    return unit_run("retry", add);
}
