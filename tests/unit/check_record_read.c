#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "failmalloc.h"
#include "jaxl/record.h"
#include "unit.h"

#define TEXT(literal) literal, sizeof(literal) - 1
#define BOM           "\xef\xbb\xbf"

/* Input, and what is read of it, a line each: "line:value" for a record, "!message|raw" for a bad
 * one. Every input is read in pieces of every size, from pipes and from files. */
static const struct {
    const char *text;
    size_t len;
    const char *trace;
    const char *map;
} inputs[] = {
    /* formats */
    {TEXT(""), "", NULL},
    {TEXT(" \n\t\r\n"), "", NULL},
    {TEXT(BOM), "", NULL},
    {TEXT("\xef\xbb"), "!in, line 1: the header: byte 1: invalid UTF-8|\n", NULL},
    {TEXT("to"), "", NULL},
    {TEXT("to\n+911"), "2:{\"to\":\"+911\"}\n", NULL},
    {TEXT(BOM "to\n+911\n"), "2:{\"to\":\"+911\"}\n", NULL},
    {TEXT(BOM "{\"to\":1}\n"), "1:{\"to\":1}\n", NULL},
    {TEXT("\n\r\n  {\"to\":1}"), "3:{\"to\":1}\n", NULL},
    {TEXT("\r\r\n\n to , name\t\n1,2"), "5:{\"to\":\"1\",\"name\":\"2\"}\n", NULL},
    /* CSV */
    {TEXT("a,b\r\n1,2\r\n3,4\r\n"), "2:{\"a\":\"1\",\"b\":\"2\"}\n3:{\"a\":\"3\",\"b\":\"4\"}\n",
     NULL},
    {TEXT("a,b\r1,2\r\r3,4\r"), "2:{\"a\":\"1\",\"b\":\"2\"}\n4:{\"a\":\"3\",\"b\":\"4\"}\n", NULL},
    {TEXT("a\n\n1\n \t\n\r\n2\n\n"), "3:{\"a\":\"1\"}\n6:{\"a\":\"2\"}\n", NULL},
    {TEXT("a\n\"\"\n\" \"\n"), "2:{\"a\":\"\"}\n3:{\"a\":\" \"}\n", NULL},
    {TEXT("a,b\n,\n"), "2:{\"a\":\"\",\"b\":\"\"}\n", NULL},
    {TEXT("a,b\n\"x\ny\r\n\nz\",1\n2,3\n"),
     "2:{\"a\":\"x\\ny\\r\\n\\nz\",\"b\":\"1\"}\n6:{\"a\":\"2\",\"b\":\"3\"}\n", NULL},
    {TEXT("\"a b\",\"c\"\"d\"\n1,2"), "2:{\"a b\":\"1\",\"c\\\"d\":\"2\"}\n", NULL},
    {TEXT("\"a\nb\",c\n1,2"), "3:{\"a\\nb\":\"1\",\"c\":\"2\"}\n", NULL},
    {TEXT("a,b\n1\n1,2,3\n4,5\n"),
     "!in, line 2: 1 field where the header has 2|1\n"
     "!in, line 3: 3 fields where the header has 2|1,2,3\n4:{\"a\":\"4\",\"b\":\"5\"}\n",
     NULL},
    {TEXT("a,b\n1,2\0\n3,\xff\n4,5"),
     "!in, line 2: a NUL byte|1,2\0\n!in, line 3: byte 3: invalid UTF-8|3,\xff\n"
     "4:{\"a\":\"4\",\"b\":\"5\"}\n",
     NULL},
    {TEXT("a,b\n1,x\"y\n2,\"x\"y\n3,z\n"),
     "!in, line 2: a quote that is not closed, or stands inside a field without being written "
     "twice "
     "in quotes|1,x\"y\n"
     "!in, line 3: a quote that is not closed, or stands inside a field without being written "
     "twice "
     "in quotes|2,\"x\"y\n4:{\"a\":\"3\",\"b\":\"z\"}\n",
     NULL},
    {TEXT("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n"),
     "!in, line 2: a quote that is not closed, or stands inside a field without being written "
     "twice "
     "in quotes|1,\"x\n2,y\n3,\"z\"\n5:{\"a\":\"4\",\"b\":\"w\"}\n",
     NULL},
    {TEXT("a,b\n1,2\n3,\"x\n4"),
     "2:{\"a\":\"1\",\"b\":\"2\"}\n!in, line 3: a quote that is not closed, or stands inside a "
     "field "
     "without being written twice in quotes|3,\"x\n4\n",
     NULL},
    /* headers */
    {TEXT("a,,b\n1,2,3"), "!in, line 1: column 2 of the header has no name|\n", NULL},
    {TEXT("a, \t\n1,2"), "!in, line 1: column 2 of the header has no name|\n", NULL},
    {TEXT("\n\na,b,a\n1,2,3"), "!in, line 3: columns 1 and 3 of the header are both \"a\"|\n",
     NULL},
    {TEXT("a,\"b\n"),
     "!in, line 1: the header: a quote that is not closed, or stands inside a field "
     "without being written twice in quotes|\n",
     NULL},
    {TEXT("[{\"a\":1}]\n"),
     "!in, line 1: the header (of a JSON array? make it lines: jq -c '.[]'): a "
     "quote that is not closed, or stands inside a field without being written "
     "twice in quotes|\n",
     NULL},
    {TEXT("a\0b\n1"), "!in, line 1: the header: a NUL byte|\n", NULL},
    /* NDJSON */
    {TEXT("{\"a\":1}\r\n\r\n \n{\"a\":[1.50,null]}\n"), "1:{\"a\":1}\n4:{\"a\":[1.50,null]}\n",
     NULL},
    {TEXT("{\"a\":1}\n[1]\n\"x\"\n{}\n"),
     "1:{\"a\":1}\n!in, line 2: a record must be an object: {\"name\": value, ...}|[1]\n"
     "!in, line 3: a record must be an object: {\"name\": value, ...}|\"x\"\n4:{}\n",
     NULL},
    {TEXT("{\"a\":1\n{\"a\":1,\"a\":2}\n{\"a\":1}{}\n{\"a\":1e999}\n{\"a\":\"\xc0\x80\"}\n{}"),
     "!in, line 1: the JSON text ends early|{\"a\":1\n"
     "!in, line 2: byte 10: duplicate key \"a\"|{\"a\":1,\"a\":2}\n"
     "!in, line 3: byte 8: something follows the value|{\"a\":1}{}\n"
     "!in, line 4: byte 10: a number outside the range of a double|{\"a\":1e999}\n"
     "!in, line 5: byte 7: invalid UTF-8|{\"a\":\"\xc0\x80\"}\n6:{}\n",
     NULL},
    {TEXT("{\"a\":\"\0\"}\r\n{\"b\":1}\r\r\n"),
     "!in, line 1: byte 6: lexical error: invalid character inside "
     "string.|{\"a\":\"\0\"}\n2:{\"b\":1}\n",
     NULL},
    {TEXT("{\"a\":\"\\ud800\"}\n"),
     "!in, line 1: byte 7: half of a surrogate pair|{\"a\":\"\\ud800\"}\n", NULL},
    /* map */
    {TEXT("Mobile,n\n1,2\n"), "2:{\"to\":\"1\",\"n\":\"2\"}\n", "to=Mobile"},
    {TEXT("to,Mobile\n1,2\n"), "!in, line 1: columns 1 and 2 of the header are both \"to\"|\n",
     "to=Mobile"},
    {TEXT("a,b\n1,2\n"), "!in, line 1: the header has no column \"Mobile\" to read as \"to\"|\n",
     "to=Mobile"},
    {TEXT("to,b\n1,2\n"), "!in, line 1: the header has no column \"Mobile\" to read as \"to\"|\n",
     "to=Mobile"},
    {TEXT("a,b,c=d\n1,2,3\n"), "2:{\"b\":\"1\",\"a\":\"2\",\"e\":\"3\"}\n", "a=b b=a e=c=d"},
    {TEXT("{\"a\":1,\"b\":2,\"c\":{\"a\":3}}\n"), "1:{\"b\":1,\"a\":2,\"c\":{\"a\":3}}\n",
     "a=b b=a"},
    {TEXT("{\"Mobile\":1}\n{\"to\":2}\n{\"to\":1,\"Mobile\":2}\n{}\n"),
     "1:{\"to\":1}\n"
     "!in, line 2: it has a \"to\", which is to be read from \"Mobile\"|{\"to\":2}\n"
     "!in, line 3: it has a \"to\", which is to be read from \"Mobile\"|"
     "{\"to\":1,\"Mobile\":2}\n4:{}\n",
     "to=Mobile"},
    {TEXT("{\"a\":1}\n{\"b\":1}\n"), "1:{\"b\":1}\n2:{\"a\":1}\n", "a=b b=a"},
};

static struct jaxl_record_reader *make(int fd, const char *map, size_t max_line)
{
    static char words[100];
    static const char *list[8];
    struct jaxl_record_reader_options o = {.max_line = max_line, .map = list};
    struct jaxl_record_reader *r;

    snprintf(words, sizeof words, "%s", map ? map : "");
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        list[o.n_map++] = word;
    ck_assert_int_eq(jaxl_record_reader_new(&r, fd, "in", &o, NULL), 0);
    ck_assert_int_eq(jaxl_record_reader_fd(r), fd);
    return r;
}

static void note(struct jaxl_buf *trace, const struct jaxl_record *rec, int rc,
                 const struct jaxl_error *err)
{
    struct jaxl_json_writer *w;

    if (rc) {
        ck_assert_int_eq(rc, err->code);
        ck_assert_ptr_null(rec->value);
        jaxl_buf_printf(trace, "!%s|", err->message);
        jaxl_buf_add(trace, rec->raw, rec->raw_len);
    } else {
        jaxl_buf_printf(trace, "%llu:", (unsigned long long)rec->line);
        ck_assert_int_eq(jaxl_json_writer_new(&w, trace), 0);
        jaxl_json_write_value(w, rec->value);
        ck_assert_int_eq(jaxl_json_writer_check(w, NULL), 0);
        jaxl_json_writer_free(&w);
    }
    jaxl_buf_putc(trace, '\n');
}

/* Reads until there is nothing more right now, or ever. The last code. */
static int drain(struct jaxl_record_reader *r, bool wait, struct jaxl_buf *trace)
{
    struct jaxl_record rec;
    struct jaxl_error err;

    for (;;) {
        bool ready = jaxl_record_reader_ready(r);
        int rc = jaxl_record_read(r, wait, &rec, &err);
        if (rc == JAXL_EAGAIN) {
            ck_assert(!ready && !wait && !jaxl_record_reader_ready(r));
            return rc;
        }
        jaxl_record_reader_ready(r); /* must not disturb rec */
        if (rc == JAXL_EEND)
            return rc;
        note(trace, &rec, rc, &err);
        if (rc != JAXL_OK && rc != JAXL_EINPUT && rc != JAXL_ELIMIT)
            return rc;
    }
}

static void same(const struct jaxl_buf *trace, const char *expected, size_t step)
{
    ck_assert_msg(!strcmp(jaxl_buf_text(trace), expected), "in steps of %zu:\n%s\nexpected:\n%s",
                  step, jaxl_buf_text(trace), expected);
}

START_TEST(reads_in_any_pieces)
{
    const char *text = inputs[_i].text;
    size_t len = inputs[_i].len;
    struct jaxl_buf trace;

    jaxl_buf_init(&trace, 4096);
    for (size_t step = 1; step <= len + 1; step++) {
        struct jaxl_record_reader *r;
        int fds[2], rc = JAXL_EAGAIN;
        ck_assert_int_eq(pipe(fds), 0);
        r = make(fds[0], inputs[_i].map, 0);
        for (size_t at = 0; at < len && rc == JAXL_EAGAIN; at += step) {
            size_t n = len - at < step ? len - at : step;
            ck_assert_int_eq(write(fds[1], text + at, n), (ssize_t)n);
            rc = drain(r, false, &trace);
        }
        close(fds[1]);
        if (rc == JAXL_EAGAIN)
            rc = drain(r, step % 2, &trace);
        ck_assert(rc == JAXL_EEND || rc == JAXL_ECONFIG);
        ck_assert_int_eq(jaxl_record_read(r, true, &(struct jaxl_record){0}, NULL), rc);
        ck_assert(jaxl_record_reader_ready(r));
        same(&trace, inputs[_i].trace, step);
        jaxl_buf_reset(&trace);
        jaxl_record_reader_free(&r);
        ck_assert_ptr_null(r);
        close(fds[0]);
    }
    jaxl_buf_free(&trace);
}
END_TEST

START_TEST(reads_files)
{
    FILE *f = tmpfile();
    struct jaxl_buf trace;
    struct jaxl_record_reader *r;

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(inputs[_i].text, 1, inputs[_i].len, f), inputs[_i].len);
    rewind(f);
    jaxl_buf_init(&trace, 4096);
    r = make(fileno(f), inputs[_i].map, 0);
    drain(r, _i % 2, &trace);
    same(&trace, inputs[_i].trace, 0);
    jaxl_record_reader_free(&r);
    jaxl_buf_free(&trace);
    fclose(f);
}
END_TEST

/* A bigger input through a file: what is read of it. */
static void read_text(const struct jaxl_buf *text, size_t max_line, struct jaxl_buf *trace)
{
    FILE *f = tmpfile();
    struct jaxl_record_reader *r;

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text->data, 1, text->len, f), text->len);
    rewind(f);
    r = make(fileno(f), NULL, max_line);
    ck_assert_int_eq(drain(r, true, trace), JAXL_EEND);
    jaxl_record_reader_free(&r);
    fclose(f);
}

static const struct {
    const char *head, *open, *close; /* of a record whose middle is filled up */
} shapes[] = {
    {"", "{\"a\":\"", "\"}"},
    {"a\n", "", ""},
    {"a\n", "\"", "\""},
};

START_TEST(length_is_limited)
{
    enum { MAX = 1024 * 1024 };
    const char *ends[] = {"\n", "\r\n", ""};

    for (size_t end = 0; end < UNIT_COUNT(ends); end++) {
        for (size_t extra = 0; extra < 3; extra++) {
            struct jaxl_buf text, trace;
            size_t fill = MAX - strlen(shapes[_i].open) - strlen(shapes[_i].close) + extra;
            const char *last = strrchr(shapes[_i].close, '}') ? "{\"a\":\"z\"}" : "z";
            jaxl_buf_init(&text, 2 * MAX);
            jaxl_buf_init(&trace, 2 * MAX);
            jaxl_buf_puts(&text, shapes[_i].head);
            jaxl_buf_puts(&text, shapes[_i].open);
            for (size_t i = 0; i < fill; i++)
                jaxl_buf_putc(&text, 'x');
            jaxl_buf_printf(&text, "%s%s", shapes[_i].close, ends[end]);
            if (*ends[end])
                jaxl_buf_puts(&text, last);
            read_text(&text, 0, &trace);
            ck_assert_int_eq(strstr(trace.data, "a record of more than 1048576 bytes") != NULL,
                             extra > 0);
            ck_assert_int_eq(strstr(trace.data, ":{\"a\":\"z\"}\n") != NULL, *ends[end] != 0);
            ck_assert_uint_gt(trace.len, MAX);
            jaxl_buf_free(&text);
            jaxl_buf_free(&trace);
        }
    }
}
END_TEST

START_TEST(goes_on_after_what_is_too_long)
{
    struct jaxl_buf text, trace;

    jaxl_buf_init(&text, 4096);
    jaxl_buf_init(&trace, 4096);
    jaxl_buf_puts(&text, "a,b\n1,\"open\n2,22\n3,3\n4,4\n0123456789012345678901234567\n5,5\n");
    read_text(&text, 16, &trace);
    same(&trace,
         "!in, line 2: a record of more than 16 bytes (or a quote that is not "
         "closed)|1,\"open\n2,22\n3,3\n"
         "5:{\"a\":\"4\",\"b\":\"4\"}\n"
         "!in, line 6: a record of more than 16 bytes (or a quote that is not "
         "closed)|0123456789012345\n"
         "7:{\"a\":\"5\",\"b\":\"5\"}\n",
         0);
    jaxl_buf_free(&text);
    jaxl_buf_free(&trace);
}
END_TEST

/* A line that is too long is told of, also when it begins with nothing but blanks: they may be all
 * that has come so far. */
START_TEST(long_blanks_lose_nothing)
{
    static const char blanks[] = "                      ";
    static const char *const heads[] = {"{\"a\":1}\n", "a,b\n1,2\n"};
    static const char *const tails[] = {"{\"a\":2}\n{\"a\":3}\n", "3,4\n5,6\n"};
    struct jaxl_buf trace;

    jaxl_buf_init(&trace, 4096);
    for (size_t i = 0; i < UNIT_COUNT(heads); i++) {
        struct jaxl_record_reader *r;
        int fds[2];
        ck_assert_int_eq(pipe(fds), 0);
        r = make(fds[0], NULL, 16);
        ck_assert_int_gt(write(fds[1], heads[i], strlen(heads[i])), 0);
        ck_assert_int_gt(write(fds[1], blanks, strlen(blanks)), 0);
        ck_assert_int_eq(drain(r, false, &trace), JAXL_EAGAIN);
        ck_assert_int_gt(write(fds[1], tails[i], strlen(tails[i])), 0);
        close(fds[1]);
        ck_assert_int_eq(drain(r, true, &trace), JAXL_EEND);
        jaxl_record_reader_free(&r);
        close(fds[0]);
    }
    same(&trace,
         "1:{\"a\":1}\n"
         "!in, line 2: a record of more than 16 bytes|                \n"
         "3:{\"a\":3}\n"
         "2:{\"a\":\"1\",\"b\":\"2\"}\n"
         "!in, line 3: a record of more than 16 bytes (or a quote that is not closed)|"
         "                \n"
         "4:{\"a\":\"5\",\"b\":\"6\"}\n",
         0);
    jaxl_buf_free(&trace);
}
END_TEST

static unsigned drawn(uint64_t *state, unsigned below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*state >> 33) % below;
}

static void read_pieces(const struct jaxl_buf *text, const struct jaxl_record_reader_options *o,
                        size_t step, struct jaxl_buf *trace)
{
    struct jaxl_record_reader *r;
    int fds[2], rc = JAXL_EAGAIN;

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(jaxl_record_reader_new(&r, fds[0], "in", o, NULL), 0);
    for (size_t at = 0; at < text->len && rc == JAXL_EAGAIN; at += step) {
        size_t n = text->len - at < step ? text->len - at : step;
        ck_assert_int_eq(write(fds[1], text->data + at, n), (ssize_t)n);
        rc = drain(r, false, trace);
    }
    close(fds[1]);
    if (rc == JAXL_EAGAIN)
        drain(r, true, trace);
    jaxl_record_reader_free(&r);
    close(fds[0]);
}

/* Whatever comes, the pieces it comes in make no difference. */
START_TEST(pieces_make_no_difference)
{
    static const char *const parts[] = {"\"",       ",",    "a",   " ",         "\n",
                                        "\r\n",     "\r",   "b,c", "\"x\"",     "\"\"",
                                        BOM,        "{",    "}",   "{\"k\":1}", "{\"k\":\"v v\"}",
                                        "\xc3\xa9", "\xff", "  ",  "\t",        "    "};
    uint64_t state = (uint64_t)_i;
    struct jaxl_buf text, whole, trace;

    jaxl_buf_init(&text, 4096);
    jaxl_buf_init(&whole, 65536);
    jaxl_buf_init(&trace, 65536);
    for (int round = 1000 / unit_slow(); round > 0; round--) {
        struct jaxl_record_reader_options o = {.input = drawn(&state, 3)};
        if (drawn(&state, 2))
            o.max_line = 1 + drawn(&state, 16);
        if (o.input == JAXL_RECORD_IN_CSV && drawn(&state, 2))
            jaxl_buf_puts(&text, "p,q\n");
        for (unsigned n = drawn(&state, 30); n > 0; n--)
            jaxl_buf_puts(&text, parts[drawn(&state, UNIT_COUNT(parts))]);
        read_pieces(&text, &o, 4096, &whole);
        read_pieces(&text, &o, 1 + drawn(&state, 5), &trace);
        ck_assert_msg(!strcmp(jaxl_buf_text(&whole), jaxl_buf_text(&trace)),
                      "max_line %zu:\n%s\nat once:\n%s\nin pieces:\n%s", o.max_line,
                      jaxl_buf_text(&text), jaxl_buf_text(&whole), jaxl_buf_text(&trace));
        jaxl_buf_reset(&text);
        jaxl_buf_reset(&whole);
        jaxl_buf_reset(&trace);
    }
    jaxl_buf_free(&text);
    jaxl_buf_free(&whole);
    jaxl_buf_free(&trace);
}
END_TEST

START_TEST(memory_stays_bounded)
{
    struct jaxl_buf line;
    struct jaxl_record_reader *r;
    struct jaxl_record rec;
    int fds[2], rejects = 0;

    jaxl_buf_init(&line, 8192);
    for (int i = 0; i < 4096; i++)
        jaxl_buf_putc(&line, '"');
    ck_assert_int_eq(pipe(fds), 0);
    r = make(fds[0], NULL, 1024);
    ck_assert_int_eq(write(fds[1], "a\n", 2), 2);
    for (int i = 0; i < 2000; i++) { /* 8 MB of one line that never ends */
        int rc;
        ck_assert_int_eq(write(fds[1], line.data, line.len), (ssize_t)line.len);
        while ((rc = jaxl_record_read(r, false, &rec, NULL)) != JAXL_EAGAIN) {
            ck_assert_int_eq(rc, JAXL_ELIMIT);
            ck_assert_uint_eq(rec.raw_len, 1024);
            rejects++;
        }
    }
    ck_assert_int_eq(rejects, 1);
    jaxl_record_reader_free(&r);
    jaxl_buf_free(&line);
    close(fds[0]);
    close(fds[1]);
}
END_TEST

static const struct {
    const char *map[2];
    const char *says;
} bad_maps[] = {
    {{"x", "a=b"}, "map \"x\": must be field=Header"}, {{"=x", "a=b"}, "must be field=Header"},
    {{"a=b", "x="}, "must be field=Header"},           {{"a=b", "a=c"}, "\"a\" is mapped already"},
    {{"a=b", "c=b"}, "\"b\" is mapped already"},
};

START_TEST(maps_are_checked)
{
    struct jaxl_record_reader_options o = {.map = bad_maps[_i].map, .n_map = 2};
    struct jaxl_record_reader *r;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_record_reader_new(&r, 0, "in", &o, &err), JAXL_EARG);
    ck_assert_msg(strstr(err.message, bad_maps[_i].says), "%s", err.message);
    ck_assert_ptr_null(r);
}
END_TEST

START_TEST(format_can_be_forced)
{
    static const char text[] = BOM "{a\n1\n";
    struct jaxl_record_reader_options o = {.input = JAXL_RECORD_IN_CSV};
    struct jaxl_record_reader *r;
    struct jaxl_record rec;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_gt(write(fds[1], text, sizeof text - 1), 0);
    close(fds[1]);
    ck_assert_int_eq(jaxl_record_reader_new(&r, fds[0], "in", &o, NULL), 0);
    ck_assert_int_eq(jaxl_record_read(r, true, &rec, NULL), 0);
    ck_assert_str_eq(jaxl_json_string(jaxl_json_get(rec.value, "{a"), ""), "1");
    jaxl_record_reader_free(&r);
    close(fds[0]);
}
END_TEST

START_TEST(columns_are_limited)
{
    struct jaxl_buf text;
    FILE *f = tmpfile();
    struct jaxl_record_reader *r;
    struct jaxl_error err;

    ck_assert_ptr_nonnull(f);
    jaxl_buf_init(&text, 65536);
    for (int i = 0; i <= 4096; i++)
        jaxl_buf_printf(&text, "c%d%c", i, i < 4096 ? ',' : '\n');
    ck_assert_uint_eq(fwrite(text.data, 1, text.len, f), text.len);
    rewind(f);
    r = make(fileno(f), NULL, 0);
    ck_assert_int_eq(jaxl_record_read(r, true, &(struct jaxl_record){0}, &err), JAXL_ECONFIG);
    ck_assert_str_eq(err.message, "in, line 1: a header of 4097 columns: the limit is 4096");
    jaxl_record_reader_free(&r);
    jaxl_buf_free(&text);
    fclose(f);
}
END_TEST

START_TEST(unreadable_input)
{
    struct jaxl_record_reader *r = make(-1, NULL, 0);
    struct jaxl_record rec;
    struct jaxl_error err;

    ck_assert(!jaxl_record_reader_ready(r));
    ck_assert_int_eq(jaxl_record_read(r, true, &rec, &err), JAXL_EIO);
    ck_assert_str_eq(err.message, "in: cannot be read: Bad file descriptor");
    ck_assert_int_eq(jaxl_record_read(r, false, &rec, NULL), JAXL_EIO);
    ck_assert(jaxl_record_reader_ready(r));
    jaxl_record_reader_free(&r);
}
END_TEST

/* A descriptor that does not block is waited for all the same. */
START_TEST(waits_on_nonblocking)
{
    struct jaxl_record_reader *r;
    struct jaxl_record rec;
    int fds[2];
    pid_t child;

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    r = make(fds[0], NULL, 0);
    ck_assert_int_eq(jaxl_record_read(r, false, &rec, NULL), JAXL_EAGAIN);
    child = fork();
    if (!child) {
        usleep(20000);
        _exit(write(fds[1], "{}\n", 3) != 3);
    }
    ck_assert_int_eq(jaxl_record_read(r, true, &rec, NULL), 0);
    jaxl_record_reader_free(&r);
    close(fds[0]);
    close(fds[1]);
}
END_TEST

static int read_everything(void *ctx)
{
    const char *map[] = {"to=Mobile"};
    struct jaxl_record_reader_options o = {.map = map, .n_map = 1};
    struct jaxl_record_reader *r;
    struct jaxl_record rec;
    int rc, fd = *(int *)ctx;

    if (lseek(fd, 0, SEEK_SET) != 0)
        return JAXL_EIO;
    rc = jaxl_record_reader_new(&r, fd, "in", &o, NULL);
    while (!rc)
        rc = jaxl_record_read(r, true, &rec, NULL);
    jaxl_record_reader_free(&r);
    return rc == JAXL_EEND ? 0 : rc;
}

START_TEST(allocations_fail)
{
    static const char *const texts[] = {"Mobile,n\n1,2\n", "{\"Mobile\":\"a\\n\"}\n{\"b\":1}\n"};

    for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
        FILE *f = tmpfile();
        int fd = fileno(f);
        ck_assert_int_eq(write(fd, texts[i], strlen(texts[i])), (ssize_t)strlen(texts[i]));
        for (long n = 1;; n++) {
            int rc;
            failmalloc_at(n);
            rc = read_everything(&fd);
            if (!failmalloc_off()) {
                ck_assert_int_eq(rc, 0);
                ck_assert_int_gt(n, 8);
                break;
            }
            /* libcsv does with less where it can */
            ck_assert(rc == JAXL_ENOMEM || (rc == 0 && i == 0));
        }
        fclose(f);
    }
}
END_TEST

START_TEST(rejects_are_ndjson)
{
    struct jaxl_json_doc *doc;
    struct jaxl_record rec = {.line = 7, .raw = "a,\"b\xff\n", .raw_len = 6};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1000);
    jaxl_record_reject(&out, &rec, "not \"good\"");
    ck_assert_str_eq(out.data, "{\"line\":7,\"reason\":\"not \\\"good\\\"\",\"input\":\"a,\\\"b"
                               "\xef\xbf\xbd\\n\"}\n");
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, "{\"to\":1.0}", 10, &rec.value, NULL), 0);
    jaxl_buf_reset(&out);
    jaxl_record_reject(&out, &rec, "no number");
    ck_assert_str_eq(out.data, "{\"line\":7,\"reason\":\"no number\",\"input\":{\"to\":1.0}}\n");
    jaxl_json_doc_free(&doc);
    jaxl_buf_free(&out);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, reads_in_any_pieces, 0, (int)UNIT_COUNT(inputs));
    tcase_add_loop_test(tc, reads_files, 0, (int)UNIT_COUNT(inputs));
    tcase_add_loop_test(tc, length_is_limited, 0, (int)UNIT_COUNT(shapes));
    tcase_add_loop_test(tc, maps_are_checked, 0, (int)UNIT_COUNT(bad_maps));
    tcase_add_test(tc, goes_on_after_what_is_too_long);
    tcase_add_test(tc, long_blanks_lose_nothing);
    tcase_add_loop_test(tc, pieces_make_no_difference, 1, 5);
    tcase_add_test(tc, memory_stays_bounded);
    tcase_add_test(tc, format_can_be_forced);
    tcase_add_test(tc, columns_are_limited);
    tcase_add_test(tc, unreadable_input);
    tcase_add_test(tc, waits_on_nonblocking);
    tcase_add_test(tc, allocations_fail);
    tcase_add_test(tc, rejects_are_ndjson);
}

int main(void)
{
    return unit_run("record_read", add);
}
