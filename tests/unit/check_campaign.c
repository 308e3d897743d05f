#include <string.h>
#include <sys/stat.h>

#include "failmalloc.h"
#include "jaxl/campaign.h"
#include "ledger_fixture.h"

static void add(struct jaxl_ledger *l, const char *lead, uint64_t number)
{
    enum jaxl_ledger_added added;
    int64_t id;

    ck_assert_int_eq(
        jaxl_ledger_add(l, lead, strlen(lead), number, "{\"n\": 1.50}", 11, &added, &id, NULL), 0);
}

/* The id of an attempt to call the lead that is due next. */
static int64_t intend(struct jaxl_ledger *l, unsigned attempt)
{
    struct jaxl_ledger_intent intent = {.attempt = attempt, .from = 15550001, .session_id = "S"};
    struct jaxl_ledger_lead lead;
    int64_t id;

    ck_assert_int_eq(jaxl_ledger_claim(l, now, &lead, NULL), 0);
    intent.lead = lead.id;
    intent.to = lead.number;
    ck_assert_int_eq(jaxl_ledger_intend(l, &intent, &id, NULL), 0);
    return id;
}

static void settle(struct jaxl_ledger *l, int64_t attempt, enum jaxl_result_state state,
                   int64_t call_id, const char *costs, enum jaxl_ledger_state lead, int64_t next_at)
{
    const struct jaxl_ledger_attempt a = {.id = attempt};
    struct jaxl_result r;

    ck_assert_int_eq(jaxl_result_init(&r, 1000), 0);
    r.state = state;
    r.call_id = call_id;
    r.sent = now;
    r.status = state == JAXL_RESULT_UNKNOWN ? 502 : 200;
    if (costs)
        jaxl_buf_puts(&r.costs, costs);
    ck_assert_int_eq(jaxl_ledger_settle(l, &a, &r, lead, next_at, NULL), 0);
    jaxl_result_free(&r);
}

/* Four leads: called and paid for twice, unknown, intended, not called yet. */
static void make_ledger(void)
{
    static const char *const leads[] = {"a", "b", "c"};
    struct jaxl_ledger *l = open_as("winter");

    for (size_t i = 0; i < UNIT_COUNT(leads); i++)
        add(l, leads[i], 919810000001 + i);
    settle(l, intend(l, 1), JAXL_RESULT_DONE, 7, "[{\"cost\": 0.1, \"currency\": \"INR\"}]",
           JAXL_LEDGER_RETRY_WAIT, AT(60));
    settle(l, intend(l, 1), JAXL_RESULT_UNKNOWN, 0, NULL, JAXL_LEDGER_UNKNOWN, -1);
    (void)intend(l, 1);
    now = AT(60);
    settle(l, intend(l, 2), JAXL_RESULT_DONE, 8, "[{\"cost\": 0.2, \"currency\": \"INR\"}]",
           JAXL_LEDGER_DONE, -1);
    add(l, "d", 919810000004);
    commit(l);
    jaxl_ledger_free(&l);
}

static void shows(const char *campaign, enum jaxl_campaign_view view, const char *expected)
{
    struct jaxl_error err = {0};
    struct jaxl_buf rows;

    jaxl_buf_init(&rows, 1 << 20);
    ck_assert_msg(jaxl_campaign_query(path, campaign, view, add_row, &rows, &err) == 0, "%s",
                  err.message);
    ck_assert_str_eq(jaxl_buf_text(&rows), expected);
    jaxl_buf_free(&rows);
}

/* How many rows of a view have this in them. */
static unsigned rows_with(const char *campaign, enum jaxl_campaign_view view, const char *text)
{
    struct jaxl_error err = {0};
    struct jaxl_buf rows;
    unsigned n = 0;

    jaxl_buf_init(&rows, 1 << 20);
    ck_assert_msg(jaxl_campaign_query(path, campaign, view, add_row, &rows, &err) == 0, "%s",
                  err.message);
    for (char *p = rows.data ? strtok(rows.data, "\n") : NULL; p; p = strtok(NULL, "\n"))
        n += strstr(p, text) != NULL;
    jaxl_buf_free(&rows);
    return n;
}

START_TEST(status_of_campaigns)
{
    struct jaxl_ledger *l;

    make_ledger();
    l = open_as("spring");
    add(l, "a", 919810000001);
    settle(l, intend(l, 1), JAXL_RESULT_DONE, 9,
           "[{\"cost\": 9999999999999999.01, \"currency\": \"USD\"}]", JAXL_LEDGER_DONE, -1);
    add(l, "b", 919810000002);
    settle(l, intend(l, 1), JAXL_RESULT_DONE, 10,
           "[{\"cost\": 0.02, \"currency\": \"USD\"}, {\"cost\": 1, \"currency\": \"INR\"}]",
           JAXL_LEDGER_DONE, -1);
    commit(l);
    jaxl_ledger_free(&l);
#define WINTER                                                                                     \
    "{\"campaign\":\"winter\",\"state\":\"new\",\"leads\":1,\"attempts\":0,"                       \
    "\"next_at\":\"2026-11-25T09:47:40Z\",\"costs\":null}\n"                                       \
    "{\"campaign\":\"winter\",\"state\":\"intended\",\"leads\":1,\"attempts\":1,"                  \
    "\"next_at\":null,\"costs\":null}\n"                                                           \
    "{\"campaign\":\"winter\",\"state\":\"unknown\",\"leads\":1,\"attempts\":1,"                   \
    "\"next_at\":null,\"costs\":null}\n"                                                           \
    "{\"campaign\":\"winter\",\"state\":\"done\",\"leads\":1,\"attempts\":2,"                      \
    "\"next_at\":null,\"costs\":[{\"cost\":0.3,\"currency\":\"INR\"}]}\n"
#define SPRING                                                                                     \
    "{\"campaign\":\"spring\",\"state\":\"done\",\"leads\":2,\"attempts\":2,"                      \
    "\"next_at\":null,\"costs\":[{\"cost\":9999999999999999.03,\"currency\":\"USD\"},"             \
    "{\"cost\":1,\"currency\":\"INR\"}]}\n"
    shows("winter", JAXL_CAMPAIGN_STATUS, WINTER);
    shows("spring", JAXL_CAMPAIGN_STATUS, SPRING);
    shows(NULL, JAXL_CAMPAIGN_STATUS, WINTER SPRING);
}
END_TEST

START_TEST(other_views)
{
    static const char *const others[] = {"+919810000001", "+919810000009"};

    make_ledger();
    ck_assert_int_eq(jaxl_campaign_suppress(path, others, 2, "operator", NULL), 0);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_LEADS, "{\"lead\":\""), 4);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_LEADS, "\"input\":{\"n\":1.50}}"), 4);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_ATTEMPTS, "{\"id\":"), 4);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_UNKNOWN, ""), 2);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_UNKNOWN, "{\"id\":2,"), 1);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_UNKNOWN, "{\"id\":3,"), 1);
    ck_assert_uint_eq(rows_with(NULL, JAXL_CAMPAIGN_EXPORT, ""), 1 + 4 + 4 + 2);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_EXPORT, ""), 1 + 4 + 4 + 1);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_EXPORT, "{\"type\":\"campaign\""), 1);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_EXPORT, "{\"type\":\"lead\""), 4);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_EXPORT, "{\"type\":\"attempt\""), 4);
    ck_assert_uint_eq(
        rows_with("winter", JAXL_CAMPAIGN_EXPORT,
                  "{\"type\":\"suppression\",\"to\":\"+919810000001\",\"source\":\"operator\""),
        1);
    ck_assert_uint_eq(rows_with(NULL, JAXL_CAMPAIGN_SUPPRESSIONS, "{\"to\":"), 2);
}
END_TEST

/* The columns of CSV are what rows are made of, in that order. */
START_TEST(columns_of_views)
{
    static const char *const numbers[] = {"+919810000001"};
    struct jaxl_buf rows;

    make_ledger();
    ck_assert_int_eq(jaxl_campaign_suppress(path, numbers, 1, "operator", NULL), 0);
    for (int view = 0; view < JAXL_CAMPAIGN_VIEWS; view++) {
        size_t n;
        const char *const *names = jaxl_campaign_columns((enum jaxl_campaign_view)view, &n);
        const char *at;
        jaxl_buf_init(&rows, 1 << 20);
        ck_assert_int_eq(
            jaxl_campaign_query(path, NULL, (enum jaxl_campaign_view)view, add_row, &rows, NULL),
            0);
        at = rows.data;
        for (size_t i = 0; i < n; i++) {
            char key[64];
            snprintf(key, sizeof key, "\"%.*s\":", (int)strcspn(names[i], "."), names[i]);
            at =
                strstr(view == JAXL_CAMPAIGN_EXPORT || strchr(names[i], '.') ? rows.data : at, key);
            ck_assert_msg(at != NULL, "%s of view %d", key, view);
        }
        jaxl_buf_free(&rows);
    }
}
END_TEST

static int stop_at_second(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    (void)json;
    (void)len;
    return ++*(int *)arg == 2 ? jaxl_error_set(err, JAXL_EEND, "gone") : 0;
}

START_TEST(a_reader_that_has_enough)
{
    int n = 0;

    make_ledger();
    ck_assert_int_eq(jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_LEADS, stop_at_second, &n, NULL),
                     JAXL_EEND);
    ck_assert_int_eq(n, 2);
}
END_TEST

/* A run that is writing: what it has committed is seen, and what a query sees does not change. */
START_TEST(while_a_run_goes_on)
{
    struct jaxl_error err = {0};
    struct jaxl_ledger *l;

    make_ledger();
    l = open_as("winter");
    add(l, "e", 919810000005);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_LEADS, ""), 4);
    commit(l);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_LEADS, ""), 5);
    ck_assert_int_eq(jaxl_campaign_release(path, "winter", 2, &err), JAXL_EBUSY);
    ck_assert_msg(strstr(err.message, "another run has this campaign"), "%s", err.message);
    ck_assert_int_eq(jaxl_campaign_adopt(path, NULL, 2, 99, &err), JAXL_EBUSY);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_UNKNOWN, ""), 2);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(it_was_this_call)
{
    struct jaxl_ledger *l;

    make_ledger();
    ck_assert_int_eq(jaxl_campaign_adopt(path, "winter", 2, 99, NULL), 0);
    ck_assert_int_eq(jaxl_campaign_adopt(path, NULL, 3, 100, NULL), 0); /* it had no result */
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_UNKNOWN, ""), 0);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_LEADS, "\"state\":\"submitted\""), 2);
    l = open_as("winter");
    {
        struct jaxl_buf rows;
        jaxl_buf_init(&rows, 1 << 20);
        ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_OPEN, add_row, &rows, NULL), 0);
        /* what was known of it is known still */
        ck_assert_ptr_nonnull(strstr(rows.data, "{\"id\":2,"));
        ck_assert_ptr_nonnull(strstr(rows.data, "\"call_id\":99,\"session_id\":\"S\","
                                                "\"state\":\"submitted\""));
        ck_assert_ptr_nonnull(strstr(rows.data,
                                     "\"reason\":\"adopted by hand\",\"http_status\":502,"
                                     "\"reconciled\":true,\"sent_at\":\"2026-11-25T09:46:40Z\""));
        ck_assert_ptr_nonnull(strstr(rows.data, "{\"id\":3,"));
        ck_assert_ptr_nonnull(strstr(rows.data, "\"call_id\":100,"));
        jaxl_buf_free(&rows);
    }
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(nobody_was_called)
{
    struct jaxl_ledger_lead lead;
    struct jaxl_ledger *l;
    int64_t at;

    make_ledger();
    ck_assert_int_eq(jaxl_campaign_release(path, "winter", 2, NULL), 0);
    ck_assert_int_eq(jaxl_campaign_release(path, NULL, 3, NULL), 0);
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_UNKNOWN, ""), 0);
    ck_assert_uint_eq(
        rows_with("winter", JAXL_CAMPAIGN_ATTEMPTS, "\"state\":\"new\",\"disposition\":null"), 2);
    l = open_as("winter");
    ck_assert_int_eq(jaxl_ledger_nth(l, 919810000002, 1, &at, NULL), 0);
    ck_assert_int_eq(at, -1);
    now = INT64_MAX;              /* released at the machine's time */
    for (int i = 0; i < 3; i++) { /* the lead that is new all along, and these two */
        ck_assert_int_eq(jaxl_ledger_claim(l, now, &lead, NULL), 0);
        ck_assert_uint_eq(lead.attempts, 0);
        ck_assert_int_eq(lead.state, JAXL_LEDGER_NEW);
    }
    ck_assert_int_eq(jaxl_ledger_claim(l, now, &lead, NULL), JAXL_EEND);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(nobody_was_called_the_second_time)
{
    struct jaxl_ledger *l = open_as("winter");
    struct jaxl_ledger_lead lead;
    int64_t id;

    add(l, "a", 919810000001);
    settle(l, intend(l, 1), JAXL_RESULT_DONE, 7, NULL, JAXL_LEDGER_RETRY_WAIT, AT(0));
    id = intend(l, 2);
    commit(l);
    jaxl_ledger_free(&l);
    ck_assert_int_eq(jaxl_campaign_release(path, "winter", id, NULL), 0);
    l = open_as("winter");
    ck_assert_int_eq(jaxl_ledger_claim(l, INT64_MAX, &lead, NULL), 0);
    ck_assert_uint_eq(lead.attempts, 1);
    ck_assert_int_eq(lead.state, JAXL_LEDGER_RETRY_WAIT);
    jaxl_ledger_free(&l);
}
END_TEST

static void refused(int code, int expected, const struct jaxl_error *err, const char *why)
{
    ck_assert_int_eq(code, expected);
    ck_assert_msg(strstr(err->message, why) != NULL, "%s", err->message);
}

START_TEST(what_cannot_be_resolved)
{
    struct jaxl_error err = {0};
    struct jaxl_ledger *l;
    int64_t old;

    make_ledger();
    refused(jaxl_campaign_adopt(path, "winter", 1, 99, &err), JAXL_EARG, &err,
            "attempt 1 is not unknown but done");
    refused(jaxl_campaign_release(path, NULL, 4, &err), JAXL_EARG, &err, "not unknown but done");
    refused(jaxl_campaign_release(path, "winter", 5, &err), JAXL_EARG, &err,
            "no attempt 5 in this");
    refused(jaxl_campaign_release(path, NULL, 5, &err), JAXL_EARG, &err, "no attempt 5");
    refused(jaxl_campaign_adopt(path, "winter", 2, 7, &err), JAXL_EARG, &err,
            "call 7 is that of attempt 1");
    refused(jaxl_campaign_adopt(path, "winter", 2, 0, &err), JAXL_EARG, &err, "0 is no call");
    refused(jaxl_campaign_adopt(path, "wintr", 2, 99, &err), JAXL_ECONFIG, &err,
            "no campaign 'wintr', the latest are 'winter'");
    l = open_as("spring");
    add(l, "a", 919810000001);
    old = intend(l, 1);
    ck_assert_int_eq(jaxl_ledger_defer(l, 5, JAXL_LEDGER_RETRY_WAIT, AT(0), "again", NULL), 0);
    (void)intend(l, 2);
    commit(l);
    jaxl_ledger_free(&l);
    refused(jaxl_campaign_release(path, "winter", old, &err), JAXL_EARG, &err, "no attempt 5");
    refused(jaxl_campaign_release(path, "spring", old, &err), JAXL_EARG, &err,
            "the lead of attempt 5 was called again since");
    ck_assert_uint_eq(rows_with("winter", JAXL_CAMPAIGN_UNKNOWN, ""), 2);
    ck_assert_int_eq(jaxl_campaign_adopt(path, "winter", 2, 99, NULL), 0);
    refused(jaxl_campaign_adopt(path, "winter", 2, 99, &err), JAXL_EARG, &err,
            "attempt 2 is not unknown but submitted");
}
END_TEST

START_TEST(who_is_not_to_be_called)
{
    static const char *const first[] = {"+91 98100-00002"},
                             *const again[] = {"+919810000002", "+919810000001"},
                             *const bad[] = {"+919810000003", "9810000003"};
    struct jaxl_error err = {0};

    make_ledger();
    ck_assert_int_eq(jaxl_campaign_suppress(path, first, 1, "a letter", NULL), 0);
    ck_assert_int_eq(jaxl_campaign_suppress(path, again, 2, "operator", NULL), 0);
    refused(jaxl_campaign_suppress(path, bad, 2, "operator", &err), JAXL_EINPUT, &err,
            "'9810000003': ");
    ck_assert_uint_eq(rows_with(NULL, JAXL_CAMPAIGN_SUPPRESSIONS, ""), 2);
    ck_assert_uint_eq(rows_with(NULL, JAXL_CAMPAIGN_SUPPRESSIONS,
                                "{\"to\":\"+919810000002\",\"source\":\"a letter\","),
                      1);
}
END_TEST

/* Nothing that is asked of such a file succeeds, nor makes or changes anything. */
static void unusable(int expected, const char *why)
{
    static const char *const number[] = {"+919810000001"};
    struct stat before = {0}, after = {0};
    struct jaxl_error err = {0};
    int n = 0;

    (void)stat(path, &before);
    refused(jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_LEADS, stop_at_second, &n, &err),
            expected, &err, why);
    ck_assert_ptr_nonnull(strstr(err.message, path));
    refused(jaxl_campaign_query(path, "winter", JAXL_CAMPAIGN_STATUS, stop_at_second, &n, &err),
            expected, &err, why);
    refused(jaxl_campaign_adopt(path, NULL, 2, 99, &err), expected, &err, why);
    refused(jaxl_campaign_release(path, "winter", 2, &err), expected, &err, why);
    refused(jaxl_campaign_suppress(path, number, 1, "operator", &err), expected, &err, why);
    (void)stat(path, &after);
    ck_assert_int_eq(n, 0);
    ck_assert_int_eq(before.st_size, after.st_size);
    ck_assert_int_eq((int64_t)before.st_ino, (int64_t)after.st_ino);
}

START_TEST(files_that_are_no_ledger)
{
    char junk[200];

    unusable(JAXL_ECONFIG, "there is none yet: the first run of a campaign makes it");
    write_file("", 0, 0);
    unusable(JAXL_ECONFIG, "this is no ledger");
    memset(junk, 'x', sizeof junk);
    write_file(junk, sizeof junk, 0);
    unusable(JAXL_ECONFIG, "this is no ledger");
    unlink(path);
    execute("CREATE TABLE groceries (x)");
    unusable(JAXL_ECONFIG, "this is no ledger");
    unlink(path);
    make_ledger();
    execute("PRAGMA user_version=99");
    unusable(JAXL_ECONFIG, "written by a newer version of jaxl");
    unlink(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    unusable(JAXL_ECONFIG, "not a file");
}
END_TEST

START_TEST(a_damaged_ledger)
{
    struct jaxl_ledger *l = open_as("winter");
    struct jaxl_error err = {0};
    char junk[4096], name[16];
    int n = 1000;

    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "%d", i);
        add(l, name, 91000 + (uint64_t)i);
    }
    commit(l);
    jaxl_ledger_free(&l);
    memset(junk, 0x5a, sizeof junk);
    for (off_t page = 3; page < 24; page++)
        write_file(junk, sizeof junk, page * 4096);
    refused(jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_LEADS, stop_at_second, &n, &err),
            JAXL_EIO, &err, "damaged");
    refused(jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_STATUS, stop_at_second, &n, &err),
            JAXL_EIO, &err, "damaged");
}
END_TEST

START_TEST(costs_that_are_none)
{
    struct jaxl_error err = {0};
    int n = 0;

    make_ledger();
    execute("UPDATE calls SET costs = '[{' WHERE call_id = 8");
    refused(jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_STATUS, stop_at_second, &n, &err),
            JAXL_EIO, &err, "costs that are no JSON");
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(a_folder_that_is_read_only)
{
    const uid_t nobody = 65534;
    struct jaxl_error err = {0};
    int n = 0;

    make_ledger();
    if (geteuid() == 0) { /* for root nothing is read-only */
        ck_assert_int_eq(chown(path, nobody, (gid_t)-1), 0);
        ck_assert_int_eq(chown(dir, nobody, (gid_t)-1), 0);
        ck_assert_int_eq(setreuid(0, nobody), 0);
    }
    ck_assert_int_eq(chmod(dir, 0500), 0);
    refused(jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_LEADS, stop_at_second, &n, &err),
            JAXL_EIO, &err, "nothing may be written to its folder");
    ck_assert_int_eq(chmod(dir, 0700), 0);
    ck_assert_int_eq(chmod(path, 0), 0);
    refused(jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_LEADS, stop_at_second, &n, &err),
            JAXL_ECONFIG, &err, "unable to open");
    ck_assert_int_eq(n, 0);
    ck_assert(geteuid() != nobody || setreuid(0, 0) == 0);
}
END_TEST

static void path_is(bool make, const char *expected)
{
    struct jaxl_error err = {0};
    char *made;

    ck_assert_msg(jaxl_campaign_path(&made, make, &err) == 0, "%s", err.message);
    ck_assert_str_eq(made, expected);
    free(made);
}

START_TEST(where_it_is)
{
    struct jaxl_error err = {0};
    char state[300], folder[320], file[340], *made;
    struct stat st;

    snprintf(state, sizeof state, "%s/state", dir);
    snprintf(folder, sizeof folder, "%s/jaxl", state);
    snprintf(file, sizeof file, "%s/ledger.db", folder);
    unsetenv("JAXL_STATE_DIR");
    setenv("HOME", dir, 1);
    setenv("XDG_STATE_HOME", state, 1);
    path_is(false, file);
    ck_assert_int_ne(stat(state, &st), 0);
    path_is(true, file);
    ck_assert_int_eq(stat(state, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0700);
    ck_assert_int_eq(stat(folder, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0700);
    ck_assert_int_ne(stat(file, &st), 0);
    snprintf(file, sizeof file, "%s/.local/state/jaxl/ledger.db", dir);
    setenv("XDG_STATE_HOME", "state", 1);
    path_is(false, file);
    unsetenv("XDG_STATE_HOME");
    path_is(true, file);
    *strrchr(file, '/') = '\0';
    ck_assert_int_eq(stat(file, &st), 0);
    setenv("JAXL_STATE_DIR", dir, 1); /* before the others */
    path_is(false, path);
    unsetenv("JAXL_STATE_DIR");
    setenv("XDG_STATE_HOME", "/dev/null", 1);
    refused(jaxl_campaign_path(&made, true, &err), JAXL_EIO, &err, "ledger /dev/null/jaxl: Not a");
    ck_assert_ptr_null(made);
}
END_TEST

START_TEST(out_of_memory)
{
    static const char *const number[] = {"+919810000001"};
    struct jaxl_error err = {0};
    int code = JAXL_ENOMEM;
    char *made;

    make_ledger();
    for (long n = 1; code; n++) {
        int rows = 2;
        failmalloc_left = n;
        code = jaxl_campaign_path(&made, false, &err);
        if (!code)
            code = jaxl_campaign_query(path, "winter", JAXL_CAMPAIGN_STATUS, stop_at_second, &rows,
                                       &err);
        if (!code)
            code = jaxl_campaign_suppress(path, number, 1, "operator", &err);
        if (!code) /* last: it cannot be done twice */
            code = jaxl_campaign_adopt(path, NULL, 2, 99, &err);
        failmalloc_left = 0;
        if (code)
            ck_assert_msg(code == JAXL_ENOMEM, "%s", err.message);
        free(made);
        ck_assert_int_lt(n, 200);
    }
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, status_of_campaigns);
    tcase_add_test(tc, other_views);
    tcase_add_test(tc, columns_of_views);
    tcase_add_test(tc, a_reader_that_has_enough);
    tcase_add_test(tc, while_a_run_goes_on);
    tcase_add_test(tc, it_was_this_call);
    tcase_add_test(tc, nobody_was_called);
    tcase_add_test(tc, nobody_was_called_the_second_time);
    tcase_add_test(tc, what_cannot_be_resolved);
    tcase_add_test(tc, who_is_not_to_be_called);
    tcase_add_test(tc, files_that_are_no_ledger);
    tcase_add_test(tc, a_damaged_ledger);
    tcase_add_test(tc, costs_that_are_none);
    tcase_add_test(tc, a_folder_that_is_read_only);
    tcase_add_test(tc, where_it_is);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("campaign", add_tests);
}
