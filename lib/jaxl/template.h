/* Texts with fields: "Hello {{name|there}}, {{costs.0.cost}} is due". */
#ifndef JAXL_TEMPLATE_H
#define JAXL_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include <jaxl/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text made ready to be rendered for many records. */
struct jaxl_template;

enum { JAXL_TEMPLATE_MAX = 64 * 1024 }; /* bytes of a template's text */

/* Compiles len bytes of text, which are copied. {{field}} stands for a member of the record, by
 * name or by a path with dots as jaxl_json_find reads it; {{field|default}} says what to take where
 * there is none. Blanks inside the braces, around the field and around the default, do not count.
 * {{{{ is a literal {{; a lone { and }} are literal anyway. JAXL_EARG with the column (in
 * characters from 1) of the {{ that is not closed, has no field, or has a brace in its field; or
 * for text that is not UTF-8 or holds NUL. JAXL_ELIMIT, JAXL_ENOMEM. */
JAXL_API int jaxl_template_new(struct jaxl_template **t, const char *text, size_t len,
                               struct jaxl_error *err);
JAXL_API void jaxl_template_free(struct jaxl_template **t);
/* True when it has no field: every record renders alike. */
JAXL_API bool jaxl_template_constant(const struct jaxl_template *t);
/* Appends the text for a record. Strings go in as they are, numbers as they were written, booleans
 * as true and false. An empty string gives way to the default where there is one, because CSV has
 * no other way to say that a field is missing. JAXL_EINPUT, naming the field: it is missing or null
 * and has no default, or is an array or an object; JAXL_ELIMIT, JAXL_ENOMEM: out is full. On
 * failure nothing is appended. */
JAXL_API int jaxl_template_render(const struct jaxl_template *t, const struct jaxl_json *record,
                                  struct jaxl_buf *out, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
