#include "report/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void rows_init(struct rows_out *r, const struct options *o, const struct jaxl_report *report)
{
    size_t n;
    const char *const *columns = jaxl_report_columns(report, JAXL_REPORT_ROWS, &n);

    *r = (struct rows_out){.o = o, .report = report};
    for (; r->n_columns < n && r->n_columns < ROWS_COLUMNS - 2; r->n_columns++)
        r->columns[r->n_columns] = columns[r->n_columns];
    if (o->book)
        r->columns[r->n_columns++] = "restatement";
    if (o->totals)
        r->columns[r->n_columns++] = "total";
}

void rows_free(struct rows_out *r)
{
    jaxl_book_free(&r->book);
    jaxl_zone_free(&r->zone);
    free(r->definition);
}

int rows_commit(struct rows_out *r, struct jaxl_error *err)
{
    return r->book ? jaxl_book_commit(r->book, err) : 0;
}

static void describe(struct jaxl_buf *text, const char *what, const char *value)
{
    jaxl_buf_printf(text, "%s=%s\n", what, value ? value : "");
}

/* What is in the tariff, not what it is called. */
static int describe_tariff(struct jaxl_buf *text, const char *path, struct jaxl_error *err)
{
    char part[4096];
    ssize_t got = 0;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    while (fd >= 0 && (got = read(fd, part, sizeof part)) > 0)
        jaxl_buf_add(text, part, (size_t)got);
    if (fd >= 0)
        close(fd);
    if (path && (fd < 0 || got < 0))
        return jaxl_error_set(err, JAXL_EIO, "%s: %s", path, strerror(errno));
    return 0;
}

/* What decides the sums beside the keys. */
static int define(struct rows_out *r, struct jaxl_error *err)
{
    const struct options *o = r->o;
    struct jaxl_buf text;
    int rc;

    jaxl_buf_init(&text, (size_t)64 * 1024);
    for (size_t i = 0; i < o->where.n; i++)
        describe(&text, "where", o->where.items[i]);
    for (size_t i = 0; i < o->by.n; i++)
        describe(&text, "by", o->by.items[i]);
    for (size_t i = 0; i < o->columns.n; i++)
        describe(&text, "column", o->columns.items[i]);
    describe(&text, "tz", o->tz);
    describe(&text, "pulse", o->pulse);
    describe(&text, "currency", o->currency_code);
    rc = describe_tariff(&text, o->tariff, err);
    if (!rc)
        rc = jaxl_buf_check(&text, "what the book is of (a tariff of more than 60 KiB?)", err);
    if (!rc) {
        r->definition = jaxl_buf_take(&text);
        if (!r->definition)
            rc = jaxl_error_set(err, JAXL_ENOMEM, "book: out of memory");
    }
    jaxl_buf_free(&text);
    return rc;
}

static int open_book(struct rows_out *r, struct jaxl_error *err)
{
    const struct options *o = r->o;
    size_t n;
    struct jaxl_book_report report = {.keys = jaxl_report_columns(r->report, JAXL_REPORT_ROWS, &n),
                                      .n_keys = jaxl_report_n_keys(r->report, JAXL_REPORT_ROWS),
                                      .start = o->period.start,
                                      .end = o->period.end,
                                      .now = jaxl_clock_now(jaxl_clock_system())};
    int rc = define(r, err);

    if (!rc)
        rc = jaxl_zone_new(&r->zone, o->tz ? o->tz : "UTC", err);
    report.definition = r->definition;
    report.zone = r->zone;
    return rc ? rc : jaxl_book_open(&r->book, o->book, &report, err);
}

static int put_row(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct rows_out *r = ctx;

    return r->book ? jaxl_book_row(r->book, json, len, r->put, r->ctx, err)
                   : r->put(r->ctx, json, len, err);
}

/* A row of sums has no keys: they are null, and "total" is true. */
static int put_total(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct rows_out *r = ctx;
    size_t n_keys = jaxl_report_n_keys(r->report, JAXL_REPORT_ROWS);
    struct jaxl_buf text;
    int rc;

    jaxl_buf_init(&text, (size_t)1024 * 1024);
    jaxl_buf_putc(&text, '{');
    for (size_t i = 0; i < n_keys; i++)
        if (strcmp(r->columns[i], "currency") != 0) {
            struct jaxl_json_writer *w = NULL;
            if (jaxl_json_writer_new(&w, &text) == 0)
                jaxl_json_write_string(w, r->columns[i]);
            jaxl_json_writer_free(&w);
            jaxl_buf_puts(&text, ":null,");
        }
    jaxl_buf_add(&text, json + 1, len - 2);
    jaxl_buf_puts(&text, ",\"total\":true}");
    rc = jaxl_buf_check(&text, "a row", err);
    if (!rc)
        rc = r->put(r->ctx, text.data, text.len, err);
    jaxl_buf_free(&text);
    return rc;
}

int rows_write(struct rows_out *r, bool totals, jaxl_report_put *put, void *ctx,
               struct jaxl_error *err)
{
    int rc = r->o->book ? open_book(r, err) : 0;

    r->put = put;
    r->ctx = ctx;
    if (!rc)
        rc = jaxl_report_write(r->report, JAXL_REPORT_ROWS, put_row, r, err);
    if (!rc && r->book)
        rc = jaxl_book_finish(r->book, put, ctx, err);
    if (!rc && totals)
        rc = jaxl_report_write(r->report, JAXL_REPORT_SUMS, put_total, r, err);
    return rc;
}
