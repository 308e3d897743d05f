/* A descriptor of somebody else's (standard output) written to without ever waiting for its reader,
 * and without a change to it that others who share it would see. */
#ifndef EVENTS_OUTPUT_H
#define EVENTS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "jaxl/error.h"

struct jaxl_output {
    int fd;       /* to poll for POLLOUT */
    bool own;     /* it is another opening of the same pipe or terminal, which does not wait */
    bool patient; /* writing could wait: it is asked before, and given few bytes */
};

/* fd stays the caller's and open as long as the output. A pipe or terminal is opened anew through
 * /proc, because O_NONBLOCK belongs to an opening, which others share; where that fails, and for
 * sockets, no more than PIPE_BUF bytes are written when poll says that they can be. JAXL_EARG: fd
 * is not open for writing. */
int jaxl_output_open(struct jaxl_output *o, int fd, struct jaxl_error *err);
void jaxl_output_close(struct jaxl_output *o);
/* What write(2) gives: the bytes taken, or -1 with errno; EAGAIN: none just now. Up to PIPE_BUF
 * bytes go into a pipe whole or not at all. SIGPIPE is the caller's affair. */
ssize_t jaxl_output_write(const struct jaxl_output *o, const char *data, size_t n);

#endif
