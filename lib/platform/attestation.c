#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "jaxl/json.h"
#include "jaxl/secret.h"
#include "platform/attestation.h"

#define DEVICE_PREFIX "jaxl:sdk:"

void jaxl_attestation_clear(struct jaxl_attestation *a)
{
    if (!a)
        return;
    jaxl_secret_free(&a->object);
    jaxl_secret_wipe(a, sizeof *a);
}

/* All members but skip, as a text of their own. */
static int copy_object(const struct jaxl_json *root, const char *skip, char **out)
{
    struct jaxl_json_writer *w;
    struct jaxl_buf text;
    size_t len;
    int r;

    *out = NULL;
    jaxl_buf_init(&text, JAXL_ATTESTATION_OBJECT_MAX);
    r = jaxl_buf_reserve(&text, JAXL_ATTESTATION_OBJECT_MAX);
    if (!r)
        r = jaxl_json_writer_new(&w, &text);
    if (!r) {
        jaxl_json_write_object(w);
        for (const struct jaxl_json *v = jaxl_json_first(root); v; v = jaxl_json_next(v)) {
            const char *key = jaxl_json_key(v, &len);
            if (strcmp(key, skip) == 0)
                continue;
            jaxl_json_write_key_n(w, key, len);
            jaxl_json_write_value(w, v);
        }
        jaxl_json_write_end(w);
        r = jaxl_json_writer_check(w, NULL);
        jaxl_json_writer_free(&w);
    }
    if (!r)
        *out = strdup(text.data);
    jaxl_buf_wipe(&text);
    return r ? r : *out ? 0 : JAXL_ENOMEM;
}

int jaxl_attestation_object(const struct jaxl_json *root, struct jaxl_attestation *a)
{
    const struct jaxl_json *id = jaxl_json_get(root, "id");
    const char *sk = jaxl_json_string(jaxl_json_get(root, "sk"), "");
    int r;

    memset(a, 0, sizeof *a);
    if (jaxl_json_type(root) != JAXL_JSON_OBJECT || jaxl_json_type(id) != JAXL_JSON_NUMBER ||
        jaxl_json_int(id, &a->id))
        return JAXL_EPROTO;
    r = jaxl_fernet_key(sk, a->sk, NULL);
    if (!r)
        r = copy_object(root, JAXL_ATTESTATION_OWNER, &a->object);
    if (r)
        jaxl_attestation_clear(a);
    return r == JAXL_EINPUT || r == JAXL_ELIMIT ? JAXL_EPROTO : r;
}

static int origin_of(char *text, size_t size)
{
    struct utsname name;
    size_t n;

    if (uname(&name))
        return JAXL_EIO;
    n = strnlen(name.sysname, size - sizeof "://");
    for (size_t i = 0; i < n; i++) {
        char c = name.sysname[i];
        text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    memcpy(text + n, "://", sizeof "://");
    return 0;
}

/* The proof that this client has the genesis key, of the exact text that the platform compares. */
static int put_proof(const struct jaxl_credentials *cred, const struct jaxl_clock *clock,
                     const unsigned char iv[16], struct jaxl_attestation_headers *h,
                     struct jaxl_error *err)
{
    struct jaxl_buf text, token;
    int r;

    jaxl_buf_init(&text, sizeof h->device_attest);
    jaxl_buf_init(&token, sizeof h->device_attest - 1);
    jaxl_buf_printf(&text, "{\"pd\": \"%s\", \"dt\": \"\", \"cookie\": null}", h->device_id);
    r = jaxl_buf_check(&text, "device attestation", err);
    if (!r)
        r = jaxl_fernet_encrypt(cred->genesis, jaxl_clock_now(clock), iv, text.data, text.len,
                                &token, err);
    if (!r)
        memcpy(h->device_attest, token.data, token.len + 1);
    jaxl_buf_wipe(&text);
    jaxl_buf_wipe(&token);
    return r;
}

int jaxl_attestation_prepare(const struct jaxl_credentials *cred, const struct jaxl_clock *clock,
                             struct jaxl_attestation_headers *headers, struct jaxl_error *err)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char drawn[32]; /* half for the device id, half for the IV */
    char *p = headers->device_id + sizeof DEVICE_PREFIX - 1;

    memset(headers, 0, sizeof *headers);
    if (origin_of(headers->origin, sizeof headers->origin))
        return jaxl_error_set(err, JAXL_EIO, "device attestation: the system has no name");
    if (jaxl_clock_random(clock, drawn, sizeof drawn))
        return jaxl_error_set(err, JAXL_EIO, "device attestation: no randomness to be had");
    strcpy(headers->forwarded_for, "127.0.0.1");
    strcpy(headers->device_id, DEVICE_PREFIX);
    for (int i = 0; i < 16; i++) {
        *p++ = hex[drawn[i] >> 4];
        *p++ = hex[drawn[i] & 15];
    }
    return put_proof(cred, clock, drawn + 16, headers, err);
}

static const struct {
    const char *reason, *advice;
} advices[] = {
    {"NO_X_DEVICE_ATTEST_HEADER",
     "a header was lost on the way: check the proxy between here and the platform"},
    {"PAYLOAD_INVALID_TOKEN",
     "client.genesis_key is not the one of client.key: fetch the credentials file again"},
    {"INVALID_ORIGIN_SCHEME", "the platform does not serve this operating system: run it on Linux"},
    {"DEVICE_UID_ALREADY_EXISTS", "the device id that was drawn is taken: run the command again"},
};

static const char *advice_for(const char *reason)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
        if (strcmp(advices[i].reason, reason) == 0)
            return advices[i].advice;
    return "ask Jaxl's support about this reason";
}

static int refused(const struct jaxl_credentials *cred, int status, const char *reason,
                   struct jaxl_error *err)
{
    if (!*reason)
        reason = "no reason given";
    if (status == 401 || status == 402 || status == 403)
        return jaxl_error_set(err, JAXL_EAUTH,
                              "device attestation: the platform refused the credentials %s (HTTP "
                              "%d, %.100s): check them and this machine's clock",
                              cred->path, status, reason);
    if (status == 429)
        return jaxl_error_set(err, JAXL_ETHROTTLE,
                              "device attestation: too many requests (HTTP 429): try again later");
    if (status >= 500)
        return jaxl_error_set(err, JAXL_ENET,
                              "device attestation: the platform is unavailable (HTTP %d): try "
                              "again later",
                              status);
    return jaxl_error_set(err, JAXL_EREFUSED, "device attestation: refused (HTTP %d, %.100s): %s",
                          status, reason, advice_for(reason));
}

/* The {"encrypted": ...} of an answer, opened. */
static int open_answer(const struct jaxl_credentials *cred, const struct jaxl_json *root,
                       struct jaxl_attestation *a)
{
    const char *token = jaxl_json_string(jaxl_json_get(root, "encrypted"), NULL);
    const struct jaxl_json *object;
    struct jaxl_json_doc *doc = NULL;
    struct jaxl_buf text;
    int r;

    if (!token)
        return JAXL_EPROTO;
    jaxl_buf_init(&text, JAXL_ATTESTATION_MAX);
    r = jaxl_fernet_decrypt(cred->genesis, 0, 0, token, strlen(token), &text, NULL);
    if (!r)
        r = jaxl_json_doc_new(&doc, JAXL_ATTESTATION_MAX);
    if (!r)
        r = jaxl_json_parse(doc, text.data, text.len, &object, NULL);
    if (!r)
        r = jaxl_attestation_object(object, a);
    jaxl_json_doc_wipe(&doc);
    jaxl_buf_wipe(&text);
    return r;
}

/* What came of the answer, in words. */
static int judge(const struct jaxl_credentials *cred, int r, struct jaxl_error *err)
{
    if (r == JAXL_ENOMEM)
        return jaxl_error_set(err, r, "device attestation: out of memory");
    if (r == JAXL_ECRYPTO)
        return jaxl_error_set(err, r,
                              "device attestation: client.genesis_key of %s does not open the "
                              "platform's answer: fetch the credentials file again",
                              cred->path);
    return r ? jaxl_error_set(err, JAXL_EPROTO,
                              "device attestation: the platform's answer is not understood: it "
                              "must hold an id and a key")
             : 0;
}

static int accept_body(const struct jaxl_credentials *cred, const char *body, size_t len,
                       struct jaxl_attestation *a, struct jaxl_error *err)
{
    const struct jaxl_json *root = NULL;
    struct jaxl_json_doc *doc;
    int r = jaxl_json_doc_new(&doc, JAXL_ATTESTATION_MAX);

    if (!r)
        r = jaxl_json_parse(doc, body, len, &root, NULL);
    if (!r)
        r = open_answer(cred, root, a);
    jaxl_json_doc_wipe(&doc);
    return judge(cred, r, err);
}

int jaxl_attestation_accept(const struct jaxl_credentials *cred, int status, const char *body,
                            size_t len, const char *said, struct jaxl_attestation *a,
                            struct jaxl_error *err)
{
    int r;

    memset(a, 0, sizeof *a);
    r = status < 200 || status > 299 ? refused(cred, status, said, err)
                                     : accept_body(cred, body, len, a, err);
    if (r && err) {
        err->status = status;
        err->retry_safe = r == JAXL_ENET || r == JAXL_ETHROTTLE;
    }
    return r;
}

int64_t jaxl_attestation_retry(int status, unsigned tries)
{
    int64_t pause;

    if (tries < 1 || tries >= JAXL_ATTESTATION_TRIES || status < 502 || status > 504)
        return -1;
    pause = 1 + (INT64_C(1) << (tries - 1));
    return (pause < 10 ? pause : 10) * JAXL_SECOND;
}
