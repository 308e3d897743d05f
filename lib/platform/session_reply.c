#include <string.h>

#include "platform/session_impl.h"

static const struct meaning {
    enum jaxl_outcome outcome;
    int code;
    bool retry_safe; /* it was not carried out */
} meanings[] = {
    [JAXL_OUTCOME_OK] = {JAXL_OUTCOME_OK, JAXL_OK, false},
    [JAXL_OUTCOME_NOT_SENT] = {JAXL_OUTCOME_NOT_SENT, JAXL_ENET, true},
    [JAXL_OUTCOME_THROTTLED] = {JAXL_OUTCOME_THROTTLED, JAXL_ETHROTTLE, true},
    [JAXL_OUTCOME_AUTH] = {JAXL_OUTCOME_AUTH, JAXL_EAUTH, true},
    [JAXL_OUTCOME_REFUSED] = {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, true},
    [JAXL_OUTCOME_UNKNOWN] = {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, false},
};

/* Design.md section 7. */
static enum jaxl_outcome outcome_of(const struct jaxl_http_response *r)
{
    if (r->end == JAXL_HTTP_NOT_SENT)
        return JAXL_OUTCOME_NOT_SENT;
    if (r->end == JAXL_HTTP_AMBIGUOUS || r->status < 200 || r->status >= 500)
        return JAXL_OUTCOME_UNKNOWN;
    if (r->status < 300)
        return JAXL_OUTCOME_OK;
    if (r->status == 429)
        return JAXL_OUTCOME_THROTTLED;
    return r->status >= 401 && r->status <= 403 ? JAXL_OUTCOME_AUTH : JAXL_OUTCOME_REFUSED;
}

/* An answer that repeats a secret of the request must not bring it into a message. */
static bool holds_secret(const struct jaxl_session *s, const char *text)
{
    return strstr(text, s->auth_token) || strstr(text, s->cred->api_key) ||
           (s->token_text.len && strstr(text, s->token_text.data));
}

/* What the answer says about itself; "" when nothing. */
static const char *said(struct jaxl_session *s, const struct jaxl_http_response *r)
{
    static const char *const keys[] = {"reason", "message", "detail"};
    const struct jaxl_json *root;

    if (!r->body_len || jaxl_json_parse(s->doc, r->body, r->body_len, &root, NULL))
        return "";
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = jaxl_json_string(jaxl_json_get(root, keys[i]), "");
        if (*text && !holds_secret(s, text))
            return text;
    }
    return "";
}

/* What the user can do, or what it means. */
static const char *hint(const struct jaxl_task *task, const struct jaxl_reply *reply)
{
    switch (reply->outcome) {
    case JAXL_OUTCOME_AUTH:
        if (reply->status == 402)
            return " (payment required: recharge the account)";
        return reply->status == 403 ? " (the user or the organisation may not do this)"
                                    : " (check the auth token and the credentials file)";
    case JAXL_OUTCOME_UNKNOWN:
        return task->row->idempotent ? "" : " (it may have been carried out)";
    default:
        return "";
    }
}

static void explain(struct jaxl_session *s, const struct jaxl_task *task,
                    const struct jaxl_http_response *r, struct jaxl_reply *reply)
{
    const char *url = jaxl_http_base_url(task->base), *path = jaxl_buf_text(&task->path);
    const char *more;
    int code = meanings[reply->outcome].code;

    if (r->end == JAXL_HTTP_NOT_SENT) {
        (void)jaxl_error_set(&reply->error, code, "%s %s%s: not sent: %s", task->row->method, url,
                             path, r->reason);
    } else if (r->end == JAXL_HTTP_AMBIGUOUS) {
        (void)jaxl_error_set(&reply->error, code, "%s %s%s: no whole answer: %s%s",
                             task->row->method, url, path, r->reason, hint(task, reply));
    } else {
        more = said(s, r);
        (void)jaxl_error_set(&reply->error, code, "%s %s%s: answered %d%s%.200s%s",
                             task->row->method, url, path, r->status, *more ? ": " : "", more,
                             hint(task, reply));
    }
    reply->error.status = r->status;
    reply->error.retry_safe = meanings[reply->outcome].retry_safe || task->row->idempotent;
}

void jaxl_session_classify(struct jaxl_session *s, const struct jaxl_task *task,
                           const struct jaxl_http_response *r, struct jaxl_reply *reply)
{
    int64_t now = jaxl_clock_now(s->clock);

    memset(reply, 0, sizeof *reply);
    reply->outcome = outcome_of(r);
    if (reply->outcome == JAXL_OUTCOME_NOT_SENT && task->maybe_done)
        reply->outcome = JAXL_OUTCOME_UNKNOWN; /* this try was not, but an earlier one */
    reply->status = r->status;
    reply->body = r->body;
    reply->body_len = r->body_len;
    reply->retry_after = r->retry_after;
    reply->sent_at = r->sent_at;
    reply->tries = task->sends;
    if (r->date >= 0) /* the header cuts its second off */
        reply->server_skew = r->date + JAXL_SECOND / 2 - now;
    if (reply->outcome != JAXL_OUTCOME_OK)
        explain(s, task, r, reply);
}
