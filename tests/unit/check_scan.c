#include <string.h>
#include <unistd.h>

#include "failmalloc.h"
#include "unit.h"

#define TRACE_CHECK(condition) ck_assert(condition)
#include "scan_trace.h"

/* Records, and what is read of them for the paths (separated by blanks): a line each, values with
 * their types as letters, or "!" and the message. */
static const struct {
    const char *paths, *text, *values;
} cases[] = {
    /* types */
    {"a b c d e f g", "{\"a\":\"x\",\"b\":-1.50e+2,\"c\":true,\"d\":false,\"e\":null,\"g\":\"\"}",
     "s:x n:-1.50e+2 b:true b:false - - s:\n"},
    {"a b", "{\"a\":[ 1 , {\"x\" : \"y z\"} ],\"b\":{ }}", "a:[1,{\"x\":\"y z\"}] o:{}\n"},
    {"a", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"}",
     "s:\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80\n"},
    {"a", "{\"a\":[\"\\u0041\"]}", "a:[\"A\"]\n"},
    {"a", " { \"a\" : 1 , \"b\" : [ ] } \r", "n:1\n"},
    /* paths */
    {"costs.0.cost costs.0.currency costs.1 costs",
     "{\"costs\":[{\"cost\":0.35,\"currency\":\"INR\"}]}\n{\"costs\":[]}\n"
     "{\"costs\":[{\"currency\":1},[2]]}\n{\"costs\":{\"0\":{\"cost\":5}}}",
     "n:0.35 s:INR - a:[{\"cost\":0.35,\"currency\":\"INR\"}]\n- - - a:[]\n"
     "- n:1 a:[2] a:[{\"currency\":1},[2]]\nn:5 - - o:{\"0\":{\"cost\":5}}\n"},
    {"a.b a.b.c",
     "{\"a\":{\"b\":1}}\n{\"a\":{\"b\":1,\"b.c\":2},\"a.b\":3}\n{\"a.b\":4,\"a\":{\"b\":1}}\n"
     "{\"a.b\":null,\"a\":{\"b\":{\"c\":5}}}\n{\"a.b\":{\"c\":6}}\n{\"a.b.c\":7,\"a\":{\"b.c\":8}}",
     "n:1 -\nn:3 n:2\nn:4 -\n- n:5\no:{\"c\":6} -\n- n:7\n"},
    {"a.2 a.00 a.1234567890 a.x a.", "{\"a\":[1,2,3]}\n{\"a\":{\"\":4,\"x\":5}}",
     "n:3 n:1 - - -\n- - - n:5 n:4\n"},
    {"a a", "{\"a\":1}", "n:1 n:1\n"},
    {"x", "{\"a\":1}\n\n \t\r\n{\"x\":2,\"a\":3}", "-\nn:2\n"},
    /* keys that come in another order, or not */
    {"a b", "{\"a\":1,\"b\":2}\n{\"b\":3,\"a\":4}\n{\"b\":5}\n{\"a\":6,\"c\":0,\"b\":7}\n{}",
     "n:1 n:2\nn:4 n:3\n- n:5\nn:6 n:7\n- -\n"},
    {"a", "{\"\\u0061\":1}\n{\"a\":2,\"\\u0061\":3}\n{\"a\":4}",
     "n:1\n!in, line 2: byte 15: duplicate key \"a\"\nn:4\n"},
    {"an_uncommonly_long_name_of_a_member_of_a_record",
     "{\"an_uncommonly_long_name_of_a_member_of_a_record\":1}\n"
     "{\"an_uncommonly_long_name_of_a_member_of_a_recorz\":2}\n"
     "{\"an_uncommonly_long_name_of_a_member_of_a_record\":3}",
     "n:1\n-\nn:3\n"},
    /* refused */
    {"a",
     "{\"a\":1,\"b\":2,\"a\":3}\n{\"a\":1}{}\n{\"a\":01}\n[1]\n{\"a\":1e309}\n{\"a\":1e-400}\n{"
     "\"a\":\"\xff\"}",
     "!in, line 1: byte 16: duplicate key \"a\"\n!in, line 2: byte 8: something follows the value\n"
     "!in, line 3: byte 6: parse error: after key and value, inside map, I expect ',' or '}'\n"
     "!in, line 4: a record must be an object: {\"name\": value, ...}\n"
     "!in, line 5: byte 10: a number outside the range of a double\nn:1e-400\n"
     "!in, line 7: byte 7: invalid UTF-8\n"},
    /* CSV */
    {"a b c", "a,b\n1,\n\"x,\"\"y\"\"\n\",2\r\n\n3\n4,5",
     "s:1 s: -\ns:x,\"y\"\n s:2 -\n"
     "!in, line 6: 1 field where the header has 2\ns:4 s:5 -\n"},
    {"a.b a", "a.b,a\n1,2", "s:1 s:2\n"},
    {"b a", "a,b\n1,x\"y\n2,z\n",
     "!in, line 2: a quote that is not closed, or stands inside a field "
     "without being written twice in quotes\ns:z s:2\n"},
};

static size_t split_paths(char *words, const char **paths)
{
    size_t n = 0;

    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        paths[n++] = word;
    return n;
}

static void note(struct jaxl_buf *out, const struct jaxl_scan_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        jaxl_buf_puts(out, i ? " " : "");
        jaxl_buf_putc(out, "-bnsao"[values[i].type]);
        if (values[i].type != JAXL_JSON_NULL) {
            jaxl_buf_putc(out, ':');
            jaxl_buf_add(out, values[i].text, values[i].len);
        }
    }
    jaxl_buf_putc(out, '\n');
}

static int piped(const char *text, size_t len)
{
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], text, len), (ssize_t)len);
    close(fds[1]);
    return fds[0];
}

START_TEST(values_are_found)
{
    char words[200];
    const char *paths[16];
    struct jaxl_scan_value values[16];
    struct jaxl_chunk chunk = {0};
    struct jaxl_record rec;
    struct jaxl_error err;
    struct jaxl_scan *s;
    struct jaxl_cut *c;
    struct jaxl_buf out;
    int fd = piped(cases[_i].text, strlen(cases[_i].text)), rc;
    size_t n;

    snprintf(words, sizeof words, "%s", cases[_i].paths);
    n = split_paths(words, paths);
    jaxl_buf_init(&out, 10000);
    ck_assert_int_eq(jaxl_scan_new(&s, paths, n, NULL), 0);
    ck_assert_int_eq(jaxl_cut_new(&c, fd, "in", NULL, NULL), 0);
    while (!jaxl_cut_next(c, -1, &chunk, NULL)) {
        size_t at = 0;
        while ((rc = jaxl_scan_next(s, c, &chunk, &at, values, &rec, &err)) != JAXL_EEND) {
            ck_assert(rc || !rec.value);
            if (rc)
                jaxl_buf_printf(&out, "!%s\n", err.message);
            else
                note(&out, values, n);
        }
    }
    ck_assert_str_eq(jaxl_buf_text(&out), cases[_i].values);
    jaxl_buf_free(&out);
    jaxl_chunk_free(&chunk);
    jaxl_scan_free(&s);
    ck_assert_ptr_null(s);
    jaxl_cut_free(&c);
    close(fd);
}
END_TEST

static unsigned drawn(uint64_t *rng, unsigned below)
{
    return (unsigned)(trace_random(rng) >> 20) % below;
}

static const char *const csv_parts[] = {
    "\"",   "\"\"", ",",    ",\"",          "\",",   "\"\n",
    "\n\"", "\n",   "\r\n", "\r",           "1,2\n", "\"x\ny\",z\r\n",
    " ",    "\t",   "a",    "\xe0\xa4\xa8", "\xff",  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
static const char *const json_parts[] = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\n",
    "\r\n",
    " ",
    "\"a\"",
    "\"b\":1",
    "{\"a\":1}\n",
    "\\",
    "\\u0061",
    "\\ud83d\\ude00",
    "1e5",
    "-0.5",
    "01",
    "null",
    "true",
    "\xe0\xa4\xa8",
    "\xc3",
    "\t",
    "{\"a\":{\"b\":\"x\"},\"costs\":[{\"cost\":1}]}\n",
    ",\"to\":\"\\n\"",
    "\"a.b\":[2]",
    "{\"a\":[{\"b\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"},1]}\n"};

/* A record of the usual shape, whose members come and go. */
static void put_call(struct jaxl_buf *text, uint64_t *rng)
{
    static const char *const members[] = {"\"a\":\"x y\"",
                                          "\"a\":{\"b\":1,\"c\":[]}",
                                          "\"a\":[{\"b\":\"\\u00e9\"},2]",
                                          "\"b\":null",
                                          "\"to\":\"+919876543210\"",
                                          "\"k\":true",
                                          "\"p\":12.50",
                                          "\"costs\":[{\"cost\":0.35,\"currency\":\"INR\"}]",
                                          "\"a.b\":\"own\"",
                                          "\"costs\" : [ ]",
                                          "\"z\":{\"z\":{\"z\":[[[1e3]]]}}"};
    const char *comma = "";

    jaxl_buf_putc(text, '{');
    for (size_t i = 0; i < UNIT_COUNT(members); i++) {
        if (drawn(rng, 3))
            continue;
        jaxl_buf_printf(text, "%s%s", comma, members[i]);
        comma = drawn(rng, 20) ? "," : " ,\t";
    }
    jaxl_buf_puts(text, drawn(rng, 40) ? "}\n" : "\n");
}

/* Rows as they should be, mostly, with as many fields as the header has. */
static void put_rows(struct jaxl_buf *text, uint64_t *rng)
{
    static const char *const fields[] = {"",
                                         "x",
                                         "12.50",
                                         "\"\"",
                                         "\"a, b\"",
                                         "\"line\nline\r\n\"",
                                         "\"{\"\"a\"\":\"\"b,c\"\"}\"",
                                         "\xe0\xa4\xa8\xe0\xa4\xae",
                                         "2026-10-01T03:30:02.921688Z"};
    static const char *const ends[] = {"\n", "\n", "\r\n", "\r"};
    static const char *const headers[] = {"a", "a,b", "x,to,y,a,k", "a.b,x1,x2,x3,x4,x5,x6,p,x8,b"};
    size_t header = drawn(rng, 4);
    const char *end = ends[drawn(rng, 4)];
    unsigned columns = (const unsigned[]){1, 2, 5, 10}[header];

    jaxl_buf_printf(text, "%s%s", headers[header], end);
    for (unsigned n = drawn(rng, 30); n > 0; n--) {
        for (unsigned i = 0; i < columns; i++)
            jaxl_buf_printf(text, "%s%s", i ? "," : "", fields[drawn(rng, UNIT_COUNT(fields))]);
        jaxl_buf_puts(text, drawn(rng, 30) ? end : ",x\r\n \n");
    }
}

static void put_input(struct jaxl_buf *text, bool csv, uint64_t *rng)
{
    if (csv && drawn(rng, 2)) {
        put_rows(text, rng);
        return;
    }
    if (csv && drawn(rng, 4))
        jaxl_buf_puts(text, drawn(rng, 2) ? "a,b\n" : "to,a,k\r\n");
    for (unsigned n = drawn(rng, 40); n > 0; n--) {
        if (!csv && drawn(rng, 2))
            put_call(text, rng);
        else if (csv)
            jaxl_buf_puts(text, csv_parts[drawn(rng, UNIT_COUNT(csv_parts))]);
        else
            jaxl_buf_puts(text, json_parts[drawn(rng, UNIT_COUNT(json_parts))]);
    }
    for (unsigned n = drawn(rng, 8); n > 5 && text->len; n--)
        text->data[drawn(rng, (unsigned)text->len)] = (char)drawn(rng, 256);
}

/* Whatever comes and in whatever pieces, the record reader and the scanner agree. */
START_TEST(agrees_with_the_record_reader)
{
    static const char *const map[] = {"a=to", "to=k"};
    struct jaxl_buf text, read, scanned;
    uint64_t rng = 1 + (uint64_t)_i;

    jaxl_buf_init(&text, 65536);
    jaxl_buf_init(&read, TRACE_MAX);
    jaxl_buf_init(&scanned, TRACE_MAX);
    for (int round = 1000 / unit_slow(); round > 0; round--) {
        struct jaxl_record_reader_options o = {.map = map};
        bool csv = drawn(&rng, 2);
        o.input = drawn(&rng, 2) ? JAXL_RECORD_AUTO
                  : csv          ? JAXL_RECORD_IN_CSV
                                 : JAXL_RECORD_IN_NDJSON;
        o.max_line = drawn(&rng, 3) ? 0 : 1 + drawn(&rng, 80);
        o.n_map = drawn(&rng, 4) ? 0 : 2;
        put_input(&text, csv, &rng);
        trace_of((uint8_t *)text.data, text.len, &o, 65536, trace_read, &read);
        trace_of((uint8_t *)text.data, text.len, &o, drawn(&rng, 4) ? 65536 : 1 + drawn(&rng, 60),
                 trace_scan, &scanned);
        ck_assert_msg(read.len == scanned.len && !memcmp(read.data, scanned.data, read.len),
                      "max_line %zu:\n%s\nread:\n%s\nscanned:\n%s", o.max_line,
                      jaxl_buf_text(&text), jaxl_buf_text(&read), jaxl_buf_text(&scanned));
        jaxl_buf_reset(&text);
        jaxl_buf_reset(&read);
        jaxl_buf_reset(&scanned);
    }
    jaxl_buf_free(&text);
    jaxl_buf_free(&read);
    jaxl_buf_free(&scanned);
}
END_TEST

/* Keys that never come again fill what is remembered of them, and no harm is done. */
START_TEST(strange_keys_are_forgotten)
{
    struct jaxl_record_reader_options o = {.input = JAXL_RECORD_IN_NDJSON};
    struct jaxl_buf text, read, scanned;
    FILE *f = tmpfile();

    jaxl_buf_init(&text, 16 * 1024 * 1024);
    jaxl_buf_init(&read, TRACE_MAX);
    jaxl_buf_init(&scanned, TRACE_MAX);
    for (int i = 0; i < 3000 / unit_slow(); i++) {
        jaxl_buf_printf(&text, "{\"k%d\":1,\"a\":{\"b\":%d", i, i);
        for (int k = 0; k < (i % 100 ? i % 8 : 400); k++)
            jaxl_buf_printf(&text, ",\"%0*d\":%d", 10 + i % 30, i * 7 + k, k);
        jaxl_buf_puts(&text, "}}\n");
    }
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text.data, 1, text.len, f), text.len);
    rewind(f);
    trace_read(fileno(f), &o, &read);
    rewind(f);
    trace_scan(fileno(f), &o, &scanned);
    ck_assert_uint_eq(read.len, scanned.len);
    ck_assert_mem_eq(read.data, scanned.data, read.len);
    fclose(f);
    jaxl_buf_free(&text);
    jaxl_buf_free(&read);
    jaxl_buf_free(&scanned);
}
END_TEST

static int scan_all(void *ctx)
{
    static const char *const paths[] = {"a", "costs.0.cost", "b"};
    struct jaxl_scan_value values[3];
    struct jaxl_chunk chunk = {0};
    struct jaxl_record rec;
    struct jaxl_scan *s = NULL;
    struct jaxl_cut *c = NULL;
    int fd = *(int *)ctx, rc = jaxl_cut_new(&c, fd, "in", NULL, NULL);

    lseek(fd, 0, SEEK_SET);
    if (!rc)
        rc = jaxl_scan_new(&s, paths, 3, NULL);
    while (!rc && !(rc = jaxl_cut_next(c, -1, &chunk, NULL))) {
        size_t at = 0;
        do
            rc = jaxl_scan_next(s, c, &chunk, &at, values, &rec, NULL);
        while (rc == JAXL_OK || rc == JAXL_EINPUT);
        rc = rc == JAXL_EEND ? 0 : rc;
    }
    jaxl_chunk_free(&chunk);
    jaxl_scan_free(&s);
    jaxl_cut_free(&c);
    return rc == JAXL_EEND ? 0 : rc;
}

/* Some do without what they cannot have: libcsv takes less, a line is read another way. */
START_TEST(memory_may_run_out)
{
    static const char *const inputs[] = {"{\"a\":\"\\n\",\"costs\":[{\"cost\":1}],\"b\":[1]}\n{"
                                         "\"a\":[\"\\u0041\"],\"\\u0062\":2}\n{\"a\":1}}\n",
                                         "a,b\n1,2\n\"x\"\"y\",\"z\"\n",
                                         "a,b\n1,2\n\"x\"\"y\",\"z\"\n3\"\n"};
    FILE *f = tmpfile();
    int fd, failed = 0;
    bool hit = true;

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(inputs[_i], 1, strlen(inputs[_i]), f), strlen(inputs[_i]));
    rewind(f);
    fd = fileno(f);
    for (long n = 1; hit; n++) {
        int rc;
        failmalloc_at(n);
        rc = scan_all(&fd);
        hit = failmalloc_off();
        ck_assert(rc == JAXL_ENOMEM || rc == 0);
        failed += rc != 0;
    }
    ck_assert_int_gt(failed, 15);
    fclose(f);
}
END_TEST

START_TEST(paths_are_limited)
{
    static const char *paths[4097];
    struct jaxl_error err;
    struct jaxl_scan *s;

    for (size_t i = 0; i < UNIT_COUNT(paths); i++)
        paths[i] = "a.b";
    ck_assert_int_eq(jaxl_scan_new(&s, paths, 4097, &err), JAXL_EARG);
    ck_assert_str_eq(err.message, "4097 paths: the limit is 4096");
    ck_assert_ptr_null(s);
    ck_assert_int_eq(jaxl_scan_new(&s, paths, 4096, &err), 0);
    jaxl_scan_free(&s);
    jaxl_scan_free(&s);
    jaxl_scan_free(NULL);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, values_are_found, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, agrees_with_the_record_reader, 0, 8);
    tcase_add_test(tc, strange_keys_are_forgotten);
    tcase_add_loop_test(tc, memory_may_run_out, 0, 3);
    tcase_add_test(tc, paths_are_limited);
}

int main(void)
{
    return unit_run("scan", add);
}
