/* Putting the parts together, and taking them down again. */
#include "jaxl/webhook.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/response.h"
#include "events/webhook_impl.h"

enum { RECORD_MAX = 8 * JAXL_WEBHOOK_BODY }; /* bytes: escapes make a body longer */

#define REST (2 * JAXL_SECOND)

#define SORRY "This service is not available now. Please call again later."

static void log_in_turn(void *ctx, enum jaxl_log_level level, const char *message)
{
    struct jaxl_webhook *w = ctx;

    pthread_mutex_lock(&w->log_lock);
    w->options.log->write(w->options.log->ctx, level, message);
    pthread_mutex_unlock(&w->log_lock);
}

/* ---- what is needed before anything runs */

static int write_fallback(struct jaxl_buf *out, const char *given, struct jaxl_json_doc *doc,
                          struct jaxl_error *err)
{
    const struct jaxl_json *answer;
    struct jaxl_json_writer *w = NULL;
    struct jaxl_buf text;
    int rc = 0;

    jaxl_buf_init(&text, JAXL_WEBHOOK_ANSWER);
    given += strspn(given, " \t\n");
    if (*given == '{' || *given == '[') {
        jaxl_buf_puts(&text, given);
    } else if (!(rc = jaxl_json_writer_new(&w, &text))) {
        jaxl_json_write_object(w);
        jaxl_json_write_member(w, "prompt", given);
        jaxl_json_write_member_int(w, "num_characters", 0);
        jaxl_json_write_end(w);
    }
    if (!rc)
        rc = jaxl_buf_check(&text, "the default answer", err);
    if (!rc)
        rc = jaxl_json_parse(doc, text.data, text.len, &answer, err);
    if (!rc)
        rc = jaxl_response_check(answer, out, err);
    jaxl_json_writer_free(&w);
    jaxl_buf_free(&text);
    return rc;
}

static int set_fallback(struct jaxl_webhook *w, struct jaxl_error *err)
{
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, JAXL_WEBHOOK_ANSWER);
    rc = write_fallback(&out, w->options.fallback ? w->options.fallback : SORRY, w->doc, err);
    if (!rc && !(w->fallback = jaxl_buf_take(&out)))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    jaxl_buf_free(&out);
    return rc ? jaxl_error_set(err, rc == JAXL_ENOMEM || rc == JAXL_ECONFIG ? rc : JAXL_EARG,
                               "the default answer: %s",
                               rc == JAXL_EEND ? "it says nothing"
                               : err           ? err->message
                                               : "")
              : 0;
}

/* Two runs never give an event the same id: seconds of the start, and chance. */
static int set_start(struct jaxl_webhook *w, struct jaxl_error *err)
{
    unsigned char chance[4];

    if (jaxl_clock_random(w->clock, chance, sizeof chance))
        return jaxl_error_set(err, JAXL_EIO, "no randomness is to be had");
    (void)snprintf(w->start, sizeof w->start, "%" PRIx64 "%02x%02x%02x%02x-",
                   (uint64_t)(jaxl_clock_now(w->clock) / JAXL_SECOND), chance[0], chance[1],
                   chance[2], chance[3]);
    return 0;
}

static int read_addresses(struct jaxl_webhook *w, struct jaxl_error *err)
{
    const struct jaxl_webhook_options *o = &w->options;
    int rc = jaxl_address_parse(&w->listen_at, o->listen, "--listen", err);

    if (!rc && o->watch)
        rc = jaxl_address_parse(&w->watch_at, o->watch, "--metrics", err);
    w->allow = calloc(o->allow.n + 1, sizeof *w->allow);
    if (!rc && !w->allow)
        rc = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (size_t i = 0; i < o->allow.n && !rc; i++) {
        rc = jaxl_network_parse(o->allow.items[i], &w->allow[i], err);
        if (rc)
            (void)jaxl_error_prefix(err, rc, "--allow");
    }
    return rc;
}

static int prepare(struct jaxl_webhook *w, struct jaxl_error *err)
{
    int rc = 0;

    jaxl_buf_init(&w->record, RECORD_MAX);
    jaxl_buf_init(&w->answer, JAXL_WEBHOOK_ANSWER);
    jaxl_buf_init(&w->passed, JAXL_WEBHOOK_ANSWER);
    jaxl_buf_init(&w->told, 2 * RECORD_MAX);
    if (jaxl_json_doc_new(&w->doc, JAXL_WEBHOOK_BODY) ||
        jaxl_json_doc_new(&w->again, JAXL_WEBHOOK_BODY))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    if (!rc && pipe2(w->gone, O_CLOEXEC | O_NONBLOCK))
        rc = jaxl_error_set(err, JAXL_EIO, "making a pipe: no descriptor is left");
    if (!rc)
        rc = jaxl_replay_new(&w->replay, NULL, err);
    if (!rc)
        rc = set_start(w, err);
    return rc ? rc : set_fallback(w, err);
}

/* ---- the parts */

static void output_gone(void *ctx)
{
    struct jaxl_webhook *w = ctx;
    ssize_t told = write(w->gone[1], "", 1);

    (void)told; /* full: it was told */
}

static int open_journal(struct jaxl_webhook *w, struct jaxl_error *err)
{
    const struct jaxl_journal_options options = {.fd = w->options.output,
                                                 .path = w->options.journal,
                                                 .done = jaxl_webhook_kept,
                                                 .gone = output_gone,
                                                 .ctx = w,
                                                 .clock = w->clock,
                                                 .log = &w->log};

    return jaxl_journal_open(&w->journal, &options, err);
}

static int open_optout(struct jaxl_webhook *w, struct jaxl_error *err)
{
    const struct jaxl_optout_options options = {.conditions = w->options.opt_out,
                                                .suppress = w->options.suppress,
                                                .ctx = w->options.ctx,
                                                .clock = w->clock,
                                                .log = &w->log};

    return w->options.suppress ? jaxl_optout_new(&w->optout, &options, err) : 0;
}

static int open_responder(struct jaxl_webhook *w, struct jaxl_error *err)
{
    const struct jaxl_responder_options options = {.command = w->options.respond,
                                                   .jobs = w->options.respond_jobs,
                                                   .timeout = w->options.timeout,
                                                   .answered = jaxl_webhook_commanded,
                                                   .ctx = w,
                                                   .clock = w->clock,
                                                   .log = &w->log};

    return w->options.respond ? jaxl_responder_start(&w->responder, &options, err) : 0;
}

static int open_server(struct jaxl_webhook *w, struct jaxl_error *err)
{
    const struct jaxl_webhook_options *o = &w->options;
    const struct jaxl_server_options options = {
        .host = w->listen_at.host,
        .port = w->listen_at.port,
        .connections = o->connections,
        .body_max = JAXL_WEBHOOK_BODY,
        .timeout = o->request_timeout ? o->request_timeout : JAXL_WEBHOOK_REQUEST,
        .allow = w->allow,
        .n_allow = o->allow.n,
        .serve = jaxl_webhook_serve,
        .ctx = w,
        .clock = w->clock};

    return jaxl_server_new(&w->server, &options, err);
}

/* ---- metrics and health */

static void serve_watch(void *ctx, struct jaxl_server_request *r)
{
    struct jaxl_webhook *w = ctx;
    const char *ailing;
    struct jaxl_buf text;

    if (!atomic_load(&w->serves)) {
        jaxl_server_answer(r, 503, "text/plain", "it is only starting\n", 20);
    } else if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0) {
        jaxl_server_add(r, "Allow", "GET, HEAD");
        jaxl_server_answer(r, 405, "text/plain", "", 0);
    } else if (strcmp(r->path, "/healthz") == 0) {
        ailing = jaxl_webhook_ailing(w);
        jaxl_server_answer(r, ailing ? 503 : 200, "text/plain", ailing ? ailing : "ok\n",
                           strlen(ailing ? ailing : "ok\n"));
    } else if (strcmp(r->path, "/metrics") == 0) {
        jaxl_buf_init(&text, (size_t)1024 * 1024);
        jaxl_webhook_metrics(w, &text);
        jaxl_server_answer(r, text.failed ? 503 : 200, "text/plain; version=0.0.4",
                           jaxl_buf_text(&text), text.len);
        jaxl_buf_free(&text);
    } else {
        jaxl_server_answer(r, 404, "text/plain", "there are /metrics and /healthz\n", 32);
    }
}

static int open_watch(struct jaxl_webhook *w, struct jaxl_error *err)
{
    const struct jaxl_server_options options = {.host = w->watch_at.host,
                                                .port = w->watch_at.port,
                                                .connections = 64,
                                                .body_max = 4096,
                                                .timeout = JAXL_WEBHOOK_REQUEST,
                                                .serve = serve_watch,
                                                .ctx = w,
                                                .clock = w->clock};

    return w->options.watch ? jaxl_server_new(&w->watch, &options, err) : 0;
}

/* ---- the whole */

int jaxl_webhook_open(struct jaxl_webhook **out, const struct jaxl_webhook_options *options,
                      struct jaxl_error *err)
{
    static int (*const steps[])(struct jaxl_webhook *, struct jaxl_error *) = {
        read_addresses, prepare,    open_optout, open_journal,
        open_responder, open_watch, open_server}; /* the last is when events come */
    struct jaxl_webhook *w = calloc(1, sizeof *w);
    int rc = 0;

    *out = w;
    if (!w)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    w->options = *options;
    w->clock = options->clock ? options->clock : jaxl_clock_system();
    w->gone[0] = w->gone[1] = -1;
    pthread_mutex_init(&w->lock, NULL);
    pthread_mutex_init(&w->log_lock, NULL);
    if (options->log)
        w->log = (struct jaxl_log){.ctx = w, .level = options->log->level, .write = log_in_turn};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && !rc; i++)
        rc = steps[i](w, err);
    if (rc)
        jaxl_webhook_free(out);
    else
        atomic_store(&w->serves, true);
    return rc;
}

uint16_t jaxl_webhook_port(const struct jaxl_webhook *w)
{
    return jaxl_server_port(w->server);
}

uint16_t jaxl_webhook_watch_port(const struct jaxl_webhook *w)
{
    return w->watch ? jaxl_server_port(w->watch) : 0;
}

int jaxl_webhook_fd(const struct jaxl_webhook *w)
{
    return w->gone[0];
}

void jaxl_webhook_reopen(struct jaxl_webhook *w)
{
    jaxl_journal_reopen(w->journal);
}

/* ---- the end */

static int64_t left(const struct jaxl_webhook *w, int64_t deadline)
{
    int64_t now = jaxl_clock_mono(w->clock);

    return deadline > now ? deadline - now : 0;
}

/* What clients who are slow to send or to take do not use up. */
static int64_t rest(int64_t patience)
{
    return patience / 2 < REST ? patience / 2 : REST;
}

/* No new requests, and those under way are answered, by default where the command would take too
 * long; then whom their answers have waited for, one after the other. */
int jaxl_webhook_stop(struct jaxl_webhook *w, int64_t patience, struct jaxl_error *err)
{
    int64_t deadline = jaxl_clock_mono(w->clock) + patience, wait = patience - rest(patience);

    if (w->stopped)
        return 0;
    w->stopped = true;
    if (w->responder)
        jaxl_responder_hurry(w->responder, wait - rest(wait));
    (void)jaxl_server_stop(w->server, wait);
    if (w->responder)
        jaxl_responder_stop(w->responder, left(w, deadline));
    if (w->optout)
        jaxl_optout_stop(w->optout, deadline);
    return jaxl_journal_stop(w->journal, left(w, deadline), err);
}

void jaxl_webhook_free(struct jaxl_webhook **out)
{
    struct jaxl_webhook *w = out ? *out : NULL;

    if (!w)
        return;
    if (w->server)
        (void)jaxl_webhook_stop(w, 0, NULL);
    jaxl_server_free(&w->watch);
    jaxl_server_free(&w->server);
    jaxl_responder_free(&w->responder);
    jaxl_optout_free(&w->optout);
    jaxl_journal_free(&w->journal);
    jaxl_replay_free(&w->replay);
    jaxl_json_doc_free(&w->doc);
    jaxl_json_doc_free(&w->again);
    jaxl_buf_free(&w->record);
    jaxl_buf_free(&w->answer);
    jaxl_buf_free(&w->passed);
    jaxl_buf_free(&w->told);
    free(w->fallback);
    free(w->allow);
    free(w->spare);
    for (int i = 0; i < 2; i++)
        if (w->gone[i] >= 0)
            close(w->gone[i]);
    pthread_mutex_destroy(&w->lock);
    pthread_mutex_destroy(&w->log_lock);
    free(w);
    *out = NULL;
}
