#include "billing/pending.h"

#include <string.h>

#include "unit.h"

static struct jaxl_item item_of(int64_t id, const char *session)
{
    return (struct jaxl_item){.id = id,
                              .session = session,
                              .session_len = (uint32_t)strlen(session),
                              .keys = "keys",
                              .keys_len = 4};
}

static unsigned put(struct jaxl_pending *p, int64_t id, const char *session)
{
    const struct jaxl_item item = item_of(id, session);
    unsigned again = 77;

    ck_assert_int_eq(jaxl_pending_put(p, &item, &again), 0);
    return again;
}

static unsigned drop(struct jaxl_pending *p, int64_t id, const char *session)
{
    return jaxl_pending_drop(p, id, session, (uint32_t)strlen(session));
}

START_TEST(the_last_one_stays)
{
    struct jaxl_pending p = {.n = 0};

    ck_assert_uint_eq(put(&p, 5, ""), 0);
    ck_assert_uint_eq(put(&p, 5, ""), 1);
    ck_assert_uint_eq(put(&p, -1, "a"), 0);
    ck_assert_uint_eq(put(&p, -1, "b"), 0);
    ck_assert_uint_eq(put(&p, -1, "a"), 1);
    ck_assert_uint_eq(put(&p, -1, ""), 0); /* like no other */
    ck_assert_uint_eq(put(&p, -1, ""), 0);
    ck_assert_uint_eq(p.n, 5);
    ck_assert_uint_eq(put(&p, 5, "a"), 2); /* in place of both */
    ck_assert_uint_eq(p.n, 4);
    ck_assert_uint_eq(drop(&p, -1, "a"), 0);
    ck_assert_uint_eq(drop(&p, 5, "b"), 2);
    ck_assert_uint_eq(drop(&p, 5, "b"), 0);
    ck_assert_uint_eq(drop(&p, -1, ""), 0);
    ck_assert_uint_eq(p.n, 2);
    jaxl_pending_free(&p);
    ck_assert_uint_eq(drop(&p, 5, "a"), 0);
}
END_TEST

START_TEST(many_of_them)
{
    enum { N = 5000 };
    struct jaxl_pending p = {.n = 0};
    char session[16];

    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < N; i++) {
            snprintf(session, sizeof session, "s%d", i);
            ck_assert_uint_eq(put(&p, i, ""), (unsigned)turn);
            ck_assert_uint_eq(put(&p, -1, session), (unsigned)turn);
        }
    ck_assert_uint_eq(p.n, 2 * N);
    for (int i = 0; i < N; i++) {
        snprintf(session, sizeof session, "s%d", i);
        ck_assert_uint_eq(drop(&p, i, session), 2);
    }
    ck_assert_uint_eq(p.n, 0);
    jaxl_pending_free(&p);
}
END_TEST

/* What is kept does not need what it was made of. */
START_TEST(a_copy_is_kept)
{
    struct jaxl_pending p = {.n = 0};
    char session[] = "session", keys[] = "the keys";
    struct jaxl_fact_cost costs[2] = {{1, {{7, 0, 0, 0}}}, {2, {{8, 0, 0, 0}}}};
    struct jaxl_item item = {.id = -1,
                             .talk = 5,
                             .session = session,
                             .session_len = 7,
                             .keys = keys,
                             .keys_len = 8,
                             .costs = costs,
                             .n_costs = 2};
    const struct jaxl_pending_call *c = NULL;
    unsigned again;

    ck_assert_int_eq(jaxl_pending_put(&p, &item, &again), 0);
    memset(session, 'x', sizeof session);
    memset(keys, 'x', sizeof keys);
    memset(costs, 0, sizeof costs);
    for (size_t i = 0; i < p.cap; i++)
        c = p.chains[i] ? p.chains[i] : c;
    ck_assert_ptr_nonnull(c);
    ck_assert_mem_eq(c->item.session, "session", 7);
    ck_assert_mem_eq(c->item.keys, "the keys", 8);
    ck_assert_int_eq(c->item.talk, 5);
    ck_assert_uint_eq(c->item.costs[1].currency, 2);
    ck_assert_uint_eq(c->item.costs[1].amount.w[0], 8);
    jaxl_pending_free(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_last_one_stays);
    tcase_add_test(tc, many_of_them);
    tcase_add_test(tc, a_copy_is_kept);
}

int main(void)
{
    return unit_run("pending", add);
}
