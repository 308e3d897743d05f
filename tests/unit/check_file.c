/* Files are written whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/file.h"
#include "unit.h"

static char dir[256], path[300], other[300];

static void set_up(void)
{
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/call.wav", dir);
    snprintf(other, sizeof other, "%s/other", dir);
    umask(022);
}

static void tear_down(void)
{
    unit_dir_remove(dir);
}

static void put(const char *name, const char *text, mode_t mode)
{
    FILE *out = fopen(name, "we");

    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(chmod(name, mode), 0);
}

static void holds(const char *name, const char *text)
{
    char data[100];
    FILE *in = fopen(name, "re");
    size_t n;

    ck_assert_ptr_nonnull(in);
    n = fread(data, 1, sizeof data - 1, in);
    data[n] = '\0';
    ck_assert_int_eq(fclose(in), 0);
    ck_assert_str_eq(data, text);
}

static mode_t mode_of(const char *name)
{
    struct stat st;

    ck_assert_int_eq(lstat(name, &st), 0);
    return st.st_mode;
}

/* Files that were begun. */
static size_t begun(void)
{
    char pattern[300];
    glob_t found;
    size_t n;

    snprintf(pattern, sizeof pattern, "%s/.jaxl-*", dir);
    n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    globfree(&found);
    return n;
}

static int save(const char *name, const char *text, struct jaxl_error *err)
{
    return cli_file_write(name, text, strlen(text), err);
}

START_TEST(new_file_is_private)
{
    ck_assert_int_eq(save(path, "RIFF", NULL), 0);
    holds(path, "RIFF");
    ck_assert_uint_eq(mode_of(path) & 07777, 0600);
    ck_assert_int_eq(save(other, "", NULL), 0);
    holds(other, "");
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(save("here", "RIFF", NULL), 0);
    holds("here", "RIFF");
    ck_assert_uint_eq(begun(), 0);
}
END_TEST

START_TEST(old_file_keeps_its_mode_and_links)
{
    struct stat st;

    put(other, "what was there", 0640);
    if (geteuid() == 0)
        ck_assert_int_eq(chown(other, 65534, 65534), 0);
    ck_assert_int_eq(symlink("other", path), 0);
    ck_assert_int_eq(save(path, "new", NULL), 0);
    holds(other, "new");
    ck_assert_uint_eq(mode_of(other) & 07777, 0640);
    ck_assert(S_ISLNK(mode_of(path)));
    ck_assert_int_eq(stat(other, &st), 0);
    ck_assert_uint_eq(st.st_uid, geteuid() == 0 ? 65534 : geteuid());
}
END_TEST

/* As somebody who owns nothing: root may do everything. */
static void be_nobody(void)
{
    if (geteuid() != 0)
        return;
    ck_assert_int_eq(setgroups(0, NULL), 0);
    ck_assert_int_eq(setegid(65534), 0);
    ck_assert_int_eq(seteuid(65534), 0);
}

static void be_root_again(void)
{
    ck_assert_int_eq(seteuid(getuid()), 0);
    ck_assert_int_eq(setegid(getgid()), 0);
}

/* What its mode gave to its group would be given to ours. */
START_TEST(another_group_is_not_ours)
{
    static const struct {
        uid_t uid;
        gid_t gid;
    } owners[] = {{65534, 4242}, {4242, 65534}, {65534, 65534}};

    if (geteuid() != 0)
        return; /* who cannot make such a file */
    put(path, "what was there", 0666);
    ck_assert_int_eq(chown(path, owners[_i].uid, owners[_i].gid), 0);
    ck_assert_int_eq(chmod(path, 0666), 0);
    ck_assert_int_eq(chmod(dir, 0777), 0);
    be_nobody();
    ck_assert_int_eq(save(path, "new", NULL), 0);
    be_root_again();
    holds(path, "new");
    ck_assert_uint_eq(mode_of(path) & 07777, _i == 2 ? 0666 : 0600);
}
END_TEST

START_TEST(links_that_lead_nowhere_stay)
{
    static const char *const targets[] = {"nowhere", "call.wav", "other/there"};
    struct jaxl_error err;

    put(other, "what was there", 0644);
    ck_assert_int_eq(symlink(targets[_i], path), 0);
    ck_assert_int_eq(save(path, "new", &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "call.wav: the link leads nowhere: "));
    ck_assert(S_ISLNK(mode_of(path)));
    holds(other, "what was there");
    ck_assert_uint_eq(begun(), 0);
}
END_TEST

/* 0: its folder is closed; 1: it is a sticky one, and the file another's; 2: it is mounted there.
 */
START_TEST(what_cannot_be_replaced_is_left)
{
    struct jaxl_error err;

    if (_i > 0 && geteuid() != 0)
        return; /* who cannot make such a file */
    put(path, "what was there", 0666);
    put(other, "what was there", 0666);
    if (_i == 2 && (unshare(CLONE_NEWNS) || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) ||
                    mount(other, path, "none", MS_BIND, NULL)))
        return; /* nor may root everywhere */
    ck_assert_int_eq(chmod(dir, _i == 0 ? 0555 : 01777), 0);
    be_nobody();
    ck_assert_int_eq(save(path, "new", &err), JAXL_EIO);
    be_root_again();
    ck_assert_ptr_nonnull(strstr(err.message, "call.wav: its folder does not let the file be "
                                              "replaced (is it mounted by itself, or the folder "
                                              "read-only?)"));
    ck_assert_int_eq(chmod(dir, 0700), 0);
    holds(path, "what was there");
    ck_assert_uint_eq(begun(), 0);
    if (_i == 2)
        ck_assert_int_eq(umount(path), 0);
}
END_TEST

static char large[128 * 1024 * 1024]; /* zero, and never written to */

START_TEST(failure_leaves_the_old_file)
{
    const struct rlimit small = {4096, RLIM_INFINITY}, large_again = {RLIM_INFINITY, RLIM_INFINITY};
    struct jaxl_error err;

    put(path, "what was there", 0644);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    ck_assert_int_eq(cli_file_write(path, large, 10000, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "call.wav: File too large"));
    ck_assert_int_eq(cli_file_write(other, large, 10000, &err), JAXL_EIO);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &large_again), 0);
    ck_assert_int_eq(access(other, F_OK), -1);
    holds(path, "what was there");
    ck_assert_uint_eq(begun(), 0);
}
END_TEST

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};

/* The child is ended with its file half there, time and again. */
START_TEST(signal_leaves_the_old_file)
{
    const size_t len = (size_t)128 * 1024 * 1024;
    int status;
    pid_t pid;

    put(path, "what was there", 0644);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        signal(ends[_i], SIG_DFL); /* Check has its own */
        (void)cli_file_write(path, large, len, NULL);
        _exit(1);
    }
    while (!begun() && waitpid(pid, &status, WNOHANG) == 0)
        usleep(100);
    ck_assert_int_eq(kill(pid, ends[_i]), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), ends[_i]);
    ck_assert_uint_eq(begun(), 0);
    holds(path, "what was there");
}
END_TEST

/* As under nohup, or in the background of a script; or held by whoever began us. */
START_TEST(signal_that_ends_nothing)
{
    const bool held = _i >= (int)UNIT_COUNT(ends);
    const int n = ends[_i % (int)UNIT_COUNT(ends)];
    const size_t len = (size_t)16 * 1024 * 1024;
    sigset_t set;
    int status;
    pid_t pid;

    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        sigemptyset(&set);
        sigaddset(&set, n);
        signal(n, held ? SIG_DFL : SIG_IGN);
        if (held)
            sigprocmask(SIG_BLOCK, &set, NULL);
        _exit(cli_file_write(path, large, len, NULL) ? 1 : 0);
    }
    while (!begun() && waitpid(pid, &status, WNOHANG) == 0)
        usleep(100);
    ck_assert_int_eq(kill(pid, n), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(protected_file_is_left)
{
    struct jaxl_error err;

    if (geteuid() == 0) /* for whom nothing is protected */
        ck_assert_int_eq(seteuid(65534), 0);
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/call.wav", dir);
    put(path, "what was there", 0444);
    ck_assert_int_eq(save(path, "new", &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "call.wav: Permission denied"));
    holds(path, "what was there");
    (void)unlink(path);
    (void)rmdir(dir);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(wrong_place)
{
    struct jaxl_error err;

    snprintf(other, sizeof other, "%s/no/call.wav", dir);
    ck_assert_int_eq(save(other, "x", &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "no/call.wav: No such file or directory"));
    ck_assert_int_eq(save(dir, "x", &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "Is a directory"));
    ck_assert_int_eq(save("", "x", &err), JAXL_EARG);
}
END_TEST

START_TEST(devices_are_written)
{
    struct jaxl_error err;

    ck_assert_int_eq(save("/dev/null", "x", NULL), 0);
    ck_assert(S_ISCHR(mode_of("/dev/null")));
    ck_assert_int_eq(save("/dev/full", "x", &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "/dev/full: No space left on device"));
}
END_TEST

START_TEST(fifo_is_written)
{
    char got[8] = "";
    int status, fd;
    pid_t pid;

    ck_assert_int_eq(mkfifo(path, 0600), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        _exit(save(path, "RIFF", NULL) == 0 ? 0 : 1);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(read(fd, got, sizeof got), 4);
    ck_assert_str_eq(got, "RIFF");
    ck_assert(S_ISFIFO(mode_of(path)));
    close(fd);
}
END_TEST

/* Whose reader goes: nothing is wrong with that for standard output alone. */
START_TEST(reader_that_goes)
{
    const size_t len = (size_t)1024 * 1024; /* more than a pipe takes */
    char byte;
    struct jaxl_error err;
    int fds[2], out = dup(STDOUT_FILENO), code;

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    if (fork() == 0) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        _exit(read(fd, &byte, 1) == 1 ? 0 : 1);
    }
    ck_assert_int_eq(cli_file_write(path, large, len, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "call.wav: Broken pipe"));

    ck_assert_int_eq(pipe(fds), 0);
    close(fds[0]);
    fflush(stdout);
    ck_assert_int_ge(dup2(fds[1], STDOUT_FILENO), 0);
    code = save(NULL, "x", NULL);
    ck_assert_int_ge(dup2(out, STDOUT_FILENO), 0);
    ck_assert_int_eq(code, JAXL_EEND);
    close(fds[1]);
    close(out);
}
END_TEST

/* By whatever name: what was written before stays, and what comes after follows. */
static const char *const names[] = {NULL, "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};

START_TEST(standard_output_goes_on)
{
    int out = dup(STDOUT_FILENO), fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    fflush(stdout);
    ck_assert_int_ge(dup2(fd, STDOUT_FILENO), 0);
    ck_assert_int_eq(write(STDOUT_FILENO, "a ", 2), 2);
    ck_assert_int_eq(save(names[_i], "b ", NULL), 0);
    ck_assert_int_eq(write(STDOUT_FILENO, "c", 1), 1);
    ck_assert_int_ge(dup2(out, STDOUT_FILENO), 0);
    holds(path, "a b c");
    close(fd);
    close(out);
}
END_TEST

START_TEST(other_descriptor_goes_on)
{
    char name[40];
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    ck_assert_int_eq(write(fd, "a ", 2), 2);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    ck_assert_int_eq(save(name, "b", NULL), 0);
    close(fd);
    holds(path, "a b");
    ck_assert_uint_eq(mode_of(path) & 07777, 0644);
}
END_TEST

START_TEST(reading)
{
    struct jaxl_error err;
    struct jaxl_buf b;

    put(path, "0123456789", 0644);
    ck_assert_int_eq(cli_file_read(path, 10, &b, &err), 0);
    ck_assert_str_eq(jaxl_buf_text(&b), "0123456789");
    jaxl_buf_free(&b);
    ck_assert_int_eq(cli_file_read(path, 9, &b, &err), JAXL_ELIMIT);
    jaxl_buf_free(&b);
    ck_assert_int_eq(cli_file_read(other, 9, &b, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "other: No such file or directory"));
    jaxl_buf_free(&b);
    ck_assert_int_eq(cli_file_read(dir, 9, &b, &err), JAXL_EINPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "Is a directory"));
    jaxl_buf_free(&b);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, new_file_is_private);
    tcase_add_test(tc, old_file_keeps_its_mode_and_links);
    tcase_add_test(tc, failure_leaves_the_old_file);
    tcase_add_loop_test(tc, another_group_is_not_ours, 0, 3);
    tcase_add_loop_test(tc, links_that_lead_nowhere_stay, 0, 3);
    tcase_add_loop_test(tc, what_cannot_be_replaced_is_left, 0, 3);
    tcase_add_loop_test(tc, signal_leaves_the_old_file, 0, UNIT_COUNT(ends));
    tcase_add_loop_test(tc, signal_that_ends_nothing, 0, 2 * UNIT_COUNT(ends));
    tcase_add_test(tc, protected_file_is_left);
    tcase_add_test(tc, wrong_place);
    tcase_add_test(tc, devices_are_written);
    tcase_add_test(tc, fifo_is_written);
    tcase_add_test(tc, reader_that_goes);
    tcase_add_loop_test(tc, standard_output_goes_on, 0, UNIT_COUNT(names));
    tcase_add_test(tc, other_descriptor_goes_on);
    tcase_add_test(tc, reading);
}

int main(void)
{
    return unit_run("file", add);
}
