#include <string.h>

#include "data/where.h"
#include "failmalloc.h"
#include "unit.h"

static struct jaxl_where *where(const char *text)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_where *w;

    ck_assert_msg(jaxl_where_new(&w, text, &err) == 0, "%s: %s", text, err.message);
    return w;
}

/* yes and no: values for which it is true and false; "-": absent. */
static const struct {
    const char *text, *field;
    const char *yes[8], *no[8];
} cases[] = {
    {"duration>60",
     "duration",
     {"61", "60.000000000000000000000000000001", "6.1e1", "1e400"},
     {"60", "60.0", "59.999", "-61", "-", "", "6e1"}},
    {"duration >= 60", "duration", {"60", "60.00", "6e1", "61"}, {"59", "-", "", "-60"}},
    {"duration<60", "duration", {"59", "-1", "5.9e1"}, {"60", "61", "-", ""}},
    {" duration\t<=60 ", "duration", {"60", "59"}, {"60.1", "-", ""}},
    {"duration=60", "duration", {"60", "60.0", "6e1", "600e-1"}, {"61", "-", "", "60 ", "060"}},
    {"duration!=60", "duration", {"61", "-", "", "x", "060"}, {"60", "60.0"}},
    {"duration<1e1", "duration", {"9"}, {"10", "11"}},
    {"costs.0.cost>=0.5",
     "costs.0.cost",
     {"0.5", "0.50", "5e-1", "0.500000000000000000000000000000000000000000000001"},
     {"0.4999999999999999999999999999999999999999999999999", "-0.5", "-"}},
    {"n=0.1", "n", {"0.1", "0.10"}, {"0.1000000000000000055511151231257827"}},
    {"n=-0", "n", {"0", "0.0", "-0", "0e5"}, {"-"}},
    {"session-id=A-B", "session-id", {"A-B"}, {"a-b", "A-B-", "-", ""}},
    {"Call Cost = 1", "Call Cost", {"1"}, {"2"}},
    {"disposition!=ANSWERED", "disposition", {"NO_ANSWER", "-", "", "answered"}, {"ANSWERED"}},
    {"failure_reason=", "failure_reason", {"-", ""}, {"x", "0", "false"}},
    {"failure_reason = ", "failure_reason", {"-", ""}, {"x"}},
    {"failure_reason!=", "failure_reason", {"x", "0", " "}, {"-", ""}},
    {"voicemail=true", "voicemail", {"true"}, {"false", "-", "TRUE"}},
    {"name>b", "name", {"c", "b ", "bb", "\xc3\xa9"}, {"b", "a", "B", "-", ""}},
    {"name<b", "name", {"a", "B", "aaaa", "10"}, {"b", "bb", "-"}},
    {"name<10", "name", {"1!", "9"}, {"1a", "a", "10", "-"}},
    {"note='x'", "note", {"'x'"}, {"x"}},
    {"note= =x", "note", {"=x"}, {"x"}},
    {"note=a=b", "note", {"a=b"}, {"a"}},
    {"note=!x", "note", {"!x"}, {"x"}},
    {"wow!=x", "wow", {"y"}, {"x"}},
    {"placed_at>=2026-10-05",
     "placed_at",
     {"2026-10-05T00:00:00Z", "2026-10-05", "20261006", "2026-W41-1T01Z", "2026-10-05T05:30+05:30",
      "2026-10-04T23:00:00-01:00"},
     {"2026-10-04T23:59:59.999999Z", "2026-10-05T05:29+05:30", "-", ""}},
    {"placed_at=2026-10-05T10:00+05:30",
     "placed_at",
     {"2026-10-05T04:30:00Z", "2026-10-05 04:30", "2026-278T10:00:00.0+0530"},
     {"2026-10-05T10:00:00Z", "-"}},
    {"placed_at<2026-02-30", "placed_at", {"2026-02-29"}, {"2026-03-01"}}, /* none: bytes */
    {"campaign=~^diwali", "campaign", {"diwali", "diwali-2026"}, {"x diwali", "Diwali", "-", ""}},
    {"campaign!~^diwali", "campaign", {"x diwali", "Diwali", "-", ""}, {"diwali", "diwali-2026"}},
    {"campaign=~(?i)DIWALI$", "campaign", {"my diwali"}, {"diwali 2026"}},
    {"to =~ ^\\+91(98|99)", "to", {"+9198123"}, {"9198123", "+9197"}},
    {"name=~^\\w{3}$",
     "name",
     {"\xe0\xa4\x95\xe0\xa4\x96\xe0\xa4\x97", "abc"},
     {"\xe0\xa4\x95", "ab"}},
    {"name=~.=~.", "name", {"x=~y"}, {"x"}},
    {"name=~<b>", "name", {"a<b>c"}, {"b"}},
};

static bool test(struct jaxl_where *w, const char *value)
{
    return strcmp(value, "-") == 0 ? jaxl_where_test(w, NULL, 0)
                                   : jaxl_where_test(w, value, strlen(value));
}

START_TEST(comparisons)
{
    struct jaxl_where *w = where(cases[_i].text);

    ck_assert_str_eq(jaxl_where_field(w), cases[_i].field);
    for (int i = 0; i < 8 && cases[_i].yes[i]; i++)
        ck_assert_msg(test(w, cases[_i].yes[i]), "%s: '%s'", cases[_i].text, cases[_i].yes[i]);
    for (int i = 0; i < 8 && cases[_i].no[i]; i++)
        ck_assert_msg(!test(w, cases[_i].no[i]), "%s: '%s'", cases[_i].text, cases[_i].no[i]);
    ck_assert_int_eq(jaxl_where_check(w, NULL), 0);
    jaxl_where_free(&w);
    ck_assert_ptr_null(w);
    jaxl_where_free(&w);
    jaxl_where_free(NULL);
}
END_TEST

static const struct {
    const char *text, *message;
} wrong[] = {
    {"", "'': no comparison: write a field, one of = != < <= > >= =~ !~, and a value, as "
         "duration>60"},
    {"duration", "'duration': no comparison"},
    {"duration!60", "'duration!60': no comparison"},
    {"duration~60", "'duration~60': no comparison"},
    {">60", "'>60': no field in front of '>'"},
    {"  =x", "'  =x': no field in front of '='"},
    {"a>", "'a>': no value behind '>'"},
    {"a<= ", "'a<= ': no value behind '<='"},
    {"a=~", "'a=~': no value behind '=~'"},
    {"a!~\t", "'a!~ ': no value behind '!~'"},
    {"a==b", "'a==b': '==' is no operator"},
    {"a<>b", "'a<>b': '<>' is no operator"},
    {"a=>b", "'a=>b': '=>' is no operator"},
    {"a=<b", "'a=<b': '=<' is no operator"},
    {"a!=~b", "'a!=~b': '!=~' is no operator"},
    {"a>==b", "'a>==b': '>==' is no operator"},
    {"a=~^(b", "'a=~^(b': the pattern is wrong at byte 4 of it: missing closing parenthesis"},
    {"a=~[z-a]", "'a=~[z-a]': the pattern is wrong at byte 4 of it: range out of order"},
    {"a!~*", "'a!~*': the pattern is wrong at byte 1 of it: quantifier does not follow"},
    {"a=~\\C", "'a=~\\C': the pattern is wrong at byte 3 of it: using \\C is disabled"},
    {"a=~(?:(?:abc){300}){300}",
     "'a=~(?:(?:abc){300}){300}': the pattern is wrong at byte 22 of it: regular expression is too "
     "large"},
    {"a=\xff", "a comparison is not UTF-8"},
};

START_TEST(refused)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_where *w = NULL;

    ck_assert_int_eq(jaxl_where_new(&w, wrong[_i].text, &err), JAXL_EARG);
    ck_assert_ptr_null(w);
    ck_assert_msg(strncmp(err.message, wrong[_i].message, strlen(wrong[_i].message)) == 0, "%s",
                  err.message);
}
END_TEST

START_TEST(too_long)
{
    char text[JAXL_WHERE_TEXT + 2];
    struct jaxl_error err;
    struct jaxl_where *w;

    memset(text, 'x', sizeof text);
    text[1] = '=';
    text[JAXL_WHERE_TEXT + 1] = '\0';
    ck_assert_int_eq(jaxl_where_new(&w, text, &err), JAXL_ELIMIT);
    text[JAXL_WHERE_TEXT] = '\0';
    w = where(text);
    ck_assert(jaxl_where_test(w, text + 2, JAXL_WHERE_TEXT - 2));
    ck_assert(!jaxl_where_test(w, text + 2, JAXL_WHERE_TEXT - 3));
    jaxl_where_free(&w);
}
END_TEST

/* Of every length around that of the copy; the pattern is found at the very end only. */
START_TEST(long_texts)
{
    struct jaxl_where *w = where("a=~y$"), *not_w = where("a!~y$");

    for (size_t len = 4000; len < 4300; len++) {
        char *text = malloc(len);
        ck_assert_ptr_nonnull(text);
        memset(text, 'x', len);
        if (jaxl_where_test(w, text, len) || !jaxl_where_test(not_w, text, len))
            ck_abort_msg("%zu", len);
        text[len - 1] = 'y';
        if (!jaxl_where_test(w, text, len) || jaxl_where_test(not_w, text, len))
            ck_abort_msg("%zu", len);
        free(text);
    }
    ck_assert_int_eq(jaxl_where_check(w, NULL), 0);
    jaxl_where_free(&w);
    jaxl_where_free(&not_w);
}
END_TEST

/* A pattern that would take for ever, in a text short enough for the compiled one and in a longer.
 */
START_TEST(given_up)
{
    static const char *const patterns[] = {"note=~^(a+)+$", "note!~^(a+)+$"};

    for (size_t i = 0; i < UNIT_COUNT(patterns); i++)
        for (size_t len = 50; len < 10000; len += 9000) {
            struct jaxl_where *w = where(patterns[i]);
            struct jaxl_error err = {.message = ""};
            char text[10000];
            memset(text, 'a', len);
            text[len - 1] = 'b';
            ck_assert(!jaxl_where_test(w, text, len));
            ck_assert_int_eq(jaxl_where_check(w, &err), JAXL_ELIMIT);
            ck_assert_str_eq(err.message, "the pattern '^(a+)+$' of note was given up on in a text "
                                          "that takes too long");
            jaxl_where_free(&w);
        }
}
END_TEST

START_TEST(no_text)
{
    struct jaxl_where *w = where("note!~x");
    struct jaxl_error err = {.message = ""};

    ck_assert(!jaxl_where_test(w, "a\xff", 2));
    ck_assert(jaxl_where_test(w, "a\0b", 3));
    ck_assert(!jaxl_where_test(w, "a\0x", 3));
    ck_assert_int_eq(jaxl_where_check(w, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "is not UTF-8"));
    jaxl_where_free(&w);
    w = where("note=x");
    ck_assert(!jaxl_where_test(w, "x\0", 2));
    jaxl_where_free(&w);
}
END_TEST

static int make(void *text)
{
    struct jaxl_where *w = NULL;
    struct jaxl_error err;
    int rc = jaxl_where_new(&w, text, &err);

    if (!rc) {
        bool right = jaxl_where_test(w, "aaab", 4) == (strlen(text) > 3);
        rc = jaxl_where_check(w, &err);
        if (!rc && !right)
            rc = JAXL_EPROTO;
    }
    jaxl_where_free(&w);
    return rc;
}

/* Without memory for compiling it to machine code a pattern does its work, too. */
START_TEST(out_of_memory)
{
    char plain[] = "a=b", pattern[] = "a=~^(?:a|b)+$";
    bool hit = true;
    int refusals = 0;

    ck_assert_int_eq(failmalloc_each(make, plain), 1);
    for (long n = 1; hit; n++) {
        int rc;
        failmalloc_at(n);
        rc = make(pattern);
        hit = failmalloc_off();
        ck_assert_msg(rc == 0 || (hit && rc == JAXL_ENOMEM), "allocation %ld: %d", n, rc);
        refusals += rc != 0;
    }
    ck_assert_int_ge(refusals, 6);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, comparisons, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, too_long);
    tcase_add_test(tc, long_texts);
    tcase_add_test(tc, given_up);
    tcase_add_test(tc, no_text);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("where", add);
}
