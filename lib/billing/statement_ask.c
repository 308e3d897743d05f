#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/statement_impl.h"
#include "data/arena.h"
#include "jaxl/calls.h"
#include "jaxl/clock.h"
#include "jaxl/fetch.h"
#include "jaxl/payments.h"

enum { LOOKS = 3 };
#define MEMORY_MAX ((size_t)256 * 1024 * 1024) /* bytes of what is kept of an account */

struct memory {
    struct jaxl_arena arena;
    struct jaxl_statement_recharge *recharges;
    int64_t *orders; /* of the recharges */
    struct jaxl_statement_charge *charges;
    size_t n_recharges, recharge_room, order_room, n_charges, charge_room;
};

struct asker {
    struct jaxl_session *s;
    int64_t currency;
    struct jaxl_statement *out;
    struct memory *m;
    struct jaxl_json_doc *doc;
    struct jaxl_error *err;
};

void jaxl_statement_free(struct jaxl_statement *statement)
{
    struct memory *m = statement ? statement->memory : NULL;

    if (m) {
        jaxl_arena_free(&m->arena);
        free(m->recharges);
        free(m->orders);
        free(m->charges);
        free(m);
    }
    if (statement)
        *statement = (struct jaxl_statement){0};
}

static int failed(struct asker *a, int code)
{
    return code ? jaxl_error_set(a->err, code, "the account: %s", jaxl_error_name(code)) : 0;
}

static int no_answer(struct asker *a, const char *what)
{
    return jaxl_error_set(a->err, JAXL_EPROTO, "%s: the platform's answer has none", what);
}

static int grow(void *array, size_t n, size_t *room, size_t size)
{
    size_t more = *room ? 2 * *room : 16;
    void *old, *new;

    if (n < *room)
        return 0;
    memcpy(&old, array, sizeof old);
    new = reallocarray(old, more, size);
    if (!new)
        return JAXL_ENOMEM;
    memcpy(array, &new, sizeof new);
    *room = more;
    return 0;
}

/* A copy of a text or number, *out NULL when it is neither. */
static int keep(struct asker *a, const struct jaxl_json *v, const char **out)
{
    size_t len;
    const char *text = jaxl_json_text(v, &len);
    char *copy;

    *out = NULL;
    if (!text)
        return 0;
    copy = jaxl_arena_alloc(&a->m->arena, len + 1);
    if (!copy)
        return failed(a, a->m->arena.failed);
    *out = memcpy(copy, text, len + 1);
    return 0;
}

/* The same, of an amount, which must be one. */
static int keep_amount(struct asker *a, const struct jaxl_json *v, const char *what,
                       const char **out)
{
    struct jaxl_sum ignored;
    int rc = keep(a, v, out);

    if (rc)
        return rc;
    if (!*out)
        return no_answer(a, what);
    rc = jaxl_statement_amount(*out, what, &ignored, a->err);
    return rc == JAXL_EINPUT ? jaxl_error_set(a->err, JAXL_EPROTO, "%s: no amount", what) : rc;
}

/* Whether an order or a payment with this status was paid. */
static bool is_paid(const struct jaxl_json *status)
{
    static const char *const unpaid[] = {"CREATED", "INVOICE_CREATED", "INVOICE_PAYMENT_FAILED",
                                         "UNPAID"};

    for (size_t i = 0; i < sizeof unpaid / sizeof unpaid[0]; i++)
        if (strcmp(jaxl_json_string(status, ""), unpaid[i]) == 0)
            return false;
    return true;
}

static int take_order(struct asker *a, const struct jaxl_json *order)
{
    struct memory *m = a->m;
    struct jaxl_statement_recharge *r;
    int64_t id;
    int rc;

    if (!is_paid(jaxl_json_get(order, "order_status")))
        return 0;
    if (jaxl_json_int(jaxl_json_get(order, "id"), &id))
        return no_answer(a, "the id of a recharge");
    rc = grow(&m->recharges, m->n_recharges, &m->recharge_room, sizeof *m->recharges);
    if (!rc)
        rc = grow(&m->orders, m->n_recharges, &m->order_room, sizeof *m->orders);
    if (rc)
        return failed(a, rc);
    r = &m->recharges[m->n_recharges];
    *r = (struct jaxl_statement_recharge){.at = INT64_MIN};
    rc = keep(a, jaxl_json_get(order, "name"), &r->name);
    if (!rc)
        rc = keep_amount(a, jaxl_json_get(order, "cost"), "the cost of a recharge", &r->amount);
    m->orders[m->n_recharges++] = id;
    return rc;
}

static int take_charge(struct asker *a, const struct jaxl_json *payment, int64_t at)
{
    struct memory *m = a->m;
    struct jaxl_statement_charge *c;
    int rc = grow(&m->charges, m->n_charges, &m->charge_room, sizeof *m->charges);

    if (rc)
        return failed(a, rc);
    c = &m->charges[m->n_charges++];
    *c = (struct jaxl_statement_charge){.at = at};
    rc = keep(a, jaxl_json_get(payment, "plan_name"), &c->name);
    if (!rc)
        rc = keep(a, jaxl_json_get(payment, "sku"), &c->item);
    if (!rc && !c->item)
        rc = keep(a, jaxl_json_get(payment, "item_type"), &c->item);
    return rc ? rc
              : keep_amount(a, jaxl_json_get(payment, "amount"), "the amount of a payment",
                            &c->amount);
}

/* A payment of a recharge says when it was; of everything else it is a charge. */
static int take_payment(struct asker *a, const struct jaxl_json *payment)
{
    size_t len, i = 0;
    const char *text = jaxl_json_text(jaxl_json_get(payment, "transaction_timestamp"), &len);
    int64_t at = INT64_MIN, order = 0;

    if (!is_paid(jaxl_json_get(payment, "status")) || !text || !len)
        return 0;
    if (jaxl_clock_parse(text, len, &at))
        return no_answer(a, "the time of a payment");
    if (jaxl_json_int(jaxl_json_get(payment, "order_id"), &order))
        return take_charge(a, payment, at);
    while (i < a->m->n_recharges && a->m->orders[i] != order)
        i++;
    if (i == a->m->n_recharges)
        return take_charge(a, payment, at);
    if (a->m->recharges[i].at != INT64_MIN && a->m->recharges[i].at <= at)
        return 0;
    a->m->recharges[i].at = at;
    return keep_amount(a, jaxl_json_get(payment, "amount"), "the amount of a payment",
                       &a->m->recharges[i].paid);
}

typedef int take_fn(struct asker *a, const struct jaxl_json *record);

/* A record that cannot be used ends the fetch. */
static int take(struct asker *a, take_fn *fn, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_error *all = a->err;
    const struct jaxl_json *record;
    int rc = jaxl_json_parse(a->doc, json, len, &record, err);

    a->err = err;
    if (!rc)
        rc = fn(a, record);
    a->err = all;
    return rc;
}

static int put_order(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    return take(ctx, take_order, json, len, err);
}

static int put_payment(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    return take(ctx, take_payment, json, len, err);
}

static int ask_list(struct asker *a, enum jaxl_fetch_kind kind, jaxl_fetch_put *put)
{
    const struct jaxl_fetch_options o = {.kind = kind,
                                         .start = INT64_MIN,
                                         .end = INT64_MAX,
                                         .currency = a->currency,
                                         .output_fd = -1};

    return jaxl_fetch(a->s, &o, put, NULL, a, NULL, a->err);
}

static int ask_lists(struct asker *a)
{
    int rc = ask_list(a, JAXL_FETCH_CONSUMABLES, put_order);

    if (!rc)
        rc = ask_list(a, JAXL_FETCH_PAYMENTS, put_payment);
    a->out->recharges = a->m->recharges;
    a->out->n_recharges = a->m->n_recharges;
    a->out->subscriptions = a->m->charges;
    a->out->n_subscriptions = a->m->n_charges;
    return rc;
}

struct usage {
    struct jaxl_sum sum;
    const char *text;
    int64_t calls;
    bool final;
};

static int add_cost(struct asker *a, const char *text, struct usage *u)
{
    struct jaxl_sum cost;
    int rc = jaxl_statement_amount(text, "the cost of calls", &cost, a->err);

    if (rc)
        return rc == JAXL_EINPUT
                   ? jaxl_error_set(a->err, JAXL_EPROTO, "the cost of calls: no amount")
                   : rc;
    jaxl_sum_join(&u->sum, &cost);
    return 0;
}

/* The cost of a result that does not tell it: that of its days. */
static int add_days(struct asker *a, const struct jaxl_json *result, struct usage *u)
{
    const struct jaxl_json *day = jaxl_json_first(jaxl_json_get(result, "stats"));
    int64_t calls;
    int rc = 0;

    if (!day && (jaxl_json_int(jaxl_json_get(result, "num_calls"), &calls) || calls != 0))
        return jaxl_error_set(
            a->err, JAXL_EPROTO,
            "the cost of calls: the platform's answer has neither cost nor stats");
    for (; day && !rc; day = jaxl_json_next(day)) {
        const char *cost = jaxl_json_text(jaxl_json_get(day, "total_cost"), NULL);
        rc = cost ? add_cost(a, cost, u) : no_answer(a, "the total_cost of a day of calls");
    }
    return rc;
}

/* The currency of a result, which may be left out: a code or its number. */
static int check_currency(struct asker *a, const char *text)
{
    char number[24];

    snprintf(number, sizeof number, "%" PRId64, a->currency);
    if (!text || strcmp(text, a->out->currency) == 0 || strcmp(text, number) == 0)
        return 0;
    return jaxl_error_set(a->err, JAXL_EPROTO, "the cost of calls is in currency %.10s, not in %s",
                          text, a->out->currency);
}

static int add_usage(struct asker *a, const struct jaxl_json *result, struct usage *u)
{
    struct jaxl_calls_usage part;
    int rc = jaxl_calls_usage_read(result, &part, a->err);

    if (!rc)
        rc = check_currency(a, part.currency);
    if (!rc)
        rc = part.cost ? add_cost(a, part.cost, u) : add_days(a, result, u);
    u->calls += part.num_calls;
    return rc;
}

/* The usage from one instant to another; INT64_MIN, INT64_MAX: open. */
static int ask_usage(struct asker *a, int64_t from, int64_t to, struct usage *u)
{
    char start[JAXL_CLOCK_ISO_MAX], end[JAXL_CLOCK_ISO_MAX], text[JAXL_SUM_TEXT], *copy;
    struct jaxl_calls_usage_filter filter = {.currency = a->currency};
    const struct jaxl_json *results;
    struct jaxl_answer answer = {0};
    int rc;

    *u = (struct usage){0};
    if (from != INT64_MIN && jaxl_clock_format(from, start) == 0)
        filter.start_time = start;
    if (to != INT64_MAX && jaxl_clock_format(to, end) == 0)
        filter.end_time = end;
    rc = jaxl_calls_usage(a->s, &filter, &answer, a->err);
    results = jaxl_json_get(answer.value, "results");
    if (!rc && jaxl_json_type(results) != JAXL_JSON_ARRAY)
        rc = no_answer(a, "the list of usage");
    for (const struct jaxl_json *v = rc ? NULL : jaxl_json_first(results); v && !rc;
         v = jaxl_json_next(v))
        rc = add_usage(a, v, u);
    u->final = jaxl_json_bool(jaxl_json_get(answer.value, "is_finalized"));
    jaxl_answer_free(&answer);
    if (rc)
        return rc;
    jaxl_sum_format(&u->sum, text);
    copy = jaxl_arena_alloc(&a->m->arena, strlen(text) + 1);
    if (!copy)
        return failed(a, a->m->arena.failed);
    u->text = strcpy(copy, text);
    return 0;
}

static bool adds_up(const struct usage *before, const struct usage *within,
                    const struct usage *until, const struct usage *after, const struct usage *total)
{
    struct jaxl_sum sum = before->sum;

    jaxl_sum_join(&sum, &within->sum);
    if (jaxl_sum_compare(&sum, &until->sum) != 0)
        return false;
    jaxl_sum_join(&sum, &after->sum);
    return jaxl_sum_compare(&sum, &total->sum) == 0;
}

static int ask_usages(struct asker *a)
{
    struct jaxl_statement *st = a->out;
    struct usage before, within, until, after, total;
    int rc = 0;

    for (int look = 0; look < LOOKS && !rc; look++) {
        rc = ask_usage(a, INT64_MIN, st->start, &before);
        if (!rc)
            rc = ask_usage(a, st->start, st->end, &within);
        if (!rc)
            rc = ask_usage(a, INT64_MIN, st->end, &until);
        if (!rc)
            rc = ask_usage(a, st->end, INT64_MAX, &after);
        if (!rc)
            rc = ask_usage(a, INT64_MIN, INT64_MAX, &total);
        if (!rc && adds_up(&before, &within, &until, &after, &total))
            break;
    }
    if (rc)
        return rc;
    st->used_before = before.text;
    st->used = within.text;
    st->used_until = until.text;
    st->used_after = after.text;
    st->used_total = total.text;
    st->calls = within.calls;
    st->final = within.final;
    return 0;
}

static int ask_total(struct asker *a)
{
    struct jaxl_payments_total total;
    struct jaxl_answer answer = {0};
    int rc = jaxl_payments_consumables_total(a->s, a->currency, &answer, a->err);

    if (!rc)
        rc = jaxl_payments_total_read(answer.value, &total, a->err);
    if (!rc)
        rc = keep_amount(a, jaxl_json_get(answer.value, "total"), "the sum of all recharges",
                         &a->out->recharged_total);
    jaxl_answer_free(&answer);
    return rc;
}

int jaxl_statement_ask(struct jaxl_session *s, int64_t currency, int64_t start, int64_t end,
                       struct jaxl_statement *out, struct jaxl_error *err)
{
    struct asker a = {.s = s, .currency = currency, .out = out, .err = err};
    int rc = 0;

    *out = (struct jaxl_statement){.start = start, .end = end};
    if (currency != JAXL_CURRENCY_USD && currency != JAXL_CURRENCY_INR)
        return jaxl_error_set(err, JAXL_EARG, "a statement is in USD or INR");
    out->currency = jaxl_payments_currency((int)currency);
    out->now = jaxl_clock_now(jaxl_session_clock(s));
    a.m = out->memory = calloc(1, sizeof *a.m);
    if (!a.m || jaxl_json_doc_new(&a.doc, JAXL_ANSWER_MAX))
        rc = failed(&a, JAXL_ENOMEM);
    if (a.m)
        jaxl_arena_init(&a.m->arena, MEMORY_MAX);
    if (!rc)
        rc = ask_lists(&a);
    if (!rc)
        rc = ask_total(&a);
    if (!rc)
        rc = ask_usages(&a);
    jaxl_json_doc_free(&a.doc);
    if (rc)
        jaxl_statement_free(out);
    return rc;
}
