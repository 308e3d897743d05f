/* The user, organisations, members, teams, devices, KYC, messages and notifications (protocol.md
 * section 5). Every call waits for its answer or is queued: see jaxl/answer.h. The errors of all:
 * JAXL_EARG for a value that cannot be, and those of jaxl_answer_ask. */
#ifndef JAXL_ACCOUNTS_H
#define JAXL_ACCOUNTS_H

#include <jaxl/answer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The user of the auth token: an AppUser. */
JAXL_API int jaxl_accounts_me(struct jaxl_session *s, struct jaxl_answer *a,
                              struct jaxl_error *err);

/* Organisations of the user: a page of Organization. filter may be NULL, here and below. */
struct jaxl_accounts_orgs {
    struct jaxl_texts status; /* accepted, canceled, invited, rejected, removed */
    struct jaxl_page page;
};
JAXL_API int jaxl_accounts_orgs(struct jaxl_session *s, const struct jaxl_accounts_orgs *filter,
                                struct jaxl_answer *a, struct jaxl_error *err);

/* Members of the session's organisation: a page of OrganizationEmployee. */
struct jaxl_accounts_members {
    struct jaxl_texts status;     /* none: accepted, the platform's default */
    struct jaxl_texts email_hash; /* see jaxl_accounts_email_hash */
    struct jaxl_ids group_id;     /* teams */
    struct jaxl_page page;
};
JAXL_API int jaxl_accounts_members(struct jaxl_session *s,
                                   const struct jaxl_accounts_members *filter,
                                   struct jaxl_answer *a, struct jaxl_error *err);

/* Teams of the session's organisation: a page of OrganizationGroup. */
struct jaxl_accounts_teams {
    enum jaxl_choice empty; /* teams without members */
    struct jaxl_page page;
};
JAXL_API int jaxl_accounts_teams(struct jaxl_session *s, const struct jaxl_accounts_teams *filter,
                                 struct jaxl_answer *a, struct jaxl_error *err);

/* Devices: a page of Device. */
struct jaxl_accounts_devices {
    int64_t employee_id;
    enum jaxl_choice is_sdds;
    struct jaxl_page page;
};
JAXL_API int jaxl_accounts_devices(struct jaxl_session *s,
                                   const struct jaxl_accounts_devices *filter,
                                   struct jaxl_answer *a, struct jaxl_error *err);

/* KYC cases: a page of Kyc. */
struct jaxl_accounts_kycs {
    const char *iso_country;
    struct jaxl_texts provider_status;
    const char *resource;
    const char *status;
    struct jaxl_page page;
};
JAXL_API int jaxl_accounts_kycs(struct jaxl_session *s, const struct jaxl_accounts_kycs *filter,
                                struct jaxl_answer *a, struct jaxl_error *err);

/* Messages of members: a page of DHMessage. */
struct jaxl_accounts_messages {
    struct jaxl_texts okey; /* of jaxl_accounts_email_hash, one for each member */
    struct jaxl_page page;
    struct jaxl_texts types;
    const char *tag;
    const char *mid;
    const char *fe, *fi, *te, *ti;
};
JAXL_API int jaxl_accounts_messages(struct jaxl_session *s,
                                    const struct jaxl_accounts_messages *filter,
                                    struct jaxl_answer *a, struct jaxl_error *err);

/* Notifications. The platform documents the command and has published no wire form: the path
 * follows the names of the others and can be replaced through JAXL_ENDPOINTS (jaxl(1)). */
JAXL_API int jaxl_accounts_notifications(struct jaxl_session *s, const struct jaxl_page *page,
                                         struct jaxl_answer *a, struct jaxl_error *err);

enum { JAXL_ACCOUNTS_HASH = 65 }; /* bytes of the text, with its NUL */
/* How messages and members name an e-mail address: the hex SHA-256 of it, as it is
 * written. JAXL_EARG when it is empty, JAXL_ECRYPTO. */
JAXL_API int jaxl_accounts_email_hash(const char *email, char hash[JAXL_ACCOUNTS_HASH],
                                      struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
