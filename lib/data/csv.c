#include <stdlib.h>
#include <string.h>

#include "data/csv.h"

enum { GROW = 16 * 1024, STRICT = CSV_STRICT | CSV_STRICT_FINI };

/* RFC 4180, section 2, 4: "Spaces are considered part of a field". */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void *grow(void *p, size_t n)
{
    return realloc(p, n);
}

static void on_field(void *text, size_t len, void *ctx)
{
    struct jaxl_csv *c = ctx;

    jaxl_buf_add(&c->text, text, len);
    jaxl_buf_add(&c->ends, &c->text.len, sizeof c->text.len);
}

static void on_row(int last, void *ctx)
{
    struct jaxl_csv *c = ctx;

    (void)last;
    c->complete = true;
}

int jaxl_csv_init(struct jaxl_csv *c, size_t max)
{
    memset(c, 0, sizeof *c);
    if (csv_init(&c->parser, STRICT))
        return JAXL_ENOMEM;
    csv_set_space_func(&c->parser, no_space);
    csv_set_realloc_func(&c->parser, grow);
    csv_set_blk_size(&c->parser, GROW);
    jaxl_buf_init(&c->text, max);
    jaxl_buf_init(&c->ends, (max + 1) * sizeof(size_t));
    return 0;
}

void jaxl_csv_free(struct jaxl_csv *c)
{
    csv_free(&c->parser);
    jaxl_buf_free(&c->text);
    jaxl_buf_free(&c->ends);
}

static void clear_row(struct jaxl_csv *c)
{
    jaxl_buf_reset(&c->text);
    jaxl_buf_reset(&c->ends);
    c->complete = false;
}

void jaxl_csv_reset(struct jaxl_csv *c)
{
    clear_row(c);
    csv_set_opts(&c->parser, CSV_STRICT); /* so that an open quote is no error */
    csv_fini(&c->parser, NULL, NULL, NULL);
    csv_set_opts(&c->parser, STRICT);
}

static int outcome(struct jaxl_csv *c, bool done)
{
    if (c->text.failed || c->ends.failed)
        return c->text.failed ? c->text.failed : c->ends.failed;
    if (!done)
        return csv_error(&c->parser) == CSV_EPARSE ? JAXL_EINPUT : JAXL_ENOMEM;
    return c->complete ? JAXL_OK : JAXL_EAGAIN;
}

int jaxl_csv_feed(struct jaxl_csv *c, const char *text, size_t len)
{
    if (c->complete)
        clear_row(c);
    return outcome(c, csv_parse(&c->parser, text, len, on_field, on_row, c) == len);
}

int jaxl_csv_finish(struct jaxl_csv *c)
{
    if (c->complete)
        clear_row(c);
    return outcome(c, csv_fini(&c->parser, on_field, on_row, c) == 0);
}

size_t jaxl_csv_count(const struct jaxl_csv *c)
{
    return c->ends.len / sizeof(size_t);
}

static size_t end_of(const struct jaxl_csv *c, size_t i)
{
    size_t end;

    memcpy(&end, c->ends.data + i * sizeof end, sizeof end);
    return end;
}

const char *jaxl_csv_field(const struct jaxl_csv *c, size_t i, size_t *len)
{
    size_t start = i ? end_of(c, i - 1) : 0;

    *len = end_of(c, i) - start;
    return jaxl_buf_text(&c->text) + start;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool needs_quotes(const char *text, size_t len)
{
    if (!len)
        return false;
    return memchr(text, '"', len) || memchr(text, ',', len) || memchr(text, '\n', len) ||
           memchr(text, '\r', len) || is_blank(text[0]) || is_blank(text[len - 1]);
}

void jaxl_csv_write(struct jaxl_buf *out, const char *text, size_t len)
{
    size_t size;

    if (!needs_quotes(text, len)) {
        jaxl_buf_add(out, text, len);
        return;
    }
    size = csv_write(NULL, 0, text, len);
    if (jaxl_buf_reserve(out, size))
        return;
    csv_write(out->data + out->len, size, text, len);
    out->len += size;
    out->data[out->len] = '\0';
}
