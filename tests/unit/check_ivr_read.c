#include "failmalloc.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "ivr_fixture.h"

static void show_list(struct jaxl_buf *out, const char *name, const struct jaxl_ivr_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        jaxl_buf_printf(out, "%s", i ? "," : name);
        if (list->targets[i].name)
            jaxl_buf_printf(out, "'%s'", list->targets[i].name);
        else
            jaxl_buf_int(out, list->targets[i].id);
    }
}

static void show_text(struct jaxl_buf *out, const char *name, const char *text)
{
    if (text)
        jaxl_buf_printf(out, "%s'%s'", name, text);
}

/* All that was read, one thing a line. */
static void show(const struct jaxl_ivr_tree *t, struct jaxl_buf *out)
{
    for (const struct jaxl_ivr_menu *m = t->menus; m; m = m->after) {
        jaxl_buf_printf(out, "menu '%s'", m->name);
        show_text(out, " message=", m->message);
        jaxl_buf_printf(out, "%s%s\n", m->hangup ? " hangup" : "", m->webhook ? " webhook" : "");
    }
    for (const struct jaxl_ivr_option *o = t->options; o; o = o->after) {
        jaxl_buf_printf(out, "option '%s' %c", o->menu->name, JAXL_IVR_KEYS[o->key]);
        show_text(out, " message=", o->message);
        show_text(out, " next=", o->next.name);
        show_text(out, " phone=", o->phone);
        show_list(out, " devices=", &o->devices);
        show_list(out, " appusers=", &o->appusers);
        show_list(out, " teams=", &o->teams);
        show_text(out, " webhook=", o->webhook);
        show_text(out, " prompt=", o->prompt);
        show_text(out, " webhook_url=", o->webhook_url);
        jaxl_buf_printf(out, "%s%s\n", o->confirmation ? " confirmation" : "",
                        o->disabled ? " disabled" : "");
    }
    for (const struct jaxl_ivr_phone *p = t->phones; p; p = p->after)
        jaxl_buf_printf(out, "phone %s '%s'\n", p->number.text, p->ivr.name);
}

static const char all[] = "menu 'main' message='Welcome, you'\n"
                          "menu 'hook' message='https://example.com/x' webhook\n"
                          "menu 'bye' message='Bye' hangup\n"
                          "option 'main' 1 message='One' next='bye'\n"
                          "option 'main' 2 message='Two' phone='+918069001234'\n"
                          "option 'main' 3 message='Three' devices=7,8\n"
                          "option 'main' 4 message='Four' appusers=9,'ann@example.com'\n"
                          "option 'main' 5 message='Five' teams=5,'Night shift',6\n"
                          "option 'main' 6 message='Six' webhook='https://example.com/y'\n"
                          "option 'main' * message='Star' next='42' prompt='Your number?' "
                          "webhook_url='https://example.com/z' confirmation\n"
                          "option 'main' # message='Hash' next='main' disabled\n"
                          "phone +918069001234 'main'\n";

static const char as_ndjson[] =
    "{\"ivr\": \"main\", \"message\": \"Welcome, you\"}\n"
    "{\"ivr\": \"hook\", \"message\": \"https://example.com/x\", \"hangup\": false}\n"
    "{\"ivr\": \"bye\", \"message\": \"Bye\", \"hangup\": true}\n"
    "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"One\", \"next\": \"bye\", \"teams\": "
    "null}\n"
    "{\"ivr\": \"main\", \"input\": 2, \"message\": \"Two\", \"phone\": \"+91 80690 01234\"}\n"
    "{\"ivr\": \"main\", \"input\": \"3\", \"message\": \"Three\", \"devices\": [7, \"8\"]}\n"
    "{\"ivr\": \"main\", \"input\": \"4\", \"message\": \"Four\", \"appusers\": [9, "
    "\"ann@example.com\"]}\n"
    "{\"ivr\": \"main\", \"input\": \"5\", \"message\": \"Five\", \"teams\": [5, \"Night shift\", "
    "6]}\n"
    "{\"ivr\": \"main\", \"input\": \"6\", \"message\": \"Six\", \"webhook\": "
    "\"https://example.com/y\"}\n"
    "{\"ivr\": \"main\", \"input\": \"*\", \"message\": \"Star\", \"next\": 42, "
    "\"needs_data_prompt\": \"Your number?\", \"confirmation\": true, \"webhook_url\": "
    "\"https://example.com/z\"}\n"
    "{\"ivr\": \"main\", \"input\": \"#\", \"message\": \"Hash\", \"next\": \"main\", "
    "\"enabled\": false}\n"
    "{\"phone\": \"+918069001234\", \"ivr\": \"main\"}\n";

static const char as_csv[] =
    "ivr,input,message,hangup,next,phone,devices,appusers,teams,webhook,needs_data_prompt,"
    "confirmation,webhook_url,enabled,include\n"
    "main,,\"Welcome, you\",,,,,,,,,,,,\n"
    "hook,,https://example.com/x,FALSE,,,,,,,,,,,\n"
    "bye,,Bye,TRUE,,,,,,,,,,,\n"
    "main,1,One,,bye,,,,,,,,,,\n"
    "main,2,Two,,,+91 80690 01234,,,,,,,,,\n"
    "main,3,Three,,,,7 8,,,,,,,,\n"
    "main,4,Four,,,,,9;ann@example.com,,,,,,,\n"
    "main,5,Five,,,,,,5; Night shift ;6,,,,,,\n"
    "main,6,Six,,,,,,,https://example.com/y,,,,,\n"
    "main,*,Star,,42,,,,,,Your number?,yes,https://example.com/z,1,\n"
    "main,#,Hash,,main,,,,,,,,,no,\n"
    "main,,,,,+918069001234,,,,,,,,,\n";

static const char *const forms[] = {as_ndjson, as_csv};

START_TEST(both_forms_say_the_same)
{
    struct jaxl_buf shown;
    struct ivr f;

    ivr_set_up(&f);
    ivr_write(&f, "main", forms[_i]);
    ck_assert_msg(ivr_read(&f, "main") == 0, "%s", f.err.message);
    ck_assert_uint_eq(f.tree.n_problems, 0);
    jaxl_buf_init(&shown, 65536);
    show(&f.tree, &shown);
    ck_assert_str_eq(jaxl_buf_text(&shown), all);
    ck_assert_uint_eq(f.tree.options->place.line, 4U + (unsigned)_i);
    jaxl_buf_free(&shown);
    ivr_tear_down(&f);
}
END_TEST

#define AT(n) "main:" #n ": "
#define MENU  "{\"ivr\": \"m\", \"message\": \"Hello\", \"hangup\": true}\n"
#define FIELDS                                                                                     \
    "ivr, message, hangup, input, next, phone, devices, appusers, teams, webhook, "                \
    "needs_data_prompt, confirmation, webhook_url, enabled, entry, id, org, include\n"

static const struct {
    const char *text, *problems;
} bad[] = {
    {"{\"ivr\": \"m\", \"mesage\": \"x\", \"message\": \"Hello\", \"hangup\": true}\n"
     "{\"ivr\": \"n\", \"mesage\": \"\", \"message\": \"Hello\", \"hangup\": true, \"x\": 1}\n",
     AT(1) "unknown field 'mesage'; there are " FIELDS AT(2) "unknown field 'x'; there "
                                                             "are " FIELDS},
    {"ivr,mesage,message,hangup\nm,,Hello,true\nn,,Hello,true\n",
     AT(2) "unknown field 'mesage'; there are " FIELDS},
    {"{\"message\": \"Hello\"}\n{\"phone\": \"+918069001234\"}\n",
     AT(1) "ivr is missing: the name of the menu\n" AT(2) "ivr is missing: the name of the menu\n"},
    {"{\"ivr\": \"m\", \"message\": \"Hello\", \"next\": \"m\", \"hangup\": true}\n",
     AT(1) "next: not a field of a menu (an option has an input)\n"},
    {MENU "{\"ivr\": \"m\", \"phone\": \"+918069001234\", \"teams\": [5]}\n",
     AT(2) "teams: not a field of the assignment of a phone (an option has an input)\n"},
    {MENU
     "{\"ivr\": \"m\", \"input\": \"1\", \"message\": \"1\", \"hangup\": true, \"teams\": 5}\n",
     AT(2) "hangup: not a field of an option\n"},
    {MENU "{\"include\": \"none\", \"ivr\": \"m\"}\n",
     AT(2) "ivr: not a field of an include\n" AT(2) "include: 'none': No such file or directory\n"},
    {MENU "{\"ivr\": \"m\", \"input\": \"12\", \"message\": \"1\", \"teams\": 5}\n",
     AT(2) "input: '12' is no key: 0 to 9, * or #\n"},
    {MENU "{\"ivr\": \"m\", \"input\": \"a\", \"message\": \"1\", \"teams\": 5}\n",
     AT(2) "input: 'a' is no key: 0 to 9, * or #\n"},
    {"{\"ivr\": \"m\", \"message\": \"Hello\", \"hangup\": \"maybe\"}\n",
     AT(1) "hangup: 'maybe' is neither true nor false\n"},
    {"{\"ivr\": \"m\", \"message\": [\"Hello\"]}\n", AT(1) "message: a text is wanted\n"},
    {"{\"ivr\": \"m\", \"message\": \"a\\u0000b\"}\n", AT(1) "message: a NUL byte in a text\n"},
    {"{\"ivr\": \"m\", \"input\": \"1\", \"message\": \"1\", \"devices\": [\"x\", 0, {}]}\n" MENU,
     AT(1) "devices: 'x' is not the id of a device\n" AT(
         1) "devices: '0' is not the id of a device\n" AT(1) "devices: a text is wanted\n"},
    {MENU "{\"ivr\": \"m\", \"input\": \"1\", \"message\": \"1\", \"appusers\": [\"ann\"]}\n",
     AT(2) "appusers: 'ann' is neither the id of an app user nor the e-mail of a member\n"},
    {MENU "{\"ivr\": \"m\", \"input\": \"1\", \"message\": \"Press 1\", \"teams\": "
          "\"99999999999999999999\"}\n",
     AT(2) "teams: '99999999999999999999' is neither the id of a team nor a team's name\n"},
    {MENU "{\"ivr\": \"m\", \"input\": \"1\", \"message\": \"1\", \"teams\": \" ; \"}\n",
     AT(2) "option 1 of menu 'm' leads nowhere: it needs one of next, phone, devices, appusers, "
           "teams and webhook\n"},
    {MENU "{\"ivr\": \"n\"\n{\"ivr\": \"o\", \"message\": \"http://x\"}\n",
     AT(2) "!" AT(3) "menu 'o': 'http://x' is not an https:// URL\n"},
    {"ivr,message\nm\nn,http://x\n", AT(2) "1 field where the header has 2\n" AT(
                                         3) "menu 'n': 'http://x' is not an https:// URL\n"},
    {"ivr,message,ivr\nm,a,b\n", AT(1) "columns 1 and 3 of the header are both \"ivr\"\n"},
    {"{\"ivr\": \"m\", \"message\": \"Hello {{WHO}}\", \"hangup\": true}\n",
     AT(1) "message: field \"WHO\" of the template is missing: set it with --set NAME=value or in "
           "the environment, or write {{NAME|default}}\n"},
    {"{\"ivr\": \"m\", \"message\": \"Hello {{WHO\", \"hangup\": true}\n",
     AT(1) "message: template, column 7: {{ is not closed\n"},
};

/* A '!' in what is expected stands for the rest of its line. */
static bool alike(const char *have, const char *want)
{
    for (; *want; want++) {
        if (*want == '!') {
            have = strchr(have, '\n');
            if (!have)
                return false;
            have++;
        } else if (*have++ != *want) {
            return false;
        }
    }
    return !*have;
}

START_TEST(what_is_wrong_is_told)
{
    const char *problems;
    struct ivr f;

    ivr_set_up(&f);
    problems = ivr_problems(&f, "main", bad[_i].text);
    ck_assert_msg(alike(problems, bad[_i].problems), "%s", problems);
    ivr_tear_down(&f);
}
END_TEST

START_TEST(maxima_hold)
{
    static const char start[] = "{\"ivr\": \"m\", \"hangup\": true, \"message\": \"";
    static char text[sizeof start + JAXL_IVR_TEXT + 16];
    struct jaxl_buf list;
    struct ivr f;

    for (size_t n = JAXL_IVR_TEXT; n <= JAXL_IVR_TEXT + 1; n++) {
        memset(text, 'x', sizeof text);
        memcpy(text, start, sizeof start - 1);
        strcpy(text + sizeof start - 1 + n, "\"}\n");
        ivr_set_up(&f);
        ck_assert_str_eq(ivr_problems(&f, "main", text),
                         n == JAXL_IVR_TEXT ? ""
                                            : "main:1: message: a text of more than 65536 bytes\n");
        ivr_tear_down(&f);
    }
    jaxl_buf_init(&list, 65536);
    for (unsigned n = JAXL_IVR_TARGETS; n <= JAXL_IVR_TARGETS + 1; n++) {
        jaxl_buf_reset(&list);
        jaxl_buf_puts(&list, MENU "{\"ivr\": \"m\", \"input\": 1, \"message\": \"Press 1\", "
                                  "\"teams\": [1");
        for (unsigned i = 1; i < n; i++)
            jaxl_buf_printf(&list, ",%u", i + 1);
        jaxl_buf_puts(&list, "]}\n");
        ivr_set_up(&f);
        ck_assert_str_eq(ivr_problems(&f, "main", jaxl_buf_text(&list)),
                         n == JAXL_IVR_TARGETS ? ""
                                               : "main:2: teams: more than 1000 in one list\n");
        ck_assert_uint_eq(f.tree.options->teams.n, JAXL_IVR_TARGETS);
        ivr_tear_down(&f);
    }
    jaxl_buf_free(&list);
}
END_TEST

START_TEST(variables_are_replaced)
{
    static const char *const settings[] = {"WHO=nobody", "WHO=Ann", "EMPTY=", "n=1"};
    static char one[] = "WHO=the environment", two[] = "PLACE=Pune", bad_utf8[] = "BAD=\xff";
    static char *environment[] = {one, two, bad_utf8, NULL};
    struct ivr f;

    ivr_set_up(&f);
    f.options.settings = settings;
    f.options.n_settings = UNIT_COUNT(settings);
    f.options.environment = environment;
    ck_assert_str_eq(
        ivr_problems(&f, "main",
                     "{\"ivr\": \"m{{n}}\", \"message\": \"{{WHO}} in {{ PLACE }}, "
                     "{{NONE|none}}, {{EMPTY|x}}. Press {{n}}. {{{{\", \"hangup\": \"{{EMPTY}}\"}\n"
                     "{\"ivr\": \"m1\", \"input\": \"{{n}}\", \"message\": \"a\", \"teams\": "
                     "[\"{{n}}\", \"{{WHO}}\"]}\n"),
        "");
    ck_assert_str_eq(f.tree.menus->name, "m1");
    ck_assert_str_eq(f.tree.menus->message, "Ann in Pune, none, x. Press 1. {{");
    ck_assert_uint_eq(f.tree.n_menus, 1);
    ck_assert_int_eq(f.tree.options->key, 1);
    ck_assert_int_eq(f.tree.options->teams.targets[0].id, 1);
    ck_assert_str_eq(f.tree.options->teams.targets[1].name, "Ann");
    ivr_tear_down(&f);
}
END_TEST

START_TEST(the_auth_token_is_no_variable)
{
    static char token[] = "JAXL_API_AUTH_TOKEN=hidden", root[] = "JAXL_CALL_API_ROOT=https://x";
    static char *environment[] = {token, root, NULL};
    struct ivr f;

    ivr_set_up(&f);
    f.options.environment = environment;
    ck_assert_str_eq(ivr_problems(&f, "main",
                                  "{\"ivr\": \"m\", \"hangup\": true, \"message\": "
                                  "\"At {{JAXL_CALL_API_ROOT}} {{JAXL_API_AUTH_TOKEN|-}}\"}\n"),
                     "");
    ck_assert_str_eq(f.tree.menus->message, "At https://x -");
    ivr_tear_down(&f);
}
END_TEST

static const char *const bad_settings[] = {"WHO", "=x", "", "WHO=\xff"};

START_TEST(a_setting_has_a_name_and_a_value)
{
    struct ivr f;

    ivr_set_up(&f);
    f.options.settings = &bad_settings[_i];
    f.options.n_settings = 1;
    ivr_write(&f, "main", MENU);
    ck_assert_int_eq(ivr_read(&f, "main"), JAXL_EARG);
    ck_assert_uint_eq(f.tree.n_menus, 0);
    ivr_tear_down(&f);
}
END_TEST

static void folder(struct ivr *f, const char *name)
{
    snprintf(f->path, sizeof f->path, "%s/%s", f->dir, name);
    ck_assert_int_eq(mkdir(f->path, 0700), 0);
}

START_TEST(files_include_files)
{
    struct ivr f;

    ivr_set_up(&f);
    folder(&f, "sub");
    ivr_write(&f, "sub/a.csv", "ivr,message,hangup,include\na,A,true,\n,,,b.ndjson\n,,,../c\n");
    ivr_write(&f, "sub/b.ndjson", "{\"ivr\": \"b\", \"message\": \"http://x\"}\n");
    ivr_write(&f, "c", "{\"ivr\": \"c\", \"message\": \"C\", \"hangup\": true, \"nix\": 1}\n");
    /* the order of problems is that of the input, and c counts once */
    ck_assert_str_eq(ivr_problems(&f, "main",
                                  "{\"ivr\": \"0\", \"message\": \"http://x\"}\n"
                                  "{\"include\": \"sub/a.csv\"}\n"
                                  "{\"include\": \"c\"}\n"
                                  "{\"ivr\": \"1\", \"message\": \"http://x\"}\n"),
                     "main:1: menu '0': 'http://x' is not an https:// URL\n"
                     "sub/b.ndjson:1: menu 'b': 'http://x' is not an https:// URL\n"
                     "sub/../c:1: unknown field 'nix'; there are " FIELDS
                     "main:4: menu '1': 'http://x' is not an https:// URL\n");
    ck_assert_uint_eq(f.tree.n_menus, 5);
    ivr_tear_down(&f);
}
END_TEST

START_TEST(includes_that_cannot_be)
{
    char long_path[5100];
    struct jaxl_buf text;
    struct ivr f;

    ivr_set_up(&f);
    folder(&f, "sub");
    ivr_write(&f, "a",
              "{\"include\": \"b\"}\n{\"include\": \"sub\"}\n{\"include\": "
              "\"pipe\"}\n");
    snprintf(f.path, sizeof f.path, "%s/pipe", f.dir);
    ck_assert_int_eq(mkfifo(f.path, 0600), 0);
    ivr_write(&f, "b", "\n{\"include\": \"a\"}\n{\"include\": \"./b\"}\n{\"include\": \"main\"}\n");
    ck_assert_str_eq(ivr_problems(&f, "main", "{\"include\": \"a\"}\n"),
                     "b:2: include: 'a': it includes itself in the end\n"
                     "b:3: include: './b': it includes itself in the end\n"
                     "b:4: include: 'main': it includes itself in the end\n"
                     "a:2: include: 'sub': not a regular file\n"
                     "a:3: include: 'pipe': not a regular file\n");
    ivr_tear_down(&f);
    ivr_set_up(&f);
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    jaxl_buf_init(&text, 8192);
    jaxl_buf_printf(&text, "{\"include\": \"%s\"}\n", long_path);
    ck_assert_ptr_nonnull(
        strstr(ivr_problems(&f, "main", jaxl_buf_text(&text)), "xxx': the path is too long\n"));
    jaxl_buf_free(&text);
    ivr_tear_down(&f);
}
END_TEST

START_TEST(includes_have_a_depth)
{
    char name[16], text[64];
    struct ivr f;

    ivr_set_up(&f);
    for (int i = 1; i <= JAXL_IVR_DEPTH; i++) {
        snprintf(name, sizeof name, "f%d", i);
        snprintf(text, sizeof text, "{\"include\": \"f%d\"}\n", i + 1);
        ivr_write(&f, name, text);
    }
    ck_assert_str_eq(ivr_problems(&f, "main", "{\"include\": \"f1\"}\n"),
                     "f15:1: include: 'f16': more than 16 files inside each other\n");
    ivr_tear_down(&f);
}
END_TEST

START_TEST(what_cannot_be_read)
{
    struct ivr f;

    ivr_set_up(&f);
    snprintf(f.path, sizeof f.path, "%s", f.dir);
    ck_assert_int_eq(jaxl_ivr_read(&f.tree, -1, "standard input", NULL, &f.err), JAXL_EIO);
    ck_assert_str_eq(f.err.message, "standard input: cannot be read: Bad file descriptor");
    ck_assert_int_eq(jaxl_ivr_read(&f.tree, -1, "standard input", NULL, NULL), JAXL_EIO);
    ivr_tear_down(&f);
}
END_TEST

static void on_alarm(int sig)
{
    (void)sig;
}

START_TEST(a_signal_ends_the_wait)
{
    const struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval soon = {{0, 10000}, {0, 10000}}; /* again: it may come too early */
    const struct itimerval never = {{0, 0}, {0, 0}};
    struct ivr f;
    int fds[2];

    ivr_set_up(&f);
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
    ck_assert_int_eq(jaxl_ivr_read(&f.tree, fds[0], "standard input", NULL, &f.err), JAXL_ESTOPPED);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert_str_eq(f.err.message, "standard input: a signal came");
    close(fds[0]);
    close(fds[1]);
    ivr_tear_down(&f);
}
END_TEST

START_TEST(files_have_a_maximum)
{
    struct jaxl_buf text;
    struct ivr f;

    ivr_set_up(&f);
    jaxl_buf_init(&text, 65536);
    for (int i = 1; i <= JAXL_IVR_FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        ivr_write(&f, name, "");
        jaxl_buf_printf(&text, "{\"include\": \"%s\"}\n", name);
    }
    ck_assert_str_eq(ivr_problems(&f, "main", jaxl_buf_text(&text)),
                     "main:1000: include: 'f1000': more than 1000 files\n");
    jaxl_buf_free(&text);
    ivr_tear_down(&f);
}
END_TEST

static int work(void *ctx)
{
    static const char *const settings[] = {"n=1"};
    struct ivr *f = ctx;
    int rc;

    f->options.settings = settings;
    f->options.n_settings = 1;
    rc = ivr_read(f, "main");
    if (!rc && f->tree.n_problems != 2)
        rc = JAXL_EINPUT;
    jaxl_ivr_tree_free(&f->tree);
    return rc;
}

START_TEST(memory_runs_out)
{
    struct ivr f;

    ivr_set_up(&f);
    ivr_write(&f, "main", "{\"include\": \"all\"}\n{\"ivr\": \"{{n}}\", \"x\": 1}\n");
    ivr_write(&f, "all", as_ndjson); /* (libcsv tries again with less) */
    ck_assert_int_gt(failmalloc_each(work, &f), 20);
    ivr_tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, both_forms_say_the_same, 0, UNIT_COUNT(forms));
    tcase_add_loop_test(tc, what_is_wrong_is_told, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, maxima_hold);
    tcase_add_test(tc, variables_are_replaced);
    tcase_add_test(tc, the_auth_token_is_no_variable);
    tcase_add_loop_test(tc, a_setting_has_a_name_and_a_value, 0, UNIT_COUNT(bad_settings));
    tcase_add_test(tc, files_include_files);
    tcase_add_test(tc, includes_that_cannot_be);
    tcase_add_test(tc, includes_have_a_depth);
    tcase_add_test(tc, what_cannot_be_read);
    tcase_add_test(tc, a_signal_ends_the_wait);
    tcase_add_test(tc, files_have_a_maximum);
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("ivr_read", add);
}
