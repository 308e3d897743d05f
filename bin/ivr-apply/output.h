/* Where records go: as text for people, or through a record writer. */
#ifndef JAXL_BIN_IVR_OUTPUT_H
#define JAXL_BIN_IVR_OUTPUT_H

#include <stdio.h>

#include "ivr-apply/options.h"
#include "jaxl/ivr.h"

/* Appends a record as text. */
typedef void output_text(const struct jaxl_json *record, bool colour, struct jaxl_buf *out);

struct output_sink {
    struct jaxl_record_writer *writer; /* NULL: text */
    output_text *text;
    struct jaxl_json_doc *doc;
    struct jaxl_buf buf;
    bool colour;
    int64_t flushed;    /* when, monotonic */
    size_t done, total; /* for the progress; total 0: none is shown */
};

/* text: how a record reads, NULL: never as text. columns: for CSV and tables. */
int output_open(struct output_sink *s, const struct options *o, output_text *text,
                const char *const *columns, size_t n_columns, struct jaxl_error *err);
void output_free(struct output_sink *s);
/* For the library: ctx is the sink. */
int output_record(void *ctx, const char *json, size_t len, struct jaxl_error *err);
/* Writes what is still held back. */
int output_finish(struct output_sink *s, struct jaxl_error *err);

#endif
