/* CSV rows by RFC 4180, over libcsv in its strict mode: blanks belong to a field, a quote stands
 * around a field or doubled inside a quoted one. A row ends with LF, CRLF or CR. */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include <csv.h>

#include "jaxl/buf.h"

struct jaxl_csv {
    struct csv_parser parser;
    struct jaxl_buf text; /* the fields of the row, one after the other */
    struct jaxl_buf ends; /* a size_t for each: where it ends in text */
    bool complete;        /* text and ends are a whole row */
};

/* max: bytes of one row. JAXL_ENOMEM. */
int jaxl_csv_init(struct jaxl_csv *c, size_t max);
void jaxl_csv_free(struct jaxl_csv *c);
/* Forgets the row and whatever has been read of the next. */
void jaxl_csv_reset(struct jaxl_csv *c);
/* Reads on: text goes at most to the first CR or LF in it, so that at most one row ends.
 * JAXL_OK      a row has ended: its fields stay until the next call
 * JAXL_EAGAIN  the row goes on, or none has begun
 * JAXL_EINPUT  a quote stands where none may; jaxl_csv_reset is due
 * JAXL_ELIMIT, JAXL_ENOMEM */
int jaxl_csv_feed(struct jaxl_csv *c, const char *text, size_t len);
/* The input has ended: as jaxl_csv_feed; JAXL_EINPUT when a quote was left open. */
int jaxl_csv_finish(struct jaxl_csv *c);
/* The row. */
size_t jaxl_csv_count(const struct jaxl_csv *c);
/* Field i, len bytes. */
const char *jaxl_csv_field(const struct jaxl_csv *c, size_t i, size_t *len);
/* Appends one field, quoted where it has to be. */
void jaxl_csv_write(struct jaxl_buf *out, const char *text, size_t len);

#endif
