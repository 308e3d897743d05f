#include <stdlib.h>
#include <string.h>

#include "data/cut_csv.h"
#include "data/scan_impl.h"
#include "data/utf8.h"

/* Which slots each column fills. */
static int map_columns(struct jaxl_scan *s)
{
    const struct jaxl_header *h = s->header;

    if (h->n_columns > s->columns_cap) {
        int32_t *first = realloc(s->first, h->n_columns * sizeof *first);
        if (!first)
            return JAXL_ENOMEM;
        s->first = first;
        s->columns_cap = h->n_columns;
    }
    s->n_columns = h->n_columns;
    for (size_t i = 0; i < h->n_columns; i++) {
        s->first[i] = -1;
        for (size_t k = s->n; k-- > 0;) {
            const struct jaxl_scan_path *path = &s->paths[k];
            if (path->len != h->columns[i].len || memcmp(path->text, h->columns[i].name, path->len))
                continue;
            s->more[k] = s->first[i];
            s->first[i] = (int32_t)k;
        }
    }
    return 0;
}

/* A framer that looks at the chunk's own bytes, all of which are there. */
static int begin_frames(struct jaxl_scan *s, const struct jaxl_chunk *chunk)
{
    struct jaxl_framer *f = &s->framer;

    f->data = NULL;
    if (s->framer_max != s->header->max) {
        jaxl_framer_free(f);
        s->framer_max = 0;
        if (jaxl_framer_init(f, -1, JAXL_RECORD_IN_CSV, s->header->max))
            return JAXL_ENOMEM;
        s->framer_max = s->header->max;
    }
    jaxl_csv_reset(&f->csv);
    f->data = chunk->data;
    f->end = chunk->len;
    f->start = f->scan = f->line_start = 0;
    f->line = f->start_line = chunk->line;
    f->after_cr = f->spoilt = f->skip = false;
    f->begun = f->eof = true;
    return 0;
}

int jaxl_scan_rows(struct jaxl_scan *s, const struct jaxl_chunk *chunk, struct jaxl_error *err)
{
    int rc = map_columns(s);

    s->sound = jaxl_utf8_span(chunk->data, chunk->len) == chunk->len &&
               !memchr(chunk->data, '\0', chunk->len);
    s->folded = false;
    s->block = chunk->data - JAXL_BYTES_BLOCK;
    s->breaks = s->quoted = 0;
    if (!rc && chunk->slow)
        rc = begin_frames(s, chunk);
    return rc ? jaxl_error_set(err, rc, "%s: out of memory", s->header->name) : 0;
}

static void fill(struct jaxl_scan *s, size_t column, const char *text, size_t len)
{
    for (int32_t i = s->first[column]; i >= 0; i = s->more[i])
        s->values[i] = (struct jaxl_scan_value){text, (uint32_t)len, JAXL_JSON_STRING};
}

static int refuse(struct jaxl_scan *s, struct jaxl_record *record, const struct jaxl_frame *frame,
                  int rc, struct jaxl_error *err)
{
    *record = (struct jaxl_record){NULL, frame->line, frame->raw, frame->len};
    return rc ? jaxl_header_place(s->header, frame->line, rc, err) : 0;
}

/* A row as the framer finds it. */
static int framed_row(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t *at,
                      struct jaxl_record *record, struct jaxl_error *err)
{
    const struct jaxl_csv *row = &s->framer.csv;
    struct jaxl_frame frame = {chunk->data, chunk->len, chunk->line, chunk->code};
    int rc = *at >= chunk->len ? JAXL_EEND : 0;

    if (!rc && !chunk->code)
        rc = jaxl_framer_next(&s->framer, &frame);
    *at = chunk->code || rc ? chunk->len : s->framer.scan;
    if (rc)
        return rc == JAXL_ENOMEM ? jaxl_error_set(err, rc, "%s: out of memory", s->header->name)
                                 : rc;
    rc = jaxl_header_check(s->header, true, &frame, err);
    if (!rc)
        rc = jaxl_header_fits(s->header, jaxl_csv_count(row), err);
    for (size_t i = 0; i < s->n_columns && !rc; i++) {
        size_t len;
        const char *text = jaxl_csv_field(row, i, &len);
        fill(s, i, text, len);
    }
    return refuse(s, record, &frame, rc, err);
}

/* Where the next field ends: at a comma or line end that is not within quotes. There is one: the
 * quotes of the chunk are right, and a line feed stands behind it. */
static inline const char *next_break(struct jaxl_scan *s)
{
    const char *p;

    while (!s->breaks) {
        const struct jaxl_block b = jaxl_block_load(s->block += JAXL_BYTES_BLOCK);
        uint64_t quote, end, inside;
        quote = jaxl_block_equal(&b, '"');
        end = jaxl_block_equal(&b, '\n') | jaxl_block_equal(&b, '\r');
        inside = quote ? jaxl_bytes_parity(quote) ^ s->quoted : s->quoted;
        s->breaks = (end | jaxl_block_equal(&b, ',')) & ~inside;
        s->folded |= (end & inside) != 0;
        s->quoted = inside >> 63 ? UINT64_MAX : 0;
    }
    p = s->block + jaxl_bytes_first(s->breaks);
    s->breaks &= s->breaks - 1;
    return p;
}

/* Fills what a quoted field fills, with the text between the quotes. */
static bool fill_quoted(struct jaxl_scan *s, size_t column, const char *text, size_t len)
{
    const char *end = text + len;
    char *copy, *to;

    if (!memchr(text, '"', len)) {
        fill(s, column, text, len);
        return true;
    }
    copy = to = jaxl_scan_take(s, len);
    if (!copy)
        return false;
    for (; text < end; text++) {
        *to++ = *text;
        text += *text == '"';
    }
    fill(s, column, copy, (size_t)(to - copy));
    return true;
}

/* The fields of the row at p. Where it ends, or NULL when memory is out. */
static const char *split(struct jaxl_scan *s, const char *p, size_t *n)
{
    bool lost = false;

    for (*n = 0;; ++*n) {
        const char *end = next_break(s);
        if (*n < s->n_columns && s->first[*n] >= 0) {
            if (*p != '"')
                fill(s, *n, p, (size_t)(end - p));
            else
                lost |= !fill_quoted(s, *n, p + 1, (size_t)(end - p) - 2);
        }
        if (*end != ',') {
            ++*n;
            return lost ? NULL : end;
        }
        p = end + 1;
    }
}

/* Whether the row at p is nothing but blanks; it has one field then. */
static bool is_empty(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p == end;
}

static int quick_row(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t *at,
                     struct jaxl_record *record, struct jaxl_error *err)
{
    struct jaxl_frame frame = {0};
    const char *stop;
    size_t n;
    int rc = 0;

    do {
        if (*at >= chunk->len)
            return JAXL_EEND;
        frame.raw = chunk->data + *at;
        frame.line = s->line;
        stop = split(s, frame.raw, &n);
        if (!stop)
            return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", s->header->name);
        frame.len = (size_t)(stop - frame.raw);
        *at += frame.len + 1;
        s->line += 1 + (s->folded ? jaxl_rows_lines(frame.raw, frame.len) : 0);
        if (stop[0] == '\r' && stop[1] == '\n') {
            next_break(s);
            ++*at;
        }
    } while (n == 1 && is_empty(frame.raw, stop));
    if (!s->sound)
        rc = jaxl_header_check(s->header, true, &frame, err);
    if (!rc)
        rc = jaxl_header_fits(s->header, n, err);
    return refuse(s, record, &frame, rc, err);
}

int jaxl_scan_row(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t *at,
                  struct jaxl_record *record, struct jaxl_error *err)
{
    memset(s->values, 0, s->n * sizeof *s->values);
    if (s->used)
        jaxl_arena_reset(&s->arena);
    s->used = false;
    return chunk->slow ? framed_row(s, chunk, at, record, err)
                       : quick_row(s, chunk, at, record, err);
}
