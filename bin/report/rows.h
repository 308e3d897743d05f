/* The rows of a report as records: those of the book where there is one, and the sums. */
#ifndef JAXL_BIN_REPORT_ROWS_H
#define JAXL_BIN_REPORT_ROWS_H

#include "jaxl/book.h"
#include "jaxl/report.h"
#include "report/options.h"

enum { ROWS_COLUMNS = 64 };

struct rows_out {
    const struct options *o;
    const struct jaxl_report *report;
    const char *columns[ROWS_COLUMNS];
    size_t n_columns;
    jaxl_report_put *put;
    void *ctx;
    struct jaxl_book *book;
    struct jaxl_zone *zone;
    char *definition;
};

/* Sets it up. columns then holds those of every record, with total and restatement where they are
 * asked for. */
void rows_init(struct rows_out *r, const struct options *o, const struct jaxl_report *report);
void rows_free(struct rows_out *r);
/* Everything is written: what the book has gained is kept. */
int rows_commit(struct rows_out *r, struct jaxl_error *err);
/* Gives every record to put. With totals false the sums are left out. */
int rows_write(struct rows_out *r, bool totals, jaxl_report_put *put, void *ctx,
               struct jaxl_error *err);

#endif
