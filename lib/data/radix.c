#include "data/radix.h"

enum { SHORT = 48, BYTE = 256 };

static void insert(uint64_t *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t x = v[i];
        size_t k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

/* By one byte, from the highest that differs on (McIlroy, Bostic, McIlroy: Engineering Radix Sort,
 * 1993, "American flag"): each number is swapped into the part of its byte. At most eight deep. */
static void sort(uint64_t *v, size_t n, unsigned shift)
{
    size_t count[BYTE] = {0}, at[BYTE], end[BYTE], sum = 0;

    if (n <= SHORT) {
        insert(v, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        count[v[i] >> shift & 255]++;
    for (unsigned b = 0; b < BYTE; b++) {
        at[b] = sum;
        sum += count[b];
        end[b] = sum;
    }
    for (unsigned b = 0; b < BYTE; b++)
        while (at[b] < end[b]) {
            uint64_t x = v[at[b]];
            unsigned home;
            while ((home = (unsigned)(x >> shift & 255)) != b) {
                uint64_t there = v[at[home]];
                v[at[home]++] = x;
                x = there;
            }
            v[at[b]++] = x;
        }
    for (unsigned b = 0; b < BYTE && shift; b++)
        sort(v + end[b] - count[b], count[b], shift - 8);
}

void jaxl_radix_sort(uint64_t *numbers, size_t n)
{
    uint64_t all = 0;
    unsigned shift = 0;

    for (size_t i = 0; i < n; i++)
        all |= numbers[i];
    while (shift < 56 && all >> shift >> 8)
        shift += 8;
    sort(numbers, n, shift);
}
