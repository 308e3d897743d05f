/* Memory that is given out piece by piece and forgotten all at once; the blocks are used again, so
 * that a steady stream of documents allocates nothing. */
#ifndef DATA_ARENA_H
#define DATA_ARENA_H

#include <stddef.h>

struct jaxl_arena_block;

struct jaxl_arena {
    struct jaxl_arena_block *first, *current;
    char *at, *end; /* what is free in the current block */
    size_t total;   /* bytes in all blocks */
    size_t max;     /* bytes that total may never pass */
    int failed;     /* 0, JAXL_ENOMEM or JAXL_ELIMIT: why the last allocation gave NULL */
};

void jaxl_arena_init(struct jaxl_arena *a, size_t max);
void jaxl_arena_free(struct jaxl_arena *a);
/* Overwrites all that was ever given out; the memory stays. */
void jaxl_arena_wipe(struct jaxl_arena *a);
/* Takes everything back. Blocks beyond what ordinary records need are given to the system. */
void jaxl_arena_reset(struct jaxl_arena *a);
/* n bytes in a block that need not be the current one; jaxl_arena_alloc is what callers use. */
void *jaxl_arena_alloc_slow(struct jaxl_arena *a, size_t n);

/* n bytes (below SIZE_MAX / 2), aligned for any pointer; NULL with a->failed set. */
static inline void *jaxl_arena_alloc(struct jaxl_arena *a, size_t n)
{
    size_t size = (n + sizeof(void *) - 1) & ~(sizeof(void *) - 1);

    if ((size_t)(a->end - a->at) < size || !a->at)
        return jaxl_arena_alloc_slow(a, size);
    a->at += size;
    return a->at - size;
}

#endif
