#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "jaxl/dialer.h"
#include "session_fixture.h"

enum { CALLS = 64, LISTS = 8 };
#define FROM "+12015550199"
#define TO   "+919800000001"

/* The answer to a request that places a call, and whether it was really placed. A 200 without a
 * body is the proper one. */
struct token {
    struct httpd_step step;
    bool placed;
};

/* A platform whose calls are over at once, and a dialer on it. */
struct world {
    struct platform p;
    struct httpd *api; /* the CALL module */
    const struct token *tokens;
    size_t n_tokens;                /* the last one answers all others */
    struct httpd_step lists[LISTS]; /* list i is answered so where it has a status or a delay */
    struct httpd_step ivr;          /* the answer to making an IVR */
    size_t page;                    /* calls in a list */
    bool alive;                     /* no call ends */
    unsigned tokens_asked, lists_asked, ivrs_asked;
    struct {
        char to[24];
        int64_t created;
    } calls[CALLS]; /* call i has the id i + 1 */
    size_t n_calls;
    char body[65536];

    struct jaxl_dialer_options options;
    struct jaxl_session *session;
    struct jaxl_record_writer *out;
    struct jaxl_dialer *dialer;
    unsigned turns;
    int records[2], rejects; /* a pipe; how many */
    char text[65536];        /* the records */
};

static size_t add_call(struct world *w, const char *to, int64_t created)
{
    ck_assert_uint_lt(w->n_calls, CALLS);
    snprintf(w->calls[w->n_calls].to, sizeof w->calls[0].to, "%s", to);
    w->calls[w->n_calls].created = created;
    return w->n_calls++;
}

static int put_call(const struct world *w, size_t i, char *out, size_t room)
{
    char created[JAXL_CLOCK_ISO_MAX], over[JAXL_CLOCK_ISO_MAX + 2] = "null";

    ck_assert_int_eq(jaxl_clock_format(w->calls[i].created, created), 0);
    if (!w->alive)
        snprintf(over, sizeof over, "\"%s\"", created);
    return snprintf(out, room,
                    "{\"id\": %zu, \"direction\": 2, \"from_number\": \"%s\", \"to_number\": "
                    "\"%s\", \"created_on\": \"%s\", \"completed_on\": %s, \"is_finalized\": %s, "
                    "\"missed\": false, \"duration\": 1, \"costs\": []}",
                    i + 1, FROM, w->calls[i].to, created, over, w->alive ? "false" : "true");
}

static unsigned number_after(const char *target, const char *name)
{
    const char *at = strstr(target, name);

    return at ? (unsigned)strtoul(at + strlen(name), NULL, 10) : 0;
}

/* A page of the calls, to one number where the request says so, newest first. */
static void put_list(struct world *w, const char *target)
{
    const char *to = strstr(target, "to_number=%2B");
    size_t skip = number_after(target, "&offset="), n = 0;
    char *p = w->body, *end = w->body + sizeof w->body;
    bool more = false;

    p += snprintf(p, (size_t)(end - p), "{\"results\": [");
    for (size_t i = w->n_calls; i-- > 0 && !more;) {
        const char *digits = w->calls[i].to + 1;
        if (to && strncmp(to + strlen("to_number=%2B"), digits, strlen(digits)) != 0)
            continue;
        if (n++ < skip)
            continue;
        more = n - skip > w->page;
        if (!more) {
            p += snprintf(p, (size_t)(end - p), "%s", n - skip > 1 ? ", " : "");
            p += put_call(w, i, p, (size_t)(end - p));
        }
    }
    snprintf(p, (size_t)(end - p), "], \"next\": %s}", more ? "\"there is more\"" : "null");
}

static void on_token(struct world *w, const struct httpd_request *r, struct httpd_step *step)
{
    unsigned n = w->tokens_asked++;
    const struct token *token = &w->tokens[n < w->n_tokens ? n : w->n_tokens - 1];
    const char *to = strstr(r->body, "\"to_number\":\"");
    char number[24];
    int len;

    *step = token->step;
    if (!token->placed)
        return;
    ck_assert_ptr_nonnull(to);
    snprintf(number, sizeof number, "%s", to + strlen("\"to_number\":\""));
    number[strcspn(number, "\"")] = '\0';
    (void)add_call(w, number, jaxl_clock_now(&w->p.clock));
    if (step->status == 200 && !step->body) {
        len = snprintf(w->body, sizeof w->body, "{\"call\": ");
        len += put_call(w, w->n_calls - 1, w->body + len, sizeof w->body - (size_t)len);
        snprintf(w->body + len, sizeof w->body - (size_t)len, "}");
        step->body = w->body;
    }
}

static void answer(void *arg, const struct httpd_request *r, unsigned n, struct httpd_step *step)
{
    struct world *w = arg;
    unsigned id;

    (void)n;
    step->status = 200;
    step->body = w->body;
    if (!strcmp(r->target, "/v1/calls/token/")) {
        on_token(w, r, step);
    } else if (!strncmp(r->target, "/v1/calls/?", 11)) {
        unsigned i = w->lists_asked++;
        if (i < LISTS && (w->lists[i].status || w->lists[i].delay))
            *step = w->lists[i];
        else
            put_list(w, r->target);
    } else if (!strncmp(r->target, "/v1/calls/", 10)) {
        id = (unsigned)strtoul(r->target + 10, NULL, 10);
        ck_assert_uint_ge(id, 1);
        ck_assert_uint_le(id, w->n_calls);
        put_call(w, id - 1, w->body, sizeof w->body);
    } else {
        w->ivrs_asked++;
        *step = w->ivr;
    }
}

static void on_turn(void *ctx)
{
    ((struct world *)ctx)->turns++;
}

static int on_reject(void *ctx, const char *line, size_t len, struct jaxl_error *err)
{
    (void)line;
    (void)len;
    (void)err;
    ((struct world *)ctx)->rejects++;
    return 0;
}

static void set_up(struct world *w, const struct token *tokens, size_t n)
{
    static const struct httpd_step total = {
        .status = 200, .body = "{\"total\": 1, \"symbol\": \"x\", \"signed\": \"proof\"}"};

    memset(w, 0, sizeof *w);
    platform_set_up(&w->p, "2");
    w->p.rest = &total;
    w->p.n_rest = 1;
    w->api = httpd_start(answer, w);
    w->p.call_root = httpd_url(w->api);
    w->tokens = tokens;
    w->n_tokens = n;
    w->page = 100;
    w->options = (struct jaxl_dialer_options){.from = FROM,
                                              .ivr = 1,
                                              .rate = "max",
                                              .connections = 1,
                                              .poll = 50 * JAXL_MSEC,
                                              .unknown_wait = 200 * JAXL_MSEC,
                                              .throttle_wait = 5 * JAXL_SECOND,
                                              .wake_fd = -1,
                                              .turn = on_turn,
                                              .reject = on_reject,
                                              .ctx = w};
}

/* Makes the dialer and opens it. The code of that. */
static int start(struct world *w)
{
    struct jaxl_error err = {0};

    w->session = platform_session(&w->p);
    ck_assert_int_eq(pipe(w->records), 0);
    ck_assert_int_eq(jaxl_record_writer_new(&w->out, w->records[1], NULL, &err), 0);
    ck_assert_msg(jaxl_dialer_new(&w->dialer, &w->options, w->session, w->out, &err) == 0, "%s",
                  err.message);
    return jaxl_dialer_open(w->dialer, &err);
}

/* Dials the leads, CSV; the records are in text afterwards. What finish says. */
static int dial(struct world *w, const char *leads)
{
    struct jaxl_record_reader *reader;
    struct jaxl_error err = {0};
    int fds[2], code;
    ssize_t n;

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], leads, strlen(leads)), (ssize_t)strlen(leads));
    close(fds[1]);
    ck_assert_int_eq(jaxl_record_reader_new(&reader, fds[0], "leads", NULL, &err), 0);
    (void)jaxl_dialer_feed(w->dialer, reader, &err);
    jaxl_record_reader_free(&reader);
    close(fds[0]);
    code = jaxl_dialer_finish(w->dialer, &err);
    close(w->records[1]);
    n = read(w->records[0], w->text, sizeof w->text - 1);
    ck_assert_int_ge(n, 0);
    w->text[n] = '\0';
    close(w->records[0]);
    return code;
}

static void tear_down(struct world *w)
{
    jaxl_dialer_free(&w->dialer);
    jaxl_record_writer_free(&w->out);
    jaxl_session_free(&w->session);
    if (w->api)
        httpd_stop(w->api);
    platform_tear_down(&w->p);
}

/* How often a text is in the records. */
static unsigned told(const struct world *w, const char *text)
{
    unsigned n = 0;

    for (const char *at = w->text; (at = strstr(at, text)); n++)
        at += strlen(text);
    return n;
}

#define SAYS(w, n, t)                                                                              \
    ck_assert_msg(told(w, t) == (n), "not %d times %s:\n%s", (int)(n), t, (w)->text)

/* The table of design.md section 7. */
#define CALL                                                                                       \
    {                                                                                              \
        {.status = 200}, true                                                                      \
    }
#define SAID(...)                                                                                  \
    {                                                                                              \
        {__VA_ARGS__}, false                                                                       \
    }
#define LOST(...)                                                                                  \
    {                                                                                              \
        {__VA_ARGS__}, true                                                                        \
    }
static const struct {
    const char *name;
    struct token tokens[3];
    unsigned asked;
    const char *record;
    int code;
} outcomes[] = {
    {"placed", {CALL}, 1, "\"state\":\"done\",\"disposition\":\"ANSWERED\"", 0},
    {"a reason", {SAID(.status = 200, .body = "{\"reason\": \"DND\"}")}, 1, "\"refused\"", 0},
    {"429 once", {SAID(.status = 429, .headers = "Retry-After: 1\r\n"), CALL}, 2, "\"done\"", 0},
    {"429 for long", {SAID(.status = 429, .headers = "Retry-After: 9\r\n")}, 1, "\"throttled\"", 0},
    {"401", {SAID(.status = 401), SAID(.status = 401)}, 2, "\"state\":\"new\"", JAXL_EAUTH},
    {"402", {SAID(.status = 402)}, 1, "\"state\":\"new\"", JAXL_EAUTH},
    {"403", {SAID(.status = 403)}, 1, "\"state\":\"new\"", JAXL_EAUTH},
    {"404", {SAID(.status = 404)}, 1, "\"refused\"", 0},
    {"301", {SAID(.status = 301, .headers = "Location: /\r\n")}, 1, "\"candidates\":0", 0},
    {"307", {SAID(.status = 307, .headers = "Location: /\r\n")}, 1, "\"refused\"", 0},
    {"500", {SAID(.status = 500)}, 1, "\"candidates\":0", 0},
    {"500, placed", {LOST(.status = 500)}, 1, "\"reconciled\":true", 0},
    {"reset", {SAID(.then = HTTPD_RST)}, 1, "\"candidates\":0", 0},
    {"reset, placed", {LOST(.then = HTTPD_RST)}, 1, "\"reconciled\":true", 0},
    {"no answer", {SAID(.then = HTTPD_HANG)}, 1, "\"candidates\":0", 0},
    {"no answer, placed", {LOST(.then = HTTPD_HANG)}, 1, "\"reconciled\":true", 0},
    {"garbage", {SAID(.status = 200, .body = "<html>")}, 1, "\"candidates\":0", 0},
    {"garbage, placed", {LOST(.status = 200, .body = "<html>")}, 1, "\"reconciled\":true", 0},
    {"neither", {SAID(.status = 200, .body = "{}")}, 1, "\"candidates\":0", 0},
};

START_TEST(every_answer_has_its_outcome)
{
    struct world w;

    set_up(&w, outcomes[_i].tokens, outcomes[_i].asked);
    ck_assert_int_eq(start(&w), 0);
    ck_assert_int_eq(dial(&w, "to\n" TO "\n"), outcomes[_i].code);
    ck_assert_msg(w.tokens_asked == outcomes[_i].asked, "%s: asked %u times", outcomes[_i].name,
                  w.tokens_asked);
    ck_assert_msg(told(&w, outcomes[_i].record) == 1, "%s:\n%s", outcomes[_i].name, w.text);
    ck_assert_uint_eq(told(&w, "\n"), 1);
    ck_assert_uint_eq(jaxl_dialer_totals(w.dialer)->records, 1);
    ck_assert_uint_eq(jaxl_dialer_totals(w.dialer)->active, 0);
    tear_down(&w);
}
END_TEST

START_TEST(leads_become_records_or_rejects)
{
    static const struct token placed = CALL;
    struct world w;

    set_up(&w, &placed, 1);
    ck_assert_int_eq(start(&w), 0);
    ck_assert_int_eq(dial(&w, "to,lead\n" TO ",A\n12,B\n" TO ",C\n+919800000002,D\n"), 0);
    SAYS(&w, 2, "\"state\":\"done\"");
    SAYS(&w, 1, "\"lead\":\"A\",\"campaign\"");
    SAYS(&w, 1, "\"lead\":\"D\",\"campaign\"");
    ck_assert_int_eq(w.rejects, 2);
    ck_assert_uint_eq(w.tokens_asked, 2);
    ck_assert_uint_eq(jaxl_dialer_totals(w.dialer)->leads, 4);
    ck_assert_uint_eq(jaxl_dialer_totals(w.dialer)->duplicates, 1);
    tear_down(&w);
}
END_TEST

/* Another run has called the number just before, and more than one page of others. */
START_TEST(a_call_from_before_the_run_is_not_its_own)
{
    static const struct token lost[] = {LOST(.status = 500), SAID(.status = 500)};
    struct world w;
    int64_t now;

    set_up(&w, &lost[_i], 1);
    now = jaxl_clock_now(&w.p.clock);
    w.page = 2;
    add_call(&w, TO, now);
    for (int i = 0; i < 4; i++)
        add_call(&w, "+919800000002", now);
    ck_assert_int_eq(start(&w), 0);
    ck_assert_uint_eq(w.lists_asked, 3);
    w.page = 100;
    ck_assert_int_eq(dial(&w, "to\n" TO "\n"), 0);
    if (_i == 0)
        SAYS(&w, 1, "\"call_id\":6,");
    else
        SAYS(&w, 1, "\"candidates\":0");
    tear_down(&w);
}
END_TEST

/* Those that are known to be others' leave room for its own. */
START_TEST(many_calls_to_one_number_are_told_apart)
{
    static const struct token tokens[] = {LOST(.status = 500), CALL};
    struct world w;

    set_up(&w, tokens, UNIT_COUNT(tokens));
    w.options.allow_duplicates = true;
    w.options.placed = true;
    ck_assert_int_eq(start(&w), 0);
    ck_assert_int_eq(dial(&w, "to\n" TO "\n" TO "\n" TO "\n" TO "\n" TO "\n" TO "\n"), 0);
    SAYS(&w, 6, "\"state\":\"submitted\"");
    SAYS(&w, 1, "\"reconciled\":true");
    SAYS(&w, 1, "\"call_id\":1,");
    tear_down(&w);
}
END_TEST

/* Making the IVR is put off: for longer than a lead is tried, and again and again. */
START_TEST(an_ivr_that_is_throttled_is_waited_for_so_long)
{
    static const struct {
        const char *headers;
        unsigned least, most; /* requests */
    } waits[] = {{"Retry-After: 9\r\n", 1, 1}, {"Retry-After: 1\r\n", 4, 6}};
    static const struct token placed = CALL;
    struct world w;

    set_up(&w, &placed, 1);
    w.options.ivr = 0;
    w.options.message = "Hello";
    w.ivr = (struct httpd_step){.status = 429, .headers = waits[_i].headers};
    ck_assert_int_eq(start(&w), 0);
    ck_assert_int_eq(dial(&w, "to\n" TO "\n+919800000002\n"), 0);
    SAYS(&w, 2, "\"state\":\"throttled\"");
    SAYS(&w, 2, "\"reason\":\"making the IVR: ");
    SAYS(&w, 2, "\"http_status\":429");
    ck_assert_uint_ge(w.ivrs_asked, waits[_i].least);
    ck_assert_uint_le(w.ivrs_asked, waits[_i].most);
    tear_down(&w);
}
END_TEST

static void leads_put(char *out, size_t room, int n)
{
    int len = snprintf(out, room, "to,n\n");

    for (int i = 0; i < n; i++)
        len += snprintf(out + len, room - (size_t)len, "+9198000000%02d,%d\n", i, i);
}

/* The CALL module goes away once the run is open: nothing can be sent any more, neither calls nor
 * the making of IVRs. The rest of the input is left alone. */
START_TEST(a_run_ends_when_nothing_can_be_sent)
{
    static const struct token placed = CALL;
    static const char *const messages[] = {NULL, "Hello {{n}}"};
    char leads[1024];
    struct world w;

    set_up(&w, &placed, 1);
    w.options.ivr = messages[_i] ? 0 : 1;
    w.options.message = messages[_i];
    ck_assert_int_eq(start(&w), 0);
    httpd_stop(w.api);
    w.api = NULL;
    leads_put(leads, sizeof leads, 40);
    ck_assert_int_eq(dial(&w, leads), JAXL_ENET);
    ck_assert_uint_ge(told(&w, "\"state\":\"not_sent\""), 10);
    ck_assert_uint_lt(jaxl_dialer_totals(w.dialer)->not_sent, 40);
    ck_assert_uint_eq(told(&w, "\n"), jaxl_dialer_totals(w.dialer)->leads);
    tear_down(&w);
}
END_TEST

static struct world *interrupted;
static int64_t ahead;

static int64_t later(void *ctx)
{
    const struct platform *p = ctx;

    return INT64_C(1795604400) * JAXL_SECOND + p->slept + (ahead > 0 ? ahead : 0);
}

/* 11:00 when the first try is made; then evening comes, or somebody stops the run. */
static void on_retry(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    if (!strstr(message, "again in"))
        return;
    if (ahead < 0)
        jaxl_dialer_stop(interrupted->dialer);
    ahead = 10 * 3600 * JAXL_SECOND;
}

static const struct {
    int64_t ahead; /* -1: the run is stopped */
    const char *record;
} changes[] = {{0, "\"state\":\"deferred\""}, {-1, "\"state\":\"new\""}};

/* A call that could not be sent is not tried again when it may not be made any more. */
START_TEST(the_rules_are_asked_before_another_try)
{
    static const struct token placed = CALL;
    static const struct jaxl_dialer_rule rules[] = {{"window", "09:00-19:00"}, {"tz", "UTC"}};
    struct world w;

    set_up(&w, &placed, 1);
    interrupted = &w;
    ahead = changes[_i].ahead;
    w.options.rules = rules;
    w.options.n_rules = UNIT_COUNT(rules);
    w.p.clock.now = later;
    w.p.log = (struct jaxl_log){.write = on_retry, .level = JAXL_LOG_WARNING};
    ck_assert_int_eq(start(&w), 0);
    httpd_stop(w.api);
    w.api = NULL;
    (void)dial(&w, "to,tz\n" TO ",UTC\n");
    ck_assert_int_gt(ahead, 0);
    SAYS(&w, 1, "\n");
    SAYS(&w, 1, changes[_i].record);
    ck_assert_uint_eq(jaxl_dialer_totals(w.dialer)->not_sent, 0);
    tear_down(&w);
}
END_TEST

START_TEST(an_ivr_without_a_readable_answer_does_not_end_the_run)
{
    static const struct token placed = CALL;
    char leads[1024];
    struct world w;

    set_up(&w, &placed, 1);
    w.options.ivr = 0;
    w.options.message = "Hello {{n}}";
    w.ivr = (struct httpd_step){.status = 200, .body = "{\"results\": [], \"next\": null}"};
    ck_assert_int_eq(start(&w), 0);
    leads_put(leads, sizeof leads, 20);
    ck_assert_int_eq(dial(&w, leads), 0);
    SAYS(&w, 20, "\"state\":\"not_sent\"");
    tear_down(&w);
}
END_TEST

/* Its time is up while the platform is being asked: the answer is waited for, asleep. */
START_TEST(a_call_is_followed_for_so_long)
{
    static const struct token placed = CALL;
    struct world w;

    set_up(&w, &placed, 1);
    w.alive = true;
    w.options.follow_timeout = 80 * JAXL_MSEC;
    w.lists[1] = (struct httpd_step){.status = 500, .delay = 300};
    ck_assert_int_eq(start(&w), 0);
    ck_assert_int_eq(dial(&w, "to\n" TO "\n+919800000002\n"), 0);
    SAYS(&w, 2, "\"state\":\"submitted\"");
    SAYS(&w, 2, "--follow-timeout");
    ck_assert_uint_lt(w.turns, 100);
    tear_down(&w);
}
END_TEST

START_TEST(a_run_that_may_not_look_at_calls_places_none)
{
    static const struct token placed = CALL;
    struct world w;

    set_up(&w, &placed, 1);
    w.lists[0] = (struct httpd_step){.status = 403};
    ck_assert_int_eq(start(&w), JAXL_EAUTH);
    ck_assert_int_eq(dial(&w, "to\n" TO "\n"), JAXL_EAUTH);
    ck_assert_uint_eq(w.tokens_asked, 0);
    ck_assert_str_eq(w.text, "");
    tear_down(&w);
}
END_TEST

static void on_wake(void *ctx)
{
    struct world *w = ctx;
    char byte;

    ck_assert_int_eq(read(w->options.wake_fd, &byte, 1), 1);
    jaxl_dialer_stop(w->dialer);
}

START_TEST(opening_can_be_stopped)
{
    static const struct token placed = CALL;
    struct world w;
    int fds[2];

    set_up(&w, &placed, 1);
    w.lists[0] = (struct httpd_step){.delay = 1, .then = HTTPD_HANG};
    w.p.options.timeout = 600 * JAXL_SECOND;
    w.options.woken = on_wake;
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "", 1), 1);
    w.options.wake_fd = fds[0];
    ck_assert_int_eq(start(&w), JAXL_ESTOPPED);
    ck_assert_int_eq(dial(&w, "to\n" TO "\n"), 0);
    ck_assert_str_eq(w.text, "");
    ck_assert_uint_eq(w.tokens_asked, 0);
    tear_down(&w);
    close(fds[0]);
    close(fds[1]);
}
END_TEST

START_TEST(a_list_that_cannot_be_read_is_asked_for_again)
{
    static const struct token placed = CALL;
    struct world w;

    set_up(&w, &placed, 1);
    w.lists[0] = w.lists[1] = (struct httpd_step){.status = 200, .body = "<html>"};
    ck_assert_int_eq(start(&w), 0);
    ck_assert_uint_eq(w.lists_asked, 3);
    ck_assert_int_eq(dial(&w, "to\n" TO "\n"), 0);
    tear_down(&w);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, every_answer_has_its_outcome, 0, (int)UNIT_COUNT(outcomes));
    tcase_add_test(tc, leads_become_records_or_rejects);
    tcase_add_loop_test(tc, a_call_from_before_the_run_is_not_its_own, 0, 2);
    tcase_add_test(tc, many_calls_to_one_number_are_told_apart);
    tcase_add_loop_test(tc, an_ivr_that_is_throttled_is_waited_for_so_long, 0, 2);
    tcase_add_loop_test(tc, a_run_ends_when_nothing_can_be_sent, 0, 2);
    tcase_add_loop_test(tc, the_rules_are_asked_before_another_try, 0, UNIT_COUNT(changes));
    tcase_add_test(tc, an_ivr_without_a_readable_answer_does_not_end_the_run);
    tcase_add_test(tc, a_call_is_followed_for_so_long);
    tcase_add_test(tc, a_run_that_may_not_look_at_calls_places_none);
    tcase_add_test(tc, opening_can_be_stopped);
    tcase_add_test(tc, a_list_that_cannot_be_read_is_asked_for_again);
}

int main(void)
{
    return unit_run("dialer", add);
}
