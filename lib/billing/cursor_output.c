/* What a cursor knows of the file that the records go to. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "billing/cursor.h"

static int io_error(const char *what, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EIO, "%s the output: %s", what, strerror(errno));
}

static bool is_noted(const struct jaxl_cursor *c, const struct stat *info)
{
    return c->noted && (uint64_t)info->st_dev == c->dev && (uint64_t)info->st_ino == c->ino;
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
    struct stat there;

    if (!c->noted || c->complete || stat(c->output, &there) || !is_noted(c, &there) ||
        there.st_size <= c->size)
        return 0;
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "cursor %s: the last run was interrupted, and what it wrote to %s behind "
                          "byte %" PRId64 " would come twice: write to that file once more (>>), "
                          "or cut it: truncate -s %" PRId64 " it",
                          c->file.path, c->output, c->size, c->size);
}

static int cut_off(int fd, const struct jaxl_cursor *c, const struct stat *info, uint64_t *cut,
                   struct jaxl_error *err)
{
    if (info->st_size == c->size)
        return 0;
    if (ftruncate(fd, c->size) || lseek(fd, 0, SEEK_END) < 0)
        return io_error("cutting what an interrupted run wrote off", err);
    *cut = (uint64_t)(info->st_size - c->size);
    return 0;
}

static int check_same(const struct jaxl_cursor *c, int fd, const struct stat *info, uint64_t *cut,
                      struct jaxl_error *err)
{
    if (c->complete)
        return 0;
    if (info->st_size >= c->size)
        return cut_off(fd, c, info, cut, err);
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "cursor %s: the last run was interrupted, and of the %" PRId64
                          " bytes that it and others had written to the output only %" PRId64
                          " are left: put them back and append (>>), or remove the cursor to "
                          "fetch everything again",
                          c->file.path, c->size, (int64_t)info->st_size);
}

int jaxl_cursor_output_begin(struct jaxl_cursor *c, int fd, uint64_t *cut, struct jaxl_error *err)
{
    struct stat info = {.st_mode = 0};
    bool regular;
    int rc;

    if (fd >= 0 && fstat(fd, &info))
        return io_error("looking at", err);
    regular = fd >= 0 && S_ISREG(info.st_mode);
    rc = regular && is_noted(c, &info) ? check_same(c, fd, &info, cut, err) : check_other(c, err);
    if (rc)
        return rc;
    free(c->output);
    c->output = regular ? path_of(fd) : NULL;
    c->noted = regular;
    if (!regular)
        return 0;
    if (!c->output)
        return jaxl_error_set(err, JAXL_ENOMEM, "cursor %s: out of memory", c->file.path);
    c->dev = (uint64_t)info.st_dev;
    c->ino = (uint64_t)info.st_ino;
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
