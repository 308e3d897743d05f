#include "data/radix.h"
#include "unit.h"

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* n numbers below 2^bits, from a fixed sequence (xorshift). */
static void sorts(size_t n, unsigned bits, uint64_t seed)
{
    uint64_t *v = malloc((n + 1) * sizeof *v), *expected = malloc((n + 1) * sizeof *v);

    for (size_t i = 0; i < n; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        v[i] = expected[i] = bits < 64 ? seed & ((UINT64_C(1) << bits) - 1) : seed;
    }
    v[n] = 7; /* stands behind */
    qsort(expected, n, sizeof *v, by_value);
    jaxl_radix_sort(v, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq(v[i], expected[i]);
    ck_assert_uint_eq(v[n], 7);
    free(v);
    free(expected);
}

START_TEST(as_qsort_does)
{
    static const unsigned bits[] = {1, 4, 8, 9, 16, 33, 50, 63, 64};
    static const size_t sizes[] = {0, 1, 2, 47, 48, 49, 300, 5000};

    for (size_t i = 0; i < UNIT_COUNT(sizes); i++)
        sorts(sizes[i], bits[_i], 88172645463325252u + (uint64_t)_i);
}
END_TEST

START_TEST(orders_that_are_special)
{
    uint64_t v[400];

    for (size_t i = 0; i < 400; i++)
        v[i] = 400 - i;
    jaxl_radix_sort(v, 400);
    for (size_t i = 0; i < 400; i++)
        ck_assert_uint_eq(v[i], i + 1);
    jaxl_radix_sort(v, 400);
    for (size_t i = 0; i < 400; i++)
        ck_assert_uint_eq(v[i], i + 1);
    for (size_t i = 0; i < 400; i++)
        v[i] = UINT64_MAX;
    jaxl_radix_sort(v, 400);
    ck_assert_uint_eq(v[0], UINT64_MAX);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, as_qsort_does, 0, 9);
    tcase_add_test(tc, orders_that_are_special);
}

int main(void)
{
    return unit_run("radix", add);
}
