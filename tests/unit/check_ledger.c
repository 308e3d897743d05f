#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failmalloc.h"
#include "ledger_steps.h"

START_TEST(a_lead_is_called_and_called_again)
{
    struct jaxl_ledger *l = open_as("winter");
    struct jaxl_ledger_lead lead;
    int64_t attempt;

    ck_assert_int_eq(add(l, "A-1", 919876543210, "{\"to\": \"+919876543210\", \"n\": 1.50}"),
                     JAXL_LEDGER_ADDED);
    ck_assert_int_eq(jaxl_ledger_claim(l, now, &lead, NULL), 0);
    ck_assert_str_eq(lead.lead, "A-1");
    ck_assert_uint_eq(lead.number, 919876543210);
    ck_assert_str_eq(lead.data, "{\"to\": \"+919876543210\", \"n\": 1.50}");
    ck_assert_uint_eq(lead.attempts, 0);
    ck_assert_int_eq(lead.state, JAXL_LEDGER_NEW);
    attempt = intend(l, lead.id, lead.number, 1);
    commit(l);
    ck_assert_int_eq(claim(l), 0);
    settle(l, attempt, JAXL_RESULT_SUBMITTED, JAXL_LEDGER_SUBMITTED, -1);
    commit(l);
    shows(l, JAXL_LEDGER_BY_STATE,
          "{\"campaign\":\"winter\",\"state\":\"submitted\",\"leads\":1,\"attempts\":1,"
          "\"next_at\":null,\"costs\":null}\n");
    settle(l, attempt, JAXL_RESULT_DONE, JAXL_LEDGER_RETRY_WAIT, AT(3600));
    commit(l);
    ck_assert_int_eq(claim(l), 0);
    now = AT(3600);
    ck_assert_int_eq(jaxl_ledger_claim(l, now, &lead, NULL), 0);
    ck_assert_uint_eq(lead.attempts, 1);
    ck_assert_int_eq(lead.state, JAXL_LEDGER_RETRY_WAIT);
    (void)intend(l, lead.id, lead.number, 2);
    commit(l);
    shows(l, JAXL_LEDGER_ATTEMPTS,
          "{\"id\":1,\"to\":\"+919876543210\",\"from\":\"+15550001\",\"ivr\":null,\"lead\":\"A-1\","
          "\"campaign\":\"winter\",\"attempt\":1,\"call_id\":7,"
          "\"session_id\":\"5B0B9F1E-0000-5000-8000-000000000000\",\"state\":\"done\","
          "\"disposition\":\"NO_ANSWER\",\"placed_at\":\"2026-11-25T09:46:40Z\","
          "\"answered_at\":null,\"ended_at\":\"2026-11-25T09:47:10Z\",\"duration\":0,"
          "\"costs\":[{\"cost\":0.350,\"currency\":\"INR\"}],\"failure_reason\":null,"
          "\"reason\":null,\"http_status\":null,\"reconciled\":false,"
          "\"sent_at\":\"2026-11-25T09:46:40Z\",\"intended_at\":\"2026-11-25T09:46:40Z\","
          "\"reserved\":null,\"input\":{\"to\":\"+919876543210\",\"n\":1.50}}\n"
          "{\"id\":2,\"to\":\"+919876543210\",\"from\":\"+15550001\",\"ivr\":null,\"lead\":\"A-1\","
          "\"campaign\":\"winter\",\"attempt\":2,\"call_id\":null,"
          "\"session_id\":\"5B0B9F1E-0000-5000-8000-000000000000\",\"state\":\"intended\","
          "\"disposition\":null,\"placed_at\":null,\"answered_at\":null,\"ended_at\":null,"
          "\"duration\":null,\"costs\":null,\"failure_reason\":null,\"reason\":null,"
          "\"http_status\":null,\"reconciled\":false,\"sent_at\":null,"
          "\"intended_at\":\"2026-11-25T10:46:40Z\",\"reserved\":null,"
          "\"input\":{\"to\":\"+919876543210\",\"n\":1.50}}\n");
    shows(l, JAXL_LEDGER_LEADS,
          "{\"lead\":\"A-1\",\"to\":\"+919876543210\",\"campaign\":\"winter\","
          "\"state\":\"intended\",\"attempts\":2,\"next_at\":null,\"reason\":null,"
          "\"added_at\":\"2026-11-25T09:46:40Z\",\"changed_at\":\"2026-11-25T10:46:40Z\","
          "\"input\":{\"to\":\"+919876543210\",\"n\":1.50}}\n");
    shows(l, JAXL_LEDGER_BY_STATE,
          "{\"campaign\":\"winter\",\"state\":\"intended\",\"leads\":1,\"attempts\":2,"
          "\"next_at\":null,\"costs\":[{\"cost\":0.35,\"currency\":\"INR\"}]}\n");
    jaxl_ledger_free(&l);
    ck_assert_ptr_null(l);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(the_same_input_again)
{
    struct jaxl_ledger *l = open_as("winter");
    int64_t first;

    ck_assert_int_eq(add(l, "A-1", 91987, "{\"a\": 1}"), JAXL_LEDGER_ADDED);
    ck_assert_int_eq(add(l, "A-1", 91987, "{\"a\": 1}"), JAXL_LEDGER_SAME);
    first = claim(l);
    settle(l, intend(l, first, 91987, 1), JAXL_RESULT_DONE, JAXL_LEDGER_DONE, -1);
    commit(l);
    ck_assert_int_eq(add(l, "A-1", 91987, "{\"a\": 2}"), JAXL_LEDGER_CHANGED);
    ck_assert_int_eq(add(l, "A-1", 91988, "{\"a\": 2}"), JAXL_LEDGER_CHANGED);
    ck_assert_int_eq(add(l, "A-1", 91988, "{\"a\": 2}"), JAXL_LEDGER_SAME);
    ck_assert_int_eq(claim(l), 0); /* its history stands */
    shows(l, JAXL_LEDGER_BY_STATE,
          "{\"campaign\":\"winter\",\"state\":\"done\",\"leads\":1,\"attempts\":1,"
          "\"next_at\":null,\"costs\":[{\"cost\":0.35,\"currency\":\"INR\"}]}\n");
    jaxl_ledger_free(&l);
    l = open_as("spring");
    ck_assert_int_eq(add(l, "A-1", 91988, "{\"a\": 2}"), JAXL_LEDGER_ADDED);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(claims_come_in_order)
{
    struct jaxl_ledger *l = open_as("winter");
    int64_t a, b, c, at;

    for (int i = 1; i <= 4; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d", i);
        (void)add(l, name, 91000 + (uint64_t)i, "{}");
        now += i == 2 ? JAXL_SECOND : 0; /* 1 and 2 at once, 3 and 4 later */
    }
    a = claim(l);
    b = claim(l);
    c = claim(l);
    ck_assert(a == 1 && b == 2 && c == 3);
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, AT(1));
    ck_assert_int_eq(jaxl_ledger_defer(l, b, JAXL_LEDGER_DEFERRED, AT(60), "window", NULL), 0);
    jaxl_ledger_release(l, a);
    ck_assert_int_eq(claim(l), a); /* that waits longest again */
    ck_assert_int_eq(claim(l), 4);
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, AT(60));
    (void)intend(l, a, 91001, 1);
    ck_assert_int_eq(jaxl_ledger_defer(l, c, JAXL_LEDGER_SUPPRESSED, -1, "dnc.txt", NULL), 0);
    (void)add(l, "5", 91005, "{}"); /* due now, and so before what was deferred */
    ck_assert_int_eq(claim(l), 5);
    now = AT(60);
    ck_assert_int_eq(claim(l), b);
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, INT64_MAX);
    commit(l);
    jaxl_ledger_free(&l);
    l = open_as("winter"); /* claims end with the run, what was written stays */
    ck_assert_int_eq(claim(l), 4);
    ck_assert_int_eq(claim(l), 5);
    ck_assert_int_eq(claim(l), b);
    ck_assert_int_eq(claim(l), 0);
    jaxl_ledger_free(&l);
}
END_TEST

/* What waits for a time of a clock that was wrong waits as long from now on. */
START_TEST(the_clock_set_back)
{
    struct jaxl_ledger *l = open_as("winter");
    int64_t lead, at;
    bool redated;

    (void)add(l, "past", 91001, "{}");
    ck_assert_int_eq(jaxl_ledger_defer(l, claim(l), JAXL_LEDGER_RETRY_WAIT, AT(50), NULL, NULL), 0);
    now = AT(1000);
    (void)add(l, "new", 91002, "{}");
    (void)add(l, "deferred", 91003, "{}");
    (void)add(l, "retried", 91004, "{}");
    lead = claim(l);
    ck_assert_int_eq(lead, 1);
    jaxl_ledger_release(l, lead);
    ck_assert_int_eq(
        jaxl_ledger_defer(l, 3, JAXL_LEDGER_DEFERRED, now + 900 * JAXL_SECOND, "window", NULL), 0);
    settle(l, intend(l, 4, 91004, 1), JAXL_RESULT_DONE, JAXL_LEDGER_RETRY_WAIT,
           now + 60 * JAXL_SECOND);
    ck_assert_int_eq(jaxl_ledger_redate(l, now, &redated, NULL), 0);
    ck_assert(!redated);
    now = AT(10);
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_redate(l, now, &redated, NULL), 0);
    ck_assert(redated);
    ck_assert_int_eq(claim(l), 2);
    ck_assert_int_eq(claim(l), 3);
    ck_assert_int_eq(claim(l), 0);
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, AT(50)); /* counted by the right clock */
    now = AT(50);
    ck_assert_int_eq(claim(l), 1);
    ck_assert_int_eq(jaxl_ledger_due(l, &at, NULL), 0);
    ck_assert_int_eq(at, AT(70));
    ck_assert_int_eq(jaxl_ledger_redate(l, now, &redated, NULL), 0);
    ck_assert(!redated); /* once */
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(only_what_was_committed_counts)
{
    struct jaxl_ledger *l = open_as("winter");

    (void)add(l, "1", 91001, "{}");
    (void)add(l, "2", 91002, "{}");
    commit(l);
    (void)intend(l, claim(l), 91001, 1);
    commit(l);
    (void)intend(l, claim(l), 91002, 1);
    (void)add(l, "3", 91003, "{}");
    jaxl_ledger_free(&l);
    l = open_as("winter");
    shows(l, JAXL_LEDGER_BY_STATE,
          "{\"campaign\":\"winter\",\"state\":\"new\",\"leads\":1,\"attempts\":0,"
          "\"next_at\":\"2026-11-25T09:46:40Z\",\"costs\":null}\n"
          "{\"campaign\":\"winter\",\"state\":\"intended\",\"leads\":1,\"attempts\":1,"
          "\"next_at\":null,\"costs\":null}\n");
    jaxl_ledger_free(&l);
}
END_TEST

static int count_row(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    (void)json;
    (void)len;
    (void)err;
    return ++*(int *)arg == 2 ? JAXL_ESTOPPED : 0;
}

/* However many are held, none comes again, and each of those that are let go of does. */
START_TEST(very_many_claims)
{
    enum { LEADS = 20000 };
    static unsigned char seen[LEADS + 1];
    struct jaxl_ledger *l = open_as("winter");
    int64_t id;
    char name[16];
    int n = 0;

    memset(seen, 0, sizeof seen);
    for (int i = 0; i < LEADS; i++) {
        snprintf(name, sizeof name, "%d", i);
        (void)add(l, name, 91000 + (uint64_t)i, "{}");
    }
    for (; (id = claim(l)) != 0; n++)
        ck_assert_int_eq(seen[id]++, 0);
    ck_assert_int_eq(n, LEADS);
    for (id = 1; id <= LEADS; id += 3)
        jaxl_ledger_release(l, id);
    for (n = 0; (id = claim(l)) != 0; n++)
        ck_assert_int_eq(seen[id]++, 1);
    ck_assert_int_eq(n, (LEADS + 2) / 3);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(what_is_open)
{
    static const struct {
        enum jaxl_result_state result;
        enum jaxl_ledger_state lead;
    } ends[] = {{JAXL_RESULT_DONE, JAXL_LEDGER_DONE},
                {JAXL_RESULT_SUBMITTED, JAXL_LEDGER_SUBMITTED},
                {JAXL_RESULT_UNKNOWN, JAXL_LEDGER_UNKNOWN},
                {JAXL_RESULT_REFUSED, JAXL_LEDGER_REFUSED}};
    struct jaxl_ledger *l = open_as("winter");
    int n = 0;

    for (size_t i = 0; i <= UNIT_COUNT(ends); i++) {
        char name[8];
        int64_t attempt;
        snprintf(name, sizeof name, "%zu", i);
        (void)add(l, name, 91000 + i, "{}");
        attempt = intend(l, claim(l), 91000 + i, 1);
        if (i < UNIT_COUNT(ends))
            settle(l, attempt, ends[i].result, ends[i].lead, -1);
    }
    ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_OPEN, count_row, &n, NULL), JAXL_ESTOPPED);
    n = 10;
    ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_OPEN, count_row, &n, NULL), 0);
    ck_assert_int_eq(n, 13); /* submitted, unknown, and the one without a result */
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(suppressions_and_ivrs)
{
    struct jaxl_ledger *l = open_as("winter");
    int64_t ivr;
    bool is;

    ck_assert_int_eq(jaxl_ledger_suppress(l, 91001, "opt-out", NULL), 0);
    ck_assert_int_eq(jaxl_ledger_suppress(l, 91001, "again", NULL), 0);
    ck_assert_int_eq(jaxl_ledger_keep_ivr(l, "\0key", 4, 12, NULL), 0);
    commit(l);
    jaxl_ledger_free(&l);
    l = open_as("spring");
    ck_assert_int_eq(jaxl_ledger_suppressed(l, 91001, &is, NULL), 0);
    ck_assert(is);
    ck_assert_int_eq(jaxl_ledger_suppressed(l, 91002, &is, NULL), 0);
    ck_assert(!is);
    ck_assert_int_eq(jaxl_ledger_ivr(l, "\0key", 4, &ivr, NULL), 0);
    ck_assert_int_eq(ivr, 12);
    ck_assert_int_eq(jaxl_ledger_ivr(l, "\0kez", 4, &ivr, NULL), 0);
    ck_assert_int_eq(ivr, 0);
    jaxl_ledger_free(&l);
}
END_TEST

START_TEST(one_run_a_campaign)
{
    const struct jaxl_ledger_options winter = {
        .path = path, .account = 42, .campaign = "winter", .lock = true};
    struct jaxl_ledger *a = open_as("winter"), *b = open_as("spring"), *c;
    const struct jaxl_ledger_options look = {
        .path = path, .account = 42, .campaign = "winter", .read_only = true};
    const struct jaxl_ledger_options no_such = {
        .path = path, .account = 42, .campaign = "autumn", .read_only = true};

    refused(&winter, JAXL_EBUSY, "another run has this campaign");
    ck_assert_int_eq(jaxl_ledger_open(&c, &look, NULL), 0);
    jaxl_ledger_free(&c);
    refused(&no_such, JAXL_ECONFIG, "no campaign 'autumn'");
    jaxl_ledger_free(&a);
    ck_assert_int_eq(jaxl_ledger_open(&a, &winter, NULL), 0);
    jaxl_ledger_free(&a);
    jaxl_ledger_free(&b);
}
END_TEST

START_TEST(files_that_cannot_be_used)
{
    struct jaxl_ledger_options o = {
        .path = path, .account = 42, .campaign = "winter", .lock = true};
    struct jaxl_ledger_options look = {.path = path, .read_only = true};
    char other[300];
    struct jaxl_ledger *l;

    refused(&look, JAXL_ECONFIG, "unable to open");
    l = open_as("winter");
    jaxl_ledger_free(&l);
    o.account = 43;
    refused(&o, JAXL_ECONFIG, "belongs to account 42, not 43");
    o.account = 42;
    execute("PRAGMA user_version=99");
    refused(&o, JAXL_ECONFIG, "newer version");
    unlink(path);
    execute("CREATE TABLE groceries (x)");
    refused(&o, JAXL_ECONFIG, "no ledger");
    unlink(path);
    write_file("to,name\n+919876543210,Asha\n" /* over 100 bytes: SQLite takes less for new */
               "0123456789012345678901234567890123456789012345678901234567890123456789012345678901",
               108, 0);
    refused(&o, JAXL_ECONFIG, "no ledger");
    unlink(path);
    snprintf(other, sizeof other, "%s/elsewhere", dir);
    ck_assert_int_eq(symlink(other, path), 0);
    refused(&o, JAXL_ECONFIG, "ledger");
    unlink(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    refused(&o, JAXL_ECONFIG, "not a file");
    rmdir(path);
    snprintf(other, sizeof other, "%s/none/ledger.db", dir);
    o.path = other;
    refused(&o, JAXL_ECONFIG, "No such file");
}
END_TEST

/* A page in the middle is overwritten: what reads it says so, and nothing crashes. */
START_TEST(a_damaged_file)
{
    struct jaxl_ledger *l = open_as("winter");
    struct jaxl_error err = {0};
    char junk[4096], name[16];
    int n = 100;

    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "%d", i);
        (void)add(l, name, 91000 + (uint64_t)i, "{\"text\": \"some words to fill pages with\"}");
    }
    commit(l);
    jaxl_ledger_free(&l);
    memset(junk, 0x5a, sizeof junk);
    for (off_t page = 3; page < 24; page++)
        write_file(junk, sizeof junk, page * 4096);
    {
        const struct jaxl_ledger_options o = {.path = path, .account = 42, .campaign = "winter"};
        int code = jaxl_ledger_open(&l, &o, &err);
        if (!code)
            code = jaxl_ledger_query(l, JAXL_LEDGER_LEADS, count_row, &n, &err);
        ck_assert_int_eq(code, JAXL_EIO);
        ck_assert_msg(strstr(err.message, "damaged"), "%s", err.message);
        jaxl_ledger_free(&l);
    }
}
END_TEST

START_TEST(the_file_is_its_owners)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    struct jaxl_ledger *l;
    char file[320];
    struct stat st;

    (void)umask(0);
    write_file("", 0, 0); /* 0644 */
    l = open_as("winter");
    (void)add(l, "1", 91001, "{}");
    commit(l);
    for (size_t i = 0; i < UNIT_COUNT(ends); i++) {
        snprintf(file, sizeof file, "%s%s", path, ends[i]);
        ck_assert_int_eq(stat(file, &st), 0);
        ck_assert_int_eq(st.st_mode & 0777, 0600);
    }
    jaxl_ledger_free(&l);
}
END_TEST

/* As on a full disk: a write of more than so many bytes fails. Nothing that was committed is lost,
 * and what was not is not there. */
START_TEST(a_full_disk)
{
    const struct rlimit full = {400 * 1024, RLIM_INFINITY},
                        free_again = {RLIM_INFINITY, RLIM_INFINITY};
    struct jaxl_ledger *l = open_as("winter");
    struct jaxl_error err = {0};
    int good = 0, code = 0, n = 1000000;
    enum jaxl_ledger_added added;
    int64_t id;
    char name[16];

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &full);
    for (int i = 0; i < 10000 && !code; i++) {
        snprintf(name, sizeof name, "%d", i);
        code = jaxl_ledger_add(l, name, strlen(name), 91000 + (uint64_t)i, "{\"a\": 1}", 8, &added,
                               &id, &err);
        if (!code)
            code = jaxl_ledger_commit(l, &err);
        good += !code;
    }
    setrlimit(RLIMIT_FSIZE, &free_again);
    ck_assert_int_eq(code, JAXL_EIO);
    ck_assert_msg(strstr(err.message, path), "%s", err.message);
    ck_assert_int_gt(good, 10);
    jaxl_ledger_free(&l);
    l = open_as("winter");
    ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_LEADS, count_row, &n, NULL), 0);
    ck_assert_int_eq(n - 1000000, good);
    jaxl_ledger_free(&l);
}
END_TEST

/* Says every attempt that it has committed, until it is killed. */
static void work_until_killed(int fd)
{
    struct jaxl_ledger *l = open_as("winter");
    char name[48];

    for (int64_t i = 0;; i++) {
        int64_t attempt;
        snprintf(name, sizeof name, "%d-%lld", (int)getpid(), (long long)i);
        (void)add(l, name, 91000 + (uint64_t)i, "{}");
        attempt = intend(l, claim(l), 91000 + (uint64_t)i, 1);
        commit(l);
        if (write(fd, &attempt, sizeof attempt) != sizeof attempt)
            _exit(1);
    }
}

START_TEST(killed_at_any_moment)
{
    const int rounds = 20 / unit_slow() + 1;
    int said = 0, n = 1000000;
    struct jaxl_ledger *l;

    for (int i = 0; i < rounds; i++) {
        int64_t attempt, last = 0;
        int fds[2];
        pid_t pid;
        ck_assert_int_eq(pipe(fds), 0);
        pid = fork();
        if (pid == 0) {
            close(fds[0]);
            work_until_killed(fds[1]);
        }
        close(fds[1]);
        for (int k = 0; k < 5 + 7 * i % 23; k++)
            if (read(fds[0], &attempt, sizeof attempt) == sizeof attempt)
                said++, last = attempt;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(fds[0], &attempt, sizeof attempt) == sizeof attempt)
            said++, last = attempt;
        close(fds[0]);
        ck_assert_int_gt(last, 0);
        l = open_as("winter"); /* the lock is free at once, and all that was said is there */
        n = 1000000;
        ck_assert_int_eq(jaxl_ledger_query(l, JAXL_LEDGER_ATTEMPTS, count_row, &n, NULL), 0);
        ck_assert_int_ge(n - 1000000, said);
        ck_assert_int_le(n - 1000000, said + i + 1); /* committed, and killed before saying so */
        jaxl_ledger_free(&l);
    }
}
END_TEST

START_TEST(out_of_memory)
{
    const struct jaxl_ledger_options o = {
        .path = path, .account = 42, .campaign = "winter", .lock = true};
    struct jaxl_ledger *l = open_as("winter");
    struct jaxl_error err = {0};
    int code = JAXL_ENOMEM;

    (void)add(l, "1", 91001, "{}");
    commit(l);
    jaxl_ledger_free(&l);
    for (long n = 1; code; n++) {
        struct jaxl_ledger_lead lead;
        failmalloc_left = n;
        code = jaxl_ledger_open(&l, &o, &err);
        if (!code)
            code = jaxl_ledger_claim(l, now, &lead, &err);
        failmalloc_left = 0;
        if (code)
            ck_assert_int_eq(code, JAXL_ENOMEM);
        jaxl_ledger_free(&l);
        ck_assert_int_lt(n, 20);
    }
}
END_TEST

START_TEST(names_of_states)
{
    for (int i = 0; i < JAXL_LEDGER_STATES; i++)
        ck_assert_ptr_nonnull(jaxl_ledger_state_name((enum jaxl_ledger_state)i));
    ck_assert_str_eq(jaxl_ledger_state_name(JAXL_LEDGER_RETRY_WAIT), "retry-wait");
    ck_assert_str_eq(jaxl_ledger_state_name(JAXL_LEDGER_EXPIRED), "expired");
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, very_many_claims);
    tcase_add_test(tc, a_lead_is_called_and_called_again);
    tcase_add_test(tc, the_same_input_again);
    tcase_add_test(tc, claims_come_in_order);
    tcase_add_test(tc, the_clock_set_back);
    tcase_add_test(tc, only_what_was_committed_counts);
    tcase_add_test(tc, what_is_open);
    tcase_add_test(tc, suppressions_and_ivrs);
    tcase_add_test(tc, one_run_a_campaign);
    tcase_add_test(tc, files_that_cannot_be_used);
    tcase_add_test(tc, a_damaged_file);
    tcase_add_test(tc, the_file_is_its_owners);
    tcase_add_test(tc, a_full_disk);
    tcase_add_test(tc, killed_at_any_moment);
    tcase_add_test(tc, out_of_memory);
    tcase_add_test(tc, names_of_states);
}

int main(void)
{
    return unit_run("ledger", add_tests);
}
