/* Records go out, and the cursor goes on behind them. */
#include "billing/fetch_impl.h"
#include "jaxl/clock.h"

#define DAY   (86400 * JAXL_SECOND)
#define PAUSE (250 * JAXL_MSEC) /* between two checkpoints, which wait for the disk */

static int failed(struct jaxl_fetch_run *r, int code)
{
    r->broken = true;
    return code;
}

static int no_memory(struct jaxl_fetch_run *r, int code, struct jaxl_error *err)
{
    return failed(r, jaxl_error_set(err, code, "fetching: %s", jaxl_error_name(code)));
}

int jaxl_fetch_checkpoint(struct jaxl_fetch_run *r, bool complete, struct jaxl_error *err)
{
    struct jaxl_cursor *c = r->cursor;
    int rc = r->flush ? r->flush(r->ctx, err) : 0;

    if (!rc && c) {
        rc = jaxl_cursor_output_note(c, r->o->output_fd, err);
        c->complete = complete;
        if (!rc)
            rc = jaxl_cursor_save(c, err);
    }
    r->saved = jaxl_clock_mono(jaxl_session_clock(r->session));
    return rc ? failed(r, rc) : 0;
}

/* Before the first record: from here on what is behind the end of the output is this run's. */
static int begin(struct jaxl_fetch_run *r, struct jaxl_error *err)
{
    if (r->begun || !r->cursor)
        return 0;
    r->begun = true;
    return jaxl_fetch_checkpoint(r, false, err);
}

static int put(struct jaxl_fetch_run *r, const struct jaxl_fetch_slice *s,
               const struct jaxl_fetch_row *row, struct jaxl_error *err)
{
    int rc = begin(r, err);

    if (!rc)
        rc = r->put(r->ctx, s->text.data + row->json, row->len, err);
    if (rc)
        return failed(r, rc);
    r->totals.written++;
    r->totals.provisional += !row->final;
    return 0;
}

/* A record of a list without time: written once, as long as it stays as it is. */
static int write_item(struct jaxl_fetch_run *r, const struct jaxl_fetch_slice *s,
                      const struct jaxl_fetch_row *row, struct jaxl_error *err)
{
    const char *mark = s->text.data + row->mark;
    int rc;

    if (!r->cursor)
        return put(r, s, row, err);
    if (jaxl_keys_find(&r->cursor->seen, mark)) {
        r->totals.repeats++;
        return 0;
    }
    rc = put(r, s, row, err);
    if (rc)
        return rc;
    rc = jaxl_keys_add(&r->cursor->seen, mark, INT64_MIN, NULL);
    return rc ? no_memory(r, rc, err) : 0;
}

static int write_call(struct jaxl_fetch_run *r, const struct jaxl_fetch_slice *s,
                      const struct jaxl_fetch_row *row, struct jaxl_error *err)
{
    struct jaxl_cursor *c = r->cursor;
    const char *id = s->text.data + row->id;
    struct jaxl_key *held = c ? jaxl_keys_find(&c->held, id) : NULL;
    int rc = 0;

    if (!c)
        return put(r, s, row, err);
    if (row->gone) {
        r->totals.gone++;
    } else if (!held && (row->at < c->settled || jaxl_keys_find(&c->seen, id))) {
        r->totals.repeats++;
    } else if (!row->final && r->now - row->at < JAXL_FETCH_HOLD_DAYS * DAY) {
        rc = jaxl_keys_add(&c->held, id, row->at, NULL);
        return rc ? no_memory(r, rc, err) : 0;
    } else {
        rc = put(r, s, row, err);
        if (rc)
            return rc;
        r->stale += !row->final;
        if (row->at >= r->fresh)
            rc = jaxl_keys_add(&c->seen, id, row->at, NULL);
    }
    if (held)
        jaxl_keys_remove(&c->held, held);
    return rc ? no_memory(r, rc, err) : 0;
}

static int write_row(struct jaxl_fetch_run *r, const struct jaxl_fetch_slice *s,
                     const struct jaxl_fetch_row *row, struct jaxl_error *err)
{
    if (r->o->kind == JAXL_FETCH_USAGE)
        return put(r, s, row, err);
    if (row->part && jaxl_keys_find(&s->parts[0].ids, s->text.data + row->id)) {
        r->totals.repeats++;
        return 0;
    }
    return r->o->kind == JAXL_FETCH_CALLS ? write_call(r, s, row, err) : write_item(r, s, row, err);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void jaxl_fetch_reached(struct jaxl_fetch_run *r, int64_t to)
{
    struct jaxl_cursor *c = r->cursor;

    if (!c)
        return;
    c->until = later(c->until, to);
    c->settled = later(c->settled, to < r->fresh ? to : r->fresh);
    if (r->o->kind == JAXL_FETCH_CALLS)
        jaxl_keys_remove_before(&c->seen, c->settled);
}

static int write_slice(struct jaxl_fetch_run *r, struct jaxl_fetch_slice *s, struct jaxl_error *err)
{
    int rc = 0;

    jaxl_fetch_slice_sort(s);
    for (size_t i = 0; i < s->n && !rc; i++)
        rc = write_row(r, s, &s->rows[i], err);
    if (!rc && r->o->kind == JAXL_FETCH_CALLS && !s->gets)
        jaxl_fetch_reached(r, s->to);
    return rc;
}

int jaxl_fetch_write(struct jaxl_fetch_run *r, struct jaxl_error *err)
{
    int rc = 0;

    while (!rc && !r->broken && r->first && r->first->state == JAXL_FETCH_WHOLE) {
        struct jaxl_fetch_slice *s = r->first;
        rc = write_slice(r, s, err);
        r->first = s->after;
        jaxl_fetch_slice_free(s);
        if (!rc && r->begun && jaxl_clock_mono(jaxl_session_clock(r->session)) - r->saved >= PAUSE)
            rc = jaxl_fetch_checkpoint(r, false, err);
    }
    return rc;
}
