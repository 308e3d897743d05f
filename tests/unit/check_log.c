#include <string.h>

#include "jaxl/log.h"
#include "unit.h"

static char written[2000];
static int count;

static void remember(void *ctx, enum jaxl_log_level level, const char *message)
{
    ck_assert_ptr_eq(ctx, written);
    ck_assert_int_le(level, JAXL_LOG_DEBUG);
    snprintf(written, sizeof written, "%s", message);
    count++;
}

START_TEST(up_to_the_level)
{
    for (int set = JAXL_LOG_WARNING; set <= JAXL_LOG_DEBUG; set++)
        for (int said = JAXL_LOG_WARNING; said <= JAXL_LOG_DEBUG; said++) {
            struct jaxl_log log = {written, (enum jaxl_log_level)set, remember};
            count = 0;
            jaxl_log_print(&log, (enum jaxl_log_level)said, "%s %d", "text", said);
            ck_assert_int_eq(count, said <= set);
        }
    ck_assert_str_eq(written, "text 2");
}
END_TEST

START_TEST(silent_without_a_function)
{
    struct jaxl_log log = {.level = JAXL_LOG_DEBUG};

    count = 0;
    jaxl_log_print(NULL, JAXL_LOG_WARNING, "x");
    jaxl_log_print(&log, JAXL_LOG_WARNING, "x");
    ck_assert_int_eq(count, 0);
}
END_TEST

START_TEST(one_line_of_bounded_length)
{
    struct jaxl_log log = {written, JAXL_LOG_DEBUG, remember};

    jaxl_log_print(&log, JAXL_LOG_INFO, "a\nb\x1b[0m");
    ck_assert_str_eq(written, "a b [0m");
    jaxl_log_print(&log, JAXL_LOG_INFO, "%01500d", 0);
    ck_assert_uint_eq(strlen(written), 1023);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, up_to_the_level);
    tcase_add_test(tc, silent_without_a_function);
    tcase_add_test(tc, one_line_of_bounded_length);
}

int main(void)
{
    return unit_run("log", add);
}
