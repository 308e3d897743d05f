#include "failmalloc.h"

#include <sys/time.h>

#include "ivr_fixture.h"

#define MAIN    "{\"ivr\": \"main\", \"message\": \"Press 1 for sales.\"}\n"
#define OPTION  "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Sales\", "
#define TEAMS   "\"teams\": [5]}\n"
#define GOOD    MAIN OPTION TEAMS
#define HOLD    "{\"ivr\": \"hold\", \"message\": \"Please hold.\", \"hangup\": true}\n"
#define AT(n)   "main.ndjson:" #n ": "
#define NO_HOLD AT(3) "menu 'hold': nobody can reach it"

static const struct {
    const char *text, *problems;
} cases[] = {
    {"", ""},
    {GOOD, ""},
    /* the sample of issue 5 */
    {"{\"ivr\": \"main\", \"message\": \"Welcome to Example. Press 1 for sales, 2 for support, 0 "
     "to "
     "repeat.\"}\n"
     "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Sales\", \"teams\": [5]}\n"
     "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"Support\", \"next\": \"support\"}\n"
     "{\"ivr\": \"main\", \"input\": \"0\", \"message\": \"Repeat\", \"next\": \"main\"}\n"
     "{\"ivr\": \"support\", \"message\": \"Please hold.\", \"hangup\": true}\n"
     "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n",
     ""},
    /* in any order */
    {"{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n" OPTION "\"next\": \"hold\"}\n" HOLD MAIN,
     ""},

    /* dangling names */
    {MAIN OPTION "\"next\": \"suport\"}\n",
     AT(2) "option 1 of menu 'main': there is no menu 'suport'\n"},
    {MAIN OPTION "\"next\": 42}\n", ""},
    {OPTION TEAMS, AT(1) "option 1: there is no menu 'main'\n"},
    {GOOD "{\"phone\": \"+918069001234\", \"ivr\": \"mian\"}\n",
     AT(3) "phone +918069001234: there is no menu 'mian'\n"},
    {GOOD "{\"phone\": \"+918069001234\", \"ivr\": \"42\"}\n", ""},

    /* two records for one */
    {GOOD OPTION "\"next\": \"main\"}\n",
     AT(3) "input 1 of menu 'main' has a record already, in main.ndjson, line 2\n"},
    {GOOD MAIN, AT(3) "menu 'main' has a record already, in main.ndjson, line 1\n"},
    {GOOD "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n"
          "{\"phone\": \"+91 80690-01234\", \"ivr\": \"main\"}\n",
     AT(4) "phone +918069001234 is assigned already, in main.ndjson, line 3\n"},

    /* no or two places to lead to */
    {MAIN "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Sales\"}\n",
     AT(1) "menu 'main': nobody can leave it: it does not hang up and no option leads out\n" AT(
         2) "option 1 of menu 'main' leads nowhere: it needs one of next, phone, devices, "
            "appusers, "
            "teams and webhook\n"},
    {MAIN OPTION "\"next\": \"main\", \"teams\": [5]}\n",
     AT(2) "option 1 of menu 'main' leads to more than one place: next and teams\n"},
    {MAIN OPTION "\"phone\": \"+918069001234\", \"teams\": [5], \"webhook\": \"https://x\"}\n",
     AT(2) "option 1 of menu 'main' leads to more than one place: phone, teams and webhook\n"},
    {MAIN OPTION "\"phone\": \"\", \"teams\": [5], \"devices\": []}\n", ""},

    /* reach */
    {GOOD HOLD "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n",
     NO_HOLD ": no phone is assigned to it, no option leads to it and it is not marked as entry\n"},
    {GOOD HOLD "{\"phone\": \"+918069001234\", \"ivr\": \"hold\"}\n", ""}, /* main is the first */
    {GOOD "{\"ivr\": \"hold\", \"message\": \"Please hold.\", \"hangup\": true, \"entry\": true}\n"
          "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n",
     ""},
    {"{\"ivr\": \"hold\", \"message\": \"Please hold.\", \"hangup\": true, \"entry\": "
     "\"perhaps\"}\n",
     AT(1) "entry: 'perhaps' is neither true nor false\n"},
    {"{\"ivr\": \"hold\", \"message\": \"Please hold.\", \"hangup\": true, \"id\": \"12\", "
     "\"org\": 42}\n",
     ""},
    {"{\"ivr\": \"hold\", \"message\": \"Please hold.\", \"hangup\": true, \"id\": 0}\n",
     AT(1) "id: '0' is no whole number from 1\n"},
    {GOOD HOLD, ""},
    {GOOD "{\"ivr\": \"a\", \"message\": \"Press 1 or 2\"}\n"
          "{\"ivr\": \"a\", \"input\": \"1\", \"message\": \"-\", \"next\": \"b\"}\n"
          "{\"ivr\": \"a\", \"input\": \"2\", \"message\": \"-\", \"teams\": 5}\n"
          "{\"ivr\": \"b\", \"message\": \"Press 1\"}\n"
          "{\"ivr\": \"b\", \"input\": \"1\", \"message\": \"-\", \"next\": \"a\"}\n",
     AT(3) "menu 'a': nobody can reach it: only a circle of options leads to it\n" AT(
         6) "menu 'b': nobody can reach it: only a circle of options leads to it\n"},
    {GOOD "{\"ivr\": \"a\", \"message\": \"Press 1 or 2\"}\n" /* leads to itself alone */
          "{\"ivr\": \"a\", \"input\": \"1\", \"message\": \"-\", \"next\": \"a\"}\n"
          "{\"ivr\": \"a\", \"input\": \"2\", \"message\": \"-\", \"teams\": 5}\n",
     ""},
    /* what a webhook answers may lead anywhere */
    {MAIN OPTION "\"webhook\": \"https://x\"}\n" HOLD
                 "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n",
     ""},
    {MAIN OPTION "\"next\": \"hook\"}\n" HOLD "{\"ivr\": \"hook\", \"message\": \"https://x\"}\n"
                 "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n",
     ""},
    {GOOD HOLD "{\"ivr\": \"hook\", \"message\": \"https://x\"}\n"
               "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n",
     NO_HOLD
     ": no phone is assigned to it, no option leads to it and it is not marked as entry\n" AT(
         4) "menu 'hook': nobody can reach it: no phone is assigned to it, no option leads to it "
            "and it is not marked as entry\n"},
    {"{\"ivr\": \"main\", \"message\": \"Hello.\", \"hangup\": true}\n" /* is disabled */
     OPTION "\"next\": \"hold\", \"enabled\": false}\n" HOLD
     "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n",
     ""},

    /* leaving */
    {"{\"ivr\": \"main\", \"message\": \"Hello.\"}\n",
     AT(1) "menu 'main': nobody can leave it: it does not hang up and no option leads out\n"},
    {MAIN OPTION "\"next\": \"main\"}\n",
     AT(1) "menu 'main': nobody can leave it: it does not hang up and no option leads out\n"},
    {MAIN OPTION "\"next\": \"hold\"}\n" HOLD, ""},
    {"{\"ivr\": \"main\", \"message\": \"Hello.\"}\n" OPTION "\"enabled\": false, " TEAMS,
     AT(1) "menu 'main': nobody can leave it: it does not hang up and no option leads out\n"},
    {MAIN OPTION "\"next\": \"hold\"}\n"
                 "{\"ivr\": \"hold\", \"message\": \"https://example.com/hook?stream\"}\n",
     ""},

    /* prompts */
    {"{\"ivr\": \"main\", \"message\": \"Press 1 or 2.\"}\n" OPTION TEAMS,
     AT(1) "menu 'main': the prompt announces key 2, which has no option\n"},
    {"{\"ivr\": \"main\", \"message\": \"Press 1 or *.\"}\n" OPTION TEAMS
     "{\"ivr\": \"main\", \"input\": \"*\", \"message\": \"B\", \"enabled\": false, \"next\": 7}\n",
     AT(1) "menu 'main': the prompt announces key *, whose option is not enabled\n"},
    {GOOD "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"B\", \"next\": 7}\n",
     AT(3) "menu 'main': no prompt announces key 2\n"},
    {GOOD "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"Press 2.\", \"next\": 7}\n", ""},
    {GOOD "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"Press 3.\", \"next\": 7}\n",
     AT(3) "menu 'main': the prompt announces key 3, which has no option\n" AT(
         3) "menu 'main': no prompt announces key 2\n"},
    {GOOD "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"B\", \"next\": 7, \"enabled\": "
          "false}\n",
     ""},
    {"{\"ivr\": \"main\", \"message\": \"Pulse el 1.\"}\n" OPTION TEAMS, ""},

    /* numbers */
    {MAIN OPTION "\"phone\": \"9876543210\"}\n",
     AT(2) "phone: phone number '9876543210': the '+' and the country code are missing "
           "(+919876543210)\n"},
    {GOOD "{\"phone\": 918069001234, \"ivr\": \"main\"}\n",
     AT(3) "phone: phone number '918069001234': the '+' and the country code are missing "
           "(+919876543210)\n"},

    /* confirmation, webhooks */
    {MAIN OPTION "\"confirmation\": true, " TEAMS,
     AT(2) "option 1 of menu 'main': confirmation needs a needs_data_prompt\n"},
    {MAIN OPTION "\"confirmation\": true, \"needs_data_prompt\": \"Your number?\", " TEAMS, ""},
    {MAIN OPTION "\"webhook\": \"http://x\"}\n",
     AT(2) "option 1 of menu 'main': webhook 'http://x' is not an https:// URL\n"},
    {MAIN OPTION "\"webhook\": \"https://\"}\n",
     AT(2) "option 1 of menu 'main': webhook 'https://' is not an https:// URL\n"},
    {MAIN OPTION "\"webhook_url\": \"ftp://x\", " TEAMS,
     AT(2) "option 1 of menu 'main': webhook_url 'ftp://x' is not an https:// URL\n"},
    {MAIN OPTION "\"webhook_url\": \"HTTPS://x/\", " TEAMS, ""},
    {"{\"ivr\": \"main\", \"message\": \"http://x/hook\"}\n",
     AT(1) "menu 'main': 'http://x/hook' is not an https:// URL\n"},

    /* what is missing */
    {"{\"ivr\": \"main\", \"hangup\": true}\n", AT(1) "menu 'main' has no message\n"},
    {MAIN "{\"ivr\": \"main\", \"input\": \"1\", \"teams\": [5]}\n",
     AT(2) "option 1 of menu 'main' has no message\n"},

    /* all of them, in the order of the input, and no more than is known */
    {"{\"phone\": \"1\", \"ivr\": \"nobody\"}\n" MAIN OPTION
     "\"webhook\": \"http://x\", \"confirmation\": true, \"next\": \"nobody\"}\n",
     AT(1) "phone: phone number '1': the '+' and the country code are missing "
           "(+919876543210)\n" AT(3) "option 1 of menu 'main' leads to more than one place: "
                                     "next and webhook\n" AT(
                                         3) "option 1 of menu 'main': confirmation needs a "
                                            "needs_data_prompt\n" AT(3) "option 1 of menu "
                                                                        "'main': webhook "
                                                                        "'http://x' is not an "
                                                                        "https:// URL\n"},
    {OPTION "\"next\": \"nobody\"}\n"
            "{\"ivr\": \"main\", \"message\": \"Press 1 or 2\", \"hangup\": \"yes\"}\n"
            "{\"ivr\": \"a\", \"message\": \"Hello\"}\n"
            "{\"phone\": \"+918069001234\", \"ivr\": \"b\"}\n",
     AT(1) "option 1 of menu 'main': there is no menu 'nobody'\n" AT(
         2) "menu 'main': the prompt "
            "announces key 2, which "
            "has no option\n" AT(
                3) "menu 'a': nobody "
                   "can reach it: no "
                   "phone is assigned "
                   "to it, no option leads to it and it is not marked as entry\n" AT(
                       3) "menu 'a': "
                          "nobody can "
                          "leave it: "
                          "it does not "
                          "hang up and "
                          "no option "
                          "leads "
                          "out\n" AT(4) "phone"
                                        " +"
                                        "91806"
                                        "90012"
                                        "34: "
                                        "there"
                                        " is "
                                        "no "
                                        "menu "
                                        "'b'"
                                        "\n"},
};

START_TEST(every_problem_is_told)
{
    struct ivr f;

    ivr_set_up(&f);
    ck_assert_str_eq(ivr_problems(&f, "main.ndjson", cases[_i].text), cases[_i].problems);
    ivr_tear_down(&f);
}
END_TEST

START_TEST(their_number_is_told)
{
    struct ivr f;

    ivr_set_up(&f);
    ivr_problems(&f, "main.ndjson", MAIN);
    ck_assert_ptr_nonnull(strstr(f.err.message, "2 problems in /"));
    ivr_tear_down(&f);
}
END_TEST

/* n menus of 10 options in a chain, the last of which hangs up, backwards when asked. */
static void write_many(struct ivr *f, int n, bool backwards)
{
    FILE *file;

    snprintf(f->path, sizeof f->path, "%s/many.csv", f->dir);
    file = fopen(f->path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("ivr,input,message,next,hangup,teams\n", file);
    for (int k = 0; k < n; k++) {
        int i = backwards ? n - 1 - k : k;
        fprintf(file, "m%d,,\"Press 0 to 9, please.\",,%s,\n", i, i == n - 1 ? "true" : "");
        for (int key = 0; key < 10; key++)
            if (key == 9)
                fprintf(file, "m%d,9,To the next one,m%d,,\n", i, i == n - 1 ? i : i + 1);
            else
                fprintf(file, "m%d,%d,To %d,m%d,,\n", i, key, key, i);
    }
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(hundred_thousand_options)
{
    const int n = 10000 / unit_slow();
    struct timeval start, end;
    struct ivr f;
    double took;

    ivr_set_up(&f);
    write_many(&f, n, _i);
    gettimeofday(&start, NULL);
    ck_assert_msg(ivr_read(&f, "many.csv") == 0, "%s", f.err.message);
    ck_assert_int_eq(ivr_check(&f), 0);
    gettimeofday(&end, NULL);
    took = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_usec - start.tv_usec) / 1e6;
    ck_assert_uint_eq(f.tree.n_menus, (size_t)n);
    ck_assert_uint_eq(f.tree.n_options, 10 * (size_t)n);
    ck_assert_uint_eq(f.tree.n_problems, 0);
    if (!getenv("T_SLOW"))
        ck_assert_msg(took < 5, "%.2f s", took);
    ivr_tear_down(&f);
}
END_TEST

/* As many problems as records. */
START_TEST(hundred_thousand_problems)
{
    const int n = 100000 / unit_slow();
    struct ivr f;
    FILE *file;
    size_t lines = 0;

    ivr_set_up(&f);
    snprintf(f.path, sizeof f.path, "%s/many.ndjson", f.dir);
    file = fopen(f.path, "w");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < n; i++)
        fprintf(file, "{\"phone\": \"+91%010d\", \"ivr\": \"x%d\"}\n", i, i);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(ivr_read(&f, "many.ndjson"), 0);
    ck_assert_int_eq(ivr_check(&f), JAXL_EINPUT);
    for (const char *at = f.problems.data; (at = strchr(at, '\n')); at++)
        lines++;
    ck_assert_uint_eq(lines, (size_t)n);
    ivr_tear_down(&f);
}
END_TEST

static const struct {
    const char *name;
    size_t menus, options, phones;
} samples[] = {
    {"order-confirmation.ndjson", 6, 10, 0},
    {"clinic.csv", 5, 18, 1},
    {"languages.ndjson", 5, 16, 1},
    {"common.ndjson", 1, 1, 0},
};

START_TEST(samples_have_no_problem)
{
    const char *srcdir = getenv("srcdir");
    struct ivr f;
    int fd, rc;

    ivr_set_up(&f);
    snprintf(f.path, sizeof f.path, "%.200s/samples/ivr/%s", srcdir ? srcdir : ".",
             samples[_i].name);
    fd = open(f.path, O_RDONLY | O_CLOEXEC);
    ck_assert_msg(fd >= 0, "%s", f.path);
    rc = jaxl_ivr_read(&f.tree, fd, f.path, NULL, &f.err);
    close(fd);
    ck_assert_msg(rc == 0, "%s", f.err.message);
    rc = ivr_check(&f);
    ck_assert_msg(rc == 0, "%s", jaxl_buf_text(&f.problems));
    ck_assert_uint_eq(f.tree.n_menus, samples[_i].menus);
    ck_assert_uint_eq(f.tree.n_options, samples[_i].options);
    ck_assert_uint_eq(f.tree.n_phones, samples[_i].phones);
    ivr_tear_down(&f);
}
END_TEST

static void ignore(void *ctx, const char *file, uint64_t line, const char *message)
{
    (void)file, (void)line, (void)message;
    ++*(int *)ctx;
}

static int work(void *ctx)
{
    struct ivr *f = ctx;
    int reported = 0, rc = ivr_read(f, "main.ndjson");

    if (!rc)
        rc = jaxl_ivr_check(&f->tree, 0, ignore, &reported, NULL);
    if (rc == JAXL_EINPUT && reported == 4)
        rc = 0;
    jaxl_ivr_tree_free(&f->tree);
    return rc;
}

START_TEST(memory_runs_out)
{
    struct ivr f;

    ivr_set_up(&f);
    ivr_write(&f, "main.ndjson",
              GOOD HOLD "{\"phone\": \"+918069001234\", \"ivr\": \"b\"}\n"
                        "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"B\", \"next\": "
                        "\"nobody\"}\n");
    ck_assert_int_gt(failmalloc_each(work, &f), 10);
    ivr_tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_problem_is_told, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, their_number_is_told);
    tcase_add_loop_test(tc, hundred_thousand_options, 0, 2);
    tcase_add_test(tc, hundred_thousand_problems);
    tcase_add_loop_test(tc, samples_have_no_problem, 0, UNIT_COUNT(samples));
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("ivr_check", add);
}
