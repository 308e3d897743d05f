/* The columns of a row behind its keys. */
#ifndef JAXL_BILLING_COLUMNS_H
#define JAXL_BILLING_COLUMNS_H

#include "billing/group.h"
#include "jaxl/answer.h"

/* Which columns a report has: bits of jaxl_report_column.when. */
enum {
    JAXL_COLUMNS_ALWAYS = 1,
    JAXL_COLUMNS_TARIFF = 2,
    JAXL_COLUMNS_PER_ANSWERED = 4, /* further ones, asked for by name: from here on */
    JAXL_COLUMNS_SHORTEST = 8,
    JAXL_COLUMNS_LONGEST = 16,
    JAXL_COLUMNS_MEDIAN = 32,
    JAXL_COLUMNS_P95 = 64,
    JAXL_COLUMNS_FURTHER = 124,
    JAXL_COLUMNS_SPREAD = 120 /* what takes the talk of each call */
};

struct jaxl_report_column {
    const char *name;
    unsigned when;
    /* The value; false: there is none. NULL for the currency. */
    bool (*value)(const struct jaxl_group_cell *cell, struct jaxl_sum *out);
};

/* All of them in the order of a row; *n. */
const struct jaxl_report_column *jaxl_columns_all(size_t *n);
/* The bits of columns by name ("all": the further ones). JAXL_EARG with what there is. */
int jaxl_columns_parse(const struct jaxl_texts *names, unsigned *bits, struct jaxl_error *err);

#endif
