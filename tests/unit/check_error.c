#include <string.h>

#include "jaxl/error.h"
#include "unit.h"

START_TEST(set_replaces_everything)
{
    struct jaxl_error err = {.code = 1, .status = 503, .retry_safe = true, .message = "old"};

    ck_assert_int_eq(jaxl_error_set(&err, JAXL_EIO, "reading %s: %d", "x", 7), JAXL_EIO);
    ck_assert_int_eq(err.code, JAXL_EIO);
    ck_assert_int_eq(err.status, 0);
    ck_assert(!err.retry_safe);
    ck_assert_str_eq(err.message, "reading x: 7");
    ck_assert_int_eq(jaxl_error_set(NULL, JAXL_EIO, "%s", ""), JAXL_EIO);
}
END_TEST

START_TEST(the_old_message_may_be_an_argument)
{
    struct jaxl_error err;

    jaxl_error_set(&err, JAXL_EIO, "inner");
    jaxl_error_set(&err, JAXL_ENET, "outer (%s)", err.message);
    ck_assert_str_eq(err.message, "outer (inner)");
    jaxl_error_prefix(&err, JAXL_ENET, "again (%s)", err.message);
    ck_assert_str_eq(err.message, "again (outer (inner)): outer (inner)");
}
END_TEST

START_TEST(prefix_keeps_the_code)
{
    struct jaxl_error err = {.status = 404};

    jaxl_error_set(&err, JAXL_EPROTO, "no colon");
    err.status = 404;
    err.retry_safe = true;
    ck_assert_int_eq(jaxl_error_prefix(&err, JAXL_EIO, "line %d", 3), JAXL_EPROTO);
    ck_assert_str_eq(err.message, "line 3: no colon");
    ck_assert_int_eq(err.code, JAXL_EPROTO);
    ck_assert_int_eq(err.status, 404);
    ck_assert(err.retry_safe);
    ck_assert_int_eq(jaxl_error_prefix(NULL, JAXL_EIO, "x"), JAXL_EIO);
}
END_TEST

START_TEST(a_failure_never_becomes_a_success)
{
    struct jaxl_error err = {0}; /* what failed took no error */

    ck_assert_int_eq(jaxl_error_prefix(&err, JAXL_EIO, "x"), JAXL_EIO);
    ck_assert_int_eq(err.code, JAXL_EIO);
}
END_TEST

START_TEST(long_messages_are_cut)
{
    struct jaxl_error err;
    char text[1000];

    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    jaxl_error_set(&err, JAXL_EIO, "%s", text);
    ck_assert_uint_eq(strlen(err.message), sizeof err.message - 1);
    jaxl_error_set(&err, JAXL_EIO, "tail");
    jaxl_error_prefix(&err, JAXL_EIO, "%s", text);
    ck_assert_uint_eq(strlen(err.message), sizeof err.message - 1);
    for (size_t n = 500; n < 512; n++) {
        char want[600];
        jaxl_error_set(&err, JAXL_EIO, "tail");
        jaxl_error_prefix(&err, JAXL_EIO, "%.*s", (int)n, text);
        snprintf(want, sizeof want, "%.*s: tail", (int)n, text);
        want[sizeof err.message - 1] = '\0';
        ck_assert_str_eq(err.message, want);
    }
}
END_TEST

static const struct {
    const char *in, *out;
} lines[] = {
    {"plain", "plain"},
    {"a\nb\r\tc\x1b[2Jd\x7f", "a b  c [2Jd "},
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\x9e", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\x9e"},
    {"\xc2\x9b"
     "2J\xc2\x80\xc2\x9f\xc2\xa0",
     "  2J    \xc2\xa0"}, /* C1, then a no-break space */
    {"\x9b"
     "2J \xff \x80 \xc0\x80",
     "?2J ? ? ??"},
    {"a\xe2\x82z", "a??z"},
    {"a\xe2\x82", "a"},
    {"a\xc3", "a"},
    {"a\xf0\x9f\x93", "a"},
    {"", ""},
};

START_TEST(one_line_of_utf8)
{
    struct jaxl_error err;

    jaxl_error_set(&err, JAXL_EIO, "%s", lines[_i].in);
    ck_assert_str_eq(err.message, lines[_i].out);
}
END_TEST

START_TEST(a_character_is_never_cut_in_two)
{
    struct jaxl_error err;
    char text[1000];

    for (size_t n = 500; n < 520; n++) {
        snprintf(text, sizeof text, "%0*d\xf0\x9f\x93\x9e%s", (int)n, 0, "x");
        jaxl_error_set(&err, JAXL_EIO, "%s", text);
        ck_assert_uint_eq(strlen(err.message), n < 507    ? n + 5
                                               : n == 507 ? 511
                                               : n < 511  ? n
                                                          : 511);
    }
}
END_TEST

START_TEST(every_code_has_a_name)
{
    for (int code = JAXL_OK; code >= JAXL_ESAFETY; code--) {
        ck_assert_str_ne(jaxl_error_name(code), "unknown error");
        for (int other = JAXL_OK; other > code; other--)
            ck_assert_str_ne(jaxl_error_name(code), jaxl_error_name(other));
    }
    ck_assert_str_eq(jaxl_error_name(JAXL_ESAFETY - 1), "unknown error");
    ck_assert_str_eq(jaxl_error_name(1), "unknown error");
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, set_replaces_everything);
    tcase_add_test(tc, the_old_message_may_be_an_argument);
    tcase_add_test(tc, prefix_keeps_the_code);
    tcase_add_test(tc, a_failure_never_becomes_a_success);
    tcase_add_test(tc, long_messages_are_cut);
    tcase_add_loop_test(tc, one_line_of_utf8, 0, UNIT_COUNT(lines));
    tcase_add_test(tc, a_character_is_never_cut_in_two);
    tcase_add_test(tc, every_code_has_a_name);
}

int main(void)
{
    return unit_run("error", add);
}
