#include <stdlib.h>
#include <string.h>

#include "billing/reconcile_impl.h"
#include "billing/sum.h"
#include "data/json_writer.h"
#include "jaxl/clock.h"
#include "jaxl/phone.h"
#include "platform/disposition.h"

#define FINDING_MAX ((size_t)1024 * 1024) /* bytes of one as text */

enum kind { ONLY_OURS, ONLY_THEIRS, DUPLICATE, RESOLVED, UNKNOWN, COST, DURATION, DISPOSITION };
static const char *const kinds[] = {"only-ours", "only-theirs", "duplicate", "unknown-resolved",
                                    "unknown",   "cost",        "duration",  "disposition"};

struct finding {
    int64_t at, id;
    int64_t known;         /* of a DUPLICATE; of UNKNOWN how many */
    uint32_t ours, theirs; /* 0: none */
    enum kind kind;
};

struct teller {
    struct jaxl_reconciler *r;
    const uint32_t *order;
    struct finding *findings;
    uint32_t n, room;
    uint8_t currencies[JAXL_RECONCILE_CURRENCIES]; /* by code */
    struct jaxl_buf text;
    struct jaxl_json_writer w;
    jaxl_reconcile_put *put;
    void *ctx;
    struct jaxl_error *err;
};

enum place { INSIDE, NEAR, OUTSIDE };

static bool is_near(int64_t at, int64_t boundary, int64_t tolerance)
{
    if (boundary == INT64_MIN || boundary == INT64_MAX)
        return false;
    return (at < boundary ? (uint64_t)boundary - (uint64_t)at : (uint64_t)at - (uint64_t)boundary) <
           (uint64_t)tolerance;
}

/* Where a call lies. One that says no time is inside. */
static enum place place_of(const struct jaxl_reconciler *r, int64_t at, bool alone)
{
    const struct jaxl_reconcile_options *o = &r->options;

    if (at < 0)
        return INSIDE;
    if (alone && (is_near(at, o->start, o->tolerance) || is_near(at, o->end, o->tolerance)))
        return NEAR;
    return at >= o->start && at < o->end ? INSIDE : OUTSIDE;
}

static int note(struct teller *t, enum kind kind, uint32_t ours, uint32_t theirs, int64_t known)
{
    const struct jaxl_reconcile_call *c =
        theirs ? jaxl_reconcile_at(&t->r->theirs, theirs) : jaxl_reconcile_at(&t->r->ours, ours);

    if (jaxl_reconcile_grow(&t->findings, t->n, &t->room, sizeof *t->findings))
        return JAXL_ENOMEM;
    t->findings[t->n++] = (struct finding){c->at, c->id, known, ours, theirs, kind};
    return 0;
}

/* How much a call cost in a currency; none is 0. */
static struct jaxl_reconcile_amount cost_in(const struct jaxl_reconciler *r,
                                            const struct jaxl_reconcile_call *c, uint8_t currency)
{
    struct jaxl_reconcile_amount none = {.scale = JAXL_RECONCILE_NO_AMOUNT};

    if (c->cost_scale != JAXL_RECONCILE_NO_AMOUNT && c->currency == currency)
        return (struct jaxl_reconcile_amount){c->cost, c->cost_scale};
    for (uint32_t i = c->more; i; i = r->costs[i - 1].next)
        if (r->costs[i - 1].currency == currency)
            return r->costs[i - 1].amount;
    return none;
}

static bool differ(struct jaxl_reconcile_amount a, struct jaxl_reconcile_amount b)
{
    struct jaxl_money ours = {0}, theirs = {0};

    jaxl_reconcile_amount(a, &ours);
    jaxl_reconcile_amount(b, &theirs);
    return jaxl_money_compare(&ours, &theirs) != 0;
}

static bool costs_differ(const struct jaxl_reconciler *r, const struct jaxl_reconcile_call *ours,
                         const struct jaxl_reconcile_call *theirs)
{
    for (uint32_t i = 1; i <= r->n_currencies; i++)
        if (differ(cost_in(r, ours, (uint8_t)i), cost_in(r, theirs, (uint8_t)i)))
            return true;
    return false;
}

static struct jaxl_reconcile_amount duration_of(const struct jaxl_reconcile_call *c)
{
    return (struct jaxl_reconcile_amount){c->duration, c->duration_scale};
}

static int compare_pair(struct teller *t, uint32_t place)
{
    const struct jaxl_reconcile_call *o = jaxl_reconcile_at(&t->r->ours, place),
                                     *c = jaxl_reconcile_at(&t->r->theirs, o->pair);
    uint32_t before = t->n;
    int rc = 0;

    t->r->totals.ours++;
    t->r->totals.theirs++;
    t->r->totals.pairs++;
    if (o->flags & JAXL_RECONCILE_RESOLVED)
        rc = note(t, RESOLVED, place, o->pair, 0);
    if (!rc && jaxl_reconcile_called(t->r, place))
        rc = note(t, DUPLICATE, place, o->pair, jaxl_reconcile_called(t->r, place));
    if (!(c->flags & JAXL_RECONCILE_FINAL))
        t->r->totals.provisional++;
    else if (!rc && costs_differ(t->r, o, c))
        rc = note(t, COST, place, o->pair, 0);
    if (!rc && c->flags & JAXL_RECONCILE_OVER && differ(duration_of(o), duration_of(c)))
        rc = note(t, DURATION, place, o->pair, 0);
    if (!rc && c->flags & JAXL_RECONCILE_OVER && o->disposition && c->disposition &&
        o->disposition != c->disposition)
        rc = note(t, DISPOSITION, place, o->pair, 0);
    t->r->totals.agree += t->n == before;
    return rc;
}

/* True when a call that one side has is not to be told of. */
static bool passed_over(struct jaxl_reconciler *r, const struct jaxl_reconcile_call *c)
{
    enum place place = place_of(r, c->at, true);

    r->totals.boundary += place == NEAR;
    r->totals.outside += place == OUTSIDE;
    return place != INSIDE;
}

static int tell_ours(struct teller *t, uint32_t place)
{
    const struct jaxl_reconcile_call *o = jaxl_reconcile_at(&t->r->ours, place);
    int64_t called;

    if (o->pair) {
        if (place_of(t->r, jaxl_reconcile_at(&t->r->theirs, o->pair)->at, false) == INSIDE)
            return compare_pair(t, place);
        t->r->totals.outside += 2;
        return 0;
    }
    if (passed_over(t->r, o))
        return 0;
    t->r->totals.ours++;
    if (!o->id)
        return note(t, UNKNOWN, place, 0, jaxl_reconcile_candidates(t->r, t->order, o));
    called = jaxl_reconcile_called(t->r, place);
    if (!called && jaxl_reconcile_claimed(t->r, place))
        called = o->id;
    return note(t, called ? DUPLICATE : ONLY_OURS, place, 0, called);
}

static int tell_theirs(struct teller *t, uint32_t place)
{
    const struct jaxl_reconcile_call *c = jaxl_reconcile_at(&t->r->theirs, place);
    int64_t known;

    if (c->pair || passed_over(t->r, c))
        return 0;
    t->r->totals.theirs++;
    known = jaxl_reconcile_repeated(t->r, t->order, c);
    return note(t, known ? DUPLICATE : ONLY_THEIRS, c->session, place, known);
}

static int compare_findings(const void *left, const void *right, void *reconciler)
{
    const struct finding *a = left, *b = right;
    const struct jaxl_reconciler *r = reconciler;
    uint32_t sa = a->ours ? jaxl_reconcile_at(&r->ours, a->ours)->session : 0,
             sb = b->ours ? jaxl_reconcile_at(&r->ours, b->ours)->session : 0;
    int order;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    order = jaxl_reconcile_compare_sessions(r, sa, sb);
    if (order)
        return order;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->ours != b->ours ? (a->ours < b->ours ? -1 : 1) : 0;
}

static void write_text(struct teller *t, const char *key, uint32_t place)
{
    size_t len = 0;
    const char *text = jaxl_reconcile_text(t->r, place, &len);

    jaxl_json_write_key(&t->w, key);
    if (text)
        jaxl_json_write_string_n(&t->w, text, len);
    else
        jaxl_json_write_null(&t->w);
}

static void write_count(struct teller *t, const char *key, int64_t v)
{
    if (v)
        jaxl_json_write_member_int(&t->w, key, v);
    else
        jaxl_json_write_member(&t->w, key, NULL);
}

static void write_ours(struct teller *t, const struct jaxl_reconcile_call *o, const char *to)
{
    char room[JAXL_RECONCILE_SESSION_TEXT];
    size_t len = 0;
    const char *session = jaxl_reconcile_session(t->r, o->session, room, &len);

    jaxl_json_write_key(&t->w, "session_id");
    if (session)
        jaxl_json_write_string_n(&t->w, session, len);
    else
        jaxl_json_write_null(&t->w);
    write_text(t, "campaign", o->campaign);
    if (o->lead)
        write_text(t, "lead", o->lead);
    else
        jaxl_json_write_member(&t->w, "lead", to);
    write_count(t, "attempt", o->attempt);
}

/* The members up to `at`. */
static void write_call(struct teller *t, const struct finding *f)
{
    const struct jaxl_reconcile_call *o = f->ours ? jaxl_reconcile_at(&t->r->ours, f->ours) : NULL,
                                     *c = f->theirs ? jaxl_reconcile_at(&t->r->theirs, f->theirs)
                                                    : o;
    char at[JAXL_CLOCK_ISO_MAX];
    struct jaxl_phone to, ours;

    jaxl_json_write_member(&t->w, "finding", kinds[f->kind]);
    write_count(t, "call_id", f->id);
    if (o) {
        write_ours(t, o, jaxl_phone_from_key(o->to, &ours) ? NULL : ours.text);
    } else {
        jaxl_json_write_member(&t->w, "session_id", NULL);
        write_text(t, "campaign", c->campaign);
        jaxl_json_write_member(&t->w, "lead", NULL);
        jaxl_json_write_member(&t->w, "attempt", NULL);
    }
    jaxl_json_write_member(&t->w, "to", jaxl_phone_from_key(c->to, &to) ? NULL : to.text);
    write_text(t, "from", c->from);
    jaxl_json_write_member(&t->w, "at", c->at >= 0 && !jaxl_clock_format(c->at, at) ? at : NULL);
}

static void write_amount(struct teller *t, const char *key, struct jaxl_reconcile_amount a)
{
    char text[JAXL_MONEY_TEXT];
    struct jaxl_money m;

    jaxl_json_write_key(&t->w, key);
    if (jaxl_reconcile_amount(a, &m))
        jaxl_json_write_number(&t->w, jaxl_money_format(&m, text));
    else
        jaxl_json_write_null(&t->w);
}

static void write_difference(struct teller *t, struct jaxl_reconcile_amount ours,
                             struct jaxl_reconcile_amount theirs)
{
    struct jaxl_sum difference = {0};
    char text[JAXL_SUM_TEXT];
    struct jaxl_money m;

    if (jaxl_reconcile_amount(ours, &m)) {
        m = jaxl_money_negate(&m);
        jaxl_sum_add(&difference, &m);
    }
    if (jaxl_reconcile_amount(theirs, &m))
        jaxl_sum_add(&difference, &m);
    jaxl_json_write_key(&t->w, "difference");
    jaxl_json_write_number(&t->w, jaxl_sum_format(&difference, text));
}

/* Writes a whole finding; ours and theirs by number, word or amount. */
static int write_amounts(struct teller *t, const struct finding *f, uint8_t currency,
                         struct jaxl_reconcile_amount ours, struct jaxl_reconcile_amount theirs)
{
    int rc;

    jaxl_buf_reset(&t->text);
    jaxl_json_writer_reset(&t->w);
    jaxl_json_write_object(&t->w);
    write_call(t, f);
    write_text(t, "currency", t->r->currencies[currency]);
    write_amount(t, "ours", ours);
    write_amount(t, "theirs", theirs);
    write_difference(t, ours, theirs);
    jaxl_json_write_end(&t->w);
    rc = jaxl_json_writer_check(&t->w, t->err);
    return rc ? rc : t->put(t->ctx, jaxl_buf_text(&t->text), t->text.len, t->err);
}

static int write_plain(struct teller *t, const struct finding *f)
{
    const struct jaxl_reconcile_call *o = f->ours ? jaxl_reconcile_at(&t->r->ours, f->ours) : NULL,
                                     *c = f->theirs ? jaxl_reconcile_at(&t->r->theirs, f->theirs)
                                                    : NULL;
    int rc;

    jaxl_buf_reset(&t->text);
    jaxl_json_writer_reset(&t->w);
    jaxl_json_write_object(&t->w);
    write_call(t, f);
    jaxl_json_write_member(&t->w, "currency", NULL);
    if (f->kind == DISPOSITION) {
        jaxl_json_write_member(&t->w, "ours", jaxl_disposition_name(o->disposition));
        jaxl_json_write_member(&t->w, "theirs", jaxl_disposition_name(c->disposition));
    } else {
        write_count(t, "ours", f->kind == DUPLICATE ? f->known : f->kind == ONLY_OURS ? f->id : 0);
        jaxl_json_write_key(&t->w, "theirs");
        if (f->kind == ONLY_OURS)
            jaxl_json_write_null(&t->w);
        else
            jaxl_json_write_int(&t->w, f->kind == UNKNOWN ? f->known : f->id);
    }
    jaxl_json_write_member(&t->w, "difference", NULL);
    jaxl_json_write_end(&t->w);
    rc = jaxl_json_writer_check(&t->w, t->err);
    return rc ? rc : t->put(t->ctx, jaxl_buf_text(&t->text), t->text.len, t->err);
}

static int write_costs(struct teller *t, const struct finding *f)
{
    const struct jaxl_reconcile_call *o = jaxl_reconcile_at(&t->r->ours, f->ours),
                                     *c = jaxl_reconcile_at(&t->r->theirs, f->theirs);
    int rc = 0;

    for (uint32_t i = 0; i < t->r->n_currencies && !rc; i++) {
        struct jaxl_reconcile_amount ours = cost_in(t->r, o, t->currencies[i]),
                                     theirs = cost_in(t->r, c, t->currencies[i]);
        if (!differ(ours, theirs))
            continue;
        t->r->totals.cost++;
        rc = write_amounts(t, f, t->currencies[i], ours, theirs);
    }
    return rc;
}

static int write_finding(struct teller *t, const struct finding *f)
{
    struct jaxl_reconcile_totals *totals = &t->r->totals;
    uint64_t *const counts[] = {
        [ONLY_OURS] = &totals->only_ours,    [ONLY_THEIRS] = &totals->only_theirs,
        [DUPLICATE] = &totals->duplicates,   [RESOLVED] = &totals->resolved,
        [UNKNOWN] = &totals->unknown,        [DURATION] = &totals->duration,
        [DISPOSITION] = &totals->disposition};

    if (f->kind == COST)
        return write_costs(t, f);
    ++*counts[f->kind];
    if (f->kind == DURATION)
        return write_amounts(t, f, 0, duration_of(jaxl_reconcile_at(&t->r->ours, f->ours)),
                             duration_of(jaxl_reconcile_at(&t->r->theirs, f->theirs)));
    return write_plain(t, f);
}

static int find_all(struct teller *t)
{
    int rc = 0;

    jaxl_reconcile_pair(t->r, t->order);
    for (uint32_t i = 1; i <= t->r->ours.n && !rc; i++)
        rc = tell_ours(t, i);
    for (uint32_t i = 1; i <= t->r->theirs.n && !rc; i++)
        rc = tell_theirs(t, i);
    if (t->n)
        qsort_r(t->findings, t->n, sizeof *t->findings, compare_findings, t->r);
    return rc ? jaxl_error_set(t->err, rc, "findings: %s", jaxl_error_name(rc)) : 0;
}

static int compare_currencies(const void *left, const void *right, void *reconciler)
{
    const struct jaxl_reconciler *r = reconciler;
    size_t len_a = 0, len_b = 0;
    const char *a = jaxl_reconcile_text(r, r->currencies[*(const uint8_t *)left], &len_a);
    const char *b = jaxl_reconcile_text(r, r->currencies[*(const uint8_t *)right], &len_b);
    int order = a && b ? memcmp(a, b, len_a < len_b ? len_a : len_b) : 0;

    return order ? order : (len_a > len_b) - (len_a < len_b);
}

static void sort_currencies(struct teller *t)
{
    for (uint32_t i = 0; i < t->r->n_currencies; i++)
        t->currencies[i] = (uint8_t)(i + 1);
    qsort_r(t->currencies, t->r->n_currencies, 1, compare_currencies, t->r);
}

int jaxl_reconcile_finish(struct jaxl_reconciler *r, jaxl_reconcile_put *put, void *ctx,
                          struct jaxl_reconcile_totals *totals, struct jaxl_error *err)
{
    struct teller t = {.r = r, .put = put, .ctx = ctx, .err = err};
    uint32_t *order;
    int rc;

    if (r->done)
        return jaxl_error_set(err, JAXL_EARG, "the calls have been compared already");
    r->done = true;
    order = jaxl_reconcile_order(r);
    if (!order)
        return jaxl_error_set(err, JAXL_ENOMEM, "findings: out of memory");
    t.order = order;
    jaxl_buf_init(&t.text, FINDING_MAX);
    jaxl_json_writer_init(&t.w, &t.text);
    sort_currencies(&t);
    rc = find_all(&t);
    for (uint32_t i = 0; i < t.n && !rc; i++)
        rc = write_finding(&t, &t.findings[i]);
    free(t.findings);
    free(order);
    jaxl_buf_free(&t.text);
    if (totals)
        *totals = r->totals;
    return rc;
}
