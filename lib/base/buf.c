#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/buf.h"
#include "jaxl/secret.h"

enum { FIRST_ALLOCATION = 128 };

void jaxl_buf_init(struct jaxl_buf *b, size_t max)
{
    memset(b, 0, sizeof *b);
    b->max = max < SIZE_MAX ? max : SIZE_MAX - 1; /* the NUL has to fit, too */
}

void jaxl_buf_free(struct jaxl_buf *b)
{
    if (!b)
        return;
    free(b->data);
    jaxl_buf_init(b, b->max);
}

void jaxl_buf_wipe(struct jaxl_buf *b)
{
    if (!b)
        return;
    jaxl_secret_wipe(b->data, b->cap);
    jaxl_buf_free(b);
}

void jaxl_buf_reset(struct jaxl_buf *b)
{
    b->len = 0;
    b->failed = 0;
    if (b->data)
        b->data[0] = '\0';
}

static int fail(struct jaxl_buf *b, int code)
{
    if (!b->failed)
        b->failed = code;
    return b->failed;
}

int jaxl_buf_reserve(struct jaxl_buf *b, size_t n)
{
    size_t need, cap;
    char *data;

    if (b->failed)
        return b->failed;
    if (n > b->max || b->len > b->max - n)
        return fail(b, JAXL_ELIMIT);
    need = b->len + n + 1;
    if (need <= b->cap)
        return 0;
    if (need > PTRDIFF_MAX)
        return fail(b, JAXL_ENOMEM);
    cap = b->cap + b->cap / 2 + FIRST_ALLOCATION;
    if (cap < need)
        cap = need;
    if (cap > b->max + 1)
        cap = b->max + 1;
    data = realloc(b->data, cap);
    if (!data)
        return fail(b, JAXL_ENOMEM);
    data[b->len] = '\0';
    b->data = data;
    b->cap = cap;
    return 0;
}

/* Whether n more bytes and the NUL have room without a look at the maximum: cap is at most max + 1.
 */
static bool fits(const struct jaxl_buf *b, size_t n)
{
    return n < b->cap - b->len && !b->failed;
}

void jaxl_buf_add(struct jaxl_buf *b, const void *data, size_t n)
{
    if (!fits(b, n) && jaxl_buf_reserve(b, n))
        return;
    if (n)
        memcpy(b->data + b->len, data, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void jaxl_buf_puts(struct jaxl_buf *b, const char *text)
{
    jaxl_buf_add(b, text, strlen(text));
}

void jaxl_buf_putc(struct jaxl_buf *b, char c)
{
    if (!fits(b, 1) && jaxl_buf_reserve(b, 1))
        return;
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
}

/* Not through printf, which costs ten times as much: every record holds several numbers. */
void jaxl_buf_int(struct jaxl_buf *b, int64_t v)
{
    char text[24], *p = text + sizeof text;
    uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do
        *--p = (char)('0' + left % 10);
    while (left /= 10);
    if (v < 0)
        *--p = '-';
    jaxl_buf_add(b, p, (size_t)(text + sizeof text - p));
}

void jaxl_buf_printf(struct jaxl_buf *b, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0) {
        fail(b, JAXL_ELIMIT);
        return;
    }
    if (jaxl_buf_reserve(b, (size_t)n))
        return;
    va_start(ap, fmt);
    (void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void jaxl_buf_consume(struct jaxl_buf *b, size_t n)
{
    if (n >= b->len) {
        b->len = 0;
    } else {
        memmove(b->data, b->data + n, b->len - n);
        b->len -= n;
    }
    if (b->data)
        b->data[b->len] = '\0';
}

const char *jaxl_buf_text(const struct jaxl_buf *b)
{
    return b->data ? b->data : "";
}

char *jaxl_buf_take(struct jaxl_buf *b)
{
    char *data;

    if (jaxl_buf_reserve(b, 0))
        return NULL;
    data = b->data;
    jaxl_buf_init(b, b->max);
    return data;
}

int jaxl_buf_check(const struct jaxl_buf *b, const char *what, struct jaxl_error *err)
{
    if (b->failed == JAXL_ELIMIT)
        return jaxl_error_set(err, JAXL_ELIMIT, "%s: longer than the limit of %zu bytes", what,
                              b->max);
    if (b->failed)
        return jaxl_error_set(err, b->failed, "%s: out of memory", what);
    return 0;
}
