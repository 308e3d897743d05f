/* Files in which a program notes from run to run how far it is: NDJSON, readable for their owner
 * alone, locked by who changes them, and replaced in one step. */
#ifndef JAXL_PLATFORM_STATEFILE_H
#define JAXL_PLATFORM_STATEFILE_H

#include <stdbool.h>

#include "jaxl/buf.h"
#include "jaxl/record.h"

struct jaxl_statefile {
    const char *what;      /* "state file": for messages, borrowed */
    char *path, *new_path; /* NULL: there is none */
    int lock;              /* descriptor; -1: not locked */
    bool made;             /* it was not there before it was locked, and nothing was written yet */
};

enum { JAXL_STATEFILE_PATH = 4000 };

/* Takes the file at path, which need not be there; NULL: none. A link stays one. lock: makes it and
 * holds it for this process until it is closed. JAXL_EBUSY: another holds it; JAXL_EIO;
 * JAXL_ENOMEM; JAXL_EARG. To be closed also on failure. */
int jaxl_statefile_open(struct jaxl_statefile *f, const char *what, const char *path, bool lock,
                        struct jaxl_error *err);
/* A file that was made for the lock alone goes with it. */
void jaxl_statefile_close(struct jaxl_statefile *f);

/* One line. 0, or the code that ends the reading. */
typedef int jaxl_statefile_take(void *ctx, const struct jaxl_record *line, struct jaxl_error *err);

/* Reads it from the beginning, once; one that is not there has no lines. JAXL_EINPUT: it is none,
 * with the line; JAXL_EIO; JAXL_ENOMEM. */
int jaxl_statefile_read(struct jaxl_statefile *f, jaxl_statefile_take *take, void *ctx,
                        struct jaxl_error *err);
/* Puts a new file in its place, which is locked as well; it survives a failing machine. JAXL_EIO,
 * and what the buffer failed with. */
int jaxl_statefile_write(struct jaxl_statefile *f, const struct jaxl_buf *text,
                         struct jaxl_error *err);

#endif
