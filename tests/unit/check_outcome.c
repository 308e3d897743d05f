#include "campaign/outcome.h"
#include "unit.h"

#define NOW    (INT64_C(1800000000) * JAXL_SECOND)
#define MINUTE (60 * JAXL_SECOND)

/* Design.md section 7: NO_ANSWER after 60 min, then 4 h, at most 3 attempts; VOICEMAIL once;
 * NET_FAIL once after 10 min; the others never. */
static const struct {
    enum jaxl_disposition disposition;
    unsigned attempt, most;
    int64_t ended; /* before now; -1: not said */
    enum jaxl_ledger_state state;
    int64_t next; /* from now; -1: never */
} ends[] = {
    {JAXL_DISPOSITION_NO_ANSWER, 1, 0, 5 * MINUTE, JAXL_LEDGER_RETRY_WAIT, 55 * MINUTE},
    {JAXL_DISPOSITION_NO_ANSWER, 2, 0, 0, JAXL_LEDGER_RETRY_WAIT, 240 * MINUTE},
    {JAXL_DISPOSITION_NO_ANSWER, 3, 0, 0, JAXL_LEDGER_EXHAUSTED, -1},
    {JAXL_DISPOSITION_NO_ANSWER, 9, 0, 0, JAXL_LEDGER_EXHAUSTED, -1},
    {JAXL_DISPOSITION_NO_ANSWER, 1, 0, -1, JAXL_LEDGER_RETRY_WAIT, 60 * MINUTE},
    /* ended long ago: an earlier run has not seen it */
    {JAXL_DISPOSITION_NO_ANSWER, 1, 0, 90 * MINUTE, JAXL_LEDGER_RETRY_WAIT, -30 * MINUTE},
    /* the platform's clock is ahead */
    {JAXL_DISPOSITION_NO_ANSWER, 1, 0, -7 * MINUTE, JAXL_LEDGER_RETRY_WAIT, 60 * MINUTE},
    {JAXL_DISPOSITION_NO_ANSWER, 1, 1, 0, JAXL_LEDGER_EXHAUSTED, -1},
    {JAXL_DISPOSITION_NO_ANSWER, 1, 2, 0, JAXL_LEDGER_RETRY_WAIT, 60 * MINUTE},
    {JAXL_DISPOSITION_NO_ANSWER, 2, 2, 0, JAXL_LEDGER_EXHAUSTED, -1},
    {JAXL_DISPOSITION_VOICEMAIL, 1, 0, 0, JAXL_LEDGER_RETRY_WAIT, 240 * MINUTE},
    {JAXL_DISPOSITION_VOICEMAIL, 2, 0, 0, JAXL_LEDGER_EXHAUSTED, -1},
    {JAXL_DISPOSITION_NET_FAIL, 1, 0, 0, JAXL_LEDGER_RETRY_WAIT, 10 * MINUTE},
    {JAXL_DISPOSITION_NET_FAIL, 2, 0, 0, JAXL_LEDGER_EXHAUSTED, -1},
    {JAXL_DISPOSITION_ANSWERED, 1, 0, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_ANSWERED, 1, 1, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_BAD_NUMBER, 1, 0, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_DND, 1, 0, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_FUNDS, 1, 0, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_REGULATORY, 1, 0, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_CANCELLED, 1, 0, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_UNKNOWN, 1, 0, 0, JAXL_LEDGER_DONE, -1},
    {JAXL_DISPOSITION_NONE, 1, 0, 0, JAXL_LEDGER_DONE, -1},
};

START_TEST(a_call_that_is_over)
{
    struct jaxl_result r = {.state = JAXL_RESULT_DONE,
                            .disposition = ends[_i].disposition,
                            .attempt = ends[_i].attempt,
                            .ended = ends[_i].ended == -1 ? -1 : NOW - ends[_i].ended,
                            .next_at = -1};
    struct jaxl_policy *p;
    int64_t next;

    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    ck_assert_int_eq(jaxl_outcome_of(p, ends[_i].most, &r, NOW, &next), ends[_i].state);
    ck_assert_int_eq(next, ends[_i].next == -1 ? -1 : NOW + ends[_i].next);
    jaxl_policy_free(&p);
}
END_TEST

static const struct {
    enum jaxl_result_state result;
    enum jaxl_ledger_state state;
    int64_t next;
} others[] = {
    {JAXL_RESULT_NEW, JAXL_LEDGER_NEW, NOW},
    {JAXL_RESULT_PLANNED, JAXL_LEDGER_NEW, -1},
    {JAXL_RESULT_SUBMITTED, JAXL_LEDGER_SUBMITTED, -1},
    {JAXL_RESULT_REFUSED, JAXL_LEDGER_REFUSED, -1},
    {JAXL_RESULT_NOT_SENT, JAXL_LEDGER_DEFERRED, NOW + 5 * MINUTE},
    {JAXL_RESULT_THROTTLED, JAXL_LEDGER_DEFERRED, NOW + 5 * MINUTE},
    {JAXL_RESULT_UNKNOWN, JAXL_LEDGER_UNKNOWN, -1}, /* never again by itself */
    {JAXL_RESULT_SUPPRESSED, JAXL_LEDGER_SUPPRESSED, -1},
    {JAXL_RESULT_DEFERRED, JAXL_LEDGER_DEFERRED, NOW + 7 * MINUTE},
    {JAXL_RESULT_EXHAUSTED, JAXL_LEDGER_EXHAUSTED, -1},
    {JAXL_RESULT_EXPIRED, JAXL_LEDGER_EXPIRED, -1},
};

START_TEST(what_was_no_call_or_is_none_yet)
{
    const struct jaxl_result r = {
        .state = others[_i].result, .attempt = 1, .ended = -1, .next_at = NOW + 7 * MINUTE};
    struct jaxl_policy *p;
    int64_t next;

    ck_assert_uint_eq(UNIT_COUNT(others) + 1, JAXL_RESULT_STATES);
    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    ck_assert_int_eq(jaxl_outcome_of(p, 1, &r, NOW, &next), others[_i].state);
    ck_assert_int_eq(next, others[_i].next);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(retries_as_they_are_set)
{
    struct jaxl_result r = {
        .state = JAXL_RESULT_DONE, .disposition = JAXL_DISPOSITION_ANSWERED, .ended = NOW};
    struct jaxl_policy *p;
    int64_t next;

    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    ck_assert_int_eq(jaxl_policy_set(p, "", "retry", "ANSWERED=1d,2d", NULL), 0);
    ck_assert_int_eq(jaxl_policy_set(p, "", "retry", "NO_ANSWER=never", NULL), 0);
    r.attempt = 2;
    ck_assert_int_eq(jaxl_outcome_of(p, 0, &r, NOW, &next), JAXL_LEDGER_RETRY_WAIT);
    ck_assert_int_eq(next, NOW + 48 * 60 * MINUTE);
    r.attempt = 3;
    ck_assert_int_eq(jaxl_outcome_of(p, 0, &r, NOW, &next), JAXL_LEDGER_EXHAUSTED);
    r.disposition = JAXL_DISPOSITION_NO_ANSWER;
    r.attempt = 1;
    ck_assert_int_eq(jaxl_outcome_of(p, 0, &r, NOW, &next), JAXL_LEDGER_DONE);
    ck_assert_int_eq(next, -1);
    jaxl_policy_free(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, a_call_that_is_over, 0, (int)UNIT_COUNT(ends));
    tcase_add_loop_test(tc, what_was_no_call_or_is_none_yet, 0, (int)UNIT_COUNT(others));
    tcase_add_test(tc, retries_as_they_are_set);
}

int main(void)
{
    return unit_run("outcome", add);
}
