/* What every unit test needs: its main, and a directory of its own. */
#ifndef JAXL_UNIT_H
#define JAXL_UNIT_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define UNIT_COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Runs the tests that add puts into the case. The exit status for main. */
static inline int unit_run(const char *name, void (*add)(TCase *))
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;

    add(tc);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* How much slower than usual this run is, from T_SLOW (valgrind, sanitizers): long loops take so
 * many times fewer turns. */
static inline int unit_slow(void)
{
    const char *factor = getenv("T_SLOW");
    int n = factor ? atoi(factor) : 1;

    return n > 1 ? n : 1;
}

/* The next number of a sequence that starts with *state, which must not be 0 (xorshift64,
 * G. Marsaglia, Xorshift RNGs, 2003). */
static inline uint64_t unit_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Makes a directory under $TMPDIR or /tmp; dir has room for 256 bytes. */
static inline void unit_dir_make(char *dir)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(dir, 256, "%s/jaxl-unit-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

/* Takes it away with everything in it. */
static inline void unit_dir_remove(const char *dir)
{
    char command[320];

    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

#endif
