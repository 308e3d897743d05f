#include <string.h>

#include "campaign/policy.h"
#include "jaxl/clock.h"
#include "unit.h"

#define HOUR (3600 * JAXL_SECOND)
#define DAY  (24 * HOUR)

static int64_t utc(const char *text)
{
    int64_t us = 0;

    ck_assert_msg(jaxl_clock_parse(text, strlen(text), &us) == 0, "%s", text);
    return us;
}

static struct jaxl_policy *policy(void)
{
    struct jaxl_policy *p;

    ck_assert_int_eq(jaxl_policy_new(&p, NULL), 0);
    return p;
}

static void set(struct jaxl_policy *p, const char *area, const char *key, const char *value)
{
    struct jaxl_error err = {0};

    ck_assert_msg(jaxl_policy_set(p, area, key, value, &err) == 0, "%s", err.message);
}

/* Attempts on a number, the latest first. */
struct calls {
    int64_t at[4];
    unsigned n;
};

static int nth(void *ctx, unsigned n, int64_t *at, struct jaxl_error *err)
{
    const struct calls *calls = ctx;

    (void)err;
    *at = n <= calls->n ? calls->at[n - 1] : -1;
    return 0;
}

static const struct {
    const char *area, *rules; /* lines of a policy */
    const char *zone, *now;
    struct {
        const char *added;
        unsigned attempts;
        const char *calls[4];
    } lead;
    enum jaxl_policy_verdict verdict;
    const char *until, *rule, *value;
} cases[] = {
    {"IN", "", "Asia/Kolkata", "2026-11-25T20:00:00Z", {0}, JAXL_POLICY_CALL, NULL, NULL, ""},
    {"IN",
     "window = 09:00-19:00",
     "Asia/Kolkata",
     "2026-11-25T13:29:59Z",
     {0},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "window = 09:00-19:00",
     "Asia/Kolkata",
     "2026-11-25T13:30:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-26T03:30:00Z",
     "window",
     "09:00-19:00"},
    {"IN",
     "window = 09:00-19:00\nwindow = 10:00-21:00\n[IN]\nwindow = mon-tue",
     "Asia/Kolkata",
     "2026-11-25T13:30:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-30T04:30:00Z",
     "window",
     "mon,tue 10:00-19:00"},
    {"US-FL",
     "[US]\nwindow = 08:00-21:00\n[US-FL]\nwindow = 08:00-20:00",
     "America/New_York",
     "2026-11-25T01:30:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-25T13:00:00Z",
     "window",
     "08:00-20:00"},
    {"US-GA",
     "[US]\nwindow = 08:00-21:00\n[US-FL]\nwindow = 08:00-20:00",
     "America/New_York",
     "2026-11-25T01:30:00Z",
     {0},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"US",
     "[US]\nwindow = 08:00-21:00\n[US-FL]\nwindow = 08:00-20:00",
     "America/New_York",
     "2026-11-25T01:30:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-25T13:00:00Z",
     "window",
     "08:00-20:00"},
    {"CA-NS/PE",
     "[CA-PE]\ngap = 1d",
     "America/Halifax",
     "2026-11-25T12:00:00Z",
     {.calls = {"2026-11-25T11:00:00Z"}},
     JAXL_POLICY_DEFER,
     "2026-11-26T11:00:00Z",
     "gap",
     "1d"},
    {"",
     "[CA-PE]\ngap = 1d",
     "America/Halifax",
     "2026-11-25T12:00:00Z",
     {.calls = {"2026-11-25T11:00:00Z"}},
     JAXL_POLICY_DEFER,
     "2026-11-26T11:00:00Z",
     "gap",
     "1d"},
    {"IN",
     "[US]\nwindow = 08:00-21:00",
     "Asia/Kolkata",
     "2026-11-25T20:00:00Z",
     {0},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "cap = 3/7d",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.calls = {"2026-11-25T11:00:00Z", "2026-11-24T11:00:00Z"}},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "cap = 3/7d",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.calls = {"2026-11-25T11:00:00Z", "2026-11-24T11:00:00Z", "2026-11-18T12:00:01Z"}},
     JAXL_POLICY_DEFER,
     "2026-11-25T12:00:01Z",
     "cap",
     "3/7d"},
    {"IN",
     "cap = 3/7d",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.calls = {"2026-11-25T11:00:00Z", "2026-11-24T11:00:00Z", "2026-11-18T12:00:00Z"}},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "gap = 1.5h",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.calls = {"2026-11-25T11:00:00Z"}},
     JAXL_POLICY_DEFER,
     "2026-11-25T12:30:00Z",
     "gap",
     "90m"},
    {"IN",
     "gap = 500ms",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.calls = {"2026-11-25T12:00:00Z"}},
     JAXL_POLICY_DEFER,
     "2026-11-25T12:00:00.500000Z",
     "gap",
     "500ms"},
    /* the rule that holds longest */
    {"IN",
     "cap = 2/7d\ngap = 4h\nwindow = 09:00-19:00",
     "Asia/Kolkata",
     "2026-11-25T14:00:00Z",
     {.calls = {"2026-11-25T13:00:00Z", "2026-11-19T11:00:00Z"}},
     JAXL_POLICY_DEFER,
     "2026-11-26T11:00:00Z",
     "cap",
     "2/7d"},
    {"IN",
     "gap = 4h\nwindow = 09:00-19:00",
     "Asia/Kolkata",
     "2026-11-25T14:00:00Z",
     {.calls = {"2026-11-25T13:00:00Z"}},
     JAXL_POLICY_DEFER,
     "2026-11-26T03:30:00Z",
     "window",
     "09:00-19:00"},
    {"IN",
     "max-attempts = 3\nmax-attempts = 2\nmax-attempts = 5",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.attempts = 2},
     JAXL_POLICY_EXHAUSTED,
     NULL,
     "max-attempts",
     "2"},
    {"IN",
     "max-attempts = 3",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.attempts = 2},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "expire = 7d\nexpire = 2d",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.added = "2026-11-23T12:00:00Z"},
     JAXL_POLICY_EXPIRED,
     NULL,
     "expire",
     "2d"},
    {"IN",
     "expire = 2d",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {.added = "2026-11-23T12:00:01Z"},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "window = mon\n[IN]\nwindow = tue",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {0},
     JAXL_POLICY_NEVER,
     NULL,
     "window",
     "none"},
    /* 2026-11-27 is a Friday */
    {"IN",
     "days = mon-fri",
     "Asia/Kolkata",
     "2026-11-27T18:29:59Z",
     {0},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "days = mon-fri",
     "Asia/Kolkata",
     "2026-11-27T18:30:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-29T18:30:00Z",
     "days",
     "mon-fri"},
    {"IN",
     "days = mon,wed,Fri\ndays = tue-sat",
     "Asia/Kolkata",
     "2026-11-26T12:00:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-26T18:30:00Z",
     "days",
     "wed,fri"},
    {"IN",
     "days = fri-mon",
     "Asia/Kolkata",
     "2026-11-26T12:00:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-26T18:30:00Z",
     "days",
     "mon,fri-sun"},
    {"IN",
     "days = fri-mon\n[IN]\ndays = sun",
     "Asia/Kolkata",
     "2026-11-28T12:00:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-28T18:30:00Z",
     "days",
     "sun"},
    {"IN",
     "[US]\ndays = sun",
     "Asia/Kolkata",
     "2026-11-28T12:00:00Z",
     {0},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    /* closed by hours on an allowed day, whatever day it opens; by days in the hours of others */
    {"IN",
     "days = mon-fri\nwindow = 09:00-19:00",
     "Asia/Kolkata",
     "2026-11-27T13:30:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-30T03:30:00Z",
     "window",
     "09:00-19:00"},
    {"IN",
     "days = mon-fri\nwindow = 09:00-19:00",
     "Asia/Kolkata",
     "2026-11-28T00:00:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-30T03:30:00Z",
     "days",
     "mon-fri"},
    {"IN",
     "days = mon-fri\nwindow = 09:00-19:00",
     "Asia/Kolkata",
     "2026-11-30T03:30:00Z",
     {0},
     JAXL_POLICY_CALL,
     NULL,
     NULL,
     ""},
    {"IN",
     "window = mon-fri 9:00-12:00,13:00-18:00 sat 10:00-17:00",
     "Asia/Kolkata",
     "2026-11-27T07:00:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-27T07:30:00Z",
     "window",
     "mon-fri 09:00-12:00,13:00-18:00,sat 10:00-17:00"},
    {"IN",
     "window = mon 1:00-2:00 tue 1:00-3:00 wed 1:00-4:00 thu 1:00-5:00 fri 1:00-6:00 sat 1:00-7:00",
     "Asia/Kolkata",
     "2026-11-27T07:00:00Z",
     {0},
     JAXL_POLICY_DEFER,
     "2026-11-27T19:30:00Z",
     "window",
     "mon 01:00-02:00,tue 01:00-03:00,wed 01:00-04:00,thu 01:00-05:00,fri 01:00-06..."},
    {"IN",
     "window = mon\n[IN]\ndays = tue",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {0},
     JAXL_POLICY_NEVER,
     NULL,
     "days",
     "tue"},
    {"IN",
     "days = mon\n[IN]\ndays = tue",
     "Asia/Kolkata",
     "2026-11-25T12:00:00Z",
     {0},
     JAXL_POLICY_NEVER,
     NULL,
     "days",
     "none"},
};

static void set_lines(struct jaxl_policy *p, const char *lines)
{
    char dir[256], path[300];
    struct jaxl_error err = {0};
    FILE *file;

    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/policy", dir);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(lines, file);
    fclose(file);
    ck_assert_msg(jaxl_policy_read(p, path, &err) == 0, "%s", err.message);
    unit_dir_remove(dir);
}

START_TEST(what_the_rules_say)
{
    struct jaxl_policy *p = policy();
    struct jaxl_policy_rules rules;
    struct jaxl_policy_answer answer;
    struct jaxl_zone *zone;
    struct calls calls = {.n = 0};
    struct jaxl_policy_lead lead = {.now = utc(cases[_i].now),
                                    .added_at = utc("2026-11-20T00:00:00Z"),
                                    .attempts = cases[_i].lead.attempts,
                                    .zones = &zone,
                                    .n_zones = 1,
                                    .nth = nth,
                                    .ctx = &calls};

    ck_assert_int_eq(jaxl_zone_new(&zone, cases[_i].zone, NULL), 0);
    set_lines(p, cases[_i].rules);
    if (cases[_i].lead.added)
        lead.added_at = utc(cases[_i].lead.added);
    for (; calls.n < 4 && cases[_i].lead.calls[calls.n]; calls.n++)
        calls.at[calls.n] = utc(cases[_i].lead.calls[calls.n]);
    ck_assert_int_eq(jaxl_policy_rules(p, cases[_i].area, &rules),
                     cases[_i].verdict != JAXL_POLICY_NEVER);
    ck_assert_int_eq(jaxl_policy_check(&rules, jaxl_policy_holidays(p), &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, cases[_i].verdict);
    ck_assert_int_eq(answer.until, cases[_i].until ? utc(cases[_i].until) : -1);
    ck_assert_pstr_eq(answer.rule, cases[_i].rule);
    ck_assert_str_eq(answer.value, cases[_i].value);
    jaxl_zone_free(&zone);
    jaxl_policy_free(&p);
    ck_assert_ptr_null(p);
    jaxl_policy_free(&p);
}
END_TEST

static const struct {
    const char *area, *key, *value;
    int code;
    const char *why;
} wrong[] = {
    {"", "windows", "09:00-19:00", JAXL_EARG, "there is no rule 'windows'"},
    {"", "window", "19:00-09:00", JAXL_EARG,
     "'19:00-09:00' ends before it begins; over midnight it is two: 19:00-24:00, 00:00-09:00"},
    {"", "days", "", JAXL_EARG, "days: '' are no days, which are written as mon-fri"},
    {"", "days", "monday", JAXL_EARG, "days: 'monday' are no days"},
    {"", "days", "mon-fri 09:00-19:00", JAXL_EARG, "days: 'mon-fri 09:00-19:00' has hours in it"},
    {"", "budgets", "5", JAXL_EARG, "there is no rule 'budgets'; there are: window, days, cap,"},
    {"", "budgets", "5", JAXL_EARG, "halt-unknown, max-runtime"},
    {"US", "budget", "5", JAXL_EARG,
     "budget holds everywhere: it cannot stand under [US], but before the first area or under"},
    {"", "cap", "3", JAXL_EARG, "cap: '3' is not calls over a span such as 3/7d"},
    {"", "cap", "0/7d", JAXL_EARG, "cap: '0' is not a number"},
    {"", "cap", "-1/7d", JAXL_EARG, "cap: '-1' is not a number"},
    {"", "cap", "3/7", JAXL_EARG, "cap: '7' has no unit: 7m, 7h or 7d"},
    {"", "cap", "3/", JAXL_EARG, "cap: '' is not a span"},
    {"", "gap", "4 h", JAXL_EARG, "gap: '4 h' is not a span"},
    {"", "gap", "-4h", JAXL_EARG, "gap: "},
    {"", "gap", "0h", JAXL_EARG, "gap: '0h' is no time at all"},
    {"", "gap", "4", JAXL_EARG, "gap: '4' has no unit: 4m, 4h or 4d"},
    {"", "expire", "7.5", JAXL_EARG, "expire: '7.5' has no unit: 7.5m, 7.5h or 7.5d"},
    {"", "dnc-max-age", "0", JAXL_EARG, "dnc-max-age: '0' is no time at all"},
    {"", "retry", "NO_ANSWER=60", JAXL_EARG, "retry: '60' has no unit: 60m, 60h or 60d"},
    {"", "gap", "99999999999999999999h", JAXL_EARG, "gap: "},
    {"", "max-attempts", "many", JAXL_EARG, "max-attempts: "},
    {"", "expire", "tomorrow", JAXL_EARG, "expire: "},
    {"", "tz", "Asia/Kolkatta", JAXL_EARG, "tz: there is no time zone"},
    {"US", "tz", "America/New_York", JAXL_EARG, "tz holds everywhere"},
    {"US-XX", "gap", "4h", JAXL_EARG, "US-XX"},
    {"", "holidays", "/nowhere/holidays", JAXL_EIO, "holidays: "},
    {"", "retry", "NO_ANSWER", JAXL_EARG, "retry: 'NO_ANSWER' is not a disposition and delays"},
    {"", "retry", "BUSY=1h", JAXL_EARG,
     "dispositions are ANSWERED, NO_ANSWER, VOICEMAIL, BAD_NUMBER, DND, FUNDS, REGULATORY, "
     "NET_FAIL, CANCELLED"},
    {"", "retry", "UNKNOWN=1h", JAXL_EARG, "retry: "},
    {"", "retry", "NO_ANSWER=", JAXL_EARG, "retry: '' is not a span"},
    {"", "retry", "NO_ANSWER=1h,", JAXL_EARG, "retry: '' is not a span"},
    {"", "retry", "NO_ANSWER=1h 4h", JAXL_EARG, "retry: '4h' does not belong there"},
    {"", "retry", "NO_ANSWER=1h,2h,3h,4h,5h,6h,7h,8h,9h,1h,1h,1h,1h,1h,1h,1h,1h", JAXL_ELIMIT,
     "more than 16 delays"},
};

START_TEST(what_is_wrong)
{
    struct jaxl_policy *p = policy();
    struct jaxl_error err = {0};

    ck_assert_int_eq(jaxl_policy_set(p, wrong[_i].area, wrong[_i].key, wrong[_i].value, &err),
                     wrong[_i].code);
    ck_assert_msg(strstr(err.message, wrong[_i].why) != NULL, "%s", err.message);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(retries)
{
    struct jaxl_policy *p = policy();

    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_NO_ANSWER, 1), HOUR);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_NO_ANSWER, 2), 4 * HOUR);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_NO_ANSWER, 3), -1);
    ck_assert_int_ne(jaxl_policy_retry(p, JAXL_DISPOSITION_VOICEMAIL, 1), -1);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_VOICEMAIL, 2), -1);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_NET_FAIL, 1), HOUR / 6);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_ANSWERED, 1), -1);
    set(p, "", "retry", "NO_ANSWER = 30m, 1d");
    set(p, "*", "retry", "VOICEMAIL=never");
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_NO_ANSWER, 1), HOUR / 2);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_NO_ANSWER, 2), DAY);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_NO_ANSWER, 3), -1);
    ck_assert_int_eq(jaxl_policy_retry(p, JAXL_DISPOSITION_VOICEMAIL, 1), -1);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(zone_and_holidays)
{
    struct jaxl_policy *p = policy();
    struct jaxl_policy_rules rules;
    struct jaxl_policy_answer answer;
    struct jaxl_zone *zone;
    struct calls none = {.n = 0};
    struct jaxl_policy_lead lead = {
        .now = utc("2026-12-24T23:59:59Z"), .zones = &zone, .n_zones = 1, .nth = nth, .ctx = &none};
    char dir[256], path[300];
    FILE *file;

    ck_assert_ptr_null(jaxl_policy_zone(p));
    ck_assert_ptr_null(jaxl_policy_holidays(p));
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/holidays", dir);
    file = fopen(path, "w");
    fputs("2026-12-25 Christmas\n", file);
    fclose(file);
    set(p, "", "tz", "Europe/London");
    set(p, "", "holidays", path);
    unit_dir_remove(dir);
    ck_assert_str_eq(jaxl_policy_zone(p), "Europe/London");
    ck_assert_int_eq(jaxl_zone_new(&zone, jaxl_policy_zone(p), NULL), 0);
    ck_assert(jaxl_policy_rules(p, "GB", &rules));
    ck_assert_int_eq(jaxl_policy_check(&rules, jaxl_policy_holidays(p), &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_CALL);
    lead.now += JAXL_SECOND; /* no window is set: all of the day is closed all the same */
    ck_assert_int_eq(jaxl_policy_check(&rules, jaxl_policy_holidays(p), &lead, &answer, NULL), 0);
    ck_assert_int_eq(answer.verdict, JAXL_POLICY_DEFER);
    ck_assert_int_eq(answer.until, utc("2026-12-26T00:00:00Z"));
    ck_assert_str_eq(answer.rule, "holidays");
    ck_assert_str_eq(answer.value, "2026-12-25");
    jaxl_zone_free(&zone);
    jaxl_policy_free(&p);
}
END_TEST

/* Christmas of 2026 is a Friday. */
START_TEST(holidays_among_others)
{
    static const struct {
        const char *now, *until, *rule, *value;
    } moments[] = {
        {"2026-12-24T08:00:00Z", "2026-12-24T09:00:00Z", "window", "09:00-19:00"},
        {"2026-12-24T19:00:00Z", "2026-12-28T09:00:00Z", "window", "09:00-19:00"},
        {"2026-12-25T08:00:00Z", "2026-12-28T09:00:00Z", "holidays", "2026-12-25"},
        {"2026-12-25T20:00:00Z", "2026-12-28T09:00:00Z", "window", "09:00-19:00"},
        {"2026-12-26T12:00:00Z", "2026-12-28T09:00:00Z", "days", "mon-fri"},
    };
    struct jaxl_policy *p = policy();
    struct jaxl_policy_rules rules;
    struct jaxl_policy_answer answer;
    struct jaxl_zone *zone;
    struct calls none = {.n = 0};
    struct jaxl_policy_lead lead = {.zones = &zone, .n_zones = 1, .nth = nth, .ctx = &none};
    char dir[256], path[300];
    FILE *file;

    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/holidays", dir);
    file = fopen(path, "w");
    fputs("2026-12-25 Christmas\n", file);
    fclose(file);
    set(p, "", "holidays", path);
    set(p, "", "window", "09:00-19:00");
    set(p, "GB", "days", "mon-fri");
    unit_dir_remove(dir);
    ck_assert_int_eq(jaxl_zone_new(&zone, "Europe/London", NULL), 0);
    ck_assert(jaxl_policy_rules(p, "GB", &rules));
    for (size_t i = 0; i < UNIT_COUNT(moments); i++) {
        lead.now = utc(moments[i].now);
        ck_assert_int_eq(jaxl_policy_check(&rules, jaxl_policy_holidays(p), &lead, &answer, NULL),
                         0);
        ck_assert_int_eq(answer.verdict, JAXL_POLICY_DEFER);
        ck_assert_int_eq(answer.until, utc(moments[i].until));
        ck_assert_str_eq(answer.rule, moments[i].rule);
        ck_assert_str_eq(answer.value, moments[i].value);
    }
    jaxl_zone_free(&zone);
    jaxl_policy_free(&p);
}
END_TEST

/* What is refused leaves everything as it was. */
START_TEST(errors_change_nothing)
{
    static const char *const refused[][3] = {
        {"IN", "window", "mon 09:00-12:00"},
        {"IN", "window", "tue 19:00-20:00"},
        {"IN", "days", "mon"},
        {"IN", "days", "wed,"},
        {"", "holidays", "/nowhere"},
    };
    struct jaxl_policy *p = policy();
    struct jaxl_policy_rules before, after;
    struct jaxl_error err = {0};

    set(p, "IN", "days", "tue-sat");
    set(p, "IN", "window", "09:00-19:00");
    ck_assert(jaxl_policy_rules(p, "IN", &before));
    for (size_t i = 0; i < UNIT_COUNT(refused); i++)
        ck_assert_int_lt(jaxl_policy_set(p, refused[i][0], refused[i][1], refused[i][2], &err), 0);
    ck_assert(jaxl_policy_rules(p, "IN", &after));
    ck_assert_mem_eq(&before.window, &after.window, sizeof before.window);
    ck_assert_uint_eq(before.days, after.days);
    ck_assert_uint_eq(after.days, 0x7c);
    ck_assert_ptr_null(jaxl_policy_holidays(p));
    ck_assert_int_eq(jaxl_policy_set(p, "IN", "days", "mon", &err), JAXL_EARG);
    ck_assert_str_eq(err.message,
                     "days: it leaves no time together with the windows and days before it");
    jaxl_policy_free(&p);
}
END_TEST

/* The presets as they are shipped: when they let somebody be called. */
static const struct {
    const char *file, *area, *zone, *first, *last; /* minutes of a day that are open */
    const char *closed;                            /* a day that is not, or NULL */
} presets[] = {
    {"us", "US-GA", "America/New_York", "2026-11-25T13:00:00Z", "2026-11-26T01:59:00Z", NULL},
    {"us", "US-FL", "America/New_York", "2026-11-25T13:00:00Z", "2026-11-26T00:59:00Z", NULL},
    {"us", "US-AL", "America/Chicago", "2026-11-25T14:00:00Z", "2026-11-26T01:59:00Z",
     "2026-11-29T18:00:00Z"},
    {"us", "US-KY", "America/New_York", "2026-11-25T15:00:00Z", "2026-11-26T01:59:00Z", NULL},
    {"us", "US-RI", "America/New_York", "2026-11-28T15:00:00Z", "2026-11-28T21:59:00Z",
     "2026-11-29T18:00:00Z"},
    /* of no known state: what all of them allow */
    {"us", "US", "America/New_York", "2026-11-25T15:00:00Z", "2026-11-25T22:59:00Z",
     "2026-11-29T18:00:00Z"},
    {"us-debt", "US-GA", "America/New_York", "2026-11-25T13:00:00Z", "2026-11-26T01:59:00Z", NULL},
    {"in", "IN", "Asia/Kolkata", "2026-11-25T03:30:00Z", "2026-11-25T15:29:00Z", NULL},
    {"in-loans", "IN", "Asia/Kolkata", "2026-11-25T02:30:00Z", "2026-11-25T13:29:00Z", NULL},
    {"uk", "GB", "Europe/London", "2026-11-29T09:00:00Z", "2026-11-29T20:59:00Z", NULL},
    {"uk", "GB", "Europe/London", "2026-11-28T08:00:00Z", "2026-11-28T20:59:00Z", NULL},
};

START_TEST(presets_let_through)
{
    const int64_t minute = 60 * JAXL_SECOND, first = utc(presets[_i].first),
                  last = utc(presets[_i].last);
    const struct {
        int64_t at;
        bool open;
    } moments[] = {
        {first - 1, false},     {first, true},
        {last, true},           {last + minute - 1, true},
        {last + minute, false}, {presets[_i].closed ? utc(presets[_i].closed) : first - 1, false}};
    const char *srcdir = getenv("srcdir");
    struct jaxl_policy *p = policy();
    struct jaxl_error err = {0};
    struct jaxl_policy_rules rules;
    struct jaxl_zone *zone;
    int64_t until;
    char path[400];

    snprintf(path, sizeof path, "%s/samples/policies/%s.policy", srcdir ? srcdir : ".",
             presets[_i].file);
    ck_assert_msg(jaxl_policy_read(p, path, &err) == 0, "%s", err.message);
    ck_assert(jaxl_policy_rules(p, presets[_i].area, &rules));
    ck_assert_int_eq(jaxl_zone_new(&zone, presets[_i].zone, NULL), 0);
    for (size_t i = 0; i < UNIT_COUNT(moments); i++)
        ck_assert_int_eq(jaxl_window_open(&rules.window, NULL, &zone, 1, moments[i].at, &until),
                         moments[i].open);
    jaxl_zone_free(&zone);
    jaxl_policy_free(&p);
}
END_TEST

START_TEST(limits)
{
    struct jaxl_policy *p = policy();
    struct jaxl_policy_rules rules;
    struct jaxl_error err = {0};
    int code = 0, n = 0;

    for (int i = 0; i < JAXL_POLICY_CAPS; i++) {
        char span[16];
        snprintf(span, sizeof span, "%dh", i + 1);
        set(p, i % 2 ? "US" : "IN", "gap", span);
    }
    set(p, "IN", "gap", "1h"); /* is there already */
    ck_assert_int_eq(jaxl_policy_set(p, "GB", "gap", "4h", NULL), JAXL_ELIMIT);
    ck_assert(jaxl_policy_rules(p, "", &rules));
    ck_assert_uint_eq(rules.n_caps, JAXL_POLICY_CAPS);
    jaxl_policy_free(&p);
    p = policy();
    for (int i = 0; i < 26 * 26 && code == 0; i++) {
        char area[3] = {(char)('A' + i / 26), (char)('A' + i % 26), '\0'};
        struct jaxl_area_list list;
        if (jaxl_area_zones(area, &list, NULL) == 0) {
            code = jaxl_policy_set(p, area, "max-attempts", "3", &err);
            n += code == 0;
        }
    }
    ck_assert_int_eq(code, JAXL_ELIMIT);
    ck_assert_int_eq(n, JAXL_POLICY_SECTIONS);
    ck_assert_str_eq(err.message, "rules for more than 128 areas");
    jaxl_policy_free(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, what_the_rules_say, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, what_is_wrong, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, retries);
    tcase_add_test(tc, zone_and_holidays);
    tcase_add_test(tc, holidays_among_others);
    tcase_add_test(tc, errors_change_nothing);
    tcase_add_loop_test(tc, presets_let_through, 0, UNIT_COUNT(presets));
    tcase_add_test(tc, limits);
}

int main(void)
{
    return unit_run("policy", add);
}
