/* Base64 (RFC 4648), decoded strictly: no blanks or line ends, no bits set behind the last byte, so
 * that one text stands for one value. OpenSSL's decoder is laxer. */
#ifndef JAXL_PLATFORM_BASE64_H
#define JAXL_PLATFORM_BASE64_H

#include <stddef.h>

#include "jaxl/buf.h"

enum jaxl_base64 {
    JAXL_BASE64_STANDARD, /* section 4: + and /, padded */
    JAXL_BASE64_URL,      /* section 5: - and _, padded; Fernet */
    JAXL_BASE64_BARE      /* section 5, without padding; JWT (RFC 7515) */
};

/* Appends the text of n bytes. Failure sticks to out. */
void jaxl_base64_encode(enum jaxl_base64 kind, const void *data, size_t n, struct jaxl_buf *out);
/* Appends the bytes of a text. JAXL_EINPUT, with nothing appended; JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_base64_decode(enum jaxl_base64 kind, const char *text, size_t n, struct jaxl_buf *out);

#endif
