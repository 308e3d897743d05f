#include "command/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1024 * 1024 }; /* between two looks at the signals */

static int read_all(int fd, struct jaxl_buf *out)
{
    ssize_t n = 1;

    while (n != 0 && out->len < out->max) {
        n = read(fd, out->data + out->len, out->max - out->len);
        if (n < 0 && errno != EINTR)
            return errno;
        out->len += n > 0 ? (size_t)n : 0;
    }
    out->data[out->len] = '\0';
    return 0;
}

int file_read(const char *path, size_t max, struct jaxl_buf *out, struct jaxl_error *err)
{
    bool std = strcmp(path, "-") == 0;
    const char *name = std ? "standard input" : path;
    int fd, why;

    jaxl_buf_init(out, max + 1); /* one more shows that there is more */
    if (jaxl_buf_reserve(out, out->max))
        return jaxl_buf_check(out, name, err);
    fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    why = fd < 0 ? errno : read_all(fd, out);
    if (!std && fd >= 0)
        close(fd);
    if (why)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", name, strerror(why));
    return out->len <= max
               ? 0
               : jaxl_error_set(err, JAXL_ELIMIT, "%s: more than %zu MiB", name, max >> 20);
}

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_standard_output(const char *path, const struct stat *st)
{
    struct stat out;

    return !path || strcmp(path, "-") == 0 ||
           (st && fstat(STDOUT_FILENO, &out) == 0 && same(st, &out));
}

/* What is written as the data comes: no file of its own could take its place. */
static bool is_passage(const char *path, const struct stat *st)
{
    static const char *const descriptors[] = {"/dev/fd/", "/dev/std", "/proc/"};

    for (size_t i = 0; i < sizeof descriptors / sizeof descriptors[0]; i++)
        if (strncmp(path, descriptors[i], strlen(descriptors[i])) == 0)
            return true;
    return st && !S_ISREG(st->st_mode);
}

/* 0, or why not; *stop is asked before each part, NULL: nobody is. */
static int write_all(int fd, const char *data, size_t len, bool (*stop)(void))
{
    while (len > 0) {
        ssize_t n;
        if (stop && stop())
            return EINTR;
        n = write(fd, data, len < CHUNK ? len : CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

static int write_passage(const char *path, const char *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    int why = fd < 0 ? errno : write_all(fd, data, len, NULL);

    if (fd >= 0 && close(fd) && !why)
        why = errno;
    return why;
}

/* Signals wait while a file is half there. */

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ};
enum { ENDS = sizeof ends / sizeof ends[0] };

static void hold_signals(sigset_t *before)
{
    sigset_t held;

    sigemptyset(&held);
    for (int i = 0; i < ENDS; i++)
        sigaddset(&held, ends[i]);
    sigprocmask(SIG_BLOCK, &held, before);
}

/* Those that come through now end the process; that the file is too large is said instead. */
static void let_signals(const sigset_t *before)
{
    static const struct timespec now = {0, 0};
    sigset_t large;

    sigemptyset(&large);
    sigaddset(&large, SIGXFSZ);
    if (!sigismember(before, SIGXFSZ))
        (void)sigtimedwait(&large, NULL, &now);
    sigprocmask(SIG_SETMASK, before, NULL);
}

static bool signal_waits(void)
{
    sigset_t pending;

    sigemptyset(&pending);
    sigpending(&pending);
    for (int i = 0; i < ENDS; i++)
        if (ends[i] != SIGXFSZ && sigismember(&pending, ends[i]))
            return true;
    return false;
}

/* The owner, where that may be (for root), and the mode of the file that was there. */
static int look_like(int fd, const struct stat *st)
{
    if (st && fchown(fd, st->st_uid, st->st_gid) && errno != EPERM)
        return errno;
    return st && fchmod(fd, st->st_mode & 0777) ? errno : 0;
}

/* A file that takes the place of path, where st was, when it is whole. */
static int write_beside(const char *path, const struct stat *st, const char *data, size_t len)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0, fd, why;
    char temp[PATH_MAX];

    if (snprintf(temp, sizeof temp, "%.*s.jaxl-XXXXXX", folder, path) >= (int)sizeof temp)
        return ENAMETOOLONG;
    fd = mkostemp(temp, O_CLOEXEC); /* O_EXCL, 0600 */
    if (fd < 0)
        return errno;
    why = look_like(fd, st);
    if (!why)
        why = write_all(fd, data, len, signal_waits);
    if (close(fd) && !why)
        why = errno;
    if (!why && rename(temp, path))
        why = errno;
    if (why)
        (void)unlink(temp);
    return why;
}

static int replace(const char *path, const struct stat *st, const char *data, size_t len)
{
    char *real = st ? realpath(path, NULL) : NULL; /* a link stays one */
    sigset_t before;
    int why;

    if (st &&
        faccessat(AT_FDCWD, path, W_OK, AT_EACCESS)) { /* which the folder's mode would let pass */
        why = errno;
    } else {
        hold_signals(&before);
        why = write_beside(real ? real : path, st, data, len);
        let_signals(&before);
    }
    free(real);
    return why;
}

int file_write(const char *path, const char *data, size_t len, struct jaxl_error *err)
{
    struct stat buf, *st = path && stat(path, &buf) == 0 ? &buf : NULL;
    const char *name = path;
    int why;

    if (path && !*path)
        return jaxl_error_set(err, JAXL_EARG, "--path is empty");
    if (is_standard_output(path, st)) {
        name = "standard output";
        why = write_all(STDOUT_FILENO, data, len, NULL);
    } else if (is_passage(path, st)) {
        why = write_passage(path, data, len);
    } else {
        why = replace(path, st, data, len);
    }
    if (why == EPIPE)
        return jaxl_error_set(err, JAXL_EEND, "the reader has gone");
    return why ? jaxl_error_set(err, JAXL_EIO, "%s: %s", name, strerror(why)) : 0;
}
