/* The ledger as rows of JSON, which SQLite writes itself. */
#include <string.h>

#include "campaign/costs.h"
#include "campaign/ledger_impl.h"

/* of a lead with its open attempt, if there is one */
#define STATE    "ifnull(o.state, state_name(l.state))"
#define ITS_OPEN " LEFT JOIN calls o ON o.attempt = l.open "

/* members of the objects */
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
#define LEAD                                                                                       \
    "'lead', l.lead, 'to', e164(l.number), 'campaign', g.name, 'state', " STATE ","                \
    " 'attempts', l.attempts, 'next_at', iso(l.next_at),"                                          \
    " 'reason', iif(o.attempt IS NULL, l.reason, o.reason), 'added_at', iso(l.added_at),"          \
    " 'changed_at', iso(ifnull(o.settled_at, l.changed_at)), 'input', json(l.data)"
#define SUPPRESSION "'to', e164(s.number), 'source', s.source, 'since', iso(s.since)"

#define ATTEMPTS                                                                                   \
    " FROM attempts a JOIN leads l ON l.id = a.lead JOIN campaigns g ON g.id = l.campaign"         \
    " LEFT JOIN calls c ON c.attempt = a.id WHERE (?1 = 0 OR l.campaign = ?1) "
#define LEADS                                                                                      \
    " FROM leads l JOIN campaigns g ON g.id = l.campaign" ITS_OPEN                                 \
    "WHERE (?1 = 0 OR l.campaign = ?1) "

/* One statement each, so that a view is of one moment also while a run goes on. */
static const char *const views[JAXL_LEDGER_VIEWS] = {
    [JAXL_LEDGER_BY_STATE] =
        "WITH counted AS (SELECT l.campaign, " STATE " AS state, min(l.state) AS place,"
        " count(*) AS leads, sum(l.attempts) AS attempts, min(l.next_at) AS next_at FROM leads "
        "l" ITS_OPEN "WHERE ?1 = 0 OR l.campaign = ?1 GROUP BY 1, 2),"
        " paid AS MATERIALIZED (SELECT l.campaign, " STATE " AS state, sum_costs(c.costs) AS costs"
        " FROM calls c JOIN attempts a ON a.id = c.attempt JOIN leads l ON l.id = a.lead" ITS_OPEN
        "WHERE c.costs IS NOT NULL AND (?1 = 0 OR l.campaign = ?1) GROUP BY 1, 2)"
        " SELECT json_object('campaign', g.name, 'state', n.state, 'leads', n.leads,"
        " 'attempts', n.attempts, 'next_at', iso(n.next_at), 'costs', json(p.costs))"
        " FROM counted n JOIN campaigns g ON g.id = n.campaign"
        " LEFT JOIN paid p ON p.campaign = n.campaign AND p.state = n.state"
        " ORDER BY n.campaign, n.place, n.state",
    [JAXL_LEDGER_LEADS] = "SELECT json_object(" LEAD ")" LEADS "ORDER BY l.id",
    [JAXL_LEDGER_ATTEMPTS] = "SELECT json_object('id', a.id, " CALL ")" ATTEMPTS "ORDER BY a.id",
    [JAXL_LEDGER_MONEY] =
        "SELECT json_object('state', ifnull(c.state, 'intended'), 'reserved', json(a.reserved),"
        " 'costs', json(c.costs))" ATTEMPTS "AND ifnull(c.counts, 1)"
        " AND (a.reserved IS NOT NULL OR c.costs IS NOT NULL)",
    /* in this order, or SQLite looks through all attempts */
    [JAXL_LEDGER_OPEN] = "SELECT json_object('id', a.id, " CALL ")"
                         " FROM leads l CROSS JOIN attempts a ON a.id = l.open"
                         " CROSS JOIN campaigns g ON g.id = l.campaign"
                         " LEFT JOIN calls c ON c.attempt = a.id"
                         " WHERE (?1 = 0 OR l.campaign = ?1) AND l.open ORDER BY a.id",
    [JAXL_LEDGER_UNRESOLVED] = "SELECT json_object('id', a.id, " CALL ")" ATTEMPTS
                               "AND ifnull(c.state, 'unknown') = 'unknown' ORDER BY a.id",
    [JAXL_LEDGER_SUPPRESSIONS] =
        "SELECT json_object(" SUPPRESSION ") FROM suppressions s ORDER BY s.number",
    [JAXL_LEDGER_EVERYTHING] =
        "SELECT json_object('type', 'campaign', 'campaign', g.name, 'created_at',"
        " iso(g.created_at)) FROM campaigns g WHERE ?1 = 0 OR g.id = ?1"
        " UNION ALL SELECT json_object('type', 'lead', " LEAD ")" LEADS
        " UNION ALL SELECT json_object('type', 'attempt', 'id', a.id, " CALL ")" ATTEMPTS
        " UNION ALL SELECT json_object('type', 'suppression', " SUPPRESSION ") FROM suppressions s"
        " WHERE ?1 = 0 OR s.number IN (SELECT number FROM leads WHERE campaign = ?1)",
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

/* sum_costs(costs of a call), an aggregate: not SQLite's sum, which is floating point. */
struct sum {
    struct jaxl_dialer_cost costs[JAXL_DIALER_CURRENCIES];
    size_t n;
    struct jaxl_json_doc *doc;
};

static void add_costs(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    struct sum *sum = sqlite3_aggregate_context(ctx, sizeof *sum);
    const char *text = (const char *)sqlite3_value_text(args[0]);
    const struct jaxl_json *root;
    int code = 0;

    (void)n;
    if (!sum || !text || (!sum->doc && jaxl_json_doc_new(&sum->doc, JAXL_LEDGER_TEXT)))
        code = JAXL_ENOMEM;
    else
        code = jaxl_json_parse(sum->doc, text, (size_t)sqlite3_value_bytes(args[0]), &root, NULL);
    if (code == JAXL_ENOMEM)
        sqlite3_result_error_nomem(ctx);
    else if (code)
        sqlite3_result_error(ctx, "costs that are no JSON", -1);
    else
        jaxl_costs_add(sum->costs, &sum->n, root);
}

static void give_costs(sqlite3_context *ctx)
{
    struct sum *sum = sqlite3_aggregate_context(ctx, 0);
    struct jaxl_json_writer *w = NULL;
    struct jaxl_buf text;

    if (!sum) /* of no call at all */
        return;
    jaxl_buf_init(&text, JAXL_DIALER_CURRENCIES * 2 * JAXL_MONEY_TEXT);
    if (jaxl_json_writer_new(&w, &text) == 0)
        jaxl_costs_write(sum->costs, sum->n, w);
    if (!w || jaxl_json_writer_check(w, NULL))
        sqlite3_result_error_nomem(ctx);
    else
        sqlite3_result_text(ctx, text.data, (int)text.len, SQLITE_TRANSIENT);
    jaxl_json_writer_free(&w);
    jaxl_buf_free(&text);
    jaxl_json_doc_free(&sum->doc);
}

int jaxl_ledger_add_functions(struct jaxl_ledger *l, struct jaxl_error *err)
{
    static const struct {
        const char *name;
        void (*give)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {{"state_name", give_state}, {"iso", give_time}, {"e164", give_number}};
    int rc = sqlite3_create_function(l->db, "sum_costs", 1, SQLITE_UTF8, NULL, NULL, add_costs,
                                     give_costs);

    for (size_t i = 0; i < sizeof functions / sizeof functions[0] && !rc; i++)
        rc =
            sqlite3_create_function(l->db, functions[i].name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                    NULL, functions[i].give, NULL, NULL);
    return rc ? jaxl_ledger_failed(l, "opening it", err) : 0;
}

int jaxl_ledger_no_campaign(struct jaxl_ledger *l, const char *name, struct jaxl_error *err)
{
    static const char latest[] =
        "SELECT group_concat(quote(substr(name, 1, 40)), ', ') FROM (SELECT name FROM"
        " campaigns ORDER BY id DESC LIMIT 5)";
    sqlite3_stmt *s = NULL;
    const char *names = NULL;
    int code;

    if (sqlite3_prepare_v2(l->db, latest, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        names = (const char *)sqlite3_column_text(s, 0);
    code = jaxl_error_set(err, JAXL_ECONFIG, "ledger %s: no campaign '%.80s'%s%s", l->path, name,
                          names ? ", the latest are " : ": there is none yet", names ? names : "");
    sqlite3_finalize(s);
    return code;
}

int jaxl_ledger_query(struct jaxl_ledger *l, enum jaxl_ledger_view view, jaxl_ledger_row row,
                      void *arg, struct jaxl_error *err)
{
    sqlite3_stmt *s = NULL;
    int code = 0, rc = sqlite3_prepare_v2(l->db, views[view], -1, &s, NULL);

    if (!rc && sqlite3_bind_parameter_count(s))
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
