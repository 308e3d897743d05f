/* Cuts what comes from a descriptor into records, by the rules of CSV or of NDJSON: where each one
 * starts and ends, and on which line. What is in them is the record reader's affair. */
#ifndef DATA_FRAME_H
#define DATA_FRAME_H

#include <stdint.h>

#include "data/csv.h"
#include "jaxl/record.h"

struct jaxl_frame {
    const char *raw; /* without the line end; borrowed until the next fill */
    size_t len;
    uint64_t line;
    int code; /* JAXL_OK; JAXL_EINPUT: its quotes are wrong; JAXL_ELIMIT: it is too long, and raw
                 is what was read of it */
};

struct jaxl_framer {
    int fd;
    size_t max;                    /* bytes of one record */
    enum jaxl_record_input format; /* AUTO until the first non-blank byte */
    struct jaxl_csv csv;           /* for CSV: the row of the latest frame */
    char *data;                    /* what has been read */
    size_t cap, start, scan, end;  /* scan: how far the record at start has been looked at */
    size_t line_start;             /* of the line that scan is in */
    uint64_t line, start_line;     /* at scan, at start */
    bool eof, begun, after_cr;     /* begun: the byte order mark is behind us */
    bool spoilt; /* a quote was wrong; the record goes on to the end of its line */
    bool skip;   /* the rest of the line belongs to a record that was too long */
};

int jaxl_framer_init(struct jaxl_framer *f, int fd, enum jaxl_record_input format, size_t max);
void jaxl_framer_free(struct jaxl_framer *f);
/* The next record out of what has been read. JAXL_OK (whatever frame->code says), JAXL_EAGAIN: more
 * has to be read; JAXL_EEND; JAXL_ENOMEM. */
int jaxl_framer_next(struct jaxl_framer *f, struct jaxl_frame *frame);
/* Reads once from the descriptor. JAXL_EAGAIN: there is nothing, and wait is false, or a signal
 * came in; JAXL_EIO with errno; JAXL_ENOMEM. What frames lent is gone. */
int jaxl_framer_fill(struct jaxl_framer *f, bool wait);

#endif
