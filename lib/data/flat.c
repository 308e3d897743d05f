#include <stdlib.h>
#include <string.h>

#include "data/flat.h"

enum {
    MAX_COLUMNS = 1000,         /* that a first record makes; what is more is rest */
    MAX_TEXT = 16 * 1024 * 1024 /* bytes of a path, the rest or a cell */
};

/* A member of this name is never a column of its own, so that a header has no name twice. */
static const char rest_name[] = "extra";

int jaxl_flat_init(struct jaxl_flat *f, const char *const *columns, size_t n)
{
    memset(f, 0, sizeof *f);
    jaxl_buf_init(&f->path, MAX_TEXT);
    jaxl_buf_init(&f->rest, MAX_TEXT);
    jaxl_buf_init(&f->text, MAX_TEXT);
    jaxl_json_writer_init(&f->writer, &f->rest);
    if (!columns)
        return 0;
    f->given = columns;
    f->n = n;
    f->cells = calloc(n ? n : 1, sizeof *f->cells);
    return f->cells ? 0 : JAXL_ENOMEM;
}

void jaxl_flat_free(struct jaxl_flat *f)
{
    for (size_t i = 0; f->names && i < f->n; i++)
        free(f->names[i]);
    free(f->names);
    free(f->cells);
    jaxl_buf_free(&f->path);
    jaxl_buf_free(&f->rest);
    jaxl_buf_free(&f->text);
}

/* The column of the path being visited, or n. */
static size_t column(struct jaxl_flat *f)
{
    const char *path = jaxl_buf_text(&f->path);

    for (size_t k = 0; k < f->n; k++) {
        size_t i = (f->hint + k) % f->n;
        if (!strcmp(f->names[i], path)) {
            f->hint = i + 1;
            return i;
        }
    }
    return f->n;
}

static int add_column(struct jaxl_flat *f, const struct jaxl_json *v)
{
    if (f->n == f->cap) {
        size_t cap = f->cap ? 2 * f->cap : 16;
        char **names = realloc(f->names, cap * sizeof *names);
        const struct jaxl_json **cells;
        if (!names)
            return JAXL_ENOMEM;
        f->names = names;
        cells = realloc(f->cells, cap * sizeof *cells);
        if (!cells)
            return JAXL_ENOMEM;
        f->cells = cells;
        f->cap = cap;
    }
    f->names[f->n] = strdup(jaxl_buf_text(&f->path));
    if (!f->names[f->n])
        return JAXL_ENOMEM;
    f->cells[f->n++] = v;
    return 0;
}

static void add_rest(struct jaxl_flat *f, const struct jaxl_json *v)
{
    if (!f->rest.len)
        jaxl_json_write_object(&f->writer);
    jaxl_json_write_key_n(&f->writer, jaxl_buf_text(&f->path), f->path.len);
    jaxl_json_write_value(&f->writer, v);
}

static int visit(struct jaxl_flat *f, const struct jaxl_json *v);

/* Depth is bounded by that of documents. */
static int visit_members(struct jaxl_flat *f, const struct jaxl_json *v, bool nested)
{
    size_t mark = f->path.len, index = 0;
    int rc = 0;

    for (const struct jaxl_json *m = jaxl_json_first(v); m && !rc; m = jaxl_json_next(m)) {
        size_t len;
        const char *key = jaxl_json_key(m, &len);
        if (nested)
            jaxl_buf_putc(&f->path, '.');
        if (key)
            jaxl_buf_add(&f->path, key, len);
        else
            jaxl_buf_printf(&f->path, "%zu", index++);
        rc = f->path.failed ? f->path.failed : visit(f, m);
        f->path.len = mark;
    }
    return rc;
}

static int visit(struct jaxl_flat *f, const struct jaxl_json *v)
{
    size_t i = column(f);

    if (i < f->n && !f->cells[i]) {
        f->cells[i] = v;
        return 0;
    }
    if (jaxl_json_count(v))
        return visit_members(f, v, true);
    if (i == f->n && !f->decided && f->n < MAX_COLUMNS && strcmp(f->path.data, rest_name))
        return add_column(f, v);
    add_rest(f, v);
    return 0;
}

int jaxl_flat_spread(struct jaxl_flat *f, const struct jaxl_json *record)
{
    int rc;

    for (size_t i = 0; i < f->n; i++)
        f->cells[i] = f->given ? jaxl_json_find(record, f->given[i]) : NULL;
    if (f->given)
        return 0;
    jaxl_buf_reset(&f->path);
    jaxl_buf_reset(&f->rest);
    jaxl_json_writer_reset(&f->writer);
    f->hint = 0;
    rc = visit_members(f, record, false);
    f->decided = true;
    if (f->rest.len)
        jaxl_json_write_end(&f->writer);
    return rc ? rc : f->rest.failed;
}

size_t jaxl_flat_count(const struct jaxl_flat *f)
{
    return f->n + !f->given;
}

const char *jaxl_flat_name(const struct jaxl_flat *f, size_t i)
{
    if (i == f->n)
        return rest_name;
    return f->given ? f->given[i] : f->names[i];
}

const char *jaxl_flat_cell(struct jaxl_flat *f, size_t i, size_t *len, bool *number)
{
    const struct jaxl_json *v = i < f->n ? f->cells[i] : NULL;
    const char *text = jaxl_json_text(v, len);
    struct jaxl_json_writer w;

    *number = jaxl_json_type(v) == JAXL_JSON_NUMBER;
    if (text)
        return text;
    if (i == f->n) {
        *len = f->rest.len;
        return jaxl_buf_text(&f->rest);
    }
    jaxl_buf_reset(&f->text);
    if (!jaxl_json_is_null(v)) {
        jaxl_json_writer_init(&w, &f->text);
        jaxl_json_write_value(&w, v);
    }
    *len = f->text.len;
    return jaxl_buf_text(&f->text);
}
