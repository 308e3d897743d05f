/* A set of texts, each with a time: ids of records that were met. */
#ifndef JAXL_BILLING_KEYS_H
#define JAXL_BILLING_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "data/arena.h"
#include "jaxl/error.h"

struct jaxl_key {
    const char *text; /* NULL: a free slot */
    int64_t at;
    bool gone; /* taken out */
};

struct jaxl_keys {
    struct jaxl_arena arena; /* of the texts */
    struct jaxl_key *slots;  /* open addressing */
    size_t n_slots;          /* a power of two, or 0 */
    size_t used;             /* slots */
    size_t n;                /* keys that are in it */
};

void jaxl_keys_init(struct jaxl_keys *k);
void jaxl_keys_free(struct jaxl_keys *k);
/* The key with this text; NULL: it is not in it. Borrowed until the next add. */
struct jaxl_key *jaxl_keys_find(const struct jaxl_keys *k, const char *text);
/* Puts a key in (text is copied); *fresh (may be NULL) says whether it was not there, and one that
 * was keeps its time. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_keys_add(struct jaxl_keys *k, const char *text, int64_t at, bool *fresh);
/* Takes a key of this set out. */
void jaxl_keys_remove(struct jaxl_keys *k, struct jaxl_key *key);
/* Takes out all that are earlier than a time. */
void jaxl_keys_remove_before(struct jaxl_keys *k, int64_t at);
/* All keys with a time before this one, the earliest first: *n of them, to be freed, pointing into
 * the set until the next add. NULL: none, or JAXL_ENOMEM in *rc. */
struct jaxl_key **jaxl_keys_before(const struct jaxl_keys *k, int64_t at, size_t *n, int *rc);

#endif
