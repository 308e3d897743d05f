/* recorder DIR ANSWERS: makes DIR and is a platform that keeps what it is asked and says what it is
 * told, for tests of what a client sends and how it takes an answer. Prints its address, then
 * serves on loopback until it is killed.
 *
 * Every request is a line "METHOD TARGET" in DIR/requests; its body is DIR/N.body and its
 * Content-Type DIR/N.type, with N from 1. The look-up of the organisation that begins each session
 * (the one without X-JAXL-ORGID) is answered, but not kept. Request N gets line N of ANSWERS, those
 * after the last line that one:
 *
 *     200 {"id": 1}      a status and the answer, JSON or else HTML; nothing: an empty one
 *     cut {"id": 1}      200, but the connection ends before the last byte
 *     reset              the connection is reset
 *     hang               no answer */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "httpd.h"
#include "unit.h"

enum { LINES = 64, LINE = 16384 };

struct recorder {
    const char *dir;
    char lines[LINES][LINE];
    size_t n_lines, requests;
};

static void keep(const struct recorder *r, const char *ending, const char *data, size_t len)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof path, "%s/%zu.%s", r->dir, r->requests, ending);
    out = fopen(path, "we");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(data, 1, len, out), len);
    ck_assert_int_eq(fclose(out), 0);
}

static void append(const struct recorder *r, const char *line)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof path, "%s/requests", r->dir);
    out = fopen(path, "ae");
    ck_assert_ptr_nonnull(out);
    fputs(line, out);
    ck_assert_int_eq(fclose(out), 0);
}

static void note(const struct recorder *r, const struct httpd_request *request)
{
    char line[LINE];

    snprintf(line, sizeof line, "%s %s\n", request->method, request->target);
    append(r, line);
}

static void say(const char *line, struct httpd_step *step)
{
    const char *body = strchr(line, ' ');

    step->body = body ? body + 1 : "";
    step->headers = *step->body == '{' || *step->body == '[' ? "Content-Type: application/json\r\n"
                                                             : "Content-Type: text/html\r\n";
    step->status = atoi(line);
    if (strncmp(line, "reset", 5) == 0)
        step->then = HTTPD_RST;
    else if (strncmp(line, "hang", 4) == 0)
        step->then = HTTPD_HANG;
    else if (strncmp(line, "cut", 3) != 0)
        return;
    else {
        step->raw =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n"
            "\r\n{\"count\": 1, \"results\": [{\"id\"";
        step->then = HTTPD_FIN;
    }
    step->status = 0;
}

static void answer(void *arg, const struct httpd_request *request, unsigned n,
                   struct httpd_step *step)
{
    struct recorder *r = arg;
    char type[512], length[32];

    (void)n;
    if (strstr(request->target, "/v1/app/organizations/?status=accepted") &&
        httpd_header_count(request, "X-JAXL-ORGID") == 0) {
        say("200 {\"count\": 1, \"next\": null, \"previous\": null, \"results\": [{\"id\": 42}]}",
            step);
        return;
    }
    r->requests++;
    (void)httpd_header(request, "Content-Type", type, sizeof type);
    keep(r, "type", type, strlen(type));
    keep(r, "body", request->body,
         httpd_header(request, "Content-Length", length, sizeof length) ? (size_t)atol(length) : 0);
    note(r, request);
    say(r->lines[r->requests <= r->n_lines ? r->requests - 1 : r->n_lines - 1], step);
}

static void read_answers(struct recorder *r, const char *path)
{
    FILE *in = fopen(path, "re");

    ck_assert_msg(in != NULL, "cannot read %s", path);
    while (r->n_lines < LINES && fgets(r->lines[r->n_lines], LINE, in)) {
        char *line = r->lines[r->n_lines++];
        line[strcspn(line, "\n")] = '\0';
    }
    ck_assert_uint_gt(r->n_lines, 0);
    ck_assert_int_eq(fclose(in), 0);
}

static const char *dir, *answers;

/* Check's assertions work within a test alone, so that serving is one. */
START_TEST(serve)
{
    static struct recorder r;

    signal(SIGTERM, SIG_DFL); /* Check's handler ends the whole process group */
    signal(SIGINT, SIG_DFL);
    r.dir = dir;
    ck_assert_int_eq(mkdir(dir, 0700), 0);
    append(&r, "");
    read_answers(&r, answers);
    printf("%s\n", httpd_url(httpd_start(answer, &r)));
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
        fputs("usage: recorder DIR ANSWERS\n", stderr);
        return 64;
    }
    dir = argv[1];
    answers = argv[2];
    suite = suite_create("recorder");
    runner = srunner_create(suite);
    tc = tcase_create("recorder");
    tcase_add_test(tc, serve);
    suite_add_tcase(suite, tc);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_set_tap(runner, "/dev/null"); /* whatever the environment says */
    srunner_run_all(runner, CK_SILENT);
    return 1;
}
