#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/lead.h"
#include "unit.h"

static struct jaxl_template *hello;
static struct jaxl_json_doc *doc;
static struct jaxl_result lead;

static void make(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_result_init(&lead, 65536), 0);
    ck_assert_int_eq(jaxl_template_new(&hello, "Hello {{name}}", 14, NULL), 0);
}

static void unmake(void)
{
    jaxl_json_doc_free(&doc);
    jaxl_result_free(&lead);
    jaxl_template_free(&hello);
}

static int read(const char *record, bool with_from, int64_t ivr, bool with_message,
                struct jaxl_error *err)
{
    const struct jaxl_lead_defaults defaults = {.from = with_from ? "+912200000001" : NULL,
                                                .ivr = ivr,
                                                .message = with_message ? hello : NULL};
    const struct jaxl_json *value;

    ck_assert_int_eq(jaxl_json_parse(doc, record, strlen(record), &value, NULL), 0);
    jaxl_result_reset(&lead);
    return jaxl_lead_read(value, &defaults, &lead, err);
}

static const struct {
    const char *record;
    int64_t ivr;
    bool message;
    const char *to, *from;
    int64_t dials;
    const char *says, *name;
} good[] = {
    {"{\"to\":\"+91 98765-43210\"}", 42, false, "+919876543210", "+912200000001", 42, "",
     "+919876543210"},
    {"{\"to\":\"+919876543210\",\"from\":\"+14155550100\",\"ivr\":\"7\",\"lead\":\"A-1\"}", 42,
     false, "+919876543210", "+14155550100", 7, "", "A-1"},
    {"{\"to\":\"+919876543210\",\"from\":\"\",\"ivr\":\"\",\"lead\":\"\",\"message\":\"\"}", 42,
     false, "+919876543210", "+912200000001", 42, "", "+919876543210"},
    {"{\"to\":\"+919876543210\",\"ivr\":8,\"lead\":17}", 0, true, "+919876543210", "+912200000001",
     8, "", "17"},
    {"{\"to\":\"+919876543210\",\"name\":\"Asha\"}", 0, true, "+919876543210", "+912200000001", 0,
     "Hello Asha", "+919876543210"},
    {"{\"to\":\"+919876543210\",\"name\":\"Asha\",\"message\":\"Bye {{name}}\"}", 42, false,
     "+919876543210", "+912200000001", 0, "Bye Asha", "+919876543210"},
};

START_TEST(columns_go_before_options)
{
    struct jaxl_error err;

    ck_assert_msg(read(good[_i].record, true, good[_i].ivr, good[_i].message, &err) == 0, "%s",
                  err.message);
    ck_assert_str_eq(lead.to.text, good[_i].to);
    ck_assert_str_eq(lead.from.text, good[_i].from);
    ck_assert_int_eq(lead.ivr, good[_i].dials);
    ck_assert_str_eq(jaxl_buf_text(&lead.message), good[_i].says);
    ck_assert_str_eq(jaxl_buf_text(&lead.lead), good[_i].name);
    ck_assert_str_eq(jaxl_buf_text(&lead.input), good[_i].record);
}
END_TEST

static const struct {
    const char *record;
    bool from;
    int64_t ivr;
    bool message;
    const char *says;
} bad[] = {
    {"{\"Mobile\":\"+919876543210\"}", true, 42, false, "--map to="},
    {"{\"to\":\"\"}", true, 42, false, "to: empty"},
    {"{\"to\":null}", true, 42, false, "to: empty"},
    {"{\"to\":\"09876543210\"}", true, 42, false, "to: "},
    {"{\"to\":919876543210}", true, 42, false, "to: "},
    {"{\"to\":\"+919876543210\"}", false, 42, false, "--from"},
    {"{\"to\":\"+919876543210\",\"from\":\"me\"}", true, 42, false, "from: "},
    {"{\"to\":\"+919876543210\"}", true, 0, false, "--ivr"},
    {"{\"to\":\"+919876543210\",\"ivr\":\"x\"}", true, 42, false, "'x' is not the id"},
    {"{\"to\":\"+919876543210\",\"ivr\":0}", true, 42, false, "'0' is not the id"},
    {"{\"to\":\"+919876543210\",\"ivr\":7,\"message\":\"Hi\"}", true, 0, false, "only one"},
    {"{\"to\":\"+919876543210\"}", true, 0, true, "name"},
    {"{\"to\":\"+919876543210\",\"message\":\"Hi {{\"}", true, 0, false, "message: "},
    {"{\"to\":\"+919876543210\",\"name\":\"A\\u0000B\"}", true, 0, true, "message: a NUL"},
};

START_TEST(a_bad_lead_says_what_is_wrong)
{
    struct jaxl_error err;

    ck_assert_int_eq(read(bad[_i].record, bad[_i].from, bad[_i].ivr, bad[_i].message, &err),
                     JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, bad[_i].says) != NULL, "%s", err.message);
}
END_TEST

/* A record that carries it must be readable again, and jaxl-dial --output csv reads it at once. */
START_TEST(a_lead_leaves_a_level_to_the_record_that_carries_it)
{
    char record[256], brackets[JAXL_JSON_DEPTH];
    struct jaxl_error err;

    for (int deep = JAXL_JSON_DEPTH - 1; deep >= JAXL_JSON_DEPTH - 2; deep--) {
        memset(brackets, '[', sizeof brackets);
        snprintf(record, sizeof record, "{\"to\":\"+919876543210\",\"x\":%.*s", deep, brackets);
        memset(brackets, ']', sizeof brackets);
        snprintf(record + strlen(record), sizeof record - strlen(record), "%.*s}", deep, brackets);
        ck_assert_int_eq(read(record, true, 42, false, &err),
                         deep == JAXL_JSON_DEPTH - 1 ? JAXL_EINPUT : 0);
    }
}
END_TEST

START_TEST(a_message_has_a_limit)
{
    const size_t len = (size_t)128 * 1024;
    char *record = malloc(len);
    struct jaxl_error err;

    jaxl_result_free(&lead);
    ck_assert_int_eq(jaxl_result_init(&lead, 2 * len), 0);
    memset(record, 'x', len);
    memcpy(record, "{\"to\":\"+919876543210\",\"name\":\"", 30);
    memcpy(record + len - 3, "\"}", 3);
    ck_assert_int_eq(read(record, true, 0, true, &err), JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, "the limit is 65536") != NULL, "%s", err.message);
    free(record);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, make, unmake);
    tcase_add_loop_test(tc, columns_go_before_options, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, a_bad_lead_says_what_is_wrong, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, a_lead_leaves_a_level_to_the_record_that_carries_it);
    tcase_add_test(tc, a_message_has_a_limit);
}

int main(void)
{
    return unit_run("lead", add);
}
