#include <string.h>

#include "platform/base64.h"
#include "unit.h"

static const struct {
    enum jaxl_base64 kind;
    const char *bytes;
    size_t n;
    const char *text;
} pairs[] = {
    /* RFC 4648 section 10 */
    {JAXL_BASE64_STANDARD, "", 0, ""},
    {JAXL_BASE64_STANDARD, "f", 1, "Zg=="},
    {JAXL_BASE64_STANDARD, "fo", 2, "Zm8="},
    {JAXL_BASE64_STANDARD, "foo", 3, "Zm9v"},
    {JAXL_BASE64_STANDARD, "foob", 4, "Zm9vYg=="},
    {JAXL_BASE64_STANDARD, "fooba", 5, "Zm9vYmE="},
    {JAXL_BASE64_STANDARD, "foobar", 6, "Zm9vYmFy"},
    /* the same without padding, and where the alphabets differ */
    {JAXL_BASE64_BARE, "", 0, ""},
    {JAXL_BASE64_BARE, "f", 1, "Zg"},
    {JAXL_BASE64_BARE, "fo", 2, "Zm8"},
    {JAXL_BASE64_BARE, "foo", 3, "Zm9v"},
    {JAXL_BASE64_STANDARD, "\xfb\xff\xfe", 3, "+//+"},
    {JAXL_BASE64_URL, "\xfb\xff\xfe", 3, "-__-"},
    {JAXL_BASE64_URL, "\xff", 1, "_w=="},
    {JAXL_BASE64_BARE, "\xff", 1, "_w"},
    {JAXL_BASE64_URL, "\0\0\0\0", 4, "AAAAAA=="},
};

START_TEST(both_ways)
{
    struct jaxl_buf b;

    jaxl_buf_init(&b, 64);
    jaxl_base64_encode(pairs[_i].kind, pairs[_i].bytes, pairs[_i].n, &b);
    ck_assert_str_eq(jaxl_buf_text(&b), pairs[_i].text);
    jaxl_buf_reset(&b);
    ck_assert_int_eq(jaxl_base64_decode(pairs[_i].kind, pairs[_i].text, strlen(pairs[_i].text), &b),
                     0);
    ck_assert_uint_eq(b.len, pairs[_i].n);
    ck_assert_mem_eq(jaxl_buf_text(&b), pairs[_i].bytes, pairs[_i].n);
    jaxl_buf_free(&b);
}
END_TEST

static const struct {
    enum jaxl_base64 kind;
    const char *text;
} bad[] = {
    {JAXL_BASE64_STANDARD, "Z"},
    {JAXL_BASE64_STANDARD, "Zg"},
    {JAXL_BASE64_STANDARD, "Zg="},
    {JAXL_BASE64_STANDARD, "Zg==="},
    {JAXL_BASE64_STANDARD, "Z==="},
    {JAXL_BASE64_STANDARD, "===="},
    {JAXL_BASE64_STANDARD, "=="},
    {JAXL_BASE64_STANDARD, "Zh=="}, /* bits behind the last byte */
    {JAXL_BASE64_STANDARD, "Zm9="},
    {JAXL_BASE64_STANDARD, "Zg==Zg=="},
    {JAXL_BASE64_STANDARD, "Z=g="},
    {JAXL_BASE64_STANDARD, "Zm9v\n"},
    {JAXL_BASE64_STANDARD, "Zm9 "},
    {JAXL_BASE64_STANDARD, " Zm9v"},
    {JAXL_BASE64_STANDARD, "Zm\n9"},
    {JAXL_BASE64_STANDARD, "-__-"},
    {JAXL_BASE64_STANDARD, "Zm9\xe9"},
    {JAXL_BASE64_URL, "+//+"},
    {JAXL_BASE64_URL, "Zg"},
    {JAXL_BASE64_BARE, "Zg=="},
    {JAXL_BASE64_BARE, "Z"},
    {JAXL_BASE64_BARE, "Zm9vY"},
    {JAXL_BASE64_BARE, "Zh"},
    {JAXL_BASE64_BARE, "+//+"},
};

START_TEST(refused)
{
    struct jaxl_buf b;

    jaxl_buf_init(&b, 64);
    jaxl_buf_puts(&b, "before");
    ck_assert_int_eq(jaxl_base64_decode(bad[_i].kind, bad[_i].text, strlen(bad[_i].text), &b),
                     JAXL_EINPUT);
    ck_assert_str_eq(jaxl_buf_text(&b), "before");
    ck_assert_int_eq(b.failed, 0);
    jaxl_buf_free(&b);
}
END_TEST

START_TEST(no_byte_of_another_alphabet)
{
    static const char standard[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct jaxl_buf b;

    jaxl_buf_init(&b, 64);
    for (int c = 0; c < 256; c++) {
        char text[4] = {'A', 'A', 'A', (char)c};
        int want = c && strchr(standard, c) ? 0 : c == '=' ? 0 : JAXL_EINPUT;
        jaxl_buf_reset(&b);
        ck_assert_int_eq(jaxl_base64_decode(JAXL_BASE64_STANDARD, text, 4, &b), want);
    }
    jaxl_buf_free(&b);
}
END_TEST

START_TEST(limits)
{
    struct jaxl_buf b;

    jaxl_buf_init(&b, 2);
    ck_assert_int_eq(jaxl_base64_decode(JAXL_BASE64_STANDARD, "Zm8=", 4, &b), 0);
    jaxl_buf_reset(&b);
    ck_assert_int_eq(jaxl_base64_decode(JAXL_BASE64_STANDARD, "Zm9v", 4, &b), JAXL_ELIMIT);
    jaxl_buf_reset(&b);
    jaxl_base64_encode(JAXL_BASE64_STANDARD, "f", 1, &b);
    ck_assert_int_eq(b.failed, JAXL_ELIMIT);
    ck_assert_uint_eq(b.len, 0);
    jaxl_buf_free(&b);
}
END_TEST

START_TEST(a_text_fits_where_it_just_fits)
{
    for (size_t n = 0; n <= 9; n++)
        for (int kind = JAXL_BASE64_STANDARD; kind <= JAXL_BASE64_BARE; kind++) {
            size_t len = kind == JAXL_BASE64_BARE ? (4 * n + 2) / 3 : (n + 2) / 3 * 4;
            struct jaxl_buf b;
            jaxl_buf_init(&b, len);
            jaxl_base64_encode((enum jaxl_base64)kind, "ninebytes", n, &b);
            ck_assert_int_eq(b.failed, 0);
            ck_assert_uint_eq(b.len, len);
            jaxl_buf_free(&b);
        }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, both_ways, 0, UNIT_COUNT(pairs));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, no_byte_of_another_alphabet);
    tcase_add_test(tc, limits);
    tcase_add_test(tc, a_text_fits_where_it_just_fits);
}

int main(void)
{
    return unit_run("base64", add);
}
