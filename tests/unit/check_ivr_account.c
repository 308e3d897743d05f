#include "failmalloc.h"

#include "ivr/check.h"
#include "ivr_account_fixture.h"

#define IVR "[{\"id\": 7, \"name\": \"Hi. Press 1.\", \"status\": \"READY_TO_ASSIGN\"}]"
#define OPT "[{\"id\": 9, \"menu\": 7, \"name\": \"Go\", \"input\": \"1\", \"enabled\": true, "
#define NO_CTA                                                                                     \
    "\"next\": null, \"cta\": {\"phone_number\": null, \"devices\": null, \"appusers\": null, "
#define MENU  "{\"ivr\":\"ivr-7\",\"id\":7,\"org\":42,\"message\":\"Hi. Press 1.\",\"entry\":true}\n"
#define IS(x) MENU "{\"ivr\":\"ivr-7\",\"input\":\"1\",\"message\":\"Go\"," x "}\n"

static const struct {
    struct lists lists;
    const char *text; /* exported; NULL: JAXL_EPROTO */
    const char *told;
} cases[] = {
    {{.ivrs = "[]"}, "", ""},
    {{.ivrs = IVR}, MENU, ""},
    {{.ivrs = "[{\"id\": 7, \"name\": \"Bye\", \"hangup\": true, \"phone\": []}]"},
     "{\"ivr\":\"ivr-7\",\"id\":7,\"org\":42,\"message\":\"Bye\",\"hangup\":true,\"entry\":true}\n",
     ""},
    /* met on two pages */
    {{.ivrs = "[{\"id\": 7, \"name\": \"Hi. Press 1.\"}, {\"id\": 7, \"name\": \"other\"}]"},
     MENU,
     ""},
    {{.ivrs = "[{\"id\": 7, \"name\": \"x\", \"status\": \"ARCHIVED\"}, "
              "{\"id\": 8, \"name\": \"x\", \"status\": \"DELETED\"}]"},
     "",
     ""},
    {{.ivrs = "[{\"id\": 7, \"name\": \"\"}]"}, "", "account:0: IVR 7 has no message: left out\n"},
    {{.ivrs = "[{\"id\": 7}]"}, NULL, ""},
    {{.ivrs = "[{\"id\": 0, \"name\": \"x\"}]"}, NULL, ""},
    {{.ivrs = "[{\"id\": \"a\", \"name\": \"x\"}]"}, NULL, ""},
    {{.ivrs = "[3]"}, NULL, ""},
    /* braces are no variables */
    {{.ivrs = "[{\"id\": 7, \"name\": \"Hi {{name}} {{{ x\"}]"},
     "{\"ivr\":\"ivr-7\",\"id\":7,\"org\":42,\"message\":\"Hi {{{{name}} {{{{{ "
     "x\",\"entry\":true}\n",
     ""},

    /* where options lead */
    {{.ivrs = IVR, .options = OPT "\"next\": 7}]"}, IS("\"next\":\"ivr-7\""), ""},
    {{.ivrs = IVR, .options = OPT "\"next\": 70}]"}, IS("\"next\":70"), ""},
    {{.ivrs = IVR,
      .options = OPT NO_CTA "\"collections\": {\"collection_ids\": [5, 6], \"type\": 2}, "
                            "\"webhook\": null}}]"},
     IS("\"teams\":[5,6]"),
     ""},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"devices\": [77]}}]"}, IS("\"devices\":[77]"), ""},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"appusers\": [1, 2]}}]"},
     IS("\"appusers\":[1,2]"),
     ""},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"phone_number\": \"+12015550100\"}}]"},
     IS("\"phone\":\"+12015550100\""),
     ""},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"phone_number\": \"+1 201-555-0100\"}}]"},
     IS("\"phone\":\"+12015550100\""),
     ""},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"phone_number\": \"reception\"}}]"},
     MENU,
     "account:0: option 1 of IVR 7 leads to nothing that is known: left out\n"},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"webhook\": \"https://x.example/\"}}]"},
     IS("\"webhook\":\"https://x.example/\""),
     ""},
    {{.ivrs = IVR,
      .options = OPT "\"next\": 7, \"needs_data_prompt\": \"Code?\", \"confirmation\": true, "
                     "\"webhook_url\": \"https://x.example/\"}]"},
     IS("\"next\":\"ivr-7\",\"needs_data_prompt\":\"Code?\",\"confirmation\":true,"
        "\"webhook_url\":\"https://x.example/\""),
     ""},
    {{.ivrs = IVR,
      .options = "[{\"id\": 9, \"menu\": 7, \"name\": \"Go\", \"input\": 1, \"enabled\": false, "
                 "\"next\": 7, \"needs_data_prompt\": \"\", \"webhook_url\": \"\"}]"},
     IS("\"next\":\"ivr-7\",\"enabled\":false"),
     ""},
    /* leads to what has no words here */
    {{.ivrs = IVR, .options = OPT "\"next\": null, \"cta\": null}]"},
     MENU,
     "account:0: option 1 of IVR 7 leads to nothing that is known: left out\n"},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"devices\": [77], \"webhook\": \"https://x\"}}]"},
     MENU,
     "account:0: option 1 of IVR 7 leads to nothing that is known: left out\n"},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"devices\": [\"a\"]}}]"},
     MENU,
     "account:0: option 1 of IVR 7 leads to nothing that is known: left out\n"},
    {{.ivrs = IVR, .options = OPT "\"cta\": {\"devices\": []}}]"},
     MENU,
     "account:0: option 1 of IVR 7 leads to nothing that is known: left out\n"},
    {{.ivrs = IVR,
      .options = OPT "\"cta\": {\"collections\": {\"collection_ids\": [5], \"type\": 1}}}]"},
     MENU,
     "account:0: option 1 of IVR 7 leads to nothing that is known: left out\n"},
    {{.ivrs = IVR, .options = OPT "\"next\": 0}]"}, NULL, ""},
    {{.ivrs = IVR, .options = OPT "\"next\": \"x\"}]"}, NULL, ""},
    {{.ivrs = IVR, .options = "[{\"id\": 9, \"menu\": 7, \"name\": \"Go\", \"input\": \"x\"}]"},
     NULL,
     ""},
    {{.ivrs = IVR, .options = "[{\"menu\": 7, \"name\": \"Go\", \"input\": \"1\"}]"}, NULL, ""},

    /* what no file may say */
    {{.ivrs = IVR,
      .options = "[{\"id\": 9, \"menu\": 7, \"name\": \"\", \"input\": \"1\", \"next\": 7, "
                 "\"confirmation\": true, \"webhook_url\": \"http://x\"}]"},
     MENU "{\"ivr\":\"ivr-7\",\"input\":\"1\",\"next\":\"ivr-7\",\"confirmation\":true,"
          "\"webhook_url\":\"http://x\"}\n",
     "account:0: option 1 of IVR 7 has no name: no input may say so\n"
     "account:0: option 1 of IVR 7 has a confirmation without a prompt: no input may say so\n"
     "account:0: option 1 of IVR 7 has a webhook_url that is not https: no input may say so\n"},

    /* numbers */
    {{.ivrs = IVR,
      .phones = "[{\"id\": 1, \"uid\": \"+12015550100\", \"ivr\": 7}, "
                "{\"id\": 2, \"uid\": \"+12015550101\", \"ivr\": null}, "
                "{\"id\": 3, \"uid\": \"+12015550102\", \"ivr\": 8}]"},
     "{\"ivr\":\"ivr-7\",\"id\":7,\"org\":42,\"message\":\"Hi. Press 1.\"}\n"
     "{\"phone\":\"+12015550100\",\"ivr\":\"ivr-7\"}\n{\"phone\":\"+12015550102\",\"ivr\":8}\n",
     ""},
    {{.phones = "[{\"id\": 1, \"uid\": \"+12015550100\", \"ivr\": \"a\"}]"}, NULL, ""},
    {{.phones = "[{\"uid\": \"+12015550100\"}]"}, NULL, ""},

    /* nobody can reach them otherwise: one that leads on, and a circle */
    {{.ivrs = "[{\"id\": 1, \"name\": \"a\"}, {\"id\": 2, \"name\": \"b\"}, {\"id\": 3, \"name\": "
              "\"c\"}, "
              "{\"id\": 4, \"name\": \"d\"}]",
      .options = "[{\"id\": 11, \"menu\": 2, \"name\": \"x\", \"input\": \"1\", \"next\": 1}, "
                 "{\"id\": 12, \"menu\": 3, \"name\": \"x\", \"input\": \"1\", \"next\": 4}, "
                 "{\"id\": 13, \"menu\": 4, \"name\": \"x\", \"input\": \"1\", \"next\": 3}]"},
     "{\"ivr\":\"ivr-1\",\"id\":1,\"org\":42,\"message\":\"a\"}\n"
     "{\"ivr\":\"ivr-2\",\"id\":2,\"org\":42,\"message\":\"b\",\"entry\":true}\n"
     "{\"ivr\":\"ivr-2\",\"input\":\"1\",\"message\":\"x\",\"next\":\"ivr-1\"}\n"
     "{\"ivr\":\"ivr-3\",\"id\":3,\"org\":42,\"message\":\"c\",\"entry\":true}\n"
     "{\"ivr\":\"ivr-3\",\"input\":\"1\",\"message\":\"x\",\"next\":\"ivr-4\"}\n"
     "{\"ivr\":\"ivr-4\",\"id\":4,\"org\":42,\"message\":\"d\"}\n"
     "{\"ivr\":\"ivr-4\",\"input\":\"1\",\"message\":\"x\",\"next\":\"ivr-3\"}\n",
     ""},
    /* an option leads there, beside one that asks a webhook */
    {{.ivrs = "[{\"id\": 1, \"name\": \"a\"}, {\"id\": 2, \"name\": \"b\"}]",
      .options = "[{\"id\": 11, \"menu\": 1, \"name\": \"x\", \"input\": \"1\", \"next\": 2}, "
                 "{\"id\": 12, \"menu\": 1, \"name\": \"x\", \"input\": \"2\", "
                 "\"cta\": {\"webhook\": \"https://x.example/\"}}]",
      .phones = "[{\"id\": 1, \"uid\": \"+12015550100\", \"ivr\": 1}]"},
     "{\"ivr\":\"ivr-1\",\"id\":1,\"org\":42,\"message\":\"a\"}\n"
     "{\"ivr\":\"ivr-1\",\"input\":\"1\",\"message\":\"x\",\"next\":\"ivr-2\"}\n"
     "{\"ivr\":\"ivr-1\",\"input\":\"2\",\"message\":\"x\",\"webhook\":\"https://x.example/\"}\n"
     "{\"ivr\":\"ivr-2\",\"id\":2,\"org\":42,\"message\":\"b\"}\n"
     "{\"phone\":\"+12015550100\",\"ivr\":\"ivr-1\"}\n",
     ""},
};

struct account {
    struct ivr f;
    struct jaxl_ivr_account a;
    struct jaxl_buf text;
};

static int keep_line(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_buf *text = ctx;

    jaxl_buf_add(text, json, len);
    jaxl_buf_putc(text, '\n');
    return jaxl_buf_check(text, "text", err);
}

static void set_up(struct account *t)
{
    ivr_set_up(&t->f);
    jaxl_ivr_account_init(&t->a, &t->f.tree);
    t->a.assigned_only = true;
    t->a.report = ivr_note;
    t->a.ctx = &t->f;
    t->f.tree.org = 42;
    jaxl_buf_init(&t->text, 1024 * 1024);
}

static void tear_down(struct account *t)
{
    jaxl_buf_free(&t->text);
    jaxl_ivr_account_free(&t->a);
    ivr_tear_down(&t->f);
}

static int load(struct account *t, const struct lists *l)
{
    int rc = lists_take_one(&t->a, JAXL_IVR_LIST_MENUS, l->ivrs, &t->f.err);

    if (!rc)
        rc = lists_take_one(&t->a, JAXL_IVR_LIST_OPTIONS, l->options, &t->f.err);
    if (!rc)
        rc = lists_take_one(&t->a, JAXL_IVR_LIST_PHONES, l->phones, &t->f.err);
    if (rc)
        return rc;
    jaxl_ivr_tree_link(&t->f.tree);
    jaxl_ivr_check_entries(&t->f.tree);
    return jaxl_ivr_export(&t->f.tree, keep_line, &t->text, &t->f.err);
}

START_TEST(lists_become_records)
{
    struct account t;
    int rc;

    set_up(&t);
    rc = load(&t, &cases[_i].lists);
    ck_assert_str_eq(jaxl_buf_text(&t.f.problems), cases[_i].told);
    if (cases[_i].text) {
        ck_assert_msg(rc == 0, "%s", t.f.err.message);
        ck_assert_str_eq(jaxl_buf_text(&t.text), cases[_i].text);
    } else {
        ck_assert_int_eq(rc, JAXL_EPROTO);
    }
    tear_down(&t);
}
END_TEST

/* What is exported is read back as the same. */
START_TEST(records_are_read_back)
{
    struct account t, again;

    set_up(&t);
    set_up(&again);
    if (cases[_i].text && load(&t, &cases[_i].lists) == 0) {
        again.f.allowed = JAXL_IVR_ALLOW_LEAVE | JAXL_IVR_ALLOW_PROMPTS;
        jaxl_ivr_tree_init(&again.f.tree);
        const char *problems = ivr_problems(&again.f, "main.ndjson", jaxl_buf_text(&t.text));
        ck_assert_int_eq(*problems != 0, strstr(cases[_i].told, "no input may") != NULL);
        ck_assert_int_eq(jaxl_ivr_export(&again.f.tree, keep_line, &again.text, NULL), 0);
        ck_assert_str_eq(jaxl_buf_text(&again.text), jaxl_buf_text(&t.text));
    }
    tear_down(&again);
    tear_down(&t);
}
END_TEST

START_TEST(names_come_from_the_state)
{
    const struct lists l = {.ivrs = "[{\"id\": 7, \"name\": \"a\"}, {\"id\": 8, \"name\": \"b\"}, "
                                    "{\"id\": 9, \"name\": \"c\"}]"};
    struct jaxl_ivr_state state;
    struct account t;

    set_up(&t);
    ck_assert_int_eq(jaxl_ivr_state_open(&state, NULL, false, NULL), 0);
    ck_assert_int_eq(jaxl_ivr_state_bind(&state, "front {{desk", 7), 0);
    ck_assert_int_eq(jaxl_ivr_state_bind(&state, "ivr-9", 8), 0);
    t.a.names = &state;
    ck_assert_int_eq(load(&t, &l), 0);
    ck_assert_str_eq(
        jaxl_buf_text(&t.text),
        "{\"ivr\":\"front {{{{desk\",\"id\":7,\"org\":42,\"message\":\"a\",\"entry\":true}\n"
        "{\"ivr\":\"ivr-9\",\"id\":8,\"org\":42,\"message\":\"b\",\"entry\":true}\n"
        "{\"ivr\":\"ivr-9_\",\"id\":9,\"org\":42,\"message\":\"c\",\"entry\":true}\n");
    jaxl_ivr_state_free(&state);
    tear_down(&t);
}
END_TEST

static int work(void *ctx)
{
    struct account *t = ctx;
    int rc;

    jaxl_ivr_account_init(&t->a, &t->f.tree);
    t->f.tree.org = 42;
    rc = load(t, &cases[UNIT_COUNT(cases) - 1].lists);
    jaxl_ivr_account_free(&t->a);
    jaxl_ivr_tree_free(&t->f.tree);
    jaxl_buf_free(&t->text);
    return rc;
}

START_TEST(memory_is_out)
{
    struct account t;

    set_up(&t);
    ck_assert_int_gt(failmalloc_each(work, &t), 5);
    tear_down(&t);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, lists_become_records, 0, (int)UNIT_COUNT(cases));
    tcase_add_loop_test(tc, records_are_read_back, 0, (int)UNIT_COUNT(cases));
    tcase_add_test(tc, names_come_from_the_state);
    tcase_add_test(tc, memory_is_out);
}

int main(void)
{
    return unit_run("ivr_account", add);
}
