#include "report/width.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

locale_t width_open(void)
{
    return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* The next character of at most len bytes, more than 0: its bytes, and its width. */
static size_t step(bool known, const char *text, size_t len, size_t *width)
{
    mbstate_t state;
    size_t n = 1;
    wchar_t c;
    int w;

    *width = 1;
    if (!known) {
        while (n < len && ((unsigned char)text[n] & 0xc0) == 0x80)
            n++;
        return n;
    }
    memset(&state, 0, sizeof state);
    n = mbrtowc(&c, text, len, &state);
    if (n == 0 || n > len)
        return 1;
    w = wcwidth(c);
    *width = w < 0 ? 1 : (size_t)w;
    return n;
}

static size_t walk(locale_t known, const char *text, size_t len, size_t limit, size_t *bytes)
{
    const locale_t before = known ? uselocale(known) : (locale_t)0;
    size_t at = 0, total = 0, width, n;

    while (at < len) {
        n = step(known != (locale_t)0, text + at, len - at, &width);
        if (width > limit - total)
            break;
        at += n;
        total += width;
    }
    if (before)
        (void)uselocale(before);
    *bytes = at;
    return total;
}

size_t width_of(locale_t known, const char *text, size_t len)
{
    size_t bytes;

    return walk(known, text, len, (size_t)-1, &bytes);
}

size_t width_prefix(locale_t known, const char *text, size_t len, size_t width)
{
    size_t bytes;

    (void)walk(known, text, len, width, &bytes);
    return bytes;
}

/* Bytes of a character that drives a terminal, at the beginning of len bytes; 0: it does not. */
static size_t control_len(const unsigned char *text, size_t len)
{
    if (text[0] < 0x20 || text[0] == 0x7f)
        return 1;
    if (len > 1 && text[0] == 0xc2 && text[1] < 0xa0) /* C1 */
        return 2;
    if (len > 1 && text[0] == 0xd8 && text[1] == 0x9c) /* U+061C */
        return 2;
    if (len < 3 || text[0] != 0xe2)
        return 0;
    if (text[1] == 0x80) /* U+200E, U+200F, U+2028 to U+202E */
        return text[2] == 0x8e || text[2] == 0x8f || (text[2] >= 0xa8 && text[2] <= 0xae) ? 3 : 0;
    return text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9 ? 3 : 0; /* U+2066 to U+2069 */
}

void width_put_clean(struct jaxl_buf *out, const char *text, size_t len)
{
    size_t n;

    for (size_t i = 0; i < len; i += n ? n : 1) {
        n = control_len((const unsigned char *)text + i, len - i);
        jaxl_buf_putc(out, n ? ' ' : text[i]);
    }
}
