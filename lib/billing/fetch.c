#include "jaxl/fetch.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "billing/fetch_impl.h"
#include "jaxl/clock.h"
#include "jaxl/payments.h"

enum { CURRENCY_MAX = 39 };

static int check(const struct jaxl_fetch_options *o, struct jaxl_error *err)
{
    if (!jaxl_fetch_kind_name(o->kind))
        return jaxl_error_set(err, JAXL_EARG, "fetching: nothing of that kind");
    if (o->start >= o->end)
        return jaxl_error_set(err, JAXL_EARG, "fetching: the end is not after the start");
    if (o->currency < 0 || o->currency > CURRENCY_MAX)
        return jaxl_error_set(err, JAXL_EARG, "fetching: a currency is 1 to %d", CURRENCY_MAX);
    if (o->cursor && o->kind == JAXL_FETCH_USAGE)
        return jaxl_error_set(err, JAXL_EARG,
                              "fetching usage: sums of days have no cursor, fetch calls with one");
    return 0;
}

__attribute__((format(printf, 2, 3))) static void tell(const struct jaxl_fetch_run *r,
                                                       const char *fmt, ...)
{
    char text[512];
    va_list args;

    if (!r->o->report)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    r->o->report(r->o->report_ctx, text);
}

static void tell_all(const struct jaxl_fetch_run *r)
{
    if (r->stale)
        tell(r,
             "%" PRIu64 " calls have not become final in %d days: written as they are "
             "(is_finalized false)",
             r->stale, JAXL_FETCH_HOLD_DAYS);
    if (r->totals.gone)
        tell(r, "%" PRIu64 " calls that were not final are not on the platform any more",
             r->totals.gone);
}

/* Calls that were held back and are not listed anyway: asked for by id when they are few, else the
 * list begins with the earliest of them. */
static int plan_held(struct jaxl_fetch_run *r)
{
    struct jaxl_fetch_slice *s = NULL;
    struct jaxl_key **held;
    size_t n;
    int rc;

    held = jaxl_keys_before(&r->cursor->held, r->cursor->settled, &n, &rc);
    if (n > JAXL_FETCH_GETS) {
        r->from = held[0]->at;
    } else if (n) {
        s = r->first = jaxl_fetch_slice_new(r, INT64_MIN, r->cursor->settled);
        rc = s ? 0 : JAXL_ENOMEM;
        if (s)
            s->gets = true;
    }
    for (size_t i = 0; s && i < n && !rc; i++)
        rc = jaxl_fetch_slice_ask(s,
                                  &(struct jaxl_fetch_ask){.id = strtoll(held[i]->text, NULL, 10)});
    free(held);
    return rc;
}

static int plan_calls(struct jaxl_fetch_run *r, struct jaxl_error *err)
{
    int rc = 0;

    r->from = r->cursor ? r->cursor->settled : r->o->start;
    if (r->cursor)
        rc = plan_held(r);
    if (rc)
        return jaxl_error_set(err, rc, "fetching: %s", jaxl_error_name(rc));
    rc = jaxl_fetch_look(r, err);
    if (!rc)
        jaxl_fetch_plan_start(r);
    return rc;
}

/* Lists without time are one slice, of all there is. */
static int plan_list(struct jaxl_fetch_run *r, struct jaxl_error *err)
{
    enum jaxl_fetch_kind kind = r->o->kind;

    if ((kind == JAXL_FETCH_SUBSCRIPTIONS || kind == JAXL_FETCH_CONSUMABLES) &&
        (r->o->start != INT64_MIN || r->o->end != INT64_MAX))
        tell(r, "the platform gives no time of %s: all are written, not those of the span alone",
             jaxl_fetch_kind_name(kind));
    r->now = jaxl_clock_now(jaxl_session_clock(r->session));
    r->to = r->o->end < r->now ? r->o->end : r->now;
    r->fresh = r->to;
    r->planned = true;
    r->first = jaxl_fetch_slice_new(r, INT64_MIN, INT64_MAX);
    if (!r->first || jaxl_fetch_slice_begin(r->first, 0))
        return jaxl_error_set(err, JAXL_ENOMEM, "fetching: out of memory");
    return 0;
}

static int fetch(struct jaxl_fetch_run *r, struct jaxl_error *err)
{
    int rc = r->o->kind == JAXL_FETCH_CALLS ? plan_calls(r, err) : plan_list(r, err);
    struct jaxl_error dropped;
    int end;

    if (!rc)
        rc = jaxl_fetch_all(r, err);
    if (!rc)
        jaxl_fetch_reached(r, r->to);
    if (r->broken) /* the cursor stands where it was saved last */
        return rc;
    /* also after an error: what was put is a beginning without holes */
    end = jaxl_fetch_checkpoint(r, true, rc ? &dropped : err);
    return rc ? rc : end;
}

static int open_cursor(struct jaxl_fetch_run *r, struct jaxl_cursor *c, struct jaxl_error *err)
{
    int rc = jaxl_cursor_open(c, r->o->cursor, err);

    if (!rc)
        rc = jaxl_session_open(r->session, err);
    if (!rc)
        rc = jaxl_cursor_own(c, r->o, jaxl_session_org(r->session), err);
    if (!rc)
        rc = jaxl_cursor_output_begin(c, r->o->output_fd, &r->totals.cut, err);
    if (!rc && r->totals.cut)
        tell(r,
             "cut %" PRIu64 " bytes off the output, which a run that was interrupted had written",
             r->totals.cut);
    return rc;
}

static void choose_currencies(struct jaxl_fetch_run *r)
{
    if (r->o->currency) {
        r->currencies[r->n_currencies++] = r->o->currency;
        return;
    }
    r->currencies[r->n_currencies++] = JAXL_CURRENCY_USD;
    r->currencies[r->n_currencies++] = JAXL_CURRENCY_INR;
}

static void end(struct jaxl_fetch_run *r, struct jaxl_cursor *c)
{
    while (r->first) {
        struct jaxl_fetch_slice *s = r->first;
        r->first = s->after;
        jaxl_fetch_slice_free(s);
    }
    r->totals.held = r->cursor ? r->cursor->held.n : 0;
    jaxl_cursor_free(c);
    jaxl_work_free(&r->work);
}

int jaxl_fetch(struct jaxl_session *s, const struct jaxl_fetch_options *o, jaxl_fetch_put *put,
               jaxl_fetch_flush *flush, void *ctx, struct jaxl_fetch_totals *totals,
               struct jaxl_error *err)
{
    struct jaxl_fetch_run r = {
        .o = o, .session = s, .put = put, .flush = flush, .ctx = ctx, .oldest = INT64_MIN};
    struct jaxl_cursor cursor = {.file.lock = -1};
    int rc = check(o, err);

    jaxl_keys_init(&cursor.held);
    jaxl_keys_init(&cursor.seen);
    choose_currencies(&r);
    if (!rc)
        rc = jaxl_work_init(&r.work, s, o->connections, o->watch, err);
    if (!rc && o->cursor) {
        r.cursor = &cursor;
        rc = open_cursor(&r, &cursor, err);
    } else if (!rc) {
        rc = jaxl_session_open(s, err);
    }
    if (!rc)
        rc = fetch(&r, err);
    tell_all(&r);
    end(&r, &cursor);
    if (totals)
        *totals = r.totals;
    return rc;
}
