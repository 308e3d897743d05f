#include "billing/fact.h"

#include <string.h>
#include <unistd.h>

#include "data/cut.h"
#include "unit.h"

/* What is read of one record: through the scanner, so that types are those it gives. */
static int read_fact(const char *json, struct jaxl_fact *fact, struct jaxl_error *err)
{
    static struct jaxl_scan *scan; /* lends the texts of the fact, until the next */
    static struct jaxl_chunk chunk;
    struct jaxl_fact_slots slots;
    struct jaxl_scan_value values[JAXL_FACT_SLOTS];
    struct jaxl_record record;
    struct jaxl_cut *cut = NULL;
    size_t at = 0;
    int fds[2], rc;

    jaxl_scan_free(&scan);
    jaxl_fact_slots_init(&slots);
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], json, strlen(json)), (ssize_t)strlen(json));
    close(fds[1]);
    ck_assert_int_eq(jaxl_scan_new(&scan, slots.paths, slots.n, NULL), 0);
    ck_assert_int_eq(jaxl_cut_new(&cut, fds[0], "in", NULL, NULL), 0);
    ck_assert_int_eq(jaxl_cut_next(cut, -1, &chunk, NULL), 0);
    rc = jaxl_scan_next(scan, cut, &chunk, &at, values, &record, err);
    jaxl_cut_free(&cut);
    close(fds[0]);
    return rc ? rc : jaxl_fact_read(values, fact, err);
}

enum { A = JAXL_GROUP_ANSWERED, M = JAXL_GROUP_MISSED, F = JAXL_GROUP_FAILED };

static const struct {
    const char *in;
    int kind, outcome;
    bool open;
    const char *disposition;
    int64_t talk, line;
} ends[] = {
#define CALL(json, outcome, open, disposition, talk, line)                                         \
    {                                                                                              \
        "{" json "}", JAXL_FACT_CALL, outcome, open, disposition, talk, line                       \
    }
#define NONE(state)                                                                                \
    {                                                                                              \
        "{\"state\":\"" state "\"}", JAXL_FACT_NO_CALL, F, false, NULL, 0, 0                       \
    }
    NONE("suppressed"),
    NONE("deferred"),
    NONE("exhausted"),
    NONE("expired"),
    NONE("new"),
    NONE("planned"),
    NONE("not_sent"),
    NONE("throttled"),
    NONE("invalid"),
    NONE("retry-wait"),
    CALL("\"state\":\"refused\"", F, false, NULL, 0, 0),
    CALL("\"state\":\"submitted\"", F, true, NULL, 0, 0),
    CALL("\"state\":\"unknown\"", F, true, NULL, 0, 0),
    CALL("\"state\":\"intended\"", F, true, NULL, 0, 0),
    CALL("\"state\":\"done\",\"disposition\":\"ANSWERED\",\"duration\":1.5", A, false, "ANSWERED",
         1500000, 1500000),
    CALL("\"state\":\"done\",\"disposition\":\"NO_ANSWER\",\"duration\":9", M, false, "NO_ANSWER",
         0, 0),
    CALL("\"disposition\":\"BUSY\"", M, false, "BUSY", 0, 0),
    CALL("\"disposition\":\"VOICEMAIL\",\"duration\":\"20\"", M, false, "VOICEMAIL", 0, 20000000),
    CALL("\"disposition\":\"BAD_NUMBER\"", F, false, "BAD_NUMBER", 0, 0),
    CALL("\"disposition\":\"DND\"", F, false, "DND", 0, 0),
    CALL("\"disposition\":\"answered\"", F, false, "answered", 0, 0),
    /* Call objects */
    CALL("\"id\":1,\"missed\":false,\"duration\":3", A, false, "ANSWERED", 3000000, 3000000),
    CALL("\"id\":1,\"missed\":true,\"duration\":3", M, false, "NO_ANSWER", 0, 0),
    CALL("\"id\":1,\"missed\":true,\"has_voicemail\":true,\"duration\":3", M, false, "VOICEMAIL", 0,
         3000000),
    CALL("\"id\":1,\"failure_reason\":\"DND\",\"missed\":true", F, false, "DND", 0, 0),
    CALL("\"id\":1,\"failure_reason\":\"\",\"missed\":true", M, false, "NO_ANSWER", 0, 0),
    CALL("\"id\":1,\"failure_reason\":\"NEW\"", F, false, "UNKNOWN", 0, 0),
    CALL("\"id\":1,\"duration\":3", A, false, "ANSWERED", 3000000, 3000000),
    CALL("\"id\":1,\"duration\":0", F, false, "UNKNOWN", 0, 0),
    CALL("\"id\":1,\"created_on\":\"2026-10-05\",\"completed_on\":null", F, true, "UNKNOWN", 0, 0),
    CALL("\"id\":1,\"created_on\":\"2026-10-05\",\"completed_on\":\"2026-10-05\",\"missed\":false",
         A, false, "ANSWERED", 0, 0),
    CALL("\"id\":1,\"created_on\":\"2026-10-05\",\"is_finalized\":true,\"missed\":false", A, false,
         "ANSWERED", 0, 0),
    CALL("\"id\":1,\"is_finalized\":false,\"missed\":false,\"completed_on\":\"2026-10-05\"", A,
         true, "ANSWERED", 0, 0),
    /* seconds of all forms */
    CALL("\"disposition\":\"ANSWERED\",\"duration\":0.0000019", A, false, "ANSWERED", 1, 1),
    CALL("\"disposition\":\"ANSWERED\",\"duration\":1e2", A, false, "ANSWERED", 100000000,
         100000000),
    CALL("\"disposition\":\"ANSWERED\",\"duration\":-0", A, false, "ANSWERED", 0, 0),
    CALL("\"disposition\":\"ANSWERED\",\"duration\":31622400.000", A, false, "ANSWERED",
         31622400000000, 31622400000000),
    CALL("\"disposition\":\"ANSWERED\",\"duration\":null", A, false, "ANSWERED", 0, 0),
};

START_TEST(how_a_call_ended)
{
    struct jaxl_fact f;
    struct jaxl_error err = {0};

    ck_assert_msg(read_fact(ends[_i].in, &f, &err) == 0, "%s: %s", ends[_i].in, err.message);
    ck_assert_msg((int)f.kind == ends[_i].kind, "%s", ends[_i].in);
    ck_assert_msg(f.provisional == ends[_i].open, "%s", ends[_i].in);
    ck_assert_msg((int)f.outcome == ends[_i].outcome, "%s", ends[_i].in);
    ck_assert_int_eq(f.talk, ends[_i].talk);
    ck_assert_int_eq(f.line, ends[_i].line);
    if (!ends[_i].disposition) {
        ck_assert_ptr_null(f.disposition);
        return;
    }
    ck_assert_uint_eq(f.disposition_len, strlen(ends[_i].disposition));
    ck_assert_mem_eq(f.disposition, ends[_i].disposition, f.disposition_len);
}
END_TEST

static const struct {
    const char *in;
    int64_t id, at; /* at -1: not timed */
    const char *costs;
} values[] = {
    {"{\"call_id\":7,\"id\":8}", 7, -1, ""},
    {"{\"call_id\":\"\",\"id\":8}", 8, -1, ""},
    {"{\"call_id\":null,\"id\":\"0\"}", 0, -1, ""},
    {"{\"id\":\"999999999999999999\"}", 999999999999999999, -1, ""},
    {"{\"session_id\":\"x\"}", -1, -1, ""},
    {"{\"placed_at\":\"1970-01-01T00:00:01Z\",\"created_on\":\"x\"}", -1, 1000000, ""},
    {"{\"placed_at\":null,\"created_on\":\"1970-01-01T01:00:01+01:00\"}", -1, 1000000, ""},
    {"{\"placed_at\":\"\",\"sent_at\":\"19700101T000002,5Z\"}", -1, 2500000, ""},
    {"{\"created_on\":\"1970-W01-4\"}", -1, 0, ""},
    {"{\"costs\":[]}", -2, 0, NULL},
    {"{\"id\":1,\"costs\":null}", 1, -1, ""},
    {"{\"costs\":[{\"cost\":0.35,\"currency\":\"INR\"}]}", -1, -1, "0.35 INR;"},
    {"{\"costs\":[{\"cost\":\"-1e-9\",\"currency\":1},{\"cost\":1e30,\"currency\":\"2\"}]}", -1, -1,
     "-0.000000001 USD;1000000000000000000000000000000 INR;"},
    {"{\"costs\":[{\"currency\":\"INR\"},{},{\"cost\":2}]}", -1, -1, "0 INR;2 ;"},
    {"{\"costs\":[{\"cost\":null,\"currency\":77}]}", -1, -1, "0 77;"},
    {"{\"costs\":[{\"cost\":1,\"currency\":4294967297}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":1,\"currency\":\"NINECHARS\"}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":1,\"currency\":\"A\\u0000B\"}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":1,\"currency\":{}}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":true,\"currency\":\"INR\"}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":\"NaN\",\"currency\":\"INR\"}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":\"1,5\",\"currency\":\"INR\"}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":1e38}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":1e-25}]}", -2, 0, NULL},
    {"{\"costs\":[{\"cost\":1},{\"cost\":1},{\"cost\":1},{\"cost\":1},{\"cost\":1},{\"cost\":1},"
     "{\"cost\":1},{\"cost\":1}]}",
     -1, -1, "1 ;1 ;1 ;1 ;1 ;1 ;1 ;1 ;"},
    {"{\"costs\":[{},{},{},{},{},{},{},{},{\"cost\":1}]}", -2, 0, NULL},
    {"{\"costs\":[{},{},{},{},{},{},{},{},{},{\"cost\":1}]}", -2, 0, NULL},
    {"{}", -2, 0, NULL},
    {"{\"a\":1}", -2, 0, NULL},
    {"{\"id\":-1}", -2, 0, NULL},
    {"{\"id\":1.0}", -2, 0, NULL},
    {"{\"id\":true}", -2, 0, NULL},
    {"{\"id\":\"1000000000000000000\"}", -2, 0, NULL},
    {"{\"call_id\":\"abc\",\"id\":1}", -2, 0, NULL},
    {"{\"placed_at\":1700000000}", -2, 0, NULL},
    {"{\"placed_at\":\"2026-02-30\"}", -2, 0, NULL},
    {"{\"placed_at\":\"yesterday\"}", -2, 0, NULL},
    {"{\"id\":1,\"duration\":-0.1}", -2, 0, NULL},
    {"{\"id\":1,\"duration\":31622401}", -2, 0, NULL},
    {"{\"id\":1,\"duration\":1e300}", -2, 0, NULL},
    {"{\"id\":1,\"duration\":\"007\"}", -2, 0, NULL},
    {"{\"id\":1,\"duration\":\"1:30\"}", -2, 0, NULL},
    {"{\"id\":1,\"duration\":[1]}", -2, 0, NULL},
    {"{\"session_id\":\"0123456789012345678901234567890123456789012345678901234567890123\"}", -1,
     -1, ""},
    {"{\"session_id\":\"01234567890123456789012345678901234567890123456789012345678901234\"}", -2,
     0, NULL},
};

START_TEST(ids_times_and_costs)
{
    struct jaxl_fact f;
    struct jaxl_error err = {0};
    char costs[512] = "", amount[JAXL_SUM_TEXT], currency[9];
    int rc = read_fact(values[_i].in, &f, &err);

    if (values[_i].id == -2) {
        ck_assert_msg(rc == JAXL_EINPUT, "%s: %d", values[_i].in, rc);
        ck_assert_msg(*err.message != 0, "%s", values[_i].in);
        return;
    }
    ck_assert_msg(rc == 0, "%s: %s", values[_i].in, err.message);
    ck_assert_msg(f.id == values[_i].id, "%s", values[_i].in);
    ck_assert_msg(f.timed == (values[_i].at >= 0), "%s", values[_i].in);
    if (f.timed)
        ck_assert_int_eq(f.at, values[_i].at);
    for (uint32_t i = 0; i < f.n_costs; i++) {
        size_t n = strlen(costs);
        jaxl_group_currency_text(f.costs[i].currency, currency);
        snprintf(costs + n, sizeof costs - n, "%s %s;", jaxl_sum_format(&f.costs[i].amount, amount),
                 currency);
    }
    ck_assert_str_eq(costs, values[_i].costs);
}
END_TEST

START_TEST(slots_are_shared_and_run_out)
{
    struct jaxl_fact_slots s;
    char names[JAXL_FACT_SLOTS][16];
    int n = 0;

    jaxl_fact_slots_init(&s);
    ck_assert_int_eq(jaxl_fact_slot(&s, "call_id"), JAXL_FACT_CALL_ID);
    ck_assert_int_eq(jaxl_fact_slot(&s, "costs.7.currency"), JAXL_FACT_COST_END - 1);
    for (; n < JAXL_FACT_SLOTS; n++) {
        snprintf(names[n], sizeof names[n], "x%d", n);
        if (jaxl_fact_slot(&s, names[n]) < 0)
            break;
        ck_assert_int_eq(jaxl_fact_slot(&s, names[n]), JAXL_FACT_FIXED + n);
    }
    ck_assert_int_eq(n, JAXL_FACT_SLOTS - JAXL_FACT_FIXED);
    ck_assert_int_eq(jaxl_fact_slot(&s, "x0"), JAXL_FACT_FIXED);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, how_a_call_ended, 0, UNIT_COUNT(ends));
    tcase_add_loop_test(tc, ids_times_and_costs, 0, UNIT_COUNT(values));
    tcase_add_test(tc, slots_are_shared_and_run_out);
}

int main(void)
{
    return unit_run("fact", add);
}
