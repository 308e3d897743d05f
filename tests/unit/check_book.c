/* Runs of the dialer that follow each other on one ledger. */
#include <string.h>

#include "stage.h"

#define BEGIN (INT64_C(1800000000) * JAXL_SECOND)
#define TO    "+919800000001"
#define OTHER "+919800000002"

struct step {
    enum staged_kind kind;
    enum staged_end end;
    int seconds;
};

/* What becomes of the requests, one after the other; the last of all others. */
struct script {
    const struct step *steps;
    size_t n, asked;
};

static void play(void *ctx, struct staged_call *call)
{
    struct script *script = ctx;
    const struct step *step =
        &script->steps[script->asked < script->n ? script->asked : script->n - 1];

    script->asked++;
    call->kind = step->kind;
    call->end = step->end;
    call->seconds = step->seconds;
}

#define WINTER .ivr = 1, .campaign = "winter", .rate = "max", .connections = 1

static void run(struct stage *s, const struct jaxl_dialer_options *o, const char *leads)
{
    struct staged_run out;

    stage_run(s, o, leads, false, &out);
    ck_assert_msg(out.code == 0, "%s", out.err.message);
    ck_assert_uint_eq(out.totals.active, 0);
}

/* The platform says when it may be asked again, which is later than leads rest in the ledger. */
START_TEST(a_lead_that_is_put_off_is_asked_for_once)
{
    static const struct step steps[] = {{STAGED_THROTTLED, 0, 400},
                                        {STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_options o = {WINTER, .throttle_wait = 1000 * JAXL_SECOND};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &o, "to\n" TO "\n");
    ck_assert_uint_eq(s.n_calls, 2);
    ck_assert_int_ge(s.calls[1].asked, s.calls[0].asked + 400 * JAXL_SECOND);
    stage_tear_down(&s);
}
END_TEST

/* What was set aside for a call that there was none of is free, also for the runs that follow. */
START_TEST(a_refused_call_costs_nothing)
{
    static const struct step steps[] = {{STAGED_REFUSED, 0, 0}, {STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_rule rules[] = {{"budget", "1"}, {"max-cost-per-call", "1"}};
    static const struct jaxl_dialer_options o = {WINTER, .rules = rules,
                                                 .n_rules = UNIT_COUNT(rules)};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &o, "to\n" TO "\n");
    run(&s, &o, "to\n" TO "\n" OTHER "\n");
    ck_assert_uint_eq(s.n_placed, 1);
    stage_tear_down(&s);
}
END_TEST

/* But what may have been a call may have cost as much. */
START_TEST(an_unknown_call_may_have_cost_the_most)
{
    static const struct step steps[] = {{STAGED_LOST, 0, 0}, {STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_rule rules[] = {{"budget", "1"}, {"max-cost-per-call", "1"}};
    static const struct jaxl_dialer_options o = {WINTER, .rules = rules,
                                                 .n_rules = UNIT_COUNT(rules)};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct staged_run out;
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &o, "to\n" TO "\n");
    stage_run(&s, &o, "to\n" OTHER "\n", false, &out);
    ck_assert_int_eq(out.code, JAXL_ESAFETY);
    ck_assert_uint_eq(s.n_calls, 1);
    stage_tear_down(&s);
}
END_TEST

/* An attempt of an earlier run is followed and written as the same one. */
START_TEST(a_call_that_goes_on_is_taken_up)
{
    static const struct step steps[] = {{STAGED_CALL, STAGED_NO_ANSWER, 3000}};
    static const struct jaxl_dialer_options o = {WINTER, .follow_timeout = 60 * JAXL_SECOND};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct staged_run out;
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &o, "to,lead\n" TO ",A\n");
    stage_wait(&s, BEGIN + 2000 * JAXL_SECOND);
    stage_run(&s, &o, "to,lead\n" TO ",A\n", true, &out);
    ck_assert_msg(strstr(out.records, "\"state\":\"submitted\"") != NULL, "%s", out.records);
    ck_assert_uint_eq(out.totals.known, 1);
    ck_assert_uint_eq(out.totals.taken_up, 1);
    free(out.records);
    stage_wait(&s, BEGIN + 4000 * JAXL_SECOND);
    stage_run(&s, &o, NULL, true, &out);
    ck_assert_msg(strstr(out.records, "\"disposition\":\"NO_ANSWER\"") != NULL, "%s", out.records);
    ck_assert_msg(strstr(out.records, "\"lead\":\"A\"") != NULL, "%s", out.records);
    ck_assert_msg(strstr(out.records, "\"next_at\":\"2027-01-15T09:50:00") != NULL, "%s",
                  out.records); /* an hour after it ended */
    free(out.records);
    ck_assert_uint_eq(s.n_calls, 1);
    stage_wait(&s, BEGIN + 6599 * JAXL_SECOND);
    run(&s, &o, NULL);
    ck_assert_uint_eq(s.n_calls, 1);
    stage_wait(&s, BEGIN + 6601 * JAXL_SECOND);
    run(&s, &o, NULL);
    ck_assert_uint_eq(s.n_calls, 2);
    stage_tear_down(&s);
}
END_TEST

static bool at_once(struct stage *s)
{
    return s->run == 0 && s->n_calls > 0;
}

/* The run is aborted while it looks for the call: the next one looks on. */
START_TEST(an_unknown_call_that_was_not_looked_for)
{
    static const struct step steps[] = {{STAGED_LOST_CALL, STAGED_ANSWERED, 5},
                                        {STAGED_LOST, 0, 0}};
    static const struct jaxl_dialer_options o = {WINTER};
    struct script script = {steps + _i, 1, 0};
    struct staged_run out;
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    s.idle = at_once;
    stage_run(&s, &o, "to\n" TO "\n", true, &out);
    ck_assert(out.aborted);
    ck_assert_msg(strstr(out.records, "\"state\":\"unknown\"") != NULL, "%s", out.records);
    free(out.records);
    stage_wait(&s, BEGIN + 1000 * JAXL_SECOND);
    stage_run(&s, &o, "to\n" TO "\n", true, &out);
    ck_assert_uint_eq(out.totals.taken_up, 1);
    ck_assert_msg(strstr(out.records, _i ? "\"candidates\":0" : "\"reconciled\":true") != NULL,
                  "%s", out.records);
    free(out.records);
    stage_run(&s, &o, NULL, false, &out); /* and that was that */
    ck_assert_uint_eq(out.totals.taken_up, 0);
    ck_assert_uint_eq(s.n_calls, 1);
    stage_tear_down(&s);
}
END_TEST

START_TEST(a_run_that_watches_goes_on_as_long_as_a_lead_will_be_due)
{
    static const struct step steps[] = {{STAGED_CALL, STAGED_NO_ANSWER, 30},
                                        {STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_options o = {WINTER, .watch = true};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &o, "to\n" TO "\n");
    ck_assert_uint_eq(s.n_calls, 2);
    ck_assert_int_ge(s.calls[1].asked, s.calls[0].completed + 3600 * JAXL_SECOND);
    ck_assert_int_le(s.calls[1].asked, s.calls[0].completed + 3605 * JAXL_SECOND);
    ck_assert_int_lt(stage_now(&s), s.calls[1].asked + 60 * JAXL_SECOND);
    stage_tear_down(&s);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, a_lead_that_is_put_off_is_asked_for_once);
    tcase_add_test(tc, a_refused_call_costs_nothing);
    tcase_add_test(tc, an_unknown_call_may_have_cost_the_most);
    tcase_add_test(tc, a_call_that_goes_on_is_taken_up);
    tcase_add_loop_test(tc, an_unknown_call_that_was_not_looked_for, 0, 2);
    tcase_add_test(tc, a_run_that_watches_goes_on_as_long_as_a_lead_will_be_due);
}

int main(void)
{
    return unit_run("book", add);
}
