/* The table against a second list, written by hand from protocol.md section 5. */
#include <string.h>

#include "jaxl/endpoint.h"
#include "unit.h"

static const struct {
    enum jaxl_endpoint e;
    const char *call;             /* [provenance] method MODULE path */
    enum jaxl_answer_kind answer; /* JSON where nothing is said */
} calls[] = {
    {JAXL_DEVICES_ATTEST, "[C] POST ACCOUNT/v1/devices/attest/", JAXL_ANSWER_JSON},
    {JAXL_ACCOUNTS_ME, "[C] GET ACCOUNT/v1/appusers/me/", JAXL_ANSWER_JSON},
    {JAXL_ORGS_LIST, "[C] GET ACCOUNT/v1/app/organizations/", JAXL_ANSWER_JSON},
    {JAXL_MEMBERS_LIST, "[C] GET ACCOUNT/v2/app/organizations/{}/employees/", JAXL_ANSWER_JSON},
    {JAXL_TEAMS_LIST, "[C] GET ACCOUNT/v2/app/organizations/{}/groups/", JAXL_ANSWER_JSON},
    {JAXL_DEVICES_LIST, "[C] GET ACCOUNT/v1/devices/", JAXL_ANSWER_JSON},
    {JAXL_KYCS_LIST, "[C] GET CALL/v1/kyc/", JAXL_ANSWER_JSON},
    {JAXL_MESSAGES_LIST, "[C] GET MESSAGE/v1/messages/", JAXL_ANSWER_JSON},
    {JAXL_NOTIFICATIONS_LIST, "[S] GET MESSAGE/v1/notifications/", JAXL_ANSWER_JSON},
    {JAXL_CONSUMABLES_TOTAL, "[C] GET PAYMENT/v1/customer/consumables/", JAXL_ANSWER_JSON},
    {JAXL_CONSUMABLES_LIST, "[P] GET PAYMENT/v3/orders/consumables/", JAXL_ANSWER_JSON},
    {JAXL_SUBSCRIPTIONS_LIST, "[C] GET PAYMENT/v3/orders/subscriptions/", JAXL_ANSWER_JSON},
    {JAXL_PAYMENTS_LIST, "[P] GET PAYMENT/v1/payments/", JAXL_ANSWER_JSON},
    {JAXL_PAYMENTS_INVOICE, "[P] GET PAYMENT/v1/customer/invoice/", JAXL_ANSWER_BYTES},
    {JAXL_PHONES_LIST, "[C] GET CALL/v1/phonenumbers/", JAXL_ANSWER_JSON},
    {JAXL_PHONES_UPDATE, "[C] PATCH CALL/v1/phonenumbers/{}/", JAXL_ANSWER_JSON},
    {JAXL_PHONES_SEARCH, "[C] GET CALL/v1/phonenumbers/search/", JAXL_ANSWER_JSON},
    {JAXL_IVRS_LIST, "[C] GET CALL/v1/ivr/", JAXL_ANSWER_JSON},
    {JAXL_IVRS_CREATE, "[C] POST CALL/v1/ivr/", JAXL_ANSWER_JSON},
    {JAXL_IVRS_GET, "[P] GET CALL/v1/ivr/{}/", JAXL_ANSWER_JSON},
    {JAXL_IVRS_UPDATE, "[P] PATCH CALL/v1/ivr/{}/", JAXL_ANSWER_JSON},
    {JAXL_IVR_OPTIONS_LIST, "[C] GET CALL/v1/ivr/{}/options/", JAXL_ANSWER_JSON},
    {JAXL_IVR_OPTIONS_CREATE, "[C] POST CALL/v1/ivr/{}/options/", JAXL_ANSWER_JSON},
    {JAXL_IVR_OPTIONS_UPDATE, "[C] PATCH CALL/v1/ivr/{}/options/{}/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_TOKEN, "[C] POST CALL/v1/calls/token/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_LIST, "[C] GET CALL/v1/calls/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_GET, "[C] GET CALL/v1/calls/{}/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_USAGE, "[C] GET CALL/v1/calls/usage/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_REPORT, "[P] GET CALL/v1/calls/report/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_HANGUP, "[C] GET CALL/v1/calls/{}/hangup/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_AUDIO, "[C] GET CALL/v1/calls/{}/audio/", JAXL_ANSWER_BYTES},
    {JAXL_CALLS_ADD, "[C] POST CALL/v1/calls/{}/add/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_REMOVE, "[S] POST CALL/v1/calls/{}/remove/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_MUTE, "[S] POST CALL/v1/calls/{}/mute/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_UNMUTE, "[S] POST CALL/v1/calls/{}/unmute/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_HOLD, "[S] POST CALL/v1/calls/{}/hold/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_UNHOLD, "[S] POST CALL/v1/calls/{}/unhold/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_TTS, "[C] POST CALL/v1/calls/{}/tts/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_PLAY, "[S] POST CALL/v1/calls/{}/play/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_TRANSFER, "[C] POST CALL/v1/calls/{}/transfer/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_MESSAGE, "[C] POST CALL/v1/calls/{}/messages/", JAXL_ANSWER_ANY},
    {JAXL_CALLS_TAG, "[C] POST CALL/v1/calls/{}/tags/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_METADATA, "[C] POST CALL/v1/calls/{}/metadata/", JAXL_ANSWER_JSON},
    {JAXL_CALLS_RECORD, "[P] POST CALL/v1/calls/{}/record/", JAXL_ANSWER_ANY},
    {JAXL_CAMPAIGNS_LIST, "[C] GET CALL/v1/campaign/", JAXL_ANSWER_JSON},
    {JAXL_CAMPAIGNS_UPLOAD, "[C] POST CALL/v1/campaign/upload/", JAXL_ANSWER_JSON},
    {JAXL_CAMPAIGNS_UPDATE, "[P] PATCH CALL/v1/campaign/{}/", JAXL_ANSWER_ANY},
    {JAXL_CAMPAIGNS_EXPORT, "[P] GET CALL/v1/campaign/{}/export/", JAXL_ANSWER_BYTES},
};

START_TEST(agrees_with_the_protocol)
{
    static const char *const modules[] = {"ACCOUNT", "PAYMENT", "CALL", "MESSAGE"};
    const struct jaxl_endpoint_row *row = jaxl_endpoint_row(calls[_i].e);
    char text[128];

    snprintf(text, sizeof text, "[%c] %s %s%s", row->provenance, row->method, modules[row->module],
             row->path);
    ck_assert_str_eq(text, calls[_i].call);
    /* section 6: GET and PATCH may be sent again, what makes something may not */
    ck_assert(row->idempotent == !strstr(calls[_i].call, "POST"));
    ck_assert_int_eq(row->answer, calls[_i].answer);
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
            ck_assert(strcmp(row->path, other->path) || strcmp(row->method, other->method));
            if (!strcmp(row->noun, other->noun) && !strcmp(row->verb, other->verb))
                ck_assert_str_eq(row->verb, "configure"); /* makes an option or changes it */
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
