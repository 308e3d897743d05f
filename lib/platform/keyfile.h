/* Files that hold a key: read whole into memory that can be wiped, with a warning when other users
 * can read them. */
#ifndef JAXL_PLATFORM_KEYFILE_H
#define JAXL_PLATFORM_KEYFILE_H

#include <stddef.h>

#include "jaxl/buf.h"
#include "jaxl/log.h"

/* Fills *out (made here, to be freed with jaxl_buf_wipe in every case) with the whole file of at
 * most max bytes. JAXL_EIO with *why as errno has it, JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_keyfile_read(const char *path, size_t max, const struct jaxl_log *log,
                      struct jaxl_buf *out, int *why);

#endif
