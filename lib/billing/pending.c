#include "billing/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { FIRST_CAP = 64 };

void jaxl_pending_free(struct jaxl_pending *p)
{
    for (size_t i = 0; i < p->cap; i++)
        for (struct jaxl_pending_call *c = p->chains[i], *next; c; c = next) {
            next = c->next;
            free(c);
        }
    free(p->chains);
    *p = (struct jaxl_pending){.n = 0};
}

/* By the id; without one by the session; a call that has neither is like no other. */
static uint64_t hash_of(int64_t id, const char *session, uint32_t len)
{
    if (id >= 0)
        return (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 16;
    return jaxl_hash_fast(session, len);
}

static bool is_same(const struct jaxl_pending_call *c, int64_t id, const char *session,
                    uint32_t len)
{
    if (c->item.id != id)
        return false;
    return id >= 0 ||
           (len > 0 && c->item.session_len == len && memcmp(c->item.session, session, len) == 0);
}

static bool drop(struct jaxl_pending *p, int64_t id, const char *session, uint32_t len)
{
    uint64_t hash = hash_of(id, session, len);
    struct jaxl_pending_call **at;

    if (!p->n)
        return false;
    for (at = &p->chains[hash & (p->cap - 1)]; *at; at = &(*at)->next) {
        struct jaxl_pending_call *c = *at;
        if (c->hash == hash && is_same(c, id, session, len)) {
            *at = c->next;
            free(c);
            p->n--;
            return true;
        }
    }
    return false;
}

unsigned jaxl_pending_drop(struct jaxl_pending *p, int64_t id, const char *session, uint32_t len)
{
    unsigned n = 0;

    if (id >= 0)
        n += drop(p, id, NULL, 0);
    if (len)
        n += drop(p, -1, session, len);
    return n;
}

static int grow(struct jaxl_pending *p)
{
    size_t cap = p->cap ? 2 * p->cap : FIRST_CAP;
    struct jaxl_pending_call **chains = calloc(cap, sizeof(struct jaxl_pending_call *));

    if (!chains)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < p->cap; i++)
        for (struct jaxl_pending_call *c = p->chains[i], *next; c; c = next) {
            next = c->next;
            c->next = chains[c->hash & (cap - 1)];
            chains[c->hash & (cap - 1)] = c;
        }
    free(p->chains);
    p->chains = chains;
    p->cap = cap;
    return 0;
}

int jaxl_pending_put(struct jaxl_pending *p, const struct jaxl_item *item, unsigned *again)
{
    size_t costs = item->n_costs * sizeof *item->costs;
    struct jaxl_pending_call *c;
    char *text;

    if (p->n + 1 > p->cap && grow(p))
        return JAXL_ENOMEM;
    c = malloc(sizeof *c + costs + item->session_len + item->keys_len);
    if (!c)
        return JAXL_ENOMEM;
    *again = jaxl_pending_drop(p, item->id, item->session, item->session_len);
    c->hash = hash_of(item->id, item->session, item->session_len);
    c->item = *item;
    if (item->n_costs)
        memcpy(c->costs, item->costs, costs);
    text = (char *)c->costs + costs;
    memcpy(text, item->session, item->session_len);
    if (item->keys_len)
        memcpy(text + item->session_len, item->keys, item->keys_len);
    c->item.costs = c->costs;
    c->item.session = text;
    c->item.keys = text + item->session_len;
    c->next = p->chains[c->hash & (p->cap - 1)];
    p->chains[c->hash & (p->cap - 1)] = c;
    p->n++;
    return 0;
}
