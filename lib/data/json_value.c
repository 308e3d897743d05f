#include <string.h>

#include "data/json_value.h"

enum jaxl_json_type jaxl_json_type(const struct jaxl_json *v)
{
    return v ? v->type : JAXL_JSON_NULL;
}

bool jaxl_json_is_null(const struct jaxl_json *v)
{
    return jaxl_json_type(v) == JAXL_JSON_NULL;
}

bool jaxl_json_bool(const struct jaxl_json *v)
{
    return jaxl_json_type(v) == JAXL_JSON_BOOL && v->len;
}

const char *jaxl_json_text(const struct jaxl_json *v, size_t *len)
{
    enum jaxl_json_type type = jaxl_json_type(v);
    bool has = type == JAXL_JSON_STRING || type == JAXL_JSON_NUMBER;

    if (len)
        *len = has ? v->len : 0;
    return has ? v->text : NULL;
}

const char *jaxl_json_string(const struct jaxl_json *v, const char *fallback)
{
    if (jaxl_json_type(v) != JAXL_JSON_STRING || memchr(v->text, '\0', v->len))
        return fallback;
    return v->text;
}

/* Counts down from zero, so that INT64_MIN is read like the rest. */
int jaxl_json_int(const struct jaxl_json *v, int64_t *out)
{
    size_t len;
    const char *text = jaxl_json_text(v, &len);
    bool negative = len && *text == '-';
    int64_t n = 0;

    if (len == (size_t)negative)
        return JAXL_EINPUT;
    for (size_t i = negative; i < len; i++) {
        int digit = text[i] - '0';
        if (digit < 0 || digit > 9 || n < (INT64_MIN + digit) / 10)
            return JAXL_EINPUT;
        n = n * 10 - digit;
    }
    if (!negative && n == INT64_MIN)
        return JAXL_EINPUT;
    *out = negative ? n : -n;
    return 0;
}

static bool is_container(const struct jaxl_json *v)
{
    return jaxl_json_type(v) == JAXL_JSON_OBJECT || jaxl_json_type(v) == JAXL_JSON_ARRAY;
}

size_t jaxl_json_count(const struct jaxl_json *v)
{
    return is_container(v) ? v->len : 0;
}

const struct jaxl_json *jaxl_json_first(const struct jaxl_json *v)
{
    return is_container(v) ? v->first : NULL;
}

const struct jaxl_json *jaxl_json_next(const struct jaxl_json *v)
{
    return v ? v->next : NULL;
}

const char *jaxl_json_key(const struct jaxl_json *v, size_t *len)
{
    if (len)
        *len = v ? v->key_len : 0;
    return v ? v->key : NULL;
}

const struct jaxl_json *jaxl_json_get_n(const struct jaxl_json *v, const char *key, size_t len)
{
    if (jaxl_json_type(v) != JAXL_JSON_OBJECT)
        return NULL;
    for (const struct jaxl_json *m = v->first; m; m = m->next)
        if (m->key_len == len && !memcmp(m->key, key, len))
            return m;
    return NULL;
}

const struct jaxl_json *jaxl_json_get(const struct jaxl_json *v, const char *key)
{
    return jaxl_json_get_n(v, key, strlen(key));
}

const struct jaxl_json *jaxl_json_at(const struct jaxl_json *v, size_t index)
{
    const struct jaxl_json *e;

    if (jaxl_json_type(v) != JAXL_JSON_ARRAY || index >= v->len)
        return NULL;
    for (e = v->first; index; index--)
        e = e->next;
    return e;
}

static const struct jaxl_json *step(const struct jaxl_json *v, const char *name, size_t len)
{
    size_t index = 0;

    if (jaxl_json_type(v) != JAXL_JSON_ARRAY)
        return jaxl_json_get_n(v, name, len);
    if (!len || len > 9) /* more digits than any index has */
        return NULL;
    for (size_t i = 0; i < len; i++) {
        if (name[i] < '0' || name[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(name[i] - '0');
    }
    return jaxl_json_at(v, index);
}

const struct jaxl_json *jaxl_json_find_n(const struct jaxl_json *v, const char *path, size_t len)
{
    while (v) {
        const char *dot = memchr(path, '.', len);
        const struct jaxl_json *whole = step(v, path, len);
        if (whole || !dot)
            return whole;
        v = step(v, path, (size_t)(dot - path));
        len -= (size_t)(dot + 1 - path);
        path = dot + 1;
    }
    return NULL;
}

const struct jaxl_json *jaxl_json_find(const struct jaxl_json *v, const char *path)
{
    return jaxl_json_find_n(v, path, strlen(path));
}

static size_t digits(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

bool jaxl_json_is_number(const char *text, size_t len)
{
    size_t start = len && text[0] == '-', at = digits(text, len, start), from;

    if (at == start || (text[start] == '0' && at > start + 1))
        return false;
    if (at < len && text[at] == '.') {
        from = at + 1;
        at = digits(text, len, from);
        if (at == from)
            return false;
    }
    if (at < len && (text[at] == 'e' || text[at] == 'E')) {
        from = at + 1;
        if (from < len && (text[from] == '+' || text[from] == '-'))
            from++;
        at = digits(text, len, from);
        if (at == from)
            return false;
    }
    return at == len;
}
