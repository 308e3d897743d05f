/* From an input and an account to a plan, without a platform: names to ids, then what differs. */
#include "failmalloc.h"

#include "ivr/bind.h"
#include "ivr/diff.h"
#include "ivr_account_fixture.h"

#define MAIN         "{\"ivr\": \"main\", \"message\": \"Press 1.\"}\n"
#define SALES        "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Sales\", "
#define PHONE        "{\"phone\": \"+12015550100\", \"ivr\": \"main\"}\n"
#define IVR          "[{\"id\": 7, \"name\": \"Press 1.\"}]"
#define OPTION       "{\"id\": 9, \"menu\": 7, \"name\": \"Sales\", \"input\": \"1\", \"enabled\": true, "
#define TEAMS(x)     "\"cta\": {\"collections\": {\"collection_ids\": [" x "], \"type\": 2}}}"
#define TWO          "[{\"id\": 7, \"name\": \"Press 1.\"}, {\"id\": 8, \"name\": \"Press 1.\"}]"
#define CALLED(name) "{\"ivr\": \"" name "\", \"message\": \"Bye.\", \"hangup\": true}\n"

static const struct {
    const char *input;
    struct lists lists;
    const char *state; /* "main=7 b=0" */
    bool prune;
    const char *plan;     /* action ivr/id input/id before -> after, one a line */
    const char *problems; /* then there is no plan */
} cases[] = {
    {MAIN SALES "\"teams\": [5]}\n",
     {.ivrs = "[]"},
     "",
     false,
     "create main/- -/- -> {\"message\":\"Press 1.\"}\n"
     "create main/- 1/- -> {\"message\":\"Sales\",\"teams\":[5]}\n",
     ""},
    {MAIN SALES "\"teams\": [5]}\n",
     {.ivrs = IVR, .options = "[" OPTION TEAMS("5") "]"},
     "",
     false,
     "unchanged main/7 -/-\nunchanged main/7 1/9\n",
     ""},
    /* lists are sets */
    {MAIN SALES "\"teams\": [5, 6, 6]}\n",
     {.ivrs = IVR, .options = "[" OPTION TEAMS("6, 5") "]"},
     "",
     false,
     "unchanged main/7 -/-\nunchanged main/7 1/9\n",
     ""},
    {MAIN SALES "\"teams\": [5, 7]}\n",
     {.ivrs = IVR, .options = "[" OPTION TEAMS("6, 5") "]"},
     "",
     false,
     "unchanged main/7 -/-\nupdate main/7 1/9 {\"teams\":[6,5]} -> {\"teams\":[5,7]}\n",
     ""},
    {MAIN SALES "\"teams\": [5]}\n",
     {.ivrs = IVR, .options = "[" OPTION TEAMS("6, 5") "]"},
     "",
     false,
     "unchanged main/7 -/-\nupdate main/7 1/9 {\"teams\":[6,5]} -> {\"teams\":[5]}\n",
     ""},
    /* another kind of place */
    {MAIN SALES "\"next\": \"main\"}\n",
     {.ivrs = IVR, .options = "[" OPTION TEAMS("5") "]"},
     "",
     false,
     "unchanged main/7 -/-\n"
     "update main/7 1/9 {\"next\":null,\"teams\":[5]} -> {\"next\":\"main\",\"teams\":null}\n",
     ""},
    /* every other field */
    {MAIN "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Buy\", \"next\": \"main\", "
          "\"needs_data_prompt\": \"Code?\", \"confirmation\": true, \"enabled\": false, "
          "\"webhook_url\": \"https://x.example/\"}\n",
     {.ivrs = IVR, .options = "[" OPTION "\"next\": 7}]"},
     "",
     false,
     "unchanged main/7 -/-\n"
     "update main/7 1/9 {\"message\":\"Sales\",\"needs_data_prompt\":null,\"confirmation\":false,"
     "\"webhook_url\":null,\"enabled\":true} -> "
     "{\"message\":\"Buy\",\"needs_data_prompt\":\"Code?\","
     "\"confirmation\":true,\"webhook_url\":\"https://x.example/\",\"enabled\":false}\n",
     ""},
    {MAIN SALES "\"phone\": \"+12015550100\"}\n",
     {.ivrs = IVR, .options = "[" OPTION "\"cta\": {\"phone_number\": \"+12015550101\"}}]"},
     "",
     false,
     "unchanged main/7 -/-\n"
     "update main/7 1/9 {\"phone\":\"+12015550101\"} -> {\"phone\":\"+12015550100\"}\n",
     ""},
    {MAIN SALES "\"webhook\": \"https://x.example/\"}\n",
     {.ivrs = IVR, .options = "[" OPTION "\"cta\": {\"webhook\": \"https://y.example/\"}}]"},
     "",
     false,
     "unchanged main/7 -/-\n"
     "update main/7 1/9 {\"webhook\":\"https://y.example/\"} -> "
     "{\"webhook\":\"https://x.example/\"}\n",
     ""},
    /* what the account's leads to has no words here */
    {MAIN SALES "\"teams\": [5]}\n",
     {.ivrs = IVR, .options = "[" OPTION "\"cta\": {\"x\": [1]}}]"},
     "",
     false,
     "unchanged main/7 -/-\n"
     "update main/7 1/9 {\"teams\":null,\"cta\":{\"x\":[1]}} -> {\"teams\":[5]}\n",
     ""},
    /* menus */
    {"{\"ivr\": \"main\", \"message\": \"Bye.\", \"hangup\": true}\n",
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": false}]"},
     "",
     false,
     "update main/7 -/- {\"hangup\":false} -> {\"hangup\":true}\n",
     ""},
    {"{\"ivr\": \"main\", \"message\": \"Bye.\", \"hangup\": true}\n",
     {.ivrs = "[{\"id\": 7, \"name\": \"Hello.\"}]"},
     "main=7",
     false,
     "update main/7 -/- {\"message\":\"Hello.\",\"hangup\":false} -> "
     "{\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    /* another menu has it: it goes by its name, others by their ids */
    {MAIN SALES "\"next\": \"b\"}\n" CALLED("b"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Press 1.\"}, {\"id\": 8, \"name\": \"Bye.\", \"hangup\": "
              "true}, "
              "{\"id\": 4, \"name\": \"Old.\"}]",
      .options = "[" OPTION "\"next\": 4}]"},
     "",
     false,
     "unchanged main/7 -/-\nupdate main/7 1/9 {\"next\":\"ivr-4\"} -> {\"next\":\"b\"}\n"
     "unchanged b/8 -/-\n",
     ""},
    {MAIN SALES "\"next\": \"b\"}\n" CALLED("b"),
     {.ivrs = IVR, .options = "[" OPTION "\"next\": 70}]"},
     "",
     false,
     "unchanged main/7 -/-\nupdate main/7 1/9 {\"next\":70} -> {\"next\":\"b\"}\ncreate b/- -/- -> "
     "{\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    /* by its id: what is there already need not be, what is to be written must */
    {MAIN SALES "\"next\": 70}\n",
     {.ivrs = IVR, .options = "[" OPTION "\"next\": 70}]"},
     "",
     false,
     "unchanged main/7 -/-\nunchanged main/7 1/9\n",
     ""},
    {MAIN SALES "\"next\": 70}\n",
     {.ivrs = IVR},
     "",
     false,
     "",
     "main.ndjson:2: the account has no IVR 70\n"},

    /* options that are in no record */
    {CALLED("main"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]",
      .options = "[" OPTION "\"next\": 7}]"},
     "",
     false,
     "unchanged main/7 -/-\nextra 1\n",
     ""},
    {CALLED("main"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]",
      .options = "[" OPTION "\"next\": 7}]"},
     "",
     true,
     "unchanged main/7 -/-\ndisable main/7 1/9 {\"enabled\":true} -> {\"enabled\":false}\n",
     ""},
    {CALLED("main"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]",
      .options = "[{\"id\": 9, \"menu\": 7, \"name\": \"x\", \"input\": \"1\", \"enabled\": false, "
                 "\"next\": 7}]"},
     "",
     true,
     "unchanged main/7 -/-\n",
     ""},

    /* phones */
    {MAIN SALES "\"teams\": [5]}\n" PHONE,
     {.ivrs = IVR,
      .options = "[" OPTION TEAMS("5") "]",
      .phones = "[{\"id\": 3, \"uid\": \"+12015550100\", \"ivr\": 7}]"},
     "",
     false,
     "unchanged main/7 -/-\nunchanged main/7 1/9\nunchanged main/7 +12015550100/3\n",
     ""},
    {MAIN SALES "\"teams\": [5]}\n" PHONE,
     {.ivrs = IVR,
      .options = "[" OPTION TEAMS("5") "]",
      .phones = "[{\"id\": 3, \"uid\": \"+12015550100\", \"ivr\": 8}]"},
     "",
     false,
     "unchanged main/7 -/-\nunchanged main/7 1/9\n"
     "assign main/7 +12015550100/3 {\"ivr\":8} -> {\"ivr\":\"main\"}\n",
     ""},
    {MAIN SALES "\"teams\": [5]}\n" PHONE,
     {.ivrs = "[]", .phones = "[{\"id\": 3, \"uid\": \"+12015550100\"}]"},
     "",
     false,
     "create main/- -/- -> {\"message\":\"Press 1.\"}\n"
     "create main/- 1/- -> {\"message\":\"Sales\",\"teams\":[5]}\n"
     "assign main/- +12015550100/3 {\"ivr\":null} -> {\"ivr\":\"main\"}\n",
     ""},
    {MAIN SALES "\"teams\": [5]}\n" PHONE,
     {.ivrs = "[]", .phones = "[]"},
     "",
     false,
     "",
     "main.ndjson:3: the account has no active number +12015550100\n"},
    {"{\"phone\": \"+12015550100\", \"ivr\": 7}\n",
     {.ivrs = IVR, .phones = "[{\"id\": 3, \"uid\": \"+12015550100\", \"ivr\": null}]"},
     "",
     false,
     "assign 7/7 +12015550100/3 {\"ivr\":null} -> {\"ivr\":7}\n",
     ""},
    {"{\"phone\": \"+12015550100\", \"ivr\": 70}\n",
     {.ivrs = IVR, .phones = "[{\"id\": 3, \"uid\": \"+12015550100\", \"ivr\": null}]"},
     "",
     false,
     "",
     "main.ndjson:1: the account has no IVR 70\n"},

    /* names and ids: the state, although another says the same */
    {CALLED("a"),
     {.ivrs = "[{\"id\": 7, \"name\": \"x\"}, {\"id\": 8, \"name\": \"Bye.\"}]"},
     "a=7",
     false,
     "update a/7 -/- {\"message\":\"x\",\"hangup\":false} -> "
     "{\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    /* the account has it no more */
    {CALLED("a"),
     {.ivrs = "[{\"id\": 8, \"name\": \"Bye.\", \"hangup\": true}]"},
     "a=7",
     false,
     "unchanged a/8 -/-\n",
     ""},
    {CALLED("a"),
     {.ivrs = "[]"},
     "a=7",
     false,
     "create a/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    /* the menu has another name now */
    {CALLED("a"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]"},
     "b=7",
     false,
     "unchanged a/7 -/-\n",
     ""},
    /* a new name beside others takes nobody's IVR, whatever that says */
    {CALLED("a"),
     {.ivrs = "[{\"id\": 5, \"name\": \"x\"}, {\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]"},
     "z=5",
     false,
     "create a/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    {CALLED("z") CALLED("a"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]"},
     "z=7",
     false,
     "unchanged z/7 -/-\ncreate a/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    /* also when it was about to be made */
    {CALLED("a"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]"},
     "z=5 a=0 !=7",
     false,
     "create a/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    {CALLED("a"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}, {\"id\": 8, \"name\": \"Bye.\", "
              "\"hangup\": true}]"},
     "z=5 a=0 !=7",
     false,
     "unchanged a/8 -/-\n",
     ""},
    /* two names, one IVR: the first of the input has it */
    {CALLED("a") CALLED("b"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]"},
     "a=7 b=7",
     false,
     "unchanged a/7 -/-\ncreate b/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    /* the record's own id */
    {"{\"ivr\": \"main\", \"id\": 8, \"message\": \"Press 1.\", \"hangup\": true}\n",
     {.ivrs = TWO},
     "main=7",
     false,
     "update main/8 -/- {\"hangup\":false} -> {\"hangup\":true}\n",
     ""},
    {"{\"ivr\": \"main\", \"id\": 8, \"org\": 42, \"message\": \"Press 1.\", \"hangup\": true}\n",
     {.ivrs = TWO},
     "",
     false,
     "update main/8 -/- {\"hangup\":false} -> {\"hangup\":true}\n",
     ""},
    {"{\"ivr\": \"main\", \"id\": 7, \"org\": 43, \"message\": \"Bye.\", \"hangup\": true}\n",
     {.ivrs = TWO},
     "",
     false,
     "create main/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    {"{\"ivr\": \"main\", \"id\": 9, \"message\": \"Press 1.\", \"hangup\": true}\n",
     {.ivrs = TWO},
     "",
     false,
     "",
     "main.ndjson:1: menu 'main': the account has no IVR 9\n"},
    {"{\"ivr\": \"main\", \"id\": 7, \"message\": \"Press 1.\", \"hangup\": true}\n"
     "{\"ivr\": \"b\", \"id\": 7, \"message\": \"x\", \"hangup\": true}\n",
     {.ivrs = TWO},
     "",
     false,
     "",
     "main.ndjson:2: menu 'b': IVR 7 is menu 'main' already\n"},
    /* never by guess */
    {"{\"ivr\": \"main\", \"message\": \"Press 1.\", \"hangup\": true}\n",
     {.ivrs = TWO},
     "",
     false,
     "",
     "main.ndjson:1: menu 'main': it may be any of the IVRs 7 and 8, which say the same: give it "
     "an "
     "id\n"},
    {CALLED("a") CALLED("b"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\"}]"},
     "",
     false,
     "",
     "main.ndjson:1: menu 'a': other menus say the same, and so does IVR 7 of the account: give "
     "each "
     "its id\n"
     "main.ndjson:2: menu 'b': other menus say the same, and so does IVR 7 of the account: give "
     "each "
     "its id\n"},
    {CALLED("a") CALLED("b"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\"}]"},
     "a=0",
     false,
     "update a/7 -/- {\"hangup\":false} -> {\"hangup\":true}\n"
     "create b/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    /* but those that a run was about to make are alike */
    {CALLED("a") CALLED("b"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}]"},
     "a=0 b=0",
     false,
     "unchanged a/7 -/-\ncreate b/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},
    {CALLED("a") CALLED("b"),
     {.ivrs = "[{\"id\": 7, \"name\": \"Bye.\", \"hangup\": true}, {\"id\": 8, \"name\": \"Bye.\", "
              "\"hangup\": true}]"},
     "a=7 b=0",
     false,
     "unchanged a/7 -/-\nunchanged b/8 -/-\n",
     ""},
    {CALLED("a") CALLED("b"),
     {.ivrs = "[]"},
     "",
     false,
     "create a/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n"
     "create b/- -/- -> {\"message\":\"Bye.\",\"hangup\":true}\n",
     ""},

    /* teams and members */
    {MAIN SALES "\"teams\": [\"Night shift\", 6]}\n",
     {.ivrs = IVR,
      .options = "[" OPTION TEAMS("5, 6") "]",
      .teams = "[{\"id\": 4, \"name\": \"Day shift\"}, {\"id\": 5, \"name\": \"Night shift\"}]"},
     "",
     false,
     "unchanged main/7 -/-\nunchanged main/7 1/9\n",
     ""},
    {MAIN SALES "\"teams\": [\"Night\"]}\n",
     {.ivrs = IVR, .teams = "[{\"id\": 5, \"name\": \"Night shift\"}]"},
     "",
     false,
     "",
     "main.ndjson:2: option 1 of menu 'main': the account has no team 'Night'\n"},
    {MAIN SALES "\"teams\": [\"Night\"]}\n",
     {.ivrs = IVR, .teams = "[{\"id\": 5, \"name\": \"Night\"}, {\"id\": 6, \"name\": \"Night\"}]"},
     "",
     false,
     "",
     "main.ndjson:2: option 1 of menu 'main': the account has several teams called 'Night': give "
     "its "
     "id\n"},
    {MAIN SALES "\"appusers\": [\"ann@x.example\"]}\n",
     {.ivrs = IVR,
      .members = "[{\"id\": 1, \"app_user_id\": 11, \"email\": \"Ann@x.example\"}, "
                 "{\"id\": 2, \"app_user_id\": null, \"email\": \"bob@x.example\"}]"},
     "",
     false,
     "unchanged main/7 -/-\ncreate main/7 1/- -> {\"message\":\"Sales\",\"appusers\":[11]}\n",
     ""},
    {MAIN SALES "\"appusers\": [\"bob@x.example\"]}\n",
     {.ivrs = IVR, .members = "[{\"id\": 2, \"app_user_id\": null, \"email\": \"bob@x.example\"}]"},
     "",
     false,
     "",
     "main.ndjson:2: option 1 of menu 'main': no member of the organisation has the e-mail "
     "'bob@x.example'\n"},
};

struct plan {
    struct ivr f;
    struct jaxl_ivr_tree tree;
    struct jaxl_ivr_account a;
    struct jaxl_ivr_state state;
    struct jaxl_ivr_changes changes;
    struct jaxl_buf text;
    size_t nth;
};

static int bind_state(struct plan *p, const char *text)
{
    char name[64];
    int64_t id;
    int used, rc = 0;

    for (; !rc && sscanf(text, " %63[^=]=%" SCNd64 "%n", name, &id, &used) == 2; text += used)
        rc = *name == '!' ? jaxl_ivr_state_disown(&p->state, id)
                          : jaxl_ivr_state_bind(&p->state, name, id);
    return rc;
}

/* Everything but asserting: for failing allocations, too. */
static int make(struct plan *p)
{
    const struct lists *l = &cases[p->nth].lists;
    struct jaxl_error *err = &p->f.err;
    int rc = jaxl_ivr_state_open(&p->state, NULL, false, err);

    p->state.fresh = !*cases[p->nth].state;
    if (!rc)
        rc = bind_state(p, cases[p->nth].state);
    if (!rc)
        rc = lists_take_one(&p->a, JAXL_IVR_LIST_MENUS, l->ivrs, err);
    if (!rc)
        rc = lists_take_one(&p->a, JAXL_IVR_LIST_PHONES, l->phones, err);
    if (!rc)
        rc = lists_take_one(&p->a, JAXL_IVR_LIST_TEAMS, l->teams, err);
    if (!rc)
        rc = lists_take_one(&p->a, JAXL_IVR_LIST_MEMBERS, l->members, err);
    if (!rc)
        rc = jaxl_ivr_bind_people(&p->f.tree, &p->a, err);
    if (!rc)
        rc = jaxl_ivr_bind_menus(&p->f.tree, &p->a, &p->state, err);
    if (!rc)
        rc = lists_take_one(&p->a, JAXL_IVR_LIST_OPTIONS, l->options, err);
    if (rc)
        return rc;
    jaxl_ivr_tree_link(&p->tree);
    return jaxl_ivr_diff(&p->changes, &p->f.tree, &p->a, cases[p->nth].prune, err);
}

static void set_up(struct plan *p, size_t nth)
{
    memset(p, 0, sizeof *p);
    p->nth = nth;
    ivr_set_up(&p->f);
    p->f.allowed = JAXL_IVR_ALLOW_REACH | JAXL_IVR_ALLOW_LEAVE | JAXL_IVR_ALLOW_PROMPTS;
    ck_assert_str_eq(ivr_problems(&p->f, "main.ndjson", cases[nth].input), "");
    jaxl_ivr_tree_init(&p->tree);
    jaxl_ivr_account_init(&p->a, &p->tree);
    p->tree.org = 42;
    jaxl_buf_init(&p->text, 1024 * 1024);
}

static void clear(struct plan *p)
{
    for (struct jaxl_ivr_menu *m = p->f.tree.menus; m; m = m->after)
        m->twin = NULL;
    jaxl_ivr_diff_free(&p->changes);
    jaxl_ivr_account_free(&p->a);
    jaxl_ivr_tree_free(&p->tree);
    jaxl_ivr_state_free(&p->state);
    jaxl_buf_free(&p->text);
}

static void tear_down(struct plan *p)
{
    clear(p);
    ivr_tear_down(&p->f);
}

static void add_side(struct jaxl_buf *out, const struct jaxl_json *side, const char *before)
{
    struct jaxl_json_writer w;

    if (jaxl_json_is_null(side))
        return;
    jaxl_buf_puts(out, before);
    jaxl_json_writer_init(&w, out);
    jaxl_json_write_value(&w, side);
}

/* "update main/7 1/9 {...} -> {...}" */
static void shorten(const char *json, size_t len, struct jaxl_buf *out)
{
    const struct jaxl_json *v;
    struct jaxl_json_doc *doc;
    const char *phone;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, json, len, &v, NULL), 0);
#define TEXT(key)                                                                                  \
    (jaxl_json_is_null(jaxl_json_get(v, key)) ? "-" : jaxl_json_text(jaxl_json_get(v, key), NULL))
    phone = jaxl_json_string(jaxl_json_get(v, "phone"), NULL);
    jaxl_buf_printf(out, "%s %s/%s %s/%s", TEXT("action"), TEXT("ivr"), TEXT("ivr_id"),
                    phone ? phone : TEXT("input"), phone ? TEXT("phone_id") : TEXT("option_id"));
#undef TEXT
    add_side(out, jaxl_json_get(v, "before"), " ");
    add_side(out, jaxl_json_get(v, "after"), " -> ");
    jaxl_buf_putc(out, '\n');
    jaxl_json_doc_free(&doc);
}

static void write_plan(struct plan *p)
{
    struct jaxl_json_writer w;
    struct jaxl_buf line;

    jaxl_buf_init(&line, 1024 * 1024);
    for (size_t i = 0; i < p->changes.n; i++) {
        jaxl_buf_reset(&line);
        jaxl_json_writer_init(&w, &line);
        jaxl_ivr_diff_write(&w, &p->changes.items[i]);
        ck_assert_int_eq(jaxl_json_writer_check(&w, NULL), 0);
        shorten(line.data, line.len, &p->text);
    }
    jaxl_buf_free(&line);
    if (p->changes.totals.extra)
        jaxl_buf_printf(&p->text, "extra %zu\n", p->changes.totals.extra);
}

START_TEST(plans)
{
    struct plan p;

    set_up(&p, (size_t)_i);
    ck_assert_msg(make(&p) == 0, "%s", p.f.err.message);
    (void)jaxl_ivr_check_report(&p.f.tree, 0, ivr_note, &p.f, &p.f.err);
    ck_assert_str_eq(jaxl_buf_text(&p.f.problems), cases[_i].problems);
    if (!*cases[_i].problems) {
        write_plan(&p);
        ck_assert_str_eq(jaxl_buf_text(&p.text), cases[_i].plan);
    }
    tear_down(&p);
}
END_TEST

/* Names that the input has no more give their IVRs away, and those alone. */
START_TEST(names_change_hands)
{
    struct plan p;
    size_t nth = 0;

    while (strcmp(cases[nth].state, "b=7") != 0)
        nth++;
    set_up(&p, nth);
    ck_assert_int_eq(make(&p), 0);
    ck_assert(jaxl_ivr_state_find(&p.state, "b")->gone);
    ck_assert(!jaxl_ivr_state_find(&p.state, "a")->gone);
    ck_assert_int_eq(jaxl_ivr_state_find(&p.state, "a")->id, 7);
    tear_down(&p);
}
END_TEST

/* What says the same is known to be somebody else's before anything is made. */
START_TEST(others_are_disowned)
{
    struct plan p;
    size_t nth = 0;

    while (strcmp(cases[nth].state, "z=5") != 0)
        nth++;
    set_up(&p, nth);
    ck_assert_int_eq(make(&p), 0);
    ck_assert(jaxl_ivr_state_disowns(&p.state, 7));
    ck_assert(!jaxl_ivr_state_disowns(&p.state, 5));
    ck_assert_int_eq(jaxl_ivr_state_bind(&p.state, "a", 7), 0);
    ck_assert(!jaxl_ivr_state_disowns(&p.state, 7)); /* but for who says so by its id */
    tear_down(&p);
}
END_TEST

static int work(void *ctx)
{
    struct plan *p = ctx;
    int rc = make(p);

    clear(p);
    jaxl_ivr_tree_init(&p->tree);
    jaxl_ivr_account_init(&p->a, &p->tree);
    return rc;
}

START_TEST(memory_is_out)
{
    static const char *const of[] = {"Night shift", "a=0 b=0"};
    struct plan p;
    size_t nth = 0;

    while (!strstr(cases[nth].input, of[_i]) && strcmp(cases[nth].state, of[_i]) != 0)
        nth++;
    set_up(&p, nth);
    ck_assert_int_gt(failmalloc_each(work, &p), 5);
    tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, plans, 0, (int)UNIT_COUNT(cases));
    tcase_add_test(tc, names_change_hands);
    tcase_add_test(tc, others_are_disowned);
    tcase_add_loop_test(tc, memory_is_out, 0, 2);
}

int main(void)
{
    return unit_run("ivr_diff", add);
}
