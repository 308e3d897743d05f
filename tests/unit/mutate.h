/* Requests that a fuzzing client sends: seeds of it, some of them mutated. What comes of a seed is
 * the same in each run. */
#ifndef JAXL_UNIT_MUTATE_H
#define JAXL_UNIT_MUTATE_H

#include <string.h>

#include "unit.h"

enum { MUTATE_TOGETHER = 8, MUTATE_MAX = 4096 };

/* Several requests, one behind the other. */
struct message {
    char data[MUTATE_MAX * MUTATE_TOGETHER];
    size_t len;
};

/* What messages are made of: requests, and words that are put in somewhere. */
struct material {
    const char *const *seeds, *const *words;
    size_t n_seeds, n_words;
};

static inline void message_insert(struct message *m, size_t at, const char *data, size_t n)
{
    if (n > MUTATE_MAX - 600 || m->len + n > sizeof m->data)
        return;
    memmove(m->data + at + n, m->data + at, m->len - at);
    memcpy(m->data + at, data, n);
    m->len += n;
}

static inline void message_mutate(struct message *m, size_t from, const struct material *material,
                                  uint64_t *seed)
{
    static const char long_run[512] = "aaaaaaaaaaaaaaaa";
    uint64_t r = unit_random(seed);
    size_t len = m->len - from, at = from + (len ? (r >> 8) % len : 0), n = 1 + (r >> 40) % 16;

    switch (r % 7) {
    case 0: /* a bit */
        if (len)
            m->data[at] = (char)(m->data[at] ^ (1 << (r >> 32) % 8));
        break;
    case 1: /* a byte */
        if (len)
            m->data[at] = (char)(r >> 32);
        break;
    case 2: /* some are left out */
        n = n > m->len - at ? m->len - at : n;
        memmove(m->data + at, m->data + at + n, m->len - at - n);
        m->len -= n;
        break;
    case 3: /* some come twice */
        message_insert(m, at, m->data + at, n > m->len - at ? m->len - at : n);
        break;
    case 4:
    case 5: {
        const char *word = material->words[(r >> 32) % material->n_words];
        message_insert(m, at, word, strlen(word));
        break;
    }
    default: /* something long */
        message_insert(m, at, long_run, 1 + (r >> 32) % sizeof long_run);
    }
}

/* One more request at its end; every other one is mutated. */
static inline void message_add(struct message *m, const struct material *material, uint64_t *seed)
{
    const char *text = material->seeds[unit_random(seed) % material->n_seeds];
    size_t from = m->len;

    message_insert(m, from, text, strlen(text));
    for (uint64_t n = unit_random(seed) % 8; n > 3; n--)
        message_mutate(m, from, material, seed);
}

#endif
