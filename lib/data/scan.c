#include <stdlib.h>
#include <string.h>

#include "data/scan_impl.h"

enum { MAX_PATHS = 4096, MAX_TEXT = 16 * 1024 * 1024 };

static int copy_paths(struct jaxl_scan *s, const char *const *paths, size_t n)
{
    s->paths = calloc(n + 1, sizeof *s->paths);
    if (!s->paths)
        return JAXL_ENOMEM;
    for (; s->n < n; s->n++) {
        struct jaxl_scan_path *path = &s->paths[s->n];
        path->text = strdup(paths[s->n]);
        if (!path->text)
            return JAXL_ENOMEM;
        path->len = strlen(path->text);
    }
    return 0;
}

static int set_up(struct jaxl_scan *s, const char *const *paths, size_t n)
{
    s->max_wants = (uint32_t)n + JAXL_SCAN_SETS;
    s->nodes = malloc(JAXL_SCAN_NODES * sizeof *s->nodes);
    s->sets = malloc(JAXL_SCAN_SETS * sizeof *s->sets);
    s->wants = malloc(s->max_wants * sizeof *s->wants);
    s->keys = malloc(JAXL_SCAN_TEXT);
    s->cells = malloc((n + 1) * sizeof *s->cells);
    if (!s->nodes || !s->sets || !s->wants || !s->keys || !s->cells || copy_paths(s, paths, n))
        return JAXL_ENOMEM;
    jaxl_arena_init(&s->arena,
                    SIZE_MAX / 4); /* that is, what paths a record has times its length */
    jaxl_buf_init(&s->text, MAX_TEXT);
    jaxl_scan_forget(s);
    return 0;
}

int jaxl_scan_new(struct jaxl_scan **out, const char *const *paths, size_t n,
                  struct jaxl_error *err)
{
    struct jaxl_scan *s = NULL;
    int rc = n > MAX_PATHS ? JAXL_EARG : 0;

    *out = NULL;
    if (rc)
        return jaxl_error_set(err, rc, "%zu paths: the limit is %d", n, MAX_PATHS);
    s = calloc(1, sizeof *s);
    if (!s || set_up(s, paths, n)) {
        jaxl_scan_free(&s);
        return jaxl_error_set(err, JAXL_ENOMEM, "reading records: out of memory");
    }
    *out = s;
    return 0;
}

void jaxl_scan_free(struct jaxl_scan **scan)
{
    struct jaxl_scan *s = scan ? *scan : NULL;

    if (!s)
        return;
    for (size_t i = 0; s->paths && i < s->n; i++)
        free(s->paths[i].text);
    free(s->paths);
    free(s->nodes);
    free(s->sets);
    free(s->wants);
    free(s->keys);
    free(s->cells);
    free(s->starts);
    s->framer.data = NULL; /* which is the chunk's */
    jaxl_framer_free(&s->framer);
    jaxl_json_doc_free(&s->doc);
    jaxl_arena_free(&s->arena);
    jaxl_buf_free(&s->text);
    free(s);
    *scan = NULL;
}

char *jaxl_scan_take(struct jaxl_scan *s, size_t n)
{
    s->used = true;
    return jaxl_arena_alloc(&s->arena, n + 1);
}

/* The nodes rest on the map: FNV-1a over it tells another one. 0: there is none. */
static uint64_t digest(const struct jaxl_header *h)
{
    uint64_t hash = h->n_map ? UINT64_C(0xcbf29ce484222325) : 0;

    for (size_t i = 0; i < h->n_map; i++) {
        const char *texts[] = {h->map[i].from, h->map[i].to};
        for (size_t k = 0; k < 2; k++)
            for (size_t j = 0; j <= strlen(texts[k]); j++)
                hash = (hash ^ (unsigned char)texts[k][j]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static int begin_lines(struct jaxl_scan *s)
{
    uint64_t map = digest(s->header);

    if (map != s->map)
        jaxl_scan_forget(s);
    s->map = map;
    if (s->doc && s->doc_max != s->header->max)
        jaxl_json_doc_free(&s->doc);
    return 0;
}

/* A value of a document as a value of the scanner. */
static int convert(struct jaxl_scan *s, const struct jaxl_json *v, struct jaxl_scan_value *out)
{
    struct jaxl_json_writer *w;
    size_t len = 0;
    int rc;

    *out = (struct jaxl_scan_value){NULL, 0, (uint8_t)jaxl_json_type(v)};
    if (out->type == JAXL_JSON_NULL)
        return 0;
    out->text = jaxl_json_text(v, &len);
    if (out->type == JAXL_JSON_BOOL) {
        out->text = jaxl_json_bool(v) ? "true" : "false";
        len = strlen(out->text);
    }
    if (!out->text) {
        char *copy;
        jaxl_buf_reset(&s->text);
        if (jaxl_json_writer_new(&w, &s->text))
            return JAXL_ENOMEM;
        jaxl_json_write_value(w, v);
        rc = jaxl_json_writer_check(w, NULL);
        jaxl_json_writer_free(&w);
        copy = rc ? NULL : jaxl_scan_take(s, s->text.len);
        if (!copy)
            return rc ? rc : JAXL_ENOMEM;
        len = s->text.len;
        out->text = memcpy(copy, s->text.data, len);
    }
    out->len = (uint32_t)len;
    return 0;
}

/* A line that the nodes are not sure about. */
static int parse(struct jaxl_scan *s, const struct jaxl_frame *frame, struct jaxl_error *err)
{
    const struct jaxl_json *root;
    int rc = 0;

    if (!s->doc)
        rc = jaxl_json_doc_new(&s->doc, s->header->max);
    s->doc_max = s->header->max;
    if (rc)
        return jaxl_error_set(err, rc, "%s", jaxl_error_name(rc));
    rc = jaxl_header_line(s->header, frame, s->doc, &root, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < s->n && !rc; i++)
        rc = convert(s, jaxl_json_find(root, s->paths[i].text), &s->values[i]);
    return rc ? jaxl_error_set(err, rc, "%s", jaxl_error_name(rc)) : 0;
}

static bool is_blank(const char *p, size_t len)
{
    while (len && (p[len - 1] == ' ' || p[len - 1] == '\t' || p[len - 1] == '\r'))
        len--;
    return !len;
}

static void no_values(struct jaxl_scan *s)
{
    memset(s->values, 0, s->n * sizeof *s->values);
    if (s->used)
        jaxl_arena_reset(&s->arena);
    s->used = false;
}

/* The line at p, which ends at end at the latest. Where it does end. */
static const char *read_line(struct jaxl_scan *s, const char *p, const char *end,
                             struct jaxl_record *record, int *rc, struct jaxl_error *err)
{
    const char *lf = *p == '{' ? jaxl_scan_line(s, p) : NULL;
    bool sure = lf != NULL;
    struct jaxl_frame frame = {.raw = p, .line = s->line++};

    if (s->full)
        jaxl_scan_forget(s);
    if (!lf)
        lf = memchr(p, '\n', (size_t)(end - p));
    if (!lf)
        lf = end;
    frame.len = (size_t)(lf - p);
    if (frame.len && lf[-1] == '\r')
        frame.len--;
    if (frame.len > s->header->max) {
        frame.code = JAXL_ELIMIT;
        frame.len = s->header->max;
    }
    *record = (struct jaxl_record){NULL, frame.line, frame.raw, frame.len};
    if (sure && !frame.code)
        return lf;
    if (!frame.code && is_blank(frame.raw, frame.len)) {
        *rc = JAXL_EAGAIN;
        return lf;
    }
    no_values(s);
    *rc = jaxl_header_check(s->header, false, &frame, err);
    if (!*rc)
        *rc = parse(s, &frame, err);
    if (*rc)
        jaxl_header_place(s->header, frame.line, *rc, err);
    return lf;
}

static int next_line(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t *at,
                     struct jaxl_record *record, struct jaxl_error *err)
{
    const char *end = chunk->data + chunk->len;
    int rc = JAXL_EAGAIN;

    no_values(s);
    while (rc == JAXL_EAGAIN && *at < chunk->len) {
        rc = 0;
        *at = (size_t)(read_line(s, chunk->data + *at, end, record, &rc, err) - chunk->data) + 1;
    }
    return rc == JAXL_EAGAIN ? JAXL_EEND : rc;
}

int jaxl_scan_next(struct jaxl_scan *s, const struct jaxl_cut *c, const struct jaxl_chunk *chunk,
                   size_t *at, struct jaxl_scan_value *values, struct jaxl_record *record,
                   struct jaxl_error *err)
{
    bool csv = chunk->format == JAXL_RECORD_IN_CSV;
    int rc = 0;

    s->values = values;
    s->header = jaxl_cut_header(c);
    if (!*at) {
        s->line = chunk->line;
        rc = csv ? jaxl_scan_rows(s, chunk, err) : begin_lines(s);
    }
    if (!rc)
        rc = csv ? jaxl_scan_row(s, chunk, at, record, err) : next_line(s, chunk, at, record, err);
    return rc == JAXL_EEND ? jaxl_error_set(err, rc, "%s: end of the chunk", s->header->name) : rc;
}
