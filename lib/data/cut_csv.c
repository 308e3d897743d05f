#include "data/cut_csv.h"
#include "data/bytes.h"

struct block {
    uint64_t quote, comma, end; /* end: LF or CR */
};

static struct block look(const char *p)
{
    struct block b = {0, 0, 0};

    for (unsigned i = 0; i < JAXL_BYTES_BLOCK; i += JAXL_BYTES_STEP) {
        struct jaxl_bytes v = jaxl_bytes_load(p + i);
        b.quote |= (uint64_t)jaxl_bytes_equal(v, '"') << i;
        b.comma |= (uint64_t)jaxl_bytes_equal(v, ',') << i;
        b.end |= (uint64_t)(jaxl_bytes_equal(v, '\n') | jaxl_bytes_equal(v, '\r')) << i;
    }
    return b;
}

/* Bit i: an odd number of bits up to and with i are set. */
static uint64_t parity(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

void jaxl_rows_init(struct jaxl_rows *r)
{
    *r = (struct jaxl_rows){.breaks = true};
}

/* The next n bytes, at most a block. Without quotes in sight every line end ends a row. */
static void walk_block(struct jaxl_rows *r, const char *data, size_t n)
{
    struct block b = look(data + r->at);
    uint64_t seen = n < JAXL_BYTES_BLOCK ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
    uint64_t quote = b.quote & seen, breaks = (b.comma | b.end | b.quote) & seen, inside, ends;

    inside = quote ? parity(quote) ^ r->in : r->in;
    ends = b.end & seen & ~inside;
    if (quote || r->closes) {
        uint64_t before = breaks << 1 | r->breaks, opens = quote & inside, closes = quote & ~inside;
        uint64_t after = breaks >> 1 | ~(seen >> 1); /* the byte behind the last one is not known */
        r->bad = (opens & ~before) || (closes & ~after) || (r->closes && !(breaks & 1));
        r->closes = closes >> 63;
    }
    if (ends)
        r->end = r->at + 64 - (unsigned)__builtin_clzll(ends);
    r->breaks = breaks >> 63;
    r->in = inside >> 63 ? UINT64_MAX : 0;
    r->at += n;
}

void jaxl_rows_walk(struct jaxl_rows *r, const char *data, size_t len, bool whole)
{
    size_t n = len + whole;
    struct jaxl_rows tail;

    while (!r->bad && n - r->at >= JAXL_BYTES_BLOCK)
        walk_block(r, data, JAXL_BYTES_BLOCK);
    tail = *r;
    if (!r->bad && n > r->at)
        walk_block(&tail, data, n - r->at);
    r->bad = tail.bad;
    r->end = tail.end < len ? tail.end : len;
}

uint64_t jaxl_rows_lines(const char *data, size_t len)
{
    uint64_t lines = 0, after_cr = 0;

    for (size_t at = 0; at < len; at += JAXL_BYTES_BLOCK) {
        size_t n = len - at;
        uint64_t seen = n < JAXL_BYTES_BLOCK ? (UINT64_C(1) << n) - 1 : UINT64_MAX, lf = 0, cr = 0;
        for (unsigned i = 0; i < JAXL_BYTES_BLOCK; i += JAXL_BYTES_STEP) {
            struct jaxl_bytes v = jaxl_bytes_load(data + at + i);
            lf |= (uint64_t)jaxl_bytes_equal(v, '\n') << i;
            cr |= (uint64_t)jaxl_bytes_equal(v, '\r') << i;
        }
        lines += (uint64_t)__builtin_popcountll(((lf & ~(cr << 1 | after_cr)) | cr) & seen);
        after_cr = cr >> 63;
    }
    return lines;
}
