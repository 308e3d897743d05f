#include <sqlite3.h>
#include <stdlib.h>

#include "campaign/seen.h"

struct jaxl_seen {
    sqlite3 *db;
    sqlite3_stmt *insert, *find;
};

static int failed(struct jaxl_seen *s, struct jaxl_error *err)
{
    int code = sqlite3_errcode(s->db) == SQLITE_NOMEM ? JAXL_ENOMEM : JAXL_EIO;

    return jaxl_error_set(err, code,
                          "remembering the numbers of the input in a temporary file: %s "
                          "(is $TMPDIR writable and not full?)",
                          sqlite3_errmsg(s->db));
}

static int open_database(struct jaxl_seen *s, struct jaxl_error *err)
{
    /* nothing is ever rolled back or read by somebody else: no journal, no sync, one transaction */
    static const char setup[] =
        "PRAGMA page_size=2048; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-16384;"
        "CREATE TABLE seen (key INTEGER PRIMARY KEY, line INTEGER);"
        "BEGIN";

    if (sqlite3_open_v2("", &s->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) ||
        sqlite3_exec(s->db, setup, NULL, NULL, NULL) ||
        sqlite3_prepare_v3(s->db, "INSERT OR IGNORE INTO seen VALUES (?1, ?2)", -1,
                           SQLITE_PREPARE_PERSISTENT, &s->insert, NULL) ||
        sqlite3_prepare_v3(s->db, "SELECT line FROM seen WHERE key = ?1", -1,
                           SQLITE_PREPARE_PERSISTENT, &s->find, NULL))
        return failed(s, err);
    return 0;
}

int jaxl_seen_new(struct jaxl_seen **out, struct jaxl_error *err)
{
    struct jaxl_seen *s = calloc(1, sizeof *s);
    int code;

    *out = NULL;
    if (!s)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    code = open_database(s, err);
    if (code)
        jaxl_seen_free(&s);
    *out = s;
    return code;
}

void jaxl_seen_free(struct jaxl_seen **s)
{
    if (!s || !*s)
        return;
    sqlite3_finalize((*s)->insert);
    sqlite3_finalize((*s)->find);
    sqlite3_close((*s)->db);
    free(*s);
    *s = NULL;
}

int jaxl_seen_add(struct jaxl_seen *s, uint64_t key, uint64_t line, uint64_t *first,
                  struct jaxl_error *err)
{
    *first = 0;
    sqlite3_bind_int64(s->insert, 1, (sqlite3_int64)key);
    sqlite3_bind_int64(s->insert, 2, (sqlite3_int64)line);
    (void)sqlite3_step(s->insert);
    if (sqlite3_reset(s->insert))
        return failed(s, err);
    if (sqlite3_changes(s->db) > 0)
        return 0;
    sqlite3_bind_int64(s->find, 1, (sqlite3_int64)key);
    if (sqlite3_step(s->find) == SQLITE_ROW)
        *first = (uint64_t)sqlite3_column_int64(s->find, 0);
    return sqlite3_reset(s->find) ? failed(s, err) : 0;
}

bool jaxl_seen_has(struct jaxl_seen *s, uint64_t key)
{
    bool found;

    sqlite3_bind_int64(s->find, 1, (sqlite3_int64)key);
    found = sqlite3_step(s->find) != SQLITE_DONE;
    sqlite3_reset(s->find);
    return found;
}
