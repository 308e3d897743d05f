/* A journal under test: what it tells, gathered, and system calls that fail or wait when they are
 * told to. For one source file that is linked with JOURNAL_LINK. */
#ifndef JOURNAL_FIXTURE_H
#define JOURNAL_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/journal.h"
#include "jaxl/buf.h"
#include "threads.h"

enum { TICKETS = 200000 };

static char dir[256], path[320];
static struct jaxl_journal *journal;
static int out[2]; /* the pipe that is standard output: 0 its reader's, -1 closed */

static struct {
    uint64_t tickets[TICKETS];
    int codes[TICKETS];
    size_t n, calls;
    int gone;
} told;

static void expect_told(size_t n)
{
    size_t have;

    pthread_mutex_lock(&lock);
    have = told.n;
    pthread_mutex_unlock(&lock);
    ck_assert_uint_eq(have, n);
}

static void on_done(void *ctx, const uint64_t *tickets, size_t n, int code)
{
    (void)ctx;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < n && told.n < TICKETS; i++, told.n++) {
        told.tickets[told.n] = tickets[i];
        told.codes[told.n] = code;
    }
    told.calls++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void on_gone(void *ctx)
{
    (void)ctx;
    pthread_mutex_lock(&lock);
    told.gone++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* fdatasync counts; it stops at a gate that is shut, and fails when it is told to. */
static struct {
    bool shut;
    int inside, syncs, fail; /* errno of the next ones */
    int truncates_fail;
} disk;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __real_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size);

int __wrap_fdatasync(int fd)
{
    int why;

    pthread_mutex_lock(&lock);
    disk.inside++;
    disk.syncs++;
    pthread_cond_broadcast(&changed);
    while (disk.shut)
        pthread_cond_wait(&changed, &lock);
    disk.inside--;
    why = disk.fail;
    pthread_mutex_unlock(&lock);
    if (why) {
        errno = why;
        return -1;
    }
    return __real_fdatasync(fd);
}

int __wrap_ftruncate(int fd, off_t size)
{
    int why;

    pthread_mutex_lock(&lock);
    why = disk.truncates_fail;
    pthread_mutex_unlock(&lock);
    if (why) {
        errno = why;
        return -1;
    }
    return __real_ftruncate(fd, size);
}

static void gate(bool shut)
{
    pthread_mutex_lock(&lock);
    disk.shut = shut;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void break_disk(int sync, int truncate)
{
    pthread_mutex_lock(&lock);
    disk.fail = sync;
    disk.truncates_fail = truncate;
    pthread_mutex_unlock(&lock);
}

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/journal", dir);
    memset(&told, 0, sizeof told);
    memset(&disk, 0, sizeof disk);
    test_log_text[0] = 0;
    hand = JAXL_SECOND;
    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
}

static void shut_out(int end)
{
    if (out[end] >= 0)
        close(out[end]);
    out[end] = -1;
}

static void teardown(void)
{
    gate(false);
    jaxl_journal_free(&journal);
    ck_assert_ptr_null(journal);
    shut_out(0);
    shut_out(1);
    unit_dir_remove(dir);
}

/* Opens the journal under test; what options leave open is set. */
static int try_open(struct jaxl_journal_options o, struct jaxl_error *err)
{
    o.fd = o.fd ? o.fd : out[1];
    o.done = on_done;
    o.gone = on_gone;
    o.log = &test_log;
    return jaxl_journal_open(&journal, &o, err);
}

static void open_with(struct jaxl_journal_options o)
{
    struct jaxl_error err = {.code = 0};

    ck_assert_msg(try_open(o, &err) == 0, "%s", err.message);
}

static void stop(void)
{
    struct jaxl_error err = {.code = 0};

    ck_assert_msg(jaxl_journal_stop(journal, PATIENCE * JAXL_SECOND, &err) == 0, "%s", err.message);
    jaxl_journal_free(&journal);
}

/* The record of a ticket: n bytes with the newline, 12 at least. */
static const char *record(uint64_t ticket, size_t n)
{
    static _Thread_local char text[100000];

    snprintf(text, sizeof text, "{\"n\":%5d}", (int)ticket);
    memset(text + 11, ' ', n - 12);
    text[n - 1] = '\n';
    text[n] = '\0';
    return text;
}

static int add(uint64_t ticket, size_t n)
{
    return jaxl_journal_add(journal, ticket, record(ticket, n), n);
}

/* Everything in a file, to be freed. */
static char *slurp(const char *name)
{
    FILE *f = fopen(name, "r");
    struct jaxl_buf b;
    char part[4096];
    size_t n;

    ck_assert_ptr_nonnull(f);
    jaxl_buf_init(&b, (size_t)1 << 30);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        jaxl_buf_add(&b, part, n);
    fclose(f);
    return b.data ? jaxl_buf_take(&b) : strdup("");
}

static void spill(const char *name, const char *text, size_t n)
{
    FILE *f = fopen(name, "w");

    ck_assert(f && fwrite(text, 1, n, f) == n && fclose(f) == 0);
}

/* Whether text is the records from first to last, each of n bytes. */
static bool is_records(const char *text, uint64_t first, uint64_t last, size_t n)
{
    for (; first <= last; first++, text += n)
        if (strncmp(text, record(first, n), n) != 0)
            return false;
    return !*text;
}

/* Reads n bytes of standard output, NUL-terminated; to be freed. */
static char *take(size_t n)
{
    char *text = malloc(n + 1);
    size_t have = 0;

    while (have < n) {
        struct pollfd p = {.fd = out[0], .events = POLLIN};
        ssize_t got;
        ck_assert_msg(poll(&p, 1, PATIENCE * 1000) > 0, "%zu bytes of %zu came", have, n);
        got = read(out[0], text + have, n - have);
        ck_assert_int_gt(got, 0);
        have += (size_t)got;
    }
    text[n] = '\0';
    return text;
}

static bool has_more(void)
{
    struct pollfd p = {.fd = out[0], .events = POLLIN};

    return poll(&p, 1, 0) > 0;
}

static void expect_take(uint64_t first, uint64_t last, size_t n)
{
    char *text = take((last - first + 1) * n);

    ck_assert(is_records(text, first, last, n));
    free(text);
}

static void expect_file(const char *name, uint64_t first, uint64_t last, size_t n)
{
    char *text = slurp(name);

    ck_assert_msg(is_records(text, first, last, n), "%s", text);
    free(text);
}

static struct jaxl_journal_counts counts(void)
{
    struct jaxl_journal_counts c;

    jaxl_journal_counts(journal, &c);
    return c;
}

#endif
