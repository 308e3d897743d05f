/* What a JSON writer is inside, for those in the library who keep one in a struct or on the stack.
 */
#ifndef DATA_JSON_WRITER_H
#define DATA_JSON_WRITER_H

#include "jaxl/json.h"

/* Twice what the reader takes: what was read can be put into something of one's own. */
enum { JAXL_JSON_WRITER_DEPTH = 2 * JAXL_JSON_DEPTH };

struct jaxl_json_writer {
    struct jaxl_buf *out;
    size_t depth;
    int failed; /* 0, JAXL_EARG or JAXL_ELIMIT: the first wrong call, kept */
    unsigned char levels[JAXL_JSON_WRITER_DEPTH + 1]; /* flags; level 0 is the text itself */
};

static inline void jaxl_json_writer_init(struct jaxl_json_writer *w, struct jaxl_buf *out)
{
    w->out = out;
    jaxl_json_writer_reset(w);
}

#endif
