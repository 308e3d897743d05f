/* {{VAR}} and {{VAR|default}} in the texts of an IVR file. */
#ifndef JAXL_IVR_VARIABLES_H
#define JAXL_IVR_VARIABLES_H

#include "jaxl/buf.h"
#include "jaxl/json.h"

struct jaxl_ivr_variables {
    struct jaxl_json_doc *doc; /* names and values: may hold what is secret */
    const struct jaxl_json *values;
};

/* settings: n texts "NAME=value", of which the last counts for a name; environment: the like,
 * NULL-terminated, for names that no setting has (those that are not UTF-8 are passed over); may be
 * NULL. Both are copied. JAXL_EARG for a setting that is none, JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_ivr_variables_new(struct jaxl_ivr_variables *v, const char *const *settings, size_t n,
                           char *const *environment, struct jaxl_error *err);
void jaxl_ivr_variables_free(struct jaxl_ivr_variables *v);
/* Appends text with its variables in place. JAXL_EINPUT: one is not set and has no default, or the
 * braces are wrong; JAXL_ELIMIT: out is full; JAXL_ENOMEM. Nothing is appended then. */
int jaxl_ivr_variables_expand(const struct jaxl_ivr_variables *v, const char *text, size_t len,
                              struct jaxl_buf *out, struct jaxl_error *err);

#endif
