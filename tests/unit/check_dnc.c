#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "campaign/dnc.h"
#include "failmalloc.h"
#include "unit.h"

static char dir[256], path[300];

static void begin(void)
{
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/dnc.txt", dir);
}

static void end(void)
{
    unit_dir_remove(dir);
}

static void write_bytes(const char *file, const char *text, size_t len, time_t changed)
{
    const struct timespec times[2] = {{.tv_sec = changed}, {.tv_sec = changed}};
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, text, len), (int)len);
    ck_assert_int_eq(futimens(fd, times), 0);
    close(fd);
}

static void write_text(const char *text, time_t changed)
{
    write_bytes(path, text, strlen(text), changed);
}

static struct jaxl_dnc *load(unsigned calling_code)
{
    const struct jaxl_dnc_file file = {path, calling_code};
    struct jaxl_error err = {0};
    struct jaxl_dnc *d;

    ck_assert_msg(jaxl_dnc_new(&d, &file, 1, &err) == 0, "%s", err.message);
    return d;
}

static const struct {
    const char *text;
    unsigned calling_code;
    uint64_t number; /* 0: refused */
    const char *why; /* then */
} lines[] = {
    {"+919876543210\n", 0, 919876543210, NULL},
    {"+919876543210", 0, 919876543210, NULL},
    {"\xef\xbb\xbfphone\r\n+919876543210\r\n", 0, 919876543210, NULL},
    {"\n# mine\n\n +91 98765-43210 , Asha\n", 0, 919876543210, NULL},
    {"+1 (305) 555-0123;x\n", 0, 13055550123, NULL},
    {"+13055550123\t2026-01-01\n", 0, 13055550123, NULL},
    {"305,5550123\n", 1, 13055550123, NULL},
    {"3055550123\n", 1, 13055550123, NULL},
    {"09876543210\n", 91, 919876543210, NULL},
    {"9876543210,Asha\n", 91, 919876543210, NULL},
    {"+919876543210,5\n", 1, 919876543210, NULL},
    {"9876543210\n", 0, 0, "1 line is no number in E.164 form: line 1 (or say the"},
    {"+91987654321012345\n", 0, 0, "line 1"},
    {"+0123456789\n", 0, 0, "line 1"},
    {"+919876543210\nnumber\n", 0, 0, "line 2"},
    {"+919876543210\n1\n2\n3\n4\n5\n6\n", 0, 0,
     "6 lines are no number in E.164 form: line 2, 3, "
     "4, 5, 6, ..."},
    {"", 0, 0, "no number in it"},
    {"phone\n", 0, 0, "no number in it"},
    {"123\n", 91, 0, "line 1"},
};

START_TEST(lines_of_all_kinds)
{
    const struct jaxl_dnc_file file = {path, lines[_i].calling_code};
    struct jaxl_error err = {0};
    const char *oldest;
    struct jaxl_dnc *d;
    int code;

    write_text(lines[_i].text, 1000);
    code = jaxl_dnc_new(&d, &file, 1, &err);
    if (lines[_i].number) {
        ck_assert_msg(code == 0, "%s", err.message);
        ck_assert_str_eq(jaxl_dnc_find(d, lines[_i].number), path);
        ck_assert_uint_eq(jaxl_dnc_count(d), 1);
        ck_assert_ptr_null(jaxl_dnc_find(d, lines[_i].number + 1));
        ck_assert_int_eq(jaxl_dnc_oldest(d, &oldest), 1000 * JAXL_SECOND);
        ck_assert_str_eq(oldest, path);
    } else {
        ck_assert_int_eq(code, JAXL_EINPUT);
        ck_assert_msg(strstr(err.message, lines[_i].why) && strstr(err.message, path), "%s",
                      err.message);
    }
    jaxl_dnc_free(&d);
    ck_assert_ptr_null(d);
    jaxl_dnc_free(&d);
}
END_TEST

/* Whether the code is in the digits cannot be told. */
START_TEST(with_or_without_its_code)
{
    struct jaxl_dnc *d;

    write_text("919876543210\n9198765432\n", 1000);
    d = load(91);
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 919876543210));
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 91919876543210));
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 919198765432));
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 9198765432));
    jaxl_dnc_free(&d);
}
END_TEST

START_TEST(several_files)
{
    const char *oldest;
    char other[300];
    struct jaxl_dnc_file files[JAXL_DNC_FILES + 1] = {{path, 0}, {other, 1}};
    struct jaxl_dnc *d;

    snprintf(other, sizeof other, "%s/other", dir);
    write_text("+919876543210\n+919876543212\n", 2000);
    write_bytes(other, "3055550123\n", 11, 1000);
    ck_assert_int_eq(jaxl_dnc_new(&d, files, 2, NULL), 0);
    ck_assert_str_eq(jaxl_dnc_find(d, 919876543212), path);
    ck_assert_str_eq(jaxl_dnc_find(d, 13055550123), other);
    ck_assert_ptr_null(jaxl_dnc_find(d, 919876543211));
    ck_assert_uint_eq(jaxl_dnc_count(d), 3);
    ck_assert_int_eq(jaxl_dnc_oldest(d, &oldest), 1000 * JAXL_SECOND);
    ck_assert_str_eq(oldest, other);
    jaxl_dnc_free(&d);
    ck_assert_int_eq(jaxl_dnc_new(&d, files, JAXL_DNC_FILES + 1, NULL), JAXL_ELIMIT);
    unlink(other);
    ck_assert_int_eq(jaxl_dnc_new(&d, files, 2, NULL), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_dnc_new(&d, NULL, 0, NULL), 0);
    ck_assert_ptr_null(jaxl_dnc_find(d, 919876543211));
    jaxl_dnc_free(&d);
}
END_TEST

START_TEST(a_file_that_changes)
{
    const int64_t now = 2000 * JAXL_SECOND;
    struct jaxl_error err = {0};
    struct jaxl_dnc *d;

    write_text("+919876543210\n", 1000);
    d = load(0);
    ck_assert_int_eq(jaxl_dnc_refresh(d, now, NULL), 0);
    write_text("+919876543211\n", 1999); /* it may be half there */
    ck_assert_int_eq(jaxl_dnc_refresh(d, now, NULL), 0);
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 919876543210));
    ck_assert_ptr_null(jaxl_dnc_find(d, 919876543211));
    ck_assert_int_eq(jaxl_dnc_refresh(d, now + JAXL_SECOND, NULL), 0);
    ck_assert_ptr_null(jaxl_dnc_find(d, 919876543210));
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 919876543211));
    write_text("rubbish 1\n", 1500);
    ck_assert_int_eq(jaxl_dnc_refresh(d, now, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 919876543211));
    ck_assert_int_eq(jaxl_dnc_refresh(d, now, &err), JAXL_EINPUT);
    unlink(path);
    ck_assert_int_eq(jaxl_dnc_refresh(d, now, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 919876543211));
    write_text("+919876543212\n", 3000); /* the clock was set back: it is not waited for */
    ck_assert_int_eq(jaxl_dnc_refresh(d, now, NULL), 0);
    ck_assert_ptr_nonnull(jaxl_dnc_find(d, 919876543212));
    jaxl_dnc_free(&d);
}
END_TEST

/* Lines over the boundaries of what is read at once, and one that is too long. */
START_TEST(many_lines)
{
    const int n = 400000 / unit_slow();
    FILE *f = fopen(path, "w");
    struct jaxl_error err = {0};
    const struct jaxl_dnc_file file = {path, 0};
    struct jaxl_dnc *d;

    for (int i = 0; i < n; i++)
        fprintf(f, "+91%010lld\n", (long long)i * 999999937 % 10000000000);
    fclose(f);
    d = load(0);
    ck_assert_uint_eq(jaxl_dnc_count(d), (uint64_t)n);
    for (int i = 0; i < n; i += 7)
        ck_assert_ptr_nonnull(
            jaxl_dnc_find(d, 910000000000 + (uint64_t)i * 999999937 % 10000000000));
    ck_assert_ptr_null(jaxl_dnc_find(d, 910000000000 + (uint64_t)n * 999999937 % 10000000000));
    jaxl_dnc_free(&d);
    f = fopen(path, "w");
    for (int i = 0; i < 1100000; i++)
        putc('1', f);
    fclose(f);
    ck_assert_int_eq(jaxl_dnc_new(&d, &file, 1, &err), JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, "line 1 is longer"), "%s", err.message);
}
END_TEST

START_TEST(out_of_memory)
{
    const struct jaxl_dnc_file file = {path, 0};
    struct jaxl_dnc *d;
    int code = JAXL_ENOMEM;

    write_text("+919876543210\n", 1000);
    for (long n = 1; code; n++) {
        failmalloc_left = n;
        code = jaxl_dnc_new(&d, &file, 1, NULL);
        failmalloc_left = 0;
        if (code)
            ck_assert_int_eq(code, JAXL_ENOMEM);
        ck_assert_int_lt(n, 20);
    }
    jaxl_dnc_free(&d);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, lines_of_all_kinds, 0, UNIT_COUNT(lines));
    tcase_add_test(tc, with_or_without_its_code);
    tcase_add_test(tc, several_files);
    tcase_add_test(tc, a_file_that_changes);
    tcase_add_test(tc, many_lines);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("dnc", add);
}
