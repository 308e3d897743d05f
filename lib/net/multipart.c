#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "net/multipart.h"

enum {
    TRIES = 8, /* one is enough but for a clock whose randomness is none */
    HEAD = 256 /* bytes around the data of a part, its names left out */
};

static bool occurs(const struct jaxl_multipart_part *parts, size_t n, const char *boundary)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i].data && memmem(parts[i].data, parts[i].len, boundary, strlen(boundary)))
            return true;
    return false;
}

int jaxl_multipart_boundary(const struct jaxl_multipart_part *parts, size_t n,
                            const struct jaxl_clock *clock, char boundary[JAXL_MULTIPART_BOUNDARY],
                            struct jaxl_error *err)
{
    static const char prefix[] = "jaxl-";
    unsigned char random[16];

    for (int i = 0; i < TRIES; i++) {
        char *to = boundary + sizeof prefix - 1;
        if (jaxl_clock_random(clock, random, sizeof random))
            break;
        memcpy(boundary, prefix, sizeof prefix);
        for (size_t k = 0; k < sizeof random; k++, to += 2)
            snprintf(to, 3, "%02x", random[k]);
        if (!occurs(parts, n, boundary))
            return 0;
    }
    boundary[0] = '\0';
    return jaxl_error_set(err, JAXL_EIO, "a multipart body: no randomness for its boundary");
}

/* In quotes: what would end the quotes or the line is percent-encoded, and nothing else. */
static void add_quoted(struct jaxl_buf *out, const char *text)
{
    jaxl_buf_putc(out, '"');
    while (*text) {
        size_t n = strcspn(text, "\"\r\n");
        jaxl_buf_add(out, text, n);
        text += n;
        if (*text)
            jaxl_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text++);
    }
    jaxl_buf_putc(out, '"');
}

static void add_part(struct jaxl_buf *out, const struct jaxl_multipart_part *p,
                     const char *boundary)
{
    jaxl_buf_printf(out, "--%s\r\nContent-Disposition: form-data; name=", boundary);
    add_quoted(out, p->name);
    if (p->filename) {
        jaxl_buf_puts(out, "; filename=");
        add_quoted(out, p->filename);
    }
    if (p->content_type)
        jaxl_buf_printf(out, "\r\nContent-Type: %s", p->content_type);
    jaxl_buf_puts(out, "\r\n\r\n");
    jaxl_buf_add(out, p->data, p->len);
    jaxl_buf_puts(out, "\r\n");
}

/* So that no copy of a secret stays behind while the buffer grows. */
static void reserve(struct jaxl_buf *out, const struct jaxl_multipart_part *parts, size_t n)
{
    size_t need = HEAD;

    for (size_t i = 0; i < n; i++) {
        size_t names = strlen(parts[i].name) + (parts[i].filename ? strlen(parts[i].filename) : 0);
        need += HEAD + 3 * names + (parts[i].data ? parts[i].len : 0);
    }
    if (need <= out->max - out->len) /* else what is really written decides */
        (void)jaxl_buf_reserve(out, need);
}

int jaxl_multipart_write(const struct jaxl_multipart_part *parts, size_t n, const char *boundary,
                         struct jaxl_buf *out, char type[JAXL_MULTIPART_TYPE],
                         struct jaxl_error *err)
{
    snprintf(type, JAXL_MULTIPART_TYPE, "multipart/form-data; boundary=%s", boundary);
    reserve(out, parts, n);
    for (size_t i = 0; i < n; i++)
        if (parts[i].data)
            add_part(out, &parts[i], boundary);
    jaxl_buf_printf(out, "--%s--\r\n", boundary);
    return jaxl_buf_check(out, "a multipart body", err);
}
