/* Dates and waiting times in HTTP headers (RFC 9110, sections 5.6.7 and 10.2.3). */
#ifndef JAXL_NET_HTTP_DATE_H
#define JAXL_NET_HTTP_DATE_H

#include <stdint.h>

#include "jaxl/clock.h"

/* The longest wait that is believed; longer ones count as this. */
#define JAXL_HTTP_DATE_WAIT_MAX (24 * 3600 * JAXL_SECOND)

/* An HTTP-date in any of its three forms, in microseconds since 1970. JAXL_EINPUT. */
int jaxl_http_date_parse(const char *text, int64_t *us);
/* Retry-After, in seconds or as an HTTP-date, as microseconds from now (0 when that has passed);
 * -1 for NULL and for what is neither. */
int64_t jaxl_http_date_wait(const char *text, int64_t now);

#endif
