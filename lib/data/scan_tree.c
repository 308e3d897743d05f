#include <string.h>

#include "data/scan_impl.h"

static struct jaxl_scan_node *make(struct jaxl_scan *s)
{
    struct jaxl_scan_node *n;

    s->full = s->n_nodes == JAXL_SCAN_NODES;
    if (s->full)
        return NULL;
    n = &s->nodes[s->n_nodes++];
    memset(n, 0, sizeof *n);
    return n;
}

/* The slot is filled by node's value; the path leads on through it. False when there is no room. */
static bool add_set(struct jaxl_scan *s, struct jaxl_scan_node *node, uint32_t slot)
{
    s->full = s->used_sets == JAXL_SCAN_SETS;
    if (s->full)
        return false;
    s->sets[s->used_sets++] = slot;
    node->n_sets++;
    return true;
}

static bool add_want(struct jaxl_scan *s, struct jaxl_scan_node *node, struct jaxl_scan_want want)
{
    s->full = s->used_wants == s->max_wants;
    if (s->full)
        return false;
    s->wants[s->used_wants++] = want;
    node->n_wants++;
    return true;
}

void jaxl_scan_forget(struct jaxl_scan *s)
{
    struct jaxl_scan_node *record;

    s->n_nodes = s->used_sets = s->used_wants = 0;
    s->used_keys = 0;
    s->full = false;
    record = make(s);
    for (uint32_t i = 0; i < s->n; i++)
        add_want(s, record, (struct jaxl_scan_want){i, 0});
}

struct jaxl_scan_node *jaxl_scan_object(struct jaxl_scan *s, struct jaxl_scan_node *node)
{
    struct jaxl_scan_node *n = make(s);

    if (!n)
        return NULL;
    n->wants = node->wants;
    n->n_wants = node->n_wants;
    return node->object = n;
}

/* The index that a path begins with, and where the path goes on (0: nowhere). UINT32_MAX: none. */
static uint32_t index_of(const char *path, uint32_t *next)
{
    uint32_t index = 0, i = 0;

    for (; path[i] >= '0' && path[i] <= '9'; i++) {
        if (i == 9) /* more digits than any index has */
            return UINT32_MAX;
        index = index * 10 + (uint32_t)(path[i] - '0');
    }
    *next = path[i] == '.' ? i + 1 : 0;
    return i && (!path[i] || path[i] == '.') ? index : UINT32_MAX;
}

/* The least index above *last that a path wants; UINT32_MAX: none. */
static uint32_t next_index(const struct jaxl_scan *s, const struct jaxl_scan_node *node,
                           int64_t last)
{
    uint32_t least = UINT32_MAX, next;

    for (uint32_t i = 0; i < node->n_wants; i++) {
        const struct jaxl_scan_want *w = &s->wants[node->wants + i];
        uint32_t index = index_of(s->paths[w->slot].text + w->offset, &next);
        if (index > last && index < least)
            least = index;
    }
    return least;
}

static struct jaxl_scan_node *make_element(struct jaxl_scan *s, const struct jaxl_scan_node *node,
                                           uint32_t index)
{
    struct jaxl_scan_node *e = make(s);
    uint32_t next;

    if (!e)
        return NULL;
    e->index = index;
    e->sets = s->used_sets;
    e->wants = s->used_wants;
    for (uint32_t i = 0; i < node->n_wants && index < UINT32_MAX; i++) {
        struct jaxl_scan_want w = s->wants[node->wants + i];
        if (index_of(s->paths[w.slot].text + w.offset, &next) != index)
            continue;
        w.offset += next;
        if (!(next ? add_want(s, e, w) : add_set(s, e, w.slot)))
            return NULL;
    }
    return e;
}

struct jaxl_scan_node *jaxl_scan_array(struct jaxl_scan *s, struct jaxl_scan_node *node)
{
    struct jaxl_scan_node *any = make_element(s, node, UINT32_MAX), *first = NULL;
    struct jaxl_scan_node **place = &first;
    int64_t last = -1;

    if (!any)
        return NULL;
    any->next = any;
    for (;;) {
        uint32_t index = next_index(s, node, last);
        struct jaxl_scan_node *e = index < UINT32_MAX ? make_element(s, node, index) : any;
        if (!e)
            return NULL;
        e->next = any;
        *place = e;
        place = &e->alt;
        if (e == any)
            return node->array = first;
        last = index;
    }
}

/* Whether a key before this one, or this one, fills the slot. */
static bool is_filled(const struct jaxl_scan *s, const struct jaxl_scan_node *key, uint32_t slot)
{
    for (; key; key = key->prev)
        for (uint32_t i = 0; i < key->n_sets; i++)
            if (s->sets[key->sets + i] == slot)
                return true;
    return false;
}

/* What the value of a new key fills, and what leads on through it: as jaxl_json_find goes. */
static bool find_wants(struct jaxl_scan *s, struct jaxl_scan_node *key,
                       const struct jaxl_scan_node *object)
{
    key->sets = s->used_sets;
    key->wants = s->used_wants;
    for (uint32_t i = 0; i < object->n_wants; i++) {
        struct jaxl_scan_want w = s->wants[object->wants + i];
        const struct jaxl_scan_path *path = &s->paths[w.slot];
        const char *left = path->text + w.offset;
        size_t len = path->len - w.offset;
        if (len < key->name_len || memcmp(left, key->name, key->name_len))
            continue;
        if (len == key->name_len) {
            if (!add_set(s, key, w.slot))
                return false;
        } else if (!memchr(left, '.', key->name_len) && left[key->name_len] == '.' &&
                   !is_filled(s, key->prev, w.slot)) {
            w.offset += key->name_len + 1;
            if (!add_want(s, key, w))
                return false;
        }
    }
    return true;
}

/* The bytes of the token at p, with both quotes; 0 when it is not to be remembered. */
static uint32_t token_len(const char *p)
{
    bool escaped = false;
    const char *end = *p == '"' ? jaxl_scan_string(p + 1, &escaped) : NULL;

    if (!end || escaped || end - p >= JAXL_SCAN_KEY)
        return 0;
    return (uint32_t)(end - p) + 1;
}

static bool set_token(struct jaxl_scan *s, struct jaxl_scan_node *key, const char *p, uint32_t len)
{
    size_t head = len < JAXL_SCAN_TOKEN ? len : JAXL_SCAN_TOKEN;

    memcpy(key->token, p, head);
    key->mask = head < 32 ? (UINT32_C(1) << head) - 1 : UINT32_MAX;
    key->len = len;
    key->rest = key->token;
    if (len > JAXL_SCAN_TOKEN) {
        s->full = len > JAXL_SCAN_TEXT - s->used_keys;
        if (s->full)
            return false;
        key->rest = memcpy(s->keys + s->used_keys, p, len);
        s->used_keys += len;
    }
    key->name = key->rest + 1;
    key->name_len = len - 2;
    return true;
}

static bool is_named(const struct jaxl_scan_node *key, const char *name, size_t len)
{
    return key->name_len == len && memcmp(key->name, name, len) == 0;
}

/* What members of the record are read as. False: as a field that is to be read from another. */
static bool rename_key(const struct jaxl_header *h, struct jaxl_scan_node *key)
{
    bool taken = false;

    for (size_t i = 0; i < h->n_map; i++) {
        const struct jaxl_json_rename *m = &h->map[i];
        if (is_named(key, m->from, m->from_len)) {
            key->name = m->to;
            key->name_len = (uint32_t)m->to_len;
            return true;
        }
        taken |= is_named(key, m->to, m->to_len);
    }
    return !taken;
}

static bool is_duplicate(const struct jaxl_scan_node *key)
{
    for (const struct jaxl_scan_node *k = key->prev; k; k = k->prev)
        if (is_named(key, k->name, k->name_len))
            return true;
    return false;
}

static struct jaxl_scan_node *make_key(struct jaxl_scan *s, struct jaxl_scan_node *before,
                                       const char *p)
{
    uint32_t len = token_len(p);
    struct jaxl_scan_node *key, *object = before->rank ? before->home : before;

    if (!len || before->rank == JAXL_SCAN_KEYS)
        return NULL;
    key = make(s);
    if (!key || !set_token(s, key, p, len))
        return NULL;
    key->rank = before->rank + 1;
    key->prev = before->rank ? before : NULL;
    key->home = object;
    if (object == s->nodes->object && !rename_key(s->header, key))
        return NULL;
    if (is_duplicate(key) || !find_wants(s, key, object))
        return NULL;
    key->alt = before->follow;
    return before->next = before->follow = key;
}

struct jaxl_scan_node *jaxl_scan_follow(struct jaxl_scan *s, struct jaxl_scan_node *before,
                                        const char *p)
{
    unsigned n = 0;

    for (struct jaxl_scan_node *key = before->follow; key; key = key->alt) {
        if (jaxl_scan_matches(key, p))
            return before->next = key;
        n++;
    }
    if (n < JAXL_SCAN_ALTS)
        return make_key(s, before, p);
    s->full = true;
    return NULL;
}
