#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/keyfile.h"

static int read_all(int fd, size_t max, struct jaxl_buf *out, int *why)
{
    ssize_t got;

    if (jaxl_buf_reserve(out, max + 1)) /* all at once: growing would leave copies behind */
        return out->failed;
    do {
        got = read(fd, out->data + out->len, max + 1 - out->len);
        if (got < 0 && errno != EINTR) {
            *why = errno;
            return JAXL_EIO;
        }
        out->len += got > 0 ? (size_t)got : 0;
    } while (got != 0 && out->len <= max);
    out->data[out->len] = '\0';
    return out->len > max ? JAXL_ELIMIT : 0;
}

int jaxl_keyfile_read(const char *path, size_t max, const struct jaxl_log *log,
                      struct jaxl_buf *out, int *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    int r;

    jaxl_buf_init(out, max + 1);
    if (fd < 0) {
        *why = errno;
        return JAXL_EIO;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & (S_IRGRP | S_IROTH))
        jaxl_log_print(log, JAXL_LOG_WARNING, "%s can be read by other users: chmod 600 it", path);
    r = read_all(fd, max, out, why);
    close(fd);
    return r;
}

static int write_all(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, data, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        data += done;
        n -= (size_t)done;
    }
    return 0;
}

/* lock: NULL, or where a locked descriptor of it goes. */
static int write_new(const char *path, const struct jaxl_buf *text, bool durable, int *lock)
{
    int fd, why;

    (void)unlink(path); /* left by a process that was stopped */
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno;
    why = fchmod(fd, 0600) ? errno : write_all(fd, text->data, text->len);
    if (!why && durable && fsync(fd))
        why = errno;
    if (!why && lock && flock(fd, LOCK_EX | LOCK_NB))
        why = errno;
    if (!why && lock)
        *lock = fd;
    else if (close(fd) && !why)
        why = errno;
    if (why)
        (void)unlink(path);
    return why;
}

/* Makes a rename durable. Where a file system cannot, the file is there all the same. */
static void sync_dir(const char *path)
{
    char dir[4096];
    const char *slash = strrchr(path, '/');
    int fd;

    if ((size_t)snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) + 1 : 1,
                         slash ? path : ".") >= sizeof dir)
        return;
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

static int put_in_place(const char *path, const char *new_path, bool durable)
{
    int why = 0;

    if (rename(new_path, path)) {
        why = errno;
        (void)unlink(new_path);
    } else if (durable) {
        sync_dir(path);
    }
    return why;
}

int jaxl_keyfile_write(const char *path, const char *new_path, const struct jaxl_buf *text,
                       bool durable)
{
    int why = write_new(new_path, text, durable, NULL);

    return why ? why : put_in_place(path, new_path, durable);
}

int jaxl_keyfile_write_locked(const char *path, const char *new_path, const struct jaxl_buf *text,
                              int *lock)
{
    int fd, why = write_new(new_path, text, true, &fd);

    if (why)
        return why;
    why = put_in_place(path, new_path, true);
    if (why)
        close(fd);
    else
        *lock = fd;
    return why;
}
