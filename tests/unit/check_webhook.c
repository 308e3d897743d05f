/* The webhook server as a whole, through its public interface: what it cannot be opened with, what
 * is acknowledged and what is not, stopping while clients wait, and every allocation failing once,
 * also in the thread of the server. */
#include "failmalloc.h"
#include "server_fixture.h"
#include "threads.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "events/webhook_impl.h"

enum { SETUP = 1, OPTION = 2, TEARDOWN = 3 };

#define SORRY "{\"prompt\":[\"Sorry.\"],\"num_characters\":0}"

static char dir[256], path[300], gate[300], command[700];
static int out[2];
static struct jaxl_webhook *webhook;

/* ---- which allocation fails in the thread of the server, for a request, or in that of the
 * command, for its answer */

enum { NOWHERE, IN_SERVE, IN_ANSWER };

static struct {
    _Atomic int where;
    _Atomic long at;
    _Atomic unsigned hits;
} starve;

static void starve_begin(int where)
{
    failmalloc_at(starve.where == where ? starve.at : 0);
}

static void starve_end(void)
{
    if (failmalloc_off())
        starve.hits++;
}

void __real_jaxl_webhook_serve(void *ctx, struct jaxl_server_request *r);
void __wrap_jaxl_webhook_serve(void *ctx, struct jaxl_server_request *r);
void __real_jaxl_webhook_commanded(void *ctx, uint64_t ticket, int code, const char *text,
                                   size_t len, const struct jaxl_error *err);
void __wrap_jaxl_webhook_commanded(void *ctx, uint64_t ticket, int code, const char *text,
                                   size_t len, const struct jaxl_error *err);

void __wrap_jaxl_webhook_serve(void *ctx, struct jaxl_server_request *r)
{
    starve_begin(IN_SERVE);
    __real_jaxl_webhook_serve(ctx, r);
    starve_end();
}

void __wrap_jaxl_webhook_commanded(void *ctx, uint64_t ticket, int code, const char *text,
                                   size_t len, const struct jaxl_error *err)
{
    starve_begin(IN_ANSWER);
    __real_jaxl_webhook_commanded(ctx, ticket, code, text, len, err);
    starve_end();
}

static void set_up(void)
{
    signal(SIGPIPE, SIG_IGN);
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/journal", dir);
    snprintf(gate, sizeof gate, "%s/gate", dir);
    ck_assert_int_eq(mkfifo(gate, 0600), 0);
    ck_assert_int_eq(pipe2(out, O_CLOEXEC | O_NONBLOCK), 0);
    test_log_text[0] = '\0';
    starve.where = NOWHERE;
    starve.hits = 0;
    hand = JAXL_SECOND;
    webhook = NULL;
}

static void tear_down(void)
{
    jaxl_webhook_free(&webhook);
    ck_assert_ptr_null(webhook);
    close(out[0]);
    close(out[1]);
    unit_dir_remove(dir);
}

static int try_open(struct jaxl_webhook_options o, struct jaxl_error *err)
{
    o.listen = o.listen ? o.listen : ":0";
    o.output = o.output ? o.output : out[1];
    o.fallback = o.fallback ? o.fallback : "Sorry.";
    o.log = &test_log;
    return jaxl_webhook_open(&webhook, &o, err);
}

static void open_with(struct jaxl_webhook_options o)
{
    struct jaxl_error err = {0};

    ck_assert_msg(try_open(o, &err) == 0, "%s", err.message);
}

static struct jaxl_webhook_stats counts(void)
{
    struct jaxl_webhook_stats s;

    jaxl_webhook_stats(webhook, &s);
    return s;
}

/* ---- clients */

static int call_in(void)
{
    return dial_from(jaxl_webhook_port(webhook), "127.0.0.1");
}

/* Sends an event, without a look at the answer. */
static void send_event(int fd, int event, int64_t call)
{
    char body[500], text[900];
    int n = snprintf(body, sizeof body,
                     "{\"pk\":11,\"event\":%d,\"option\":%s,\"data\":null,\"mark\":null,\"state\":{"
                     "\"call_id\":%lld,\"from_number\":\"+911400000001\",\"to_number\":"
                     "\"+919876543210\",\"direction\":2,\"org\":{\"id\":42}}}",
                     event, event == OPTION ? "\"3\"" : "null", (long long)call);

    snprintf(text, sizeof text, "%s /webhook/ HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s",
             event == TEARDOWN ? "DELETE" : "POST", n, body);
    ck_assert(put(fd, text));
}

static int tell(int fd, int event, int64_t call, struct got *g)
{
    send_event(fd, event, call);
    read_answer(fd, g, true);
    return g->status;
}

/* Lines of the records that are on standard output now. */
static unsigned records(void)
{
    static char text[1 << 16];
    unsigned lines = 0;
    ssize_t n;

    while ((n = read(out[0], text, sizeof text)) > 0)
        for (ssize_t i = 0; i < n; i++)
            lines += text[i] == '\n';
    return lines;
}

/* ---- opening */

static const struct {
    struct jaxl_webhook_options o;
    int code;
    const char *message; /* a part of it */
} cannot[] = {
    {{.listen = "9919x"}, JAXL_EARG, "--listen 9919x"},
    {{.listen = ":70000"}, JAXL_EARG, "--listen :70000"},
    {{.listen = "::1:0"}, JAXL_EARG, "--listen ::1:0"},
    {{.listen = "192.0.2.1:0"}, JAXL_ECONFIG, "does not have that address"},
    {{.watch = "x"}, JAXL_EARG, "--metrics x"},
    {{.fallback = "{\"next\":0}"}, JAXL_EARG, "the default answer: "},
    {{.fallback = "{\"next\":1,\"teams\":[2]}"}, JAXL_EARG, "the default answer: "},
    {{.fallback = "{\"next\""}, JAXL_EARG, "the default answer: "},
    {{.fallback = ""}, JAXL_EARG, "the default answer: "},
    {{.fallback = "{}"}, JAXL_EARG, "the default answer: it says nothing"},
    {{.respond = "cat", .respond_jobs = JAXL_WEBHOOK_JOBS + 1}, JAXL_EARG, "jobs"},
    {{.respond = "cat", .timeout = -1}, JAXL_EARG, "time-out"},
    {{.request_timeout = -1}, JAXL_EARG, "time-out"},
    {{.connections = 2000000000}, JAXL_ECONFIG, "ulimit -n"},
    {{.output = 1000}, JAXL_EARG, "descriptor 1000"},
    {{.journal = "/"}, JAXL_EINPUT, "journal /: not a regular file"},
    {{.journal = "/nowhere/journal"}, JAXL_EIO, "journal /nowhere/journal: "},
};

START_TEST(what_cannot_be)
{
    struct jaxl_error err = {.message = ""};
    int rc = try_open(cannot[_i].o, &err);

    ck_assert_msg(rc == cannot[_i].code && err.code == rc, "%s: %s", jaxl_error_name(rc),
                  err.message);
    ck_assert_msg(strstr(err.message, cannot[_i].message) != NULL, "%s", err.message);
    ck_assert_ptr_null(webhook);
}
END_TEST

static int no_suppress(void *ctx, const char *number, const char *event, struct jaxl_error *err)
{
    (void)ctx, (void)number, (void)event, (void)err;
    return 0;
}

START_TEST(lists_that_cannot_be)
{
    static const char *const networks[] = {"127.0.0.0/8", "10.0.0.0/40"}, *const opt[] = {"=9"};
    struct jaxl_webhook_options allow = {.allow = {networks, 2}};
    struct jaxl_webhook_options opt_out = {.opt_out = {opt, 1}, .suppress = no_suppress};
    struct jaxl_error err = {.message = ""};

    ck_assert_int_eq(try_open(allow, &err), JAXL_EARG);
    ck_assert_ptr_nonnull(strstr(err.message, "10.0.0.0/40"));
    ck_assert_int_eq(try_open(opt_out, &err), JAXL_EARG);
    ck_assert_ptr_nonnull(strstr(err.message, "=9"));
}
END_TEST

START_TEST(what_another_has)
{
    struct jaxl_webhook *first;
    struct jaxl_error err = {.message = ""};
    char taken[32];

    open_with((struct jaxl_webhook_options){.journal = path, .watch = ":0"});
    ck_assert_int_ne(jaxl_webhook_watch_port(webhook), 0);
    first = webhook;
    snprintf(taken, sizeof taken, ":%u", jaxl_webhook_port(first));
    ck_assert_int_eq(try_open((struct jaxl_webhook_options){.listen = taken}, &err), JAXL_EBUSY);
    ck_assert_ptr_nonnull(strstr(err.message, taken + 1));
    ck_assert_int_eq(try_open((struct jaxl_webhook_options){.journal = path}, &err), JAXL_EBUSY);
    ck_assert_ptr_nonnull(strstr(err.message, path));
    ck_assert_int_eq(try_open((struct jaxl_webhook_options){.watch = taken}, &err), JAXL_EBUSY);
    webhook = first;
    jaxl_webhook_free(&webhook); /* without a stop */
    open_with((struct jaxl_webhook_options){.listen = taken, .journal = path});
    jaxl_webhook_free(NULL);
}
END_TEST

static int open_and_free(void *ctx)
{
    struct jaxl_error err;
    int rc = try_open(*(struct jaxl_webhook_options *)ctx, &err);

    jaxl_webhook_free(&webhook);
    return rc;
}

START_TEST(opening_without_memory)
{
    static const char *const networks[] = {"127.0.0.0/8"}, *const opt[] = {"option=9"};
    struct jaxl_webhook_options o = {.journal = path,
                                     .respond = "exec cat",
                                     .respond_jobs = 2,
                                     .allow = {networks, 1},
                                     .opt_out = {opt, 1},
                                     .suppress = no_suppress};

    ck_assert_int_gt(failmalloc_each(open_and_free, &o), 10);
}
END_TEST

/* ---- what is acknowledged */

START_TEST(kept_and_answered)
{
    struct jaxl_webhook_stats s;
    struct jaxl_error err = {0};
    struct got g;
    int fd;

    open_with((struct jaxl_webhook_options){.journal = _i ? path : NULL, .clock = hand_clock()});
    fd = call_in();
    ck_assert_int_eq(tell(fd, SETUP, 7, &g), 200);
    ck_assert_str_eq(g.body, SORRY);
    ck_assert_uint_eq(records(), 1);
    ck_assert_int_eq(tell(fd, SETUP, 7, &g), 200);
    ck_assert_str_eq(g.body, SORRY);
    ck_assert_int_eq(tell(fd, OPTION, 7, &g), 200);
    ck_assert_int_eq(tell(fd, TEARDOWN, 7, &g), 200);
    ck_assert_uint_eq(records(), 3);
    close(fd);
    ck_assert_int_eq(jaxl_webhook_stop(webhook, PATIENCE * JAXL_SECOND, &err), 0);
    ck_assert_int_eq(jaxl_webhook_stop(webhook, 0, &err), 0); /* does nothing */
    s = counts();
    ck_assert_uint_eq(s.events[JAXL_EVENT_SETUP], 2);
    ck_assert_uint_eq(s.duplicates, 1);
    ck_assert_uint_eq(s.by_default, 3);
    ck_assert_uint_eq(s.by_nobody, 1);
    ck_assert_uint_eq(s.connections, 0);
}
END_TEST

/* What is refused is no first of a replay: it may come again at once. */
START_TEST(refused)
{
    struct got g;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), fd;

    open_with((struct jaxl_webhook_options){.output = full, .clock = hand_clock()});
    fd = call_in();
    for (unsigned i = 1; i <= 3; i++) {
        ck_assert_int_eq(tell(fd, SETUP, 7, &g), 503);
        ck_assert_ptr_nonnull(strstr(g.body, "send it again later"));
        ck_assert_uint_eq(counts().unkept, i);
    }
    ck_assert_uint_eq(counts().duplicates, 0);
    ck_assert_uint_eq(counts().events[JAXL_EVENT_SETUP], 0);
    close(fd);
    close(full);
}
END_TEST

START_TEST(nobody_reads)
{
    struct pollfd p;
    struct jaxl_error err;
    struct got g;
    int fd;

    open_with((struct jaxl_webhook_options){.journal = NULL});
    p = (struct pollfd){.fd = jaxl_webhook_fd(webhook), .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, 0), 0);
    close(out[0]);
    out[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ck_assert_int_eq(poll(&p, 1, WAIT_MS), 1); /* without any event */
    fd = call_in();
    ck_assert_int_eq(tell(fd, SETUP, 7, &g), 503);
    close(fd);
    ck_assert_int_eq(jaxl_webhook_stop(webhook, 0, &err), 0);
}
END_TEST

/* ---- a command that answers when the gate is opened, which is written to */

static const char *gated(void)
{
    snprintf(command, sizeof command,
             "while read -r line; do id=${line#*'\"id\":\"'}; read -r go <'%s'; "
             "printf '{\"id\":\"%%s\",\"next\":%%d}\\n' \"${id%%%%'\"'*}\" \"$go\"; done",
             gate);
    return command;
}

static void open_gate(int next)
{
    FILE *f = fopen(gate, "w");

    ck_assert(f && fprintf(f, "%d\n", next) > 0 && fclose(f) == 0);
}

/* Replays of an event that the command is being asked about wait for its answer with it. */
START_TEST(replays_wait)
{
    struct got g;
    int fds[4];

    open_with((struct jaxl_webhook_options){
        .respond = gated(), .journal = _i ? path : NULL, .clock = hand_clock()});
    for (size_t i = 0; i < UNIT_COUNT(fds); i++) {
        fds[i] = call_in();
        send_event(fds[i], SETUP, 7);
    }
    for (unsigned n = 0; n < UNIT_COUNT(fds); n += records())
        ck_assert(n > 0 || readable(out[0], WAIT_MS));
    open_gate(5);
    for (size_t i = 0; i < UNIT_COUNT(fds); i++) {
        read_answer(fds[i], &g, true);
        ck_assert_int_eq(g.status, 200);
        ck_assert_str_eq(g.body, "{\"next\":5}");
        close(fds[i]);
    }
    ck_assert_uint_eq(counts().by_command, 4);
    ck_assert_uint_eq(counts().duplicates, 3);
}
END_TEST

/* Stopping does not wait for the command as long as the command may take: who waits for it has the
 * default. */
START_TEST(stopped_while_the_command_is_asked)
{
    struct jaxl_error err = {.message = ""};
    struct got g;
    int fds[2];

    open_with((struct jaxl_webhook_options){
        .respond = gated(), .timeout = 600 * JAXL_SECOND, .journal = _i ? path : NULL});
    for (int i = 0; i < 2; i++) {
        fds[i] = call_in();
        send_event(fds[i], SETUP, 7); /* the second one is a replay */
    }
    for (unsigned n = 0; n < 2; n += records())
        ck_assert(readable(out[0], WAIT_MS));
    ck_assert_int_eq(jaxl_webhook_stop(webhook, 4 * unit_slow() * JAXL_SECOND, &err), 0);
    for (int i = 0; i < 2; i++) {
        read_answer(fds[i], &g, true);
        ck_assert_int_eq(g.status, 200);
        ck_assert_str_eq(g.body, SORRY);
        close(fds[i]);
    }
    ck_assert_uint_eq(counts().by_default, 2);
    ck_assert_uint_eq(counts().late, 1);
}
END_TEST

START_TEST(stopped_while_a_client_sends)
{
    struct jaxl_error err = {.message = ""};
    struct got g;
    int half, other;

    open_with((struct jaxl_webhook_options){.request_timeout = 600 * JAXL_SECOND});
    half = call_in();
    ck_assert(put(half, "POST /webhook/ HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{"));
    other = call_in();
    ck_assert_int_eq(tell(other, SETUP, 7, &g), 200);
    ck_assert_int_eq(jaxl_webhook_stop(webhook, 100 * JAXL_MSEC, &err), 0);
    ck_assert(ends(half, WAIT_MS));
    ck_assert(ends(other, WAIT_MS));
    close(half);
    close(other);
}
END_TEST

START_TEST(freed_while_clients_wait)
{
    int asked;

    open_with((struct jaxl_webhook_options){.respond = gated(), .timeout = 600 * JAXL_SECOND});
    asked = call_in();
    send_event(asked, SETUP, 7);
    ck_assert(readable(out[0], WAIT_MS));
    jaxl_webhook_free(&webhook);
    ck_assert(ends(asked, WAIT_MS));
    close(asked);
}
END_TEST

/* ---- without memory while it serves */

static const char rules[] =
    "{\"event\":\"setup\",\"prompt\":\"Hello {{to}}.\",\"num_characters\":1}\n"
    "{\"event\":\"option\",\"option\":\"3\",\"next\":4}\n";

static const struct {
    int where;
    bool journal, flow;
    const char *respond;
} served[] = {
    {.where = IN_SERVE},
    {.where = IN_SERVE, .journal = true},
    {.where = IN_SERVE, .flow = true},
    {.where = IN_SERVE, .journal = true, .flow = true, .respond = "exec tail -f /dev/null"},
    {.where = IN_SERVE, .respond = "sed -u 's/,.*/,\"next\":5}/'"},
    {.where = IN_ANSWER, .respond = "sed -u 's/,.*/,\"next\":5}/'"},
    {.where = IN_ANSWER, .flow = true, .respond = "sed -u 's/,.*/}/'"},
};

static struct jaxl_flow *read_flow(void)
{
    struct jaxl_flow *flow;
    struct jaxl_error err = {0};
    FILE *f = fopen(path, "w+");

    ck_assert(f && fputs(rules, f) >= 0 && fflush(f) == 0);
    rewind(f);
    ck_assert_msg(jaxl_flow_read(&flow, fileno(f), "rules", NULL, &err) == 0, "%s", err.message);
    fclose(f);
    ck_assert_int_eq(unlink(path), 0);
    return flow;
}

/* Each request is answered: with 503 unless it was kept, never as one that is wrong. */
START_TEST(served_without_memory)
{
    struct jaxl_flow *flow = served[_i].flow ? read_flow() : NULL;
    unsigned acknowledged = 0, put_off = 0, on_output = 0, before;
    struct jaxl_error err = {0};
    struct got g;
    int fd;

    open_with((struct jaxl_webhook_options){.journal = served[_i].journal ? path : NULL,
                                            .flow = flow,
                                            .respond = served[_i].respond,
                                            .timeout = served[_i].journal ? 50 * JAXL_MSEC : 0});
    fd = call_in();
    for (int n = 4, misses = 0; misses < 4; n++) {
        before = starve.hits;
        starve.at = n / 4;
        starve.where = served[_i].where;
        (void)tell(fd, n % 4 == 3 ? TEARDOWN : n % 4 == 2 ? OPTION : SETUP, 100 + n / 2, &g);
        starve.where = NOWHERE;
        ck_assert_msg(g.status == 200 || (g.status == 503 && served[_i].where == IN_SERVE),
                      "allocation %d: %d %s", n / 4, g.status, g.body);
        acknowledged += g.status == 200;
        put_off += g.status == 503;
        on_output += records();
        misses = starve.hits > before ? 0 : misses + 1;
    }
    close(fd);
    ck_assert_int_eq(jaxl_webhook_stop(webhook, PATIENCE * JAXL_SECOND, &err), 0);
    on_output += records();
    ck_assert_uint_gt(acknowledged, 4);
    ck_assert_uint_gt(starve.hits, 1);
    ck_assert(put_off > 1 || served[_i].where == IN_ANSWER);
    ck_assert_uint_eq(on_output, acknowledged);
    jaxl_webhook_free(&webhook);
    jaxl_flow_free(&flow);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, what_cannot_be, 0, UNIT_COUNT(cannot));
    tcase_add_test(tc, lists_that_cannot_be);
    tcase_add_test(tc, what_another_has);
    tcase_add_test(tc, opening_without_memory);
    tcase_add_loop_test(tc, kept_and_answered, 0, 2);
    tcase_add_test(tc, refused);
    tcase_add_test(tc, nobody_reads);
    tcase_add_loop_test(tc, replays_wait, 0, 2);
    tcase_add_loop_test(tc, stopped_while_the_command_is_asked, 0, 2);
    tcase_add_test(tc, stopped_while_a_client_sends);
    tcase_add_test(tc, freed_while_clients_wait);
    tcase_add_loop_test(tc, served_without_memory, 0, UNIT_COUNT(served));
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("webhook", add);
}
