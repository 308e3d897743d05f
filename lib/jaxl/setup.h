/* The set-up that a session needs, looked at piece by piece, for a program that tells a user what
 * is missing. Nothing here sends credentials anywhere. */
#ifndef JAXL_SETUP_H
#define JAXL_SETUP_H

#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_setup;

/* options: those that a session is to be made with, borrowed for the life of the set-up; may be
 * NULL. Looks at nothing yet. JAXL_ENOMEM. */
JAXL_API int jaxl_setup_new(struct jaxl_setup **s, const struct jaxl_session_options *options,
                            struct jaxl_error *err);
JAXL_API void jaxl_setup_free(struct jaxl_setup **s);

/* What the credentials file says, without its secrets; borrowed from the set-up. */
struct jaxl_setup_credentials {
    const char *path;
    const char *env; /* production, staging, run or dev */
    int64_t app_id;
    int key_bits; /* of the RSA key */
    bool has_org; /* requests are made for an organisation (app.type 2) */
};
/* Reads the credentials file and signs with its key, to see that it can. JAXL_ECONFIG with what is
 * missing and where it belongs, JAXL_ECRYPTO, JAXL_ENOMEM. What follows but
 * jaxl_setup_auth_token needs it to have succeeded, and is JAXL_ECONFIG otherwise. */
JAXL_API int jaxl_setup_credentials(struct jaxl_setup *s, struct jaxl_setup_credentials *out,
                                    struct jaxl_error *err);
/* Whether there is an auth token that can be sent. JAXL_ECONFIG. */
JAXL_API int jaxl_setup_auth_token(struct jaxl_setup *s, struct jaxl_error *err);
/* Where the attestation is kept: the folder and the file, which need not be there yet. Borrowed.
 * JAXL_ECONFIG, JAXL_ENOMEM. */
JAXL_API int jaxl_setup_state(struct jaxl_setup *s, const char **dir, const char **file,
                              struct jaxl_error *err);
/* The root of a module's API, such as "https://fin.jaxl.com"; borrowed. JAXL_ECONFIG names the
 * variable that is missing or wrong. */
JAXL_API int jaxl_setup_root(struct jaxl_setup *s, enum jaxl_module module, const char **url,
                             struct jaxl_error *err);

/* What came of a plain GET of a root. */
struct jaxl_setup_reached {
    int status; /* HTTP; any shows that a server is there and that its certificate is trusted */
    bool tls;
    bool dated;   /* the answer has a Date */
    int64_t skew; /* microseconds, to about a second: the server's clock minus ours; 0 undated */
};
/* Asks the root of a module, without credentials. JAXL_ENET with the reason (DNS, connection,
 * certificate), JAXL_EUNKNOWN when no whole answer came, JAXL_ECONFIG, JAXL_ENOMEM. */
JAXL_API int jaxl_setup_reach(struct jaxl_setup *s, enum jaxl_module module,
                              struct jaxl_setup_reached *out, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
