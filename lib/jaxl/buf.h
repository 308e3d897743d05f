/* A growing buffer with a stated maximum and sticky failure: append without checking each time,
 * ask jaxl_buf_check once at the end. After a failure the contents are what fitted before it. */
#ifndef JAXL_BUF_H
#define JAXL_BUF_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_buf {
    char *data; /* always followed by a NUL that len does not count; NULL while never written to */
    size_t len; /* bytes */
    size_t cap; /* bytes allocated */
    size_t max; /* bytes that len may never pass */
    int failed; /* 0, JAXL_ENOMEM or JAXL_ELIMIT: the first failure, kept */
};

/* Makes an empty buffer that holds at most max bytes. Allocates nothing. */
JAXL_API void jaxl_buf_init(struct jaxl_buf *b, size_t max);
/* Frees the memory and leaves an empty buffer of the same maximum. NULL is fine. */
JAXL_API void jaxl_buf_free(struct jaxl_buf *b);
/* The same, for buffers that held a secret: overwrites it first. Growing leaves copies behind, so
 * reserve what a secret needs before it comes. */
JAXL_API void jaxl_buf_wipe(struct jaxl_buf *b);
/* Empties it, forgets a failure and keeps the memory for the next use. */
JAXL_API void jaxl_buf_reset(struct jaxl_buf *b);
/* Makes room for n more bytes. 0, JAXL_ENOMEM or JAXL_ELIMIT (which also sticks). */
JAXL_API int jaxl_buf_reserve(struct jaxl_buf *b, size_t n);

/* Append n bytes, a NUL-terminated text, one byte, a number, a formatted text. */
JAXL_API void jaxl_buf_add(struct jaxl_buf *b, const void *data, size_t n);
JAXL_API void jaxl_buf_puts(struct jaxl_buf *b, const char *text);
JAXL_API void jaxl_buf_putc(struct jaxl_buf *b, char c);
JAXL_API void jaxl_buf_int(struct jaxl_buf *b, int64_t v); /* in decimal */
JAXL_API void jaxl_buf_printf(struct jaxl_buf *b, const char *fmt, ...) JAXL_PRINTF(2, 3);

/* Takes the first n bytes (at most len) away. */
JAXL_API void jaxl_buf_consume(struct jaxl_buf *b, size_t n);
/* The contents as a NUL-terminated text, never NULL; borrowed until the next call on b. */
JAXL_API const char *jaxl_buf_text(const struct jaxl_buf *b);
/* Hands the contents over as a NUL-terminated text to be freed with free(); the buffer is empty
 * afterwards. NULL when the buffer has failed or memory is out. */
JAXL_API char *jaxl_buf_take(struct jaxl_buf *b);
/* 0, or the first failure, with a message in *err that says what the buffer was for. */
JAXL_API int jaxl_buf_check(const struct jaxl_buf *b, const char *what, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
