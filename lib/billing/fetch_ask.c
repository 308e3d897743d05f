#include <inttypes.h>
#include <stdlib.h>

#include "billing/fetch_impl.h"
#include "jaxl/calls.h"
#include "jaxl/clock.h"
#include "jaxl/payments.h"

#define PAUSE                                                                                      \
    (500 * JAXL_MSEC) /* before a second try, and as much more before each further one             \
                       */

static int64_t mono(const struct jaxl_fetch_run *r)
{
    return jaxl_clock_mono(jaxl_session_clock(r->session));
}

static int failed(int code, struct jaxl_error *err)
{
    return jaxl_error_set(err, code, "fetching: %s", jaxl_error_name(code));
}

/* A time for a parameter; NULL: left out. */
static const char *time_text(int64_t us, char text[JAXL_CLOCK_ISO_MAX])
{
    return us == INT64_MIN || us == INT64_MAX || jaxl_clock_format(us, text) ? NULL : text;
}

static int send_calls(const struct jaxl_fetch_ask *ask, struct jaxl_answer *a,
                      struct jaxl_error *err)
{
    const struct jaxl_fetch_slice *s = ask->slice;
    char from[JAXL_CLOCK_ISO_MAX], to[JAXL_CLOCK_ISO_MAX];
    const struct jaxl_calls_filter filter = {.currency = s->parts[ask->part].currency,
                                             .page = ask->page,
                                             .start_time = time_text(jaxl_fetch_take_from(s), from),
                                             .end_time = time_text(jaxl_fetch_take_to(s), to)};

    return jaxl_calls_list(s->run->session, &filter, a, err);
}

static int send_usage(const struct jaxl_fetch_ask *ask, struct jaxl_answer *a,
                      struct jaxl_error *err)
{
    const struct jaxl_fetch_run *r = ask->slice->run;
    char from[JAXL_CLOCK_ISO_MAX], to[JAXL_CLOCK_ISO_MAX];
    const struct jaxl_calls_usage_filter filter = {.currency =
                                                       ask->slice->parts[ask->part].currency,
                                                   .start_time = time_text(r->o->start, from),
                                                   .end_time = time_text(r->o->end, to)};

    return jaxl_calls_usage(r->session, &filter, a, err);
}

static int send(struct jaxl_fetch_ask *ask, jaxl_reply_fn done, struct jaxl_error *err)
{
    struct jaxl_session *session = ask->slice->run->session;
    struct jaxl_answer a = {.done = done, .arg = ask};
    int64_t currency = ask->slice->parts[ask->part].currency;
    const struct jaxl_payments_filter payments = {
        .currency = currency, .historical = JAXL_YES, .page = ask->page};
    const struct jaxl_payments_subscriptions subscriptions = {.currency = currency,
                                                              .page = ask->page};
    const struct jaxl_payments_consumables consumables = {.currency = currency, .page = ask->page};

    if (ask->id)
        return jaxl_calls_get(session, ask->id, currency, &a, err);
    switch (ask->slice->run->o->kind) {
    case JAXL_FETCH_CALLS:
        return send_calls(ask, &a, err);
    case JAXL_FETCH_PAYMENTS:
        return jaxl_payments_list(session, &payments, &a, err);
    case JAXL_FETCH_SUBSCRIPTIONS:
        return jaxl_payments_subscriptions(session, &subscriptions, &a, err);
    case JAXL_FETCH_CONSUMABLES:
        return jaxl_payments_consumables_list(session, &consumables, &a, err);
    case JAXL_FETCH_USAGE:
        return send_usage(ask, &a, err);
    }
    return jaxl_error_set(err, JAXL_EARG, "fetching: nothing of that kind");
}

/* It was read as often as it is. */
static int give_up(const struct jaxl_fetch_slice *s, struct jaxl_error *err)
{
    const char *kind = jaxl_fetch_kind_name(s->run->o->kind);
    char from[JAXL_CLOCK_ISO_MAX] = "the beginning", to[JAXL_CLOCK_ISO_MAX] = "the end";
    int64_t of, missing = jaxl_fetch_slice_missing(s, &of);

    (void)time_text(s->from, from);
    (void)time_text(s->to, to);
    if (s->state == JAXL_FETCH_GAPS)
        return jaxl_error_set(err, JAXL_EPROTO,
                              "the list of %s from %s to %s is never whole: %" PRId64
                              " of its %" PRId64 " are missing, others come twice",
                              kind, from, to, missing, of);
    return jaxl_error_set(
        err, JAXL_EPROTO,
        "the list of %s from %s to %s is never whole: its count is not what came, "
        "or changes while it is read",
        kind, from, to);
}

/* The list is read again, from its beginning. */
static int read_again(struct jaxl_fetch_slice *s, struct jaxl_error *err)
{
    int64_t due;
    int rc;

    if (++s->tries == JAXL_FETCH_SLICE_TRIES)
        return give_up(s, err);
    due = mono(s->run) + s->tries * PAUSE;
    s->run->totals.again++;
    rc = s->state == JAXL_FETCH_GAPS ? jaxl_fetch_slice_more(s, due)
                                     : jaxl_fetch_slice_begin(s, due);
    return rc ? failed(rc, err) : 0;
}

static int cut(struct jaxl_fetch_slice *s, struct jaxl_error *err)
{
    int64_t count = 0;
    int rc;

    for (unsigned i = 0; i < s->n_parts; i++)
        if (s->parts[i].count > count)
            count = s->parts[i].count;
    if (!jaxl_fetch_plan_cut(s, count, &rc)) {
        s->uncut = true;
        rc = jaxl_fetch_slice_begin(s, 0);
    }
    return rc ? failed(rc, err) : 0;
}

/* After an answer: what becomes of a slice when it was the last one for now. */
static int settle(struct jaxl_fetch_slice *s, struct jaxl_error *err)
{
    if (s->in_flight)
        return 0;
    if (s->state == JAXL_FETCH_READING && !s->asks)
        jaxl_fetch_slice_end(s);
    switch (s->state) {
    case JAXL_FETCH_READING:
        return 0;
    case JAXL_FETCH_SPOILED:
    case JAXL_FETCH_GAPS:
        return read_again(s, err);
    case JAXL_FETCH_TOO_BIG:
        return cut(s, err);
    case JAXL_FETCH_WHOLE:
        return jaxl_fetch_write(s->run, err);
    }
    return 0;
}

/* A page is asked for again when its answer is none, which the session has no rule for, and when it
 * failed with what the session tries once only. */
static bool may_ask_again(const struct jaxl_fetch_ask *ask, const struct jaxl_reply *reply)
{
    return ask->tries + 1 < JAXL_FETCH_PAGE_TRIES &&
           (reply->outcome == JAXL_OUTCOME_OK ||
            (reply->outcome == JAXL_OUTCOME_UNKNOWN && reply->status >= 500 && reply->tries <= 1));
}

/* A call that is not found in one currency may be in the next one: only what is in none has gone.
 */
static int not_found(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                     struct jaxl_error *err)
{
    const struct jaxl_fetch_ask other = {.id = ask->id, .part = ask->part + 1};
    int rc = other.part < s->n_parts ? jaxl_fetch_slice_ask(s, &other)
                                     : jaxl_fetch_slice_gone(s, ask->id);

    return rc ? failed(rc, err) : 0;
}

static int take(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                const struct jaxl_reply *reply, struct jaxl_error *err)
{
    const struct jaxl_json *root;

    if (ask->id && reply->status == 404)
        return not_found(s, ask, err);
    if (reply->outcome != JAXL_OUTCOME_OK) {
        *err = reply->error;
        return err->code;
    }
    root = jaxl_work_parse(&s->run->work, reply);
    if (!root)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer is not JSON");
    if (ask->id)
        return jaxl_fetch_take(s, ask, 0, root, err);
    if (s->run->o->kind == JAXL_FETCH_USAGE)
        return jaxl_fetch_take_usage(s, ask, root, err);
    return jaxl_fetch_slice_page(s, ask, root, err);
}

static void on_answer(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_fetch_ask *ask = arg;
    struct jaxl_fetch_slice *s = ask->slice;
    struct jaxl_fetch_run *r = s->run;
    struct jaxl_error err = {0};
    int rc;

    jaxl_work_answered(&r->work);
    s->in_flight--;
    r->totals.pages++;
    rc = take(s, ask, reply, &err);
    if (rc && (rc == JAXL_EPROTO || rc == reply->error.code) && may_ask_again(ask, reply)) {
        ask->due = mono(r) + ++ask->tries * PAUSE;
        jaxl_fetch_slice_put(s, ask);
        return;
    }
    free(ask);
    if (rc == JAXL_EPROTO)
        (void)jaxl_error_prefix(&err, rc, "the %s of the platform",
                                jaxl_fetch_kind_name(r->o->kind));
    if (!rc)
        rc = settle(s, &err);
    if (rc && err.code != rc) /* put and flush need not say why */
        (void)failed(rc, &err);
    if (rc)
        jaxl_work_fail(&r->work, &err);
}

/* The first ask of the window that is due, taken off; or *due is when the next one is. */
static struct jaxl_fetch_ask *next(struct jaxl_fetch_run *r, int64_t *due)
{
    int64_t now = mono(r);
    int n = 0;

    for (struct jaxl_fetch_slice *s = r->first; s && n < JAXL_FETCH_WINDOW; s = s->after, n++) {
        struct jaxl_fetch_ask *ask = jaxl_fetch_slice_next(s, now);
        if (ask)
            return ask;
        for (ask = s->asks; ask; ask = ask->after)
            if (!*due || ask->due < *due)
                *due = ask->due;
    }
    return NULL;
}

static bool begin(void *ctx)
{
    struct jaxl_fetch_run *r = ctx;
    struct jaxl_fetch_ask *ask;
    struct jaxl_error err = {0};
    int rc = jaxl_fetch_plan_fill(r);

    if (rc) {
        (void)failed(rc, &err);
        jaxl_work_fail(&r->work, &err);
        return false;
    }
    ask = next(r, &r->work.again_at);
    if (!ask)
        return false;
    rc = send(ask, on_answer, &err);
    if (rc)
        free(ask);
    else
        ask->slice->in_flight++;
    return jaxl_work_sent(&r->work, rc, &err);
}

int jaxl_fetch_all(struct jaxl_fetch_run *r, struct jaxl_error *err)
{
    return jaxl_work_run(&r->work, begin, r, err);
}
