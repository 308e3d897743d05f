#include <stdlib.h>
#include <string.h>

#include "data/cut_csv.h"
#include "data/scan_impl.h"

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

static bool is_plain(const char *p, size_t len)
{
    size_t at = 0;

    for (; len - at >= JAXL_BYTES_STEP; at += JAXL_BYTES_STEP)
        if (jaxl_bytes_odd(jaxl_bytes_load(p + at)))
            return false;
    while (at < len && p[at] > 0)
        at++;
    return at == len;
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

    s->plain = is_plain(chunk->data, chunk->len);
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

/* The quoted field at p, into column. Where it ends, behind the quote. */
static const char *quoted(struct jaxl_scan *s, const char *p, size_t column, const char *end)
{
    const char *text = p + 1, *quote = memchr(text, '"', (size_t)(end - text));
    size_t doubled = 0;
    char *copy, *to;

    while (quote[1] == '"') {
        doubled++;
        quote = memchr(quote + 2, '"', (size_t)(end - quote - 2));
    }
    if (column >= s->n_columns || s->first[column] < 0)
        return quote + 1;
    if (!doubled) {
        fill(s, column, text, (size_t)(quote - text));
        return quote + 1;
    }
    copy = to = jaxl_scan_take(s, (size_t)(quote - text));
    if (!copy)
        return NULL;
    for (; text < quote; text++) {
        *to++ = *text;
        text += *text == '"';
    }
    fill(s, column, copy, (size_t)(to - copy));
    return quote + 1;
}

static const char *unquoted(struct jaxl_scan *s, const char *p, size_t column)
{
    const char *text = p;
    uint32_t mask;

    for (;;) {
        struct jaxl_bytes b = jaxl_bytes_load(p);
        mask = jaxl_bytes_equal(b, ',') | jaxl_bytes_equal(b, '\n') | jaxl_bytes_equal(b, '\r');
        if (mask)
            break;
        p += JAXL_BYTES_STEP;
    }
    p += jaxl_bytes_first(mask);
    if (column < s->n_columns)
        fill(s, column, text, (size_t)(p - text));
    return p;
}

/* The fields of the row at p. Where it ends, or NULL when memory is out. */
static const char *split(struct jaxl_scan *s, const char *p, const char *end, size_t *n,
                         bool *quotes)
{
    *quotes = false;
    for (*n = 0;; p++) {
        *quotes |= *p == '"';
        p = *p == '"' ? quoted(s, p, *n, end) : unquoted(s, p, *n);
        ++*n;
        if (!p || *p != ',')
            return p;
    }
}

static const char *pass_end(const char *p)
{
    return p + (p[0] == '\r' && p[1] == '\n' ? 2 : 1);
}

/* Passes lines of nothing but blanks. */
static const char *pass_empty(struct jaxl_scan *s, const char *p, const char *end)
{
    for (;;) {
        const char *q = p;
        while (q < end && (*q == ' ' || *q == '\t'))
            q++;
        if (q < end && *q != '\n' && *q != '\r')
            return p;
        if (q >= end)
            return end;
        s->line++;
        p = pass_end(q);
    }
}

static int quick_row(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t *at,
                     struct jaxl_record *record, struct jaxl_error *err)
{
    const char *end = chunk->data + chunk->len;
    const char *p = pass_empty(s, chunk->data + *at, end), *stop;
    struct jaxl_frame frame = {.raw = p, .line = s->line};
    bool quotes;
    size_t n;
    int rc = 0;

    *at = chunk->len;
    if (p >= end)
        return JAXL_EEND;
    stop = split(s, p, end, &n, &quotes);
    if (!stop)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", s->header->name);
    frame.len = (size_t)(stop - p);
    *at = (size_t)(pass_end(stop) - chunk->data);
    s->line += 1 + (quotes ? jaxl_rows_lines(p, frame.len) : 0);
    if (!s->plain)
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
