#include <errno.h>
#include <fcntl.h>
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
