/* Tariffs: what a call costs, by the longest prefix of the number called.
 *
 * A tariff is CSV or NDJSON, a row for a prefix:
 *
 *     prefix    digits of E.164 from the country code on, with or without '+'; empty or * is for
 *               every number that no other row is for
 *     price     of `per` seconds: a decimal number that is not negative, below 10^9, with at most
 * 12 decimals currency  three capital letters (ISO 4217) and, each of which may be missing or
 * empty: per       seconds that the price is for, a divisor of 86400; 60 pulse     as
 * jaxl_pulse_parse has it; 1/1 setup     price of a call whatever its length, as price is; 0
 *     decimals  0 to 12: each call is rounded half-even to so many. Not rounded when missing
 *     from      date, or date and time, since when the row is valid, in ISO 8601 without a zone;
 *               since ever. A later row of the same prefix takes its place from then on
 *
 * Other columns (country, name) are for people and passed over.
 *
 * How a call is rated: nothing when nobody talked; else setup + price * billed / per, where billed
 * is the talk in pulses. A sixtieth of a price is often no decimal (0.10 / 60 = 0.001666...), and
 * rounding each call would move the sum of a million of them by whole rupees, so sums are kept in
 * 27ths: every divisor of 86400 = 2^7 3^3 5^2 divides 27 times a price exactly, in decimals. They
 * are divided once, where they are printed (jaxl_tariff_total), and are exact in any order and with
 * any number of threads. Where a contract says that each call is rounded (a bill of lines that must
 * add up, as charges are in the call records of GSMA TD.57), `decimals` does that. */
#ifndef JAXL_BILLING_TARIFF_H
#define JAXL_BILLING_TARIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "billing/pulse.h"
#include "billing/sum.h"

enum {
    JAXL_TARIFF_ROWS = 100000,
    JAXL_TARIFF_PARTS = 27, /* of which the sum of jaxl_tariff_add counts one */
    JAXL_TARIFF_DECIMALS = 12
};

struct jaxl_tariff_row {
    char prefix[20]; /* without '+'; "" for the row of all other numbers */
    char currency[8];
    struct jaxl_money price, setup;
    struct jaxl_pulse pulse; /* 1/1 when the row has none of its own */
    bool own_pulse;
    int per;                      /* seconds that price is for */
    int decimals;                 /* -1: calls are not rounded */
    int64_t from;                 /* local microseconds; INT64_MIN: since ever */
    uint64_t line;                /* of the file */
    uint64_t second[2], start[2]; /* price of a second, and setup: in 10^-24 of a 27th, low first */
};

struct jaxl_tariff;

/* fd: read to its end, not closed. name: for messages. Any row that cannot be used refuses the
 * whole tariff, with file and line: JAXL_EINPUT (also for a prefix that is there twice from the
 * same date, and for no row at all), JAXL_ELIMIT (more than JAXL_TARIFF_ROWS rows, prices too large
 * or too fine), JAXL_ECONFIG (a header that cannot be used), JAXL_EIO, JAXL_ENOMEM, JAXL_EAGAIN (a
 * signal came in while reading). */
int jaxl_tariff_read(struct jaxl_tariff **t, int fd, const char *name, struct jaxl_error *err);
/* NULL is fine; clears the pointer. */
void jaxl_tariff_free(struct jaxl_tariff **t);

/* The row for a number at a time: that of the longest prefix which has one valid then; NULL when
 * there is none. e164: with or without '+'; digits count as far as they go. at_us: the local time
 * that `from` is written in, as microseconds as if it were UTC. Takes as long as the number is; the
 * tariff is only read, by any number of threads. The row is borrowed from the tariff. */
const struct jaxl_tariff_row *jaxl_tariff_find(const struct jaxl_tariff *t, const char *e164,
                                               size_t len, int64_t at_us);

/* Cost of one call: *cost is rounded half-even to the decimals of the row, or to 24 when it has
 * none. pulse: NULL for the row's. *billed (may be NULL): seconds. JAXL_ELIMIT: the cost does not
 * fit an amount, with *cost untouched. For one call; sums are made with jaxl_tariff_add. */
int jaxl_tariff_rate(const struct jaxl_tariff_row *row, const struct jaxl_pulse *pulse,
                     int64_t talk_us, struct jaxl_money *cost, int64_t *billed);
/* Adds JAXL_TARIFF_PARTS times the cost of a call to *rated, exactly. Returns billed seconds. */
int64_t jaxl_tariff_add(const struct jaxl_tariff_row *row, const struct jaxl_pulse *pulse,
                        int64_t talk_us, struct jaxl_sum *rated);
/* What was gathered by jaxl_tariff_add, rounded half-even to so many decimals. For a difference
 * from a sum of amounts, take those JAXL_TARIFF_PARTS times (jaxl_sum_multiply) from *rated first.
 */
void jaxl_tariff_total(const struct jaxl_sum *rated, unsigned places, struct jaxl_sum *out);

#endif
