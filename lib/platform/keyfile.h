/* Files that hold a key: read whole into memory that can be wiped, with a warning when other users
 * can read them. */
#ifndef JAXL_PLATFORM_KEYFILE_H
#define JAXL_PLATFORM_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "jaxl/buf.h"
#include "jaxl/log.h"

/* Fills *out (made here, to be freed with jaxl_buf_wipe in every case) with the whole file of at
 * most max bytes. JAXL_EIO with *why as errno has it, JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_keyfile_read(const char *path, size_t max, const struct jaxl_log *log,
                      struct jaxl_buf *out, int *why);
/* Writes a new file of mode 0600 at new_path, replacing one that was left there, and moves it to
 * path in one step. Two at once must not use the same new_path. durable: it survives a failing
 * machine. 0 or errno. */
int jaxl_keyfile_write(const char *path, const char *new_path, const struct jaxl_buf *text,
                       bool durable);
/* The same, durable, for a file that its writer keeps locked (flock): *lock is a descriptor of the
 * file in its place, which nobody could lock before. 0 or errno, with *lock untouched. */
int jaxl_keyfile_write_locked(const char *path, const char *new_path, const struct jaxl_buf *text,
                              int *lock);

#endif
