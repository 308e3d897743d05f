/* jaxl-flow(5): its examples answer what it says, and it has every member of a rule. */
#include "events/flow_impl.h"
#include "flow_fixture.h"

enum { TEXT = 65536 };

static char manual[TEXT];
static struct jaxl_json_doc *doc;

static void begin(void)
{
    const char *srcdir = getenv("srcdir");
    char path[400];
    FILE *file;
    size_t n;

    snprintf(path, sizeof path, "%s/man/jaxl-flow.5", srcdir ? srcdir : ".");
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    n = fread(manual, 1, TEXT - 1, file);
    ck_assert_uint_gt(n, 10000);
    ck_assert_uint_lt(n, TEXT - 1);
    manual[n] = '\0';
    fclose(file);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
}

static void end(void)
{
    jaxl_json_doc_free(&doc);
}

/* Takes the escape for a backslash out of a block. */
static void unescape(char *text)
{
    char *to = text;

    for (; *text; text++) {
        if (text[0] == '\\') {
            ck_assert_int_eq(text[1], 'e');
            text++;
            *to++ = '\\';
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
}

/* The literal block at or behind *at, into block; *at moves behind it. False: there is none. */
static bool next_block(const char **at, char *block, size_t size)
{
    static const char open[] = "\n.Bd -literal -offset indent\n", close[] = "\n.Ed\n";
    const char *start = strstr(*at, open), *stop;

    if (!start)
        return false;
    start += sizeof open - 1;
    stop = strstr(start, close);
    ck_assert_ptr_nonnull(stop);
    ck_assert_uint_lt((size_t)(stop - start) + 2, size);
    snprintf(block, size, "%.*s\n", (int)(stop - start), start);
    unescape(block);
    *at = stop;
    return true;
}

/* "WORDS -> ANSWER", or none. */
static void check_step(struct jaxl_flow *f, char *line)
{
    char *answer = strstr(line, " -> "), body[2048];
    const struct jaxl_json *root;
    struct jaxl_event e;
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf out;

    ck_assert_msg(answer, "%s", line);
    *answer = '\0';
    answer += 4;
    flow_body(line, body, sizeof body);
    ck_assert_int_eq(jaxl_json_parse(doc, body, strlen(body), &root, NULL), 0);
    ck_assert_int_eq(jaxl_event_read(&e, root, false, NULL), 0);
    jaxl_buf_init(&out, JAXL_RESPONSE_MAX);
    (void)jaxl_flow_answer(f, &e, &out, &err);
    ck_assert_msg(strcmp(out.len ? out.data : "none", answer) == 0, "%s: %s %s", line, answer,
                  out.len ? out.data : err.message);
    jaxl_buf_free(&out);
}

START_TEST(examples)
{
    const char *at = manual;
    char block[4096], leads[4096] = "";
    struct jaxl_flow *f = NULL;
    int rules = 0, steps = 0;

    while (next_block(&at, block, sizeof block)) {
        if (strstr(block, " -> ")) {
            char *rest, *line = strtok_r(block, "\n", &rest);
            for (; line; line = strtok_r(NULL, "\n", &rest), steps++)
                check_step(f, line);
        } else if (strncmp(block, "to,", 3) == 0) {
            strcpy(leads, block);
        } else {
            jaxl_flow_free(&f);
            f = flow_read(block);
            rules++;
            if (*leads)
                flow_leads(f, leads);
        }
    }
    jaxl_flow_free(&f);
    ck_assert_int_ge(rules, 9);
    ck_assert_int_ge(steps, 30);
}
END_TEST

/* A member is explained in a line of its own list, also as one of several. */
static bool explained(const char *name)
{
    size_t len = strlen(name);

    for (const char *at = manual; (at = strstr(at, "\n.It Li ")); at++) {
        const char *stop = strchr(at + 1, '\n');
        for (const char *p = at + 8; p && p < stop; p = strchr(p, ' '), p += p != NULL)
            if (strncmp(p, name, len) == 0 && strchr(" \n", p[len]))
                return true;
    }
    return false;
}

START_TEST(members)
{
    ck_assert(!explained("prompts"));
    for (unsigned i = 0; i < JAXL_FLOW_MEMBERS; i++) {
        const char *name = jaxl_flow_member_name(i);
        if (i != JAXL_FLOW_NAME) /* which is where what a rule may have is listed */
            ck_assert_msg(explained(name), "%s", name);
    }
}
END_TEST

START_TEST(events)
{
    for (unsigned i = 0; i < JAXL_EVENT_KINDS; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n.It Cm %s\n", jaxl_event_name(i));
        ck_assert_msg(strstr(manual, line), "%s", line);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, examples);
    tcase_add_test(tc, members);
    tcase_add_test(tc, events);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("flow_manual", add);
}
