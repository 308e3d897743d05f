/* Hashes for tables in memory. Not for keeping: another version may have others. */
#ifndef JAXL_BASE_HASH_H
#define JAXL_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) of len bytes. */
uint64_t jaxl_hash_bytes(const char *bytes, size_t len);
/* Eight bytes at a time, for many short keys: multiplies and folds the 128 bits of each product, as
 * wyhash (Wang Yi) does. */
uint64_t jaxl_hash_fast(const char *bytes, size_t len);

#endif
