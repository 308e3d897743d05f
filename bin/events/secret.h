/* Texts that are better not seen in the list of processes: the first line of a file. */
#ifndef JAXL_BIN_EVENTS_SECRET_H
#define JAXL_BIN_EVENTS_SECRET_H

#include "jaxl/answer.h"

enum { SECRET_MAX = 1024 }; /* bytes of such a line */

struct secret_paths {
    char **items;
    size_t n;
};
/* The paths as they were given, "@FILE" read from FILE. JAXL_EARG: one does not begin with a slash;
 * JAXL_EINPUT: a file cannot be read; JAXL_ENOMEM. To be freed also on failure. */
int secret_paths(struct secret_paths *out, const struct jaxl_texts *given, struct jaxl_error *err);
void secret_paths_free(struct secret_paths *p);

/* "Name: value", parted in place. */
struct secret_header {
    char line[SECRET_MAX + 2];
    const char *name, *value; /* NULL: none */
};
int secret_header(struct secret_header *out, const char *file, struct jaxl_error *err);
void secret_header_wipe(struct secret_header *h);

#endif
