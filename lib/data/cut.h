/* Cuts an input into chunks of whole records, for several threads to work on: what a record reader
 * finds in it one after the other, found in pieces. What is in the records is the scanner's affair
 * (data/scan.h), and so is what is wrong with them. */
#ifndef DATA_CUT_H
#define DATA_CUT_H

#include "data/cut_csv.h"
#include "data/header.h"

struct jaxl_cut;

struct jaxl_chunk {
    char *data;      /* whole records; the last line end may be missing at the end of the input.
                        A line feed and zeros, 64 readable bytes in all, stand behind len */
    size_t len;      /* bytes */
    uint64_t line;   /* of the input, that data begins with, from 1 */
    uint64_t number; /* of the chunk, from 0 */
    int format;      /* enum jaxl_record_input, never AUTO */
    bool slow;       /* CSV with a quote that is wrong, or records that are too long: to be read
                        record by record with the framer */
    bool last;       /* nothing follows. The end may also show only when the next is asked for */
    struct jaxl_rows_block *blocks; /* CSV unless slow: where fields end; room for n_blocks */
    size_t n_blocks;
    int code;   /* JAXL_ELIMIT: the one CSV record in it is too long; else 0 */
    char *base; /* what is allocated, cap bytes; data points into it */
    size_t cap;
};

/* fd: read but not closed; may be a file, a pipe or a terminal. name: for messages, copied.
 * options: as for a record reader, NULL for all defaults; its map is borrowed. Reads nothing yet.
 * JAXL_EARG (as jaxl_record_reader_new), JAXL_ENOMEM. */
int jaxl_cut_new(struct jaxl_cut **c, int fd, const char *name,
                 const struct jaxl_record_reader_options *options, struct jaxl_error *err);
void jaxl_cut_free(struct jaxl_cut **c);
/* Reads the next chunk into *chunk (all zero before the first time), whose buffer is used again.
 * One thread at a time. Chunks are of about 256 KiB, of one record where that is longer, and of
 * what has come so far where nothing more is there to be read. stop_fd: -1 or a descriptor that
 * ends waiting when it becomes readable.
 * JAXL_OK; JAXL_EEND; JAXL_EAGAIN: stop_fd is readable, the next call goes on; JAXL_EIO,
 * JAXL_ENOMEM, JAXL_ECONFIG (the header of a CSV), from then on for ever. */
int jaxl_cut_next(struct jaxl_cut *c, int stop_fd, struct jaxl_chunk *chunk,
                  struct jaxl_error *err);
void jaxl_chunk_free(struct jaxl_chunk *chunk);
/* What is the same for all records: names, limits, columns. Complete when the first chunk is there,
 * and only read from then on. */
const struct jaxl_header *jaxl_cut_header(const struct jaxl_cut *c);

#endif
