#include <string.h>

#include "data/utf8.h"
#include "unit.h"

static const struct {
    const char *text;
    size_t len, span, count; /* count: of the valid beginning */
} rows[] = {
    {"", 0, 0, 0},
    {"plain ASCII of more than eight bytes", 36, 36, 36},
    {"\0", 1, 1, 1},
    {"h\xc3\xa9llo", 6, 6, 5},
    {"\xe0\xa4\xa8\xe0\xa4\xae", 6, 6, 2},
    {"\xf0\x9f\x93\x9e", 4, 4, 1},
    {"\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 18, 18, 6},
    {"\xed\x9f\xbf\xee\x80\x80", 6, 6, 2},
    {"a\x80", 2, 1, 1},                         /* continuation without a beginning */
    {"12345678\xff", 9, 8, 8},                  /* never in UTF-8 */
    {"\xc0\x80", 2, 0, 0},                      /* overlong NUL */
    {"\xc1\xbf", 2, 0, 0},                      /* overlong */
    {"\xe0\x9f\xbf", 3, 0, 0},                  /* overlong */
    {"\xf0\x8f\xbf\xbf", 4, 0, 0},              /* overlong */
    {"\xed\xa0\x80", 3, 0, 0},                  /* high surrogate */
    {"\xed\xbf\xbf", 3, 0, 0},                  /* low surrogate */
    {"\xf4\x90\x80\x80", 4, 0, 0},              /* beyond U+10FFFF */
    {"\xf5\x80\x80\x80", 4, 0, 0},              /* beyond */
    {"ok\xe2\x82", 4, 2, 2},                    /* cut off */
    {"ok\xf0\x9f\x93", 5, 2, 2},                /* cut off */
    {"\xe2\x28\xa1", 3, 0, 0},                  /* second byte wrong */
    {"\xf0\x9f\x28\xbc", 4, 0, 0},              /* third byte wrong */
    {"aaaaaaaaaaaaaaa\xc3\xa9\xc3", 18, 17, 16} /* not on a word boundary */
};

START_TEST(spans)
{
    ck_assert_uint_eq(jaxl_utf8_span(rows[_i].text, rows[_i].len), rows[_i].span);
    ck_assert_uint_eq(jaxl_utf8_count(rows[_i].text, rows[_i].span), rows[_i].count);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, spans, 0, (int)UNIT_COUNT(rows));
}

int main(void)
{
    return unit_run("utf8", add);
}
