#include <stdbool.h>

#include "data/bytes.h"
#include "data/utf8.h"

/* Unicode 15.0, table 3-7: which second byte may follow each first byte. */
static const struct {
    unsigned char first_lo, first_hi, second_lo, second_hi, len;
} forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t jaxl_utf8_len(const char *text, size_t n)
{
    const unsigned char *s = (const unsigned char *)text;

    if (s[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (s[0] < forms[i].first_lo || s[0] > forms[i].first_hi)
            continue;
        if (n < forms[i].len || s[1] < forms[i].second_lo || s[1] > forms[i].second_hi)
            return 0;
        for (size_t k = 2; k < forms[i].len; k++)
            if ((s[k] & 0xc0) != 0x80)
                return 0;
        return forms[i].len;
    }
    return 0;
}

static size_t ascii_span(const char *s, size_t n)
{
    size_t i = 0;

    for (; n - i >= JAXL_BYTES_STEP; i += JAXL_BYTES_STEP) {
        uint32_t high = jaxl_bytes_high(jaxl_bytes_load(s + i));
        if (high)
            return i + jaxl_bytes_first(high);
    }
    while (i < n && (unsigned char)s[i] < 0x80)
        i++;
    return i;
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Most of what is not ASCII: three bytes, of all Indian scripts among others. */
static bool is_common(const char *s, size_t n)
{
    unsigned char first = (unsigned char)s[0];

    return n >= 3 && first >= 0xe0 && first < 0xed && continues(s[1]) && continues(s[2]) &&
           (first > 0xe0 || (unsigned char)s[1] >= 0xa0);
}

size_t jaxl_utf8_span(const char *s, size_t n)
{
    size_t i = 0;

    for (;;) {
        i += ascii_span(s + i, n - i);
        while (i < n && (unsigned char)s[i] >= 0x80) {
            size_t len = is_common(s + i, n - i) ? 3 : jaxl_utf8_len(s + i, n - i);
            if (!len)
                return i;
            i += len;
        }
        if (i == n)
            return n;
    }
}

size_t jaxl_utf8_count(const char *s, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xc0) != 0x80;
    return count;
}
