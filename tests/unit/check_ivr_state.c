#include "failmalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ivr/state.h"
#include "unit.h"

struct kept {
    char dir[256], path[300];
    struct jaxl_error err;
};

static void set_up(struct kept *k, const char *text)
{
    FILE *file;

    memset(k, 0, sizeof *k);
    unit_dir_make(k->dir);
    snprintf(k->path, sizeof k->path, "%s/state", k->dir);
    if (!text)
        return;
    file = fopen(k->path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static const char *contents(struct kept *k, char *room, size_t size)
{
    FILE *file = fopen(k->path, "r");
    size_t n;

    ck_assert_ptr_nonnull(file);
    n = fread(room, 1, size - 1, file);
    room[n] = '\0';
    fclose(file);
    return room;
}

START_TEST(what_is_bound_is_read_again)
{
    struct jaxl_ivr_state s;
    struct stat info;
    struct kept k;
    char text[256];

    set_up(&k, NULL);
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, true, &k.err), 0);
    s.org = 42;
    ck_assert_int_eq(jaxl_ivr_state_bind(&s, "main", 12), 0);
    ck_assert_int_eq(jaxl_ivr_state_bind(&s, "a \"b\"\n", 0), 0);
    ck_assert_int_eq(jaxl_ivr_state_bind(&s, "old", 3), 0);
    ck_assert_int_eq(jaxl_ivr_state_disown(&s, 7), 0);
    ck_assert_int_eq(jaxl_ivr_state_disown(&s, 12), 0); /* which is main's */
    jaxl_ivr_state_find(&s, "old")->gone = true;
    ck_assert_int_eq(jaxl_ivr_state_save(&s, &k.err), 0);
    ck_assert_str_eq(contents(&k, text, sizeof text), "{\"org\":42}\n{\"ivr\":\"main\",\"id\":12}\n"
                                                      "{\"ivr\":\"a \\\"b\\\"\\n\",\"id\":null}\n"
                                                      "{\"not\":7}\n");
    ck_assert_int_eq(stat(k.path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777, 0600);
    jaxl_ivr_state_free(&s);

    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, false, &k.err), 0);
    ck_assert_int_eq(s.org, 42);
    ck_assert_int_eq(jaxl_ivr_state_find(&s, "main")->id, 12);
    ck_assert_int_eq(jaxl_ivr_state_find(&s, "a \"b\"\n")->id, 0);
    ck_assert_ptr_null(jaxl_ivr_state_find(&s, "old"));
    ck_assert(jaxl_ivr_state_disowns(&s, 7));
    ck_assert(!jaxl_ivr_state_disowns(&s, 12));
    ck_assert(!s.changed);
    jaxl_ivr_state_free(&s);
    unit_dir_remove(k.dir);
}
END_TEST

/* Also a state that has been replaced on the way: its lock goes on without a gap. */
START_TEST(one_holds_it_at_a_time)
{
    struct jaxl_ivr_state s, other;
    struct kept k;

    set_up(&k, NULL);
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, true, &k.err), 0);
    for (int i = 1; i < 4; i++) {
        ck_assert_int_eq(jaxl_ivr_state_open(&other, k.path, true, &k.err), JAXL_EBUSY);
        jaxl_ivr_state_free(&other);
        ck_assert_int_eq(jaxl_ivr_state_open(&other, k.path, false, &k.err), 0);
        jaxl_ivr_state_free(&other);
        ck_assert_int_eq(jaxl_ivr_state_bind(&s, "main", i), 0);
        ck_assert_int_eq(jaxl_ivr_state_save(&s, &k.err), 0);
    }
    jaxl_ivr_state_free(&s);
    ck_assert_int_eq(jaxl_ivr_state_open(&other, k.path, true, &k.err), 0);
    ck_assert_int_eq(jaxl_ivr_state_find(&other, "main")->id, 3);
    jaxl_ivr_state_free(&other);
    unit_dir_remove(k.dir);
}
END_TEST

/* NFS grants an exclusive lock of a descriptor that can write, and no other. */
START_TEST(what_is_locked_can_be_written)
{
    struct jaxl_ivr_state s;
    struct kept k;

    set_up(&k, _i ? "" : NULL);
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, true, &k.err), 0);
    ck_assert_int_eq(fcntl(s.file.lock, F_GETFL) & O_ACCMODE, O_RDWR);
    jaxl_ivr_state_free(&s);
    unit_dir_remove(k.dir);
}
END_TEST

START_TEST(without_a_lock_nothing_is_written)
{
    struct jaxl_ivr_state s;
    struct kept k;

    set_up(&k, NULL);
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, false, &k.err), 0);
    ck_assert_int_eq(jaxl_ivr_state_bind(&s, "main", 1), 0);
    ck_assert_int_eq(jaxl_ivr_state_save(&s, &k.err), 0);
    jaxl_ivr_state_free(&s);
    ck_assert_int_eq(access(k.path, F_OK), -1);
    unit_dir_remove(k.dir);
}
END_TEST

static const struct {
    const char *text, *message; /* message NULL: it is one */
} files[] = {
    {"", NULL},
    {"\n", NULL},
    {"{\"org\": 42}\n{\"ivr\": \"a\", \"id\": 1}\n{\"ivr\": \"b\", \"id\": null}\n", NULL},
    {"{\"ivr\": \"org\", \"id\": 1}", NULL},
    {"{\"ivr\": \"a\", \"id\": 0}\n", "line 1: neither a name with its id nor the organisation"},
    {"{\"ivr\": \"a\", \"id\": -1}\n", "line 1: neither"},
    {"{\"ivr\": \"a\", \"id\": \"x\"}\n", "line 1: neither"},
    {"{\"ivr\": \"a\"}\n", "line 1: neither"},
    {"{\"ivr\": \"\", \"id\": 1}\n", "line 1: neither"},
    {"{\"ivr\": 5, \"id\": 1}\n", "line 1: neither"},
    {"{\"id\": 1}\n", "line 1: neither"},
    {"{\"org\": 0}\n", "line 1: neither"},
    {"{\"not\": 0}\n", "line 1: neither"},
    {"{\"not\": 7, \"ivr\": \"a\"}\n", "line 1: neither"},
    {"{\"org\": 1}\n{\"org\": 2}\n", "line 2: neither"},
    {"{\"ivr\": \"a\", \"id\": 1}\n{\"ivr\": \"a\", \"id\": 2}\n", "line 2: neither"},
    {"{\"ivr\": \"a\", \"id\": 1}\n{\"ivr\": \"b\", \"id\": 1}\n", "line 2: neither"},
    {"main\t12\n", "line 1"},
    {"{\"ivr\": \"a\", \"id\": 1\n", "line 1"},
    {"[]\n", "line 1"},
};

START_TEST(what_is_none_is_refused)
{
    struct jaxl_ivr_state s;
    struct kept k;
    char text[256];
    int rc;

    set_up(&k, files[_i].text);
    rc = jaxl_ivr_state_open(&s, k.path, true, &k.err);
    if (files[_i].message) {
        ck_assert_int_eq(rc, JAXL_EINPUT);
        ck_assert_msg(strstr(k.err.message, files[_i].message), "%s", k.err.message);
        ck_assert_msg(strstr(k.err.message, k.path), "%s", k.err.message);
    } else {
        ck_assert_msg(rc == 0, "%s", k.err.message);
    }
    jaxl_ivr_state_free(&s);
    ck_assert_str_eq(contents(&k, text, sizeof text), files[_i].text);
    unit_dir_remove(k.dir);
}
END_TEST

START_TEST(no_file_that_can_be_one)
{
    struct jaxl_ivr_state s;
    struct kept k;

    set_up(&k, NULL);
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.dir, false, &k.err), JAXL_EINPUT);
    jaxl_ivr_state_free(&s);
    snprintf(k.path, sizeof k.path, "%s/none/state", k.dir);
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, false, &k.err), 0);
    jaxl_ivr_state_free(&s);
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, true, &k.err), JAXL_EIO);
    ck_assert_msg(strstr(k.err.message, strerror(ENOENT)), "%s", k.err.message);
    jaxl_ivr_state_free(&s);
    unit_dir_remove(k.dir);
}
END_TEST

/* It stays as it was, and what could not be written is written the next time. */
START_TEST(a_folder_that_cannot_be_written)
{
    struct jaxl_ivr_state s;
    struct kept k;
    char text[256], aside[300];

    set_up(&k, "{\"ivr\": \"a\", \"id\": 1}\n");
    ck_assert_int_eq(jaxl_ivr_state_open(&s, k.path, true, &k.err), 0);
    ck_assert_int_eq(jaxl_ivr_state_bind(&s, "a", 2), 0);
    snprintf(aside, sizeof aside, "%s.aside", k.dir);
    ck_assert_int_eq(rename(k.dir, aside), 0);
    ck_assert_int_eq(jaxl_ivr_state_save(&s, &k.err), JAXL_EIO);
    ck_assert_int_eq(rename(aside, k.dir), 0);
    ck_assert_str_eq(contents(&k, text, sizeof text), "{\"ivr\": \"a\", \"id\": 1}\n");
    ck_assert_int_eq(jaxl_ivr_state_save(&s, &k.err), 0);
    ck_assert_str_eq(contents(&k, text, sizeof text), "{\"ivr\":\"a\",\"id\":2}\n");
    jaxl_ivr_state_free(&s);
    unit_dir_remove(k.dir);
}
END_TEST

static int work(void *ctx)
{
    struct kept *k = ctx;
    struct jaxl_ivr_state s;
    int rc = jaxl_ivr_state_open(&s, k->path, true, &k->err);

    if (!rc)
        rc = jaxl_ivr_state_bind(&s, "b", 0);
    if (!rc)
        rc = jaxl_ivr_state_save(&s, &k->err);
    jaxl_ivr_state_free(&s);
    return rc;
}

START_TEST(memory_is_out)
{
    struct kept k;

    set_up(&k, "{\"org\": 42}\n{\"ivr\": \"a\", \"id\": 1}\n");
    ck_assert_int_gt(failmalloc_each(work, &k), 5);
    unit_dir_remove(k.dir);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, what_is_bound_is_read_again);
    tcase_add_test(tc, one_holds_it_at_a_time);
    tcase_add_loop_test(tc, what_is_locked_can_be_written, 0, 2);
    tcase_add_test(tc, without_a_lock_nothing_is_written);
    tcase_add_loop_test(tc, what_is_none_is_refused, 0, (int)UNIT_COUNT(files));
    tcase_add_test(tc, no_file_that_can_be_one);
    tcase_add_test(tc, a_folder_that_cannot_be_written);
    tcase_add_test(tc, memory_is_out);
}

int main(void)
{
    return unit_run("ivr_state", add);
}
