/* What the records of an input have in common: its name, their limits, the columns of a CSV, fields
 * that are read under other names; and the verdict on a record that rests on it. */
#ifndef DATA_HEADER_H
#define DATA_HEADER_H

#include "data/frame.h"
#include "data/json_value.h"

struct jaxl_column {
    char *name; /* NUL-terminated */
    size_t len;
};

struct jaxl_header {
    char *name; /* of the input, for messages */
    size_t max; /* bytes of one record */
    struct jaxl_json_rename *map;
    size_t n_map;
    struct jaxl_column *columns; /* of CSV; NULL until the header was read */
    size_t n_columns;
};

/* JAXL_EARG, JAXL_ENOMEM; jaxl_header_free is due in every case. */
int jaxl_header_init(struct jaxl_header *h, const char *name,
                     const struct jaxl_record_reader_options *options, struct jaxl_error *err);
void jaxl_header_free(struct jaxl_header *h);
/* Makes columns of the first row. JAXL_ECONFIG, JAXL_ENOMEM, with name and line in the message. */
int jaxl_header_read(struct jaxl_header *h, const struct jaxl_csv *row,
                     const struct jaxl_frame *frame, struct jaxl_error *err);
/* What is wrong with a record before its fields are looked at: what the framer found, bytes. */
int jaxl_header_check(const struct jaxl_header *h, bool csv, const struct jaxl_frame *frame,
                      struct jaxl_error *err);
/* Whether a row of n fields fits the columns. */
int jaxl_header_fits(const struct jaxl_header *h, size_t n, struct jaxl_error *err);
/* Makes a record of a row, of a line of NDJSON. */
int jaxl_header_row(const struct jaxl_header *h, const struct jaxl_csv *row,
                    struct jaxl_json_doc *doc, const struct jaxl_json **root,
                    struct jaxl_error *err);
int jaxl_header_line(const struct jaxl_header *h, const struct jaxl_frame *frame,
                     struct jaxl_json_doc *doc, const struct jaxl_json **root,
                     struct jaxl_error *err);
/* Says in the message where the record is that rc is about. Returns rc. */
int jaxl_header_place(const struct jaxl_header *h, uint64_t line, int rc, struct jaxl_error *err);

/* What a message of a reader says besides the name of its input and the line, which goes into *line
 * where there is one. Borrowed from message. */
const char *jaxl_header_reason(const char *message, const char *name, uint64_t *line);

#endif
