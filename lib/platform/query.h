/* A filter struct as query parameters: a table says which field is which parameter. */
#ifndef JAXL_PLATFORM_QUERY_H
#define JAXL_PLATFORM_QUERY_H

#include "jaxl/answer.h"

enum jaxl_query_kind {
    JAXL_QUERY_TEXT,   /* const char *, NULL: left out */
    JAXL_QUERY_TEXTS,  /* struct jaxl_texts: the name repeated */
    JAXL_QUERY_INT,    /* int64_t, 0: left out */
    JAXL_QUERY_IDS,    /* struct jaxl_ids: the name repeated */
    JAXL_QUERY_CHOICE, /* enum jaxl_choice */
};

struct jaxl_query_field {
    const char *name; /* of the parameter */
    enum jaxl_query_kind kind;
    size_t offset; /* in the filter */
};

enum { JAXL_QUERY_MAX = 256 }; /* parameters of one request */

#define JAXL_QUERY_PAGE(type)                                                                      \
    {"limit", JAXL_QUERY_INT, offsetof(type, page.limit)},                                         \
    {                                                                                              \
        "offset", JAXL_QUERY_INT, offsetof(type, page.offset)                                      \
    }

/* Asks a call that is all query. id: fills the first {} of the path, 0 for none. filter: NULL when
 * there are no fields. JAXL_EARG: a negative number or too many values; the errors of
 * jaxl_answer_ask. */
int jaxl_query_ask(struct jaxl_session *s, enum jaxl_endpoint endpoint, int64_t id,
                   const struct jaxl_query_field *fields, size_t n_fields, const void *filter,
                   struct jaxl_answer *a, struct jaxl_error *err);

/* Asks a call with a JSON body of which the caller has written the members into an object of its
 * own; id and id2 as above. body: used up, also on failure. */
int jaxl_query_send_body(struct jaxl_session *s, enum jaxl_endpoint endpoint, int64_t id,
                         int64_t id2, struct jaxl_buf *body, struct jaxl_answer *a,
                         struct jaxl_error *err);

#endif
