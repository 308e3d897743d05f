/* Where a request goes: the path of an endpoint with its ids filled in, and the query. */
#ifndef JAXL_PLATFORM_TARGET_H
#define JAXL_PLATFORM_TARGET_H

#include "jaxl/buf.h"
#include "jaxl/endpoint.h"
#include "jaxl/session.h"

enum { JAXL_TARGET_MAX = 8192, JAXL_TARGET_ID_MAX = 20 }; /* bytes of path and query; of an id */

/* Appends the path. JAXL_EARG when the ids are not as many as it has {}, or one is not a whole
 * number in digits (all ids of the platform are). */
int jaxl_target_path(const struct jaxl_endpoint_row *row, const char *const ids[2],
                     struct jaxl_buf *out, struct jaxl_error *err);
/* Appends the query, percent-encoded, without a '?'. JAXL_EARG for a name that the endpoint does
 * not have. */
int jaxl_target_query(const struct jaxl_endpoint_row *row, const struct jaxl_param *query, size_t n,
                      struct jaxl_buf *out, struct jaxl_error *err);

#endif
