/* What tests of the ledger do with it, step by step. For the one source file of a unit test. */
#ifndef JAXL_UNIT_LEDGER_STEPS_H
#define JAXL_UNIT_LEDGER_STEPS_H

#include <string.h>

#include "ledger_fixture.h"

static inline enum jaxl_ledger_added add(struct jaxl_ledger *l, const char *lead, uint64_t number,
                                         const char *data)
{
    enum jaxl_ledger_added added;
    int64_t id;

    ck_assert_int_eq(
        jaxl_ledger_add(l, lead, strlen(lead), number, data, strlen(data), &added, &id, NULL), 0);
    return added;
}

static inline int64_t claim(struct jaxl_ledger *l)
{
    struct jaxl_ledger_lead lead;
    int code = jaxl_ledger_claim(l, now, &lead, NULL);

    if (code == JAXL_EEND)
        return 0;
    ck_assert_int_eq(code, 0);
    return lead.id;
}

static inline int64_t intend(struct jaxl_ledger *l, int64_t lead, uint64_t to, unsigned attempt)
{
    const struct jaxl_ledger_intent intent = {.lead = lead,
                                              .attempt = attempt,
                                              .to = to,
                                              .from = 15550001,
                                              .session_id = "5B0B9F1E-0000-5000-8000-000000000000"};
    int64_t id;

    ck_assert_int_eq(jaxl_ledger_intend(l, &intent, &id, NULL), 0);
    return id;
}

static inline void settle(struct jaxl_ledger *l, int64_t attempt, enum jaxl_result_state state,
                          enum jaxl_ledger_state lead, int64_t next_at)
{
    const struct jaxl_ledger_attempt a = {.id = attempt};
    struct jaxl_result r;

    ck_assert_int_eq(jaxl_result_init(&r, 1000), 0);
    r.state = state;
    r.sent = now;
    if (state == JAXL_RESULT_DONE) {
        r.call_id = 7;
        r.disposition = JAXL_DISPOSITION_NO_ANSWER;
        r.placed = now;
        r.ended = now + 30 * JAXL_SECOND;
        strcpy(r.duration, "0");
        jaxl_buf_puts(&r.costs, "[{\"cost\": 0.350, \"currency\": \"INR\"}]");
    }
    ck_assert_int_eq(jaxl_ledger_settle(l, &a, &r, lead, next_at, NULL), 0);
    jaxl_result_free(&r);
}

static inline void shows(struct jaxl_ledger *l, enum jaxl_ledger_view view, const char *expected)
{
    struct jaxl_error err = {0};
    struct jaxl_buf rows;

    jaxl_buf_init(&rows, 1 << 20);
    ck_assert_msg(jaxl_ledger_query(l, view, add_row, &rows, &err) == 0, "%s", err.message);
    ck_assert_str_eq(jaxl_buf_text(&rows), expected);
    jaxl_buf_free(&rows);
}

static inline void refused(const struct jaxl_ledger_options *o, int code, const char *why)
{
    struct jaxl_error err = {0};
    struct jaxl_ledger *l;

    ck_assert_int_eq(jaxl_ledger_open(&l, o, &err), code);
    ck_assert_ptr_null(l);
    ck_assert_msg(strstr(err.message, why) && strstr(err.message, o->path), "%s", err.message);
}

#endif
