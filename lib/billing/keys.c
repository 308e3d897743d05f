#include "billing/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { FIRST_SLOTS = 256 };
#define KEYS_MAX ((size_t)256 * 1024 * 1024) /* bytes of all texts */

void jaxl_keys_init(struct jaxl_keys *k)
{
    *k = (struct jaxl_keys){.slots = NULL};
    jaxl_arena_init(&k->arena, KEYS_MAX);
}

void jaxl_keys_free(struct jaxl_keys *k)
{
    jaxl_arena_free(&k->arena);
    free(k->slots);
    jaxl_keys_init(k);
}

/* The slot of a text, or the free one where it belongs: never all are used. */
static struct jaxl_key *slot_of(struct jaxl_key *slots, size_t n, const char *text)
{
    size_t i = (size_t)jaxl_hash_bytes(text, strlen(text)) & (n - 1);

    while (slots[i].text && strcmp(slots[i].text, text) != 0)
        i = (i + 1) & (n - 1);
    return &slots[i];
}

struct jaxl_key *jaxl_keys_find(const struct jaxl_keys *k, const char *text)
{
    struct jaxl_key *key = k->n_slots ? slot_of(k->slots, k->n_slots, text) : NULL;

    return key && key->text && !key->gone ? key : NULL;
}

static bool make_room(struct jaxl_keys *k)
{
    size_t n = k->n_slots ? 2 * k->n_slots : FIRST_SLOTS;
    struct jaxl_key *more;

    if (k->used < k->n_slots / 2)
        return true;
    more = calloc(n, sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i < k->n_slots; i++)
        if (k->slots[i].text)
            *slot_of(more, n, k->slots[i].text) = k->slots[i];
    free(k->slots);
    k->slots = more;
    k->n_slots = n;
    return true;
}

int jaxl_keys_add(struct jaxl_keys *k, const char *text, int64_t at, bool *fresh)
{
    size_t size = strlen(text) + 1;
    struct jaxl_key *key;
    char *copy;

    if (!make_room(k))
        return JAXL_ENOMEM;
    key = slot_of(k->slots, k->n_slots, text);
    if (fresh)
        *fresh = !key->text || key->gone;
    if (key->text && !key->gone)
        return 0;
    if (!key->text) {
        copy = jaxl_arena_alloc(&k->arena, size);
        if (!copy)
            return k->arena.failed;
        key->text = memcpy(copy, text, size);
        k->used++;
    }
    key->at = at;
    key->gone = false;
    k->n++;
    return 0;
}

void jaxl_keys_remove(struct jaxl_keys *k, struct jaxl_key *key)
{
    key->gone = true;
    k->n--;
}

void jaxl_keys_remove_before(struct jaxl_keys *k, int64_t at)
{
    for (size_t i = 0; i < k->n_slots && k->n; i++)
        if (k->slots[i].text && !k->slots[i].gone && k->slots[i].at < at)
            jaxl_keys_remove(k, &k->slots[i]);
}

static int earlier(const void *a, const void *b)
{
    const struct jaxl_key *x = *(struct jaxl_key *const *)a, *y = *(struct jaxl_key *const *)b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return strcmp(x->text, y->text);
}

struct jaxl_key **jaxl_keys_before(const struct jaxl_keys *k, int64_t at, size_t *n, int *rc)
{
    struct jaxl_key **list = k->n ? calloc(k->n, sizeof(struct jaxl_key *)) : NULL;

    *n = 0;
    *rc = k->n && !list ? JAXL_ENOMEM : 0;
    for (size_t i = 0; list && i < k->n_slots; i++)
        if (k->slots[i].text && !k->slots[i].gone && k->slots[i].at < at)
            list[(*n)++] = &k->slots[i];
    if (*n)
        qsort(list, *n, sizeof(struct jaxl_key *), earlier);
    return list;
}
