/* Where records go that cannot be used: a file, or standard error. */
#ifndef JAXL_BIN_REJECTS_H
#define JAXL_BIN_REJECTS_H

#include <stddef.h>

#include "common/cli.h"
#include "jaxl/error.h"

struct cli_rejects {
    const char *path; /* NULL: standard error */
    int fd;
};

/* path: borrowed. What is in the file stays. A new one is for its owner alone: rejects are whole
 * records, with the numbers of people. JAXL_EIO; JAXL_EARG when it is what the program reads. */
int cli_rejects_open(struct cli_rejects *r, const char *path, const struct cli_common *common,
                     struct jaxl_error *err);
/* Begins the file anew, where it is a regular one. JAXL_EIO. */
int cli_rejects_empty(const struct cli_rejects *r, struct jaxl_error *err);
/* Writes a line, whole; a progress bar gives way. JAXL_EIO. */
int cli_rejects_put(const struct cli_rejects *r, const char *line, size_t len,
                    struct jaxl_error *err);

#endif
