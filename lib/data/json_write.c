#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/json_value.h"
#include "data/json_writer.h"
#include "data/utf8.h"

enum { IN_OBJECT = 1, HAS_VALUE = 2, HAS_KEY = 4 };

int jaxl_json_writer_new(struct jaxl_json_writer **w, struct jaxl_buf *out)
{
    *w = malloc(sizeof **w);
    if (!*w)
        return JAXL_ENOMEM;
    jaxl_json_writer_init(*w, out);
    return 0;
}

void jaxl_json_writer_free(struct jaxl_json_writer **w)
{
    if (!w)
        return;
    free(*w);
    *w = NULL;
}

void jaxl_json_writer_reset(struct jaxl_json_writer *w)
{
    w->depth = 0;
    w->levels[0] = 0;
    w->failed = 0;
}

static bool fail(struct jaxl_json_writer *w, int code)
{
    if (!w->failed)
        w->failed = code;
    return false;
}

/* Sets the comma before a value where one belongs; false when no value may stand here. */
static bool begin_value(struct jaxl_json_writer *w)
{
    unsigned char *level = &w->levels[w->depth];

    if (w->failed)
        return false;
    if (*level & IN_OBJECT ? !(*level & HAS_KEY) : !w->depth && *level & HAS_VALUE)
        return fail(w, JAXL_EARG);
    if (w->depth && (*level & (HAS_VALUE | IN_OBJECT)) == HAS_VALUE)
        jaxl_buf_putc(w->out, ',');
    *level = (unsigned char)((*level & IN_OBJECT) | HAS_VALUE);
    return true;
}

static void open_level(struct jaxl_json_writer *w, char bracket, unsigned char flags)
{
    if (!begin_value(w))
        return;
    if (w->depth == JAXL_JSON_WRITER_DEPTH) {
        (void)fail(w, JAXL_ELIMIT);
        return;
    }
    w->levels[++w->depth] = flags;
    jaxl_buf_putc(w->out, bracket);
}

void jaxl_json_write_object(struct jaxl_json_writer *w)
{
    open_level(w, '{', IN_OBJECT);
}

void jaxl_json_write_array(struct jaxl_json_writer *w)
{
    open_level(w, '[', 0);
}

void jaxl_json_write_end(struct jaxl_json_writer *w)
{
    unsigned char level = w->levels[w->depth];

    if (w->failed)
        return;
    if (!w->depth || level & HAS_KEY) {
        (void)fail(w, JAXL_EARG);
        return;
    }
    w->depth--;
    jaxl_buf_putc(w->out, level & IN_OBJECT ? '}' : ']');
}

/* Stands for itself in a JSON string, as far as this one byte says. */
static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void escape(struct jaxl_buf *out, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *at = c ? strchr(from, c) : NULL;

    if (at)
        jaxl_buf_add(out, (char[]){'\\', to[at - from]}, 2);
    else
        jaxl_buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
}

/* Valid UTF-8 as it is, each byte that is none as U+FFFD. */
static void add_utf8(struct jaxl_buf *out, const char *text, size_t len)
{
    for (;;) {
        size_t valid = jaxl_utf8_span(text, len);
        jaxl_buf_add(out, text, valid);
        if (valid == len)
            return;
        jaxl_buf_puts(out, "\xef\xbf\xbd");
        text += valid + 1;
        len -= valid + 1;
    }
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not 0 when one of eight bytes is not plain ASCII: x - n borrows from the high bit of a byte below
 * n, and x ^ n is below 1 where the byte is n. */
static uint64_t not_plain(uint64_t x)
{
    uint64_t quote = x ^ EACH('"'), backslash = x ^ EACH('\\');

    return (x | ((x - EACH(0x20)) & ~x) | ((quote - EACH(1)) & ~quote) |
            ((backslash - EACH(1)) & ~backslash)) &
           EACH(0x80);
}

/* Fewer than eight bytes: two halves that overlap, or the first, the middle and the last. */
static bool copy_short(char *to, const char *text, size_t len)
{
    uint64_t all = EACH(' ');
    uint32_t head, tail;

    if (len >= sizeof head) {
        memcpy(&head, text, sizeof head);
        memcpy(&tail, text + len - sizeof tail, sizeof tail);
        memcpy(to, &head, sizeof head);
        memcpy(to + len - sizeof tail, &tail, sizeof tail);
        all = (uint64_t)head << 32 | tail;
    } else if (len) {
        to[0] = text[0];
        to[len / 2] = text[len / 2];
        to[len - 1] = text[len - 1];
        all = all << 24 | (uint64_t)(unsigned char)to[0] << 16 |
              (uint64_t)(unsigned char)to[len / 2] << 8 | (unsigned char)to[len - 1];
    }
    return !not_plain(all);
}

/* Copies text and looks at it in one go. Whether all of it is plain ASCII. */
static bool copy_plain(char *to, const char *text, size_t len)
{
    uint64_t eight, wrong = 0;
    size_t at = 0;

    if (len < sizeof eight)
        return copy_short(to, text, len);
    for (; at < len; at += sizeof eight) {
        if (at > len - sizeof eight)
            at = len - sizeof eight; /* the last eight, which overlap those before */
        memcpy(&eight, text + at, sizeof eight);
        memcpy(to + at, &eight, sizeof eight);
        wrong |= not_plain(eight);
    }
    return !wrong;
}

/* Most strings need no second look: plain ASCII goes in at one go, between what stands before and
 * behind it (0: nothing). */
static bool add_ascii(struct jaxl_buf *out, char before, const char *text, size_t len, char behind)
{
    char *to;

    if (jaxl_buf_reserve(out, len + 2 + (before != 0) + (behind != 0)))
        return true; /* which has stuck */
    to = out->data + out->len;
    if (before)
        *to++ = before;
    *to++ = '"';
    if (!copy_plain(to, text, len)) {
        out->data[out->len] = '\0';
        return false;
    }
    to += len;
    *to++ = '"';
    if (behind)
        *to++ = behind;
    *to = '\0';
    out->len = (size_t)(to - out->data);
    return true;
}

static void add_string(struct jaxl_buf *out, char before, const char *text, size_t len, char behind)
{
    if (add_ascii(out, before, text, len, behind))
        return;
    if (before)
        jaxl_buf_putc(out, before);
    jaxl_buf_putc(out, '"');
    for (;;) {
        size_t plain = 0;
        while (plain < len && is_plain(text[plain]))
            plain++;
        add_utf8(out, text, plain);
        if (plain == len)
            break;
        escape(out, text[plain]);
        text += plain + 1;
        len -= plain + 1;
    }
    jaxl_buf_putc(out, '"');
    if (behind)
        jaxl_buf_putc(out, behind);
}

void jaxl_json_write_key(struct jaxl_json_writer *w, const char *key)
{
    jaxl_json_write_key_n(w, key, strlen(key));
}

void jaxl_json_write_key_n(struct jaxl_json_writer *w, const char *key, size_t len)
{
    unsigned char *level = &w->levels[w->depth];

    if (w->failed)
        return;
    if ((*level & (IN_OBJECT | HAS_KEY)) != IN_OBJECT) {
        (void)fail(w, JAXL_EARG);
        return;
    }
    add_string(w->out, *level & HAS_VALUE ? ',' : 0, key, len, ':');
    *level |= HAS_KEY;
}

void jaxl_json_write_string(struct jaxl_json_writer *w, const char *text)
{
    jaxl_json_write_string_n(w, text, text ? strlen(text) : 0);
}

void jaxl_json_write_string_n(struct jaxl_json_writer *w, const char *text, size_t len)
{
    if (!text)
        jaxl_json_write_null(w);
    else if (begin_value(w))
        add_string(w->out, 0, text, len, 0);
}

void jaxl_json_write_raw(struct jaxl_json_writer *w, const char *text, size_t len)
{
    if (begin_value(w))
        jaxl_buf_add(w->out, text, len);
}

void jaxl_json_write_int(struct jaxl_json_writer *w, int64_t v)
{
    if (begin_value(w))
        jaxl_buf_int(w->out, v);
}

void jaxl_json_write_number(struct jaxl_json_writer *w, const char *text)
{
    size_t len = strlen(text);

    if (jaxl_json_is_number(text, len))
        jaxl_json_write_raw(w, text, len);
    else
        (void)fail(w, JAXL_EARG);
}

void jaxl_json_write_bool(struct jaxl_json_writer *w, bool v)
{
    jaxl_json_write_raw(w, v ? "true" : "false", v ? 4 : 5);
}

void jaxl_json_write_null(struct jaxl_json_writer *w)
{
    jaxl_json_write_raw(w, "null", 4);
}

/* No deeper than JAXL_JSON_DEPTH: a document holds nothing deeper. */
void jaxl_json_write_value(struct jaxl_json_writer *w, const struct jaxl_json *v)
{
    switch (jaxl_json_type(v)) {
    case JAXL_JSON_NULL:
        jaxl_json_write_null(w);
        return;
    case JAXL_JSON_BOOL:
        jaxl_json_write_bool(w, jaxl_json_bool(v));
        return;
    case JAXL_JSON_NUMBER:
        jaxl_json_write_raw(w, v->text, v->len);
        return;
    case JAXL_JSON_STRING:
        jaxl_json_write_string_n(w, v->text, v->len);
        return;
    case JAXL_JSON_ARRAY:
        jaxl_json_write_array(w);
        break;
    case JAXL_JSON_OBJECT:
        jaxl_json_write_object(w);
        break;
    }
    for (const struct jaxl_json *m = v->first; m; m = m->next) {
        if (m->key)
            jaxl_json_write_key_n(w, m->key, m->key_len);
        jaxl_json_write_value(w, m);
    }
    jaxl_json_write_end(w);
}

void jaxl_json_write_member(struct jaxl_json_writer *w, const char *key, const char *text)
{
    jaxl_json_write_key(w, key);
    jaxl_json_write_string(w, text);
}

void jaxl_json_write_member_int(struct jaxl_json_writer *w, const char *key, int64_t v)
{
    jaxl_json_write_key(w, key);
    jaxl_json_write_int(w, v);
}

void jaxl_json_write_member_value(struct jaxl_json_writer *w, const char *key,
                                  const struct jaxl_json *v)
{
    jaxl_json_write_key(w, key);
    jaxl_json_write_value(w, v);
}

int jaxl_json_writer_check(const struct jaxl_json_writer *w, struct jaxl_error *err)
{
    if (w->failed == JAXL_ELIMIT)
        return jaxl_error_set(err, JAXL_ELIMIT, "JSON to be written: nested too deeply");
    if (w->failed || w->depth || !(w->levels[0] & HAS_VALUE))
        return jaxl_error_set(err, JAXL_EARG, "JSON to be written: %s",
                              w->failed ? "a value, key or end in the wrong place"
                                        : "not everything was written or closed");
    return jaxl_buf_check(w->out, "JSON to be written", err);
}
