#include <stdlib.h>
#include <string.h>

#include "data/table.h"
#include "data/utf8.h"

enum {
    BLOCK_ROWS = 1000,
    BLOCK_BYTES = 1024 * 1024,
    MAX_BYTES = 64 * 1024 * 1024, /* a block and one more record */
    GAP = 2,                      /* blanks between columns */
    MIN_WIDTH = 8                 /* columns are not cut below this; the line is */
};

static const char ellipsis[] = "\xe2\x80\xa6";

void jaxl_table_init(struct jaxl_table *t, size_t limit)
{
    memset(t, 0, sizeof *t);
    t->limit = limit;
    jaxl_buf_init(&t->text, MAX_BYTES);
    jaxl_buf_init(&t->ends, MAX_BYTES);
}

void jaxl_table_free(struct jaxl_table *t)
{
    free(t->columns);
    jaxl_buf_free(&t->text);
    jaxl_buf_free(&t->ends);
}

/* Control characters, C1 among them, as blanks: a record must not drive the terminal. */
static void add_clean(struct jaxl_buf *out, const char *text, size_t len)
{
    size_t mark = out->len;

    jaxl_buf_add(out, text, len);
    for (size_t i = mark; i < out->len; i++) {
        unsigned char c = (unsigned char)out->data[i];
        if (c < 0x20 || c == 0x7f)
            out->data[i] = ' ';
        else if (c == 0xc2 && i + 1 < out->len && (unsigned char)out->data[i + 1] < 0xa0)
            memcpy(out->data + i, "  ", 2);
    }
}

static void widen(struct jaxl_table_column *column, const char *text, size_t len)
{
    size_t width = jaxl_utf8_count(text, len);

    if (column->width < width)
        column->width = width;
}

static int begin(struct jaxl_table *t, const struct jaxl_flat *flat)
{
    t->n = jaxl_flat_count(flat);
    t->columns = calloc(t->n ? t->n : 1, sizeof *t->columns);
    if (!t->columns)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < flat->n; i++) {
        const char *name = jaxl_flat_name(flat, i);
        widen(&t->columns[i], name, strlen(name));
    }
    return 0;
}

int jaxl_table_add(struct jaxl_table *t, struct jaxl_flat *flat)
{
    if (!t->columns && begin(t, flat))
        return JAXL_ENOMEM;
    for (size_t i = 0; i < t->n; i++) {
        bool number;
        size_t len, mark = t->text.len;
        const char *text = jaxl_flat_cell(flat, i, &len, &number);
        add_clean(&t->text, text, len);
        jaxl_buf_add(&t->ends, &t->text.len, sizeof t->text.len);
        if (flat->text.failed || t->text.failed)
            return flat->text.failed ? flat->text.failed : t->text.failed;
        if (t->ends.failed)
            return t->ends.failed;
        widen(&t->columns[i], jaxl_buf_text(&t->text) + mark, len);
        t->columns[i].text |= len && !number;
    }
    t->rows++;
    return 0;
}

bool jaxl_table_full(const struct jaxl_table *t)
{
    return t->rows >= BLOCK_ROWS || t->text.len >= BLOCK_BYTES;
}

/* The widest that a column may be so that a line fits. */
static size_t cap_of(const struct jaxl_table *t)
{
    size_t widest = 0, cap;

    for (size_t i = 0; i < t->n; i++)
        if (widest < t->columns[i].width)
            widest = t->columns[i].width;
    if (!t->limit)
        return widest;
    for (cap = widest < t->limit ? widest : t->limit; cap > MIN_WIDTH; cap--) {
        size_t total = 0;
        for (size_t i = 0; i < t->n; i++)
            total += (t->columns[i].width < cap ? t->columns[i].width : cap) + (i ? GAP : 0);
        if (total <= t->limit)
            break;
    }
    return cap;
}

/* Bytes of the first n code points. */
static size_t prefix(const char *text, size_t len, size_t n)
{
    size_t i = 0;

    for (; i < len; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80 && !n--)
            break;
    return i;
}

static void blanks(struct jaxl_buf *out, size_t n)
{
    while (n--)
        jaxl_buf_putc(out, ' ');
}

static void add_cut(struct jaxl_buf *out, const char *text, size_t len, size_t width)
{
    if (jaxl_utf8_count(text, len) > width) {
        jaxl_buf_add(out, text, prefix(text, len, width ? width - 1 : 0));
        jaxl_buf_puts(out, ellipsis);
    } else {
        jaxl_buf_add(out, text, len);
    }
}

static void add_cell(const struct jaxl_table *t, struct jaxl_buf *out, size_t i, const char *text,
                     size_t len, size_t cap)
{
    const struct jaxl_table_column *column = &t->columns[i];
    size_t width = column->width < cap ? column->width : cap;
    size_t count = jaxl_utf8_count(text, len), pad = count < width ? width - count : 0;

    if (i)
        blanks(out, GAP);
    if (!column->text)
        blanks(out, pad);
    add_cut(out, text, len, width);
    if (column->text)
        blanks(out, pad);
}

/* Takes trailing blanks off the line that starts at mark, cuts it to the terminal and ends it. */
static void end_line(const struct jaxl_table *t, struct jaxl_buf *out, size_t mark)
{
    const char *line = jaxl_buf_text(out) + mark;
    size_t len;

    while (out->len > mark && out->data[out->len - 1] == ' ')
        out->len--;
    len = out->len - mark;
    if (t->limit && jaxl_utf8_count(line, len) > t->limit) {
        out->len = mark + prefix(line, len, t->limit - 1);
        jaxl_buf_puts(out, ellipsis);
    }
    jaxl_buf_putc(out, '\n');
}

static void add_header(struct jaxl_table *t, const struct jaxl_flat *flat, struct jaxl_buf *out,
                       size_t cap)
{
    size_t mark = out->len;

    for (size_t i = 0; i < t->n; i++) {
        const char *name = jaxl_flat_name(flat, i);
        if (i < flat->n || t->columns[i].width)
            add_cell(t, out, i, name, strlen(name), cap);
    }
    end_line(t, out, mark);
    t->headed = true;
}

void jaxl_table_lay_out(struct jaxl_table *t, const struct jaxl_flat *flat, struct jaxl_buf *out)
{
    size_t cap, cell = 0, start = 0;

    if (!t->columns)
        return;
    if (t->n > flat->n && t->columns[flat->n].width)
        widen(&t->columns[flat->n], jaxl_flat_name(flat, flat->n), 5);
    cap = cap_of(t);
    if (!t->headed)
        add_header(t, flat, out, cap);
    for (size_t row = 0; row < t->rows; row++) {
        size_t mark = out->len;
        for (size_t i = 0; i < t->n; i++, cell++) {
            size_t end;
            memcpy(&end, t->ends.data + cell * sizeof end, sizeof end);
            add_cell(t, out, i, t->text.data + start, end - start, cap);
            start = end;
        }
        end_line(t, out, mark);
    }
    t->rows = 0;
    jaxl_buf_reset(&t->text);
    jaxl_buf_reset(&t->ends);
}
