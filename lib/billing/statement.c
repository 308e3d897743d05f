#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/statement_impl.h"
#include "data/json_writer.h"
#include "jaxl/clock.h"

#define LINE_MAX_BYTES ((size_t)1024 * 1024)

struct teller {
    const struct jaxl_statement *st;
    jaxl_statement_put *put;
    void *ctx;
    struct jaxl_error *err;
    struct jaxl_buf text;
    struct jaxl_json_writer w;
    struct jaxl_sum balance;
};

/* A line; calls -1: none. */
struct line {
    const char *line, *name, *note;
    int64_t at, calls;
    bool moves, balanced; /* the amount changes the balance; the balance is shown */
    struct jaxl_sum amount;
};

static void write_sum(struct teller *t, const char *key, const struct jaxl_sum *s)
{
    char text[JAXL_SUM_TEXT];

    jaxl_json_write_key(&t->w, key);
    if (s)
        jaxl_json_write_number(&t->w, jaxl_sum_format(s, text));
    else
        jaxl_json_write_null(&t->w);
}

static int write_line(struct teller *t, const struct line *l)
{
    char at[JAXL_CLOCK_ISO_MAX];
    bool dated = l->at != INT64_MIN && jaxl_clock_format(l->at, at) == 0;
    int rc;

    if (l->moves)
        jaxl_sum_join(&t->balance, &l->amount);
    jaxl_buf_reset(&t->text);
    jaxl_json_writer_reset(&t->w);
    jaxl_json_write_object(&t->w);
    jaxl_json_write_member(&t->w, "line", l->line);
    jaxl_json_write_member(&t->w, "at", dated ? at : NULL);
    jaxl_json_write_member(&t->w, "name", l->name);
    jaxl_json_write_key(&t->w, "calls");
    if (l->calls >= 0)
        jaxl_json_write_int(&t->w, l->calls);
    else
        jaxl_json_write_null(&t->w);
    jaxl_json_write_member(&t->w, "currency", t->st->currency);
    write_sum(t, "amount", &l->amount);
    write_sum(t, "balance", l->moves || l->balanced ? &t->balance : NULL);
    jaxl_json_write_member(&t->w, "note", l->note);
    jaxl_json_write_end(&t->w);
    rc = jaxl_json_writer_check(&t->w, t->err);
    return rc ? rc : t->put(t->ctx, jaxl_buf_text(&t->text), t->text.len, t->err);
}

static struct jaxl_sum minus(const struct jaxl_sum *a, const struct jaxl_sum *b)
{
    struct jaxl_sum out = *b;

    jaxl_sum_negate(&out);
    jaxl_sum_join(&out, a);
    return out;
}

/* What was recharged from one instant to another; INT64_MIN is a time that is not said. */
static int recharged(const struct teller *t, int64_t from, int64_t to, struct jaxl_sum *out)
{
    struct jaxl_sum amount;
    int rc = 0;

    *out = (struct jaxl_sum){0};
    for (size_t i = 0; i < t->st->n_recharges && !rc; i++) {
        const struct jaxl_statement_recharge *r = &t->st->recharges[i];
        if (r->at < from || r->at >= to)
            continue;
        rc = jaxl_statement_amount(r->amount, "a recharge", &amount, t->err);
        jaxl_sum_join(out, &amount);
    }
    return rc;
}

static int opening(struct teller *t)
{
    struct line l = {.line = "opening", .at = t->st->start, .calls = -1, .moves = true};
    struct jaxl_sum used;
    int rc = recharged(t, INT64_MIN + 1, t->st->start, &l.amount);

    if (!rc)
        rc = jaxl_statement_amount(t->st->used_before, "the usage before the month", &used, t->err);
    if (rc)
        return rc;
    l.amount = minus(&l.amount, &used);
    return write_line(t, &l);
}

static int compare_recharges(const void *left, const void *right)
{
    const struct jaxl_statement_recharge *a = *(const struct jaxl_statement_recharge *const *)left,
                                         *b = *(const struct jaxl_statement_recharge *const *)right;

    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a > b) - (a < b);
}

static int compare_charges(const void *left, const void *right)
{
    const struct jaxl_statement_charge *a = *(const struct jaxl_statement_charge *const *)left,
                                       *b = *(const struct jaxl_statement_charge *const *)right;

    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a > b) - (a < b);
}

static int write_recharge(struct teller *t, const struct jaxl_statement_recharge *r)
{
    struct line l = {.line = "recharge", .at = r->at, .name = r->name, .calls = -1, .moves = true};
    char note[JAXL_SUM_TEXT + 8], text[JAXL_SUM_TEXT];
    struct jaxl_sum paid;
    int rc = jaxl_statement_amount(r->amount, "a recharge", &l.amount, t->err);

    if (!rc && r->paid) {
        rc = jaxl_statement_amount(r->paid, "a payment", &paid, t->err);
        if (!rc && jaxl_sum_compare(&paid, &l.amount) != 0) {
            snprintf(note, sizeof note, "paid %s", jaxl_sum_format(&paid, text));
            l.note = note;
        }
    }
    return rc ? rc : write_line(t, &l);
}

static int write_charge(struct teller *t, const struct jaxl_statement_charge *c)
{
    struct line l = {
        .line = "subscription", .at = c->at, .name = c->name, .calls = -1, .note = c->item};
    int rc = jaxl_statement_amount(c->amount, "a subscription", &l.amount, t->err);

    return rc ? rc : write_line(t, &l);
}

static int no_memory(struct teller *t)
{
    return jaxl_error_set(t->err, JAXL_ENOMEM, "the statement: out of memory");
}

static int recharges(struct teller *t)
{
    size_t n = 0;
    const struct jaxl_statement_recharge **sorted = calloc(t->st->n_recharges + 1, sizeof *sorted);
    int rc = 0;

    if (!sorted)
        return no_memory(t);
    for (size_t i = 0; i < t->st->n_recharges; i++)
        if (t->st->recharges[i].at >= t->st->start && t->st->recharges[i].at < t->st->end)
            sorted[n++] = &t->st->recharges[i];
    qsort(sorted, n, sizeof *sorted, compare_recharges);
    for (size_t i = 0; i < n && !rc; i++)
        rc = write_recharge(t, sorted[i]);
    free(sorted);
    return rc;
}

static int subscriptions(struct teller *t)
{
    size_t n = 0;
    const struct jaxl_statement_charge **sorted =
        calloc(t->st->n_subscriptions + 1, sizeof *sorted);
    int rc = 0;

    if (!sorted)
        return no_memory(t);
    for (size_t i = 0; i < t->st->n_subscriptions; i++)
        if (t->st->subscriptions[i].at >= t->st->start && t->st->subscriptions[i].at < t->st->end)
            sorted[n++] = &t->st->subscriptions[i];
    qsort(sorted, n, sizeof *sorted, compare_charges);
    for (size_t i = 0; i < n && !rc; i++)
        rc = write_charge(t, sorted[i]);
    free(sorted);
    return rc;
}

static int campaign(struct teller *t, const struct jaxl_statement_usage *u, struct jaxl_sum *sum)
{
    struct line l = {.line = "usage",
                     .at = INT64_MIN,
                     .name = u->campaign,
                     .calls = u->calls,
                     .moves = true,
                     .note = u->campaign ? NULL : "calls of no campaign"};
    int rc = jaxl_statement_amount(u->cost, "the cost of a campaign", &l.amount, t->err);

    if (rc)
        return rc;
    jaxl_sum_join(sum, &l.amount);
    jaxl_sum_negate(&l.amount);
    return write_line(t, &l);
}

/* Lines of the usage, which come to the platform's; *other: what of it the calls do not show. */
static int usage(struct teller *t, const struct jaxl_sum *used, struct jaxl_sum *other)
{
    const struct jaxl_statement *st = t->st;
    struct line l = {.line = "usage", .at = INT64_MIN, .calls = st->calls, .moves = true};
    struct jaxl_sum shown = {0};
    int rc = 0;

    *other = (struct jaxl_sum){0};
    if (!st->itemized) {
        l.amount = *used;
        jaxl_sum_negate(&l.amount);
        l.note = "all calls";
        return write_line(t, &l);
    }
    for (size_t i = 0; i < st->n_usage && !rc; i++)
        rc = campaign(t, &st->usage[i], &shown);
    if (rc)
        return rc;
    *other = minus(used, &shown);
    if (jaxl_sum_sign(other) == 0)
        return 0;
    l.line = "usage-other";
    l.calls = -1;
    l.amount = minus(&shown, used);
    l.note = jaxl_sum_sign(&l.amount) < 0 ? "usage of the platform that the calls do not show"
                                          : "the calls show more than the platform's usage";
    return write_line(t, &l);
}

static int closing(struct teller *t, struct jaxl_sum *next)
{
    struct line l = {
        .line = "closing", .at = t->st->end, .calls = -1, .balanced = true, .amount = t->balance};
    struct jaxl_sum used;
    int rc;

    l.note = t->st->now < t->st->end ? "the month is not over"
             : !t->st->final         ? "the cost of some calls is not final"
                                     : NULL;
    rc = write_line(t, &l);
    l = (struct line){.line = "next-opening", .at = t->st->end, .calls = -1};
    if (!rc)
        rc = recharged(t, INT64_MIN + 1, t->st->end, &l.amount);
    if (!rc)
        rc = jaxl_statement_amount(t->st->used_until, "the usage up to the end of the month", &used,
                                   t->err);
    if (rc)
        return rc;
    l.amount = minus(&l.amount, &used);
    *next = minus(&l.amount, &t->balance);
    if (jaxl_sum_sign(next) != 0)
        l.note = "the platform's usage up to then is not that before and in the month";
    return write_line(t, &l);
}

static int tax(struct teller *t, const struct jaxl_sum *used)
{
    const struct jaxl_statement_tax *terms = &t->st->tax;
    struct line taxable = {.line = "taxable", .at = INT64_MIN, .calls = -1},
                amount = {.line = "tax", .at = INT64_MIN, .calls = -1},
                gross = {.line = "gross", .at = INT64_MIN, .calls = -1};
    char name[JAXL_STATEMENT_RATE + 32];
    int rc;

    if (terms->mode == JAXL_STATEMENT_NO_TAX)
        return 0;
    rc = jaxl_statement_tax(terms, used, &taxable.amount, &amount.amount, t->err);
    if (rc)
        return rc;
    snprintf(name, sizeof name, "%s %% %s", terms->rate,
             terms->mode == JAXL_STATEMENT_INCLUSIVE ? "within the usage" : "on top of the usage");
    amount.name = name;
    amount.note = "rounded half-even to 2 decimals";
    gross.amount = taxable.amount;
    jaxl_sum_join(&gross.amount, &amount.amount);
    rc = write_line(t, &taxable);
    if (!rc)
        rc = write_line(t, &amount);
    return rc ? rc : write_line(t, &gross);
}

/* From the closing balance to what there should be now. *undated: recharges without a time. */
static int later(struct teller *t, struct jaxl_sum *undated)
{
    struct line l = {.line = "later-recharges", .at = INT64_MIN, .calls = -1, .moves = true};
    int rc = recharged(t, t->st->end, INT64_MAX, &l.amount);

    if (!rc)
        rc = write_line(t, &l);
    if (!rc)
        rc = jaxl_statement_amount(t->st->used_after, "the usage after the month", &l.amount,
                                   t->err);
    if (rc)
        return rc;
    l.line = "later-usage";
    jaxl_sum_negate(&l.amount);
    rc = write_line(t, &l);
    if (!rc)
        rc = recharged(t, INT64_MIN, INT64_MIN + 1, undated);
    if (!rc && jaxl_sum_sign(undated) != 0) {
        l.line = "undated-recharges";
        l.amount = *undated;
        l.note = "the platform does not say when: they are in no month";
        rc = write_line(t, &l);
    }
    l = (struct line){
        .line = "expected", .at = t->st->now, .calls = -1, .balanced = true, .amount = t->balance};
    return rc ? rc : write_line(t, &l);
}

static int agreement(struct teller *t, struct jaxl_sum *difference)
{
    struct line l = {.line = "platform", .at = t->st->now, .calls = -1};
    struct jaxl_sum used;
    int rc = jaxl_statement_amount(t->st->recharged_total, "all recharges", &l.amount, t->err);

    if (!rc)
        rc = jaxl_statement_amount(t->st->used_total, "all usage", &used, t->err);
    if (rc)
        return rc;
    l.amount = minus(&l.amount, &used);
    *difference = minus(&l.amount, &t->balance);
    rc = write_line(t, &l);
    l.line = "difference";
    l.amount = *difference;
    l.note = jaxl_sum_sign(difference) ? "the platform's balance is not the expected one" : NULL;
    return rc ? rc : write_line(t, &l);
}

static int write_all(struct teller *t, struct jaxl_statement_result *result)
{
    struct jaxl_sum used, other = {0}, next = {0}, undated = {0}, difference = {0};
    int rc = jaxl_statement_amount(t->st->used, "the usage of the month", &used, t->err);

    if (!rc)
        rc = opening(t);
    if (!rc)
        rc = recharges(t);
    if (!rc)
        rc = usage(t, &used, &other);
    if (!rc)
        rc = closing(t, &next);
    if (!rc)
        rc = subscriptions(t);
    if (!rc)
        rc = tax(t, &used);
    if (!rc)
        rc = later(t, &undated);
    if (!rc)
        rc = agreement(t, &difference);
    if (rc || !result)
        return rc;
    result->agrees = !jaxl_sum_sign(&other) && !jaxl_sum_sign(&next) && !jaxl_sum_sign(&undated) &&
                     !jaxl_sum_sign(&difference);
    jaxl_sum_format(&difference, result->balance);
    jaxl_sum_format(&other, result->usage);
    jaxl_sum_format(&next, result->next);
    return 0;
}

_Static_assert((int)JAXL_STATEMENT_AMOUNT >= (int)JAXL_SUM_TEXT, "an amount has room for a sum");

int jaxl_statement_write(const struct jaxl_statement *statement, jaxl_statement_put *put, void *ctx,
                         struct jaxl_statement_result *result, struct jaxl_error *err)
{
    struct teller t = {.st = statement, .put = put, .ctx = ctx, .err = err};
    int rc;

    if (!statement->currency || statement->end < statement->start)
        return jaxl_error_set(err, JAXL_EARG, "a statement needs a currency and a month");
    jaxl_buf_init(&t.text, LINE_MAX_BYTES);
    jaxl_json_writer_init(&t.w, &t.text);
    rc = write_all(&t, result);
    jaxl_buf_free(&t.text);
    return rc;
}
