/* What a template consists of, for those who have fields from elsewhere than a record. */
#ifndef JAXL_DATA_TEMPLATE_PARTS_H
#define JAXL_DATA_TEMPLATE_PARTS_H

#include "jaxl/template.h"

/* A literal text and the field that follows it. */
struct jaxl_template_part {
    const char *literal;
    size_t literal_len;
    const char *field;    /* NUL-terminated; NULL: none follows */
    const char *fallback; /* NULL: the field must be there */
    size_t fallback_len;
};

/* n of them; borrowed from the template. Only the last has no field, or one that is a literal {{
 * (its field is NULL, too). */
const struct jaxl_template_part *jaxl_template_parts(const struct jaxl_template *t, size_t *n);

#endif
