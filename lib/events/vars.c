#include "events/vars.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CALLS = 64, ROUND = 32, KEEP = 128 /* bytes that a forgotten call keeps of a text */ };
#define NONE UINT32_MAX

struct jaxl_vars_call {
    int64_t id;
    uint32_t newer, older; /* by when they were touched */
    uint32_t next;         /* in its bucket, or of those that are idle */
};

struct jaxl_vars_text {
    char *text; /* NULL while cap is 0 */
    uint32_t len, cap;
};

void jaxl_vars_init(struct jaxl_vars *v, size_t names, size_t max_calls, size_t max_bytes)
{
    *v = (struct jaxl_vars){
        .names = names,
        .max_calls = max_calls < NONE ? max_calls : NONE - 1,
        .max_bytes = max_bytes,
        .newest = NONE,
        .oldest = NONE,
        .idle = NONE,
    };
}

void jaxl_vars_free(struct jaxl_vars *v)
{
    for (size_t i = 0; i < v->used * v->names; i++)
        free(v->texts[i].text);
    free(v->calls);
    free(v->texts);
    free(v->buckets);
    jaxl_vars_init(v, v->names, v->max_calls, v->max_bytes);
}

/* Ids come one after the other: the odd factor is that of Fibonacci hashing (Knuth, TAOCP 6.4). */
static uint32_t *bucket(const struct jaxl_vars *v, int64_t id)
{
    uint64_t hash = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);

    return &v->buckets[hash >> 32 & (v->n_buckets - 1)];
}

static uint32_t find(const struct jaxl_vars *v, int64_t id)
{
    uint32_t at = NONE;

    if (v->newest != NONE && v->calls[v->newest].id == id) /* nearly always, within an answer */
        return v->newest;
    if (v->n_buckets)
        at = *bucket(v, id);
    while (at != NONE && v->calls[at].id != id)
        at = v->calls[at].next;
    return at;
}

static void unlink_age(struct jaxl_vars *v, uint32_t at)
{
    const struct jaxl_vars_call *c = &v->calls[at];

    if (c->newer != NONE)
        v->calls[c->newer].older = c->older;
    else
        v->newest = c->older;
    if (c->older != NONE)
        v->calls[c->older].newer = c->newer;
    else
        v->oldest = c->newer;
}

static void make_newest(struct jaxl_vars *v, uint32_t at)
{
    v->calls[at].newer = NONE;
    v->calls[at].older = v->newest;
    if (v->newest != NONE)
        v->calls[v->newest].newer = at;
    else
        v->oldest = at;
    v->newest = at;
}

static void touch(struct jaxl_vars *v, uint32_t at)
{
    if (v->newest == at)
        return;
    unlink_age(v, at);
    make_newest(v, at);
}

static void enter(struct jaxl_vars *v, uint32_t at)
{
    uint32_t *first = bucket(v, v->calls[at].id);

    v->calls[at].next = *first;
    *first = at;
}

static void shrink(struct jaxl_vars *v, struct jaxl_vars_text *t)
{
    t->len = 0;
    if (t->cap <= KEEP)
        return;
    v->bytes -= t->cap;
    free(t->text);
    *t = (struct jaxl_vars_text){0};
}

static void forget(struct jaxl_vars *v, uint32_t at)
{
    uint32_t *link = bucket(v, v->calls[at].id);

    while (*link != at)
        link = &v->calls[*link].next;
    *link = v->calls[at].next;
    unlink_age(v, at);
    for (size_t i = 0; i < v->names; i++)
        shrink(v, &v->texts[at * v->names + i]);
    v->calls[at].next = v->idle;
    v->idle = at;
    v->n--;
}

/* Buckets for twice as many as there can be before the next growth. */
static int spread(struct jaxl_vars *v, size_t cap)
{
    size_t n = 2 * FIRST_CALLS;
    uint32_t *buckets;

    while (n < cap)
        n *= 2;
    buckets = malloc(n * sizeof *buckets);
    if (!buckets)
        return JAXL_ENOMEM;
    free(v->buckets);
    v->buckets = buckets;
    v->n_buckets = n;
    for (size_t i = 0; i < n; i++)
        buckets[i] = NONE;
    for (uint32_t at = v->oldest; at != NONE; at = v->calls[at].newer)
        enter(v, at);
    return 0;
}

static int grow(struct jaxl_vars *v)
{
    size_t cap = v->cap ? v->cap * 2 : FIRST_CALLS;
    struct jaxl_vars_call *calls;
    struct jaxl_vars_text *texts;

    if (cap > v->max_calls)
        cap = v->max_calls;
    calls = realloc(v->calls, cap * sizeof *calls);
    if (!calls)
        return JAXL_ENOMEM;
    v->calls = calls;
    texts = realloc(v->texts, cap * v->names * sizeof *texts);
    if (!texts)
        return JAXL_ENOMEM;
    v->texts = texts;
    if (spread(v, cap))
        return JAXL_ENOMEM;
    v->cap = cap;
    return 0;
}

/* A place for a new call. */
static int add(struct jaxl_vars *v, int64_t id, uint32_t *at)
{
    if (v->n == v->max_calls)
        forget(v, v->oldest);
    if (v->idle == NONE && v->used == v->cap && grow(v))
        return JAXL_ENOMEM;
    if (v->idle != NONE) {
        *at = v->idle;
        v->idle = v->calls[*at].next;
    } else {
        *at = (uint32_t)v->used++;
        memset(&v->texts[*at * v->names], 0, v->names * sizeof *v->texts);
    }
    v->calls[*at].id = id;
    enter(v, *at);
    make_newest(v, *at);
    v->n++;
    return 0;
}

const char *jaxl_vars_get(struct jaxl_vars *v, int64_t call, size_t name, size_t *len)
{
    uint32_t at = find(v, call);
    const struct jaxl_vars_text *t;

    if (at == NONE)
        return NULL;
    touch(v, at);
    t = &v->texts[at * v->names + name];
    *len = t->len;
    return t->len ? t->text : NULL;
}

/* Room for len bytes and a NUL. What the oldest calls have goes first. */
static int widen(struct jaxl_vars *v, struct jaxl_vars_text *t, size_t len)
{
    size_t cap = (len + ROUND) / ROUND * ROUND;
    char *text;

    if (cap <= t->cap)
        return 0;
    while (v->bytes + cap - t->cap > v->max_bytes && v->oldest != v->newest)
        forget(v, v->oldest);
    text = realloc(t->text, cap);
    if (!text)
        return JAXL_ENOMEM;
    v->bytes += cap - t->cap;
    t->text = text;
    t->cap = (uint32_t)cap;
    return 0;
}

int jaxl_vars_set(struct jaxl_vars *v, int64_t call, size_t name, const char *text, size_t len)
{
    uint32_t at = find(v, call);
    struct jaxl_vars_text *t;

    if (len > JAXL_VARS_TEXT)
        return JAXL_ELIMIT;
    if (at == NONE && (!len || !v->max_calls))
        return 0;
    if (at == NONE && add(v, call, &at))
        return JAXL_ENOMEM;
    touch(v, at);
    t = &v->texts[at * v->names + name];
    if (!len) {
        t->len = 0;
        return 0;
    }
    if (widen(v, t, len))
        return JAXL_ENOMEM;
    memcpy(t->text, text, len);
    t->text[len] = '\0';
    t->len = (uint32_t)len;
    return 0;
}

void jaxl_vars_forget(struct jaxl_vars *v, int64_t call)
{
    uint32_t at = find(v, call);

    if (at != NONE)
        forget(v, at);
}
