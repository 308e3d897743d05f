#include "billing/counted.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* Against one byte for each id. */
START_TEST(ids_near_and_far)
{
    enum { N = 200000, RANGE = 1 << 18 };
    static const uint64_t bases[] = {0, (UINT64_C(1) << 33) + 255, UINT64_C(1) << 40,
                                     UINT64_C(999999999999999999) - RANGE};
    struct jaxl_counted c;
    char *seen = calloc(UNIT_COUNT(bases), RANGE);
    uint32_t rng = 1;

    ck_assert_ptr_nonnull(seen);
    jaxl_counted_init(&c);
    ck_assert(!jaxl_counted_has(&c, 0));
    for (int i = 0; i < N / unit_slow(); i++) {
        size_t base, offset;
        bool again;
        rng = rng * 1664525 + 1013904223;
        base = rng >> 30;
        offset = rng >> 8 & (RANGE - 1);
        ck_assert(jaxl_counted_has(&c, bases[base] + offset) == (seen[base * RANGE + offset] != 0));
        ck_assert_int_eq(jaxl_counted_id(&c, bases[base] + offset, &again), 0);
        ck_assert(again == (seen[base * RANGE + offset] != 0));
        seen[base * RANGE + offset] = 1;
        ck_assert(jaxl_counted_has(&c, bases[base] + offset));
    }
    jaxl_counted_free(&c);
    free(seen);
}
END_TEST

/* Ids one after the other take little memory. */
START_TEST(close_ids_are_bits)
{
    struct jaxl_counted c;
    bool again;

    jaxl_counted_init(&c);
    for (uint64_t id = 0; id < 100000; id++)
        ck_assert_int_eq(jaxl_counted_id(&c, 7000000 + id, &again), 0);
    ck_assert_uint_le(c.n_pages, 100000 / JAXL_COUNTED_PAGE + 2);
    jaxl_counted_free(&c);
}
END_TEST

START_TEST(texts_of_any_bytes)
{
    struct jaxl_counted c;
    char text[64];
    bool again;

    jaxl_counted_init(&c);
    ck_assert(!jaxl_counted_has_text(&c, "", 0));
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < 5000; i++) {
            int n = snprintf(text, sizeof text, "%d%c-%d", i, 0, i % 7);
            ck_assert(jaxl_counted_has_text(&c, text, (size_t)n) == (turn > 0));
            ck_assert_int_eq(jaxl_counted_text(&c, text, (size_t)n, &again), 0);
            ck_assert(again == (turn > 0));
        }
    ck_assert(!jaxl_counted_has_text(&c, "1", 1)); /* a beginning is another text */
    ck_assert_uint_eq(c.n_texts, 5000);
    jaxl_counted_free(&c);
    ck_assert(!jaxl_counted_has_text(&c, text, 4));
    jaxl_counted_free(&c);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, ids_near_and_far);
    tcase_add_test(tc, close_ids_are_bits);
    tcase_add_test(tc, texts_of_any_bytes);
}

int main(void)
{
    return unit_run("counted", add);
}
