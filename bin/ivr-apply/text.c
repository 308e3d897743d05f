#include "ivr-apply/text.h"

#include <string.h>

#define BOLD  "\033[1m"
#define RED   "\033[31m"
#define GREEN "\033[32m"
#define ALARM "\033[1;31m"
#define PLAIN "\033[0m"

enum { AT_WIDTH = 8 }; /* of a time with its decimal */

static void paint(struct jaxl_buf *out, bool colour, const char *sequence)
{
    if (colour)
        jaxl_buf_puts(out, sequence);
}

/* C0, DEL, and U+0080 to U+009F, which are two bytes. */
static void put_text(struct jaxl_buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)text[i];
        const bool c1 = c == 0xc2 && i + 1 < len && (unsigned char)text[i + 1] < 0xa0;
        i += c1;
        jaxl_buf_putc(out, c < 0x20 || c == 0x7f || c1 ? ' ' : text[i]);
    }
}

/* What only an account can have, as JSON. */
static void put_json(struct jaxl_buf *out, const struct jaxl_json *value)
{
    struct jaxl_json_writer *w;
    struct jaxl_buf text;

    jaxl_buf_init(&text, out->max);
    if (jaxl_json_writer_new(&w, &text)) {
        out->failed = out->failed ? out->failed : JAXL_ENOMEM;
        return;
    }
    jaxl_json_write_value(w, value);
    if (text.failed && !out->failed)
        out->failed = text.failed;
    put_text(out, jaxl_buf_text(&text), text.len);
    jaxl_json_writer_free(&w);
    jaxl_buf_free(&text);
}

static void put_value(struct jaxl_buf *out, const struct jaxl_json *value)
{
    const struct jaxl_json *e = jaxl_json_first(value);
    size_t len;
    const char *text = jaxl_json_text(value, &len);

    switch (jaxl_json_type(value)) {
    case JAXL_JSON_ARRAY:
        for (; e; e = jaxl_json_next(e)) {
            put_value(out, e);
            if (jaxl_json_next(e))
                jaxl_buf_puts(out, ", ");
        }
        break;
    case JAXL_JSON_BOOL:
        jaxl_buf_puts(out, jaxl_json_bool(value) ? "true" : "false");
        break;
    case JAXL_JSON_NULL:
        jaxl_buf_puts(out, "none");
        break;
    case JAXL_JSON_OBJECT:
        put_json(out, value);
        break;
    default:
        put_text(out, text, len);
    }
}

static void put_member(struct jaxl_buf *out, const struct jaxl_json *record, const char *key)
{
    put_value(out, jaxl_json_get(record, key));
}

static bool has(const struct jaxl_json *record, const char *key)
{
    return !jaxl_json_is_null(jaxl_json_get(record, key));
}

static bool is(const struct jaxl_json *record, const char *key, const char *text)
{
    return strcmp(jaxl_json_string(jaxl_json_get(record, key), ""), text) == 0;
}

static void put_bold(struct jaxl_buf *out, const struct jaxl_json *record, const char *key,
                     bool colour)
{
    paint(out, colour, BOLD);
    put_member(out, record, key);
    paint(out, colour, PLAIN);
}

static void put_seconds(struct jaxl_buf *out, const struct jaxl_json *record)
{
    jaxl_buf_puts(out, " (");
    put_member(out, record, "seconds");
    jaxl_buf_puts(out, " s)");
}

static void walk_menu(struct jaxl_buf *out, const struct jaxl_json *record, bool colour)
{
    put_bold(out, record, "ivr", colour);
    if (has(record, "webhook")) {
        jaxl_buf_puts(out, " is answered by ");
        put_member(out, record, "webhook");
        return;
    }
    jaxl_buf_puts(out, " says: ");
    put_member(out, record, "says");
    put_seconds(out, record);
}

/* "team 5", "teams 5, 7", "the menu support" */
static void put_lead(struct jaxl_buf *out, const struct jaxl_json *record)
{
    static const struct {
        const char *leads, *one, *several;
    } kinds[] = {
        {"next", "the menu ", ""},          {"phone", "phone ", ""},
        {"devices", "device ", "devices "}, {"appusers", "app user ", "app users "},
        {"teams", "team ", "teams "},       {"webhook", "webhook ", ""},
    };
    const struct jaxl_json *to = jaxl_json_get(record, "to");
    const bool several = jaxl_json_type(to) == JAXL_JSON_ARRAY && jaxl_json_count(to) > 1;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (is(record, "leads", kinds[i].leads)) {
            const bool id = i == 0 && jaxl_json_type(to) == JAXL_JSON_NUMBER;
            jaxl_buf_puts(out, id ? "IVR " : several ? kinds[i].several : kinds[i].one);
        }
    put_value(out, to);
}

static void walk_key(struct jaxl_buf *out, const struct jaxl_json *record, bool colour)
{
    jaxl_buf_puts(out, "key ");
    put_bold(out, record, "key", colour);
    if (has(record, "option")) {
        jaxl_buf_puts(out, " (");
        put_member(out, record, "option");
        jaxl_buf_putc(out, ')');
    }
    jaxl_buf_puts(out, ": to ");
    put_lead(out, record);
    if (has(record, "webhook_url")) {
        jaxl_buf_puts(out, ", if allowed by ");
        put_member(out, record, "webhook_url");
    }
}

static void walk_data(struct jaxl_buf *out, const struct jaxl_json *record, bool colour)
{
    jaxl_buf_puts(out, "asks: ");
    put_member(out, record, "asks");
    if (has(record, "data")) {
        jaxl_buf_puts(out, " Keyed in: ");
        put_bold(out, record, "data", colour);
        if (jaxl_json_bool(jaxl_json_get(record, "reads_back")))
            jaxl_buf_puts(out, ", which is read back");
    }
    put_seconds(out, record);
}

static void walk_end(struct jaxl_buf *out, const struct jaxl_json *record)
{
    static const struct {
        const char *ends, *text;
    } ends[] = {
        {"hangup", "the call is hung up"},
        {"left", "the call has left the menus"},
        {"waits", "a key is waited for"},
    };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (is(record, "ends", ends[i].ends))
            jaxl_buf_puts(out, ends[i].text);
}

void text_walk(const struct jaxl_json *record, bool colour, struct jaxl_buf *out)
{
    size_t len = 0;
    const char *at = jaxl_json_text(jaxl_json_get(record, "at"), &len);

    jaxl_buf_printf(out, "%*s s  ", AT_WIDTH, at ? at : "");
    if (has(record, "ivr"))
        walk_menu(out, record, colour);
    else if (has(record, "key"))
        walk_key(out, record, colour);
    else if (has(record, "asks"))
        walk_data(out, record, colour);
    else
        walk_end(out, record);
    jaxl_buf_putc(out, '\n');
}

static void put_id(struct jaxl_buf *out, const struct jaxl_json *record, const char *key)
{
    if (!has(record, key))
        return;
    jaxl_buf_puts(out, " (");
    put_member(out, record, key);
    jaxl_buf_putc(out, ')');
}

/* What is changed, and how when the fields do not say it. */
static void put_subject(struct jaxl_buf *out, const struct jaxl_json *record, bool colour)
{
    paint(out, colour, BOLD);
    if (has(record, "phone")) {
        jaxl_buf_puts(out, "phone ");
        put_member(out, record, "phone");
    } else if (has(record, "input")) {
        jaxl_buf_puts(out, "option ");
        put_member(out, record, "input");
        jaxl_buf_puts(out, " of ");
        put_member(out, record, "ivr");
        put_id(out, record, "option_id");
    } else {
        jaxl_buf_puts(out, "menu ");
        put_member(out, record, "ivr");
        put_id(out, record, "ivr_id");
    }
    if (is(record, "action", "create"))
        jaxl_buf_puts(out, ": new");
    else if (is(record, "action", "disable"))
        jaxl_buf_puts(out, ": disabled");
    paint(out, colour, PLAIN);
    jaxl_buf_putc(out, '\n');
}

static void put_field(struct jaxl_buf *out, char sign, const char *key,
                      const struct jaxl_json *value, bool colour)
{
    if (jaxl_json_is_null(value))
        return;
    paint(out, colour, sign == '-' ? RED : GREEN);
    jaxl_buf_printf(out, "%c   %s: ", sign, key);
    put_value(out, value);
    paint(out, colour, PLAIN);
    jaxl_buf_putc(out, '\n');
}

static void put_fields(struct jaxl_buf *out, const struct jaxl_json *before,
                       const struct jaxl_json *after, bool colour)
{
    const char *key;

    for (const struct jaxl_json *m = jaxl_json_first(after); m; m = jaxl_json_next(m)) {
        key = jaxl_json_key(m, NULL);
        put_field(out, '-', key, jaxl_json_get(before, key), colour);
        put_field(out, '+', key, m, colour);
    }
    for (const struct jaxl_json *m = jaxl_json_first(before); m; m = jaxl_json_next(m)) {
        key = jaxl_json_key(m, NULL);
        if (!jaxl_json_get(after, key))
            put_field(out, '-', key, m, colour);
    }
}

static void put_error(struct jaxl_buf *out, const struct jaxl_json *record, bool colour)
{
    paint(out, colour, ALARM);
    jaxl_buf_puts(out, "!   ");
    if (has(record, "file")) {
        put_member(out, record, "file");
        if (has(record, "line")) {
            jaxl_buf_putc(out, ':');
            put_member(out, record, "line");
        }
        jaxl_buf_puts(out, ": ");
    }
    put_member(out, record, "error");
    paint(out, colour, PLAIN);
    jaxl_buf_putc(out, '\n');
}

void text_change(const struct jaxl_json *record, bool colour, struct jaxl_buf *out)
{
    if (is(record, "action", "unchanged") && !has(record, "error"))
        return;
    put_subject(out, record, colour);
    if (!is(record, "action", "disable"))
        put_fields(out, jaxl_json_get(record, "before"), jaxl_json_get(record, "after"), colour);
    if (has(record, "error"))
        put_error(out, record, colour);
}
