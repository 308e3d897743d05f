/* Holidays from within. */
#ifndef DATA_HOLIDAYS_H
#define DATA_HOLIDAYS_H

#include <stddef.h>

#include "jaxl/holidays.h"

/* Their dates as days since 1970-01-01, *n of them, in order; one that was loaded twice is there
 * twice. Borrowed from h until more are loaded. */
const int64_t *jaxl_holidays_days(const struct jaxl_holidays *h, size_t *n);

#endif
