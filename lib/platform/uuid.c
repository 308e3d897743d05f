#include <openssl/evp.h>
#include <string.h>

#include "jaxl/uuid.h"

static void write_text(unsigned char id[16], unsigned version, char *text)
{
    static const char hex[] = "0123456789ABCDEF";

    id[6] = (unsigned char)((id[6] & 0x0f) | version << 4);
    id[8] = (unsigned char)((id[8] & 0x3f) | 0x80);
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *text++ = '-';
        *text++ = hex[id[i] >> 4];
        *text++ = hex[id[i] & 15];
    }
    *text = '\0';
}

static int sha1(const unsigned char ns[16], const void *name, size_t len,
                unsigned char out[EVP_MAX_MD_SIZE])
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int ok;

    if (!md)
        return JAXL_ENOMEM;
    ok = EVP_DigestInit_ex(md, EVP_sha1(), NULL) && EVP_DigestUpdate(md, ns, 16) &&
         EVP_DigestUpdate(md, name, len) && EVP_DigestFinal_ex(md, out, NULL);
    EVP_MD_CTX_free(md);
    return ok ? 0 : JAXL_ECRYPTO;
}

int jaxl_uuid_v5(const unsigned char ns[16], const void *name, size_t len,
                 char text[JAXL_UUID_TEXT])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    int r = sha1(ns, name, len, digest);

    text[0] = '\0';
    if (!r)
        write_text(digest, 5, text);
    return r;
}

int jaxl_uuid_v4(const struct jaxl_clock *clock, char text[JAXL_UUID_TEXT])
{
    unsigned char id[16];

    text[0] = '\0';
    if (jaxl_clock_random(clock, id, sizeof id))
        return JAXL_EIO;
    write_text(id, 4, text);
    return 0;
}
