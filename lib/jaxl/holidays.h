/* Dates on which nobody is to be called. */
#ifndef JAXL_HOLIDAYS_H
#define JAXL_HOLIDAYS_H

#include <stdbool.h>
#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The dates of any number of files. */
struct jaxl_holidays;

enum { JAXL_HOLIDAYS_MAX = 10000 }; /* dates */

/* Makes it without a date. JAXL_ENOMEM. */
JAXL_API int jaxl_holidays_new(struct jaxl_holidays **h, struct jaxl_error *err);
JAXL_API void jaxl_holidays_free(struct jaxl_holidays **h);
/* Adds the dates of a file: one a line, as 2026-12-25, at its beginning; a blank, a tab or a comma
 * may follow and then whatever text. Empty lines and those that begin with '#' do not count.
 * JAXL_EINPUT, with the number of the line: it is something else, or longer than 1000 bytes;
 * JAXL_EIO: the file cannot be read; JAXL_ELIMIT: more than JAXL_HOLIDAYS_MAX dates; JAXL_ENOMEM.
 * Nothing is added then. */
JAXL_API int jaxl_holidays_load(struct jaxl_holidays *h, const char *path, struct jaxl_error *err);
/* Whether the date so many days after 1970-01-01 is one of them. */
JAXL_API bool jaxl_holidays_has(const struct jaxl_holidays *h, int64_t days);

#ifdef __cplusplus
}
#endif
#endif
