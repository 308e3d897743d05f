/* The credentials file and what follows from it and the environment (protocol.md section 1). */
#ifndef JAXL_PLATFORM_CREDENTIALS_H
#define JAXL_PLATFORM_CREDENTIALS_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/buf.h"
#include "jaxl/endpoint.h"
#include "jaxl/fernet.h"
#include "jaxl/log.h"
#include "platform/env.h"

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

enum {
    JAXL_CREDENTIALS_MAX = 64 * 1024,  /* bytes of the file */
    JAXL_CREDENTIALS_ROOT_MAX = 2048,  /* bytes of an API root */
    JAXL_CREDENTIALS_HEADER_MAX = 8192 /* bytes of the API key and of the auth token */
};

/* All of it belongs to the struct; read, never changed, by everybody else. */
struct jaxl_credentials {
    char *path;      /* of the file, for messages */
    int64_t version; /* watermark.version */
    char *env;       /* watermark.env: production, staging, run or dev */
    int64_t app_id, app_type;
    char *api_key;                          /* client.key: printable ASCII, fit for a header */
    char *pem;                              /* client.secret */
    struct evp_pkey_st *key;                /* of it: RSA; NULL before jaxl_credentials_key */
    unsigned char genesis[JAXL_FERNET_KEY]; /* client.genesis_key */
    char *servers;                          /* JSON text of the array */
};

/* Reads the file at path (NULL: $JAXL_API_CREDENTIALS). A file that group or others may read is a
 * warning in log. JAXL_ECONFIG names the file, the JSON path and what belongs there; JAXL_ENOMEM.
 * env and log may be NULL. */
int jaxl_credentials_load(const char *path, const struct jaxl_env *env, const struct jaxl_log *log,
                          struct jaxl_credentials **out, struct jaxl_error *err);
/* The same without looking at the key, which takes half of the time: see jaxl_credentials_key. */
int jaxl_credentials_read(const char *path, const struct jaxl_env *env, const struct jaxl_log *log,
                          struct jaxl_credentials **out, struct jaxl_error *err);
/* Makes cred->key when it is not there yet. JAXL_ECONFIG, JAXL_ENOMEM. */
int jaxl_credentials_key(struct jaxl_credentials *cred, struct jaxl_error *err);
/* Wipes and frees. */
void jaxl_credentials_free(struct jaxl_credentials **cred);

/* Appends the root of a module's API to out, without a slash at the end, so that the path of an
 * endpoint follows. For dev it comes from $JAXL_ACCOUNT_API_ROOT and so on, and is https://, or
 * http:// for a loopback host (127.0.0.0/8, [::1], localhost), so that nothing secret ever travels
 * in clear. JAXL_ECONFIG names the variable. */
int jaxl_credentials_root(const struct jaxl_credentials *cred, const struct jaxl_env *env,
                          enum jaxl_module module, struct jaxl_buf *out, struct jaxl_error *err);

/* The user's auth token out of the variable of this name (NULL: JAXL_API_AUTH_TOKEN), fit for a
 * header; to be freed with jaxl_secret_free. JAXL_ECONFIG when it is missing or cannot be one. */
int jaxl_credentials_auth_token(const struct jaxl_env *env, const char *name, char **token,
                                struct jaxl_error *err);

#endif
