#include <stdlib.h>
#include <string.h>

#include "billing/book_impl.h"

/* What is a number in a row and no sum. */
static bool is_ratio(const char *name)
{
    static const char *const names[] = {"asr",    "acd", "cost_per_answered", "shortest", "longest",
                                        "median", "p95"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static int key_place(const struct jaxl_book *b, const char *name)
{
    for (size_t i = 0; i < b->n_keys; i++)
        if (strcmp(jaxl_book_key(b, i), name) == 0)
            return (int)i;
    return -1;
}

static int new_column(struct jaxl_book *b, const char *name, size_t len)
{
    struct jaxl_book_column *more;
    const char *copy;

    if (b->n_columns == JAXL_BOOK_COLUMNS)
        return JAXL_ELIMIT;
    more = reallocarray(b->columns, b->n_columns + 1, sizeof *more);
    if (!more)
        return JAXL_ENOMEM;
    b->columns = more;
    copy = jaxl_book_copy(b, name, len);
    if (!copy)
        return b->arena.failed;
    b->columns[b->n_columns++] = (struct jaxl_book_column){
        .name = copy, .len = len, .key = key_place(b, copy), .ratio = is_ratio(copy)};
    return 0;
}

/* The column of a name, which is mostly the one behind that of the member before: *at. */
static int find_column(struct jaxl_book *b, const char *name, size_t len, size_t *at)
{
    for (size_t tried = 0; tried < b->n_columns; tried++, ++*at) {
        const struct jaxl_book_column *c;
        if (*at >= b->n_columns)
            *at = 0;
        c = &b->columns[*at];
        if (c->len == len && memcmp(c->name, name, len) == 0)
            return 0;
    }
    *at = b->n_columns;
    return new_column(b, name, len);
}

void jaxl_book_sums_begin(struct jaxl_book *b)
{
    for (size_t i = 0; i < b->n_columns; i++) {
        struct jaxl_book_column *c = &b->columns[i];
        c->there = c->number = false;
        c->was = c->is = (struct jaxl_sum){0};
    }
}

int jaxl_book_sums_add(struct jaxl_book *b, const struct jaxl_json *row, bool is,
                       struct jaxl_error *err)
{
    size_t at = 0, len, digits;
    int rc = 0;

    for (const struct jaxl_json *v = jaxl_json_first(row); v && !rc; v = jaxl_json_next(v), at++) {
        const char *name = jaxl_json_key(v, &len), *text;
        struct jaxl_book_column *c;
        struct jaxl_sum amount;
        rc = find_column(b, name, len, &at);
        if (rc)
            break;
        c = &b->columns[at];
        c->there = true;
        if (c->key >= 0 || c->ratio || jaxl_json_type(v) != JAXL_JSON_NUMBER)
            continue;
        text = jaxl_json_text(v, &digits);
        if (jaxl_sum_parse(text, digits, &amount))
            return jaxl_error_set(err, JAXL_ELIMIT, "book %s: %s: it has too many digits",
                                  b->file.path, c->name);
        c->number = true;
        jaxl_sum_join(is ? &c->is : &c->was, &amount);
    }
    return rc ? jaxl_error_set(err, rc, "book %s: members of a row: %s", b->file.path,
                               jaxl_error_name(rc))
              : 0;
}

static int add_line(struct jaxl_book *b, const char *text, size_t len, struct jaxl_error *err)
{
    const struct jaxl_json *row;
    int rc = jaxl_json_parse(b->keys_doc, text, len, &row, err);

    return rc ? rc : jaxl_book_sums_add(b, row, false, err);
}

int jaxl_book_sums_entry(struct jaxl_book *b, const struct jaxl_book_entry *e,
                         struct jaxl_error *err)
{
    int rc = e->row.text ? add_line(b, e->row.text, e->row.len, err) : 0;

    for (const struct jaxl_book_line *r = e->restatements; r && !rc; r = r->next)
        rc = add_line(b, r->text, r->len, err);
    return rc;
}

bool jaxl_book_sums_differ(const struct jaxl_book *b)
{
    for (size_t i = 0; i < b->n_columns; i++)
        if (jaxl_sum_compare(&b->columns[i].was, &b->columns[i].is) != 0)
            return true;
    return false;
}

static void write_difference(struct jaxl_book *b, const struct jaxl_book_column *c)
{
    struct jaxl_sum difference = c->was;
    char text[JAXL_SUM_TEXT];

    jaxl_sum_negate(&difference);
    jaxl_sum_join(&difference, &c->is);
    jaxl_json_write_number(&b->w, jaxl_sum_format(&difference, text));
}

int jaxl_book_sums_write(struct jaxl_book *b, const char *keys, size_t len, struct jaxl_error *err)
{
    const struct jaxl_json *values;
    int rc = jaxl_json_parse(b->keys_doc, keys, len, &values, err);

    if (rc)
        return rc;
    jaxl_buf_reset(&b->text);
    jaxl_json_writer_reset(&b->w);
    jaxl_json_write_object(&b->w);
    for (size_t i = 0; i < b->n_columns; i++) {
        const struct jaxl_book_column *c = &b->columns[i];
        if (!c->there || strcmp(c->name, "restatement") == 0)
            continue;
        jaxl_json_write_key_n(&b->w, c->name, c->len);
        if (c->key >= 0)
            jaxl_json_write_value(&b->w, jaxl_json_at(values, (size_t)c->key));
        else if (c->number)
            write_difference(b, c);
        else
            jaxl_json_write_null(&b->w);
    }
    jaxl_json_write_member(&b->w, "restatement", b->at);
    jaxl_json_write_end(&b->w);
    return jaxl_json_writer_check(&b->w, err);
}
