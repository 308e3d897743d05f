/* Everything that can be wrong with the rules of a file, in the words in which it is told. */
#include "failmalloc.h"
#include "flow_fixture.h"

/* Rules, with a good answer ("R") where the answer is not what the case is about, and what is told.
 */
#define R "\"next\":1"

#define ASKS_AGAIN                                                                                 \
    "option: the keys that the prompt asks for are data of the same option, so that the rule "     \
    "matches them, and asks again: give it \"event\": \"option\"\n"

static const struct {
    const char *rules, *told;
} cases[] = {
    {"", "1: there is no rule in it\n"},
    {"\n \n", "1: there is no rule in it\n"},
    {"{" R "}\n[1]\n{\"next\":\n",
     "2: a record must be an object: {\"name\": value, ...}\n3: the JSON text ends early\n"},
    {"{" R ",\"optoin\":1}\n", "1: unknown member 'optoin'; did you mean 'option'?\n"},
    {"{" R ",\"zzzzzzz\":1}\n{" R ",\"zzzzzzz\":1}\n",
     "1: unknown member 'zzzzzzz' (jaxl-flow(5) has those there are)\n"},
    {"event,nxt\nsetup,1\nmark,2\n", "2: unknown member 'nxt'; did you mean 'next'?\n"},
    {"event,event\nsetup,1\n", "1: columns 1 and 2 of the header are both \"event\"\n"},
    {"event,next\nsetup,1\nmark\n", "3: 1 field where the header has 2\n"},
    {"{}\n", "1: the rule does nothing: prompt, next, phone, devices, appusers or teams answer, "
             "set remembers\n"},
    {"{\"option\":\"1\",\"go_on\":true}\n",
     "1: the rule does nothing: prompt, next, phone, devices, appusers or teams answer, set "
     "remembers\n"},
    {"{" R ",\"go_on\":true}\n",
     "1: go_on and next: a rule that answers is the last that is tried\n"},
    {"{" R ",\"go_on\":\"maybe\"}\n", "1: go_on: 'maybe' is neither true nor false\n"},
    {"{" R ",\"go_on\":[1]}\n", "1: go_on: a text is wanted\n"},
    {"{" R ",\"option\":[\"1\"]}\n", "1: option: a text is wanted, as \"1\" or \"=~^[12]$\"\n"},
    {"{" R ",\"option\":true}\n", "1: option: a text is wanted, as \"1\" or \"=~^[12]$\"\n"},
    {"{" R ",\"data\":\"1\\u0000\"}\n", "1: data: a text is wanted (there is a NUL byte in it)\n"},
    {"{" R ",\"name\":{\"a\":1}}\n", "1: name: a text is wanted\n"},
    /* conditions that can never hold */
    {"{" R ",\"event\":\"stup\"}\n", "1: event: there is no 'stup'; did you mean 'setup'?\n"},
    {"{" R ",\"event\":\"hangup\"}\n", "1: event: 'hangup' is none of configure, setup, data, "
                                       "option, mark, teardown, stream\n"},
    {"{" R ",\"event\":\"=~^hang\"}\n", "1: event: '^hang' is none of configure, setup, data, "
                                        "option, mark, teardown, stream\n"},
    {"{" R ",\"option\":\"10\"}\n", "1: option: '10' is no key: 0 to 9, * and # are\n"},
    {"{" R ",\"option\":\"a\"}\n", "1: option: 'a' is no key: 0 to 9, * and # are\n"},
    {"{" R ",\"direction\":\"out\"}\n",
     "1: direction: 'out' is no direction: 1 is incoming, 2 outgoing, 0 neither\n"},
    {"{" R ",\"direction\":3}\n",
     "1: direction: '3' is no direction: 1 is incoming, 2 outgoing, 0 neither\n"},
    {"{" R ",\"ivr\":\"main\"}\n", "1: ivr: 'main' is no id of an IVR\n"},
    {"{" R ",\"ivr\":0}\n", "1: ivr: '0' is no id of an IVR\n"},
    {"{" R ",\"ivr\":\"1x\"}\n", "1: ivr: '1x' is no id of an IVR\n"},
    {"{" R ",\"event\":\"setup\",\"option\":\"1\"}\n",
     "1: option: the rule can never match: no key was pressed yet at such an event\n"},
    {"{" R ",\"event\":\"=~^(setup|option)$\",\"data\":\"1\"}\n",
     "1: data: the rule can never match: an event with data is called data\n"},
    {"{" R ",\"event\":\"option\",\"mark\":\"=~m\"}\n",
     "1: mark: the rule can never match: an event with a mark is called mark\n"},
    {"{" R ",\"event\":\"configure\",\"from\":\"+911\",\"to\":\"+912\",\"direction\":1}\n",
     "1: from: the rule can never match: there is no call then\n"
     "1: to: the rule can never match: there is no call then\n"
     "1: direction: the rule can never match: there is no call then\n"},
    /* what an option asks for comes back to it */
    {"{\"option\":\"1\",\"next\":5}\n"
     "{\"option\":2,\"prompt\":\"Your code?\",\"num_characters\":\"*\"}\n"
     "{\"data\":\"=~1\"," R "}\n",
     "2: " ASKS_AGAIN},
    {"{\"event\":\"=~.\",\"option\":\"=~^[12]$\",\"prompt\":\"Code?\",\"num_characters\":4}\n",
     "1: " ASKS_AGAIN},
    /* patterns and conditions */
    {"{" R ",\"data\":\"=~(\"}\n",
     "1: data: the pattern is wrong at byte 2 of it: missing closing parenthesis\n"},
    {"{" R ",\"data\":\"=~\\\\C\"}\n",
     "1: data: the pattern is wrong at byte 3 of it: using \\C is disabled by the application\n"},
    {"{" R ",\"when\":\"option\"}\n",
     "1: when: 'option': no comparison: write a field, one of = != < <= > >= =~ !~, and a value, "
     "as duration>60\n"},
    {"{" R ",\"when\":[\"option==1\",3,\"data=~[\"]}\n",
     "1: when: 'option==1': '==' is no operator: = != < <= > >= =~ !~ are (a value that begins "
     "with '=' wants a blank in front)\n"
     "1: when: '3': no comparison: write a field, one of = != < <= > >= =~ !~, and a value, as "
     "duration>60\n"
     "1: when: 'data=~[': the pattern is wrong at byte 2 of it: missing terminating ] for "
     "character class\n"},
    {"{" R ",\"when\":{\"option\":1}}\n", "1: when: a text is wanted\n"},
    {"{" R ",\"when\":\"vars.x=1\"}\n", "1: when: no rule sets the variable 'x'\n"},
    {"{" R ",\"when\":\"vars.coed=1\"}\n{\"data\":\"=~(?<code>.)\"}\n",
     "1: when: no rule sets the variable 'coed'; did you mean 'code'?\n"},
    {"{" R ",\"when\":\"optoin=1\"}\n",
     "1: when: there is no field 'optoin'; did you mean 'option'?\n"},
    {"{" R ",\"when\":\"metdata.x=1\"}\n",
     "1: when: there is no field 'metdata.x'; did you mean 'metadata.x'?\n"},
    {"{" R ",\"when\":\"leed.x=1\"}\n",
     "1: when: there is no field 'leed.x'; did you mean 'lead.x'?\n"},
    {"{" R ",\"when\":\"metadata=1\"}\n",
     "1: when: 'metadata' is no text: name a field of it, as metadata.name\n"},
    {"{" R ",\"when\":\"lead!=\"}\n",
     "1: when: 'lead' is no text: name a field of it, as lead.name\n"},
    /* what is set */
    {"{" R ",\"set\":{\"a b\":1,\"\":2,\"1a\":3}}\n",
     "1: set: 'a b' is no name for a variable: letters, digits and _, up to 32\n"
     "1: set: '' is no name for a variable: letters, digits and _, up to 32\n"
     "1: set: '1a' is no name for a variable: letters, digits and _, up to 32\n"},
    {"{" R ",\"set\":{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1}}\n",
     "1: set: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is no name for a variable: letters, digits and "
     "_, up to 32\n"},
    {"{" R ",\"set\":{\"a\":[1],\"b\":true}}\n",
     "1: set: a text is wanted\n1: set: a text is wanted\n"},
    {"{" R ",\"set\":\"a=1; b ; =3\"}\n",
     "1: set: 'b ' is not NAME=value\n"
     "1: set: '' is no name for a variable: letters, digits and _, up to 32\n"},
    {"{" R ",\"set\":5}\n", "1: set: '5' is not NAME=value\n"},
    {"{" R ",\"set\":{\"a\":\"{{b}\"}}\n", "1: set: template, column 1: {{ is not closed\n"},
    {"{" R ",\"set\":{\"abc\":\"{{abd}}\"}}\n",
     "1: set: there is no field 'abd'; did you mean 'abc'?\n"},
    /* answers */
    {"{\"prompt\":\"x\",\"next\":2}\n", "1: prompt and next: a rule has one of them\n"},
    {"{\"next\":2,\"phone\":\"+911\",\"teams\":[3]}\n",
     "1: next and phone: a rule has one of them\n1: phone and teams: a rule has one of them\n"},
    {"{" R ",\"num_characters\":1,\"mark_as\":\"m\",\"from_number\":\"+911\"}\n",
     "1: num_characters: goes with a prompt only\n1: mark_as: goes with a prompt only\n"
     "1: from_number: goes with a phone only\n"},
    {"{\"prompt\":\"x\"}\n",
     "1: a prompt without num_characters: give the number of digits to wait for (up to 64), "
     "\"*\" or \"#\" for digits up to that key, 0 to hang up, -1 to wait for none\n"},
    {"{\"prompt\":\"{{data}}\",\"num_characters\":\"{{data}}\"}\n",
     "1: num_characters: give the number of digits to wait for (up to 64), \"*\" or \"#\" for "
     "digits up to that key, 0 to hang up, -1 to wait for none\n"},
    {"{\"prompt\":\" \",\"num_characters\":1}\n",
     "1: prompt: nothing is said; for a moment of silence write \" . \"\n"},
    {"{\"prompt\":{\"x\":1},\"num_characters\":1}\n", "1: prompt: a text is wanted\n"},
    {"{\"prompt\":[\"a\",[1]],\"num_characters\":1}\n", "1: prompt: a text is wanted\n"},
    {"{\"prompt\":\"{{daat}}\",\"num_characters\":1}\n",
     "1: prompt: there is no field 'daat'; did you mean 'data'?\n"},
    {"{\"prompt\":[\"{{vars.a}}\",\"{{}}\"],\"num_characters\":1}\n",
     "1: prompt: no rule sets the variable 'a'\n"
     "1: prompt: template, column 1: {{ without a field\n"},
    {"{\"next\":\"main\"}\n", "1: next: the id of an IVR is wanted\n"},
    {"{\"next\":[1]}\n", "1: next: a text is wanted\n"},
    {"{\"phone\":\"98765\"}\n",
     "1: phone: to_number: phone number '98765': the '+' and the country "
     "code are missing (+919876543210)\n"},
    {"{\"phone\":\"{{to}}\",\"from_number\":\"12\"}\n",
     "1: phone: from_number: phone number '12': the '+' and the country code are missing "
     "(+919876543210)\n"},
    {"{\"phone\":{\"to_number\":\"+911\"}}\n", "1: phone: a text is wanted\n"},
    {"{\"devices\":\"x\"}\n", "1: devices: 'x' is no id\n"},
    {"{\"teams\":[1,\"Sales\"]}\n", "1: teams: 'Sales' is no id\n"},
    {"{\"teams\":[1,{}]}\n", "1: teams: a text is wanted\n"},
    {"{\"appusers\":\"{{vars}}\"}\n",
     "1: appusers: 'vars' is no text: name a field of it, as vars.name\n"},
    {"{\"prompt\":\"{{data}}\",\"num_characters\":1,\"mark_as\":\"{{a}\"}\n",
     "1: mark_as: template, column 1: {{ is not closed\n"},
    /* rules that others hide */
    {"{\"next\":1}\n{\"option\":\"1\",\"next\":2}\n",
     "2: never reached: the rule in line 1 matches whatever this one does\n"},
    {"{\"option\":\"=~[1-5]\",\"next\":1}\n{\"event\":\"option\",\"option\":\"3\",\"next\":2}\n"
     "{\"option\":\"6\",\"next\":3}\n",
     "2: never reached: the rule in line 1 matches whatever this one does\n"},
    {"{\"when\":\"from=~^.9\",\"data\":\"=~x\",\"next\":1}\n"
     "{\"data\":\"=~x\",\"when\":[\"to=1\",\"from=~^.9\"],\"next\":2}\n",
     "2: never reached: the rule in line 1 matches whatever this one does\n"},
    {"{\"set\":{\"x\":1}}\n{\"option\":\"1\",\"next\":2}\n",
     "2: never reached: the rule in line 1 matches whatever this one does\n"},
    {"{\"when\":\"x=2\",\"next\":1}\n{\"option\":\"1\",\"set\":{\"x\":1}}\n"
     "{\"when\":\"x=2\",\"next\":2}\n",
     "3: never reached: the rule in line 1 matches whatever this one does\n"},
    /* in the order of the lines */
    {"{\"next\":\"{{vars.a}}\"}\n{\"nxet\":1}\n{\"next\":\"x\"}\n\n{\"event\":\"x\"," R "}\n",
     "1: next: no rule sets the variable 'a'\n"
     "2: unknown member 'nxet'; did you mean 'next'?\n"
     "3: next: the id of an IVR is wanted\n"
     "5: event: 'x' is none of configure, setup, data, option, mark, teardown, stream\n"},
    /* nothing of a message drives a terminal */
    {"{" R ",\"zz\\u001b[1mzzzzz\":1}\n",
     "1: unknown member 'zz [1mzzzzz' (jaxl-flow(5) has those there are)\n"},
};

static int read_with(const char *rules, struct jaxl_buf *told, struct jaxl_error *err)
{
    struct jaxl_flow_options o = {.report = told ? flow_note : NULL, .ctx = told};
    struct jaxl_flow *f = NULL;
    int fd = flow_fd(rules), rc = jaxl_flow_read(&f, fd, "flow", &o, err);

    close(fd);
    ck_assert(!rc == !!f);
    jaxl_flow_free(&f);
    return rc;
}

START_TEST(problems)
{
    struct jaxl_buf told;
    struct jaxl_error err = {.message = ""};
    char first[600];
    size_t n = 0;

    jaxl_buf_init(&told, 65536);
    ck_assert_int_eq(read_with(cases[_i].rules, &told, &err), JAXL_EINPUT);
    ck_assert_str_eq(jaxl_buf_text(&told), cases[_i].told);
    for (const char *p = told.data; (p = strchr(p, '\n')); p++)
        n++;
    snprintf(first, sizeof first, "flow: %zu problem%s", n, n > 1 ? "s" : "");
    ck_assert_str_eq(err.message, first);
    ck_assert_int_eq(read_with(cases[_i].rules, NULL, &err), JAXL_EINPUT);
    *strchr(told.data, '\n') = '\0';
    snprintf(first, sizeof first, "flow, line %s", told.data);
    ck_assert_str_eq(err.message, first);
    ck_assert_int_eq(read_with(cases[_i].rules, NULL, NULL), JAXL_EINPUT);
    jaxl_buf_free(&told);
}
END_TEST

/* The program that answers first may take the keys. */
START_TEST(second)
{
    struct jaxl_flow_options o = {.second = false};
    struct jaxl_flow *f = NULL;

    for (int i = 0; i < 2; i++) {
        int fd = flow_fd("{\"option\":\"2\",\"prompt\":\"Your code?\",\"num_characters\":\"*\"}\n");
        o.second = i == 1;
        ck_assert_int_eq(jaxl_flow_read(&f, fd, "flow", &o, NULL), o.second ? 0 : JAXL_EINPUT);
        close(fd);
        jaxl_flow_free(&f);
    }
}
END_TEST

/* Rules that look like it but hide nothing, names that are known, members that say nothing. */
static const char *const fine[] = {
    "{\"option\":\"1\",\"next\":1}\n{\"next\":2}\n",
    "{\"event\":\"setup\",\"next\":1}\n{\"event\":\"=~.\",\"next\":2}\n",
    "{\"option\":\"=~1\",\"next\":1}\n{\"option\":\"=~[12]\",\"next\":2}\n",
    "{\"option\":\"1\",\"next\":1}\n{\"data\":\"1\",\"next\":2}\n",
    "{\"when\":\"x=1\",\"next\":1}\n{\"option\":\"1\",\"set\":{\"x\":1},\"go_on\":true}\n"
    "{\"when\":\"x=1\",\"next\":2}\n",
    "{\"when\":\"x=1\",\"next\":1}\n{\"data\":\"=~(?<x>.)\",\"go_on\":1}\n"
    "{\"when\":\"x=1\",\"next\":2}\n",
    "{\"when\":\"lang=hi\",\"next\":\"{{newmember.id}}\"}\n{\"next\":\"{{vars.z}}\",\"set\":\"z=\"}"
    "\n",
    "{\"next\":1,\"prompt\":null,\"num_characters\":\"\",\"when\":[],\"set\":{},\"name\":\"\"}\n",
    "{\"from\":\"anonymous\",\"to\":\"56767\",\"next\":1}\n",
    "event,option,when,prompt,num_characters,next\nsetup,,,Hello,1,\n,1,,,,7\n",
    "{\"event\":\"=~^(?<kind>.*)$\",\"next\":1}\n",
    "{\"event\":\"configure\",\"ivr\":7,\"prompt\":\" . \",\"num_characters\":0}\n",
    "{\"data\":\"=~^9\",\"next\":1}\n{\"option\":2,\"prompt\":\"Code?\",\"num_characters\":\"*\"}"
    "\n",
    "{\"option\":2,\"prompt\":\"Sure?\",\"num_characters\":1}\n"
    "{\"event\":\"option\",\"option\":3,\"prompt\":\"Code?\",\"num_characters\":\"#\"}\n"
    "{\"option\":4,\"data\":\"1*\",\"prompt\":\"Code?\",\"num_characters\":\"#\"}\n"
    "{\"option\":5,\"when\":\"data=\",\"prompt\":\"Code?\",\"num_characters\":\"#\"}\n"
    "{\"option\":6,\"mark\":\"m\",\"prompt\":\"Code?\",\"num_characters\":\"#\"}\n",
};

START_TEST(no_problem)
{
    struct jaxl_flow *f = flow_read(fine[_i]);

    jaxl_flow_free(&f);
}
END_TEST

/* {before, then n times one with its number, then end}; what is told */
static void bounded(const char *before, const char *one, int n, const char *end, const char *told)
{
    struct jaxl_buf text, got;
    struct jaxl_error err = {.message = ""};
    int rc;

    jaxl_buf_init(&text, 16 << 20);
    jaxl_buf_init(&got, 1 << 20);
    jaxl_buf_puts(&text, before);
    for (int i = 0; i < n; i++) {
        const char *number = strchr(one, '%');
        jaxl_buf_add(&text, one, number ? (size_t)(number - one) : strlen(one));
        if (number) {
            jaxl_buf_int(&text, i + 1);
            jaxl_buf_puts(&text, number + 1);
        }
    }
    jaxl_buf_puts(&text, end);
    rc = read_with(jaxl_buf_text(&text), &got, &err);
    ck_assert_msg(rc == (told ? JAXL_EINPUT : 0), "%d %s", rc, err.message);
    ck_assert_str_eq(jaxl_buf_text(&got), told ? told : "");
    jaxl_buf_free(&text);
    jaxl_buf_free(&got);
}

START_TEST(bounds)
{
    bounded("", "{\"ivr\":%,\"next\":1}\n", JAXL_FLOW_RULES, "", NULL);
    bounded("", "{\"ivr\":%,\"next\":1}\n", JAXL_FLOW_RULES + 1, "",
            "4097: more than 4096 rules\n");
    bounded("{\"set\":{\"a\":1", ",\"x%\":1", JAXL_FLOW_VARIABLES - 1, "}}\n", NULL);
    bounded("{\"set\":{\"a\":1", ",\"x%\":1", JAXL_FLOW_VARIABLES + 3, "}}\n",
            "1: set: more than 64 variables in a file\n");
    bounded("{\"data\":\"=~x\",\"next\":1}\n{\"when\":[\"mark=x\"", ",\"lead.x%=1\"", 64,
            "],\"next\":1}\n", NULL);
    bounded("{\"when\":[\"mark=x\"", ",\"lead.x%=1\"", 66, "],\"next\":1}\n",
            "1: when: more than 64 fields of leads in a file\n");
    bounded("{\"when\":[\"mark=x\"", ",\"data=~(?<a>%)\"", 64, "],\"next\":1}\n", NULL);
    bounded("{\"when\":[\"mark=x\"", ",\"data=~(?<a>%)\"", 65, "],\"next\":1}\n",
            "1: more than 64 named groups in a rule\n");
    bounded("{\"num_characters\":1,\"prompt\":[\"a\"", ",\"b\"", 255, "]}\n", NULL);
    bounded("{\"num_characters\":1,\"prompt\":[\"a\"", ",\"b\"", 256, "]}\n",
            "1: prompt: more than 256 sentences\n");
    bounded("{\"num_characters\":1,\"prompt\":\"{{data}}", "A. ", 256, "\"}\n", NULL);
    bounded("{\"num_characters\":1,\"prompt\":\"{{data}} ", "A. ", 257, "\"}\n",
            "1: prompt: more than 256 sentences\n");
    bounded("{\"num_characters\":1,\"prompt\":\"{{data}}", "a", 65536, "\"}\n",
            "1: prompt: template of 65544 bytes: the limit is 65536\n");
    bounded("{\"teams\":[1", ",2", 40000, "]}\n", "1: teams: more than 65536 bytes\n");
}
END_TEST

/* Of very many problems not all are told. */
START_TEST(many)
{
    struct jaxl_buf text, got;
    struct jaxl_error err = {.message = ""};
    size_t n = 0;

    jaxl_buf_init(&text, 1 << 20);
    jaxl_buf_init(&got, 1 << 20);
    for (int i = 0; i < 3000; i++)
        jaxl_buf_puts(&text, "{\"next\":\"x\"}\n");
    ck_assert_int_eq(read_with(jaxl_buf_text(&text), &got, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message, "flow: 3000 problems");
    for (const char *p = got.data; (p = strchr(p, '\n')); p++)
        n++;
    ck_assert_uint_eq(n, 1000);
    jaxl_buf_free(&text);
    jaxl_buf_free(&got);
}
END_TEST

START_TEST(unreadable)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_flow *f;
    int fd = open("/", O_RDONLY);

    ck_assert_int_eq(jaxl_flow_read(&f, fd, "flow", NULL, &err), JAXL_EIO);
    ck_assert_str_eq(err.message, "flow: cannot be read: Is a directory");
    ck_assert_ptr_null(f);
    close(fd);
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    ck_assert_int_eq(read_with("{\"prompt\":\"x\",\"num_characters\":1}\n", NULL, &err),
                     JAXL_ECONFIG);
    ck_assert_int_eq(strncmp(err.message, "flow: a part of libjaxl cannot be loaded", 40), 0);
    ck_assert_int_eq(read_with("{\"prompt\":\"{{data}}\",\"num_characters\":1}\n", NULL, &err),
                     JAXL_ECONFIG);
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
}
END_TEST

static int wrong(void *ctx)
{
    struct jaxl_flow *f = NULL;
    struct jaxl_error err = {0};
    int rc;

    (void)lseek(*(int *)ctx, 0, SEEK_SET);
    rc = jaxl_flow_read(&f, *(int *)ctx, "flow", NULL, &err);
    jaxl_flow_free(&f);
    return rc == JAXL_EINPUT ? 0 : rc;
}

/* What is told takes memory, too. */
START_TEST(out_of_memory)
{
    int fd = flow_fd("{\"optoin\":1,\"next\":\"x\",\"teams\":[1,2]}\n{\"when\":\"vars.x=1\"}\n");

    ck_assert_int_ge(failmalloc_each(wrong, &fd), 10);
    close(fd);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, second);
    tcase_add_loop_test(tc, problems, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, no_problem, 0, UNIT_COUNT(fine));
    tcase_add_test(tc, bounds);
    tcase_add_test(tc, many);
    tcase_add_test(tc, unreadable);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("flow_problems", add);
}
