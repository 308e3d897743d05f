#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/csv.h"
#include "data/flat.h"
#include "data/table.h"
#include "jaxl/record.h"

enum {
    WRITE_SIZE = 64 * 1024,
    MAX_RECORD = 16 * 1024 * 1024 /* bytes of one record's text */
};
#define MAX_BUFFER ((size_t)128 * 1024 * 1024) /* a block of a table and its padding */

struct jaxl_record_writer {
    int fd;
    enum jaxl_record_output output;
    struct jaxl_buf out;
    struct jaxl_json_writer json;
    struct jaxl_json_doc *doc; /* for text that has to be taken apart */
    struct jaxl_flat flat;
    struct jaxl_table table;
    const char *const *only; /* n_only columns that NDJSON and JSON have; NULL: everything */
    size_t n_only;
    bool begun;               /* the header or the bracket is out */
    struct jaxl_error broken; /* why nothing can be written any more */
};

int jaxl_record_writer_new(struct jaxl_record_writer **out, int fd,
                           const struct jaxl_record_writer_options *options, struct jaxl_error *err)
{
    static const struct jaxl_record_writer_options defaults;
    const struct jaxl_record_writer_options *o = options ? options : &defaults;
    struct jaxl_record_writer *w = calloc(1, sizeof *w);

    *out = w;
    if (!w)
        return jaxl_error_set(err, JAXL_ENOMEM, "record output: out of memory");
    w->fd = fd;
    w->output = o->output;
    w->only = o->only ? o->columns : NULL;
    w->n_only = o->n_columns;
    jaxl_buf_init(&w->out, MAX_BUFFER);
    jaxl_json_writer_init(&w->json, &w->out);
    jaxl_table_init(&w->table, o->width);
    if (jaxl_flat_init(&w->flat, o->columns, o->n_columns) ||
        jaxl_json_doc_new(&w->doc, MAX_RECORD)) {
        jaxl_record_writer_free(out);
        return jaxl_error_set(err, JAXL_ENOMEM, "record output: out of memory");
    }
    return 0;
}

void jaxl_record_writer_free(struct jaxl_record_writer **writer)
{
    struct jaxl_record_writer *w = writer ? *writer : NULL;

    if (!w)
        return;
    jaxl_buf_free(&w->out);
    jaxl_json_doc_free(&w->doc);
    jaxl_flat_free(&w->flat);
    jaxl_table_free(&w->table);
    free(w);
    *writer = NULL;
}

static int broken(const struct jaxl_record_writer *w, struct jaxl_error *err)
{
    if (err && w->broken.code)
        *err = w->broken;
    return w->broken.code;
}

/* Writes everything gathered. A failure stays: what follows would be a torn output. */
static int write_out(struct jaxl_record_writer *w, struct jaxl_error *err)
{
    size_t at = 0;

    while (at < w->out.len) {
        ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);
        if (n >= 0) {
            at += (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd p = {.fd = w->fd, .events = POLLOUT};
            (void)poll(&p, 1, -1);
        } else if (errno != EINTR) {
            int code = errno == EPIPE ? JAXL_EEND : JAXL_EIO;
            jaxl_error_set(&w->broken, code, "records cannot be written: %s", strerror(errno));
            return broken(w, err);
        }
    }
    jaxl_buf_reset(&w->out);
    return 0;
}

/* Takes back what a record that could not be made whole has left since mark. */
static int take_back(struct jaxl_record_writer *w, size_t mark, int rc, struct jaxl_error *err)
{
    w->out.len = mark;
    w->out.failed = 0;
    return jaxl_error_set(err, rc, "a record cannot be written: %s", jaxl_error_name(rc));
}

static void begin_json(struct jaxl_record_writer *w)
{
    if (w->output == JAXL_RECORD_JSON)
        jaxl_buf_puts(&w->out, w->begun ? ",\n" : "[\n");
}

/* start: where the text of the record begins. */
static int end_json(struct jaxl_record_writer *w, size_t mark, size_t start, struct jaxl_error *err)
{
    if (w->out.len - start > MAX_RECORD)
        return take_back(w, mark, JAXL_ELIMIT, err);
    if (w->output == JAXL_RECORD_NDJSON)
        jaxl_buf_putc(&w->out, '\n');
    if (w->out.failed)
        return take_back(w, mark, w->out.failed, err);
    w->begun = true;
    return w->out.len < WRITE_SIZE ? 0 : write_out(w, err);
}

/* The header of a CSV, when it is due. */
static void begin_csv(struct jaxl_record_writer *w)
{
    for (size_t i = 0; !w->begun && i < jaxl_flat_count(&w->flat); i++) {
        const char *name = jaxl_flat_name(&w->flat, i);
        if (i)
            jaxl_buf_putc(&w->out, ',');
        jaxl_csv_write(&w->out, name, strlen(name));
    }
    if (!w->begun)
        jaxl_buf_putc(&w->out, '\n');
}

static int add_csv(struct jaxl_record_writer *w, struct jaxl_error *err)
{
    size_t mark = w->out.len, n = jaxl_flat_count(&w->flat), start;

    begin_csv(w);
    start = w->out.len;
    for (size_t i = 0; i < n; i++) {
        bool number;
        size_t len;
        const char *text = jaxl_flat_cell(&w->flat, i, &len, &number);
        if (i)
            jaxl_buf_putc(&w->out, ',');
        jaxl_csv_write(&w->out, text, len);
    }
    if (n == 1 && w->out.len == start)
        jaxl_buf_puts(&w->out, "\"\""); /* an empty line would be no record */
    jaxl_buf_putc(&w->out, '\n');
    if (w->out.failed || w->flat.text.failed)
        return take_back(w, mark, w->out.failed ? w->out.failed : w->flat.text.failed, err);
    w->begun = true;
    return w->out.len < WRITE_SIZE ? 0 : write_out(w, err);
}

static int lay_out(struct jaxl_record_writer *w, struct jaxl_error *err)
{
    jaxl_table_lay_out(&w->table, &w->flat, &w->out);
    if (w->out.failed)
        jaxl_error_set(&w->broken, w->out.failed, "a table cannot be laid out: %s",
                       jaxl_error_name(w->out.failed));
    return broken(w, err);
}

static int add_row(struct jaxl_record_writer *w, struct jaxl_error *err)
{
    int rc = jaxl_table_add(&w->table, &w->flat);

    if (rc) {
        jaxl_error_set(&w->broken, rc, "a table cannot be laid out: %s", jaxl_error_name(rc));
        return broken(w, err);
    }
    if (!jaxl_table_full(&w->table))
        return 0;
    rc = lay_out(w, err);
    return rc ? rc : write_out(w, err);
}

static void write_json(struct jaxl_record_writer *w, const struct jaxl_json *v)
{
    jaxl_json_writer_reset(&w->json);
    if (!w->only) {
        jaxl_json_write_value(&w->json, v);
        return;
    }
    jaxl_json_write_object(&w->json);
    for (size_t i = 0; i < w->n_only; i++)
        jaxl_json_write_member_value(&w->json, w->only[i], jaxl_json_find(v, w->only[i]));
    jaxl_json_write_end(&w->json);
}

int jaxl_record_write(struct jaxl_record_writer *w, const struct jaxl_json *v,
                      struct jaxl_error *err)
{
    size_t mark = w->out.len, start;
    int rc;

    if (w->broken.code)
        return broken(w, err);
    if (jaxl_json_type(v) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EARG, "a record to be written is not an object");
    if (w->output == JAXL_RECORD_NDJSON || w->output == JAXL_RECORD_JSON) {
        begin_json(w);
        start = w->out.len;
        write_json(w, v);
        return end_json(w, mark, start, err);
    }
    rc = jaxl_flat_spread(&w->flat, v);
    if (rc)
        return take_back(w, mark, rc, err);
    return w->output == JAXL_RECORD_CSV ? add_csv(w, err) : add_row(w, err);
}

/* Newlines in JSON text are white space: as blanks they keep the record on one line. */
static void unfold(char *text, size_t len)
{
    char *end = text + len;

    while (text < end && (text = memchr(text, '\n', (size_t)(end - text))))
        *text++ = ' ';
}

int jaxl_record_write_text(struct jaxl_record_writer *w, const char *json, size_t len,
                           struct jaxl_error *err)
{
    const struct jaxl_json *root;
    size_t mark = w->out.len, start;
    int rc;

    if (w->broken.code)
        return broken(w, err);
    if (!w->only && (w->output == JAXL_RECORD_NDJSON || w->output == JAXL_RECORD_JSON)) {
        begin_json(w);
        start = w->out.len;
        jaxl_buf_add(&w->out, json, len);
        if (!w->out.failed)
            unfold(w->out.data + start, len);
        return end_json(w, mark, start, err);
    }
    rc = jaxl_json_parse(w->doc, json, len, &root, err);
    return rc ? jaxl_error_prefix(err, rc, "a record to be written")
              : jaxl_record_write(w, root, err);
}

int jaxl_record_flush(struct jaxl_record_writer *w, struct jaxl_error *err)
{
    int rc = broken(w, err);

    if (!rc && w->output == JAXL_RECORD_TABLE)
        rc = lay_out(w, err);
    return rc ? rc : write_out(w, err);
}

int jaxl_record_finish(struct jaxl_record_writer *w, struct jaxl_error *err)
{
    if (w->broken.code)
        return broken(w, err);
    if (w->output == JAXL_RECORD_JSON)
        jaxl_buf_puts(&w->out, w->begun ? "\n]\n" : "[]\n");
    if (w->output == JAXL_RECORD_CSV && w->flat.given)
        begin_csv(w);
    w->begun = true;
    return jaxl_record_flush(w, err);
}

void jaxl_record_reject(struct jaxl_buf *out, const struct jaxl_record *rec, const char *reason)
{
    struct jaxl_json_writer w;

    jaxl_json_writer_init(&w, out);
    jaxl_json_write_object(&w);
    jaxl_json_write_member_int(&w, "line", (int64_t)rec->line);
    jaxl_json_write_member(&w, "reason", reason);
    jaxl_json_write_key(&w, "input");
    if (rec->value)
        jaxl_json_write_value(&w, rec->value);
    else
        jaxl_json_write_string_n(&w, rec->raw, rec->raw_len);
    jaxl_json_write_end(&w);
    jaxl_buf_putc(out, '\n');
}
