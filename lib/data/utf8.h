/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef DATA_UTF8_H
#define DATA_UTF8_H

#include <stddef.h>

/* Length in bytes of the sequence at s (n > 0 bytes are there): 1 to 4, or 0 when it is invalid or
 * cut off. */
size_t jaxl_utf8_len(const char *s, size_t n);
/* Length of the longest valid beginning of s: n when all of it is. */
size_t jaxl_utf8_span(const char *s, size_t n);
/* Number of code points in valid UTF-8 (continuation bytes are not counted). */
size_t jaxl_utf8_count(const char *s, size_t n);

#endif
