#include <stdlib.h>

#include "campaign/slots.h"

void jaxl_slots_append(struct jaxl_slot_list *list, struct jaxl_slot *s)
{
    s->next = NULL;
    s->prev = list->last;
    *(list->last ? &list->last->next : &list->first) = s;
    list->last = s;
    list->n++;
}

void jaxl_slots_remove(struct jaxl_slot_list *list, struct jaxl_slot *s)
{
    *(s->prev ? &s->prev->next : &list->first) = s->next;
    *(s->next ? &s->next->prev : &list->last) = s->prev;
    s->next = s->prev = NULL;
    list->n--;
}

static void clean(struct jaxl_slot *s)
{
    struct jaxl_result result;

    jaxl_result_reset(&s->result);
    result = s->result;
    *s = (struct jaxl_slot){.result = result};
}

struct jaxl_slot *jaxl_slots_get(struct jaxl_slots *pool)
{
    struct jaxl_slot *s = pool->free.first;

    if (s) {
        jaxl_slots_remove(&pool->free, s);
        return s;
    }
    s = calloc(1, sizeof *s);
    if (s && jaxl_result_init(&s->result, pool->max_text)) {
        free(s);
        return NULL;
    }
    return s;
}

void jaxl_slots_put(struct jaxl_slots *pool, struct jaxl_slot *s)
{
    clean(s);
    /* the one used last is used first: it is in the cache */
    s->next = pool->free.first;
    *(s->next ? &s->next->prev : &pool->free.last) = s;
    pool->free.first = s;
    pool->free.n++;
}

void jaxl_slots_free_list(struct jaxl_slot_list *list)
{
    for (struct jaxl_slot *s = list->first, *next; s; s = next) {
        next = s->next;
        jaxl_result_free(&s->result);
        free(s);
    }
    *list = (struct jaxl_slot_list){0};
}

void jaxl_slots_free(struct jaxl_slots *pool)
{
    jaxl_slots_free_list(&pool->free);
}

static struct jaxl_slot *const *bucket(const struct jaxl_slot_index *index, uint64_t key)
{
    return &index->buckets[(key * UINT64_C(0x9e3779b97f4a7c15)) >> 51];
}

void jaxl_slots_index(struct jaxl_slot_index *index, struct jaxl_slot *s, uint64_t key)
{
    struct jaxl_slot **p = &index->buckets[bucket(index, key) - index->buckets];

    s->index_key = key;
    s->chain = *p;
    *p = s;
}

void jaxl_slots_unindex(struct jaxl_slot_index *index, struct jaxl_slot *s)
{
    struct jaxl_slot **p = &index->buckets[bucket(index, s->index_key) - index->buckets];

    while (*p && *p != s)
        p = &(*p)->chain;
    if (*p)
        *p = s->chain;
    s->chain = NULL;
}

static struct jaxl_slot *first_of(struct jaxl_slot *s, uint64_t key)
{
    while (s && s->index_key != key)
        s = s->chain;
    return s;
}

struct jaxl_slot *jaxl_slots_find(const struct jaxl_slot_index *index, uint64_t key)
{
    return first_of(*bucket(index, key), key);
}

struct jaxl_slot *jaxl_slots_next(const struct jaxl_slot *s)
{
    return first_of(s->chain, s->index_key);
}
