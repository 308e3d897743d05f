/* Device attestation (protocol.md section 3): the file it is kept in, the request's headers and the
 * answer. The HTTP between prepare and accept is the session's:
 *
 *     load; when JAXL_EEND: lock, load again (another process may have done it meanwhile),
 *     when still JAXL_EEND: prepare, POST, accept, save; unlock
 *
 * A device that the platform refuses is replaced the same way: lock, load again, when it is still
 * the one that was refused: prepare, POST, accept, and save when the new one helped. */
#ifndef JAXL_PLATFORM_ATTESTATION_H
#define JAXL_PLATFORM_ATTESTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/buf.h"
#include "jaxl/clock.h"
#include "jaxl/fernet.h"
#include "jaxl/log.h"
#include "platform/credentials.h"
#include "platform/env.h"

enum {
    JAXL_ATTESTATION_MAX = 64 * 1024, /* bytes of the file, of an answer and of what it holds */
    JAXL_ATTESTATION_OBJECT_MAX = JAXL_ATTESTATION_MAX - 128, /* without what the file adds */
    JAXL_ATTESTATION_TRIES = 5                                /* requests, the first included */
};
#define JAXL_ATTESTATION_WAIT (120 * JAXL_SECOND) /* for another process to finish attesting */

/* An attested device. Wipe it when done: jaxl_attestation_clear. */
struct jaxl_attestation {
    int64_t id;                        /* the device id, for jaxl_token_set_device */
    unsigned char sk[JAXL_FERNET_KEY]; /* for encrypted payloads */
    char *object;                      /* JSON text of all the platform gave, kept in the file */
};

void jaxl_attestation_clear(struct jaxl_attestation *a);

/* The file and who it belongs to. The file holds the platform's object and one member of ours,
 * JAXL_ATTESTATION_OWNER: a hash of API root, API key, app id and user, by which a file of other
 * credentials is seen. The host name is left out, since home directories are shared. A file without
 * that member was written by another client of the platform and is used like our own.
 * A lock file stands beside it. */
struct jaxl_attestation_store;
#define JAXL_ATTESTATION_OWNER "libjaxl_owner"

/* dir: NULL or "" is $JAXL_STATE_DIR, else ~/.jaxl/api; it is made with mode 0700 when it is
 * missing, and an existing one is left as it is. The file's name is $JAXL_ATTESTATION_FILE_NAME,
 * else attestation.json. me: user@host as in the token. Touches no file yet. cred and log are
 * borrowed for the call and the store's life. JAXL_ECONFIG, JAXL_ENOMEM. */
int jaxl_attestation_store_new(struct jaxl_attestation_store **s, const char *dir,
                               const struct jaxl_env *env, const struct jaxl_credentials *cred,
                               const char *me, const struct jaxl_log *log, struct jaxl_error *err);
/* Also unlocks. */
void jaxl_attestation_store_free(struct jaxl_attestation_store **s);

/* Where it is kept; borrowed. */
const char *jaxl_attestation_dir(const struct jaxl_attestation_store *s);
const char *jaxl_attestation_path(const struct jaxl_attestation_store *s);

/* JAXL_OK: *a is what was kept. JAXL_EEND: nothing usable is there: no file, not what it should be,
 * or of other credentials (which one goes to the log). JAXL_EIO: it cannot be read. */
int jaxl_attestation_load(struct jaxl_attestation_store *s, struct jaxl_attestation *a,
                          struct jaxl_error *err);
/* Makes the directory where it is missing and takes the lock, waiting for another process up to
 * JAXL_ATTESTATION_WAIT on clock, or until stop (NULL: never) says so: it is asked many times a
 * second. JAXL_EBUSY, JAXL_ESTOPPED, JAXL_EIO. */
int jaxl_attestation_lock(struct jaxl_attestation_store *s, const struct jaxl_clock *clock,
                          bool (*stop)(void *ctx), void *ctx, struct jaxl_error *err);
/* The same without waiting, where the directory is there already; whether it has it now. */
bool jaxl_attestation_try_lock(struct jaxl_attestation_store *s);
void jaxl_attestation_unlock(struct jaxl_attestation_store *s);
/* Puts *a in the place of whatever was there, in one step, mode 0600. The lock is held. JAXL_EIO.
 */
int jaxl_attestation_save(struct jaxl_attestation_store *s, const struct jaxl_attestation *a,
                          struct jaxl_error *err);
struct jaxl_json;
/* The attestation in a JSON object, the owner left out. JAXL_EPROTO, JAXL_ENOMEM. */
int jaxl_attestation_object(const struct jaxl_json *root, struct jaxl_attestation *a);

/* The headers of the request beside those of every other. All are NUL-terminated values. */
struct jaxl_attestation_headers {
    char origin[64];         /* origin: linux:// */
    char forwarded_for[16];  /* x-forwarded-for: 127.0.0.1 */
    char device_id[48];      /* x-device-id */
    char device_attest[256]; /* x-device-attest; secret */
};

/* A new device id and its proof. JAXL_EIO (no randomness), JAXL_ECRYPTO, JAXL_ENOMEM. */
int jaxl_attestation_prepare(const struct jaxl_credentials *cred, const struct jaxl_clock *clock,
                             struct jaxl_attestation_headers *headers, struct jaxl_error *err);
/* Reads the answer. said: the reason that it gives, fit for a message; "" for none. JAXL_EAUTH
 * (401, 402, 403), JAXL_ETHROTTLE (429), JAXL_EREFUSED (any other 3xx, 4xx) with what to do about
 * its reason, JAXL_ENET (5xx; asking again is safe), JAXL_EPROTO, JAXL_ECRYPTO (the genesis key is
 * another), JAXL_ENOMEM. err->status is set. */
int jaxl_attestation_accept(const struct jaxl_credentials *cred, int status, const char *body,
                            size_t len, const char *said, struct jaxl_attestation *a,
                            struct jaxl_error *err);
/* The pause before the next try after tries requests of which the last gave this status:
 * min(1 + 2^n, 10) s with n counting from 0. -1: no further try. */
int64_t jaxl_attestation_retry(int status, unsigned tries);

#endif
