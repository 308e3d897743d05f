#include <stdlib.h>
#include <string.h>

#include "billing/book_impl.h"

static const char currency[] = "currency", restatement[] = "restatement";

const char *jaxl_book_key(const struct jaxl_book *b, size_t i)
{
    return i < b->report.n_keys ? b->report.keys[i] : currency;
}

static bool has_key(const struct jaxl_book_report *report, const char *name, size_t below)
{
    for (size_t i = 0; i < below; i++)
        if (strcmp(report->keys[i], name) == 0)
            return true;
    return false;
}

/* Which key is the period, and whether the keys can be. */
static int check_report(struct jaxl_book *b, struct jaxl_error *err)
{
    const struct jaxl_book_report *r = &b->report;

    b->kind = JAXL_PERIOD_NONE;
    for (size_t i = 0; i < r->n_keys; i++) {
        enum jaxl_period_kind kind = jaxl_period_kind(r->keys[i]);
        if (has_key(r, r->keys[i], i) || strcmp(r->keys[i], restatement) == 0)
            return jaxl_error_set(err, JAXL_EARG, "'%s' cannot be a key of a book", r->keys[i]);
        if (kind < b->kind) {
            b->kind = kind;
            b->period_key = i;
        }
    }
    if (b->kind == JAXL_PERIOD_NONE)
        return jaxl_error_set(err, JAXL_EARG,
                              "a book keeps what was reported of days, weeks or months: one of "
                              "them must be a key");
    if (strlen(r->definition) > JAXL_BOOK_DEFINITION)
        return jaxl_error_set(err, JAXL_EARG, "the definition of the report is too long");
    if (r->end < r->start || jaxl_clock_format(r->now - r->now % JAXL_SECOND, b->at))
        return jaxl_error_set(err, JAXL_EARG, "the span of the report or its time cannot be");
    b->n_keys = r->n_keys + !has_key(r, currency, r->n_keys);
    return 0;
}

static int read_book(struct jaxl_book *b, const char *path, struct jaxl_error *err)
{
    int rc = jaxl_statefile_open(&b->file, "book", path, true, err);

    return rc ? rc : jaxl_statefile_read(&b->file, jaxl_book_take_line, b, err);
}

int jaxl_book_open(struct jaxl_book **out, const char *path, const struct jaxl_book_report *report,
                   struct jaxl_error *err)
{
    struct jaxl_book *b = calloc(1, sizeof *b);
    int rc;

    *out = NULL;
    if (!b)
        return jaxl_error_set(err, JAXL_ENOMEM, "book %s: out of memory", path);
    b->file.lock = -1;
    b->report = *report;
    b->reports_end = &b->reports;
    jaxl_arena_init(&b->arena, JAXL_BOOK_FILE);
    jaxl_buf_init(&b->others, JAXL_BOOK_FILE);
    jaxl_buf_init(&b->row, 2 * JAXL_BOOK_ROW);
    jaxl_buf_init(&b->key, 2 * JAXL_BOOK_ROW);
    jaxl_buf_init(&b->text, 2 * JAXL_BOOK_ROW);
    jaxl_json_writer_init(&b->w, &b->text);
    rc = check_report(b, err);
    if (!rc && (jaxl_json_doc_new(&b->doc, 0) || jaxl_json_doc_new(&b->keys_doc, 0)))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "book %s: out of memory", path);
    if (!rc)
        rc = read_book(b, path, err);
    if (rc)
        jaxl_book_free(&b);
    *out = b;
    return rc;
}

void jaxl_book_free(struct jaxl_book **book)
{
    struct jaxl_book *b = book ? *book : NULL;

    if (!b)
        return;
    jaxl_statefile_close(&b->file);
    jaxl_arena_free(&b->arena);
    free(b->entries.slots);
    free(b->periods.slots);
    free(b->columns);
    jaxl_json_doc_free(&b->doc);
    jaxl_json_doc_free(&b->keys_doc);
    jaxl_buf_free(&b->others);
    jaxl_buf_free(&b->row);
    jaxl_buf_free(&b->key);
    jaxl_buf_free(&b->text);
    free(b);
    *book = NULL;
}

void jaxl_book_count(const struct jaxl_book *b, struct jaxl_book_totals *totals)
{
    *totals = b->totals;
}

static int refuse(const struct jaxl_book *b, const char *what, const char *name,
                  struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EINPUT, "book %s: a row: %s: %s", b->file.path, name, what);
}

/* The part of a period that the span leaves. */
static void cut(const struct jaxl_book *b, int64_t first, int64_t after, int64_t *start,
                int64_t *end)
{
    *start = jaxl_period_midnight(b->report.zone, first);
    *end = jaxl_period_midnight(b->report.zone, after);
    if (*start < b->report.start)
        *start = b->report.start;
    if (*end > b->report.end)
        *end = b->report.end;
}

/* The period of a row; start is end for one without. */
static int find_period(const struct jaxl_book *b, const struct jaxl_json *row, int64_t *start,
                       int64_t *end, struct jaxl_error *err)
{
    const char *name = jaxl_book_key(b, b->period_key);
    const struct jaxl_json *v = jaxl_json_get(row, name);
    int64_t first, after;

    *start = *end = 0;
    if (jaxl_json_is_null(v))
        return 0;
    if (jaxl_period_days(b->kind, jaxl_json_string(v, ""), &first, &after))
        return refuse(b, "there is no such period", name, err);
    cut(b, first, after, start, end);
    return *start < *end ? 0 : refuse(b, "it lies outside of the span of the report", name, err);
}

static int make_key(struct jaxl_book *b, const struct jaxl_json *row, int64_t start, int64_t end,
                    struct jaxl_error *err)
{
    struct jaxl_json_writer w;

    jaxl_book_begin_key(b, start, end);
    jaxl_json_writer_init(&w, &b->key);
    jaxl_json_write_array(&w);
    for (size_t i = 0; i < b->n_keys; i++) {
        const struct jaxl_json *v = jaxl_json_get(row, jaxl_book_key(b, i));
        if (jaxl_json_type(v) == JAXL_JSON_ARRAY || jaxl_json_type(v) == JAXL_JSON_OBJECT)
            return refuse(b, "no key: it is a list", jaxl_book_key(b, i), err);
        jaxl_json_write_value(&w, v);
    }
    jaxl_json_write_end(&w);
    return jaxl_json_writer_check(&w, err);
}

static int put_lines(const struct jaxl_book_entry *e, jaxl_book_put *put, void *ctx,
                     struct jaxl_error *err)
{
    int rc = e->row.text ? put(ctx, e->row.text, e->row.len, err) : 0;

    for (const struct jaxl_book_line *r = e->restatements; r && !rc; r = r->next)
        rc = put(ctx, r->text, r->len, err);
    return rc;
}

static int no_memory(const struct jaxl_book *b, int code, struct jaxl_error *err)
{
    return code ? jaxl_error_set(err, code, "book %s: %s", b->file.path, jaxl_error_name(code)) : 0;
}

/* Adds what is left between the book and what is, which the sums hold; gives all lines. */
static int restate(struct jaxl_book *b, struct jaxl_book_entry *e, jaxl_book_put *put, void *ctx,
                   struct jaxl_error *err)
{
    int rc;

    if (!jaxl_book_sums_differ(b)) {
        b->totals.same++;
        return put_lines(e, put, ctx, err);
    }
    rc = jaxl_book_sums_write(b, e->keys, e->keys_len, err);
    if (rc)
        return rc;
    rc = no_memory(b, jaxl_book_add_restatement(b, e, b->text.data, b->text.len), err);
    b->totals.restated++;
    b->changed = true;
    return rc ? rc : put_lines(e, put, ctx, err);
}

/* A row that the book does not have. */
static int enter(struct jaxl_book *b, const struct jaxl_json *row, int64_t start, int64_t end,
                 jaxl_book_put *put, void *ctx, struct jaxl_error *err)
{
    struct jaxl_book_period *period;
    struct jaxl_book_entry *e;
    int rc = jaxl_book_period(b, start, end, &period);

    if (rc)
        return no_memory(b, rc, err);
    period->seen = true;
    jaxl_book_sums_begin(b);
    rc = jaxl_book_sums_add(b, row, true, err);
    if (rc || (period->before && !jaxl_book_sums_differ(b)))
        return rc; /* all zero: nothing that has to be restated */
    rc = jaxl_book_new_entry(b, b->key.data, b->key.len, start, end, &e);
    if (rc)
        return no_memory(b, rc, err);
    e->seen = true;
    if (period->before)
        return restate(b, e, put, ctx, err);
    e->row.len = b->row.len;
    e->row.text = jaxl_book_copy(b, b->row.data, b->row.len);
    if (!e->row.text)
        return no_memory(b, b->arena.failed, err);
    b->totals.entered++;
    b->changed = true;
    return put_lines(e, put, ctx, err);
}

static int compare(struct jaxl_book *b, struct jaxl_book_entry *e, const struct jaxl_json *row,
                   jaxl_book_put *put, void *ctx, struct jaxl_error *err)
{
    int rc;

    if (e->seen)
        return jaxl_error_set(err, JAXL_EARG, "book %s: two rows with the keys %.*s", b->file.path,
                              (int)(e->keys_len < 200 ? e->keys_len : 200), e->keys);
    e->seen = e->period->seen = true;
    jaxl_book_sums_begin(b);
    rc = jaxl_book_sums_entry(b, e, err);
    if (!rc)
        rc = jaxl_book_sums_add(b, row, true, err);
    return rc ? rc : restate(b, e, put, ctx, err);
}

/* Into b->row, without blanks. */
static int read_row(struct jaxl_book *b, const char *text, size_t len, const struct jaxl_json **row,
                    struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    int rc = len > JAXL_BOOK_ROW ? JAXL_ELIMIT : jaxl_json_parse(b->doc, text, len, row, err);

    if (len > JAXL_BOOK_ROW)
        return jaxl_error_set(err, rc, "book %s: a row is too long", b->file.path);
    if (rc)
        return rc;
    if (jaxl_json_type(*row) != JAXL_JSON_OBJECT)
        return refuse(b, "no object", "it", err);
    if (jaxl_json_get(*row, restatement))
        return refuse(b, "it is one already", restatement, err);
    jaxl_buf_reset(&b->row);
    jaxl_json_writer_init(&w, &b->row);
    jaxl_json_write_value(&w, *row);
    return jaxl_json_writer_check(&w, err);
}

int jaxl_book_row(struct jaxl_book *b, const char *text, size_t len, jaxl_book_put *put, void *ctx,
                  struct jaxl_error *err)
{
    const struct jaxl_json *row;
    struct jaxl_book_entry *e;
    int64_t start, end;
    int rc = b->done ? jaxl_error_set(err, JAXL_EARG, "book %s: it is finished", b->file.path)
                     : read_row(b, text, len, &row, err);

    if (!rc)
        rc = find_period(b, row, &start, &end, err);
    if (!rc)
        rc = make_key(b, row, start, end, err);
    if (rc)
        return rc;
    if (start == end || end > b->report.now) {
        b->totals.open++;
        return put(ctx, b->row.data, b->row.len, err);
    }
    e = jaxl_book_find(&b->entries, b->key.data, b->key.len);
    return e ? compare(b, e, row, put, ctx, err) : enter(b, row, start, end, put, ctx, err);
}

/* Whether a row should have come: its period, cut by this span, is what it is of. */
static int is_missing(struct jaxl_book *b, const struct jaxl_book_entry *e, bool *missing,
                      struct jaxl_error *err)
{
    const struct jaxl_json *keys;
    int64_t first, after, start, end;
    int rc;

    *missing = false;
    if (e->seen ||
        (!e->period->seen && (b->report.start == INT64_MIN || b->report.end == INT64_MAX)))
        return 0;
    rc = jaxl_json_parse(b->keys_doc, e->keys, e->keys_len, &keys, err);
    if (rc || jaxl_period_days(b->kind, jaxl_json_string(jaxl_json_at(keys, b->period_key), ""),
                               &first, &after))
        return rc;
    cut(b, first, after, &start, &end);
    *missing = start == e->start && end == e->end && end <= b->report.now;
    return 0;
}

static int look_for_missing(struct jaxl_book *b, jaxl_book_put *put, void *ctx,
                            struct jaxl_error *err)
{
    uint64_t restated;
    bool missing;
    int rc = 0;

    for (struct jaxl_book_node *n = b->entries.first; n && !rc; n = n->next) {
        struct jaxl_book_entry *e = (struct jaxl_book_entry *)(void *)n;
        rc = is_missing(b, e, &missing, err);
        if (rc || !missing)
            continue;
        restated = b->totals.restated;
        jaxl_book_sums_begin(b);
        rc = jaxl_book_sums_entry(b, e, err);
        if (!rc)
            rc = restate(b, e, put, ctx, err);
        b->totals.vanished += b->totals.restated - restated;
    }
    return rc;
}

/* Notes that this span was reported now. */
static int note_report(struct jaxl_book *b)
{
    struct jaxl_book_report_made *r = b->reports;

    while (r && (r->start != b->report.start || r->end != b->report.end))
        r = r->next;
    if (r) {
        b->changed = b->changed || r->at < b->report.end;
        r->at = r->at > b->report.now ? r->at : b->report.now;
        return 0;
    }
    r = jaxl_arena_alloc(&b->arena, sizeof *r);
    if (!r)
        return b->arena.failed;
    *r = (struct jaxl_book_report_made){
        .start = b->report.start, .end = b->report.end, .at = b->report.now};
    *b->reports_end = r;
    b->reports_end = &r->next;
    b->changed = true;
    return 0;
}

int jaxl_book_finish(struct jaxl_book *b, jaxl_book_put *put, void *ctx, struct jaxl_error *err)
{
    int rc;

    if (b->done)
        return jaxl_error_set(err, JAXL_EARG, "book %s: it is finished", b->file.path);
    b->done = true;
    rc = look_for_missing(b, put, ctx, err);
    if (!rc)
        rc = no_memory(b, note_report(b), err);
    b->complete = !rc;
    return rc;
}

int jaxl_book_commit(struct jaxl_book *b, struct jaxl_error *err)
{
    struct jaxl_buf text;
    int rc;

    if (!b->complete)
        return jaxl_error_set(err, JAXL_EARG, "book %s: the report is not complete", b->file.path);
    b->complete = false;
    if (!b->changed)
        return 0;
    jaxl_buf_init(&text, JAXL_BOOK_FILE);
    jaxl_book_write_file(b, &text);
    rc = jaxl_statefile_write(&b->file, &text, err);
    jaxl_buf_free(&text);
    return rc;
}
