#include "jaxl/endpoint.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Protocol.md section 5. Idempotent is what section 6 lets go out twice after an ambiguous end:
 * every GET and PATCH. The POSTs that make something are not, also those that section 6 does not
 * name: a second IVR is an IVR too many. Attestation has a rule of its own (section 3). */
static const struct jaxl_endpoint_row rows[JAXL_ENDPOINT_COUNT] = {
    [JAXL_DEVICES_ATTEST] = {"devices", "attest", JAXL_ACCOUNT, "POST", "/v1/devices/attest/", 'C',
                             false, NULL, NULL},
    [JAXL_ORGS_LIST] = {"orgs", "list", JAXL_ACCOUNT, "GET", "/v1/app/organizations/", 'C', true,
                        NAMES("status", "limit", "offset"), NULL},
    [JAXL_CONSUMABLES_TOTAL] = {"consumables", "total", JAXL_PAYMENT, "GET",
                                "/v1/customer/consumables/", 'C', true, NAMES("currency"), NULL},
    [JAXL_CALLS_USAGE] = {"calls", "usage", JAXL_CALL, "GET", "/v1/calls/usage/", 'C', true,
                          NAMES("currency", "start_time", "end_time"), NULL},
    [JAXL_IVRS_LIST] = {"ivrs", "list", JAXL_CALL, "GET", "/v1/ivr/", 'C', true,
                        NAMES("assigned", "duration", "limit", "offset"), NULL},
    [JAXL_IVRS_CREATE] = {"ivrs", "create", JAXL_CALL, "POST", "/v1/ivr/", 'C', false, NULL,
                          NAMES("name", "hangup", "settings")},
    [JAXL_IVR_OPTIONS_LIST] = {"options", "list", JAXL_CALL, "GET", "/v1/ivr/{}/options/", 'C',
                               true, NAMES("limit", "offset"), NULL},
    [JAXL_IVR_OPTIONS_CREATE] = {"options", "create", JAXL_CALL, "POST", "/v1/ivr/{}/options/", 'C',
                                 false, NULL,
                                 NAMES("name", "input", "next_or_cta", "enabled",
                                       "needs_data_prompt", "confirmation", "webhook_url")},
    [JAXL_IVR_OPTIONS_UPDATE] = {"options", "update", JAXL_CALL, "PATCH", "/v1/ivr/{}/options/{}/",
                                 'C', true, NULL,
                                 NAMES("name", "next_or_cta", "enabled", "needs_data_prompt",
                                       "confirmation", "webhook_url")},
    [JAXL_CALLS_TOKEN] = {"calls", "create", JAXL_CALL, "POST", "/v1/calls/token/", 'C', false,
                          NULL,
                          NAMES("from_number", "to_number", "session_id", "call_type", "balance",
                                "currency", "provider", "ivr_id", "total_recharge", "cid")},
    [JAXL_CALLS_LIST] = {"calls", "list", JAXL_CALL, "GET", "/v1/calls/", 'C', true,
                         NAMES("currency", "limit", "offset", "start_time", "end_time", "direction",
                               "from_number", "to_number", "our_numbers", "other_numbers",
                               "campaign", "campaign_id", "tag", "tag_operator", "missed",
                               "duration", "ivr", "recording", "voicemail", "bot", "aid", "tid"),
                         NULL},
    [JAXL_CALLS_GET] = {"calls", "get", JAXL_CALL, "GET", "/v1/calls/{}/", 'C', true,
                        NAMES("currency"), NULL},
};

const struct jaxl_endpoint_row *jaxl_endpoint_row(enum jaxl_endpoint e)
{
    return &rows[e];
}
