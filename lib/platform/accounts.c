#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "jaxl/accounts.h"
#include "platform/body.h"
#include "platform/query.h"

int jaxl_accounts_me(struct jaxl_session *s, struct jaxl_answer *a, struct jaxl_error *err)
{
    return jaxl_query_ask(s, JAXL_ACCOUNTS_ME, 0, NULL, 0, NULL, a, err);
}

int jaxl_accounts_orgs(struct jaxl_session *s, const struct jaxl_accounts_orgs *filter,
                       struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_accounts_orgs, TEXTS, status),
        JAXL_QUERY_PAGE(struct jaxl_accounts_orgs),
    };

    return jaxl_query_ask(s, JAXL_ORGS_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

/* A call with the session's organisation in its path. */
static int ask_of_org(struct jaxl_session *s, enum jaxl_endpoint endpoint,
                      const struct jaxl_query_field *fields, size_t n, const void *filter,
                      struct jaxl_answer *a, struct jaxl_error *err)
{
    int rc = jaxl_session_open(s, err);

    if (!rc && !jaxl_session_org(s))
        rc = jaxl_body_refuse(endpoint, err, "the app of these credentials has no organisation");
    return rc ? rc : jaxl_query_ask(s, endpoint, jaxl_session_org(s), fields, n, filter, a, err);
}

int jaxl_accounts_members(struct jaxl_session *s, const struct jaxl_accounts_members *filter,
                          struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_accounts_members, TEXTS, status),
        JAXL_QUERY(struct jaxl_accounts_members, TEXTS, email_hash),
        JAXL_QUERY(struct jaxl_accounts_members, IDS, group_id),
        JAXL_QUERY_PAGE(struct jaxl_accounts_members),
    };

    return ask_of_org(s, JAXL_MEMBERS_LIST, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_accounts_teams(struct jaxl_session *s, const struct jaxl_accounts_teams *filter,
                        struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_accounts_teams, CHOICE, empty),
        JAXL_QUERY_PAGE(struct jaxl_accounts_teams),
    };

    return ask_of_org(s, JAXL_TEAMS_LIST, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_accounts_devices(struct jaxl_session *s, const struct jaxl_accounts_devices *filter,
                          struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_accounts_devices, INT, employee_id),
        JAXL_QUERY(struct jaxl_accounts_devices, CHOICE, is_sdds),
        JAXL_QUERY_PAGE(struct jaxl_accounts_devices),
    };

    return jaxl_query_ask(s, JAXL_DEVICES_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_accounts_kycs(struct jaxl_session *s, const struct jaxl_accounts_kycs *filter,
                       struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_accounts_kycs, TEXT, iso_country),
        JAXL_QUERY(struct jaxl_accounts_kycs, TEXTS, provider_status),
        JAXL_QUERY(struct jaxl_accounts_kycs, TEXT, resource),
        JAXL_QUERY(struct jaxl_accounts_kycs, TEXT, status),
        JAXL_QUERY_PAGE(struct jaxl_accounts_kycs),
    };

    return jaxl_query_ask(s, JAXL_KYCS_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_accounts_messages(struct jaxl_session *s, const struct jaxl_accounts_messages *filter,
                           struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_accounts_messages, TEXTS, okey),
        JAXL_QUERY_PAGE(struct jaxl_accounts_messages),
        JAXL_QUERY(struct jaxl_accounts_messages, TEXTS, types),
        JAXL_QUERY(struct jaxl_accounts_messages, TEXT, tag),
        JAXL_QUERY(struct jaxl_accounts_messages, TEXT, mid),
        JAXL_QUERY(struct jaxl_accounts_messages, TEXT, fe),
        JAXL_QUERY(struct jaxl_accounts_messages, TEXT, fi),
        JAXL_QUERY(struct jaxl_accounts_messages, TEXT, te),
        JAXL_QUERY(struct jaxl_accounts_messages, TEXT, ti),
    };

    return jaxl_query_ask(s, JAXL_MESSAGES_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

int jaxl_accounts_notifications(struct jaxl_session *s, const struct jaxl_page *page,
                                struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_page, INT, limit),
        JAXL_QUERY(struct jaxl_page, INT, offset),
    };

    return jaxl_query_ask(s, JAXL_NOTIFICATIONS_LIST, 0, JAXL_QUERY_FIELDS(fields), page, a, err);
}

int jaxl_accounts_email_hash(const char *email, char hash[JAXL_ACCOUNTS_HASH],
                             struct jaxl_error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    hash[0] = '\0';
    if (!*email)
        return jaxl_error_set(err, JAXL_EARG, "the hash of an e-mail: the e-mail is needed");
    if (!EVP_Digest(email, strlen(email), digest, NULL, EVP_sha256(), NULL))
        return jaxl_error_set(err, JAXL_ECRYPTO, "the hash of an e-mail: SHA-256 has failed");
    for (size_t i = 0; i < JAXL_ACCOUNTS_HASH / 2; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
    return 0;
}
