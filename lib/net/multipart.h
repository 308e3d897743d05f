/* A multipart/form-data body (RFC 7578), as browsers write it. */
#ifndef JAXL_NET_MULTIPART_H
#define JAXL_NET_MULTIPART_H

#include "jaxl/buf.h"
#include "jaxl/clock.h"

enum {
    JAXL_MULTIPART_BOUNDARY = 48, /* bytes of a boundary, with its NUL */
    JAXL_MULTIPART_TYPE = 100     /* bytes of a content type, with its NUL */
};

struct jaxl_multipart_part {
    const char *name;
    const char *filename;     /* NULL: not a file */
    const char *content_type; /* NULL: not said, which means text */
    const char *data;         /* NULL: the part is left out */
    size_t len;
};

/* A random boundary that no part has in its data. JAXL_EIO: no randomness is to be had. */
int jaxl_multipart_boundary(const struct jaxl_multipart_part *parts, size_t n,
                            const struct jaxl_clock *clock, char boundary[JAXL_MULTIPART_BOUNDARY],
                            struct jaxl_error *err);
/* Appends the body, in one allocation, and says in type what it is. JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_multipart_write(const struct jaxl_multipart_part *parts, size_t n, const char *boundary,
                         struct jaxl_buf *out, char type[JAXL_MULTIPART_TYPE],
                         struct jaxl_error *err);

#endif
