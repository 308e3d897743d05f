/* The record of an event, and its fields by name. */
#include <string.h>

#include "data/json_value.h"
#include "data/json_writer.h"
#include "events/event_members.h"
#include "jaxl/clock.h"

/* NULL: it has no text. */
static const char *write_time(const struct jaxl_event *e, char text[32])
{
    char iso[JAXL_CLOCK_ISO_MAX];

    if (jaxl_clock_format(e->received, iso))
        return NULL;
    return memcpy(text, iso, strlen(iso) + 1); /* 27 bytes at most */
}

/* Members of the body that go into the state: their names are the record's. */
static bool moves(const struct jaxl_json *m)
{
    size_t len;
    const char *name = jaxl_json_key(m, &len);

    return jaxl_event_member_named(name, len) < JAXL_EVENT_MEMBERS &&
           !jaxl_event_member_known(name, len);
}

/* Whether what the record keeps of the state has this name with so many '_' behind it. */
static bool is_kept(const struct jaxl_event *e, const char *name, size_t len, size_t more)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->state); m; m = jaxl_json_next(m)) {
        size_t n;
        const char *key = jaxl_json_key(m, &n);
        if (n == len + more && memcmp(key, name, len) == 0 && strspn(key + len, "_") == more &&
            jaxl_event_member_in_state(key, n) == JAXL_EVENT_MEMBERS)
            return true;
    }
    return false;
}

/* How many '_' part a member that moves into the state from what is there. */
static size_t apart(const struct jaxl_event *e, const char *name, size_t len)
{
    size_t more = 0;

    while (is_kept(e, name, len, more))
        more++;
    return more;
}

/* A value onto the buffer, whatever stands before it. */
static void write_value(struct jaxl_json_writer *w, const struct jaxl_json *v)
{
    jaxl_json_writer_reset(w);
    jaxl_json_write_value(w, v);
}

static void write_text(struct jaxl_json_writer *w, const char *text)
{
    jaxl_json_writer_reset(w);
    jaxl_json_write_string(w, text);
}

/* A member of the body as it is. */
static void write_member(struct jaxl_json_writer *w, const struct jaxl_json *m)
{
    size_t len;
    const char *name = jaxl_json_key(m, &len);

    jaxl_json_writer_reset(w);
    jaxl_json_write_string_n(w, name, len);
    jaxl_buf_putc(w->out, ':');
    write_value(w, m);
}

/* Names of ours need no escapes. */
static void write_moved(const struct jaxl_event *e, struct jaxl_json_writer *w, const char *comma)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = jaxl_json_next(m)) {
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        if (!moves(m))
            continue;
        jaxl_buf_puts(w->out, comma);
        jaxl_buf_putc(w->out, '"');
        jaxl_buf_add(w->out, name, len);
        for (size_t more = apart(e, name, len); more; more--)
            jaxl_buf_putc(w->out, '_');
        jaxl_buf_puts(w->out, "\":");
        write_value(w, m);
        comma = ",";
    }
}

static bool has_moved(const struct jaxl_event *e)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = jaxl_json_next(m))
        if (moves(m))
            return true;
    return false;
}

static void write_state(const struct jaxl_event *e, bool unknown, struct jaxl_json_writer *w)
{
    bool moved = unknown && has_moved(e);
    const char *comma = "";

    if (!e->state && !moved) {
        jaxl_buf_add(w->out, "null", 4);
        return;
    }
    jaxl_buf_putc(w->out, '{');
    for (const struct jaxl_json *m = jaxl_json_first(e->state); m; m = jaxl_json_next(m)) {
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        if (jaxl_event_member_in_state(name, len) < JAXL_EVENT_MEMBERS)
            continue;
        jaxl_buf_puts(w->out, comma);
        write_member(w, m);
        comma = ",";
    }
    if (moved)
        write_moved(e, w, comma);
    jaxl_buf_putc(w->out, '}');
}

static void write_unknown(const struct jaxl_event *e, struct jaxl_json_writer *w)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = jaxl_json_next(m)) {
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        if (jaxl_event_member_named(name, len) < JAXL_EVENT_MEMBERS ||
            jaxl_event_member_known(name, len))
            continue;
        jaxl_buf_putc(w->out, ',');
        write_member(w, m);
    }
}

/* What the record has that is no value of the body. */
static void write_own(const struct jaxl_event *e, size_t i, struct jaxl_json_writer *w)
{
    char time[32];

    if (i == MEMBER_RECEIVED_AT)
        write_text(w, write_time(e, time));
    else
        write_text(w, i == MEMBER_ID ? e->id : jaxl_event_name(e->kind));
}

void jaxl_event_write(const struct jaxl_event *e, struct jaxl_buf *out)
{
    struct jaxl_json_writer w = {.out = out};
    struct jaxl_event_values values;

    jaxl_event_member_values(e, &values);
    jaxl_buf_putc(out, '{');
    for (size_t i = 0; i < MEMBER_DUPLICATE; i++) {
        const struct jaxl_event_member *m = &jaxl_event_members[i];
        bool first = i == 0;
        jaxl_buf_add(out, m->key.text + first, m->key.len - first);
        if (m->in_state.len || m->in_body.len)
            write_value(&w, values.of[i]);
        else if (i == MEMBER_STATE)
            write_state(e, values.unknown, &w);
        else
            write_own(e, i, &w);
    }
    if (values.unknown)
        write_unknown(e, &w);
    if (e->duplicate)
        jaxl_buf_puts(out, ",\"duplicate\":true");
    jaxl_buf_puts(out, "}\n");
}

/* A member of the body that moved into the state, by the name that it has there. */
static const struct jaxl_json *moved(const struct jaxl_event *e, const char *name, size_t len)
{
    const struct jaxl_json *m;
    size_t bare = len;

    while (bare && name[bare - 1] == '_')
        bare--;
    m = jaxl_json_get_n(e->body, name, bare);
    return m && moves(m) && apart(e, name, bare) == len - bare ? m : NULL;
}

static const struct jaxl_json *in_state(const struct jaxl_event *e, const char *name, size_t len)
{
    const struct jaxl_json *v = NULL;

    if (jaxl_event_member_in_state(name, len) == JAXL_EVENT_MEMBERS)
        v = jaxl_json_get_n(e->state, name, len);
    return v ? v : moved(e, name, len);
}

/* Of the record's state, which is not an object of the body. */
static const struct jaxl_json *find_in_state(const struct jaxl_event *e, const char *path,
                                             size_t len)
{
    const struct jaxl_json *v = in_state(e, path, len);
    const char *dot = memchr(path, '.', len);

    if (v || !dot)
        return v;
    v = in_state(e, path, (size_t)(dot - path));
    return jaxl_json_find_n(v, dot + 1, len - (size_t)(dot + 1 - path));
}

/* The value that member i has in the body; NULL for what is not of the body, and for null. */
static const struct jaxl_json *given(const struct jaxl_event *e, size_t i)
{
    const struct jaxl_event_member *m = &jaxl_event_members[i];
    const struct jaxl_json *v = NULL;

    if (m->in_state.len)
        v = jaxl_json_get_n(e->state, m->in_state.text, m->in_state.len);
    if (m->in_body.len)
        v = jaxl_json_get_n(e->body, m->in_body.text, m->in_body.len);
    return jaxl_json_is_null(v) ? NULL : v;
}

/* A member of the record that is one of the body. */
static const struct jaxl_json *in_record(const struct jaxl_event *e, const char *name, size_t len)
{
    size_t i = jaxl_event_member_named(name, len);

    if (i < JAXL_EVENT_MEMBERS)
        return given(e, i);
    return jaxl_event_member_known(name, len) ? NULL : jaxl_json_get_n(e->body, name, len);
}

static const struct jaxl_json *find(const struct jaxl_event *e, const char *path, size_t len)
{
    const struct jaxl_json *v = in_record(e, path, len);
    const char *dot = memchr(path, '.', len), *rest;

    if (v || !dot)
        return v;
    rest = dot + 1;
    len -= (size_t)(rest - path);
    if (jaxl_event_member_named(path, (size_t)(dot - path)) == MEMBER_STATE)
        return find_in_state(e, rest, len);
    return jaxl_json_find_n(in_record(e, path, (size_t)(dot - path)), rest, len);
}

/* The fields that are not of the body; NULL for every other. */
static const char *own_field(const struct jaxl_event *e, size_t i, char scratch[32])
{
    switch (i) {
    case MEMBER_ID:
        return e->id;
    case MEMBER_EVENT:
        return jaxl_event_name(e->kind);
    case MEMBER_RECEIVED_AT:
        return write_time(e, scratch);
    case MEMBER_DUPLICATE:
        return e->duplicate ? "true" : NULL;
    default:
        return NULL;
    }
}

const char *jaxl_event_field(const struct jaxl_event *e, const char *path, size_t len,
                             char scratch[32], size_t *n)
{
    const char *text = own_field(e, jaxl_event_member_named(path, len), scratch);
    const struct jaxl_json *v;

    if (text) {
        *n = strlen(text);
        return text;
    }
    v = find(e, path, len);
    if (jaxl_json_type(v) == JAXL_JSON_BOOL) {
        text = jaxl_json_bool(v) ? "true" : "false";
        *n = strlen(text);
        return text;
    }
    return jaxl_json_text(v, n);
}
