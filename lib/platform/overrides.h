/* Paths that the platform has not published are guesses (protocol.md, [S]): the file that
 * JAXL_ENDPOINTS names puts others in their place, a line each:
 *
 *     calls mute = /v1/calls/{}/mute/
 *     calls hold = PATCH /v1/calls/{}/hold/
 */
#ifndef JAXL_PLATFORM_OVERRIDES_H
#define JAXL_PLATFORM_OVERRIDES_H

#include "jaxl/endpoint.h"

struct jaxl_overrides;

/* JAXL_ECONFIG with file, line and what is wrong; JAXL_ENOMEM. */
int jaxl_overrides_load(struct jaxl_overrides **o, const char *path, struct jaxl_error *err);
void jaxl_overrides_free(struct jaxl_overrides **o);
/* The row that counts; o may be NULL. */
const struct jaxl_endpoint_row *jaxl_overrides_row(const struct jaxl_overrides *o,
                                                   enum jaxl_endpoint e);

#endif
