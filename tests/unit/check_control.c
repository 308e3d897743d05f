/* Carrying out actions against a scripted platform: what ends a run, what is counted, and every
 * allocation failing once. */
#include "failmalloc.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "events/control_impl.h"
#include "session_fixture.h"

static const char actions[] =
    "{\"action\": \"tts\", \"call_id\": 1, \"prompt\": \"One. Two.\", \"n\": 1}\n"
    "{\"action\": \"tag\", \"call_id\": 2, \"name\": \"vip\", \"if\": \"active\", \"n\": 2}\n"
    "{\"action\": \"nothing\", \"call_id\": 2, \"n\": 3}\n"
    "{\"action\": \"metadata\", \"call_id\": 1, \"data\": {\"a\": 1}, \"delay\": \"1ms\", \"n\": "
    "4}\n"
    "{\"action\": \"hangup\", \"call_id\": 2, \"n\": 5}\n"
    "{\"action\": \"message\", \"call_id\": 3, \"text\": \"Hello\", \"n\": 6}\n"
    "{\"action\": \"add\", \"call_id\": 4, \"e164\": \"+12015550199\", \"n\": 7}\n"
    "{\"action\": \"audio\", \"call_id\": 1, \"path\": \"x\", \"n\": 8}\n"
    "{\"action\": \"tts\", \"call_id\": 5, \"prompt\": \"x\", \"expires\": 0, \"n\": 9}\n";
enum { RECORDS = 9, REJECTED = 1 };

struct fixture {
    struct platform p;
    struct jaxl_session *session;
    struct jaxl_control_options options;
    char in[300], out[300];
    struct jaxl_buf rejects, saved;
    struct jaxl_control_totals totals;
    int rejects_rc;
    unsigned turns;
};

static void on_turn(void *ctx)
{
    ((struct fixture *)ctx)->turns++;
}

static int on_reject(void *ctx, const char *line, size_t len, struct jaxl_error *err)
{
    struct fixture *f = ctx;

    jaxl_buf_add(&f->rejects, line, len);
    return f->rejects_rc ? jaxl_error_set(err, f->rejects_rc, "no room")
                         : jaxl_buf_check(&f->rejects, "rejects", err);
}

static int on_save(void *ctx, const char *path, const char *data, size_t len,
                   struct jaxl_error *err)
{
    struct fixture *f = ctx;

    jaxl_buf_puts(&f->saved, path);
    jaxl_buf_add(&f->saved, data, len);
    return jaxl_buf_check(&f->saved, "a file", err);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
    ck_assert_int_eq(fclose(file), 0);
}

static void set_up(struct fixture *f, const char *text)
{
    memset(f, 0, sizeof *f);
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
    platform_set_up(&f->p, "2");
    f->p.options.timeout = 60 * JAXL_SECOND;
    f->session = platform_session(&f->p);
    snprintf(f->in, sizeof f->in, "%s/in", f->p.dir);
    snprintf(f->out, sizeof f->out, "%s/out", f->p.dir);
    write_file(f->in, text);
    jaxl_buf_init(&f->rejects, 1 << 20);
    jaxl_buf_init(&f->saved, 1 << 20);
    f->options = (struct jaxl_control_options){.connections = 4,
                                               .out_fd = -1,
                                               .wake_fd = -1,
                                               .turn = on_turn,
                                               .reject = on_reject,
                                               .save = on_save,
                                               .ctx = f};
}

static void tear_down(struct fixture *f)
{
    jaxl_session_free(&f->session);
    jaxl_buf_free(&f->rejects);
    jaxl_buf_free(&f->saved);
    platform_tear_down(&f->p);
}

/* One run, from the file in to the file out. */
static int run(struct fixture *f, struct jaxl_error *err)
{
    const int in = open(f->in, O_RDONLY | O_CLOEXEC);
    const int out = open(f->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct jaxl_record_reader *reader = NULL;
    struct jaxl_record_writer *writer = NULL;
    struct jaxl_control *c = NULL;
    int rc = jaxl_record_reader_new(&reader, in, "in", NULL, err), late;

    f->totals = (struct jaxl_control_totals){0};
    jaxl_buf_reset(&f->rejects);
    jaxl_buf_reset(&f->saved);
    if (!rc)
        rc = jaxl_record_writer_new(&writer, out, NULL, err);
    if (!rc)
        rc = jaxl_control_new(&c, &f->options, f->session, writer, err);
    if (!rc) {
        rc = jaxl_control_feed(c, reader, err);
        late = jaxl_control_finish(c, rc ? NULL : err);
        rc = rc ? rc : late;
        f->totals = *jaxl_control_totals(c);
    }
    jaxl_control_free(&c);
    jaxl_record_writer_free(&writer);
    jaxl_record_reader_free(&reader);
    close(in);
    close(out);
    return rc;
}

/* "n result", a line each, of what is in the file out, sorted by n. */
static void results(const struct fixture *f, char *text, size_t room)
{
    char command[800];
    FILE *pipe;
    size_t n;

    snprintf(command, sizeof command,
             "sed -E 's/.*\"result\":\"([a-z]+)\".*\"n\":([0-9]+).*/\\2 \\1/' '%s' | sort -n",
             f->out);
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    n = fread(text, 1, room - 1, pipe);
    text[n] = '\0';
    ck_assert_int_eq(pclose(pipe), 0);
}

static void results_are(const struct fixture *f, const char *expected)
{
    char text[2000];

    results(f, text, sizeof text);
    ck_assert_str_eq(text, expected);
}

START_TEST(all)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;

    set_up(&f, actions);
    ck_assert_msg(run(&f, &err) == 0, "%s", err.message);
    results_are(&f, "1 done\n2 done\n4 done\n5 done\n6 done\n7 done\n8 done\n9 expired\n");
    ck_assert_uint_eq(f.totals.records, RECORDS);
    ck_assert_uint_eq(f.totals.rejected, REJECTED);
    ck_assert_uint_eq(f.totals.results[JAXL_CONTROL_DONE], 7);
    ck_assert_uint_eq(f.totals.results[JAXL_CONTROL_EXPIRED], 1);
    ck_assert_uint_eq(f.totals.active, 0);
    ck_assert_ptr_nonnull(strstr(f.rejects.data, "\"line\":3,"));
    ck_assert_str_eq(f.saved.data, "x{\"fine\": true}");
    ck_assert_ptr_nonnull(platform_request(&f.p, "/v1/calls/2/", 1));
    ck_assert_str_eq(platform_request(&f.p, "/v1/calls/1/tts/", 1)->body,
                     "{\"prompts\":[\"One.\",\"Two.\"],\"mark\":null}");
    ck_assert_str_eq(platform_request(&f.p, "/v1/calls/1/metadata/", 1)->body, "{\"a\":1}");
    tear_down(&f);
}
END_TEST

START_TEST(arguments)
{
    struct jaxl_control_options options = {.out_fd = -1, .wake_fd = -1};
    struct jaxl_control *c = (struct jaxl_control *)&options;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_control_new(&c, &options, NULL, NULL, &err), JAXL_EARG);
    ck_assert_ptr_null(c);
    jaxl_control_free(&c);
    jaxl_control_free(NULL);
    for (unsigned r = 0; r < JAXL_CONTROL_RESULTS; r++)
        ck_assert_ptr_nonnull(jaxl_control_result_name(r));
}
END_TEST

/* Without a function that keeps files none is fetched. */
START_TEST(no_files)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;

    set_up(&f, "{\"action\": \"audio\", \"call_id\": 1, \"path\": \"x\", \"n\": 1}\n");
    f.options.save = NULL;
    f.options.reject = NULL;
    ck_assert_msg(run(&f, &err) == 0, "%s", err.message);
    results_are(&f, "1 refused\n");
    ck_assert_ptr_null(platform_request(&f.p, "/v1/calls/", 1));
    tear_down(&f);
}
END_TEST

/* With room for one action, or one connection, all the same. */
START_TEST(narrow)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;

    set_up(&f, actions);
    f.options.queue = 1;
    ck_assert_msg(run(&f, &err) == 0, "%s", err.message);
    results_are(&f, "1 done\n2 done\n4 done\n5 done\n6 done\n7 done\n8 done\n9 expired\n");
    f.options.queue = 0;
    f.options.connections = 1;
    ck_assert_msg(run(&f, &err) == 0, "%s", err.message);
    results_are(&f, "1 done\n2 done\n4 done\n5 done\n6 done\n7 done\n8 done\n9 expired\n");
    tear_down(&f);
}
END_TEST

/* With every connection busy, or nothing wanted by the platform, an action whose time has come
 * waits for what everything waits for. */
static const struct httpd_step slow[] = {{.status = 200, .delay = 400}, {.status = 200}};
static const struct httpd_step throttling[] = {{.status = 429, .headers = "Retry-After: 1\r\n"},
                                               {.status = 200}};
static const struct {
    const struct httpd_step *steps;
    int64_t least;
} waits[] = {{slow, 400 * JAXL_MSEC}, {throttling, JAXL_SECOND}};

START_TEST(waiting_costs_nothing)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;
    int64_t begun;

    set_up(
        &f,
        "{\"action\": \"tts\", \"call_id\": 1, \"prompt\": \"x\", \"n\": 1}\n"
        "{\"action\": \"tts\", \"call_id\": 2, \"prompt\": \"x\", \"delay\": \"50ms\", \"n\": 2}\n"
        "{\"action\": \"tts\", \"call_id\": 3, \"prompt\": \"x\", \"n\": 3}\n");
    f.p.rest = waits[_i].steps;
    f.p.n_rest = 2;
    f.options.connections = 1;
    ck_assert_int_eq(jaxl_session_open(f.session, NULL), 0); /* which takes longer than the delay */
    begun = jaxl_clock_mono(&f.p.clock);
    ck_assert_msg(run(&f, &err) == 0, "%s", err.message);
    ck_assert_int_ge(jaxl_clock_mono(&f.p.clock) - begun, waits[_i].least);
    results_are(&f, "1 done\n2 done\n3 done\n");
    ck_assert_uint_lt(f.turns, 40);
    tear_down(&f);
}
END_TEST

/* Files travel a few at a time, whatever the connections. */
START_TEST(heavy)
{
    const struct httpd_step slow_file = {.status = 200, .body = "RIFF", .delay = 100};
    struct jaxl_error err = {.message = ""};
    struct fixture f;
    char text[2000];
    size_t len = 0;

    for (int i = 1; i <= 12; i++)
        len += (size_t)snprintf(
            text + len, sizeof text - len,
            "{\"action\": \"audio\", \"call_id\": %d, \"path\": \"x\", \"n\": %d}\n", i, i);
    set_up(&f, text);
    f.p.rest = &slow_file;
    f.p.n_rest = 1;
    f.options.connections = 16;
    ck_assert_msg(run(&f, &err) == 0, "%s", err.message);
    ck_assert_uint_eq(f.totals.results[JAXL_CONTROL_DONE], 12);
    ck_assert_uint_gt(httpd_most(f.p.d), 1);
    ck_assert_uint_le(httpd_most(f.p.d), 4);
    ck_assert_uint_lt(f.turns, 100);
    tear_down(&f);
}
END_TEST

/* Strict: what stands before the reject is carried out. */
START_TEST(strict)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;

    set_up(&f, actions);
    f.options.strict = true;
    ck_assert_int_eq(run(&f, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message, "line 3: action: there is no 'nothing' (--strict)");
    results_are(&f, "1 done\n2 done\n");
    ck_assert_uint_eq(f.totals.records, 3);
    tear_down(&f);
}
END_TEST

START_TEST(rejects_that_cannot_be_told)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;

    set_up(&f, actions);
    f.rejects_rc = JAXL_EIO;
    ck_assert_int_eq(run(&f, &err), JAXL_EIO);
    ck_assert_str_eq(err.message, "no room");
    ck_assert_uint_eq(f.totals.active, 0);
    tear_down(&f);
}
END_TEST

/* Whatever allocation fails: it is told, and nothing is lost track of. */
START_TEST(without_memory)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;
    unsigned told = 0;
    bool hit = true;
    char text[2000];

    set_up(&f, actions);
    ck_assert_msg(jaxl_session_open(f.session, &err) == 0, "%s", err.message);
    for (long n = 1; hit; n += unit_slow() > 1 ? 7 : 1) {
        uint64_t sum = 0;
        int rc;
        err = (struct jaxl_error){.message = ""};
        failmalloc_at(n);
        rc = run(&f, &err);
        hit = failmalloc_off();
        for (unsigned r = 0; r < JAXL_CONTROL_RESULTS; r++)
            sum += f.totals.results[r];
        ck_assert_uint_eq(sum + f.totals.rejected + f.totals.active, f.totals.records);
        ck_assert_uint_eq(f.totals.active, 0);
        ck_assert_msg(rc == 0 || (rc == JAXL_ENOMEM && err.code == rc && err.message[0]),
                      "allocation %ld: %d, %s", n, rc, err.message);
        told += rc == JAXL_ENOMEM;
        if (rc)
            continue;
        results(&f, text, sizeof text);
        ck_assert_uint_eq(f.totals.records, RECORDS);
    }
    results_are(&f, "1 done\n2 done\n4 done\n5 done\n6 done\n7 done\n8 done\n9 expired\n");
    ck_assert_uint_gt(told, 5);
    tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, all);
    tcase_add_test(tc, arguments);
    tcase_add_test(tc, no_files);
    tcase_add_test(tc, narrow);
    tcase_add_loop_test(tc, waiting_costs_nothing, 0, UNIT_COUNT(waits));
    tcase_add_test(tc, heavy);
    tcase_add_test(tc, strict);
    tcase_add_test(tc, rejects_that_cannot_be_told);
    tcase_add_test(tc, without_memory);
}

int main(void)
{
    return unit_run("control", add);
}
