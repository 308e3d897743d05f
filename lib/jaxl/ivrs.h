/* IVRs: the bodies that make a menu and its options, and the ids in the answers (protocol.md
 * section 5). Builders and readers only, without any network. */
#ifndef JAXL_IVRS_H
#define JAXL_IVRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/buf.h>
#include <jaxl/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A menu. */
struct jaxl_ivrs_menu {
    const char *name;                 /* the message, or the https URL of a webhook IVR */
    bool hangup;                      /* hang up after the message */
    const struct jaxl_json *settings; /* an object; NULL: left out */
};

/* Appends the body for JAXL_IVRS_CREATE. JAXL_EARG, JAXL_ELIMIT, JAXL_ENOMEM. */
JAXL_API int jaxl_ivrs_body(const struct jaxl_ivrs_menu *menu, struct jaxl_buf *out,
                            struct jaxl_error *err);

/* Where an option leads: exactly one of the six is set, the others are 0 or NULL. */
struct jaxl_ivrs_cta {
    int64_t next;             /* another IVR */
    const char *phone_number; /* E.164 */
    const int64_t *devices;   /* n_devices device ids */
    size_t n_devices;
    const int64_t *appusers; /* n_appusers app-user ids */
    size_t n_appusers;
    const int64_t *teams; /* n_teams team ids */
    size_t n_teams;
    const char *webhook; /* URL */
};

/* Writes {"next": .., "cta": ..} as the platform wants it, also for the transfer of a call.
 * JAXL_EARG when not exactly one is set, a list is empty or an id is below 1: nothing is written
 * then. */
JAXL_API int jaxl_ivrs_cta_write(struct jaxl_json_writer *w, const struct jaxl_ivrs_cta *cta,
                                 struct jaxl_error *err);

struct jaxl_ivrs_option {
    const char *name;
    char input; /* '0'..'9', '*' or '#'; 0 leaves it out: the body of an update */
    struct jaxl_ivrs_cta cta;
    bool disabled;
    const char *needs_data_prompt; /* asks for more input after the choice; NULL for none */
    bool confirmation;             /* read that input back; only with needs_data_prompt */
    const char *webhook_url;       /* NULL: left out */
};

/* Appends the body for JAXL_IVR_OPTIONS_CREATE, or without an input for JAXL_IVR_OPTIONS_UPDATE.
 * JAXL_EARG, JAXL_ELIMIT, JAXL_ENOMEM. */
JAXL_API int jaxl_ivrs_option_body(const struct jaxl_ivrs_option *option, struct jaxl_buf *out,
                                   struct jaxl_error *err);

/* The id of an answered Ivr or IvrOption. JAXL_EPROTO. */
JAXL_API int jaxl_ivrs_id_read(const struct jaxl_json *answer, int64_t *id, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
