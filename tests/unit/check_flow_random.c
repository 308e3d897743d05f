/* Flows made by chance: whatever one answers to whatever event can be answered to the platform, and
 * is the same when all is done again. */
#include "events/response.h"
#include "flow_fixture.h"

enum { FLOWS = 3000, EVENTS = 30, RULES = 6 };

static uint64_t state;
static struct jaxl_json_doc *doc, *again;

static const char *any(const char *const *of, size_t n)
{
    return of[unit_random(&state) % n];
}
#define ANY(...)                                                                                   \
    any((const char *const[]){__VA_ARGS__}, UNIT_COUNT(((const char *const[]){__VA_ARGS__})))

static bool chance(unsigned percent)
{
    return unit_random(&state) % 100 < percent;
}

static void member(struct jaxl_buf *rule, unsigned percent, const char *name, const char *value)
{
    if (!chance(percent))
        return;
    jaxl_buf_printf(rule, "%s\"%s\":%s", rule->data[rule->len - 1] == '{' ? "" : ",", name, value);
}

#define TEXT                                                                                       \
    "\"Hello.\"", "\"Hello {{a|you}}. {{data|}} Press 1.\"", "\"{{vars.a}}\"",                     \
        "\"{{state.org.name}} {{from}}? {{lead.name|}}\"", "\"{{metadata.n}}{{metadata.plan}}\"",  \
        "\"\\u00e9\\\"\\\\ {{id}}.\\n{{b}}\"", "\" . \""

static void add_conditions(struct jaxl_buf *rule)
{
    member(rule, 30, "event", ANY("\"setup\"", "\"option\"", "\"=~^(data|option)$\"", "\"mark\""));
    member(rule, 25, "option", ANY("\"1\"", "2", "\"=~[1-3]\"", "\"=~^(?<b>.)$\""));
    member(rule, 15, "data", ANY("\"42*\"", "\"=~^(?<a>[0-9]+)(?<b>[*#])?$\"", "\"=~(?<a>.*)\""));
    member(rule, 10, "from", ANY("\"+91 80 6900 1234\"", "\"=~^\\\\+91\""));
    member(rule, 10, "direction", ANY("1", "2"));
    member(rule, 5, "mark", ANY("\"m1\"", "\"=~(?<c>m.)\""));
    member(rule, 25, "when",
           ANY("\"vars.a=42\"", "[\"a!=\",\"metadata.n>3\"]", "\"lead.name=~^(?<c>\\\\S+)\"",
               "\"b!~[*]\"", "\"received_at>2026-01-01\""));
}

static void add_answer(struct jaxl_buf *rule)
{
    unsigned twice = chance(3) ? 100 : 0;
    uint64_t turn = unit_random(&state) % 6;

    if (turn < 3) {
        member(rule, 100, "prompt", chance(70) ? ANY(TEXT) : ANY("[\"A.\",\"{{c|}}\"]", "[\"B\"]"));
        member(rule, 97, "num_characters",
               chance(97) ? ANY("1", "0", "-1", "\"*\"", "\"#\"", "64") : "65");
        member(rule, 20, "mark_as", ANY("\"m1\"", "\"{{c|m2}}\"", "\"{{c|}}\""));
    }
    member(rule, turn == 3 ? 100 : twice, "next",
           chance(97) ? ANY("42", "\"{{metadata.n}}\"", "\"{{option}}\"") : "\"x\"");
    member(rule, turn == 4 ? 100 : twice, "phone", ANY("\"+91 1\"", "\"{{to}}\"", "\"+{{a|91}}\""));
    member(rule, turn == 5 ? 100 : twice, "teams",
           ANY("[1,\"{{ivr}}\"]", "\"5;{{metadata.n}}\"", "\"{{a}}\""));
}

static void add_rule(struct jaxl_buf *rule)
{
    bool go_on = chance(25);

    jaxl_buf_putc(rule, '{');
    add_conditions(rule);
    member(rule, go_on ? 100 : 30, "set",
           ANY("{\"a\":\"{{data|none}}\"}", "{\"b\":\"{{b|}}x\",\"c\":null}", "\"c={{option}}\"",
               "{\"a\":\"One. Two\"}"));
    if (go_on)
        member(rule, 100, "go_on", "true");
    else
        add_answer(rule);
    jaxl_buf_puts(rule, "}\n");
}

static void take_note(void *ctx, const char *file, uint64_t line, const char *message)
{
    uint64_t *last = ctx;

    ck_assert(*message && line >= *last && strcmp(file, "flow") == 0);
    *last = line;
}

static struct jaxl_flow *make(const char *rules)
{
    uint64_t line = 1;
    struct jaxl_flow_options o = {.report = take_note, .ctx = &line, .max_calls = 3};
    struct jaxl_flow *f;
    int fd = flow_fd(rules), rc = jaxl_flow_read(&f, fd, "flow", &o, NULL);

    close(fd);
    ck_assert(rc == 0 || rc == JAXL_EINPUT);
    if (f && rules[1] != '}')
        flow_leads(f, "to,name\n+919876543210,Asha Rao\n");
    return f;
}

/* Onto log what is answered; how many times something was. */
static int play(struct jaxl_flow *f, uint64_t seed, struct jaxl_buf *log)
{
    int answers = 0;

    state = seed;
    for (int i = 0; i < EVENTS; i++) {
        struct jaxl_error err = {.message = ""};
        const struct jaxl_json *root;
        struct jaxl_event e;
        size_t before = log->len;
        char words[64], body[2048];
        const char *what = ANY("setup", "option 1", "option 9", "data - 42*", "data 2 7",
                               "data - One. B", "mark m1", "teardown", "configure");
        int rc, kind = (int)strcspn(what, " ");
        snprintf(words, sizeof words, "%.*s@%d%s", kind, what, 1 + (int)(unit_random(&state) % 5),
                 what + kind);
        flow_body(words, body, sizeof body);
        ck_assert_int_eq(jaxl_json_parse(doc, body, strlen(body), &root, NULL), 0);
        ck_assert_int_eq(jaxl_event_read(&e, root, false, NULL), 0);
        strcpy(e.id, "e1");
        rc = jaxl_flow_answer(f, &e, log, &err);
        ck_assert(jaxl_flow_calls(f) <= 3);
        if (rc) {
            ck_assert(rc == JAXL_EEND || rc == JAXL_EINPUT);
            ck_assert_int_eq(err.code, rc);
            ck_assert(rc == JAXL_EEND || strncmp(err.message, "flow, line ", 11) == 0);
            jaxl_buf_puts(log, err.message);
        } else {
            struct jaxl_buf normal;
            jaxl_buf_init(&normal, JAXL_RESPONSE_MAX);
            ck_assert_int_eq(
                jaxl_json_parse(again, log->data + before, log->len - before, &root, NULL), 0);
            ck_assert_int_eq(jaxl_response_check(root, &normal, NULL), 0);
            ck_assert_str_eq(jaxl_buf_text(&normal), log->data + before);
            jaxl_buf_free(&normal);
            answers++;
        }
        jaxl_buf_putc(log, '\n');
    }
    return answers;
}

START_TEST(random_flows)
{
    int good = 0, answers = 0;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_doc_new(&again, 0), 0);
    for (int i = 0; i < FLOWS / unit_slow(); i++) {
        struct jaxl_buf rules, logs[2];
        struct jaxl_flow *f;
        state = 1 + (uint64_t)i + (uint64_t)_i * 1000003;
        jaxl_buf_init(&rules, 65536);
        if (chance(90)) /* so that there are the variables */
            jaxl_buf_puts(&rules, "{\"event\":\"teardown\",\"set\":\"a=;b=;c=\",\"go_on\":true}\n");
        for (uint64_t n = 1 + unit_random(&state) % RULES; n; n--)
            add_rule(&rules);
        for (int k = 0; k < 2; k++) {
            jaxl_buf_init(&logs[k], 1 << 20);
            f = make(jaxl_buf_text(&rules));
            if (f)
                answers += play(f, 7 + (uint64_t)i, &logs[k]);
            good += f != NULL;
            jaxl_flow_free(&f);
        }
        ck_assert_str_eq(jaxl_buf_text(&logs[0]), jaxl_buf_text(&logs[1]));
        for (int k = 0; k < 2; k++)
            jaxl_buf_free(&logs[k]);
        jaxl_buf_free(&rules);
    }
    ck_assert_int_ge(good, FLOWS / unit_slow() / 3); /* so that something was looked at */
    ck_assert_int_ge(answers, good * 3);
    jaxl_json_doc_free(&doc);
    jaxl_json_doc_free(&again);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, random_flows, 0, 2);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("flow_random", add);
}
