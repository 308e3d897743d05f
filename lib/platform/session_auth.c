#include <stdio.h>
#include <string.h>

#include "platform/session_impl.h"

void jaxl_session_forget(struct jaxl_session *s)
{
    for (size_t i = 0; i < JAXL_SESSION_KINDS; i++)
        jaxl_http_headers_drop(&s->headers[i]);
}

struct line {
    const char *name, *value;
};

static int add_all(struct jaxl_http_headers *headers, const struct line *lines, size_t n)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < n; i++)
        rc = lines[i].value ? jaxl_http_headers_add(headers, lines[i].name, lines[i].value) : 0;
    return rc;
}

/* Protocol.md section 2; X-JAXL-CLIENT-EP changes with every request and is the task's. */
static int build(struct jaxl_session *s, enum jaxl_session_kind kind,
                 struct jaxl_http_headers *headers)
{
    const bool attest = kind == JAXL_SESSION_ATTEST;
    const bool org = kind == JAXL_SESSION_FULL && s->cred->app_type == 2;
    char number[24];
    const struct line lines[] = {
        {"X-JAXL-PLATFORM", "3"},
        {"X-JAXL-API-KEY", s->cred->api_key},
        {"X-JAXL-API-TOKEN", jaxl_buf_text(&s->token_text)},
        {"X-JAXL-AUTH-TOKEN", attest ? NULL : s->auth_token},
        {"X-JAXL-ORGID", org ? number : NULL},
        {"origin", attest ? s->attest.origin : NULL},
        {"x-forwarded-for", attest ? s->attest.forwarded_for : NULL},
        {"x-device-id", attest ? s->attest.device_id : NULL},
        {"x-device-attest", attest ? s->attest.device_attest : NULL},
    };

    snprintf(number, sizeof number, "%lld", (long long)s->org);
    return add_all(headers, lines, sizeof lines / sizeof lines[0]);
}

static int take_token(struct jaxl_session *s, struct jaxl_error *err)
{
    const char *text = jaxl_token_good(s->token);
    int rc = text ? 0 : jaxl_credentials_key(s->cred, err);

    if (!rc && !text)
        rc = jaxl_token_get(s->token, &text, err);
    if (rc || (s->token_number && !strcmp(text, jaxl_buf_text(&s->token_text))))
        return rc;
    jaxl_session_forget(s);
    jaxl_buf_reset(&s->token_text);
    (void)jaxl_buf_reserve(&s->token_text, JAXL_TOKEN_MAX); /* growing would leave a copy behind */
    jaxl_buf_puts(&s->token_text, text);
    s->token_number++;
    return jaxl_buf_check(&s->token_text, "the request token", err);
}

int jaxl_session_headers(struct jaxl_session *s, enum jaxl_session_kind kind,
                         struct jaxl_http_headers **headers, struct jaxl_error *err)
{
    int rc = take_token(s, err);

    if (!rc && !s->headers[kind]) {
        rc = jaxl_http_headers_new(&s->headers[kind]);
        if (!rc)
            rc = build(s, kind, s->headers[kind]);
        if (rc) {
            jaxl_http_headers_drop(&s->headers[kind]);
            return jaxl_error_set(err, rc, "headers of a request: %s", jaxl_error_name(rc));
        }
    }
    *headers = s->headers[kind];
    return rc;
}

void jaxl_session_renew(struct jaxl_session *s, unsigned token_number)
{
    if (token_number == s->token_number) /* else another request's 401 has seen to it */
        jaxl_token_invalidate(s->token);
}

int jaxl_session_seal(struct jaxl_session *s, const char *json, size_t len, struct jaxl_buf *out,
                      struct jaxl_error *err)
{
    unsigned char iv[16];
    int rc = jaxl_session_open_surely(s, err);

    if (rc)
        return rc;
    if (jaxl_clock_random(s->clock, iv, sizeof iv))
        return jaxl_error_set(err, JAXL_EIO, "encrypting a payload: no randomness to be had");
    return jaxl_fernet_encrypt(s->attestation.sk, jaxl_clock_now(s->clock), iv, json, len, out,
                               err);
}
