#include "events/asked.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "jaxl/error.h"

#define MAX ((size_t)1 << 24)

struct list {
    uint32_t first, last; /* 0: empty */
};

struct jaxl_asked {
    struct jaxl_asked_event *events; /* from 1 on, 0 is none */
    uint32_t *buckets;
    size_t n_buckets, max, n_open;
    size_t n_made;          /* those above have never been used */
    struct list open, over; /* each in the order in which they came into it */
};

int jaxl_asked_new(struct jaxl_asked **out, size_t max)
{
    struct jaxl_asked *a;

    *out = NULL;
    if (!max || max > MAX)
        return JAXL_EARG;
    a = calloc(1, sizeof *a);
    if (!a)
        return JAXL_ENOMEM;
    *out = a;
    a->max = max;
    for (a->n_buckets = 1; a->n_buckets < max;)
        a->n_buckets *= 2;
    a->events = calloc(max + 1, sizeof *a->events);
    a->buckets = calloc(a->n_buckets, sizeof *a->buckets);
    if (a->events && a->buckets)
        return 0;
    jaxl_asked_free(out);
    return JAXL_ENOMEM;
}

void jaxl_asked_free(struct jaxl_asked **a)
{
    if (!a || !*a)
        return;
    free((*a)->events);
    free((*a)->buckets);
    free(*a);
    *a = NULL;
}

static uint32_t *bucket_of(const struct jaxl_asked *a, const char *id, size_t len)
{
    return &a->buckets[jaxl_hash_fast(id, len) & (a->n_buckets - 1)];
}

static void append(struct jaxl_asked *a, struct list *list, struct jaxl_asked_event *e)
{
    uint32_t i = (uint32_t)(e - a->events);

    e->earlier = list->last;
    e->later = 0;
    *(list->last ? &a->events[list->last].later : &list->first) = i;
    list->last = i;
}

static void detach(struct jaxl_asked *a, struct list *list, struct jaxl_asked_event *e)
{
    *(e->earlier ? &a->events[e->earlier].later : &list->first) = e->later;
    *(e->later ? &a->events[e->later].earlier : &list->last) = e->earlier;
}

/* The one that has been over for longest is forgotten. */
static struct jaxl_asked_event *forget(struct jaxl_asked *a)
{
    uint32_t i = a->over.first, *place;
    struct jaxl_asked_event *e = &a->events[i];

    if (!i)
        return NULL;
    place = bucket_of(a, e->id, strlen(e->id));
    while (*place != i)
        place = &a->events[*place].chain;
    *place = e->chain;
    detach(a, &a->over, e);
    return e;
}

int jaxl_asked_put(struct jaxl_asked *a, const char *id, uint64_t ticket, int64_t due)
{
    size_t len = strnlen(id, JAXL_ASKED_ID);
    struct jaxl_asked_event *e;
    uint32_t *bucket;

    if (!len || len == JAXL_ASKED_ID || jaxl_asked_find(a, id, len))
        return JAXL_EARG;
    e = a->n_made < a->max ? &a->events[++a->n_made] : forget(a);
    if (!e)
        return JAXL_EBUSY;
    bucket = bucket_of(a, id, len);
    *e = (struct jaxl_asked_event){
        .ticket = ticket, .due = due, .state = JAXL_ASKED_OPEN, .chain = *bucket};
    memcpy(e->id, id, len);
    *bucket = (uint32_t)(e - a->events);
    append(a, &a->open, e);
    a->n_open++;
    return 0;
}

/* An id of len bytes, which may be any. */
static bool has_id(const struct jaxl_asked_event *e, const char *id, size_t len)
{
    return len && len < JAXL_ASKED_ID && !e->id[len] && e->id[len - 1] &&
           memcmp(e->id, id, len) == 0;
}

struct jaxl_asked_event *jaxl_asked_find(const struct jaxl_asked *a, const char *id, size_t len)
{
    uint32_t i = *bucket_of(a, id, len);

    while (i && !has_id(&a->events[i], id, len))
        i = a->events[i].chain;
    return i ? &a->events[i] : NULL;
}

void jaxl_asked_close(struct jaxl_asked *a, struct jaxl_asked_event *e, enum jaxl_asked_state state)
{
    detach(a, &a->open, e);
    append(a, &a->over, e);
    e->state = state;
    a->n_open--;
}

struct jaxl_asked_event *jaxl_asked_first(const struct jaxl_asked *a)
{
    return a->open.first ? &a->events[a->open.first] : NULL;
}

size_t jaxl_asked_count(const struct jaxl_asked *a)
{
    return a->n_open;
}
