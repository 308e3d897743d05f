/* What a record is: its id, its place in the order, whether it is of the span. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "billing/fetch_impl.h"
#include "data/json_writer.h"
#include "jaxl/calls.h"
#include "jaxl/clock.h"
#include "jaxl/payments.h"

/* A slice is listed with a second more at each end: the protocol does not say which of them is in
 * the list, nor how finely it compares. */
#define MARGIN     JAXL_SECOND
#define RECORD_MAX ((size_t)16 * 1024)

int64_t jaxl_fetch_take_from(const struct jaxl_fetch_slice *s)
{
    int64_t rest = ((s->from % JAXL_SECOND) + JAXL_SECOND) % JAXL_SECOND;

    return s->from == INT64_MIN ? s->from : s->from - rest - MARGIN;
}

int64_t jaxl_fetch_take_to(const struct jaxl_fetch_slice *s)
{
    int64_t rest = ((-s->to % JAXL_SECOND) + JAXL_SECOND) % JAXL_SECOND;

    return s->to + rest + MARGIN;
}

/* The id of a record, which the protocol has as a number mostly. */
static const char *id_of(const struct jaxl_json *record)
{
    const struct jaxl_json *id = jaxl_json_get(record, "id");
    const char *text = jaxl_json_type(id) == JAXL_JSON_NUMBER ? jaxl_json_text(id, NULL)
                                                              : jaxl_json_string(id, NULL);

    return text && *text ? text : NULL;
}

static int no_memory(int code, struct jaxl_error *err)
{
    return jaxl_error_set(err, code, "a list of the platform: %s", jaxl_error_name(code));
}

/* Whether a listed call is of the slice. JAXL_EPROTO: the list is not that of the times that were
 * asked for, so that nothing tells where its calls should be looked for. */
static int check_time(const struct jaxl_fetch_slice *s, const struct jaxl_calls_call *call,
                      int64_t at, bool *in, struct jaxl_error *err)
{
    int64_t from = jaxl_fetch_take_from(s), to = jaxl_fetch_take_to(s);

    *in = at >= s->from && at < s->to;
    if (*in || ((from == INT64_MIN || at >= from - MARGIN) && at <= to + MARGIN))
        return 0;
    return jaxl_error_set(err, JAXL_EPROTO,
                          "call %" PRId64 " of %s is in a list of other times than that", call->id,
                          call->created_on);
}

static int take_call(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                     const struct jaxl_json *record, struct jaxl_error *err)
{
    struct jaxl_fetch_row row = {.part = (uint8_t)ask->part};
    struct jaxl_calls_call call;
    bool fresh, in = true;
    char id[24];
    int rc = jaxl_calls_read(record, &call, err);

    if (rc)
        return rc;
    if (!call.created_on || jaxl_clock_parse(call.created_on, strlen(call.created_on), &row.at))
        return jaxl_error_set(err, JAXL_EPROTO, "call %" PRId64 " has no created_on", call.id);
    if (s->gets && call.id != ask->id)
        return jaxl_error_set(err, JAXL_EPROTO, "call %" PRId64 " came for call %" PRId64, call.id,
                              ask->id);
    if (!s->gets)
        rc = check_time(s, &call, row.at, &in, err);
    if (rc)
        return rc;
    snprintf(id, sizeof id, "%" PRId64, call.id);
    rc = jaxl_keys_add(&s->parts[ask->part].ids, id, row.at, &fresh);
    row.final = call.is_finalized && call.completed_on;
    if (!rc && fresh && in)
        rc = jaxl_fetch_slice_add(s, &row, id, id, record);
    return rc ? no_memory(rc, err) : 0;
}

/* Its time, INT64_MIN for none. False: that is no time. */
static bool payment_time(const struct jaxl_json *record, int64_t *at)
{
    const struct jaxl_json *v = jaxl_json_get(record, "transaction_timestamp");
    const char *text = jaxl_json_string(v, NULL);

    *at = INT64_MIN;
    return jaxl_json_is_null(v) || (text && !jaxl_clock_parse(text, strlen(text), at));
}

/* What a cursor knows a record by that may change: with its states. */
static const char *mark_of(const struct jaxl_json *record, const char *id, struct jaxl_buf *out)
{
    static const char *const states[] = {"status", "order_status", "cost"};

    jaxl_buf_puts(out, id);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const char *text = jaxl_json_text(jaxl_json_get(record, states[i]), NULL);
        jaxl_buf_printf(out, " %s", text ? text : "-");
    }
    return jaxl_buf_text(out);
}

static int take_item(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask, int64_t n,
                     const struct jaxl_json *record, struct jaxl_error *err)
{
    const struct jaxl_fetch_options *o = s->run->o;
    struct jaxl_fetch_row row = {.at = (int64_t)ask->part << 40 | (ask->page.offset + n),
                                 .final = true};
    const char *id = id_of(record);
    struct jaxl_buf mark;
    bool fresh, in = true;
    int rc;

    row.part = (uint8_t)ask->part;
    if (!id)
        return jaxl_error_set(err, JAXL_EPROTO, "a record of the %s has no id",
                              jaxl_fetch_kind_name(o->kind));
    if (o->kind == JAXL_FETCH_PAYMENTS) {
        if (!payment_time(record, &row.at))
            return jaxl_error_set(err, JAXL_EPROTO, "payment %.40s: its time is none", id);
        in = row.at >= o->start && row.at < o->end && (row.at != INT64_MIN || !s->run->cursor);
    }
    jaxl_buf_init(&mark, RECORD_MAX);
    rc = jaxl_keys_add(&s->parts[ask->part].ids, id, row.at, &fresh);
    if (!rc && fresh && in) {
        const char *text = o->kind == JAXL_FETCH_PAYMENTS ? id : mark_of(record, id, &mark);
        rc = mark.failed ? mark.failed : jaxl_fetch_slice_add(s, &row, id, text, record);
    }
    jaxl_buf_free(&mark);
    return rc ? no_memory(rc, err) : 0;
}

int jaxl_fetch_take(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask, int64_t n,
                    const struct jaxl_json *record, struct jaxl_error *err)
{
    if (s->run->o->kind == JAXL_FETCH_CALLS)
        return take_call(s, ask, record, err);
    return take_item(s, ask, n, record, err);
}

static void write_day(struct jaxl_json_writer *w, const struct jaxl_json *day, const char *currency,
                      const struct jaxl_json *final, const struct jaxl_json *cost)
{
    jaxl_json_write_object(w);
    jaxl_json_write_member_value(w, "day", jaxl_json_get(day, "day"));
    jaxl_json_write_member(w, "currency", currency);
    jaxl_json_write_member_value(w, "num_calls", jaxl_json_get(day, "num_calls"));
    jaxl_json_write_member_value(w, "call_time", jaxl_json_get(day, "call_time"));
    jaxl_json_write_member_value(w, "total_cost", cost);
    jaxl_json_write_member_value(w, "is_finalized", final);
    jaxl_json_write_end(w);
}

/* day: of stats, or a result that has none. */
static int add_day(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                   const struct jaxl_json *day, const struct jaxl_json *final,
                   struct jaxl_error *err)
{
    int64_t currency = s->parts[ask->part].currency, days = 0;
    const char *code = jaxl_payments_currency((int)currency);
    const struct jaxl_json *cost = jaxl_json_get(day, "total_cost");
    struct jaxl_fetch_row row = {.part = (uint8_t)ask->part, .final = true};
    struct jaxl_json_writer w;
    char text[24];

    if (jaxl_date_parse(jaxl_json_string(jaxl_json_get(day, "day"), ""), &days))
        row.at = days;
    snprintf(text, sizeof text, "%" PRId64, currency);
    row.json = s->text.len;
    jaxl_json_writer_init(&w, &s->text);
    write_day(&w, day, code ? code : text, final, cost ? cost : jaxl_json_get(day, "cost"));
    row.len = s->text.len - row.json;
    jaxl_buf_putc(&s->text, '\0');
    row.id = row.mark = s->text.len - 1; /* "" */
    if (s->text.failed)
        return no_memory(s->text.failed, err);
    return jaxl_fetch_slice_row(s, &row) ? no_memory(JAXL_ENOMEM, err) : 0;
}

int jaxl_fetch_take_usage(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                          const struct jaxl_json *answer, struct jaxl_error *err)
{
    const struct jaxl_json *results = jaxl_json_get(answer, "results"),
                           *final = jaxl_json_get(answer, "is_finalized");
    int rc = 0;

    if (jaxl_json_type(results) != JAXL_JSON_ARRAY)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer is no list");
    for (const struct jaxl_json *v = jaxl_json_first(results); v && !rc; v = jaxl_json_next(v)) {
        const struct jaxl_json *stats = jaxl_json_get(v, "stats");
        if (jaxl_json_type(stats) != JAXL_JSON_ARRAY)
            rc = add_day(s, ask, v, final, err);
        for (const struct jaxl_json *d = jaxl_json_first(stats); d && !rc; d = jaxl_json_next(d))
            rc = add_day(s, ask, d, final, err);
    }
    return rc;
}
