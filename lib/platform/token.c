#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/utf8.h"
#include "jaxl/secret.h"
#include "platform/base64.h"
#include "platform/token.h"

#define MARGIN (5 * JAXL_SECOND) /* before expiry a token is not used any more; our choice */

static const char *login_name(char *text, size_t size)
{
    struct passwd entry, *found = NULL;

    return getpwuid_r(getuid(), &entry, text, size, &found) == 0 && found ? found->pw_name : NULL;
}

static const char *user_of(const struct jaxl_env *env, const struct jaxl_token_host *host)
{
    const char *user = jaxl_env_get(env, host->container ? "JAXL_CONTAINER_USER" : "USER");

    if (user)
        return user;
    return host->container ? "jaxl-python" : host->login;
}

int jaxl_token_identity(const struct jaxl_env *env, const struct jaxl_token_host *host,
                        struct jaxl_buf *out, struct jaxl_error *err)
{
    char name[HOST_NAME_MAX + 1] = "", login[4096];
    struct jaxl_token_host here = {.name = name};
    const char *user;

    if (!host) {
        if (gethostname(name, sizeof name - 1))
            return jaxl_error_set(err, JAXL_EIO, "host name: %s", strerror(errno));
        here.container = access("/.dockerenv", F_OK) == 0;
        if (!user_of(env, &here)) /* asking the system for it loads name services */
            here.login = login_name(login, sizeof login);
        host = &here;
    }
    user = user_of(env, host);
    if (!user)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "this account has no name: set USER to who makes the calls");
    jaxl_buf_printf(out, "%s@%s", user, host->name);
    return jaxl_buf_check(out, "identity user@host", err);
}

int jaxl_token_lifetime(const struct jaxl_env *env, int64_t *seconds, struct jaxl_error *err)
{
    const char *text = jaxl_env_get(env, "JAXL_API_TOKEN_EXPIRY_IN_SEC");
    long value;

    *seconds = JAXL_TOKEN_LIFETIME;
    if (!text)
        return 0;
    value = strspn(text, "0123456789") == strlen(text) && strlen(text) < 10 ? strtol(text, NULL, 10)
                                                                            : 0;
    if (value < 1 || value > JAXL_TOKEN_LIFETIME_MAX)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "JAXL_API_TOKEN_EXPIRY_IN_SEC: '%s' is not a number of seconds from "
                              "1 to %d",
                              text, JAXL_TOKEN_LIFETIME_MAX);
    *seconds = value;
    return 0;
}

/* The code point of a valid sequence of n bytes. */
static uint32_t code_point(const char *text, size_t n)
{
    uint32_t c = (unsigned char)*text;

    if (n > 1)
        c &= 0x7fu >> n;
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)text[i] & 0x3f);
    return c;
}

static void put_escaped(struct jaxl_buf *out, uint32_t c)
{
    static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *at = c > 0 && c < 0x80 ? strchr(named, (int)c) : NULL;

    if (at)
        jaxl_buf_printf(out, "\\%c", letters[at - named]);
    else if (c >= 0x20 && c < 0x7f)
        jaxl_buf_putc(out, (char)c);
    else if (c < 0x10000)
        jaxl_buf_printf(out, "\\u%04x", c);
    else
        jaxl_buf_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
}

/* A JSON string in ASCII; false when text is not UTF-8. */
static bool put_string(struct jaxl_buf *out, const char *text)
{
    size_t left = strlen(text), n;

    jaxl_buf_putc(out, '"');
    for (; left > 0; text += n, left -= n) {
        n = jaxl_utf8_len(text, left);
        if (!n)
            return false;
        put_escaped(out, code_point(text, n));
    }
    jaxl_buf_putc(out, '"');
    return true;
}

/* UTC as "2026-11-22 23:57:42.185596+00:00", in quotes. */
static int put_now(struct jaxl_buf *out, int64_t now)
{
    char text[JAXL_CLOCK_ISO_MAX];

    if (jaxl_clock_format(now, text))
        return JAXL_EARG;
    jaxl_buf_printf(out, "\"%.10s %.*s+00:00\"", text, (int)strlen(text) - 12, text + 11);
    return 0;
}

static void put_device(struct jaxl_buf *out, const int64_t *id)
{
    if (id)
        jaxl_buf_printf(out, "%lld", (long long)*id);
    else
        jaxl_buf_puts(out, "null");
}

static int not_utf8(const char *what, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ECONFIG, "%s is not UTF-8: set USER or the host name", what);
}

static int bad_clock(struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EARG,
                          "request token: the clock is outside the years 0 to 9999");
}

int jaxl_token_message(const struct jaxl_token_facts *facts, struct jaxl_buf *out,
                       struct jaxl_error *err)
{
    jaxl_buf_printf(out, "{\"version\": %lld, \"env\": ", (long long)facts->version);
    if (!put_string(out, facts->env))
        return not_utf8("watermark.env", err);
    jaxl_buf_printf(out, ", \"app_id\": %lld, \"me\": ", (long long)facts->app_id);
    if (!put_string(out, facts->me))
        return not_utf8("identity user@host", err);
    jaxl_buf_puts(out, ", \"now\": ");
    if (put_now(out, facts->now))
        return bad_clock(err);
    jaxl_buf_puts(out, ", \"device_id\": ");
    put_device(out, facts->device_id);
    jaxl_buf_puts(out, ", \"app_version\": null}");
    return jaxl_buf_check(out, "message of the request token", err);
}

int jaxl_token_claims(const struct jaxl_token_facts *facts, const char *signature,
                      const char *servers, int64_t lifetime, struct jaxl_buf *out,
                      struct jaxl_error *err)
{
    long long seconds = facts->now / JAXL_SECOND;

    jaxl_buf_printf(out, "{\"version\":\"%lld\",\"env\":", (long long)facts->version);
    if (!put_string(out, facts->env))
        return not_utf8("watermark.env", err);
    jaxl_buf_printf(out, ",\"signature\":\"%s\",\"me\":", signature);
    if (!put_string(out, facts->me))
        return not_utf8("identity user@host", err);
    jaxl_buf_puts(out, ",\"now\":");
    if (put_now(out, facts->now))
        return bad_clock(err);
    jaxl_buf_printf(out, ",\"servers\":%s,\"device_id\":", servers);
    put_device(out, facts->device_id);
    jaxl_buf_printf(out,
                    ",\"app_version\":null,\"iss\":\"jaxl\",\"aud\":\"dialer\",\"iat\":%lld,"
                    "\"nbf\":%lld,\"exp\":%lld}",
                    seconds, seconds, seconds + (long long)lifetime);
    return jaxl_buf_check(out, "claims of the request token", err);
}

/* RSA with SHA-256; pss: RSASSA-PSS with the longest salt, else PKCS#1 v1.5 (RS256). OpenSSL draws
 * the salt itself: the one randomness that does not come from a jaxl_clock. */
static int sign(EVP_PKEY *key, bool pss, const struct jaxl_buf *text, struct jaxl_buf *signature)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *ctx = NULL;
    const unsigned char *data = (const unsigned char *)text->data;
    size_t n = 0;
    bool ok = md && EVP_DigestSignInit(md, &ctx, EVP_sha256(), NULL, key) > 0;

    if (ok && pss)
        ok = EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) > 0 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_MAX) > 0;
    ok = ok && EVP_DigestSign(md, NULL, &n, data, text->len) > 0 &&
         !jaxl_buf_reserve(signature, n) &&
         EVP_DigestSign(md, (unsigned char *)signature->data, &n, data, text->len) > 0;
    EVP_MD_CTX_free(md);
    if (ok)
        signature->len = n;
    else
        ERR_clear_error();
    if (!ok && signature->failed)
        return signature->failed;
    return ok ? 0 : md ? JAXL_ECRYPTO : JAXL_ENOMEM;
}

/* Appends the base64 of a signature of text. */
static int put_signature(const struct jaxl_credentials *cred, bool pss, const struct jaxl_buf *text,
                         struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_buf raw;
    int r;

    jaxl_buf_init(&raw, JAXL_CREDENTIALS_MAX);
    r = sign(cred->key, pss, text, &raw);
    if (!r)
        jaxl_base64_encode(pss ? JAXL_BASE64_STANDARD : JAXL_BASE64_BARE, raw.data, raw.len, out);
    jaxl_buf_free(&raw);
    if (r)
        return jaxl_error_set(err, r, "%s: client.secret: cannot sign with this RSA key: %s",
                              cred->path, jaxl_error_name(r));
    return jaxl_buf_check(out, "signature of the request token", err);
}

static int put_jwt(const struct jaxl_credentials *cred, const struct jaxl_buf *claims,
                   struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_buf text;
    int r;

    jaxl_buf_init(&text, out->max);
    (void)jaxl_buf_reserve(out, out->max - out->len); /* growing would leave copies of it behind */
    (void)jaxl_buf_reserve(&text, text.max);
    jaxl_buf_puts(&text, JAXL_TOKEN_HEAD);
    jaxl_base64_encode(JAXL_BASE64_BARE, claims->data, claims->len, &text);
    r = jaxl_buf_check(&text, "request token", err);
    if (!r) {
        jaxl_buf_add(out, text.data, text.len);
        jaxl_buf_putc(out, '.');
        r = put_signature(cred, false, &text, out, err);
    }
    jaxl_buf_wipe(&text);
    return r;
}

int jaxl_token_make(const struct jaxl_credentials *cred, const char *me, const int64_t *device_id,
                    int64_t now, int64_t lifetime, struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_token_facts facts = {.version = cred->version,
                                     .env = cred->env,
                                     .app_id = cred->app_id,
                                     .me = me,
                                     .now = now,
                                     .device_id = device_id};
    struct jaxl_buf message, signature, claims;
    int r;

    jaxl_buf_init(&message, JAXL_TOKEN_MESSAGE_MAX);
    jaxl_buf_init(&signature, JAXL_CREDENTIALS_MAX);
    jaxl_buf_init(&claims, JAXL_TOKEN_MAX);
    (void)jaxl_buf_reserve(&claims, claims.max); /* as in put_jwt; a failure sticks */
    r = jaxl_token_message(&facts, &message, err);
    if (!r)
        r = put_signature(cred, true, &message, &signature, err);
    if (!r)
        r = jaxl_token_claims(&facts, signature.data, cred->servers, lifetime, &claims, err);
    if (!r)
        r = put_jwt(cred, &claims, out, err);
    jaxl_buf_free(&message);
    jaxl_buf_wipe(&signature);
    jaxl_buf_wipe(&claims);
    return r;
}

struct jaxl_token {
    const struct jaxl_credentials *cred;
    const struct jaxl_clock *clock;
    struct jaxl_buf me, text;
    int64_t lifetime; /* seconds */
    int64_t device_id;
    bool attested, valid;
    int64_t made;
};

int jaxl_token_new(struct jaxl_token **out, const struct jaxl_credentials *cred,
                   const struct jaxl_env *env, const struct jaxl_clock *clock,
                   struct jaxl_error *err)
{
    struct jaxl_token *t = calloc(1, sizeof *t);
    int r;

    *out = NULL;
    if (!t)
        return jaxl_error_set(err, JAXL_ENOMEM, "request token: out of memory");
    t->cred = cred;
    t->clock = clock;
    jaxl_buf_init(&t->me, JAXL_TOKEN_ME_MAX);
    jaxl_buf_init(&t->text, JAXL_TOKEN_MAX);
    r = jaxl_token_lifetime(env, &t->lifetime, err);
    if (!r)
        r = jaxl_token_identity(env, NULL, &t->me, err);
    if (r)
        jaxl_token_free(&t);
    *out = t;
    return r;
}

void jaxl_token_free(struct jaxl_token **t)
{
    if (!t || !*t)
        return;
    jaxl_buf_free(&(*t)->me);
    jaxl_buf_wipe(&(*t)->text);
    free(*t);
    *t = NULL;
}

void jaxl_token_set_device(struct jaxl_token *t, const int64_t *device_id)
{
    t->attested = device_id != NULL;
    t->device_id = device_id ? *device_id : 0;
    t->valid = false;
}

/* A clock set back makes it a token of the future. */
static bool good_at(const struct jaxl_token *t, int64_t now)
{
    int64_t life = t->lifetime * JAXL_SECOND, margin = life / 3 < MARGIN ? life / 3 : MARGIN;

    return t->valid && now >= t->made && now - t->made < life - margin;
}

const char *jaxl_token_good(const struct jaxl_token *t)
{
    return good_at(t, jaxl_clock_now(t->clock)) ? jaxl_buf_text(&t->text) : NULL;
}

void jaxl_token_put(struct jaxl_token *t, const char *text, int64_t made)
{
    jaxl_buf_reset(&t->text);
    jaxl_buf_puts(&t->text, text);
    t->valid = !t->text.failed;
    t->made = made;
}

int64_t jaxl_token_made(const struct jaxl_token *t)
{
    return t->made;
}

int64_t jaxl_token_seconds(const struct jaxl_token *t)
{
    return t->lifetime;
}

int jaxl_token_get(struct jaxl_token *t, const char **text, struct jaxl_error *err)
{
    int64_t now = jaxl_clock_now(t->clock);
    int r = 0;

    if (!good_at(t, now)) {
        jaxl_buf_reset(&t->text);
        r = jaxl_token_make(t->cred, t->me.data, t->attested ? &t->device_id : NULL, now,
                            t->lifetime, &t->text, err);
        t->valid = !r;
        t->made = now;
    }
    *text = r ? NULL : jaxl_buf_text(&t->text);
    return r;
}

void jaxl_token_invalidate(struct jaxl_token *t)
{
    t->valid = false;
}

const char *jaxl_token_me(const struct jaxl_token *t)
{
    return jaxl_buf_text(&t->me);
}
