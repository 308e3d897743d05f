#include "failmalloc.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "billing/cursor.h"
#include "unit.h"

struct kept {
    char dir[256], path[300], out[300];
    struct jaxl_error err;
};

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* text: of the cursor, NULL: none */
static void set_up(struct kept *k, const char *text)
{
    memset(k, 0, sizeof *k);
    unit_dir_make(k->dir);
    snprintf(k->path, sizeof k->path, "%s/cursor", k->dir);
    snprintf(k->out, sizeof k->out, "%s/out", k->dir);
    if (text)
        put_file(k->path, text);
}

static const struct jaxl_fetch_options calls = {.kind = JAXL_FETCH_CALLS,
                                                .start = 1000000 * JAXL_SECOND,
                                                .end = INT64_MAX,
                                                .currency = 2,
                                                .output_fd = -1};

START_TEST(what_is_noted_is_read_again)
{
    struct jaxl_cursor c;
    struct stat info;
    struct kept k;
    char text[1024];
    FILE *file;

    set_up(&k, NULL);
    ck_assert_int_eq(jaxl_cursor_open(&c, k.path, &k.err), 0);
    ck_assert(c.fresh);
    ck_assert_int_eq(jaxl_cursor_own(&c, &calls, 42, &k.err), 0);
    ck_assert_int_eq(c.settled, calls.start);
    c.until = calls.start + 9 * JAXL_SECOND;
    c.settled = calls.start + 1;
    c.complete = false;
    ck_assert_int_eq(jaxl_keys_add(&c.held, "17", calls.start + 5, NULL), 0);
    ck_assert_int_eq(jaxl_keys_add(&c.held, "18", calls.start, NULL), 0);
    jaxl_keys_remove(&c.held, jaxl_keys_find(&c.held, "18"));
    ck_assert_int_eq(jaxl_keys_add(&c.seen, "a \"b\"", INT64_MIN, NULL), 0);
    ck_assert_int_eq(jaxl_cursor_save(&c, &k.err), 0);
    jaxl_cursor_free(&c);
    file = fopen(k.path, "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    ck_assert_str_eq(
        text, "{\"cursor\":\"calls\",\"org\":42,\"currency\":\"INR\",\"start\":\"1970-01-12T13:46:"
              "40Z\",\"until\":\"1970-01-12T13:46:49Z\",\"settled\":\"1970-01-12T13:46:40.000001Z\""
              ",\"complete\":false}\n{\"held\":\"17\",\"at\":\"1970-01-12T13:46:40.000005Z\"}\n"
              "{\"seen\":\"a \\\"b\\\"\"}\n");
    ck_assert_int_eq(stat(k.path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777, 0600);

    jaxl_keys_init(&c.held);
    put_file(k.path, text); /* (calls have times: of lists alone not) */
    ck_assert_int_eq(jaxl_cursor_open(&c, k.path, &k.err), JAXL_EINPUT);
    jaxl_cursor_free(&c);
    *strstr(text, "{\"seen") = '\0';
    put_file(k.path, text);
    ck_assert_int_eq(jaxl_cursor_open(&c, k.path, &k.err), 0);
    ck_assert(!c.fresh && !c.complete && !c.noted);
    ck_assert_int_eq(c.org, 42);
    ck_assert_int_eq(c.currency, 2);
    ck_assert_int_eq(c.start, calls.start);
    ck_assert_int_eq(c.until, calls.start + 9 * JAXL_SECOND);
    ck_assert_int_eq(c.settled, calls.start + 1);
    ck_assert_int_eq(jaxl_keys_find(&c.held, "17")->at, calls.start + 5);
    ck_assert_uint_eq(c.held.n, 1);
    ck_assert_int_eq(jaxl_cursor_own(&c, &calls, 42, &k.err), 0);
    jaxl_cursor_free(&c);
    unit_dir_remove(k.dir);
}
END_TEST

#define HEAD                                                                                       \
    "{\"cursor\":\"payments\",\"org\":42,\"currency\":null,\"start\":null,\"until\":null,"         \
    "\"settled\":null,\"complete\":true}\n"
#define OUTPUT "{\"output\":\"/x\",\"dev\":1,\"ino\":2,\"born\":4,\"size\":3}\n"

static const struct {
    const char *text, *message; /* message NULL: it is one */
} files[] = {
    {"", NULL},
    {"\n", NULL},
    {HEAD, NULL},
    {HEAD OUTPUT "{\"seen\":\"1\"}\n{\"held\":\"2\",\"at\":\"2026-10-05T12:00:00Z\"}\n", NULL},
    {HEAD HEAD, "line 2: that is none"},
    {OUTPUT HEAD, "line 1"},
    {HEAD OUTPUT OUTPUT, "line 3"},
    {"{\"seen\":\"1\"}\n", "line 1"},
    {HEAD "{\"seen\":\"1\"}\n{\"seen\":\"1\"}\n", "line 3"},
    {HEAD "{\"seen\":\"\"}\n", "line 2"},
    {HEAD "{\"seen\":1}\n", "line 2"},
    {HEAD "{\"seen\":\"1\",\"at\":\"noon\"}\n", "line 2"},
    {HEAD "{\"output\":\"/x\",\"dev\":1,\"ino\":2,\"born\":4,\"size\":-3}\n", "line 2"},
    {HEAD "{\"output\":null,\"dev\":1,\"ino\":2,\"born\":4,\"size\":3}\n", "line 2"},
    {"{\"cursor\":\"cal\",\"org\":42,\"currency\":null,\"complete\":true}\n", "line 1"},
    {"{\"cursor\":\"calls\",\"org\":0,\"currency\":null,\"complete\":true}\n", "line 1"},
    {"{\"cursor\":\"calls\",\"org\":42,\"currency\":\"XXX\",\"complete\":true}\n", "line 1"},
    {"{\"cursor\":\"calls\",\"org\":42,\"currency\":null}\n", "line 1"},
    {"{\"cursor\":\"calls\",\"org\":42,\"start\":5,\"complete\":true}\n", "line 1"},
    {"[]\n", "line 1"},
    {"{\"cursor\":\n", "line 1"},
    {"main\t12\n", "line 1"},
};

START_TEST(what_is_none_is_refused)
{
    struct jaxl_cursor c;
    struct kept k;
    int rc;

    set_up(&k, files[_i].text);
    rc = jaxl_cursor_open(&c, k.path, &k.err);
    if (files[_i].message) {
        ck_assert_int_eq(rc, JAXL_EINPUT);
        ck_assert_msg(strstr(k.err.message, files[_i].message), "%s", k.err.message);
        ck_assert_msg(strstr(k.err.message, k.path), "%s", k.err.message);
    } else {
        ck_assert_msg(rc == 0, "%s", k.err.message);
    }
    jaxl_cursor_free(&c);
    unit_dir_remove(k.dir);
}
END_TEST

/* What the last run left, what the output is now, and what comes of it. */
static const struct {
    const char *what;
    bool complete, noted, same; /* same: it goes to the same file again */
    int64_t size;               /* noted */
    const char *before, *now;   /* of the file that was noted; of the one it goes to */
    int code;
    uint64_t cut;
    int64_t left; /* bytes of the output then */
} outputs[] = {
    {"as it was", false, true, true, 4, "abcd", NULL, 0, 0, 4},
    {"longer", false, true, true, 4, "abcdefg", NULL, 0, 3, 4},
    {"shorter", false, true, true, 4, "abc", NULL, JAXL_ECONFIG, 0, 3},
    {"longer, after a whole run", true, true, true, 4, "abcdefg", NULL, 0, 0, 7},
    {"emptied, after a whole run", true, true, true, 4, "", NULL, 0, 0, 0},
    {"another", false, true, false, 4, "abcd", "xy", 0, 0, 2},
    {"another, and the first is shorter", false, true, false, 4, "ab", "xy", 0, 0, 2},
    {"another, and the first is longer", false, true, false, 4, "abcdefg", "xy", JAXL_ECONFIG, 0,
     2},
    {"another, after a whole run", true, true, false, 4, "abcdefg", "xy", 0, 0, 2},
    {"a file after a pipe", false, false, false, 0, "", "xy", 0, 0, 2},
};

START_TEST(an_output_begins)
{
    struct jaxl_cursor c;
    struct stat info;
    struct kept k;
    uint64_t cut = 0;
    int fd, rc;

    set_up(&k, NULL);
    put_file(k.out, outputs[_i].before);
    ck_assert_int_eq(jaxl_cursor_open(&c, k.path, &k.err), 0);
    fd = open(k.out, O_WRONLY | O_APPEND);
    ck_assert_int_eq(jaxl_cursor_output_begin(&c, fd, &cut, &k.err), 0);
    ck_assert(c.noted);
    close(fd);
    c.complete = outputs[_i].complete;
    c.noted = outputs[_i].noted;
    c.size = outputs[_i].size;
    if (!outputs[_i].same) {
        strcat(k.out, ".new");
        put_file(k.out, outputs[_i].now);
    }
    fd = open(k.out, O_WRONLY | O_APPEND);
    rc = jaxl_cursor_output_begin(&c, fd, &cut, &k.err);
    ck_assert_msg(rc == outputs[_i].code, "%s: %s", outputs[_i].what, k.err.message);
    ck_assert_uint_eq(cut, outputs[_i].cut);
    ck_assert_int_eq(fstat(fd, &info), 0);
    ck_assert_int_eq(info.st_size, outputs[_i].left);
    if (!rc) {
        ck_assert_str_eq(c.output, k.out);
        ck_assert_int_eq(c.size, outputs[_i].left);
        ck_assert_uint_eq(c.ino, info.st_ino);
        ck_assert_int_eq(write(fd, "12", 2), 2);
        ck_assert_int_eq(jaxl_cursor_output_note(&c, fd, &k.err), 0);
        ck_assert_int_eq(c.size, outputs[_i].left + 2);
    }
    close(fd);
    jaxl_cursor_free(&c);
    unit_dir_remove(k.dir);
}
END_TEST

START_TEST(an_output_that_is_no_file)
{
    struct jaxl_cursor c;
    struct kept k;
    uint64_t cut = 0;
    int fds[2];

    set_up(&k, NULL);
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(jaxl_cursor_open(&c, k.path, &k.err), 0);
    ck_assert_int_eq(jaxl_cursor_output_begin(&c, fds[1], &cut, &k.err), 0);
    ck_assert(!c.noted);
    ck_assert_int_eq(jaxl_cursor_output_note(&c, fds[1], &k.err), 0);
    ck_assert_int_eq(jaxl_cursor_output_begin(&c, -1, &cut, &k.err), 0);
    close(fds[0]);
    close(fds[1]);
    ck_assert_int_eq(jaxl_cursor_output_begin(&c, fds[1], &cut, &k.err), JAXL_EIO);
    jaxl_cursor_free(&c);
    unit_dir_remove(k.dir);
}
END_TEST

/* The number of a file that has gone is given to the next one. */
START_TEST(another_file_of_the_same_number)
{
    struct jaxl_cursor c;
    struct kept k;
    uint64_t cut = 0;
    int fd;

    set_up(&k, NULL);
    put_file(k.out, "abcdefg");
    ck_assert_int_eq(jaxl_cursor_open(&c, k.path, &k.err), 0);
    fd = open(k.out, O_WRONLY | O_APPEND);
    ck_assert_int_eq(jaxl_cursor_output_begin(&c, fd, &cut, &k.err), 0);
    c.complete = false;
    c.size = 4;
    c.born--;
    ck_assert_int_eq(jaxl_cursor_output_begin(&c, fd, &cut, &k.err), 0);
    ck_assert_uint_eq(cut, 0);
    ck_assert_int_eq(c.size, 7);
    close(fd);
    jaxl_cursor_free(&c);
    unit_dir_remove(k.dir);
}
END_TEST

static int work(void *ctx)
{
    struct kept *k = ctx;
    struct jaxl_cursor c;
    uint64_t cut = 0;
    int fd = open(k->out, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int rc = jaxl_cursor_open(&c, k->path, &k->err);

    if (!rc)
        rc = jaxl_cursor_output_begin(&c, fd, &cut, &k->err);
    if (!rc)
        rc = jaxl_keys_add(&c.held, "5", 7, NULL);
    if (!rc)
        rc = jaxl_cursor_save(&c, &k->err);
    jaxl_cursor_free(&c);
    close(fd);
    return rc;
}

START_TEST(memory_is_out)
{
    struct kept k;

    set_up(&k, HEAD OUTPUT "{\"seen\":\"1\"}\n{\"held\":\"2\",\"at\":\"2026-10-05T12:00:00Z\"}\n");
    ck_assert_int_gt(failmalloc_each(work, &k), 8);
    unit_dir_remove(k.dir);
}
END_TEST

/* Many keys, some taken out and put in again. */
START_TEST(keys)
{
    enum { MANY = 3000 };
    struct jaxl_keys k;
    struct jaxl_key **list;
    bool fresh;
    char text[16];
    size_t n;
    int rc;

    jaxl_keys_init(&k);
    ck_assert_ptr_null(jaxl_keys_find(&k, "1"));
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "%d", i);
        ck_assert_int_eq(jaxl_keys_add(&k, text, MANY - i, &fresh), 0);
        ck_assert(fresh);
    }
    ck_assert_int_eq(jaxl_keys_add(&k, "7", 0, &fresh), 0);
    ck_assert(!fresh);
    ck_assert_int_eq(jaxl_keys_find(&k, "7")->at, MANY - 7);
    jaxl_keys_remove(&k, jaxl_keys_find(&k, "7"));
    ck_assert_ptr_null(jaxl_keys_find(&k, "7"));
    ck_assert_uint_eq(k.n, MANY - 1);
    ck_assert_int_eq(jaxl_keys_add(&k, "7", 5000, &fresh), 0);
    ck_assert(fresh);
    list = jaxl_keys_before(&k, 4, &n, &rc);
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(list[0]->text, "2999");
    ck_assert_str_eq(list[2]->text, "2997");
    free(list);
    jaxl_keys_remove_before(&k, 5000);
    ck_assert_uint_eq(k.n, 1);
    ck_assert_ptr_nonnull(jaxl_keys_find(&k, "7"));
    jaxl_keys_free(&k);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, what_is_noted_is_read_again);
    tcase_add_loop_test(tc, what_is_none_is_refused, 0, (int)UNIT_COUNT(files));
    tcase_add_loop_test(tc, an_output_begins, 0, (int)UNIT_COUNT(outputs));
    tcase_add_test(tc, an_output_that_is_no_file);
    tcase_add_test(tc, another_file_of_the_same_number);
    tcase_add_test(tc, memory_is_out);
    tcase_add_test(tc, keys);
}

int main(void)
{
    return unit_run("fetch_cursor", add);
}
