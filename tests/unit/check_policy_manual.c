/* jaxl-policy(5) and the policy say the same. */
#include <dirent.h>
#include <string.h>

#include "campaign/policy.h"
#include "jaxl/holidays.h"
#include "unit.h"

enum { LINES = 1100, LINE = 200, KEYS = 64 };

static char manual[LINES][LINE];
static size_t n_lines;
static char dir[256];

static const char *source(const char *name, char path[400])
{
    const char *srcdir = getenv("srcdir");

    snprintf(path, 400, "%s/%s", srcdir ? srcdir : ".", name);
    return path;
}

static void begin(void)
{
    char path[400];
    FILE *file = fopen(source("man/jaxl-policy.5", path), "r");

    ck_assert_ptr_nonnull(file);
    for (n_lines = 0; n_lines < LINES && fgets(manual[n_lines], LINE, file); n_lines++)
        manual[n_lines][strcspn(manual[n_lines], "\n")] = '\0';
    fclose(file);
    ck_assert_uint_gt(n_lines, 100);
    ck_assert_uint_lt(n_lines, LINES);
    unit_dir_make(dir);
}

static void end(void)
{
    unit_dir_remove(dir);
}

static size_t line_of(const char *line)
{
    size_t i = 0;

    while (i < n_lines && strcmp(manual[i], line) != 0)
        i++;
    ck_assert_msg(i < n_lines, "the manual has no line '%s'", line);
    return i;
}

/* The keys that a section explains. */
static size_t keys_of(const char *heading, char keys[KEYS][24])
{
    size_t n = 0;

    for (size_t i = line_of(heading) + 1; i < n_lines && strncmp(manual[i], ".Sh ", 4) != 0; i++) {
        char *key = strncmp(manual[i], ".It Cm ", 7) == 0 ? manual[i] + 7 : NULL;
        if (!key || n == KEYS)
            continue;
        ck_assert_uint_lt(strcspn(key, " "), 24);
        snprintf(keys[n++], 24, "%.*s", (int)strcspn(key, " "), key);
    }
    return n;
}

static void set(const char *area, const char *key, const char *value, struct jaxl_error *err)
{
    struct jaxl_policy *p;

    *err = (struct jaxl_error){0};
    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    (void)jaxl_policy_set(p, area, key, value, err);
    jaxl_policy_free(&p);
}

/* Every key is explained, once, and where the manual says that a key can stand. */
START_TEST(keys)
{
    static char rules[KEYS][24], settings[KEYS][24];
    size_t n = keys_of(".Sh RULES", rules), m = keys_of(".Sh SETTINGS", settings), listed = 0;
    struct jaxl_error err, refused;
    char name[LINE];

    set("", "no-such-key", "", &err);
    for (const char *p = strstr(err.message, "there are: "); p; p = strchr(p + 1, ','))
        listed++;
    ck_assert_uint_eq(n + m, listed);
    ck_assert_uint_eq(listed, 23);
    for (size_t i = 0; i < n + m; i++) {
        const char *key = i < n ? rules[i] : settings[i - n];
        bool everywhere = i >= n || strcmp(key, "holidays") == 0;
        snprintf(name, sizeof name, " %.30s", key);
        ck_assert_msg(strstr(err.message, name) != NULL, "there is no key '%s'", key);
        set("US", key, "~", &refused);
        ck_assert_msg((strstr(refused.message, "holds everywhere") != NULL) == everywhere, "%s: %s",
                      key, refused.message);
    }
}
END_TEST

/* Writes the text between a line ".Bd" and ".Ed" as a policy; returns where it ended. */
static size_t example(size_t from, struct jaxl_policy *p)
{
    char path[300];
    struct jaxl_error err = {0};
    FILE *file;

    snprintf(path, sizeof path, "%s/policy", dir);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (from++; strcmp(manual[from], ".Ed") != 0; from++)
        fprintf(file, "%s\n", manual[from]);
    fclose(file);
    ck_assert_msg(jaxl_policy_read(p, path, &err) == 0, "%s", err.message);
    return from;
}

START_TEST(examples)
{
    size_t n = 0;

    for (size_t i = 0; i < n_lines; i++) {
        struct jaxl_policy *p;
        if (strncmp(manual[i], ".Bd ", 4) != 0)
            continue;
        ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
        i = example(i, p);
        jaxl_policy_free(&p);
        n++;
    }
    ck_assert_uint_eq(n, 3);
}
END_TEST

START_TEST(retries)
{
    unsigned char initial[JAXL_POLICY_DIGEST], said[JAXL_POLICY_DIGEST];
    struct jaxl_policy *p;

    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    ck_assert_int_eq(jaxl_policy_digest(p, initial, NULL), 0);
    for (int d = JAXL_DISPOSITION_NONE + 1; d < JAXL_DISPOSITION_COUNT; d++) {
        char never[64];
        snprintf(never, sizeof never, "%s=never", jaxl_disposition_name((enum jaxl_disposition)d));
        ck_assert_int_eq(jaxl_policy_set(p, "", "retry", never, NULL),
                         d == JAXL_DISPOSITION_UNKNOWN ? JAXL_EARG : 0);
    }
    (void)example(line_of("retry = NO_ANSWER = 60m, 4h") - 1, p);
    ck_assert_int_eq(jaxl_policy_digest(p, said, NULL), 0);
    ck_assert_mem_eq(initial, said, sizeof said);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(limits)
{
    const struct {
        const char *line;
        int limit;
    } said[] = {
        {"There may be rules for %d areas, everywhere being one of them.", JAXL_POLICY_SECTIONS},
        {"There may be %d caps and gaps.", JAXL_POLICY_CAPS},
        {"the last; at most %d times.", JAXL_POLICY_RETRIES},
        {"of all files count, at most %d.", JAXL_HOLIDAYS_MAX},
        {"Numbers to call from, E.164; at most %d.", JAXL_POLICY_FROM},
        {"At most %d.", JAXL_DNC_FILES}};

    for (size_t i = 0; i < UNIT_COUNT(said); i++) {
        const char *percent = strstr(said[i].line, "%d");
        char line[LINE], number[16];
        bool found = false;
        ck_assert_ptr_nonnull(percent);
        snprintf(number, sizeof number, "%d", said[i].limit);
        snprintf(line, sizeof line, "%.*s%s%s", (int)(percent - said[i].line), said[i].line, number,
                 percent + 2);
        for (size_t k = 0; k < n_lines && !found; k++)
            found = strstr(manual[k], line) != NULL;
        ck_assert_msg(found, "the manual does not say: %s", line);
    }
}
END_TEST

/* Those that are shipped are those of the table. */
START_TEST(presets)
{
    char path[400];
    DIR *folder = opendir(source("samples/policies", path));
    const struct dirent *entry;
    size_t shipped = 0, listed = 0;

    ck_assert_ptr_nonnull(folder);
    while ((entry = readdir(folder))) {
        size_t len = strcspn(entry->d_name, "."), found = 0;
        char row[64];
        if (strcmp(entry->d_name + len, ".policy") != 0)
            continue;
        snprintf(row, sizeof row, ".It Li %.*s Ta ", (int)(len < 40 ? len : 40), entry->d_name);
        for (size_t i = 0; i < n_lines; i++)
            found += strncmp(manual[i], row, strlen(row)) == 0;
        ck_assert_msg(found == 1, "%s is in the manual %zu times", entry->d_name, found);
        shipped++;
    }
    closedir(folder);
    for (size_t i = 0; i < n_lines; i++)
        listed += strncmp(manual[i], ".It Li ", 7) == 0 && strstr(manual[i], " Ta ") != NULL;
    ck_assert_uint_eq(shipped, listed);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, keys);
    tcase_add_test(tc, examples);
    tcase_add_test(tc, retries);
    tcase_add_test(tc, limits);
    tcase_add_test(tc, presets);
}

int main(void)
{
    return unit_run("policy_manual", add);
}
