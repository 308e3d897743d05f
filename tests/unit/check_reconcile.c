#include "campaign/reconcile.h"
#include "unit.h"

#define S JAXL_SECOND
static const int64_t T0 = INT64_C(1700000000) * JAXL_SECOND;

static const struct {
    uint64_t from, to;
    int64_t after;
    bool fits;
} calls[] = {
    {1, 2, 0, true},       {1, 2, -5 * S, true},       {1, 2, -5 * S - 1, false},
    {1, 2, 120 * S, true}, {1, 2, 120 * S + 1, false}, {1, 3, 0, false},
    {3, 2, 0, false},      {2, 1, 0, false},
};

START_TEST(only_its_own_numbers_and_time_fit)
{
    const struct jaxl_reconcile u = {.from = 1, .to = 2, .sent = T0};

    ck_assert_int_eq(jaxl_reconcile_fits(&u, calls[_i].from, calls[_i].to, T0 + calls[_i].after),
                     calls[_i].fits);
}
END_TEST

START_TEST(exactly_one_call_is_adopted)
{
    struct jaxl_reconcile u = {.from = 1, .to = 2, .sent = T0};

    ck_assert_int_eq(jaxl_reconcile_settle(&u), 0);
    jaxl_reconcile_note(&u, 7, T0);
    jaxl_reconcile_note(&u, 7, T0);
    ck_assert_int_eq(jaxl_reconcile_settle(&u), 7);
    jaxl_reconcile_note(&u, 8, T0);
    ck_assert_int_eq(jaxl_reconcile_settle(&u), 0);
    ck_assert_uint_eq(u.found, 2);
    jaxl_reconcile_strike(&u, 7);
    jaxl_reconcile_strike(&u, 99);
    ck_assert_int_eq(jaxl_reconcile_settle(&u), 8);
    jaxl_reconcile_begin(&u);
    ck_assert_int_eq(jaxl_reconcile_settle(&u), 0);
}
END_TEST

START_TEST(two_that_cannot_be_told_apart_get_nothing)
{
    struct jaxl_reconcile a = {.from = 1, .to = 2, .sent = T0};
    struct jaxl_reconcile b = {.from = 1, .to = 2, .sent = T0 + 125 * S};
    struct jaxl_reconcile far = {.from = 1, .to = 2, .sent = T0 - 126 * S};
    struct jaxl_reconcile other = {.from = 1, .to = 3, .sent = T0};

    ck_assert(!jaxl_reconcile_contest(&a, &far));
    ck_assert(!jaxl_reconcile_contest(&a, &other));
    ck_assert(!a.contested);
    ck_assert(jaxl_reconcile_contest(&a, &b));
    jaxl_reconcile_note(&a, 7, T0);
    jaxl_reconcile_note(&b, 7, T0);
    ck_assert_int_eq(jaxl_reconcile_settle(&a), 0);
    ck_assert_int_eq(jaxl_reconcile_settle(&b), 0);
    jaxl_reconcile_begin(&b); /* the other one may be gone by the next look: it stays contested */
    jaxl_reconcile_note(&b, 7, T0);
    ck_assert_int_eq(jaxl_reconcile_settle(&b), 0);
}
END_TEST

START_TEST(many_calls_are_counted_to_a_limit)
{
    struct jaxl_reconcile u = {.from = 1, .to = 2, .sent = T0};

    for (int64_t id = 1; id < 20; id++)
        jaxl_reconcile_note(&u, id, T0);
    ck_assert_uint_eq(u.found, JAXL_RECONCILE_CALLS);
    ck_assert_int_eq(jaxl_reconcile_settle(&u), 0);
    for (int64_t id = 1; id < JAXL_RECONCILE_CALLS; id++)
        jaxl_reconcile_strike(&u, id);
    ck_assert_uint_eq(u.found, 1); /* the last that was noted, but there were more */
    ck_assert_int_eq(jaxl_reconcile_settle(&u), 0);
    jaxl_reconcile_begin(&u);
    jaxl_reconcile_note(&u, 7, T0);
    ck_assert_int_eq(jaxl_reconcile_settle(&u), 7);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, only_its_own_numbers_and_time_fit, 0, UNIT_COUNT(calls));
    tcase_add_test(tc, exactly_one_call_is_adopted);
    tcase_add_test(tc, two_that_cannot_be_told_apart_get_nothing);
    tcase_add_test(tc, many_calls_are_counted_to_a_limit);
}

int main(void)
{
    return unit_run("reconcile", add);
}
