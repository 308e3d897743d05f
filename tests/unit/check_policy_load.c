#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "campaign/policy.h"
#include "jaxl/clock.h"
#include "unit.h"

static char dir[256];

static void write_policy(const char *name, const char *text)
{
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void begin(void)
{
    unit_dir_make(dir);
    write_policy("fast.policy", "max-attempts = 9\nconnections = 5\n");
    write_policy("slow.policy", "max-attempts = 2\nconnections = 3\n");
    write_policy("bad.policy", "\nwindow = 19:00-09:00\n");
    write_policy("notes.txt", "");
    write_policy(".policy", "");
    ck_assert_int_eq(setenv("JAXL_POLICIES", dir, 1), 0);
}

static void end(void)
{
    unit_dir_remove(dir);
}

static int load(struct jaxl_policy **p, const char *names, struct jaxl_error *err)
{
    ck_assert_int_eq(jaxl_policy_new(p, NULL), 0);
    return jaxl_policy_load(*p, names, err);
}

START_TEST(in_their_order)
{
    static const struct {
        const char *names;
        unsigned attempts, connections;
    } cases[] = {{"fast", 9, 5},
                 {"slow", 2, 3},
                 {"fast,slow", 2, 3},
                 {" slow , fast ", 2, 5},
                 {"slow,slow", 2, 3}};

    for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
        struct jaxl_policy_rules rules;
        struct jaxl_policy *p;
        ck_assert_int_eq(load(&p, cases[i].names, NULL), 0);
        ck_assert(jaxl_policy_rules(p, "US", &rules));
        ck_assert_uint_eq(rules.max_attempts, cases[i].attempts);
        ck_assert_uint_eq(jaxl_policy_settings(p)->connections, cases[i].connections);
        jaxl_policy_free(&p);
    }
}
END_TEST

/* With a '/' or the ending it is a file, wherever the presets are. */
START_TEST(paths)
{
    struct jaxl_policy *p;
    struct jaxl_error err = {0};
    char names[700], here[256];

    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(setenv("JAXL_POLICIES", "/nonexistent", 1), 0);
    snprintf(names, sizeof names, "%s/fast.policy,slow.policy,./notes.txt", dir);
    ck_assert_msg(load(&p, names, &err) == 0, "%s", err.message);
    ck_assert_uint_eq(jaxl_policy_settings(p)->connections, 3);
    jaxl_policy_free(&p);
    ck_assert_int_eq(load(&p, "./fast", &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "./fast: "));
    jaxl_policy_free(&p);
    ck_assert_int_eq(chdir(here), 0);
}
END_TEST

START_TEST(what_is_wrong)
{
    static const struct {
        const char *names;
        int code;
        const char *why;
    } cases[] = {
        {"", JAXL_EARG, "a name is missing: policies are named as us,in or ./own.policy"},
        {" ", JAXL_EARG, "a name is missing"},
        {"fast,", JAXL_EARG, "a name is missing"},
        {"fast,,slow", JAXL_EARG, "a name is missing"},
        {"fast,us", JAXL_ECONFIG, " (there are: bad, fast, slow); a file of your own"},
        {"us", JAXL_ECONFIG, "there is no policy 'us' in /"},
        {"notes.txt", JAXL_ECONFIG, "is named with its folder, ./notes.txt"},
        {"bad", JAXL_EINPUT, "/bad.policy: line 2: window: "},
        {"other.policy", JAXL_ECONFIG, "other.policy: No such file"},
    };

    for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
        struct jaxl_error err = {0};
        struct jaxl_policy *p;
        ck_assert_int_eq(load(&p, cases[i].names, &err), cases[i].code);
        ck_assert_int_eq(err.code, cases[i].code);
        ck_assert_msg(strstr(err.message, cases[i].why) != NULL, "%s", err.message);
        ck_assert_int_eq(jaxl_policy_load(p, cases[i].names, NULL), cases[i].code);
        jaxl_policy_free(&p);
    }
}
END_TEST

static const struct {
    const char *text, *why;
} files[] = {
    {"window 09:00-19:00\n", ": line 1: 'window 09:00-19:00' is not key = value"},
    {"\n# hours\nwindow = 09:00-19:00 # of India\n[US-FL\n", ": line 4: '[US-FL' is not an area"},
    {"[US-XX]\n", ": line 1: "},
    {"[US-FL-LONG-AND-LONGER]\n", ": line 1: "},
    {"[]\n", ": line 1: "},
    {"[US]\ntz = UTC\n", ": line 2: tz holds everywhere"},
    {"gap = \n", ": line 1: gap: '' is not a span"},
    {"\n[US]\nbudget = 5\n", ": line 3: budget holds everywhere"},
    {"budget = -5\n", ": line 1: budget: at least 0, not '-5'"},
    {"speed = 5\n", ": line 1: there is no rule 'speed'; there are: window"},
};

/* Reads a policy of these bytes. */
static int read_bytes(struct jaxl_policy **p, const char *data, size_t len, struct jaxl_error *err)
{
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/policy", dir);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, len, file), len);
    fclose(file);
    ck_assert_int_eq(jaxl_policy_new(p, NULL), 0);
    return jaxl_policy_read(*p, path, err);
}

START_TEST(files_with_errors)
{
    struct jaxl_policy *p;
    struct jaxl_error err = {0};

    ck_assert_int_eq(read_bytes(&p, files[_i].text, strlen(files[_i].text), &err), JAXL_EINPUT);
    ck_assert_int_eq(err.code, JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, files[_i].why) && strstr(err.message, dir), "%s",
                  err.message);
    jaxl_policy_free(&p);
    ck_assert_int_eq(read_bytes(&p, files[_i].text, strlen(files[_i].text), NULL), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_policy_read(p, "/nonexistent/policy", &err), JAXL_ECONFIG);
    ck_assert_int_eq(jaxl_policy_read(p, dir, &err), JAXL_EIO);
    jaxl_policy_free(&p);
}
END_TEST

/* What editors do to a file. */
START_TEST(ends_of_lines)
{
    static const char text[] = "\xef\xbb\xbfmax-attempts = 3\r\n\r\n[US]\r\n# more\r\n"
                               "expire=\t1h \r\ndnc-max-age = 1d # without an end";
    struct jaxl_policy *p;
    struct jaxl_policy_rules rules;

    ck_assert_int_eq(read_bytes(&p, text, sizeof text - 1, NULL), 0);
    ck_assert(jaxl_policy_rules(p, "US", &rules));
    ck_assert_uint_eq(rules.max_attempts, 3);
    ck_assert_int_eq(rules.expire, 3600 * JAXL_SECOND);
    ck_assert_int_eq(rules.dnc_max_age, 86400 * JAXL_SECOND);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(zero_bytes)
{
    static const char text[] = "max-attempts = 3\n\0max-attempts = 1";
    struct jaxl_policy *p;
    struct jaxl_error err = {0};

    ck_assert_int_eq(read_bytes(&p, text, sizeof text - 1, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(strstr(err.message, ": line 2: not text: it has a zero byte"));
    jaxl_policy_free(&p);
}
END_TEST

/* 1000 bytes and the end of the line. */
START_TEST(long_lines)
{
    for (int len = 999; len <= 1001; len++)
        for (int end_it = 0; end_it < 2; end_it++) {
            char text[1100];
            struct jaxl_policy *p;
            struct jaxl_error err = {0};
            int n = snprintf(text, sizeof text, "\n#%*s%s", len - 1, "", end_it ? "\n" : "");
            ck_assert_int_eq(read_bytes(&p, text, (size_t)n, &err), len > 1000 ? JAXL_EINPUT : 0);
            if (len > 1000)
                ck_assert_ptr_nonnull(strstr(err.message, ": line 2: longer than 1000 bytes"));
            jaxl_policy_free(&p);
        }
}
END_TEST

START_TEST(folders)
{
    char long_name[9000], empty[300];
    struct jaxl_policy *p;
    struct jaxl_error err = {0};

    snprintf(empty, sizeof empty, "%s/empty", dir);
    ck_assert_int_eq(mkdir(empty, 0700), 0);
    ck_assert_int_eq(setenv("JAXL_POLICIES", empty, 1), 0);
    ck_assert_int_eq(load(&p, "us", &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "(there are none, install them again)"));
    jaxl_policy_free(&p);
    ck_assert_int_eq(unsetenv("JAXL_POLICIES"), 0); /* where they are installed */
    ck_assert_int_eq(load(&p, "no-such-policy", &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, " in " POLICIES_DIR " ("));
    jaxl_policy_free(&p);
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    ck_assert_int_eq(load(&p, long_name, &err), JAXL_EARG);
    jaxl_policy_free(&p);
    long_name[4000] = '\0';
    ck_assert_int_eq(load(&p, long_name, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "there is no policy 'xxxx"));
    jaxl_policy_free(&p);
}
END_TEST

/* All that is shipped, at once. */
START_TEST(presets)
{
    const char *srcdir = getenv("srcdir");
    char path[400];
    struct jaxl_policy *p;
    struct jaxl_error err = {0};

    snprintf(path, sizeof path, "%s/samples/policies", srcdir ? srcdir : ".");
    ck_assert_int_eq(setenv("JAXL_POLICIES", path, 1), 0);
    ck_assert_msg(load(&p, "us,us-debt,in,in-loans,uk", &err) == 0, "%s", err.message);
    ck_assert(!jaxl_policy_empty(p));
    jaxl_policy_free(&p);
    ck_assert_int_eq(load(&p, "fr", &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "(there are: in-loans, in, uk, us-debt, us)"));
    jaxl_policy_free(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, in_their_order);
    tcase_add_test(tc, paths);
    tcase_add_test(tc, what_is_wrong);
    tcase_add_loop_test(tc, files_with_errors, 0, UNIT_COUNT(files));
    tcase_add_test(tc, ends_of_lines);
    tcase_add_test(tc, zero_bytes);
    tcase_add_test(tc, long_lines);
    tcase_add_test(tc, folders);
    tcase_add_test(tc, presets);
}

int main(void)
{
    return unit_run("policy_load", add);
}
