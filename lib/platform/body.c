#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "platform/body.h"
#include "platform/query.h"

enum { ROOM = 4096 }; /* most bodies fit: growing leaves copies of a signed total behind */

void jaxl_body_begin(struct jaxl_body *b)
{
    jaxl_buf_init(&b->text, JAXL_JSON_MAX);
    (void)jaxl_buf_reserve(&b->text, ROOM); /* a failure sticks */
    jaxl_json_writer_init(&b->w, &b->text);
    jaxl_json_write_object(&b->w);
}

void jaxl_body_drop(struct jaxl_body *b)
{
    jaxl_buf_wipe(&b->text);
}

int jaxl_body_send(struct jaxl_body *b, struct jaxl_session *s, enum jaxl_endpoint endpoint,
                   int64_t id, int64_t id2, struct jaxl_answer *a, struct jaxl_error *err)
{
    int rc;

    jaxl_json_write_end(&b->w);
    rc = jaxl_json_writer_check(&b->w, err);
    if (!rc)
        return jaxl_query_send_body(s, endpoint, (const int64_t[2]){id, id2}, &b->text, NULL, a,
                                    err);
    jaxl_body_drop(b);
    return rc;
}

int jaxl_body_refuse(enum jaxl_endpoint endpoint, struct jaxl_error *err, const char *fmt, ...)
{
    const struct jaxl_endpoint_row *row = jaxl_endpoint_row(endpoint);
    char why[256];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    return jaxl_error_set(err, JAXL_EARG, "%s %s: %s", row->noun, row->verb, why);
}

int jaxl_body_need(enum jaxl_endpoint endpoint, const struct jaxl_param *fields, size_t n,
                   struct jaxl_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!fields[i].value || !*fields[i].value)
            return jaxl_body_refuse(endpoint, err, "%s is needed", fields[i].name);
    return 0;
}

int jaxl_body_one_of(enum jaxl_endpoint endpoint, const char *field, const char *value,
                     const char *const *words, struct jaxl_error *err)
{
    char list[128] = "";
    size_t len = 0;

    for (const char *const *word = words; *word; word++) {
        if (value && !strcmp(value, *word))
            return 0;
        if (len < sizeof list)
            len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", len ? ", " : "", *word);
    }
    return jaxl_body_refuse(endpoint, err, "%s is one of %s, not '%.40s'", field, list,
                            value ? value : "");
}

bool jaxl_body_is_flat(const struct jaxl_json *object)
{
    const struct jaxl_json *m;

    if (jaxl_json_type(object) != JAXL_JSON_OBJECT)
        return false;
    for (m = jaxl_json_first(object); m; m = jaxl_json_next(m))
        if (jaxl_json_type(m) >= JAXL_JSON_ARRAY)
            return false;
    return true;
}
