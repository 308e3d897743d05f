/* The file of a journal: one writer, whole records only, on the disk before anybody is told. */
#ifndef EVENTS_JOURNAL_FILE_H
#define EVENTS_JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "jaxl/log.h"

enum { JAXL_JOURNAL_FILE_LINE = 4 * 1024 * 1024 }; /* bytes that a torn last line may have */

struct jaxl_journal_file {
    const char *path; /* borrowed; NULL: there is no file */
    int fd;
    bool torn;   /* something half-written is in it that could not be taken back yet, */
    off_t whole; /* behind this many bytes */
};

/* Opens the file, or makes it (0600), for appending, and locks it against another process. A last
 * line that a crash has torn is cut off, one that lacks its newline only gets it; log is told.
 * JAXL_EBUSY: another has it. JAXL_EINPUT: it is or holds something else, which is left alone.
 * JAXL_EIO, JAXL_ENOMEM. */
int jaxl_journal_file_open(struct jaxl_journal_file *f, const char *path,
                           const struct jaxl_log *log, struct jaxl_error *err);
/* f that was zeroed is fine. */
void jaxl_journal_file_close(struct jaxl_journal_file *f);

/* Goes on with what is at the path now, after somebody moved the file away; the same file is kept
 * without any ado. On failure (as of jaxl_journal_file_open) the old one stays in use. */
int jaxl_journal_file_reopen(struct jaxl_journal_file *f, const struct jaxl_log *log,
                             struct jaxl_error *err);

/* Appends n bytes, which are whole lines, with one write, and returns when the disk has them.
 * JAXL_EIO: of them only the first *kept bytes, which are whole lines too, are in the file (and on
 * the disk); the rest was taken back. */
int jaxl_journal_file_append(struct jaxl_journal_file *f, const char *data, size_t n, size_t *kept,
                             struct jaxl_error *err);
/* Whether appending would work, found out by appending what needs a block of the disk, and taking
 * it back. JAXL_EIO. */
int jaxl_journal_file_try(struct jaxl_journal_file *f, struct jaxl_error *err);

#endif
