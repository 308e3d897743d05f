/* Which values leave a sentence whole: never one that the library would part. */
#include <string.h>

#include "events/flow_impl.h"
#include "jaxl/sentence.h"
#include "unit.h"

static int count(void *ctx, const char *sentence, size_t len)
{
    (void)sentence;
    (void)len;
    ++*(int *)ctx;
    return 0;
}

static int sentences(const char *text)
{
    int n = 0;

    ck_assert_int_eq(jaxl_sentence_each(text, strlen(text), NULL, count, &n, NULL), 0);
    return n;
}

static const char *character(unsigned c, char text[5])
{
    if (c < 0x80)
        snprintf(text, 5, "%c", (int)c);
    else if (c < 0x800)
        snprintf(text, 5, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
    else
        snprintf(text, 5, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3f)),
                 (int)(0x80 | (c & 0x3f)));
    return text;
}

/* Each character within a value, at its end, and alone, with a new word behind it. */
START_TEST(every_character)
{
    static const char *const around[][2] = {
        {"x", "y"}, {"x", ""}, {"", ""}, {"x", " y"}, {"5", "5"}};
    int plain = 0;

    for (unsigned c = 1; c < 0x10000; c += c < 0x3000 ? 1 : 7) {
        char text[5], value[16], whole[64];
        if (c >= 0xd800 && c < 0xe000)
            continue;
        (void)character(c, text);
        for (size_t i = 0; i < UNIT_COUNT(around); i++) {
            snprintf(value, sizeof value, "%s%s%s", around[i][0], text, around[i][1]);
            snprintf(whole, sizeof whole, "Hello %s You", value);
            if (!jaxl_flow_prompt_plain(value, strlen(value)))
                continue;
            plain++;
            if (sentences(whole) != 1)
                ck_abort_msg("U+%04X in '%s'", c, whole);
        }
    }
    ck_assert_int_gt(plain, 8000);
}
END_TEST

static const struct {
    const char *value;
    bool plain;
} values[] = {
    {"", true},
    {"Asha Rao", true},
    {"12.50", true},
    {"+91 98765-43210", true},
    {"O'Neill (junior)", true},
    {"\u0930\u093e\u092e \u0936\u0930\u094d\u092e\u093e", true},
    {"J\u00fcrgen", true},
    {"One. Two", false},
    {"Mr.", false},
    {".5", false},
    {"5.", false},
    {"What?", false},
    {"a\nb", false},
    {"\u092f\u0939\u0964", false},
    {"\u4e2d\u6587", false},
    {"a\x7f", false},
    {"\xe0\xa4", false},
    {"\xc3", false},
};

START_TEST(judged)
{
    ck_assert_int_eq(jaxl_flow_prompt_plain(values[_i].value, strlen(values[_i].value)),
                     values[_i].plain);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, every_character);
    tcase_add_loop_test(tc, judged, 0, UNIT_COUNT(values));
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("flow_prompt", add);
}
