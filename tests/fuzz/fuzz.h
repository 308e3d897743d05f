/* A fuzz target is one file, tests/fuzz/NAME.c, with this function in it, and the word
 * tests/fuzz/NAME in FUZZ_TARGETS of Makefile.inc; seeds go into tests/fuzz/corpus/NAME/. `make
 * check` runs the seeds and some thousand mutations of them (standalone.c); `make fuzz` lets
 * libFuzzer look for more, FUZZ_SECONDS for each target. */
#ifndef JAXL_FUZZ_H
#define JAXL_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Anything may come; the target returns 0, and FUZZ_CHECKs what must hold whatever comes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The next number of a sequence that starts with *state, which must not be 0 (xorshift64,
 * G. Marsaglia, Xorshift RNGs, 2003). */
static inline uint64_t fuzz_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#endif
