/* The name that somebody meant who wrote another. */
#ifndef JAXL_NEAREST_H
#define JAXL_NEAREST_H

#include <stddef.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The nearest of n names to text by edit distance, where two neighbours swapped count one and a
 * name that begins with the text (3 bytes or more) is near; NULL when none is near. Borrowed from
 * names. */
JAXL_API const char *jaxl_nearest(const char *text, const char *const *names, size_t n);

#ifdef __cplusplus
}
#endif
#endif
