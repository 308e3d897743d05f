#include "failmalloc.h"
#include "report/width.h"
#include "report_fixture.h"

static const struct {
    const char *fixture, *golden;
    size_t width;
    bool bars, colour;
} rows[] = {
    {"month", "month.txt", 0, true, false},
    {"month", "month-80.txt", 80, true, false},
    {"campaigns", "campaigns.txt", 120, true, false},
    {"campaigns", "campaigns-colour.txt", 120, true, true},
    {"campaigns", "campaigns-plain.txt", 0, false, false},
    {"campaigns", "campaigns-60.txt", 60, true, false},
    {"single", "single.txt", 140, true, false},
    {"long", "long.txt", 110, true, false},
    {"hostile", "hostile.txt", 0, false, false},
    {"hostile", "hostile-100.txt", 100, true, true},
    {"empty", "empty.txt", 80, true, false},
};

START_TEST(golden)
{
    struct fixture *f = fixture_new(rows[_i].fixture);
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 16 << 20);
    ck_assert_msg(report_table_write(&f->page, rows[_i].width, rows[_i].bars, rows[_i].colour, &out,
                                     &err) == 0,
                  "%s", err.message);
    fixture_golden(rows[_i].golden, &out);
    jaxl_buf_free(&out);
    fixture_free(f);
}
END_TEST

static size_t widest(const struct jaxl_buf *out)
{
    const locale_t known = width_open();
    size_t most = 0;

    ck_assert(known != (locale_t)0);
    for (const char *line = out->data; line < out->data + out->len;) {
        const char *end = strchr(line, '\n');
        size_t width = width_of(known, line, (size_t)(end - line));
        most = most < width ? width : most;
        line = end + 1;
    }
    freelocale(known);
    return most;
}

/* Whatever the width: nothing is wider, as long as the names and numbers that always stay fit. */
START_TEST(fits)
{
    static const struct {
        const char *fixture;
        size_t least;
    } fixtures[] = {{"month", 47}, {"campaigns", 24}, {"long", 34}, {"hostile", 77}};
    struct fixture *f = fixture_new(fixtures[_i].fixture);

    for (size_t width = fixtures[_i].least; width < 200; width += (size_t)unit_slow()) {
        struct jaxl_buf out;
        jaxl_buf_init(&out, 16 << 20);
        ck_assert_int_eq(report_table_write(&f->page, width, true, false, &out, NULL), 0);
        ck_assert_msg(widest(&out) <= width, "%zu columns in %zu", widest(&out), width);
        jaxl_buf_free(&out);
    }
    fixture_free(f);
}
END_TEST

static const struct {
    const char *text;
    size_t width, prefix; /* prefix: bytes of at most two columns */
} widths[] = {
    {"", 0, 0},
    {"abc", 3, 2},
    {"e\u0301te\u0301", 3, 4},
    {"\u9031\u672b", 4, 3},
    {"a\u9031", 3, 1},
    {"\u20b9\u00a01", 3, 5},
    {"\U0001f389", 2, 4},
    {"\xff\xfe", 2, 2},
    {"\u0935\u093f", 2, 6},
};

START_TEST(width)
{
    const locale_t known = width_open();
    const char *text = widths[_i].text;

    ck_assert(known != (locale_t)0);
    ck_assert_uint_eq(width_of(known, text, strlen(text)), widths[_i].width);
    ck_assert_uint_eq(width_prefix(known, text, strlen(text), 2), widths[_i].prefix);
    freelocale(known);
}
END_TEST

START_TEST(clean)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    width_put_clean(&out, "a\0\x1b[1m\x7f\xc2\x9b\u202e\u2066\u200f\u061c\u20b9", 23);
    ck_assert_str_eq(jaxl_buf_text(&out), "a  [1m      \u20b9");
    jaxl_buf_free(&out);
}
END_TEST

/* The time that a row takes does not grow with the rows. */
START_TEST(many_rows)
{
    const size_t n = 30000 / (size_t)unit_slow();
    struct fixture *f = fixture_new("month");
    const struct jaxl_json **items = calloc(n, sizeof(struct jaxl_json *));
    struct jaxl_buf out;

    ck_assert_ptr_nonnull(items);
    for (size_t i = 0; i < n; i++)
        items[i] = f->page.rows.items[i % f->page.rows.n];
    f->page.rows = (struct report_rows){items, n};
    jaxl_buf_init(&out, 64 << 20);
    ck_assert_int_eq(report_table_write(&f->page, 0, true, false, &out, NULL), 0);
    jaxl_buf_free(&out);
    free(items);
    fixture_free(f);
}
END_TEST

static int write_table(void *ctx)
{
    struct fixture *f = ctx;
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, 16 << 20);
    rc = report_table_write(&f->page, 60, true, true, &out, NULL);
    jaxl_buf_free(&out);
    return rc;
}

START_TEST(out_of_memory)
{
    struct fixture *f = fixture_new("month");

    ck_assert_int_gt(failmalloc_each(write_table, f), 5);
    fixture_free(f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, fits, 0, 4);
    tcase_add_loop_test(tc, width, 0, UNIT_COUNT(widths));
    tcase_add_test(tc, clean);
    tcase_add_test(tc, many_rows);
    tcase_add_test(tc, out_of_memory);
    tcase_add_loop_test(tc, golden, 0, UNIT_COUNT(rows));
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("report_table", add);
}
