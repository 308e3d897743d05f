/* Sorting many numbers where they stand: qsort takes the same memory again and three times as
 * long. */
#ifndef DATA_RADIX_H
#define DATA_RADIX_H

#include <stddef.h>
#include <stdint.h>

/* n numbers, ascending. */
void jaxl_radix_sort(uint64_t *numbers, size_t n);

#endif
