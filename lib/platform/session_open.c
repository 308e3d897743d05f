#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "jaxl/secret.h"
#include "platform/session_impl.h"

enum { ID_TEXT = 24 };

static void keep_answer(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_session_answer *a = arg;

    a->done = true;
    a->outcome = reply->outcome;
    a->server_skew = reply->server_skew;
    a->status = reply->status;
    a->error = reply->error;
    jaxl_buf_add(&a->body, reply->body, reply->body_len);
}

/* jaxl_session_wait, as long as the caller wants to. */
static int wait_watched(struct jaxl_session *s, int64_t span, struct jaxl_error *err)
{
    struct pollfd fd = {.fd = s->watch.fd, .events = POLLIN};
    int rc = jaxl_session_wait(s, span, &fd, s->watch.stop != NULL, err);

    if (!rc && fd.revents && s->watch.stop(s->watch.ctx))
        return jaxl_error_set(err, JAXL_ESTOPPED, "stopped");
    return rc;
}

static int rest(struct jaxl_session *s, int64_t span, struct jaxl_error *err)
{
    int64_t until = jaxl_clock_mono(s->clock) + span, left = span;
    int rc = 0;

    if (!s->watch.stop) {
        jaxl_clock_sleep(s->clock, span);
        return 0;
    }
    for (; !rc && left > 0; left = until - jaxl_clock_mono(s->clock))
        rc = wait_watched(s, left, err);
    return rc;
}

/* For waits that are none of the session's. */
static bool stopped(void *session)
{
    const struct jaxl_session *s = session;
    struct pollfd fd = {.fd = s->watch.fd, .events = POLLIN};

    return s->watch.stop && poll(&fd, 1, 0) > 0 && s->watch.stop(s->watch.ctx);
}

static int ask_once(struct jaxl_session *s, const struct jaxl_request *request,
                    enum jaxl_session_kind kind, struct jaxl_session_answer *answer,
                    struct jaxl_error *err)
{
    struct jaxl_request copy = *request;
    int rc;

    memset(answer, 0, sizeof *answer);
    jaxl_buf_init(&answer->body, JAXL_SESSION_ANSWER_MAX);
    copy.done = keep_answer;
    copy.arg = answer;
    rc = jaxl_session_enqueue(s, &copy, kind, err);
    if (rc)
        return rc;
    while (!rc && !answer->done)
        rc = wait_watched(s, 60 * JAXL_SECOND, err);
    if (!answer->done) /* waiting ended: its memory is about to go, so nobody may write there */
        jaxl_session_abort(s);
    if (rc)
        answer->status = 0; /* nothing follows from it, even when it came just then */
    return rc ? rc : jaxl_buf_check(&answer->body, "an answer", err);
}

/* Whether the first id of the path is the organisation's. */
static bool is_of_org(const struct jaxl_session *s, const struct jaxl_request *request)
{
    const struct jaxl_endpoint_row *row =
        request->row ? request->row : jaxl_session_row(s, request->endpoint);

    return request->ids[0] && strstr(row->path, "/organizations/{}/");
}

/* A refusal may be that of an organisation or a device that was kept and is so no more. Nothing was
 * carried out, so that the request can be made again. */
int jaxl_session_ask(struct jaxl_session *s, const struct jaxl_request *request,
                     enum jaxl_session_kind kind, struct jaxl_session_answer *answer,
                     struct jaxl_error *err)
{
    struct jaxl_request again = *request;
    char old[ID_TEXT], org[ID_TEXT];
    bool changed, sealed;
    int rc;

    snprintf(old, sizeof old, "%lld", (long long)s->org);
    rc = ask_once(s, request, kind, answer, err);
    if (rc || !s->doubtful || kind != JAXL_SESSION_FULL)
        return rc;
    sealed = s->sealed_kept; /* perhaps in this request, for the old ones */
    rc = jaxl_session_reopen(s, &changed, err);
    if (rc || !changed || sealed)
        return rc;
    snprintf(org, sizeof org, "%lld", (long long)s->org);
    if (is_of_org(s, request) && !strcmp(request->ids[0], old))
        again.ids[0] = org;
    jaxl_buf_free(&answer->body);
    return ask_once(s, &again, kind, answer, err);
}

/* One request for an attestation, and again as long as the platform says later. */
static int ask_attestation(struct jaxl_session *s, struct jaxl_attestation *a,
                           struct jaxl_error *err)
{
    static const struct jaxl_request request = {.endpoint = JAXL_DEVICES_ATTEST};
    struct jaxl_session_answer answer;

    for (unsigned tries = 1;; tries++) {
        int64_t pause;
        int rc = jaxl_session_ask(s, &request, JAXL_SESSION_ATTEST, &answer, err);
        bool whole = answer.outcome != JAXL_OUTCOME_NOT_SENT &&
                     (answer.outcome != JAXL_OUTCOME_UNKNOWN || answer.status >= 500);
        if (!rc && whole) {
            const char *body = jaxl_buf_text(&answer.body);
            rc = jaxl_attestation_accept(s->cred, answer.status, body, answer.body.len,
                                         jaxl_session_said(s, body, answer.body.len), a, err);
        } else if (!rc) {
            rc = answer.error.code;
            if (err)
                *err = answer.error;
            (void)jaxl_error_prefix(err, rc, "device attestation");
            if (err) /* a device too many harms nobody */
                err->retry_safe = rc != JAXL_EAUTH;
        }
        jaxl_buf_wipe(&answer.body);
        pause = rc ? jaxl_attestation_retry(answer.status, tries) : -1;
        if (pause < 0)
            return rc;
        jaxl_log_print(s->log, JAXL_LOG_WARNING, "device attestation: answered %d: again in %d s",
                       answer.status, (int)(pause / JAXL_SECOND));
        rc = rest(s, pause, err);
        if (rc)
            return rc;
    }
}

static int attest(struct jaxl_session *s, struct jaxl_attestation *a, struct jaxl_error *err)
{
    int rc;

    jaxl_log_print(s->log, JAXL_LOG_INFO, "attesting this device");
    rc = jaxl_attestation_prepare(s->cred, s->clock, &s->attest, err);
    if (rc)
        return rc;
    jaxl_token_set_device(s->token, NULL);
    jaxl_token_invalidate(s->token);
    jaxl_session_forget(s);
    rc = ask_attestation(s, a, err);
    jaxl_http_headers_drop(&s->headers[JAXL_SESSION_ATTEST]);
    jaxl_secret_wipe(&s->attest, sizeof s->attest);
    return rc;
}

static void use(struct jaxl_session *s, struct jaxl_attestation *a)
{
    jaxl_attestation_clear(&s->attestation);
    s->attestation = *a;
    memset(a, 0, sizeof *a);
    jaxl_token_set_device(s->token, &s->attestation.id);
    jaxl_token_invalidate(s->token);
}

/* The kept attestation, else a new one; *kept says which. */
static int get_device(struct jaxl_session *s, bool *kept, struct jaxl_error *err)
{
    struct jaxl_attestation a = {0};
    int rc = jaxl_attestation_load(s->store, &a, err);

    *kept = rc == 0;
    if (rc == JAXL_EEND) {
        rc = jaxl_attestation_lock(s->store, s->clock, stopped, s, err);
        if (rc)
            return rc;
        rc = jaxl_attestation_load(s->store, &a, err); /* another process may have been faster */
        *kept = rc == 0;
        if (rc == JAXL_EEND) {
            rc = attest(s, &a, err);
            if (!rc)
                rc = jaxl_attestation_save(s->store, &a, err);
        }
        jaxl_attestation_unlock(s->store);
    }
    if (!rc)
        use(s, &a);
    jaxl_attestation_clear(&a);
    return rc;
}

static int read_org(struct jaxl_session *s, const struct jaxl_session_answer *answer,
                    struct jaxl_error *err)
{
    const struct jaxl_json *root, *results;
    int rc = jaxl_json_parse(s->doc, jaxl_buf_text(&answer->body), answer->body.len, &root, err);

    if (rc == JAXL_ENOMEM)
        return rc;
    if (rc)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer is not JSON");
    results = jaxl_json_get(root, "results");
    if (jaxl_json_type(results) != JAXL_JSON_ARRAY)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer has no results");
    if (!jaxl_json_count(results))
        return jaxl_error_set(err, JAXL_EAUTH,
                              "this user belongs to no organisation: accept an invitation first");
    if (jaxl_json_int(jaxl_json_get(jaxl_json_at(results, 0), "id"), &s->org))
        return jaxl_error_set(err, JAXL_EPROTO, "the first organisation has no id");
    return 0;
}

/* *status: of the answer. */
static int find_org(struct jaxl_session *s, int *status, struct jaxl_error *err)
{
    static const struct jaxl_param query[] = {{"status", "accepted"}};
    static const struct jaxl_request request = {
        .endpoint = JAXL_ORGS_LIST, .query = query, .n_query = 1};
    struct jaxl_session_answer answer;
    int rc = jaxl_session_ask(s, &request, JAXL_SESSION_NO_ORG, &answer, err);

    *status = answer.status;
    if (!rc && answer.outcome != JAXL_OUTCOME_OK) {
        rc = answer.error.code;
        if (err)
            *err = answer.error;
    } else if (!rc) {
        rc = read_org(s, &answer, err);
    }
    jaxl_buf_free(&answer.body);
    return rc ? jaxl_error_prefix(err, rc, "looking the organisation up") : 0;
}

/* A kept attestation and a 401 with a fresh token: the platform may have forgotten the device, or
 * the auth token is wrong; the protocol does not tell them apart. So a new device is tried, once,
 * and takes the place of the kept one only when it helped: a wrong auth token in a crontab does not
 * throw a good attestation away every minute. */
static int try_new_device(struct jaxl_session *s, struct jaxl_error *err)
{
    struct jaxl_attestation a = {0};
    int64_t old = s->attestation.id;
    int status, rc;

    jaxl_log_print(s->log, JAXL_LOG_WARNING,
                   "the platform refuses this user on the kept device: trying a new one");
    rc = jaxl_attestation_lock(s->store, s->clock, stopped, s, err);
    if (rc)
        return rc;
    rc = jaxl_attestation_load(s->store, &a, NULL);
    if (rc || a.id == old) {
        jaxl_attestation_clear(&a);
        rc = attest(s, &a, err);
    }
    if (!rc) {
        use(s, &a);
        rc = find_org(s, &status, err);
    }
    if (!rc)
        rc = jaxl_attestation_save(s->store, &s->attestation, err);
    jaxl_attestation_unlock(s->store);
    jaxl_attestation_clear(&a);
    return rc;
}

int jaxl_session_attest(struct jaxl_session *s, struct jaxl_error *err)
{
    int rc = s->attested ? 0 : get_device(s, &s->device_kept, err);

    s->attested = !rc;
    return rc;
}

int jaxl_session_open(struct jaxl_session *s, struct jaxl_error *err)
{
    int status, rc;

    if (s->opened)
        return 0;
    rc = jaxl_session_attest(s, err);
    if (rc)
        return rc;
    s->from_kept = s->device_kept && !s->tried_kept && jaxl_session_kept_load(s);
    s->tried_kept = true;
    if (s->cred->app_type == 2 && !s->from_kept) {
        rc = find_org(s, &status, err);
        if (rc && status == 401 && s->device_kept && !s->tried_new_device) {
            s->tried_new_device = true;
            rc = try_new_device(s, err);
            s->attested = !rc; /* the kept one is taken again when the new one did not help */
        }
    }
    s->opened = !rc;
    return rc;
}
