/* The user's folders. */
#ifndef JAXL_PLATFORM_FOLDER_H
#define JAXL_PLATFORM_FOLDER_H

#include "jaxl/error.h"
#include "platform/env.h"

enum { JAXL_FOLDER_ROOM = 4096 };

/* The home of the user who runs this, from HOME or else as the system knows it; NULL: there is
 * none. Borrowed from env or from room. */
const char *jaxl_folder_home(const struct jaxl_env *env, char room[JAXL_FOLDER_ROOM]);
/* Makes dir and those above it where they are missing, for their owner alone (0700). what it is
 * for, for messages. JAXL_EIO, JAXL_ENOMEM. */
int jaxl_folder_make(const char *dir, const char *what, struct jaxl_error *err);

#endif
