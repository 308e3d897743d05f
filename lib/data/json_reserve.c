#include <stdlib.h>
#include <string.h>

#include "data/json_reserve.h"
#include "jaxl/error.h"

enum { ALIGN = 16 };

int jaxl_json_reserve_make(struct jaxl_json_reserve *r, size_t size)
{
    if (size > r->size) {
        char *base = malloc(size);
        if (!base)
            return JAXL_ENOMEM;
        free(r->base);
        r->base = base;
        r->size = size;
    }
    r->used = r->last = 0;
    return 0;
}

void jaxl_json_reserve_free(struct jaxl_json_reserve *r)
{
    free(r->base);
    r->base = NULL;
    r->size = r->used = r->last = 0;
}

/* A size is kept in front of each allocation, so that one can be copied when it grows. */
static void *take(void *ctx, size_t n)
{
    struct jaxl_json_reserve *r = ctx;
    size_t need = (n + 2 * ALIGN - 1) / ALIGN * ALIGN;

    if (need < n || need > r->size - r->used)
        longjmp(r->exhausted, 1);
    r->last = r->used;
    r->used += need;
    memcpy(r->base + r->last, &n, sizeof n);
    return r->base + r->last + ALIGN;
}

static void *grow(void *ctx, void *old, size_t n)
{
    struct jaxl_json_reserve *r = ctx;
    size_t had;
    void *grown;

    if (!old)
        return take(ctx, n);
    if (r->base + r->last + ALIGN == old) {
        r->used = r->last;
        return take(ctx, n);
    }
    memcpy(&had, (char *)old - ALIGN, sizeof had);
    grown = take(ctx, n);
    return memcpy(grown, old, had < n ? had : n);
}

static void give_back(void *ctx, void *p)
{
    (void)ctx;
    (void)p;
}

yajl_alloc_funcs jaxl_json_reserve_funcs(struct jaxl_json_reserve *r)
{
    return (yajl_alloc_funcs){.malloc = take, .realloc = grow, .free = give_back, .ctx = r};
}
