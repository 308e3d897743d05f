#include "failmalloc.h"

#include "ivr_fixture.h"

/* 15 characters: a second, and 0.3 for the sentence. */
#define MAIN   "{\"ivr\": \"main\", \"message\": \"Press 1 and go.\"}\n"
#define OPTION "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Go\", "
#define BYE    "{\"ivr\": \"bye\", \"message\": \"Good bye.\", \"hangup\": true}\n"
#define PHONE  "{\"phone\": \"+918069001234\", \"ivr\": "
#define S_MAIN                                                                                     \
    "{\"step\":1,\"at\":0.0,\"ivr\":\"main\",\"says\":\"Press 1 and go.\",\"seconds\":1.3}\n"
#define KEY(...)                                                                                   \
    "{\"step\":2,\"at\":1.3,\"key\":\"1\",\"option\":\"Go\",\"leads\":" __VA_ARGS__ "}\n"
#define LEFT "{\"step\":3,\"at\":1.3,\"ends\":\"left\"}\n"
#define ITS  "its only key is 1"

static const struct {
    const char *text, *start, *keys;
    int code;
    const char *records, *says; /* says: what the message is, when it fails */
} cases[] = {
    {MAIN, NULL, NULL, 0, S_MAIN "{\"step\":2,\"at\":1.3,\"ends\":\"waits\"}\n", NULL},
    {MAIN, NULL, " ", 0, S_MAIN "{\"step\":2,\"at\":1.3,\"ends\":\"waits\"}\n", NULL},
    {BYE, NULL, "", 0,
     "{\"step\":1,\"at\":0.0,\"ivr\":\"bye\",\"says\":\"Good bye.\",\"seconds\":0.9}\n"
     "{\"step\":2,\"at\":0.9,\"ends\":\"hangup\"}\n",
     NULL},

    /* every way out */
    {MAIN OPTION "\"teams\": [5, \"Night\"]}\n", NULL, "1", 0,
     S_MAIN KEY("\"teams\",\"to\":[5,\"Night\"]") LEFT, NULL},
    {MAIN OPTION "\"devices\": 7}\n", NULL, "1", 0, S_MAIN KEY("\"devices\",\"to\":[7]") LEFT,
     NULL},
    {MAIN OPTION "\"appusers\": \"a@b.in\"}\n", NULL, "1", 0,
     S_MAIN KEY("\"appusers\",\"to\":[\"a@b.in\"]") LEFT, NULL},
    {MAIN OPTION "\"phone\": \"+91 98765 43210\"}\n", NULL, "1", 0,
     S_MAIN KEY("\"phone\",\"to\":\"+919876543210\"") LEFT, NULL},
    {MAIN OPTION "\"webhook\": \"https://x\"}\n", NULL, "1", 0,
     S_MAIN KEY("\"webhook\",\"to\":\"https://x\"") LEFT, NULL},
    {MAIN OPTION "\"next\": 12, \"webhook_url\": \"https://x\"}\n", NULL, "1", 0,
     S_MAIN KEY("\"next\",\"to\":12,\"webhook_url\":\"https://x\"") LEFT, NULL},
    {MAIN OPTION "\"next\": \"hook\"}\n{\"ivr\": \"hook\", \"message\": \"https://x\"}\n", NULL,
     "1", 0,
     S_MAIN KEY("\"next\",\"to\":\"hook\"") "{\"step\":3,\"at\":1.3,\"ivr\":\"hook\",\"says\":null,"
                                            "\"webhook\":\"https://x\"}\n"
                                            "{\"step\":4,\"at\":1.3,\"ends\":\"left\"}\n",
     NULL},

    /* from menu to menu, round in a circle */
    {MAIN OPTION "\"next\": \"main\"}\n"
                 "{\"ivr\": \"main\", \"input\": \"#\", \"message\": \"Bye\", \"next\": "
                 "\"bye\"}\n" BYE,
     NULL, " 1 , #", 0,
     S_MAIN KEY("\"next\",\"to\":\"main\"") "{\"step\":3,\"at\":1.3,\"ivr\":\"main\",\"says\":"
                                            "\"Press 1 and go.\",\"seconds\":1.3}\n"
                                            "{\"step\":4,\"at\":2.6,\"key\":\"#\",\"option\":"
                                            "\"Bye\",\"leads\":\"next\",\"to\":\"bye\"}\n"
                                            "{\"step\":5,\"at\":2.6,\"ivr\":\"bye\",\"says\":"
                                            "\"Good bye.\",\"seconds\":0.9}\n"
                                            "{\"step\":6,\"at\":3.5,\"ends\":\"hangup\"}\n",
     NULL},

    /* data */
    {MAIN OPTION "\"teams\": 5, \"needs_data_prompt\": \"Your number?\"}\n", NULL, "1,98765#", 0,
     S_MAIN KEY("\"teams\",\"to\":[5]") "{\"step\":3,\"at\":1.3,\"asks\":\"Your number?\","
                                        "\"seconds\":1.1,\"data\":\"98765#\",\"reads_back\":false}"
                                        "\n{\"step\":4,\"at\":2.4,\"ends\":\"left\"}\n",
     NULL},
    {MAIN OPTION "\"teams\": 5, \"needs_data_prompt\": \"Your number?\", \"confirmation\": "
                 "true}\n",
     NULL, "1,98765#", 0,
     S_MAIN KEY("\"teams\",\"to\":[5]") "{\"step\":3,\"at\":1.3,\"asks\":\"Your number?\","
                                        "\"seconds\":3.5,\"data\":\"98765#\",\"reads_back\":true}"
                                        "\n{\"step\":4,\"at\":4.8,\"ends\":\"left\"}\n",
     NULL},
    {MAIN OPTION "\"teams\": 5, \"needs_data_prompt\": \"Your number?\", \"confirmation\": "
                 "true}\n",
     NULL, "1", 0,
     S_MAIN KEY("\"teams\",\"to\":[5]") "{\"step\":3,\"at\":1.3,\"asks\":\"Your number?\","
                                        "\"seconds\":1.1,\"data\":null,\"reads_back\":true}\n"
                                        "{\"step\":4,\"at\":2.4,\"ends\":\"waits\"}\n",
     NULL},
    {MAIN OPTION "\"teams\": 5, \"needs_data_prompt\": \"Your number?\"}\n", NULL, "1,2,3",
     JAXL_EINPUT,
     S_MAIN KEY("\"teams\",\"to\":[5]") "{\"step\":3,\"at\":1.3,\"asks\":\"Your number?\","
                                        "\"seconds\":1.1,\"data\":\"2\",\"reads_back\":false}\n",
     "nobody takes the keys 3: key 1 of menu 'main' leads out of the menus"},

    /* where it starts */
    {BYE MAIN, "main", NULL, 0, S_MAIN "{\"step\":2,\"at\":1.3,\"ends\":\"waits\"}\n", NULL},
    {BYE MAIN PHONE "\"main\"}\n", "+91 80690-01234", NULL, 0,
     S_MAIN "{\"step\":2,\"at\":1.3,\"ends\":\"waits\"}\n", NULL},
    {BYE PHONE "7}\n", "+918069001234", NULL, JAXL_EARG, "",
     "phone +918069001234 is assigned to IVR 7, which is not here"},
    {BYE PHONE "\"main\"}\n", "+918069001234", NULL, JAXL_EARG, "",
     "phone +918069001234 is assigned to 'main', and there is no such menu"},
    {BYE, "+918069001234", NULL, JAXL_EARG, "", "phone +918069001234 is assigned to no menu"},
    {BYE, "b\ny", NULL, JAXL_EARG, "", "there is no menu 'b y' to start at"},
    {OPTION "\"teams\": 5}\n", "main", NULL, JAXL_EARG, "", "there is no menu 'main' to start at"},
    {"", NULL, NULL, JAXL_EARG, "", "there is no menu to start at in /"},

    /* keys that cannot be */
    {MAIN, NULL, "1,", JAXL_EARG, "", "the keys end with a comma"},
    {MAIN, NULL, "1,,2", JAXL_EARG, "",
     "the keys have an empty part, at byte 3; they are as in 1,2,0"},
    {MAIN, NULL, ",", JAXL_EARG, "",
     "the keys have an empty part, at byte 1; they are as in 1,2,0"},
    {MAIN, NULL, "1,a\x1b", JAXL_EARG, "",
     "'a ' is no key: keys are 0 to 9, * and #, with commas between them"},
    {MAIN, NULL, "1 2", JAXL_EARG, "",
     "'2' is no key: keys are 0 to 9, * and #, with commas between them"},

    /* keys that lead nowhere */
    {MAIN OPTION "\"teams\": 5}\n", NULL, "2", JAXL_EINPUT, S_MAIN,
     "menu 'main' has no key 2; " ITS},
    {MAIN OPTION "\"teams\": 5}\n", NULL, "12", JAXL_EINPUT, S_MAIN,
     "menu 'main' takes one key at a time, not '12'; " ITS
     " (what follows an option that asks for data may be longer)"},
    {MAIN, NULL, "*", JAXL_EINPUT, S_MAIN, "menu 'main' has no key *; it has no keys"},
    {MAIN OPTION "\"teams\": 5}\n{\"ivr\": \"main\", \"input\": \"#\", \"message\": \"B\", "
                 "\"teams\": 5}\n{\"ivr\": \"main\", \"input\": \"0\", \"message\": \"B\", "
                 "\"teams\": 5}\n",
     NULL, "9", JAXL_EINPUT, S_MAIN, "menu 'main' has no key 9; its keys are 0, 1 and #"},
    {MAIN OPTION "\"teams\": 5, \"enabled\": \"no\"}\n", NULL, "1", JAXL_EINPUT, S_MAIN,
     "key 1 of menu 'main' is not enabled; it has no keys"},
    {MAIN OPTION "\"next\": \"bey\"}\n", NULL, "1", JAXL_EINPUT, S_MAIN,
     "key 1 of menu 'main' leads nowhere: there is no menu 'bey'"},
    {MAIN "{\"ivr\": \"main\", \"input\": \"1\"}\n", NULL, "1", JAXL_EINPUT, S_MAIN,
     "key 1 of menu 'main' leads nowhere"},
    {MAIN OPTION "\"teams\": 5, \"devices\": 5}\n", NULL, "1", JAXL_EINPUT, S_MAIN,
     "key 1 of menu 'main' leads to more than one place"},

    /* keys that nobody takes */
    {MAIN OPTION "\"teams\": 5}\n", NULL, "1,2, 3", JAXL_EINPUT, S_MAIN KEY("\"teams\",\"to\":[5]"),
     "nobody takes the keys 2, 3: key 1 of menu 'main' leads out of the menus"},
    {BYE, NULL, "1,2,3,4,5,6,7,8,9,0,1,2", JAXL_EINPUT,
     "{\"step\":1,\"at\":0.0,\"ivr\":\"bye\",\"says\":\"Good bye.\",\"seconds\":0.9}\n",
     "nobody takes the keys 1,2,3,4,5,6,7,8,9,0,...: menu 'bye' hangs up"},
    {"{\"ivr\": \"hook\", \"message\": \"https://x\"}\n", NULL, "1", JAXL_EINPUT,
     "{\"step\":1,\"at\":0.0,\"ivr\":\"hook\",\"says\":null,\"webhook\":\"https://x\"}\n",
     "nobody takes the keys 1: menu 'hook' is a webhook IVR, whose answers are not known here"},
};

static int put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_buf *out = ctx;

    (void)err;
    jaxl_buf_add(out, json, len);
    jaxl_buf_putc(out, '\n');
    return 0;
}

START_TEST(a_path_is_played)
{
    const struct jaxl_ivr_walk_options options = {cases[_i].start, cases[_i].keys};
    struct jaxl_buf out;
    struct ivr f;
    int rc;

    ivr_set_up(&f);
    jaxl_buf_init(&out, 1024 * 1024);
    (void)ivr_problems(&f, "main.ndjson", cases[_i].text);
    rc = jaxl_ivr_walk(&f.tree, &options, put, &out, &f.err);
    ck_assert_str_eq(jaxl_buf_text(&out), cases[_i].records);
    ck_assert_int_eq(rc, cases[_i].code);
    if (rc)
        ck_assert_msg(strncmp(f.err.message, cases[_i].says, strlen(cases[_i].says)) == 0, "%s",
                      f.err.message);
    jaxl_buf_free(&out);
    ivr_tear_down(&f);
}
END_TEST

/* Tenths of a second. */
static const struct {
    const char *says, *seconds;
} times[] = {
    {"", "0.0"},
    {"Hello", "0.6"},
    {"Hello.", "0.7"},
    {"Hi. You.", "1.1"},
    {"Rs 5.50 now", "1.0"},
    {"Well... yes", "1.3"},
    {"What?! No", "1.2"},
    {"...", "0.2"},
    {"\u0928\u092e\u0938\u094d\u0924\u0947\u0964 \u090f\u0915", "1.3"},
};

START_TEST(speech_takes_time)
{
    struct jaxl_ivr_tree t;
    struct jaxl_ivr_menu *m;
    struct jaxl_buf out;
    char expected[32];

    jaxl_ivr_tree_init(&t);
    jaxl_buf_init(&out, 1024);
    m = jaxl_ivr_tree_menu(&t, "m");
    ck_assert_ptr_nonnull(m);
    m->place.line = 1;
    m->message = times[_i].says;
    ck_assert_int_eq(
        jaxl_ivr_walk(&t, &(struct jaxl_ivr_walk_options){NULL, NULL}, put, &out, NULL), 0);
    snprintf(expected, sizeof expected, "\"seconds\":%s}", times[_i].seconds);
    ck_assert_msg(strstr(out.data, expected), "%s: %s", expected, out.data);
    jaxl_buf_free(&out);
    jaxl_ivr_tree_free(&t);
}
END_TEST

/* What no file can say, and an id that nothing has. */
START_TEST(an_account_is_walked)
{
    const struct jaxl_ivr_walk_options away = {NULL, "0"}, nowhere = {NULL, "#"};
    struct jaxl_error err;
    struct jaxl_ivr_tree t;
    struct jaxl_ivr_menu *m;
    struct jaxl_ivr_option *o;
    struct jaxl_buf out;

    jaxl_ivr_tree_init(&t);
    jaxl_buf_init(&out, 4096);
    t.file = "account";
    t.account = true;
    m = jaxl_ivr_tree_menu(&t, "ivr-12");
    ck_assert_ptr_nonnull(m);
    m->place = (struct jaxl_ivr_place){t.file, 1, 1};
    o = jaxl_ivr_tree_option(&t, m, 0);
    ck_assert_ptr_nonnull(o);
    o->cta = "{\"bot\":7}";
    o = jaxl_ivr_tree_option(&t, m, 11);
    ck_assert_ptr_nonnull(o);
    o->actions = 1U << JAXL_IVR_NEXT;
    o->next.id = 99;
    ck_assert_int_eq(jaxl_ivr_walk(&t, &away, put, &out, NULL), 0);
    ck_assert_str_eq(out.data,
                     "{\"step\":1,\"at\":0.0,\"ivr\":\"ivr-12\",\"says\":null,\"seconds\":0.0}\n"
                     "{\"step\":2,\"at\":0.0,\"key\":\"0\",\"option\":null,\"leads\":\"other\","
                     "\"to\":{\"bot\":7}}\n{\"step\":3,\"at\":0.0,\"ends\":\"left\"}\n");
    ck_assert_int_eq(jaxl_ivr_walk(&t, &nowhere, put, &out, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message,
                     "key # of menu 'ivr-12' leads nowhere: the account has no IVR 99");
    jaxl_buf_free(&out);
    jaxl_ivr_tree_free(&t);
}
END_TEST

static int count(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    (void)json, (void)len, (void)err;
    ++*(size_t *)ctx;
    return 0;
}

/* 64 KiB of them are taken, a byte more is not. */
START_TEST(many_keys)
{
    enum { MOST = 64 * 1024 };
    struct jaxl_ivr_walk_options options = {NULL, NULL};
    char *keys = malloc(MOST + 2);
    size_t records = 0;
    struct ivr f;

    ck_assert_ptr_nonnull(keys);
    for (size_t i = 0; i < MOST; i++)
        keys[i] = i % 2 ? ',' : '1';
    keys[MOST - 1] = ' ';
    keys[MOST] = '\0';
    options.keys = keys;
    ivr_set_up(&f);
    (void)ivr_problems(&f, "main.ndjson", MAIN OPTION "\"next\": \"main\"}\n");
    ck_assert_int_eq(jaxl_ivr_walk(&f.tree, &options, count, &records, &f.err), 0);
    ck_assert_uint_eq(records, MOST + 2); /* a key and a menu for each, the first, and the end */
    memcpy(keys + MOST, " ", 2);
    ck_assert_int_eq(jaxl_ivr_walk(&f.tree, &options, count, &records, &f.err), JAXL_EARG);
    ck_assert_str_eq(f.err.message, "the keys are longer than 65536 bytes");
    ivr_tear_down(&f);
    free(keys);
}
END_TEST

static int stop(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    (void)json, (void)len, (void)err;
    return --*(int *)ctx ? 0 : JAXL_EEND;
}

START_TEST(the_reader_may_go)
{
    const struct jaxl_ivr_walk_options options = {NULL, "1,2"};
    struct ivr f;
    int left = _i + 1;

    ivr_set_up(&f);
    (void)ivr_problems(&f, "main.ndjson",
                       MAIN OPTION "\"teams\": 5, \"needs_data_prompt\": \"N?\"}\n");
    ck_assert_int_eq(jaxl_ivr_walk(&f.tree, &options, stop, &left, &f.err), JAXL_EEND);
    ck_assert_int_eq(left, 0);
    ivr_tear_down(&f);
}
END_TEST

static int work(void *ctx)
{
    const struct jaxl_ivr_walk_options options = {NULL, "1"};
    size_t records = 0;

    return jaxl_ivr_walk(ctx, &options, count, &records, NULL);
}

START_TEST(memory_runs_out)
{
    struct ivr f;

    ivr_set_up(&f);
    (void)ivr_problems(&f, "main.ndjson", MAIN OPTION "\"teams\": 5}\n");
    ck_assert_int_ge(failmalloc_each(work, &f.tree), 1);
    ivr_tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_path_is_played, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, speech_takes_time, 0, UNIT_COUNT(times));
    tcase_add_test(tc, an_account_is_walked);
    tcase_add_test(tc, many_keys);
    tcase_add_loop_test(tc, the_reader_may_go, 0, 4);
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("ivr_walk", add);
}
