#include <stdio.h>
#include <string.h>

#include "platform/base64.h"
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

/* A redirect is never followed. 307 and 308 ask for the same request elsewhere; after the others a
 * request that changes something may have been carried out, 303 even says so. */
static bool may_be_done(int status, bool idempotent)
{
    return status >= 300 && status < 400 && status != 307 && status != 308 && !idempotent;
}

/* Design.md section 7. */
static enum jaxl_outcome outcome_of(const struct jaxl_http_response *r, bool idempotent)
{
    if (r->end == JAXL_HTTP_NOT_SENT)
        return JAXL_OUTCOME_NOT_SENT;
    if (r->end == JAXL_HTTP_AMBIGUOUS || r->status < 200 || r->status >= 500 ||
        may_be_done(r->status, idempotent))
        return JAXL_OUTCOME_UNKNOWN;
    if (r->status < 300)
        return JAXL_OUTCOME_OK;
    if (r->status == 429)
        return JAXL_OUTCOME_THROTTLED;
    return r->status >= 401 && r->status <= 403 ? JAXL_OUTCOME_AUTH : JAXL_OUTCOME_REFUSED;
}

static bool holds(const char *text, const char *secret)
{
    return *secret && strstr(text, secret);
}

/* Padded or not. When it cannot be told, it does. */
static bool holds_key(const char *text, const unsigned char key[JAXL_FERNET_KEY])
{
    struct jaxl_buf shown;
    bool found;

    jaxl_buf_init(&shown, 2 * JAXL_FERNET_KEY);
    jaxl_base64_encode(JAXL_BASE64_BARE, key, JAXL_FERNET_KEY, &shown);
    found = shown.failed || strstr(text, shown.data);
    jaxl_buf_wipe(&shown);
    return found;
}

/* A request token is known by its head, which all have: a request may have gone out with one that
 * was renewed since. */
bool jaxl_session_holds_secret(const struct jaxl_session *s, const char *text)
{
    if (!*text)
        return false;
    return holds(text, s->auth_token) || holds(text, s->cred->api_key) ||
           holds(text, JAXL_TOKEN_HEAD) || holds(text, s->attest.device_attest) ||
           holds_key(text, s->cred->genesis) || holds_key(text, s->attestation.sk);
}

const char *jaxl_session_said(struct jaxl_session *s, const char *body, size_t len)
{
    static const char *const keys[] = {"reason", "message", "detail"};

    s->said = NULL;
    if (!len || jaxl_json_parse(s->doc, body, len, &s->said, NULL))
        return "";
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = jaxl_json_string(jaxl_json_get(s->said, keys[i]), "");
        if (*text && !jaxl_session_holds_secret(s, text))
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

static void append(struct jaxl_error *err, const char *text)
{
    size_t used = strlen(err->message);

    snprintf(err->message + used, sizeof err->message - used, "%s", text);
}

/* A reason is a word: what the answer says beside it helps a person. (s->doc holds the answer.) */
static void add_detail(struct jaxl_session *s, const char *reason, struct jaxl_error *err)
{
    static const char *const keys[] = {"field", "message"};

    for (size_t i = 0; *reason && i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = jaxl_json_string(jaxl_json_get(s->said, keys[i]), "");
        char more[200];
        if (!*text || text == reason || jaxl_session_holds_secret(s, text))
            continue;
        snprintf(more, sizeof more, ": %.180s", text);
        append(err, more);
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
        more = jaxl_session_said(s, r->body, r->body_len);
        (void)jaxl_error_set(&reply->error, code, "%s %s%s: answered %d%s%.200s", task->row->method,
                             url, path, r->status, *more ? ": " : "", more);
        add_detail(s, more, &reply->error);
        append(&reply->error, hint(task, reply));
    }
    reply->error.status = r->status;
    reply->error.retry_safe = meanings[reply->outcome].retry_safe || task->row->idempotent;
}

void jaxl_session_classify(struct jaxl_session *s, const struct jaxl_task *task,
                           const struct jaxl_http_response *r, struct jaxl_reply *reply)
{
    int64_t now = jaxl_clock_now(s->clock);

    memset(reply, 0, sizeof *reply);
    reply->outcome = outcome_of(r, task->row->idempotent);
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
