/* The cursor: a line for what it is of, and a line for each call of which something is still to be
 * told, or that the next look sees again. */
#include <inttypes.h>
#include <string.h>

#include "data/json_writer.h"
#include "events/follow_impl.h"
#include "jaxl/clock.h"

#define CURSOR_MAX ((size_t)512 * 1024 * 1024) /* bytes of the file */

static int read_time(const struct jaxl_json *v, int64_t *us)
{
    size_t len;
    const char *text = jaxl_json_text(v, &len);

    return text ? jaxl_clock_parse(text, len, us) : JAXL_EINPUT;
}

static int take_head(struct jaxl_follow *f, const struct jaxl_json *line)
{
    const struct jaxl_json *kept = jaxl_json_get(line, "kept");

    if (!f->fresh || strcmp(jaxl_json_string(jaxl_json_get(line, "cursor"), ""), "events") != 0 ||
        jaxl_json_int(jaxl_json_get(line, "org"), &f->org) ||
        jaxl_json_int(jaxl_json_get(line, "currency"), &f->currency) ||
        read_time(jaxl_json_get(line, "begin"), &f->begin) ||
        read_time(jaxl_json_get(line, "seen"), &f->seen))
        return JAXL_EINPUT;
    f->kept = INT64_MIN;
    if (kept && read_time(kept, &f->kept))
        return JAXL_EINPUT;
    f->from_now = jaxl_json_get(line, "from_now") != NULL;
    f->fresh = false;
    return 0;
}

static int take_call(struct jaxl_follow *f, const struct jaxl_json *line)
{
    const struct jaxl_json *told = jaxl_json_get(line, "told");
    const struct jaxl_json *asked = jaxl_json_get(line, "asked");
    struct jaxl_told *t;
    int64_t id, placed;

    if (f->fresh || jaxl_json_int(jaxl_json_get(line, "call"), &id) || id < 1 ||
        read_time(jaxl_json_get(line, "placed"), &placed) || jaxl_told_find(&f->told, id) ||
        jaxl_json_type(told) != JAXL_JSON_ARRAY)
        return JAXL_EINPUT;
    t = jaxl_told_enter(&f->told, id, placed);
    if (!t)
        return JAXL_ENOMEM;
    for (const struct jaxl_json *v = jaxl_json_first(told); v; v = jaxl_json_next(v)) {
        enum jaxl_stage stage = jaxl_stage_parse(jaxl_json_string(v, ""));
        if (stage == STAGE_NONE)
            return JAXL_EINPUT;
        t->stages |= 1u << stage;
    }
    return asked && read_time(asked, &t->asked) ? JAXL_EINPUT : 0;
}

static int take_line(void *ctx, const struct jaxl_record *rec, struct jaxl_error *err)
{
    struct jaxl_follow *f = ctx;
    int rc =
        jaxl_json_get(rec->value, "call") ? take_call(f, rec->value) : take_head(f, rec->value);

    if (!rc)
        return 0;
    return jaxl_error_set(err, rc, "cursor %s, line %" PRIu64 ": %s", f->file.path, rec->line,
                          rc == JAXL_EINPUT ? "that is none of jaxl-events" : jaxl_error_name(rc));
}

int jaxl_follow_load(struct jaxl_follow *f, struct jaxl_error *err)
{
    int64_t org = jaxl_session_org(f->session);
    int rc;

    f->fresh = true;
    rc = jaxl_statefile_open(&f->file, "cursor", f->o.cursor, f->o.cursor, err);
    if (!rc)
        rc = jaxl_statefile_read(&f->file, take_line, f, err);
    if (rc || f->fresh) {
        f->org = org;
        f->currency = f->o.currency;
        return rc;
    }
    if (f->org != org)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "cursor %s: it is of organisation %" PRId64 ", this one is %" PRId64
                              ": name another file",
                              f->file.path, f->org, org);
    if (f->currency != f->o.currency)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "cursor %s: it is of another currency: name another file",
                              f->file.path);
    return 0;
}

static void write_time(struct jaxl_json_writer *w, const char *key, int64_t us)
{
    char text[JAXL_CLOCK_ISO_MAX];

    (void)jaxl_clock_format(us, text);
    jaxl_json_write_member(w, key, text);
}

static void write_call(struct jaxl_json_writer *w, const struct jaxl_told *t)
{
    jaxl_json_writer_reset(w);
    jaxl_json_write_object(w);
    jaxl_json_write_member_int(w, "call", t->id);
    write_time(w, "placed", t->placed);
    if (t->asked)
        write_time(w, "asked", t->asked);
    jaxl_json_write_key(w, "told");
    jaxl_json_write_array(w);
    for (int s = STAGE_PLACED; s < STAGES; s++)
        if (t->stages & 1u << s)
            jaxl_json_write_string(w, jaxl_stage_name((enum jaxl_stage)s));
    jaxl_json_write_end(w);
    jaxl_json_write_end(w);
    jaxl_buf_putc(w->out, '\n');
}

int jaxl_follow_save(struct jaxl_follow *f, struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    struct jaxl_buf text;
    int rc;

    if (!f->file.path)
        return 0;
    jaxl_buf_init(&text, CURSOR_MAX);
    jaxl_json_writer_init(&w, &text);
    jaxl_json_write_object(&w);
    jaxl_json_write_member(&w, "cursor", "events");
    jaxl_json_write_member_int(&w, "org", f->org);
    jaxl_json_write_member_int(&w, "currency", f->currency);
    write_time(&w, "begin", f->begin);
    write_time(&w, "seen", f->seen);
    if (f->kept != INT64_MIN)
        write_time(&w, "kept", f->kept);
    if (f->from_now) {
        jaxl_json_write_key(&w, "from_now");
        jaxl_json_write_bool(&w, true);
    }
    jaxl_json_write_end(&w);
    jaxl_buf_putc(&text, '\n');
    for (size_t i = 0; i < f->told.n; i++)
        write_call(&w, &f->told.items[i]);
    rc = jaxl_statefile_write(&f->file, &text, err);
    jaxl_buf_free(&text);
    return rc;
}
