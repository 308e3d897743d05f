/* Looking at many bytes at once: what is found in a block comes as a mask, bit i for byte i. With
 * SSE2 where the compiler has it, else portably in words of eight bytes. */
#ifndef DATA_BYTES_H
#define DATA_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { JAXL_BYTES_BLOCK = 64, JAXL_BYTES_STEP = 16 };

#ifdef __SSE2__
#include <emmintrin.h>

struct jaxl_bytes {
    __m128i v;
};

static inline struct jaxl_bytes jaxl_bytes_load(const char *p)
{
    return (struct jaxl_bytes){_mm_loadu_si128((const __m128i *)(const void *)p)};
}

static inline uint32_t jaxl_bytes_equal(struct jaxl_bytes b, char c)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(b.v, _mm_set1_epi8(c)));
}

/* Where two blocks are the same. */
static inline uint32_t jaxl_bytes_same(struct jaxl_bytes a, struct jaxl_bytes b)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a.v, b.v));
}

/* Bytes that end the plain part of a JSON string: quotes, backslashes, controls and what is not
 * ASCII (which as signed numbers are both below a blank). */
static inline uint32_t jaxl_bytes_not_plain(struct jaxl_bytes b)
{
    __m128i quote = _mm_cmpeq_epi8(b.v, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(b.v, _mm_set1_epi8('\\'));
    __m128i low = _mm_cmplt_epi8(b.v, _mm_set1_epi8(' '));

    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), low));
}

/* Bytes that are not ASCII. */
static inline uint32_t jaxl_bytes_high(struct jaxl_bytes b)
{
    return (uint32_t)_mm_movemask_epi8(b.v);
}

#else

#define JAXL_BYTES_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

struct jaxl_bytes {
    uint64_t low, high; /* the first byte is the lowest */
};

static inline uint64_t jaxl_bytes_word(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline struct jaxl_bytes jaxl_bytes_load(const char *p)
{
    return (struct jaxl_bytes){jaxl_bytes_word(p), jaxl_bytes_word(p + 8)};
}

/* The highest bit of each byte that is zero. Exact: nothing is carried from byte to byte. */
static inline uint64_t jaxl_bytes_zero(uint64_t word)
{
    const uint64_t rest = JAXL_BYTES_EACH(0x7f);

    return ~(((word & rest) + rest) | word | rest);
}

/* The highest bit of each byte that is below n (at most 0x20) or not ASCII. */
static inline uint64_t jaxl_bytes_below(uint64_t word, unsigned n)
{
    const uint64_t rest = JAXL_BYTES_EACH(0x7f);

    return (~((word & rest) + JAXL_BYTES_EACH(0x80 - n)) | word) & ~rest;
}

/* The highest bits as a mask: the product brings each to its place above the others. */
static inline uint32_t jaxl_bytes_gather(uint64_t low, uint64_t high)
{
    const uint64_t places = UINT64_C(0x0102040810204080);

    return (uint32_t)((low >> 7) * places >> 56 | ((high >> 7) * places >> 56) << 8);
}

static inline uint32_t jaxl_bytes_same(struct jaxl_bytes a, struct jaxl_bytes b)
{
    return jaxl_bytes_gather(jaxl_bytes_zero(a.low ^ b.low), jaxl_bytes_zero(a.high ^ b.high));
}

static inline uint32_t jaxl_bytes_equal(struct jaxl_bytes b, char c)
{
    const uint64_t all = JAXL_BYTES_EACH((unsigned char)c);

    return jaxl_bytes_gather(jaxl_bytes_zero(b.low ^ all), jaxl_bytes_zero(b.high ^ all));
}

static inline uint64_t jaxl_bytes_not_plain_word(uint64_t word)
{
    return jaxl_bytes_below(word, ' ') | jaxl_bytes_zero(word ^ JAXL_BYTES_EACH('"')) |
           jaxl_bytes_zero(word ^ JAXL_BYTES_EACH('\\'));
}

static inline uint32_t jaxl_bytes_not_plain(struct jaxl_bytes b)
{
    return jaxl_bytes_gather(jaxl_bytes_not_plain_word(b.low), jaxl_bytes_not_plain_word(b.high));
}

static inline uint32_t jaxl_bytes_high(struct jaxl_bytes b)
{
    return jaxl_bytes_gather(b.low & JAXL_BYTES_EACH(0x80), b.high & JAXL_BYTES_EACH(0x80));
}

#endif

/* 64 bytes. */
struct jaxl_block {
    struct jaxl_bytes a, b, c, d;
};

static inline struct jaxl_block jaxl_block_load(const char *p)
{
    return (struct jaxl_block){jaxl_bytes_load(p), jaxl_bytes_load(p + 16), jaxl_bytes_load(p + 32),
                               jaxl_bytes_load(p + 48)};
}

static inline uint64_t jaxl_block_equal(const struct jaxl_block *b, char c)
{
    return jaxl_bytes_equal(b->a, c) | (uint64_t)jaxl_bytes_equal(b->b, c) << 16 |
           (uint64_t)jaxl_bytes_equal(b->c, c) << 32 | (uint64_t)jaxl_bytes_equal(b->d, c) << 48;
}

/* The mask of the first n bytes of a block, n of them or more. */
static inline uint64_t jaxl_bytes_first_n(size_t n)
{
    return n < JAXL_BYTES_BLOCK ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* Bits that are set (without an instruction of its own the compiler calls a function). */
static inline uint64_t jaxl_bytes_count(uint64_t mask)
{
    mask -= mask >> 1 & UINT64_C(0x5555555555555555);
    mask = (mask & UINT64_C(0x3333333333333333)) + (mask >> 2 & UINT64_C(0x3333333333333333));
    mask = (mask + (mask >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return mask * UINT64_C(0x0101010101010101) >> 56;
}

/* Bit i: an odd number of bits up to and with i are set. */
static inline uint64_t jaxl_bytes_parity(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* The first set bit of a mask that has one. */
static inline unsigned jaxl_bytes_first(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask);
}

#endif
