/* Standard output as a place for records. */
#ifndef JAXL_BIN_REPORT_SINK_H
#define JAXL_BIN_REPORT_SINK_H

#include "jaxl/record.h"
#include "report/options.h"

struct sink {
    struct jaxl_record_writer *writer;
    uint64_t written;
};

/* What is asked for, or a table on a terminal when table is true, else NDJSON. */
enum output sink_form(const struct options *o, bool table);
/* columns: NULL for those of the first record; borrowed. Not for OUTPUT_HTML and OUTPUT_HLEDGER. */
int sink_open(struct sink *s, enum output form, const char *const *columns, size_t n_columns,
              struct jaxl_error *err);
void sink_free(struct sink *s);
/* ctx is the sink: writes one record. */
int sink_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);
/* ctx is the sink: what was written is with the kernel, and of a file on the disk. */
int sink_flush(void *ctx, struct jaxl_error *err);
int sink_finish(struct sink *s, struct jaxl_error *err);
/* Writes a text to standard output. JAXL_EEND: the reader has gone; JAXL_EIO. */
int sink_text(const struct jaxl_buf *text, struct jaxl_error *err);

#endif
