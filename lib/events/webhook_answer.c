/* Answers, and waiting for what has to be there before one leaves. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "events/webhook_impl.h"

#define DOT "{\"prompt\":[\" . \"],\"num_characters\":0}" /* as the reference server does */
/* The protocol does not say what the answer to a mark is for. Any prompt could end the waiting for
 * a digit that the marked one has begun, or the call: nothing is said. */
#define NOTHING "{}"

const char *jaxl_webhook_default(const struct jaxl_webhook *w, enum jaxl_event_kind kind)
{
    if (!jaxl_webhook_is_asked(kind))
        return DOT;
    return kind == JAXL_EVENT_MARK || kind == JAXL_EVENT_STREAM ? NOTHING : w->fallback;
}

/* Who the answer counts for. */
static enum jaxl_webhook_source giver(const struct jaxl_awaited *a)
{
    bool heard = jaxl_webhook_default(a->w, a->kind) == a->w->fallback;

    return a->source == FROM_DEFAULT && !heard ? FROM_NOBODY : a->source;
}

bool jaxl_webhook_is_asked(enum jaxl_event_kind kind)
{
    return kind != JAXL_EVENT_CONFIGURE && kind != JAXL_EVENT_TEARDOWN;
}

void jaxl_webhook_complain(struct jaxl_webhook *w, enum jaxl_webhook_trouble what, const char *id,
                           const char *message)
{
    int64_t now = jaxl_clock_mono(w->clock), last = atomic_load(&w->complained[what]);
    uint64_t silent;

    if ((last && now - last < JAXL_SECOND) ||
        !atomic_compare_exchange_strong(&w->complained[what], &last, now)) {
        JAXL_COUNT(w->silent[what]);
        return;
    }
    silent = atomic_exchange(&w->silent[what], 0);
    if (silent)
        jaxl_log_print(&w->log, JAXL_LOG_WARNING, "event %s: %s (%" PRIu64 " like this before)", id,
                       message, silent);
    else
        jaxl_log_print(&w->log, JAXL_LOG_WARNING, "event %s: %s", id, message);
}

enum jaxl_webhook_source jaxl_webhook_decide(struct jaxl_webhook *w, const struct jaxl_event *e,
                                             struct jaxl_buf *out)
{
    struct jaxl_error err = {0};
    const char *text;
    int rc;

    jaxl_buf_reset(out);
    rc = w->options.flow ? jaxl_flow_answer(w->options.flow, e, out, &err) : JAXL_EEND;
    if (!rc && !out->failed && jaxl_webhook_is_asked(e->kind))
        return FROM_FLOW;
    if (rc && rc != JAXL_EEND) {
        JAXL_COUNT(w->counts.flow_failed);
        jaxl_webhook_complain(w, TROUBLE_FLOW, e->id, err.message);
    }
    jaxl_buf_reset(out);
    text = jaxl_webhook_default(w, e->kind);
    jaxl_buf_puts(out, text);
    return FROM_DEFAULT;
}

void jaxl_webhook_set(struct jaxl_awaited *a, enum jaxl_webhook_source source, const char *text,
                      size_t len)
{
    char *copy = malloc(len + 1);

    if (!copy)
        return;
    memcpy(copy, text, len);
    copy[len] = '\0';
    free(a->answer);
    a->answer = copy;
    a->answer_len = len;
    a->source = source;
}

void jaxl_webhook_send(struct jaxl_awaited *a, const char *text, size_t len)
{
    static const char sorry[] = "{\"message\":\"the event cannot be kept: send it again later\"}";
    struct jaxl_webhook *w = a->w;

    if (!text) {
        text = jaxl_webhook_default(w, a->kind);
        len = strlen(text);
    }
    if (atomic_load(&a->unkept)) {
        JAXL_COUNT(w->counts.unkept);
        jaxl_server_answer(a->request, 503, "application/json", sorry, sizeof sorry - 1);
        return;
    }
    JAXL_COUNT(w->counts.events[a->kind]);
    JAXL_COUNT(w->counts.answers[giver(a)]);
    if (a->duplicate)
        JAXL_COUNT(w->counts.duplicates);
    jaxl_webhook_answered(w, jaxl_clock_mono(w->clock) - a->since);
    jaxl_server_answer(a->request, 200, "application/json", text, len);
}

void jaxl_webhook_release(struct jaxl_awaited *a)
{
    if (atomic_fetch_sub(&a->waits, 1) > 1)
        return;
    jaxl_webhook_send(a, a->answer, a->answer_len);
    free(a->answer);
    free(a->body);
    free(a);
}

/* It is refused: when it comes again, it is no replay. */
void jaxl_webhook_unkept(struct jaxl_awaited *a, int code)
{
    struct jaxl_webhook *w = a->w;

    atomic_store(&a->unkept, true);
    pthread_mutex_lock(&w->lock);
    jaxl_replay_disown(w->replay, a->replay);
    pthread_mutex_unlock(&w->lock);
    jaxl_webhook_complain(w, TROUBLE_KEEP, a->id,
                          code == JAXL_EAGAIN
                              ? "refused: too many records wait for who reads standard output"
                              : "refused: it cannot be kept");
}

void jaxl_webhook_kept(void *ctx, const uint64_t *tickets, size_t n, int code)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        struct jaxl_awaited *a = (struct jaxl_awaited *)(uintptr_t)tickets[i];
        if (code)
            jaxl_webhook_unkept(a, code);
        jaxl_webhook_release(a);
    }
}

/* The command has passed it on: the flow is asked after all. */
static void pass_on(struct jaxl_awaited *a)
{
    struct jaxl_webhook *w = a->w;
    const struct jaxl_json *body;
    struct jaxl_event e;

    if (!a->body || jaxl_json_parse(w->again, a->body, a->body_len, &body, NULL) ||
        jaxl_event_read(&e, body, false, NULL))
        return;
    memcpy(e.id, a->id, sizeof e.id);
    e.received = a->received;
    a->source = jaxl_webhook_decide(w, &e, &w->passed);
    if (a->source == FROM_FLOW)
        jaxl_webhook_set(a, FROM_FLOW, w->passed.data, w->passed.len);
}

static void replace(struct jaxl_awaited *a, int code, const struct jaxl_error *err)
{
    struct jaxl_webhook_counts *c = &a->w->counts;

    if (code == JAXL_EINPUT || code == JAXL_ELIMIT)
        JAXL_COUNT(c->bad);
    else if (code == JAXL_EAGAIN)
        JAXL_COUNT(c->late);
    else
        JAXL_COUNT(c->dead);
    jaxl_webhook_complain(a->w, TROUBLE_ANSWER, a->id, err->message);
}

void jaxl_webhook_commanded(void *ctx, uint64_t ticket, int code, const char *text, size_t len,
                            const struct jaxl_error *err)
{
    struct jaxl_webhook *w = ctx;
    struct jaxl_awaited *a = (struct jaxl_awaited *)(uintptr_t)ticket;
    const char *given;

    pthread_mutex_lock(&w->lock);
    if (!code)
        jaxl_webhook_set(a, FROM_COMMAND, text, len);
    else if (code == JAXL_EEND)
        pass_on(a);
    else
        replace(a, code, err);
    given = a->answer ? a->answer : jaxl_webhook_default(w, a->kind);
    jaxl_replay_answer(w->replay, a->replay, (int)a->source, given, strlen(given),
                       jaxl_webhook_replayed, w);
    pthread_mutex_unlock(&w->lock);
    jaxl_webhook_release(a);
}

void jaxl_webhook_replayed(void *ctx, uint64_t ticket, int code, const char *text, size_t len)
{
    struct jaxl_awaited *a = (struct jaxl_awaited *)(uintptr_t)ticket;

    (void)ctx;
    jaxl_webhook_set(a, (enum jaxl_webhook_source)code, text, len);
    jaxl_webhook_release(a);
}
