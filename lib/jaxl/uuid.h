/* UUIDs (RFC 9562) as upper-case text, the form the platform uses for session ids. */
#ifndef JAXL_UUID_H
#define JAXL_UUID_H

#include <stddef.h>

#include <jaxl/clock.h>
#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JAXL_UUID_TEXT = 37 }; /* bytes of the text, with its NUL */

/* Version 5: always the same for the same namespace and the same len bytes of name.
 * JAXL_ENOMEM or JAXL_ECRYPTO, with text "". */
JAXL_API int jaxl_uuid_v5(const unsigned char ns[16], const void *name, size_t len,
                          char text[JAXL_UUID_TEXT]);
/* Version 4, random. JAXL_EIO when no randomness is to be had, with text "". */
JAXL_API int jaxl_uuid_v4(const struct jaxl_clock *clock, char text[JAXL_UUID_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
