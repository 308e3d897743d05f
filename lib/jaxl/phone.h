/* Phone numbers in E.164 form: '+', then 2 to 15 digits of which the first is not 0. Syntax only:
 * whether a number exists is not looked at. */
#ifndef JAXL_PHONE_H
#define JAXL_PHONE_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_phone {
    uint64_t key;  /* its digits as a number: one number, one key */
    char text[17]; /* "+919876543210" */
};

/* Reads a number as people write it: separators anywhere are dropped, which are the blank and the
 * tab, '-', '.', '(', ')', no-break blanks (U+00A0, U+202F), hyphens and dashes (U+2010, U+2011,
 * U+2013) and the invisible direction marks that copying from a phone brings along (U+200E, U+202A,
 * U+202C). Not '/' or ',': they stand between two numbers. A "(0)" is refused, since it is left out
 * when dialing from abroad and dropping just the brackets would call somebody else.
 * len bytes. JAXL_EINPUT saying what is missing or wrong, with *out untouched. */
JAXL_API int jaxl_phone_parse(const char *text, size_t len, struct jaxl_phone *out,
                              struct jaxl_error *err);
/* The number with this key. JAXL_EINPUT when there is none. */
JAXL_API int jaxl_phone_from_key(uint64_t key, struct jaxl_phone *out);

#ifdef __cplusplus
}
#endif
#endif
