#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stage.h"

static const int64_t LATENCY = 10 * JAXL_MSEC, IDLE = JAXL_SECOND;
enum { BODY = 128 * 1024, PAGE = 200 };

/* What survives a crash of the machine is not tested here, and disks are slow: SQLite calls this
 * instead of libc's. */
__attribute__((visibility("default"))) int fdatasync(int fd)
{
    (void)fd;
    return 0;
}

/* Time. */

static void advance(struct stage *s, int64_t us)
{
    (void)__atomic_fetch_add(&s->now, us, __ATOMIC_SEQ_CST);
}

int64_t stage_now(struct stage *s)
{
    return __atomic_load_n(&s->now, __ATOMIC_SEQ_CST);
}

void stage_wait(struct stage *s, int64_t until)
{
    int64_t now = stage_now(s);

    if (until > now)
        advance(s, until - now);
}

static int64_t now(void *ctx)
{
    return stage_now(ctx);
}

static void pass(void *ctx, int64_t us)
{
    advance(ctx, us);
}

static int draw(void *ctx, void *data, size_t n)
{
    (void)ctx;
    return jaxl_clock_random(jaxl_clock_system(), data, n);
}

/* The platform. */

static int put_call(struct stage *s, const struct staged_call *c, char *out, size_t room)
{
    char created[JAXL_CLOCK_ISO_MAX], text[JAXL_CLOCK_ISO_MAX], over[JAXL_CLOCK_ISO_MAX + 2];
    bool is_over = c->completed <= stage_now(s);

    ck_assert_int_eq(jaxl_clock_format(c->asked, created), 0);
    ck_assert_int_eq(jaxl_clock_format(c->completed, text), 0);
    snprintf(over, sizeof over, "\"%s\"", text);
    return snprintf(
        out, room,
        "{\"id\": %" PRId64 ", \"direction\": 2, \"from_number\": \"" STAGE_FROM
        "\", \"to_number\": \"%s\", \"created_on\": \"%s\", \"completed_on\": %s, "
        "\"is_finalized\": %s, \"missed\": %s, \"has_voicemail\": %s, \"failure_reason\": "
        "%s, \"duration\": %d, \"costs\": [{\"cost\": 0.35, \"currency\": \"INR\"}]}",
        c->id, c->to, created, is_over ? over : "null", is_over ? "true" : "false",
        c->end == STAGED_NO_ANSWER ? "true" : "false",
        c->end == STAGED_VOICEMAIL ? "true" : "false",
        c->end == STAGED_NET_FAIL ? "\"PROVIDER_SERVICE_ERROR\"" : "null",
        c->end == STAGED_ANSWERED ? 1 : 0);
}

/* The value of a parameter, with %XX made a character; "" when it is absent. */
static void parameter(const char *target, const char *name, char *out, size_t room)
{
    const char *at = strstr(target, name);
    size_t n = 0;
    unsigned c;

    for (at = at ? at + strlen(name) : ""; *at && *at != '&' && n + 1 < room; n++) {
        if (*at == '%' && sscanf(at + 1, "%2x", &c) == 1)
            at += 3;
        else
            c = (unsigned char)*at++;
        out[n] = (char)c;
    }
    out[n] = '\0';
}

/* A page of the calls, newest first, since the time and to the number that the request says. */
static void put_list(struct stage *s, const char *target, char *out)
{
    char since[64], to[64], skip[24];
    size_t n = 0, offset;
    int64_t start = 0;
    char *p = out, *end = out + BODY;
    bool more = false;

    parameter(target, "start_time=", since, sizeof since);
    parameter(target, "to_number=", to, sizeof to);
    parameter(target, "offset=", skip, sizeof skip);
    offset = strtoul(skip, NULL, 10);
    ck_assert_int_eq(jaxl_clock_parse(since, strlen(since), &start), 0);
    p += snprintf(p, (size_t)(end - p), "{\"results\": [");
    for (size_t i = s->n_placed; i-- > 0 && !more;) {
        const struct staged_call *c = &s->calls[s->placed[i]];
        if (c->asked < start)
            break;
        if ((*to && strcmp(to, c->to) != 0) || n++ < offset)
            continue;
        more = n - offset > PAGE;
        if (!more) {
            p += snprintf(p, (size_t)(end - p), "%s", n - offset > 1 ? ", " : "");
            p += put_call(s, c, p, (size_t)(end - p));
        }
    }
    ck_assert_int_gt(end - p, 100);
    snprintf(p, (size_t)(end - p), "], \"next\": %s}", more ? "\"more\"" : "null");
}

static struct staged_call *new_call(struct stage *s, const char *body)
{
    const char *to = strstr(body, "\"to_number\":\""), *ivr = strstr(body, "\"ivr_id\":");
    struct staged_call *c;

    ck_assert(to && ivr);
    if (s->n_calls == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->calls = realloc(s->calls, s->room * sizeof *s->calls);
        s->placed = realloc(s->placed, s->room * sizeof *s->placed);
        ck_assert(s->calls && s->placed);
    }
    c = &s->calls[s->n_calls++];
    *c = (struct staged_call){
        .asked = stage_now(s), .ivr = atoll(ivr + strlen("\"ivr_id\":")), .nth = 1, .run = s->run};
    snprintf(c->to, sizeof c->to, "%s", to + strlen("\"to_number\":\""));
    c->to[strcspn(c->to, "\"")] = '\0';
    for (size_t i = 0; i + 1 < s->n_calls; i++)
        c->nth += s->calls[i].ivr == c->ivr;
    return c;
}

static void on_token(struct stage *s, const struct httpd_request *r, struct httpd_step *step,
                     char *out)
{
    static const char *const headers[] = {"Retry-After: 0\r\n", "Retry-After: 1\r\n",
                                          "Retry-After: 2\r\n", "Retry-After: 400\r\n"};
    struct staged_call *c = new_call(s, r->body);
    int len;

    s->cast(s->ctx, c);
    if (c->kind <= STAGED_TORN_CALL) {
        s->placed[s->n_placed++] = s->n_calls - 1;
        c->id = (int64_t)s->n_placed;
        c->completed = c->asked + c->seconds * JAXL_SECOND;
    }
    if (c->kind == STAGED_TORN || c->kind == STAGED_TORN_CALL) {
        *step = (struct httpd_step){.then = HTTPD_RST};
    } else if (c->kind == STAGED_LOST || c->kind == STAGED_LOST_CALL) {
        *step = (struct httpd_step){.status = 500};
    } else if (c->kind == STAGED_REFUSED) {
        step->body = "{\"reason\": \"DND\"}";
    } else if (c->kind == STAGED_THROTTLED) {
        ck_assert(c->seconds <= 2 || c->seconds == 400);
        *step =
            (struct httpd_step){.status = 429, .headers = headers[c->seconds > 2 ? 3 : c->seconds]};
    } else {
        len = snprintf(out, BODY, "{\"call\": ");
        len += put_call(s, c, out + len, BODY - (size_t)len);
        snprintf(out + len, BODY - (size_t)len, "}");
    }
}

static void answer(void *arg, const struct httpd_request *r, unsigned n, struct httpd_step *step)
{
    struct stage *s = arg;
    char *body = s->bodies[s->next_body++ % UNIT_COUNT(s->bodies)];
    unsigned long id;

    (void)n;
    step->status = 200;
    step->body = body;
    if (!strcmp(r->target, "/v1/calls/token/")) {
        on_token(s, r, step, body);
    } else if (!strncmp(r->target, "/v1/calls/?", 11)) {
        put_list(s, r->target, body);
    } else {
        ck_assert_int_eq(strncmp(r->target, "/v1/calls/", 10), 0);
        id = strtoul(r->target + 10, NULL, 10);
        ck_assert(id >= 1 && id <= s->n_placed);
        put_call(s, &s->calls[s->placed[id - 1]], body, BODY);
    }
    advance(s, LATENCY);
}

void stage_set_up(struct stage *s, int64_t begin, void (*cast)(void *ctx, struct staged_call *call),
                  void *ctx)
{
    static const struct httpd_step total = {
        .status = 200, .body = "{\"total\": 1, \"symbol\": \"x\", \"signed\": \"proof\"}"};

    memset(s, 0, sizeof *s);
    s->now = begin;
    s->cast = cast;
    s->ctx = ctx;
    platform_set_up(&s->p, "2");
    s->p.rest = &total;
    s->p.n_rest = 1;
    s->p.clock = (struct jaxl_clock){s, now, now, pass, draw};
    s->p.log.level = JAXL_LOG_WARNING;
    s->p.options.timeout = 60 * JAXL_SECOND;
    for (size_t i = 0; i < UNIT_COUNT(s->bodies); i++)
        ck_assert_ptr_nonnull(s->bodies[i] = malloc(BODY));
    s->api = httpd_start(answer, s);
    s->p.call_root = httpd_url(s->api);
    s->session = platform_session(&s->p);
    snprintf(s->ledger, sizeof s->ledger, "%s/ledger.db", s->p.dir);
    ck_assert_int_eq(pipe(s->wake), 0);
}

void stage_tear_down(struct stage *s)
{
    jaxl_session_free(&s->session);
    httpd_stop(s->api);
    close(s->wake[0]);
    close(s->wake[1]);
    for (size_t i = 0; i < UNIT_COUNT(s->bodies); i++)
        free(s->bodies[i]);
    free(s->calls);
    free(s->placed);
    platform_tear_down(&s->p);
}

/* Runs. */

/* Right before the dialer waits: when no answer is awaited, not for long. */
static void on_turn(void *ctx)
{
    struct stage *s = ctx;

    if (jaxl_session_pending(s->session) > 0)
        return;
    ck_assert_uint_lt(s->idle_turns++, 20000);
    if (s->idle && !s->result->aborted && s->idle(s)) {
        s->result->aborted = true;
        jaxl_dialer_abort(s->dialer);
    }
    ck_assert_int_eq(write(s->wake[1], "", 1), 1);
}

static void on_wake(void *ctx)
{
    struct stage *s = ctx;
    char byte;

    ck_assert_int_eq(read(s->wake[0], &byte, 1), 1);
    advance(s, IDLE);
}

static int on_reject(void *ctx, const char *line, size_t len, struct jaxl_error *err)
{
    (void)line;
    (void)len;
    (void)err;
    ((struct stage *)ctx)->result->rejects++;
    return 0;
}

/* A file in memory. */
static int make_file(const char *text)
{
    int fd = memfd_create("stage", MFD_CLOEXEC);
    size_t len = text ? strlen(text) : 0;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text ? text : "", len), (ssize_t)len);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static char *read_file(int fd)
{
    off_t len = lseek(fd, 0, SEEK_END);
    char *text = malloc((size_t)len + 1);

    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(pread(fd, text, (size_t)len, 0), len);
    text[len] = '\0';
    return text;
}

static void feed(struct stage *s, const char *leads)
{
    struct jaxl_record_reader *reader = NULL;
    struct jaxl_error err = {0};
    int fd = make_file(leads);

    ck_assert_int_eq(jaxl_record_reader_new(&reader, fd, "leads", NULL, &err), 0);
    (void)jaxl_dialer_feed(s->dialer, reader, &err);
    jaxl_record_reader_free(&reader);
    close(fd);
}

void stage_run(struct stage *s, const struct jaxl_dialer_options *options, const char *leads,
               bool records, struct staged_run *out)
{
    struct jaxl_dialer_options o = *options;
    struct jaxl_record_writer *writer = NULL;
    int to = make_file(NULL);
    char byte;

    *out = (struct staged_run){0};
    s->result = out;
    s->idle_turns = 0;
    o.from = STAGE_FROM;
    o.ledger = s->ledger;
    o.wake_fd = s->wake[0];
    o.woken = on_wake;
    o.turn = on_turn;
    o.reject = on_reject;
    o.ctx = s;
    ck_assert_int_eq(jaxl_record_writer_new(&writer, to, NULL, &out->err), 0);
    ck_assert_msg(jaxl_dialer_new(&s->dialer, &o, s->session, writer, &out->err) == 0, "%s",
                  out->err.message);
    if (leads)
        feed(s, leads);
    else
        (void)jaxl_dialer_open(s->dialer, &out->err);
    if (s->fed)
        s->fed(s);
    out->code = jaxl_dialer_finish(s->dialer, &out->err);
    out->totals = *jaxl_dialer_totals(s->dialer);
    jaxl_dialer_free(&s->dialer);
    jaxl_record_writer_free(&writer);
    out->records = records ? read_file(to) : NULL;
    close(to);
    while (poll(&(struct pollfd){.fd = s->wake[0], .events = POLLIN}, 1, 0) == 1)
        ck_assert_int_eq(read(s->wake[0], &byte, 1), 1);
    s->run++;
}
