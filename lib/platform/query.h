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

/* A row of a table, for a field that is called like its parameter. */
#define JAXL_QUERY(type, kind, field)                                                              \
    {                                                                                              \
#field, JAXL_QUERY_##kind, offsetof(type, field)                                           \
    }
/* A table and its length. */
#define JAXL_QUERY_FIELDS(table) (table), sizeof(table) / sizeof(table)[0]

/* Asks a call that is all query. id: fills the first {} of the path, 0 for none. filter: NULL when
 * there are no fields. JAXL_EARG names the field: an id below 1, a negative number, no text in a
 * list, too many values; the errors of jaxl_answer_ask. */
int jaxl_query_ask(struct jaxl_session *s, enum jaxl_endpoint endpoint, int64_t id,
                   const struct jaxl_query_field *fields, size_t n_fields, const void *filter,
                   struct jaxl_answer *a, struct jaxl_error *err);

/* Asks a call with a body; ids as above. content_type: NULL for JSON. body: wiped, also on failure.
 */
int jaxl_query_send_body(struct jaxl_session *s, enum jaxl_endpoint endpoint, const int64_t ids[2],
                         struct jaxl_buf *body, const char *content_type, struct jaxl_answer *a,
                         struct jaxl_error *err);

#endif
