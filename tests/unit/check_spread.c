#include "billing/spread.h"

#include <stdlib.h>

#include "unit.h"

static int64_t values[5000];

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Nearest rank: the value at ceil(percent of n) in order. */
static void check_percentiles(const struct jaxl_spread *s, size_t n)
{
    for (unsigned percent = 1; percent <= 100; percent++) {
        size_t rank = (n * percent + 99) / 100;
        ck_assert_msg(jaxl_spread_percentile(s, percent) == values[rank - 1], "%u of %zu", percent,
                      n);
    }
}

/* Half is added to another one, which is joined. */
START_TEST(percentiles_are_of_the_nearest_rank)
{
    static const size_t sizes[] = {1, 2, 3, 4, 19, 20, 21, 100, 101, 4999};
    static const int64_t ranges[] = {1, 3, 100, INT64_C(31622400000000)};
    uint64_t rng = 99;

    for (size_t i = 0; i < UNIT_COUNT(sizes); i++)
        for (size_t k = 0; k < UNIT_COUNT(ranges); k++) {
            struct jaxl_spread s = {.n = 0}, other = {.n = 0};
            for (size_t v = 0; v < sizes[i]; v++) {
                rng = rng * UINT64_C(6364136223846793005) + 1442695040888963407;
                values[v] = (int64_t)(rng >> 8) % ranges[k];
                ck_assert_int_eq(jaxl_spread_add(rng >> 63 ? &s : &other, values[v], 1), 0);
            }
            ck_assert_int_eq(jaxl_spread_join(&s, &other), 0);
            qsort(values, sizes[i], sizeof values[0], compare);
            jaxl_spread_sort(&s);
            ck_assert_int_eq(s.values[0].value, values[0]);
            check_percentiles(&s, sizes[i]);
            jaxl_spread_free(&s);
            jaxl_spread_free(&other);
        }
}
END_TEST

START_TEST(counts_of_any_size)
{
    struct jaxl_spread s = {.n = 0};

    jaxl_spread_sort(&s);
    ck_assert_int_eq(jaxl_spread_add(&s, 5, UINT64_C(1) << 62), 0);
    ck_assert_int_eq(jaxl_spread_add(&s, 0, (UINT64_C(1) << 62) - 1), 0);
    jaxl_spread_sort(&s);
    ck_assert_int_eq(jaxl_spread_percentile(&s, 49), 0);
    ck_assert_int_eq(jaxl_spread_percentile(&s, 50), 5);
    ck_assert_int_eq(jaxl_spread_percentile(&s, 100), 5);
    ck_assert_uint_eq(s.n, 2);
    jaxl_spread_free(&s);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, percentiles_are_of_the_nearest_rank);
    tcase_add_test(tc, counts_of_any_size);
}

int main(void)
{
    return unit_run("spread", add);
}
