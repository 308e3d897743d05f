#include <string.h>

#include "failmalloc.h"
#include "jaxl/json.h"
#include "unit.h"

static struct jaxl_buf out;
static struct jaxl_json_writer *w;

static void setup(void)
{
    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_json_writer_new(&w, &out), 0);
}

static void teardown(void)
{
    jaxl_json_writer_free(&w);
    ck_assert_ptr_null(w);
    jaxl_json_writer_free(&w);
    jaxl_buf_free(&out);
}

/* A program of calls: one letter each, so that the order of calls is data. */
static void play(const char *calls)
{
    for (; *calls; calls++) {
        switch (*calls) {
        case '{':
            jaxl_json_write_object(w);
            break;
        case '[':
            jaxl_json_write_array(w);
            break;
        case '.':
            jaxl_json_write_end(w);
            break;
        case 'k':
            jaxl_json_write_key(w, "k");
            break;
        case 's':
            jaxl_json_write_string(w, "s");
            break;
        case 'i':
            jaxl_json_write_int(w, INT64_MIN);
            break;
        case 'b':
            jaxl_json_write_bool(w, true);
            break;
        case 'n':
            jaxl_json_write_null(w);
            break;
        case 'N':
            jaxl_json_write_number(w, "-0.350");
            break;
        case 'X':
            jaxl_json_write_number(w, "0x1");
            break;
        case 'r':
            jaxl_json_write_raw(w, "{\"raw\": 1}", 10);
            break;
        case 'm':
            jaxl_json_write_member(w, "m", "t");
            break;
        case 'M':
            jaxl_json_write_member_int(w, "M", -1);
            break;
        case 'v':
            jaxl_json_write_member_value(w, "v", NULL);
            break;
        case 'z':
            jaxl_json_write_string(w, NULL);
            break;
        case '!':
            jaxl_buf_reset(&out);
            jaxl_json_writer_reset(w);
            break;
        default:
            ck_abort_msg("%c", *calls);
        }
    }
}

static const struct {
    const char *calls, *text; /* NULL: JAXL_EARG */
} orders[] = {
    {"s", "\"s\""},
    {"{.", "{}"},
    {"[.", "[]"},
    {"[nbiszN.", "[null,true,-9223372036854775808,\"s\",null,-0.350]"},
    {"{kskiMmv.", "{\"k\":\"s\",\"k\":-9223372036854775808,\"M\":-1,\"m\":\"t\",\"v\":null}"},
    {"{k[{ks.{ks.s[.[..k{..", "{\"k\":[{\"k\":\"s\"},{\"k\":\"s\"},\"s\",[],[]],\"k\":{}}"},
    {"[rr.", "[{\"raw\": 1},{\"raw\": 1}]"},
    {"{ks!s", "\"s\""},
    {".!n", "null"},
    {"", NULL},
    {"{", NULL},
    {"{k", NULL},
    {"{k.", NULL},
    {"{s.", NULL},
    {"{[..", NULL},
    {"{kss.", NULL},
    {"{kks.", NULL},
    {"[ks.", NULL},
    {"ks", NULL},
    {"ss", NULL},
    {"[.s", NULL},
    {"[..", NULL},
    {".", NULL},
    {"X", NULL},
    {"[X.", NULL},
};

START_TEST(order_is_checked)
{
    struct jaxl_error err;
    int rc;

    play(orders[_i].calls);
    rc = jaxl_json_writer_check(w, &err);
    ck_assert_int_eq(rc, orders[_i].text ? 0 : JAXL_EARG);
    if (orders[_i].text)
        ck_assert_str_eq(jaxl_buf_text(&out), orders[_i].text);
}
END_TEST

#define TEXT(literal) literal, sizeof(literal) - 1
#define FFFD          "\xef\xbf\xbd"

static const struct {
    const char *text;
    size_t len;
    const char *written;
} strings[] = {
    {TEXT(""), "\"\""},
    {TEXT("plain / text"), "\"plain / text\""},
    {TEXT("\"quoted\" \\ back"), "\"\\\"quoted\\\" \\\\ back\""},
    {TEXT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
    {TEXT("\0\1\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\""},
    {TEXT("\xe0\xa4\xa8\xf0\x9f\x93\x9e"), "\"\xe0\xa4\xa8\xf0\x9f\x93\x9e\""},
    {TEXT("a\xff"
          "b"),
     "\"a" FFFD "b\""},
    {TEXT("\xc0\xaf"), "\"" FFFD FFFD "\""},
    {TEXT("\xed\xa0\x80"), "\"" FFFD FFFD FFFD "\""},
    {TEXT("end\xe2\x82"), "\"end" FFFD FFFD "\""},
    {TEXT("\xe2\x82\n\xe2\x82\xac"), "\"" FFFD FFFD "\\n\xe2\x82\xac\""},
};

START_TEST(strings_are_always_json)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;

    jaxl_json_write_string_n(w, strings[_i].text, strings[_i].len);
    ck_assert_int_eq(jaxl_json_writer_check(w, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&out), strings[_i].written);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, NULL), 0);
    jaxl_json_doc_free(&doc);
}
END_TEST

static const struct {
    const char *text;
    bool ok;
} numbers[] = {
    {"0", true},       {"-0", true},   {"10.50", true}, {"1e5", true},    {"1E-05", true},
    {"-1.2e+3", true}, {"", false},    {"-", false},    {"01", false},    {"1.", false},
    {".1", false},     {"1e", false},  {"1e+", false},  {"+1", false},    {"1 ", false},
    {"NaN", false},    {"1,5", false}, {"--1", false},  {"1.2.3", false}, {"0x10", false},
};

START_TEST(numbers_are_checked)
{
    jaxl_json_write_number(w, numbers[_i].text);
    ck_assert_int_eq(jaxl_json_writer_check(w, NULL), numbers[_i].ok ? 0 : JAXL_EARG);
    ck_assert_str_eq(jaxl_buf_text(&out), numbers[_i].ok ? numbers[_i].text : "");
}
END_TEST

START_TEST(limits)
{
    struct jaxl_error err;

    for (int i = 0; i < 2 * JAXL_JSON_DEPTH; i++)
        jaxl_json_write_array(w);
    for (int i = 0; i < 2 * JAXL_JSON_DEPTH; i++)
        jaxl_json_write_end(w);
    ck_assert_int_eq(jaxl_json_writer_check(w, &err), 0);
    jaxl_json_writer_reset(w);
    for (int i = 0; i <= 2 * JAXL_JSON_DEPTH; i++)
        jaxl_json_write_array(w);
    ck_assert_int_eq(jaxl_json_writer_check(w, &err), JAXL_ELIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "too deeply"));

    jaxl_json_writer_reset(w);
    jaxl_json_write_array(w);
    for (int i = 0; i < 1000; i++)
        jaxl_json_write_string(w, "text");
    jaxl_json_write_end(w);
    ck_assert_int_eq(jaxl_json_writer_check(w, &err), JAXL_ELIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "4096"));
}
END_TEST

/* Each byte at each place of a string of any length: alone it decides how it is written. */
START_TEST(every_byte_everywhere)
{
    for (size_t len = 1; len < 20; len++) {
        for (size_t at = 0; at < len; at++) {
            for (int byte = 0; byte < 256; byte++) {
                char text[20], expected[64], one[12];
                bool plain = byte >= 0x20 && byte != '"' && byte != '\\' && byte < 0x80;
                memset(text, 'x', len);
                text[at] = (char)byte;
                if (plain || byte == '"' || byte == '\\')
                    snprintf(one, sizeof one, "%s%c", plain ? "" : "\\", byte);
                else if (byte >= 0x80)
                    snprintf(one, sizeof one, FFFD);
                else if (strchr("\b\f\n\r\t", byte) && byte)
                    snprintf(one, sizeof one, "\\%c",
                             "bfnrt"[strchr("\b\f\n\r\t", byte) - "\b\f\n\r\t"]);
                else
                    snprintf(one, sizeof one, "\\u%04x", (unsigned)byte);
                snprintf(expected, sizeof expected, "\"%.*s%s%.*s\"", (int)at,
                         "xxxxxxxxxxxxxxxxxxxx", one, (int)(len - at - 1), "xxxxxxxxxxxxxxxxxxxx");
                jaxl_buf_reset(&out);
                jaxl_json_writer_reset(w);
                jaxl_json_write_string_n(w, text, len);
                ck_assert_str_eq(jaxl_buf_text(&out), expected);
            }
        }
    }
}
END_TEST

static int write_something(void *ctx)
{
    struct jaxl_json_writer *mine = NULL;
    struct jaxl_buf buf;
    int rc;

    (void)ctx;
    jaxl_buf_init(&buf, 4096);
    rc = jaxl_json_writer_new(&mine, &buf);
    if (!rc) {
        jaxl_json_write_array(mine);
        for (int i = 0; i < 100; i++)
            jaxl_json_write_string(mine, "text\n");
        jaxl_json_write_end(mine);
        rc = jaxl_json_writer_check(mine, NULL);
    }
    jaxl_json_writer_free(&mine);
    jaxl_buf_free(&buf);
    return rc;
}

START_TEST(allocations_fail)
{
    ck_assert_int_gt(failmalloc_each(write_something, NULL), 3);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, order_is_checked, 0, (int)UNIT_COUNT(orders));
    tcase_add_loop_test(tc, strings_are_always_json, 0, (int)UNIT_COUNT(strings));
    tcase_add_loop_test(tc, numbers_are_checked, 0, (int)UNIT_COUNT(numbers));
    tcase_add_test(tc, every_byte_everywhere);
    tcase_add_test(tc, limits);
    tcase_add_test(tc, allocations_fail);
}

int main(void)
{
    return unit_run("json_write", add);
}
