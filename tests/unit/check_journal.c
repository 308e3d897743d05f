#include "failmalloc.h"
#include "journal_fixture.h"

enum { LINE = 512 /* so many fill a pipe to its last byte */ };

/* Adds until the pipe is full and one waits; returns how many that was. */
static uint64_t fill(uint64_t from)
{
    while (add(from, LINE) == 1)
        from++;
    return from + 1;
}

START_TEST(written_at_once)
{
    open_with((struct jaxl_journal_options){.path = NULL});
    for (uint64_t i = 0; i < 50; i++) {
        ck_assert_int_eq(add(i, LINE), 1);
        expect_take(i, i, LINE);
    }
    ck_assert_uint_eq(counts().direct, 50);
    ck_assert_uint_eq(counts().records, 50);
    ck_assert_int_eq(jaxl_journal_health(journal, NULL), 0);
    stop();
    ck_assert_uint_eq(told.n, 0);
    ck_assert_int_eq(fcntl(out[1], F_GETFL) & O_NONBLOCK, 0);
}
END_TEST

START_TEST(long_records_go_through_the_thread)
{
    open_with((struct jaxl_journal_options){.path = NULL});
    ck_assert_int_eq(add(1, 90000), 0);
    expect_take(1, 1, 90000);
    AWAIT(told.n == 1);
    ck_assert_uint_eq(told.tickets[0], 1);
    ck_assert_int_eq(told.codes[0], 0);
    stop();
}
END_TEST

struct adder {
    pthread_t thread;
    uint64_t from, to;
};

static void *add_all(void *arg)
{
    const struct adder *a = arg;

    for (uint64_t i = a->from; i < a->to; i++)
        if (add(i, LINE) < 0)
            return arg;
    return NULL;
}

static void *read_all(void *arg)
{
    struct jaxl_buf *b = arg;
    char part[5000];
    ssize_t n;

    while ((n = read(out[0], part, sizeof part)) > 0)
        jaxl_buf_add(b, part, (size_t)n);
    return NULL;
}

/* In what several threads wrote, the records of each stand in its order, and none is missing. */
static void expect_woven(const char *text, size_t len, uint64_t each, uint64_t threads)
{
    uint64_t next[8] = {0};

    ck_assert_uint_eq(len, each * threads * LINE);
    for (; len > 0; text += LINE, len -= LINE) {
        uint64_t ticket = (uint64_t)atoi(text + 5), of = ticket / each;
        ck_assert(strncmp(text, record(ticket, LINE), LINE) == 0);
        ck_assert_uint_lt(of, threads);
        ck_assert_uint_eq(ticket % each, next[of]++);
    }
}

static const bool with_journal[] = {false, true};

START_TEST(many_threads)
{
    enum { THREADS = 4 };
    uint64_t each = (uint64_t)(4000 / unit_slow());
    struct adder adders[THREADS];
    struct jaxl_buf got;
    pthread_t reader;
    void *failed;

    jaxl_buf_init(&got, (size_t)1 << 30);
    open_with((struct jaxl_journal_options){.path = with_journal[_i] ? path : NULL});
    ck_assert_int_eq(pthread_create(&reader, NULL, read_all, &got), 0);
    for (uint64_t i = 0; i < THREADS; i++) {
        adders[i] = (struct adder){.from = i * each, .to = (i + 1) * each};
        ck_assert_int_eq(pthread_create(&adders[i].thread, NULL, add_all, &adders[i]), 0);
    }
    for (uint64_t i = 0; i < THREADS; i++) {
        pthread_join(adders[i].thread, &failed);
        ck_assert_ptr_null(failed);
    }
    ck_assert_uint_eq(counts().records, each * THREADS);
    stop();
    shut_out(1);
    pthread_join(reader, NULL);
    expect_woven(got.data, got.len, each, THREADS);
    if (with_journal[_i]) {
        char *text = slurp(path);
        ck_assert_str_eq(text, got.data);
        free(text);
        ck_assert_uint_eq(told.n, each * THREADS);
        for (size_t i = 0; i < told.n; i++) { /* told in the order of the file */
            ck_assert_int_eq(told.codes[i], 0);
            ck_assert_int_eq(atoi(got.data + i * LINE + 5), (int)told.tickets[i]);
        }
    }
    jaxl_buf_free(&got);
}
END_TEST

START_TEST(many_records_share_a_sync)
{
    struct stat info;
    char *text;

    open_with((struct jaxl_journal_options){.path = path});
    ck_assert(stat(path, &info) == 0 && (info.st_mode & 07777) == 0600);
    gate(true);
    ck_assert_int_eq(add(0, LINE), 0);
    AWAIT(disk.inside == 1);
    for (uint64_t i = 1; i < 100; i++)
        ck_assert_int_eq(add(i, LINE), 0);
    ck_assert(!has_more()); /* nothing is on standard output that the journal may not have */
    expect_told(0);
    gate(false);
    AWAIT(told.n == 100);
    ck_assert_int_eq(disk.syncs, 2);
    ck_assert_uint_eq(told.calls, 2);
    expect_take(0, 99, LINE);
    ck_assert_uint_eq(counts().batches, 2);
    ck_assert_uint_eq(counts().waiting, 0);
    stop();
    text = slurp(path);
    ck_assert(is_records(text, 0, 99, LINE));
    free(text);
}
END_TEST

/* A disk that fails: nothing of the events stays, and nobody hears that they are known. */
START_TEST(a_sync_that_fails)
{
    struct jaxl_error err;

    open_with((struct jaxl_journal_options){.path = path});
    ck_assert_int_eq(add(0, LINE), 0);
    AWAIT(told.n == 1);
    break_disk(EIO, 0);
    ck_assert_int_eq(add(1, LINE), 0);
    AWAIT(told.n == 2);
    ck_assert_int_eq(told.codes[1], JAXL_EIO);
    ck_assert_int_eq(jaxl_journal_health(journal, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "Input/output error"));
    ck_assert_ptr_nonnull(strstr(err.message, path));
    break_disk(0, 0);
    ck_assert_int_eq(add(2, LINE), 0);
    AWAIT(told.n == 3);
    ck_assert_int_eq(told.codes[2], 0);
    UNTIL(jaxl_journal_health(journal, NULL) == 0);
    expect_take(0, 0, LINE);
    expect_take(2, 2, LINE);
    stop();
    ck_assert(has_logged("events are refused until it works again\n"));
    ck_assert(has_logged("works again, 1 events were refused\n"));
}
END_TEST

/* One that fails now and then is told of once, and trusted when it has worked for a second. */
START_TEST(a_disk_that_fails_now_and_then)
{
    open_with((struct jaxl_journal_options){.path = path, .clock = hand_clock()});
    for (uint64_t i = 0; i < 10; i++) {
        break_disk(i % 2 ? 0 : EIO, 0);
        ck_assert_int_eq(add(i, LINE), 0);
        AWAIT(told.n == i + 1);
        ck_assert_int_eq(told.codes[i], i % 2 ? 0 : JAXL_EIO);
        ck_assert_int_eq(jaxl_journal_health(journal, NULL), JAXL_EIO);
    }
    ck_assert(!has_logged("works again,"));
    hand += JAXL_SECOND;
    ck_assert_int_eq(add(10, LINE), 0);
    UNTIL(jaxl_journal_health(journal, NULL) == 0);
    stop();
    snprintf(test_log_text + strlen(test_log_text), 20, "end");
    ck_assert(has_logged("refused until it works again\njournal "));
    ck_assert(has_logged(" works again, 5 events were refused\nend"));
}
END_TEST

/* Neither can what failed be taken back: nothing is written behind it, until it can. */
START_TEST(what_cannot_be_taken_back)
{
    char *text;

    open_with((struct jaxl_journal_options){.path = path});
    break_disk(EIO, EIO);
    for (uint64_t i = 0; i < 3; i++) {
        ck_assert_int_eq(add(i, LINE), 0);
        AWAIT(told.n == i + 1);
        ck_assert_int_eq(told.codes[i], JAXL_EIO);
    }
    text = slurp(path);
    ck_assert_uint_le(strlen(text), LINE);
    free(text);
    break_disk(0, 0);
    ck_assert_int_eq(add(3, LINE), 0);
    AWAIT(told.n == 4);
    ck_assert_int_eq(told.codes[3], 0);
    expect_take(3, 3, LINE);
    stop();
    expect_file(path, 3, 3, LINE);
}
END_TEST

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No more than ten records and a half fit: ten are there, and only the others failed. */
START_TEST(a_disk_that_is_full)
{
    open_with((struct jaxl_journal_options){.path = path});
    gate(true);
    ck_assert_int_eq(add(0, LINE), 0);
    AWAIT(disk.inside == 1);
    for (uint64_t i = 1; i < 20; i++)
        ck_assert_int_eq(add(i, LINE), 0);
    limit_files(10 * LINE + LINE / 2);
    gate(false);
    AWAIT(told.n == 20);
    expect_file(path, 0, 9, LINE);
    expect_take(0, 9, LINE);
    ck_assert(!has_more());
    for (size_t i = 0; i < 20; i++)
        ck_assert_int_eq(told.codes[i], told.tickets[i] < 10 ? 0 : JAXL_EIO);
    ck_assert_int_eq(jaxl_journal_health(journal, NULL), JAXL_EIO);
    ck_assert_uint_eq(counts().failed, 10);
    ck_assert_int_eq(add(20, LINE), 0);
    AWAIT(told.n == 21);
    ck_assert_int_eq(told.codes[20], JAXL_EIO);
    limit_files(RLIM_INFINITY);
    UNTIL(jaxl_journal_health(journal, NULL) == 0); /* found out without any event */
    expect_file(path, 0, 9, LINE);
    ck_assert(has_logged("works again, 11 events were refused\n"));
    ck_assert_int_eq(add(10, LINE), 0);
    AWAIT(told.n == 22);
    ck_assert_int_eq(told.codes[21], 0);
    stop();
    expect_file(path, 0, 10, LINE);
}
END_TEST

static const struct {
    const char *before, *after; /* after NULL: refused and left alone */
    size_t len;                 /* of before, 0: as it stands */
    const char *message;
} found[] = {
    {"", "", 0, NULL},
    {"{\"a\":1}\n", "{\"a\":1}\n", 0, NULL},
    {"{\"a\":1}\n{\"b\":", "{\"a\":1}\n", 0, "its last line was torn: 5 bytes were cut off"},
    {"{\"a\":1}\n{\"b\":2}", "{\"a\":1}\n{\"b\":2}\n", 0, "its last line of 7 bytes was not ended"},
    {"{\"a\":1", "", 0, "its last line was torn: 6 bytes were cut off"},
    {"{    ", "", 0, "its last line was torn: 5 bytes were cut off"},
    {"{\"a\":1}\n\0\0\0\0", "{\"a\":1}\n", 12, "its last line was torn: 4 bytes were cut off"},
    {"{\"a\":1}\n\"b\"", "{\"a\":1}\n", 0, "its last line was torn: 3 bytes were cut off"},
    {"to,name\n+91,x\n", NULL, 0, "does not begin with an event"},
    {"to,name", NULL, 0, "does not begin with an event"},
};

START_TEST(what_a_crash_left)
{
    size_t len = found[_i].len ? found[_i].len : strlen(found[_i].before);
    struct jaxl_error err = {.code = 0};
    int rc;
    char *text;

    spill(path, found[_i].before, len);
    rc = try_open((struct jaxl_journal_options){.path = path}, &err);
    text = slurp(path);
    ck_assert_str_eq(text, found[_i].after ? found[_i].after : found[_i].before);
    free(text);
    ck_assert_int_eq(rc, found[_i].after ? 0 : JAXL_EINPUT);
    if (found[_i].message)
        ck_assert_ptr_nonnull(strstr(rc ? err.message : test_log_text, found[_i].message));
    else
        ck_assert_str_eq(test_log_text, "");
}
END_TEST

START_TEST(a_long_torn_line)
{
    enum { LONG = 150000, TOO_LONG = 5 << 20 };
    char *text = malloc(TOO_LONG + 8), *left;
    struct jaxl_error err;

    memset(text, ' ', TOO_LONG + 8);
    memcpy(text, "{\"a\":1}\n{", 9);
    spill(path, text, LONG);
    open_with((struct jaxl_journal_options){.path = path});
    jaxl_journal_free(&journal);
    left = slurp(path);
    ck_assert_str_eq(left, "{\"a\":1}\n");
    free(left);
    spill(path, text, TOO_LONG);
    ck_assert_int_eq(try_open((struct jaxl_journal_options){.path = path}, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "longer than any event"));
    free(text);
}
END_TEST

START_TEST(one_writer)
{
    struct jaxl_journal_options o = {.path = path, .fd = out[1], .done = on_done};
    struct jaxl_journal *other;
    struct jaxl_error err;

    open_with((struct jaxl_journal_options){.path = path});
    ck_assert_int_eq(jaxl_journal_open(&other, &o, &err), JAXL_EBUSY);
    ck_assert_ptr_null(other);
    ck_assert_ptr_nonnull(strstr(err.message, path));
    jaxl_journal_free(&journal);
    ck_assert_int_eq(jaxl_journal_open(&other, &o, &err), 0);
    jaxl_journal_free(&other);
}
END_TEST

START_TEST(paths_and_descriptors_that_cannot_be)
{
    struct jaxl_error err;
    char missing[400];

    ck_assert_int_eq(try_open((struct jaxl_journal_options){.path = "/dev/null"}, &err),
                     JAXL_EINPUT);
    ck_assert_int_eq(try_open((struct jaxl_journal_options){.path = dir}, &err), JAXL_EINPUT);
    snprintf(missing, sizeof missing, "%s/none/journal", dir);
    ck_assert_int_eq(try_open((struct jaxl_journal_options){.path = missing}, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "No such file"));
    ck_assert_int_eq(try_open((struct jaxl_journal_options){.fd = out[0]}, &err), JAXL_EARG);
    ck_assert_int_eq(try_open((struct jaxl_journal_options){.fd = 1000}, &err), JAXL_EARG);
    ck_assert_ptr_null(journal);
    jaxl_journal_free(NULL);
}
END_TEST

START_TEST(moved_away_and_reopened)
{
    char old[400];

    snprintf(old, sizeof old, "%s.1", path);
    open_with((struct jaxl_journal_options){.path = path});
    ck_assert_int_eq(add(0, LINE), 0);
    AWAIT(told.n == 1);
    jaxl_journal_reopen(journal); /* nothing was moved */
    ck_assert_int_eq(add(1, LINE), 0);
    AWAIT(told.n == 2);
    ck_assert_int_eq(rename(path, old), 0);
    ck_assert_int_eq(add(2, LINE), 0);
    AWAIT(told.n == 3);
    jaxl_journal_reopen(journal);
    ck_assert_int_eq(add(3, LINE), 0);
    AWAIT(told.n == 4);
    expect_file(old, 0, 2, LINE);
    expect_file(path, 3, 3, LINE);
    ck_assert_str_eq(test_log_text, "");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0700), 0); /* in the way */
    jaxl_journal_reopen(journal);
    ck_assert_int_eq(add(4, LINE), 0);
    AWAIT(told.n == 5);
    ck_assert_int_eq(told.codes[4], 0);
    ck_assert(has_logged("the old file stays in use"));
    expect_take(0, 4, LINE);
    stop();
}
END_TEST

/* A reader that stalls holds up the first callers for the grace time, the next not at all. */
START_TEST(a_reader_that_stalls)
{
    struct jaxl_error err;
    uint64_t n, before;

    open_with((struct jaxl_journal_options){.clock = hand_clock(), .buffer = 100 * LINE});
    n = fill(0);
    UNTIL(counts().batches == 1);
    ck_assert_int_eq(add(n++, LINE), 0);
    UNTIL(counts().batches == 2);
    expect_told(0); /* the clock stands still */
    ck_assert_int_eq(jaxl_journal_health(journal, NULL), 0);
    hand += JAXL_JOURNAL_GRACE;
    ck_assert_int_eq(add(n++, LINE), 0);
    AWAIT(told.n == 3);
    UNTIL(jaxl_journal_health(journal, &err) == JAXL_EAGAIN);
    ck_assert_ptr_nonnull(strstr(err.message, "nothing for 1 s, 1536 bytes wait"));
    for (before = told.n; add(n, LINE) == 0; n++)
        ;
    AWAIT(told.n == before + 97); /* the clock stands still, but it stalls already */
    ck_assert_int_eq(add(n, LINE), JAXL_EAGAIN);
    ck_assert_uint_eq(counts().refused, 2);
    ck_assert_uint_eq(counts().waiting, 100 * LINE);
    for (size_t i = 0; i < told.n; i++)
        ck_assert_int_eq(told.codes[i], 0);
    expect_take(0, n - 1, LINE);
    UNTIL(jaxl_journal_health(journal, NULL) == 0);
    ck_assert_uint_eq(counts().waiting, 0);
    ck_assert_int_eq(add(n, LINE), 1);
    expect_take(n, n, LINE);
    stop();
    ck_assert_str_eq(test_log_text,
                     "standard output: its reader takes nothing, events wait in memory\n"
                     "standard output: its reader goes on\n");
}
END_TEST

/* A reader that is slow, but reads: each record waits for the grace time at most. */
START_TEST(a_reader_that_is_slow)
{
    uint64_t n, waiting;
    char *start, *rest;

    open_with((struct jaxl_journal_options){.clock = hand_clock()});
    n = fill(0);
    UNTIL(counts().batches == 1);
    for (uint64_t i = 0; i < 2; i++) {
        ck_assert_int_eq(add(n + i, 90000), 0);
        UNTIL(counts().batches == 2 + i);
    }
    hand += JAXL_JOURNAL_GRACE / 2;
    expect_take(0, n - 2, LINE);
    AWAIT(told.n == 1);
    waiting = counts().waiting;
    expect_take(n - 1, n - 1, LINE);
    start = take(20000);
    UNTIL(counts().waiting < waiting); /* it moves, and so is no stall */
    hand += JAXL_JOURNAL_GRACE / 2;
    ck_assert_int_eq(add(n + 2, LINE), 0);
    AWAIT(told.n == 3);
    ck_assert_int_eq(jaxl_journal_health(journal, NULL), 0);
    UNTIL(counts().batches == 4);
    expect_told(3);
    rest = take(2 * 90000 - 20000);
    ck_assert(strncmp(start, record(n, 90000), 20000) == 0);
    ck_assert(strncmp(rest, record(n, 90000) + 20000, 70000) == 0);
    ck_assert(is_records(rest + 70000, n + 1, n + 1, 90000));
    expect_take(n + 2, n + 2, LINE);
    AWAIT(told.n == 4);
    stop();
    free(start);
    free(rest);
}
END_TEST

START_TEST(with_a_journal_a_stall_loses_nothing)
{
    struct jaxl_error err;
    uint64_t n;

    open_with((struct jaxl_journal_options){.clock = hand_clock(), .path = path});
    for (n = 0; n < 300; n++)
        ck_assert_int_eq(add(n, LINE), 0);
    ck_assert_int_eq(jaxl_journal_stop(journal, 0, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, ": the journal has what is missing"));
    ck_assert_uint_eq(told.n, 300);
    for (size_t i = 0; i < told.n; i++)
        ck_assert_int_eq(told.codes[i], 0);
    expect_file(path, 0, 299, LINE);
    jaxl_journal_free(&journal);
}
END_TEST

START_TEST(stop_waits_for_the_reader)
{
    struct jaxl_buf got;
    pthread_t reader;
    uint64_t n;

    jaxl_buf_init(&got, (size_t)1 << 30);
    open_with((struct jaxl_journal_options){.path = NULL});
    for (n = fill(0); n < 2000; n++)
        ck_assert_int_eq(add(n, LINE), 0);
    ck_assert_int_eq(pthread_create(&reader, NULL, read_all, &got), 0);
    stop();
    shut_out(1);
    pthread_join(reader, NULL);
    ck_assert(is_records(got.data, 0, n - 1, LINE));
    jaxl_buf_free(&got);
    for (size_t i = 0; i < told.n; i++)
        ck_assert_int_eq(told.codes[i], 0);
}
END_TEST

START_TEST(stop_says_what_was_lost)
{
    struct jaxl_error err;
    uint64_t n;

    open_with((struct jaxl_journal_options){.clock = hand_clock()});
    n = fill(0);
    for (int i = 0; i < 9; i++)
        ck_assert_int_eq(add(n++, LINE), 0);
    ck_assert_int_eq(jaxl_journal_stop(journal, 0, &err), JAXL_EIO);
    ck_assert_str_eq(err.message, "standard output did not take the last 10 events");
    ck_assert_uint_eq(told.n, 10);
    for (size_t i = 0; i < told.n; i++)
        ck_assert_int_eq(told.codes[i], JAXL_ESTOPPED);
    ck_assert_int_eq(add(n, LINE), JAXL_ESTOPPED);
    expect_take(0, n - 11, LINE);
    jaxl_journal_free(&journal);
}
END_TEST

START_TEST(a_reader_that_has_gone)
{
    struct jaxl_error err;

    open_with((struct jaxl_journal_options){.path = with_journal[_i] ? path : NULL});
    shut_out(0);
    AWAIT(told.gone == 1); /* without any record */
    ck_assert_int_eq(jaxl_journal_health(journal, &err), JAXL_EIO);
    ck_assert_str_eq(err.message, "standard output: its reader has gone");
    for (uint64_t i = 0; i < 3; i++)
        ck_assert_int_eq(add(i, LINE), with_journal[_i] ? 0 : JAXL_EIO);
    if (with_journal[_i])
        AWAIT(told.n == 3);
    for (size_t i = 0; i < told.n; i++)
        ck_assert_int_eq(told.codes[i], 0);
    ck_assert_int_eq(jaxl_journal_stop(journal, 0, &err), with_journal[_i] ? JAXL_EIO : 0);
    ck_assert_int_eq(told.gone, 1);
    if (with_journal[_i])
        expect_file(path, 0, 2, LINE);
}
END_TEST

START_TEST(a_reader_that_goes_while_records_wait)
{

    open_with((struct jaxl_journal_options){.clock = hand_clock()});
    fill(0);
    shut_out(0);
    AWAIT(told.gone == 1 && told.n == 1);
    ck_assert_int_eq(told.codes[0], JAXL_EIO);
    ck_assert_uint_eq(counts().waiting, 0);
    ck_assert_int_eq(add(9, LINE), JAXL_EIO);
}
END_TEST

/* What only fails at writing, as a file on a full disk: the record stays, and is written later. */
START_TEST(standard_output_that_fails)
{
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct jaxl_error err;

    ck_assert_int_ge(full, 0);
    open_with((struct jaxl_journal_options){.fd = full, .path = with_journal[_i] ? path : NULL});
    for (uint64_t i = 0; i < 3; i++) {
        ck_assert_int_eq(add(i, LINE), 0);
        AWAIT(told.n == i + 1);
        ck_assert_int_eq(told.codes[i], with_journal[_i] ? 0 : JAXL_EIO);
    }
    ck_assert_int_eq(jaxl_journal_health(journal, &err), JAXL_EIO);
    ck_assert_str_eq(err.message, "standard output: No space left on device");
    ck_assert_uint_eq(counts().waiting, 3 * LINE);
    ck_assert_int_eq(jaxl_journal_stop(journal, 0, &err), JAXL_EIO);
    jaxl_journal_free(&journal);
    close(full);
}
END_TEST

START_TEST(a_file_that_fills_up)
{
    char name[400];
    int fd;

    snprintf(name, sizeof name, "%s/out", dir);
    fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    open_with((struct jaxl_journal_options){.fd = fd});
    limit_files(LINE + LINE / 2);
    ck_assert_int_eq(add(0, LINE), 1);
    ck_assert_int_eq(add(1, LINE), 0);
    AWAIT(told.n == 1);
    ck_assert_int_eq(told.codes[0], JAXL_EIO);
    limit_files(RLIM_INFINITY);
    UNTIL(jaxl_journal_health(journal, NULL) == 0);
    ck_assert_int_eq(add(2, LINE), 1);
    stop();
    expect_file(name, 0, 2, LINE);
    close(fd);
}
END_TEST

/* No other opening of a socket is to be had: it is asked before each write. */
START_TEST(a_socket_as_standard_output)
{
    uint64_t n;

    shut_out(0);
    shut_out(1);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out), 0);
    open_with((struct jaxl_journal_options){.clock = hand_clock()});
    n = fill(0);
    ck_assert_uint_gt(n, 10);
    UNTIL(counts().batches == 1);
    expect_told(0);
    hand += JAXL_JOURNAL_GRACE;
    ck_assert_int_eq(add(n++, 90000), 0);
    AWAIT(told.n == 2);
    expect_take(0, n - 2, LINE);
    expect_take(n - 1, n - 1, 90000);
    stop();
    ck_assert_int_eq(fcntl(out[1], F_GETFL) & O_NONBLOCK, 0);
}
END_TEST

static struct {
    int more;
} chain;

static void add_more(void *ctx, const uint64_t *tickets, size_t n, int code)
{
    if (chain.more-- > 0)
        (void)jaxl_journal_add(journal, tickets[0] + 1, record(tickets[0] + 1, LINE), LINE);
    on_done(ctx, tickets, n, code);
}

START_TEST(adding_from_within_done)
{
    struct jaxl_journal_options o = {.fd = out[1], .path = path, .done = add_more};

    chain.more = 20;
    pthread_mutex_lock(&lock); /* journal is set before done looks at it */
    ck_assert_int_eq(jaxl_journal_open(&journal, &o, NULL), 0);
    pthread_mutex_unlock(&lock);
    ck_assert_int_eq(add(0, LINE), 0);
    AWAIT(told.n == 21);
    expect_take(0, 20, LINE);
    stop();
}
END_TEST

START_TEST(limits)
{
    open_with((struct jaxl_journal_options){.buffer = 1000});
    ck_assert_int_eq(add(0, 1001), JAXL_ELIMIT);
    ck_assert_int_eq(add(0, 1000), 1);
    ck_assert_uint_eq(counts().records, 1);
}
END_TEST

static int open_and_free(void *ctx)
{
    struct jaxl_journal *j;
    int rc = jaxl_journal_open(&j, ctx, NULL);

    jaxl_journal_free(&j);
    return rc;
}

START_TEST(memory_is_out)
{
    struct jaxl_journal_options o = {.fd = out[1], .path = path, .done = on_done};

    char *text;

    spill(path, "{\"a\":1}\n{\"b\":2}", 15);
    ck_assert_int_ge(failmalloc_each(open_and_free, &o), 4);
    text = slurp(path);
    ck_assert_str_eq(text, "{\"a\":1}\n{\"b\":2}\n");
    free(text);
    ck_assert_int_eq(unlink(path), 0);
    open_with((struct jaxl_journal_options){.path = path});
    failmalloc_at(1);
    ck_assert_int_eq(add(0, LINE), JAXL_ENOMEM);
    ck_assert(failmalloc_off());
    failmalloc_at(2);
    ck_assert_int_eq(add(0, LINE), JAXL_ENOMEM);
    ck_assert(failmalloc_off());
    ck_assert_int_eq(add(0, LINE), 0);
    expect_take(0, 0, LINE);
    stop();
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, written_at_once);
    tcase_add_test(tc, long_records_go_through_the_thread);
    tcase_add_loop_test(tc, many_threads, 0, UNIT_COUNT(with_journal));
    tcase_add_test(tc, many_records_share_a_sync);
    tcase_add_test(tc, a_sync_that_fails);
    tcase_add_test(tc, a_disk_that_fails_now_and_then);
    tcase_add_test(tc, what_cannot_be_taken_back);
    tcase_add_test(tc, a_disk_that_is_full);
    tcase_add_loop_test(tc, what_a_crash_left, 0, UNIT_COUNT(found));
    tcase_add_test(tc, a_long_torn_line);
    tcase_add_test(tc, one_writer);
    tcase_add_test(tc, paths_and_descriptors_that_cannot_be);
    tcase_add_test(tc, moved_away_and_reopened);
    tcase_add_test(tc, a_reader_that_stalls);
    tcase_add_test(tc, a_reader_that_is_slow);
    tcase_add_test(tc, with_a_journal_a_stall_loses_nothing);
    tcase_add_test(tc, stop_waits_for_the_reader);
    tcase_add_test(tc, stop_says_what_was_lost);
    tcase_add_loop_test(tc, a_reader_that_has_gone, 0, UNIT_COUNT(with_journal));
    tcase_add_test(tc, a_reader_that_goes_while_records_wait);
    tcase_add_loop_test(tc, standard_output_that_fails, 0, UNIT_COUNT(with_journal));
    tcase_add_test(tc, a_file_that_fills_up);
    tcase_add_test(tc, a_socket_as_standard_output);
    tcase_add_test(tc, adding_from_within_done);
    tcase_add_test(tc, limits);
    tcase_add_test(tc, memory_is_out);
}

int main(void)
{
    return unit_run("journal", add_tests);
}
