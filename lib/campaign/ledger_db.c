/* The file of the ledger: its schema, whose it is, and who may write to a campaign. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "campaign/ledger_impl.h"

enum {
    APPLICATION = 0x4a41584c, /* "JAXL", in the header of the file */
    PATIENCE = 20000          /* milliseconds until another writer has committed its turn */
};

/* Each brings the schema from its place in the list to the next: never changed, only added to.
 * attempts is only ever appended to, in the order of its key, which is what commits are cheap with
 * (design.md section 4); what became of them is in calls. next_at of a lead is null when it is not
 * to be called again by itself. open is the attempt that may be going on, 0 for none: until that
 * has ended its result says the state of the lead, which is not written. Each index costs a call
 * about a tenth of what the ledger costs it: there is none that only a rare question needs. */
static const char *const migrations[] = {
    "CREATE TABLE meta (account INTEGER NOT NULL) STRICT;"
    "CREATE TABLE campaigns (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " created_at INTEGER NOT NULL, policy BLOB) STRICT;"
    "CREATE TABLE leads (id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaigns,"
    " lead TEXT NOT NULL, number INTEGER NOT NULL, data TEXT NOT NULL, state INTEGER NOT NULL,"
    " next_at INTEGER, attempts INTEGER NOT NULL, reason TEXT, added_at INTEGER NOT NULL,"
    " changed_at INTEGER NOT NULL, open INTEGER NOT NULL DEFAULT 0, UNIQUE (campaign, lead))"
    " STRICT;"
    "CREATE INDEX leads_due ON leads (campaign, next_at) WHERE next_at IS NOT NULL;"
    "CREATE INDEX leads_open ON leads (campaign) WHERE open;"
    "CREATE TABLE attempts (id INTEGER PRIMARY KEY, lead INTEGER NOT NULL REFERENCES leads,"
    " attempt INTEGER NOT NULL, number INTEGER NOT NULL, caller INTEGER NOT NULL, ivr INTEGER,"
    " session_id TEXT NOT NULL, reserved TEXT, intended_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX attempts_number ON attempts (number, intended_at);"
    "CREATE INDEX attempts_lead ON attempts (lead);"
    "CREATE TABLE calls (attempt INTEGER PRIMARY KEY REFERENCES attempts, state TEXT NOT NULL,"
    " counts INTEGER NOT NULL, settled_at INTEGER NOT NULL, sent_at INTEGER, http_status INTEGER,"
    " call_id INTEGER, disposition TEXT, failure_reason TEXT, reason TEXT, placed_at INTEGER,"
    " answered_at INTEGER, ended_at INTEGER, duration TEXT, costs TEXT,"
    " reconciled INTEGER NOT NULL) STRICT;"
    "CREATE INDEX calls_call ON calls (call_id) WHERE call_id IS NOT NULL;"
    "CREATE TABLE suppressions (number INTEGER PRIMARY KEY, source TEXT NOT NULL,"
    " since INTEGER NOT NULL) STRICT;"
    "CREATE TABLE ivrs (text BLOB PRIMARY KEY, ivr INTEGER NOT NULL, made_at INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;",
    "UPDATE leads SET open = (SELECT max(id) FROM attempts WHERE lead = leads.id) WHERE open;"
    "DROP INDEX attempts_lead; DROP INDEX calls_call; DROP INDEX leads_open;",
};

enum { SCHEMA = sizeof migrations / sizeof migrations[0] };

int jaxl_ledger_failed(struct jaxl_ledger *l, const char *doing, struct jaxl_error *err)
{
    static const struct {
        int sqlite, code;
        const char *what;
    } kinds[] = {
        {SQLITE_NOMEM, JAXL_ENOMEM, "out of memory"},
        {SQLITE_FULL, JAXL_EIO, "the disk is full"},
        {SQLITE_READONLY, JAXL_EIO, "it may not be written to"},
        {SQLITE_CORRUPT, JAXL_EIO, "the file is damaged: restore a copy of it"},
        {SQLITE_NOTADB, JAXL_ECONFIG, "this is no ledger"},
        {SQLITE_BUSY, JAXL_EBUSY, "another program keeps writing to it"},
    };
    int rc = l->db ? sqlite3_errcode(l->db) : SQLITE_NOMEM;
    int system = rc == SQLITE_IOERR || rc == SQLITE_CANTOPEN ? sqlite3_system_errno(l->db) : 0;

    if (system == ENOSPC || system == EDQUOT) /* for the index of the log, which is mapped */
        rc = SQLITE_FULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].sqlite == (rc & 0xff))
            return jaxl_error_set(err, kinds[i].code, "ledger %s: %s: %s", l->path, doing,
                                  kinds[i].what);
    return jaxl_error_set(err, JAXL_EIO, "ledger %s: %s: %s%s%s", l->path, doing,
                          sqlite3_errmsg(l->db), system ? ": " : "",
                          system ? strerror(system) : "");
}

static int execute(struct jaxl_ledger *l, const char *sql, const char *doing,
                   struct jaxl_error *err)
{
    return sqlite3_exec(l->db, sql, NULL, NULL, NULL) ? jaxl_ledger_failed(l, doing, err) : 0;
}

/* The first column of the first row as a number; absent when there is no row. */
static int ask_number(struct jaxl_ledger *l, const char *sql, int64_t absent, int64_t *value,
                      struct jaxl_error *err)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(l->db, sql, -1, &s, NULL);

    *value = absent;
    if (!rc && sqlite3_step(s) == SQLITE_ROW)
        *value = sqlite3_column_int64(s, 0);
    if (sqlite3_finalize(s) || rc)
        return jaxl_ledger_failed(l, "reading it", err);
    return 0;
}

static int no_file(const struct jaxl_ledger *l, int number, struct jaxl_error *err)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return jaxl_error_set(err, JAXL_ECONFIG, "ledger %s: %s: its folder must be there", l->path,
                              strerror(number));
    case ELOOP:
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "ledger %s: it is a symbolic link: name the file itself", l->path);
    case EISDIR:
        return jaxl_error_set(err, JAXL_ECONFIG, "ledger %s: not a file", l->path);
    default:
        return jaxl_error_set(err, JAXL_EIO, "ledger %s: %s", l->path, strerror(number));
    }
}

/* SQLite gives its other files the mode of this one. */
static int make_file(struct jaxl_ledger *l, struct jaxl_error *err)
{
    int fd = open(l->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat st;
    int code = 0;

    if (fd < 0)
        return no_file(l, errno, err);
    if (fstat(fd, &st) || !S_ISREG(st.st_mode))
        code = jaxl_error_set(err, JAXL_ECONFIG, "ledger %s: not a file", l->path);
    else if (st.st_mode & 077 && fchmod(fd, 0600))
        code = jaxl_error_set(err, JAXL_ECONFIG,
                              "ledger %s: others can read it and its mode cannot be changed: %s",
                              l->path, strerror(errno));
    close(fd);
    return code;
}

static int migrate(struct jaxl_ledger *l, int64_t from, int64_t account, struct jaxl_error *err)
{
    char sql[160];
    int code = execute(l, "BEGIN IMMEDIATE", "preparing it", err);

    if (!code) /* another program may have been quicker */
        code = ask_number(l, "PRAGMA user_version", 0, &from, err);
    for (int64_t i = from; i < SCHEMA && !code; i++)
        code = execute(l, migrations[i], "preparing it", err);
    snprintf(sql, sizeof sql,
             "INSERT INTO meta SELECT %lld WHERE NOT EXISTS (SELECT 1 FROM meta);"
             "PRAGMA application_id=%d; PRAGMA user_version=%d",
             (long long)account, APPLICATION, SCHEMA);
    if (!code && from < SCHEMA)
        code = execute(l, sql, "preparing it", err);
    if (!code)
        code = execute(l, "COMMIT", "preparing it", err);
    if (code)
        sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

/* A file that is neither empty nor ours is left as it is. */
static int check_version(struct jaxl_ledger *l, const struct jaxl_ledger_options *o,
                         struct jaxl_error *err)
{
    int64_t version, application, tables;
    int code = ask_number(l, "PRAGMA user_version", 0, &version, err);

    if (!code)
        code = ask_number(l, "PRAGMA application_id", 0, &application, err);
    if (!code)
        code = ask_number(l, "SELECT count(*) FROM sqlite_master", 0, &tables, err);
    if (code)
        return code;
    if (application != APPLICATION && (application || tables || o->read_only))
        return jaxl_error_set(err, JAXL_ECONFIG, "ledger %s: this is no ledger", l->path);
    if (version > SCHEMA)
        return jaxl_error_set(
            err, JAXL_ECONFIG,
            "ledger %s: written by a newer version of jaxl (schema %lld, this one "
            "knows %d): bring jaxl up to date",
            l->path, (long long)version, SCHEMA);
    if (version == SCHEMA)
        return 0;
    if (o->read_only)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "ledger %s: written by an older version of jaxl: the next run brings "
                              "it up to date",
                              l->path);
    return migrate(l, version, o->account, err);
}

static int check_account(struct jaxl_ledger *l, int64_t account, struct jaxl_error *err)
{
    int64_t owner;
    int code = ask_number(l, "SELECT account FROM meta", 0, &owner, err);

    if (!code && account && owner != account)
        code = jaxl_error_set(err, JAXL_ECONFIG,
                              "ledger %s: belongs to account %lld, not %lld: each account has its "
                              "own (--ledger)",
                              l->path, (long long)owner, (long long)account);
    return code;
}

/* What is read and written from now on is a copy, in a temporary file of SQLite's own. */
static int make_copy(struct jaxl_ledger *l, struct jaxl_error *err)
{
    sqlite3 *file = l->db;
    sqlite3_backup *backup;
    int rc, code = 0;

    l->db = NULL;
    rc = sqlite3_open_v2("", &l->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (!rc && file) {
        backup = sqlite3_backup_init(l->db, "main", file, "main");
        rc = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
        rc = backup && sqlite3_backup_finish(backup) ? SQLITE_ERROR : rc;
    }
    if (rc && rc != SQLITE_DONE)
        code = jaxl_ledger_failed(l, "copying it", err);
    sqlite3_close(file);
    return code;
}

static int open_database(struct jaxl_ledger *l, const struct jaxl_ledger_options *o,
                         struct jaxl_error *err)
{
    bool only_read = o->read_only || o->copy;
    int code = 0;

    if (o->copy && access(l->path, F_OK) && errno == ENOENT)
        return make_copy(l, err);
    if (sqlite3_open_v2(l->path, &l->db,
                        (only_read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                            SQLITE_OPEN_NOMUTEX,
                        NULL)) {
        code = jaxl_ledger_failed(l, "opening it", err);
        return only_read && code == JAXL_EIO && err ? err->code = JAXL_ECONFIG : code;
    }
    sqlite3_busy_timeout(l->db, PATIENCE);
    return o->copy ? make_copy(l, err) : 0;
}

int jaxl_ledger_connect(struct jaxl_ledger *l, const struct jaxl_ledger_options *o,
                        struct jaxl_error *err)
{
    int code = o->read_only || o->copy ? 0 : make_file(l, err);

    if (!code)
        code = open_database(l, o, err);
    if (code)
        return code;
    sqlite3_limit(l->db, SQLITE_LIMIT_LENGTH, JAXL_LEDGER_TEXT);
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!o->read_only && !o->copy)
        code = execute(l, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", "opening it", err);
    if (!code)
        code = execute(l, "PRAGMA cache_size=-16384; PRAGMA foreign_keys=OFF", "opening it", err);
    if (!code)
        code = jaxl_ledger_add_functions(l, err);
    if (!code)
        code = check_version(l, o, err);
    return code ? code : check_account(l, o->account, err);
}

/* Its pages are what they should be: a lead that an index has lost would be new again. Reads all of
 * the file, 180 MB for half a million leads in under a second. */
int jaxl_ledger_check(struct jaxl_ledger *l, struct jaxl_error *err)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(l->db, "PRAGMA quick_check(1)", -1, &s, NULL);
    bool good = false;

    if (!rc && sqlite3_step(s) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        good = text && strcmp(text, "ok") == 0;
    }
    rc = sqlite3_finalize(s) || rc;
    if (rc)
        return jaxl_ledger_failed(l, "reading it", err);
    if (good)
        return 0;
    return jaxl_error_set(
        err, JAXL_EIO, "ledger %s: reading it: the file is damaged: restore a copy of it", l->path);
}

/* One byte of a file beside it for each campaign, locked by the open file: gone with the process,
 * however that ends. */
int jaxl_ledger_lock(struct jaxl_ledger *l, struct jaxl_error *err)
{
    struct flock range = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)l->campaign, .l_len = 1};
    size_t room = strlen(l->path) + sizeof "-lock";
    char *path = malloc(room);

    if (!path)
        return jaxl_error_set(err, JAXL_ENOMEM, "ledger %s: out of memory", l->path);
    snprintf(path, room, "%s-lock", l->path);
    l->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->lock < 0)
        jaxl_error_set(err, JAXL_EIO, "%s: %s", path, strerror(errno));
    free(path);
    if (l->lock < 0)
        return JAXL_EIO;
    if (fcntl(l->lock, F_OFD_SETLK, &range) == 0)
        return 0;
    if (errno != EAGAIN && errno != EACCES)
        return jaxl_error_set(err, JAXL_EIO, "ledger %s: locking the campaign: %s", l->path,
                              strerror(errno));
    return jaxl_error_set(err, JAXL_EBUSY, "ledger %s: another run has this campaign", l->path);
}
