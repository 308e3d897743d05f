/* Reports on random calls against a plain computation: whatever the number of threads, the form of
 * the input and the pieces it comes in. */
#include "report_calls.h"
#include "report_run.h"

static const char tz[] = "Europe/Berlin"; /* the clocks are set back on 25 October */

static void expect(const struct calls *c, int64_t longer_than, struct jaxl_buf *want,
                   struct jaxl_report_totals *totals)
{
    for (int v = 0; v < JAXL_REPORT_VIEWS; v++) {
        jaxl_buf_init(&want[v], RAN_MAX);
        calls_rows(c, (enum jaxl_report_view)v, tz, longer_than, &want[v], totals);
    }
}

/* The first line that differs, so that a failure can be read. */
static void same_lines(const char *what, const struct jaxl_buf *got, const struct jaxl_buf *want)
{
    const char *a = jaxl_buf_text(got), *b = jaxl_buf_text(want);

    while (*a && *b) {
        size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
        ck_assert_msg(n == m && memcmp(a, b, n) == 0, "%s\n got  %.*s\n want %.*s", what, (int)n, a,
                      (int)m, b);
        a += n + 1;
        b += m + 1;
    }
    ck_assert_msg(!*a && !*b, "%s\n got  %.200s\n want %.200s", what, a, b);
}

static void compare(const struct ran *ran, const struct jaxl_buf *want,
                    const struct jaxl_report_totals *totals, const char *what)
{
    static const char *const views[] = {"rows", "sums", "days", "outcomes", "heat"};
    char text[128];

    ck_assert_msg(ran->code == 0, "%s: %s", what, ran->err.message);
    RAN_ADDS_UP(&ran->totals);
    ck_assert_uint_eq(ran->totals.records, totals->records);
    ck_assert_uint_eq(ran->totals.rejects, totals->rejects);
    ck_assert_uint_eq(ran->totals.not_calls, totals->not_calls);
    ck_assert_uint_eq(ran->totals.repeats, totals->repeats);
    ck_assert_uint_eq(ran->totals.outside, totals->outside);
    ck_assert_uint_eq(ran->totals.counted, totals->counted);
    ck_assert_uint_eq(ran->totals.provisional, totals->provisional);
    for (int v = 0; v < JAXL_REPORT_VIEWS; v++) {
        snprintf(text, sizeof text, "%s, %s", what, views[v]);
        same_lines(text, &ran->views[v], &want[v]);
    }
}

static void report_all(const struct calls *c, const char *condition, int64_t longer_than)
{
    static const unsigned threads[] = {1, 2, 7};
    static const char *const by[] = {"day", "campaign"}, *const columns[] = {"all"};
    struct jaxl_report_options o = {.by = {by, 2},
                                    .columns = {columns, 1},
                                    .where = {&condition, condition != NULL},
                                    .tz = tz,
                                    .charts = true};
    struct jaxl_buf want[JAXL_REPORT_VIEWS], text, rejects;
    struct jaxl_report_totals totals;
    char what[64];

    expect(c, longer_than, want, &totals);
    for (int csv = 0; csv < 2; csv++) {
        jaxl_buf_init(&text, RAN_MAX);
        jaxl_buf_init(&rejects, RAN_MAX);
        calls_write(c, csv, &text);
        for (unsigned i = 0; i < 6; i++) {
            struct ran ran;
            o.threads = threads[i / 2];
            snprintf(what, sizeof what, "%s, %u threads, %s", csv ? "CSV" : "NDJSON", o.threads,
                     i % 2 ? "pipe" : "file");
            ran_text(&ran, &o, text.data, text.len, i % 2 ? 77 + i : 0);
            compare(&ran, want, &totals, what);
            if (i == 0)
                jaxl_buf_add(&rejects, ran.rejects.data, ran.rejects.len);
            same_lines(what, &ran.rejects, &rejects);
            ran_free(&ran);
        }
        jaxl_buf_free(&rejects);
        jaxl_buf_free(&text);
    }
    for (int v = 0; v < JAXL_REPORT_VIEWS; v++)
        jaxl_buf_free(&want[v]);
}

START_TEST(random_calls)
{
    static const struct {
        size_t n;
        uint64_t seed;
    } inputs[] = {{1, 1}, {3, 2}, {40, 3}, {40, 4}, {500, 5}, {20000, 6}};

    for (size_t i = 0; i < UNIT_COUNT(inputs); i++) {
        struct calls c;
        calls_make(&c, inputs[i].n / (inputs[i].n > 500 ? (size_t)unit_slow() : 1), inputs[i].seed);
        report_all(&c, NULL, -1);
        calls_free(&c);
    }
}
END_TEST

START_TEST(many_small_ones)
{
    for (uint64_t seed = 100; seed < 100 + 100 / (uint64_t)unit_slow(); seed++) {
        struct calls c;
        calls_make(&c, 2 + seed % 30, seed);
        report_all(&c, NULL, -1);
        calls_free(&c);
    }
}
END_TEST

/* A condition is one on calls, not on their records: the record that counts is found first. */
START_TEST(conditions_come_last)
{
    struct calls c;

    calls_make(&c, 20000 / (size_t)unit_slow(), 7);
    report_all(&c, "duration>100.5", 100500000);
    calls_free(&c);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, random_calls);
    tcase_add_test(tc, many_small_ones);
    tcase_add_test(tc, conditions_come_last);
}

int main(void)
{
    return unit_run("report", add);
}
