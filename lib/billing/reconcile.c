#include <stdlib.h>
#include <string.h>

#include "billing/reconcile_impl.h"
#include "jaxl/clock.h"

enum { OUTGOING = 2 };

int jaxl_reconcile_new(struct jaxl_reconciler **out, const struct jaxl_reconcile_options *options,
                       struct jaxl_error *err)
{
    struct jaxl_reconciler *r;

    *out = NULL;
    if (options->end < options->start)
        return jaxl_error_set(err, JAXL_EARG, "the span ends before it starts");
    if (options->tolerance < -1 || options->tolerance > 86400 * JAXL_SECOND)
        return jaxl_error_set(err, JAXL_EARG, "the tolerance is not between 0 and a day");
    r = calloc(1, sizeof *r);
    if (!r)
        return jaxl_error_set(err, JAXL_ENOMEM, "calls: out of memory");
    r->options = *options;
    if (!r->options.tolerance)
        r->options.tolerance = JAXL_RECONCILE_TOLERANCE;
    else if (r->options.tolerance < 0)
        r->options.tolerance = 0;
    jaxl_reconcile_store_init(r);
    *out = r;
    return 0;
}

void jaxl_reconcile_free(struct jaxl_reconciler **r)
{
    if (!r || !*r)
        return;
    jaxl_reconcile_store_free(*r);
    free(*r);
    *r = NULL;
}

/* 1: somebody was called or may have been, 0: nobody; -1 for a word that is no state. */
static int calls_in(const char *state)
{
    static const char *const called[] = {"done", "submitted", "unknown", "intended"};
    static const char *const nobody[] = {"refused",  "not_sent",  "throttled", "suppressed", "new",
                                         "deferred", "exhausted", "expired",   "planned"};

    for (size_t i = 0; i < sizeof called / sizeof called[0]; i++)
        if (strcmp(called[i], state) == 0)
            return 1;
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
        if (strcmp(nobody[i], state) == 0)
            return 0;
    return -1;
}

/* Whether a says at least as much of an attempt as b does. */
static bool knows_as_much(const struct jaxl_reconcile_call *a, const struct jaxl_reconcile_call *b)
{
    if (!a->id != !b->id)
        return a->id != 0;
    if (!a->disposition != !b->disposition)
        return a->disposition != 0;
    return a->cost_scale != JAXL_RECONCILE_NO_AMOUNT || b->cost_scale == JAXL_RECONCILE_NO_AMOUNT;
}

/* Records are of one attempt when session and id are the same, as far as both have them, and one of
 * the two is. */
static uint32_t find_ours(const struct jaxl_reconciler *r, const struct jaxl_reconcile_call *c,
                          const struct jaxl_reconcile_session *session)
{
    uint32_t place;

    for (size_t at = 0; c->id && (place = jaxl_reconcile_by_id(r, true, c->id, &at));) {
        uint32_t theirs = jaxl_reconcile_at(&r->ours, place)->session;
        if (!session || !theirs ||
            (r->sessions[theirs - 1].high == session->high &&
             r->sessions[theirs - 1].low == session->low))
            return place;
    }
    for (size_t at = 0; session && (place = jaxl_reconcile_by_session(r, session, &at));)
        if (!c->id || !jaxl_reconcile_at(&r->ours, place)->id)
            return place;
    return 0;
}

/* Puts a and b, of one attempt, into a: what b knows is taken where a does not know as much. */
static void merge(struct jaxl_reconcile_call *a, const struct jaxl_reconcile_call *b)
{
    struct jaxl_reconcile_call c = knows_as_much(b, a) ? *b : *a;
    const struct jaxl_reconcile_call *other = knows_as_much(b, a) ? a : b;

    c.id = c.id ? c.id : other->id;
    c.session = c.session ? c.session : other->session;
    c.to = c.to ? c.to : other->to;
    c.from = c.from ? c.from : other->from;
    c.campaign = c.campaign ? c.campaign : other->campaign;
    c.lead = c.lead ? c.lead : other->lead;
    c.attempt = c.attempt ? c.attempt : other->attempt;
    if (c.at < 0)
        c.at = other->at;
    *a = c;
}

/* Enters what a call has now and had not before. */
static int enter_ours(struct jaxl_reconciler *r, uint32_t place, bool had_id, bool had_session)
{
    const struct jaxl_reconcile_call *c = jaxl_reconcile_at(&r->ours, place);
    int rc = c->id && !had_id ? jaxl_reconcile_enter_id(r, true, place) : 0;

    return !rc && c->session && !had_session ? jaxl_reconcile_enter_session(r, place) : rc;
}

static int take_ours(struct jaxl_reconciler *r, struct jaxl_reconcile_call *c, const char *session,
                     size_t len)
{
    struct jaxl_reconcile_session key;
    bool known = jaxl_reconcile_session_key(r, session, len, &key);
    uint32_t place = find_ours(r, c, known ? &key : NULL);
    struct jaxl_reconcile_call *there;
    bool had_id, had_session;
    int rc;

    /* (a text that is no UUID and was never kept is a session that nobody has) */
    there = place ? jaxl_reconcile_at(&r->ours, place) : NULL;
    if (!there || !there->session) {
        rc = jaxl_reconcile_keep_session(r, session, len, &c->session);
        if (rc)
            return rc;
    }
    if (there) {
        r->totals.repeats++;
        had_id = there->id != 0;
        had_session = there->session != 0;
        merge(there, c);
        return enter_ours(r, place, had_id, had_session);
    }
    there = jaxl_reconcile_add(&r->ours);
    if (!there)
        return JAXL_ENOMEM;
    *there = *c;
    return enter_ours(r, r->ours.n, false, false);
}

static const struct jaxl_reconcile_call nothing = {
    .at = -1, .cost_scale = JAXL_RECONCILE_NO_AMOUNT, .duration_scale = JAXL_RECONCILE_NO_AMOUNT};

int jaxl_reconcile_ours(struct jaxl_reconciler *r, const struct jaxl_json *record,
                        struct jaxl_error *err)
{
    struct jaxl_reconcile_call c = nothing;
    int called = calls_in(jaxl_json_string(jaxl_json_get(record, "state"), ""));
    size_t len = 0;
    const char *session = jaxl_json_text(jaxl_json_get(record, "session_id"), &len);
    int rc;

    if (r->theirs.n || r->done)
        return jaxl_error_set(err, JAXL_EARG, "our calls come before the platform's");
    if (called < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "it has no state that jaxl-dial writes");
    if (!called) {
        r->totals.nobody++;
        return 0;
    }
    rc = jaxl_reconcile_read_ours(r, record, &c, err);
    if (rc)
        return rc;
    rc = take_ours(r, &c, session, len);
    return rc ? jaxl_error_set(err, rc, "a call: %s", jaxl_error_name(rc)) : 0;
}

static int take_theirs(struct jaxl_reconciler *r, const struct jaxl_reconcile_call *c)
{
    size_t at = 0;
    uint32_t place = jaxl_reconcile_by_id(r, false, c->id, &at);
    struct jaxl_reconcile_call *there;
    bool final = c->flags & JAXL_RECONCILE_FINAL, was;

    if (place) {
        there = jaxl_reconcile_at(&r->theirs, place);
        was = there->flags & JAXL_RECONCILE_FINAL;
        r->totals.repeats++;
        if (final != was ? final : c->modified >= there->modified)
            *there = *c;
        return 0;
    }
    there = jaxl_reconcile_add(&r->theirs);
    if (!there)
        return JAXL_ENOMEM;
    *there = *c;
    return jaxl_reconcile_enter_id(r, false, r->theirs.n);
}

int jaxl_reconcile_theirs(struct jaxl_reconciler *r, const struct jaxl_json *call,
                          struct jaxl_error *err)
{
    struct jaxl_reconcile_call c = nothing;
    int64_t direction;
    int rc;

    if (r->done)
        return jaxl_error_set(err, JAXL_EARG, "the calls have been compared already");
    if (!jaxl_json_int(jaxl_json_get(call, "direction"), &direction) && direction != OUTGOING) {
        r->totals.other++;
        return 0;
    }
    rc = jaxl_reconcile_read_theirs(r, call, &c, err);
    if (rc)
        return rc;
    rc = take_theirs(r, &c);
    return rc ? jaxl_error_set(err, rc, "a call: %s", jaxl_error_name(rc)) : 0;
}
