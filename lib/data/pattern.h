/* Patterns as people give them (PCRE2, of UTF-8), bounded in what they may cost. */
#ifndef JAXL_DATA_PATTERN_H
#define JAXL_DATA_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "jaxl/error.h"

/* One per thread: a match uses memory of its own. */
struct jaxl_pattern;

/* text: len bytes, UTF-8, to be found anywhere; (?i) at its beginning ignores case. JAXL_EARG: it
 * is wrong, the message has its byte; JAXL_ENOMEM. */
int jaxl_pattern_new(struct jaxl_pattern **p, const char *text, size_t len, struct jaxl_error *err);
/* NULL is fine; clears the pointer. */
void jaxl_pattern_free(struct jaxl_pattern **p);

/* 1: it is found in the len bytes of text, 0: it is not. Given up on: JAXL_ELIMIT, it takes too
 * long (10^6 steps of PCRE2, 16 MiB); JAXL_EINPUT, the text is not UTF-8; JAXL_ENOMEM. */
int jaxl_pattern_match(struct jaxl_pattern *p, const char *text, size_t len);

/* Named groups, (?<name>...): how many, their names by index (borrowed), and what of the text the
 * last match that found it had there; false: the group took no part. */
size_t jaxl_pattern_groups(const struct jaxl_pattern *p);
const char *jaxl_pattern_name(const struct jaxl_pattern *p, size_t i);
bool jaxl_pattern_group(const struct jaxl_pattern *p, size_t i, size_t *start, size_t *len);

#endif
