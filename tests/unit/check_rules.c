#include "failmalloc.h"

#include "campaign/rules.h"
#include "jaxl/clock.h"
#include "unit.h"

#define HOUR (3600 * JAXL_SECOND)

static int64_t utc(const char *text)
{
    int64_t us = 0;

    ck_assert_int_eq(jaxl_clock_parse(text, strlen(text), &us), 0);
    return us;
}

static struct jaxl_phone phone(const char *text)
{
    struct jaxl_phone p;

    ck_assert_int_eq(jaxl_phone_parse(text, strlen(text), &p, NULL), 0);
    return p;
}

/* Lines "area key value". */
static struct jaxl_policy *policy(const char *const *lines)
{
    struct jaxl_policy *p;
    struct jaxl_error err = {0};
    char area[16], key[32], value[100];

    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    for (; *lines; lines++) {
        ck_assert_int_eq(sscanf(*lines, "%15s %31s %99[^\n]", area, key, value), 3);
        ck_assert_msg(jaxl_policy_set(p, area, key, value, &err) == 0, "%s", err.message);
    }
    return p;
}

static int never(void *ctx, unsigned n, int64_t *at, struct jaxl_error *err)
{
    (void)ctx;
    (void)n;
    (void)err;
    *at = -1;
    return 0;
}

static const char *const lines[] = {"* window 08:00-21:00",
                                    "* max-attempts 9",
                                    "US window 09:00-20:00",
                                    "US-NY window 10:00-24:00",
                                    "US-NY max-attempts 3",
                                    "IN window 09:00-19:00",
                                    "IN dnc-max-age 7d",
                                    "* dnc-max-age 31d",
                                    "AU window mon-fri 09:00-20:00",
                                    NULL};

/* 2026-11-25 is a Wednesday. */
static const struct {
    const char *to, *tz, *now, *area, *until; /* until NULL: it may be called */
    const char *explained;
    unsigned most;
} cases[] = {
    {"+919800000001", "", "2026-11-25T03:30:00Z", "IN", NULL, "", 9},
    {"+919800000001", "", "2026-11-25T03:29:59Z", "IN", "2026-11-25T03:30:00Z",
     "wed 08:59 in Asia/Kolkata", 9},
    /* the strictest of all, of the country and of the state: 10:00-20:00 */
    {"+12127360001", "", "2026-11-25T14:59:00Z", "US-NY", "2026-11-25T15:00:00Z",
     "wed 09:59 in America/New_York", 3},
    {"+12127360001", "", "2026-11-26T00:59:00Z", "US-NY", NULL, "", 3},
    {"+12127360001", "", "2026-11-26T01:00:00Z", "US-NY", "2026-11-26T15:00:00Z",
     "wed 20:00 in America/New_York", 3},
    /* the zone of the lead goes before that of its number, the rules are those of the number */
    {"+12127360001", "Asia/Kolkata", "2026-11-25T04:29:00Z", "US-NY", "2026-11-25T04:30:00Z",
     "wed 09:59 in Asia/Kolkata", 3},
    {"+12127360001", "Asia/Kolkata", "2026-11-25T04:30:00Z", "US-NY", NULL, "", 3},
    /* all the zones of a country, from Perth to Macquarie: 09:00 in Perth */
    {"+61255500001", "", "2026-11-25T00:59:00Z", "AU", "2026-11-25T01:00:00Z",
     "wed 08:59 in Australia/Perth", 9},
    {"+61255500001", "", "2026-11-25T01:00:00Z", "AU", NULL, "", 9},
    /* may be anywhere: every rule, by the zone of the campaign: 10:00-19:00 on working days */
    {"+18005550100", "", "2026-11-25T09:59:00Z", "", "2026-11-25T10:00:00Z",
     "wed 09:59 in Europe/London", 3},
    {"+18005550100", "", "2026-11-25T10:00:00Z", "", NULL, "", 3},
    {"+870773000001", "", "2026-11-28T12:00:00Z", "", "2026-11-30T10:00:00Z",
     "sat 12:00 in Europe/London", 3},
    {"+870773000001", "Asia/Kolkata", "2026-11-25T13:30:00Z", "", "2026-11-26T04:30:00Z",
     "wed 19:00 in Asia/Kolkata", 3},
    /* a number that no plan has: every rule; of +1 by the clocks of all the United States, where
     * 10:00 in Hawaii is 20:00 GMT and 15:00 in New York */
    {"+12995550100", "", "2026-11-25T19:59:00Z", "", "2026-11-25T20:00:00Z", NULL, 3},
    {"+12995550100", "", "2026-11-25T20:00:00Z", "", NULL, "", 3},
};

START_TEST(where_and_when)
{
    struct jaxl_policy *p = policy(lines);
    struct jaxl_phone to = phone(cases[_i].to);
    struct jaxl_policy_lead lead = {.now = utc(cases[_i].now), .nth = never};
    struct jaxl_policy_answer answer;
    struct jaxl_rules_place place;
    struct jaxl_rules *r;
    struct jaxl_error err = {0};
    char text[100];

    ck_assert_int_eq(jaxl_policy_set(p, "", "tz", "Europe/London", NULL), 0);
    ck_assert_int_eq(jaxl_rules_new(&r, p, NULL), 0);
    for (int again = 0; again < 2; again++) {
        const char *tz = cases[_i].tz;
        ck_assert_msg(jaxl_rules_locate(r, &to, *tz ? tz : NULL, strlen(tz), &place, &err) == 0,
                      "%s", err.message);
        ck_assert_str_eq(jaxl_rules_area_name(&place), cases[_i].area);
        ck_assert_uint_eq(jaxl_rules_max_attempts(&place), cases[_i].most);
        ck_assert_int_eq(jaxl_rules_check(r, &place, &lead, &answer, NULL), 0);
        if (cases[_i].until) {
            ck_assert_int_eq(answer.verdict, JAXL_POLICY_DEFER);
            ck_assert_int_eq(answer.until, utc(cases[_i].until));
        } else {
            ck_assert_int_eq(answer.verdict, JAXL_POLICY_CALL);
        }
        jaxl_rules_explain(r, &place, lead.now, text, sizeof text);
        if (cases[_i].explained)
            ck_assert_str_eq(text, cases[_i].explained);
    }
    jaxl_rules_free(&r);
    ck_assert_ptr_null(r);
    jaxl_rules_free(&r);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(ages_of_lists)
{
    struct jaxl_policy *p = policy(lines);
    const struct jaxl_phone india = phone("+919800000001"), us = phone("+12127360001");
    const struct jaxl_rules_place nowhere = {NULL, NULL};
    struct jaxl_rules_place place;
    struct jaxl_rules *r;

    ck_assert_int_eq(jaxl_rules_new(&r, p, NULL), 0);
    ck_assert_int_eq(jaxl_rules_locate(r, &india, NULL, 0, &place, NULL), 0);
    ck_assert_int_eq(jaxl_rules_dnc_age(&place), 7 * 24 * HOUR);
    ck_assert_int_eq(jaxl_rules_locate(r, &us, NULL, 0, &place, NULL), 0);
    ck_assert_int_eq(jaxl_rules_dnc_age(&place), 31 * 24 * HOUR);
    ck_assert_int_eq(jaxl_rules_dnc_age(&nowhere), 0);
    ck_assert_uint_eq(jaxl_rules_max_attempts(&nowhere), 0);
    ck_assert_str_eq(jaxl_rules_area_name(&nowhere), "");
    jaxl_rules_free(&r);
    jaxl_policy_free(&p);
}
END_TEST

/* The clocks of a number that no plan has do not depend on which other such number came before. */
START_TEST(numbers_of_no_plan)
{
    static const char *const hours[] = {"* window 10:00-20:00", NULL};
    const struct jaxl_phone elsewhere = phone("+999123456789"), us = phone("+12995550100");
    struct jaxl_policy_lead lead = {.now = utc("2026-11-25T11:00:00Z"), .nth = never};
    struct jaxl_policy *p = policy(hours);
    struct jaxl_policy_answer answer;
    struct jaxl_rules_place place;
    struct jaxl_rules *r;

    ck_assert_int_eq(jaxl_policy_set(p, "", "tz", "Europe/London", NULL), 0);
    ck_assert_int_eq(jaxl_rules_new(&r, p, NULL), 0);
    ck_assert_int_eq(jaxl_rules_locate(r, &elsewhere, NULL, 0, &place, NULL), 0);
    ck_assert_str_eq(jaxl_rules_area_name(&place), "");
    ck_assert_int_eq(jaxl_rules_check(r, &place, &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_CALL);
    ck_assert_int_eq(jaxl_rules_locate(r, &us, NULL, 0, &place, NULL), 0);
    ck_assert_str_eq(jaxl_rules_area_name(&place), "");
    ck_assert_int_eq(jaxl_rules_check(r, &place, &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_DEFER);
    jaxl_rules_free(&r);
    jaxl_policy_free(&p);
}
END_TEST

/* Rules that leave no time where they all hold: only for numbers that may be anywhere. */
START_TEST(no_time_at_all)
{
    static const char *const apart[] = {"US window 09:00-12:00", "IN window 13:00-19:00",
                                        "* expire 1d", "* max-attempts 3", NULL};
    struct jaxl_policy *p = policy(apart);
    const struct jaxl_phone india = phone("+919800000001"), anywhere = phone("+18005550100");
    const int64_t now = utc("2026-11-25T08:00:00Z");
    struct jaxl_policy_lead lead = {.now = now, .added_at = now, .nth = never};
    struct jaxl_policy_answer answer;
    struct jaxl_rules_place place;
    struct jaxl_rules *r;
    char text[100];

    ck_assert_int_eq(jaxl_rules_new(&r, p, NULL), 0);
    ck_assert_int_eq(jaxl_rules_locate(r, &anywhere, NULL, 0, &place, NULL), 0);
    ck_assert_int_eq(jaxl_rules_check(r, &place, &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_NEVER);
    ck_assert_str_eq(answer.rule, "window");
    lead.added_at = lead.now - 24 * HOUR; /* it does not wait for ever */
    ck_assert_int_eq(jaxl_rules_check(r, &place, &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_EXPIRED);
    lead.added_at = lead.now;
    lead.attempts = 3;
    ck_assert_int_eq(jaxl_rules_check(r, &place, &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_EXHAUSTED);
    lead.attempts = 0;
    jaxl_rules_explain(r, &place, lead.now, text, sizeof text);
    ck_assert_str_eq(text, "no time zone is known for this number (--tz)");
    ck_assert_int_eq(jaxl_rules_locate(r, &india, NULL, 0, &place, NULL), 0);
    ck_assert_int_eq(jaxl_rules_check(r, &place, &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_CALL);
    jaxl_rules_free(&r);
    jaxl_policy_free(&p);
}
END_TEST

static const struct {
    const char *tz;
    size_t len;
    const char *why;
} zones[] = {
    {"Europe/Lundun", 13, "tz: "},
    {"europe/london", 13, "Europe/London"},
    {"", 0, "tz: "},
    {"../../etc/passwd", 16, "tz: "},
    {"Asia/Kolkata\0x", 14, "tz: no zone has a name like that"},
    {"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 70,
     "tz: no zone has a name like that"},
};

START_TEST(zones_that_there_are_not)
{
    struct jaxl_policy *p = policy(lines);
    const struct jaxl_phone india = phone("+919800000001");
    struct jaxl_rules_place place;
    struct jaxl_error err = {0};
    struct jaxl_rules *r;

    ck_assert_int_eq(jaxl_rules_new(&r, p, NULL), 0);
    ck_assert_int_eq(jaxl_rules_locate(r, &india, zones[_i].tz, zones[_i].len, &place, &err),
                     JAXL_EINPUT);
    ck_assert_int_eq(err.code, JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, zones[_i].why) != NULL, "%s", err.message);
    ck_assert_int_eq(jaxl_rules_locate(r, &india, "Asia/Kolkata and more", 12, &place, &err), 0);
    ck_assert_str_eq(jaxl_zone_name(place.own), "Asia/Kolkata");
    jaxl_rules_free(&r);
    jaxl_policy_free(&p);
}
END_TEST

/* Without libphonenumber there is the zone of the campaign, and every rule. */
START_TEST(where_numbers_are_cannot_be_told)
{
    struct jaxl_policy *p = policy(lines);
    const struct jaxl_phone india = phone("+919800000001");
    struct jaxl_rules_place place;
    struct jaxl_error err = {0};
    struct jaxl_rules *r;

    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    ck_assert_int_eq(jaxl_rules_new(&r, p, NULL), 0);
    ck_assert_int_eq(jaxl_rules_locate(r, &india, NULL, 0, &place, &err), JAXL_ECONFIG);
    ck_assert_msg(strstr(err.message, "libjaxl") != NULL, "%s", err.message);
    ck_assert_int_eq(jaxl_policy_set(p, "", "tz", "Asia/Kolkata", NULL), 0);
    ck_assert_int_eq(jaxl_rules_locate(r, &india, NULL, 0, &place, &err), 0);
    ck_assert_str_eq(jaxl_rules_area_name(&place), "");
    ck_assert_uint_eq(jaxl_rules_max_attempts(&place), 3);
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
    jaxl_rules_free(&r);
    jaxl_policy_free(&p);
}
END_TEST

static int work(void *ctx)
{
    static const char *const numbers[] = {"+919800000001", "+12127360001", "+61255500001"};
    struct jaxl_rules_place place;
    struct jaxl_rules *r;
    struct jaxl_phone to;
    int code = jaxl_rules_new(&r, ctx, NULL);

    for (size_t i = 0; i < UNIT_COUNT(numbers) && !code; i++) {
        code = jaxl_phone_parse(numbers[i], strlen(numbers[i]), &to, NULL);
        if (!code)
            code = jaxl_rules_locate(r, &to, i ? NULL : "Europe/London", 13, &place, NULL);
    }
    jaxl_rules_free(&r);
    return code;
}

START_TEST(without_memory)
{
    struct jaxl_policy *p = policy(lines);

    ck_assert_int_gt(failmalloc_each(work, p), 10);
    jaxl_policy_free(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, where_and_when, 0, (int)UNIT_COUNT(cases));
    tcase_add_test(tc, ages_of_lists);
    tcase_add_test(tc, numbers_of_no_plan);
    tcase_add_test(tc, no_time_at_all);
    tcase_add_loop_test(tc, zones_that_there_are_not, 0, (int)UNIT_COUNT(zones));
    tcase_add_test(tc, where_numbers_are_cannot_be_told);
    tcase_add_test(tc, without_memory);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("rules", add);
}
