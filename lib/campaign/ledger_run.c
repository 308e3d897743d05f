/* The statements of the ledger and how they are run. */
#include <stdarg.h>
#include <string.h>

#include "campaign/ledger_impl.h"

#define LEAD_COLUMNS "id, lead, data, number, state, attempts, added_at, next_at"
#define DUE          "FROM leads WHERE campaign = ?1 AND next_at IS NOT NULL AND "

static const struct {
    const char *sql, *doing;
} statements[LEDGER_STATEMENTS] = {
    [LEDGER_BEGIN] = {"BEGIN IMMEDIATE", "writing"},
    [LEDGER_COMMIT] = {"COMMIT", "writing"},
    [LEDGER_FIND] = {"SELECT id, number = ?3 AND data = ?4 FROM leads"
                     " WHERE campaign = ?1 AND lead = ?2",
                     "looking for a lead"},
    [LEDGER_ADD] = {"INSERT INTO leads (campaign, lead, number, data, state, next_at, attempts,"
                    " added_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6, ?6)",
                    "adding a lead"},
    [LEDGER_ADD_INTENDED] = {"INSERT INTO leads (campaign, lead, number, data, state, attempts,"
                             " added_at, changed_at, open) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7,"
                             " ?8)",
                             "adding a lead"},
    [LEDGER_CHANGE] = {"UPDATE leads SET number = ?2, data = ?3, changed_at = ?4 WHERE id = ?1",
                       "changing a lead"},
    /* two statements: one over (next_at, id) would look at every lead that is due with this one */
    [LEDGER_CLAIM_SAME] = {"SELECT " LEAD_COLUMNS " " DUE "next_at = ?2 AND id > ?3"
                           " ORDER BY id LIMIT 1",
                           "looking for leads that are due"},
    [LEDGER_CLAIM_LATER] = {"SELECT " LEAD_COLUMNS " " DUE "next_at > ?2 AND next_at <= ?3"
                            " ORDER BY next_at, id LIMIT 1",
                            "looking for leads that are due"},
    [LEDGER_DUE] = {"SELECT id, next_at " DUE "1 ORDER BY next_at, id", "looking for leads"},
    [LEDGER_MOVE] = {"UPDATE leads SET state = ?2, next_at = ?3, reason = ?4, changed_at = ?5"
                     " WHERE id = ?1",
                     "moving a lead"},
    [LEDGER_INTEND] = {"INSERT INTO attempts (lead, attempt, number, caller, ivr, session_id,"
                       " reserved, intended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                       "writing an attempt"},
    [LEDGER_LATEST] = {"SELECT max(id) FROM attempts", "writing an attempt"},
    [LEDGER_INTENDED] = {"UPDATE leads SET state = ?2, next_at = NULL, reason = NULL,"
                         " attempts = ?3, changed_at = ?4, open = ?5 WHERE id = ?1",
                         "writing an attempt"},
    [LEDGER_SETTLE] = {"INSERT INTO calls VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                       " ?12, ?13, ?14, ?15, ?16)",
                       "writing a result"},
    [LEDGER_RESETTLE] = {"UPDATE calls SET state = ?2, counts = ?3, settled_at = ?4, sent_at = ?5,"
                         " http_status = ?6, call_id = ?7, disposition = ?8, failure_reason = ?9,"
                         " reason = ?10, placed_at = ?11, answered_at = ?12, ended_at = ?13,"
                         " duration = ?14, costs = ?15, reconciled = ?16 WHERE attempt = ?1",
                         "writing a result"},
    [LEDGER_SETTLED] = {"UPDATE leads SET state = ?2, next_at = ?3, reason = ?4, changed_at = ?5,"
                        " attempts = (SELECT attempt FROM attempts WHERE id = ?1) - ?6,"
                        " open = iif(?2 BETWEEN 4 AND 6, ?1, 0)"
                        " WHERE id = (SELECT lead FROM attempts WHERE id = ?1)",
                        "writing a result"},
    [LEDGER_SETTLED_LEAD] = {"UPDATE leads SET state = ?2, next_at = ?3, reason = ?4,"
                             " changed_at = ?5, attempts = ?6, open = 0 WHERE id = ?1",
                             "writing a result"},
    /* when the platform made the call, but not after that was known: its clock may be wrong */
    [LEDGER_NTH] = {"SELECT max(a.intended_at, ifnull(c.sent_at, 0),"
                    " ifnull(min(c.placed_at, c.settled_at), 0))"
                    " FROM attempts a LEFT JOIN calls c ON c.attempt = a.id"
                    " WHERE a.number = ?1 AND ifnull(c.counts, 1)"
                    " ORDER BY a.intended_at DESC LIMIT 1 OFFSET ?2",
                    "reading when a number was called"},
    [LEDGER_ATTEMPT] = {"SELECT ifnull(c.state, 'unknown'), a.attempt, EXISTS"
                        " (SELECT 1 FROM attempts b WHERE b.id > a.id AND b.lead = a.lead)"
                        " FROM attempts a JOIN leads l ON l.id = a.lead"
                        " LEFT JOIN calls c ON c.attempt = a.id"
                        " WHERE a.id = ?1 AND l.campaign = ?2",
                        "looking for an attempt"},
    [LEDGER_CAMPAIGN_OF] = {"SELECT g.name FROM attempts a JOIN leads l ON l.id = a.lead"
                            " JOIN campaigns g ON g.id = l.campaign WHERE a.id = ?1",
                            "looking for an attempt"},
    [LEDGER_CALL_OF] = {"SELECT attempt FROM calls WHERE call_id = ?1 AND attempt <> ?2",
                        "looking for a call"},
    [LEDGER_HAS_CALL] = {"SELECT 1 FROM attempts a JOIN calls c ON c.attempt = a.id"
                         " WHERE a.number = ?1 AND c.call_id = ?2",
                         "looking for a call"},
    /* what else is known of it stays: when it was sent, what was answered */
    [LEDGER_RESOLVE] = {"INSERT INTO calls (attempt, state, counts, settled_at, call_id, reason,"
                        " reconciled) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (attempt)"
                        " DO UPDATE SET state = ?2, counts = ?3, settled_at = ?4, call_id = ?5,"
                        " reason = ?6, reconciled = ?7",
                        "writing a result"},
    [LEDGER_SUPPRESS] = {"INSERT OR IGNORE INTO suppressions VALUES (?1, ?2, ?3)",
                         "suppressing a number"},
    [LEDGER_ANY_SUPPRESSED] = {"SELECT 1 FROM suppressions LIMIT 1",
                               "looking for a suppressed number"},
    [LEDGER_SUPPRESSED] = {"SELECT 1 FROM suppressions WHERE number = ?1",
                           "looking for a suppressed number"},
    [LEDGER_IVR] = {"SELECT ivr FROM ivrs WHERE text = ?1", "looking for an IVR"},
    [LEDGER_KEEP_IVR] = {"INSERT OR REPLACE INTO ivrs VALUES (?1, ?2, ?3)", "keeping an IVR"},
    [LEDGER_POLICY] = {"SELECT 1 FROM campaigns WHERE id = ?1 AND policy = ?2",
                       "looking for the policy"},
    [LEDGER_KEEP_POLICY] = {"UPDATE campaigns SET policy = ?2 WHERE id = ?1", "keeping the policy"},
    [LEDGER_RECONSIDER] = {"UPDATE leads SET next_at = ?2 WHERE campaign = ?1 AND state = ?3"
                           " AND next_at IS NOT NULL",
                           "reconsidering leads"},
    /* what was written last, in two tables that are only ever appended to */
    [LEDGER_AHEAD] = {"SELECT 1 WHERE ?1 < max("
                      "ifnull((SELECT added_at FROM leads ORDER BY id DESC LIMIT 1), 0),"
                      " ifnull((SELECT intended_at FROM attempts ORDER BY id DESC LIMIT 1), 0))",
                      "reading its latest time"},
    [LEDGER_REDATE] = {"UPDATE leads SET next_at = ?1 + iif(state = ?2, 0, max(0, next_at -"
                       " changed_at)), changed_at = ?1 WHERE next_at > ?1 AND changed_at > ?1",
                       "dating leads anew"},
    [LEDGER_LEFT] = {"SELECT count(*) " DUE "1", "counting leads"},
    [LEDGER_ANY] = {"SELECT 1 FROM leads WHERE campaign = ?1 LIMIT 1", "looking for leads"},
};

static int failed(struct jaxl_ledger *l, enum jaxl_ledger_statement which, struct jaxl_error *err)
{
    return jaxl_ledger_failed(l, statements[which].doing, err);
}

/* The statement with its parameters bound; NULL with *code set. */
static sqlite3_stmt *prepared(struct jaxl_ledger *l, enum jaxl_ledger_statement which, int *code,
                              struct jaxl_error *err, const char *types, va_list ap)
{
    sqlite3_stmt **s = &l->statements[which];
    int rc = *s ? sqlite3_reset(*s), SQLITE_OK
        : sqlite3_prepare_v3(l->db, statements[which].sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL);

    for (int at = 1; *types && !rc; at++, types++) {
        const bool is_text = *types == 't' || *types == 'b';
        const char *text = is_text ? va_arg(ap, const char *) : NULL;
        size_t len = is_text ? va_arg(ap, size_t) : 0;
        int64_t number = is_text ? 0 : va_arg(ap, int64_t);
        if (*types == 'i' || (*types == 'n' && number >= 0))
            rc = sqlite3_bind_int64(*s, at, number);
        else if (*types == 'n' || !text)
            rc = sqlite3_bind_null(*s, at);
        else if (*types == 'b')
            rc = sqlite3_bind_blob64(*s, at, text, len, SQLITE_STATIC);
        else
            rc = sqlite3_bind_text64(*s, at, text, len, SQLITE_STATIC, SQLITE_UTF8);
    }
    *code = rc ? failed(l, which, err) : 0;
    return rc ? NULL : *s;
}

sqlite3_stmt *jaxl_ledger_first(struct jaxl_ledger *l, enum jaxl_ledger_statement which, int *code,
                                struct jaxl_error *err, const char *types, ...)
{
    sqlite3_stmt *s;
    va_list ap;
    int rc;

    va_start(ap, types);
    s = prepared(l, which, code, err, types, ap);
    va_end(ap);
    if (!s)
        return NULL;
    rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        return s;
    if (rc != SQLITE_DONE)
        *code = failed(l, which, err);
    sqlite3_reset(s);
    return NULL;
}

int jaxl_ledger_run(struct jaxl_ledger *l, enum jaxl_ledger_statement which, struct jaxl_error *err,
                    const char *types, ...)
{
    sqlite3_stmt *s;
    va_list ap;
    int code;

    va_start(ap, types);
    s = prepared(l, which, &code, err, types, ap);
    va_end(ap);
    if (!s)
        return code;
    if (sqlite3_step(s) != SQLITE_DONE)
        code = failed(l, which, err);
    sqlite3_reset(s);
    return code;
}

int jaxl_ledger_write(struct jaxl_ledger *l, struct jaxl_error *err)
{
    int code = l->writing ? 0 : jaxl_ledger_run(l, LEDGER_BEGIN, err, "");

    l->writing = l->writing || !code;
    return code;
}

int jaxl_ledger_commit(struct jaxl_ledger *l, struct jaxl_error *err)
{
    int code = l->writing ? jaxl_ledger_run(l, LEDGER_COMMIT, err, "") : 0;

    if (!code) { /* from now on others may write */
        l->writing = l->knows_none_suppressed = false;
        l->latest = -1;
    }
    return code;
}
