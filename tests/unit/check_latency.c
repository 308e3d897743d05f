#include "sandbox/latency.h"
#include "unit.h"

/* The bucket of each time ends at or after it, by at most a 32nd of it. */
START_TEST(fine)
{
    for (int64_t us = 0; us <= UINT32_MAX; us += us / 50 + 1) {
        struct latency l = {0};
        int64_t median;
        latency_add(&l, us);
        latency_add(&l, UINT32_MAX);
        median = latency_percentile(&l, 50);
        ck_assert_int_ge(median, us);
        ck_assert_int_le(median, us + us / 32);
    }
}
END_TEST

START_TEST(percentiles)
{
    static const struct {
        unsigned percent;
        int64_t least, most;
    } cases[] = {{0, 1, 1}, {1, 10, 10}, {50, 500, 515}, {99, 990, 1000}, {100, 1000, 1000}};
    struct latency l = {0};

    ck_assert_int_eq(latency_percentile(&l, 50), 0);
    for (int64_t us = 1000; us; us--)
        latency_add(&l, us);
    ck_assert_uint_eq(l.count, 1000);
    ck_assert_int_eq(l.most, 1000);
    for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
        int64_t us = latency_percentile(&l, cases[i].percent);
        ck_assert_int_ge(us, cases[i].least);
        ck_assert_int_le(us, cases[i].most);
    }
}
END_TEST

START_TEST(out_of_bounds)
{
    struct latency l = {0};

    latency_add(&l, -5);
    ck_assert_int_eq(latency_percentile(&l, 100), 0);
    latency_add(&l, INT64_MAX);
    ck_assert_int_eq(latency_percentile(&l, 100), UINT32_MAX);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, fine);
    tcase_add_test(tc, percentiles);
    tcase_add_test(tc, out_of_bounds);
}

int main(void)
{
    return unit_run("latency", add);
}
