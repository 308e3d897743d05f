#include <stdbool.h>
#include <string.h>

#include "events/replay.h"
#include "failmalloc.h"
#include "unit.h"

static struct jaxl_replay *replay;

static void make(const struct jaxl_replay_options *options)
{
    ck_assert_int_eq(jaxl_replay_new(&replay, options, NULL), 0);
}

static void teardown(void)
{
    jaxl_replay_free(&replay);
    ck_assert_ptr_null(replay);
}

static struct jaxl_replay_seen see(struct jaxl_event e, const char *id, int64_t now)
{
    struct jaxl_replay_seen seen;

    snprintf(e.id, sizeof e.id, "%s", id);
    jaxl_replay_see(replay, &e, now, &seen);
    return seen;
}

static const struct jaxl_event base = {
    .kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "1", .data = "12*"};

static void expect_wake(void *ctx, uint64_t ticket, int code, const char *text, size_t len)
{
    char *log = ctx;

    sprintf(log + strlen(log), "%d:%d:%.*s ", (int)ticket, code, (int)len, text);
}

static void never(void *ctx, uint64_t ticket, int code, const char *text, size_t len)
{
    (void)ctx, (void)ticket, (void)code, (void)text, (void)len;
    ck_abort_msg("nobody waits");
}

START_TEST(the_second_gets_the_first_s_answer)
{
    struct jaxl_replay_seen seen;
    uint64_t ref;

    make(NULL);
    seen = see(base, "a", 100);
    ck_assert(!seen.duplicate && seen.ref);
    ref = seen.ref;
    jaxl_replay_answer(replay, ref, 200, "{\"next\":5}", 10, never, NULL);
    seen = see(base, "b", 100 + JAXL_REPLAY_WINDOW - 1);
    ck_assert(seen.duplicate && seen.answered && seen.ref == ref && seen.code == 200);
    ck_assert_str_eq(seen.id, "a");
    ck_assert(seen.len == 10 && memcmp(seen.text, "{\"next\":5}", 10) == 0);
    jaxl_replay_answer(replay, ref, 500, "other", 5, never, NULL); /* answered is answered */
    seen = see(base, "c", 100 + JAXL_REPLAY_WINDOW - 1);
    ck_assert(seen.duplicate && seen.code == 200 && seen.len == 10);
    seen = see(base, "d", 100 + JAXL_REPLAY_WINDOW); /* the window does not slide */
    ck_assert(!seen.duplicate && seen.ref && seen.ref != ref);
    jaxl_replay_answer(replay, ref, 500, "late", 4, never, NULL); /* of one that is gone */
    seen = see(base, "e", 101 + JAXL_REPLAY_WINDOW);
    ck_assert(seen.duplicate && !seen.answered && seen.len == 0);
    ck_assert_str_eq(seen.id, "d");
}
END_TEST

static const struct jaxl_event others[] = {
    {.kind = JAXL_EVENT_DATA, .call_id = 7, .ivr = 11, .option = "1", .data = "12*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 8, .ivr = 11, .option = "1", .data = "12*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 12, .option = "1", .data = "12*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "2", .data = "12*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "1", .data = "13*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "1", .data = "12"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "11", .data = "2*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "1"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "1", .data = ""},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .data = "12*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .data = "1", .mark = "12*"},
    {.kind = JAXL_EVENT_OPTION, .call_id = 7, .ivr = 11, .option = "1", .data = "12*", .mark = ""},
    {.kind = JAXL_EVENT_CONFIGURE, .ivr = 11},
    {.kind = JAXL_EVENT_CONFIGURE, .ivr = 12},
};

START_TEST(what_differs_is_no_replay)
{
    make(NULL);
    ck_assert(!see(base, "first", 0).duplicate);
    for (size_t i = 0; i < UNIT_COUNT(others); i++)
        ck_assert_msg(!see(others[i], "x", 1).duplicate, "%zu", i);
    for (size_t i = 0; i < UNIT_COUNT(others); i++)
        ck_assert_msg(see(others[i], "y", 2).duplicate, "%zu", i);
}
END_TEST

START_TEST(numbers_and_state_do_not_matter)
{
    struct jaxl_event e = base;

    make(NULL);
    ck_assert(!see(e, "a", 0).duplicate);
    e.from = "+911", e.to = "+912", e.direction = 2, e.received = 9, e.duplicate = true;
    ck_assert(see(e, "b", 0).duplicate);
}
END_TEST

START_TEST(replays_wait_for_the_first_s_answer)
{
    char log[100] = "";
    struct jaxl_replay_seen seen;
    uint64_t ref;

    make(NULL);
    ref = see(base, "a", 0).ref;
    seen = see(base, "b", 5);
    ck_assert(seen.duplicate && !seen.answered && seen.ref == ref);
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 31), 0);
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 30), 0);
    jaxl_replay_answer(replay, ref, 200, "{}", 2, expect_wake, log);
    ck_assert_str_eq(log, "31:200:{} 30:200:{} ");
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 32), JAXL_EARG);
    ck_assert_int_eq(jaxl_replay_wait(replay, 0, 32), JAXL_EARG);
    ck_assert_int_eq(jaxl_replay_wait(replay, ref + 1, 32), JAXL_EARG);
    ck_assert(see(base, "c", 6).answered);
}
END_TEST

/* Who waits is woken though the window has long been over, and nothing is left behind. */
START_TEST(waiting_outlives_the_window)
{
    char log[100] = "";
    uint64_t ref;

    make(NULL);
    ref = see(base, "a", 0).ref;
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 1), 0);
    ck_assert(!see(base, "b", 2 * JAXL_REPLAY_WINDOW).duplicate);
    ck_assert_uint_eq(jaxl_replay_count(replay), 1);
    ck_assert_uint_eq(jaxl_replay_bytes(replay), 8);
    jaxl_replay_answer(replay, ref, 503, "", 0, expect_wake, log);
    ck_assert_str_eq(log, "1:503: ");
    ck_assert_uint_eq(jaxl_replay_bytes(replay), 4);
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 1), JAXL_EARG);
    ck_assert_str_eq(see(base, "c", 2 * JAXL_REPLAY_WINDOW).id, "b");
}
END_TEST

static void count_wake(void *ctx, uint64_t ticket, int code, const char *text, size_t len)
{
    uint64_t *n = ctx;

    (void)code, (void)text, (void)len;
    ck_assert_uint_eq(ticket, *n);
    ++*n;
}

START_TEST(so_many_wait_and_no_more)
{
    uint64_t ref, n = 0;

    make(NULL);
    ref = see(base, "a", 0).ref;
    for (uint64_t i = 0; i < JAXL_REPLAY_WAITING; i++)
        ck_assert_int_eq(jaxl_replay_wait(replay, ref, i), 0);
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 99), JAXL_ELIMIT);
    ck_assert_uint_gt(JAXL_REPLAY_WAITING, 60000); /* --connections at most */
    jaxl_replay_answer(replay, ref, 200, "x", 1, count_wake, &n);
    ck_assert_uint_eq(n, JAXL_REPLAY_WAITING);
}
END_TEST

static struct jaxl_event of_call(int64_t id)
{
    struct jaxl_event e = base;

    e.call_id = id;
    return e;
}

START_TEST(the_oldest_go_first)
{
    make(&(struct jaxl_replay_options){.entries = 3});
    for (int64_t i = 0; i < 5; i++)
        ck_assert(!see(of_call(i), "first", i).duplicate);
    ck_assert_uint_eq(jaxl_replay_count(replay), 3);
    for (int64_t i = 4; i >= 2; i--)
        ck_assert(see(of_call(i), "again", 9).duplicate);
    for (int64_t i = 0; i < 2; i++)
        ck_assert(!see(of_call(i), "again", 9).duplicate);
}
END_TEST

START_TEST(those_waited_for_keep_their_place)
{
    char log[100] = "";
    uint64_t refs[2];

    make(&(struct jaxl_replay_options){.entries = 2});
    for (int64_t i = 0; i < 2; i++) {
        refs[i] = see(of_call(i), "first", 0).ref;
        ck_assert_int_eq(jaxl_replay_wait(replay, refs[i], (uint64_t)i), 0);
    }
    ck_assert_uint_eq(see(of_call(2), "third", 0).ref, 0); /* no place: not remembered */
    ck_assert_uint_eq(see(of_call(3), "fourth", 0).ref, 0);
    jaxl_replay_answer(replay, 0, 200, "x", 1, never, NULL);
    for (int i = 1; i >= 0; i--)
        jaxl_replay_answer(replay, refs[i], i, "x", 1, expect_wake, log);
    ck_assert_str_eq(log, "1:1:x 0:0:x ");
    ck_assert_uint_ne(see(of_call(2), "third", 0).ref, 0);
}
END_TEST

START_TEST(bytes_are_bounded)
{
    char answer[60] = "answer";
    uint64_t ref;

    make(&(struct jaxl_replay_options){.bytes = 100});
    for (int64_t i = 0; i < 3; i++) {
        ref = see(of_call(i), "a", 0).ref;
        jaxl_replay_answer(replay, ref, 1, answer, i == 2 ? 60 : 40, never, NULL);
        ck_assert_uint_le(jaxl_replay_bytes(replay), 100);
    }
    ck_assert(!see(of_call(1), "b", 0).duplicate); /* it went for the answer of 60 bytes */
    ck_assert(see(of_call(2), "b", 0).duplicate);
    ref = see(of_call(5), "a", 0).ref;
    jaxl_replay_answer(replay, ref, 1, answer, 97, never, NULL); /* too long for all of it */
    ck_assert(!see(of_call(5), "b", 0).duplicate);
    ck_assert_uint_le(jaxl_replay_bytes(replay), 100);
}
END_TEST

/* The same said without any cleverness. */
struct naive {
    struct jaxl_event e;
    int64_t at;
    int answer; /* -1: none yet */
    uint64_t ref;
    int id;
};

static bool naive_same(const struct jaxl_event *a, const struct jaxl_event *b)
{
    const char *x[] = {a->option, a->data, a->mark}, *y[] = {b->option, b->data, b->mark};

    for (int i = 0; i < 3; i++)
        if (!x[i] != !y[i] || (x[i] && strcmp(x[i], y[i]) != 0))
            return false;
    return a->kind == b->kind && a->call_id == b->call_id && a->ivr == b->ivr;
}

static struct naive *naive_find(struct naive *all, size_t n, const struct jaxl_event *e,
                                int64_t now)
{
    while (n-- > 0)
        if (now - all[n].at < JAXL_REPLAY_WINDOW && naive_same(&all[n].e, e))
            return &all[n];
    return NULL;
}

static struct jaxl_event random_event(uint64_t *seed)
{
    static const char *const texts[] = {NULL, "", "1", "2", "12", "a mark that is a little longer"};
    struct jaxl_event e = {.kind = (enum jaxl_event_kind)(unit_random(seed) % 3),
                           .call_id = (int64_t)(unit_random(seed) % 20),
                           .ivr = (int64_t)(unit_random(seed) % 2)};

    e.option = texts[unit_random(seed) % UNIT_COUNT(texts)];
    e.data = texts[unit_random(seed) % 3];
    e.mark = texts[unit_random(seed) % 8 ? 0 : 5];
    return e;
}

static void compare(const struct jaxl_replay_seen *seen, const struct naive *first)
{
    char text[20];

    ck_assert_int_eq(seen->duplicate, first != NULL);
    if (!first)
        return;
    ck_assert_int_eq(atoi(seen->id), first->id);
    ck_assert_int_eq(seen->answered, first->answer >= 0);
    if (first->answer < 0)
        return;
    snprintf(text, sizeof text, "%d", first->answer);
    ck_assert(seen->len == strlen(text) && memcmp(seen->text, text, seen->len) == 0);
    ck_assert_int_eq(seen->code, first->answer);
}

START_TEST(as_a_naive_model_has_it)
{
    enum { EVENTS = 20000 };
    struct naive *all = calloc(EVENTS, sizeof *all);
    uint64_t seed = 20261126;
    int64_t now = 0;
    size_t n = 0;

    make(NULL);
    for (int turn = 0; turn < EVENTS / unit_slow(); turn++) {
        struct jaxl_event e = random_event(&seed);
        struct naive *first = naive_find(all, n, &e, now);
        struct jaxl_replay_seen seen;
        char text[20];
        snprintf(e.id, sizeof e.id, "%d", turn);
        jaxl_replay_see(replay, &e, now, &seen);
        compare(&seen, first);
        if (!first)
            all[n++] = (struct naive){.e = e, .at = now, .answer = -1, .ref = seen.ref, .id = turn};
        first = &all[n - 1 - unit_random(&seed) % (n < 300 ? n : 300)];
        snprintf(text, sizeof text, "%d", turn);
        if (first->answer < 0) {
            jaxl_replay_answer(replay, first->ref, turn, text, strlen(text), never, NULL);
            first->answer = turn;
        }
        now += (int64_t)(unit_random(&seed) % 4000);
    }
    free(all);
}
END_TEST

START_TEST(memory_stays_flat)
{
    size_t most = 0;

    make(&(struct jaxl_replay_options){.entries = 100});
    for (int i = 0; i < 100000 / unit_slow(); i++) {
        jaxl_replay_answer(replay, see(of_call(i), "a", i * 1000).ref, 0, "0123456789", 10, never,
                           NULL);
        most = jaxl_replay_bytes(replay) > most ? jaxl_replay_bytes(replay) : most;
        ck_assert_uint_le(jaxl_replay_count(replay), 100);
    }
    ck_assert_uint_eq(most, 100 * 14);
    see(base, "z", INT64_MAX);
    ck_assert_uint_eq(jaxl_replay_count(replay), 1);
    ck_assert_uint_eq(jaxl_replay_bytes(replay), 4);
}
END_TEST

START_TEST(options_that_cannot_be)
{
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_replay_new(&replay, &(struct jaxl_replay_options){.window = -1}, &err),
                     JAXL_EARG);
    ck_assert_int_eq(
        jaxl_replay_new(&replay, &(struct jaxl_replay_options){.entries = (size_t)1 << 31}, &err),
        JAXL_EARG);
    ck_assert_ptr_null(replay);
    jaxl_replay_free(NULL);
}
END_TEST

static int make_one(void *ctx)
{
    struct jaxl_replay *r;
    int rc = jaxl_replay_new(&r, ctx, NULL);

    jaxl_replay_free(&r);
    return rc;
}

/* What there is no memory for is not remembered, and waits for nothing. */
START_TEST(memory_is_out)
{
    struct jaxl_replay_options small = {.entries = 10};
    char log[100] = "";
    uint64_t ref;

    ck_assert_int_eq(failmalloc_each(make_one, &small), 3);
    make(&small);
    failmalloc_at(1);
    ck_assert_uint_eq(see(base, "a", 0).ref, 0);
    ck_assert(failmalloc_off());
    ck_assert_uint_eq(jaxl_replay_bytes(replay), 0);
    ref = see(base, "b", 0).ref;
    failmalloc_at(1);
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 1), JAXL_ENOMEM);
    ck_assert(failmalloc_off());
    ck_assert_int_eq(jaxl_replay_wait(replay, ref, 2), 0);
    failmalloc_at(1);
    jaxl_replay_answer(replay, ref, 7, "x", 1, expect_wake, log);
    ck_assert(failmalloc_off());
    ck_assert_str_eq(log, "2:7:x ");
    ck_assert(!see(base, "c", 0).duplicate); /* rather new than with another answer */
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, the_second_gets_the_first_s_answer);
    tcase_add_test(tc, what_differs_is_no_replay);
    tcase_add_test(tc, numbers_and_state_do_not_matter);
    tcase_add_test(tc, replays_wait_for_the_first_s_answer);
    tcase_add_test(tc, waiting_outlives_the_window);
    tcase_add_test(tc, so_many_wait_and_no_more);
    tcase_add_test(tc, the_oldest_go_first);
    tcase_add_test(tc, those_waited_for_keep_their_place);
    tcase_add_test(tc, bytes_are_bounded);
    tcase_add_test(tc, as_a_naive_model_has_it);
    tcase_add_test(tc, memory_stays_flat);
    tcase_add_test(tc, options_that_cannot_be);
    tcase_add_test(tc, memory_is_out);
}

int main(void)
{
    return unit_run("replay", add);
}
