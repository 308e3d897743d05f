#include <stdlib.h>
#include <string.h>

#include "data/arena.h"
#include "jaxl/error.h"
#include "jaxl/secret.h"

enum { FIRST_BLOCK = 4096, KEEP = 512 * 1024 };

struct jaxl_arena_block {
    struct jaxl_arena_block *next;
    size_t size;
    void *data[]; /* aligned for pointers */
};

void jaxl_arena_init(struct jaxl_arena *a, size_t max)
{
    memset(a, 0, sizeof *a);
    a->max = max;
}

static void free_chain(struct jaxl_arena *a, struct jaxl_arena_block **from)
{
    struct jaxl_arena_block *b = *from;

    *from = NULL;
    while (b) {
        struct jaxl_arena_block *next = b->next;
        a->total -= b->size;
        free(b);
        b = next;
    }
}

void jaxl_arena_free(struct jaxl_arena *a)
{
    free_chain(a, &a->first);
    jaxl_arena_init(a, a->max);
}

void jaxl_arena_wipe(struct jaxl_arena *a)
{
    for (struct jaxl_arena_block *b = a->first; b; b = b->next)
        jaxl_secret_wipe(b->data, b->size);
}

static void use(struct jaxl_arena *a, struct jaxl_arena_block *b)
{
    a->current = b;
    a->at = b ? (char *)b->data : NULL;
    a->end = b ? a->at + b->size : NULL;
}

void jaxl_arena_reset(struct jaxl_arena *a)
{
    if (a->total > KEEP) {
        struct jaxl_arena_block **b = &a->first;
        for (size_t kept = 0; *b && kept + (*b)->size <= KEEP; b = &(*b)->next)
            kept += (*b)->size;
        free_chain(a, b);
    }
    use(a, a->first);
    a->failed = 0;
}

void *jaxl_arena_alloc_slow(struct jaxl_arena *a, size_t n)
{
    struct jaxl_arena_block *b, **place;
    size_t size = a->total ? a->total : FIRST_BLOCK; /* doubles what is there */

    for (b = a->current ? a->current->next : NULL; b; b = b->next) {
        use(a, b);
        if (b->size >= n) {
            a->at += n;
            return b->data;
        }
    }
    if (n > a->max || a->total > a->max - n) {
        a->failed = JAXL_ELIMIT;
        return NULL;
    }
    if (size < n)
        size = n;
    if (size > a->max - a->total)
        size = a->max - a->total;
    b = malloc(sizeof *b + size);
    if (!b) {
        a->failed = JAXL_ENOMEM;
        return NULL;
    }
    place = a->current ? &a->current->next : &a->first;
    b->next = NULL;
    b->size = size;
    *place = b;
    a->total += size;
    use(a, b);
    a->at += n;
    return b->data;
}
