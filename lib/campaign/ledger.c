#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign/ledger_impl.h"

static int enter(struct jaxl_ledger *l, const struct jaxl_ledger_options *o, struct jaxl_error *err)
{
    static const char make[] = "INSERT OR IGNORE INTO campaigns (name, created_at) VALUES (?1, ?2)";
    static const char find[] = "SELECT id FROM campaigns WHERE name = ?1";
    const char *const sql[] = {o->read_only ? find : make, find};
    int rc = 0;

    for (size_t i = 0; i < 2 && !rc; i++) {
        sqlite3_stmt *s = NULL;
        rc = sqlite3_prepare_v2(l->db, sql[i], -1, &s, NULL);
        if (!rc)
            rc = sqlite3_bind_text(s, 1, o->campaign, -1, SQLITE_STATIC);
        if (!rc && sql[i] == make)
            rc = sqlite3_bind_int64(s, 2, jaxl_clock_now(l->clock));
        if (!rc && sqlite3_step(s) == SQLITE_ROW)
            l->campaign = sqlite3_column_int64(s, 0);
        rc = sqlite3_finalize(s) || rc;
    }
    if (rc)
        return jaxl_ledger_failed(l, "opening the campaign", err);
    if (!l->campaign)
        return jaxl_ledger_no_campaign(l, o->campaign, err);
    if (!o->lock)
        return 0;
    rc = jaxl_ledger_lock(l, err);
    return rc ? rc : jaxl_ledger_check(l, err);
}

int jaxl_ledger_open(struct jaxl_ledger **out, const struct jaxl_ledger_options *o,
                     struct jaxl_error *err)
{
    struct jaxl_ledger *l = calloc(1, sizeof *l);
    int code;

    *out = NULL;
    if (!l)
        return jaxl_error_set(err, JAXL_ENOMEM, "ledger %s: out of memory", o->path);
    l->lock = -1;
    l->at_due = l->at_id = l->latest = -1;
    jaxl_buf_init(&l->lead, JAXL_LEDGER_TEXT);
    jaxl_buf_init(&l->data, JAXL_LEDGER_TEXT);
    l->clock = o->clock ? o->clock : jaxl_clock_system();
    l->path = strdup(o->path);
    code = l->path ? jaxl_ledger_connect(l, o, err)
                   : jaxl_error_set(err, JAXL_ENOMEM, "ledger %s: out of memory", o->path);
    if (!code && o->campaign)
        code = enter(l, o, err);
    if (code)
        jaxl_ledger_free(&l);
    *out = l;
    return code;
}

void jaxl_ledger_free(struct jaxl_ledger **ledger)
{
    struct jaxl_ledger *l = ledger ? *ledger : NULL;

    if (!l)
        return;
    for (size_t i = 0; i < LEDGER_STATEMENTS; i++)
        sqlite3_finalize(l->statements[i]);
    sqlite3_close(l->db); /* rolls back */
    if (l->lock >= 0)
        close(l->lock);
    jaxl_buf_free(&l->lead);
    jaxl_buf_free(&l->data);
    free(l->claimed);
    free(l->path);
    free(l);
    *ledger = NULL;
}

int jaxl_ledger_add(struct jaxl_ledger *l, const char *lead, size_t lead_len, uint64_t number,
                    const char *data, size_t data_len, enum jaxl_ledger_added *added, int64_t *id,
                    struct jaxl_error *err)
{
    const int64_t key = (int64_t)number, now = jaxl_clock_now(l->clock);
    sqlite3_stmt *s;
    int code;

    s = jaxl_ledger_first(l, LEDGER_FIND, &code, err, "itit", l->campaign, lead, lead_len, key,
                          data, data_len);
    if (code)
        return code;
    if (s) {
        *id = sqlite3_column_int64(s, 0);
        *added = sqlite3_column_int(s, 1) ? JAXL_LEDGER_SAME : JAXL_LEDGER_CHANGED;
        sqlite3_reset(s);
        if (*added == JAXL_LEDGER_SAME)
            return 0;
        code = jaxl_ledger_write(l, err);
        return code ? code
                    : jaxl_ledger_run(l, LEDGER_CHANGE, err, "iiti", *id, key, data, data_len, now);
    }
    *added = JAXL_LEDGER_ADDED;
    code = jaxl_ledger_write(l, err);
    if (!code)
        code = jaxl_ledger_run(l, LEDGER_ADD, err, "ititii", l->campaign, lead, lead_len, key, data,
                               data_len, (int64_t)JAXL_LEDGER_NEW, now);
    if (code)
        return code;
    *id = sqlite3_last_insert_rowid(l->db);
    jaxl_ledger_look_back(l, now);
    return 0;
}

static size_t length(const char *text)
{
    return text ? strlen(text) : 0;
}

int jaxl_ledger_defer(struct jaxl_ledger *l, int64_t lead, enum jaxl_ledger_state state,
                      int64_t next_at, const char *reason, struct jaxl_error *err)
{
    int code = jaxl_ledger_write(l, err);

    if (!code)
        code = jaxl_ledger_run(l, LEDGER_MOVE, err, "iinti", lead, (int64_t)state, next_at, reason,
                               length(reason), jaxl_clock_now(l->clock));
    if (!code)
        jaxl_ledger_drop_claim(l, lead, next_at);
    return code;
}

/* Of a query: whether there is a row, and the number in it or what stands for none. The statement
 * is ended: one left open would keep others from writing. */
static bool has_row(sqlite3_stmt *s)
{
    if (s)
        sqlite3_reset(s);
    return s != NULL;
}

static int64_t number_of(sqlite3_stmt *s, int64_t none)
{
    int64_t number = s ? sqlite3_column_int64(s, 0) : none;

    (void)has_row(s);
    return number;
}

/* The id that the next attempt has. */
static int next_attempt(struct jaxl_ledger *l, int64_t *id, struct jaxl_error *err)
{
    int code = 0;

    if (l->latest < 0)
        l->latest = number_of(jaxl_ledger_first(l, LEDGER_LATEST, &code, err, ""), 0);
    *id = l->latest + 1;
    return code;
}

static int write_intent(struct jaxl_ledger *l, const struct jaxl_ledger_intent *i, int64_t lead,
                        int64_t now, struct jaxl_error *err)
{
    int code =
        jaxl_ledger_run(l, LEDGER_INTEND, err, "iiiintti", lead, (int64_t)i->attempt,
                        (int64_t)i->to, (int64_t)i->from, i->ivr > 0 ? i->ivr : -1, i->session_id,
                        length(i->session_id), i->reserved, length(i->reserved), now);

    if (!code)
        l->latest = sqlite3_last_insert_rowid(l->db);
    return code;
}

int jaxl_ledger_intend(struct jaxl_ledger *l, const struct jaxl_ledger_intent *i, int64_t *attempt,
                       struct jaxl_error *err)
{
    const int64_t now = jaxl_clock_now(l->clock);
    int code = jaxl_ledger_write(l, err);

    if (!code)
        code = write_intent(l, i, i->lead, now, err);
    if (code)
        return code;
    *attempt = l->latest;
    code = jaxl_ledger_run(l, LEDGER_INTENDED, err, "iiiii", i->lead, (int64_t)JAXL_LEDGER_INTENDED,
                           (int64_t)i->attempt, now, *attempt);
    if (!code)
        jaxl_ledger_drop_claim(l, i->lead, -1);
    return code;
}

int jaxl_ledger_add_intended(struct jaxl_ledger *l, const char *lead, size_t lead_len,
                             const char *data, size_t data_len, int64_t added_at,
                             const struct jaxl_ledger_intent *i,
                             struct jaxl_ledger_attempt *attempt, struct jaxl_error *err)
{
    int code = jaxl_ledger_write(l, err);

    if (!code)
        code = next_attempt(l, &attempt->id, err);
    if (!code)
        code = jaxl_ledger_run(l, LEDGER_ADD_INTENDED, err, "ititiiii", l->campaign, lead, lead_len,
                               (int64_t)i->to, data, data_len, (int64_t)JAXL_LEDGER_INTENDED,
                               (int64_t)i->attempt, added_at, attempt->id);
    if (code)
        return code;
    attempt->lead = sqlite3_last_insert_rowid(l->db);
    code = write_intent(l, i, attempt->lead, jaxl_clock_now(l->clock), err);
    attempt->is_new = true;
    return code;
}

/* NULL for an empty text, which a result says nothing with. */
static const char *said(const char *text)
{
    return *text ? text : NULL;
}

static int write_result(struct jaxl_ledger *l, enum jaxl_ledger_statement which, int64_t attempt,
                        const struct jaxl_result *r, bool counts, struct jaxl_error *err)
{
    const char *name = jaxl_result_state_name(r->state),
               *disposition = jaxl_disposition_name(r->disposition);

    return jaxl_ledger_run(
        l, which, err, "itiinnntttnnntti", attempt, name, strlen(name), (int64_t)counts,
        jaxl_clock_now(l->clock), r->sent, r->status ? (int64_t)r->status : -1,
        r->call_id ? r->call_id : -1, disposition, length(disposition), said(r->failure),
        strlen(r->failure), said(r->reason), strlen(r->reason), r->placed, r->answered, r->ended,
        said(r->duration), strlen(r->duration), r->costs.len ? r->costs.data : NULL, r->costs.len,
        (int64_t)r->reconciled);
}

/* Where that leaves the lead. */
static int settle_lead(struct jaxl_ledger *l, const struct jaxl_ledger_attempt *attempt,
                       const struct jaxl_result *r, enum jaxl_ledger_state state, bool counts,
                       int64_t next_at, struct jaxl_error *err)
{
    const int64_t now = jaxl_clock_now(l->clock);

    if (state == JAXL_LEDGER_SUBMITTED || state == JAXL_LEDGER_UNKNOWN)
        return 0; /* the lead names its open attempt, whose result says the rest */
    if (!attempt->lead)
        return jaxl_ledger_run(l, LEDGER_SETTLED, err, "iintii", attempt->id, (int64_t)state,
                               next_at, said(r->reason), strlen(r->reason), now, (int64_t)!counts);
    return jaxl_ledger_run(l, LEDGER_SETTLED_LEAD, err, "iintii", attempt->lead, (int64_t)state,
                           next_at, said(r->reason), strlen(r->reason), now,
                           (int64_t)r->attempt - !counts);
}

int jaxl_ledger_settle(struct jaxl_ledger *l, const struct jaxl_ledger_attempt *attempt,
                       const struct jaxl_result *r, enum jaxl_ledger_state state, int64_t next_at,
                       struct jaxl_error *err)
{
    const bool counts = r->state != JAXL_RESULT_NEW && r->state != JAXL_RESULT_NOT_SENT &&
                        r->state != JAXL_RESULT_THROTTLED && !jaxl_result_is_unpaid(r);
    int code = jaxl_ledger_write(l, err);

    if (!code && !attempt->is_new) /* not INSERT OR REPLACE: SQLite would prepare to undo it, which
                                      takes 64 KiB */
        code = write_result(l, LEDGER_RESETTLE, attempt->id, r, counts, err);
    if (!code && (attempt->is_new || sqlite3_changes(l->db) == 0))
        code = write_result(l, LEDGER_SETTLE, attempt->id, r, counts, err);
    if (!code)
        code = settle_lead(l, attempt, r, state, counts, next_at, err);
    if (!code)
        jaxl_ledger_look_back(l, next_at);
    return code;
}

int jaxl_ledger_nth(struct jaxl_ledger *l, uint64_t number, unsigned n, int64_t *at,
                    struct jaxl_error *err)
{
    int code;

    *at = number_of(
        jaxl_ledger_first(l, LEDGER_NTH, &code, err, "ii", (int64_t)number, (int64_t)n - 1), -1);
    return code;
}

int jaxl_ledger_suppress(struct jaxl_ledger *l, uint64_t number, const char *source,
                         struct jaxl_error *err)
{
    int code = jaxl_ledger_write(l, err);

    l->knows_none_suppressed = false;
    return code ? code
                : jaxl_ledger_run(l, LEDGER_SUPPRESS, err, "iti", (int64_t)number, source,
                                  strlen(source), jaxl_clock_now(l->clock));
}

int jaxl_ledger_suppressed(struct jaxl_ledger *l, uint64_t number, bool *is, struct jaxl_error *err)
{
    int code = 0;

    *is = false;
    if (l->writing && !l->knows_none_suppressed)
        l->knows_none_suppressed =
            !has_row(jaxl_ledger_first(l, LEDGER_ANY_SUPPRESSED, &code, err, "")) && !code;
    if (!code && !l->knows_none_suppressed)
        *is = has_row(jaxl_ledger_first(l, LEDGER_SUPPRESSED, &code, err, "i", (int64_t)number));
    return code;
}

/* Those that wait in a state are due at now. */
static int reconsider(struct jaxl_ledger *l, int64_t now, enum jaxl_ledger_state state,
                      struct jaxl_error *err)
{
    int code = jaxl_ledger_run(l, LEDGER_RECONSIDER, err, "iii", l->campaign, now, (int64_t)state);

    if (!code)
        jaxl_ledger_look_back(l, now);
    return code;
}

int jaxl_ledger_policy(struct jaxl_ledger *l, const void *digest, size_t len, int64_t now,
                       bool *is_new, struct jaxl_error *err)
{
    int code;

    *is_new =
        !has_row(jaxl_ledger_first(l, LEDGER_POLICY, &code, err, "ib", l->campaign, digest, len));
    if (!*is_new || code)
        return code;
    code = jaxl_ledger_write(l, err);
    if (!code)
        code = jaxl_ledger_run(l, LEDGER_KEEP_POLICY, err, "ib", l->campaign, digest, len);
    return code ? code : reconsider(l, now, JAXL_LEDGER_DEFERRED, err);
}

int jaxl_ledger_reconsider(struct jaxl_ledger *l, int64_t now, struct jaxl_error *err)
{
    int code = jaxl_ledger_write(l, err);

    if (!code)
        code = reconsider(l, now, JAXL_LEDGER_NEW, err);
    return code ? code : reconsider(l, now, JAXL_LEDGER_DEFERRED, err);
}

int jaxl_ledger_is_empty(struct jaxl_ledger *l, bool *is, struct jaxl_error *err)
{
    int code;

    *is = !has_row(jaxl_ledger_first(l, LEDGER_ANY, &code, err, "i", l->campaign)) && !code;
    return code;
}

int jaxl_ledger_left(struct jaxl_ledger *l, uint64_t *n, struct jaxl_error *err)
{
    int code;

    *n = (uint64_t)number_of(jaxl_ledger_first(l, LEDGER_LEFT, &code, err, "i", l->campaign), 0);
    return code;
}

int jaxl_ledger_has_call(struct jaxl_ledger *l, uint64_t number, int64_t call_id, bool *has,
                         struct jaxl_error *err)
{
    int code;

    *has =
        has_row(jaxl_ledger_first(l, LEDGER_HAS_CALL, &code, err, "ii", (int64_t)number, call_id));
    return code;
}

int jaxl_ledger_ivr(struct jaxl_ledger *l, const void *key, size_t len, int64_t *ivr,
                    struct jaxl_error *err)
{
    int code;

    *ivr = number_of(jaxl_ledger_first(l, LEDGER_IVR, &code, err, "b", key, len), 0);
    return code;
}

int jaxl_ledger_keep_ivr(struct jaxl_ledger *l, const void *key, size_t len, int64_t ivr,
                         struct jaxl_error *err)
{
    int code = jaxl_ledger_write(l, err);

    return code ? code
                : jaxl_ledger_run(l, LEDGER_KEEP_IVR, err, "bii", key, len, ivr,
                                  jaxl_clock_now(l->clock));
}
