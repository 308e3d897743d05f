/* The table against a second list, written by hand from protocol.md section 5. */
#include <string.h>

#include "jaxl/endpoint.h"
#include "unit.h"

static const struct {
    enum jaxl_endpoint e;
    const char *call; /* method MODULE path */
    bool again;       /* section 6: GET and PATCH may be sent again */
} calls[] = {
    {JAXL_DEVICES_ATTEST, "POST ACCOUNT/v1/devices/attest/", false},
    {JAXL_ORGS_LIST, "GET ACCOUNT/v1/app/organizations/", true},
    {JAXL_CONSUMABLES_TOTAL, "GET PAYMENT/v1/customer/consumables/", true},
    {JAXL_CALLS_USAGE, "GET CALL/v1/calls/usage/", true},
    {JAXL_IVRS_LIST, "GET CALL/v1/ivr/", true},
    {JAXL_IVRS_CREATE, "POST CALL/v1/ivr/", false},
    {JAXL_IVR_OPTIONS_LIST, "GET CALL/v1/ivr/{}/options/", true},
    {JAXL_IVR_OPTIONS_CREATE, "POST CALL/v1/ivr/{}/options/", false},
    {JAXL_IVR_OPTIONS_UPDATE, "PATCH CALL/v1/ivr/{}/options/{}/", true},
    {JAXL_CALLS_TOKEN, "POST CALL/v1/calls/token/", false},
    {JAXL_CALLS_LIST, "GET CALL/v1/calls/", true},
    {JAXL_CALLS_GET, "GET CALL/v1/calls/{}/", true},
};

START_TEST(agrees_with_the_protocol)
{
    static const char *const modules[] = {"ACCOUNT", "PAYMENT", "CALL", "MESSAGE"};
    const struct jaxl_endpoint_row *row = jaxl_endpoint_row(calls[_i].e);
    char text[128];

    snprintf(text, sizeof text, "%s %s%s", row->method, modules[row->module], row->path);
    ck_assert_str_eq(text, calls[_i].call);
    ck_assert(row->idempotent == calls[_i].again);
    ck_assert_int_eq(row->provenance, 'C');
}
END_TEST

START_TEST(every_row_is_whole)
{
    ck_assert_uint_eq(UNIT_COUNT(calls), JAXL_ENDPOINT_COUNT);
    for (int i = 0; i < JAXL_ENDPOINT_COUNT; i++) {
        const struct jaxl_endpoint_row *row = jaxl_endpoint_row((enum jaxl_endpoint)i);
        ck_assert(row->noun && row->verb && row->method && row->path);
        ck_assert_int_eq(row->path[0], '/');
        ck_assert_int_eq(row->path[strlen(row->path) - 1], '/');
        ck_assert(row->fields == NULL || strcmp(row->method, "GET") != 0);
        for (int j = 0; j < i; j++) {
            const struct jaxl_endpoint_row *other = jaxl_endpoint_row((enum jaxl_endpoint)j);
            ck_assert(strcmp(row->noun, other->noun) || strcmp(row->verb, other->verb));
        }
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, agrees_with_the_protocol, 0, UNIT_COUNT(calls));
    tcase_add_test(tc, every_row_is_whole);
}

int main(void)
{
    return unit_run("endpoint", add);
}
