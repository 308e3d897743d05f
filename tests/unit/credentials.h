/* A credentials file for a test, whole or with one member replaced. */
#ifndef JAXL_UNIT_CREDENTIALS_H
#define JAXL_UNIT_CREDENTIALS_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "jaxl/buf.h"
#include "unit.h"

#define UNIT_GENESIS "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="

/* A new RSA key as PEM, in a JSON string. */
static inline void unit_key_make(struct jaxl_buf *json, unsigned bits)
{
    EVP_PKEY *key = EVP_RSA_gen(bits);
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem;
    long n;

    ck_assert(key && bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    n = BIO_get_mem_data(bio, &pem);
    jaxl_buf_init(json, 16384);
    jaxl_buf_putc(json, '"');
    for (long i = 0; i < n; i++)
        if (pem[i] == '\n')
            jaxl_buf_puts(json, "\\n");
        else
            jaxl_buf_putc(json, pem[i]);
    jaxl_buf_putc(json, '"');
    ck_assert_int_eq(jaxl_buf_check(json, "key", NULL), 0);
    BIO_free(bio);
    EVP_PKEY_free(key);
}

/* Appends the file with the key (a JSON string). member: the path of one whose value is replaced by
 * a JSON text (NULL: left out); NULL for none. */
static inline void unit_credentials_put(struct jaxl_buf *out, const char *key, const char *member,
                                        const char *value)
{
    const struct {
        const char *before, *name, *path, *value;
    } parts[] = {
        {"{\"watermark\":{\"by\":1,", "version", "watermark.version", "1"},
        {",", "env", "watermark.env", "\"dev\""},
        {"},\"app\":{\"platforms\":{\"ios\":null},", "id", "app.id", "7"},
        {",", "type", "app.type", "2"},
        {"},\"client\":{", "key", "client.key", "\"API-KEY\""},
        {",", "secret", "client.secret", key},
        {",", "genesis_key", "client.genesis_key", "\"" UNIT_GENESIS "\""},
        {",", "platform", "client.platform", "3"},
        {"},", "servers", "servers", "[\"one\",\"tw\\u00f6\"]"},
    };
    bool found = !member;

    for (size_t i = 0; i < UNIT_COUNT(parts); i++) {
        bool replaced = member && strcmp(parts[i].path, member) == 0;
        found = found || replaced;
        jaxl_buf_printf(out, "%s\"%s%s\":", parts[i].before, replaced && !value ? "no_" : "",
                        parts[i].name);
        jaxl_buf_puts(out, replaced && value ? value : parts[i].value);
    }
    jaxl_buf_putc(out, '}');
    ck_assert_msg(found, "%s", member);
    ck_assert_int_eq(jaxl_buf_check(out, "credentials", NULL), 0);
}

static inline void unit_file_write(const char *path, const char *data, size_t len)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, len, f), len);
    ck_assert_int_eq(fclose(f), 0);
}

#endif
