#include "failmalloc.h"

#include <inttypes.h>
#include <string.h>

#include "billing/reconcile_impl.h"
#include "jaxl/buf.h"
#include "jaxl/clock.h"
#include "unit.h"

#define DAY      (86400 * JAXL_SECOND)
#define OCTOBER  INT64_C(1790812800000000) /* 2026-10-01T00:00:00Z */
#define NOVEMBER (OCTOBER + 31 * DAY)

static const struct jaxl_reconcile_options october = {OCTOBER, NOVEMBER, 0};

static int keep(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_buf *b = ctx;

    if (strlen(json) != len)
        return jaxl_error_set(err, JAXL_EPROTO, "not so long: %s", json);
    jaxl_buf_add(b, json, len);
    jaxl_buf_putc(b, '\n');
    return b->failed;
}

/* Lines of JSON, one record each. */
static int take(struct jaxl_reconciler *r, bool ours, const char *lines, struct jaxl_error *err)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *record;
    int rc = jaxl_json_doc_new(&doc, 0);

    while (!rc && lines && *lines) {
        size_t len = strcspn(lines, "\n");
        rc = jaxl_json_parse(doc, lines, len, &record, err);
        if (!rc)
            rc = ours ? jaxl_reconcile_ours(r, record, err) : jaxl_reconcile_theirs(r, record, err);
        lines += len + (lines[len] == '\n');
    }
    jaxl_json_doc_free(&doc);
    return rc;
}

static int run(const struct jaxl_reconcile_options *o, const char *ours, const char *theirs,
               struct jaxl_buf *out, struct jaxl_reconcile_totals *totals, struct jaxl_error *err)
{
    struct jaxl_reconciler *r;
    int rc = jaxl_reconcile_new(&r, o, err);

    if (!rc)
        rc = take(r, true, ours, err);
    if (!rc)
        rc = take(r, false, theirs, err);
    if (!rc)
        rc = jaxl_reconcile_finish(r, keep, out, totals, err);
    jaxl_reconcile_free(&r);
    return rc;
}

/* Records, short. */
#define S1 "6BA7B810-9DAD-51D1-80B4-00C04FD430C1"
#define S2 "6BA7B810-9DAD-51D1-80B4-00C04FD430C2"
#define OURS(id, session, to, placed, rest)                                                        \
    "{\"to\":\"" to "\",\"from\":\"+12015550199\",\"lead\":\"" to                                  \
    "\",\"campaign\":\"diwali\",\"attempt\":1,\"call_id\":" id ",\"session_id\":" session          \
    ",\"state\":\"done\",\"placed_at\":\"" placed "\"" rest "}\n"
#define THEIRS(id, to, created, rest)                                                              \
    "{\"id\":" id ",\"direction\":2,\"from_number\":\"+12015550199\",\"to_number\":\"" to          \
    "\",\"created_on\":\"" created "\"" rest "}\n"
#define OVER                                                                                       \
    ",\"completed_on\":\"2026-10-05T10:01:00Z\",\"is_finalized\":true,\"missed\":false,"           \
    "\"has_voicemail\":false"
#define COST(text) ",\"costs\":[{\"cost\":" text ",\"currency\":\"INR\"}]"

static const struct {
    const char *name, *ours, *theirs, *findings;
} cases[] = {
    {"nothing at all", "", "", ""},
    {"what both know and say the same",
     OURS("7", "\"" S1 "\"", "+12025550100", "2026-10-05T10:00:00Z",
          ",\"disposition\":\"ANSWERED\",\"duration\":42" COST("0.650")),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER ",\"duration\":42.0" COST("0.65")),
     ""},
    {"a call that the platform does not list",
     OURS("7", "\"" S1 "\"", "+12025550100", "2026-10-05T10:00:00Z", COST("0.65")), "",
     "{\"finding\":\"only-ours\",\"call_id\":7,\"session_id\":\"" S1
     "\",\"campaign\":\"diwali\",\"lead\":\"+12025550100\",\"attempt\":1,\"to\":\"+12025550100\","
     "\"from\":\"+12015550199\",\"at\":\"2026-10-05T10:00:00Z\",\"currency\":null,\"ours\":7,"
     "\"theirs\":null,\"difference\":null}\n"},
    {"a call that we do not know", "",
     THEIRS("8", "+12025550100", "2026-10-05T10:00:00.25Z", ",\"camp\":{\"name\":\"theirs\"}"),
     "{\"finding\":\"only-theirs\",\"call_id\":8,\"session_id\":null,\"campaign\":\"theirs\","
     "\"lead\":null,\"attempt\":null,\"to\":\"+12025550100\",\"from\":\"+12015550199\",\"at\":"
     "\"2026-10-05T10:00:00.250000Z\",\"currency\":null,\"ours\":null,\"theirs\":8,"
     "\"difference\":null}\n"},
    {"cost, duration and how it ended",
     OURS("7", "null", "+12025550100", "2026-10-05T10:00:00Z",
          ",\"disposition\":\"NO_ANSWER\",\"duration\":41.5" COST("0.65")),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER ",\"duration\":42" COST("0.60")),
     "{\"finding\":\"cost\",\"call_id\":7,\"session_id\":null,\"campaign\":\"diwali\",\"lead\":"
     "\"+12025550100\",\"attempt\":1,\"to\":\"+12025550100\",\"from\":\"+12015550199\",\"at\":"
     "\"2026-10-05T10:00:00Z\",\"currency\":\"INR\",\"ours\":0.65,\"theirs\":0.6,\"difference\":"
     "-0.05}\n"
     "{\"finding\":\"duration\",\"call_id\":7,\"session_id\":null,\"campaign\":\"diwali\",\"lead\":"
     "\"+12025550100\",\"attempt\":1,\"to\":\"+12025550100\",\"from\":\"+12015550199\",\"at\":"
     "\"2026-10-05T10:00:00Z\",\"currency\":null,\"ours\":41.5,\"theirs\":42,\"difference\":0.5}\n"
     "{\"finding\":\"disposition\",\"call_id\":7,\"session_id\":null,\"campaign\":\"diwali\","
     "\"lead\":\"+12025550100\",\"attempt\":1,\"to\":\"+12025550100\",\"from\":\"+12015550199\","
     "\"at\":\"2026-10-05T10:00:00Z\",\"currency\":null,\"ours\":\"NO_ANSWER\",\"theirs\":"
     "\"ANSWERED\",\"difference\":null}\n"},
};

START_TEST(what_is_found)
{
    struct jaxl_error err = {0};
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, 1 << 20);
    rc = run(&october, cases[_i].ours, cases[_i].theirs, &out, NULL, &err);
    ck_assert_msg(rc == 0, "%s: %s", cases[_i].name, err.message);
    ck_assert_str_eq(jaxl_buf_text(&out), cases[_i].findings);
    jaxl_buf_free(&out);
}
END_TEST

/* Findings as "kind call-id ours/theirs difference", in their order. */
static const char *brief(struct jaxl_buf *out, struct jaxl_buf *text)
{
    struct jaxl_json_doc *doc;
    const char *line = jaxl_buf_text(out);

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    jaxl_buf_reset(text);
    while (*line) {
        const struct jaxl_json *f;
        static const char *const names[] = {"call_id", "ours", "theirs", "currency", "difference"};
        size_t len = strcspn(line, "\n");
        ck_assert_int_eq(jaxl_json_parse(doc, line, len, &f, NULL), 0);
        jaxl_buf_puts(text, jaxl_json_string(jaxl_json_get(f, "finding"), "?"));
        for (size_t i = 0; i < UNIT_COUNT(names); i++) {
            const char *value = jaxl_json_text(jaxl_json_get(f, names[i]), NULL);
            jaxl_buf_printf(text, " %s", value ? value : "-");
        }
        jaxl_buf_putc(text, '\n');
        line += len + 1;
    }
    jaxl_json_doc_free(&doc);
    return jaxl_buf_text(text);
}

#define PLAIN(id, at) OURS(id, "null", "+12025550100", at, "")
#define UNKNOWN(session, to, sent)                                                                 \
    "{\"to\":\"" to "\",\"from\":\"+12015550199\",\"lead\":\"x\",\"call_id\":null,\"session_id\":" \
    "\"" session "\",\"state\":\"unknown\",\"sent_at\":\"" sent "\"}\n"
#define STATE(state) "{\"to\":\"+12025550100\",\"state\":\"" state "\",\"call_id\":null}\n"

static const struct {
    const char *name, *ours, *theirs, *findings;
} pairings[] = {
    {"records of who called nobody are passed over",
     STATE("refused") STATE("not_sent") STATE("throttled") STATE("suppressed") STATE("deferred")
         STATE("exhausted") STATE("expired") STATE("new") STATE("planned"),
     "", ""},
    {"calls that are not outgoing as well", "",
     "{\"id\":1,\"direction\":1}\n{\"id\":2,\"direction\":0}\n", ""},
    {"a call without a direction is one", "", "{\"id\":1}\n", "only-theirs 1 - 1 - -\n"},
    {"a call out of the span",
     PLAIN("7", "2026-09-30T10:00:00Z") PLAIN("8", "2026-11-01T10:00:00Z"),
     THEIRS("9", "+12025550100", "2026-09-30T10:00:00Z", ""), ""},
    {"one at midnight may be on the other day there",
     PLAIN("1", "2026-09-30T23:58:00.000001Z") PLAIN("2", "2026-10-01T00:01:59Z")
         PLAIN("3", "2026-10-31T23:58:01Z") PLAIN("4", "2026-11-01T00:01:00Z"),
     THEIRS("5", "+12025550111", "2026-10-01T00:00:00Z", ""), ""},
    {"just beyond that it is missing",
     PLAIN("1", "2026-10-01T00:02:00Z") PLAIN("2", "2026-10-31T23:58:00Z"), "",
     "only-ours 1 1 - - -\nonly-ours 2 2 - - -\n"},
    {"of a pair the platform's time counts",
     PLAIN("1", "2026-09-30T23:59:59Z") PLAIN("2", "2026-10-31T23:59:59Z"),
     THEIRS("1", "+12025550100", "2026-10-01T00:00:00Z", OVER COST("1"))
         THEIRS("2", "+12025550100", "2026-11-01T00:00:00Z", OVER COST("1")),
     "cost 1 - 1 INR 1\n"},
    {"one currency each, none is nothing",
     OURS("7", "null", "+12025550100", "2026-10-05T10:00:00Z",
          ",\"costs\":[{\"cost\":1,\"currency\":\"USD\"},{\"cost\":2,\"currency\":\"INR\"},"
          "{\"cost\":0.5,\"currency\":\"USD\"},{\"cost\":3,\"currency\":\"EUR\"}]"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z",
            OVER ",\"costs\":[{\"cost\":2.0,\"currency\":\"INR\"},{\"cost\":1.25,\"currency\":"
                 "\"USD\"},{\"cost\":0.1,\"currency\":\"GBP\"}]"),
     "cost 7 3 - EUR -3\ncost 7 - 0.1 GBP 0.1\ncost 7 1.5 1.25 USD -0.25\n"},
    {"a cost of nothing is none", PLAIN("7", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER COST("0.00")), ""},
    {"a cost that is not final is not compared",
     OURS("7", "null", "+12025550100", "2026-10-05T10:00:00Z", COST("1")),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z",
            ",\"completed_on\":\"2026-10-05T10:01:00Z\",\"is_finalized\":false" COST("null")),
     ""},
    {"large amounts are exact",
     OURS("7", "null", "+12025550100", "2026-10-05T10:00:00Z",
          COST("99999999999999999999999999999999999999")),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER COST("0.000000000000000000000001")),
     "cost 7 99999999999999999999999999999999999999 0.000000000000000000000001 INR "
     "-99999999999999999999999999999999999998.999999999999999999999999\n"},
    {"by session where there is no call id",
     OURS("null", "\"" S1 "\"", "+12025550100", "2026-10-05T10:00:00Z", ""),
     THEIRS("7", "+12025550177", "2026-10-05T11:00:00Z", ",\"sid\":\"" S1 "\""),
     "unknown-resolved 7 - 7 - -\n"},
    {"also in lower case, and in cid or metadata",
     UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z")
         UNKNOWN(S2, "+12025550100", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z",
            ",\"cid\":\"6ba7b810-9dad-51d1-80b4-00c04fd430c1\"")
         THEIRS("8", "+12025550100", "2026-10-05T10:00:01Z",
                ",\"metadata\":{\"session_id\":\"" S2 "\"}"),
     "unknown-resolved 7 - 7 - -\nunknown-resolved 8 - 8 - -\n"},
    {"by numbers and time", UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:02:00Z", ""), "unknown-resolved 7 - 7 - -\n"},
    {"also a little before", UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T09:59:55Z", ""), "unknown-resolved 7 - 7 - -\n"},
    {"not later", UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:02:00.000001Z", ""),
     "unknown - - 0 - -\nonly-theirs 7 - 7 - -\n"},
    {"not from another number", UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z"),
     "{\"id\":7,\"from_number\":\"+12015550111\",\"to_number\":\"+12025550100\",\"created_on\":"
     "\"2026-10-05T10:00:00Z\"}\n",
     "unknown - - 0 - -\nonly-theirs 7 - 7 - -\n"},
    {"not one of two", UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:01Z", "")
         THEIRS("8", "+12025550100", "2026-10-05T10:00:02Z", ""),
     "unknown - - 2 - -\nonly-theirs 7 - 7 - -\nonly-theirs 8 - 8 - -\n"},
    {"not one that two could be",
     UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z")
         UNKNOWN(S2, "+12025550100", "2026-10-05T10:00:03Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:04Z", ""),
     "unknown - - 1 - -\nunknown - - 1 - -\nonly-theirs 7 - 7 - -\n"},
    {"a call that has its pair is nobody else's",
     PLAIN("7", "2026-10-05T10:00:00Z") UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", ""), "unknown - - 0 - -\n"},
    {"a second call for one attempt", PLAIN("7", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", "")
         THEIRS("8", "+12025550100", "2026-10-05T10:02:00Z", "")
             THEIRS("9", "+12025550100", "2026-10-05T10:02:01Z", ""),
     "duplicate 8 7 8 - -\nonly-theirs 9 - 9 - -\n"},
    {"two calls with one session", UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z"),
     THEIRS("8", "+12025550100", "2026-10-05T10:00:05Z", ",\"sid\":\"" S1 "\"")
         THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", ",\"sid\":\"" S1 "\""),
     "unknown-resolved 7 - 7 - -\nduplicate 8 7 8 - -\n"},
    {"one attempt that has two calls",
     OURS("8", "\"" S1 "\"", "+12025550100", "2026-10-05T10:10:00Z", "")
         OURS("7", "\"" S1 "\"", "+12025550100", "2026-10-05T10:00:00Z", ""),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", "")
         THEIRS("8", "+12025550100", "2026-10-05T10:10:00Z", ""),
     "duplicate 8 7 8 - -\n"},
    {"two attempts that have one call",
     OURS("7", "\"" S2 "\"", "+12025550100", "2026-10-05T10:00:00Z", COST("2"))
         OURS("7", "\"" S1 "\"", "+12025550100", "2026-10-05T10:00:00Z", COST("1")),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER COST("1")), "duplicate 7 7 7 - -\n"},
    {"the same attempt again, first as unknown",
     UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z")
         OURS("7", "\"" S1 "\"", "+12025550100", "2026-10-05T10:00:00Z", COST("1"))
             UNKNOWN(S1, "+12025550100", "2026-10-05T10:00:00Z") PLAIN("7", "2026-10-05T10:00:00Z"),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER COST("1")), ""},
    {"the same call again, that one final",
     OURS("7", "null", "+12025550100", "2026-10-05T10:00:00Z", COST("1")),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER COST("1"))
         THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z",
                ",\"is_finalized\":false,\"modified_on\":\"2026-12-01T00:00:00Z\"" COST("null")),
     ""},
    {"the same call again, changed later",
     OURS("7", "null", "+12025550100", "2026-10-05T10:00:00Z", COST("1")),
     THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z",
            OVER ",\"modified_on\":\"2026-10-07T00:00:00Z\"" COST("3"))
         THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z",
                OVER ",\"modified_on\":\"2026-10-06T00:00:00Z\"" COST("2")),
     "cost 7 1 3 INR 2\n"},
    {"in the order of time", PLAIN("3", "2026-10-05T10:00:00Z") PLAIN("1", "2026-10-06T10:00:00Z"),
     THEIRS("2", "+12025550100", "2026-10-05T12:00:00Z", ""),
     "only-ours 3 3 - - -\nonly-theirs 2 - 2 - -\nonly-ours 1 1 - - -\n"},
    {"flat records, as CSV gives them",
     "{\"to\":\"+12025550100\",\"from\":\"+12015550199\",\"call_id\":\"7\",\"session_id\":\"\","
     "\"state\":\"done\",\"attempt\":\"1\",\"placed_at\":\"2026-10-05T10:00:00Z\",\"duration\":"
     "\"42\","
     "\"costs.0.cost\":\"0.65\",\"costs.0.currency\":\"INR\",\"disposition\":\"ANSWERED\"}\n",
     "{\"id\":\"7\",\"direction\":\"2\",\"from_number\":\"+12015550199\",\"to_number\":"
     "\"+12025550100\",\"created_on\":\"2026-10-05T10:00:00Z\",\"completed_on\":"
     "\"2026-10-05T10:01:00Z\",\"is_finalized\":\"true\",\"missed\":\"true\",\"duration\":\"40\","
     "\"costs.0.cost\":\"0.66\",\"costs.0.currency\":\"INR\"}\n",
     "cost 7 0.65 0.66 INR 0.01\nduration 7 42 40 - -2\n"},
};

START_TEST(what_is_paired)
{
    struct jaxl_error err = {0};
    struct jaxl_buf out, text;
    int rc;

    jaxl_buf_init(&out, 1 << 20);
    jaxl_buf_init(&text, 1 << 20);
    rc = run(&october, pairings[_i].ours, pairings[_i].theirs, &out, NULL, &err);
    ck_assert_msg(rc == 0, "%s: %s", pairings[_i].name, err.message);
    ck_assert_msg(strcmp(brief(&out, &text), pairings[_i].findings) == 0, "%s: %s not %s",
                  pairings[_i].name, jaxl_buf_text(&text), pairings[_i].findings);
    jaxl_buf_free(&out);
    jaxl_buf_free(&text);
}
END_TEST

static const struct {
    bool ours;
    const char *record, *message;
    int code;
} rejects[] = {
    {true, "{}", "it has no state", JAXL_EINPUT},
    {true, "{\"state\":\"DONE\"}", "it has no state", JAXL_EINPUT},
    {true, "{\"state\":\"done\",\"call_id\":0}", "call_id", JAXL_EINPUT},
    {true, "{\"state\":\"done\",\"call_id\":\"x\"}", "call_id", JAXL_EINPUT},
    {true, "{\"state\":\"done\",\"call_id\":1,\"placed_at\":\"yesterday\"}", "placed_at",
     JAXL_EINPUT},
    {true, "{\"state\":\"done\",\"call_id\":1,\"duration\":\"long\"}", "duration", JAXL_EINPUT},
    {true, "{\"state\":\"done\",\"call_id\":1,\"duration\":{}}", "duration", JAXL_EINPUT},
    {true, "{\"state\":\"done\",\"call_id\":1,\"costs\":[{\"cost\":\"NaN\",\"currency\":\"INR\"}]}",
     "cost", JAXL_EINPUT},
    {true, "{\"state\":\"done\",\"call_id\":1,\"costs\":[{\"cost\":1e39,\"currency\":\"INR\"}]}",
     "cost", JAXL_ELIMIT},
    {false, "{}", "id", JAXL_EINPUT},
    {false, "{\"id\":null}", "id", JAXL_EINPUT},
    {false, "{\"id\":-1}", "id", JAXL_EINPUT},
    {false, "{\"id\":1,\"created_on\":\"?\"}", "created_on", JAXL_EINPUT},
    {false, "{\"id\":1,\"modified_on\":\"?\"}", "modified_on", JAXL_EINPUT},
};

START_TEST(what_is_no_record)
{
    struct jaxl_reconcile_totals totals;
    struct jaxl_reconciler *r;
    struct jaxl_error err = {0};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1 << 20);
    ck_assert_int_eq(jaxl_reconcile_new(&r, &october, NULL), 0);
    ck_assert_int_eq(take(r, rejects[_i].ours, rejects[_i].record, &err), rejects[_i].code);
    ck_assert_msg(strstr(err.message, rejects[_i].message), "%s", err.message);
    /* and the next one can be taken */
    ck_assert_int_eq(take(r, rejects[_i].ours, "{\"state\":\"done\",\"id\":2,\"call_id\":2}", NULL),
                     0);
    ck_assert_int_eq(jaxl_reconcile_finish(r, keep, &out, &totals, NULL), 0);
    ck_assert_uint_eq(totals.only_ours + totals.only_theirs, 1);
    jaxl_reconcile_free(&r);
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(wrong_use)
{
    struct jaxl_reconcile_options o = october;
    struct jaxl_reconciler *r;
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1 << 20);
    o.end = o.start - 1;
    ck_assert_int_eq(jaxl_reconcile_new(&r, &o, NULL), JAXL_EARG);
    ck_assert_ptr_null(r);
    o = october;
    o.tolerance = DAY + 1;
    ck_assert_int_eq(jaxl_reconcile_new(&r, &o, NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_reconcile_new(&r, &october, NULL), 0);
    ck_assert_int_eq(take(r, false, "{\"id\":1}", NULL), 0);
    ck_assert_int_eq(take(r, true, "{\"state\":\"done\",\"call_id\":1}", NULL), JAXL_EARG);
    ck_assert_int_eq(jaxl_reconcile_finish(r, keep, &out, NULL, NULL), 0);
    ck_assert_int_eq(jaxl_reconcile_finish(r, keep, &out, NULL, NULL), JAXL_EARG);
    ck_assert_int_eq(take(r, false, "{\"id\":1}", NULL), JAXL_EARG);
    jaxl_reconcile_free(&r);
    jaxl_reconcile_free(&r);
    jaxl_buf_free(&out);
}
END_TEST

static int give_up(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    (void)json;
    (void)len;
    ++*(int *)ctx;
    return jaxl_error_set(err, JAXL_EEND, "enough");
}

START_TEST(who_takes_may_end_it)
{
    struct jaxl_error err = {0};
    struct jaxl_reconciler *r;
    int told = 0;

    ck_assert_int_eq(jaxl_reconcile_new(&r, &october, NULL), 0);
    ck_assert_int_eq(take(r, false, "{\"id\":1}\n{\"id\":2}", NULL), 0);
    ck_assert_int_eq(jaxl_reconcile_finish(r, give_up, &told, NULL, &err), JAXL_EEND);
    ck_assert_int_eq(told, 1);
    ck_assert_str_eq(err.message, "enough");
    jaxl_reconcile_free(&r);
}
END_TEST

static int work(void *ctx)
{
    struct jaxl_buf out;
    int rc;

    (void)ctx;
    jaxl_buf_init(&out, 1 << 20);
    rc = run(
        &october,
        PLAIN("7", "2026-10-05T10:00:00Z") UNKNOWN(S1, "+12025550100", "2026-10-05T11:00:00Z")
            OURS("9", "\"no uuid\"", "+12025550101", "2026-10-06T10:00:00Z",
                 ",\"costs\":[{\"cost\":1,\"currency\":\"USD\"},{\"cost\":2,\"currency\":\"INR\"},"
                 "{\"cost\":99999999999999999999,\"currency\":\"EUR\"}]"),
        THEIRS("7", "+12025550100", "2026-10-05T10:00:00Z", OVER COST("1"))
            THEIRS("8", "+12025550100", "2026-10-05T11:00:00Z", ""),
        &out, NULL, NULL);
    jaxl_buf_free(&out);
    return rc;
}

START_TEST(memory_runs_out)
{
    ck_assert_int_gt(failmalloc_each(work, NULL), 20);
}
END_TEST

/* What a million calls of each side, all of which pair, would take: under 232 MB. */
START_TEST(many_calls)
{
    const uint32_t n = unit_slow() > 1 ? 20000 : 200000;
    struct jaxl_reconcile_totals totals;
    struct jaxl_reconciler *r;
    struct jaxl_json_doc *doc;
    const struct jaxl_json *record;
    struct jaxl_buf out;
    char text[512];
    size_t bytes;
    int rc;

    jaxl_buf_init(&out, 1 << 20);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_reconcile_new(&r, &october, NULL), 0);
    for (uint32_t side = 0; side < 2; side++)
        for (uint32_t i = 0; i < n; i++) {
            int len =
                snprintf(text, sizeof text,
                         side ? "{\"id\":%u,\"to_number\":\"+9198%08u\",\"from_number\":"
                                "\"+12015550199\",\"created_on\":\"2026-10-05T10:00:00Z\"" OVER
                                ",\"duration\":42" COST("0.65") "}"
                              : "{\"call_id\":%u,\"to\":\"+9198%08u\",\"from\":"
                                "\"+12015550199\",\"placed_at\":\"2026-10-05T10:00:00Z\","
                                "\"session_id\":\"6BA7B810-9DAD-51D1-80B4-%012X\",\"lead\":"
                                "\"%u\",\"campaign\":\"c\",\"state\":\"done\",\"duration\":42" COST(
                                    "0.65") "}",
                         i + 1, i, i + 1, i);
            rc = jaxl_json_parse(doc, text, (size_t)len, &record, NULL);
            if (!rc)
                rc = side ? jaxl_reconcile_theirs(r, record, NULL)
                          : jaxl_reconcile_ours(r, record, NULL);
            if (rc)
                ck_abort_msg("%s: %s", text, jaxl_error_name(rc));
        }
    bytes =
        (r->ours.n + r->theirs.n) * sizeof(struct jaxl_reconcile_call) +
        (r->our_ids.n_slots + r->our_sessions.n_slots + r->their_ids.n_slots + r->texts.n_slots) *
            sizeof(uint32_t) +
        r->session_room * sizeof(struct jaxl_reconcile_session) +
        (size_t)r->n_pages * JAXL_RECONCILE_PAGE + r->theirs.n * sizeof(uint32_t);
    ck_assert_msg(bytes < (size_t)n * 232 + (1 << 20), "%zu bytes", bytes);
    ck_assert_int_eq(jaxl_reconcile_finish(r, keep, &out, &totals, NULL), 0);
    ck_assert_uint_eq(totals.agree, n);
    ck_assert_uint_eq(totals.pairs, n);
    ck_assert_uint_eq(out.len, 0);
    jaxl_reconcile_free(&r);
    jaxl_json_doc_free(&doc);
    jaxl_buf_free(&out);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, what_is_found, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, what_is_paired, 0, UNIT_COUNT(pairings));
    tcase_add_loop_test(tc, what_is_no_record, 0, UNIT_COUNT(rejects));
    tcase_add_test(tc, wrong_use);
    tcase_add_test(tc, who_takes_may_end_it);
    tcase_add_test(tc, memory_runs_out);
    tcase_add_test(tc, many_calls);
}

int main(void)
{
    return unit_run("billing_reconcile", add);
}
