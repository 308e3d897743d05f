/* Runs of the dialer that follow each other on one ledger. */
#include <string.h>

#include "stage.h"

#define BEGIN (INT64_C(1800000000) * JAXL_SECOND)
#define TO    "+919800000001"

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

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, a_lead_that_is_put_off_is_asked_for_once);
}

int main(void)
{
    return unit_run("book", add);
}
