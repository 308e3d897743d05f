#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "billing/book_impl.h"

static size_t slot_of(const struct jaxl_book_table *t, const char *key, size_t len)
{
    size_t i = jaxl_hash_bytes(key, len) & (t->n_slots - 1);

    while (t->slots[i] && (t->slots[i]->len != len || memcmp(t->slots[i]->key, key, len) != 0))
        i = (i + 1) & (t->n_slots - 1);
    return i;
}

void *jaxl_book_find(const struct jaxl_book_table *t, const char *key, size_t len)
{
    return t->n_slots ? t->slots[slot_of(t, key, len)] : NULL;
}

static int grow(struct jaxl_book_table *t)
{
    struct jaxl_book_table bigger = *t;

    bigger.n_slots = t->n_slots ? 2 * t->n_slots : 64;
    bigger.slots = calloc(bigger.n_slots, sizeof(struct jaxl_book_node *));
    if (!bigger.slots)
        return JAXL_ENOMEM;
    for (struct jaxl_book_node *n = t->first; n; n = n->next)
        bigger.slots[slot_of(&bigger, n->key, n->len)] = n;
    free(t->slots);
    t->slots = bigger.slots;
    t->n_slots = bigger.n_slots;
    return 0;
}

int jaxl_book_enter(struct jaxl_book_table *t, struct jaxl_book_node *node)
{
    if (2 * (t->used + 1) > t->n_slots && grow(t))
        return JAXL_ENOMEM;
    t->slots[slot_of(t, node->key, node->len)] = node;
    t->used++;
    if (!t->end)
        t->end = &t->first;
    *t->end = node;
    t->end = &node->next;
    return 0;
}

const char *jaxl_book_copy(struct jaxl_book *b, const char *text, size_t len)
{
    char *copy = jaxl_arena_alloc(&b->arena, len + 1);

    if (!copy)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

/* Whether an earlier report was of all of this, after it was over. */
static bool was_reported(const struct jaxl_book *b, int64_t start, int64_t end)
{
    for (const struct jaxl_book_report_made *r = b->reports; r; r = r->next)
        if (r->start != INT64_MIN && r->end != INT64_MAX && r->start <= start && r->end >= end &&
            r->at >= end)
            return true;
    return false;
}

int jaxl_book_period(struct jaxl_book *b, int64_t start, int64_t end, struct jaxl_book_period **out)
{
    struct jaxl_book_period *p;
    char key[48];
    size_t len = (size_t)snprintf(key, sizeof key, "%" PRId64 " %" PRId64, start, end);

    *out = jaxl_book_find(&b->periods, key, len);
    if (*out)
        return 0;
    p = jaxl_arena_alloc(&b->arena, sizeof *p);
    if (!p)
        return b->arena.failed;
    *p = (struct jaxl_book_period){.node = {.key = jaxl_book_copy(b, key, len), .len = len},
                                   .before = was_reported(b, start, end)};
    *out = p;
    return p->node.key ? jaxl_book_enter(&b->periods, &p->node) : b->arena.failed;
}

int jaxl_book_new_entry(struct jaxl_book *b, const char *key, size_t len, int64_t start,
                        int64_t end, struct jaxl_book_entry **out)
{
    struct jaxl_book_entry *e = jaxl_arena_alloc(&b->arena, sizeof *e);
    int rc;

    if (!e)
        return b->arena.failed;
    *e = (struct jaxl_book_entry){
        .node = {.key = jaxl_book_copy(b, key, len), .len = len}, .start = start, .end = end};
    if (!e->node.key)
        return b->arena.failed;
    e->restatements_end = &e->restatements;
    e->keys = memchr(e->node.key, '[', len);
    e->keys_len = len - (size_t)(e->keys - e->node.key);
    rc = jaxl_book_period(b, start, end, &e->period);
    *out = e;
    return rc ? rc : jaxl_book_enter(&b->entries, &e->node);
}

int jaxl_book_add_restatement(struct jaxl_book *b, struct jaxl_book_entry *e, const char *text,
                              size_t len)
{
    struct jaxl_book_line *line = jaxl_arena_alloc(&b->arena, sizeof *line);

    if (!line)
        return b->arena.failed;
    *line = (struct jaxl_book_line){.text = jaxl_book_copy(b, text, len), .len = len};
    if (!line->text)
        return b->arena.failed;
    *e->restatements_end = line;
    e->restatements_end = &line->next;
    return 0;
}

void jaxl_book_begin_key(struct jaxl_book *b, int64_t start, int64_t end)
{
    jaxl_buf_reset(&b->key);
    jaxl_buf_printf(&b->key, "%" PRId64 " %" PRId64 " ", start, end);
}
