#include <string.h>

#include "platform/target.h"

static bool is_id(const char *id)
{
    size_t n = id ? strspn(id, "0123456789") : 0;

    return n > 0 && n <= JAXL_TARGET_ID_MAX && id[n] == '\0';
}

int jaxl_target_path(const struct jaxl_endpoint_row *row, const char *const ids[2],
                     struct jaxl_buf *out, struct jaxl_error *err)
{
    const char *from = row->path;
    size_t used = 0;

    for (const char *hole; (hole = strstr(from, "{}")); from = hole + 2, used++) {
        if (used == 2 || !is_id(ids[used]))
            return jaxl_error_set(err, JAXL_EARG, "%s %s: '%.40s' is not an id", row->noun,
                                  row->verb, used < 2 && ids[used] ? ids[used] : "");
        jaxl_buf_add(out, from, (size_t)(hole - from));
        jaxl_buf_puts(out, ids[used]);
    }
    if (used < 2 && ids[used])
        return jaxl_error_set(err, JAXL_EARG, "%s %s: an id too many", row->noun, row->verb);
    jaxl_buf_puts(out, from);
    return jaxl_buf_check(out, row->path, err);
}

static bool has_param(const struct jaxl_endpoint_row *row, const char *name)
{
    for (const char *const *p = row->params; p && *p; p++)
        if (!strcmp(*p, name))
            return true;
    return false;
}

/* RFC 3986: all but the unreserved characters. */
static void encode(struct jaxl_buf *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    while (*text) {
        size_t n = strspn(text, plain);
        jaxl_buf_add(out, text, n);
        text += n;
        if (*text)
            jaxl_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text++);
    }
}

int jaxl_target_query(const struct jaxl_endpoint_row *row, const struct jaxl_param *query, size_t n,
                      struct jaxl_buf *out, struct jaxl_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!query[i].value)
            continue;
        if (!has_param(row, query[i].name))
            return jaxl_error_set(err, JAXL_EARG, "%s %s has no parameter '%.40s'", row->noun,
                                  row->verb, query[i].name);
        if (out->len)
            jaxl_buf_putc(out, '&');
        jaxl_buf_puts(out, query[i].name); /* one of the table's, plain already */
        jaxl_buf_putc(out, '=');
        encode(out, query[i].value);
    }
    return jaxl_buf_check(out, row->path, err);
}
