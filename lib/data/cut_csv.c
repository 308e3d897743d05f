#include "data/cut_csv.h"
#include "data/bytes.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Inlined into functions for whichever processor. */
#define EVERYWHERE __attribute__((always_inline)) static inline

void jaxl_rows_init(struct jaxl_rows *r)
{
    *r = (struct jaxl_rows){.special = 1};
#ifdef __x86_64__
    r->wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
              __builtin_cpu_supports("popcnt");
#endif
}

/* Where lines end: of a CRLF at its CR. */
static inline uint64_t line_ends(uint64_t lf, uint64_t cr, uint64_t after_cr)
{
    return (lf & ~(cr << 1 | after_cr)) | cr;
}

/* Where these stand in a block. */
struct marks {
    uint64_t quote, comma, lf, cr;
    uint64_t odd; /* up to and with here, an odd number of quotes */
};

static inline struct marks find_marks(const char *p, uint64_t seen)
{
    const struct jaxl_block b = jaxl_block_load(p);
    struct marks m = {.quote = jaxl_block_equal(&b, '"') & seen,
                      .comma = jaxl_block_equal(&b, ',') & seen,
                      .lf = jaxl_block_equal(&b, '\n') & seen,
                      .cr = jaxl_block_equal(&b, '\r') & seen};

    m.odd = jaxl_bytes_parity(m.quote);
    return m;
}

/* The next block. A quote opens behind what is special, and what is special follows one that
 * closes: that may be the second of two that stand for one. */
EVERYWHERE void walk_block(struct jaxl_rows *r, struct marks m, uint64_t seen,
                           struct jaxl_rows_block *out)
{
    uint64_t special = m.lf | m.cr | m.comma | m.quote, lines = line_ends(m.lf, m.cr, r->cr);
    uint64_t inside = m.odd ^ r->in, closes = m.quote & ~inside;

    r->bad |= m.quote & inside & ~(special << 1 | r->special);
    r->bad |= (closes << 1 | r->closes) & ~special & seen;
    r->lines += jaxl_bytes_count(lines);
    *out = (struct jaxl_rows_block){(m.comma | lines) & ~inside, lines};
    r->in = inside >> 63 ? UINT64_MAX : 0;
    r->special = special >> 63;
    r->closes = closes >> 63;
    r->cr = m.cr >> 63;
}

static struct jaxl_rows walk_plain(struct jaxl_rows r, const char *data, size_t n,
                                   struct jaxl_rows_block *blocks)
{
    for (size_t i = r.at / JAXL_BYTES_BLOCK; n - r.at >= JAXL_BYTES_BLOCK; i++) {
        walk_block(&r, find_marks(data + r.at, UINT64_MAX), UINT64_MAX, &blocks[i]);
        r.at += JAXL_BYTES_BLOCK;
    }
    return r;
}

#ifdef __x86_64__
#define WIDE __attribute__((target("avx2,pclmul,popcnt")))

WIDE static inline uint64_t equal(__m256i a, __m256i b, char c)
{
    __m256i all = _mm256_set1_epi8(c);

    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, all)) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, all)) << 32;
}

WIDE static inline struct marks find_marks_wide(const char *p)
{
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
    struct marks m = {.quote = equal(a, b, '"'),
                      .comma = equal(a, b, ','),
                      .lf = equal(a, b, '\n'),
                      .cr = equal(a, b, '\r')};
    __m128i odd = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)m.quote), _mm_set1_epi8(-1), 0);

    m.odd = (uint64_t)_mm_cvtsi128_si64(odd);
    return m;
}

WIDE static struct jaxl_rows walk_wide(struct jaxl_rows r, const char *data, size_t n,
                                       struct jaxl_rows_block *blocks)
{
    for (size_t i = r.at / JAXL_BYTES_BLOCK; n - r.at >= JAXL_BYTES_BLOCK; i++) {
        walk_block(&r, find_marks_wide(data + r.at), UINT64_MAX, &blocks[i]);
        r.at += JAXL_BYTES_BLOCK;
    }
    return r;
}

#else
#define walk_wide walk_plain
#endif

/* Where the last row ended of those in n blocks. */
static size_t last_end(const struct jaxl_rows_block *blocks, size_t n)
{
    while (n-- > 0) {
        uint64_t ends = blocks[n].breaks & blocks[n].lines;
        if (ends)
            return (n + 1) * JAXL_BYTES_BLOCK - (unsigned)__builtin_clzll(ends);
    }
    return 0;
}

uint64_t jaxl_rows_walk(struct jaxl_rows *r, const char *data, size_t len, bool whole,
                        struct jaxl_rows_block *blocks)
{
    size_t n = len + whole, i;
    struct jaxl_rows now;

    *r = r->wide ? walk_wide(*r, data, n, blocks) : walk_plain(*r, data, n, blocks);
    now = *r;
    i = now.at / JAXL_BYTES_BLOCK;
    if (n > now.at) {
        uint64_t seen = jaxl_bytes_first_n(n - now.at);
        walk_block(&now, find_marks(data + now.at, seen), seen, &blocks[i++]);
    }
    r->bad = now.bad;
    r->end = last_end(blocks, i);
    if (r->end > len)
        r->end = len;
    if (r->end && r->end < len && data[r->end - 1] == '\r' && data[r->end] == '\n')
        r->end++;
    return whole ? jaxl_rows_lines(data, r->end)
                 : now.lines - jaxl_rows_lines(data + r->end, len - r->end);
}

uint64_t jaxl_rows_lines(const char *data, size_t len)
{
    uint64_t lines = 0, after_cr = 0;

    for (size_t at = 0; at < len; at += JAXL_BYTES_BLOCK) {
        const struct jaxl_block b = jaxl_block_load(data + at);
        uint64_t lf = jaxl_block_equal(&b, '\n'), cr = jaxl_block_equal(&b, '\r');
        uint64_t seen = jaxl_bytes_first_n(len - at);
        lines += jaxl_bytes_count(line_ends(lf & seen, cr & seen, after_cr));
        after_cr = cr >> 63;
    }
    return lines;
}
