#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/folder.h"
#include "unit.h"

static char dir[256];

static void begin(void)
{
    unit_dir_make(dir);
    (void)umask(0);
}

static void end(void)
{
    unit_dir_remove(dir);
}

static unsigned mode_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_mode & 0777U : 0;
}

START_TEST(makes_what_is_missing)
{
    char a[300], b[300], c[300], text[300];

    snprintf(a, sizeof a, "%s/a", dir);
    snprintf(b, sizeof b, "%s/a/b", dir);
    snprintf(c, sizeof c, "%s/a/b/c", dir);
    ck_assert_int_eq(mkdir(a, 0755), 0);
    snprintf(text, sizeof text, "%s//a/b/c/", dir);
    ck_assert_int_eq(jaxl_folder_make(text, "ledger", NULL), 0);
    ck_assert_uint_eq(mode_of(a), 0755);
    ck_assert_uint_eq(mode_of(b), 0700);
    ck_assert_uint_eq(mode_of(c), 0700);
    ck_assert_int_eq(jaxl_folder_make(c, "ledger", NULL), 0);
    ck_assert_int_eq(jaxl_folder_make("/", "ledger", NULL), 0);
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(jaxl_folder_make("d/e", "ledger", NULL), 0);
    snprintf(text, sizeof text, "%s/d/e", dir);
    ck_assert_uint_eq(mode_of(text), 0700);
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(cannot_be_made)
{
    char file[300], below[320], expected[400];
    struct jaxl_error err = {0};
    int fd;

    snprintf(file, sizeof file, "%s/file", dir);
    snprintf(below, sizeof below, "%s/x/y", file);
    snprintf(expected, sizeof expected, "ledger %s/x: Not a directory", file);
    fd = open(file, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(jaxl_folder_make(below, "ledger", &err), JAXL_EIO);
    ck_assert_str_eq(err.message, expected);
}
END_TEST

static const char *only_home(void *ctx, const char *name)
{
    return strcmp(name, "HOME") == 0 ? ctx : NULL;
}

START_TEST(the_home)
{
    char room[JAXL_FOLDER_ROOM], text[] = "/home/asha";
    struct jaxl_env env = {text, only_home};
    const struct passwd *me = getpwuid(getuid());

    ck_assert_str_eq(jaxl_folder_home(&env, room), text);
    env.ctx = NULL;
    ck_assert_ptr_nonnull(me);
    ck_assert_str_eq(jaxl_folder_home(&env, room), me->pw_dir);
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, makes_what_is_missing);
    tcase_add_test(tc, cannot_be_made);
    tcase_add_test(tc, the_home);
}

int main(void)
{
    return unit_run("folder", add_tests);
}
