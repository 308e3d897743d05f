/* Columns that a text takes on a terminal. */
#ifndef JAXL_BIN_REPORT_WIDTH_H
#define JAXL_BIN_REPORT_WIDTH_H

#include <locale.h>
#include <stddef.h>

#include <jaxl/buf.h>

/* What knows the characters of Unicode; (locale_t)0 where the system has none: every one is one
 * wide then. Ended with freelocale, when it is not 0. */
locale_t width_open(void);
/* Of UTF-8 of len bytes, combining characters being none wide and ideographs two. */
size_t width_of(locale_t known, const char *text, size_t len);
/* The bytes of the longest beginning that is at most width wide. */
size_t width_prefix(locale_t known, const char *text, size_t len, size_t width);
/* Appends a text of a record with what could drive a terminal as blanks: control characters, and
 * those that turn the direction of writing. */
void width_put_clean(struct jaxl_buf *out, const char *text, size_t len);

#endif
