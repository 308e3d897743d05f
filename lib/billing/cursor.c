#include "billing/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/json_writer.h"
#include "jaxl/clock.h"
#include "jaxl/payments.h"

#define CURSOR_MAX ((size_t)512 * 1024 * 1024) /* bytes of the file */

static int read_time(const struct jaxl_json *v, int64_t *us)
{
    size_t len;
    const char *text = jaxl_json_text(v, &len);

    if (jaxl_json_is_null(v)) {
        *us = INT64_MIN;
        return 0;
    }
    return text ? jaxl_clock_parse(text, len, us) : JAXL_EINPUT;
}

/* "INR", null for all, or the parameter of one without a name. */
static int read_currency(const struct jaxl_json *v, int64_t *parameter)
{
    const char *code = jaxl_json_string(v, NULL);

    *parameter = code ? jaxl_payments_currency_parse(code) : 0;
    if (code)
        return *parameter ? 0 : JAXL_EINPUT;
    return jaxl_json_is_null(v) ? 0 : jaxl_json_int(v, parameter);
}

static int take_head(struct jaxl_cursor *c, const struct jaxl_json *line)
{
    c->kind = jaxl_fetch_kind_parse(jaxl_json_string(jaxl_json_get(line, "cursor"), ""));
    if (!c->fresh || c->kind < 0 || jaxl_json_int(jaxl_json_get(line, "org"), &c->org) ||
        c->org < 1 || read_currency(jaxl_json_get(line, "currency"), &c->currency) ||
        read_time(jaxl_json_get(line, "start"), &c->start) ||
        read_time(jaxl_json_get(line, "until"), &c->until) ||
        read_time(jaxl_json_get(line, "settled"), &c->settled) ||
        jaxl_json_type(jaxl_json_get(line, "complete")) != JAXL_JSON_BOOL)
        return JAXL_EINPUT;
    c->complete = jaxl_json_bool(jaxl_json_get(line, "complete"));
    c->fresh = false;
    return 0;
}

static int take_output(struct jaxl_cursor *c, const struct jaxl_json *line)
{
    const char *path = jaxl_json_string(jaxl_json_get(line, "output"), NULL);
    int64_t dev, ino;

    if (c->fresh || c->noted || !path || jaxl_json_int(jaxl_json_get(line, "dev"), &dev) ||
        jaxl_json_int(jaxl_json_get(line, "ino"), &ino) ||
        jaxl_json_int(jaxl_json_get(line, "born"), &c->born) ||
        jaxl_json_int(jaxl_json_get(line, "size"), &c->size) || c->size < 0)
        return JAXL_EINPUT;
    c->output = strdup(path);
    if (!c->output)
        return JAXL_ENOMEM;
    c->dev = (uint64_t)dev;
    c->ino = (uint64_t)ino;
    c->noted = true;
    return 0;
}

static int take_key(struct jaxl_cursor *c, struct jaxl_keys *keys, const char *text,
                    const struct jaxl_json *line)
{
    const struct jaxl_json *at = jaxl_json_get(line, "at");
    bool fresh;
    int64_t us;
    int rc;

    if (c->fresh || !*text || read_time(at, &us) ||
        (c->kind == JAXL_FETCH_CALLS && jaxl_json_is_null(at)))
        return JAXL_EINPUT;
    rc = jaxl_keys_add(keys, text, us, &fresh);
    return rc || fresh ? rc : JAXL_EINPUT;
}

static int take_line(void *ctx, const struct jaxl_record *rec, struct jaxl_error *err)
{
    struct jaxl_cursor *c = ctx;
    const char *held = jaxl_json_string(jaxl_json_get(rec->value, "held"), NULL),
               *seen = jaxl_json_string(jaxl_json_get(rec->value, "seen"), NULL);
    int rc;

    if (held)
        rc = take_key(c, &c->held, held, rec->value);
    else if (seen)
        rc = take_key(c, &c->seen, seen, rec->value);
    else if (jaxl_json_get(rec->value, "output"))
        rc = take_output(c, rec->value);
    else
        rc = take_head(c, rec->value);
    if (!rc)
        return 0;
    return jaxl_error_set(err, rc, "cursor %s, line %" PRIu64 ": %s", c->file.path, rec->line,
                          rc == JAXL_EINPUT ? "that is none" : jaxl_error_name(rc));
}

int jaxl_cursor_open(struct jaxl_cursor *c, const char *path, struct jaxl_error *err)
{
    int rc;

    *c = (struct jaxl_cursor){.fresh = true,
                              .start = INT64_MIN,
                              .until = INT64_MIN,
                              .settled = INT64_MIN,
                              .complete = true};
    jaxl_keys_init(&c->held);
    jaxl_keys_init(&c->seen);
    rc = jaxl_statefile_open(&c->file, "cursor", path, true, err);
    return rc ? rc : jaxl_statefile_read(&c->file, take_line, c, err);
}

void jaxl_cursor_free(struct jaxl_cursor *c)
{
    jaxl_statefile_close(&c->file);
    jaxl_keys_free(&c->held);
    jaxl_keys_free(&c->seen);
    free(c->output);
    c->output = NULL;
}

static void currency_text(int64_t parameter, char text[24])
{
    const char *code = jaxl_payments_currency((int)parameter);

    if (code || !parameter)
        snprintf(text, 24, "%s", code ? code : "all currencies");
    else
        snprintf(text, 24, "currency %" PRId64, parameter);
}

static int another(const struct jaxl_cursor *c, struct jaxl_error *err, const char *its,
                   const char *ours)
{
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "cursor %s: it is of %s, this fetch is of %s: name another file",
                          c->file.path, its, ours);
}

static int check_owner(const struct jaxl_cursor *c, const struct jaxl_fetch_options *o, int64_t org,
                       struct jaxl_error *err)
{
    char its[JAXL_CLOCK_ISO_MAX + 40], ours[JAXL_CLOCK_ISO_MAX + 40];

    if (c->kind != (int)o->kind)
        return another(c, err, jaxl_fetch_kind_name(c->kind), jaxl_fetch_kind_name(o->kind));
    if (c->org != org) {
        snprintf(its, sizeof its, "organisation %" PRId64, c->org);
        snprintf(ours, sizeof ours, "organisation %" PRId64, org);
        return another(c, err, its, ours);
    }
    if (c->currency != o->currency) {
        currency_text(c->currency, its);
        currency_text(o->currency, ours);
        return another(c, err, its, ours);
    }
    return 0;
}

static int check_span(const struct jaxl_cursor *c, const struct jaxl_fetch_options *o,
                      struct jaxl_error *err)
{
    char its[JAXL_CLOCK_ISO_MAX] = "the beginning", ours[JAXL_CLOCK_ISO_MAX] = "";

    if (o->start != INT64_MIN && o->start != c->start) {
        (void)jaxl_clock_format(o->start, ours);
        if (c->start != INT64_MIN)
            (void)jaxl_clock_format(c->start, its);
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "cursor %s: it begins at %s, this fetch at %s: name another file",
                              c->file.path, its, ours);
    }
    if (o->end >= c->until)
        return 0;
    (void)jaxl_clock_format(c->until, its);
    (void)jaxl_clock_format(o->end, ours);
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "cursor %s: what was before %s is written already, this fetch ends at "
                          "%s: name another file",
                          c->file.path, its, ours);
}

int jaxl_cursor_own(struct jaxl_cursor *c, const struct jaxl_fetch_options *o, int64_t org,
                    struct jaxl_error *err)
{
    int rc;

    if (!c->fresh) {
        rc = check_owner(c, o, org, err);
        return rc ? rc : check_span(c, o, err);
    }
    c->kind = o->kind;
    c->org = org;
    c->currency = o->currency;
    c->start = c->settled = o->start;
    return 0;
}

static void write_time(struct jaxl_json_writer *w, const char *key, int64_t us)
{
    char text[JAXL_CLOCK_ISO_MAX];

    jaxl_json_write_key(w, key);
    if (us == INT64_MIN || jaxl_clock_format(us, text))
        jaxl_json_write_null(w);
    else
        jaxl_json_write_string(w, text);
}

static void write_head(const struct jaxl_cursor *c, struct jaxl_json_writer *w)
{
    const char *code = jaxl_payments_currency((int)c->currency);

    jaxl_json_write_object(w);
    jaxl_json_write_member(w, "cursor", jaxl_fetch_kind_name(c->kind));
    jaxl_json_write_member_int(w, "org", c->org);
    jaxl_json_write_key(w, "currency");
    if (code || !c->currency)
        jaxl_json_write_string(w, code);
    else
        jaxl_json_write_int(w, c->currency);
    write_time(w, "start", c->start);
    write_time(w, "until", c->until);
    write_time(w, "settled", c->settled);
    jaxl_json_write_key(w, "complete");
    jaxl_json_write_bool(w, c->complete);
    jaxl_json_write_end(w);
    jaxl_buf_putc(w->out, '\n');
}

static void write_output(const struct jaxl_cursor *c, struct jaxl_json_writer *w)
{
    if (!c->noted)
        return;
    jaxl_json_writer_reset(w);
    jaxl_json_write_object(w);
    jaxl_json_write_member(w, "output", c->output);
    jaxl_json_write_member_int(w, "dev", (int64_t)c->dev);
    jaxl_json_write_member_int(w, "ino", (int64_t)c->ino);
    jaxl_json_write_member_int(w, "born", c->born);
    jaxl_json_write_member_int(w, "size", c->size);
    jaxl_json_write_end(w);
    jaxl_buf_putc(w->out, '\n');
}

static void write_keys(const struct jaxl_keys *keys, const char *name, struct jaxl_json_writer *w)
{
    for (size_t i = 0; i < keys->n_slots; i++) {
        const struct jaxl_key *key = &keys->slots[i];
        if (!key->text || key->gone)
            continue;
        jaxl_json_writer_reset(w);
        jaxl_json_write_object(w);
        jaxl_json_write_member(w, name, key->text);
        if (key->at != INT64_MIN)
            write_time(w, "at", key->at);
        jaxl_json_write_end(w);
        jaxl_buf_putc(w->out, '\n');
    }
}

int jaxl_cursor_save(struct jaxl_cursor *c, struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    struct jaxl_buf text;
    int rc;

    jaxl_buf_init(&text, CURSOR_MAX);
    jaxl_json_writer_init(&w, &text);
    write_head(c, &w);
    write_output(c, &w);
    write_keys(&c->held, "held", &w);
    write_keys(&c->seen, "seen", &w);
    rc = jaxl_statefile_write(&c->file, &text, err);
    jaxl_buf_free(&text);
    return rc;
}
