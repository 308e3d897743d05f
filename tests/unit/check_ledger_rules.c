/* What a run asks of the ledger before it calls anybody: how often a number was called, whose a
 * lead is, what has to be decided anew. */
#include <sys/stat.h>

#include "ledger_steps.h"

static int64_t nth(struct jaxl_ledger *l, uint64_t number, unsigned n)
{
    int64_t at;

    ck_assert_int_eq(jaxl_ledger_nth(l, number, n, &at, NULL), 0);
    return at;
}

START_TEST(history_of_a_number)
{
    struct jaxl_ledger *a = open_as("winter"), *b;

    (void)add(a, "1", 91001, "{}");
    settle(a, intend(a, claim(a), 91001, 1), JAXL_RESULT_DONE, JAXL_LEDGER_DONE, -1);
    commit(a);
    b = open_as("spring"); /* another campaign at the same time */
    now = AT(100);
    (void)add(b, "1", 91001, "{}");
    settle(b, intend(b, claim(b), 91001, 1), JAXL_RESULT_NOT_SENT, JAXL_LEDGER_RETRY_WAIT, AT(200));
    commit(b);
    ck_assert_int_eq(nth(b, 91001, 1), AT(0)); /* nobody was called the second time */
    ck_assert_int_eq(nth(b, 91001, 2), -1);
    now = AT(200);
    (void)intend(b, claim(b), 91001, 1); /* counts until more is known */
    ck_assert_int_eq(nth(b, 91001, 1), AT(200));
    ck_assert_int_eq(nth(b, 91001, 2), AT(0));
    ck_assert_int_eq(nth(b, 91001, 3), -1);
    ck_assert_int_eq(nth(b, 91009, 1), -1);
    jaxl_ledger_free(&b);
    jaxl_ledger_free(&a);
}
END_TEST

/* A call is made when the platform makes it, which is after it was intended; but its clock may show
 * anything. */
START_TEST(when_a_number_was_called)
{
    static const struct {
        int sent, placed, settled, is; /* seconds after it was intended; placed -1: not said */
    } cases[] = {{0, 0, 9, 0}, {0, 3, 9, 3}, {2, -1, 9, 2}, {2, 1, 9, 2}, {2, 999, 9, 9}};
    struct jaxl_ledger *l = open_as("winter");

    for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
        const uint64_t number = 91001 + i;
        struct jaxl_result r;
        char name[8];
        struct jaxl_ledger_attempt a = {.lead = 0};
        snprintf(name, sizeof name, "%zu", i);
        now = AT(0);
        (void)add(l, name, number, "{}");
        a.id = intend(l, claim(l), number, 1);
        ck_assert_int_eq(nth(l, number, 1), AT(0));
        now = AT(cases[i].settled);
        ck_assert_int_eq(jaxl_result_init(&r, 1000), 0);
        r.state = JAXL_RESULT_DONE;
        r.call_id = (int64_t)i + 1;
        r.sent = AT(cases[i].sent);
        r.placed = cases[i].placed < 0 ? -1 : AT(cases[i].placed);
        ck_assert_int_eq(jaxl_ledger_settle(l, &a, &r, JAXL_LEDGER_DONE, -1, NULL), 0);
        jaxl_result_free(&r);
        ck_assert_int_eq(nth(l, number, 1), AT(cases[i].is));
    }
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(a_lead_that_was_added_is_taken)
{
    struct jaxl_ledger *l = open_as("winter");
    enum jaxl_ledger_added added;
    int64_t id, at;

    (void)add(l, "1", 91001, "{}");
    ck_assert_int_eq(jaxl_ledger_add(l, "2", 1, 91002, "{}", 2, &added, &id, NULL), 0);
    ck_assert_int_eq(jaxl_ledger_take(l, id, NULL), 0);
    ck_assert_int_eq(claim(l), 1);
    ck_assert_int_eq(claim(l), 0); /* it is taken */
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, INT64_MAX);
    jaxl_ledger_release(l, id);
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, AT(0));
    ck_assert_int_eq(claim(l), id);
    /* and one that was put off, before it is due */
    ck_assert_int_eq(jaxl_ledger_defer(l, id, JAXL_LEDGER_DEFERRED, AT(60), "", NULL), 0);
    ck_assert_int_eq(jaxl_ledger_take(l, id, NULL), 0);
    now = AT(60);
    ck_assert_int_eq(claim(l), 0);
    (void)intend(l, id, 91002, 1);
    jaxl_ledger_release(l, id); /* it is not claimed any more */
    ck_assert_int_eq(claim(l), 0);
    jaxl_ledger_free(&l);
}
END_TEST

/* Five leads: 1 new, 2 deferred, 3 waiting for a retry, 4 done, 5 suppressed; and another
 * campaign's, deferred. */
static struct jaxl_ledger *all_kinds(void)
{
    struct jaxl_ledger *l = open_as("spring");
    char name[2] = "1";

    (void)add(l, name, 91001, "{}");
    ck_assert_int_eq(jaxl_ledger_defer(l, claim(l), JAXL_LEDGER_DEFERRED, AT(900), "window", NULL),
                     0);
    commit(l);
    jaxl_ledger_free(&l);
    l = open_as("winter");
    for (; *name <= '5'; ++*name)
        (void)add(l, name, 91000 + (uint64_t)(*name - '0'), "{}");
    jaxl_ledger_release(l, claim(l));
    ck_assert_int_eq(claim(l), 2);
    for (int64_t id = 3; id <= 6; id++)
        ck_assert_int_eq(claim(l), id);
    ck_assert_int_eq(jaxl_ledger_defer(l, 3, JAXL_LEDGER_DEFERRED, AT(900), "window", NULL), 0);
    settle(l, intend(l, 4, 91003, 1), JAXL_RESULT_DONE, JAXL_LEDGER_RETRY_WAIT, AT(900));
    settle(l, intend(l, 5, 91004, 1), JAXL_RESULT_DONE, JAXL_LEDGER_DONE, -1);
    ck_assert_int_eq(jaxl_ledger_defer(l, 6, JAXL_LEDGER_SUPPRESSED, -1, "dnc", NULL), 0);
    commit(l);
    jaxl_ledger_free(&l);
    return open_as("winter");
}

START_TEST(another_policy)
{
    struct jaxl_ledger *l = all_kinds();
    bool is_new;
    int64_t at;

    ck_assert_int_eq(jaxl_ledger_policy(l, "first", 5, AT(1), &is_new, NULL), 0);
    ck_assert(is_new);
    now = AT(1);
    ck_assert_int_eq(claim(l), 2); /* the new one */
    ck_assert_int_eq(claim(l), 3); /* and the deferred one, but no retry before its time */
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, AT(900));
    ck_assert_int_eq(jaxl_ledger_defer(l, 3, JAXL_LEDGER_DEFERRED, AT(900), "window", NULL), 0);
    ck_assert_int_eq(jaxl_ledger_policy(l, "first", 5, AT(2), &is_new, NULL), 0);
    ck_assert(!is_new);
    commit(l);
    jaxl_ledger_free(&l);
    l = open_as("winter");
    now = AT(2);
    ck_assert_int_eq(jaxl_ledger_policy(l, "first", 5, AT(2), &is_new, NULL), 0);
    ck_assert(!is_new);
    (void)add(l, "6", 91006, "{}");
    ck_assert_int_eq(claim(l), 2);
    ck_assert_int_eq(claim(l), 7);
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_policy(l, "firs", 4, AT(1), &is_new, NULL), 0);
    ck_assert(is_new);
    ck_assert_int_eq(claim(l), 3); /* however far claims have come */
    jaxl_ledger_free(&l);
    l = open_as("spring"); /* each campaign has its own */
    now = AT(3);
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_policy(l, "first", 5, AT(3), &is_new, NULL), 0);
    ck_assert(is_new);
    ck_assert_int_eq(claim(l), 1);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(leads_that_wait_are_asked_about_again)
{
    struct jaxl_ledger *l = all_kinds();

    now = AT(-50); /* a plan for another time */
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_reconsider(l, now, NULL), 0);
    ck_assert_int_eq(claim(l), 2);
    ck_assert_int_eq(claim(l), 3);
    ck_assert_int_eq(claim(l), 0);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(whose_call_it_was)
{
    struct jaxl_ledger *l = open_as("spring");
    bool has;

    (void)add(l, "1", 91001, "{}");
    settle(l, intend(l, claim(l), 91001, 1), JAXL_RESULT_DONE, JAXL_LEDGER_DONE, -1); /* call 7 */
    commit(l);
    jaxl_ledger_free(&l);
    l = open_as("winter"); /* of any campaign */
    (void)add(l, "1", 91001, "{}");
    settle(l, intend(l, claim(l), 91001, 1), JAXL_RESULT_UNKNOWN, JAXL_LEDGER_UNKNOWN, -1);
    ck_assert_int_eq(jaxl_ledger_has_call(l, 91001, 7, &has, NULL), 0);
    ck_assert(has);
    ck_assert_int_eq(jaxl_ledger_has_call(l, 91002, 7, &has, NULL), 0);
    ck_assert(!has);
    ck_assert_int_eq(jaxl_ledger_has_call(l, 91001, 8, &has, NULL), 0);
    ck_assert(!has);
    ck_assert_int_eq(jaxl_ledger_has_call(l, 91001, 0, &has, NULL), 0);
    ck_assert(!has);
    jaxl_ledger_free(&l);
}
END_TEST

/* As the first schema had it: open was 1, the lead's own state followed that of its attempt. */
START_TEST(a_ledger_of_the_first_schema)
{
    struct jaxl_ledger *l = open_as("winter");
    struct jaxl_buf before, after;
    struct jaxl_error err = {0};

    jaxl_buf_init(&before, 10000);
    jaxl_buf_init(&after, 10000);
    (void)add(l, "1", 91001, "{}");
    (void)add(l, "2", 91002, "{}");
    (void)add(l, "3", 91003, "{}");
    settle(l, intend(l, claim(l), 91001, 1), JAXL_RESULT_DONE, JAXL_LEDGER_RETRY_WAIT, AT(60));
    now = AT(60);
    (void)intend(l, 1, 91001, 2);
    settle(l, intend(l, 2, 91002, 1), JAXL_RESULT_SUBMITTED, JAXL_LEDGER_SUBMITTED, -1);
    commit(l);
    ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_OPEN, add_row, &before, &err), 0);
    ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_EVERYTHING, add_row, &before, &err), 0);
    jaxl_ledger_free(&l);
    execute("UPDATE leads SET open = open <> 0, state = iif(id = 2, 5, state);"
            "CREATE INDEX attempts_lead ON attempts (lead);"
            "CREATE INDEX calls_call ON calls (call_id) WHERE call_id IS NOT NULL;"
            "CREATE INDEX leads_open ON leads (campaign) WHERE open; PRAGMA user_version=1");
    l = open_as("winter");
    ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_OPEN, add_row, &after, &err), 0);
    ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_EVERYTHING, add_row, &after, &err), 0);
    ck_assert_str_eq(jaxl_buf_text(&after), jaxl_buf_text(&before));
    ck_assert_ptr_nonnull(strstr(jaxl_buf_text(&after), "\"state\":\"submitted\""));
    jaxl_ledger_free(&l);
    execute("CREATE INDEX leads_open ON leads (open)"); /* it is gone */
    jaxl_buf_free(&before);
    jaxl_buf_free(&after);
}
END_TEST

static off_t size_of(const char *end)
{
    char file[320];
    struct stat st;

    snprintf(file, sizeof file, "%s%s", path, end);
    return stat(file, &st) ? -1 : st.st_size;
}

START_TEST(a_copy_keeps_the_file_as_it_is)
{
    const struct jaxl_ledger_options plan = {
        .path = path, .account = 42, .campaign = "winter", .copy = true, .clock = &ticking};
    struct jaxl_ledger_options other = plan;
    struct jaxl_ledger *l, *run;

    ck_assert_int_eq(jaxl_ledger_open(&l, &plan, NULL),
                     0); /* there is no file, nor will there be */
    (void)add(l, "1", 91001, "{}");
    (void)intend(l, claim(l), 91001, 1);
    commit(l);
    jaxl_ledger_free(&l);
    ck_assert_int_eq(size_of(""), -1);
    ck_assert_int_eq(size_of("-lock"), -1);

    run = open_as("winter"); /* a run goes on meanwhile */
    (void)add(run, "1", 91001, "{}");
    commit(run);
    ck_assert_int_eq(jaxl_ledger_open(&l, &plan, NULL), 0);
    settle(l, intend(l, claim(l), 91001, 1), JAXL_RESULT_DONE, JAXL_LEDGER_DONE, -1);
    (void)add(l, "2", 91002, "{}");
    ck_assert_int_eq(jaxl_ledger_suppress(l, 91001, "me", NULL), 0);
    (void)add(run, "3", 91003, "{}"); /* neither waits for the other */
    commit(run);
    commit(l);
    shows(l, JAXL_LEDGER_BY_STATE,
          "{\"campaign\":\"winter\",\"state\":\"new\",\"leads\":1,\"attempts\":0,"
          "\"next_at\":\"2026-11-25T09:46:40Z\",\"costs\":null}\n"
          "{\"campaign\":\"winter\",\"state\":\"done\",\"leads\":1,\"attempts\":1,"
          "\"next_at\":null,\"costs\":[{\"cost\":0.35,\"currency\":\"INR\"}]}\n");
    jaxl_ledger_free(&l);
    shows(run, JAXL_LEDGER_BY_STATE,
          "{\"campaign\":\"winter\",\"state\":\"new\",\"leads\":2,\"attempts\":0,"
          "\"next_at\":\"2026-11-25T09:46:40Z\",\"costs\":null}\n");
    other.account = 43;
    refused(&other, JAXL_ECONFIG, "belongs to account 42, not 43");
    other = plan;
    other.campaign = "autumn"; /* one that is not there yet is made, in the copy */
    ck_assert_int_eq(jaxl_ledger_open(&l, &other, NULL), 0);
    jaxl_ledger_free(&l);
    other.copy = false;
    other.read_only = true;
    refused(&other, JAXL_ECONFIG, "no campaign 'autumn'");
    jaxl_ledger_free(&run);
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, history_of_a_number);
    tcase_add_test(tc, when_a_number_was_called);
    tcase_add_test(tc, a_lead_that_was_added_is_taken);
    tcase_add_test(tc, another_policy);
    tcase_add_test(tc, leads_that_wait_are_asked_about_again);
    tcase_add_test(tc, whose_call_it_was);
    tcase_add_test(tc, a_ledger_of_the_first_schema);
    tcase_add_test(tc, a_copy_keeps_the_file_as_it_is);
}

int main(void)
{
    return unit_run("ledger_rules", add_tests);
}
