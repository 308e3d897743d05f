/* A record as a row of cells: what CSV and tables are made of. A column is a path with dots. When
 * no columns are given, those of the first record stay for all: a leaf that has none then goes
 * into one more cell, as a member of a JSON object, so that nothing is lost. */
#ifndef DATA_FLAT_H
#define DATA_FLAT_H

#include "data/json_writer.h"

struct jaxl_flat {
    const char *const *given;       /* borrowed; NULL: the first record decides */
    char **names;                   /* the columns when none were given */
    const struct jaxl_json **cells; /* of the latest record; NULL where it has nothing */
    size_t n, cap;                  /* columns, without the one for the rest */
    size_t hint;                    /* the column after the latest found: records are alike */
    bool decided;
    struct jaxl_buf path;           /* of the value being visited */
    struct jaxl_buf rest;           /* what has no column: a JSON object, or nothing */
    struct jaxl_json_writer writer; /* of rest */
    struct jaxl_buf text;           /* of a cell that is an array or an object */
};

/* columns: NULL or n paths, borrowed. JAXL_ENOMEM. */
int jaxl_flat_init(struct jaxl_flat *f, const char *const *columns, size_t n);
void jaxl_flat_free(struct jaxl_flat *f);
/* Spreads an object over the cells, which lend from it. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_flat_spread(struct jaxl_flat *f, const struct jaxl_json *record);
/* Cells of a row, the one for the rest included where there is one (it is then the last). */
size_t jaxl_flat_count(const struct jaxl_flat *f);
const char *jaxl_flat_name(const struct jaxl_flat *f, size_t i);
/* Text of cell i of the latest record, "" where it has nothing; borrowed until the next cell. */
const char *jaxl_flat_cell(struct jaxl_flat *f, size_t i, size_t *len, bool *number);

#endif
