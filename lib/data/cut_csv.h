/* Where rows of CSV end: quotes are followed without looking at fields. */
#ifndef DATA_CUT_CSV_H
#define DATA_CUT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jaxl_rows {
    size_t at;   /* bytes looked at, in whole blocks */
    size_t end;  /* of the last row that ended */
    bool bad;    /* a quote stands where none may: no more rows are told of */
    uint64_t in; /* all ones: at is within quotes */
    bool breaks; /* the byte before at ends a field or is a quote, or there is none */
    bool closes; /* it is a quote that closes */
};

/* At the beginning of a row. */
void jaxl_rows_init(struct jaxl_rows *r);
/* Looks at what has come since the last call; data is what it was before with more behind, len
 * bytes and 64 readable ones. whole: nothing will follow, and a line feed stands behind. */
void jaxl_rows_walk(struct jaxl_rows *r, const char *data, size_t len, bool whole);
/* Line ends: LF, CRLF or CR. */
uint64_t jaxl_rows_lines(const char *data, size_t len);

#endif
