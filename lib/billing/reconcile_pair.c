#include <stdlib.h>
#include <string.h>

#include "billing/reconcile_impl.h"
#include "jaxl/clock.h"

/* Where the call of an unknown attempt is looked for, from when its request was sent (design.md
 * section 7; lib/campaign does the same while a run lasts). */
#define BEFORE (5 * JAXL_SECOND)
#define AFTER  (120 * JAXL_SECOND)

static struct jaxl_reconcile_call *our(const struct jaxl_reconciler *r, uint32_t place)
{
    return jaxl_reconcile_at(&r->ours, place);
}

static struct jaxl_reconcile_call *their(const struct jaxl_reconciler *r, uint32_t place)
{
    return jaxl_reconcile_at(&r->theirs, place);
}

static int compare(const void *left, const void *right, void *reconciler)
{
    const struct jaxl_reconcile_call *a = their(reconciler, *(const uint32_t *)left),
                                     *b = their(reconciler, *(const uint32_t *)right);

    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

uint32_t *jaxl_reconcile_order(const struct jaxl_reconciler *r)
{
    size_t n = r->theirs.n;
    uint32_t *order = malloc((n + 1) * sizeof *order);

    if (!order)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        order[i] = i + 1;
    qsort_r(order, n, sizeof *order, compare, (void *)(uintptr_t)r);
    return order;
}

/* The first in order that is to a number at an instant or later. */
static uint32_t first_since(const struct jaxl_reconciler *r, const uint32_t *order, uint64_t to,
                            int64_t at)
{
    uint32_t low = 0, high = r->theirs.n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct jaxl_reconcile_call *c = their(r, order[middle]);
        if (c->to < to || (c->to == to && c->at < at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The next call without a pair that an unknown attempt could be, from the i-th in order on; NULL:
 * none. */
static struct jaxl_reconcile_call *candidate(const struct jaxl_reconciler *r, const uint32_t *order,
                                             const struct jaxl_reconcile_call *o, uint32_t *i)
{
    while (*i < r->theirs.n) {
        struct jaxl_reconcile_call *t = their(r, order[(*i)++]);
        if (t->to != o->to || t->at > o->at + AFTER)
            return NULL;
        if (!t->pair && t->from == o->from)
            return t;
    }
    return NULL;
}

static bool is_unknown(const struct jaxl_reconcile_call *o)
{
    return !o->id && !o->pair;
}

/* Only with both numbers and a time is anything looked for. */
static uint32_t start_of(const struct jaxl_reconciler *r, const uint32_t *order,
                         const struct jaxl_reconcile_call *o)
{
    return o->to && o->from && o->at >= 0 ? first_since(r, order, o->to, o->at - BEFORE)
                                          : r->theirs.n;
}

uint32_t jaxl_reconcile_candidates(const struct jaxl_reconciler *r, const uint32_t *order,
                                   const struct jaxl_reconcile_call *ours)
{
    uint32_t n = 0;

    for (uint32_t i = start_of(r, order, ours); candidate(r, order, ours, &i);)
        n++;
    return n;
}

/* By call id: of several attempts of ours that have one call, the first in every order. */
static void pair_by_id(struct jaxl_reconciler *r)
{
    for (uint32_t i = 1; i <= r->ours.n; i++) {
        size_t at = 0;
        struct jaxl_reconcile_call *o = our(r, i);
        uint32_t place = o->id ? jaxl_reconcile_by_id(r, false, o->id, &at) : 0;
        if (!place || jaxl_reconcile_claimed(r, i))
            continue;
        o->pair = place;
        their(r, place)->pair = i;
    }
}

static void join(struct jaxl_reconciler *r, uint32_t ours, uint32_t theirs)
{
    our(r, ours)->pair = theirs;
    our(r, ours)->flags |= JAXL_RECONCILE_RESOLVED;
    their(r, theirs)->pair = ours;
}

/* By session, the earliest where several have it. */
static void pair_by_session(struct jaxl_reconciler *r, const uint32_t *order)
{
    for (uint32_t i = 0; i < r->theirs.n; i++) {
        const struct jaxl_reconcile_call *t = their(r, order[i]);
        if (!t->pair && t->session && is_unknown(our(r, t->session)))
            join(r, t->session, order[i]);
    }
}

/* By numbers and time. First it is counted how many attempts each call could be of: that one pair
 * is made changes nothing for others then. */
static void pair_by_numbers(struct jaxl_reconciler *r, const uint32_t *order)
{
    struct jaxl_reconcile_call *t;

    for (uint32_t i = 1; i <= r->ours.n; i++) {
        const struct jaxl_reconcile_call *o = our(r, i);
        for (uint32_t k = is_unknown(o) ? start_of(r, order, o) : r->theirs.n;
             (t = candidate(r, order, o, &k));)
            if (t->attempt < UINT16_MAX)
                t->attempt++;
    }
    for (uint32_t i = 1; i <= r->ours.n; i++) {
        const struct jaxl_reconcile_call *o = our(r, i);
        uint32_t k = is_unknown(o) ? start_of(r, order, o) : r->theirs.n, found;
        t = candidate(r, order, o, &k);
        found = k;
        if (t && t->attempt == 1 && !candidate(r, order, o, &k))
            join(r, i, order[found - 1]);
    }
}

void jaxl_reconcile_pair(struct jaxl_reconciler *r, const uint32_t *order)
{
    pair_by_id(r);
    pair_by_session(r, order);
    pair_by_numbers(r, order);
}

static int64_t apart(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* The nearest paired call from/to the same numbers within two minutes. */
static int64_t known_nearby(const struct jaxl_reconciler *r, const uint32_t *order,
                            const struct jaxl_reconcile_call *t)
{
    const struct jaxl_reconcile_call *best = NULL;

    if (!t->to || !t->from || t->at < 0)
        return 0;
    for (uint32_t i = first_since(r, order, t->to, t->at - AFTER); i < r->theirs.n; i++) {
        const struct jaxl_reconcile_call *c = their(r, order[i]);
        if (c->to != t->to || c->at > t->at + AFTER)
            break;
        if (c->pair && c->from == t->from &&
            (!best || apart(c->at, t->at) < apart(best->at, t->at)))
            best = c;
    }
    return best ? best->id : 0;
}

int64_t jaxl_reconcile_repeated(const struct jaxl_reconciler *r, const uint32_t *order,
                                const struct jaxl_reconcile_call *theirs)
{
    const struct jaxl_reconcile_call *o = theirs->session ? our(r, theirs->session) : NULL;

    if (o && o->id)
        return o->id;
    if (o && o->pair)
        return their(r, o->pair)->id;
    return known_nearby(r, order, theirs);
}

int jaxl_reconcile_compare_sessions(const struct jaxl_reconciler *r, uint32_t a, uint32_t b)
{
    char room_a[JAXL_RECONCILE_SESSION_TEXT], room_b[JAXL_RECONCILE_SESSION_TEXT];
    size_t len_a = 0, len_b = 0;
    const char *text_a = jaxl_reconcile_session(r, a, room_a, &len_a);
    const char *text_b = jaxl_reconcile_session(r, b, room_b, &len_b);
    int order = len_a && len_b ? memcmp(text_a, text_b, len_a < len_b ? len_a : len_b) : 0;

    return order ? order : (len_a > len_b) - (len_a < len_b);
}

/* (They have different sessions: else they would be one.) */
bool jaxl_reconcile_claimed(const struct jaxl_reconciler *r, uint32_t place)
{
    const struct jaxl_reconcile_call *o = our(r, place);
    uint32_t other;

    for (size_t at = 0; o->id && (other = jaxl_reconcile_by_id(r, true, o->id, &at));)
        if (other != place &&
            jaxl_reconcile_compare_sessions(r, our(r, other)->session, o->session) < 0)
            return true;
    return false;
}

int64_t jaxl_reconcile_called(const struct jaxl_reconciler *r, uint32_t place)
{
    const struct jaxl_reconcile_call *o = our(r, place);
    int64_t least = 0;
    uint32_t other;

    for (size_t at = 0;
         o->id && o->session &&
         (other = jaxl_reconcile_by_session(r, &r->sessions[o->session - 1], &at));) {
        int64_t id = our(r, other)->id;
        if (id && id < o->id && (!least || id < least))
            least = id;
    }
    return least;
}
