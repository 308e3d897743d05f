#include <string.h>

#include "report/html.h"
#include "report/width.h"

static const char replacement[] = "\xef\xbf\xbd";

/* The bytes of the character at the beginning of n bytes, with its code; 0: no UTF-8. */
static size_t decode(const unsigned char *s, size_t n, unsigned *code)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    const size_t len = s[0] < 0x80             ? 1
                       : (s[0] & 0xe0) == 0xc0 ? 2
                       : (s[0] & 0xf0) == 0xe0 ? 3
                       : (s[0] & 0xf8) == 0xf0 ? 4
                                               : 0;

    if (!len || len > n)
        return 0;
    *code = len == 1 ? s[0] : s[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (s[i] & 0x3f);
    }
    return *code < least[len] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000) ? 0 : len;
}

/* What is written instead of a character; NULL: itself. */
static const char *instead(unsigned code)
{
    static const struct {
        unsigned from, to;
        const char *text;
    } rows[] = {
        {'\t', '\t', " "},     {'\n', '\n', " "},
        {'\r', '\r', " "},     {0, 0x1f, replacement},
        {'"', '"', "&quot;"},  {'&', '&', "&amp;"},
        {'\'', '\'', "&#39;"}, {'<', '<', "&lt;"},
        {'>', '>', "&gt;"},    {0x7f, 0x9f, replacement},
        {0x2028, 0x2029, " "}, {0x202a, 0x202e, ""},
        {0x2066, 0x2069, ""},  {0xfdd0, 0xfdef, replacement},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (code >= rows[i].from && code <= rows[i].to)
            return rows[i].text;
    return (code & 0xfffe) == 0xfffe ? replacement : NULL;
}

void html_put_text(struct jaxl_buf *out, const char *text, size_t len)
{
    for (size_t i = 0, n; i < len; i += n ? n : 1) {
        unsigned code = 0;
        const char *other;
        n = decode((const unsigned char *)text + i, len - i, &code);
        other = n ? instead(code) : replacement;
        if (other)
            jaxl_buf_puts(out, other);
        else
            jaxl_buf_add(out, text + i, n);
    }
}

void html_puts(struct jaxl_buf *out, const char *text)
{
    html_put_text(out, text, strlen(text));
}

static bool is_ascii(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

void html_put_apart(struct jaxl_buf *out, const char *text, size_t len)
{
    const bool ascii = is_ascii(text, len);

    jaxl_buf_puts(out, ascii ? "" : "<bdi>");
    html_put_text(out, text, len);
    jaxl_buf_puts(out, ascii ? "" : "</bdi>");
}

bool html_put_cut(struct html *h, const char *text, size_t len, size_t width)
{
    const bool cut = width_of(h->known, text, len) > width;

    html_put_text(h->out, text, cut ? width_prefix(h->known, text, len, width - 1) : len);
    if (cut)
        jaxl_buf_puts(h->out, "\xe2\x80\xa6");
    return cut;
}

static void flush(struct html *h)
{
    html_put_text(h->out, jaxl_buf_text(&h->scratch), h->scratch.len);
    jaxl_buf_reset(&h->scratch);
}

bool html_put_figure(struct html *h, const struct figure_column *column,
                     const struct jaxl_json *row)
{
    bool put = figure_put(&h->figure, column, row, h->currency);

    flush(h);
    return put;
}

void html_put_count(struct html *h, int64_t n)
{
    figure_put_count(&h->figure, n);
    flush(h);
}

void html_put_part(struct html *h, int64_t part, int64_t all)
{
    figure_put_part(&h->figure, part, all);
    flush(h);
}

void html_put_money(struct html *h, const char *decimal, const char *currency)
{
    figure_put_money(&h->figure, decimal, currency);
    flush(h);
}

void html_put_span(struct html *h, const char *seconds, bool brief)
{
    figure_put_span(&h->figure, seconds, brief);
    flush(h);
}
