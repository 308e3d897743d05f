#include "billing/fetch_impl.h"
#include "jaxl/clock.h"

enum { FILL = JAXL_FETCH_SLICE / 2 }; /* calls that a slice should have */
#define LONG_AGO (16 * 365 * 86400 * JAXL_SECOND)

static int64_t whole_second(int64_t us)
{
    return us - ((us % JAXL_SECOND) + JAXL_SECOND) % JAXL_SECOND;
}

/* So that about FILL of count calls are in each of its parts, a whole second at least. */
static int64_t width_of(int64_t span, int64_t count, int64_t most)
{
    int64_t pieces = count / FILL + 1;
    int64_t width = span / (pieces < most ? pieces : most) + JAXL_SECOND - 1;

    return width < JAXL_SECOND ? JAXL_SECOND : whole_second(width);
}

/* Where the calls of a span with an open beginning may begin. */
static int64_t base_of(const struct jaxl_fetch_run *r, int64_t from, int64_t to)
{
    if (from != INT64_MIN)
        return from;
    if (r->oldest != INT64_MIN && r->oldest < to)
        return whole_second(r->oldest);
    return whole_second(to) - LONG_AGO;
}

void jaxl_fetch_plan_start(struct jaxl_fetch_run *r)
{
    int64_t base = base_of(r, r->from, r->to);

    r->next = r->from;
    r->planned = r->from >= r->to;
    r->width = width_of(r->to - base, r->count, INT64_MAX);
}

/* Whether the cursor knows all of a span, and holds nothing of it back. */
static bool is_done(const struct jaxl_fetch_run *r, int64_t from, int64_t to)
{
    const struct jaxl_keys *held = r->cursor ? &r->cursor->held : NULL;

    if (!r->cursor || to > r->cursor->settled)
        return false;
    for (size_t i = 0; i < held->n_slots; i++) {
        const struct jaxl_key *key = &held->slots[i];
        if (key->text && !key->gone && key->at >= from && key->at < to)
            return false;
    }
    return true;
}

static int64_t end_of(const struct jaxl_fetch_run *r, int64_t from, int64_t to, int64_t width)
{
    int64_t end = whole_second(base_of(r, from, to) + width);

    return end < to ? end : to;
}

int jaxl_fetch_plan_fill(struct jaxl_fetch_run *r)
{
    struct jaxl_fetch_slice **end = &r->first;
    size_t n = 0;

    for (; *end; end = &(*end)->after)
        n++;
    while (n < JAXL_FETCH_WINDOW && !r->planned) {
        int64_t from = r->next;
        r->next = end_of(r, from, r->to, r->width);
        r->planned = r->next >= r->to;
        if (is_done(r, from, r->next))
            continue;
        *end = jaxl_fetch_slice_new(r, from, r->next);
        if (!*end || jaxl_fetch_slice_begin(*end, 0))
            return JAXL_ENOMEM;
        end = &(*end)->after;
        n++;
    }
    return 0;
}

/* The first of the pieces is the slice itself: it is behind others, and before others. */
bool jaxl_fetch_plan_cut(struct jaxl_fetch_slice *s, int64_t count, int *rc)
{
    struct jaxl_fetch_run *r = s->run;
    struct jaxl_fetch_slice *last = s;
    int64_t to = s->to, base = base_of(r, s->from, to);
    int64_t width = width_of(to - base, count, JAXL_FETCH_PIECES);

    *rc = 0;
    s->to = s->from == INT64_MIN ? base : end_of(r, s->from, to, width);
    if (s->to >= to) {
        s->to = to;
        return false;
    }
    while (!*rc && last->to < to) {
        struct jaxl_fetch_slice *piece =
            jaxl_fetch_slice_new(r, last->to, end_of(r, last->to, to, width));
        *rc = piece ? jaxl_fetch_slice_begin(piece, 0) : JAXL_ENOMEM;
        if (!piece)
            break;
        piece->after = last->after;
        last->after = piece;
        last = piece;
    }
    if (!*rc)
        *rc = jaxl_fetch_slice_begin(s, 0);
    return true;
}
