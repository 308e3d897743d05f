#include <string.h>

#include "data/csv.h"
#include "failmalloc.h"
#include "unit.h"

#define TEXT(literal) literal, sizeof(literal) - 1

/* Rows as they come out, with fields between < and > and a row to a line; ! is a misplaced quote,
 * after which the rest of the line is passed over. */
static const struct {
    const char *text;
    size_t len;
    const char *rows;
} rows[] = {
    {TEXT(""), ""},
    {TEXT("a"), "<a>\n"},
    {TEXT("a\n"), "<a>\n"},
    {TEXT("a,b\nc,d"), "<a><b>\n<c><d>\n"},
    {TEXT("a,b\r\nc,d\r\n"), "<a><b>\n<c><d>\n"},
    {TEXT("a,b\rc,d\r"), "<a><b>\n<c><d>\n"},
    {TEXT("\n\r\n\ra\n\n"), "<a>\n"},
    {TEXT(","), "<><>\n"},
    {TEXT(",,\n,"), "<><><>\n<><>\n"},
    {TEXT("a,"), "<a><>\n"},
    {TEXT("\"\""), "<>\n"},
    {TEXT("\"\"\n\"\",\"\"\n"), "<>\n<><>\n"},
    {TEXT("\"a,b\",c"), "<a,b><c>\n"},
    {TEXT("\"a\nb\",c\n"), "<a\nb><c>\n"},
    {TEXT("\"a\r\nb\r\",c\r\n"), "<a\r\nb\r><c>\n"},
    {TEXT("\"say \"\"hi\"\"\",\"\"\"\"\n"), "<say \"hi\"><\">\n"},
    {TEXT(" a , b \n\" c \",\td\t"), "< a >< b >\n< c ><\td\t>\n"},
    {TEXT("a\0b,c"), "<a\0b><c>\n"},
    {TEXT("\xff\xfe,b"), "<\xff\xfe><b>\n"},
    {TEXT("a\"b,c\nd"), "!<d>\n"},
    {TEXT("a,b\"\nd"), "!<d>\n"},
    {TEXT("\"a\"b,c\nd"), "!<d>\n"},
    {TEXT("\"a\" ,c\nd"), "!<d>\n"},
    {TEXT("a, \"b\"\nd"), "!<d>\n"},
    {TEXT("\"a\nb\nc\"d\ne"), "!<e>\n"},
    {TEXT("\"a"), "!"},
    {TEXT("a,\"b\n\nc"), "!"},
    {TEXT("\"a\"\""), "!"},
};

static void show(const struct jaxl_csv *c, struct jaxl_buf *out)
{
    for (size_t i = 0; i < jaxl_csv_count(c); i++) {
        size_t len;
        const char *text = jaxl_csv_field(c, i, &len);
        jaxl_buf_putc(out, '<');
        jaxl_buf_add(out, text, len);
        jaxl_buf_putc(out, '>');
    }
    jaxl_buf_putc(out, '\n');
}

/* Feeds text in pieces of at most step bytes that end at line ends. */
static int run(const char *text, size_t len, size_t step, struct jaxl_buf *out)
{
    struct jaxl_csv c;
    bool skip = false;
    int rc = jaxl_csv_init(&c, 1000);

    for (size_t at = 0, n; at < len && rc != JAXL_ENOMEM; at += n) {
        bool ended;
        for (n = 1; n < step && at + n < len && !strchr("\r\n", text[at + n - 1]); n++)
            ;
        ended = text[at + n - 1] == '\n' || text[at + n - 1] == '\r';
        rc = skip ? JAXL_EAGAIN : jaxl_csv_feed(&c, text + at, n);
        if (rc == JAXL_OK)
            show(&c, out);
        if (rc == JAXL_EINPUT) {
            jaxl_buf_putc(out, '!');
            jaxl_csv_reset(&c);
            skip = true;
        }
        if (ended)
            skip = false;
    }
    if (rc != JAXL_ENOMEM)
        rc = jaxl_csv_finish(&c);
    if (rc == JAXL_OK)
        show(&c, out);
    if (rc == JAXL_EINPUT)
        jaxl_buf_putc(out, '!');
    jaxl_csv_free(&c);
    return rc == JAXL_ENOMEM ? rc : out->failed;
}

START_TEST(reads_rows)
{
    for (size_t step = 1; step < 20; step++) {
        struct jaxl_buf out;
        jaxl_buf_init(&out, 1000);
        ck_assert_int_eq(run(rows[_i].text, rows[_i].len, step, &out), 0);
        ck_assert_str_eq(jaxl_buf_text(&out), rows[_i].rows);
        jaxl_buf_free(&out);
    }
}
END_TEST

START_TEST(allocations_in_a_row)
{
    struct jaxl_csv c;

    ck_assert_int_eq(jaxl_csv_init(&c, 4), 0);
    ck_assert_int_eq(jaxl_csv_feed(&c, "a,bcde\n", 7), JAXL_ELIMIT);
    jaxl_csv_reset(&c);
    ck_assert_int_eq(jaxl_csv_feed(&c, "a,bcd\n", 6), JAXL_OK);
    ck_assert_uint_eq(jaxl_csv_count(&c), 2);
    jaxl_csv_free(&c);
}
END_TEST

static const struct {
    const char *text;
    size_t len;
    const char *written;
} fields[] = {
    {TEXT(""), ""},
    {TEXT("plain text; 'x'"), "plain text; 'x'"},
    {TEXT("a,b"), "\"a,b\""},
    {TEXT("say \"hi\""), "\"say \"\"hi\"\"\""},
    {TEXT("\""), "\"\"\"\""},
    {TEXT("a\nb"), "\"a\nb\""},
    {TEXT("a\rb"), "\"a\rb\""},
    {TEXT(" a"), "\" a\""},
    {TEXT("a "), "\"a \""},
    {TEXT("\ta"), "\"\ta\""},
    {TEXT("a\t"), "\"a\t\""},
    {TEXT("a\tb"), "a\tb"},
};

START_TEST(writes_fields)
{
    struct jaxl_buf out, again;

    jaxl_buf_init(&out, 100);
    jaxl_buf_init(&again, 100);
    jaxl_csv_write(&out, fields[_i].text, fields[_i].len);
    ck_assert_str_eq(jaxl_buf_text(&out), fields[_i].written);
    jaxl_buf_puts(&out, ",x\n");
    ck_assert_int_eq(run(out.data, out.len, 100, &again), 0);
    jaxl_buf_reset(&out);
    jaxl_buf_printf(&out, "<%s><x>\n", fields[_i].text);
    ck_assert_str_eq(again.data, out.data);
    jaxl_buf_free(&out);
    jaxl_buf_free(&again);
}
END_TEST

static int read_all(void *ctx)
{
    static const char text[] = "a,\"b\nc\",d\ne,f,g\n";
    struct jaxl_buf out;
    int rc;

    (void)ctx;
    jaxl_buf_init(&out, 1000);
    rc = run(text, sizeof text - 1, 100, &out);
    jaxl_buf_free(&out);
    return rc;
}

/* libcsv asks for less when it gets nothing: its own allocation may fail without any harm. */
START_TEST(allocations_fail)
{
    long n = 1, failed = 0;
    bool hit;
    int rc;

    do {
        failmalloc_at(n++);
        rc = read_all(NULL);
        hit = failmalloc_off();
        ck_assert(rc == 0 || rc == JAXL_ENOMEM);
        failed += rc != 0;
    } while (hit);
    ck_assert_int_eq(rc, 0);
    ck_assert_int_ge(failed, 2);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, reads_rows, 0, (int)UNIT_COUNT(rows));
    tcase_add_loop_test(tc, writes_fields, 0, (int)UNIT_COUNT(fields));
    tcase_add_test(tc, allocations_in_a_row);
    tcase_add_test(tc, allocations_fail);
}

int main(void)
{
    return unit_run("csv", add);
}
