#include <string.h>

#include "campaign/adhoc.h"
#include "session_fixture.h"

enum { STEPS = 12 };
#define IVR(id, name)                                                                              \
    "{\"id\": " #id ", \"name\": \"" name "\", \"status\": \"READY_TO_ASSIGN\", \"hangup\": "      \
    "false}"
#define PAGE(next, ...) "{\"count\": 9, \"next\": " next ", \"results\": [" __VA_ARGS__ "]}"
#define OK(text)                                                                                   \
    {                                                                                              \
        .status = 200, .body = text                                                                \
    }
#define MADE(text)                                                                                 \
    {                                                                                              \
        .status = 201, .body = text                                                                \
    }
#define BROKEN                                                                                     \
    {                                                                                              \
        .status = 500                                                                              \
    }
#define GARBAGE                                                                                    \
    {                                                                                              \
        .status = 200, .body = "<html>"                                                            \
    }
#define LOST                                                                                       \
    {                                                                                              \
        .then = HTTPD_RST                                                                          \
    }
#define LATER                                                                                      \
    {                                                                                              \
        .status = 429, .headers = "Retry-After: 2\r\n"                                             \
    }

/* What the platform answers, request by request, to an IVR with the option 1; what is asked, as
 * a letter each (c: create, l: list IVRs, o: list options, O: make the option); how it ends. */
static const struct {
    const char *name;
    struct httpd_step steps[STEPS];
    const char *asked;
    enum jaxl_adhoc_state state;
    int64_t ivr;
    enum jaxl_outcome outcome;
    const char *reason;
} scripts[] = {
    {"made", {MADE("{\"id\": 7}"), MADE("{}")}, "cO", JAXL_ADHOC_READY, 7, 0, ""},
    {"refused",
     {{.status = 400, .body = "{\"reason\": \"TOO_LONG\"}"}},
     "c",
     JAXL_ADHOC_FAILED,
     0,
     JAXL_OUTCOME_REFUSED,
     "making the IVR: TOO_LONG"},
    {"throttled", {LATER, MADE("{\"id\": 7}"), MADE("{}")}, "ccO", JAXL_ADHOC_READY, 7, 0, ""},
    {"lost, and it was made",
     {LOST, OK(PAGE("null", IVR(5, "other") ", " IVR(7, "Hello"))), OK(PAGE("null")), MADE("{}")},
     "cloO",
     JAXL_ADHOC_READY,
     7,
     0,
     ""},
    {"lost, and it was made: on the second page",
     {BROKEN, OK(PAGE("\"x\"", IVR(5, "other"))), OK(PAGE("null", IVR(7, "Hello"))),
      OK(PAGE("null")), MADE("{}")},
     "clloO",
     JAXL_ADHOC_READY,
     7,
     0,
     ""},
    {"lost, and it was not made",
     {LOST, OK(PAGE("null", IVR(5, "other"))), MADE("{\"id\": 8}"), MADE("{}")},
     "clcO",
     JAXL_ADHOC_READY,
     8,
     0,
     ""},
    {"lost, and one with options was there before",
     {LOST, OK(PAGE("null", IVR(7, "Hello"))), OK(PAGE("null", "{\"input\": \"1\"}")),
      MADE("{\"id\": 8}"), MADE("{}")},
     "clocO",
     JAXL_ADHOC_READY,
     8,
     0,
     ""},
    {"lost, and two say the text",
     {LOST, OK(PAGE("null", IVR(7, "Hello") ", " IVR(8, "Hello")))},
     "cl",
     JAXL_ADHOC_FAILED,
     0,
     JAXL_OUTCOME_REFUSED,
     "making the IVR: the answer got lost, and several IVRs"},
    {"a page that cannot be read at first",
     {LOST, BROKEN, GARBAGE, OK(PAGE("null", IVR(7, "Hello"))), BROKEN, OK(PAGE("null")),
      MADE("{}")},
     "clllooO",
     JAXL_ADHOC_READY,
     7,
     0,
     ""},
    {"a page that cannot be read at all",
     {LOST, BROKEN, GARBAGE, BROKEN},
     "clll",
     JAXL_ADHOC_FAILED,
     0,
     JAXL_OUTCOME_UNKNOWN,
     "making the IVR: the list of IVRs could not be read"},
    {"options that cannot be read at all",
     {LOST, OK(PAGE("null", IVR(7, "Hello"))), BROKEN, BROKEN, GARBAGE},
     "clooo",
     JAXL_ADHOC_FAILED,
     0,
     JAXL_OUTCOME_UNKNOWN,
     "making the IVR: the options of an IVR could not be read"},
    {"an option that was made in the dark",
     {MADE("{\"id\": 7}"), LOST, {.status = 409}},
     "cOO",
     JAXL_ADHOC_READY,
     7,
     0,
     ""},
    {"never a readable answer",
     {BROKEN, OK(PAGE("null")), BROKEN, OK(PAGE("null")), BROKEN, OK(PAGE("null"))},
     "clclcl",
     JAXL_ADHOC_FAILED,
     0,
     JAXL_OUTCOME_UNKNOWN,
     "making the IVR: the platform gave no readable answer"},
};

static char letter(const struct httpd_request *r)
{
    bool post = !strcmp(r->method, "POST"), options = strstr(r->target, "/options/");

    return "lcoO"[2 * options + post];
}

/* The requests about IVRs, as letters. */
static void asked(struct platform *p, char *out, size_t room)
{
    const struct httpd_request *r;
    size_t n = 0;

    for (unsigned i = 1; (r = platform_request(p, "/v1/ivr/", i)) && n + 1 < room; i++)
        out[n++] = letter(r);
    out[n] = '\0';
}

static void run(struct platform *p, struct jaxl_session *s, struct jaxl_adhoc *a,
                const struct jaxl_adhoc_ivr *ivr)
{
    struct jaxl_error err = {0};

    while (ivr->state == JAXL_ADHOC_MAKING) {
        int64_t now = jaxl_clock_mono(&p->clock), next = jaxl_adhoc_tick(a, now);
        ck_assert(jaxl_session_pending(s) || next != INT64_MAX);
        ck_assert_msg(jaxl_session_wait(s, next == INT64_MAX ? 60 * JAXL_SECOND : next - now, NULL,
                                        0, &err) == 0,
                      "%s", err.message);
    }
}

START_TEST(makes)
{
    static const char *const option = "1=One:next=1";
    struct jaxl_menu_option menu;
    struct jaxl_adhoc_ivr *ivr;
    struct jaxl_session *s;
    struct jaxl_adhoc *a;
    struct platform p;
    char letters[32];

    platform_set_up(&p, "2");
    p.rest = scripts[_i].steps;
    p.n_rest = STEPS;
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_menu_parse(option, &menu, NULL), 0);
    ck_assert_int_eq(jaxl_adhoc_new(&a, s, &menu, 1, NULL), 0);
    ck_assert_int_eq(jaxl_adhoc_get(a, "Hello", 5, &ivr, NULL), 0);
    run(&p, s, a, ivr);
    asked(&p, letters, sizeof letters);
    ck_assert_msg(!strcmp(letters, scripts[_i].asked), "%s: asked %s", scripts[_i].name, letters);
    ck_assert_msg(ivr->state == scripts[_i].state, "%s: %s", scripts[_i].name, ivr->reason);
    if (ivr->state == JAXL_ADHOC_READY) {
        ck_assert_int_eq(ivr->ivr, scripts[_i].ivr);
    } else {
        ck_assert_int_eq(ivr->outcome, scripts[_i].outcome);
        ck_assert_msg(!strncmp(ivr->reason, scripts[_i].reason, strlen(scripts[_i].reason)), "%s",
                      ivr->reason);
    }
    ck_assert(jaxl_adhoc_changed(a));
    jaxl_adhoc_release(a, ivr);
    jaxl_adhoc_free(&a);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, makes, 0, (int)UNIT_COUNT(scripts));
}

int main(void)
{
    return unit_run("adhoc", add);
}
