#include "ivr/dot_text.h"

#include <stdbool.h>
#include <string.h>

#include "data/utf8.h"

/* Bytes of the character at p, 0: it is none. */
static size_t char_len(const char *p)
{
    return jaxl_utf8_len(p, strnlen(p, 4));
}

static bool is_control(const char *p, size_t len)
{
    const unsigned char *c = (const unsigned char *)p;

    return (len == 1 && (c[0] < 0x20 || c[0] == 0x7f)) || (len == 2 && c[0] == 0xc2 && c[1] < 0xa0);
}

static bool is_blank(const char *p)
{
    return *p == ' ' || is_control(p, char_len(p));
}

void jaxl_ivr_dot_name(struct jaxl_buf *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t len; *text; text += len) {
        const size_t valid = char_len(text);
        len = valid ? valid : 1;
        if (valid && !is_control(text, len) && !strchr("%,\"\\", *text)) {
            jaxl_buf_add(out, text, len);
            continue;
        }
        for (size_t i = 0; i < len; i++) {
            const unsigned char c = (unsigned char)text[i];
            jaxl_buf_putc(out, '%');
            jaxl_buf_putc(out, digits[c >> 4]);
            jaxl_buf_putc(out, digits[c & 15]);
        }
    }
}

/* U+FFFE and U+FFFF are no characters of XML, which such labels are read as. */
static void put_char(struct jaxl_buf *out, const char *p, size_t len)
{
    if (!len || (len == 3 && (memcmp(p, "\xef\xbf\xbe", 3) == 0 || !memcmp(p, "\xef\xbf\xbf", 3))))
        jaxl_buf_puts(out, "\xef\xbf\xbd");
    else if (*p == '&')
        jaxl_buf_puts(out, "&amp;");
    else if (*p == '<')
        jaxl_buf_puts(out, "&lt;");
    else if (*p == '>')
        jaxl_buf_puts(out, "&gt;");
    else
        jaxl_buf_add(out, p, len);
}

static const char *skip_blanks(const char *p)
{
    while (*p && is_blank(p))
        p += char_len(p);
    return p;
}

/* Where a line ends that begins at p: at a blank, else at a slash, as URLs have them. */
static const char *line_end(const char *p, size_t width)
{
    const char *blank = NULL, *slash = NULL;

    for (size_t n = 0; *p; n++) {
        const size_t len = char_len(p);
        if (is_blank(p))
            blank = p;
        if (n && *p == '/' && p[1] != '/' && p[-1] != '/')
            slash = p;
        if (n == width)
            return blank ? blank : slash ? slash : p;
        p += len ? len : 1;
    }
    return p;
}

/* Without the blanks at its end. */
static void put_line(struct jaxl_buf *out, const char *p, const char *end)
{
    size_t blanks = 0;

    for (size_t len; p < end; p += len ? len : 1) {
        len = char_len(p);
        if (is_blank(p)) {
            blanks++;
            continue;
        }
        for (; blanks; blanks--)
            jaxl_buf_putc(out, ' ');
        put_char(out, p, len);
    }
}

void jaxl_ivr_dot_lines(struct jaxl_buf *out, const char *text, size_t width, size_t lines,
                        const char *between)
{
    const char *p = skip_blanks(text);

    if (!*p)
        jaxl_buf_puts(out, "\xc2\xa0"); /* nothing at all may not stand between two tags */
    for (size_t i = 0; *p && i < lines; i++) {
        const char *end = line_end(p, width);
        if (i)
            jaxl_buf_puts(out, between);
        put_line(out, p, end);
        p = skip_blanks(end);
    }
    if (*p)
        jaxl_buf_puts(out, "\xe2\x80\xa6");
}
