/* What a Call object says of the state of its call. */
#include <string.h>

#include "events/control_state.h"
#include "unit.h"

#define IS(state) JAXL_CONTROL_IS(JAXL_CONTROL_STATE_##state)

static const struct {
    const char *call;
    unsigned states;
    const char *best;
} calls[] = {
    {"{\"id\": 1}", IS(ACTIVE) | IS(RINGING), "ringing"},
    {"{\"id\": 1, \"missed\": null, \"completed_on\": null}", IS(ACTIVE) | IS(RINGING), "ringing"},
    {"{\"missed\": false, \"completed_on\": null}", IS(ACTIVE) | IS(ANSWERED), "answered"},
    {"{\"missed\": true, \"has_voicemail\": true}", IS(ACTIVE) | IS(VOICEMAIL), "voicemail"},
    {"{\"missed\": true}", IS(ACTIVE) | IS(RINGING), "ringing"},
    {"{\"missed\": false, \"completed_on\": \"2026-11-26T10:00:00Z\"}", IS(OVER) | IS(ANSWERED),
     "over"},
    {"{\"missed\": false, \"completed_on\": \"2026-11-26T10:00:00Z\", \"is_finalized\": true}",
     IS(OVER) | IS(ANSWERED) | IS(FINAL), "over"},
    {"{\"missed\": true, \"completed_on\": \"2026-11-26T10:00:00Z\"}", IS(OVER) | IS(MISSED),
     "over"},
    {"{\"missed\": true, \"has_voicemail\": true, \"completed_on\": \"2026-11-26T10:00:00Z\"}",
     IS(OVER) | IS(VOICEMAIL), "over"},
    {"{\"failure_reason\": \"DND\", \"completed_on\": \"2026-11-26T10:00:00Z\", \"is_finalized\": "
     "true}",
     IS(OVER) | IS(FAILED) | IS(FINAL), "over"},
    /* it does not say how it ended */
    {"{\"completed_on\": \"2026-11-26T10:00:00Z\"}", IS(OVER), "over"},
    /* a cost is final only of a call that is over */
    {"{\"is_finalized\": true}", IS(ACTIVE) | IS(RINGING), "ringing"},
};

static const struct jaxl_json *parse(struct jaxl_json_doc *doc, const char *text)
{
    const struct jaxl_json *value;

    ck_assert_int_eq(jaxl_json_parse(doc, text, strlen(text), &value, NULL), 0);
    return value;
}

START_TEST(state_of)
{
    struct jaxl_json_doc *doc;
    unsigned states;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    states = jaxl_control_state_of(parse(doc, calls[_i].call));
    ck_assert_uint_eq(states, calls[_i].states);
    ck_assert_str_eq(jaxl_control_state_name(jaxl_control_state_best(states)), calls[_i].best);
    jaxl_json_doc_free(&doc);
}
END_TEST

static const struct {
    const char *value;
    unsigned states; /* 0: refused */
} ifs[] = {
    {"\"active\"", IS(ACTIVE)},
    {"\"ringing,answered\"", IS(RINGING) | IS(ANSWERED)},
    {"\" missed; failed over final \"", IS(MISSED) | IS(FAILED) | IS(OVER) | IS(FINAL)},
    {"[\"voicemail\", \"voicemail\"]", IS(VOICEMAIL)},
    {"\"\"", 0},
    {"[]", 0},
    {"\"Active\"", 0},
    {"\"activeX\"", 0},
    {"\"act\"", 0},
    {"5", 0},
    {"true", 0},
    {"{\"active\": true}", 0},
    {"[[\"active\"]]", 0},
    {"\"a-name-of-more-than-thirty-two-bytes-in-all\"", 0},
};

START_TEST(reads)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_json_doc *doc;
    unsigned states = 77;
    int rc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    rc = jaxl_control_state_read(parse(doc, ifs[_i].value), &states, &err);
    ck_assert_int_eq(rc, ifs[_i].states ? 0 : JAXL_EINPUT);
    if (!rc)
        ck_assert_uint_eq(states, ifs[_i].states);
    else
        ck_assert_int_eq(strncmp(err.message, "if: ", 4), 0);
    jaxl_json_doc_free(&doc);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, state_of, 0, UNIT_COUNT(calls));
    tcase_add_loop_test(tc, reads, 0, UNIT_COUNT(ifs));
}

int main(void)
{
    return unit_run("control_state", add);
}
