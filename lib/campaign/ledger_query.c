/* The ledger as rows of JSON, which SQLite writes itself. */
#include <string.h>

#include "campaign/ledger_impl.h"

#define CALL                                                                                       \
    "'to', e164(a.number), 'from', e164(a.caller), 'ivr', a.ivr, 'lead', l.lead,"                  \
    " 'campaign', g.name, 'attempt', a.attempt, 'call_id', c.call_id,"                             \
    " 'session_id', a.session_id, 'state', ifnull(c.state, 'intended'),"                           \
    " 'disposition', c.disposition, 'placed_at', iso(c.placed_at),"                                \
    " 'answered_at', iso(c.answered_at), 'ended_at', iso(c.ended_at),"                             \
    " 'duration', json(c.duration), 'costs', json(c.costs), 'failure_reason', c.failure_reason,"   \
    " 'reason', c.reason, 'http_status', c.http_status,"                                           \
    " 'reconciled', json(iif(c.reconciled, 'true', 'false')), 'sent_at', iso(c.sent_at),"          \
    " 'intended_at', iso(a.intended_at), 'reserved', json(a.reserved), 'input', json(l.data)"
#define ATTEMPTS                                                                                   \
    " FROM attempts a JOIN leads l ON l.id = a.lead JOIN campaigns g ON g.id = l.campaign"         \
    " LEFT JOIN calls c ON c.attempt = a.id WHERE (?1 = 0 OR l.campaign = ?1) "

static const char *const views[JAXL_LEDGER_VIEWS] = {
    [JAXL_LEDGER_BY_STATE] =
        "SELECT json_object('campaign', g.name, 'state', state_name(l.state), 'leads', count(*))"
        " FROM leads l JOIN campaigns g ON g.id = l.campaign WHERE ?1 = 0 OR l.campaign = ?1"
        " GROUP BY l.campaign, l.state ORDER BY l.campaign, l.state",
    [JAXL_LEDGER_LEADS] =
        "SELECT json_object('lead', l.lead, 'to', e164(l.number), 'campaign', g.name,"
        " 'state', state_name(l.state), 'attempts', l.attempts, 'next_at', iso(l.next_at),"
        " 'reason', l.reason, 'added_at', iso(l.added_at), 'changed_at', iso(l.changed_at),"
        " 'input', json(l.data)) FROM leads l JOIN campaigns g ON g.id = l.campaign"
        " WHERE ?1 = 0 OR l.campaign = ?1 ORDER BY l.id",
    [JAXL_LEDGER_ATTEMPTS] = "SELECT json_object('id', a.id, " CALL ")" ATTEMPTS "ORDER BY a.id",
    [JAXL_LEDGER_MONEY] =
        "SELECT json_object('state', ifnull(c.state, 'intended'), 'reserved', json(a.reserved),"
        " 'costs', json(c.costs))" ATTEMPTS "AND ifnull(c.counts, 1)"
        " AND (a.reserved IS NOT NULL OR c.costs IS NOT NULL)",
    [JAXL_LEDGER_OPEN] = "SELECT json_object('id', a.id, " CALL ")" ATTEMPTS
                         "AND l.state BETWEEN 4 AND 6 AND a.id = (SELECT max(id) FROM attempts"
                         " WHERE lead = l.id) ORDER BY a.id",
};

const char *jaxl_ledger_state_name(enum jaxl_ledger_state state)
{
    static const char *const names[JAXL_LEDGER_STATES] = {
        [JAXL_LEDGER_NEW] = "new",
        [JAXL_LEDGER_DEFERRED] = "deferred",
        [JAXL_LEDGER_SUPPRESSED] = "suppressed",
        [JAXL_LEDGER_INVALID] = "invalid",
        [JAXL_LEDGER_INTENDED] = "intended",
        [JAXL_LEDGER_SUBMITTED] = "submitted",
        [JAXL_LEDGER_UNKNOWN] = "unknown",
        [JAXL_LEDGER_REFUSED] = "refused",
        [JAXL_LEDGER_DONE] = "done",
        [JAXL_LEDGER_RETRY_WAIT] = "retry-wait",
        [JAXL_LEDGER_EXHAUSTED] = "exhausted",
        [JAXL_LEDGER_EXPIRED] = "expired",
    };

    return names[state];
}

static void give_state(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    int state = sqlite3_value_int(args[0]);

    (void)n;
    if (state >= 0 && state < JAXL_LEDGER_STATES)
        sqlite3_result_text(ctx, jaxl_ledger_state_name((enum jaxl_ledger_state)state), -1,
                            SQLITE_STATIC);
}

static void give_time(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    char text[JAXL_CLOCK_ISO_MAX];

    (void)n;
    if (sqlite3_value_type(args[0]) == SQLITE_INTEGER &&
        !jaxl_clock_format(sqlite3_value_int64(args[0]), text))
        sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
}

static void give_number(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    struct jaxl_phone phone;

    (void)n;
    if (!jaxl_phone_from_key((uint64_t)sqlite3_value_int64(args[0]), &phone))
        sqlite3_result_text(ctx, phone.text, -1, SQLITE_TRANSIENT);
}

int jaxl_ledger_add_functions(struct jaxl_ledger *l, struct jaxl_error *err)
{
    static const struct {
        const char *name;
        void (*give)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {{"state_name", give_state}, {"iso", give_time}, {"e164", give_number}};
    int rc = 0;

    for (size_t i = 0; i < sizeof functions / sizeof functions[0] && !rc; i++)
        rc =
            sqlite3_create_function(l->db, functions[i].name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                    NULL, functions[i].give, NULL, NULL);
    return rc ? jaxl_ledger_failed(l, "opening it", err) : 0;
}

int jaxl_ledger_query(struct jaxl_ledger *l, enum jaxl_ledger_view view, jaxl_ledger_row row,
                      void *arg, struct jaxl_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = 0, rc = sqlite3_prepare_v2(l->db, views[view], -1, &s, NULL);

    if (!rc)
        rc = sqlite3_bind_int64(s, 1, l->campaign);
    while (!rc && !code && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        rc = text ? SQLITE_OK : SQLITE_NOMEM;
        if (text)
            code = row(arg, text, (size_t)sqlite3_column_bytes(s, 0), err);
    }
    if (rc && rc != SQLITE_DONE && !code)
        code = jaxl_ledger_failed(l, "reading it", err);
    sqlite3_finalize(s);
    return code;
}
