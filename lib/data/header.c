#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "data/header.h"
#include "data/utf8.h"

enum { MAX_COLUMNS = 4096 };
#define MAX_LINE ((size_t)1024 * 1024) /* of a record, when nothing else is said */
#define MAX_MAX  ((size_t)1 << 30)

/* "field=Header" */
static int add_map(struct jaxl_header *h, const char *text, struct jaxl_error *err)
{
    const char *equals = strchr(text, '=');
    struct jaxl_json_rename *m = &h->map[h->n_map];

    if (!equals || equals == text || !equals[1])
        return jaxl_error_set(err, JAXL_EARG, "map \"%s\": must be field=Header", text);
    m->to = strndup(text, (size_t)(equals - text));
    if (!m->to)
        return jaxl_error_set(err, JAXL_ENOMEM, "map \"%s\": out of memory", text);
    m->to_len = strlen(m->to);
    m->from = equals + 1;
    m->from_len = strlen(m->from);
    h->n_map++;
    for (const struct jaxl_json_rename *other = h->map; other < m; other++)
        if (!strcmp(other->to, m->to) || !strcmp(other->from, m->from))
            return jaxl_error_set(err, JAXL_EARG, "map \"%s\": \"%s\" is mapped already", text,
                                  strcmp(other->to, m->to) ? m->from : m->to);
    return 0;
}

int jaxl_header_init(struct jaxl_header *h, const char *name,
                     const struct jaxl_record_reader_options *o, struct jaxl_error *err)
{
    int rc = 0;

    memset(h, 0, sizeof *h);
    h->max = o->max_line ? o->max_line : MAX_LINE;
    if (h->max > MAX_MAX)
        return jaxl_error_set(err, JAXL_EARG, "%s: records of %zu bytes are too long", name,
                              h->max);
    h->name = strdup(name);
    h->map = calloc(o->n_map + 1, sizeof *h->map);
    if (!h->name || !h->map)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
    for (size_t i = 0; i < o->n_map && !rc; i++)
        rc = add_map(h, o->map[i], err);
    return rc;
}

void jaxl_header_free(struct jaxl_header *h)
{
    for (size_t i = 0; i < h->n_map; i++)
        free(h->map[i].to);
    for (size_t i = 0; i < h->n_columns; i++)
        free(h->columns[i].name);
    free(h->columns);
    free(h->map);
    free(h->name);
}

static int check_bytes(const struct jaxl_frame *frame, struct jaxl_error *err)
{
    size_t valid = jaxl_utf8_span(frame->raw, frame->len);

    if (valid < frame->len)
        return jaxl_error_set(err, JAXL_EINPUT, "byte %zu: invalid UTF-8", valid + 1);
    if (memchr(frame->raw, '\0', frame->len))
        return jaxl_error_set(err, JAXL_EINPUT, "a NUL byte");
    return 0;
}

int jaxl_header_check(const struct jaxl_header *h, bool csv, const struct jaxl_frame *frame,
                      struct jaxl_error *err)
{
    if (frame->code == JAXL_ELIMIT)
        return jaxl_error_set(err, JAXL_ELIMIT, "a record of more than %zu bytes%s", h->max,
                              csv ? " (or a quote that is not closed)" : "");
    if (frame->code)
        return jaxl_error_set(err, frame->code,
                              "a quote that is not closed, or stands inside a field without being "
                              "written twice in quotes");
    return csv ? check_bytes(frame, err) : 0;
}

static void trim(const char **text, size_t *len)
{
    while (*len && ((*text)[*len - 1] == ' ' || (*text)[*len - 1] == '\t'))
        --*len;
    while (*len && (**text == ' ' || **text == '\t')) {
        ++*text;
        --*len;
    }
}

/* The name that column i is read as, into h->columns. */
static int add_column(struct jaxl_header *h, const struct jaxl_csv *row, size_t i,
                      struct jaxl_error *err)
{
    struct jaxl_column *column = &h->columns[h->n_columns];
    size_t len;
    const char *text = jaxl_csv_field(row, i, &len);

    trim(&text, &len);
    if (!len)
        return jaxl_error_set(err, JAXL_ECONFIG, "column %zu of the header has no name", i + 1);
    for (size_t k = 0; k < h->n_map; k++) {
        if (len == h->map[k].from_len && !memcmp(text, h->map[k].from, len)) {
            text = h->map[k].to;
            len = h->map[k].to_len;
            break;
        }
    }
    for (size_t k = 0; k < i; k++)
        if (len == h->columns[k].len && !memcmp(text, h->columns[k].name, len))
            return jaxl_error_set(err, JAXL_ECONFIG,
                                  "columns %zu and %zu of the header are both \"%s\"", k + 1, i + 1,
                                  h->columns[k].name);
    column->name = strndup(text, len);
    if (!column->name)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    column->len = len;
    h->n_columns++;
    return 0;
}

static bool is_column(const struct jaxl_csv *row, size_t i, const char *name, size_t name_len)
{
    size_t len;
    const char *text = jaxl_csv_field(row, i, &len);

    trim(&text, &len);
    return len == name_len && !memcmp(text, name, len);
}

/* Every Header of the map must be a column: a misspelt one would leave its field out unnoticed. */
static int check_map(const struct jaxl_header *h, const struct jaxl_csv *row,
                     struct jaxl_error *err)
{
    for (size_t k = 0; k < h->n_map; k++) {
        size_t i = 0;
        while (i < h->n_columns && !is_column(row, i, h->map[k].from, h->map[k].from_len))
            i++;
        if (i == h->n_columns)
            return jaxl_error_set(err, JAXL_ECONFIG,
                                  "the header has no column \"%s\" to read as \"%s\"",
                                  h->map[k].from, h->map[k].to);
    }
    return 0;
}

static int read_columns(struct jaxl_header *h, const struct jaxl_csv *row,
                        const struct jaxl_frame *frame, struct jaxl_error *err)
{
    size_t n = jaxl_csv_count(row);
    int rc = jaxl_header_check(h, true, frame, err);

    if (rc)
        return jaxl_error_prefix(
            err, rc, "the header%s",
            *frame->raw == '[' ? " (of a JSON array? make it lines: jq -c '.[]')" : "");
    if (n > MAX_COLUMNS)
        return jaxl_error_set(err, JAXL_ELIMIT, "a header of %zu columns: the limit is %d", n,
                              MAX_COLUMNS);
    h->columns = calloc(n, sizeof *h->columns);
    if (!h->columns)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (size_t i = 0; i < n && !rc; i++)
        rc = add_column(h, row, i, err);
    return rc ? rc : check_map(h, row, err);
}

int jaxl_header_read(struct jaxl_header *h, const struct jaxl_csv *row,
                     const struct jaxl_frame *frame, struct jaxl_error *err)
{
    struct jaxl_error why;
    int rc = read_columns(h, row, frame, &why);

    if (!rc)
        return 0;
    jaxl_header_place(h, frame->line, rc, &why);
    why.code = rc == JAXL_ENOMEM ? rc : JAXL_ECONFIG;
    if (err)
        *err = why;
    return why.code;
}

int jaxl_header_place(const struct jaxl_header *h, uint64_t line, int rc, struct jaxl_error *err)
{
    return jaxl_error_prefix(err, rc, "%s, line %" PRIu64, h->name, line);
}

int jaxl_header_fits(const struct jaxl_header *h, size_t n, struct jaxl_error *err)
{
    if (n == h->n_columns)
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "%zu field%s where the header has %zu", n,
                          n == 1 ? "" : "s", h->n_columns);
}

int jaxl_header_row(const struct jaxl_header *h, const struct jaxl_csv *row,
                    struct jaxl_json_doc *doc, const struct jaxl_json **root,
                    struct jaxl_error *err)
{
    const struct jaxl_json *object;
    size_t n = jaxl_csv_count(row);
    int rc = jaxl_header_fits(h, n, err);

    if (rc)
        return rc;
    jaxl_json_doc_reset(doc);
    rc = jaxl_json_build(doc, &object);
    for (size_t i = 0; i < n && !rc; i++) {
        size_t len;
        const char *text = jaxl_csv_field(row, i, &len);
        rc = jaxl_json_build_string(doc, h->columns[i].name, h->columns[i].len, text, len);
    }
    if (rc)
        return jaxl_error_set(err, rc, "%s", jaxl_error_name(rc));
    *root = object;
    return 0;
}

int jaxl_header_line(const struct jaxl_header *h, const struct jaxl_frame *frame,
                     struct jaxl_json_doc *doc, const struct jaxl_json **root,
                     struct jaxl_error *err)
{
    const struct jaxl_json *object;
    int rc = jaxl_json_parse(doc, frame->raw, frame->len, &object, err);

    if (rc)
        return rc;
    if (jaxl_json_type(object) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "a record must be an object: {\"name\": value, ...}");
    if (h->n_map)
        rc = jaxl_json_rename(doc, h->map, h->n_map, err);
    *root = rc ? NULL : object;
    return rc;
}

const char *jaxl_header_reason(const char *message, const char *name, uint64_t *line)
{
    size_t len = strlen(name);
    char *end;

    if (strncmp(message, name, len) != 0)
        return message;
    message += len;
    if (strncmp(message, ", line ", 7) == 0) {
        *line = strtoull(message + 7, &end, 10);
        message = end;
    }
    return strncmp(message, ": ", 2) == 0 ? message + 2 : message;
}
