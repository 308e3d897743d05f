/* Attested devices. The id of one is its place in the list. */
#ifndef SANDBOX_DEVICE_H
#define SANDBOX_DEVICE_H

#include <stdint.h>

#include "jaxl/json.h"

struct world;

int device_add(struct world *w, const char *uid, int64_t now);
int device_replay(struct world *w, const struct jaxl_json *line);

#endif
