/* Runs of the dialer that follow each other on one ledger. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign/ledger.h"
#include "jaxl/buf.h"
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

static int add_row(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    (void)err;
    jaxl_buf_add(arg, json, len);
    jaxl_buf_putc(arg, '\n');
    return 0;
}

/* A view of the ledger as lines; to be freed. */
static char *view(struct stage *s, enum jaxl_ledger_view which)
{
    const struct jaxl_ledger_options o = {
        .path = s->ledger, .campaign = "winter", .read_only = true};
    struct jaxl_ledger *l;
    struct jaxl_buf text;

    jaxl_buf_init(&text, 1 << 20);
    ck_assert_int_eq(jaxl_ledger_open(&l, &o, NULL), 0);
    ck_assert_int_eq(jaxl_ledger_query(l, which, add_row, &text, NULL), 0);
    jaxl_ledger_free(&l);
    jaxl_buf_putc(&text, '\0');
    return jaxl_buf_take(&text);
}

static void execute(struct stage *s, const char *sql)
{
    sqlite3 *db;
    char *why = NULL;

    ck_assert_int_eq(sqlite3_open(s->ledger, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK, "%s", why);
    sqlite3_close(db);
}

/* A ledger that cannot be read says nothing about anybody. */
START_TEST(who_opted_out_cannot_be_read)
{
    static const struct step steps[] = {{STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_options o = {WINTER};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct staged_run out;
    struct stage s;
    char *leads;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &o, NULL);
    execute(&s, "ALTER TABLE suppressions RENAME TO gone");
    stage_run(&s, &o, "to\n" TO "\n", true, &out);
    ck_assert_int_eq(out.code, JAXL_EIO);
    ck_assert_msg(strstr(out.records, "\"state\":\"new\"") != NULL, "%s", out.records);
    free(out.records);
    leads = view(&s, JAXL_LEDGER_LEADS);
    ck_assert_msg(strstr(leads, "\"state\":\"new\"") != NULL, "%s", leads);
    free(leads);
    ck_assert_uint_eq(s.n_calls, 0);
    execute(&s, "ALTER TABLE gone RENAME TO suppressions");
    run(&s, &o, NULL);
    ck_assert_uint_eq(s.n_calls, 1);
    stage_tear_down(&s);
}
END_TEST

/* Another campaign's call to the number, written while this one waits. */
static struct {
    pthread_t thread;
    bool started;
    int told[2];
} other;

static void *call_meanwhile(void *arg)
{
    struct stage *s = arg;
    const struct jaxl_ledger_options o = {
        .path = s->ledger, .account = 42, .campaign = "summer", .clock = &s->p.clock};
    struct jaxl_phone to, from;
    struct jaxl_ledger_intent intent = {.attempt = 1, .session_id = "s"};
    enum jaxl_ledger_added added;
    struct jaxl_error err = {0};
    struct jaxl_ledger *l;
    int64_t id;

    ck_assert_int_eq(jaxl_phone_parse(TO, strlen(TO), &to, NULL), 0);
    ck_assert_int_eq(jaxl_phone_parse(STAGE_FROM, strlen(STAGE_FROM), &from, NULL), 0);
    intent.to = to.key;
    intent.from = from.key;
    ck_assert_msg(jaxl_ledger_open(&l, &o, &err) == 0, "%s", err.message);
    ck_assert_int_eq(jaxl_ledger_add(l, "A", 1, to.key, "{}", 2, &added, &intent.lead, NULL), 0);
    ck_assert_int_eq(jaxl_ledger_intend(l, &intent, &id, NULL), 0);
    ck_assert_int_eq(write(other.told[1], "", 1), 1);
    usleep(500000);
    ck_assert_int_eq(jaxl_ledger_commit(l, NULL), 0);
    jaxl_ledger_free(&l);
    return NULL;
}

static bool start_other(struct stage *s)
{
    char byte;

    if (other.started || s->idle_turns < 3) /* what was written is committed then */
        return false;
    other.started = true;
    ck_assert_int_eq(pipe(other.told), 0);
    ck_assert_int_eq(pthread_create(&other.thread, NULL, call_meanwhile, s), 0);
    ck_assert_int_eq(read(other.told[0], &byte, 1), 1);
    stage_wait(s, stage_now(s) + 400 * JAXL_SECOND);
    return false;
}

START_TEST(a_number_is_called_by_one_of_two_campaigns)
{
    static const struct step steps[] = {{STAGED_THROTTLED, 0, 400},
                                        {STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_rule rules[] = {{"gap", "4h"}};
    static const struct jaxl_dialer_options o = {WINTER, .throttle_wait = 1000 * JAXL_SECOND,
                                                 .rules = rules, .n_rules = 1};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct staged_run out;
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    s.idle = start_other;
    stage_run(&s, &o, "to\n" TO "\n", true, &out);
    ck_assert_msg(out.code == 0, "%s", out.err.message);
    ck_assert(other.started);
    ck_assert_int_eq(pthread_join(other.thread, NULL), 0);
    ck_assert_msg(strstr(out.records, "\"rule\":\"gap\"") != NULL, "%s", out.records);
    free(out.records);
    ck_assert_uint_eq(s.n_calls, 1);
    stage_tear_down(&s);
}
END_TEST

static bool at_once(struct stage *s)
{
    return s->run == 0 && s->idle_turns >= 2;
}

/* A run that is ended at once has not looked for what is unknown: the next one does. */
START_TEST(a_run_that_was_ended_leaves_the_looking_to_the_next)
{
    static const struct step steps[] = {{STAGED_LOST_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_options o = {WINTER};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct staged_run out;
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    s.idle = at_once;
    stage_run(&s, &o, "to\n" TO "\n", true, &out);
    ck_assert(out.aborted);
    ck_assert_msg(strstr(out.records, "\"state\":\"unknown\"") != NULL, "%s", out.records);
    free(out.records);
    stage_run(&s, &o, "to\n" TO "\n", true, &out);
    ck_assert_msg(strstr(out.records, "\"state\":\"done\"") != NULL, "%s", out.records);
    free(out.records);
    ck_assert_uint_eq(s.n_calls, 1);
    stage_tear_down(&s);
}
END_TEST

static void write_to_ledger(struct stage *s)
{
    execute(s, "BEGIN IMMEDIATE; COMMIT");
}

/* Before the next input is there much time may pass. */
START_TEST(between_two_inputs_others_can_write)
{
    static const struct step steps[] = {{STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_options o = {WINTER};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &o, "to\n" TO "\n");
    s.fed = write_to_ledger;
    run(&s, &o, "to,name\n" TO ",Ann\n"); /* the lead has changed */
    ck_assert_uint_eq(s.n_calls, 1);
    stage_tear_down(&s);
}
END_TEST

/* What an earlier run did not find is not this run's share of the dark. */
START_TEST(the_unknown_of_earlier_runs_does_not_halt_this_one)
{
    static const struct step steps[] = {
        {STAGED_LOST, 0, 0}, {STAGED_LOST, 0, 0}, {STAGED_CALL, STAGED_ANSWERED, 5}};
    static const struct jaxl_dialer_rule rules[] = {{"halt-unknown", "2%"}};
    static const struct jaxl_dialer_options first = {WINTER}, o = {WINTER, .look_again = true,
                                                                   .rules = rules, .n_rules = 1};
    struct script script = {steps, UNIT_COUNT(steps), 0};
    struct stage s;

    stage_set_up(&s, BEGIN, play, &script);
    run(&s, &first, "to\n" TO "\n" OTHER "\n");
    run(&s, &o, "to\n+919800000003\n");
    ck_assert_uint_eq(s.n_placed, 1);
    stage_tear_down(&s);
}
END_TEST

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
    tcase_add_test(tc, a_run_that_was_ended_leaves_the_looking_to_the_next);
    tcase_add_test(tc, the_unknown_of_earlier_runs_does_not_halt_this_one);
    tcase_add_test(tc, between_two_inputs_others_can_write);
    tcase_add_test(tc, who_opted_out_cannot_be_read);
    tcase_add_test(tc, a_number_is_called_by_one_of_two_campaigns);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("register", add);
}
