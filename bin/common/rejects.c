#include "common/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/progress.h"

static int failed(const struct cli_rejects *r, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EIO, "--rejects %s: %s", r->path, strerror(errno));
}

int cli_rejects_open(struct cli_rejects *r, const char *path, struct jaxl_error *err)
{
    *r = (struct cli_rejects){.path = path, .fd = STDERR_FILENO};
    if (path)
        r->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return r->fd < 0 ? failed(r, err) : 0;
}

int cli_rejects_empty(const struct cli_rejects *r, struct jaxl_error *err)
{
    struct stat st;

    if (!r->path || fstat(r->fd, &st) || !S_ISREG(st.st_mode) || ftruncate(r->fd, 0) == 0)
        return 0;
    return failed(r, err);
}

int cli_rejects_put(const struct cli_rejects *r, const char *line, size_t len,
                    struct jaxl_error *err)
{
    if (!r->path)
        cli_progress_hide();
    while (len > 0) {
        ssize_t n = write(r->fd, line, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return jaxl_error_set(err, JAXL_EIO, "writing rejects: %s", strerror(errno));
        line += n;
        len -= (size_t)n;
    }
    return 0;
}
