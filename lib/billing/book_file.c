/* The file of a book: {"book":1}, then for each definition
 *
 *     {"definition":TEXT}
 *     {"report":AT,"start":US or null,"end":US or null}      each span that was reported, when last
 *     {"entry":[KEY,...],"start":US,"end":US,"row":OBJECT or null}
 *     {"restatement":OBJECT}                                  of the entry before it
 */
#include <inttypes.h>
#include <string.h>

#include "billing/book_impl.h"

enum { BOOK_VERSION = 1 };

static int no_memory(const struct jaxl_book *b, int code, struct jaxl_error *err)
{
    return jaxl_error_set(err, code, "book %s: %s", b->file.path, jaxl_error_name(code));
}

static int bad_line(const struct jaxl_book *b, const struct jaxl_record *line,
                    struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EINPUT, "book %s, line %" PRIu64 ": no line of a book",
                          b->file.path, line->line);
}

/* A member of an object, as JSON without blanks, into b->text. */
static int take_text(struct jaxl_book *b, const struct jaxl_json *v)
{
    jaxl_buf_reset(&b->text);
    jaxl_json_writer_reset(&b->w);
    jaxl_json_write_value(&b->w, v);
    return jaxl_json_writer_check(&b->w, NULL);
}

static bool read_time(const struct jaxl_json *v, int64_t otherwise, int64_t *us)
{
    *us = otherwise;
    return jaxl_json_is_null(v) || jaxl_json_int(v, us) == 0;
}

static int take_report(struct jaxl_book *b, const struct jaxl_record *line, struct jaxl_error *err)
{
    struct jaxl_book_report_made *r, made = {0};

    if (jaxl_json_int(jaxl_json_get(line->value, "report"), &made.at) ||
        !read_time(jaxl_json_get(line->value, "start"), INT64_MIN, &made.start) ||
        !read_time(jaxl_json_get(line->value, "end"), INT64_MAX, &made.end))
        return bad_line(b, line, err);
    if (!b->ours)
        return 0;
    r = jaxl_arena_alloc(&b->arena, sizeof *r);
    if (!r)
        return no_memory(b, b->arena.failed, err);
    *r = made;
    *b->reports_end = r;
    b->reports_end = &r->next;
    return 0;
}

static int enter(struct jaxl_book *b, const struct jaxl_record *line, int64_t start, int64_t end,
                 struct jaxl_error *err)
{
    const struct jaxl_json *row = jaxl_json_get(line->value, "row");
    int rc = take_text(b, jaxl_json_get(line->value, "entry"));

    jaxl_book_begin_key(b, start, end);
    jaxl_buf_add(&b->key, b->text.data, b->text.len);
    if (!rc)
        rc = b->key.failed;
    if (!rc && jaxl_book_find(&b->entries, b->key.data, b->key.len))
        return bad_line(b, line, err);
    if (!rc)
        rc = jaxl_book_new_entry(b, b->key.data, b->key.len, start, end, &b->last);
    if (!rc && !jaxl_json_is_null(row))
        rc = take_text(b, row);
    if (!rc && !jaxl_json_is_null(row)) {
        b->last->row.len = b->text.len;
        b->last->row.text = jaxl_book_copy(b, b->text.data, b->text.len);
        rc = b->last->row.text ? 0 : b->arena.failed;
    }
    if (rc)
        return no_memory(b, rc, err);
    b->last->period->before = true;
    return 0;
}

static bool is_row(const struct jaxl_json *v)
{
    return jaxl_json_type(v) == JAXL_JSON_OBJECT;
}

static int take_entry(struct jaxl_book *b, const struct jaxl_record *line, struct jaxl_error *err)
{
    const struct jaxl_json *keys = jaxl_json_get(line->value, "entry"),
                           *row = jaxl_json_get(line->value, "row");
    int64_t start, end;

    if (jaxl_json_type(keys) != JAXL_JSON_ARRAY || (!is_row(row) && !jaxl_json_is_null(row)) ||
        jaxl_json_int(jaxl_json_get(line->value, "start"), &start) ||
        jaxl_json_int(jaxl_json_get(line->value, "end"), &end) || start >= end)
        return bad_line(b, line, err);
    b->theirs = !b->ours;
    if (!b->ours)
        return 0;
    return jaxl_json_count(keys) == b->n_keys ? enter(b, line, start, end, err)
                                              : bad_line(b, line, err);
}

static int take_restatement(struct jaxl_book *b, const struct jaxl_record *line,
                            struct jaxl_error *err)
{
    const struct jaxl_json *row = jaxl_json_get(line->value, "restatement");
    int rc;

    if (!is_row(row) || (b->ours ? !b->last : !b->theirs))
        return bad_line(b, line, err);
    if (!b->ours)
        return 0;
    rc = take_text(b, row);
    if (!rc)
        rc = jaxl_book_add_restatement(b, b->last, b->text.data, b->text.len);
    return rc ? no_memory(b, rc, err) : 0;
}

static int take_definition(struct jaxl_book *b, const struct jaxl_record *line,
                           struct jaxl_error *err)
{
    const char *text = jaxl_json_string(jaxl_json_get(line->value, "definition"), NULL);

    if (!text)
        return bad_line(b, line, err);
    b->defined = true;
    b->ours = strcmp(text, b->report.definition) == 0;
    b->theirs = false;
    b->last = NULL;
    return 0;
}

int jaxl_book_take_line(void *ctx, const struct jaxl_record *line, struct jaxl_error *err)
{
    static const struct {
        const char *name;
        int (*take)(struct jaxl_book *b, const struct jaxl_record *line, struct jaxl_error *err);
    } kinds[] = {{"entry", take_entry},
                 {"restatement", take_restatement},
                 {"report", take_report},
                 {"definition", take_definition}};
    struct jaxl_book *b = ctx;
    const char *name = jaxl_json_key(jaxl_json_first(line->value), NULL);
    int64_t version;
    int rc = JAXL_EAGAIN;

    if (!b->any) {
        b->any = true;
        return jaxl_json_int(jaxl_json_get(line->value, "book"), &version) ||
                       version != BOOK_VERSION
                   ? bad_line(b, line, err)
                   : 0;
    }
    for (size_t i = 0; name && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            rc = kinds[i].take(b, line, err);
    if (rc == JAXL_EAGAIN)
        return bad_line(b, line, err);
    if (!rc && !b->defined)
        return bad_line(b, line, err); /* of no definition */
    if (!rc && !b->ours) {
        jaxl_buf_add(&b->others, line->raw, line->raw_len);
        jaxl_buf_putc(&b->others, '\n');
        rc = jaxl_buf_check(&b->others, "book", err);
    }
    return rc;
}

static void write_time(struct jaxl_buf *out, const char *key, int64_t us, int64_t open)
{
    jaxl_buf_printf(out, ",\"%s\":", key);
    if (us == open)
        jaxl_buf_puts(out, "null");
    else
        jaxl_buf_int(out, us);
}

static void write_entry(const struct jaxl_book_entry *e, struct jaxl_buf *out)
{
    jaxl_buf_puts(out, "{\"entry\":");
    jaxl_buf_add(out, e->keys, e->keys_len);
    jaxl_buf_printf(out, ",\"start\":%" PRId64 ",\"end\":%" PRId64 ",\"row\":", e->start, e->end);
    if (e->row.text)
        jaxl_buf_add(out, e->row.text, e->row.len);
    else
        jaxl_buf_puts(out, "null");
    jaxl_buf_puts(out, "}\n");
    for (const struct jaxl_book_line *r = e->restatements; r; r = r->next) {
        jaxl_buf_puts(out, "{\"restatement\":");
        jaxl_buf_add(out, r->text, r->len);
        jaxl_buf_puts(out, "}\n");
    }
}

void jaxl_book_write_file(struct jaxl_book *b, struct jaxl_buf *out)
{
    struct jaxl_json_writer w;

    jaxl_buf_printf(out, "{\"book\":%d}\n", BOOK_VERSION);
    jaxl_buf_add(out, jaxl_buf_text(&b->others), b->others.len);
    jaxl_json_writer_init(&w, out);
    jaxl_json_write_object(&w);
    jaxl_json_write_member(&w, "definition", b->report.definition);
    jaxl_json_write_end(&w);
    jaxl_buf_putc(out, '\n');
    for (const struct jaxl_book_report_made *r = b->reports; r; r = r->next) {
        jaxl_buf_printf(out, "{\"report\":%" PRId64, r->at);
        write_time(out, "start", r->start, INT64_MIN);
        write_time(out, "end", r->end, INT64_MAX);
        jaxl_buf_puts(out, "}\n");
    }
    for (const struct jaxl_book_node *n = b->entries.first; n; n = n->next)
        write_entry((const struct jaxl_book_entry *)(const void *)n, out);
}
