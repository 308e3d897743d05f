#include <string.h>

#include "campaign/policy.h"
#include "unit.h"

static char dir[256], holidays[300], fewer[300];

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void begin(void)
{
    unit_dir_make(dir);
    snprintf(holidays, sizeof holidays, "%s/all", dir);
    snprintf(fewer, sizeof fewer, "%s/fewer", dir);
    write_file(holidays, "2026-12-25\n2027-01-01\n2026-12-25\n");
    write_file(fewer, "2027-01-01\n");
}

static void end(void)
{
    unit_dir_remove(dir);
}

/* Lines of a policy; "%" stands for the folder. */
static struct jaxl_policy *policy(const char *lines)
{
    struct jaxl_policy *p;
    struct jaxl_error err = {0};
    char path[300], text[1000] = "";
    const char *percent;

    while ((percent = strchr(lines, '%'))) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s%s", (int)(percent - lines),
                 lines, dir);
        lines = percent + 1;
    }
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s", lines);
    snprintf(path, sizeof path, "%s/policy", dir);
    write_file(path, text);
    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    ck_assert_msg(jaxl_policy_read(p, path, &err) == 0, "%s", err.message);
    return p;
}

static void digest(const char *lines, unsigned char out[JAXL_POLICY_DIGEST])
{
    struct jaxl_policy *p = policy(lines);

    ck_assert_int_eq(jaxl_policy_digest(p, out, NULL), 0);
    jaxl_policy_free(&p);
}

/* Each differs from all others. */
static const char *const different[] = {
    "",
    "window = 09:00-19:00",
    "window = 09:00-19:01",
    "[US]\nwindow = 09:00-19:00",
    "[US-FL]\nwindow = 09:00-19:00",
    "[US-FL]\nwindow = 09:00-19:00\n[US]\nwindow = 09:00-19:00",
    "days = mon-fri",
    "days = mon-sat",
    "days = all",
    "window = all",
    "cap = 3/7d",
    "cap = 4/7d",
    "cap = 3/8d",
    "cap = 3/7d\ncap = 4/8d",
    "cap = 4/7d\ncap = 3/8d",
    "gap = 4h",
    "max-attempts = 3",
    "max-attempts = 4",
    "expire = 7d",
    "expire = 8d",
    "dnc-max-age = 7d",
    "dnc-max-age = 31d",
    "tz = Asia/Kolkata",
    "tz = Europe/London",
    "holidays = %/all",
    "holidays = %/fewer",
    "retry = NO_ANSWER=1h",
    "retry = NO_ANSWER=2h",
    "retry = NO_ANSWER=never",
    "retry = NET_FAIL=never",
    "retry = VOICEMAIL=1h",
};

START_TEST(changes_are_seen)
{
    static unsigned char digests[UNIT_COUNT(different)][JAXL_POLICY_DIGEST];

    for (size_t i = 0; i < UNIT_COUNT(different); i++) {
        digest(different[i], digests[i]);
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(memcmp(digests[i], digests[k], sizeof digests[i]) != 0,
                          "'%s' and '%s' are taken for the same", different[i], different[k]);
    }
}
END_TEST

static const struct {
    const char *one, *other;
} same[] = {
    {"", "# nothing\n\n"},
    {"", "[US-FL]\n[*]\n"},
    {"", "rate = 5\nbudget = 100\nfrom = +912233445566\ndnc = x\nmax-runtime = 1h\n"},
    {"", "retry = NO_ANSWER = 60m, 4h"},
    {"gap = 4h\nwindow = 09:00-19:00\n", "window = 09:00-19:00 # hours\ngap = 240m\n"},
    {"cap = 3/7d\ncap = 1/1d\ncap = 5/7d", "cap = 5/7d\ncap = 3/7d\ngap = 24h\ncap = 3/168h\n"},
    {"window = 09:00-19:00\nwindow = 10:00-20:00", "window = 10:00-19:00"},
    {"days = mon-sat\ndays = tue-sun", "days = tue,wed,thu,fri,sat"},
    {"expire = 7d\nexpire = 8d", "expire = 7d"},
    {"[US]\ngap = 1h\n[IN]\ngap = 2h\n[*]\ngap = 3h", "gap = 3h\n[IN]\ngap = 2h\n[US]\ngap = 1h"},
    {"[US]\ngap = 1h\n[IN]\ngap = 2h\n[US]\nmax-attempts = 2",
     "[US]\nmax-attempts = 2\ngap = 1h\n[IN]\ngap = 2h"},
    {"holidays = %/all", "holidays = %/fewer\nholidays = %/all"},
    {"tz = Europe/London\ntz = Asia/Kolkata", "tz = Asia/Kolkata"},
};

START_TEST(order_does_not_matter)
{
    unsigned char one[JAXL_POLICY_DIGEST], other[JAXL_POLICY_DIGEST];

    digest(same[_i].one, one);
    digest(same[_i].other, other);
    ck_assert_mem_eq(one, other, sizeof one);
}
END_TEST

/* A digest is kept in ledgers: one that is not what it was would say that policies have changed. */
START_TEST(it_stays_what_it_is)
{
    static const char known[] = "da49b4bc68cb88e07b75ed0dd3a38b924a3a53c9bd8108c232bb924f304e304f";
    unsigned char out[JAXL_POLICY_DIGEST];
    char hex[2 * JAXL_POLICY_DIGEST + 1];

    digest("window = 09:00-19:00\ntz = Asia/Kolkata\n[US-FL]\ndays = mon-fri\ncap = 3/24h\n", out);
    for (size_t i = 0; i < sizeof out; i++)
        snprintf(hex + 2 * i, 3, "%02x", out[i]);
    ck_assert_str_eq(hex, known);
}
END_TEST

START_TEST(whether_it_is_empty)
{
    static const struct {
        const char *lines;
        bool empty;
    } cases[] = {
        {"", true},
        {"retry = NO_ANSWER=1h\ntz = UTC\nrate = 5\ndnc = x\nbudget = 3\n[US-FL]\n", true},
        {"window = all", false},
        {"[US]\ndays = mon-fri", false},
        {"[US]\ncap = 3/7d", false},
        {"gap = 4h", false},
        {"[IN]\nmax-attempts = 3", false},
        {"expire = 3d", false},
        {"dnc-max-age = 31d", false},
        {"holidays = %/fewer", false},
    };

    for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
        struct jaxl_policy *p = policy(cases[i].lines);
        ck_assert_msg(jaxl_policy_empty(p) == cases[i].empty, "%s", cases[i].lines);
        jaxl_policy_free(&p);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, changes_are_seen);
    tcase_add_loop_test(tc, order_does_not_matter, 0, UNIT_COUNT(same));
    tcase_add_test(tc, it_stays_what_it_is);
    tcase_add_test(tc, whether_it_is_empty);
}

int main(void)
{
    return unit_run("policy_digest", add);
}
