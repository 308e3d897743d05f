/* The numbers that were met in the input, or the ids of calls: the first in memory, those that
 * follow in a private temporary database, so that memory does not grow with them: SQLite moves it
 * to a nameless file once its small cache is full. */
#ifndef JAXL_CAMPAIGN_SEEN_H
#define JAXL_CAMPAIGN_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/error.h"

struct jaxl_seen;

enum { JAXL_SEEN_IN_MEMORY = 512 * 1024 / 4 * 3 }; /* keys: 8 MiB */

/* JAXL_ENOMEM. */
int jaxl_seen_new(struct jaxl_seen **s, struct jaxl_error *err);
/* The same with another number of keys that stay in memory (tests). */
int jaxl_seen_new_within(struct jaxl_seen **s, size_t most, struct jaxl_error *err);
void jaxl_seen_free(struct jaxl_seen **s);
/* Adds a key (jaxl_phone.key) met at line (not 0); *first is 0 when it is new, else the line where
 * it was met first. JAXL_EIO when the temporary file cannot be written, JAXL_ENOMEM. */
int jaxl_seen_add(struct jaxl_seen *s, uint64_t key, uint64_t line, uint64_t *first,
                  struct jaxl_error *err);
/* Whether a key has been added. True also when the temporary file cannot be read: it may have. */
bool jaxl_seen_has(struct jaxl_seen *s, uint64_t key);

#endif
