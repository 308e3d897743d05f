/* Books: what was reported of a day, week or month that is over stays reported. When later sums
 * differ (a call became final, was found, or went) the row comes as it was at first, and behind it
 * a restatement: a row with the same keys and the differences. The sum over a row and its
 * restatements is the present truth, and no line that was written once ever changes.
 *
 *     jaxl_book_open(&book, "calls.book", &report, &err);
 *     for each row of the report      jaxl_book_row(book, row, len, put, ctx, &err);
 *     jaxl_book_finish(book, put, ctx, &err);
 *     when all that was put is written   jaxl_book_commit(book, &err);
 *     jaxl_book_free(&book);
 *
 * A row is the text of a flat JSON object, as `jaxl-report calls` makes them. Its keys are the
 * members that the report names, and `currency`. What is compared and restated is every other
 * member that is a number, as exact decimals (0.70 is 0.7; a null or absent one is 0), but for
 * those that are no sums: asr, acd, cost_per_answered, shortest, longest, median and p95. A row in
 * which nothing else differs is as it was.
 *
 * A restatement has the members of the row in their order: keys as they are, differences in place
 * of the sums, null in place of all others, and at the end `"restatement"`: when it was first
 * reported, ISO 8601 in UTC. A row without that member is as first reported. Rows of totals are not
 * for a book: they are sums of the present. */
#ifndef JAXL_BOOK_H
#define JAXL_BOOK_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>
#include <jaxl/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_book;

/* A report. All is borrowed until the book is freed. */
struct jaxl_book_report {
    /* What decides the sums beside keys and period: conditions, zone, pulse, tariff (what is in it
     * rather than its name), columns. Any text of at most 64 KiB; reports whose texts differ know
     * nothing of each other, though they share a book */
    const char *definition;
    const char *const *keys; /* n_keys names of members. One is "day" (2026-10-05), "week"
                                (2026-W40) or "month" (2026-10); the shortest is the period */
    size_t n_keys;
    struct jaxl_zone *zone; /* whose midnights begin and end a period; NULL: UTC */
    /* What the sums are of, wall time in microseconds, [start, end); INT64_MIN, INT64_MAX: open. A
     * period that it cuts is entered as that part of it: another part is another row */
    int64_t start, end;
    int64_t now; /* wall time: only periods (or parts) that end at or before it are entered */
};

/* Takes one line: the text of a JSON object, len bytes, borrowed. 0, or the code that ends the
 * call, which returns it. */
typedef int jaxl_book_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);

/* The file: NDJSON, mode 0600, made when it is not there, locked (flock) until the book is freed. A
 * symbolic link stays one. Kept in memory as a whole, at most 2 GiB.
 * JAXL_EARG: no key is a period, a key is there twice or is "restatement", the definition is too
 * long; JAXL_EBUSY: another run has the book; JAXL_EINPUT: the file is no book (nothing of it is
 * changed), with the line; JAXL_EIO, JAXL_ELIMIT, JAXL_ENOMEM. */
JAXL_API int jaxl_book_open(struct jaxl_book **b, const char *path,
                            const struct jaxl_book_report *report, struct jaxl_error *err);
/* Unlocks it. What jaxl_book_commit did not write is as if it had never been reported. */
JAXL_API void jaxl_book_free(struct jaxl_book **b);

/* Gives the lines of a row of the present sums to put:
 * - its period is not over, or null (calls without a time): the row, which is not entered
 * - its period was not reported before: the row, which is entered
 * - the book has it: the row as first reported, the restatements of it so far, and a new one when a
 *   difference is left
 * - its period was reported before, without this row: a restatement, of all that is in it
 * All are written as JSON without blanks.
 * JAXL_EINPUT: no JSON object, a key that is no text, number, true, false or null, a period that is
 * none, a member "restatement"; JAXL_EARG: a row with the same keys came before; JAXL_ELIMIT: a
 * number from 10^52 on or with more than 24 decimals, more than 1024 members in all rows, a row of
 * more than 256 KiB; JAXL_ENOMEM; what put returns. After an
 * error the book must be given up. */
JAXL_API int jaxl_book_row(struct jaxl_book *b, const char *row, size_t len, jaxl_book_put *put,
                           void *ctx, struct jaxl_error *err);

/* The end of a report that is complete. Rows in the book that have not come have vanished: each is
 * given to put as first reported, with its restatements and a new one that leaves zeros. They are
 * those of the periods between start and end where both are said, else of the periods of which
 * some row has come (input of November says nothing of October). Nothing has been reported yet: see
 * jaxl_book_commit. JAXL_EARG: it was called before; JAXL_ELIMIT, JAXL_ENOMEM, what put returns. */
JAXL_API int jaxl_book_finish(struct jaxl_book *b, jaxl_book_put *put, void *ctx,
                              struct jaxl_error *err);

/* Everything that was given to put has reached who it is for: the file is replaced in one step,
 * durably, and only then has anything been reported. Once, after jaxl_book_finish (JAXL_EARG
 * otherwise). JAXL_EIO, JAXL_ELIMIT, JAXL_ENOMEM. */
JAXL_API int jaxl_book_commit(struct jaxl_book *b, struct jaxl_error *err);

/* What a report has come to so far. */
struct jaxl_book_totals {
    uint64_t open;     /* rows of periods that are not over */
    uint64_t entered;  /* rows that are new in the book */
    uint64_t same;     /* rows that the book has, to which nothing was added */
    uint64_t restated; /* restatements that are new */
    uint64_t vanished; /* of these, for rows that did not come */
};
JAXL_API void jaxl_book_count(const struct jaxl_book *b, struct jaxl_book_totals *totals);

#ifdef __cplusplus
}
#endif
#endif
