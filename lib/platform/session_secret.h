/* What the platform says may repeat what it was sent. */
#ifndef JAXL_PLATFORM_SESSION_SECRET_H
#define JAXL_PLATFORM_SESSION_SECRET_H

#include <stdbool.h>

#include "jaxl/session.h"

/* Whether a text holds a secret of the session: API key, auth token, any request token, the proof
 * of an attestation, a key. To be asked of all that an answer says before it is cut or shown. */
bool jaxl_session_holds_secret(const struct jaxl_session *s, const char *text);

#endif
