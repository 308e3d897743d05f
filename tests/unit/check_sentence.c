#include "failmalloc.h"

#include <string.h>

#include "jaxl/buf.h"
#include "jaxl/sentence.h"
#include "unit.h"

static const struct {
    const char *locale, *text, *cut; /* cut: the sentences with '|' between them */
} rows[] = {
    {NULL, "", ""},
    {NULL, " \t\n \u00a0\u3000", ""},
    {NULL, "One", "One"},
    {NULL, "One. Two.", "One.|Two."},
    {NULL, "  One.\n\n  Two! Three?  Four ", "One.|Two!|Three?|Four"},
    {NULL, "He said \"Stop.\" Then he went.", "He said \"Stop.\"|Then he went."},
    {NULL, "(It is closed.) Call again.", "(It is closed.)|Call again."},
    {NULL, "Wait... What?! Yes", "Wait...|What?!|Yes"},
    {NULL, "It costs Rs. 5.50 today. Pay now.", "It costs Rs. 5.50 today.|Pay now."},
    {NULL, "It costs RS. 5.50. Pay now.", "It costs RS. 5.50.|Pay now."},
    {NULL, "Pay 500 Rs. Thank you.", "Pay 500 Rs.|Thank you."},
    {NULL, "Dr. Rao and Mrs. Iyer. Prof. Sen.", "Dr. Rao and Mrs. Iyer.|Prof. Sen."},
    {NULL, "See \u201cDr. Rao\u201d. Bye.", "See \u201cDr. Rao\u201d.|Bye."},
    {NULL, "Use a code, e.g. this. Or i.e. That.", "Use a code, e.g. this.|Or i.e. That."},
    {NULL, "Room No. 7 is free. Say no. Then go.", "Room No. 7 is free.|Say no.|Then go."},
    {NULL, "Nos. 7 and 8. Casinos. 9 Dragons.", "Nos. 7 and 8.|Casinos.|9 Dragons."},
    {NULL, "Minidr. Rao", "Minidr.|Rao"},
    {NULL, "India vs. Kerala at St. Mary.", "India vs. Kerala at St. Mary."},
    {NULL, "Acme Pvt. Ltd. has it, approx. 50 Units.", "Acme Pvt. Ltd. has it, approx. 50 Units."},
    {NULL, "Rao and Co. Ltd. Hello.", "Rao and Co. Ltd.|Hello."},
    {NULL, "Rao and Co. Hello.", "Rao and Co.|Hello."},
    {NULL, "From 9 a.m. to 5 p.m. daily. Call.", "From 9 a.m. to 5 p.m. daily.|Call."},
    {NULL, "We close at 5 p.m. Call then.", "We close at 5 p.m.|Call then."},
    {NULL, "Tea, milk etc. are here, etc. Come.", "Tea, milk etc. are here, etc.|Come."},
    {NULL, "Acme Inc. is here. Inc. Magazine.", "Acme Inc. is here.|Inc.|Magazine."},
    {NULL, "Go to jaxl.com now. Version 1.2.3.", "Go to jaxl.com now.|Version 1.2.3."},
    {NULL, "Ends with Dr.", "Ends with Dr."},
    {NULL, "Dr. ", "Dr."},
    {NULL, "Dr.  Mr. Rao", "Dr.  Mr. Rao"},
    {NULL, "\u092f\u0939 \u090f\u0915\u0964 \u0926\u094b\u0964\u0924\u0940\u0928?",
     "\u092f\u0939 \u090f\u0915\u0964|\u0926\u094b\u0964|\u0924\u0940\u0928?"},
    {"hi", "\u0930\u0941. 500 \u0921\u0949. \u0930\u093e\u0935\u0964 \u0930\u0941. \u096b.",
     "\u0930\u0941. 500 \u0921\u0949. \u0930\u093e\u0935\u0964|\u0930\u0941. \u096b."},
    /* what ICU itself knows of a locale */
    {NULL, "In Sept. Then in Dec. Now.", "In Sept.|Then in Dec.|Now."},
    {"en", "In Sept. Then in Dec. Now.", "In Sept. Then in Dec. Now."},
    {"en-IN", "In Sept. Then. Now.", "In Sept. Then.|Now."},
    {NULL, "Capt. Rao. Now.", "Capt.|Rao.|Now."},
    {"en_US", "Capt. Rao. Now.", "Capt. Rao.|Now."},
    {"xx", "One. Two.", "One.|Two."},
};

static int join(void *ctx, const char *sentence, size_t len)
{
    struct jaxl_buf *b = ctx;

    if (b->len)
        jaxl_buf_putc(b, '|');
    jaxl_buf_add(b, sentence, len);
    return 0;
}

START_TEST(cut)
{
    size_t len = strlen(rows[_i].text);
    char *exact = malloc(len + 1); /* so that a checker sees what is read behind it */
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf b;
    int rc;

    ck_assert_ptr_nonnull(exact);
    memcpy(exact, rows[_i].text, len);
    exact[len] = '!';
    jaxl_buf_init(&b, 4096);
    rc = jaxl_sentence_each(exact, len, rows[_i].locale, join, &b, &err);
    ck_assert_msg(rc == 0, "%s", err.message);
    ck_assert_str_eq(jaxl_buf_text(&b), rows[_i].cut);
    jaxl_buf_free(&b);
    free(exact);
}
END_TEST

static int second_is_enough(void *ctx, const char *sentence, size_t len)
{
    int *calls = ctx;

    (void)sentence;
    (void)len;
    return ++*calls == 2 ? JAXL_EBUSY : 0;
}

START_TEST(the_callback_ends_it)
{
    struct jaxl_error err = {.message = "untouched"};
    int calls = 0;

    ck_assert_int_eq(
        jaxl_sentence_each("One. Two. Three.", 16, NULL, second_is_enough, &calls, &err),
        JAXL_EBUSY);
    ck_assert_int_eq(calls, 2);
    ck_assert_str_eq(err.message, "untouched");
}
END_TEST

static int count(void *ctx, const char *sentence, size_t len)
{
    int *calls = ctx;

    ck_assert_uint_eq(len, 7);
    ck_assert_int_eq(memcmp(sentence, "Number.", 7), 0);
    ++*calls;
    return 0;
}

START_TEST(limit)
{
    static char text[JAXL_SENTENCE_TEXT_MAX + 1];
    struct jaxl_error err;
    int calls = 0;

    for (size_t i = 0; i + 8 <= JAXL_SENTENCE_TEXT_MAX; i += 8)
        memcpy(text + i, "Number. ", 8);
    ck_assert_int_eq(jaxl_sentence_each(text, JAXL_SENTENCE_TEXT_MAX, "en", count, &calls, &err),
                     0);
    ck_assert_int_eq(calls, JAXL_SENTENCE_TEXT_MAX / 8);
    calls = 0;
    ck_assert_int_eq(jaxl_sentence_each(text, sizeof text, "en", count, &calls, &err), JAXL_ELIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "65537 bytes: the limit is 65536"));
    ck_assert_int_eq(calls, 0);
}
END_TEST

START_TEST(refused)
{
    char locale[400];
    struct jaxl_error err;
    int calls = 0;

    memset(locale, 'a', sizeof locale - 1);
    locale[sizeof locale - 1] = '\0';
    ck_assert_int_eq(jaxl_sentence_each("Number.\xff", 8, NULL, count, &calls, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message, "text: byte 8 is not UTF-8");
    ck_assert_int_eq(jaxl_sentence_each("\xe0\xa4\xaf", 2, NULL, count, &calls, NULL), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_sentence_each("Number.", 7, locale, count, &calls, &err), JAXL_EARG);
    ck_assert_ptr_nonnull(strstr(err.message, "locale 'aaa"));
    ck_assert_int_eq(calls, 0);
}
END_TEST

START_TEST(split)
{
    static const char text[] = "One. Two.  Rs. 5.50 for three!";
    struct jaxl_sentences s = {.n = 7};
    struct jaxl_error err = {0};

    ck_assert_int_eq(jaxl_sentences_split(text, strlen(text), NULL, &s, &err), 0);
    ck_assert_uint_eq(s.n, 3);
    ck_assert_str_eq(s.items[0], "One.");
    ck_assert_str_eq(s.items[1], "Two.");
    ck_assert_str_eq(s.items[2], "Rs. 5.50 for three!");
    jaxl_sentences_free(&s);
    ck_assert(!s.items && !s.n);
    ck_assert_int_eq(jaxl_sentences_split(" ", 1, NULL, &s, &err), 0);
    ck_assert(!s.items && !s.n);
    s.n = 7;
    ck_assert_int_eq(jaxl_sentences_split("One. \xff", 6, NULL, &s, &err), JAXL_EINPUT);
    ck_assert(!s.items && !s.n);
    jaxl_sentences_free(&s);
    jaxl_sentences_free(NULL);
}
END_TEST

static int split_it(void *ctx)
{
    struct jaxl_sentences s;
    int rc = jaxl_sentences_split(ctx, strlen(ctx), NULL, &s, NULL);

    if (rc && (s.items || s.n))
        rc = 1;
    jaxl_sentences_free(&s);
    return rc;
}

START_TEST(split_without_memory)
{
    char text[] = "One. Two. Three.";

    ck_assert_int_ge(failmalloc_each(split_it, text), 6);
}
END_TEST

START_TEST(module_missing)
{
    struct jaxl_error err;
    int calls = 0;

    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    ck_assert_int_eq(jaxl_sentence_each("Number.", 7, NULL, count, &calls, &err), JAXL_ECONFIG);
    ck_assert_int_eq(err.code, JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "/nonexistent/libjaxl-sentence.so"));
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, cut, 0, UNIT_COUNT(rows));
    tcase_add_test(tc, the_callback_ends_it);
    tcase_add_test(tc, limit);
    tcase_add_test(tc, refused);
    tcase_add_test(tc, split);
    tcase_add_test(tc, split_without_memory);
    tcase_add_test(tc, module_missing);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("sentence", add);
}
