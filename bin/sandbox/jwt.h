/* The request token (protocol.md section 2), verified: signature, claims, message signature. */
#ifndef SANDBOX_JWT_H
#define SANDBOX_JWT_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"

enum { CLOCK_LEEWAY = 5, TOKEN_MAX = 16384 }; /* seconds; bytes */

struct jwt_facts {
    int64_t expires;   /* seconds */
    int64_t device_id; /* 0 for null */
};

/* key: the EVP_PKEY of client.secret. now: microseconds. NULL when all is well, else the reason in
 * capitals; *message says more (static storage). */
const char *jwt_verify(void *key, int64_t app_id, struct jaxl_json_doc *doc, const char *token,
                       size_t len, int64_t now, struct jwt_facts *facts, const char **message);

/* The text of credentials' `servers`, as the claim must repeat it. */
#define SERVERS "jaxl-sandbox"

#endif
