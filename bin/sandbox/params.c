/* What a request carries, checked: query parameters, pages, the fields of a body. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/request.h"

const char *const params_page[] = {"limit", "offset", NULL};

const char *param_text(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].name, name) == 0)
            return r->params[i].value;
    return NULL;
}

bool param_int(struct request *r, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const char *text = param_text(r, name);
    long long v;
    char *end;

    if (!text)
        return true;
    v = strtoll(text, &end, 10);
    if (end == text || *end || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18 ||
        v < min || v > max)
        return refuse(r, 400, "INVALID_PARAMETER", name,
                      "%.100s is not a whole number from %lld to %lld", text, (long long)min,
                      (long long)max);
    *out = v;
    return true;
}

bool param_bool(struct request *r, const char *name, enum tristate *out)
{
    const char *text = param_text(r, name);

    *out = UNSET;
    if (!text)
        return true;
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return refuse(r, 400, "INVALID_PARAMETER", name, "%.100s is neither true nor false", text);
    *out = *text == 't' ? YES : NO;
    return true;
}

bool param_time(struct request *r, const char *name, int64_t *out)
{
    const char *text = param_text(r, name);

    if (!text || jaxl_clock_parse(text, strlen(text), out) == 0)
        return true;
    return refuse(r, 400, "INVALID_PARAMETER", name, "%.100s is not an ISO 8601 time", text);
}

bool param_number(struct request *r, const char *name, uint64_t *out)
{
    const char *text = param_text(r, name);

    if (!text)
        return true;
    *out = e164_parse(text);
    if (*out)
        return true;
    return refuse(
        r, 400, "INVALID_PARAMETER", name,
        "%.100s is not a number in the form +12015550123 (the plus sign is %%2B in a query)", text);
}

bool param_currency(struct request *r, bool required, int64_t *out)
{
    *out = CURRENCY_USD;
    if (required && !param_text(r, "currency"))
        return refuse(r, 400, "MISSING_PARAMETER", "currency", "the currency is required");
    return param_int(r, "currency", 0, CURRENCY_CODES - 1, out);
}

bool param_admits(const struct request *r, const char *name, const char *value)
{
    bool present = false;

    for (size_t i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].name, name) == 0) {
            if (strcmp(r->params[i].value, value) == 0)
                return true;
            present = true;
        }
    return !present;
}

bool param_admits_int(const struct request *r, const char *name, int64_t value)
{
    bool present = false;

    for (size_t i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].name, name) == 0) {
            if (strtoll(r->params[i].value, NULL, 10) == value)
                return true;
            present = true;
        }
    return !present;
}

bool param_each_of(struct request *r, const char *name, const char *const *values)
{
    for (size_t i = 0; i < r->n_params; i++) {
        const char *const *v = values;
        if (strcmp(r->params[i].name, name) != 0)
            continue;
        while (*v && strcmp(*v, r->params[i].value) != 0)
            v++;
        if (!*v)
            return refuse(r, 400, "INVALID_PARAMETER", name, "%.100s is not one of its values",
                          r->params[i].value);
    }
    return true;
}

static bool each_like(struct request *r, const char *name, bool (*is)(const char *text),
                      const char *what)
{
    for (size_t i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].name, name) == 0 && !is(r->params[i].value))
            return refuse(r, 400, "INVALID_PARAMETER", name, "%.100s is not %s", r->params[i].value,
                          what);
    return true;
}

static bool is_id(const char *text)
{
    size_t len = strlen(text);

    return len && len <= 18 && strspn(text, "0123456789") == len;
}

bool param_each_id(struct request *r, const char *name)
{
    return each_like(r, name, is_id, "an id");
}

static bool is_hash(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

bool param_each_hash(struct request *r, const char *name)
{
    return each_like(r, name, is_hash, "a SHA-256 in 64 lower-case hex digits");
}

static bool is_country(const char *text)
{
    return strlen(text) == 2 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
}

bool param_country(struct request *r, const char *name)
{
    return each_like(r, name, is_country, "a country in two capital letters, as US");
}

bool page_read(struct request *r, struct page *p)
{
    int64_t limit = PAGE_LIMIT, offset = 0;

    if (!param_int(r, "limit", 1, INT32_MAX, &limit) ||
        !param_int(r, "offset", 0, INT64_MAX / 2, &offset))
        return false;
    p->limit = limit > PAGE_LIMIT_MAX ? PAGE_LIMIT_MAX : (size_t)limit;
    p->offset = (size_t)offset;
    return true;
}

static void add_encoded(struct jaxl_buf *b, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *text; text++)
        if (strchr(plain, *text))
            jaxl_buf_putc(b, *text);
        else
            jaxl_buf_printf(b, "%%%02X", (unsigned char)*text);
}

/* The same list from another offset. */
static void write_link(struct world *w, struct request *r, const char *key, const struct page *p,
                       size_t offset)
{
    struct jaxl_buf url;

    jaxl_buf_init(&url, 16384);
    jaxl_buf_printf(&url, "%s%s?", w->roots[r->module], r->path);
    for (size_t i = 0; i < r->n_params; i++) {
        if (strcmp(r->params[i].name, "limit") == 0 || strcmp(r->params[i].name, "offset") == 0)
            continue;
        add_encoded(&url, r->params[i].name);
        jaxl_buf_putc(&url, '=');
        add_encoded(&url, r->params[i].value);
        jaxl_buf_putc(&url, '&');
    }
    jaxl_buf_printf(&url, "limit=%zu&offset=%zu", p->limit, offset);
    jaxl_json_write_member(r->out, key, jaxl_buf_text(&url));
    jaxl_buf_free(&url);
}

void page_open(struct world *w, struct request *r, const struct page *p, size_t count)
{
    r->status = 200;
    jaxl_json_write_object(r->out);
    jaxl_json_write_member_int(r->out, "count", (int64_t)count);
    if (p->offset < count && count - p->offset > p->limit)
        write_link(w, r, "next", p, p->offset + p->limit);
    else
        jaxl_json_write_member(r->out, "next", NULL);
    if (p->offset)
        write_link(w, r, "previous", p, p->offset > p->limit ? p->offset - p->limit : 0);
    else
        jaxl_json_write_member(r->out, "previous", NULL);
    jaxl_json_write_key(r->out, "results");
    jaxl_json_write_array(r->out);
}

void page_close(struct request *r)
{
    jaxl_json_write_end(r->out);
    jaxl_json_write_end(r->out);
}

void page_serve(struct request *r, size_t n, bool (*matches)(const struct request *r, size_t i),
                void (*write)(struct request *r, size_t i))
{
    size_t shown[PAGE_LIMIT_MAX], n_shown = 0, count = 0;
    struct page page;

    if (!page_read(r, &page))
        return;
    for (size_t i = 0; i < n; i++) {
        if (!matches(r, i))
            continue;
        if (count++ >= page.offset && n_shown < page.limit)
            shown[n_shown++] = i;
    }
    page_open(r->world, r, &page, count);
    for (size_t i = 0; i < n_shown; i++)
        write(r, shown[i]);
    page_close(r);
}

static unsigned type_of(const struct jaxl_json *v)
{
    int64_t n;

    switch (jaxl_json_type(v)) {
    case JAXL_JSON_NULL:
        return F_NULL;
    case JAXL_JSON_BOOL:
        return F_BOOL;
    case JAXL_JSON_NUMBER:
        return jaxl_json_int(v, &n) ? 0 : F_INT;
    case JAXL_JSON_STRING:
        return jaxl_json_string(v, NULL) ? F_STRING : 0;
    case JAXL_JSON_ARRAY:
        return F_ARRAY;
    case JAXL_JSON_OBJECT:
        return F_OBJECT;
    }
    return 0;
}

static bool field_check(struct request *r, const struct jaxl_json *v, const struct field *f)
{
    static const char *const names[] = {"null",     "a boolean", "an integer",
                                        "a string", "an object", "an array"};
    char expected[128] = "";
    size_t len = 0;

    if (!(type_of(v) & f->types)) {
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
            if (f->types & (1u << i)) {
                strcat(expected, *expected ? " or " : "");
                strcat(expected, names[i]);
            }
        return refuse(r, 400, "INVALID_FIELD", f->name, "it must be %s", expected);
    }
    if (type_of(v) != F_STRING)
        return true;
    jaxl_json_text(v, &len);
    if (f->max && len == 0)
        return refuse(r, 400, "INVALID_FIELD", f->name, "it must not be empty");
    if (len > (f->max ? f->max : 255))
        return refuse(r, 400, "INVALID_FIELD", f->name, "it is longer than %zu bytes",
                      f->max ? f->max : 255);
    return true;
}

bool value_check(struct request *r, const struct jaxl_json *object, const struct field *fields,
                 size_t n)
{
    size_t i;

    for (const struct jaxl_json *v = jaxl_json_first(object); v; v = jaxl_json_next(v)) {
        const char *key = jaxl_json_key(v, NULL);
        for (i = 0; i < n && strcmp(fields[i].name, key) != 0; i++)
            ;
        if (i == n)
            return refuse(r, 400, "UNKNOWN_FIELD", key, "there is no such field");
        if (!field_check(r, v, &fields[i]))
            return false;
    }
    for (i = 0; i < n; i++)
        if (!(fields[i].types & F_OPTIONAL) && !jaxl_json_get(object, fields[i].name))
            return refuse(r, 400, "MISSING_FIELD", fields[i].name, "it is required");
    return true;
}

bool body_check(struct request *r, const struct field *fields, size_t n)
{
    return value_check(r, r->json, fields, n);
}
