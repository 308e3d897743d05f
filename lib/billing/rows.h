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
    unsigned wanted;  /* bits of jaxl_report_column.when */
    bool by_currency; /* it is a key, and no column of its own */
};

/* Calls that cost nothing join the only currency of their group, and the sums of all are made of
 * the rows. groups: of all views. JAXL_ENOMEM. */
int jaxl_rows_settle(const struct jaxl_report *r, enum jaxl_report_view view,
                     struct jaxl_groups *groups, struct jaxl_error *err);
/* Makes the rows of a view out of its groups, in the order of sort (NULL: of the keys).
 * JAXL_ENOMEM; JAXL_EARG: there is no such column. */
int jaxl_rows_new(struct jaxl_report_rows **rows, const struct jaxl_report *r,
                  enum jaxl_report_view view, struct jaxl_groups *groups, struct jaxl_error *err);
void jaxl_rows_free(struct jaxl_report_rows **rows);
/* Whether there is such a column to sort by. JAXL_EARG with what there is. */
int jaxl_rows_check_sort(const struct jaxl_report *r, struct jaxl_error *err);
void jaxl_rows_write(const struct jaxl_report_rows *rows, size_t i, struct jaxl_json_writer *w);

#endif
