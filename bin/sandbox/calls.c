/* The calls in memory: appended in the order of time, found by id, time and number called. */
#include <stdlib.h>
#include <string.h>

#include "sandbox/live.h"
#include "sandbox/world.h"

enum { CALLEES_START = 1024, CALLS_MAX = UINT32_MAX - 1 };

/* Doubles an array of at least n+1 elements; false when memory is out. */
static bool make_room(void **items, size_t *room, size_t n, size_t size)
{
    size_t more = *room ? *room * 2 : 256;
    void *p;

    if (n < *room)
        return true;
    p = realloc(*items, more * size);
    if (!p)
        return false;
    *items = p;
    *room = more;
    return true;
}

struct call *call_find(struct world *w, int64_t id)
{
    if (id < 1 || (uint64_t)id > w->calls.n)
        return NULL;
    return &w->calls.items[id - 1];
}

static struct callee *callee_slot(struct callee *table, size_t room, uint64_t number)
{
    size_t i = (size_t)mix(0, number, 0) & (room - 1);

    while (table[i].number && table[i].number != number)
        i = (i + 1) & (room - 1);
    return &table[i];
}

/* At most half full, so that a free slot is near. */
static bool callees_grow(struct calls *c)
{
    size_t room = c->callee_room ? c->callee_room * 2 : CALLEES_START;
    struct callee *table = calloc(room, sizeof *table);

    if (!table)
        return false;
    for (size_t i = 0; i < c->callee_room; i++)
        if (c->callees[i].number)
            *callee_slot(table, room, c->callees[i].number) = c->callees[i];
    free(c->callees);
    c->callees = table;
    c->callee_room = room;
    return true;
}

struct callee *callee_of(struct calls *c, uint64_t number)
{
    struct callee *slot;

    if (c->n_callees * 2 >= c->callee_room && !callees_grow(c))
        return NULL;
    slot = callee_slot(c->callees, c->callee_room, number);
    if (!slot->number) {
        slot->number = number;
        c->n_callees++;
    }
    return slot;
}

uint32_t call_last_to(const struct calls *c, uint64_t number)
{
    return c->callee_room ? callee_slot(c->callees, c->callee_room, number)->last : 0;
}

/* The heap of calls that are not final: the earliest first. A call that is cut is pushed again with
 * its earlier time; the later entry is passed over because the call is settled by then. */
static bool pending_push(struct calls *c, int64_t at, uint32_t id)
{
    size_t i;

    if (!make_room((void **)&c->pending, &c->pending_room, c->n_pending, sizeof *c->pending))
        return false;
    for (i = c->n_pending++; i && c->pending[(i - 1) / 2].at > at; i = (i - 1) / 2)
        c->pending[i] = c->pending[(i - 1) / 2];
    c->pending[i] = (struct due){at, id};
    return true;
}

static void pending_pop(struct calls *c)
{
    struct due last = c->pending[--c->n_pending];
    size_t i = 0, child;

    while ((child = 2 * i + 1) < c->n_pending) {
        if (child + 1 < c->n_pending && c->pending[child + 1].at < c->pending[child].at)
            child++;
        if (c->pending[child].at >= last.at)
            break;
        c->pending[i] = c->pending[child];
        i = child;
    }
    c->pending[i] = last;
}

int64_t call_final_at(const struct call *c)
{
    int64_t own = ((int64_t)c->ring + c->talk) * JAXL_MSEC + FINALIZE_AFTER * JAXL_SECOND;

    return c->created + (own + c->speed - 1) / c->speed;
}

struct call *call_next_final(struct calls *c, int64_t now)
{
    while (c->n_pending && c->pending[0].at <= now) {
        struct call *call = &c->items[c->pending[0].id - 1];
        pending_pop(c);
        if (!call->settled && call_final_at(call) <= now) { /* it may have been opened since */
            call->settled = true;
            return call;
        }
    }
    return NULL;
}

int64_t call_id(const struct world *w, const struct call *c)
{
    return c - w->calls.items + 1;
}

int call_direction(const struct call *c)
{
    return c->incoming ? DIRECTION_IN : DIRECTION_OUT;
}

uint64_t call_other(const struct call *c)
{
    return c->incoming ? c->from : c->to;
}

uint64_t call_ours(const struct call *c)
{
    return c->incoming ? c->to : c->from;
}

struct call_extra *call_extra_of(struct call *c)
{
    if (!c->extra)
        c->extra = calloc(1, sizeof *c->extra);
    return c->extra;
}

struct call *call_add(struct world *w, const struct call *c, const char *cid)
{
    struct calls *calls = &w->calls;
    struct callee *callee = callee_of(calls, c->to);
    struct call *added;

    if (!callee || calls->n >= CALLS_MAX ||
        !make_room((void **)&calls->items, &calls->room, calls->n, sizeof *calls->items))
        return NULL;
    if ((!c->played || w->replaying) && /* it will be cut */
        !pending_push(calls, call_final_at(c), (uint32_t)calls->n + 1))
        return NULL;
    added = &calls->items[calls->n++];
    *added = *c;
    if (cid && call_extra_of(added))
        added->extra->cid = strdup(cid);
    added->previous = callee->last;
    callee->last = (uint32_t)calls->n;
    callee->placed++;
    calls->n_incoming += c->incoming;
    return added;
}

struct jaxl_json_writer *call_log_change(struct world *w, const char *event, const struct call *c,
                                         int64_t now)
{
    struct jaxl_json_writer *j = log_begin(w, event);

    jaxl_json_write_member_int(j, "id", call_id(w, c));
    jaxl_json_write_member_int(j, "at", now);
    return j;
}

int call_pend(struct world *w, const struct call *c)
{
    return pending_push(&w->calls, call_final_at(c), (uint32_t)call_id(w, c)) ? 0 : JAXL_ENOMEM;
}

int call_cut(struct world *w, struct call *c, int64_t now)
{
    uint32_t gone = (uint32_t)((now - c->created) * c->speed / JAXL_MSEC);
    int code;

    call_log_change(w, "cut", c, now);
    code = log_end(w);
    if (code)
        return code;
    if (gone < c->ring || !c->talk) {
        c->ring = gone;
        c->talk = 0;
        c->outcome = CANCELLED;
        c->failure = 0;
    } else {
        c->talk = gone > c->ring ? gone - c->ring : 1; /* it was answered */
    }
    if (c->digit && c->talk < c->digit_after * 1000u)
        c->digit = 0;
    return call_pend(w, c);
}

int call_tag(struct world *w, struct call *c, const char *name, const char *rationale, int64_t now)
{
    struct jaxl_json_writer *j = call_log_change(w, "tag", c, now);
    struct call_extra *e = call_extra_of(c);
    struct tag *more;
    int code;

    jaxl_json_write_member(j, "name", name);
    jaxl_json_write_member(j, "rationale", rationale);
    code = log_end(w);
    if (code)
        return code;
    more = e ? realloc(e->tags, (e->n_tags + 1) * sizeof *more) : NULL;
    if (!more)
        return JAXL_ENOMEM;
    e->tags = more;
    more[e->n_tags] =
        (struct tag){w->calls.next_tag, strdup(name), rationale ? strdup(rationale) : NULL};
    if (!more[e->n_tags].name)
        return JAXL_ENOMEM;
    e->n_tags++;
    w->calls.next_tag++;
    e->modified = now;
    return 0;
}

/* The entry of a key, made when it is new. */
static struct meta *meta_of(struct call_extra *e, const char *key)
{
    struct meta *more;

    for (size_t i = 0; i < e->n_metas; i++)
        if (strcmp(e->metas[i].key, key) == 0)
            return &e->metas[i];
    more = realloc(e->metas, (e->n_metas + 1) * sizeof *more);
    if (!more)
        return NULL;
    e->metas = more;
    more[e->n_metas] = (struct meta){strdup(key), NULL};
    return more[e->n_metas].key ? &more[e->n_metas++] : NULL;
}

int call_merge(struct world *w, struct call *c, const struct jaxl_json *values, int64_t now)
{
    struct jaxl_json_writer *j = call_log_change(w, "meta", c, now);
    struct call_extra *e = call_extra_of(c);
    int code;

    jaxl_json_write_member_value(j, "values", values);
    code = log_end(w);
    if (code)
        return code;
    for (const struct jaxl_json *v = jaxl_json_first(values); v; v = jaxl_json_next(v)) {
        struct meta *m = e ? meta_of(e, jaxl_json_key(v, NULL)) : NULL;
        char *json = json_copy(v);
        if (!m || !json) {
            free(json);
            return JAXL_ENOMEM;
        }
        free(m->json);
        m->json = json;
    }
    if (e)
        e->modified = now;
    return 0;
}

static void extra_free(struct call_extra *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->n_tags; i++) {
        free(e->tags[i].name);
        free(e->tags[i].rationale);
    }
    for (size_t i = 0; i < e->n_metas; i++) {
        free(e->metas[i].key);
        free(e->metas[i].json);
    }
    free(e->tags);
    free(e->metas);
    free(e->cid);
    live_free(&e->live);
    free(e->inputs);
    free(e->hook);
    free(e);
}

void calls_free(struct calls *c)
{
    for (size_t i = 0; i < c->n; i++)
        extra_free(c->items[i].extra);
    free(c->items);
    free(c->callees);
    free(c->pending);
}

size_t call_first_since(const struct calls *c, int64_t time)
{
    size_t low = 0, high = c->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->items[middle].created < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
