/* The hours of a day in which a campaign calls, as options give them. */
#ifndef JAXL_BIN_COMMAND_WINDOW_H
#define JAXL_BIN_COMMAND_WINDOW_H

#include "jaxl/error.h"

/* start, end: "09:00"; tz: an IANA zone, which must be among those of the system where it has any;
 * NULL: the default is put there. JAXL_EARG names the option. */
int window_check(const char **start, const char **end, const char **tz, struct jaxl_error *err);

#endif
