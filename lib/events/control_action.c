#include "events/control_action.h"

#include <stdlib.h>
#include <string.h>

#include "data/json_writer.h"
#include "events/control_state.h"
#include "jaxl/clock.h"
#include "jaxl/nearest.h"
#include "jaxl/span.h"

enum { ROWS = 64 }; /* more than there are */

int jaxl_control_tools_init(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    *t = (struct jaxl_control_tools){.cells = calloc(1, sizeof *t->cells)};
    jaxl_buf_init(&t->text, JAXL_CONTROL_ACTION_MAX);
    if (!t->cells || jaxl_json_doc_new(&t->doc, JAXL_CONTROL_ACTION_MAX) ||
        jaxl_json_doc_new(&t->data, 0))
        return jaxl_error_set(err, JAXL_ENOMEM, "actions: out of memory");
    return 0;
}

void jaxl_control_tools_free(struct jaxl_control_tools *t)
{
    jaxl_control_sound_free(&t->sounds);
    jaxl_json_doc_free(&t->doc);
    jaxl_json_doc_free(&t->data);
    jaxl_buf_free(&t->text);
    free(t->cells);
    t->cells = NULL;
}

static int unknown_action(const char *name, struct jaxl_error *err)
{
    const struct jaxl_control_row *row;
    const char *names[ROWS], *near;
    size_t n = 0;

    while (n < ROWS && (row = jaxl_control_action_row(n)))
        names[n++] = row->name;
    near = jaxl_nearest(name, names, n);
    if (near)
        return jaxl_error_set(err, JAXL_EINPUT, "action: there is no '%.40s'; did you mean '%s'?",
                              name, near);
    return jaxl_error_set(err, JAXL_EINPUT, "action: there is no '%.40s'", name);
}

static int read_row(const struct jaxl_json *record, const struct jaxl_control_row **row,
                    struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_control_member_given(record, "action");
    const char *name = jaxl_json_string(v, NULL);

    if (!name)
        return jaxl_error_set(err, JAXL_EINPUT, v ? "action: it is no text" : "there is no action");
    for (size_t i = 0; (*row = jaxl_control_action_row(i)); i++)
        if (strcmp((*row)->name, name) == 0)
            return 0;
    return unknown_action(name, err);
}

static int read_call(const struct jaxl_json *record, int64_t *call, struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_control_member_given(record, "call_id");

    if (!v)
        return jaxl_error_set(err, JAXL_EINPUT, "there is no call_id");
    if (jaxl_json_int(v, call) || *call < 1)
        return jaxl_error_set(err, JAXL_EINPUT, "call_id: it is no whole number from 1");
    return 0;
}

static int read_delay(const struct jaxl_json *record, struct jaxl_control_action *a,
                      struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_control_member_given(record, "delay");
    size_t len;
    const char *text = jaxl_json_text(v, &len);

    if (!v)
        return 0;
    if (text && jaxl_span_parse(text, len, &a->delay, NULL) == 0)
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "delay: '%.40s' is no span such as 10s, 500ms or 2m",
                          text ? text : "?");
}

static int read_expires(const struct jaxl_json *record, struct jaxl_control_action *a,
                        struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_control_member_given(record, "expires");
    size_t len = 0;
    const char *text = jaxl_json_text(v, &len);
    int64_t span;

    if (!v)
        return 0;
    if (text && jaxl_clock_parse(text, len, &a->expires) == 0) {
        a->expiry = JAXL_CONTROL_CLOCK;
        return 0;
    }
    if (!text || jaxl_span_parse(text, len, &span, NULL))
        return jaxl_error_set(err, JAXL_EINPUT,
                              "expires: '%.40s' is neither a time such as "
                              "2026-11-27T09:30:00+05:30 nor a span such as 10s",
                              text ? text : "?");
    a->expiry = JAXL_CONTROL_SPAN;
    a->expires = a->read_at + span;
    return 0;
}

/* What is easily written for one of ours, and would let an action be carried out that its author
 * did not mean to be. */
static int check_slips(const struct jaxl_json *record, struct jaxl_error *err)
{
    static const char *const slips[][2] = {
        {"expire", "expires"},     {"expiry", "expires"},
        {"expires_at", "expires"}, {"expires_in", "expires"},
        {"Expires", "expires"},    {"delayed", "delay"},
        {"delays", "delay"},       {"Delay", "delay"},
        {"unless", "if"},          {"If", "if"},
    };

    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        if (jaxl_json_get(record, slips[i][0]))
            return jaxl_error_set(err, JAXL_EINPUT, "%s: it is not heeded; did you mean '%s'?",
                                  slips[i][0], slips[i][1]);
    return 0;
}

static int read_when(const struct jaxl_json *record, struct jaxl_control_action *a,
                     struct jaxl_error *err)
{
    const struct jaxl_json *states = jaxl_control_member_given(record, "if");
    int rc = states ? jaxl_control_state_read(states, &a->states, err) : 0;

    if (!rc)
        rc = read_delay(record, a, err);
    if (!rc)
        rc = read_expires(record, a, err);
    return rc ? rc : check_slips(record, err);
}

bool jaxl_control_action_owns(const char *member)
{
    static const char *const ours[] = {"action", "call_id", "result", "http_status",
                                       "reason", "at",      "answer"};

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (strcmp(ours[i], member) == 0)
            return true;
    return false;
}

/* The record without what a result says anew, so that a result can be fed again. */
static int write_rest(const struct jaxl_json *record, struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    size_t len;

    jaxl_buf_reset(out);
    jaxl_json_writer_init(&w, out);
    jaxl_json_write_object(&w);
    for (const struct jaxl_json *v = jaxl_json_first(record); v; v = jaxl_json_next(v)) {
        const char *key = jaxl_json_key(v, &len);
        if (jaxl_control_action_owns(key))
            continue;
        jaxl_json_write_key_n(&w, key, len);
        jaxl_json_write_value(&w, v);
    }
    jaxl_json_write_end(&w);
    return jaxl_json_writer_check(&w, err);
}

/* A message that is a note can be written when the call is over. */
static bool is_live(const struct jaxl_control_row *row, const struct jaxl_control_cells *cells)
{
    return row->live && !(row->members & JAXL_CONTROL_HAS(JAXL_CONTROL_TYPE) &&
                          cells->of[JAXL_CONTROL_TYPE].number == 1);
}

static int read_all(struct jaxl_control_tools *t, const struct jaxl_json *record,
                    struct jaxl_control_action *a, struct jaxl_error *err)
{
    int rc = read_row(record, &a->row, err);

    if (!rc)
        rc = read_call(record, &a->call, err);
    if (!rc)
        rc = jaxl_control_member_read(a->row->members, record, t->cells, err);
    if (!rc && a->row->check)
        rc = a->row->check(t, err);
    if (!rc)
        rc = read_when(record, a, err);
    if (!rc)
        rc = write_rest(record, &t->text, err);
    /* what is too long, or no locale, is the record's fault as well */
    if ((rc == JAXL_EARG || rc == JAXL_ELIMIT) && err)
        err->code = JAXL_EINPUT;
    return rc == JAXL_EARG || rc == JAXL_ELIMIT ? JAXL_EINPUT : rc;
}

int jaxl_control_action_read(struct jaxl_control_tools *t, const struct jaxl_json *record,
                             int64_t now, struct jaxl_control_action **out, struct jaxl_error *err)
{
    struct jaxl_control_action a = {.read_at = now}, *kept;
    int rc = read_all(t, record, &a, err);

    *out = NULL;
    if (rc)
        return rc;
    a.live = is_live(a.row, t->cells);
    a.len = t->text.len;
    kept = malloc(sizeof *kept + a.len);
    if (!kept)
        return jaxl_error_set(err, JAXL_ENOMEM, "an action: out of memory");
    *kept = a;
    memcpy(kept->rest, t->text.data, a.len);
    *out = kept;
    return 0;
}

int jaxl_control_action_cells(struct jaxl_control_tools *t, const struct jaxl_control_action *a,
                              struct jaxl_error *err)
{
    const struct jaxl_json *record;
    int rc = jaxl_json_parse(t->doc, a->rest, a->len, &record, err);

    return rc ? rc : jaxl_control_member_read(a->row->members, record, t->cells, err);
}

bool jaxl_control_action_expired(const struct jaxl_control_action *a, int64_t mono, int64_t wall)
{
    return a->late || (a->expiry == JAXL_CONTROL_SPAN && mono >= a->expires) ||
           (a->expiry == JAXL_CONTROL_CLOCK && wall >= a->expires);
}
