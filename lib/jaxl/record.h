/* Records: what flows through every pipe. Read from CSV with a header line or NDJSON, written as
 * NDJSON, JSON, CSV or a table (design.md section 5; jaxl-records(5)). */
#ifndef JAXL_RECORD_H
#define JAXL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is read. CSV is RFC 4180, strictly: blanks belong to a field (but are taken off the names in
 * the header), a quote stands around a field or doubled inside a quoted one; lines end with LF,
 * CRLF or CR; lines of nothing but blanks are passed over, in CSV and NDJSON. A byte order mark is
 * passed. A quote that is wrong or left open spoils the record: raw is then everything up to the
 * end of the line where that showed, and reading goes on at the next line. A record that is too
 * long is given up before the line that makes it so, which is read for itself (a quote that is
 * never closed spoils what fits, not the rest of the input); of a single line that is too long raw
 * is the first max_line bytes, also when they are blanks. */
enum jaxl_record_input { JAXL_RECORD_AUTO, JAXL_RECORD_IN_CSV, JAXL_RECORD_IN_NDJSON };
enum jaxl_record_output {
    JAXL_RECORD_NDJSON,
    JAXL_RECORD_JSON, /* one array */
    JAXL_RECORD_CSV,
    JAXL_RECORD_TABLE
};

struct jaxl_record_reader_options {
    enum jaxl_record_input input; /* AUTO: the first non-blank byte decides, '{' is NDJSON */
    size_t max_line;              /* bytes of one record, 0 for 1 MiB */
    const char *const *map;       /* n_map texts "field=Header": the column or member Header is read
                                     as field; borrowed for the reader's life. All are applied at
                                     once, so that two can swap. A CSV must have each Header, and no
                                     record field as well: JAXL_EINPUT */
    size_t n_map;
};

struct jaxl_record {
    const struct jaxl_json *value; /* an object; for CSV every value is a string. Borrowed until the
                                      next read */
    uint64_t line;                 /* line of the input that it starts at, from 1 */
    const char *raw;               /* the bytes of the record as read (without the line end), for a
                                      reject; borrowed likewise. For a CSV row the row's text */
    size_t raw_len;
};

struct jaxl_record_reader;

/* fd: read but not closed; may be a file, a pipe or a terminal. name: for messages, copied.
 * options: NULL for all defaults. JAXL_EARG for a map that is not "field=Header" or that names one
 * of them twice, and for a max_line above 1 GiB; JAXL_ENOMEM. */
JAXL_API int jaxl_record_reader_new(struct jaxl_record_reader **r, int fd, const char *name,
                                    const struct jaxl_record_reader_options *options,
                                    struct jaxl_error *err);
JAXL_API void jaxl_record_reader_free(struct jaxl_record_reader **r);
/* The next record.
 * JAXL_OK      *rec is one
 * JAXL_EEND    the input has ended
 * JAXL_EAGAIN  none is complete and reading would block (poll the descriptor), with wait false; or
 *              a signal came in while reading
 * JAXL_EINPUT, JAXL_ELIMIT  this record cannot be used: err says why, rec->line and rec->raw say
 *              which; the next call goes on behind it
 * JAXL_EIO, JAXL_ENOMEM, JAXL_ECONFIG (a header that cannot be used: names missing or there twice,
 *              more than 4096 columns)  the input cannot be read on, now and ever after
 * A CSV row with more or fewer fields than the header, with invalid UTF-8 or with a NUL byte is
 * JAXL_EINPUT; so is NDJSON that is no object. rec->value is NULL then. */
JAXL_API int jaxl_record_read(struct jaxl_record_reader *r, bool wait, struct jaxl_record *rec,
                              struct jaxl_error *err);
/* True when a read would not touch the descriptor: a whole record (good or bad) or the end is
 * buffered. Looks ahead, which leaves what was lent by the last read as it is. */
JAXL_API bool jaxl_record_reader_ready(struct jaxl_record_reader *r);
JAXL_API int jaxl_record_reader_fd(const struct jaxl_record_reader *r);

struct jaxl_record_writer_options {
    enum jaxl_record_output output;
    const char *const *columns; /* for CSV and table: paths with dots, in order; NULL: the flattened
                                   paths of the first record, "costs.0.cost", and "extra" */
    size_t n_columns;
    bool only;    /* NDJSON and JSON as well: of each record these columns alone, each under its
                     path ("costs.0.cost"), null where it has none */
    size_t width; /* of a terminal, in columns, for a table; 0: do not cut */
};

struct jaxl_record_writer;

/* CSV and table. A cell is the text of a string or number, true, false, nothing for null and
 * absent, or JSON for an array or object that stands where a column is. With given columns only
 * they are shown. Without, the leaves of the first record (at most 1000) make the columns and stay
 * the columns of all; what a later record has beside them goes into one last column "extra", as a
 * JSON object of paths and values, so that nothing is dropped. (A member that is itself called
 * "extra" goes there as well.) CSV lines end with LF; fields are quoted where they hold a comma, a
 * quote, a line end, or a blank or tab at an end. A table shows control characters as blanks,
 * aligns columns of numbers to the right and is laid out in blocks of up to 1000 rows or 1 MiB;
 * "extra" heads a column only when the first block has some. With a width, columns are cut (not
 * below 8) and then the line, with "…". */

/* options: NULL for NDJSON. fd: written but not closed. columns are borrowed for the writer's life.
 */
JAXL_API int jaxl_record_writer_new(struct jaxl_record_writer **w, int fd,
                                    const struct jaxl_record_writer_options *options,
                                    struct jaxl_error *err);
/* Frees without writing what is still buffered: call finish before. */
JAXL_API void jaxl_record_writer_free(struct jaxl_record_writer **w);
/* Appends one record: an object of a document, or the text of one JSON object. Lines reach the
 * descriptor whole; they are written when 64 KiB have gathered, at flush and at finish.
 * A text may hold newlines (white space in JSON); for NDJSON and JSON it is not looked at
 * otherwise. JAXL_EIO with errno of the write in the message; EPIPE is JAXL_EEND (the reader has
 * gone): after these every further call gives the same. JAXL_EARG: no object; JAXL_EINPUT: no JSON;
 * JAXL_ELIMIT: a record of more than 16 MiB as JSON text or as a cell; JAXL_ENOMEM: nothing of it
 * is written. */
JAXL_API int jaxl_record_write(struct jaxl_record_writer *w, const struct jaxl_json *v,
                               struct jaxl_error *err);
JAXL_API int jaxl_record_write_text(struct jaxl_record_writer *w, const char *json, size_t len,
                                    struct jaxl_error *err);
/* Writes what has gathered, rows of a table too. */
JAXL_API int jaxl_record_flush(struct jaxl_record_writer *w, struct jaxl_error *err);
/* Writes the end (closing bracket, the table) and flushes. Records without any row: NDJSON and CSV
 * with given columns write nothing and the header, JSON writes []. */
JAXL_API int jaxl_record_finish(struct jaxl_record_writer *w, struct jaxl_error *err);

/* A reject as one NDJSON line (with its newline) onto out: {"line":..,"reason":..,"input":..}.
 * input is the parsed record where there is one (rec->value), else rec->raw as a string, which
 * takes up to six times its length: give out a maximum to match, and ask jaxl_buf_check. */
JAXL_API void jaxl_record_reject(struct jaxl_buf *out, const struct jaxl_record *rec,
                                 const char *reason);

#ifdef __cplusplus
}
#endif
#endif
