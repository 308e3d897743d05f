#include <stdlib.h>
#include <string.h>

#include "data/template_parts.h"
#include "data/utf8.h"

struct jaxl_template {
    char *text; /* what the parts point into; a NUL ends each field */
    size_t len;
    struct jaxl_template_part *parts;
    size_t n;
    bool constant;
};

static char *find(const char *at, const char *end, const char *braces)
{
    return memmem(at, (size_t)(end - at), braces, 2);
}

static int wrong(const struct jaxl_template *t, const char *at, const char *why,
                 struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EARG, "template, column %zu: %s",
                          jaxl_utf8_count(t->text, (size_t)(at - t->text)) + 1, why);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(char **start, char **end)
{
    while (*start < *end && is_blank((*end)[-1]))
        --*end;
    while (*start < *end && is_blank(**start))
        ++*start;
}

/* What stands between the braces, open to close, of the {{ at place. */
static int add_field(struct jaxl_template *t, struct jaxl_template_part *part, char *open,
                     char *close, const char *place, struct jaxl_error *err)
{
    char *bar = memchr(open, '|', (size_t)(close - open)), *end = bar ? bar : close;

    if (bar) {
        char *fallback = bar + 1;
        trim(&fallback, &close);
        part->fallback = fallback;
        part->fallback_len = (size_t)(close - fallback);
    }
    trim(&open, &end);
    if (open == end)
        return wrong(t, place, "{{ without a field", err);
    if (memchr(open, '{', (size_t)(end - open)) || memchr(open, '}', (size_t)(end - open)))
        return wrong(t, place, "a brace in the name of a field", err);
    *end = '\0';
    part->field = open;
    t->constant = false;
    return 0;
}

static int compile(struct jaxl_template *t, struct jaxl_error *err)
{
    char *at = t->text, *end = at + t->len, *open;

    while ((open = find(at, end, "{{"))) {
        char *inside = open + 2, *again = find(inside, end, "{{"), *close = find(inside, end, "}}");
        struct jaxl_template_part *part = &t->parts[t->n++];
        int rc;
        *part = (struct jaxl_template_part){.literal = at, .literal_len = (size_t)(open - at)};
        if (again == inside) { /* {{{{ */
            part->literal_len += 2;
            at = inside + 2;
            continue;
        }
        if (!close || (again && again < close))
            return wrong(t, open, "{{ is not closed", err);
        rc = add_field(t, part, inside, close, open, err);
        if (rc)
            return rc;
        at = close + 2;
    }
    t->parts[t->n++] =
        (struct jaxl_template_part){.literal = at, .literal_len = (size_t)(end - at)};
    return 0;
}

/* Room for as many parts as there can be. */
static int set_up(struct jaxl_template *t, const char *text, size_t len)
{
    size_t max = 1;
    const char *at = text, *end = text + len;

    while ((at = find(at, end, "{{"))) {
        at += 2;
        max++;
    }
    t->text = malloc(len + 1);
    t->parts = calloc(max, sizeof *t->parts);
    if (!t->text || !t->parts)
        return JAXL_ENOMEM;
    memcpy(t->text, text, len);
    t->text[len] = '\0';
    t->len = len;
    t->constant = true;
    return 0;
}

int jaxl_template_new(struct jaxl_template **out, const char *text, size_t len,
                      struct jaxl_error *err)
{
    int rc;

    *out = NULL;
    if (len > JAXL_TEMPLATE_MAX)
        return jaxl_error_set(err, JAXL_ELIMIT, "template of %zu bytes: the limit is %d", len,
                              JAXL_TEMPLATE_MAX);
    if (jaxl_utf8_span(text, len) < len || memchr(text, '\0', len))
        return jaxl_error_set(err, JAXL_EARG, "template: not UTF-8 text");
    *out = calloc(1, sizeof **out);
    if (!*out || set_up(*out, text, len))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "template: out of memory");
    else
        rc = compile(*out, err);
    if (rc)
        jaxl_template_free(out);
    return rc;
}

void jaxl_template_free(struct jaxl_template **t)
{
    if (!t || !*t)
        return;
    free((*t)->text);
    free((*t)->parts);
    free(*t);
    *t = NULL;
}

bool jaxl_template_constant(const struct jaxl_template *t)
{
    return t->constant;
}

const struct jaxl_template_part *jaxl_template_parts(const struct jaxl_template *t, size_t *n)
{
    *n = t->n;
    return t->parts;
}

static int add_value(const struct jaxl_template_part *part, const struct jaxl_json *v,
                     struct jaxl_buf *out, struct jaxl_error *err)
{
    enum jaxl_json_type type = jaxl_json_type(v);
    size_t len;
    const char *text = jaxl_json_text(v, &len);

    if (type == JAXL_JSON_BOOL) {
        text = jaxl_json_bool(v) ? "true" : "false";
        len = strlen(text);
    }
    if (part->fallback && (type == JAXL_JSON_NULL || (text && !len))) {
        text = part->fallback;
        len = part->fallback_len;
    }
    if (!text)
        return jaxl_error_set(err, JAXL_EINPUT, "field \"%s\" of the template is %s", part->field,
                              type == JAXL_JSON_NULL    ? "missing"
                              : type == JAXL_JSON_ARRAY ? "an array"
                                                        : "an object");
    jaxl_buf_add(out, text, len);
    return 0;
}

int jaxl_template_render(const struct jaxl_template *t, const struct jaxl_json *record,
                         struct jaxl_buf *out, struct jaxl_error *err)
{
    size_t mark = out->len;
    int rc = 0;

    for (size_t i = 0; i < t->n && !rc; i++) {
        const struct jaxl_template_part *part = &t->parts[i];
        jaxl_buf_add(out, part->literal, part->literal_len);
        if (part->field)
            rc = add_value(part, jaxl_json_find(record, part->field), out, err);
    }
    if (!rc)
        rc = jaxl_buf_check(out, "text of the template", err);
    if (rc && out->len > mark) {
        out->len = mark;
        out->data[mark] = '\0';
    }
    return rc;
}
