#include <stdint.h>
#include <string.h>

#include "jaxl/buf.h"
#include "unit.h"

START_TEST(appends)
{
    struct jaxl_buf b;

    jaxl_buf_init(&b, 100);
    ck_assert_str_eq(jaxl_buf_text(&b), "");
    jaxl_buf_puts(&b, "one");
    jaxl_buf_putc(&b, ' ');
    jaxl_buf_add(&b, "two and", 3);
    jaxl_buf_printf(&b, " %d%s", 3, "!");
    jaxl_buf_add(&b, NULL, 0);
    ck_assert_str_eq(jaxl_buf_text(&b), "one two 3!");
    ck_assert_uint_eq(b.len, 10);
    ck_assert_int_eq(jaxl_buf_check(&b, "test", NULL), 0);
    jaxl_buf_free(&b);
    ck_assert_ptr_null(b.data);
    ck_assert_uint_eq(b.max, 100);
}
END_TEST

START_TEST(text_ends_whatever_was_reserved)
{
    struct jaxl_buf b;

    for (size_t n = 0; n < 2000; n += 199) {
        jaxl_buf_init(&b, 2000);
        ck_assert_int_eq(jaxl_buf_reserve(&b, n), 0);
        ck_assert_str_eq(jaxl_buf_text(&b), "");
        jaxl_buf_puts(&b, "x");
        ck_assert_int_eq(jaxl_buf_reserve(&b, n), 0);
        ck_assert_str_eq(jaxl_buf_text(&b), "x");
        jaxl_buf_free(&b);
    }
}
END_TEST

START_TEST(holds_exactly_its_maximum)
{
    for (size_t max = 0; max < 600; max += 37) {
        struct jaxl_buf b;
        jaxl_buf_init(&b, max);
        for (size_t i = 0; i < max; i++)
            jaxl_buf_putc(&b, (char)('a' + i % 26));
        ck_assert_int_eq(b.failed, 0);
        ck_assert_uint_eq(b.len, max);
        jaxl_buf_putc(&b, '!');
        ck_assert_int_eq(b.failed, JAXL_ELIMIT);
        ck_assert_uint_eq(b.len, max);
        ck_assert_uint_eq(strlen(jaxl_buf_text(&b)), max);
        ck_assert_uint_le(b.cap, max + 1);
        jaxl_buf_free(&b);
    }
}
END_TEST

START_TEST(failure_sticks)
{
    struct jaxl_buf b;
    struct jaxl_error err;

    jaxl_buf_init(&b, 4);
    jaxl_buf_puts(&b, "abc");
    jaxl_buf_puts(&b, "de");
    jaxl_buf_putc(&b, 'f'); /* would fit */
    jaxl_buf_printf(&b, "%d", 7);
    ck_assert_str_eq(jaxl_buf_text(&b), "abc");
    ck_assert_int_eq(jaxl_buf_reserve(&b, 0), JAXL_ELIMIT);
    ck_assert_ptr_null(jaxl_buf_take(&b));
    ck_assert_int_eq(jaxl_buf_check(&b, "a name", &err), JAXL_ELIMIT);
    ck_assert_str_eq(err.message, "a name: longer than the limit of 4 bytes");
    jaxl_buf_reset(&b);
    jaxl_buf_puts(&b, "wxyz");
    ck_assert_int_eq(jaxl_buf_check(&b, "a name", &err), 0);
    ck_assert_str_eq(jaxl_buf_text(&b), "wxyz");
    jaxl_buf_free(&b);
}
END_TEST

START_TEST(no_size_wraps)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 2, SIZE_MAX / 2 + 1};
    struct jaxl_buf b;

    for (size_t i = 0; i < UNIT_COUNT(sizes); i++) {
        jaxl_buf_init(&b, SIZE_MAX);
        jaxl_buf_puts(&b, "x");
        ck_assert_str_eq(jaxl_buf_text(&b), "x");
        ck_assert_int_ne(jaxl_buf_reserve(&b, sizes[i]), 0);
        ck_assert_str_eq(jaxl_buf_text(&b), "x");
        jaxl_buf_free(&b);
    }
}
END_TEST

static const struct {
    size_t n;
    const char *rest;
} bites[] = {{0, "abcdef"}, {1, "bcdef"}, {5, "f"}, {6, ""}, {7, ""}, {SIZE_MAX, ""}};

START_TEST(consumes)
{
    struct jaxl_buf b;

    jaxl_buf_init(&b, 10);
    jaxl_buf_consume(&b, 3); /* nothing there yet */
    jaxl_buf_puts(&b, "abcdef");
    jaxl_buf_consume(&b, bites[_i].n);
    ck_assert_str_eq(jaxl_buf_text(&b), bites[_i].rest);
    ck_assert_uint_eq(b.len, strlen(bites[_i].rest));
    jaxl_buf_free(&b);
}
END_TEST

START_TEST(takes)
{
    struct jaxl_buf b;
    char *text;

    jaxl_buf_init(&b, 10);
    text = jaxl_buf_take(&b);
    ck_assert_str_eq(text, "");
    free(text);
    jaxl_buf_add(&b, "a\0b", 3);
    text = jaxl_buf_take(&b);
    ck_assert_mem_eq(text, "a\0b", 4);
    free(text);
    ck_assert_uint_eq(b.len, 0);
    jaxl_buf_puts(&b, "again");
    ck_assert_str_eq(jaxl_buf_text(&b), "again");
    jaxl_buf_wipe(&b);
    ck_assert_str_eq(jaxl_buf_text(&b), "");
    jaxl_buf_free(NULL);
    jaxl_buf_wipe(NULL);
}
END_TEST

static const struct {
    int64_t v;
    const char *text;
} numbers[] = {{0, "0"},
               {-1, "-1"},
               {10, "10"},
               {1234567890123456789, "1234567890123456789"},
               {INT64_MAX, "9223372036854775807"},
               {INT64_MIN, "-9223372036854775808"}};

START_TEST(writes_numbers)
{
    struct jaxl_buf b;

    jaxl_buf_init(&b, 20);
    jaxl_buf_int(&b, numbers[_i].v);
    ck_assert_str_eq(jaxl_buf_text(&b), numbers[_i].text);
    jaxl_buf_free(&b);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, writes_numbers, 0, UNIT_COUNT(numbers));
    tcase_add_test(tc, appends);
    tcase_add_test(tc, text_ends_whatever_was_reserved);
    tcase_add_test(tc, holds_exactly_its_maximum);
    tcase_add_test(tc, failure_sticks);
    tcase_add_test(tc, no_size_wraps);
    tcase_add_loop_test(tc, consumes, 0, UNIT_COUNT(bites));
    tcase_add_test(tc, takes);
}

int main(void)
{
    return unit_run("buf", add);
}
