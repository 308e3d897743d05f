#include "events/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Another opening of what fd is; -1: not to be had. */
static int open_again(int fd, const struct stat *what)
{
    char path[40];
    struct stat info;
    int again;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    again = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (again >= 0 && (fstat(again, &info) || info.st_dev != what->st_dev ||
                       info.st_ino != what->st_ino || info.st_mode != what->st_mode)) {
        close(again);
        return -1;
    }
    return again;
}

int jaxl_output_open(struct jaxl_output *o, int fd, struct jaxl_error *err)
{
    int flags = fcntl(fd, F_GETFL), again = -1;
    struct stat info;

    *o = (struct jaxl_output){.fd = fd};
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fstat(fd, &info))
        return jaxl_error_set(err, JAXL_EARG, "the output: descriptor %d cannot be written to", fd);
    if ((flags & O_NONBLOCK) || S_ISREG(info.st_mode) || (S_ISCHR(info.st_mode) && !isatty(fd)))
        return 0;
    if (!S_ISSOCK(info.st_mode))
        again = open_again(fd, &info);
    if (again >= 0)
        *o = (struct jaxl_output){.fd = again, .own = true};
    else
        o->patient = true;
    return 0;
}

void jaxl_output_close(struct jaxl_output *o)
{
    if (o->own)
        close(o->fd);
    *o = (struct jaxl_output){.fd = -1};
}

ssize_t jaxl_output_write(const struct jaxl_output *o, const char *data, size_t n)
{
    struct pollfd p = {.fd = o->fd, .events = POLLOUT};
    ssize_t written;

    if (o->patient) {
        if (poll(&p, 1, 0) <= 0) {
            errno = EAGAIN;
            return -1;
        }
        n = n < PIPE_BUF ? n : PIPE_BUF;
    }
    do
        written = write(o->fd, data, n);
    while (written < 0 && errno == EINTR);
    return written;
}
