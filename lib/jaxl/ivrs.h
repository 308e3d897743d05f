/* IVRs and their options (protocol.md section 5): the calls, each of which waits for its answer or
 * is queued (jaxl/answer.h), and the builders of bodies and readers of answers under them, which
 * serve jaxl_session_send alike. */
#ifndef JAXL_IVRS_H
#define JAXL_IVRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/answer.h>
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

/* Whether a text is a URL that may be asked: https:// (in any case), a host, and no blanks or
 * control characters. What is behind the host is not looked at. */
JAXL_API bool jaxl_ivrs_is_https(const char *url);

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
    bool no_webhook_url;           /* write null where webhook_url is NULL: takes one away */
};

/* Appends the body for JAXL_IVR_OPTIONS_CREATE, or without an input for JAXL_IVR_OPTIONS_UPDATE.
 * JAXL_EARG, JAXL_ELIMIT, JAXL_ENOMEM. */
JAXL_API int jaxl_ivrs_option_body(const struct jaxl_ivrs_option *option, struct jaxl_buf *out,
                                   struct jaxl_error *err);

/* The id of an answered Ivr or IvrOption. JAXL_EPROTO. */
JAXL_API int jaxl_ivrs_id_read(const struct jaxl_json *answer, int64_t *id, struct jaxl_error *err);

/* IVRs: a page of Ivr. filter may be NULL. */
struct jaxl_ivrs_filter {
    enum jaxl_choice assigned; /* to a phone number */
    const char *duration;      /* of the analytics: ONE_MINUTE ONE_HOUR ONE_DAY ONE_WEEK (the
                                  platform's default) ONE_MONTH SIX_MONTH ONE_YEAR */
    struct jaxl_page page;
};
JAXL_API int jaxl_ivrs_list(struct jaxl_session *s, const struct jaxl_ivrs_filter *filter,
                            struct jaxl_answer *a, struct jaxl_error *err);
/* One Ivr. duration as above, may be NULL. */
JAXL_API int jaxl_ivrs_get(struct jaxl_session *s, int64_t ivr, const char *duration,
                           struct jaxl_answer *a, struct jaxl_error *err);
/* Makes an IVR, answers with it. Never sent again after an ambiguous end. */
JAXL_API int jaxl_ivrs_create(struct jaxl_session *s, const struct jaxl_ivrs_menu *menu,
                              struct jaxl_answer *a, struct jaxl_error *err);
/* Changes an IVR: name NULL and hangup JAXL_ANY stay as they are, JAXL_EARG when both do. */
JAXL_API int jaxl_ivrs_update(struct jaxl_session *s, int64_t ivr, const char *name,
                              enum jaxl_choice hangup, struct jaxl_answer *a,
                              struct jaxl_error *err);
/* Options of an IVR: a page of IvrOption. page may be NULL. */
JAXL_API int jaxl_ivrs_options(struct jaxl_session *s, int64_t ivr, const struct jaxl_page *page,
                               struct jaxl_answer *a, struct jaxl_error *err);
/* Makes an option (its input must be set); the platform answers 409 when the input is taken, 406
 * when the options would be invalid: JAXL_EREFUSED with the status in err. */
JAXL_API int jaxl_ivrs_option_create(struct jaxl_session *s, int64_t ivr,
                                     const struct jaxl_ivrs_option *option, struct jaxl_answer *a,
                                     struct jaxl_error *err);
/* Replaces an option, its input excepted. id: of the option. */
JAXL_API int jaxl_ivrs_option_update(struct jaxl_session *s, int64_t ivr, int64_t id,
                                     const struct jaxl_ivrs_option *option, struct jaxl_answer *a,
                                     struct jaxl_error *err);

/* Lets callers choose an option, or not, and changes nothing else of it. */
JAXL_API int jaxl_ivrs_option_enable(struct jaxl_session *s, int64_t ivr, int64_t id, bool enabled,
                                     struct jaxl_answer *a, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
