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

static size_t span_by_characters(const char *s, size_t n)
{
    size_t i = 0, len;

    while (i < n && (len = jaxl_utf8_len(s + i, n - i)) > 0)
        i += len;
    return i;
}

/* Every two bytes, with continuations behind them, across the ends of blocks in a long text. */
START_TEST(blocks_agree_with_characters)
{
    enum { LONG = 160 };
    static const char *const behind[] = {"", "\x80", "\xbf\x80", "\x80\x80\xbf",
                                         "\x80\x80\x80\x80"};
    char *text = malloc(LONG); /* nothing is read behind it */

    for (unsigned pair = 0; pair < 65536; pair += (unsigned)unit_slow() | 1)
        for (size_t i = 0; i < UNIT_COUNT(behind); i++) {
            size_t at = 60 + (pair + i) % 7, n = at % 2 ? LONG : LONG - 32, end;
            memset(text, 'x', LONG);
            text[at] = (char)(pair >> 8);
            text[at + 1] = (char)pair;
            memcpy(text + at + 2, behind[i], strlen(behind[i]));
            end = span_by_characters(text, n);
            if (jaxl_utf8_span(text, n) != end)
                ck_abort_msg("%04x + %zu at %zu: %zu, not %zu", pair, i, at,
                             jaxl_utf8_span(text, n), end);
        }
    free(text);
}
END_TEST

START_TEST(long_texts_agree_with_characters)
{
    static const char *const parts[] = {"x",
                                        "plain ASCII of thirty bytes...",
                                        "\xc3\xa9",
                                        "\xe0\xa4\xa8\xe0\xa4\xae",
                                        "\xf0\x9f\x93\x9e",
                                        "\xf4\x8f\xbf\xbf",
                                        "\xed\x9f\xbf"};
    uint64_t rng = 7;

    for (int round = 20000 / unit_slow(); round > 0; round--) {
        char text[1024];
        size_t n = 0, most = (unit_random(&rng) >> 20) % 900, end;
        while (n < most) {
            const char *part = parts[(unit_random(&rng) >> 20) % UNIT_COUNT(parts)];
            memcpy(text + n, part, strlen(part));
            n += strlen(part);
        }
        if (n && round % 2) /* cut off, or a byte is wrong, perhaps */
            text[(unit_random(&rng) >> 20) % n] = (char)(unit_random(&rng) >> 20);
        else if (n)
            n -= (unit_random(&rng) >> 20) % (n < 3 ? n : 3);
        end = span_by_characters(text, n);
        if (jaxl_utf8_span(text, n) != end)
            ck_abort_msg("%zu, not %zu of %zu", jaxl_utf8_span(text, n), end, n);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, blocks_agree_with_characters);
    tcase_add_test(tc, long_texts_agree_with_characters);
    tcase_add_loop_test(tc, spans, 0, (int)UNIT_COUNT(rows));
}

int main(void)
{
    return unit_run("utf8", add);
}
