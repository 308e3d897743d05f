#include <stdlib.h>
#include <string.h>

#include "data/scan_impl.h"
#include "data/utf8.h"

static int make_starts(struct jaxl_scan *s, size_t n)
{
    size_t *starts;

    if (n <= s->n_starts)
        return 0;
    starts = realloc(s->starts, n * sizeof *starts);
    if (!starts)
        return JAXL_ENOMEM;
    s->starts = starts;
    s->n_starts = n;
    return 0;
}

/* Which slots the columns fill: a slot is filled by one at most. */
static int map_columns(struct jaxl_scan *s)
{
    const struct jaxl_header *h = s->header;

    s->n_cells = 0;
    for (size_t i = 0; i < h->n_columns; i++)
        for (size_t k = 0; k < s->n; k++)
            if (s->paths[k].len == h->columns[i].len &&
                !memcmp(s->paths[k].text, h->columns[i].name, s->paths[k].len))
                s->cells[s->n_cells++] = (struct jaxl_scan_cell){(uint32_t)i, (uint32_t)k};
    return make_starts(s, h->n_columns + 1 + JAXL_BYTES_BLOCK);
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
    s->block = SIZE_MAX; /* the next is the first */
    s->breaks = s->lines = 0;
    if (!rc && chunk->slow)
        rc = begin_frames(s, chunk);
    return rc ? jaxl_error_set(err, rc, "%s: out of memory", s->header->name) : 0;
}

static inline void fill(struct jaxl_scan *s, uint32_t slot, const char *text, size_t len)
{
    s->values[slot] = (struct jaxl_scan_value){text, (uint32_t)len, JAXL_JSON_STRING};
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
    for (size_t i = 0; i < s->n_cells && !rc; i++) {
        size_t len;
        const char *text = jaxl_csv_field(row, s->cells[i].column, &len);
        fill(s, s->cells[i].slot, text, len);
    }
    return refuse(s, record, &frame, rc, err);
}

/* Fills a slot with the text between the quotes. */
static bool fill_quoted(struct jaxl_scan *s, uint32_t slot, const char *text, size_t len)
{
    const char *end = text + len;
    char *copy, *to;

    if (!memchr(text, '"', len)) {
        fill(s, slot, text, len);
        return true;
    }
    copy = to = jaxl_scan_take(s, len);
    if (!copy)
        return false;
    for (; text < end; text++) {
        *to++ = *text;
        text += *text == '"';
    }
    fill(s, slot, copy, (size_t)(to - copy));
    return true;
}

/* The block in which there is a break. */
static void find_block(struct jaxl_scan *s, const struct jaxl_chunk *chunk)
{
    while (!s->breaks) {
        s->breaks = chunk->blocks[++s->block].breaks;
        s->lines = chunk->blocks[s->block].lines;
        s->folded |= (s->lines & ~s->breaks) != 0;
    }
}

/* Finds where the fields of the row at start begin, as far as there are columns, and where it ends.
 * Returns how many it has. It has an end: the quotes of the chunk are right, and a line feed stands
 * behind. */
static size_t split(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t start, size_t *end)
{
    size_t most = s->header->n_columns, n = 0;
    uint64_t ends;

    s->starts[0] = start;
    s->folded = (s->lines & ~s->breaks) != 0;
    do {
        size_t *first = s->starts + 1 + (n < most ? n : most), *to = first, at;
        uint64_t own;
        find_block(s, chunk);
        ends = s->breaks & s->lines;
        own = s->breaks & (ends ^ (ends - 1)); /* all, when no row ends in the block */
        s->breaks ^= own;
        at = s->block * JAXL_BYTES_BLOCK + 1;
        for (; own; own &= own - 1)
            *to++ = at + jaxl_bytes_first(own);
        n += (size_t)(to - first);
    } while (!ends);
    *end = s->block * JAXL_BYTES_BLOCK + jaxl_bytes_first(ends);
    s->lines &= ~(ends ^ (ends - 1));
    return n;
}

/* Fills the slots with the fields of the row. False when memory is out. */
static bool fill_all(struct jaxl_scan *s, const char *data)
{
    bool lost = false;

    for (size_t i = 0; i < s->n_cells; i++) {
        const struct jaxl_scan_cell *cell = &s->cells[i];
        size_t start = s->starts[cell->column], len = s->starts[cell->column + 1] - start - 1;
        if (data[start] != '"')
            fill(s, cell->slot, data + start, len);
        else
            lost |= !fill_quoted(s, cell->slot, data + start + 1, len - 2);
    }
    return !lost;
}

/* Whether the row is nothing but blanks; it has one field then. */
static bool is_empty(const char *p, size_t len)
{
    while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
        len--;
    return !len;
}

static int quick_row(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t *at,
                     struct jaxl_record *record, struct jaxl_error *err)
{
    struct jaxl_frame frame = {0};
    size_t n, end;
    int rc = 0;

    do {
        if (*at >= chunk->len)
            return JAXL_EEND;
        frame.raw = chunk->data + *at;
        frame.line = s->line;
        n = split(s, chunk, *at, &end);
        frame.len = end - *at;
        s->line += 1 + (s->folded ? jaxl_rows_lines(frame.raw, frame.len) : 0);
        *at = end + 1;
        *at += chunk->data[end] == '\r' && chunk->data[end + 1] == '\n';
    } while (n == 1 && is_empty(frame.raw, frame.len));
    if (!s->sound)
        rc = jaxl_header_check(s->header, true, &frame, err);
    if (!rc)
        rc = jaxl_header_fits(s->header, n, err);
    if (!rc && !fill_all(s, chunk->data))
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", s->header->name);
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
