/* The order of actions: of each call its own, with pauses, on a clock of the test's. */
#include "failmalloc.h"

#include <string.h>

#include "events/control_queue.h"
#include "unit.h"

static int64_t mono, wall_ahead;

static int64_t test_now(void *ctx)
{
    (void)ctx;
    return mono + wall_ahead;
}

static int64_t test_mono(void *ctx)
{
    (void)ctx;
    return mono;
}

static const struct jaxl_clock test_clock = {.now = test_now, .mono = test_mono};
static struct jaxl_control_queue q;

static void begin(void)
{
    mono = 1000;
    wall_ahead = 1000000;
    ck_assert_int_eq(jaxl_control_queue_init(&q, &test_clock, NULL), 0);
}

static void end(void)
{
    jaxl_control_queue_free(&q);
}

static struct jaxl_control_action *action(int64_t call, int64_t delay)
{
    struct jaxl_control_action *a = calloc(1, sizeof *a + 4);

    if (a) {
        a->call = call;
        a->delay = delay;
        a->read_at = mono;
        a->len = 4;
    }
    return a;
}

static struct jaxl_control_action *put(int64_t call, int64_t delay)
{
    struct jaxl_control_action *a = action(call, delay);

    ck_assert_ptr_nonnull(a);
    ck_assert_int_eq(jaxl_control_queue_put(&q, a, NULL), 0);
    return a;
}

static struct jaxl_control_call *next_is(const struct jaxl_control_action *a)
{
    struct jaxl_control_call *call = jaxl_control_queue_next(&q, false);

    ck_assert_ptr_nonnull(call);
    ck_assert_ptr_eq(call->first, a);
    ck_assert_int_eq(call->id, a->call);
    return call;
}

static void none(void)
{
    ck_assert_ptr_null(jaxl_control_queue_next(&q, false));
}

START_TEST(one_of_a_call_at_a_time)
{
    const struct jaxl_control_action *a1 = put(1, 0), *a2 = put(1, 0), *b1 = put(2, 0);
    struct jaxl_control_call *a = next_is(a1), *b = next_is(b1);

    none();
    ck_assert_uint_eq(q.actions, 3);
    ck_assert_uint_eq(q.calls, 2);
    jaxl_control_queue_done(&q, b);
    ck_assert_uint_eq(q.calls, 1);
    none();
    jaxl_control_queue_done(&q, a);
    a = next_is(a2);
    none();
    jaxl_control_queue_done(&q, a);
    ck_assert(!q.actions && !q.calls && !q.bytes);
    none();
    put(1, 0);
    ck_assert_ptr_nonnull(jaxl_control_queue_next(&q, false));
}
END_TEST

START_TEST(again)
{
    const struct jaxl_control_action *a1 = put(1, 0), *b1 = put(2, 0);
    struct jaxl_control_call *a = next_is(a1);

    jaxl_control_queue_again(&q, a); /* before the other */
    a = next_is(a1);
    (void)next_is(b1);
    none();
    jaxl_control_queue_again(&q, a); /* into an empty list */
    put(3, 0);
    (void)next_is(a1);
    ck_assert_int_eq(jaxl_control_queue_next(&q, false)->id, 3);
}
END_TEST

/* A delay begins when the action was read, or when the one before it ended. */
START_TEST(delays)
{
    const struct jaxl_control_action *a1 = put(1, 500), *a2 = put(1, 100), *a3 = put(1, 0);
    const struct jaxl_control_action *b1 = put(2, 200);
    struct jaxl_control_call *call;

    ck_assert_int_eq(jaxl_control_queue_due(&q), 1200);
    none();
    mono = 1199;
    none();
    mono = 1200;
    jaxl_control_queue_done(&q, next_is(b1));
    ck_assert_int_eq(jaxl_control_queue_due(&q), 1500);
    mono = 1600;
    call = next_is(a1);
    ck_assert_int_eq(jaxl_control_queue_due(&q), INT64_MAX);
    mono = 2000;
    jaxl_control_queue_done(&q, call);
    ck_assert_int_eq(jaxl_control_queue_due(&q), 2100);
    none();
    mono = 2100;
    jaxl_control_queue_done(&q, next_is(a2));
    jaxl_control_queue_done(&q, next_is(a3));
    none();
}
END_TEST

/* All at once, when a run is stopped. */
START_TEST(all)
{
    put(1, 500);
    put(2, 100);
    put(3, 0);
    put(1, 900);
    for (int n = 0; n < 4; n++) {
        struct jaxl_control_call *call = jaxl_control_queue_next(&q, true);
        ck_assert_ptr_nonnull(call);
        jaxl_control_queue_done(&q, call);
    }
    ck_assert_ptr_null(jaxl_control_queue_next(&q, true));
    ck_assert_uint_eq(q.calls, 0);
}
END_TEST

/* What would expire while it waits has its turn at once, and is late. */
START_TEST(late)
{
    struct jaxl_control_action *a = action(1, 1000);

    a->expiry = JAXL_CONTROL_SPAN;
    a->expires = mono + 1000;
    ck_assert_int_eq(jaxl_control_queue_put(&q, a, NULL), 0);
    ck_assert(a->late);
    jaxl_control_queue_done(&q, next_is(a));
    a = action(1, 999);
    a->expiry = JAXL_CONTROL_SPAN;
    a->expires = mono + 1000;
    ck_assert_int_eq(jaxl_control_queue_put(&q, a, NULL), 0);
    ck_assert(!a->late);
    none();
    a = action(2, 1000);
    a->expiry = JAXL_CONTROL_CLOCK;
    a->expires = mono + wall_ahead + 1000;
    ck_assert_int_eq(jaxl_control_queue_put(&q, a, NULL), 0);
    ck_assert(a->late);
    a = action(3, 1000);
    a->expiry = JAXL_CONTROL_CLOCK;
    a->expires = mono + wall_ahead + 1001;
    ck_assert_int_eq(jaxl_control_queue_put(&q, a, NULL), 0);
    ck_assert(!a->late);
    /* without a delay it is judged when its turn comes */
    a = action(4, 0);
    a->expiry = JAXL_CONTROL_SPAN;
    a->expires = mono;
    ck_assert_int_eq(jaxl_control_queue_put(&q, a, NULL), 0);
    ck_assert(!a->late && jaxl_control_action_expired(a, mono, 0));
}
END_TEST

/* Against a simple list: at random, calls get actions, are given out, end or come again. */
START_TEST(random_order)
{
    enum { CALLS = 300, TURNS = 30000 };
    static int64_t put_n[CALLS], done_n[CALLS];
    static struct jaxl_control_call *out[CALLS];
    uint64_t rng = (uint64_t)_i + 1;
    size_t held = 0;

    memset(put_n, 0, sizeof put_n);
    memset(done_n, 0, sizeof done_n);
    memset(out, 0, sizeof out);
    for (int turn = 0; turn < TURNS / unit_slow(); turn++) {
        const size_t i = unit_random(&rng) % CALLS;
        struct jaxl_control_call *call;
        mono += (int64_t)(unit_random(&rng) % 20);
        switch (unit_random(&rng) % 4) {
        case 0:
        case 1:
            put((int64_t)i + 1, (int64_t)(unit_random(&rng) % 3 * 40))->states =
                (unsigned)put_n[i]++;
            held++;
            break;
        case 2:
            call = jaxl_control_queue_next(&q, false);
            if (!call)
                break;
            ck_assert_ptr_null(out[call->id - 1]);
            ck_assert_int_eq(call->first->states, done_n[call->id - 1]);
            ck_assert_int_le(call->first->read_at + call->first->delay, mono);
            ck_assert_int_le(call->free_at + call->first->delay, mono);
            out[call->id - 1] = call;
            break;
        default:
            call = out[i];
            out[i] = NULL;
            if (call && unit_random(&rng) % 8 == 0) {
                jaxl_control_queue_again(&q, call);
            } else if (call) {
                done_n[i]++;
                held--;
                jaxl_control_queue_done(&q, call);
            }
        }
        ck_assert_uint_eq(q.actions, held);
    }
    /* whatever is left comes out, in order */
    for (size_t i = 0; i < CALLS; i++)
        if (out[i])
            jaxl_control_queue_again(&q, out[i]);
    for (struct jaxl_control_call *call; (call = jaxl_control_queue_next(&q, true)); held--) {
        ck_assert_int_eq(call->first->states, done_n[call->id - 1]++);
        jaxl_control_queue_done(&q, call);
    }
    ck_assert(!held && !q.actions && !q.calls && !q.bytes);
}
END_TEST

static int fill(void *ctx)
{
    struct jaxl_control_queue own;
    int rc = jaxl_control_queue_init(&own, &test_clock, NULL);

    (void)ctx;
    for (int64_t i = 0; !rc && i < 600; i++) {
        struct jaxl_control_action *a = action(i, i % 3);
        rc = a ? jaxl_control_queue_put(&own, a, NULL) : JAXL_ENOMEM;
        if (rc)
            free(a);
    }
    jaxl_control_queue_free(&own);
    return rc;
}

START_TEST(without_memory)
{
    ck_assert_int_gt(failmalloc_each(fill, NULL), 1200);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, one_of_a_call_at_a_time);
    tcase_add_test(tc, again);
    tcase_add_test(tc, delays);
    tcase_add_test(tc, all);
    tcase_add_test(tc, late);
    tcase_add_loop_test(tc, random_order, 0, 8);
    tcase_add_test(tc, without_memory);
}

int main(void)
{
    return unit_run("control_queue", add);
}
