#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/fernet.h"
#include "jaxl/secret.h"
#include "platform/base64.h"

/* A token: version, time, IV, ciphertext, MAC of all before. */
enum {
    FORMAT = 0x80,
    TIME_AT = 1,
    IV_AT = 9,
    TEXT_AT = 25,
    BLOCK = 16,
    MAC = 32,
    TOKEN_MIN = TEXT_AT + MAC,
    SKEW = 60, /* seconds from the future, with a ttl */
    KEY_TEXT = 44
};

int jaxl_fernet_key(const char *text, unsigned char key[JAXL_FERNET_KEY], struct jaxl_error *err)
{
    struct jaxl_buf raw;
    int r = JAXL_EINPUT;

    jaxl_buf_init(&raw, JAXL_FERNET_KEY + 1);
    if (strlen(text) == KEY_TEXT)
        r = jaxl_base64_decode(JAXL_BASE64_URL, text, KEY_TEXT, &raw);
    if (!r && raw.len == JAXL_FERNET_KEY)
        memcpy(key, raw.data, JAXL_FERNET_KEY);
    else if (r != JAXL_ENOMEM)
        r = JAXL_EINPUT;
    jaxl_buf_wipe(&raw);
    if (r == JAXL_EINPUT)
        return jaxl_error_set(err, r,
                              "a Fernet key is 44 characters of url-safe base64 (32 bytes)");
    return r ? jaxl_error_set(err, r, "Fernet key: out of memory") : 0;
}

static int mac_of(const unsigned char *key, const void *data, size_t n, unsigned char mac[MAC])
{
    unsigned len = 0;

    return HMAC(EVP_sha256(), key, JAXL_FERNET_KEY / 2, data, n, mac, &len) && len == MAC
               ? 0
               : JAXL_ENOMEM;
}

/* AES-128-CBC with PKCS#7 padding. dst has room for n + BLOCK bytes. */
static int cipher(int encrypt, const unsigned char *key, const unsigned char *iv,
                  const unsigned char *src, size_t n, unsigned char *dst, size_t *done)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int first = 0, last = 0, ok;

    if (!c)
        return JAXL_ENOMEM;
    ok = EVP_CipherInit_ex(c, EVP_aes_128_cbc(), NULL, key + JAXL_FERNET_KEY / 2, iv, encrypt) &&
         EVP_CipherUpdate(c, dst, &first, src, (int)n) && EVP_CipherFinal_ex(c, dst + first, &last);
    EVP_CIPHER_CTX_free(c);
    if (!ok)
        ERR_clear_error();
    *done = (size_t)first + (size_t)last;
    return ok ? 0 : JAXL_ECRYPTO;
}

static int seal(const unsigned char *key, uint64_t seconds, const unsigned char iv[16],
                const void *data, size_t len, struct jaxl_buf *raw)
{
    unsigned char *p = (unsigned char *)raw->data;
    size_t n;
    int r;

    p[0] = FORMAT;
    for (int i = 0; i < 8; i++)
        p[TIME_AT + i] = (unsigned char)(seconds >> (56 - 8 * i));
    memcpy(p + IV_AT, iv, BLOCK);
    r = cipher(1, key, iv, data, len, p + TEXT_AT, &n);
    if (!r)
        r = mac_of(key, p, TEXT_AT + n, p + TEXT_AT + n);
    raw->len = r ? 0 : TEXT_AT + n + MAC;
    return r;
}

int jaxl_fernet_encrypt(const unsigned char key[JAXL_FERNET_KEY], int64_t now,
                        const unsigned char iv[16], const void *data, size_t len,
                        struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_buf raw;
    int r;

    if (now < 0)
        return jaxl_error_set(err, JAXL_EARG, "Fernet: the clock stands before 1970");
    jaxl_buf_init(&raw, INT_MAX - BLOCK);
    r = jaxl_buf_reserve(&raw, len);
    if (!r)
        r = jaxl_buf_reserve(&raw, TEXT_AT + len + BLOCK + MAC);
    if (!r)
        r = seal(key, (uint64_t)(now / JAXL_SECOND), iv, data, len, &raw);
    if (!r) {
        jaxl_base64_encode(JAXL_BASE64_URL, raw.data, raw.len, out);
        r = out->failed;
    }
    jaxl_buf_wipe(&raw);
    return r ? jaxl_error_set(err, r, "Fernet: encrypting %zu bytes: %s", len, jaxl_error_name(r))
             : 0;
}

/* What is wrong with the age of a token, or NULL. */
static const char *judge_age(uint64_t made, int64_t now, int64_t ttl)
{
    int64_t seconds = now / JAXL_SECOND;

    if (ttl <= 0)
        return NULL;
    if (made > INT64_MAX / JAXL_SECOND || (int64_t)made > seconds + SKEW)
        return "it is from the future; set the clock";
    if (seconds - (int64_t)made > ttl / JAXL_SECOND)
        return "it has expired";
    return NULL;
}

/* What is wrong with a token before it is decrypted, or NULL. */
static const char *judge(const unsigned char *key, int64_t now, int64_t ttl,
                         const struct jaxl_buf *raw)
{
    const unsigned char *p = (const unsigned char *)raw->data;
    unsigned char mac[MAC];
    uint64_t made = 0;

    if (raw->len < TOKEN_MIN)
        return "it is too short";
    if (p[0] != FORMAT)
        return "its version is not 0x80";
    if ((raw->len - TEXT_AT - MAC) % BLOCK)
        return "its length is not of whole blocks";
    if (mac_of(key, p, raw->len - MAC, mac))
        return "out of memory";
    if (jaxl_secret_compare(mac, p + raw->len - MAC, MAC))
        return "it was made with another key or damaged";
    for (int i = 0; i < 8; i++)
        made = made << 8 | p[TIME_AT + i];
    return judge_age(made, now, ttl);
}

static int open_token(const unsigned char *key, const struct jaxl_buf *raw, struct jaxl_buf *out,
                      struct jaxl_error *err)
{
    const unsigned char *p = (const unsigned char *)raw->data;
    size_t len = raw->len - TEXT_AT - MAC, done = 0;
    struct jaxl_buf text;
    int r;

    jaxl_buf_init(&text, len + BLOCK);
    r = jaxl_buf_reserve(&text, len + BLOCK);
    if (!r)
        r = cipher(0, key, p + IV_AT, p + TEXT_AT, len, (unsigned char *)text.data, &done);
    if (!r)
        r = jaxl_buf_reserve(out, done);
    if (!r)
        jaxl_buf_add(out, text.data, done);
    jaxl_buf_wipe(&text);
    if (r == JAXL_ECRYPTO)
        return jaxl_error_set(err, r, "Fernet token: its padding is wrong");
    return r ? jaxl_error_set(err, r, "Fernet token: %s", jaxl_error_name(r)) : 0;
}

int jaxl_fernet_decrypt(const unsigned char key[JAXL_FERNET_KEY], int64_t now, int64_t ttl,
                        const char *token, size_t len, struct jaxl_buf *out, struct jaxl_error *err)
{
    const char *wrong;
    struct jaxl_buf raw;
    int r;

    jaxl_buf_init(&raw, INT_MAX - BLOCK);
    r = jaxl_base64_decode(JAXL_BASE64_URL, token, len, &raw);
    if (r == JAXL_ENOMEM) {
        r = jaxl_error_set(err, r, "Fernet token: out of memory");
    } else {
        wrong = r ? "it is not url-safe base64" : judge(key, now, ttl, &raw);
        r = wrong ? jaxl_error_set(err, JAXL_ECRYPTO, "Fernet token: %s", wrong)
                  : open_token(key, &raw, out, err);
    }
    jaxl_buf_wipe(&raw);
    return r;
}
