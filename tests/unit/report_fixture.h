/* Pages of jaxl-report from tests/unit/golden/report/NAME.ndjson: a line {"page": ...} with the
 * members of struct report_page, and lines {"rows": ...}, {"totals": ...}, {"days": ...} and so on
 * with a row each. What is made of them is compared with the files beside them; with
 * UPDATE_GOLDEN=1 in the environment it becomes them. */
#ifndef JAXL_REPORT_FIXTURE_H
#define JAXL_REPORT_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "jaxl/buf.h"
#include "report/page.h"
#include "unit.h"

enum { FIXTURE_ROWS = 1000, FIXTURE_COLUMNS = 32 };

struct fixture {
    struct jaxl_json_doc *doc;
    struct report_page page;
    const char *keys[FIXTURE_COLUMNS], *columns[FIXTURE_COLUMNS];
    const struct jaxl_json *rows[5][FIXTURE_ROWS];
};

static inline void fixture_path(char path[512], const char *name)
{
    const char *srcdir = getenv("srcdir");

    snprintf(path, 512, "%s/tests/unit/golden/report/%s", srcdir ? srcdir : ".", name);
}

static inline void fixture_read(const char *name, struct jaxl_buf *out)
{
    char path[512], bytes[4096];
    size_t n;
    FILE *f;

    fixture_path(path, name);
    f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s cannot be read", path);
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
        jaxl_buf_add(out, bytes, n);
    fclose(f);
    ck_assert_int_eq(jaxl_buf_check(out, "a golden file", NULL), 0);
}

static inline size_t fixture_names(const struct jaxl_json *list, const char *names[])
{
    size_t n = 0;

    for (const struct jaxl_json *e = jaxl_json_first(list); e; e = jaxl_json_next(e)) {
        ck_assert_uint_lt(n, FIXTURE_COLUMNS);
        names[n++] = jaxl_json_string(e, NULL);
    }
    return n;
}

static inline void fixture_page(struct fixture *f, const struct jaxl_json *v)
{
    struct report_page *p = &f->page;

    p->title = jaxl_json_string(jaxl_json_get(v, "title"), NULL);
    p->tz = jaxl_json_string(jaxl_json_get(v, "tz"), NULL);
    p->locale = jaxl_json_string(jaxl_json_get(v, "locale"), NULL);
    p->made_at = jaxl_json_string(jaxl_json_get(v, "made_at"), NULL);
    p->source = jaxl_json_string(jaxl_json_get(v, "source"), NULL);
    p->keys = f->keys;
    p->n_keys = fixture_names(jaxl_json_get(v, "keys"), f->keys);
    p->columns = f->columns;
    p->n_columns = fixture_names(jaxl_json_get(v, "columns"), f->columns);
}

/* Lines of NDJSON, as one array. */
static inline void fixture_parse(struct fixture *f, struct jaxl_buf *text)
{
    static const char *const names[] = {"rows", "totals", "days", "outcomes", "heat"};
    struct report_rows *lists[] = {&f->page.rows, &f->page.totals, &f->page.days, &f->page.outcomes,
                                   &f->page.heat};
    const struct jaxl_json *root;
    struct jaxl_error err = {.message = ""};

    for (size_t i = 0; i < 5; i++)
        lists[i]->items = f->rows[i];
    for (size_t i = 1; i + 1 < text->len; i++)
        if (text->data[i] == '\n')
            text->data[i] = ',';
    text->data[text->len - 1] = ']';
    ck_assert_int_eq(jaxl_json_doc_new(&f->doc, 16 << 20), 0);
    ck_assert_msg(jaxl_json_parse(f->doc, text->data, text->len, &root, &err) == 0, "%s",
                  err.message);
    for (const struct jaxl_json *e = jaxl_json_first(root); e; e = jaxl_json_next(e)) {
        const struct jaxl_json *v = jaxl_json_first(e);
        const char *key = jaxl_json_key(v, NULL);
        if (strcmp(key, "page") == 0)
            fixture_page(f, v);
        for (size_t i = 0; i < 5; i++)
            if (strcmp(key, names[i]) == 0) {
                ck_assert_uint_lt(lists[i]->n, FIXTURE_ROWS);
                f->rows[i][lists[i]->n++] = v;
            }
    }
}

static inline struct fixture *fixture_new(const char *name)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct jaxl_buf text;
    char file[64];

    ck_assert_ptr_nonnull(f);
    jaxl_buf_init(&text, 16 << 20);
    jaxl_buf_putc(&text, '[');
    snprintf(file, sizeof file, "%s.ndjson", name);
    fixture_read(file, &text);
    fixture_parse(f, &text);
    jaxl_buf_free(&text);
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    jaxl_json_doc_free(&f->doc);
    free(f);
}

/* Compares with the golden file of this name, byte for byte. */
static inline void fixture_golden(const char *name, const struct jaxl_buf *got)
{
    struct jaxl_buf want;
    char path[512];
    size_t at = 0, line = 1;

    if (getenv("UPDATE_GOLDEN")) {
        FILE *f;
        fixture_path(path, name);
        f = fopen(path, "w");
        ck_assert_ptr_nonnull(f);
        ck_assert_uint_eq(fwrite(jaxl_buf_text(got), 1, got->len, f), got->len);
        ck_assert_int_eq(fclose(f), 0);
    }
    jaxl_buf_init(&want, 16 << 20);
    fixture_read(name, &want);
    while (at < want.len && at < got->len && want.data[at] == got->data[at])
        line += want.data[at++] == '\n';
    ck_assert_msg(want.len == got->len && at == got->len,
                  "%s differs in line %zu: '%.80s' instead of '%.80s'", name, line,
                  at < got->len ? got->data + at : "", at < want.len ? want.data + at : "");
    jaxl_buf_free(&want);
}

#endif
