#include "failmalloc.h"

#include "ivr-apply/text.h"
#include "unit.h"

#define CHANGE(action, ivr, id, input, option, rest)                                               \
    "{\"action\":\"" action "\",\"ivr\":\"" ivr "\",\"ivr_id\":" id ",\"input\":" input            \
    ",\"option_id\":" option ",\"phone\":null,\"phone_id\":null," rest                             \
    ",\"file\":\"ivr.ndjson\",\"line\":3}"
#define FIELDS(before, after) "\"before\":" before ",\"after\":" after ",\"error\":null"

struct rendering {
    const char *json, *text;
    bool colour;
};

static const struct rendering changes[] = {
    {CHANGE("create", "main", "null", "null", "null",
            FIELDS("null", "{\"message\":\"Welcome\",\"hangup\":true}")),
     "menu main: new\n+   message: Welcome\n+   hangup: true\n", false},
    {CHANGE("update", "main", "12", "null", "null",
            FIELDS("{\"message\":\"Welcome\"}", "{\"message\":\"Welcome to Example.\"}")),
     "menu main (12)\n-   message: Welcome\n+   message: Welcome to Example.\n", false},
    {CHANGE("update", "main", "12", "null", "null",
            FIELDS("{\"message\":\"A\"}", "{\"message\":\"B\"}")),
     "\033[1mmenu main (12)\033[0m\n\033[31m-   message: A\033[0m\n"
     "\033[32m+   message: B\033[0m\n",
     true},
    {CHANGE("create", "main", "12", "\"3\"", "null",
            FIELDS("null", "{\"message\":\"Billing\",\"teams\":[5,\"Night shift\"]}")),
     "option 3 of main: new\n+   message: Billing\n+   teams: 5, Night shift\n", false},
    {CHANGE("update", "main", "12", "\"3\"", "34",
            FIELDS("{\"next\":\"a\",\"teams\":null,\"webhook_url\":\"https://x\"}",
                   "{\"next\":null,\"teams\":[5]}")),
     "option 3 of main (34)\n-   next: a\n+   teams: 5\n-   webhook_url: https://x\n", false},
    {CHANGE("update", "main", "12", "\"3\"", "34",
            FIELDS("{\"cta\":{\"bot\":[7,null]}}", "{\"next\":\"b\"}")),
     "option 3 of main (34)\n+   next: b\n-   cta: {\"bot\":[7,null]}\n", false},
    {CHANGE("disable", "main", "12", "\"4\"", "34",
            FIELDS("{\"enabled\":true}", "{\"enabled\":false}")),
     "option 4 of main (34): disabled\n", false},
    {CHANGE("unchanged", "main", "12", "\"4\"", "34", FIELDS("{}", "{}")), "", false},
    {CHANGE("unchanged", "main", "12", "\"4\"", "34", FIELDS("null", "null")), "", true},
    {"{\"action\":\"assign\",\"ivr\":\"main\",\"ivr_id\":12,\"input\":null,\"option_id\":null,"
     "\"phone\":\"+918069001234\",\"phone_id\":5,\"before\":{\"ivr\":\"support\"},"
     "\"after\":{\"ivr\":12},\"error\":null,\"file\":\"ivr.ndjson\",\"line\":3}",
     "phone +918069001234\n-   ivr: support\n+   ivr: 12\n", false},
    {"{\"action\":\"assign\",\"ivr\":\"main\",\"phone\":\"+918069001234\",\"before\":{\"ivr\":"
     "null},\"after\":{\"ivr\":\"main\"}}",
     "phone +918069001234\n+   ivr: main\n", false},
    {CHANGE("create", "main", "12", "\"3\"", "null",
            "\"before\":null,\"after\":{\"teams\":5},\"error\":\"refused: 406\\nno\""),
     "option 3 of main: new\n+   teams: 5\n!   ivr.ndjson:3: refused: 406 no\n", false},
    {"{\"action\":\"disable\",\"ivr\":\"main\",\"input\":\"3\",\"error\":\"refused\"}",
     "\033[1moption 3 of main: disabled\033[0m\n\033[1;31m!   refused\033[0m\n", true},
    {CHANGE("update", "m\\u001b[2Jn", "12", "null", "null",
            FIELDS("{\"message\":\"a\\u009bb\\u007f\\tc\"}", "{\"message\":\"\\u0938\\u00a0\"}")),
     "menu m [2Jn (12)\n-   message: a b  c\n+   message: \u0938\u00a0\n", false},
};

static const struct rendering walks[] = {
    {"{\"step\":1,\"at\":0.0,\"ivr\":\"main\",\"says\":\"Welcome.\\nPress 1.\",\"seconds\":5.6}",
     "     0.0 s  main says: Welcome. Press 1. (5.6 s)\n", false},
    {"{\"step\":1,\"at\":123.4,\"ivr\":\"main\",\"says\":\"Hi\",\"seconds\":0.4}",
     "   123.4 s  \033[1mmain\033[0m says: Hi (0.4 s)\n", true},
    {"{\"step\":1,\"at\":5.6,\"ivr\":\"hook\",\"says\":null,\"webhook\":\"https://x\"}",
     "     5.6 s  hook is answered by https://x\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"Sales\",\"leads\":\"teams\",\"to\":[5]}",
     "     5.6 s  key 1 (Sales): to team 5\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":null,\"leads\":\"teams\",\"to\":[5,\"Night\"]}",
     "     5.6 s  key \033[1m1\033[0m: to teams 5, Night\n", true},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"A\",\"leads\":\"devices\",\"to\":[7]}",
     "     5.6 s  key 1 (A): to device 7\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"A\",\"leads\":\"appusers\",\"to\":[\"a@b.in\"]}",
     "     5.6 s  key 1 (A): to app user a@b.in\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"A\",\"leads\":\"phone\",\"to\":\"+919876543210\"}",
     "     5.6 s  key 1 (A): to phone +919876543210\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"A\",\"leads\":\"webhook\",\"to\":\"https://x\"}",
     "     5.6 s  key 1 (A): to webhook https://x\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"A\",\"leads\":\"next\",\"to\":\"b\","
     "\"webhook_url\":\"https://x\"}",
     "     5.6 s  key 1 (A): to the menu b, if allowed by https://x\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"A\",\"leads\":\"next\",\"to\":12}",
     "     5.6 s  key 1 (A): to IVR 12\n", false},
    {"{\"at\":5.6,\"key\":\"1\",\"option\":\"A\",\"leads\":\"other\",\"to\":{\"bot\":7}}",
     "     5.6 s  key 1 (A): to {\"bot\":7}\n", false},
    {"{\"at\":5.6,\"asks\":\"Your number?\",\"seconds\":3.5,\"data\":\"98#\",\"reads_back\":true}",
     "     5.6 s  asks: Your number? Keyed in: 98#, which is read back (3.5 s)\n", false},
    {"{\"at\":5.6,\"asks\":\"Your number?\",\"seconds\":1.1,\"data\":null,\"reads_back\":true}",
     "     5.6 s  asks: Your number? (1.1 s)\n", false},
    {"{\"at\":5.6,\"ends\":\"hangup\"}", "     5.6 s  the call is hung up\n", false},
    {"{\"at\":5.6,\"ends\":\"left\"}", "     5.6 s  the call has left the menus\n", false},
    {"{\"at\":5.6,\"ends\":\"waits\"}", "     5.6 s  a key is waited for\n", false},
};

typedef void render(const struct jaxl_json *record, bool colour, struct jaxl_buf *out);

static void check(const struct rendering *r, render *how)
{
    const struct jaxl_json *record;
    struct jaxl_json_doc *doc;
    struct jaxl_error err;
    struct jaxl_buf out;
    int rc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    rc = jaxl_json_parse(doc, r->json, strlen(r->json), &record, &err);
    ck_assert_msg(rc == 0, "%s", err.message);
    jaxl_buf_init(&out, 4096);
    how(record, r->colour, &out);
    ck_assert_str_eq(jaxl_buf_text(&out), r->text);
    ck_assert_int_eq(out.failed, 0);
    jaxl_buf_free(&out);
    jaxl_json_doc_free(&doc);
}

START_TEST(changes_are_shown)
{
    check(&changes[_i], text_change);
}
END_TEST

START_TEST(a_path_is_shown)
{
    check(&walks[_i], text_walk);
}
END_TEST

static int work(void *ctx)
{
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, 4096);
    text_change(*(const struct jaxl_json *const *)ctx, true, &out);
    rc = out.failed;
    jaxl_buf_free(&out);
    return rc;
}

START_TEST(memory_runs_out)
{
    static const char json[] = "{\"action\":\"update\",\"ivr\":\"main\",\"input\":\"1\","
                               "\"before\":{\"cta\":{\"bot\":7}},\"after\":{\"next\":\"b\"}}";
    const struct jaxl_json *record;
    struct jaxl_json_doc *doc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, json, strlen(json), &record, NULL), 0);
    ck_assert_int_ge(failmalloc_each(work, &record), 3);
    jaxl_json_doc_free(&doc);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, changes_are_shown, 0, UNIT_COUNT(changes));
    tcase_add_loop_test(tc, a_path_is_shown, 0, UNIT_COUNT(walks));
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("ivr_text", add);
}
