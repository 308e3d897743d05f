#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/progress.h"
#include "jaxl/nearest.h"

int cli_exit_code(int code)
{
    static const struct {
        int code, status;
    } table[] = {
        {JAXL_OK, CLI_DONE},
        {JAXL_EEND, CLI_DONE},
        {JAXL_ESAFETY, CLI_LIMIT},
        {JAXL_ESTOPPED, CLI_DONE},
        {JAXL_EREFUSED, CLI_SOME_FAILED},
        {JAXL_EUNKNOWN, CLI_UNKNOWN},
        {JAXL_EARG, CLI_USAGE},
        {JAXL_EINPUT, CLI_INPUT},
        {JAXL_ELIMIT, CLI_INPUT},
        {JAXL_ENET, CLI_UNAVAILABLE},
        {JAXL_EPROTO, CLI_UNAVAILABLE},
        {JAXL_ETHROTTLE, CLI_LATER},
        {JAXL_EBUSY, CLI_LATER},
        {JAXL_EAUTH, CLI_REFUSED},
        {JAXL_ECONFIG, CLI_CONFIG},
        {JAXL_ECRYPTO, CLI_CONFIG},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].code == code)
            return table[i].status;
    return CLI_IO;
}

int cli_exit_of(const struct jaxl_error *err)
{
    return err->code == JAXL_EUNKNOWN && err->retry_safe ? CLI_UNAVAILABLE
                                                         : cli_exit_code(err->code);
}

/* From what counts least to what counts most. */
static int rank(int status)
{
    static const int order[] = {CLI_DONE,   CLI_SOME_FAILED, CLI_DIFFERENT, CLI_LATER,
                                CLI_IO,     CLI_USAGE,       CLI_INPUT,     CLI_UNAVAILABLE,
                                CLI_CONFIG, CLI_REFUSED,     CLI_UNKNOWN,   CLI_LIMIT};
    const int n = sizeof order / sizeof order[0];

    if (status > CLI_SIGNAL)
        return n;
    for (int i = 0; i < n; i++)
        if (order[i] == status)
            return i;
    return 1;
}

int cli_exit_worse(int a, int b)
{
    return rank(b) > rank(a) ? b : a;
}

void cli_message(const char *name, const char *fmt, ...)
{
    char line[1400];
    va_list ap;
    size_t len;
    int n = snprintf(line, sizeof line, "%s: ", name);

    va_start(ap, fmt);
    (void)vsnprintf(line + n, sizeof line - (size_t)n - 1, fmt, ap);
    va_end(ap);
    len = strlen(line);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = ' ';
    line[len++] = '\n';
    cli_progress_hide();
    if (write(STDERR_FILENO, line, len) < 0)
        return; /* nobody to tell */
}

int cli_fail(const char *name, const struct jaxl_error *err)
{
    cli_message(name, "%s", err->message);
    return cli_exit_of(err);
}

void cli_raise_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

int cli_hold_files(const char *name)
{
    bool silent = false;

    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            /* for the wrong direction: what uses it fails */
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
            silent = silent || fd == 1;
        }
    if (!silent)
        return CLI_GO_ON;
    cli_message(name, "standard output is closed");
    return CLI_IO;
}

int cli_close_stdout(const char *name, int status)
{
    errno = 0;
    if (fclose(stdout) == 0 || errno == EPIPE)
        return status;
    cli_message(name, "standard output: %s", strerror(errno));
    return cli_exit_worse(status, CLI_IO);
}

size_t cli_terminal_width(int fd)
{
    struct winsize size;

    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

const char *cli_nearest(const char *text, const char *const *names, size_t n)
{
    return jaxl_nearest(text, names, n);
}
