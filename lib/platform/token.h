/* The signed request token, X-JAXL-API-TOKEN (protocol.md section 2): a JWT (RS256) that carries an
 * RSASSA-PSS signature of a message text. It holds nothing of the request it travels with, so one
 * is made and used until shortly before it expires. */
#ifndef JAXL_PLATFORM_TOKEN_H
#define JAXL_PLATFORM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/buf.h"
#include "jaxl/clock.h"
#include "platform/credentials.h"
#include "platform/env.h"

enum {
    JAXL_TOKEN_LIFETIME = 30,        /* seconds, when JAXL_API_TOKEN_EXPIRY_IN_SEC says nothing */
    JAXL_TOKEN_LIFETIME_MAX = 86400, /* our own limit */
    JAXL_TOKEN_MAX = 128 * 1024,     /* bytes of a token */
    JAXL_TOKEN_MESSAGE_MAX = 16 * 1024, /* bytes of the message text */
    JAXL_TOKEN_ME_MAX = 1024            /* bytes of an identity */
};

/* What every token begins with: {"alg":"RS256","typ":"JWT"} and the point behind it. */
#define JAXL_TOKEN_HEAD "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9."

/* What the message and the claims say. */
struct jaxl_token_facts {
    int64_t version;
    const char *env;
    int64_t app_id;
    const char *me;           /* user@host, UTF-8 */
    int64_t now;              /* microseconds since 1970 */
    const int64_t *device_id; /* NULL: not attested yet */
};

/* Where the token is made, as far as its identity goes. */
struct jaxl_token_host {
    bool container;    /* /.dockerenv exists */
    const char *login; /* of the account the process runs as; NULL when it has none */
    const char *name;  /* host name */
};

/* Appends user@host: user is $USER, else the login name; in a container $JAXL_CONTAINER_USER, else
 * jaxl-python. host NULL: this machine. JAXL_ECONFIG when there is no user. */
int jaxl_token_identity(const struct jaxl_env *env, const struct jaxl_token_host *host,
                        struct jaxl_buf *out, struct jaxl_error *err);
/* The lifetime in seconds out of $JAXL_API_TOKEN_EXPIRY_IN_SEC. JAXL_ECONFIG. */
int jaxl_token_lifetime(const struct jaxl_env *env, int64_t *seconds, struct jaxl_error *err);

/* Append the message text, byte for byte what is signed; the claims, with servers a JSON text.
 * JAXL_ECONFIG when a text is not UTF-8, JAXL_EARG for a time outside the years 0 to 9999. */
int jaxl_token_message(const struct jaxl_token_facts *facts, struct jaxl_buf *out,
                       struct jaxl_error *err);
int jaxl_token_claims(const struct jaxl_token_facts *facts, const char *signature,
                      const char *servers, int64_t lifetime, struct jaxl_buf *out,
                      struct jaxl_error *err);
/* Appends a whole token, made at time now and good for lifetime seconds. */
int jaxl_token_make(const struct jaxl_credentials *cred, const char *me, const int64_t *device_id,
                    int64_t now, int64_t lifetime, struct jaxl_buf *out, struct jaxl_error *err);

/* The token of a session, made anew when needed. */
struct jaxl_token;

/* Identity and lifetime come from env (NULL: the process's). cred and clock are borrowed and
 * outlive it. JAXL_ECONFIG, JAXL_ENOMEM. */
int jaxl_token_new(struct jaxl_token **t, const struct jaxl_credentials *cred,
                   const struct jaxl_env *env, const struct jaxl_clock *clock,
                   struct jaxl_error *err);
void jaxl_token_free(struct jaxl_token **t);
/* Every token from now on carries this device id (NULL: null). */
void jaxl_token_set_device(struct jaxl_token *t, const int64_t *device_id);
/* A token that is good for a while yet; borrowed until the next call on t. */
int jaxl_token_get(struct jaxl_token *t, const char **text, struct jaxl_error *err);
/* The token that the next get gives, when it is the same again and nothing is signed; else NULL. */
const char *jaxl_token_good(const struct jaxl_token *t);
/* Takes a token that was made earlier, at this time, with the same facts. */
void jaxl_token_put(struct jaxl_token *t, const char *text, int64_t made);
int64_t jaxl_token_made(const struct jaxl_token *t);
/* The lifetime in seconds. */
int64_t jaxl_token_seconds(const struct jaxl_token *t);
/* The next get makes a new one: after a 401. */
void jaxl_token_invalidate(struct jaxl_token *t);
/* user@host; borrowed for t's life. */
const char *jaxl_token_me(const struct jaxl_token *t);

#endif
