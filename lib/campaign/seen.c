#include <sqlite3.h>
#include <stdlib.h>

#include "campaign/seen.h"

enum { FIRST_SLOTS = 1024 };

struct slot {
    uint64_t key, line; /* line 0: free */
};

/* The first keys are in a hash table with open addressing, which is thirty times as fast as the
 * database; those that come when it has grown to its limit go to the database. */
struct jaxl_seen {
    struct slot *slots;
    size_t n_slots; /* a power of two */
    size_t used, most;
    sqlite3 *db; /* NULL until it is needed */
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

static void close_database(struct jaxl_seen *s)
{
    sqlite3_finalize(s->insert);
    sqlite3_finalize(s->find);
    sqlite3_close(s->db);
    s->insert = s->find = NULL;
    s->db = NULL;
}

static int open_database(struct jaxl_seen *s, struct jaxl_error *err)
{
    /* nothing is ever rolled back or read by somebody else: no journal, no sync, one transaction */
    static const char setup[] =
        "PRAGMA page_size=2048; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-8192;"
        "CREATE TABLE seen (key INTEGER PRIMARY KEY, line INTEGER);"
        "BEGIN";
    int code;

    if (s->db)
        return 0;
    if (!sqlite3_open_v2("", &s->db,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) &&
        !sqlite3_exec(s->db, setup, NULL, NULL, NULL) &&
        !sqlite3_prepare_v3(s->db, "INSERT OR IGNORE INTO seen VALUES (?1, ?2)", -1,
                            SQLITE_PREPARE_PERSISTENT, &s->insert, NULL) &&
        !sqlite3_prepare_v3(s->db, "SELECT line FROM seen WHERE key = ?1", -1,
                            SQLITE_PREPARE_PERSISTENT, &s->find, NULL))
        return 0;
    code = failed(s, err);
    close_database(s);
    return code;
}

int jaxl_seen_new_within(struct jaxl_seen **out, size_t most, struct jaxl_error *err)
{
    struct jaxl_seen *s = calloc(1, sizeof *s);

    *out = s;
    if (s) {
        s->most = most;
        s->n_slots = FIRST_SLOTS;
        s->slots = calloc(s->n_slots, sizeof *s->slots);
    }
    if (s && s->slots)
        return 0;
    jaxl_seen_free(out);
    return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
}

int jaxl_seen_new(struct jaxl_seen **s, struct jaxl_error *err)
{
    return jaxl_seen_new_within(s, JAXL_SEEN_IN_MEMORY, err);
}

void jaxl_seen_free(struct jaxl_seen **s)
{
    if (!s || !*s)
        return;
    close_database(*s);
    free((*s)->slots);
    free(*s);
    *s = NULL;
}

/* The slot of a key, or the free one where it belongs: never all are used. */
static struct slot *slot_of(struct slot *slots, size_t n, uint64_t key)
{
    uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (size_t)(hash ^ hash >> 32) & (n - 1);

    while (slots[i].line && slots[i].key != key)
        i = (i + 1) & (n - 1);
    return &slots[i];
}

/* Whether one more key has room; at most three quarters are used. */
static bool has_room(struct jaxl_seen *s)
{
    struct slot *more;

    if (s->used >= s->most)
        return false;
    if (s->used < s->n_slots / 4 * 3)
        return true;
    more = calloc(2 * s->n_slots, sizeof *more);
    if (!more) { /* the database needs less */
        s->most = s->used;
        return false;
    }
    for (size_t i = 0; i < s->n_slots; i++)
        if (s->slots[i].line)
            *slot_of(more, 2 * s->n_slots, s->slots[i].key) = s->slots[i];
    free(s->slots);
    s->slots = more;
    s->n_slots *= 2;
    return true;
}

static int add_to_database(struct jaxl_seen *s, uint64_t key, uint64_t line, uint64_t *first,
                           struct jaxl_error *err)
{
    int code = open_database(s, err);

    if (code)
        return code;
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

int jaxl_seen_add(struct jaxl_seen *s, uint64_t key, uint64_t line, uint64_t *first,
                  struct jaxl_error *err)
{
    struct slot *slot = slot_of(s->slots, s->n_slots, key);

    *first = slot->line;
    if (slot->line)
        return 0;
    if (!has_room(s))
        return add_to_database(s, key, line, first, err);
    *slot_of(s->slots, s->n_slots, key) = (struct slot){key, line}; /* they may have moved */
    s->used++;
    return 0;
}

bool jaxl_seen_has(struct jaxl_seen *s, uint64_t key)
{
    bool found = slot_of(s->slots, s->n_slots, key)->line != 0;

    if (found || !s->db)
        return found;
    sqlite3_bind_int64(s->find, 1, (sqlite3_int64)key);
    found = sqlite3_step(s->find) != SQLITE_DONE;
    sqlite3_reset(s->find);
    return found;
}
