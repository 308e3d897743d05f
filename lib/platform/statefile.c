#include "platform/statefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/keyfile.h"

enum { TRIES = 16 };

static int io_error(const struct jaxl_statefile *f, int why, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EIO, "%s %s: %s", f->what, f->path, strerror(why));
}

/* A descriptor of the file, which is made when it is not there; *made says so. -1: errno. It can be
 * written, for a lock that NFS grants; where it cannot, a lock of this machine will do. */
static int open_or_make(const char *path, bool *made)
{
    const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, O_RDWR | flags | O_CREAT | O_EXCL, 0600);

    *made = fd >= 0;
    if (fd < 0 && errno == EEXIST)
        fd = open(path, O_RDWR | flags);
    return fd < 0 && (errno == EACCES || errno == EISDIR) ? open(path, O_RDONLY | flags) : fd;
}

/* A descriptor of the file that path is now, locked. */
static int open_locked(struct jaxl_statefile *f, struct jaxl_error *err)
{
    struct stat mine, there;

    for (int i = 0; i < TRIES; i++) {
        int fd = open_or_make(f->path, &f->made);
        if (fd < 0 && errno == ENOENT && i + 1 < TRIES)
            continue; /* it has gone in between; or its folder is not there */
        if (fd < 0)
            return io_error(f, errno, err);
        if (flock(fd, LOCK_EX | LOCK_NB)) {
            int why = errno;
            close(fd);
            if (why != EWOULDBLOCK)
                return io_error(f, why, err);
            return jaxl_error_set(err, JAXL_EBUSY, "%s %s: another run that uses it is under way",
                                  f->what, f->path);
        }
        if (!fstat(fd, &mine) && !stat(f->path, &there) && mine.st_ino == there.st_ino &&
            mine.st_dev == there.st_dev) {
            f->lock = fd;
            return 0;
        }
        close(fd); /* that one has been replaced meanwhile */
    }
    return jaxl_error_set(err, JAXL_EBUSY, "%s %s: other runs use it", f->what, f->path);
}

static bool is_link(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

int jaxl_statefile_open(struct jaxl_statefile *f, const char *what, const char *path, bool lock,
                        struct jaxl_error *err)
{
    bool link = path && is_link(path);

    *f = (struct jaxl_statefile){.what = what, .lock = -1};
    if (!path)
        return 0;
    if (strlen(path) > JAXL_STATEFILE_PATH)
        return jaxl_error_set(err, JAXL_EARG, "the path of the %s is too long", what);
    f->path = link ? realpath(path, NULL) : strdup(path); /* a link stays one */
    if (!f->path && link && errno != ENOMEM)
        return jaxl_error_set(err, JAXL_EIO, "%s %s: %s", what, path, strerror(errno));
    f->new_path = f->path ? malloc(strlen(f->path) + sizeof ".new") : NULL;
    if (!f->new_path)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s %s: out of memory", what, path);
    sprintf(f->new_path, "%s.new", f->path);
    return lock ? open_locked(f, err) : 0;
}

void jaxl_statefile_close(struct jaxl_statefile *f)
{
    if (f->lock >= 0) {
        if (f->made)
            unlink(f->path); /* nothing was put into it */
        close(f->lock);
    }
    free(f->path);
    free(f->new_path);
    *f = (struct jaxl_statefile){.what = f->what, .lock = -1};
}

static int read_lines(const struct jaxl_statefile *f, int fd, jaxl_statefile_take *take, void *ctx,
                      struct jaxl_error *err)
{
    const struct jaxl_record_reader_options options = {.input = JAXL_RECORD_IN_NDJSON};
    struct jaxl_record_reader *reader;
    struct jaxl_record line;
    int rc = jaxl_record_reader_new(&reader, fd, f->path, &options, err);

    if (rc)
        return rc;
    do {
        do
            rc = jaxl_record_read(reader, true, &line, err);
        while (rc == JAXL_EAGAIN);
        if (!rc)
            rc = take(ctx, &line, err);
    } while (!rc);
    jaxl_record_reader_free(&reader);
    if (rc == JAXL_EEND)
        return 0;
    return rc == JAXL_ELIMIT ? jaxl_error_set(err, JAXL_EINPUT, "%s %s: not one", f->what, f->path)
                             : rc;
}

int jaxl_statefile_read(struct jaxl_statefile *f, jaxl_statefile_take *take, void *ctx,
                        struct jaxl_error *err)
{
    struct stat info;
    int fd = f->lock, rc;

    if (!f->path)
        return 0;
    if (fd < 0)
        fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? 0 : io_error(f, errno, err);
    if (fstat(fd, &info))
        rc = io_error(f, errno, err);
    else if (!S_ISREG(info.st_mode))
        rc = jaxl_error_set(err, JAXL_EINPUT, "%s %s: not a regular file", f->what, f->path);
    else
        rc = read_lines(f, fd, take, ctx, err);
    if (fd != f->lock)
        close(fd);
    return rc;
}

int jaxl_statefile_write(struct jaxl_statefile *f, const struct jaxl_buf *text,
                         struct jaxl_error *err)
{
    int lock, why, rc = jaxl_buf_check(text, f->what, err);

    if (rc)
        return rc;
    why = jaxl_keyfile_write_locked(f->path, f->new_path, text, &lock);
    if (why)
        return io_error(f, why, err);
    close(f->lock);
    f->lock = lock;
    f->made = false;
    return 0;
}
