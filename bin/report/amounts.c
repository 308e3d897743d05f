#include "report/amounts.h"

#include <string.h>

#include "jaxl/currency.h"
#include "jaxl/json.h"
#include "report/width.h"

/* The lines are gone through twice: for the widest amount, and to be written. */
struct pass {
    struct jaxl_currency *currency;
    locale_t known;
    struct jaxl_json_doc *doc;
    struct jaxl_buf text, line;
    size_t width; /* columns of the widest; 0 in the first pass */
    struct sink *out;
};

static bool is_amount(const char *key)
{
    return strcmp(key, "amount") == 0 || strcmp(key, "balance") == 0;
}

void amounts_init(struct amounts *a)
{
    jaxl_buf_init(&a->lines, (size_t)256 * 1024 * 1024);
}

void amounts_free(struct amounts *a)
{
    jaxl_buf_free(&a->lines);
}

int amounts_put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct amounts *a = ctx;

    jaxl_buf_add(&a->lines, json, len);
    jaxl_buf_putc(&a->lines, '\n');
    return jaxl_buf_check(&a->lines, "a statement", err);
}

static int format(struct pass *p, const struct jaxl_json *amount, const char *currency,
                  struct jaxl_error *err)
{
    jaxl_buf_reset(&p->text);
    return jaxl_currency_put(p->currency, jaxl_json_text(amount, NULL), currency, &p->text, err);
}

static int measure(struct pass *p, const struct jaxl_json *row, struct jaxl_error *err)
{
    const char *currency = jaxl_json_string(jaxl_json_get(row, "currency"), NULL);
    int rc = 0;

    for (const struct jaxl_json *v = jaxl_json_first(row); v && !rc; v = jaxl_json_next(v)) {
        size_t width;
        if (!is_amount(jaxl_json_key(v, NULL)) || jaxl_json_is_null(v))
            continue;
        rc = format(p, v, currency, err);
        width = rc ? 0 : width_of(p->known, jaxl_buf_text(&p->text), p->text.len);
        p->width = width > p->width ? width : p->width;
    }
    return rc;
}

static int write_amount(struct pass *p, struct jaxl_json_writer *w, const struct jaxl_json *amount,
                        const char *currency, struct jaxl_error *err)
{
    struct jaxl_buf padded;
    size_t width;
    int rc = format(p, amount, currency, err);

    if (rc)
        return rc;
    width = width_of(p->known, jaxl_buf_text(&p->text), p->text.len);
    jaxl_buf_init(&padded, 4096);
    jaxl_buf_printf(&padded, "%*s%s", (int)(p->width - width), "", jaxl_buf_text(&p->text));
    rc = jaxl_buf_check(&padded, "an amount", err);
    jaxl_json_write_string(w, jaxl_buf_text(&padded));
    jaxl_buf_free(&padded);
    return rc;
}

static int write_row(struct pass *p, const struct jaxl_json *row, struct jaxl_error *err)
{
    const char *currency = jaxl_json_string(jaxl_json_get(row, "currency"), NULL);
    struct jaxl_json_writer *w = NULL;
    int rc;

    jaxl_buf_reset(&p->line);
    if (jaxl_json_writer_new(&w, &p->line))
        return jaxl_error_set(err, JAXL_ENOMEM, "a statement: out of memory");
    rc = 0;
    jaxl_json_write_object(w);
    for (const struct jaxl_json *v = jaxl_json_first(row); v && !rc; v = jaxl_json_next(v)) {
        const char *key = jaxl_json_key(v, NULL);
        jaxl_json_write_key(w, key);
        if (is_amount(key) && !jaxl_json_is_null(v))
            rc = write_amount(p, w, v, currency, err);
        else
            jaxl_json_write_value(w, v);
    }
    jaxl_json_write_end(w);
    if (!rc)
        rc = jaxl_json_writer_check(w, err);
    jaxl_json_writer_free(&w);
    return rc ? rc : sink_put(p->out, p->line.data, p->line.len, err);
}

static int each(struct pass *p, const struct amounts *a,
                int (*take)(struct pass *, const struct jaxl_json *, struct jaxl_error *),
                struct jaxl_error *err)
{
    const char *at = jaxl_buf_text(&a->lines), *end = at + a->lines.len, *feed;
    const struct jaxl_json *row;
    int rc = 0;

    for (; at < end && !rc; at = feed + 1) {
        feed = memchr(at, '\n', (size_t)(end - at));
        rc = jaxl_json_parse(p->doc, at, (size_t)(feed - at), &row, err);
        if (!rc)
            rc = take(p, row, err);
    }
    return rc;
}

int amounts_write(const struct amounts *a, const char *locale, struct sink *out,
                  struct jaxl_error *err)
{
    struct pass p = {.known = width_open(), .out = out};
    int rc = jaxl_currency_new(&p.currency, locale, err);

    jaxl_buf_init(&p.text, 4096);
    jaxl_buf_init(&p.line, (size_t)1024 * 1024);
    if (!rc && jaxl_json_doc_new(&p.doc, 0))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "a statement: out of memory");
    if (!rc)
        rc = each(&p, a, measure, err);
    if (!rc)
        rc = each(&p, a, write_row, err);
    jaxl_buf_free(&p.text);
    jaxl_buf_free(&p.line);
    jaxl_json_doc_free(&p.doc);
    jaxl_currency_free(&p.currency);
    if (p.known)
        freelocale(p.known);
    return rc;
}
