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
    JAXL_ORGS_LIST,
    JAXL_CONSUMABLES_TOTAL,
    JAXL_CALLS_USAGE,
    JAXL_IVRS_LIST,
    JAXL_IVRS_CREATE,
    JAXL_IVR_OPTIONS_LIST,
    JAXL_IVR_OPTIONS_CREATE,
    JAXL_IVR_OPTIONS_UPDATE,
    JAXL_CALLS_TOKEN, /* places a call */
    JAXL_CALLS_LIST,
    JAXL_CALLS_GET,
    JAXL_ENDPOINT_COUNT
};

enum jaxl_module { JAXL_ACCOUNT, JAXL_PAYMENT, JAXL_CALL, JAXL_MESSAGE, JAXL_MODULE_COUNT };

struct jaxl_endpoint_row {
    const char *noun, *verb; /* of the jaxl command: "calls", "create" */
    enum jaxl_module module;
    const char *method;        /* "GET", "POST", "PATCH" */
    const char *path;          /* "/v1/calls/{}/": each {} is an id */
    char provenance;           /* 'C', 'P' or 'S' */
    bool idempotent;           /* may be sent again after an ambiguous end (section 6) */
    const char *const *params; /* names of query parameters, NULL-terminated; NULL for none */
    const char *const *fields; /* names of body fields, NULL-terminated; NULL for none */
};

/* The row, never NULL for a member of the enum; static storage. */
JAXL_API const struct jaxl_endpoint_row *jaxl_endpoint_row(enum jaxl_endpoint e);

#ifdef __cplusplus
}
#endif
#endif
