#include <string.h>

#include "data/pattern.h"
#include "unit.h"

/* groups: "name=text;", of those that took part, in the order of the table (by name). Patterns that
 * are wrong, take too long, or for which memory is out are in check_where.c. */
static const struct {
    const char *pattern, *text, *groups; /* NULL: not found */
} cases[] = {
    {"b", "abc", ""},
    {"^b", "abc", NULL},
    {"(b)", "abc", ""},
    {"(?<x>b)", "abc", "x=b;"},
    {"(?<x>b)", "", NULL},
    {"(?<x>)", "", "x=;"},
    {"^(?<code>\\d+)(?<end>[*#])?$", "123#", "code=123;end=#;"},
    {"^(?<code>\\d+)(?<end>[*#])?$", "123", "code=123;"},
    {"(?<b>.)(?<a>.)", "xy", "a=y;b=x;"},
    {"(?<w>\\S+)$", "\u0930\u093e\u092e \u0936\u0930\u094d\u092e\u093e",
     "w=\u0936\u0930\u094d"
     "\u092e\u093e;"},
    {"(?=(?<x>ab))\\K", "ab", "x=ab;"},
    {"(?i)(?<x>B)", "abc", "x=b;"},
};

static void check(struct jaxl_pattern *p, const char *text, size_t len, const char *expected)
{
    char groups[256] = "";

    ck_assert_int_eq(jaxl_pattern_match(p, text, len), expected != NULL);
    for (size_t i = 0; expected && i < jaxl_pattern_groups(p); i++) {
        size_t start, n, used = strlen(groups);
        if (jaxl_pattern_group(p, i, &start, &n))
            snprintf(groups + used, sizeof groups - used, "%s=%.*s;", jaxl_pattern_name(p, i),
                     (int)n, text + start);
    }
    ck_assert_str_eq(groups, expected ? expected : "");
}

START_TEST(groups)
{
    struct jaxl_pattern *p;
    const char *pattern = cases[_i].pattern;

    ck_assert_int_eq(jaxl_pattern_new(&p, pattern, strlen(pattern), NULL), 0);
    check(p, cases[_i].text, strlen(cases[_i].text), cases[_i].groups);
    check(p, cases[_i].text, strlen(cases[_i].text), cases[_i].groups);
    jaxl_pattern_free(&p);
    ck_assert_ptr_null(p);
    jaxl_pattern_free(&p);
    jaxl_pattern_free(NULL);
}
END_TEST

/* Texts that are longer than what is copied are matched where they are. */
START_TEST(long_text)
{
    struct jaxl_pattern *p;
    char text[6000];

    memset(text, '-', sizeof text);
    memcpy(text + 5990, "code 42", 7);
    ck_assert_int_eq(jaxl_pattern_new(&p, "code (?<n>\\d+)", 14, NULL), 0);
    check(p, text, sizeof text, "n=42;");
    check(p, text + 5000, 1000, "n=42;");
    check(p, text, 5996, "n=4;");
    jaxl_pattern_free(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, groups, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, long_text);
}

int main(void)
{
    return unit_run("pattern", add);
}
