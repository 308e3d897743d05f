#include <sys/stat.h>
#include <unistd.h>

#include "campaign/seen.h"
#include "failmalloc.h"
#include "unit.h"

START_TEST(a_number_is_new_once)
{
    struct jaxl_seen *s;
    uint64_t first;

    ck_assert_int_eq(jaxl_seen_new(&s, NULL), 0);
    ck_assert_int_eq(jaxl_seen_add(s, 919876543210, 2, &first, NULL), 0);
    ck_assert_uint_eq(first, 0);
    ck_assert_int_eq(jaxl_seen_add(s, 919876543211, 3, &first, NULL), 0);
    ck_assert_uint_eq(first, 0);
    ck_assert_int_eq(jaxl_seen_add(s, 919876543210, 9, &first, NULL), 0);
    ck_assert_uint_eq(first, 2);
    ck_assert(jaxl_seen_has(s, 919876543211));
    ck_assert(!jaxl_seen_has(s, 919876543212));
    jaxl_seen_free(&s);
    ck_assert_ptr_null(s);
    jaxl_seen_free(&s);
}
END_TEST

/* Whether it is in memory or in the database, a key is found, with the line of its first time, and
 * only those that were added. */
START_TEST(the_database_takes_what_memory_does_not)
{
    static const size_t sizes[] = {0, 1, 2, 767, 768, 769, 1500, 1537, 5000};
    const uint64_t n = 3000, start = 919876543210;
    struct jaxl_seen *s;
    uint64_t first;

    ck_assert_int_eq(jaxl_seen_new_within(&s, sizes[_i], NULL), 0);
    for (int turn = 0; turn < 2; turn++)
        for (uint64_t i = 0; i < n; i++) {
            ck_assert(jaxl_seen_has(s, start + i * 3) == (turn > 0));
            ck_assert_int_eq(jaxl_seen_add(s, start + i * 3, (i + 1) << 40, &first, NULL), 0);
            ck_assert_uint_eq(first, turn ? (i + 1) << 40 : 0);
        }
    for (uint64_t i = 0; i < n; i++)
        ck_assert(!jaxl_seen_has(s, start + i * 3 + 1));
    jaxl_seen_free(&s);
}
END_TEST

/* The table cannot grow: the database takes over. It cannot be made: that is said. */
START_TEST(memory_runs_out)
{
    long n = 0;

    for (bool hit = true; hit; n++) {
        struct jaxl_seen *s;
        uint64_t first;
        int wrong = 0;
        failmalloc_at(n + 1);
        if (jaxl_seen_new(&s, NULL)) {
            ck_assert(failmalloc_off());
            ck_assert_ptr_null(s);
            continue;
        }
        for (uint64_t key = 10; key < 4000; key++) /* nothing is asserted meanwhile */
            wrong += jaxl_seen_add(s, key, key, &first, NULL) || first;
        hit = failmalloc_off();
        ck_assert_int_eq(wrong, 0);
        for (uint64_t key = 10; key < 4000; key++) {
            ck_assert_int_eq(jaxl_seen_add(s, key, 1, &first, NULL), 0);
            ck_assert_uint_eq(first, key);
        }
        jaxl_seen_free(&s);
    }
    ck_assert_int_ge(n, 5); /* the set, its table, and that three times larger */
}
END_TEST

static long peak_kilobytes(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[128];
    long kb = 0;

    while (fgets(line, sizeof line, f))
        (void)sscanf(line, "VmHWM: %ld", &kb);
    fclose(f);
    return kb;
}

/* Numbers in no order, many times what the cache holds: memory stays, and nothing is left behind.
 */
START_TEST(memory_does_not_grow)
{
    const uint64_t n = 800000 / (uint64_t)unit_slow(),
                   step = 999999937; /* coprime to the range: each key once */
    char dir[256];
    struct jaxl_seen *s;
    uint64_t first;
    long before;

    unit_dir_make(dir);
    setenv("SQLITE_TMPDIR", dir, 1);
    ck_assert_int_eq(jaxl_seen_new(&s, NULL), 0);
    before = peak_kilobytes();
    for (uint64_t i = 0; i < n; i++) {
        ck_assert_int_eq(
            jaxl_seen_add(s, 910000000000 + i * step % 10000000000, i + 1, &first, NULL), 0);
        ck_assert_uint_eq(first, 0);
    }
    for (uint64_t i = 4321; i < n; i += 91003) {
        ck_assert_int_eq(jaxl_seen_add(s, 910000000000 + i * step % 10000000000, n, &first, NULL),
                         0);
        ck_assert_uint_eq(first, i + 1);
    }
    if (!getenv("T_SLOW") && before > 0)
        ck_assert_int_lt(peak_kilobytes() - before, 24 * 1024);
    jaxl_seen_free(&s);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_number_is_new_once);
    tcase_add_loop_test(tc, the_database_takes_what_memory_does_not, 0, 9);
    tcase_add_test(tc, memory_runs_out);
    tcase_add_test(tc, memory_does_not_grow);
}

int main(void)
{
    return unit_run("seen", add);
}
