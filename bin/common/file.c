#include "common/file.h"

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

int cli_file_read(const char *path, size_t max, struct jaxl_buf *out, struct jaxl_error *err)
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

static bool signal_waits(const sigset_t *held)
{
    sigset_t waiting;

    sigpending(&waiting);
    sigandset(&waiting, &waiting, held);
    sigdelset(&waiting, SIGXFSZ);
    return !sigisemptyset(&waiting);
}

/* 0, or why not: a held signal, as well, when there is a set of them. */
static int write_all(int fd, const char *data, size_t len, const sigset_t *held)
{
    while (len > 0) {
        ssize_t n;
        if (held && signal_waits(held))
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

/* Signals that would end the process wait while a file is half there. One that is ignored would
 * wait for ever, and one that was blocked before is not ours. */
static void hold_signals(sigset_t *held)
{
    static const int ends[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                               SIGUSR1, SIGUSR2, SIGALRM, SIGXFSZ};
    sigset_t before;

    sigemptyset(held);
    sigprocmask(SIG_BLOCK, NULL, &before);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct sigaction now;
        if (!sigismember(&before, ends[i]) && sigaction(ends[i], NULL, &now) == 0 &&
            now.sa_handler != SIG_IGN)
            sigaddset(held, ends[i]);
    }
    sigprocmask(SIG_BLOCK, held, NULL);
}

/* Those that come through now end the process; that the file is too large is said instead. */
static void let_signals(const sigset_t *held)
{
    static const struct timespec now = {0, 0};
    sigset_t large;

    sigemptyset(&large);
    sigaddset(&large, SIGXFSZ);
    if (sigismember(held, SIGXFSZ))
        (void)sigtimedwait(&large, NULL, &now);
    sigprocmask(SIG_UNBLOCK, held, NULL);
}

/* A file that takes the place of path, where st was, when it is whole. */
static int write_beside(const char *path, const struct stat *st, const char *data, size_t len,
                        const sigset_t *held)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0, fd, why;
    char temp[PATH_MAX];

    if (snprintf(temp, sizeof temp, "%.*s.jaxl-XXXXXX", folder, path) >= (int)sizeof temp)
        return ENAMETOOLONG;
    fd = mkostemp(temp, O_CLOEXEC); /* O_EXCL, 0600 */
    if (fd < 0)
        return errno;
    /* the mode of the old one, unless it would let another group or owner in than that did */
    if (st && fchown(fd, st->st_uid, st->st_gid) == 0)
        (void)fchmod(fd, st->st_mode & 0777);
    why = write_all(fd, data, len, held);
    if (!why && fsync(fd) && errno != EINVAL) /* a file system that has none */
        why = errno;
    if (close(fd) && !why)
        why = errno;
    if (!why && signal_waits(held))
        why = EINTR;
    if (!why && rename(temp, path))
        why = errno;
    if (why)
        (void)unlink(temp);
    return why;
}

static int say(struct jaxl_error *err, const char *name, const char *what, int why)
{
    return why ? jaxl_error_set(err, JAXL_EIO, "%s: %s%s", name, what, strerror(why)) : 0;
}

static int replace(const char *path, const struct stat *st, const char *data, size_t len,
                   struct jaxl_error *err)
{
    struct stat link;
    bool there = lstat(path, &link) == 0;
    char *real = NULL;
    sigset_t held;
    int why;

    if (!there && errno != ENOENT)
        return say(err, path, "", errno);
    if (there && S_ISLNK(link.st_mode) && !(real = realpath(path, NULL))) /* a link stays one */
        return say(err, path, "the link leads nowhere: ", errno);
    /* which the folder's mode would let pass */
    why = st && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ? errno : 0;
    if (why) {
        free(real);
        return say(err, path, "", why);
    }
    hold_signals(&held);
    why = write_beside(real ? real : path, st, data, len, &held);
    let_signals(&held);
    free(real);
    if (st && (why == EACCES || why == EPERM || why == EROFS || why == EBUSY))
        return jaxl_error_set(err, JAXL_EIO,
                              "%s: its folder does not let the file be replaced (is it mounted by "
                              "itself, or the folder read-only?)",
                              path);
    return say(err, path, "", why);
}

int cli_file_write(const char *path, const char *data, size_t len, struct jaxl_error *err)
{
    struct stat buf, *st = path && stat(path, &buf) == 0 ? &buf : NULL;
    int why;

    if (path && !*path)
        return jaxl_error_set(err, JAXL_EARG, "--path is empty");
    if (is_standard_output(path, st)) {
        why = write_all(STDOUT_FILENO, data, len, NULL);
        return why == EPIPE ? jaxl_error_set(err, JAXL_EEND, "the reader has gone")
                            : say(err, "standard output", "", why);
    }
    if (is_passage(path, st))
        return say(err, path, "", write_passage(path, data, len));
    return replace(path, st, data, len, err);
}
