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

/* Bytes that are NUL or not ASCII. */
static inline uint32_t jaxl_bytes_odd(struct jaxl_bytes b)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmplt_epi8(b.v, _mm_set1_epi8(1)));
}

#else

struct jaxl_bytes {
    char c[JAXL_BYTES_STEP];
};

static inline struct jaxl_bytes jaxl_bytes_load(const char *p)
{
    struct jaxl_bytes b;

    memcpy(b.c, p, sizeof b.c);
    return b;
}

static inline uint32_t jaxl_bytes_same(struct jaxl_bytes a, struct jaxl_bytes b)
{
    uint32_t mask = 0;

    for (int i = 0; i < JAXL_BYTES_STEP; i++)
        mask |= (uint32_t)(a.c[i] == b.c[i]) << i;
    return mask;
}

static inline uint32_t jaxl_bytes_equal(struct jaxl_bytes b, char c)
{
    uint32_t mask = 0;

    for (int i = 0; i < JAXL_BYTES_STEP; i++)
        mask |= (uint32_t)(b.c[i] == c) << i;
    return mask;
}

static inline uint32_t jaxl_bytes_not_plain(struct jaxl_bytes b)
{
    uint32_t mask = 0;

    for (int i = 0; i < JAXL_BYTES_STEP; i++)
        mask |= (uint32_t)(b.c[i] == '"' || b.c[i] == '\\' || (signed char)b.c[i] < ' ') << i;
    return mask;
}

static inline uint32_t jaxl_bytes_odd(struct jaxl_bytes b)
{
    uint32_t mask = 0;

    for (int i = 0; i < JAXL_BYTES_STEP; i++)
        mask |= (uint32_t)((signed char)b.c[i] < 1) << i;
    return mask;
}

#endif

/* The first set bit of a mask that has one. */
static inline unsigned jaxl_bytes_first(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask);
}

#endif
