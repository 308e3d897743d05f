/* The endpoint table: one row per call of the platform (protocol.md section 5). */
#ifndef JAXL_ENDPOINT_H
#define JAXL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum jaxl_endpoint {
    JAXL_DEVICES_ATTEST,
    JAXL_ACCOUNTS_ME,
    JAXL_ORGS_LIST,
    JAXL_MEMBERS_LIST,
    JAXL_TEAMS_LIST,
    JAXL_DEVICES_LIST,
    JAXL_KYCS_LIST,
    JAXL_MESSAGES_LIST,
    JAXL_NOTIFICATIONS_LIST,
    JAXL_CONSUMABLES_TOTAL,
    JAXL_CONSUMABLES_LIST,
    JAXL_SUBSCRIPTIONS_LIST,
    JAXL_PAYMENTS_LIST,
    JAXL_PAYMENTS_INVOICE,
    JAXL_PHONES_LIST,
    JAXL_PHONES_UPDATE,
    JAXL_PHONES_SEARCH,
    JAXL_IVRS_LIST,
    JAXL_IVRS_CREATE,
    JAXL_IVRS_GET,
    JAXL_IVRS_UPDATE,
    JAXL_IVR_OPTIONS_LIST,
    JAXL_IVR_OPTIONS_CREATE,
    JAXL_IVR_OPTIONS_UPDATE,
    JAXL_CALLS_TOKEN, /* places a call */
    JAXL_CALLS_LIST,
    JAXL_CALLS_GET,
    JAXL_CALLS_USAGE,
    JAXL_CALLS_REPORT,
    JAXL_CALLS_HANGUP,
    JAXL_CALLS_AUDIO,
    JAXL_CALLS_ADD,
    JAXL_CALLS_REMOVE,
    JAXL_CALLS_MUTE,
    JAXL_CALLS_UNMUTE,
    JAXL_CALLS_HOLD,
    JAXL_CALLS_UNHOLD,
    JAXL_CALLS_TTS,
    JAXL_CALLS_PLAY,
    JAXL_CALLS_TRANSFER,
    JAXL_CALLS_MESSAGE,
    JAXL_CALLS_TAG,
    JAXL_CALLS_METADATA,
    JAXL_CALLS_RECORD,
    JAXL_CAMPAIGNS_LIST,
    JAXL_CAMPAIGNS_UPLOAD,
    JAXL_CAMPAIGNS_UPDATE,
    JAXL_CAMPAIGNS_EXPORT,
    JAXL_ENDPOINT_COUNT
};

/* What a success brings. */
enum jaxl_answer_kind {
    JAXL_ANSWER_JSON, /* JSON */
    JAXL_ANSWER_ANY,  /* nothing, or JSON: the protocol names a status alone */
    JAXL_ANSWER_BYTES /* a file, as it is: audio, an export */
};

enum jaxl_module { JAXL_ACCOUNT, JAXL_PAYMENT, JAXL_CALL, JAXL_MESSAGE, JAXL_MODULE_COUNT };

struct jaxl_endpoint_row {
    const char *noun, *verb; /* of the jaxl command: "ivrs options", "list". A command that two
                                calls serve stands in both rows */
    enum jaxl_module module;
    const char *method;        /* "GET", "POST", "PATCH" */
    const char *path;          /* "/v1/calls/{}/": each {} is an id */
    char provenance;           /* 'C', 'P' or 'S' */
    bool idempotent;           /* may be sent again after an ambiguous end (section 6) */
    const char *const *params; /* names of query parameters, NULL-terminated; NULL for none */
    const char *const *fields; /* names of body fields, NULL-terminated; NULL for none */
    enum jaxl_answer_kind answer;
};

/* The row, never NULL for a member of the enum; static storage. */
JAXL_API const struct jaxl_endpoint_row *jaxl_endpoint_row(enum jaxl_endpoint e);

#ifdef __cplusplus
}
#endif
#endif
