/* Who an attempt is: the same attempt has the same session id, whoever works it out. */
#ifndef JAXL_CAMPAIGN_IDENTITY_H
#define JAXL_CAMPAIGN_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/buf.h"
#include "jaxl/clock.h"
#include "jaxl/uuid.h"

enum { JAXL_IDENTITY_RUN = 40 };

struct jaxl_identity {
    int64_t account;      /* the organisation's id */
    const char *campaign; /* its name */
    const char *lead;     /* lead_len bytes: what identifies the lead */
    size_t lead_len;
    const char *to;   /* the number called: a lead may have several */
    uint64_t place;   /* of the record in the input, where a number may come again; else 0 */
    unsigned attempt; /* from 1 */
};

/* UUIDv5 over all of it. The name is a chain of netstrings ("2:42,7:winter,..."), so that no two
 * attempts are spelled alike. JAXL_ENOMEM, JAXL_ECRYPTO, JAXL_ELIMIT (scratch is too small). */
int jaxl_identity_session(const struct jaxl_identity *who, struct jaxl_buf *scratch,
                          char text[JAXL_UUID_TEXT]);
/* A name for a run that is a campaign of its own: "run-20261124T030405Z-1f0c9a7e". JAXL_EIO. */
int jaxl_identity_run(const struct jaxl_clock *clock, char text[JAXL_IDENTITY_RUN]);

#endif
