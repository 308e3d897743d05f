#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "failmalloc.h"
#include "jaxl/record.h"
#include "unit.h"

enum { MAX_RECORDS = 4 };

/* Records, and the whole output they make. */
static const struct {
    enum jaxl_record_output output;
    const char *columns; /* separated by blanks; NULL: none given; "=" before them: only these */
    size_t width;
    const char *records[MAX_RECORDS];
    const char *written;
} rows[] = {
    {JAXL_RECORD_NDJSON, NULL, 0, {NULL}, ""},
    {JAXL_RECORD_NDJSON, NULL, 0, {"{ \"a\" : 1.50 }", "{}"}, "{\"a\":1.50}\n{}\n"},
    {JAXL_RECORD_JSON, NULL, 0, {NULL}, "[]\n"},
    {JAXL_RECORD_JSON, NULL, 0, {"{}"}, "[\n{}\n]\n"},
    {JAXL_RECORD_JSON, NULL, 0, {"{\"a\":1}", "{}"}, "[\n{\"a\":1},\n{}\n]\n"},
    /* only some fields, which CSV and tables with given columns show anyway */
    {JAXL_RECORD_NDJSON,
     "=b.c a costs.0.cost b x",
     0,
     {"{\"a\":1.50,\"b\":{\"c\":\"d\"},\"costs\":[{\"cost\":0.350}],\"z\":1}", "{}",
      "{\"costs\":[],\"b\":[1]}"},
     "{\"b.c\":\"d\",\"a\":1.50,\"costs.0.cost\":0.350,\"b\":{\"c\":\"d\"},\"x\":null}\n"
     "{\"b.c\":null,\"a\":null,\"costs.0.cost\":null,\"b\":null,\"x\":null}\n"
     "{\"b.c\":null,\"a\":null,\"costs.0.cost\":null,\"b\":[1],\"x\":null}\n"},
    {JAXL_RECORD_JSON, "=a", 0, {NULL}, "[]\n"},
    {JAXL_RECORD_JSON,
     "=a",
     0,
     {"{\"b\":1,\"a\":\"x\"}", "{}"},
     "[\n{\"a\":\"x\"},\n{\"a\":null}\n]\n"},
    {JAXL_RECORD_CSV, "=b a", 0, {"{\"a\":1,\"c\":2}"}, "b,a\n,1\n"},
    {JAXL_RECORD_TABLE, "=b a", 0, {"{\"a\":1,\"b\":\"x\",\"c\":2}"}, "b  a\nx  1\n"},
    /* CSV */
    {JAXL_RECORD_CSV, NULL, 0, {NULL}, ""},
    {JAXL_RECORD_CSV, "a b.c", 0, {NULL}, "a,b.c\n"},
    {JAXL_RECORD_CSV,
     "b.c a x",
     0,
     {"{\"a\":\"1,2\",\"b\":{\"c\":0.350},\"z\":1}", "{}", "{\"a\":null,\"b\":{\"c\":[1,{}]}}"},
     "b.c,a,x\n0.350,\"1,2\",\n,,\n\"[1,{}]\",,\n"},
    {JAXL_RECORD_CSV, "a", 0, {"{}", "{\"a\":\"\"}", "{\"a\":\" \"}"}, "a\n\"\"\n\"\"\n\" \"\n"},
    {JAXL_RECORD_CSV,
     NULL,
     0,
     {"{\"to\":\"+911\",\"costs\":[{\"cost\":0.35,\"currency\":\"INR\"}],\"ok\":true,\"n\":null}",
      "{\"ok\":false,\"to\":\"say \\\"hi\\\"\\n\",\"costs\":[]}"},
     "to,costs.0.cost,costs.0.currency,ok,n,extra\n+911,0.35,INR,true,,\n"
     "\"say \"\"hi\"\"\n\",,,false,,\"{\"\"costs\"\":[]}\"\n"},
    {JAXL_RECORD_CSV,
     NULL,
     0,
     {"{\"a\":1,\"t\":[]}", "{\"a\":2,\"t\":[\"x\",\"y\"],\"b\":{\"c\":null,\"d\":[3]}}"},
     "a,t,extra\n1,[],\n2,\"[\"\"x\"\",\"\"y\"\"]\",\"{\"\"b.c\"\":null,\"\"b.d.0\"\":3}\"\n"},
    {JAXL_RECORD_CSV, NULL, 0, {"{}", "{\"a\":1}"}, "extra\n\"\"\n\"{\"\"a\"\":1}\"\n"},
    {JAXL_RECORD_CSV,
     NULL,
     0,
     {"{\"extra\":5,\"a\":1}", "{\"extra\":{\"x\":1}}"},
     "a,extra\n1,\"{\"\"extra\"\":5}\"\n,\"{\"\"extra.x\"\":1}\"\n"},
    {JAXL_RECORD_CSV,
     NULL,
     0,
     {"{\"a\":{\"b\":1},\"a.b\":2,\"\":{\"\":3}}"},
     "a.b,.,extra\n1,3,\"{\"\"a.b\"\":2}\"\n"},
    /* tables */
    {JAXL_RECORD_TABLE, NULL, 0, {NULL}, ""},
    {JAXL_RECORD_TABLE,
     "name n",
     0,
     {"{\"name\":\"Asha\",\"n\":5}", "{\"name\":\"\xe0\xa4\xa8\xe0\xa4\xae\",\"n\":1250.50}",
      "{\"n\":7}"},
     "name        n\nAsha        5\n\xe0\xa4\xa8\xe0\xa4\xae    1250.50\n            7\n"},
    {JAXL_RECORD_TABLE,
     "a b",
     0,
     {"{\"a\":1,\"b\":\"x\"}", "{\"a\":\"none\"}"},
     "a     b\n1     x\nnone\n"},
    {JAXL_RECORD_TABLE, NULL, 0, {"{\"a\":1}", "{\"a\":2,\"b\":3}"}, "a  extra\n1\n2  {\"b\":3}\n"},
    {JAXL_RECORD_TABLE, NULL, 0, {"{\"a\":1}", "{\"a\":2}"}, "a\n1\n2\n"},
    {JAXL_RECORD_TABLE,
     "a b",
     24,
     {"{\"a\":\"a long text that is cut\",\"b\":\"another one that is long\"}", "{\"b\":\"x\"}"},
     "a            b\na long tex\xe2\x80\xa6  another on\xe2\x80\xa6\n             x\n"},
    {JAXL_RECORD_TABLE,
     "a b c",
     20,
     {"{\"a\":\"12345678\",\"b\":\"12345678\",\"c\":\"12345678\"}"},
     "a         b        \xe2\x80\xa6\n12345678  12345678 \xe2\x80\xa6\n"},
    {JAXL_RECORD_TABLE,
     "a b",
     0,
     {"{\"a\":\"\\u001b[31m\\n\\t\\u0085\",\"b\":\"\\u007fx\"}"},
     "a          b\n [31m       x\n"},
};

static struct jaxl_json_doc *doc;

static void setup(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
}

static void teardown(void)
{
    jaxl_json_doc_free(&doc);
}

static const struct jaxl_json *parse(const char *text)
{
    const struct jaxl_json *root;

    ck_assert_int_eq(jaxl_json_parse(doc, text, strlen(text), &root, NULL), 0);
    return root;
}

static struct jaxl_record_writer *make(int fd, enum jaxl_record_output output, const char *columns,
                                       size_t width)
{
    static char words[100];
    static const char *list[8];
    struct jaxl_record_writer_options o = {.output = output, .width = width};
    struct jaxl_record_writer *w;

    if (columns) {
        o.only = *columns == '=';
        snprintf(words, sizeof words, "%s", columns + (o.only ? 1 : 0));
        for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
            list[o.n_columns++] = word;
        o.columns = list;
    }
    ck_assert_int_eq(jaxl_record_writer_new(&w, fd, &o, NULL), 0);
    return w;
}

static char *contents(FILE *f)
{
    long size;
    char *text;

    ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
    size = ftell(f);
    rewind(f);
    text = calloc(1, (size_t)size + 1);
    ck_assert_uint_eq(fread(text, 1, (size_t)size, f), (size_t)size);
    return text;
}

START_TEST(writes)
{
    for (int as_text = 0; as_text < 2; as_text++) {
        FILE *f = tmpfile();
        struct jaxl_record_writer *w =
            make(fileno(f), rows[_i].output, rows[_i].columns, rows[_i].width);
        char *text;
        for (size_t i = 0; i < MAX_RECORDS && rows[_i].records[i]; i++) {
            const char *record = rows[_i].records[i];
            if (as_text && !strchr(record, ' '))
                ck_assert_int_eq(jaxl_record_write_text(w, record, strlen(record), NULL), 0);
            else
                ck_assert_int_eq(jaxl_record_write(w, parse(record), NULL), 0);
        }
        ck_assert_int_eq(jaxl_record_finish(w, NULL), 0);
        text = contents(f);
        ck_assert_str_eq(text, rows[_i].written);
        free(text);
        jaxl_record_writer_free(&w);
        ck_assert_ptr_null(w);
        jaxl_record_writer_free(&w);
        fclose(f);
    }
}
END_TEST

START_TEST(text_stays_on_its_line)
{
    static const char folded[] = "{\n  \"a\": 1,\n  \"b\": \"x\\ny\"\n}\n";
    FILE *f = tmpfile();
    struct jaxl_record_writer *w = make(fileno(f), JAXL_RECORD_NDJSON, NULL, 0);
    char *text;

    ck_assert_int_eq(jaxl_record_write_text(w, folded, strlen(folded), NULL), 0);
    ck_assert_int_eq(jaxl_record_finish(w, NULL), 0);
    text = contents(f);
    ck_assert_str_eq(text, "{   \"a\": 1,   \"b\": \"x\\ny\" } \n");
    free(text);
    jaxl_record_writer_free(&w);
    fclose(f);
}
END_TEST

START_TEST(wrong_records)
{
    static const enum jaxl_record_output outputs[] = {JAXL_RECORD_NDJSON, JAXL_RECORD_JSON,
                                                      JAXL_RECORD_CSV, JAXL_RECORD_TABLE};
    for (size_t i = 0; i < UNIT_COUNT(outputs); i++) {
        struct jaxl_record_writer *w = make(-1, outputs[i], NULL, 0);
        struct jaxl_error err;
        ck_assert_int_eq(jaxl_record_write(w, parse("[1]"), &err), JAXL_EARG);
        ck_assert_int_eq(jaxl_record_write(w, NULL, &err), JAXL_EARG);
        if (outputs[i] == JAXL_RECORD_CSV || outputs[i] == JAXL_RECORD_TABLE) {
            ck_assert_int_eq(jaxl_record_write_text(w, "{", 1, &err), JAXL_EINPUT);
            ck_assert_int_eq(jaxl_record_write_text(w, "[]", 2, &err), JAXL_EARG);
        }
        ck_assert_int_eq(jaxl_record_write(w, parse("{\"a\":1}"), &err), 0);
        jaxl_record_writer_free(&w);
    }
}
END_TEST

/* Counts lines: what must not happen is one torn, lost or held back beyond the buffer. */
START_TEST(gathers_and_flushes)
{
    static const char record[] = "{\"text\":\"a record of some length\"}";
    struct jaxl_record_writer *w;
    char text[4096];
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    w = make(fds[1], JAXL_RECORD_NDJSON, NULL, 0);
    ck_assert_int_eq(jaxl_record_write_text(w, record, strlen(record), NULL), 0);
    ck_assert_int_eq(read(fds[0], text, sizeof text), -1);
    ck_assert_int_eq(jaxl_record_flush(w, NULL), 0);
    ck_assert_int_eq(read(fds[0], text, sizeof text), (ssize_t)sizeof record);
    for (size_t i = 0; i < 64 * 1024 / sizeof record; i++)
        ck_assert_int_eq(jaxl_record_write_text(w, record, strlen(record), NULL), 0);
    ck_assert_int_eq(read(fds[0], text, sizeof text), -1);
    fcntl(fds[1], F_SETPIPE_SZ, 1024 * 1024);
    ck_assert_int_eq(jaxl_record_write_text(w, record, strlen(record), NULL), 0);
    ck_assert_int_eq(read(fds[0], text, sizeof text), sizeof text);
    jaxl_record_writer_free(&w);
    close(fds[0]);
    close(fds[1]);
}
END_TEST

START_TEST(table_flushes_rows_and_comes_in_blocks)
{
    FILE *f = tmpfile();
    struct jaxl_record_writer *w = make(fileno(f), JAXL_RECORD_TABLE, NULL, 0);
    char *text, *line;
    size_t lines = 0;

    ck_assert_int_eq(jaxl_record_write(w, parse("{\"a\":\"x\"}"), NULL), 0);
    ck_assert_int_eq(jaxl_record_flush(w, NULL), 0);
    ck_assert_int_eq(jaxl_record_write(w, parse("{\"a\":\"wider\",\"b\":1}"), NULL), 0);
    ck_assert_int_eq(jaxl_record_flush(w, NULL), 0);
    text = contents(f);
    ck_assert_str_eq(text, "a\nx\nwider  {\"b\":1}\n");
    free(text);
    for (int i = 0; i < 2500; i++)
        ck_assert_int_eq(jaxl_record_write(w, parse("{\"a\":\"y\"}"), NULL), 0);
    text = contents(f);
    for (line = text; (line = strchr(line, '\n')); line++)
        lines++;
    ck_assert_uint_eq(lines, 2003);
    free(text);
    jaxl_record_writer_free(&w);
    fclose(f);
}
END_TEST

START_TEST(closed_pipe_is_the_end)
{
    struct jaxl_record_writer *w;
    struct jaxl_error err;
    int fds[2];

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(fds), 0);
    close(fds[0]);
    w = make(fds[1], JAXL_RECORD_NDJSON, NULL, 0);
    ck_assert_int_eq(jaxl_record_write_text(w, "{}", 2, &err), 0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(jaxl_record_flush(w, &err), JAXL_EEND);
        ck_assert_int_eq(err.code, JAXL_EEND);
        ck_assert_int_eq(jaxl_record_write_text(w, "{}", 2, &err), JAXL_EEND);
        ck_assert_int_eq(jaxl_record_write(w, parse("{}"), &err), JAXL_EEND);
        ck_assert_int_eq(jaxl_record_finish(w, &err), JAXL_EEND);
    }
    jaxl_record_writer_free(&w);
    close(fds[1]);
}
END_TEST

START_TEST(full_disk_is_an_error)
{
    static const enum jaxl_record_output outputs[] = {JAXL_RECORD_NDJSON, JAXL_RECORD_JSON,
                                                      JAXL_RECORD_CSV, JAXL_RECORD_TABLE};
    int fd = open("/dev/full", O_WRONLY);

    for (size_t i = 0; i < UNIT_COUNT(outputs); i++) {
        struct jaxl_record_writer *w = make(fd, outputs[i], NULL, 0);
        struct jaxl_error err;
        ck_assert_int_eq(jaxl_record_write(w, parse("{\"a\":1}"), &err), 0);
        ck_assert_int_eq(jaxl_record_finish(w, &err), JAXL_EIO);
        ck_assert_str_eq(err.message, "records cannot be written: No space left on device");
        ck_assert_int_eq(jaxl_record_flush(w, NULL), JAXL_EIO);
        jaxl_record_writer_free(&w);
    }
    close(fd);
}
END_TEST

/* A descriptor that does not block is waited for: nothing is torn. */
START_TEST(waits_on_nonblocking)
{
    enum { RECORDS = 20000 };
    struct jaxl_record_writer *w;
    int fds[2], rc = 0;
    size_t total = 0;
    pid_t child;

    ck_assert_int_eq(pipe(fds), 0);
    child = fork();
    if (!child) {
        close(fds[0]);
        fcntl(fds[1], F_SETFL, O_NONBLOCK);
        w = make(fds[1], JAXL_RECORD_NDJSON, NULL, 0);
        for (int i = 0; i < RECORDS && !rc; i++)
            rc = jaxl_record_write_text(w, "{\"a\":\"some text\"}", 17, NULL);
        if (!rc)
            rc = jaxl_record_finish(w, NULL);
        _exit(rc != 0);
    }
    close(fds[1]);
    for (ssize_t n = 1; n > 0; total += (size_t)n) {
        char text[10000];
        n = read(fds[0], text, sizeof text);
        ck_assert_int_ge(n, 0);
    }
    ck_assert_uint_eq(total, RECORDS * 18);
    close(fds[0]);
}
END_TEST

static const enum jaxl_record_output limited[] = {JAXL_RECORD_NDJSON, JAXL_RECORD_JSON,
                                                  JAXL_RECORD_CSV};

/* {"a":"xxx"} of len bytes. */
static void fill(char *text, size_t len)
{
    memset(text, 'x', len);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + len - 2, "\"}", 2);
}

START_TEST(long_records_are_limited)
{
    int fd = open("/dev/null", O_WRONLY);
    struct jaxl_record_writer *w = make(fd, limited[_i], NULL, 0);
    size_t max = 16 * 1024 * 1024;
    char *text = malloc(max + 1);
    const struct jaxl_json *root;
    struct jaxl_json_doc *big;

    ck_assert_int_eq(jaxl_json_doc_new(&big, 2 * max), 0);
    fill(text, max + 1);
    ck_assert_int_eq(jaxl_record_write_text(w, text, max + 1, NULL), JAXL_ELIMIT);
    if (limited[_i] != JAXL_RECORD_CSV) {
        ck_assert_int_eq(jaxl_json_parse(big, text, max + 1, &root, NULL), 0);
        ck_assert_int_eq(jaxl_record_write(w, root, NULL), JAXL_ELIMIT);
    }
    fill(text, max);
    ck_assert_int_eq(jaxl_record_write_text(w, text, max, NULL), 0);
    ck_assert_int_eq(jaxl_record_write_text(w, "{}", 2, NULL), 0);
    jaxl_json_doc_free(&big);
    jaxl_record_writer_free(&w);
    close(fd);
    free(text);
}
END_TEST

static int write_some(void *ctx)
{
    enum jaxl_record_output output = *(enum jaxl_record_output *)ctx;
    struct jaxl_record_writer_options o = {.output = output};
    struct jaxl_record_writer *w;
    static const char one[] = "{\"a\":1,\"b\":[],\"c\":{\"d\":\"x\"}}";
    static const char two[] = "{\"a\":[1],\"e\":{\"f\":\"x\"}}";
    struct jaxl_error err;
    int fd = open("/dev/null", O_WRONLY);
    int rc = jaxl_record_writer_new(&w, fd, &o, &err);

    if (!rc)
        rc = jaxl_record_write_text(w, one, strlen(one), &err);
    if (!rc)
        rc = jaxl_record_write_text(w, two, strlen(two), &err);
    if (!rc)
        rc = jaxl_record_finish(w, &err);
    jaxl_record_writer_free(&w);
    close(fd);
    return rc;
}

START_TEST(allocations_fail)
{
    static const enum jaxl_record_output outputs[] = {JAXL_RECORD_NDJSON, JAXL_RECORD_JSON,
                                                      JAXL_RECORD_CSV, JAXL_RECORD_TABLE};
    static const long at_least[] = {3, 3, 10, 10};

    for (size_t i = 0; i < UNIT_COUNT(outputs); i++) {
        enum jaxl_record_output output = outputs[i];
        ck_assert_int_ge(failmalloc_each(write_some, &output), at_least[i]);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, writes, 0, (int)UNIT_COUNT(rows));
    tcase_add_test(tc, text_stays_on_its_line);
    tcase_add_test(tc, wrong_records);
    tcase_add_test(tc, gathers_and_flushes);
    tcase_add_test(tc, table_flushes_rows_and_comes_in_blocks);
    tcase_add_test(tc, closed_pipe_is_the_end);
    tcase_add_test(tc, full_disk_is_an_error);
    tcase_add_test(tc, waits_on_nonblocking);
    tcase_add_loop_test(tc, long_records_are_limited, 0, UNIT_COUNT(limited));
    tcase_add_test(tc, allocations_fail);
}

int main(void)
{
    return unit_run("record_write", add);
}
