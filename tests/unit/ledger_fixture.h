/* A ledger in a directory of its own, at a time that the test sets. For the one source file of a
 * unit test. */
#ifndef JAXL_LEDGER_FIXTURE_H
#define JAXL_LEDGER_FIXTURE_H

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "campaign/ledger.h"
#include "jaxl/buf.h"
#include "unit.h"

#define AT(n) (INT64_C(1795600000) * JAXL_SECOND + (n)*JAXL_SECOND)

static char dir[256], path[300];
static int64_t now;
static struct jaxl_clock ticking;

static inline int64_t test_now(void *ctx)
{
    (void)ctx;
    return now;
}

static inline void begin(void)
{
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/ledger.db", dir);
    now = AT(0);
    ticking = *jaxl_clock_system();
    ticking.now = test_now;
}

static inline void end(void)
{
    unit_dir_remove(dir);
}

static inline struct jaxl_ledger *open_as(const char *campaign)
{
    const struct jaxl_ledger_options o = {
        .path = path, .account = 42, .campaign = campaign, .lock = true, .clock = &ticking};
    struct jaxl_error err = {0};
    struct jaxl_ledger *l;

    ck_assert_msg(jaxl_ledger_open(&l, &o, &err) == 0, "%s", err.message);
    return l;
}

static inline void commit(struct jaxl_ledger *l)
{
    ck_assert_int_eq(jaxl_ledger_commit(l, NULL), 0);
}

/* For a query: each row as a line of a buffer. */
static inline int add_row(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    (void)err;
    jaxl_buf_add(arg, json, len);
    jaxl_buf_putc(arg, '\n');
    return 0;
}

/* Into the file itself, past SQLite. */
static inline void write_file(const char *text, size_t len, off_t at)
{
    int fd = open(path, O_RDWR | O_CREAT, 0644);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)pwrite(fd, text, len, at), (int)len);
    close(fd);
}

static inline void execute(const char *sql)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

#endif
