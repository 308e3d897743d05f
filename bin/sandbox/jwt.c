#include <ctype.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/clock.h"
#include "sandbox/jwt.h"

enum { SIGNATURE_MAX = 1024, PARTS = 3 };

struct part {
    const char *text;
    size_t len;
};

/* Strict base64: exactly one text for every value. alphabet: the last two characters. Appends. */
static int base64_decode(const char *text, size_t len, const char *last, int padded,
                         struct jaxl_buf *out)
{
    uint32_t bits = 0;
    unsigned have = 0;

    if (padded) {
        if (len % 4)
            return JAXL_EINPUT;
        for (int i = 0; i < 2 && len && text[len - 1] == '='; i++)
            len--;
    }
    if (len % 4 == 1)
        return JAXL_EINPUT;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        uint32_t v;
        if (c >= 'A' && c <= 'Z')
            v = (uint32_t)(c - 'A');
        else if (c >= 'a' && c <= 'z')
            v = (uint32_t)(c - 'a') + 26;
        else if (c >= '0' && c <= '9')
            v = (uint32_t)(c - '0') + 52;
        else if (c == last[0] || c == last[1])
            v = c == last[0] ? 62 : 63;
        else
            return JAXL_EINPUT;
        bits = bits << 6 | v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            jaxl_buf_putc(out, (char)(bits >> have & 0xff));
        }
    }
    return have && (bits & ((1u << have) - 1)) ? JAXL_EINPUT : out->failed;
}

static int split(const char *token, size_t len, struct part parts[PARTS])
{
    size_t n = 0, start = 0;

    for (size_t i = 0; i <= len; i++)
        if (i == len || token[i] == '.') {
            if (n == PARTS)
                return JAXL_EINPUT;
            parts[n++] = (struct part){token + start, i - start};
            start = i + 1;
        }
    return n == PARTS ? 0 : JAXL_EINPUT;
}

/* pss: RSASSA-PSS with the longest salt; else PKCS #1 v1.5, which is RS256. */
static int verify(EVP_PKEY *key, int pss, const void *data, size_t len, const struct jaxl_buf *sig)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pkey = NULL;
    int ok;

    if (!ctx)
        return 0;
    ok = EVP_DigestVerifyInit(ctx, &pkey, EVP_sha256(), NULL, key) == 1;
    if (ok && pss)
        ok = EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(pkey, EVP_sha256()) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_MAX) == 1;
    if (ok)
        ok = EVP_DigestVerify(ctx, (const unsigned char *)sig->data, sig->len, data, len) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

/* One character of a UTF-8 text that is known to be valid. */
static uint32_t next_character(const unsigned char **p)
{
    uint32_t c = *(*p)++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

    if (more)
        c &= 0x3fu >> more;
    while (more--)
        c = c << 6 | (*(*p)++ & 0x3fu);
    return c;
}

/* A JSON string as the message text has it: ASCII only, the short escapes, lower-case hex. */
static void add_json_string(struct jaxl_buf *b, const char *text)
{
    static const char shorts[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const unsigned char *p = (const unsigned char *)text;

    jaxl_buf_putc(b, '"');
    while (*p) {
        uint32_t c = next_character(&p);
        const char *s = c < 128 ? strchr(shorts, (int)c) : NULL;
        if (s)
            jaxl_buf_printf(b, "\\%c", letters[s - shorts]);
        else if (c >= 32 && c < 127)
            jaxl_buf_putc(b, (char)c);
        else if (c == 127)
            jaxl_buf_putc(b, (char)c);
        else if (c < 0x10000)
            jaxl_buf_printf(b, "\\u%04" PRIx32, c);
        else
            jaxl_buf_printf(b, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((c - 0x10000) >> 10),
                            0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    jaxl_buf_putc(b, '"');
}

static const char *check_message(EVP_PKEY *key, int64_t app_id, const struct jaxl_json *claims,
                                 int64_t device_id, const char **message)
{
    const char *sig = jaxl_json_string(jaxl_json_get(claims, "signature"), "");
    struct jaxl_buf text, raw;
    int ok;

    jaxl_buf_init(&text, TOKEN_MAX * 6);
    jaxl_buf_init(&raw, SIGNATURE_MAX);
    jaxl_buf_printf(&text,
                    "{\"version\": 1, \"env\": \"dev\", \"app_id\": %" PRId64 ", \"me\": ", app_id);
    add_json_string(&text, jaxl_json_string(jaxl_json_get(claims, "me"), ""));
    jaxl_buf_puts(&text, ", \"now\": ");
    add_json_string(&text, jaxl_json_string(jaxl_json_get(claims, "now"), ""));
    jaxl_buf_puts(&text, ", \"device_id\": ");
    if (device_id)
        jaxl_buf_printf(&text, "%" PRId64, device_id);
    else
        jaxl_buf_puts(&text, "null");
    jaxl_buf_puts(&text, ", \"app_version\": null}");
    *message = "the signature claim is not base64 (standard alphabet, padded)";
    ok = base64_decode(sig, strlen(sig), "+/", 1, &raw) == 0 && raw.len;
    if (ok) {
        *message = "the signature claim is not the PSS signature of the message text";
        ok = !text.failed && verify(key, 1, text.data, text.len, &raw);
    }
    jaxl_buf_free(&text);
    jaxl_buf_free(&raw);
    return ok ? NULL : "INVALID_SIGNATURE";
}

/* 2026-11-22 23:57:42.185596+00:00, without the point and microseconds when they are zero. */
static int check_now_text(const char *text, int64_t *us)
{
    static const char shape[] = "dddd-dd-dd dd:dd:dd";
    size_t n = strlen(shape), len = strlen(text);

    if (len < n)
        return JAXL_EINPUT;
    for (size_t i = 0; i < n; i++)
        if (shape[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i])
            return JAXL_EINPUT;
    if (text[n] == '.') {
        if (strspn(text + n + 1, "0123456789") != 6 || strncmp(text + n + 1, "000000", 6) == 0)
            return JAXL_EINPUT;
        n += 7;
    }
    if (strcmp(text + n, "+00:00") != 0)
        return JAXL_EINPUT;
    return jaxl_clock_parse(text, len, us);
}

static int is_text(const struct jaxl_json *claims, const char *name, const char *value)
{
    return strcmp(jaxl_json_string(jaxl_json_get(claims, name), ""), value) == 0;
}

static int is_int(const struct jaxl_json *claims, const char *name, int64_t *out)
{
    const struct jaxl_json *v = jaxl_json_get(claims, name);

    return jaxl_json_type(v) == JAXL_JSON_NUMBER && jaxl_json_int(v, out) == 0;
}

static int is_null(const struct jaxl_json *claims, const char *name)
{
    const struct jaxl_json *v = jaxl_json_get(claims, name);

    return v && jaxl_json_type(v) == JAXL_JSON_NULL;
}

static const char *check_times(const struct jaxl_json *claims, int64_t now, int64_t *expires,
                               const char **message)
{
    int64_t seconds = now / JAXL_SECOND, iat, nbf, exp, us;

    *message = "iat, nbf and exp must be whole seconds";
    if (!is_int(claims, "iat", &iat) || !is_int(claims, "nbf", &nbf) ||
        !is_int(claims, "exp", &exp))
        return "INVALID_CLAIM";
    *message = "exp is in the past: make a new token";
    if (exp <= seconds)
        return "TOKEN_EXPIRED";
    *message = "iat or nbf is in the future: set the clock";
    if (iat > seconds + CLOCK_LEEWAY || nbf > seconds + CLOCK_LEEWAY)
        return "TOKEN_NOT_YET_VALID";
    *message = "exp is not after iat";
    if (exp <= iat)
        return "INVALID_CLAIM";
    *message = "now is not in the form 2026-11-22 23:57:42.185596+00:00";
    if (check_now_text(jaxl_json_string(jaxl_json_get(claims, "now"), ""), &us))
        return "INVALID_CLAIM";
    *message = "now and iat are not the same time";
    if (llabs(us / JAXL_SECOND - iat) > CLOCK_LEEWAY)
        return "INVALID_CLAIM";
    *expires = exp;
    return NULL;
}

static const char *check_claims(const struct jaxl_json *claims, int64_t *device_id,
                                const char **message)
{
    static const char *const names[] = {"version", "env",       "signature",   "me",  "now",
                                        "servers", "device_id", "app_version", "iss", "aud",
                                        "iat",     "nbf",       "exp"};
    const struct jaxl_json *servers = jaxl_json_get(claims, "servers");
    const char *me = jaxl_json_string(jaxl_json_get(claims, "me"), ""), *at = strchr(me, '@');

    *message = "the claims are not those of protocol.md section 2";
    if (jaxl_json_count(claims) != sizeof names / sizeof *names)
        return "INVALID_CLAIM";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!jaxl_json_get(claims, names[i]))
            return "INVALID_CLAIM";
    *message = "version must be \"1\" and env \"dev\", both of the credentials' watermark";
    if (!is_text(claims, "version", "1") || !is_text(claims, "env", "dev"))
        return "INVALID_CLAIM";
    *message = "iss must be jaxl and aud dialer";
    if (!is_text(claims, "iss", "jaxl") || !is_text(claims, "aud", "dialer"))
        return "INVALID_CLAIM";
    *message = "app_version must be null";
    if (!is_null(claims, "app_version"))
        return "INVALID_CLAIM";
    *message = "me must be user@host";
    if (!at || at == me || !at[1])
        return "INVALID_CLAIM";
    *message = "servers must be those of the credentials";
    if (jaxl_json_type(servers) != JAXL_JSON_ARRAY || jaxl_json_count(servers) != 1 ||
        strcmp(jaxl_json_string(jaxl_json_at(servers, 0), ""), SERVERS) != 0)
        return "INVALID_CLAIM";
    *message = "device_id must be null or an integer";
    *device_id = 0;
    if (!is_null(claims, "device_id") &&
        (!is_int(claims, "device_id", device_id) || *device_id <= 0))
        return "INVALID_CLAIM";
    return NULL;
}

/* raw: a buffer to decode into. */
static const char *parse_part(struct jaxl_json_doc *doc, const struct part *part,
                              struct jaxl_buf *raw, const struct jaxl_json **root)
{
    jaxl_buf_reset(raw);
    if (base64_decode(part->text, part->len, "-_", 0, raw) ||
        jaxl_json_parse(doc, jaxl_buf_text(raw), raw->len, root, NULL) ||
        jaxl_json_type(*root) != JAXL_JSON_OBJECT)
        return "INVALID_TOKEN";
    return NULL;
}

static const char *check_parts(void *key, int64_t app_id, struct jaxl_json_doc *doc,
                               const struct part parts[PARTS], struct jaxl_buf *raw, int64_t now,
                               struct jwt_facts *facts, const char **message)
{
    const struct jaxl_json *root;
    const char *reason;

    *message = "the header of the token is not base64url of a JSON object";
    if ((reason = parse_part(doc, &parts[0], raw, &root)))
        return reason;
    *message = "the header of the token must be alg RS256, typ JWT";
    if (!is_text(root, "alg", "RS256") || !is_text(root, "typ", "JWT") ||
        jaxl_json_count(root) != 2)
        return "INVALID_TOKEN";
    *message = "the signature of the token does not verify: it was made with another client.secret";
    jaxl_buf_reset(raw);
    if (base64_decode(parts[2].text, parts[2].len, "-_", 0, raw) ||
        !verify(key, 0, parts[0].text, parts[0].len + 1 + parts[1].len, raw))
        return "INVALID_TOKEN_SIGNATURE";
    *message = "the claims of the token are not base64url of a JSON object";
    if ((reason = parse_part(doc, &parts[1], raw, &root)) ||
        (reason = check_claims(root, &facts->device_id, message)) ||
        (reason = check_times(root, now, &facts->expires, message)))
        return reason;
    return check_message(key, app_id, root, facts->device_id, message);
}

const char *jwt_verify(void *key, int64_t app_id, struct jaxl_json_doc *doc, const char *token,
                       size_t len, int64_t now, struct jwt_facts *facts, const char **message)
{
    struct part parts[PARTS];
    struct jaxl_buf raw;
    const char *reason;

    *message = "the token is not three parts with a point between them";
    if (len > TOKEN_MAX || split(token, len, parts))
        return "INVALID_TOKEN";
    jaxl_buf_init(&raw, TOKEN_MAX);
    reason = check_parts(key, app_id, doc, parts, &raw, now, facts, message);
    jaxl_buf_free(&raw);
    return reason;
}
