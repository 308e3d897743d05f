/* Fernet (https://github.com/fernet/spec): the platform's symmetric encryption. */
#ifndef JAXL_FERNET_H
#define JAXL_FERNET_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/buf.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JAXL_FERNET_KEY = 32 }; /* bytes: first half signs, second half encrypts */

/* A key of 44 characters (url-safe base64 of 32 bytes). JAXL_EINPUT. */
JAXL_API int jaxl_fernet_key(const char *text, unsigned char key[JAXL_FERNET_KEY],
                             struct jaxl_error *err);
/* Appends the token of len bytes, made at time now (microseconds since 1970) with the 16 bytes iv.
 */
JAXL_API int jaxl_fernet_encrypt(const unsigned char key[JAXL_FERNET_KEY], int64_t now,
                                 const unsigned char iv[16], const void *data, size_t len,
                                 struct jaxl_buf *out, struct jaxl_error *err);
/* Appends what a token holds. ttl: the oldest acceptable age in microseconds, counted to now (and
 * at most 60 s from the future, as the spec's reference does); 0: any age. JAXL_ECRYPTO for every
 * way a token can be wrong; nothing is appended then. */
JAXL_API int jaxl_fernet_decrypt(const unsigned char key[JAXL_FERNET_KEY], int64_t now, int64_t ttl,
                                 const char *token, size_t len, struct jaxl_buf *out,
                                 struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
