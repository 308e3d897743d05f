#include <stdlib.h>
#include <string.h>

#include "jaxl/secret.h"
#include "platform/session_impl.h"

static int set_up_http(struct jaxl_session *s, const struct jaxl_session_options *o,
                       struct jaxl_error *err)
{
    const struct jaxl_http_options http = {.connections = o->connections,
                                           .timeout = o->timeout,
                                           .ca_file = o->ca_file,
                                           .clock = s->clock};

    return jaxl_http_new(&s->http, &http, err);
}

static int load_overrides(struct jaxl_session *s, struct jaxl_error *err)
{
    const char *path = jaxl_env_get(s->env, "JAXL_ENDPOINTS");

    return path && *path ? jaxl_overrides_load(&s->overrides, path, err) : 0;
}

const struct jaxl_endpoint_row *jaxl_session_row(const struct jaxl_session *s, enum jaxl_endpoint e)
{
    return jaxl_overrides_row(s->overrides, e);
}

static int set_up(struct jaxl_session *s, const struct jaxl_session_options *o,
                  struct jaxl_error *err)
{
    int rc;

    s->clock = o->clock ? o->clock : jaxl_clock_system();
    s->log = o->log;
    if (o->watch)
        s->watch = *o->watch;
    jaxl_buf_init(&s->token_text, JAXL_TOKEN_MAX);
    jaxl_retry_budget_init(&s->budget);
    if (jaxl_json_doc_new(&s->doc, 0))
        return jaxl_error_set(err, JAXL_ENOMEM, "a session: out of memory");
    s->keep = o->keep;
    rc = (s->keep ? jaxl_credentials_read : jaxl_credentials_load)(o->credentials, s->env, s->log,
                                                                   &s->cred, err);
    if (!rc)
        rc = jaxl_credentials_auth_token(s->env, o->auth_token_env, &s->auth_token, err);
    if (!rc)
        rc = load_overrides(s, err);
    if (!rc)
        rc = jaxl_session_base(s, JAXL_ACCOUNT, err);
    if (!rc)
        rc = jaxl_token_new(&s->token, s->cred, s->env, s->clock, err);
    if (!rc)
        rc = jaxl_attestation_store_new(&s->store, o->state_dir, s->env, s->cred,
                                        jaxl_token_me(s->token), s->log, err);
    return rc ? rc : set_up_http(s, o, err);
}

int jaxl_session_new_env(struct jaxl_session **out, const struct jaxl_session_options *options,
                         const struct jaxl_env *env, struct jaxl_error *err)
{
    static const struct jaxl_session_options defaults;
    struct jaxl_session *s = calloc(1, sizeof *s);
    int rc;

    *out = NULL;
    if (!s)
        return jaxl_error_set(err, JAXL_ENOMEM, "a session: out of memory");
    s->env = env;
    rc = set_up(s, options ? options : &defaults, err);
    if (rc)
        jaxl_session_free(&s);
    *out = s;
    return rc;
}

int jaxl_session_new(struct jaxl_session **s, const struct jaxl_session_options *options,
                     struct jaxl_error *err)
{
    return jaxl_session_new_env(s, options, NULL, err);
}

void jaxl_session_free(struct jaxl_session **session)
{
    struct jaxl_session *s = session ? *session : NULL;

    if (!s)
        return;
    s->state = JAXL_SESSION_FREEING;
    if (s->http)
        jaxl_http_abort(s->http);
    jaxl_session_drop_tasks(s);
    jaxl_session_forget(s);
    jaxl_http_free(&s->http);
    for (size_t i = 0; i < JAXL_MODULE_COUNT; i++)
        jaxl_http_base_free(&s->bases[i]);
    jaxl_attestation_clear(&s->attestation);
    jaxl_attestation_store_free(&s->store);
    jaxl_token_free(&s->token);
    jaxl_buf_wipe(&s->token_text);
    jaxl_secret_free(&s->auth_token);
    jaxl_credentials_free(&s->cred);
    jaxl_overrides_free(&s->overrides);
    jaxl_json_doc_free(&s->doc);
    free(s);
    *session = NULL;
}

int jaxl_session_send(struct jaxl_session *s, const struct jaxl_request *request,
                      struct jaxl_error *err)
{
    int rc = jaxl_session_open(s, err);

    return rc ? rc : jaxl_session_enqueue(s, request, JAXL_SESSION_FULL, err);
}

static void poll_extra(struct pollfd *extra, unsigned n)
{
    if (n)
        (void)poll(extra, n, 0);
}

static bool any_ready(const struct pollfd *extra, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (extra[i].revents)
            return true;
    return false;
}

/* The time until something must be done, at most until. */
static int64_t span(const struct jaxl_session *s, int64_t until)
{
    int64_t due = s->delayed && s->delayed->due < until ? s->delayed->due : until;
    int64_t left = due - jaxl_clock_mono(s->clock);

    return left > 0 ? left : 0;
}

/* With nothing under way and nobody else to watch the clock's own sleep does, so that with a test's
 * clock a pause takes no time. */
static int rest(struct jaxl_session *s, int64_t left, struct pollfd *extra, unsigned n,
                struct jaxl_error *err)
{
    if (n || jaxl_http_active(s->http))
        return jaxl_http_wait(s->http, left, extra, n, err);
    if (left > 0)
        jaxl_clock_sleep(s->clock, left);
    return 0;
}

int jaxl_session_wait(struct jaxl_session *s, int64_t timeout, struct pollfd *extra, unsigned n,
                      struct jaxl_error *err)
{
    int64_t until = jaxl_clock_mono(s->clock) + timeout;
    int rc;

    s->answered = 0;
    for (unsigned i = 0; i < n; i++)
        extra[i].revents = 0;
    for (;;) {
        int64_t left;
        jaxl_session_pump(s);
        if (s->answered) {
            poll_extra(extra, n);
            return 0;
        }
        left = span(s, until);
        s->moved = 0;
        rc = rest(s, left, extra, n, err);
        if (rc || s->answered || any_ready(extra, n))
            return rc;
        if (!s->moved && span(s, until) > 0)
            return 0; /* a signal */
        if (jaxl_clock_mono(s->clock) >= until)
            return 0;
    }
}

size_t jaxl_session_pending(const struct jaxl_session *s)
{
    return s->pending;
}

void jaxl_session_abort(struct jaxl_session *s)
{
    const int before = s->state; /* a callback may call this again */

    s->state = JAXL_SESSION_ABORTING;
    jaxl_session_abort_waiting(s);
    jaxl_http_abort(s->http);
    s->state = before;
}

int jaxl_session_call(struct jaxl_session *s, const struct jaxl_request *request, char **body,
                      size_t *len, struct jaxl_error *err)
{
    struct jaxl_session_answer answer;
    int rc = jaxl_session_open(s, err);

    if (rc)
        return rc;
    rc = jaxl_session_ask(s, request, JAXL_SESSION_FULL, &answer, err);
    if (!rc && answer.outcome != JAXL_OUTCOME_OK) {
        rc = answer.error.code;
        if (err)
            *err = answer.error;
    } else if (!rc && body) {
        if (len)
            *len = answer.body.len;
        *body = jaxl_buf_take(&answer.body);
        rc = *body ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "an answer: out of memory");
    }
    jaxl_buf_free(&answer.body);
    return rc;
}

int64_t jaxl_session_org(const struct jaxl_session *s)
{
    return s->org;
}

const struct jaxl_clock *jaxl_session_clock(const struct jaxl_session *s)
{
    return s->clock;
}

const struct jaxl_log *jaxl_session_log(const struct jaxl_session *s)
{
    return s->log;
}
