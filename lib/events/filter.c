#include "jaxl/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/iso.h"
#include "data/where.h"
#include "events/follow_impl.h"
#include "jaxl/nearest.h"

struct condition {
    struct jaxl_where *where;
    bool sought, seen;
};

struct jaxl_filter {
    unsigned kinds;
    int64_t since;
    struct condition *conditions;
    size_t n;
};

static int add_conditions(struct jaxl_filter *f, const struct jaxl_filter_options *o,
                          struct jaxl_error *err)
{
    int rc = 0;

    f->conditions = calloc(o->n_conditions + 1, sizeof *f->conditions);
    if (!f->conditions)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    while (f->n < o->n_conditions && !rc) {
        rc = jaxl_where_new(&f->conditions[f->n].where, o->conditions[f->n], err);
        f->n++;
    }
    return rc;
}

int jaxl_filter_new(struct jaxl_filter **out, const struct jaxl_filter_options *options,
                    struct jaxl_error *err)
{
    static const struct jaxl_filter_options defaults;
    const struct jaxl_filter_options *o = options ? options : &defaults;
    int rc;

    *out = calloc(1, sizeof **out);
    if (!*out)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    (*out)->kinds = o->kinds;
    (*out)->since = o->since;
    rc = add_conditions(*out, o, err);
    if (rc)
        jaxl_filter_free(out);
    return rc;
}

void jaxl_filter_free(struct jaxl_filter **filter)
{
    struct jaxl_filter *f = filter ? *filter : NULL;

    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++)
        jaxl_where_free(&f->conditions[i].where);
    free(f->conditions);
    free(f);
    *filter = NULL;
}

/* Those of webhooks, then the stages of a call in the platform's list; 0: none. */
static unsigned bit_of(const char *name)
{
    int kind = jaxl_event_kind(name);
    enum jaxl_stage stage = kind < 0 ? jaxl_stage_parse(name) : STAGE_NONE;

    if (kind >= 0)
        return 1U << kind;
    return stage == STAGE_NONE ? 0 : 1U << (JAXL_EVENT_KINDS + (int)stage);
}

unsigned jaxl_filter_event(const char *name, struct jaxl_error *err)
{
    const char *names[JAXL_EVENT_KINDS + STAGES], *near;
    unsigned bit = bit_of(name);
    size_t n = 0;

    if (bit)
        return bit;
    for (int i = 0; i < JAXL_EVENT_KINDS; i++)
        names[n++] = jaxl_event_name((enum jaxl_event_kind)i);
    for (int i = STAGE_PLACED; i < STAGES; i++)
        names[n++] = jaxl_stage_name((enum jaxl_stage)i);
    near = jaxl_nearest(name, names, n);
    (void)jaxl_error_set(err, JAXL_EARG,
                         near ? "there is no event '%.40s': did you mean %s?"
                              : "there is no event '%.40s': there are configure, setup, data, "
                                "option, mark, teardown and stream of webhooks, and placed, "
                                "answered, completed and finalised of the call list",
                         name, near);
    return 0;
}

static bool is_kind(const struct jaxl_filter *f, const struct jaxl_json *record)
{
    const char *name = jaxl_json_string(jaxl_json_get(record, "event"), NULL);

    return name && f->kinds & bit_of(name);
}

static bool is_since(const struct jaxl_filter *f, const struct jaxl_json *record)
{
    static const char *const names[] = {"received_at", "placed_at", "created_on"};
    int64_t us;
    bool zoned;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = jaxl_json_string(jaxl_json_get(record, names[i]), NULL);
        if (text && *text)
            return !jaxl_iso_parse(text, strlen(text), &us, &zoned) && us >= f->since;
    }
    return false;
}

static int holds(struct condition *c, const struct jaxl_json *record, struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_json_find(record, jaxl_where_field(c->where));
    size_t len;
    const char *text = jaxl_json_text(v, &len);
    int rc;

    c->sought = true;
    c->seen |= v != NULL;
    if (jaxl_json_type(v) == JAXL_JSON_BOOL) {
        text = jaxl_json_bool(v) ? "true" : "false";
        len = strlen(text);
    }
    rc = jaxl_where_try(c->where, text, len);
    if (rc < 0)
        return jaxl_where_check(c->where, err);
    return rc;
}

int jaxl_filter_test(struct jaxl_filter *f, const struct jaxl_json *record, struct jaxl_error *err)
{
    int rc = 1;

    if (f->kinds && !is_kind(f, record))
        return 0;
    if (f->since && !is_since(f, record))
        return 0;
    for (size_t i = 0; i < f->n && rc == 1; i++)
        rc = holds(&f->conditions[i], record, err);
    return rc;
}

const char *jaxl_filter_unseen(const struct jaxl_filter *f, size_t i)
{
    if (i >= f->n || !f->conditions[i].sought || f->conditions[i].seen)
        return NULL;
    return jaxl_where_field(f->conditions[i].where);
}
