#include <setjmp.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "data/json_reserve.h"
#include "failmalloc.h"
#include "jaxl/json.h"
#include "unit.h"

#define TEXT(literal) literal, sizeof(literal) - 1

/* What is read, and how it is written again: the whole way there and back. */
static const struct {
    const char *text;
    size_t len;
    const char *written; /* NULL: as it was */
} good[] = {
    {TEXT("{}"), NULL},
    {TEXT("[]"), NULL},
    {TEXT("null"), NULL},
    {TEXT("true"), NULL},
    {TEXT("0"), NULL},
    {TEXT("\"\""), NULL},
    {TEXT(" \t\r\n {\"a\" : 1 , \"b\" : [ true , false ] } \r\n"), "{\"a\":1,\"b\":[true,false]}"},
    {TEXT("[1,-0,0.350,1e5,1E+5,-1.5e-7,12345678901234567890123,1.0000000000000000000001]"), NULL},
    {TEXT("[1.7976931348623157e308,-1.7976931348623157e308,1.79769313486231580e308]"), NULL},
    {TEXT("[1e-999,0e999,0.0000e5000,0.00000001e316,100000e303]"), NULL},
    {TEXT("\"caf\xc3\xa9 \xf0\x9f\x93\x9e \xef\xbf\xbf\""), NULL},
    {TEXT("\"\\u00e9\\ud83d\\udcde\\uD83D\\uDCDE\""),
     "\"\xc3\xa9\xf0\x9f\x93\x9e\xf0\x9f\x93\x9e\""},
    {TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\""), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\""},
    {TEXT("\"\\\\ud800 is no escape\""), NULL},
    {TEXT("\"a\\u0000b\""), NULL},
    {TEXT("\"\x7f\""), NULL},
    {TEXT("{\"\":\"\",\"a\":{\"a\":{\"a\":null}},\"b\":[[],{},[[]]]}"), NULL},
    {TEXT("{\"ab\":1,\"ba\":2,\"aab\":3,\"A\":4}"), NULL},
};

static struct jaxl_json_doc *doc;
static struct jaxl_buf out;

static void setup(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    jaxl_buf_init(&out, 4 * JAXL_JSON_MAX);
}

static void teardown(void)
{
    jaxl_json_doc_free(&doc);
    ck_assert_ptr_null(doc);
    jaxl_buf_free(&out);
}

static const struct jaxl_json *parse(const char *text)
{
    const struct jaxl_json *root;
    struct jaxl_error err;
    int rc = jaxl_json_parse(doc, text, strlen(text), &root, &err);

    ck_assert_msg(rc == 0, "%s: %s", text, err.message);
    return root;
}

START_TEST(reads_and_writes_again)
{
    const struct jaxl_json *root;
    struct jaxl_json_writer *w;
    struct jaxl_error err;
    int rc = jaxl_json_parse(doc, good[_i].text, good[_i].len, &root, &err);

    ck_assert_msg(rc == 0, "%s: %s", good[_i].text, err.message);
    ck_assert_int_eq(jaxl_json_writer_new(&w, &out), 0);
    jaxl_json_write_value(w, root);
    ck_assert_int_eq(jaxl_json_writer_check(w, &err), 0);
    ck_assert_str_eq(jaxl_buf_text(&out), good[_i].written ? good[_i].written : good[_i].text);
    jaxl_json_writer_free(&w);
}
END_TEST

static const struct {
    const char *text;
    size_t len;
    const char *says;
} bad[] = {
    {TEXT(""), "no JSON text"},
    {TEXT(" \n\t "), "no JSON text"},
    {TEXT("{"), "ends early"},
    {TEXT("{\"a\":1"), "ends early"},
    {TEXT("[1,"), "ends early"},
    {TEXT("{\"a\":1}}"), "byte 8: parse error"},
    {TEXT("{\"a\":1} x"), "byte 9"},
    {TEXT("{\"a\":1} {\"b\":2}"), "something follows the value"},
    {TEXT("1 2"), "something follows the value"},
    {TEXT("01"), "something follows the value"},
    {TEXT("[01]"), "parse error"},
    {TEXT("[1.]"), "lexical error"},
    {TEXT("[.5]"), "lexical error"},
    {TEXT("[+1]"), "lexical error"},
    {TEXT("-"), "lexical error"},
    {TEXT("1e"), "lexical error"},
    {TEXT("[NaN]"), "lexical error"},
    {TEXT("[Infinity]"), "lexical error"},
    {TEXT("tru"), "lexical error"},
    {TEXT("True"), "lexical error"},
    {TEXT("\"abc"), "lexical error"},
    {TEXT("\"a\nb\""), "lexical error"},
    {TEXT("\"a\0b\""), "lexical error"},
    {TEXT("{\"a\":1}\0"), "lexical error"},
    {TEXT("\"\\x\""), "lexical error"},
    {TEXT("\"\\u12g4\""), "lexical error"},
    {TEXT("'a'"), "lexical error"},
    {TEXT("{a:1}"), "lexical error"},
    {TEXT("{\"a\" 1}"), "parse error"},
    {TEXT("{\"a\":1,}"), "parse error"},
    {TEXT("[1,]"), "parse error"},
    {TEXT("[1 2]"), "parse error"},
    {TEXT("{1:2}"), "parse error"},
    {TEXT("/* */ 1"), "lexical error"},
    {TEXT("\xef\xbb\xbf{}"), "lexical error"},
    {TEXT("\"\xff\""), "byte 2: invalid UTF-8"},
    {TEXT("\"ab\xc0\xaf\""), "byte 4: invalid UTF-8"},
    {TEXT("\"\xe0\x80\xaf\""), "invalid UTF-8"},
    {TEXT("\"\xed\xa0\x80\xed\xb0\x80\""), "invalid UTF-8"},
    {TEXT("\"\xf4\x90\x80\x80\""), "invalid UTF-8"},
    {TEXT("\"\xc3\""), "invalid UTF-8"},
    {TEXT("\"\\ud800\""), "byte 2: half of a surrogate pair"},
    {TEXT("\"\\udc00\""), "half of a surrogate pair"},
    {TEXT("\"\\uDBFF\\u0041\""), "half of a surrogate pair"},
    {TEXT("\"\\ud800\\ud800\\udc00\""), "half of a surrogate pair"},
    {TEXT("\"\\\\\\ud800x\""), "half of a surrogate pair"},
    {TEXT("{\"a\":1,\"a\":2}"), "duplicate key \"a\""},
    {TEXT("{\"a\":1,\"b\":2,\"\\u0061\":3}"), "duplicate key \"a\""},
    {TEXT("{\"\":1,\"\":2}"), "duplicate key \"\""},
    {TEXT("[{\"x\":{\"a\":1,\"c\":[{\"a\":1}],\"a\":2}}]"), "duplicate key \"a\""},
    {TEXT("{\"a\\u0000b\":1}"), "NUL in a key"},
    {TEXT("1e999"), "outside the range of a double"},
    {TEXT("[-1e309]"), "outside the range of a double"},
    {TEXT("[1.7976931348623159e308]"), "outside the range of a double"},
    {TEXT("[17976931348623159e292]"), "outside the range of a double"},
    {TEXT("[0.00017976931348623159e312]"), "outside the range of a double"},
    {TEXT("[1e99999999999999999999]"), "outside the range of a double"},
};

START_TEST(refuses_and_goes_on)
{
    const struct jaxl_json *root;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_json_parse(doc, bad[_i].text, bad[_i].len, &root, &err), JAXL_EINPUT);
    ck_assert_int_eq(err.code, JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, bad[_i].says), "%s: \"%s\" does not say \"%s\"", bad[_i].text,
                  err.message, bad[_i].says);
    ck_assert_ptr_null(root);
    ck_assert_int_eq(jaxl_json_parse(doc, bad[_i].text, bad[_i].len, &root, NULL), JAXL_EINPUT);
    ck_assert_uint_eq(jaxl_json_count(parse("{\"fine\":1}")), 1);
}
END_TEST

static void repeat(const char *text, size_t times)
{
    while (times--)
        jaxl_buf_puts(&out, text);
}

START_TEST(depth_is_limited)
{
    static const char *const opens[] = {"[", "{\"k\":"}, *const closes[] = {"]", "}"};
    const struct jaxl_json *root;
    struct jaxl_error err;

    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t extra = 0; extra < 2; extra++) {
            jaxl_buf_reset(&out);
            repeat(opens[kind], JAXL_JSON_DEPTH + extra);
            if (kind)
                jaxl_buf_puts(&out, "1");
            repeat(closes[kind], JAXL_JSON_DEPTH + extra);
            ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, &err),
                             extra ? JAXL_ELIMIT : 0);
        }
        ck_assert_ptr_nonnull(strstr(err.message, "nested too deeply"));
    }
    jaxl_buf_reset(&out);
    repeat("[", JAXL_JSON_MAX);
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, &err), JAXL_ELIMIT);
}
END_TEST

START_TEST(length_is_limited)
{
    const struct jaxl_json *root;
    struct jaxl_error err;
    size_t len;

    jaxl_buf_puts(&out, "\"\\n");
    repeat("x", JAXL_JSON_MAX - 4);
    jaxl_buf_puts(&out, "\"");
    ck_assert_uint_eq(out.len, JAXL_JSON_MAX);
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, &err), 0);
    ck_assert_ptr_nonnull(jaxl_json_text(root, &len));
    ck_assert_uint_eq(len, JAXL_JSON_MAX - 3);
    jaxl_buf_puts(&out, " ");
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, &err), JAXL_ELIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "1048577 bytes: the limit is 1048576"));
    jaxl_json_doc_free(&doc);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, (size_t)1 << 31), JAXL_EARG);
}
END_TEST

/* The texts that cost the most memory for their length are read within the arena. */
START_TEST(dense_texts_fit)
{
    static const char *const units[] = {"1,", "{},", "\"\",", "[\"\\n\"],"};
    const struct jaxl_json *root;

    for (size_t i = 0; i < UNIT_COUNT(units); i++) {
        size_t n = (JAXL_JSON_MAX - 3) / strlen(units[i]);
        jaxl_buf_reset(&out);
        jaxl_buf_puts(&out, "[");
        repeat(units[i], n);
        jaxl_buf_puts(&out, "1]");
        ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, NULL), 0);
        ck_assert_uint_eq(jaxl_json_count(root), n + 1);
    }
}
END_TEST

START_TEST(duplicates_among_many)
{
    const struct jaxl_json *root;
    struct jaxl_error err;

    for (int last = 29; last < 20000; last = last * 3 / 2 + 1) {
        jaxl_buf_reset(&out);
        jaxl_buf_puts(&out, "{");
        for (int i = 0; i <= last; i++)
            jaxl_buf_printf(&out, "\"key%d\":%d,", i, i);
        jaxl_buf_puts(&out, "\"end\":1}");
        ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, &err), 0);
        ck_assert_uint_eq(jaxl_json_count(root), (size_t)last + 2);
        out.len -= strlen("\"end\":1}");
        jaxl_buf_printf(&out, "\"key%d\":1}", last / 2);
        ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, &err), JAXL_EINPUT);
        ck_assert_ptr_nonnull(strstr(err.message, "duplicate key \"key"));
    }
}
END_TEST

START_TEST(long_numbers)
{
    const struct jaxl_json *root;

    repeat("9", 308);
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, NULL), 0);
    ck_assert_str_eq(jaxl_json_text(root, NULL), out.data);
    jaxl_buf_puts(&out, "9");
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, NULL), JAXL_EINPUT);
    jaxl_buf_puts(&out, "e-5");
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, NULL), 0);
    jaxl_buf_reset(&out);
    jaxl_buf_puts(&out, "0.");
    repeat("0", 400);
    jaxl_buf_puts(&out, "1e700");
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, NULL), 0);
}
END_TEST

START_TEST(types_and_absence)
{
    const struct jaxl_json *root = parse("{\"n\":null,\"t\":true,\"f\":false,\"i\":12,\"s\":\"x\","
                                         "\"z\":\"a\\u0000b\",\"a\":[1,2],\"o\":{}}");
    size_t len = 9;

    ck_assert_int_eq(jaxl_json_type(root), JAXL_JSON_OBJECT);
    ck_assert_int_eq(jaxl_json_type(NULL), JAXL_JSON_NULL);
    ck_assert(jaxl_json_is_null(jaxl_json_get(root, "n")) && jaxl_json_is_null(NULL));
    ck_assert(!jaxl_json_is_null(root));
    ck_assert(jaxl_json_bool(jaxl_json_get(root, "t")));
    ck_assert(!jaxl_json_bool(jaxl_json_get(root, "f")) && !jaxl_json_bool(NULL));
    ck_assert(!jaxl_json_bool(jaxl_json_get(root, "i")) && !jaxl_json_bool(root));
    ck_assert_str_eq(jaxl_json_text(jaxl_json_get(root, "i"), NULL), "12");
    ck_assert_ptr_null(jaxl_json_text(jaxl_json_get(root, "t"), &len));
    ck_assert_uint_eq(len, 0);
    ck_assert_ptr_nonnull(jaxl_json_text(jaxl_json_get(root, "z"), &len));
    ck_assert_uint_eq(len, 3);
    ck_assert_str_eq(jaxl_json_string(jaxl_json_get(root, "s"), "-"), "x");
    ck_assert_str_eq(jaxl_json_string(jaxl_json_get(root, "z"), "-"), "-");
    ck_assert_str_eq(jaxl_json_string(jaxl_json_get(root, "i"), "-"), "-");
    ck_assert_ptr_null(jaxl_json_string(NULL, NULL));
    ck_assert_uint_eq(jaxl_json_count(jaxl_json_get(root, "a")), 2);
    ck_assert_uint_eq(jaxl_json_count(jaxl_json_get(root, "s")), 0);
    ck_assert_uint_eq(jaxl_json_count(jaxl_json_get(root, "t")), 0);
    ck_assert_ptr_null(jaxl_json_first(jaxl_json_get(root, "o")));
    ck_assert_ptr_null(jaxl_json_first(jaxl_json_get(root, "s")));
    ck_assert_ptr_null(jaxl_json_next(NULL));
    ck_assert_ptr_null(jaxl_json_key(root, &len));
    ck_assert_str_eq(jaxl_json_key(jaxl_json_first(root), &len), "n");
    ck_assert_uint_eq(len, 1);
    ck_assert_ptr_null(jaxl_json_key(jaxl_json_first(jaxl_json_get(root, "a")), NULL));
}
END_TEST

static const struct {
    const char *path, *text; /* NULL: absent */
} paths[] = {
    {"a", "1"},         {"b.c", "2"},           {"d.0", "3"},    {"d.1.e", "4"},
    {"x.y", "whole"},   {"p.q.r", "half"},      {"f.0", "none"}, {"", "empty"},
    {"missing", NULL},  {"b.missing", NULL},    {"d.2", NULL},   {"d.", NULL},
    {"d.01", "object"}, {"d.-1", NULL},         {"d.x", NULL},   {"d.4294967296", NULL},
    {"a.b", NULL},      {"d.9999999999", NULL}, {".", NULL},     {"b..c", NULL},
};

START_TEST(paths_are_found)
{
    const struct jaxl_json *v = jaxl_json_find(
        parse("{\"a\":\"1\",\"b\":{\"c\":\"2\"},\"d\":[\"3\",{\"e\":\"4\"}],\"x\":{\"y\":\"deep\"},"
              "\"x.y\":\"whole\",\"p\":{\"q.r\":\"half\",\"q\":{\"r\":\"quarter\"}},"
              "\"f\":{\"0\":\"none\"},\"\":\"empty\"}"),
        paths[_i].path);

    if (!paths[_i].text)
        ck_assert_ptr_null(v);
    else
        ck_assert_str_eq(jaxl_json_string(v, "object"), paths[_i].text);
    ck_assert_ptr_null(jaxl_json_find(NULL, paths[_i].path));
}
END_TEST

static const struct {
    const char *text;
    int rc;
    int64_t value;
} integers[] = {
    {"0", 0, 0},
    {"-0", 0, 0},
    {"42", 0, 42},
    {"\"42\"", 0, 42},
    {"\"-007\"", 0, -7},
    {"9223372036854775807", 0, INT64_MAX},
    {"-9223372036854775808", 0, INT64_MIN},
    {"9223372036854775808", JAXL_EINPUT, 0},
    {"-9223372036854775809", JAXL_EINPUT, 0},
    {"99999999999999999999999", JAXL_EINPUT, 0},
    {"1.0", JAXL_EINPUT, 0},
    {"1e3", JAXL_EINPUT, 0},
    {"\"\"", JAXL_EINPUT, 0},
    {"\"-\"", JAXL_EINPUT, 0},
    {"\"+1\"", JAXL_EINPUT, 0},
    {"\" 1\"", JAXL_EINPUT, 0},
    {"\"1\\u0000\"", JAXL_EINPUT, 0},
    {"true", JAXL_EINPUT, 0},
    {"null", JAXL_EINPUT, 0},
    {"[1]", JAXL_EINPUT, 0},
};

START_TEST(integers_fit)
{
    int64_t n = 77;

    ck_assert_int_eq(jaxl_json_int(parse(integers[_i].text), &n), integers[_i].rc);
    ck_assert_int_eq(n, integers[_i].rc ? 77 : integers[_i].value);
    ck_assert_int_eq(jaxl_json_int(NULL, &n), JAXL_EINPUT);
}
END_TEST

START_TEST(builds_flat_objects)
{
    const struct jaxl_json *root;
    size_t len;

    for (int round = 0; round < 3; round++) {
        jaxl_json_doc_reset(doc);
        ck_assert_int_eq(jaxl_json_build(doc, &root), 0);
        ck_assert_uint_eq(jaxl_json_count(root), 0);
        ck_assert_int_eq(jaxl_json_build_string(doc, "to!", 2, "+91", 3), 0);
        ck_assert_int_eq(jaxl_json_build_string(doc, "", 0, "a\0b", 3), 0);
        ck_assert_uint_eq(jaxl_json_count(root), 2);
        ck_assert_str_eq(jaxl_json_string(jaxl_json_get(root, "to"), ""), "+91");
        ck_assert_ptr_nonnull(jaxl_json_text(jaxl_json_get(root, ""), &len));
        ck_assert_uint_eq(len, 3);
        ck_assert_int_eq(jaxl_json_build_string(doc, "k", 1, "", JAXL_JSON_MAX + 1), JAXL_ELIMIT);
        ck_assert_uint_eq(jaxl_json_count(parse("[1,2,3]")), 3);
    }
}
END_TEST

static int everything(void *ctx)
{
    static const char small[] = "{\"a\\n\":[1,\"b\\u00e9\"]}";
    struct jaxl_json_doc *d;
    const struct jaxl_json *root;
    struct jaxl_error err;
    const struct jaxl_buf *text = ctx;
    int rc = jaxl_json_doc_new(&d, 0);

    if (rc)
        return rc;
    rc = jaxl_json_parse(d, small, strlen(small), &root, &err);
    if (!rc)
        rc = jaxl_json_parse(d, text->data, text->len, &root, &err);
    jaxl_json_doc_reset(d);
    if (!rc)
        rc = jaxl_json_build(d, &root);
    for (int i = 0; !rc && i < 1000; i++)
        rc = jaxl_json_build_string(d, "key", 3, "some text to fill a block", 25);
    jaxl_json_doc_free(&d);
    return rc;
}

START_TEST(allocations_fail)
{
    jaxl_buf_puts(&out, "[");
    repeat("{\"key\":\"value\\n\"},", 5000);
    jaxl_buf_puts(&out, "{}]");
    ck_assert_int_gt(failmalloc_each(everything, &out), 8);
}
END_TEST

/* yajl asks for more than there is: the way out is the jump, never NULL. */
START_TEST(reserve_runs_out)
{
    static const yajl_callbacks none;
    struct jaxl_json_reserve r = {.size = 0};
    yajl_alloc_funcs funcs = jaxl_json_reserve_funcs(&r);
    volatile size_t left = 0;
    char *p, *q;

    for (volatile size_t size = 16; size < 1024; size += 16) {
        jaxl_json_reserve_free(&r);
        ck_assert_int_eq(jaxl_json_reserve_make(&r, size), 0);
        if (setjmp(r.exhausted)) {
            left++;
            continue;
        }
        ck_assert_ptr_nonnull(yajl_alloc(&none, &funcs, NULL));
    }
    ck_assert_uint_gt(left, 5);
    ck_assert_uint_lt(left, 60);

    ck_assert_int_eq(jaxl_json_reserve_make(&r, 1024), 0);
    ck_assert_int_eq(setjmp(r.exhausted), 0);
    p = funcs.malloc(funcs.ctx, 100);
    memset(p, 'p', 100);
    ck_assert_ptr_eq(funcs.realloc(funcs.ctx, p, 200), p); /* the last one grows in place */
    q = funcs.realloc(funcs.ctx, NULL, 10);
    memset(q, 'q', 10);
    p = funcs.realloc(funcs.ctx, p, 300);
    ck_assert(p != q && p[0] == 'p' && p[99] == 'p');
    funcs.free(funcs.ctx, p);
    if (setjmp(r.exhausted) == 0)
        ck_abort_msg("%p", funcs.malloc(funcs.ctx, SIZE_MAX - 8));
    jaxl_json_reserve_free(&r);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, reads_and_writes_again, 0, (int)UNIT_COUNT(good));
    tcase_add_loop_test(tc, refuses_and_goes_on, 0, (int)UNIT_COUNT(bad));
    tcase_add_loop_test(tc, paths_are_found, 0, (int)UNIT_COUNT(paths));
    tcase_add_loop_test(tc, integers_fit, 0, (int)UNIT_COUNT(integers));
    tcase_add_test(tc, depth_is_limited);
    tcase_add_test(tc, length_is_limited);
    tcase_add_test(tc, dense_texts_fit);
    tcase_add_test(tc, duplicates_among_many);
    tcase_add_test(tc, long_numbers);
    tcase_add_test(tc, types_and_absence);
    tcase_add_test(tc, builds_flat_objects);
    tcase_add_test(tc, allocations_fail);
    tcase_add_test(tc, reserve_runs_out);
}

int main(void)
{
    return unit_run("json", add);
}
