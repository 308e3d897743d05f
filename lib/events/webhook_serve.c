/* A request: what it is, who is asked, and what can be answered at once. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "events/webhook_impl.h"

/* No secret is found out by how long a comparison takes. */
static bool same(const char *secret, const char *given)
{
    size_t len = strlen(secret);

    return given && strlen(given) == len && CRYPTO_memcmp(secret, given, len) == 0;
}

/* Without its final slash. */
static size_t length(const char *path)
{
    size_t len = strlen(path);

    return len > 1 && path[len - 1] == '/' ? len - 1 : len;
}

static bool is_path(const char *path, const char *given)
{
    size_t len = length(path);

    return length(given) == len && CRYPTO_memcmp(path, given, len) == 0;
}

static bool has_path(const struct jaxl_webhook *w, const char *given)
{
    const struct jaxl_texts *paths = &w->options.paths;
    bool found = !paths->n && is_path(JAXL_WEBHOOK_PATH, given);

    for (size_t i = 0; i < paths->n; i++)
        found |= is_path(paths->items[i], given);
    return found;
}

static void refuse(struct jaxl_webhook *w, struct jaxl_server_request *r,
                   enum jaxl_webhook_refusal refusal, const char *why)
{
    static const unsigned statuses[JAXL_WEBHOOK_REFUSALS] = {[JAXL_WEBHOOK_BAD] = 400,
                                                             [JAXL_WEBHOOK_FORBIDDEN] = 403,
                                                             [JAXL_WEBHOOK_NO_PATH] = 404,
                                                             [JAXL_WEBHOOK_NO_METHOD] = 405};
    struct jaxl_json_writer *json = NULL;
    struct jaxl_buf text;

    JAXL_COUNT(w->counts.refused[refusal]);
    jaxl_log_print(&w->log, JAXL_LOG_INFO, "refused a request with %u: %s", statuses[refusal], why);
    jaxl_buf_init(&text, 4096);
    if (jaxl_json_writer_new(&json, &text) == 0) {
        jaxl_json_write_object(json);
        jaxl_json_write_member(json, "message", why);
        jaxl_json_write_end(json);
    }
    if (refusal == JAXL_WEBHOOK_NO_METHOD)
        jaxl_server_add(r, "Allow", "POST, DELETE");
    jaxl_server_answer(r, statuses[refusal], "application/json", jaxl_buf_text(&text), text.len);
    jaxl_json_writer_free(&json);
    jaxl_buf_free(&text);
}

/* Whether it may be served; else it is refused. */
static bool admit(struct jaxl_webhook *w, struct jaxl_server_request *r, bool *deleted)
{
    *deleted = strcmp(r->method, "DELETE") == 0;
    if (!has_path(w, r->path))
        refuse(w, r, JAXL_WEBHOOK_NO_PATH, "there is nothing at this path");
    else if (!*deleted && strcmp(r->method, "POST") != 0)
        refuse(w, r, JAXL_WEBHOOK_NO_METHOD, "POST and DELETE are served");
    else if (w->options.secret_name &&
             !same(w->options.secret, jaxl_server_header(r, w->options.secret_name)))
        refuse(w, r, JAXL_WEBHOOK_FORBIDDEN, "the secret header is missing or wrong");
    else
        return true;
    return false;
}

/* What the ids of this run begin with, and a number: printf would take as long as all the rules. */
static void name_event(struct jaxl_webhook *w, struct jaxl_event *e)
{
    char digits[16];
    size_t n = 0, len = strlen(w->start);

    _Static_assert(sizeof w->start + sizeof digits <= sizeof e->id, "every number has room");
    for (uint64_t number = ++w->n_ids; number; number >>= 4)
        digits[n++] = "0123456789abcdef"[number & 15];
    memcpy(e->id, w->start, len);
    while (n)
        e->id[len++] = digits[--n];
    e->id[len] = '\0';
    e->received = jaxl_clock_now(w->clock);
}

static struct jaxl_awaited *begin(struct jaxl_webhook *w, struct jaxl_server_request *r,
                                  const struct jaxl_event *e)
{
    struct jaxl_awaited *a = w->spare ? w->spare : malloc(sizeof *a);

    w->spare = NULL;
    if (!a)
        return NULL;
    memset(a, 0, sizeof *a);
    a->w = w;
    a->request = r;
    a->kind = e->kind;
    a->since = jaxl_clock_mono(w->clock);
    a->received = e->received;
    memcpy(a->id, e->id, sizeof a->id);
    atomic_init(&a->waits, 1);
    return a;
}

static uint64_t ticket_of(struct jaxl_awaited *a)
{
    return (uint64_t)(uintptr_t)a;
}

/* A replay is answered as the first was, or waits for its answer with it. */
static void follow_first(struct jaxl_awaited *a, const struct jaxl_replay_seen *seen)
{
    struct jaxl_webhook *w = a->w;

    a->duplicate = true;
    jaxl_buf_reset(&w->answer);
    if (seen->answered) {
        a->source = (enum jaxl_webhook_source)seen->code;
        jaxl_buf_add(&w->answer, seen->text, seen->len);
        return;
    }
    atomic_fetch_add(&a->waits, 1);
    if (jaxl_replay_wait(w->replay, seen->ref, ticket_of(a)))
        atomic_fetch_sub(&a->waits, 1);
}

/* Into the server's answer, unless the command is to be asked. True: it is. */
static bool look_up(struct jaxl_awaited *a, struct jaxl_event *e)
{
    struct jaxl_webhook *w = a->w;
    struct jaxl_replay_seen seen;
    bool ask = false;

    pthread_mutex_lock(&w->lock);
    jaxl_replay_see(w->replay, e, a->since, &seen);
    e->duplicate = seen.duplicate;
    if (seen.duplicate) {
        follow_first(a, &seen);
    } else {
        a->replay = seen.ref;
        ask = w->responder && jaxl_webhook_is_asked(e->kind);
        jaxl_buf_reset(&w->answer);
        if (!ask) {
            a->source = jaxl_webhook_decide(w, e, &w->answer);
            jaxl_replay_answer(w->replay, seen.ref, (int)a->source, jaxl_buf_text(&w->answer),
                               w->answer.len, jaxl_webhook_replayed, w);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return ask;
}

/* The record as the command reads it. */
static const struct jaxl_buf *with_lead(struct jaxl_webhook *w, const struct jaxl_event *e)
{
    const char *number = jaxl_event_other(e), *lead = NULL;
    size_t len = 0;

    if (w->options.flow && number)
        lead = jaxl_flow_lead(w->options.flow, number, &len);
    if (!lead)
        return &w->record;
    jaxl_buf_reset(&w->told);
    jaxl_buf_add(&w->told, w->record.data, w->record.len - 2); /* without "}\n" */
    jaxl_buf_puts(&w->told, ",\"lead\":");
    jaxl_buf_add(&w->told, lead, len);
    jaxl_buf_puts(&w->told, "}\n");
    return w->told.failed ? &w->record : &w->told;
}

static const char *why_not(int rc)
{
    return rc == JAXL_EBUSY    ? "does not keep up"
           : rc == JAXL_ENOMEM ? "is not asked: memory is out"
                               : "is not there to be asked";
}

static void ask_command(struct jaxl_awaited *a, const struct jaxl_event *e,
                        struct jaxl_server_request *r)
{
    struct jaxl_webhook *w = a->w;
    const struct jaxl_buf *line = with_lead(w, e);
    struct jaxl_error err = {0};
    int rc;

    if (w->options.flow) {
        a->body = malloc(r->len + 1);
        if (a->body) {
            a->body_len = r->len;
            memcpy(a->body, r->body, a->body_len);
        }
    }
    atomic_fetch_add(&a->waits, 1);
    rc = jaxl_responder_ask(w->responder, ticket_of(a), e->call_id, e->id, line->data, line->len);
    if (!rc)
        return;
    (void)jaxl_error_set(&err, rc, "the command %s", why_not(rc));
    jaxl_webhook_commanded(w, ticket_of(a), rc, NULL, 0, &err);
}

/* It does not hear of an event that is refused; replays of it wait for no answer. */
static void refuse_command(struct jaxl_awaited *a)
{
    struct jaxl_webhook *w = a->w;
    const char *text = jaxl_webhook_default(w, a->kind);

    pthread_mutex_lock(&w->lock);
    jaxl_replay_answer(w->replay, a->replay, FROM_DEFAULT, text, strlen(text),
                       jaxl_webhook_replayed, w);
    pthread_mutex_unlock(&w->lock);
}

/* It hears of events whose answer is not used, as well. */
static void tell_command(struct jaxl_webhook *w, const struct jaxl_event *e)
{
    const struct jaxl_buf *line = with_lead(w, e);
    char why[80];
    int rc = jaxl_responder_tell(w->responder, e->call_id, e->id, line->data, line->len);

    if (!rc)
        return;
    JAXL_COUNT(w->counts.untold);
    (void)snprintf(why, sizeof why, "%s, which the command was not told of: it %s",
                   jaxl_event_name(e->kind), why_not(rc));
    jaxl_webhook_complain(w, TROUBLE_TELL, e->id, why);
}

/* What is not for answering: the journal, who opts out. */
static void note(struct jaxl_awaited *a, const struct jaxl_event *e)
{
    struct jaxl_webhook *w = a->w;
    int rc;

    if (w->optout && !e->duplicate && jaxl_optout_is(w->optout, e))
        (void)jaxl_optout_add(w->optout, e);
    atomic_fetch_add(&a->waits, 1);
    rc = w->record.failed
             ? w->record.failed
             : jaxl_journal_add(w->journal, ticket_of(a), w->record.data, w->record.len);
    if (rc == 0)
        return;
    if (rc < 0)
        jaxl_webhook_unkept(a, rc);
    atomic_fetch_sub(&a->waits, 1);
}

/* Answers, or leaves that to whom it waits for. */
static void end(struct jaxl_awaited *a)
{
    struct jaxl_webhook *w = a->w;

    if (w->answer.len && atomic_load(&a->waits) == 1) {
        jaxl_webhook_send(a, w->answer.data, w->answer.len);
        w->spare = a;
        return;
    }
    if (w->answer.len)
        jaxl_webhook_set(a, a->source, w->answer.data, w->answer.len);
    jaxl_webhook_release(a);
}

/* There is no memory to look at it. */
static void put_off(struct jaxl_webhook *w, struct jaxl_server_request *r)
{
    JAXL_COUNT(w->counts.unkept);
    jaxl_server_answer(r, 503, "application/json", "{}", 2);
}

static void take(struct jaxl_webhook *w, struct jaxl_server_request *r, struct jaxl_event *e)
{
    struct jaxl_awaited *a;
    bool ask;

    name_event(w, e);
    a = begin(w, r, e);
    if (!a) {
        put_off(w, r);
        return;
    }
    ask = look_up(a, e);
    jaxl_buf_reset(&w->record);
    jaxl_event_write(e, &w->record);
    note(a, e);
    if (ask && atomic_load(&a->unkept))
        refuse_command(a);
    else if (ask)
        ask_command(a, e, r);
    else if (w->responder && !e->duplicate && !w->record.failed)
        tell_command(w, e);
    end(a);
}

void jaxl_webhook_serve(void *ctx, struct jaxl_server_request *r)
{
    struct jaxl_webhook *w = ctx;
    const struct jaxl_json *body;
    struct jaxl_error err = {0};
    struct jaxl_event e;
    bool deleted;
    int rc;

    if (!admit(w, r, &deleted))
        return;
    rc = jaxl_json_parse(w->doc, r->body, r->len, &body, &err);
    if (!rc)
        rc = jaxl_event_read(&e, body, deleted, &err);
    if (rc == JAXL_ENOMEM)
        put_off(w, r);
    else if (rc)
        refuse(w, r, JAXL_WEBHOOK_BAD, err.message);
    else
        take(w, r, &e);
}
