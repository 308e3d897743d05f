/* A table for people: aligned columns, numbers to the right, cut to a terminal. Rows are gathered
 * and laid out block by block; columns never get narrower from one block to the next. */
#ifndef DATA_TABLE_H
#define DATA_TABLE_H

#include "data/flat.h"

struct jaxl_table_column {
    size_t width; /* code points of the longest cell so far */
    bool text;    /* something in it is no number */
};

struct jaxl_table {
    size_t limit;                      /* of the terminal, in columns; 0: none */
    struct jaxl_table_column *columns; /* n; NULL until the first row */
    size_t n, rows;
    bool headed, rest;          /* the header is out; it has the column for the rest */
    struct jaxl_buf text, ends; /* the cells of the block: bytes, and a size_t for each */
};

void jaxl_table_init(struct jaxl_table *t, size_t limit);
void jaxl_table_free(struct jaxl_table *t);
/* Takes the row that flat holds. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_table_add(struct jaxl_table *t, struct jaxl_flat *flat);
/* True when enough rows have gathered. */
bool jaxl_table_full(const struct jaxl_table *t);
/* Appends the rows to out, after the header when it is the first time, and forgets them. */
void jaxl_table_lay_out(struct jaxl_table *t, const struct jaxl_flat *flat, struct jaxl_buf *out);

#endif
