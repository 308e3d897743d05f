/* The groups of a report as rows: one for each currency, in order. */
#ifndef JAXL_BILLING_ROWS_H
#define JAXL_BILLING_ROWS_H

#include "billing/report_impl.h"

struct jaxl_row {
    const struct jaxl_group *group;
    const struct jaxl_group_cell *cell;
};

struct jaxl_report_rows {
    const struct jaxl_key *keys; /* of the report */
    size_t n_keys;
    struct jaxl_row *items;
    size_t n;
    const char *columns[JAXL_REPORT_KEYS + 32]; /* names, keys first */
    size_t n_columns;
    unsigned wanted; /* bits of jaxl_report_column.when */
};

/* Makes the rows of a view out of its groups, in the order of sort (NULL: of the keys).
 * JAXL_ENOMEM; JAXL_EARG: there is no such column. */
int jaxl_rows_new(struct jaxl_report_rows **rows, const struct jaxl_report *r,
                  enum jaxl_report_view view, struct jaxl_groups *groups, struct jaxl_error *err);
void jaxl_rows_free(struct jaxl_report_rows **rows);
/* Whether there is such a column to sort by. JAXL_EARG with what there is. */
int jaxl_rows_check_sort(const struct jaxl_report *r, struct jaxl_error *err);
void jaxl_rows_write(const struct jaxl_report_rows *rows, size_t i, struct jaxl_json_writer *w);

#endif
