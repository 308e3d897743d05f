#include <string.h>

#include "jaxl/calls.h"
#include "jaxl/payments.h"
#include "unit.h"

static const struct jaxl_json *parse(struct jaxl_json_doc **doc, const char *text)
{
    const struct jaxl_json *root = NULL;

    ck_assert_int_eq(jaxl_json_doc_new(doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(*doc, text, strlen(text), &root, NULL), 0);
    return root;
}

static const struct jaxl_calls_order order = {.from_number = "+918069001234",
                                              .to_number = "+919876543210",
                                              .session_id = "8C5F4E0A-0000-5000-8000-000000000001",
                                              .currency = "INR",
                                              .total_recharge = "si\"gned",
                                              .ivr_id = 42};

START_TEST(body_is_the_protocols)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_calls_body(&order, &out, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&out),
                     "{\"from_number\":\"+918069001234\",\"to_number\":\"+919876543210\","
                     "\"session_id\":\"8C5F4E0A-0000-5000-8000-000000000001\",\"call_type\":2,"
                     "\"balance\":\"0\",\"currency\":\"INR\",\"provider\":null,\"ivr_id\":42,"
                     "\"total_recharge\":\"si\\\"gned\",\"cid\":null}");
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(body_needs_everything)
{
    struct jaxl_calls_order incomplete = order;
    struct jaxl_error err;
    struct jaxl_buf out;

    jaxl_buf_init(&out, 64);
    ck_assert_int_eq(jaxl_calls_body(&order, &out, &err), JAXL_ELIMIT);
    jaxl_buf_reset(&out);
    incomplete.ivr_id = 0;
    ck_assert_int_eq(jaxl_calls_body(&incomplete, &out, &err), JAXL_EARG);
    incomplete = order;
    incomplete.session_id = NULL;
    ck_assert_int_eq(jaxl_calls_body(&incomplete, &out, &err), JAXL_EARG);
    ck_assert_uint_eq(out.len, 0);
    jaxl_buf_free(&out);
}
END_TEST

static const struct {
    const char *text;
    int code;
    int64_t id;
    const char *reason;
} answers[] = {
    {"{\"call\":{\"id\":7},\"call_id\":7}", 0, 7, NULL},
    {"{\"call\":{\"id\":7},\"call_id\":null}", 0, 7, NULL},
    {"{\"call\":null,\"call_id\":\"7\"}", 0, 7, NULL},
    {"{\"call_id\":8,\"reason\":\"\"}", 0, 8, NULL},
    {"{\"call_id\":8,\"reason\":null}", 0, 8, NULL},
    {"{\"call\":null,\"reason\":\"OOB\"}", 0, 0, "OOB"},
    {"{\"reason\":\"DND\",\"call_id\":null,\"balance\":1.50}", 0, 0, "DND"},
    {"{\"call\":{\"id\":9},\"reason\":\"?\"}", 0, 9, "?"},
    {"{\"call\":{\"id\":7},\"call_id\":8}", JAXL_EPROTO, 0, NULL},
    {"{\"call\":{\"id\":7},\"call_id\":\"CA12\"}", JAXL_EPROTO, 0, NULL},
    {"{\"call\":{\"id\":\"CA12\"},\"call_id\":7}", JAXL_EPROTO, 0, NULL},
    {"{\"reason\":\"queued\",\"call_id\":\"CA12\"}", JAXL_EPROTO, 0, NULL},
    {"{\"reason\":\"queued\",\"call_id\":12.5}", JAXL_EPROTO, 0, NULL},
    {"{\"reason\":\"queued\",\"call_id\":0}", JAXL_EPROTO, 0, NULL},
    {"{\"reason\":\"queued\",\"call\":{}}", JAXL_EPROTO, 0, NULL},
    {"{\"reason\":\"\",\"token\":\"abc\"}", JAXL_EPROTO, 0, NULL},
    {"{}", JAXL_EPROTO, 0, NULL},
    {"[]", JAXL_EPROTO, 0, NULL},
    {"{\"call\":{\"id\":0}}", JAXL_EPROTO, 0, NULL},
    {"{\"call\":{\"id\":-3},\"reason\":\"x\"}", JAXL_EPROTO, 0, NULL},
    {"{\"call_id\":1.5}", JAXL_EPROTO, 0, NULL},
    {"{\"reason\":5}", JAXL_EPROTO, 0, NULL},
};

START_TEST(reads_tokens)
{
    struct jaxl_json_doc *doc;
    struct jaxl_calls_token token;
    const struct jaxl_json *root = parse(&doc, answers[_i].text);

    ck_assert_int_eq(jaxl_calls_token_read(root, &token, NULL), answers[_i].code);
    if (!answers[_i].code) {
        ck_assert_int_eq(token.call_id, answers[_i].id);
        ck_assert_pstr_eq(token.reason, answers[_i].reason);
    }
    jaxl_json_doc_free(&doc);
}
END_TEST

START_TEST(reads_calls)
{
    struct jaxl_json_doc *doc;
    struct jaxl_calls_call call;
    const struct jaxl_json *root =
        parse(&doc, "{\"id\":12,\"direction\":2,\"from_number\":\"+1\",\"to_number\":\"+2\","
                    "\"created_on\":\"2026-11-24T03:00:00Z\",\"completed_on\":null,"
                    "\"is_finalized\":false,\"missed\":true,\"duration\":12.50,"
                    "\"costs\":[{\"cost\":0.350,\"currency\":\"INR\"}],\"extra\":1}");

    ck_assert_int_eq(jaxl_calls_read(root, &call, NULL), 0);
    ck_assert_int_eq(call.id, 12);
    ck_assert_int_eq(call.direction, 2);
    ck_assert_str_eq(call.created_on, "2026-11-24T03:00:00Z");
    ck_assert_ptr_null(call.completed_on);
    ck_assert(call.missed && !call.is_finalized && !call.has_voicemail);
    ck_assert_str_eq(call.duration, "12.50");
    ck_assert_str_eq(jaxl_json_text(jaxl_json_find(call.costs, "0.cost"), NULL), "0.350");
    ck_assert_ptr_null(call.failure_reason);
    jaxl_json_doc_free(&doc);
    root = parse(&doc, "{\"id\":\"x\"}");
    ck_assert_int_eq(jaxl_calls_read(root, &call, NULL), JAXL_EPROTO);
    ck_assert_int_eq(jaxl_calls_read(NULL, &call, NULL), JAXL_EPROTO);
    jaxl_json_doc_free(&doc);
}
END_TEST

START_TEST(reads_usage)
{
    struct jaxl_json_doc *doc;
    struct jaxl_calls_usage usage;
    const struct jaxl_json *root =
        parse(&doc, "{\"signed\":\"s\",\"num_calls\":3,\"call_time\":90,\"cost\":1.10,"
                    "\"currency\":2,\"start_time\":\"a\",\"end_time\":\"b\",\"stats\":[]}");

    ck_assert_int_eq(jaxl_calls_usage_read(root, &usage, NULL), 0);
    ck_assert_int_eq(usage.num_calls, 3);
    ck_assert_str_eq(usage.cost, "1.10");
    ck_assert_str_eq(usage.currency, "2");
    ck_assert_int_eq(jaxl_calls_usage_read(NULL, &usage, NULL), JAXL_EPROTO);
    jaxl_json_doc_free(&doc);
}
END_TEST

START_TEST(reads_recharges)
{
    struct jaxl_json_doc *doc;
    struct jaxl_payments_total total;
    struct jaxl_error err;
    const struct jaxl_json *root =
        parse(&doc, "{\"total\":100.00,\"symbol\":\"$\",\"signed\":\"abc\"}");

    ck_assert_int_eq(jaxl_payments_total_read(root, &total, &err), 0);
    ck_assert_str_eq(total.total, "100.00");
    ck_assert_str_eq(total.signed_total, "abc");
    jaxl_json_doc_free(&doc);
    root = parse(&doc, "{\"total\":100.00,\"symbol\":\"$\"}");
    ck_assert_int_eq(jaxl_payments_total_read(root, &total, &err), JAXL_EPROTO);
    ck_assert_ptr_nonnull(strstr(err.message, "'signed'"));
    jaxl_json_doc_free(&doc);
    ck_assert_int_eq(jaxl_payments_currency_parse("INR"), 2);
    ck_assert_int_eq(jaxl_payments_currency_parse("XXX"), 0);
    ck_assert_str_eq(jaxl_payments_currency(1), "USD");
    ck_assert_ptr_null(jaxl_payments_currency(3));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, body_is_the_protocols);
    tcase_add_test(tc, body_needs_everything);
    tcase_add_loop_test(tc, reads_tokens, 0, UNIT_COUNT(answers));
    tcase_add_test(tc, reads_calls);
    tcase_add_test(tc, reads_usage);
    tcase_add_test(tc, reads_recharges);
}

int main(void)
{
    return unit_run("calls", add);
}
