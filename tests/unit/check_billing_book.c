#include "failmalloc.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "billing/sum.h"
#include "jaxl/book.h"
#include "jaxl/buf.h"
#include "jaxl/clock.h"
#include "jaxl/json.h"
#include "unit.h"

#define DAY      (86400 * JAXL_SECOND)
#define OCTOBER  INT64_C(1790812800000000) /* 2026-10-01T00:00:00Z */
#define NOVEMBER (OCTOBER + 31 * DAY)

static const char *const keys[] = {"month", "campaign"};

struct shelf {
    char dir[256], path[300];
    struct jaxl_book_report report;
    struct jaxl_buf out;
    struct jaxl_error err;
    struct jaxl_book_totals totals;
};

static void set_up(struct shelf *s, const char *text)
{
    memset(s, 0, sizeof *s);
    unit_dir_make(s->dir);
    snprintf(s->path, sizeof s->path, "%s/book", s->dir);
    s->report = (struct jaxl_book_report){
        "by month and campaign", keys, 2, NULL, INT64_MIN, INT64_MAX, NOVEMBER};
    jaxl_buf_init(&s->out, 1 << 24);
    if (text) {
        FILE *file = fopen(s->path, "w");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
    }
}

static void tear_down(struct shelf *s)
{
    jaxl_buf_free(&s->out);
    unit_dir_remove(s->dir);
}

static int keep(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_buf *b = ctx;

    (void)err;
    jaxl_buf_add(b, json, len);
    jaxl_buf_putc(b, '\n');
    return b->failed;
}

/* One run over rows, a line each; what it writes is in s->out. */
static int run(struct shelf *s, const char *rows)
{
    struct jaxl_book *b;
    int rc = jaxl_book_open(&b, s->path, &s->report, &s->err);

    jaxl_buf_reset(&s->out);
    while (!rc && *rows) {
        size_t len = strcspn(rows, "\n");
        rc = jaxl_book_row(b, rows, len, keep, &s->out, &s->err);
        rows += len + (rows[len] == '\n');
    }
    if (!rc)
        rc = jaxl_book_finish(b, keep, &s->out, &s->err);
    if (!rc)
        rc = jaxl_book_commit(b, &s->err);
    if (!rc)
        jaxl_book_count(b, &s->totals);
    jaxl_book_free(&b);
    return rc;
}

static void expect(struct shelf *s, const char *rows, const char *lines)
{
    int rc = run(s, rows);

    ck_assert_msg(rc == 0, "%s", s->err.message);
    ck_assert_str_eq(jaxl_buf_text(&s->out), lines);
}

#define ROW(campaign, attempts, asr, cost)                                                         \
    "{\"month\":\"2026-10\",\"campaign\":" campaign ",\"currency\":\"INR\",\"attempts\":" attempts \
    ",\"asr\":" asr ",\"cost\":" cost "}\n"
#define RESTATED(campaign, attempts, cost, at)                                                     \
    "{\"month\":\"2026-10\",\"campaign\":" campaign ",\"currency\":\"INR\",\"attempts\":" attempts \
    ",\"asr\":null,\"cost\":" cost ",\"restatement\":\"" at "\"}\n"

START_TEST(what_was_reported_stays)
{
    struct shelf s;
    struct stat info;

    set_up(&s, NULL);
    expect(&s, ROW("\"a\"", "10", "0.5000", "6.50") ROW("null", "2", "null", "0.10"),
           ROW("\"a\"", "10", "0.5000", "6.50") ROW("null", "2", "null", "0.10"));
    ck_assert_uint_eq(s.totals.entered, 2);
    ck_assert_int_eq(stat(s.path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777, 0600);

    /* the same sums, written otherwise; asr is none */
    s.report.now += DAY;
    expect(&s,
           "{ \"month\" : \"2026-10\", \"campaign\": null, \"currency\":\"INR\",\"attempts\":2.0,"
           "\"asr\":0,\"cost\":1e-1}\n" ROW("\"a\"", "10", "0.6000", "6.5"),
           ROW("null", "2", "null", "0.10") ROW("\"a\"", "10", "0.5000", "6.50"));
    ck_assert_uint_eq(s.totals.same, 2);
    ck_assert_uint_eq(s.totals.restated, 0);

    /* others: a difference, a row that is new, one that has gone */
    s.report.now += DAY;
    expect(
        &s, ROW("\"a\"", "11", "0.4545", "6.45") ROW("\"b\"", "1", "1.0000", "0.65"),
        ROW("\"a\"", "10", "0.5000", "6.50") RESTATED("\"a\"", "1", "-0.05", "2026-11-03T00:00:00Z")
            RESTATED("\"b\"", "1", "0.65", "2026-11-03T00:00:00Z") ROW("null", "2", "null", "0.10")
                RESTATED("null", "-2", "-0.1", "2026-11-03T00:00:00Z"));
    ck_assert_uint_eq(s.totals.restated, 3);
    ck_assert_uint_eq(s.totals.vanished, 1);

    /* and that stays as well, whatever comes */
    s.report.now += DAY;
    expect(&s,
           ROW("\"b\"", "1", "1.0000", "0.65") ROW("\"a\"", "10", "0.5000", "6.50")
               ROW("null", "1", "null", "null"),
           RESTATED("\"b\"", "1", "0.65", "2026-11-03T00:00:00Z")
               ROW("\"a\"", "10", "0.5000", "6.50")
                   RESTATED("\"a\"", "1", "-0.05", "2026-11-03T00:00:00Z")
                       RESTATED("\"a\"", "-1", "0.05", "2026-11-04T00:00:00Z")
                           ROW("null", "2", "null", "0.10")
                               RESTATED("null", "-2", "-0.1", "2026-11-03T00:00:00Z")
                                   RESTATED("null", "1", "0", "2026-11-04T00:00:00Z"));
    tear_down(&s);
}
END_TEST

/* Rows of months that are not over, and of no month, come through. */
START_TEST(what_is_not_over_is_not_entered)
{
    struct shelf s;

    set_up(&s, NULL);
    s.report.now = NOVEMBER - 1;
    expect(&s, ROW("\"a\"", "10", "0.5000", "6.50"), ROW("\"a\"", "10", "0.5000", "6.50"));
    expect(&s, ROW("\"a\"", "11", "0.5000", "6.50"), ROW("\"a\"", "11", "0.5000", "6.50"));
    ck_assert_uint_eq(s.totals.open, 1);
    s.report.now = NOVEMBER;
    expect(&s, "{\"month\":null,\"attempts\":1}\n{\"attempts\":2}\n",
           "{\"month\":null,\"attempts\":1}\n{\"attempts\":2}\n");
    ck_assert_uint_eq(s.totals.open, 2);
    expect(&s, ROW("\"a\"", "12", "0.5000", "6.50"), ROW("\"a\"", "12", "0.5000", "6.50"));
    ck_assert_uint_eq(s.totals.entered, 1);
    tear_down(&s);
}
END_TEST

/* Only what the input could have had has vanished. */
START_TEST(input_of_one_month_says_nothing_of_another)
{
    struct shelf s;

    set_up(&s, NULL);
    s.report.now = NOVEMBER + 60 * DAY;
    expect(&s, ROW("\"a\"", "10", "0.5000", "6.50"), ROW("\"a\"", "10", "0.5000", "6.50"));
    expect(&s, "{\"month\":\"2026-11\",\"campaign\":\"a\",\"attempts\":3}\n",
           "{\"month\":\"2026-11\",\"campaign\":\"a\",\"attempts\":3}\n");
    expect(&s, "", "");
    /* a span says what there is */
    s.report.start = NOVEMBER;
    s.report.end = NOVEMBER + 30 * DAY;
    expect(&s, "",
           "{\"month\":\"2026-11\",\"campaign\":\"a\",\"attempts\":3}\n"
           "{\"month\":\"2026-11\",\"campaign\":\"a\",\"attempts\":-3,\"restatement\":"
           "\"2026-12-31T00:00:00Z\"}\n");
    s.report.start = OCTOBER;
    s.report.end = NOVEMBER;
    expect(&s, "",
           ROW("\"a\"", "10", "0.5000", "6.50")
               RESTATED("\"a\"", "-10", "-6.5", "2026-12-31T00:00:00Z"));
    expect(&s, "",
           ROW("\"a\"", "10", "0.5000", "6.50")
               RESTATED("\"a\"", "-10", "-6.5", "2026-12-31T00:00:00Z"));
    ck_assert_uint_eq(s.totals.vanished, 0);
    tear_down(&s);
}
END_TEST

/* A month of which a report of the span had no row was reported all the same. */
START_TEST(nothing_can_be_reported_too)
{
    struct shelf s;

    set_up(&s, NULL);
    s.report.start = OCTOBER;
    s.report.end = NOVEMBER;
    expect(&s, "", "");
    expect(&s, ROW("\"a\"", "1", "1.0000", "6.50") ROW("\"b\"", "0", "null", "0.00"),
           RESTATED("\"a\"", "1", "6.5", "2026-11-01T00:00:00Z"));
    tear_down(&s);
}
END_TEST

/* A week that a span cuts is another than the whole. */
START_TEST(a_period_that_is_cut)
{
    static const char *const weeks[] = {"week"};
    struct shelf s;

    set_up(&s, NULL);
    s.report.keys = weeks;
    s.report.n_keys = 1;
    s.report.now = NOVEMBER + 60 * DAY;
    s.report.start = OCTOBER - 30 * DAY;
    s.report.end = OCTOBER;
    expect(&s, "{\"week\":\"2026-W40\",\"attempts\":3}\n",
           "{\"week\":\"2026-W40\",\"attempts\":3}\n");
    s.report.start = OCTOBER;
    s.report.end = NOVEMBER;
    expect(&s, "{\"week\":\"2026-W40\",\"attempts\":4}\n",
           "{\"week\":\"2026-W40\",\"attempts\":4}\n");
    expect(&s, "{\"week\":\"2026-W40\",\"attempts\":5}\n",
           "{\"week\":\"2026-W40\",\"attempts\":4}\n"
           "{\"week\":\"2026-W40\",\"attempts\":1,\"restatement\":\"2026-12-31T00:00:00Z\"}\n");
    ck_assert_int_eq(run(&s, "{\"week\":\"2026-W39\",\"attempts\":4}\n"), JAXL_EINPUT);
    tear_down(&s);
}
END_TEST

START_TEST(zones_say_when_a_day_is_over)
{
    static const char *const days[] = {"day", "month"};
    const char *row = "{\"day\":\"2026-10-31\",\"month\":\"2026-10\",\"attempts\":3}\n";
    struct shelf s;

    set_up(&s, NULL);
    s.report.keys = days;
    ck_assert_int_eq(jaxl_zone_new(&s.report.zone, "Asia/Kolkata", NULL), 0);
    s.report.now = NOVEMBER - 330 * 60 * JAXL_SECOND - 1;
    expect(&s, row, row);
    ck_assert_uint_eq(s.totals.open, 1);
    s.report.now++;
    expect(&s, row, row);
    ck_assert_uint_eq(s.totals.entered, 1);
    jaxl_zone_free(&s.report.zone);
    tear_down(&s);
}
END_TEST

START_TEST(definitions_know_nothing_of_each_other)
{
    struct shelf s;
    const char *one;

    set_up(&s, NULL);
    one = s.report.definition;
    for (int i = 0; i < 3; i++) {
        s.report.definition = one;
        expect(&s, ROW("\"a\"", "10", "0.5000", "6.50"), ROW("\"a\"", "10", "0.5000", "6.50"));
        s.report.definition = "where \"duration\" > 60\n";
        expect(&s, ROW("\"a\"", "7", "0.5000", "6.50"), ROW("\"a\"", "7", "0.5000", "6.50"));
        ck_assert_uint_eq(s.totals.entered, i == 0);
    }
    tear_down(&s);
}
END_TEST

START_TEST(one_run_at_a_time)
{
    struct jaxl_book *b, *other;
    struct shelf s;

    set_up(&s, NULL);
    ck_assert_int_eq(jaxl_book_open(&b, s.path, &s.report, NULL), 0);
    ck_assert_int_eq(jaxl_book_open(&other, s.path, &s.report, &s.err), JAXL_EBUSY);
    ck_assert_ptr_null(other);
    ck_assert_msg(strstr(s.err.message, s.path), "%s", s.err.message);
    ck_assert_int_eq(jaxl_book_row(b, ROW("1", "1", "1", "1"), strlen(ROW("1", "1", "1", "1")),
                                   keep, &s.out, NULL),
                     0);
    jaxl_book_free(&b);
    ck_assert_int_eq(access(s.path, F_OK), -1); /* nothing was finished, nothing is there */
    ck_assert_int_eq(jaxl_book_open(&b, s.path, &s.report, NULL), 0);
    ck_assert_int_eq(jaxl_book_commit(b, NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_book_finish(b, keep, &s.out, NULL), 0);
    ck_assert_int_eq(jaxl_book_commit(b, NULL), 0);
    ck_assert_int_eq(jaxl_book_commit(b, NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_book_finish(b, keep, &s.out, NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_book_row(b, "{}", 2, keep, &s.out, NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_book_open(&other, s.path, &s.report, NULL), JAXL_EBUSY);
    jaxl_book_free(&b);
    jaxl_book_free(&b);
    tear_down(&s);
}
END_TEST

#define HEAD "{\"book\":1}\n{\"definition\":\"by month and campaign\"}\n"
#define ENTRY                                                                                      \
    "{\"entry\":[\"2026-10\",\"a\",\"INR\"],\"start\":1790812800000000,\"end\":1793491200000000,"  \
    "\"row\":{\"attempts\":1}}\n"

static const struct {
    const char *text, *message; /* message NULL: it is one */
} files[] = {
    {"", NULL},
    {"\n\n", NULL},
    {"{\"book\":1}\n", NULL},
    {HEAD, NULL},
    {HEAD ENTRY, NULL},
    {HEAD ENTRY "{\"restatement\":{\"attempts\":1}}\n{\"definition\":\"x\"}\n" ENTRY, NULL},
    {HEAD "{\"report\":1,\"start\":null,\"end\":null}\n", NULL},
    {"{\"book\":2}\n", "line 1: no line of a book"},
    {"{\"definition\":\"x\"}\n", "line 1: no line of a book"},
    {"{\"book\":1}\n" ENTRY, "line 2: no line of a book"},
    {"{\"book\":1}\n{\"definition\":7}\n", "line 2: no line of a book"},
    {HEAD "{\"to\":\"+12025550100\"}\n", "line 3: no line of a book"},
    {HEAD "{}\n", "line 3: no line of a book"},
    {HEAD ENTRY ENTRY, "line 4: no line of a book"},
    {HEAD "{\"restatement\":{}}\n", "line 3: no line of a book"},
    {HEAD "{\"definition\":\"x\"}\n{\"restatement\":{}}\n", "line 4: no line of a book"},
    {HEAD "{\"entry\":[1],\"start\":1,\"end\":2,\"row\":{}}\n", "line 3: no line of a book"},
    {HEAD "{\"entry\":[1,2,3],\"start\":2,\"end\":2,\"row\":{}}\n", "line 3: no line of a book"},
    {HEAD "{\"entry\":[1,2,3],\"start\":1,\"end\":2,\"row\":7}\n", "line 3: no line of a book"},
    {HEAD "{\"report\":\"x\"}\n", "line 3: no line of a book"},
    {HEAD "{\"entry\":[1,2\n", "line 3"},
    {"to,lead\n+12025550100,1\n", "line 1"},
};

START_TEST(what_is_no_book_is_left_alone)
{
    char text[1024] = "";
    struct shelf s;
    FILE *file;
    int rc;

    set_up(&s, files[_i].text);
    rc = run(&s, "");
    if (files[_i].message) {
        ck_assert_int_eq(rc, JAXL_EINPUT);
        ck_assert_msg(strstr(s.err.message, files[_i].message), "%s", s.err.message);
        ck_assert_msg(strstr(s.err.message, s.path), "%s", s.err.message);
        file = fopen(s.path, "r");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fread(text, 1, sizeof text - 1, file), strlen(files[_i].text));
        fclose(file);
        ck_assert_str_eq(text, files[_i].text);
    } else {
        ck_assert_msg(rc == 0, "%s", s.err.message);
        ck_assert_msg(run(&s, "") == 0, "%s", s.err.message);
    }
    tear_down(&s);
}
END_TEST

static const struct {
    const char *rows, *message;
    int code;
} refused[] = {
    {"[]\n", "no object", JAXL_EINPUT},
    {"{\"month\":\"2026-10\",\n", "", JAXL_EINPUT},
    {"{\"month\":\"2026-13\"}\n", "month", JAXL_EINPUT},
    {"{\"month\":7}\n", "month", JAXL_EINPUT},
    {"{\"month\":\"2026-10\",\"campaign\":[]}\n", "campaign", JAXL_EINPUT},
    {"{\"month\":\"2026-10\",\"restatement\":null}\n", "restatement", JAXL_EINPUT},
    {ROW("1", "1", "1", "1") ROW("1", "2", "1", "1"), "[\"2026-10\",1,\"INR\"]", JAXL_EARG},
    {ROW("1", "1e52", "1", "1"), "attempts", JAXL_ELIMIT},
    {ROW("1", "1", "1", "1e-25"), "cost", JAXL_ELIMIT},
};

START_TEST(what_is_no_row)
{
    struct shelf s;

    set_up(&s, NULL);
    ck_assert_int_eq(run(&s, refused[_i].rows), refused[_i].code);
    ck_assert_msg(strstr(s.err.message, refused[_i].message), "%s", s.err.message);
    tear_down(&s);
}
END_TEST

START_TEST(what_is_no_report)
{
    static const char *const hours[] = {"hour", "campaign"}, *const twice[] = {"day", "day"},
                             *const taken[] = {"day", "restatement"};
    struct jaxl_book *b;
    struct shelf s;

    set_up(&s, NULL);
    s.report.keys = hours;
    ck_assert_int_eq(jaxl_book_open(&b, s.path, &s.report, &s.err), JAXL_EARG);
    ck_assert_msg(strstr(s.err.message, "days, weeks or months"), "%s", s.err.message);
    ck_assert_ptr_null(b);
    s.report.keys = twice;
    ck_assert_int_eq(jaxl_book_open(&b, s.path, &s.report, &s.err), JAXL_EARG);
    s.report.keys = taken;
    ck_assert_int_eq(jaxl_book_open(&b, s.path, &s.report, &s.err), JAXL_EARG);
    ck_assert_int_eq(access(s.path, F_OK), -1);
    tear_down(&s);
}
END_TEST

/* Property: run again and again over sums that change at random. */
enum { CAMPAIGNS = 8, LINES = 4096 };

static uint64_t seed = 1;

static uint64_t below(uint64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % n;
}

/* Sums up what a run wrote, by campaign. */
static void add_up(const char *lines, struct jaxl_sum sums[CAMPAIGNS])
{
    struct jaxl_json_doc *doc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    memset(sums, 0, CAMPAIGNS * sizeof *sums);
    while (*lines) {
        size_t len = strcspn(lines, "\n"), digits;
        const struct jaxl_json *row;
        struct jaxl_sum cost;
        const char *text;
        int64_t campaign;
        ck_assert_int_eq(jaxl_json_parse(doc, lines, len, &row, NULL), 0);
        ck_assert_int_eq(jaxl_json_int(jaxl_json_get(row, "campaign"), &campaign), 0);
        text = jaxl_json_text(jaxl_json_get(row, "cost"), &digits);
        ck_assert_int_eq(jaxl_sum_parse(text, digits, &cost), 0);
        jaxl_sum_join(&sums[campaign], &cost);
        lines += len + 1;
    }
    jaxl_json_doc_free(&doc);
}

/* Every line of before is still there, and those of a campaign in their order. */
static void is_kept(const char *before, const char *now)
{
    while (*before) {
        size_t len = strcspn(before, "\n") + 1;
        char line[256];
        ck_assert_uint_lt(len, sizeof line);
        memcpy(line, before, len);
        line[len] = '\0';
        ck_assert_msg(strstr(now, line), "it has gone: %s", line);
        before += len;
    }
}

START_TEST(random_changes)
{
    static char before[1 << 20], rows[4096];
    struct jaxl_sum present[CAMPAIGNS], sums[CAMPAIGNS];
    struct shelf s;

    set_up(&s, NULL);
    s.report.start = OCTOBER;
    s.report.end = NOVEMBER;
    for (int turn = 0; turn < 120 / unit_slow() + 10; turn++) {
        char *end = rows;
        int first = (int)below(CAMPAIGNS);
        *end = '\0';
        memset(present, 0, sizeof present);
        for (int i = 0; i < CAMPAIGNS; i++) {
            int campaign = (first + i) % CAMPAIGNS;
            char cost[64];
            if (below(4) == 0)
                continue;
            snprintf(cost, sizeof cost, "%s%d.%09d", below(8) ? "" : "-", (int)below(3),
                     (int)below(4) * 250000000);
            jaxl_sum_parse(cost, strlen(cost), &present[campaign]);
            end += sprintf(end,
                           "{\"month\":\"2026-10\",\"campaign\":%d,\"currency\":\"INR\",\"cost\":"
                           "%s}\n",
                           campaign, cost);
        }
        snprintf(before, sizeof before, "%s", jaxl_buf_text(&s.out));
        s.report.now += JAXL_SECOND;
        ck_assert_msg(run(&s, rows) == 0, "%s", s.err.message);
        add_up(jaxl_buf_text(&s.out), sums);
        ck_assert_mem_eq(sums, present, sizeof sums);
        is_kept(before, jaxl_buf_text(&s.out));
    }
    ck_assert_uint_gt(s.out.len, 2000);
    tear_down(&s);
}
END_TEST

static int work(void *ctx)
{
    struct shelf *s = ctx;
    struct jaxl_book *b;
    int rc = jaxl_book_open(&b, s->path, &s->report, NULL);

    jaxl_buf_free(&s->out);
    if (!rc)
        rc = jaxl_book_row(b, ROW("\"a\"", "3", "1", "7"), strlen(ROW("\"a\"", "3", "1", "7")) - 1,
                           keep, &s->out, NULL);
    if (!rc)
        rc = jaxl_book_row(b, ROW("\"b\"", "3", "1", "7"), strlen(ROW("\"b\"", "3", "1", "7")) - 1,
                           keep, &s->out, NULL);
    if (!rc)
        rc = jaxl_book_finish(b, keep, &s->out, NULL);
    if (!rc)
        rc = jaxl_book_commit(b, NULL);
    jaxl_book_free(&b);
    return rc;
}

START_TEST(memory_runs_out)
{
    struct shelf s;

    set_up(&s, HEAD ENTRY "{\"restatement\":{\"attempts\":1}}\n{\"definition\":\"x\"}\n" ENTRY);
    ck_assert_int_gt(failmalloc_each(work, &s), 10);
    tear_down(&s);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, what_was_reported_stays);
    tcase_add_test(tc, what_is_not_over_is_not_entered);
    tcase_add_test(tc, input_of_one_month_says_nothing_of_another);
    tcase_add_test(tc, nothing_can_be_reported_too);
    tcase_add_test(tc, a_period_that_is_cut);
    tcase_add_test(tc, zones_say_when_a_day_is_over);
    tcase_add_test(tc, definitions_know_nothing_of_each_other);
    tcase_add_test(tc, one_run_at_a_time);
    tcase_add_loop_test(tc, what_is_no_book_is_left_alone, 0, UNIT_COUNT(files));
    tcase_add_loop_test(tc, what_is_no_row, 0, UNIT_COUNT(refused));
    tcase_add_test(tc, what_is_no_report);
    tcase_add_test(tc, random_changes);
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("billing_book", add);
}
