#include "events/response.h"
#include "failmalloc.h"
#include "flow_fixture.h"

static struct jaxl_json_doc *doc, *again;
static struct jaxl_buf out;

static void setup(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_doc_new(&again, 0), 0);
    jaxl_buf_init(&out, JAXL_RESPONSE_MAX);
}

static void teardown(void)
{
    jaxl_json_doc_free(&doc);
    jaxl_json_doc_free(&again);
    jaxl_buf_free(&out);
}

static struct jaxl_event event(const char *words)
{
    const struct jaxl_json *root;
    struct jaxl_event e;
    struct jaxl_error err = {.message = ""};
    char body[2048];

    flow_body(words, body, sizeof body);
    ck_assert_int_eq(jaxl_json_parse(doc, body, strlen(body), &root, NULL), 0);
    ck_assert_msg(jaxl_event_read(&e, root, false, &err) == 0, "%s: %s", words, err.message);
    strcpy(e.id, "e1");
    e.received = INT64_C(1795687200123456);
    return e;
}

/* Whatever is answered is what it says, and can be answered again. */
static void check_again(void)
{
    const struct jaxl_json *root;
    struct jaxl_buf normal;

    jaxl_buf_init(&normal, JAXL_RESPONSE_MAX);
    ck_assert_int_eq(jaxl_json_parse(again, out.data, out.len, &root, NULL), 0);
    ck_assert_int_eq(jaxl_response_check(root, &normal, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&normal), out.data);
    jaxl_buf_free(&normal);
}

#define SAY(text, n) "{\"prompt\":[\"" text "\"],\"num_characters\":" n "}"

/* Events, in words, and what is answered: "-" when nothing is, "!..." for what is wrong. */
struct step {
    const char *words, *answer;
};

static const struct {
    const char *rules;
    struct step steps[12];
} cases[] = {
    /* the first that matches, of what the event is */
    {"{\"event\":\"setup\",\"prompt\":\"Hello. Press 1.\",\"num_characters\":1}\n"
     "{\"event\":\"option\",\"option\":\"1\",\"next\":42}\n"
     "{\"option\":\"=~[23]\",\"phone\":\"+91 98765 43210\"}\n"
     "{\"event\":\"option\",\"option\":9,\"devices\":[1,2]}\n"
     "{\"event\":\"mark\",\"mark\":\"m1\",\"teams\":5}\n"
     "{\"event\":\"=~^(option|data)$\",\"prompt\":\"Again.\",\"num_characters\":1}\n",
     {{"setup", "{\"prompt\":[\"Hello.\",\"Press 1.\"],\"num_characters\":1}"},
      {"option 1", "{\"next\":42}"},
      {"option 2", "{\"phone\":{\"to_number\":\"+919876543210\",\"from_number\":null}}"},
      {"data 3 77", "{\"phone\":{\"to_number\":\"+919876543210\",\"from_number\":null}}"},
      {"option 9", "{\"devices\":[1,2]}"},
      {"option 4", SAY("Again.", "1")},
      {"data - 5", SAY("Again.", "1")},
      {"mark m1", "{\"teams\":[5]}"},
      {"mark m2", "-"},
      {"configure", "-"},
      {"teardown", "-"}}},
    /* every condition; what is not there matches nothing, and everything that asks for that */
    {"{\"from\":\"+91 80 6900 1234\",\"to\":\"=~^\\\\+91\",\"direction\":2,\"ivr\":11,"
     "\"option\":\"1\",\"data\":\"5*\",\"next\":1}\n"
     "{\"data\":\"=~^$\",\"next\":2}\n"
     "{\"event\":\"configure\",\"ivr\":\"11\",\"next\":3}\n"
     "{\"direction\":1,\"next\":4}\n"
     "{\"ivr\":12,\"next\":5}\n"
     "{\"when\":[\"metadata.plan=gold\",\"metadata.n>6\",\"state.org.name=~^A\",\"option=3\"],"
     "\"next\":6}\n"
     "{\"when\":\"metadata.ok=true\",\"option\":\"4\",\"next\":7}\n"
     "{\"when\":[\"option=\",\"data=\",\"event!=teardown\",\"lang=hi\"],\"next\":8}\n"
     "{\"when\":\"received_at>=2026-11-26\",\"option\":\"5\",\"next\":9}\n"
     "{\"when\":\"metadata.list!=\",\"next\":10}\n",
     {{"data 1 5*", "{\"next\":1}"},
      {"data 1 5", "-"},
      {"configure", "{\"next\":3}"},
      {"option 3", "{\"next\":6}"},
      {"option 4", "{\"next\":7}"},
      {"setup", "{\"next\":8}"},
      {"option 5", "{\"next\":9}"},
      {"option 6", "-"}}},
    /* all that can be answered */
    {"{\"event\":\"option\",\"option\":\"1\",\"prompt\":[\"One. "
     "Two.\",\"\",\"Three\"],\"num_characters\":\"*\","
     "\"mark_as\":\"m\"}\n"
     "{\"option\":\"2\",\"phone\":\"+911\",\"from_number\":\"{{from}}\"}\n"
     "{\"option\":\"3\",\"phone\":\"{{to}}\",\"from_number\":\"\"}\n"
     "{\"option\":\"4\",\"appusers\":[\"{{metadata.n}}\",8]}\n"
     "{\"option\":\"5\",\"teams\":\"{{ivr}};9\"}\n"
     "{\"option\":\"6\",\"next\":\"{{campaign_id}}\"}\n"
     "{\"option\":\"7\",\"prompt\":[\"{{event}} {{direction}}\",\"{{metadata.ok}}.\"],"
     "\"num_characters\":-1,\"mark_as\":\"m{{call_id}}\"}\n"
     "{\"option\":\"8\",\"prompt\":\"{{{{x}} {{id}} {{received_at}} {{lang}}\","
     "\"num_characters\":0,\"go_on\":false,\"name\":\"eight\"}\n",
     {{"option 1",
       "{\"prompt\":[\"One. Two.\",\"Three\"],\"num_characters\":\"*\",\"mark\":\"m\"}"},
      {"option 2", "{\"phone\":{\"to_number\":\"+911\",\"from_number\":\"+918069001234\"}}"},
      {"option 3", "{\"phone\":{\"to_number\":\"+919876543210\",\"from_number\":null}}"},
      {"option 4", "{\"appusers\":[7,8]}"},
      {"option 5", "{\"teams\":[11,9]}"},
      {"option 6", "{\"next\":5}"},
      {"option 7", "{\"prompt\":[\"option 2\",\"true.\"],\"num_characters\":-1,\"mark\":"
                   "\"m1234\"}"},
      {"option 8", SAY("{{x}} e1 2026-11-26T10:00:00.123456Z hi", "0")}}},
    /* variables: of groups, of set, in their order, of each call its own, gone when it ends */
    {"{\"data\":\"=~^(?<code>\\\\d+)(?<end>[*#])?$\",\"set\":{\"tries\":\"{{tries|0}}+\","
     "\"last\":\"{{vars.code}}/{{end|none}}\",\"n\":7},\"go_on\":true}\n"
     "{\"event\":\"teardown\",\"prompt\":\"Bye {{code}}.\",\"num_characters\":0}\n"
     "{\"when\":\"vars.code=42\",\"prompt\":\"Right, {{last}} {{n}}.\",\"num_characters\":0}\n"
     "{\"when\":\"tries=~\\\\+\\\\+\",\"set\":{\"tries\":\"\",\"code\":null},\"go_on\":\"yes\"}\n"
     "{\"prompt\":\"Code {{code|-}} {{vars.tries|none}}\",\"num_characters\":4}\n",
     {{"setup@1", "{\"prompt\":[\"Code - none\"],\"num_characters\":4}"},
      {"data@1 - 17#", SAY("Code 17 0+", "4")},
      {"data@2 - 42", SAY("Right, 42/none 7.", "0")},
      {"data@1 - 18", SAY("Code - none", "4")},
      {"option@1 1", SAY("Code - none", "4")},
      {"option@2 1", SAY("Right, 42/none 7.", "0")},
      {"teardown@2", SAY("Bye 42.", "0")},
      {"option@2 1", SAY("Code - none", "4")},
      {"teardown@1", "!flow, line 2: prompt: there is no code (write {{code|...}} for a default)"},
      {"configure", SAY("Code - none", "4")}}},
    /* what only remembers and does not go on answers nothing */
    {"{\"option\":\"1\",\"set\":\"a = 1; b={{option}};c=; \"}\n"
     "{\"option\":\"2\",\"prompt\":\"{{a}} {{b}} {{c|-}}\",\"num_characters\":0}\n"
     "{\"when\":\"from=~^\\\\+91(?<a>\\\\d\\\\d)\"}\n",
     {{"option 1", "-"},
      {"option 2", SAY("1 1 -", "0")},
      {"option 3", "-"},
      {"option 2", SAY("80 1 -", "0")}}},
    /* a variable and the event's own field of one name */
    {"{\"option\":\"1\",\"set\":{\"data\":\"mine\",\"lang\":\"en\"}}\n"
     "{\"prompt\":\"{{data}} {{vars.data}} {{lang}} {{vars.lang}}\",\"num_characters\":0}\n",
     {{"option 1", "-"},
      {"option 2", SAY("mine mine hi en", "0")},
      {"data 2 5", SAY("5 mine hi en", "0")}}},
    /* a group is found before the variable that it was found in is set */
    {"{\"option\":\"1\",\"set\":{\"x\":\"ab\"}}\n"
     "{\"when\":[\"vars.x=~^(?<x>.)\",\"vars.x=~(?<y>.)$\"],\"prompt\":\"{{x}} {{y}}\","
     "\"num_characters\":0}\n",
     {{"option 1", "-"}, {"option 2", SAY("a b", "0")}, {"option 2", SAY("a a", "0")}}},
    /* sentences: as the author ends them, and as values do */
    {"{\"option\":\"1\",\"prompt\":\"Hello {{metadata.plan}}. {{lang}}, press 1. It is Rs. "
     "{{metadata.n}}!\\n\\n{{ivr}}\",\"num_characters\":1}\n"
     "{\"event\":\"data\",\"prompt\":\"You said {{data}} to us. Right?\",\"num_characters\":1}\n"
     "{\"option\":\"2\",\"prompt\":[\"{{metadata.plan}}. One. Two.\"],\"num_characters\":1}\n"
     "{\"option\":\"3\",\"prompt\":\"{{data|}} . {{mark|}}\",\"num_characters\":1}\n"
     "{\"option\":\"4\",\"prompt\":\"{{data|}}\",\"num_characters\":1,\"name\":\"four\"}\n",
     {{"option 1", "{\"prompt\":[\"Hello gold.\",\"hi, press 1.\",\"It is Rs. 7!\",\"11\"],"
                   "\"num_characters\":1}"},
      {"data - 5.50", "{\"prompt\":[\"You said 5.50 to us.\",\"Right?\"],\"num_characters\":1}"},
      {"data - One. Two", "{\"prompt\":[\"You said One.\",\"Two to us.\",\"Right?\"],"
                          "\"num_characters\":1}"},
      {"data - \u092f\u0939\u0964 \u0926\u094b",
       "{\"prompt\":[\"You said \u092f\u0939\u0964\",\"\u0926\u094b to us.\",\"Right?\"],"
       "\"num_characters\":1}"},
      {"data - \u0930\u093e\u092e", "{\"prompt\":[\"You said \u0930\u093e\u092e to us.\","
                                    "\"Right?\"],\"num_characters\":1}"},
      {"option 2", SAY("gold. One. Two.", "1")},
      {"option 3", SAY(".", "1")},
      {"option 4", "!flow, line 5: rule 'four': prompt: nothing is said; for a moment of silence "
                   "write \" . \""}}},
    /* what is wrong with this event only */
    {"{\"option\":\"1\",\"prompt\":\"{{metadata.x}}\",\"num_characters\":0}\n"
     "{\"option\":\"2\",\"phone\":\"{{metadata.plan}}\"}\n"
     "{\"option\":\"3\",\"next\":\"{{metadata.plan}}\"}\n"
     "{\"option\":\"4\",\"teams\":[5,\"{{metadata.plan}}\"]}\n"
     "{\"option\":\"5\",\"prompt\":\"{{metadata.list}}\",\"num_characters\":0}\n"
     "{\"option\":\"6\",\"set\":{\"a\":\"{{mark}}\"},\"go_on\":true}\n"
     "{\"option\":\"7\",\"prompt\":\"x\",\"num_characters\":0,\"mark_as\":\"{{data|}}\"}\n"
     "{\"data\":\"=~^(a+)+$\",\"next\":1}\n"
     "{\"when\":\"data=~^(a+)+$\",\"next\":2}\n",
     {{"option 1", "!flow, line 1: prompt: there is no metadata.x (write {{metadata.x|...}} for a "
                   "default)"},
      {"option 2", "!flow, line 2: phone: to_number: phone number 'gold': a number is '+', country "
                   "code and digits, nothing else"},
      {"option 3", "!flow, line 3: next: the id of an IVR is wanted"},
      {"option 4", "!flow, line 4: teams: 'gold' is no id"},
      {"option 5", "!flow, line 5: prompt: there is no metadata.list (write {{metadata.list|...}} "
                   "for a default)"},
      {"option 6", "!flow, line 6: set: there is no mark (write {{mark|...}} for a default)"},
      {"option 7", "!flow, line 7: mark: a name of up to 256 bytes is wanted"},
      {"data - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
       "!flow, line 8: data: '^(a+)+$' was given up on in a text that takes too long"}}},
    {"{\"when\":\"data=~^(a+)+$\",\"next\":2}\n{\"when\":\"data!=\",\"next\":3}\n",
     {{"data - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
       "!flow, line 1: when: 'data=~^(a+)+$' was given up on in a text that takes too long"},
      {"data - aaa", "{\"next\":2}"},
      {"data - aab", "{\"next\":3}"}}},
    /* CSV: an empty cell says nothing */
    {"name,event,option,when,prompt,num_characters,next,devices,set,go_on\n"
     "hello,setup,,,\"Hello {{lang}}. Press 1, 2.\",1,,,,\n"
     ",,1,metadata.n=7,,,42,,,\n"
     ",,2,,,,,1 2,,\n"
     ",,=~^[34]$,,,,,,a={{option}}; b=x,yes\n"
     ",,3,,,,,\"[7, 8]\",,no\n"
     ",option,4,,{{a}}{{b}},*,,,,\n",
     {{"setup", "{\"prompt\":[\"Hello hi.\",\"Press 1, 2.\"],\"num_characters\":1}"},
      {"option 1", "{\"next\":42}"},
      {"option 2", "{\"devices\":[1,2]}"},
      {"option 3", "{\"devices\":[7,8]}"},
      {"option 4", SAY("4x", "\"*\"")}}},
};

static void step(struct jaxl_flow *f, const struct step *s)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_event e = event(s->words);
    int rc, expected = *s->answer == '-' ? JAXL_EEND : *s->answer == '!' ? JAXL_EINPUT : 0;

    jaxl_buf_reset(&out);
    rc = jaxl_flow_answer(f, &e, &out, &err);
    ck_assert_msg(rc == expected, "%s: %d %s%s", s->words, rc, err.message, jaxl_buf_text(&out));
    ck_assert_int_eq(rc, rc ? err.code : 0);
    if (rc) {
        ck_assert_uint_eq(out.len, 0);
        ck_assert(*s->answer == '-' || strcmp(err.message, s->answer + 1) == 0 ||
                  (ck_abort_msg("%s: %s", s->words, err.message), 0));
    } else {
        ck_assert_str_eq(jaxl_buf_text(&out), s->answer);
        check_again();
    }
}

START_TEST(answers)
{
    struct jaxl_flow *f = flow_read(cases[_i].rules);

    for (size_t i = 0; i < UNIT_COUNT(cases[_i].steps) && cases[_i].steps[i].words; i++)
        step(f, &cases[_i].steps[i]);
    jaxl_flow_free(&f);
    ck_assert_ptr_null(f);
    jaxl_flow_free(&f);
    jaxl_flow_free(NULL);
}
END_TEST

static const char lead_rules[] =
    "{\"option\":\"1\",\"when\":\"lead.plan=gold\",\"prompt\":\"Hello {{lead.name}}, "
    "{{lead.costs.0.cost|nothing}} is due.\",\"num_characters\":0}\n"
    "{\"option\":\"1\",\"when\":\"lead.name=\",\"prompt\":\"Who?\",\"num_characters\":0}\n"
    "{\"option\":\"2\",\"phone\":\"{{lead.agent}}\"}\n"
    "{\"when\":\"lead.name=~(?<first>\\\\w+)\",\"prompt\":\"Dear {{first}}\",\"num_characters\":0}"
    "\n";

START_TEST(leads)
{
    struct jaxl_flow *f = flow_read(lead_rules);
    const char *json;
    size_t len;

    ck_assert(jaxl_flow_wants_leads(f));
    step(f, &(struct step){"option 1", SAY("Who?", "0")});
    step(f, &(struct step){"option 3", "-"});
    flow_leads(f, "{\"to\":\"+91 98765-43210\",\"name\":\"Asha Rao\",\"plan\":\"silver\"}\n"
                  "{\"to\":\"+912\"}\n{\"to\":\"+919876543210\",\"name\":\"Asha Rao\",\"plan\":"
                  "\"gold\",\"costs\":[{\"cost\":12.50}],\"agent\":\"+913\"}\n");
    ck_assert_uint_eq(jaxl_flow_leads_count(f), 2);
    step(f, &(struct step){"option 1", SAY("Hello Asha Rao, 12.50 is due.", "0")});
    step(f,
         &(struct step){"option 2", "{\"phone\":{\"to_number\":\"+913\",\"from_number\":null}}"});
    step(f, &(struct step){"option 3", SAY("Dear Asha", "0")});
    step(f, &(struct step){"configure", "-"});
    json = jaxl_flow_lead(f, "+91 2", &len);
    ck_assert_str_eq(json, "{\"to\":\"+912\"}");
    ck_assert_uint_eq(len, strlen(json));
    ck_assert_ptr_null(jaxl_flow_lead(f, "+914", &len));
    ck_assert_ptr_null(jaxl_flow_lead(f, NULL, &len));
    ck_assert_ptr_null(jaxl_flow_lead(f, "anonymous", &len));
    flow_leads(f, "to,plan,name\n+919876543210,gold,Ravi\n");
    ck_assert_uint_eq(jaxl_flow_leads_count(f), 1);
    step(f, &(struct step){"option 1", SAY("Hello Ravi, nothing is due.", "0")});
    step(f, &(struct step){"option 2", "!flow, line 3: phone: there is no lead.agent (write "
                                       "{{lead.agent|...}} for a default)"});
    jaxl_flow_free(&f);
    f = flow_read("{\"next\":1}\n");
    ck_assert(!jaxl_flow_wants_leads(f));
    jaxl_flow_free(&f);
}
END_TEST

/* What is told of leads; and that a file that cannot be read leaves those that are there. */
START_TEST(leads_told)
{
    static const char text[] = "name,to\nA,+912\nB,\nC,12\nD\nE,+913\n";
    static const char *const map[] = {"other=x"};
    struct jaxl_buf told;
    struct jaxl_flow_leads_options o = {.report = flow_note, .ctx = &told};
    struct jaxl_error err = {.message = ""};
    struct jaxl_flow *f = flow_read(lead_rules);
    int fd = flow_fd(text);

    jaxl_buf_init(&told, 4096);
    ck_assert_int_eq(jaxl_flow_leads(f, fd, "leads", &o, &err), 0);
    ck_assert_str_eq(jaxl_buf_text(&told),
                     "3: to: empty\n"
                     "4: to: phone number '12': the '+' and the country code are missing "
                     "(+919876543210)\n"
                     "5: 1 field where the header has 2\n"
                     "1: no lead has the field 'plan'\n"
                     "1: no lead has the field 'costs.0.cost'\n"
                     "3: no lead has the field 'agent'\n");
    ck_assert_uint_eq(jaxl_flow_leads_count(f), 2);
    o.map = map;
    o.n_map = 1;
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    ck_assert_int_eq(jaxl_flow_leads(f, fd, "leads", &o, &err), JAXL_ECONFIG);
    ck_assert_uint_eq(jaxl_flow_leads_count(f), 2);
    o.n_map = 0;
    o.max_memory = 16;
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    ck_assert_int_eq(jaxl_flow_leads(f, fd, "leads", &o, &err), JAXL_ELIMIT);
    ck_assert_str_eq(err.message, "leads: leads of more than 16 bytes");
    close(fd);
    fd = open("/", O_RDONLY);
    ck_assert_int_eq(jaxl_flow_leads(f, fd, "leads", NULL, &err), JAXL_EIO);
    close(fd);
    fd = flow_fd("{\"x\":1}\n{\"to\":null}\n{\"to\":[1]}\n{\"x\":\"+912\",\"to\":\"+913\"}\n");
    jaxl_buf_reset(&told);
    o = (struct jaxl_flow_leads_options){.report = flow_note, .ctx = &told};
    ck_assert_int_eq(jaxl_flow_leads(f, fd, "leads", &o, &err), 0);
    ck_assert_str_eq(err.message, "leads: cannot be read: Is a directory");
    ck_assert_int_eq(strncmp(jaxl_buf_text(&told),
                             "1: no field 'to' (--map to=FIELD says where the number is)\n"
                             "2: to: empty\n3: to: empty\n1: no lead",
                             92),
                     0);
    close(fd);
    jaxl_buf_free(&told);
    jaxl_flow_free(&f);
}
END_TEST

/* A variable is at most so long; all of a call are forgotten when too many others were touched. */
START_TEST(bounds)
{
    char rules[16384], filler[JAXL_FLOW_VALUE + 1];
    struct jaxl_flow_options o = {.max_calls = 2};
    struct jaxl_flow *f;
    int fd;

    memset(filler, 'x', sizeof filler);
    filler[JAXL_FLOW_VALUE] = '\0';
    snprintf(rules, sizeof rules,
             "{\"option\":\"1\",\"set\":{\"a\":\"%s\"}}\n"
             "{\"option\":\"2\",\"set\":{\"a\":\"%sx\"}}\n"
             "{\"option\":\"3\",\"prompt\":\"{{a|none}}\",\"num_characters\":1}\n"
             "{\"data\":\"=~(?<a>.*)\"}\n",
             filler, filler);
    fd = flow_fd(rules);
    ck_assert_int_eq(jaxl_flow_read(&f, fd, "flow", &o, NULL), 0);
    close(fd);
    step(f, &(struct step){"option@1 2", "!flow, line 2: the variable 'a' would have 4097 bytes: "
                                         "the limit is 4096"});
    step(f, &(struct step){"option@1 1", "-"});
    step(f, &(struct step){"data@2 - two", "-"});
    step(f, &(struct step){"data@3 - three", "-"});
    ck_assert_uint_eq(jaxl_flow_calls(f), 2);
    step(f, &(struct step){"option@1 3", SAY("none", "1")});
    step(f, &(struct step){"option@2 3", SAY("two", "1")});
    step(f, &(struct step){"data@4 - four", "-"});
    step(f, &(struct step){"option@3 3", SAY("none", "1")});
    step(f, &(struct step){"option@2 3", SAY("two", "1")});
    step(f, &(struct step){"teardown@2", "-"});
    ck_assert_uint_eq(jaxl_flow_calls(f), 1);
    jaxl_flow_free(&f);
}
END_TEST

/* More sentences, or bytes, than can be said, when values make them. */
START_TEST(too_much)
{
    struct jaxl_flow *f =
        flow_read("{\"option\":\"1\",\"prompt\":\"{{data}}\",\"num_characters\":1}"
                  "\n");
    struct jaxl_error err = {.message = ""};
    struct jaxl_event e = event("data 1 x");
    struct jaxl_buf text;

    jaxl_buf_init(&text, 2 << 20);
    for (int i = 0; i <= JAXL_RESPONSE_SENTENCES; i++)
        jaxl_buf_puts(&text, "A. ");
    /* what the event lends is that of its body: here another, as long as we like */
    ck_assert_int_eq(jaxl_json_build(again, &e.body), 0);
    ck_assert_int_eq(jaxl_json_build_string(again, "data", 4, text.data, text.len), 0);
    ck_assert_int_eq(jaxl_flow_answer(f, &e, &out, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message,
                     "flow, line 1: prompt: more than 256 sentences or 65536 bytes are "
                     "too much to say");
    while (text.len <= 65536)
        jaxl_buf_puts(&text, "A. ");
    jaxl_json_doc_reset(again);
    ck_assert_int_eq(jaxl_json_build(again, &e.body), 0);
    ck_assert_int_eq(jaxl_json_build_string(again, "data", 4, text.data, text.len), 0);
    ck_assert_int_eq(jaxl_flow_answer(f, &e, &out, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message, "flow, line 1: prompt: a text that long is too much to say");
    ck_assert_uint_eq(out.len, 0);
    jaxl_buf_free(&text);
    jaxl_flow_free(&f);
}
END_TEST

START_TEST(full)
{
    struct jaxl_flow *f = flow_read("{\"option\":\"1\",\"next\":12}\n{\"next\":\"{{ivr}}\"}\n");
    struct jaxl_event e;
    struct jaxl_buf small;

    for (int i = 0; i < 2; i++) {
        e = event(i ? "setup" : "option 1");
        for (size_t max = 0; max < 11; max++) {
            jaxl_buf_init(&small, max);
            ck_assert_int_eq(jaxl_flow_answer(f, &e, &small, NULL), JAXL_ELIMIT);
            ck_assert_uint_eq(small.len, 0);
            jaxl_buf_free(&small);
        }
    }
    jaxl_flow_free(&f);
}
END_TEST

static const char many_rules[] =
    "{\"option\":\"=~^(?<key>.)$\",\"set\":{\"a\":\"{{key}}{{vars.a|}}\"},\"go_on\":true}\n"
    "{\"when\":[\"a=11\",\"lead.name=~A\"],\"prompt\":\"Hello {{lead.name}}. What? {{a}}\","
    "\"num_characters\":1,\"mark_as\":\"m{{a}}\",\"name\":\"n\"}\n"
    "{\"option\":\"=~[2]\",\"phone\":\"{{to}}\",\"from_number\":\"{{from}}\"}\n"
    "{\"option\":\"3\",\"teams\":[1,\"{{ivr}}\"]}\n"
    "{\"prompt\":[\"Constant.\"],\"num_characters\":1}\n";

struct work {
    int rules, leads, problems;
    struct jaxl_event events[3];
    struct jaxl_json_doc *docs[3];
};

static int whole(void *ctx)
{
    struct work *w = ctx;
    struct jaxl_flow *f = NULL;
    struct jaxl_buf b;
    struct jaxl_error err = {0};
    int rc;

    jaxl_buf_init(&b, JAXL_RESPONSE_MAX);
    (void)lseek(w->rules, 0, SEEK_SET);
    (void)lseek(w->leads, 0, SEEK_SET);
    rc = jaxl_flow_read(&f, w->rules, "flow", NULL, &err);
    if (!rc)
        rc = jaxl_flow_leads(f, w->leads, "leads", NULL, &err);
    for (int i = 0; i < 3 && !rc; i++)
        rc = jaxl_flow_answer(f, &w->events[i], &b, &err);
    jaxl_flow_free(&f);
    jaxl_buf_free(&b);
    return rc;
}

/* Without memory for compiling a pattern to machine code it does its work, too. */
START_TEST(out_of_memory)
{
    static const char *const words[] = {"option@1 1", "option@1 1", "option@2 2"};
    struct work w = {.rules = flow_fd(many_rules),
                     .leads = flow_fd("{\"to\":\"+919876543210\",\"name\":\"Asha\"}\n")};
    struct jaxl_json_doc *kept = doc;
    bool hit = true;
    int refusals = 0;

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(jaxl_json_doc_new(&w.docs[i], 0), 0);
        doc = w.docs[i];
        w.events[i] = event(words[i]);
    }
    ck_assert_int_eq(whole(&w), 0); /* the module is loaded now */
    for (long n = 1; hit; n++) {
        int rc;
        failmalloc_at(n);
        rc = whole(&w);
        hit = failmalloc_off();
        ck_assert_msg(rc == 0 || (hit && rc == JAXL_ENOMEM), "allocation %ld: %d", n, rc);
        refusals += rc != 0;
    }
    ck_assert_int_ge(refusals, 25);
    for (int i = 0; i < 3; i++)
        jaxl_json_doc_free(&w.docs[i]);
    close(w.rules);
    close(w.leads);
    doc = kept;
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, answers, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, leads);
    tcase_add_test(tc, leads_told);
    tcase_add_test(tc, bounds);
    tcase_add_test(tc, too_much);
    tcase_add_test(tc, full);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("flow", add);
}
