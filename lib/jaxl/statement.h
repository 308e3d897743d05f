/* The statement of a month: what was in the wallet, what came in, what was used, what is left, and
 * whether that agrees with the platform's balance. Amounts are decimal texts, without limit in
 * practice and never rounded, but for the tax.
 *
 *     jaxl_calendar_month("2026-10", "Asia/Kolkata", NULL, &month, &err);
 *     jaxl_statement_ask(session, JAXL_CURRENCY_INR, month.start, month.end, &statement, &err);
 *     statement.usage = rows of the calls by campaign;
 *     jaxl_statement_tax_parse("18", &statement.tax, &err);
 *     jaxl_statement_write(&statement, put, ctx, &result, &err);
 *     jaxl_statement_free(&statement);
 *
 * What protocol.md is silent about, and what is taken for it here:
 * - when a recharge was credited: transaction_timestamp of the payment with its order_id. One
 *   without such a payment is undated, which is shown, and agrees with nothing
 * - what was credited: cost of the order, which must add up to the platform's total; what was paid
 *   (amount of the payment) is in the note when it is another
 * - which of them count: an order or payment counts unless its status is CREATED, INVOICE_CREATED,
 *   INVOICE_PAYMENT_FAILED or UNPAID
 * - whether end_time belongs to the span of /v1/calls/usage/: taken not to. A call is of the month
 *   in which it was created
 * - what pays for subscriptions: not the wallet. They are shown beside it, as they were paid
 * - tax. The usage is what is supplied and taxed, whatever recharged the wallet. Inclusive: it is
 *   part of the usage. Exclusive: it comes on top, and was not taken from the wallet, since the
 *   balance is recharges less usage. Either way it changes no balance. */
#ifndef JAXL_STATEMENT_H
#define JAXL_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

enum jaxl_statement_tax_mode {
    JAXL_STATEMENT_NO_TAX,
    JAXL_STATEMENT_EXCLUSIVE, /* on top of the usage */
    JAXL_STATEMENT_INCLUSIVE  /* within the usage */
};
enum { JAXL_STATEMENT_RATE = 16 };
struct jaxl_statement_tax {
    enum jaxl_statement_tax_mode mode;
    char rate[JAXL_STATEMENT_RATE]; /* percent, a decimal number from 0 to 100 */
};
/* Reads "18", "18,exclusive" or "18,inclusive"; at most 4 decimals. JAXL_EARG. */
JAXL_API int jaxl_statement_tax_parse(const char *text, struct jaxl_statement_tax *out,
                                      struct jaxl_error *err);

/* What the statement is made of. Amounts are JSON numbers as text; NULL is 0. */
struct jaxl_statement_recharge {
    int64_t at;       /* microseconds; INT64_MIN: not said */
    const char *name; /* of the plan; NULL: not said, here and below */
    const char *amount;
    const char *paid; /* when it is another than amount */
};
struct jaxl_statement_usage {
    const char *campaign; /* NULL: calls of no campaign */
    int64_t calls;
    const char *cost;
};
struct jaxl_statement_charge {
    int64_t at;
    const char *name, *item; /* of the plan; the number, or whatever it is for */
    const char *amount;
};

struct jaxl_statement {
    const char *currency; /* "INR" */
    int64_t start, end;   /* of the month */
    int64_t now;          /* when the figures are of */

    const struct jaxl_statement_recharge *recharges; /* n_recharges, of all times, in any order */
    size_t n_recharges;
    const struct jaxl_statement_charge *subscriptions; /* likewise */
    size_t n_subscriptions;

    /* The platform's usage */
    const char *used_before; /* up to start */
    const char *used;        /* from start to end */
    const char *used_until;  /* up to end */
    const char *used_after;  /* from end */
    int64_t calls;           /* from start to end */
    bool final;              /* is_finalized, from start to end */

    /* The platform's balance is these, the one less the other, as `jaxl balance` has it */
    const char *recharged_total, *used_total;

    /* From here on it is the caller's; zero after jaxl_statement_ask. Calls of the month by
     * campaign, of this currency, cost as jaxl-report sums it; borrowed. itemized false: no calls
     * were looked at, and usage is one line, the platform's */
    bool itemized;
    const struct jaxl_statement_usage *usage;
    size_t n_usage;
    struct jaxl_statement_tax tax;

    void *memory; /* of what jaxl_statement_ask has filled in; NULL: borrowed */
};

/* Asks the platform and fills in everything but what is the caller's. Opens the session when it is
 * not. currency: the parameter, one that protocol.md names. Usage is asked for again, twice at
 * most, while its parts do not add up to the whole: calls go on meanwhile. JAXL_EARG (currency),
 * JAXL_EPROTO (an amount that is none, a list that is none), JAXL_ELIMIT, JAXL_ENOMEM, and the
 * errors of jaxl_session_call. */
JAXL_API int jaxl_statement_ask(struct jaxl_session *s, int64_t currency, int64_t start,
                                int64_t end, struct jaxl_statement *out, struct jaxl_error *err);
JAXL_API void jaxl_statement_free(struct jaxl_statement *statement);

/* Takes one line: the text of a JSON object, len bytes, borrowed. 0, or the code that ends the
 * call, which returns it. */
typedef int jaxl_statement_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);

enum { JAXL_STATEMENT_AMOUNT = 96 };
struct jaxl_statement_result {
    bool agrees; /* all of: nothing is left in the three below, and nothing is undated */
    /* The platform's balance less the expected; its usage of the month less the calls'; and the
     * opening balance of the next month, by its usage up to then, less the closing balance */
    char balance[JAXL_STATEMENT_AMOUNT], usage[JAXL_STATEMENT_AMOUNT], next[JAXL_STATEMENT_AMOUNT];
};

/* Writes the lines. Each has all of these members: `line`, `at` (ISO 8601, UTC), `name`, `calls`,
 * `currency`, `amount`, `balance`, `note`; null where there is none.
 *
 * line               amount                                             balance
 * opening            recharges before the month less usage before       the same
 * recharge           one of the month, in the order of time             after it
 * usage              of a campaign (name; null: of none), negative      after it
 * usage-other        negative: usage of the platform that the calls     after it
 *                    do not show; only where there is some
 * closing            what is left at the end                            the same
 * next-opening       of the next month, as the platform's usage has it  null
 * subscription       one that was paid in the month                     null
 * taxable, tax,      only with a tax: usage without it, it, usage with  null
 * gross              it; taxable + tax = gross
 * later-recharges    since the end of the month                         after it
 * later-usage        since then, negative                               after it
 * undated-recharges  only where there are some                          after it
 * expected           what is left by all that                           the same
 * platform           the balance that the platform shows                null
 * difference         platform less expected                             null
 *
 * opening, recharge and usage add up to closing, and on to expected. Nothing is rounded but the
 * tax, once, half-even, to 2 decimals (the minor unit of INR and USD): taxed is the usage of the
 * whole month, not each line of it. What does not agree has a note.
 *
 * Pure. JAXL_EARG: end before start, a rate that is none, currency NULL; JAXL_EINPUT: an amount
 * that is no number; JAXL_ELIMIT: one that is too large; JAXL_ENOMEM; what put returns. result may
 * be NULL. */
JAXL_API int jaxl_statement_write(const struct jaxl_statement *statement, jaxl_statement_put *put,
                                  void *ctx, struct jaxl_statement_result *result,
                                  struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
