#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "data/cut.h"
#include "failmalloc.h"
#include "unit.h"

static int file_of(const struct jaxl_buf *text)
{
    FILE *f = tmpfile();
    int fd;

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text->data, 1, text->len, f), text->len);
    ck_assert_int_eq(fflush(f), 0);
    fd = dup(fileno(f));
    fclose(f);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Records of many shapes, each of which begins with its number in plain digits. */
static void put_record(struct jaxl_buf *text, bool csv, int i)
{
    static const char *const ends[] = {"\n", "\r\n", "\n\n", "\r"};

    if (csv)
        jaxl_buf_printf(text, "%d,\"x\n,\"\"%0*d\r\"%s", i, i % 300, 0, ends[i % 4]);
    else
        jaxl_buf_printf(text, "{\"a\":%d,\"b\":\"%0*d\"}%s", i, i % 300, 0, ends[i % 3]);
}

/* Lines before each record, by the rules of the format. */
static uint64_t lines_of(bool csv, int i)
{
    return csv ? 3U + (i % 4 == 2 ? 1U : 0U) : 1U + (i % 3 == 2 ? 1U : 0U);
}

START_TEST(chunks_hold_whole_records)
{
    enum { RECORDS = 20000 };
    bool csv = _i;
    struct jaxl_buf text, all;
    struct jaxl_chunk chunk = {0};
    struct jaxl_cut *c;
    uint64_t number = 0, line = 1 + csv;
    int fd, rc, next = 0;

    jaxl_buf_init(&text, 64 * 1024 * 1024);
    jaxl_buf_init(&all, 64 * 1024 * 1024);
    jaxl_buf_puts(&text, csv ? "n,text\n" : "");
    jaxl_buf_puts(&all, csv ? "n,text\n" : "");
    for (int i = 0; i < RECORDS; i++)
        put_record(&text, csv, i);
    fd = file_of(&text);
    ck_assert_int_eq(jaxl_cut_new(&c, fd, "in", NULL, NULL), 0);
    while (!(rc = jaxl_cut_next(c, -1, &chunk, NULL))) {
        int first = atoi(chunk.data + strcspn(chunk.data, "0123456789"));
        for (; next < first; next++)
            line += lines_of(csv, next);
        ck_assert_uint_eq(chunk.line, line - strspn(chunk.data, "\n"));
        ck_assert_uint_eq(chunk.number, number++);
        ck_assert_int_eq(chunk.format, csv ? JAXL_RECORD_IN_CSV : JAXL_RECORD_IN_NDJSON);
        ck_assert(!chunk.slow && !chunk.code && chunk.len <= 256 * 1024);
        ck_assert(strchr("\r\n", chunk.data[chunk.len - 1]));
        ck_assert_mem_eq(chunk.data + chunk.len, (char[64]){'\n'}, 64);
        jaxl_buf_add(&all, chunk.data, chunk.len);
    }
    ck_assert_int_eq(rc, JAXL_EEND);
    ck_assert_int_eq(jaxl_cut_next(c, -1, &chunk, NULL), JAXL_EEND);
    ck_assert_uint_gt(number, 5);
    ck_assert_uint_eq(all.len, text.len);
    ck_assert_mem_eq(all.data, text.data, text.len);
    jaxl_chunk_free(&chunk);
    ck_assert_ptr_null(chunk.base);
    jaxl_cut_free(&c);
    ck_assert_ptr_null(c);
    jaxl_buf_free(&text);
    jaxl_buf_free(&all);
    close(fd);
}
END_TEST

/* What has come is handed on when there is nothing more to read; the rest waits for its end. */
START_TEST(what_trickles_is_handed_on)
{
    static const struct {
        const char *piece, *chunk;
    } steps[] = {{"{\"a\":1}\n{\"a\"", "{\"a\":1}\n"},
                 {":2", NULL},
                 {"}\n", "{\"a\":2}\n"},
                 {"{\"a\":3}\n\n{}\n", "{\"a\":3}\n\n{}\n"}};
    struct jaxl_chunk chunk = {0};
    struct jaxl_error err;
    struct jaxl_cut *c;
    int in[2], stop[2];

    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(stop), 0);
    ck_assert_int_eq(jaxl_cut_new(&c, in[0], "in", NULL, NULL), 0);
    for (size_t i = 0; i < UNIT_COUNT(steps); i++) {
        size_t len = strlen(steps[i].piece);
        ck_assert_int_eq(write(in[1], steps[i].piece, len), (ssize_t)len);
        if (!steps[i].chunk)
            continue;
        ck_assert_int_eq(jaxl_cut_next(c, stop[0], &chunk, &err), 0);
        ck_assert_str_eq(chunk.data, (chunk.data[chunk.len] = '\0', steps[i].chunk));
    }
    ck_assert_int_eq(write(in[1], "{\"a\":4}", 7), 7);
    ck_assert_int_eq(write(stop[1], "x", 1), 1);
    ck_assert_int_eq(jaxl_cut_next(c, stop[0], &chunk, &err), JAXL_EAGAIN);
    ck_assert_str_eq(err.message, "in: stopped while reading");
    close(in[1]);
    ck_assert_int_eq(jaxl_cut_next(c, -1, &chunk, &err), 0);
    ck_assert_uint_eq(chunk.line, 6);
    ck_assert_mem_eq(chunk.data, "{\"a\":4}\n", 8); /* the line feed stands behind it */
    ck_assert_uint_eq(chunk.len, 7);
    ck_assert(chunk.last);
    ck_assert_int_eq(jaxl_cut_next(c, -1, &chunk, &err), JAXL_EEND);
    ck_assert_str_eq(err.message, "in: end of the input");
    jaxl_chunk_free(&chunk);
    jaxl_cut_free(&c);
    close(in[0]);
    close(stop[0]);
    close(stop[1]);
}
END_TEST

static const struct {
    const char *head, *middle; /* of a record that never ends */
} endless[] = {{"", "{"}, {"a\n", "x"}, {"a\n", "\""}, {"a\n", "\"\n"}, {"a,b\n", "1,2\""}};

START_TEST(memory_stays_bounded)
{
    enum { MAX = 1000 };
    struct jaxl_record_reader_options o = {.max_line = MAX};
    struct jaxl_buf text;
    struct jaxl_chunk chunk = {0};
    struct jaxl_cut *c;
    int fd, rc, chunks = 0;

    jaxl_buf_init(&text, 64 * 1024 * 1024);
    jaxl_buf_puts(&text, endless[_i].head);
    for (int i = 0; i < 3000 * MAX / unit_slow(); i++)
        jaxl_buf_puts(&text, endless[_i].middle);
    fd = file_of(&text);
    ck_assert_int_eq(jaxl_cut_new(&c, fd, "in", &o, NULL), 0);
    while (!(rc = jaxl_cut_next(c, -1, &chunk, NULL))) {
        ck_assert_uint_le(chunk.cap, 1024 * 1024);
        ck_assert(chunk.format == JAXL_RECORD_IN_NDJSON || chunk.code == JAXL_ELIMIT ||
                  chunk.len <= 2 * MAX);
        chunks++;
    }
    ck_assert_int_eq(rc, JAXL_EEND);
    ck_assert_int_ge(chunks, 1);
    jaxl_chunk_free(&chunk);
    jaxl_cut_free(&c);
    jaxl_buf_free(&text);
    close(fd);
}
END_TEST

static const struct {
    const char *text;
    int code;
    const char *says;
} broken[] = {
    {"a,a\n1,2\n", JAXL_ECONFIG, "in, line 1: columns 1 and 2 of the header are both \"a\""},
    {"\n\na,\"b\n", JAXL_ECONFIG,
     "in, line 3: the header: a quote that is not closed, or stands inside a field without being "
     "written twice in quotes"},
    {NULL, JAXL_EIO, "in: cannot be read: Is a directory"},
};

START_TEST(what_is_broken_stays_broken)
{
    struct jaxl_buf text;
    struct jaxl_chunk chunk = {0};
    struct jaxl_error err;
    struct jaxl_cut *c;
    int fd;

    jaxl_buf_init(&text, 1000);
    jaxl_buf_puts(&text, broken[_i].text ? broken[_i].text : "");
    fd = broken[_i].text ? file_of(&text) : open("/", O_RDONLY);
    ck_assert_int_eq(jaxl_cut_new(&c, fd, "in", NULL, NULL), 0);
    for (int turn = 0; turn < 3; turn++) {
        ck_assert_int_eq(jaxl_cut_next(c, -1, &chunk, &err), broken[_i].code);
        ck_assert_int_eq(err.code, broken[_i].code);
        ck_assert_str_eq(err.message, broken[_i].says);
    }
    jaxl_chunk_free(&chunk);
    jaxl_cut_free(&c);
    jaxl_buf_free(&text);
    close(fd);
}
END_TEST

START_TEST(options_are_checked)
{
    static const char *const map[] = {"x"};
    struct jaxl_record_reader_options bad_map = {.map = map, .n_map = 1};
    struct jaxl_record_reader_options too_long = {.max_line = (size_t)1 << 40};
    struct jaxl_error err;
    struct jaxl_cut *c;

    ck_assert_int_eq(jaxl_cut_new(&c, 0, "in", &bad_map, &err), JAXL_EARG);
    ck_assert_str_eq(err.message, "map \"x\": must be field=Header");
    ck_assert_ptr_null(c);
    ck_assert_int_eq(jaxl_cut_new(&c, 0, "in", &too_long, &err), JAXL_EARG);
    ck_assert_ptr_null(c);
    jaxl_cut_free(&c);
    jaxl_cut_free(NULL);
}
END_TEST

static int cut_all(void *ctx)
{
    static const char *const map[] = {"to=a"};
    struct jaxl_record_reader_options o = {.map = map, .n_map = 1, .max_line = 100};
    struct jaxl_chunk chunk = {0};
    struct jaxl_cut *c;
    int fd = *(int *)ctx, rc = jaxl_cut_new(&c, fd, "in", &o, NULL);

    lseek(fd, 0, SEEK_SET);
    while (!rc)
        rc = jaxl_cut_next(c, -1, &chunk, NULL);
    jaxl_chunk_free(&chunk);
    jaxl_cut_free(&c);
    return rc == JAXL_EEND ? 0 : rc;
}

START_TEST(memory_may_run_out)
{
    struct jaxl_buf text;
    int fd, failed = 0;
    bool hit = true;

    jaxl_buf_init(&text, 100000);
    jaxl_buf_puts(&text, "a,b\n1,2\n3,\"4\n\"\n5,6\"\n");
    for (int i = 0; i < 20; i++)
        jaxl_buf_printf(&text, "%060d,\"%020d\"\n\"%0*d\n", i, i, 90 + i, i);
    fd = file_of(&text);
    for (long n = 1; hit; n++) {
        int rc;
        failmalloc_at(n);
        rc = cut_all(&fd);
        hit = failmalloc_off();
        ck_assert(rc == JAXL_ENOMEM || rc == 0); /* libcsv takes less where it cannot have more */
        failed += rc != 0;
    }
    ck_assert_int_gt(failed, 8);
    jaxl_buf_free(&text);
    close(fd);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, chunks_hold_whole_records, 0, 2);
    tcase_add_test(tc, what_trickles_is_handed_on);
    tcase_add_loop_test(tc, memory_stays_bounded, 0, UNIT_COUNT(endless));
    tcase_add_loop_test(tc, what_is_broken_stays_broken, 0, UNIT_COUNT(broken));
    tcase_add_test(tc, options_are_checked);
    tcase_add_test(tc, memory_may_run_out);
}

int main(void)
{
    return unit_run("cut", add);
}
