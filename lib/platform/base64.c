#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "platform/base64.h"

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const struct {
    const char *alphabet;
    bool padded;
} kinds[] = {
    [JAXL_BASE64_STANDARD] = {LETTERS_AND_DIGITS "+/", true},
    [JAXL_BASE64_URL] = {LETTERS_AND_DIGITS "-_", true},
    [JAXL_BASE64_BARE] = {LETTERS_AND_DIGITS "-_", false},
};

static size_t text_length(enum jaxl_base64 kind, size_t n)
{
    size_t rest = n % 3;

    return n / 3 * 4 + (!rest ? 0 : kinds[kind].padded ? 4 : rest + 1);
}

void jaxl_base64_encode(enum jaxl_base64 kind, const void *data, size_t n, struct jaxl_buf *out)
{
    const char *alphabet = kinds[kind].alphabet;
    const unsigned char *p = data;

    if (jaxl_buf_reserve(out, n > SIZE_MAX / 2 ? SIZE_MAX : text_length(kind, n)))
        return;
    while (n > 0) {
        size_t take = n < 3 ? n : 3;
        uint32_t bits = (uint32_t)p[0] << 16;
        if (take > 1)
            bits |= (uint32_t)p[1] << 8;
        if (take > 2)
            bits |= p[2];
        for (size_t i = 0; i < 4; i++, bits <<= 6) {
            if (i <= take)
                jaxl_buf_putc(out, alphabet[bits >> 18 & 63]);
            else if (kinds[kind].padded)
                jaxl_buf_putc(out, '=');
        }
        p += take;
        n -= take;
    }
}

/* The six bits of a character, -1 for every other byte. */
static int value_of(enum jaxl_base64 kind, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == kinds[kind].alphabet[62] ? 62 : c == kinds[kind].alphabet[63] ? 63 : -1;
}

/* 2 to 4 characters into 1 to 3 bytes; false when a character is none or bits are left over. */
static bool decode_group(enum jaxl_base64 kind, const char *text, size_t n, unsigned char *bytes)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        int v = i < n ? value_of(kind, text[i]) : 0;
        if (v < 0)
            return false;
        bits = bits << 6 | (uint32_t)v;
    }
    for (size_t i = 0; i < 3; i++)
        bytes[i] = (unsigned char)(bits >> (16 - 8 * i));
    return (bits & ((1u << (8 * (4 - n))) - 1)) == 0;
}

int jaxl_base64_decode(enum jaxl_base64 kind, const char *text, size_t n, struct jaxl_buf *out)
{
    size_t start = out->len;
    unsigned char bytes[3];

    if (kinds[kind].padded) {
        if (n % 4)
            return JAXL_EINPUT;
        for (int i = 0; i < 2 && n > 0 && text[n - 1] == '='; i++)
            n--;
    }
    if (n % 4 == 1)
        return JAXL_EINPUT;
    if (jaxl_buf_reserve(out, n / 4 * 3 + (n % 4 ? n % 4 - 1 : 0)))
        return out->failed;
    while (n > 0) {
        size_t take = n < 4 ? n : 4;
        if (!decode_group(kind, text, take, bytes)) {
            out->len = start;
            return JAXL_EINPUT;
        }
        jaxl_buf_add(out, bytes, take - 1);
        text += take;
        n -= take;
    }
    return 0;
}
