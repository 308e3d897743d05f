/* One line of progress on standard error: a bar with rate, counts and time left. */
#ifndef JAXL_BIN_PROGRESS_H
#define JAXL_BIN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cli_progress_mode { CLI_PROGRESS_AUTO, CLI_PROGRESS_ALWAYS, CLI_PROGRESS_NEVER };
extern const char *const cli_progress_modes[]; /* "auto", "always", "never", NULL: for CLI_CHOICE */

/* auto: shown when standard error is a terminal. */
void cli_progress_start(enum cli_progress_mode mode);
bool cli_progress_shown(void);
/* Draws, at most ten times a second. total 0: not known. counts: "answered 3, missed 1". */
void cli_progress_update(uint64_t done, uint64_t total, const char *counts);
/* Takes the line away so that something else can be written; the next update draws it again. */
void cli_progress_hide(void);
/* The line that update draws, cut to width columns: pure, for tests. elapsed in microseconds; room
 * bytes at out, always terminated. */
void cli_progress_format(char *out, size_t room, size_t width, uint64_t done, uint64_t total,
                         int64_t elapsed, const char *counts);

#endif
