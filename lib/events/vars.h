/* Texts that are remembered of calls, by the number of a name: bounded, and the call that was
 * touched longest ago is forgotten first. One thread. */
#ifndef JAXL_EVENTS_VARS_H
#define JAXL_EVENTS_VARS_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/error.h"

enum { JAXL_VARS_NAMES = 64, JAXL_VARS_TEXT = 4096 };

struct jaxl_vars_call;
struct jaxl_vars_text;

struct jaxl_vars {
    size_t names, max_calls, max_bytes;
    struct jaxl_vars_call *calls; /* cap of them, of which used were ever used */
    struct jaxl_vars_text *texts; /* names for each call */
    uint32_t *buckets;            /* first call of each, n_buckets is a power of two */
    size_t n_buckets, cap, used;
    size_t n;                      /* calls that are remembered */
    size_t bytes;                  /* of texts, allocated */
    uint32_t newest, oldest, idle; /* idle: the first that was forgotten and can be used again */
};

/* names: how many there are, up to JAXL_VARS_NAMES. max_bytes: of all texts; a single call may
 * always have all of its own. Allocates nothing. */
void jaxl_vars_init(struct jaxl_vars *v, size_t names, size_t max_calls, size_t max_bytes);
void jaxl_vars_free(struct jaxl_vars *v);

/* The text, NUL-terminated, of *len bytes; borrowed until the next set or forget. NULL: none. */
const char *jaxl_vars_get(struct jaxl_vars *v, int64_t call, size_t name, size_t *len);
/* An empty text is none. JAXL_ELIMIT: more than JAXL_VARS_TEXT bytes; JAXL_ENOMEM. */
int jaxl_vars_set(struct jaxl_vars *v, int64_t call, size_t name, const char *text, size_t len);
void jaxl_vars_forget(struct jaxl_vars *v, int64_t call);

#endif
