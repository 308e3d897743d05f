/* Where rows of CSV and their fields end: found block by block, as masks. */
#ifndef DATA_CUT_CSV_H
#define DATA_CUT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a block of 64 bytes has what ends fields and lines, bit i for byte i. Both: a row ends. */
struct jaxl_rows_block {
    uint64_t breaks; /* commas and line ends outside quotes */
    uint64_t lines;  /* line ends, of a CRLF the CR; within quotes as well */
};

struct jaxl_rows {
    size_t at;      /* bytes looked at, in whole blocks */
    size_t end;     /* of the last row that ended */
    uint64_t lines; /* that have ended before at: by LF, CRLF or CR */
    uint64_t in;    /* all ones: at is within quotes */
    uint64_t bad;   /* not 0: a quote stands where none may, and nothing else is right */
    /* 1 or 0: the byte before at ... */
    uint64_t special; /* ends a field or is a quote, or there is none */
    uint64_t closes;  /* is a quote that closes */
    uint64_t cr;      /* is a CR */
    bool wide;        /* the processor has AVX2 and the like */
};

/* At the beginning of a row. */
void jaxl_rows_init(struct jaxl_rows *r);
/* Blocks that rows of len bytes need. */
static inline size_t jaxl_rows_blocks(size_t len)
{
    return len / 64 + 1;
}
/* Looks at what has come since the last call; data is what it was before with more behind, len
 * bytes and 64 readable ones; blocks: those of before, with room for jaxl_rows_blocks(len). whole:
 * nothing will follow, and a line feed stands behind. Sets end, bad and folds, and blocks up to
 * end. Returns the lines before end. */
uint64_t jaxl_rows_walk(struct jaxl_rows *r, const char *data, size_t len, bool whole,
                        struct jaxl_rows_block *blocks);
/* Line ends: LF, CRLF or CR. */
uint64_t jaxl_rows_lines(const char *data, size_t len);

#endif
