#include <string.h>

#include "campaign/result.h"
#include "unit.h"

static struct jaxl_result result;
static struct jaxl_buf out;
static struct jaxl_json_writer *writer;
static struct jaxl_json_doc *doc;

static void make(void)
{
    ck_assert_int_eq(jaxl_result_init(&result, 65536), 0);
    jaxl_buf_init(&out, 65536);
    ck_assert_int_eq(jaxl_json_writer_new(&writer, &out), 0);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_phone_parse("+919876543210", 13, &result.to, NULL), 0);
    jaxl_buf_puts(&result.lead, "A-1");
    jaxl_buf_puts(&result.input, "{\"to\":\"+919876543210\",\"n\":1.50}");
    result.campaign = "run-1";
}

static void unmake(void)
{
    jaxl_result_free(&result);
    jaxl_json_writer_free(&writer);
    jaxl_buf_free(&out);
    jaxl_json_doc_free(&doc);
}

static const char *written(void)
{
    jaxl_buf_reset(&out);
    jaxl_json_writer_reset(writer);
    jaxl_result_write(&result, writer);
    ck_assert_int_eq(jaxl_json_writer_check(writer, NULL), 0);
    return jaxl_buf_text(&out);
}

START_TEST(what_is_not_known_is_null)
{
    ck_assert_str_eq(
        written(),
        "{\"to\":\"+919876543210\",\"from\":null,\"ivr\":null,\"lead\":\"A-1\",\"campaign\":"
        "\"run-1\",\"attempt\":1,\"call_id\":null,\"session_id\":null,\"state\":\"new\","
        "\"disposition\":null,\"placed_at\":null,\"answered_at\":null,\"ended_at\":null,"
        "\"duration\":null,\"costs\":null,\"failure_reason\":null,\"reason\":null,"
        "\"rule\":null,\"value\":null,\"next_at\":null,\"http_status\":null,\"candidates\":null,"
        "\"reconciled\":false,\"sent_at\":null,"
        "\"input\":{\"to\":\"+919876543210\",\"n\":1.50}}");
}
END_TEST

START_TEST(a_call_is_told_as_the_platform_wrote_it)
{
    static const char call[] =
        "{\"id\":7,\"created_on\":\"2026-11-24T08:30:00+05:30\",\"completed_on\":"
        "\"2026-11-24T03:01:00.250000Z\",\"duration\":30.50,\"missed\":false,\"is_finalized\":true,"
        "\"costs\":[{\"cost\":0.350,\"currency\":\"INR\"}]}";
    struct jaxl_disposition_facts facts;
    const struct jaxl_json *root;

    ck_assert_int_eq(jaxl_json_parse(doc, call, sizeof call - 1, &root, NULL), 0);
    jaxl_disposition_read(root, &facts);
    ck_assert_int_eq(jaxl_result_learn(&result, &facts), 0);
    result.state = JAXL_RESULT_DONE;
    result.candidates = 0;
    ck_assert_ptr_nonnull(strstr(
        written(), "\"state\":\"done\",\"disposition\":\"ANSWERED\","
                   "\"placed_at\":\"2026-11-24T03:00:00Z\","
                   "\"answered_at\":\"2026-11-24T03:00:29.750000Z\","
                   "\"ended_at\":\"2026-11-24T03:01:00.250000Z\",\"duration\":30.50,"
                   "\"costs\":[{\"cost\":0.350,\"currency\":\"INR\"}],\"failure_reason\":null"));
    ck_assert_ptr_nonnull(strstr(written(), "\"candidates\":0,"));
    jaxl_result_reset(&result);
    ck_assert_uint_eq(result.costs.len + result.lead.len + result.input.len, 0);
}
END_TEST

START_TEST(a_planned_one_shows_its_message)
{
    result.state = JAXL_RESULT_PLANNED;
    ck_assert_ptr_nonnull(strstr(written(), "\"message\":null,\"input\""));
    jaxl_buf_puts(&result.message, "Hello");
    ck_assert_ptr_nonnull(strstr(written(), "\"message\":\"Hello\",\"input\""));
}
END_TEST

/* Every member of a record has a column, in the same order. */
START_TEST(columns_follow_the_record)
{
    const struct jaxl_json *root, *v;
    const char *const *columns;
    size_t n, i = 0;

    result.state = JAXL_RESULT_PLANNED;
    written();
    ck_assert_int_eq(jaxl_json_parse(doc, out.data, out.len, &root, NULL), 0);
    columns = jaxl_result_columns(&n);
    for (v = jaxl_json_first(root); v; v = jaxl_json_next(v)) {
        const char *key = jaxl_json_key(v, NULL);
        ck_assert_uint_lt(i, n);
        ck_assert_msg(strncmp(columns[i], key, strlen(key)) == 0, "%s", key);
        i += strcmp(key, "costs") == 0 ? 2 : 1;
    }
    ck_assert_uint_eq(i, n);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, make, unmake);
    tcase_add_test(tc, what_is_not_known_is_null);
    tcase_add_test(tc, a_call_is_told_as_the_platform_wrote_it);
    tcase_add_test(tc, a_planned_one_shows_its_message);
    tcase_add_test(tc, columns_follow_the_record);
}

int main(void)
{
    return unit_run("result", add);
}
