#include <string.h>

#include "jaxl/clock.h"
#include "platform/disposition.h"
#include "unit.h"

#define OVER         "\"created_on\":\"2026-11-24T03:00:00Z\",\"completed_on\":\"2026-11-24T03:01:00Z\""
#define FAIL(reason) "{" OVER ",\"failure_reason\":\"" reason "\"}"

static const struct {
    const char *call;
    enum jaxl_disposition disposition;
    bool over, finalized;
    int64_t talked; /* seconds between answered and ended, -1: answered is not known */
} calls[] = {
    {"{\"created_on\":\"2026-11-24T03:00:00Z\",\"completed_on\":null,\"missed\":false}",
     JAXL_DISPOSITION_NONE, false, false, -1},
    {"{\"is_finalized\":true}", JAXL_DISPOSITION_NONE, false, false, -1},
    {"null", JAXL_DISPOSITION_NONE, false, false, -1},
    {"{" OVER ",\"missed\":false,\"duration\":30,\"is_finalized\":true}", JAXL_DISPOSITION_ANSWERED,
     true, true, 30},
    {"{" OVER ",\"missed\":false,\"duration\":30.5}", JAXL_DISPOSITION_ANSWERED, true, false, 30},
    {"{" OVER ",\"missed\":false,\"duration\":61}", JAXL_DISPOSITION_ANSWERED, true, false, -1},
    {"{" OVER ",\"missed\":false,\"duration\":null}", JAXL_DISPOSITION_ANSWERED, true, false, -1},
    {"{" OVER ",\"missed\":true,\"duration\":0}", JAXL_DISPOSITION_NO_ANSWER, true, false, -1},
    {"{" OVER ",\"duration\":5}", JAXL_DISPOSITION_ANSWERED, true, false, 5},
    {"{" OVER ",\"duration\":0}", JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {"{" OVER "}", JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {"{" OVER ",\"missed\":true,\"has_voicemail\":true,\"duration\":9}", JAXL_DISPOSITION_VOICEMAIL,
     true, false, 9},
    {"{" OVER ",\"failure_reason\":\"\",\"missed\":true}", JAXL_DISPOSITION_NO_ANSWER, true, false,
     -1},
    {FAIL("CAMPAIGN_STOPPED"), JAXL_DISPOSITION_CANCELLED, true, false, -1},
    {FAIL("DID_YOU_FORGET_THE_PLUS_SIGN"), JAXL_DISPOSITION_BAD_NUMBER, true, false, -1},
    {FAIL("DND"), JAXL_DISPOSITION_DND, true, false, -1},
    {FAIL("EXTERNALLY_CONVERTED"), JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {FAIL("INVALID_FROM_NUMBER"), JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {FAIL("INVALID_IVR_ID"), JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {FAIL("INVALID_TO_NUMBER"), JAXL_DISPOSITION_BAD_NUMBER, true, false, -1},
    {FAIL("LOCAL_REGULATION_ISSUE"), JAXL_DISPOSITION_REGULATORY, true, false, -1},
    {FAIL("NOT_FOUND_IN_DB"), JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {FAIL("OOB"), JAXL_DISPOSITION_FUNDS, true, false, -1},
    {FAIL("OOS"), JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {FAIL("PAYMENT_ISSUE"), JAXL_DISPOSITION_FUNDS, true, false, -1},
    {FAIL("PROVIDER_SERVICE_ERROR"), JAXL_DISPOSITION_NET_FAIL, true, false, -1},
    {FAIL("PROVIDER_SERVICE_UNAVAILABLE"), JAXL_DISPOSITION_NET_FAIL, true, false, -1},
    {FAIL("UNASSIGNED"), JAXL_DISPOSITION_BAD_NUMBER, true, false, -1},
    {FAIL("UNFINISHED_CLEANUP"), JAXL_DISPOSITION_NET_FAIL, true, false, -1},
    {FAIL("VVR"), JAXL_DISPOSITION_UNKNOWN, true, false, -1},
    {FAIL("SOMETHING_NEW"), JAXL_DISPOSITION_UNKNOWN, true, false, -1},
};

START_TEST(how_a_call_ended)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *call;
    struct jaxl_disposition_facts facts;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, calls[_i].call, strlen(calls[_i].call), &call, NULL), 0);
    jaxl_disposition_read(call, &facts);
    ck_assert_msg(facts.disposition == calls[_i].disposition, "%s: %d", calls[_i].call,
                  (int)facts.disposition);
    ck_assert_int_eq(facts.over, calls[_i].over);
    ck_assert_int_eq(facts.finalized, calls[_i].finalized);
    if (calls[_i].talked < 0)
        ck_assert_int_eq(facts.answered, -1);
    else
        ck_assert_int_eq((facts.ended - facts.answered) / JAXL_SECOND, calls[_i].talked);
    ck_assert_int_eq(facts.failure_reason != NULL,
                     strstr(calls[_i].call, "failure_reason\":\"") != NULL &&
                         !strstr(calls[_i].call, "failure_reason\":\"\""));
    jaxl_json_doc_free(&doc);
}
END_TEST

START_TEST(every_disposition_but_none_has_a_name)
{
    ck_assert_ptr_null(jaxl_disposition_name(JAXL_DISPOSITION_NONE));
    for (int d = 1; d < JAXL_DISPOSITION_COUNT; d++)
        ck_assert_ptr_nonnull(jaxl_disposition_name((enum jaxl_disposition)d));
    ck_assert_str_eq(jaxl_disposition_name(JAXL_DISPOSITION_NET_FAIL), "NET_FAIL");
    ck_assert_str_eq(jaxl_disposition_name(JAXL_DISPOSITION_UNKNOWN), "UNKNOWN");
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, how_a_call_ended, 0, UNIT_COUNT(calls));
    tcase_add_test(tc, every_disposition_but_none_has_a_name);
}

int main(void)
{
    return unit_run("disposition", add);
}
