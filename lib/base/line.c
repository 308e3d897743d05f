#include <stddef.h>
#include <string.h>

#include "base/line.h"

/* Bytes of a sequence by its first byte, 0 when none begins so. Overlong forms of three and four
 * bytes and surrogates pass: terminals show them as one sign. */
static size_t expected(unsigned char c)
{
    if (c < 0x80)
        return 1;
    if (c < 0xc2)
        return 0;
    return c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

void jaxl_line_clean(char *text)
{
    unsigned char *p = (unsigned char *)text;

    while (*p) {
        size_t n = expected(*p), have = 1;
        while (have < n && (p[have] & 0xc0) == 0x80)
            have++;
        if (n > have && !p[have]) {
            *p = '\0';
        } else if (n == 0 || n > have) {
            *p++ = '?';
        } else if (n == 2 && p[0] == 0xc2 && p[1] < 0xa0) {
            memset(p, ' ', 2);
            p += 2;
        } else {
            if (*p < 0x20 || *p == 0x7f)
                *p = ' ';
            p += n;
        }
    }
}

char *jaxl_line_trim(char *text)
{
    size_t n;

    text += strspn(text, " \t");
    n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        text[--n] = '\0';
    return text;
}
