/* Phone numbers of the organisation, and those that can be rented (protocol.md section 5). Every
 * call waits for its answer or is queued: see jaxl/answer.h. */
#ifndef JAXL_PHONES_H
#define JAXL_PHONES_H

#include <jaxl/answer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A page of PhoneNumber. Active numbers: status SUCCESS and additional_status
 * SCHEDULED_FOR_RELEASE; inactive ones: status RELEASED_TO_PROVIDER and additional_status
 * RELEASED_BY_PROVIDER. */
struct jaxl_phones_filter {
    const char *uid; /* E.164 */
    const char *status;
    struct jaxl_texts additional_status;
    int64_t ivr;
    const char *provider;
    struct jaxl_page page;
};
JAXL_API int jaxl_phones_list(struct jaxl_session *s, const struct jaxl_phones_filter *filter,
                              struct jaxl_answer *a, struct jaxl_error *err);

/* What is to change; at least one. */
struct jaxl_phones_change {
    bool assign;                  /* the IVR is one of the changes */
    int64_t ivr;                  /* 0 takes the assignment away */
    const char *frontdesk;        /* JSON text: the protocol does not say of which type it is */
    const char *ringing_strategy; /* BROADCAST or ROUND_ROBIN */
};
/* Changes a number and answers with its PhoneNumber. phone: its id, not the number. JAXL_EARG. */
JAXL_API int jaxl_phones_update(struct jaxl_session *s, int64_t phone,
                                const struct jaxl_phones_change *change, struct jaxl_answer *a,
                                struct jaxl_error *err);

/* Numbers that can be rented: {results[AvailablePhoneNumber], resource, resources[]}. */
struct jaxl_phones_search {
    const char *iso_country_code; /* "IN"; required */
    const char *resource;         /* local, mobile, toll_free; required */
    const char *intent;           /* promotional (the platform's default), transactional */
    const char *region, *locality;
    const char *contains; /* digits */
};
JAXL_API int jaxl_phones_search(struct jaxl_session *s, const struct jaxl_phones_search *search,
                                struct jaxl_answer *a, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
