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

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* An input that is emptied before it is read would be lost. */
static bool is_input(const struct cli_rejects *r, const struct cli_common *common)
{
    struct stat st, input;

    if (fstat(r->fd, &st) || !S_ISREG(st.st_mode))
        return false;
    for (size_t i = 0; i < common->n_operands; i++)
        if (stat(common->operands[i], &input) == 0 && same_file(&st, &input))
            return true;
    return fstat(STDIN_FILENO, &input) == 0 && same_file(&st, &input);
}

int cli_rejects_open(struct cli_rejects *r, const char *path, const struct cli_common *common,
                     struct jaxl_error *err)
{
    *r = (struct cli_rejects){.path = path, .fd = STDERR_FILENO};
    if (!path)
        return 0;
    r->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (r->fd < 0)
        return failed(r, err);
    if (is_input(r, common))
        return jaxl_error_set(err, JAXL_EARG,
                              "--rejects %s: it is the input, which would be lost: name another",
                              path);
    return 0;
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
