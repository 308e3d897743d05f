/* Memory that holds a secret is overwritten before it is given back. */
#ifndef JAXL_SECRET_H
#define JAXL_SECRET_H

#include <stddef.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Overwrites n bytes in a way that the compiler may not leave out. NULL is fine. */
JAXL_API void jaxl_secret_wipe(void *data, size_t n);
/* Overwrites and frees a NUL-terminated text made by malloc, and clears the pointer. */
JAXL_API void jaxl_secret_free(char **text);
/* Compares n bytes in a time that does not depend on them. 0 when equal. */
JAXL_API int jaxl_secret_compare(const void *a, const void *b, size_t n);

#ifdef __cplusplus
}
#endif
#endif
