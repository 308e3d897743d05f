#include <stdlib.h>
#include <string.h>

#include "campaign/pace.h"
#include "jaxl/clock.h"
#include "unit.h"

static const struct {
    const char *text;
    double calls;
    int64_t span;
} good[] = {
    {"5", 5, JAXL_SECOND},          {"0.5", 0.5, JAXL_SECOND},          {"5/s", 5, JAXL_SECOND},
    {"30/m", 30, 60 * JAXL_SECOND}, {"100/h", 100, 3600 * JAXL_SECOND}, {"max", 0, 0},
};
static const char *const bad[] = {"", "0", "-1", "5/d", "5/", "x", "1e3", "5 /s", "2000000", "."};

START_TEST(rates_are_read)
{
    struct jaxl_pace_rate r;

    ck_assert_int_eq(jaxl_pace_parse(good[_i].text, &r, NULL), 0);
    ck_assert_double_eq_tol(r.calls, good[_i].calls, 1e-9);
    ck_assert_int_eq(r.span, good[_i].span);
}
END_TEST

START_TEST(what_is_no_rate_shows_the_form)
{
    struct jaxl_pace_rate r;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_pace_parse(bad[_i], &r, &err), JAXL_EARG);
    ck_assert_ptr_nonnull(strstr(err.message, "30/m"));
}
END_TEST

/* Calls that go within a span when each goes as soon as it may. */
static unsigned run(struct jaxl_pace *p, int64_t *now, int64_t span)
{
    int64_t end = *now + span;
    unsigned n = 0;

    while (*now < end) {
        int64_t wait = jaxl_pace_wait(p, *now);
        if (wait > 0) {
            *now += wait;
            continue;
        }
        jaxl_pace_take(p, *now);
        n++;
    }
    return n;
}

START_TEST(calls_go_at_the_rate)
{
    struct jaxl_pace p;
    int64_t now = 7 * JAXL_SECOND;

    jaxl_pace_start(&p, &(struct jaxl_pace_rate){30, 60 * JAXL_SECOND}, now);
    ck_assert_uint_eq(run(&p, &now, 60 * JAXL_SECOND), 30);
    jaxl_pace_start(&p, &(struct jaxl_pace_rate){1000, JAXL_SECOND}, now);
    ck_assert_int_le(abs((int)run(&p, &now, 10 * JAXL_SECOND) - 10000), 1);
}
END_TEST

START_TEST(a_pause_is_not_caught_up)
{
    struct jaxl_pace p;
    int64_t now = 0;

    jaxl_pace_start(&p, &(struct jaxl_pace_rate){5, JAXL_SECOND}, now);
    now = 3600 * JAXL_SECOND;
    ck_assert_uint_le(run(&p, &now, JAXL_SECOND), 6);
}
END_TEST

START_TEST(no_limit_never_waits)
{
    struct jaxl_pace p;

    jaxl_pace_start(&p, &(struct jaxl_pace_rate){0}, 0);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(jaxl_pace_wait(&p, 0), 0);
        jaxl_pace_take(&p, 0);
    }
}
END_TEST

START_TEST(throttling_halves_once_and_recovers_slowly)
{
    struct jaxl_pace p;
    int64_t now = 0;

    jaxl_pace_start(&p, &(struct jaxl_pace_rate){100, JAXL_SECOND}, now);
    jaxl_pace_throttle(&p, now);
    jaxl_pace_throttle(&p, now + JAXL_SECOND);
    ck_assert_double_eq_tol(p.rate, 50, 0.1);
    now += JAXL_PACE_CALM;
    jaxl_pace_throttle(&p, now);
    ck_assert_double_eq_tol(p.rate, 25, 0.2);
    now += 60 * JAXL_SECOND;
    (void)jaxl_pace_wait(&p, now);
    ck_assert_double_eq_tol(p.rate, 26.25, 0.2);
    (void)jaxl_pace_wait(&p, now + 86400 * JAXL_SECOND);
    ck_assert_double_eq_tol(p.rate, 100, 1e-9);
}
END_TEST

START_TEST(throttling_has_a_floor)
{
    struct jaxl_pace p;
    int64_t now = 0;

    jaxl_pace_start(&p, &(struct jaxl_pace_rate){1, JAXL_SECOND}, now);
    for (int i = 0; i < 50; i++, now += JAXL_PACE_CALM)
        jaxl_pace_throttle(&p, now);
    ck_assert_double_ge(p.rate, 1.0 / 61);
    ck_assert_int_le(jaxl_pace_wait(&p, now), 61 * JAXL_SECOND);
    jaxl_pace_start(&p, &(struct jaxl_pace_rate){1000, JAXL_SECOND}, now);
    for (int i = 0; i < 50; i++, now += JAXL_PACE_CALM)
        jaxl_pace_throttle(&p, now);
    ck_assert_double_eq_tol(p.rate, 10, 0.1);
}
END_TEST

START_TEST(without_limit_what_was_reached_is_halved)
{
    struct jaxl_pace p;
    int64_t now = 0;

    jaxl_pace_start(&p, &(struct jaxl_pace_rate){0}, now);
    for (int i = 0; i < 2000; i++, now += 1000)
        jaxl_pace_take(&p, now);
    jaxl_pace_throttle(&p, now);
    ck_assert_double_eq_tol(p.rate, 500, 5);
}
END_TEST

/* The first throttling comes when there is not yet a second to count in. */
START_TEST(what_was_reached_counts_from_the_start)
{
    struct jaxl_pace p;
    int64_t now = 0;

    jaxl_pace_start(&p, &(struct jaxl_pace_rate){0}, now);
    for (int i = 0; i < 40; i++, now += 1000)
        jaxl_pace_take(&p, now);
    jaxl_pace_throttle(&p, now);
    ck_assert_double_eq_tol(p.rate, 500, 5);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, what_was_reached_counts_from_the_start);
    tcase_add_loop_test(tc, rates_are_read, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, what_is_no_rate_shows_the_form, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, calls_go_at_the_rate);
    tcase_add_test(tc, a_pause_is_not_caught_up);
    tcase_add_test(tc, no_limit_never_waits);
    tcase_add_test(tc, throttling_halves_once_and_recovers_slowly);
    tcase_add_test(tc, throttling_has_a_floor);
    tcase_add_test(tc, without_limit_what_was_reached_is_halved);
}

int main(void)
{
    return unit_run("pace", add);
}
