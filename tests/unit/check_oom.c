#include "failmalloc.h"

#include "dialer_fixture.h"

static long turn;

static void fail_one(void)
{
    failmalloc_at(turn);
}

static void fail_none(void)
{
    failmalloc_off();
}

/* A whole run with the n-th allocation failing: from the credentials to the record of a call. */
START_TEST(no_call_is_placed_twice)
{
    static const struct jaxl_dialer_options options = {.ivr = 42, .placed = true};
    static const struct httpd_step steps[] = {DIALED_TOTAL,
                                              DIALED_NO_CALLS,
                                              {.status = 200, .body = "{\"call_id\": 9}"},
                                              DIALED_NO_CALLS};
    bool hit = true;

    for (turn = 1; hit; turn++) {
        struct platform p;
        struct dialed out;
        unsigned posts;
        platform_set_up(&p, "2");
        p.rest = steps;
        p.n_rest = UNIT_COUNT(steps);
        dialed_run(&p, &options, "to\n+919876543210\n", fail_one, fail_none, &out);
        hit = failmalloc_hit;
        posts = dialed_posts(&p);
        ck_assert_msg(out.code == 0 || hit, "%ld: %s", turn, out.err.message);
        ck_assert_uint_le(posts, 1);
        if (out.code == 0 && !out.rejects) /* not sent for want of memory: the record says so */
            ck_assert_msg(
                strstr(out.records, posts ? "\"sent_at\":\"" : "\"state\":\"not_sent\"") != NULL,
                "%ld: %s", turn, out.records);
        if (!hit)
            ck_assert_ptr_nonnull(strstr(out.records, "\"call_id\":9,"));
        if (posts && !*out.records) /* no memory for the record: never in silence */
            ck_assert_int_eq(out.code, JAXL_ENOMEM);
        if (posts && *out.records) {
            ck_assert_ptr_null(strstr(out.records, "\"state\":\"new\""));
            ck_assert_ptr_null(strstr(out.records, "\"state\":\"not_sent\""));
        }
        platform_tear_down(&p);
    }
    ck_assert_int_gt(turn, 100);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 120);
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, no_call_is_placed_twice);
}

int main(void)
{
    return unit_run("oom", add);
}
