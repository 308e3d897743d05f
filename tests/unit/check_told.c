/* What was told of calls, and what a Call object says of how far it is. */
#include <string.h>

#include "events/follow_impl.h"
#include "unit.h"

#define BIT(stage) (1u << STAGE_##stage)

static const struct {
    const char *call;
    unsigned stages;
} calls[] = {
    {"{\"created_on\":\"2026-11-26T10:00:00Z\"}", BIT(PLACED)},
    {"{\"created_on\":\"2026-11-26T10:00:00Z\",\"missed\":null,\"completed_on\":null}",
     BIT(PLACED)},
    {"{\"missed\":true,\"completed_on\":null}", BIT(PLACED)},
    {"{\"missed\":false,\"completed_on\":null}", BIT(PLACED) | BIT(ANSWERED)},
    {"{\"recording_start_time\":\"2026-11-26T10:00:05Z\"}", BIT(PLACED) | BIT(ANSWERED)},
    {"{\"missed\":false,\"completed_on\":\"2026-11-26T10:01:00Z\",\"duration\":50}",
     BIT(PLACED) | BIT(ANSWERED) | BIT(COMPLETED)},
    {"{\"missed\":true,\"completed_on\":\"2026-11-26T10:01:00Z\"}", BIT(PLACED) | BIT(COMPLETED)},
    {"{\"missed\":true,\"has_voicemail\":true,\"completed_on\":\"2026-11-26T10:01:00Z\"}",
     BIT(PLACED) | BIT(ANSWERED) | BIT(COMPLETED)},
    {"{\"failure_reason\":\"DND\",\"missed\":false,\"completed_on\":\"2026-11-26T10:01:00Z\"}",
     BIT(PLACED) | BIT(COMPLETED)},
    {"{\"missed\":true,\"completed_on\":\"2026-11-26T10:01:00Z\",\"is_finalized\":true}",
     BIT(PLACED) | BIT(COMPLETED) | BIT(FINALISED)},
    {"{\"missed\":false,\"is_finalized\":true}", BIT(PLACED) | BIT(ANSWERED)},
};

START_TEST(stages_of_a_call)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *call;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, calls[_i].call, strlen(calls[_i].call), &call, NULL), 0);
    ck_assert_msg(jaxl_stage_of(call) == calls[_i].stages, "%s: %#x", calls[_i].call,
                  jaxl_stage_of(call));
    jaxl_json_doc_free(&doc);
}
END_TEST

/* Each once, and never an earlier one after a later one. */
static const struct {
    unsigned told, stages, news;
} orders[] = {
    {0, BIT(PLACED) | BIT(COMPLETED), BIT(PLACED) | BIT(COMPLETED)},
    {BIT(PLACED), BIT(PLACED), 0},
    {BIT(PLACED), BIT(PLACED) | BIT(ANSWERED), BIT(ANSWERED)},
    {BIT(PLACED), BIT(PLACED) | BIT(ANSWERED) | BIT(COMPLETED), BIT(ANSWERED) | BIT(COMPLETED)},
    {BIT(PLACED) | BIT(COMPLETED), BIT(PLACED) | BIT(ANSWERED) | BIT(COMPLETED), 0},
    {BIT(PLACED) | BIT(COMPLETED), BIT(PLACED) | BIT(ANSWERED) | BIT(COMPLETED) | BIT(FINALISED),
     BIT(FINALISED)},
    {BIT(ANSWERED), BIT(PLACED) | BIT(ANSWERED) | BIT(COMPLETED), BIT(COMPLETED)},
    {BIT(FINALISED), BIT(PLACED) | BIT(ANSWERED) | BIT(COMPLETED) | BIT(FINALISED), 0},
};

START_TEST(news_in_order)
{
    ck_assert_uint_eq(jaxl_stage_news(orders[_i].told, orders[_i].stages), orders[_i].news);
}
END_TEST

START_TEST(names)
{
    for (int s = STAGE_PLACED; s < STAGES; s++)
        ck_assert_int_eq((int)jaxl_stage_parse(jaxl_stage_name((enum jaxl_stage)s)), s);
    ck_assert_int_eq((int)jaxl_stage_parse("ended"), STAGE_NONE);
    ck_assert_int_eq((int)jaxl_stage_parse(""), STAGE_NONE);
}
END_TEST

/* Against an array that is searched from its beginning. */
START_TEST(finds_what_was_entered)
{
    enum { IDS = 500 };
    struct jaxl_told_list l = {0};
    bool there[IDS + 1] = {false};
    uint64_t random = 7;
    size_t n = 0;

    for (int i = 0; i < 4000; i++) {
        int64_t id = (int64_t)(unit_random(&random) % IDS) + 1;
        struct jaxl_told *t = jaxl_told_find(&l, id);
        ck_assert_int_eq(t != NULL, there[id]);
        n += !there[id];
        there[id] = true;
        t = jaxl_told_enter(&l, id, id * 10);
        ck_assert_ptr_nonnull(t);
        ck_assert_int_eq(t->id, id);
        ck_assert_int_eq(t->placed, id * 10);
        ck_assert_uint_eq(l.n, n);
    }
    for (size_t i = 1; i < l.n; i++)
        ck_assert_int_lt(l.items[i - 1].id, l.items[i].id);
    jaxl_told_free(&l);
    jaxl_told_free(&l);
}
END_TEST

START_TEST(forgets_the_final_ones_and_the_old)
{
    struct jaxl_told_list l = {0};

    for (int64_t id = 1; id <= 6; id++)
        jaxl_told_enter(&l, id, id * 100)->stages = id % 2 ? BIT(FINALISED) : BIT(PLACED);
    ck_assert_int_eq(jaxl_told_oldest(&l, 0, 1000), 200);
    ck_assert_int_eq(jaxl_told_oldest(&l, 201, 1000), 400);
    ck_assert_int_eq(jaxl_told_oldest(&l, 0, 150), 150);
    ck_assert_int_eq(jaxl_told_oldest(&l, 601, 1000), 1000);
    jaxl_told_forget(&l, 400, 0);
    ck_assert_uint_eq(l.n, 4); /* 2, 4, 5, 6 */
    ck_assert_ptr_null(jaxl_told_find(&l, 1));
    ck_assert_ptr_null(jaxl_told_find(&l, 3));
    ck_assert_ptr_nonnull(jaxl_told_find(&l, 5));
    jaxl_told_forget(&l, 500, 500);
    ck_assert_uint_eq(l.n, 2); /* 5, 6: however open the others were */
    ck_assert_ptr_null(jaxl_told_find(&l, 2));
    jaxl_told_forget(&l, 500, 1000);
    ck_assert_uint_eq(l.n, 2); /* what is seen again is known, however old */
    jaxl_told_free(&l);
}
END_TEST

/* Seconds: its age, since it was asked for (-1: never), and whether it is time. */
static const struct {
    int64_t age, since;
    unsigned stages;
    bool due;
} asks[] = {
    {7200, -1, BIT(PLACED), true},           {7200, 299, BIT(PLACED), false},
    {7200, 300, BIT(PLACED), true},          {86400, 3599, BIT(PLACED), false},
    {86400, 3600, BIT(COMPLETED), true},     {86400, 3600, BIT(FINALISED), false},
    {24 * 86400, 86399, BIT(PLACED), false}, {24 * 86400, 86400, BIT(PLACED), true},
    {7200, -300, BIT(PLACED), false}, /* the clock was set back, a little */
    {7200, -301, BIT(PLACED), true},
};

START_TEST(asked_more_and_more_rarely)
{
    const int64_t now = INT64_C(1795000000000000);
    const struct jaxl_told t = {.id = 1,
                                .placed = now - asks[_i].age * JAXL_SECOND,
                                .asked =
                                    asks[_i].since == -1 ? 0 : now - asks[_i].since * JAXL_SECOND,
                                .stages = asks[_i].stages};

    ck_assert_int_eq(jaxl_told_due(&t, now), asks[_i].due);
}
END_TEST

/* What came to nothing is tried again as soon as may be, however old the call. */
START_TEST(asked_in_vain)
{
    const int64_t now = INT64_C(1795000000000000), least = JAXL_FOLLOW_ASKED * JAXL_SECOND;
    const int64_t day = 86400 * JAXL_SECOND;
    struct jaxl_told t = {.id = 1, .placed = now - 24 * day, .stages = BIT(PLACED)};

    jaxl_told_ask(&t, now, false);
    ck_assert(!jaxl_told_due(&t, now + day - JAXL_SECOND));
    jaxl_told_ask(&t, now, true);
    ck_assert(!jaxl_told_due(&t, now + least - JAXL_SECOND));
    ck_assert(jaxl_told_due(&t, now + least + 60 * JAXL_SECOND));
    t.placed = now - least;
    jaxl_told_ask(&t, now, true);
    ck_assert_int_eq(t.asked, now);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, asked_in_vain);
    tcase_add_loop_test(tc, asked_more_and_more_rarely, 0, UNIT_COUNT(asks));
    tcase_add_loop_test(tc, stages_of_a_call, 0, UNIT_COUNT(calls));
    tcase_add_loop_test(tc, news_in_order, 0, UNIT_COUNT(orders));
    tcase_add_test(tc, names);
    tcase_add_test(tc, finds_what_was_entered);
    tcase_add_test(tc, forgets_the_final_ones_and_the_old);
}

int main(void)
{
    return unit_run("told", add);
}
