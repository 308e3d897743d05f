#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign/capacity.h"

static int take_line(struct jaxl_capacity *c, unsigned *calls, struct jaxl_error *err)
{
    size_t digits;
    long n;

    while (c->len > 0 && strchr(" \t\r", c->line[c->len - 1]))
        c->len--;
    c->line[c->len] = '\0';
    digits = strspn(c->line, "0123456789");
    if (c->len == 0)
        return 0;
    n = strtol(c->line, NULL, 10);
    if (digits < c->len || digits > 7 || n > JAXL_CAPACITY_MOST)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "capacity: '%s' is not a number of calls (0 to %d, one a line)",
                              c->line, JAXL_CAPACITY_MOST);
    *calls = (unsigned)n;
    c->len = 0;
    return 0;
}

int jaxl_capacity_take(struct jaxl_capacity *c, const char *data, size_t n, unsigned *calls,
                       struct jaxl_error *err)
{
    int code = 0;

    for (size_t i = 0; i < n && !code; i++) {
        if (data[i] == '\n')
            code = take_line(c, calls, err);
        else if (data[i] == '\0' || c->len == sizeof c->line - 1)
            code = jaxl_error_set(err, JAXL_EINPUT,
                                  "capacity: a line is not a number of calls (0 to %d)",
                                  JAXL_CAPACITY_MOST);
        else
            c->line[c->len++] = data[i];
    }
    return code;
}

int jaxl_capacity_read(struct jaxl_capacity *c, unsigned *calls, struct jaxl_error *err)
{
    char data[4096];
    ssize_t n = read(c->fd, data, sizeof data);

    if (n > 0)
        return jaxl_capacity_take(c, data, (size_t)n, calls, err);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    c->fd = -1;
    if (n < 0)
        return jaxl_error_set(err, JAXL_EIO, "capacity: %s", strerror(errno));
    return c->len ? take_line(c, calls, err) : 0;
}
