#include "failmalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "billing/fetch_impl.h"
#include "jaxl/clock.h"
#include "unit.h"

static const struct jaxl_fetch_options calls = {
    .kind = JAXL_FETCH_CALLS, .start = INT64_MIN, .end = INT64_MAX};
static const struct jaxl_fetch_options payments = {
    .kind = JAXL_FETCH_PAYMENTS, .start = INT64_MIN, .end = INT64_MAX};

static struct jaxl_fetch_run run_of(const struct jaxl_fetch_options *o, unsigned currencies)
{
    return (struct jaxl_fetch_run){
        .o = o, .currencies = {1, 2}, .n_currencies = currencies, .oldest = INT64_MIN};
}

static void run_free(struct jaxl_fetch_run *r)
{
    while (r->first) {
        struct jaxl_fetch_slice *s = r->first;
        r->first = s->after;
        jaxl_fetch_slice_free(s);
    }
}

static const struct {
    int64_t from, to, oldest, count;
} spans[] = {
    {0, 1, INT64_MIN, 0},
    {0, 86400 * JAXL_SECOND, INT64_MIN, 0},
    {0, 86400 * JAXL_SECOND, 0, 100000},
    {123456, 30 * 86400 * JAXL_SECOND + 999999, 5 * JAXL_SECOND, 12345},
    {INT64_MIN, 86400 * JAXL_SECOND, INT64_MIN, 0},
    {INT64_MIN, 1000 * 86400 * JAXL_SECOND, 900 * 86400 * JAXL_SECOND + 7, 5000},
    {-5 * JAXL_SECOND - 1, 5 * JAXL_SECOND, INT64_MIN, 100000},
    {7, 7, INT64_MIN, 5},
};

/* Without a gap, without a piece twice, cut at whole seconds; at each step as many as the window.
 */
START_TEST(slices_are_the_span)
{
    struct jaxl_fetch_run r = run_of(&calls, 1);
    int64_t at = spans[_i].from;
    size_t n = 0;

    r.from = spans[_i].from;
    r.to = spans[_i].to;
    r.oldest = spans[_i].oldest;
    r.count = spans[_i].count;
    jaxl_fetch_plan_start(&r);
    while (!jaxl_fetch_plan_fill(&r) && r.first) {
        struct jaxl_fetch_slice *s = r.first;
        size_t window = 0;
        for (struct jaxl_fetch_slice *t = s; t; t = t->after)
            window++;
        ck_assert_uint_le(window, JAXL_FETCH_WINDOW);
        ck_assert_int_eq(s->from, at);
        ck_assert_int_gt(s->to, s->from);
        ck_assert(s->to == r.to || s->to % JAXL_SECOND == 0);
        at = s->to;
        r.first = s->after;
        jaxl_fetch_slice_free(s);
        n++;
    }
    ck_assert_int_eq(at, spans[_i].to);
    ck_assert_uint_le(n, (size_t)spans[_i].count / (JAXL_FETCH_SLICE / 4) + 2);
}
END_TEST

static const struct {
    int64_t from, to, count;
    bool cut;
} cuts[] = {
    {0, 86400 * JAXL_SECOND, 501, true},
    {0, 86400 * JAXL_SECOND, 1000000, true},
    {500000, 2 * JAXL_SECOND + 300000, 501, true},
    {500000, JAXL_SECOND + 300000, 501, true},
    {0, JAXL_SECOND, 501, false},
    {JAXL_SECOND / 2, JAXL_SECOND, 501, false},
    {INT64_MIN, 86400 * JAXL_SECOND, 501, true},
    {-3 * JAXL_SECOND, JAXL_SECOND, 5000, true},
};

START_TEST(a_slice_is_cut)
{
    struct jaxl_fetch_run r = run_of(&calls, 2);
    struct jaxl_fetch_slice *last;
    int64_t at = cuts[_i].from;
    size_t n = 0;
    int rc;

    r.first = jaxl_fetch_slice_new(&r, cuts[_i].from, cuts[_i].to);
    last = r.first->after = jaxl_fetch_slice_new(&r, cuts[_i].to, INT64_MAX);
    ck_assert(jaxl_fetch_plan_cut(r.first, cuts[_i].count, &rc) == cuts[_i].cut);
    ck_assert_int_eq(rc, 0);
    for (struct jaxl_fetch_slice *s = r.first; s != last; s = s->after, n++) {
        ck_assert_int_eq(s->from, at);
        ck_assert_int_gt(s->to, s->from);
        at = s->to;
        ck_assert(!cuts[_i].cut || s->asks);
    }
    ck_assert_int_eq(at, cuts[_i].to);
    ck_assert(cuts[_i].cut ? n > 1 && n <= JAXL_FETCH_PIECES + 2 : n == 1);
    run_free(&r);
}
END_TEST

/* One page: an ask and its answer. */
struct page {
    unsigned part;
    bool probe;
    int64_t offset, limit;
    const char *answer;
};

#define CALL(id, second, final)                                                                    \
    "{\"id\":" #id ",\"created_on\":\"1970-01-01T00:00:" #second "Z\",\"completed_on\":\"x\","     \
    "\"is_finalized\":" #final "}"
#define PAY(id, second)                                                                            \
    "{\"id\":\"" #id "\",\"transaction_timestamp\":\"1970-01-01T00:00:" #second "Z\"}"
#define PAGE(count, results) "{\"count\":" #count ",\"next\":null,\"results\":[" results "]}"

static const struct {
    const struct jaxl_fetch_options *o;
    unsigned currencies;
    struct page pages[6];
    int code;
    enum jaxl_fetch_state state;
    const char *ids; /* in order */
} lists[] = {
    {&calls, 1, {{0, 0, 0, 100, PAGE(0, "")}}, 0, JAXL_FETCH_WHOLE, ""},
    {&calls,
     1,
     {{0, 0, 0, 100, PAGE(2, CALL(9, 20, true) "," CALL(10, 10, true))}},
     0,
     JAXL_FETCH_WHOLE,
     "10 9 "},
    /* of the same time: by number */
    {&calls,
     1,
     {{0, 0, 0, 100, PAGE(2, CALL(10, 20, true) "," CALL(9, 20, false))}},
     0,
     JAXL_FETCH_WHOLE,
     "9- 10 "},
    /* three pages, the last first */
    {&calls,
     1,
     {{0, 0, 0, 2, PAGE(5, CALL(5, 50, true) "," CALL(4, 40, true))},
      {0, 0, 4, 2, PAGE(5, CALL(1, 10, true))},
      {0, 0, 2, 2, PAGE(5, CALL(3, 30, true) "," CALL(2, 20, true))}},
     0,
     JAXL_FETCH_WHOLE,
     "1 2 3 4 5 "},
    /* one second more at each end is listed, and of other slices */
    {&calls,
     1,
     {{0, 0, 0, 100, PAGE(2, CALL(2, 59, true) "," CALL(1, 00, true))}},
     0,
     JAXL_FETCH_WHOLE,
     "1 2 "},
    /* short, too long, none, another count, nothing that is a list */
    {&calls,
     1,
     {{0, 0, 0, 2, PAGE(4, CALL(5, 50, true) "," CALL(4, 40, true))},
      {0, 0, 2, 2, PAGE(4, CALL(3, 30, true))}},
     0,
     JAXL_FETCH_SPOILED,
     NULL},
    {&calls,
     1,
     {{0, 0, 0, 100, PAGE(1, CALL(5, 50, true) "," CALL(4, 40, true))}},
     0,
     JAXL_FETCH_SPOILED,
     NULL},
    {&calls, 1, {{0, 0, 0, 100, PAGE(1, "")}}, 0, JAXL_FETCH_SPOILED, NULL},
    {&calls,
     1,
     {{0, 0, 0, 2, PAGE(4, CALL(5, 50, true) "," CALL(4, 40, true))},
      {0, 0, 2, 2, PAGE(5, CALL(3, 30, true) "," CALL(2, 20, true))}},
     0,
     JAXL_FETCH_SPOILED,
     NULL},
    {&calls,
     1,
     {{0, 0, 0, 2, PAGE(3, CALL(5, 50, true) "," CALL(4, 40, true))},
      {0, 0, 2, 2, PAGE(3, CALL(4, 40, true))}},
     0,
     JAXL_FETCH_GAPS,
     NULL},
    {&calls, 1, {{0, 0, 0, 100, "{}"}}, JAXL_EPROTO, JAXL_FETCH_READING, NULL},
    {&calls, 1, {{0, 0, 0, 100, "[]"}}, JAXL_EPROTO, JAXL_FETCH_READING, NULL},
    {&calls, 1, {{0, 0, 0, 100, "{\"results\":[]}"}}, JAXL_EPROTO, JAXL_FETCH_READING, NULL},
    {&calls, 1, {{0, 0, 0, 100, PAGE(1, "{\"id\":1}")}}, JAXL_EPROTO, JAXL_FETCH_READING, NULL},
    {&calls, 1, {{0, 0, 0, 100, PAGE(1, "{}")}}, JAXL_EPROTO, JAXL_FETCH_READING, NULL},
    {&calls, 1, {{0, 0, 0, 100, PAGE(501, CALL(5, 50, true))}}, 0, JAXL_FETCH_TOO_BIG, NULL},
    /* two currencies: the same list, or two */
    {&calls,
     2,
     {{0, 0, 0, 100, PAGE(1, CALL(5, 50, true))}, {1, 1, 0, 1, PAGE(1, CALL(5, 50, true))}},
     0,
     JAXL_FETCH_WHOLE,
     "5 "},
    {&calls,
     2,
     {{1, 1, 0, 1, PAGE(1, CALL(6, 20, true))},
      {0, 0, 0, 100, PAGE(1, CALL(5, 50, true))},
      {1, 0, 0, 100, PAGE(1, CALL(6, 20, true))}},
     0,
     JAXL_FETCH_WHOLE,
     "6 5 "},
    {&calls,
     2,
     {{0, 0, 0, 100, PAGE(1, CALL(5, 50, true))}, {1, 1, 0, 1, PAGE(0, "")}},
     0,
     JAXL_FETCH_WHOLE,
     "5 "},
    {&payments,
     1,
     {{0, 0, 0, 100, PAGE(2, PAY(b, 20) "," PAY(a, 10))}},
     0,
     JAXL_FETCH_WHOLE,
     "a b "},
    {&payments,
     1,
     {{0, 0, 0, 100, PAGE(2, PAY(b, 20) ",{\"id\":7}")}},
     0,
     JAXL_FETCH_WHOLE,
     "7 b "},
    {&payments,
     1,
     {{0, 0, 0, 100, PAGE(1, "{\"id\":7,\"transaction_timestamp\":\"noon\"}")}},
     JAXL_EPROTO,
     JAXL_FETCH_READING,
     NULL},
    {&payments,
     1,
     {{0, 0, 0, 100, PAGE(1, "{\"id\":null}")}},
     JAXL_EPROTO,
     JAXL_FETCH_READING,
     NULL},
};

/* Every page of list i. */
static int feed(struct jaxl_fetch_slice *s, int i, struct jaxl_json_doc *doc,
                struct jaxl_error *err)
{
    const struct jaxl_json *root;
    int rc = 0;

    for (const struct page *p = lists[i].pages; p->answer && !rc; p++) {
        const struct jaxl_fetch_ask ask = {
            .slice = s, .part = p->part, .probe = p->probe, .page = {p->limit, p->offset}};
        rc = jaxl_json_parse(doc, p->answer, strlen(p->answer), &root, err);
        if (!rc)
            rc = jaxl_fetch_slice_page(s, &ask, root, err);
    }
    if (!rc && s->state == JAXL_FETCH_READING)
        jaxl_fetch_slice_end(s);
    return rc;
}

START_TEST(pages_become_a_list)
{
    struct jaxl_fetch_run r = run_of(lists[_i].o, lists[_i].currencies);
    struct jaxl_json_doc *doc;
    struct jaxl_error err = {0};
    char ids[256] = "";

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    r.first = jaxl_fetch_slice_new(&r, 0, 60 * JAXL_SECOND);
    ck_assert_int_eq(jaxl_fetch_slice_begin(r.first, 0), 0);
    ck_assert_int_eq(feed(r.first, _i, doc, &err), lists[_i].code);
    ck_assert_msg(r.first->state == lists[_i].state, "list %d: state %d", _i, r.first->state);
    jaxl_fetch_slice_sort(r.first);
    for (size_t i = 0; i < r.first->n; i++) {
        const struct jaxl_fetch_row *row = &r.first->rows[i];
        snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%s ", r.first->text.data + row->id,
                 row->final ? "" : "-");
    }
    if (lists[_i].ids)
        ck_assert_str_eq(ids, lists[_i].ids);
    jaxl_json_doc_free(&doc);
    run_free(&r);
}
END_TEST

/* Reads a list in pages of two calls: each letter is one. */
static void read_letters(struct jaxl_fetch_slice *s, struct jaxl_json_doc *doc, const char *letters)
{
    size_t n = strlen(letters);

    for (size_t at = 0; at < n; at += 2) {
        const struct jaxl_fetch_ask ask = {.page = {2, (int64_t)at}};
        const struct jaxl_json *root;
        char text[512];
        int len = snprintf(text, sizeof text, "{\"count\":%zu,\"results\":[", n);
        for (size_t i = at; i < n && i < at + 2; i++)
            len += snprintf(text + len, sizeof text - (size_t)len, "%s" CALL(% d, 30, true),
                            i > at ? "," : "", letters[i]);
        snprintf(text + len, sizeof text - (size_t)len, "]}");
        ck_assert_int_eq(jaxl_json_parse(doc, text, strlen(text), &root, NULL), 0);
        ck_assert_int_eq(jaxl_fetch_slice_page(s, &ask, root, NULL), 0);
    }
    jaxl_fetch_slice_drop(s);
    if (s->state == JAXL_FETCH_READING)
        jaxl_fetch_slice_end(s);
}

/* An order that is not stable: A comes on two pages, and another on none, perhaps twice the same
 * way. Only when as many are there as the count says is the list whole. */
static const struct {
    const char *tries[4];
    enum jaxl_fetch_state states[4];
    size_t n;
} orders[] = {
    {{"ABAD", "ABAD", "ABAD"}, {JAXL_FETCH_GAPS, JAXL_FETCH_GAPS, JAXL_FETCH_GAPS}, 3},
    {{"ABAD", "ABAD", "CDAB"}, {JAXL_FETCH_GAPS, JAXL_FETCH_GAPS, JAXL_FETCH_WHOLE}, 4},
    {{"ABAB", "CACA", "ADAD"}, {JAXL_FETCH_GAPS, JAXL_FETCH_GAPS, JAXL_FETCH_WHOLE}, 4},
    {{"ABAD", "EFGH"}, {JAXL_FETCH_GAPS, JAXL_FETCH_SPOILED}, 7},
    {{"ABAD", "ABCDE"}, {JAXL_FETCH_GAPS, JAXL_FETCH_SPOILED}, 3},
};

START_TEST(an_order_that_is_not_stable)
{
    struct jaxl_fetch_run r = run_of(&calls, 1);
    struct jaxl_json_doc *doc;
    int64_t of;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    r.first = jaxl_fetch_slice_new(&r, 0, 60 * JAXL_SECOND);
    ck_assert_int_eq(jaxl_fetch_slice_begin(r.first, 0), 0);
    jaxl_fetch_slice_drop(r.first);
    for (size_t i = 0; i < 4 && orders[_i].tries[i]; i++) {
        read_letters(r.first, doc, orders[_i].tries[i]);
        ck_assert_msg(r.first->state == orders[_i].states[i], "order %d, try %zu: %d", _i, i,
                      r.first->state);
        if (r.first->state != JAXL_FETCH_GAPS)
            break;
        ck_assert_int_eq(jaxl_fetch_slice_missing(r.first, &of), 4 - (int64_t)r.first->n);
        ck_assert_int_eq(of, 4);
        ck_assert_int_eq(jaxl_fetch_slice_more(r.first, 5), 0);
        ck_assert_int_eq(r.first->asks->page.limit, 1); /* 73 of 100 */
        ck_assert_int_eq(r.first->asks->due, 5);
        jaxl_fetch_slice_drop(r.first);
    }
    ck_assert_uint_eq(r.first->n, orders[_i].n);
    jaxl_json_doc_free(&doc);
    run_free(&r);
}
END_TEST

/* A count makes no asks but those that the connections can take. */
START_TEST(a_count_that_is_huge)
{
    static const char page[] = PAGE(9223372036854775807, PAY(a, 10) "," PAY(b, 20));
    struct jaxl_fetch_run r = run_of(&payments, 1);
    const struct jaxl_json *root;
    struct jaxl_fetch_ask *ask;
    struct jaxl_json_doc *doc;
    int64_t n = 0;

    r.work.most = 3;
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, page, strlen(page), &root, NULL), 0);
    r.first = jaxl_fetch_slice_new(&r, INT64_MIN, INT64_MAX);
    ck_assert_int_eq(jaxl_fetch_slice_begin(r.first, 0), 0);
    for (; n < 5 && (ask = jaxl_fetch_slice_next(r.first, 0)); n++) {
        ck_assert_int_eq(ask->page.offset, 2 * n);
        ck_assert_int_eq(jaxl_fetch_slice_page(r.first, ask, root, NULL), 0);
        free(ask);
    }
    ck_assert_int_eq(n, 5);
    for (n = 0, ask = r.first->asks; ask; ask = ask->after)
        n++;
    ck_assert_int_eq(n, 3);
    jaxl_json_doc_free(&doc);
    run_free(&r);
}
END_TEST

/* A call of times that were not asked for is in no slice's place. */
START_TEST(a_list_of_other_times)
{
    static const struct {
        int64_t from, to;
        int code;
    } slices[] = {
        {0, 60, 0}, {31, 40, 0}, {10, 29, 0}, {34, 40, JAXL_EPROTO}, {10, 27, JAXL_EPROTO}};
    static const char page[] = PAGE(1, CALL(5, 30, true));
    const struct jaxl_fetch_ask ask = {.page.limit = 100};
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, page, strlen(page), &root, NULL), 0);
    for (size_t i = 0; i < UNIT_COUNT(slices); i++) {
        struct jaxl_fetch_run r = run_of(&calls, 1);
        r.first =
            jaxl_fetch_slice_new(&r, slices[i].from * JAXL_SECOND, slices[i].to * JAXL_SECOND);
        ck_assert_int_eq(jaxl_fetch_slice_begin(r.first, 0), 0);
        ck_assert_int_eq(jaxl_fetch_slice_page(r.first, &ask, root, NULL), slices[i].code);
        ck_assert_uint_eq(r.first->n, i == 0);
        run_free(&r);
    }
    jaxl_json_doc_free(&doc);
}
END_TEST

static int work(void *ctx)
{
    int i = *(int *)ctx, rc;
    struct jaxl_fetch_run r = run_of(lists[i].o, lists[i].currencies);
    struct jaxl_json_doc *doc = NULL;
    struct jaxl_error err = {0};

    rc = jaxl_json_doc_new(&doc, 0);
    r.to = 60 * JAXL_SECOND;
    jaxl_fetch_plan_start(&r);
    if (!rc)
        rc = jaxl_fetch_plan_fill(&r);
    if (!rc)
        rc = feed(r.first, i, doc, &err);
    if (!rc && r.first->state == JAXL_FETCH_WHOLE)
        (void)jaxl_fetch_plan_cut(r.first, 1000, &rc);
    jaxl_json_doc_free(&doc);
    run_free(&r);
    return rc;
}

START_TEST(memory_is_out)
{
    for (int i = 0; i < (int)UNIT_COUNT(lists); i++)
        if (!lists[i].code)
            ck_assert_int_gt(failmalloc_each(work, &i), 4);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, slices_are_the_span, 0, (int)UNIT_COUNT(spans));
    tcase_add_loop_test(tc, a_slice_is_cut, 0, (int)UNIT_COUNT(cuts));
    tcase_add_loop_test(tc, pages_become_a_list, 0, (int)UNIT_COUNT(lists));
    tcase_add_loop_test(tc, an_order_that_is_not_stable, 0, (int)UNIT_COUNT(orders));
    tcase_add_test(tc, a_count_that_is_huge);
    tcase_add_test(tc, a_list_of_other_times);
    tcase_add_test(tc, memory_is_out);
}

int main(void)
{
    return unit_run("fetch_slice", add);
}
