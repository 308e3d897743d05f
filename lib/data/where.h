/* One comparison of --where: which records count. */
#ifndef JAXL_DATA_WHERE_H
#define JAXL_DATA_WHERE_H

#include <stdbool.h>
#include <stddef.h>

#include "data/pattern.h"

/* One per thread: a test uses memory of its own. */
struct jaxl_where;

enum { JAXL_WHERE_TEXT = 4096 }; /* bytes of a comparison at most */

/* text: a field (a path as jaxl_json_find takes it: it may hold dots, hyphens and blanks), an
 * operator and a value, with or without blanks around each. The operator is the first in the text,
 * the longer one where two begin:
 *
 *     =  !=  <  <=  >  >=     duration>60, costs.0.cost >= 0.5, disposition!=ANSWERED
 *     =~  !~                  campaign=~^diwali: the value is a pattern (PCRE2, of UTF-8) to be
 * found anywhere in the text; (?i) at its beginning ignores case
 *
 * The value is everything behind, never quoted: a quote is a character of it. Without one, = is
 * true where there is none (failure_reason=) and != where there is one; the other operators want
 * one. A value that itself begins with = < > or ~ wants a blank in front, so that == is told to be
 * a slip.
 *
 * JAXL_EARG: no field, no operator, no value, a pattern that is wrong (the message has its byte),
 * or not UTF-8; JAXL_ELIMIT: longer than JAXL_WHERE_TEXT; JAXL_ENOMEM. */
int jaxl_where_new(struct jaxl_where **w, const char *text, struct jaxl_error *err);
/* NULL is fine; clears the pointer. */
void jaxl_where_free(struct jaxl_where **w);
/* The field; borrowed. */
const char *jaxl_where_field(const struct jaxl_where *w);

/* The pattern of =~, for the groups of the test that it passed last; NULL for other operators. */
const struct jaxl_pattern *jaxl_where_pattern(const struct jaxl_where *w);

/* text: the value of the field in one record, len bytes: of a string, or of a number as it was
 * written, or true or false; borrowed for the call. NULL: absent or null. An empty text (in CSV, an
 * empty field) is the same as absent: of these = and =~ < <= > >= are false, != and !~ true.
 *
 * Two texts are compared as numbers when both are JSON numbers: exactly, whatever their number of
 * digits (0.50 = 5e-1, 1e400 > 1e399); else as times when both are what jaxl_iso_parse takes, a
 * time without a zone as UTC; else byte by byte. */
bool jaxl_where_test(struct jaxl_where *w, const char *text, size_t len);
/* The same, but for a pattern that is given up on: then the reason, as below. */
int jaxl_where_try(struct jaxl_where *w, const char *text, size_t len);
/* A pattern is given up on in a text that takes too long (10^6 steps of PCRE2, 16 MiB), which is no
 * UTF-8, or for which memory is out: the test is then false, for !~ too. 0 when that never
 * happened; else JAXL_ELIMIT, JAXL_EINPUT or JAXL_ENOMEM of the first time. */
int jaxl_where_check(const struct jaxl_where *w, struct jaxl_error *err);

#endif
