#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "data/frame.h"
#include "data/json_value.h"
#include "data/utf8.h"

enum { MAX_COLUMNS = 4096 };
#define MAX_LINE ((size_t)1024 * 1024) /* of a record, when nothing else is said */

struct column {
    char *name; /* NUL-terminated */
    size_t len;
};

struct jaxl_record_reader {
    struct jaxl_framer framer;
    char *name;
    struct jaxl_json_doc *doc;
    struct jaxl_json_rename *map;
    size_t n_map;
    struct column *columns; /* of CSV; NULL until the header was read */
    size_t n_columns;
    struct jaxl_frame ahead; /* found by jaxl_record_reader_ready, not given out yet */
    bool has_ahead;
    struct jaxl_error broken; /* why the input cannot be read on */
};

/* "field=Header" */
static int add_map(struct jaxl_record_reader *r, const char *text, struct jaxl_error *err)
{
    const char *equals = strchr(text, '=');
    struct jaxl_json_rename *m = &r->map[r->n_map];

    if (!equals || equals == text || !equals[1])
        return jaxl_error_set(err, JAXL_EARG, "map \"%s\": must be field=Header", text);
    m->to = strndup(text, (size_t)(equals - text));
    if (!m->to)
        return jaxl_error_set(err, JAXL_ENOMEM, "map \"%s\": out of memory", text);
    m->to_len = strlen(m->to);
    m->from = equals + 1;
    m->from_len = strlen(m->from);
    r->n_map++;
    for (const struct jaxl_json_rename *other = r->map; other < m; other++)
        if (!strcmp(other->to, m->to) || !strcmp(other->from, m->from))
            return jaxl_error_set(err, JAXL_EARG, "map \"%s\": \"%s\" is mapped already", text,
                                  strcmp(other->to, m->to) ? m->from : m->to);
    return 0;
}

static int set_up(struct jaxl_record_reader *r, int fd, const char *name,
                  const struct jaxl_record_reader_options *o, struct jaxl_error *err)
{
    size_t max = o->max_line ? o->max_line : MAX_LINE;
    int rc = jaxl_framer_init(&r->framer, fd, o->input, max);

    if (!rc)
        rc = jaxl_json_doc_new(&r->doc, max);
    if (rc == JAXL_EARG)
        return jaxl_error_set(err, rc, "%s: records of %zu bytes are too long", name, max);
    r->name = strdup(name);
    r->map = calloc(o->n_map + 1, sizeof *r->map);
    if (rc || !r->name || !r->map)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
    for (size_t i = 0; i < o->n_map && !rc; i++)
        rc = add_map(r, o->map[i], err);
    return rc;
}

int jaxl_record_reader_new(struct jaxl_record_reader **out, int fd, const char *name,
                           const struct jaxl_record_reader_options *options, struct jaxl_error *err)
{
    static const struct jaxl_record_reader_options defaults;
    int rc;

    *out = calloc(1, sizeof **out);
    if (!*out)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
    rc = set_up(*out, fd, name, options ? options : &defaults, err);
    if (rc)
        jaxl_record_reader_free(out);
    return rc;
}

void jaxl_record_reader_free(struct jaxl_record_reader **reader)
{
    struct jaxl_record_reader *r = reader ? *reader : NULL;

    if (!r)
        return;
    jaxl_framer_free(&r->framer);
    jaxl_json_doc_free(&r->doc);
    for (size_t i = 0; i < r->n_map; i++)
        free(r->map[i].to);
    for (size_t i = 0; i < r->n_columns; i++)
        free(r->columns[i].name);
    free(r->columns);
    free(r->map);
    free(r->name);
    free(r);
    *reader = NULL;
}

int jaxl_record_reader_fd(const struct jaxl_record_reader *r)
{
    return r->framer.fd;
}

static int broken(struct jaxl_record_reader *r, struct jaxl_error *err)
{
    if (err)
        *err = r->broken;
    return r->broken.code;
}

/* The next frame out of the buffer; what cannot be mended breaks the reader. */
static int next_frame(struct jaxl_record_reader *r, struct jaxl_frame *frame)
{
    int rc;

    if (r->has_ahead) {
        *frame = r->ahead;
        r->has_ahead = false;
        return JAXL_OK;
    }
    rc = jaxl_framer_next(&r->framer, frame);
    if (rc == JAXL_ENOMEM)
        jaxl_error_set(&r->broken, rc, "%s: out of memory", r->name);
    return rc;
}

bool jaxl_record_reader_ready(struct jaxl_record_reader *r)
{
    if (!r->has_ahead && !r->broken.code)
        r->has_ahead = next_frame(r, &r->ahead) == JAXL_OK;
    return r->has_ahead || r->broken.code || r->framer.eof;
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

/* What the framer found wrong with a record. */
static int check_frame(const struct jaxl_record_reader *r, const struct jaxl_frame *frame,
                       struct jaxl_error *err)
{
    bool csv = r->framer.format == JAXL_RECORD_IN_CSV;

    if (frame->code == JAXL_ELIMIT)
        return jaxl_error_set(err, JAXL_ELIMIT, "a record of more than %zu bytes%s", r->framer.max,
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

/* The name that column i is read as, into r->columns. */
static int add_column(struct jaxl_record_reader *r, size_t i, struct jaxl_error *err)
{
    struct column *column = &r->columns[r->n_columns];
    size_t len;
    const char *text = jaxl_csv_field(&r->framer.csv, i, &len);

    trim(&text, &len);
    if (!len)
        return jaxl_error_set(err, JAXL_ECONFIG, "column %zu of the header has no name", i + 1);
    for (size_t k = 0; k < r->n_map; k++) {
        if (len == r->map[k].from_len && !memcmp(text, r->map[k].from, len)) {
            text = r->map[k].to;
            len = r->map[k].to_len;
            break;
        }
    }
    for (size_t k = 0; k < i; k++)
        if (len == r->columns[k].len && !memcmp(text, r->columns[k].name, len))
            return jaxl_error_set(err, JAXL_ECONFIG,
                                  "columns %zu and %zu of the header are both \"%s\"", k + 1, i + 1,
                                  r->columns[k].name);
    column->name = strndup(text, len);
    if (!column->name)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    column->len = len;
    r->n_columns++;
    return 0;
}

/* Every Header of the map must be a column: a misspelt one would leave its field out unnoticed. */
static int check_map(const struct jaxl_record_reader *r, struct jaxl_error *err)
{
    for (size_t k = 0; k < r->n_map; k++) {
        size_t i = 0;
        while (i < r->n_columns && strcmp(r->columns[i].name, r->map[k].to))
            i++;
        if (i == r->n_columns)
            return jaxl_error_set(err, JAXL_ECONFIG,
                                  "the header has no column \"%s\" to read as \"%s\"",
                                  r->map[k].from, r->map[k].to);
    }
    return 0;
}

static int read_header(struct jaxl_record_reader *r, const struct jaxl_frame *frame,
                       struct jaxl_error *err)
{
    size_t n = jaxl_csv_count(&r->framer.csv);
    int rc = check_frame(r, frame, err);

    if (rc)
        return jaxl_error_prefix(
            err, rc, "the header%s",
            *frame->raw == '[' ? " (of a JSON array? make it lines: jq -c '.[]')" : "");
    if (n > MAX_COLUMNS)
        return jaxl_error_set(err, JAXL_ELIMIT, "a header of %zu columns: the limit is %d", n,
                              MAX_COLUMNS);
    r->columns = calloc(n, sizeof *r->columns);
    if (!r->columns)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (size_t i = 0; i < n && !rc; i++)
        rc = add_column(r, i, err);
    return rc ? rc : check_map(r, err);
}

static int decode_csv(struct jaxl_record_reader *r, struct jaxl_record *rec, struct jaxl_error *err)
{
    const struct jaxl_csv *csv = &r->framer.csv;
    size_t n = jaxl_csv_count(csv);
    const struct jaxl_json *root;
    int rc;

    if (n != r->n_columns)
        return jaxl_error_set(err, JAXL_EINPUT, "%zu field%s where the header has %zu", n,
                              n == 1 ? "" : "s", r->n_columns);
    jaxl_json_doc_reset(r->doc);
    rc = jaxl_json_build(r->doc, &root);
    for (size_t i = 0; i < n && !rc; i++) {
        size_t len;
        const char *text = jaxl_csv_field(csv, i, &len);
        rc = jaxl_json_build_string(r->doc, r->columns[i].name, r->columns[i].len, text, len);
    }
    if (rc)
        return jaxl_error_set(err, rc, "%s", jaxl_error_name(rc));
    rec->value = root;
    return 0;
}

static int decode_ndjson(struct jaxl_record_reader *r, struct jaxl_record *rec,
                         struct jaxl_error *err)
{
    const struct jaxl_json *root;
    int rc = jaxl_json_parse(r->doc, rec->raw, rec->raw_len, &root, err);

    if (rc)
        return rc;
    if (jaxl_json_type(root) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "a record must be an object: {\"name\": value, ...}");
    if (r->n_map && jaxl_json_rename(r->doc, r->map, r->n_map))
        return jaxl_error_set(err, JAXL_EINPUT, "two members are read as the same field");
    rec->value = root;
    return 0;
}

/* Makes a record of a frame. 0 also for a header, which leaves rec without a value. */
static int decode(struct jaxl_record_reader *r, const struct jaxl_frame *frame,
                  struct jaxl_record *rec, struct jaxl_error *err)
{
    struct jaxl_error why;
    int rc;

    if (r->framer.format == JAXL_RECORD_IN_CSV && !r->columns) {
        rc = read_header(r, frame, &why);
        if (rc) {
            jaxl_error_prefix(&why, rc, "%s, line %" PRIu64, r->name, frame->line);
            why.code = rc == JAXL_ENOMEM ? rc : JAXL_ECONFIG;
            r->broken = why;
        }
        return rc ? broken(r, err) : 0;
    }
    *rec = (struct jaxl_record){NULL, frame->line, frame->raw, frame->len};
    rc = check_frame(r, frame, err);
    if (!rc)
        rc = r->framer.format == JAXL_RECORD_IN_CSV ? decode_csv(r, rec, err)
                                                    : decode_ndjson(r, rec, err);
    return rc ? jaxl_error_prefix(err, rc, "%s, line %" PRIu64, r->name, frame->line) : 0;
}

static int fill(struct jaxl_record_reader *r, bool wait, struct jaxl_error *err)
{
    int rc = jaxl_framer_fill(&r->framer, wait);

    if (rc == JAXL_EAGAIN)
        return jaxl_error_set(err, rc, "%s: nothing to read right now", r->name);
    if (!rc)
        return 0;
    jaxl_error_set(&r->broken, rc, "%s: cannot be read: %s", r->name,
                   rc == JAXL_EIO ? strerror(errno) : jaxl_error_name(rc));
    return broken(r, err);
}

int jaxl_record_read(struct jaxl_record_reader *r, bool wait, struct jaxl_record *rec,
                     struct jaxl_error *err)
{
    struct jaxl_frame frame;
    int rc = 0;

    memset(rec, 0, sizeof *rec);
    while (!rc && !rec->value) {
        if (r->broken.code)
            return broken(r, err);
        rc = next_frame(r, &frame);
        if (rc == JAXL_EEND)
            return jaxl_error_set(err, rc, "%s: end of the input", r->name);
        if (rc == JAXL_EAGAIN)
            rc = fill(r, wait, err);
        else if (!rc)
            rc = decode(r, &frame, rec, err);
        else
            rc = broken(r, err);
    }
    return rc;
}
