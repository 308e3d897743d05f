#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/secret.h"
#include "platform/session_impl.h"
#include "platform/target.h"

enum { KEEP_BYTES = 256 * 1024 }; /* a body's buffer above this is given back; and is a file */

static void append(struct jaxl_task_list *list, struct jaxl_task *task)
{
    task->next = NULL;
    if (list->tail)
        list->tail->next = task;
    else
        list->head = task;
    list->tail = task;
}

static void prepend(struct jaxl_task_list *list, struct jaxl_task *task)
{
    task->next = list->head;
    list->head = task;
    if (!list->tail)
        list->tail = task;
}

static struct jaxl_task *shift(struct jaxl_task_list *list)
{
    struct jaxl_task *task = list->head;

    if (task) {
        list->head = task->next;
        if (!list->head)
            list->tail = NULL;
    }
    return task;
}

static void destroy(struct jaxl_task *task)
{
    jaxl_buf_free(&task->path);
    jaxl_buf_free(&task->query);
    jaxl_buf_wipe(&task->body); /* may carry signed totals */
    free(task);
}

static struct jaxl_task *make(struct jaxl_session *s)
{
    struct jaxl_task *task = s->spare;

    if (task) {
        s->spare = task->next;
        s->n_spare--;
        return task;
    }
    task = calloc(1, sizeof *task);
    if (!task)
        return NULL;
    task->session = s;
    jaxl_buf_init(&task->path, JAXL_TARGET_MAX);
    jaxl_buf_init(&task->query, JAXL_TARGET_MAX);
    jaxl_buf_init(&task->body, JAXL_SESSION_BODY_MAX);
    return task;
}

static void recycle(struct jaxl_task *task)
{
    struct jaxl_session *s = task->session;
    struct jaxl_task clean = {.session = s,
                              .next = s->spare,
                              .path = task->path,
                              .query = task->query,
                              .body = task->body};

    if (s->n_spare == JAXL_SESSION_KEEP) {
        destroy(task);
        return;
    }
    *task = clean;
    jaxl_buf_reset(&task->path);
    jaxl_buf_reset(&task->query);
    if (task->body.cap > KEEP_BYTES)
        jaxl_buf_wipe(&task->body);
    else
        jaxl_buf_reset(&task->body);
    s->spare = task;
    s->n_spare++;
}

int jaxl_session_base(struct jaxl_session *s, enum jaxl_module module, struct jaxl_error *err)
{
    struct jaxl_buf root;
    int rc;

    if (s->bases[module])
        return 0;
    jaxl_buf_init(&root, JAXL_CREDENTIALS_ROOT_MAX);
    rc = jaxl_credentials_root(s->cred, s->env, module, &root, err);
    if (!rc)
        rc = jaxl_http_base_new(&s->bases[module], jaxl_buf_text(&root), err);
    jaxl_buf_free(&root);
    return rc;
}

static int fill(struct jaxl_task *task, const struct jaxl_request *r, struct jaxl_error *err)
{
    static const char json_type[] = "Content-Type: application/json";
    int rc = jaxl_session_base(task->session, task->row->module, err);

    if (!rc)
        rc = jaxl_target_path(task->row, r->ids, &task->path, err);
    if (!rc)
        rc = jaxl_target_query(task->row, r->query, r->n_query, &task->query, err);
    if (rc)
        return rc;
    if (r->query_text && *r->query_text)
        jaxl_buf_printf(&task->query, "%s%s", task->query.len ? "&" : "", r->query_text);
    task->base = task->session->bases[task->row->module];
    task->has_body = r->body != NULL;
    if (r->content_type)
        snprintf(task->type_line, sizeof task->type_line, "Content-Type: %s", r->content_type);
    else
        memcpy(task->type_line, json_type, sizeof json_type);
    if (r->body)
        jaxl_buf_add(&task->body, r->body, r->body_len);
    task->timeout = r->timeout;
    task->done = r->done;
    task->again = r->again;
    task->arg = r->arg;
    rc = jaxl_buf_check(&task->query, "the query of a request", err);
    return rc ? rc : jaxl_buf_check(&task->body, "the body of a request", err);
}

int jaxl_session_enqueue(struct jaxl_session *s, const struct jaxl_request *request,
                         enum jaxl_session_kind kind, struct jaxl_error *err)
{
    struct jaxl_task *task;
    int rc;

    if (s->pending >= JAXL_SESSION_QUEUE_MAX)
        return jaxl_error_set(err, JAXL_ELIMIT, "more than %d requests waiting",
                              JAXL_SESSION_QUEUE_MAX);
    task = make(s);
    if (!task)
        return jaxl_error_set(err, JAXL_ENOMEM, "a request: out of memory");
    task->row = request->row ? request->row : jaxl_session_row(s, request->endpoint);
    task->kind = kind;
    rc = fill(task, request, err);
    if (rc) {
        recycle(task);
        return rc;
    }
    s->pending++;
    append(&s->queue, task);
    return 0;
}

static void answer(struct jaxl_task *task, const struct jaxl_reply *reply)
{
    struct jaxl_session *s = task->session;

    s->pending--;
    s->answered++;
    s->calling++;
    task->done(task->arg, reply);
    s->calling--;
    recycle(task);
}

static void delay(struct jaxl_task *task, int64_t pause)
{
    struct jaxl_session *s = task->session;
    struct jaxl_task **at = &s->delayed;

    task->due = jaxl_clock_mono(s->clock) + pause;
    while (*at && (*at)->due <= task->due)
        at = &(*at)->next;
    task->next = *at;
    *at = task;
}

/* A 401 means that nothing was carried out: once more with a fresh token, whatever it was. */
static bool renew(struct jaxl_task *task, const struct jaxl_http_response *r)
{
    struct jaxl_session *s = task->session;

    if (r->end != JAXL_HTTP_ANSWERED || r->status != 401 || task->renewed)
        return false;
    jaxl_log_print(s->log, JAXL_LOG_INFO, "%s %s: answered 401: again with a fresh token",
                   task->row->method, jaxl_buf_text(&task->path));
    task->renewed = true;
    jaxl_session_renew(s, task->token_number);
    prepend(&s->queue, task);
    return true;
}

static bool retry(struct jaxl_task *task, const struct jaxl_http_response *r)
{
    struct jaxl_session *s = task->session;
    struct jaxl_retry_case c = {.end = r->end,
                                .status = r->status,
                                .resend_safe = task->row->idempotent,
                                .permanent = r->permanent,
                                .tries = ++task->tries,
                                .retry_after = r->retry_after};
    char what[32] = "";
    uint64_t random = 0;
    int64_t pause;

    if (r->end == JAXL_HTTP_ANSWERED && r->status < 429)
        return false;
    (void)jaxl_clock_random(s->clock, &random, sizeof random); /* 0 is a fine jitter, too */
    pause = jaxl_retry_pause(&c, random);
    if (pause < 0 || !jaxl_retry_budget_spend(&s->budget))
        return false;
    if (r->end == JAXL_HTTP_AMBIGUOUS || r->status >= 500)
        task->maybe_done = true;
    if (r->end == JAXL_HTTP_ANSWERED)
        snprintf(what, sizeof what, "answered %d", r->status);
    jaxl_log_print(s->log, JAXL_LOG_WARNING, "%s %s: %s: again in %.1f s", task->row->method,
                   jaxl_buf_text(&task->path), *what ? what : r->reason,
                   (double)pause / (double)JAXL_SECOND);
    delay(task, pause);
    return true;
}

static void on_response(void *arg, const struct jaxl_http_response *r)
{
    struct jaxl_task *task = arg;
    struct jaxl_session *s = task->session;
    struct jaxl_reply reply;

    s->moved++;
    task->sends += r->sends;
    if (s->state == JAXL_SESSION_FREEING) {
        recycle(task);
        return;
    }
    jaxl_log_print(s->log, JAXL_LOG_DEBUG, "%s %s: %d, %zu bytes %s", task->row->method,
                   jaxl_buf_text(&task->path), r->status, r->body_len, r->reason);
    if (s->state == JAXL_SESSION_RUNNING && (renew(task, r) || retry(task, r)))
        return;
    jaxl_session_classify(s, task, r, &reply);
    if (task->kind == JAXL_SESSION_FULL && reply.outcome == JAXL_OUTCOME_OK)
        jaxl_session_kept_save(s);
    else if (task->kind == JAXL_SESSION_FULL && r->end == JAXL_HTTP_ANSWERED)
        jaxl_session_kept_doubt(s, reply.status);
    answer(task, &reply);
}

/* Much can have changed since the first try. */
static int ask_again(const struct jaxl_task *task, struct jaxl_error *err)
{
    if (!task->again || (!task->tries && !task->renewed) || task->again(task->arg))
        return 0;
    return jaxl_error_set(err, JAXL_ENET, "%s %s: could not be sent, and may not be any more",
                          task->row->method, jaxl_buf_text(&task->path));
}

/* Nothing of it went out, for a reason on this side. */
static void fail(struct jaxl_task *task, const struct jaxl_error *err)
{
    struct jaxl_reply reply = {.outcome =
                                   task->maybe_done ? JAXL_OUTCOME_UNKNOWN : JAXL_OUTCOME_NOT_SENT,
                               .body = "",
                               .retry_after = -1,
                               .sent_at = jaxl_clock_now(task->session->clock),
                               .tries = task->sends,
                               .error = *err};

    reply.error.retry_safe = !task->maybe_done || task->row->idempotent;
    answer(task, &reply);
}

static void write_clock_line(struct jaxl_task *task, int64_t ms)
{
    struct jaxl_buf line = {.data = task->clock_line,
                            .cap = sizeof task->clock_line,
                            .max = sizeof task->clock_line - 1};

    jaxl_buf_puts(&line, "X-JAXL-CLIENT-EP: ");
    jaxl_buf_int(&line, ms); /* fits: nothing is allocated */
}

static int start(struct jaxl_task *task, struct jaxl_error *err)
{
    struct jaxl_session *s = task->session;
    struct jaxl_http_request r = {
        .base = task->base,
        .method = task->row->method,
        .path = jaxl_buf_text(&task->path),
        .query = task->query.len ? task->query.data : NULL,
        .body = task->has_body ? jaxl_buf_text(&task->body) : NULL,
        .body_len = task->body.len,
        .lines = {task->clock_line, task->has_body ? task->type_line : NULL},
        .body_max = task->row->answer == JAXL_ANSWER_BYTES ? JAXL_SESSION_ANSWER_MAX : 0,
        .resend_safe = task->row->idempotent,
        .timeout = task->timeout,
        .file = task->row->answer == JAXL_ANSWER_BYTES || task->body.len > KEEP_BYTES,
        .done = on_response,
        .arg = task,
    };
    int rc = jaxl_session_headers(s, task->kind, &r.headers, err);

    if (rc)
        return rc;
    if (!task->sends && !task->tries)
        jaxl_retry_budget_earn(&s->budget);
    task->token_number = s->token_number;
    write_clock_line(task, jaxl_clock_now(s->clock) / JAXL_MSEC);
    return jaxl_http_send(s->http, &r, err);
}

void jaxl_session_pump(struct jaxl_session *s)
{
    int64_t now = s->delayed ? jaxl_clock_mono(s->clock) : 0;
    struct jaxl_error err;

    while (s->delayed && s->delayed->due <= now) {
        struct jaxl_task *task = s->delayed;
        s->delayed = task->next;
        append(&s->queue, task);
    }
    while (s->queue.head && jaxl_http_room(s->http)) {
        struct jaxl_task *task = shift(&s->queue);
        if (ask_again(task, &err) || start(task, &err))
            fail(task, &err);
    }
}

/* Every task that is not under way, in one list. */
static struct jaxl_task *take_waiting(struct jaxl_session *s)
{
    struct jaxl_task *all = s->queue.head;

    if (s->queue.tail)
        s->queue.tail->next = s->delayed;
    else
        all = s->delayed;
    s->queue = (struct jaxl_task_list){NULL, NULL};
    s->delayed = NULL;
    return all;
}

void jaxl_session_abort_waiting(struct jaxl_session *s)
{
    struct jaxl_error err;

    for (struct jaxl_task *task = take_waiting(s), *next; task; task = next) {
        next = task->next;
        (void)jaxl_error_set(&err, task->maybe_done ? JAXL_EUNKNOWN : JAXL_ENET, "%s %s: given up",
                             task->row->method, jaxl_buf_text(&task->path));
        fail(task, &err);
    }
}

void jaxl_session_drop_tasks(struct jaxl_session *s)
{
    struct jaxl_task *lists[] = {take_waiting(s), s->spare};

    s->spare = NULL;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (struct jaxl_task *task = lists[i], *next; task; task = next) {
            next = task->next;
            destroy(task);
        }
}
