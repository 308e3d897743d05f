#include "billing/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "jaxl/error.h"

enum { FIRST_CAP = 64 };
#define GROUPS_MAX ((size_t)16 * 1024 * 1024 * 1024) /* bytes of all groups of a table */

uint64_t jaxl_group_currency(const char *code, size_t len)
{
    uint64_t currency = 0;

    memcpy(&currency, code, len < sizeof currency ? len : sizeof currency);
    return currency;
}

void jaxl_group_currency_text(uint64_t currency, char text[9])
{
    memcpy(text, &currency, sizeof currency);
    text[8] = '\0';
}

void jaxl_groups_init(struct jaxl_groups *g)
{
    *g = (struct jaxl_groups){.n = 0};
    jaxl_arena_init(&g->arena, GROUPS_MAX);
}

void jaxl_groups_free(struct jaxl_groups *g)
{
    for (size_t i = 0; i < g->cap; i++)
        for (struct jaxl_group_cell *c = g->places[i] ? g->places[i]->cells : NULL; c; c = c->next)
            if (c->more)
                jaxl_spread_free(&c->more->talk);
    free(g->places);
    jaxl_arena_free(&g->arena);
    jaxl_groups_init(g);
}

int jaxl_groups_error(const struct jaxl_groups *g)
{
    return g->arena.failed ? g->arena.failed : JAXL_ENOMEM;
}

static struct jaxl_group **place_of(struct jaxl_group **places, size_t cap, uint64_t hash,
                                    const char *key, uint32_t len)
{
    size_t i = (size_t)hash & (cap - 1);

    while (places[i] && (places[i]->hash != hash || places[i]->key_len != len ||
                         memcmp(places[i]->key, key, len) != 0))
        i = (i + 1) & (cap - 1);
    return &places[i];
}

static int grow(struct jaxl_groups *g)
{
    size_t cap = g->cap ? 2 * g->cap : FIRST_CAP;
    struct jaxl_group **places = calloc(cap, sizeof(struct jaxl_group *));

    if (!places)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < g->cap; i++) {
        struct jaxl_group *old = g->places[i];
        if (old)
            *place_of(places, cap, old->hash, old->key, old->key_len) = old;
    }
    free(g->places);
    g->places = places;
    g->cap = cap;
    return 0;
}

static struct jaxl_group *make(struct jaxl_groups *g, uint64_t hash, const char *key, uint32_t len)
{
    struct jaxl_group *group = jaxl_arena_alloc(&g->arena, sizeof *group);
    char *copy = group ? jaxl_arena_alloc(&g->arena, len + 1U) : NULL;

    if (!copy)
        return NULL;
    memcpy(copy, key, len);
    *group = (struct jaxl_group){.hash = hash, .key = copy, .key_len = len};
    return group;
}

struct jaxl_group *jaxl_groups_find(struct jaxl_groups *g, const char *key, uint32_t len)
{
    uint64_t hash = jaxl_hash_fast(key, len);
    struct jaxl_group **place;

    if (g->n + 1 > g->cap / 4 * 3 && grow(g))
        return NULL;
    place = place_of(g->places, g->cap, hash, key, len);
    if (!*place) {
        *place = make(g, hash, key, len);
        g->n += *place != NULL;
    }
    return *place;
}

/* At the end: the first currency of a group is mostly the one that is asked for. */
struct jaxl_group_cell *jaxl_groups_cell(struct jaxl_groups *g, struct jaxl_group *group,
                                         uint64_t currency)
{
    struct jaxl_group_cell **at = &group->cells;

    while (*at && (*at)->currency != currency)
        at = &(*at)->next;
    if (!*at) {
        struct jaxl_group_cell *cell = jaxl_arena_alloc(&g->arena, sizeof *cell);
        if (!cell)
            return NULL;
        *cell = (struct jaxl_group_cell){.currency = currency};
        *at = cell;
    }
    return *at;
}

struct jaxl_group_more *jaxl_groups_more(struct jaxl_groups *g, struct jaxl_group_cell *cell)
{
    if (!cell->more) {
        cell->more = jaxl_arena_alloc(&g->arena, sizeof *cell->more);
        if (cell->more)
            *cell->more = (struct jaxl_group_more){.provisional = 0};
    }
    return cell->more;
}

static void add(struct jaxl_group_span *s, uint64_t high, uint64_t low)
{
    s->low += low;
    s->high += high + (s->low < low);
}

int jaxl_groups_count(struct jaxl_groups *g, struct jaxl_group_cell *cell,
                      const struct jaxl_group_call *call)
{
    bool spread = call->spread && call->outcome == JAXL_GROUP_ANSWERED && !call->provisional;
    struct jaxl_group_more *more = NULL;

    if (call->provisional || spread) {
        more = jaxl_groups_more(g, cell);
        if (!more)
            return jaxl_groups_error(g);
    }
    if (call->provisional) {
        more->provisional++;
        return 0;
    }
    cell->outcomes[call->outcome]++;
    add(&cell->talk, 0, (uint64_t)call->talk);
    add(&cell->billed, 0, (uint64_t)call->billed);
    return spread ? jaxl_spread_add(&more->talk, call->talk, 1) : 0;
}

static int join_more(struct jaxl_group_more *to, const struct jaxl_group_more *from)
{
    to->provisional += from->provisional;
    jaxl_sum_join(&to->provisional_cost, &from->provisional_cost);
    jaxl_sum_join(&to->rated, &from->rated);
    return jaxl_spread_join(&to->talk, &from->talk);
}

int jaxl_groups_join_cell(struct jaxl_groups *g, struct jaxl_group_cell *to,
                          const struct jaxl_group_cell *from)
{
    struct jaxl_group_more *more;

    for (int i = 0; i < 3; i++)
        to->outcomes[i] += from->outcomes[i];
    add(&to->talk, from->talk.high, from->talk.low);
    add(&to->billed, from->billed.high, from->billed.low);
    jaxl_sum_join(&to->cost, &from->cost);
    if (!from->more)
        return 0;
    more = jaxl_groups_more(g, to);
    return more ? join_more(more, from->more) : jaxl_groups_error(g);
}

int jaxl_groups_join(struct jaxl_groups *g, const struct jaxl_groups *other)
{
    int rc = 0;

    for (size_t i = 0; i < other->cap && !rc; i++) {
        const struct jaxl_group *from = other->places[i];
        struct jaxl_group *to = from ? jaxl_groups_find(g, from->key, from->key_len) : NULL;

        if (from && !to)
            return jaxl_groups_error(g);
        for (const struct jaxl_group_cell *c = from ? from->cells : NULL; c && !rc; c = c->next) {
            struct jaxl_group_cell *cell = jaxl_groups_cell(g, to, c->currency);
            rc = cell ? jaxl_groups_join_cell(g, cell, c) : jaxl_groups_error(g);
        }
    }
    return rc;
}
