/* What a cursor knows of the file that the records go to. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "billing/cursor.h"
#include "jaxl/clock.h"

static int io_error(const char *what, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EIO, "%s the output: %s", what, strerror(errno));
}

/* What tells a file from every other. */
struct file {
    bool regular;
    uint64_t dev, ino;
    int64_t born, size;
};

/* The file at path, or NULL: that of a descriptor. */
static bool look(int fd, const char *path, struct file *f)
{
    struct statx x;

    if (statx(path ? AT_FDCWD : fd, path ? path : "", path ? 0 : AT_EMPTY_PATH,
              STATX_BASIC_STATS | STATX_BTIME, &x))
        return false;
    *f = (struct file){.regular = S_ISREG(x.stx_mode),
                       .dev = makedev(x.stx_dev_major, x.stx_dev_minor),
                       .ino = x.stx_ino,
                       .size = (int64_t)x.stx_size};
    if (x.stx_mask & STATX_BTIME)
        f->born = x.stx_btime.tv_sec * JAXL_SECOND + x.stx_btime.tv_nsec / 1000;
    return true;
}

static bool is_noted(const struct jaxl_cursor *c, const struct file *f)
{
    return c->noted && f->dev == c->dev && f->ino == c->ino && f->born == c->born;
}

/* The path of an open file, to be freed; "" when it cannot be told. */
static char *path_of(int fd)
{
    char link[40], path[4096];
    ssize_t len;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    len = readlink(link, path, sizeof path - 1);
    path[len > 0 ? len : 0] = '\0';
    return strdup(path);
}

/* The output of the interrupted run: its end may be more than the cursor knows. */
static int check_other(const struct jaxl_cursor *c, struct jaxl_error *err)
{
    struct file there;

    if (!c->noted || c->complete || !look(-1, c->output, &there) || !is_noted(c, &there) ||
        there.size <= c->size)
        return 0;
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "cursor %s: the last run was interrupted, and what it wrote to %s behind "
                          "byte %" PRId64 " would come twice: write to that file once more (>>), "
                          "or cut it: truncate -s %" PRId64 " it",
                          c->file.path, c->output, c->size, c->size);
}

static int cut_off(int fd, const struct jaxl_cursor *c, const struct file *f, uint64_t *cut,
                   struct jaxl_error *err)
{
    if (f->size == c->size)
        return 0;
    if (ftruncate(fd, c->size) || lseek(fd, 0, SEEK_END) < 0)
        return io_error("cutting what an interrupted run wrote off", err);
    *cut = (uint64_t)(f->size - c->size);
    return 0;
}

static int check_same(const struct jaxl_cursor *c, int fd, const struct file *f, uint64_t *cut,
                      struct jaxl_error *err)
{
    if (c->complete)
        return 0;
    if (f->size >= c->size)
        return cut_off(fd, c, f, cut, err);
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "cursor %s: the last run was interrupted, and of the %" PRId64
                          " bytes that it and others had written to the output only %" PRId64
                          " are left: put them back and append (>>), or remove the cursor to "
                          "fetch everything again",
                          c->file.path, c->size, f->size);
}

int jaxl_cursor_output_begin(struct jaxl_cursor *c, int fd, uint64_t *cut, struct jaxl_error *err)
{
    struct file f = {.regular = false};
    int rc;

    if (fd >= 0 && !look(fd, NULL, &f))
        return io_error("looking at", err);
    rc = f.regular && is_noted(c, &f) ? check_same(c, fd, &f, cut, err) : check_other(c, err);
    if (rc)
        return rc;
    free(c->output);
    c->output = f.regular ? path_of(fd) : NULL;
    c->noted = f.regular;
    if (!f.regular)
        return 0;
    if (!c->output)
        return jaxl_error_set(err, JAXL_ENOMEM, "cursor %s: out of memory", c->file.path);
    c->dev = f.dev;
    c->ino = f.ino;
    c->born = f.born;
    return jaxl_cursor_output_note(c, fd, err);
}

int jaxl_cursor_output_note(struct jaxl_cursor *c, int fd, struct jaxl_error *err)
{
    struct stat info;

    if (!c->noted)
        return 0;
    if (fsync(fd) || fstat(fd, &info))
        return io_error("writing", err);
    c->size = info.st_size;
    return 0;
}
