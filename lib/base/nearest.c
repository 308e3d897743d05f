#include "jaxl/nearest.h"

#include <string.h>

/* Edit distance where two neighbours swapped count one, for words below WORD letters. */
static size_t distance(const char *a, const char *b)
{
    enum { WORD = 64 };
    size_t rows[3][WORD], *two = rows[0], *one = rows[1], *now = rows[2], *old;
    size_t n = strlen(a), m = strlen(b);

    if (n >= WORD || m >= WORD)
        return WORD;
    for (size_t j = 0; j <= m; j++)
        one[j] = two[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = one[j - 1] + (a[i - 1] != b[j - 1]);
            if (one[j] + 1 < best)
                best = one[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
        old = two;
        two = one;
        one = now;
        now = old;
    }
    return one[m];
}

const char *jaxl_nearest(const char *text, const char *const *names, size_t n)
{
    const char *best = NULL;
    size_t len = strlen(text), least = len / 3 + 2;

    for (size_t i = 0; i < n; i++) {
        size_t d = distance(text, names[i]);
        if (len >= 3 && strncmp(text, names[i], len) == 0)
            d = 1;
        if (d < least) {
            least = d;
            best = names[i];
        }
    }
    return best;
}
