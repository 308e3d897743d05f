/* Files that a program reads and writes whole. */
#ifndef JAXL_BIN_FILE_H
#define JAXL_BIN_FILE_H

#include <stddef.h>

#include "jaxl/buf.h"

/* Reads a file of at most max bytes, or standard input for "-", into *out, which it begins and the
 * caller frees or wipes, also after a failure. It does not move while it grows, so that wiping it
 * leaves nothing behind. JAXL_EINPUT, JAXL_ELIMIT, JAXL_ENOMEM. */
int cli_file_read(const char *path, size_t max, struct jaxl_buf *out, struct jaxl_error *err);

/* Writes a file whole or not at all: to path, or to standard output when that is NULL or "-". A new
 * file is for its owner alone; one that was there keeps its mode where it can keep its owner and
 * its group, and stays as it was after any failure or signal that can be caught. A link stays one,
 * and must lead to a file. What is no regular file (a device, a FIFO, another descriptor) is
 * written as the data comes. JAXL_EIO, JAXL_EARG; JAXL_EEND: the reader of standard output has
 * gone. */
int cli_file_write(const char *path, const char *data, size_t len, struct jaxl_error *err);

#endif
