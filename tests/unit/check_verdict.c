#include <string.h>

#include "campaign/verdict.h"
#include "unit.h"

/* design.md section 7, and the answers that a platform gives at its worst. */
static const struct {
    const char *what;
    bool sent;
    int status;
    const char *body;
    enum jaxl_verdict_kind kind;
    int64_t id;
    const char *reason;
} answers[] = {
    {"a call", true, 200, "{\"call\":{\"id\":7},\"call_id\":7}", JAXL_VERDICT_SUBMITTED, 7, ""},
    {"only its id", true, 200, "{\"call_id\":7}", JAXL_VERDICT_SUBMITTED, 7, ""},
    {"only the call", true, 201, "{\"call\":{\"id\":7}}", JAXL_VERDICT_SUBMITTED, 7, ""},
    {"id as text", true, 200, "{\"call_id\":\"7\"}", JAXL_VERDICT_SUBMITTED, 7, ""},
    {"call and reason", true, 200, "{\"reason\":\"low\",\"call_id\":7}", JAXL_VERDICT_SUBMITTED, 7,
     "low"},
    {"ids that differ", true, 200, "{\"call\":{\"id\":8},\"call_id\":7}", JAXL_VERDICT_UNKNOWN, 0,
     ""},
    {"reason and no call", true, 200, "{\"reason\":\"OOB\"}", JAXL_VERDICT_REFUSED, 0, "OOB"},
    {"reason and null call", true, 200, "{\"reason\":\"OOB\",\"call\":null,\"call_id\":null}",
     JAXL_VERDICT_REFUSED, 0, "OOB"},
    {"reason and a call without id", true, 200, "{\"reason\":\"OOB\",\"call\":{}}",
     JAXL_VERDICT_UNKNOWN, 0, "OOB"},
    {"neither", true, 200, "{\"token\":\"x\"}", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"empty reason", true, 200, "{\"reason\":\"\"}", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"id 0", true, 200, "{\"call_id\":0}", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"id -1", true, 200, "{\"call_id\":-1}", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"id 1.5", true, 200, "{\"call_id\":1.5}", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"garbage id with a reason", true, 200, "{\"call_id\":[],\"reason\":\"no\"}",
     JAXL_VERDICT_UNKNOWN, 0, "no"},
    {"garbage", true, 200, "<html>", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"cut short", true, 200, "{\"call_id\":7", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"an array", true, 200, "[{\"call_id\":7}]", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"empty", true, 200, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"204", true, 204, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"moved", true, 301, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"found", true, 302, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"see the call", true, 303, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"ask elsewhere", true, 307, "", JAXL_VERDICT_REFUSED, 0, ""},
    {"ask elsewhere from now on", true, 308, "", JAXL_VERDICT_REFUSED, 0, ""},
    {"400", true, 400, "{\"reason\":\"bad ivr\"}", JAXL_VERDICT_REFUSED, 0, "bad ivr"},
    {"message", true, 406, "{\"message\":\"no\"}", JAXL_VERDICT_REFUSED, 0, "no"},
    {"401", true, 401, "", JAXL_VERDICT_HALT, 0, ""},
    {"402", true, 402, "{\"reason\":\"pay\"}", JAXL_VERDICT_HALT, 0, "pay"},
    {"403", true, 403, "", JAXL_VERDICT_HALT, 0, ""},
    {"404", true, 404, "<html>", JAXL_VERDICT_REFUSED, 0, ""},
    {"408", true, 408, "", JAXL_VERDICT_REFUSED, 0, ""},
    {"429", true, 429, "", JAXL_VERDICT_THROTTLED, 0, ""},
    {"500 with a call", true, 500, "{\"call_id\":7}", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"502", true, 502, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"503", true, 503, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"504", true, 504, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"time-out or reset", true, 0, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"no such status", true, 700, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"100", true, 100, "", JAXL_VERDICT_UNKNOWN, 0, ""},
    {"never left", false, 0, "", JAXL_VERDICT_NOT_SENT, 0, ""},
};

START_TEST(every_answer_has_one_meaning)
{
    struct jaxl_json_doc *doc;
    struct jaxl_verdict v;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    jaxl_verdict_read(answers[_i].sent, answers[_i].status, answers[_i].body,
                      strlen(answers[_i].body), doc, &v);
    ck_assert_msg(v.kind == answers[_i].kind, "%s: %d", answers[_i].what, (int)v.kind);
    ck_assert_int_eq(v.call_id, answers[_i].id);
    ck_assert_str_eq(v.reason, answers[_i].reason);
    jaxl_json_doc_free(&doc);
}
END_TEST

/* Whatever the status: only a 2xx that names a call is one, only what was never sent may go again
 * at once. */
START_TEST(no_status_is_forgotten)
{
    static const char body[] = "{\"call_id\":7}";
    struct jaxl_json_doc *doc;
    struct jaxl_verdict v;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    for (int status = 0; status < 1000; status++) {
        jaxl_verdict_read(true, status, body, sizeof body - 1, doc, &v);
        ck_assert_int_eq(v.kind == JAXL_VERDICT_SUBMITTED, status >= 200 && status < 300);
        ck_assert_int_ne(v.kind, JAXL_VERDICT_NOT_SENT);
        if (status >= 500 || status < 200)
            ck_assert_int_eq(v.kind, JAXL_VERDICT_UNKNOWN);
    }
    jaxl_json_doc_free(&doc);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, every_answer_has_one_meaning, 0, UNIT_COUNT(answers));
    tcase_add_test(tc, no_status_is_forgotten);
}

int main(void)
{
    return unit_run("verdict", add);
}
