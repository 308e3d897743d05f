#include "events/control_queue.h"

#include <stdlib.h>
#include <string.h>

#include "jaxl/clock.h"

enum { BUCKET_BITS = 14, BUCKETS = 1 << BUCKET_BITS, HEAP_ROOM = 256 };

int jaxl_control_queue_init(struct jaxl_control_queue *q, const struct jaxl_clock *clock,
                            struct jaxl_error *err)
{
    *q =
        (struct jaxl_control_queue){.clock = clock, .buckets = calloc(BUCKETS, sizeof *q->buckets)};
    q->ready_last = &q->ready;
    return q->buckets ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "actions: out of memory");
}

static void free_call(struct jaxl_control_call *call)
{
    for (struct jaxl_control_action *a = call->first, *next; a; a = next) {
        next = a->next;
        free(a);
    }
    free(call->refusal);
    free(call);
}

void jaxl_control_queue_free(struct jaxl_control_queue *q)
{
    for (size_t i = 0; q->buckets && i < BUCKETS; i++)
        for (struct jaxl_control_call *call = q->buckets[i], *next; call; call = next) {
            next = call->chain;
            free_call(call);
        }
    free(q->buckets);
    free(q->heap);
    *q = (struct jaxl_control_queue){.n_heap = 0};
}

/* Ids are given out one after the other: the high bits of the product spread them (D. Knuth, The
 * Art of Computer Programming 3, 6.4). */
static struct jaxl_control_call **bucket(struct jaxl_control_queue *q, int64_t id)
{
    return &q->buckets[(uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> (64 - BUCKET_BITS)];
}

static struct jaxl_control_call **find(struct jaxl_control_queue *q, int64_t id)
{
    struct jaxl_control_call **at = bucket(q, id);

    while (*at && (*at)->id != id)
        at = &(*at)->chain;
    return at;
}

/* The heap: the one that is due first is at its top. Room for every call is made when it comes. */

static void sift_up(struct jaxl_control_queue *q, size_t i)
{
    struct jaxl_control_call *call = q->heap[i];

    while (i && q->heap[(i - 1) / 2]->due > call->due) {
        q->heap[i] = q->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    q->heap[i] = call;
}

static void sift_down(struct jaxl_control_queue *q, size_t i)
{
    struct jaxl_control_call *call = q->heap[i];

    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < q->n_heap && q->heap[child + 1]->due < q->heap[child]->due)
            child++;
        if (child >= q->n_heap || q->heap[child]->due >= call->due)
            break;
        q->heap[i] = q->heap[child];
        i = child;
    }
    q->heap[i] = call;
}

static struct jaxl_control_call *pop(struct jaxl_control_queue *q)
{
    struct jaxl_control_call *top = q->heap[0];

    q->heap[0] = q->heap[--q->n_heap];
    if (q->n_heap)
        sift_down(q, 0);
    return top;
}

static int reserve(struct jaxl_control_queue *q)
{
    size_t room = q->cap_heap ? 2 * q->cap_heap : HEAP_ROOM;
    struct jaxl_control_call **heap;

    if (q->calls < q->cap_heap)
        return 0;
    heap = realloc(q->heap, room * sizeof *heap);
    if (!heap)
        return JAXL_ENOMEM;
    q->heap = heap;
    q->cap_heap = room;
    return 0;
}

static void make_ready(struct jaxl_control_queue *q, struct jaxl_control_call *call)
{
    call->after = NULL;
    *q->ready_last = call;
    q->ready_last = &call->after;
}

/* An action that expires while it waits need not wait for it. */
static bool comes_too_late(const struct jaxl_control_queue *q, const struct jaxl_control_action *a,
                           int64_t due)
{
    if (a->expiry == JAXL_CONTROL_SPAN)
        return due >= a->expires;
    return a->expiry == JAXL_CONTROL_CLOCK && a->delay &&
           due - jaxl_clock_mono(q->clock) >= a->expires - jaxl_clock_now(q->clock);
}

/* Gives the first action its turn: when it was read or the one before it has ended, and its delay
 * after that. */
static void schedule(struct jaxl_control_queue *q, struct jaxl_control_call *call)
{
    struct jaxl_control_action *a = call->first;
    const int64_t from = call->free_at > a->read_at ? call->free_at : a->read_at;

    call->due = from + a->delay;
    a->late = a->delay && comes_too_late(q, a, call->due);
    if (!a->delay || a->late) {
        make_ready(q, call);
        return;
    }
    q->heap[q->n_heap++] = call;
    sift_up(q, q->n_heap - 1);
}

static struct jaxl_control_call *add_call(struct jaxl_control_queue *q, int64_t id)
{
    struct jaxl_control_call *call = reserve(q) ? NULL : calloc(1, sizeof *call);
    struct jaxl_control_call **at = bucket(q, id);

    if (!call)
        return NULL;
    call->id = id;
    call->last = &call->first;
    call->chain = *at;
    *at = call;
    q->calls++;
    return call;
}

int jaxl_control_queue_put(struct jaxl_control_queue *q, struct jaxl_control_action *a,
                           struct jaxl_error *err)
{
    struct jaxl_control_call *call = *find(q, a->call);
    const bool idle = !call;

    if (!call)
        call = add_call(q, a->call);
    if (!call)
        return jaxl_error_set(err, JAXL_ENOMEM, "an action: out of memory");
    a->next = NULL;
    *call->last = a;
    call->last = &a->next;
    q->actions++;
    q->bytes += sizeof *a + a->len;
    if (idle)
        schedule(q, call);
    return 0;
}

struct jaxl_control_call *jaxl_control_queue_next(struct jaxl_control_queue *q, bool all)
{
    const int64_t now = q->n_heap ? jaxl_clock_mono(q->clock) : 0;
    struct jaxl_control_call *call;

    while (q->n_heap && (all || q->heap[0]->due <= now))
        make_ready(q, pop(q));
    call = q->ready;
    if (!call)
        return NULL;
    q->ready = call->after;
    if (!q->ready)
        q->ready_last = &q->ready;
    call->after = NULL;
    return call;
}

void jaxl_control_queue_again(struct jaxl_control_queue *q, struct jaxl_control_call *call)
{
    call->after = q->ready;
    q->ready = call;
    if (!call->after)
        q->ready_last = &call->after;
}

void jaxl_control_queue_done(struct jaxl_control_queue *q, struct jaxl_control_call *call)
{
    struct jaxl_control_action *a = call->first;

    q->actions--;
    q->bytes -= sizeof *a + a->len;
    call->first = a->next;
    free(a);
    free(call->refusal);
    call->refusal = NULL;
    if (call->first) {
        call->free_at = jaxl_clock_mono(q->clock);
        schedule(q, call);
        return;
    }
    *find(q, call->id) = call->chain;
    q->calls--;
    free_call(call);
}

int64_t jaxl_control_queue_due(const struct jaxl_control_queue *q)
{
    return q->n_heap ? q->heap[0]->due : INT64_MAX;
}
