#include "base/hash.h"

#include <string.h>

uint64_t jaxl_hash_bytes(const char *bytes, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return h;
}

__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t jaxl_hash_fast(const char *bytes, size_t len)
{
    const uint64_t secret = UINT64_C(0xA0761D6478BD642F), other = UINT64_C(0xE7037ED1A0B428DB);
    uint64_t hash = fold(len ^ secret, other), word;

    for (; len >= 8; len -= 8, bytes += 8) {
        memcpy(&word, bytes, 8);
        hash = fold(hash ^ word ^ secret, other);
    }
    word = 0;
    memcpy(&word, bytes, len);
    return fold(hash ^ word, secret);
}
