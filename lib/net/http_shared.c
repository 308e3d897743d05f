#include <stdlib.h>
#include <string.h>

#include "jaxl/secret.h"
#include "net/http_impl.h"

enum { HEADER_MAX = 256 * 1024 }; /* bytes of one line */

int jaxl_http_headers_new(struct jaxl_http_headers **headers)
{
    *headers = calloc(1, sizeof **headers);
    if (!*headers)
        return JAXL_ENOMEM;
    (*headers)->holders = 1;
    return 0;
}

int jaxl_http_headers_add(struct jaxl_http_headers *headers, const char *name, const char *value)
{
    struct curl_slist *list;
    struct jaxl_buf line;

    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return JAXL_EARG;
    jaxl_buf_init(&line, HEADER_MAX);
    jaxl_buf_puts(&line, name);
    jaxl_buf_puts(&line, ": ");
    jaxl_buf_puts(&line, value);
    list = line.failed ? NULL : curl_slist_append(headers->list, line.data);
    jaxl_buf_wipe(&line);
    if (!list)
        return JAXL_ENOMEM;
    headers->list = list;
    return 0;
}

void jaxl_http_headers_drop(struct jaxl_http_headers **headers)
{
    struct jaxl_http_headers *gone = headers ? *headers : NULL;

    if (!gone)
        return;
    *headers = NULL;
    if (--gone->holders)
        return;
    for (struct curl_slist *line = gone->list; line; line = line->next)
        jaxl_secret_wipe(line->data, strlen(line->data));
    curl_slist_free_all(gone->list);
    free(gone);
}

/* The path of the URL without its last slash goes in front of the paths of requests. */
static int split(struct jaxl_http_base *b, const char *text)
{
    char *path = NULL;
    size_t len;

    if (curl_url_set(b->url, CURLUPART_URL, text, 0) ||
        curl_url_get(b->url, CURLUPART_PATH, &path, 0))
        return JAXL_EARG;
    b->prefix = strdup(path);
    curl_free(path);
    b->text = strdup(text);
    if (!b->prefix || !b->text)
        return JAXL_ENOMEM;
    for (len = strlen(b->prefix); len && b->prefix[len - 1] == '/'; len--)
        b->prefix[len - 1] = '\0';
    return 0;
}

int jaxl_http_base_new(struct jaxl_http_base **base, const char *url, struct jaxl_error *err)
{
    struct jaxl_http_base *b = calloc(1, sizeof *b);
    int rc;

    *base = NULL;
    if (!b || !(b->url = curl_url())) {
        free(b);
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", url);
    }
    b->tls = !strncmp(url, "https://", 8);
    rc = b->tls || !strncmp(url, "http://", 7) ? split(b, url) : JAXL_EARG;
    if (rc) {
        jaxl_http_base_free(&b);
        return jaxl_error_set(err, rc, "%s: %s", url,
                              rc == JAXL_EARG ? "not an http:// or https:// URL" : "out of memory");
    }
    *base = b;
    return 0;
}

void jaxl_http_base_free(struct jaxl_http_base **base)
{
    if (!base || !*base)
        return;
    curl_url_cleanup((*base)->url);
    free((*base)->text);
    free((*base)->prefix);
    free(*base);
    *base = NULL;
}

const char *jaxl_http_base_url(const struct jaxl_http_base *base)
{
    return base->text;
}
