#include <sys/stat.h>
#include <unistd.h>

#include "campaign/seen.h"
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
    const uint64_t n = 400000 / (uint64_t)unit_slow(),
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
    ck_assert_int_eq(jaxl_seen_add(s, 910000000000 + 4321 * step % 10000000000, n, &first, NULL),
                     0);
    ck_assert_uint_eq(first, 4322);
    if (!getenv("T_SLOW") && before > 0)
        ck_assert_int_lt(peak_kilobytes() - before, 32 * 1024);
    jaxl_seen_free(&s);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_number_is_new_once);
    tcase_add_test(tc, memory_does_not_grow);
}

int main(void)
{
    return unit_run("seen", add);
}
