/* webhook_server LOG ANSWERS: the other side of webhooks, for tests of what delivers them. Prints
 * its port, then serves on loopback until it is killed.
 *
 * Every request is a line of LOG, {"method", "target", "headers": [lines], "kind", "body"}, written
 * before it is answered. ANSWERS is read anew for each request; the first line counts that is for
 * it:
 *
 *     setup 200 {"prompt": ["Hello"], "num_characters": 1}
 *     option=1 200 {"next": 3}       of the option 1, without data; =1/12* with those
 *     data=12* until:FILE 200 ...    of these data; answered once there is this file
 *     mark=m1@/hook/?a=b 200         of this mark, at this target
 *     !teardown 500                  once only
 *     * reset                        of anything; the connection is reset
 *     * hang                         there is never an answer
 *
 * What no line is for gets a 500. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "httpd.h"
#include "jaxl/json.h"
#include "unit.h"

enum { LINES = 256, LINE = 131072, NAME = 512 };

static const char *log_path, *answers_path;

struct server {
    struct jaxl_json_doc *doc;
    struct jaxl_json_writer *writer;
    struct jaxl_buf out;
    bool used[LINES];
    char line[LINE];
};

static const char *kind_of(const struct httpd_request *request, const struct jaxl_json *body)
{
    int64_t event = 0;

    (void)jaxl_json_int(jaxl_json_get(body, "event"), &event);
    if (event == 1 && jaxl_json_is_null(jaxl_json_get(body, "state")))
        return "configure";
    if (event == 1)
        return jaxl_json_is_null(jaxl_json_get(body, "data")) ? "setup" : "data";
    if (event == 3)
        return strcmp(request->method, "DELETE") == 0 ? "teardown" : "posted teardown";
    return event == 2 ? "option" : event == 5 ? "mark" : "unknown";
}

/* What stands behind the = of a line that is for it. */
static void value_of(const struct jaxl_json *body, char out[NAME])
{
    const char *option = jaxl_json_string(jaxl_json_get(body, "option"), NULL),
               *data = jaxl_json_string(jaxl_json_get(body, "data"), NULL),
               *mark = jaxl_json_string(jaxl_json_get(body, "mark"), NULL);

    snprintf(out, NAME, "%s%s%s%s", option ? option : "", option && data ? "/" : "",
             data ? data : "", mark ? mark : "");
}

static void note(struct server *s, const struct httpd_request *request, const char *kind,
                 const struct jaxl_json *body)
{
    struct jaxl_json_writer *w = s->writer;
    FILE *out = fopen(log_path, "ae");

    jaxl_buf_reset(&s->out);
    jaxl_json_writer_reset(w);
    jaxl_json_write_object(w);
    jaxl_json_write_member(w, "method", request->method);
    jaxl_json_write_member(w, "target", request->target);
    jaxl_json_write_key(w, "headers");
    jaxl_json_write_array(w);
    for (const char *p = request->headers; *p; p = strstr(p, "\r\n") + 2)
        jaxl_json_write_string_n(w, p, strcspn(p, "\r"));
    jaxl_json_write_end(w);
    jaxl_json_write_member(w, "kind", kind);
    jaxl_json_write_member_value(w, "body", body);
    jaxl_json_write_end(w);
    ck_assert_int_eq(jaxl_json_writer_check(w, NULL), 0);
    ck_assert_ptr_nonnull(out);
    fprintf(out, "%s\n", jaxl_buf_text(&s->out));
    ck_assert_int_eq(fclose(out), 0);
}

/* name: "option=1@/hook/", in which = and @ may be missing */
static bool is_for(char *name, const char *kind, const char *value, const char *target)
{
    char *at = strchr(name, '@'), *equals;

    if (at) {
        *at = '\0';
        if (strcmp(at + 1, target) != 0)
            return false;
    }
    equals = strchr(name, '=');
    if (equals) {
        *equals = '\0';
        if (strcmp(equals + 1, value) != 0)
            return false;
    }
    return strcmp(name, "*") == 0 || strcmp(name, kind) == 0;
}

/* Into s->line; false when there is none. */
static bool find_line(struct server *s, const char *kind, const char *value, const char *target)
{
    FILE *in = fopen(answers_path, "re");
    bool found = false;
    char name[NAME];

    ck_assert_msg(in != NULL, "cannot read %s", answers_path);
    for (size_t i = 0; !found && i < LINES && fgets(s->line, LINE, in); i++) {
        char *rest = strchr(s->line, ' ');
        bool once = *s->line == '!';
        s->line[strcspn(s->line, "\n")] = '\0';
        if (!rest || (once && s->used[i]))
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(rest - s->line - once), s->line + once);
        found = is_for(name, kind, value, target);
        if (found) {
            s->used[i] = once;
            memmove(s->line, rest + 1, strlen(rest));
        }
    }
    ck_assert_int_eq(fclose(in), 0);
    return found;
}

static void say(struct server *s, struct httpd_step *step)
{
    char *line = s->line, *body;

    if (strncmp(line, "until:", 6) == 0) {
        step->until = strndup(line + 6, strcspn(line + 6, " "));
        line += 6 + strcspn(line + 6, " ");
        line += strspn(line, " ");
    }
    if (strcmp(line, "reset") == 0)
        step->then = HTTPD_RST;
    else if (strcmp(line, "hang") == 0)
        step->then = HTTPD_HANG;
    else
        step->status = atoi(line);
    body = strchr(line, ' ');
    step->body = body ? strdup(body + 1) : ""; /* s->line is that of the next request soon */
    step->headers = "Content-Type: application/json\r\n";
}

static void answer(void *arg, const struct httpd_request *request, unsigned n,
                   struct httpd_step *step)
{
    struct server *s = arg;
    const struct jaxl_json *body = NULL;
    char value[NAME];
    const char *kind;

    (void)n;
    (void)jaxl_json_parse(s->doc, request->body, strlen(request->body), &body, NULL);
    kind = kind_of(request, body);
    value_of(body, value);
    note(s, request, kind, body);
    if (find_line(s, kind, value, request->target))
        say(s, step);
    else
        step->status = 500;
}

/* Check's assertions work within a test alone, so that serving is one. */
START_TEST(serve)
{
    static struct server s;

    signal(SIGTERM, SIG_DFL); /* Check's handler ends the whole process group */
    signal(SIGINT, SIG_DFL);
    jaxl_buf_init(&s.out, (size_t)1024 * 1024);
    ck_assert_int_eq(jaxl_json_doc_new(&s.doc, 0), 0);
    ck_assert_int_eq(jaxl_json_writer_new(&s.writer, &s.out), 0);
    printf("%d\n", httpd_port(httpd_start(answer, &s)));
    fflush(stdout);
    for (;;)
        pause();
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite;
    SRunner *runner;
    TCase *tc;

    if (argc != 3) {
        fputs("usage: webhook_server LOG ANSWERS\n", stderr);
        return 64;
    }
    log_path = argv[1];
    answers_path = argv[2];
    suite = suite_create("webhook_server");
    runner = srunner_create(suite);
    tc = tcase_create("webhook_server");
    tcase_add_test(tc, serve);
    suite_add_tcase(suite, tc);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_set_tap(runner, "/dev/null"); /* whatever the environment says */
    srunner_run_all(runner, CK_SILENT);
    return 1;
}
