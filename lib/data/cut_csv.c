#include "data/cut_csv.h"
#include "data/bytes.h"

void jaxl_rows_init(struct jaxl_rows *r)
{
    *r = (struct jaxl_rows){.breaks = true};
}

/* The next n bytes, at most a block. Without quotes in sight every line end ends a row. */
static void walk_block(struct jaxl_rows *r, const char *data, size_t n)
{
    const struct jaxl_block b = jaxl_block_load(data + r->at);
    uint64_t seen = jaxl_bytes_first_n(n), quote = jaxl_block_equal(&b, '"') & seen;
    uint64_t end = (jaxl_block_equal(&b, '\n') | jaxl_block_equal(&b, '\r')) & seen;
    uint64_t breaks = end | quote | (jaxl_block_equal(&b, ',') & seen), inside, ends;

    inside = quote ? jaxl_bytes_parity(quote) ^ r->in : r->in;
    ends = end & ~inside;
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
        const struct jaxl_block b = jaxl_block_load(data + at);
        uint64_t lf = jaxl_block_equal(&b, '\n'), cr = jaxl_block_equal(&b, '\r');
        uint64_t ends = (lf & ~(cr << 1 | after_cr)) | cr;
        lines += jaxl_bytes_count(ends & jaxl_bytes_first_n(len - at));
        after_cr = cr >> 63;
    }
    return lines;
}
