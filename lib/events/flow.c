#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/flow_impl.h"

enum { SCRATCH = 1024 * 1024 };
#define RULES_MEMORY ((size_t)256 * 1024 * 1024)

_Static_assert((int)JAXL_FLOW_VARIABLES == (int)JAXL_VARS_NAMES &&
                   (int)JAXL_FLOW_VALUE == (int)JAXL_VARS_TEXT,
               "what the public header says");

static int by_line(const void *a, const void *b)
{
    const struct jaxl_flow_problem *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Tells the problems, if there are. */
static int tell(struct jaxl_flow_reading *r)
{
    size_t n = r->n_problems < JAXL_FLOW_PROBLEMS ? r->n_problems : JAXL_FLOW_PROBLEMS;
    const struct jaxl_flow_problem *first = r->problems;

    if (!n)
        return 0;
    qsort(r->problems, n, sizeof *r->problems, by_line);
    for (size_t i = 0; r->o->report && i < n; i++)
        r->o->report(r->o->ctx, r->f->name, r->problems[i].line, r->problems[i].message);
    if (!r->o->report)
        return jaxl_error_set(r->err, JAXL_EINPUT, "%s, line %llu: %s", r->f->name,
                              (unsigned long long)first->line, first->message);
    return jaxl_error_set(r->err, JAXL_EINPUT, "%s: %zu problem%s", r->f->name, r->n_problems,
                          r->n_problems > 1 ? "s" : "");
}

static int read_flow(struct jaxl_flow_reading *r, int fd)
{
    int rc = jaxl_flow_read_rules(r, fd);

    if (!rc)
        jaxl_flow_check(r);
    if (!rc)
        rc = r->failed ? r->failed : tell(r);
    return rc;
}

static struct jaxl_flow *make(const char *name, const struct jaxl_flow_options *o)
{
    struct jaxl_flow *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    jaxl_arena_init(&f->arena, RULES_MEMORY);
    jaxl_buf_init(&f->scratch, SCRATCH);
    jaxl_vars_init(&f->vars, 0, o->max_calls ? o->max_calls : JAXL_FLOW_CALLS,
                   o->max_memory ? o->max_memory : JAXL_FLOW_MEMORY);
    f->name = strdup(name);
    if (!f->name)
        jaxl_flow_free(&f);
    return f;
}

int jaxl_flow_read(struct jaxl_flow **out, int fd, const char *name,
                   const struct jaxl_flow_options *options, struct jaxl_error *err)
{
    static const struct jaxl_flow_options defaults;
    struct jaxl_error own;
    struct jaxl_flow_reading r = {.o = options ? options : &defaults, .err = err ? err : &own};
    int rc = JAXL_ENOMEM;

    *out = r.f = make(name, r.o);
    r.problems = calloc(JAXL_FLOW_PROBLEMS, sizeof *r.problems);
    if (r.f && r.problems)
        rc = read_flow(&r, fd);
    else
        (void)jaxl_error_set(err, rc, "%s: out of memory", name);
    free(r.problems);
    if (rc)
        jaxl_flow_free(out);
    else
        r.f->vars.names = r.f->n_variables;
    return rc;
}

void jaxl_flow_free(struct jaxl_flow **flow)
{
    struct jaxl_flow *f = flow ? *flow : NULL;

    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++) {
        for (struct jaxl_flow_condition *c = f->rules[i]->conditions; c; c = c->next)
            jaxl_pattern_free(&c->pattern);
        for (struct jaxl_flow_when *w = f->rules[i]->whens; w; w = w->next)
            jaxl_where_free(&w->where);
    }
    free(f->rules);
    free(f->name);
    jaxl_vars_free(&f->vars);
    jaxl_leads_free(&f->leads);
    jaxl_buf_free(&f->scratch);
    jaxl_arena_free(&f->arena);
    free(f);
    *flow = NULL;
}

/* Fields that rules take and no lead has: a slip in a rule, or the wrong file. */
static void tell_missing(const struct jaxl_flow *f, const struct jaxl_flow_leads_options *o)
{
    char message[256];

    for (size_t i = 0; o && o->report && i < f->n_lead_paths; i++) {
        if (f->leads.seen & UINT64_C(1) << i)
            continue;
        (void)snprintf(message, sizeof message, "no lead has the field '%.100s'", f->lead_paths[i]);
        o->report(o->ctx, f->name, f->lead_lines[i], message);
    }
}

int jaxl_flow_leads(struct jaxl_flow *f, int fd, const char *name,
                    const struct jaxl_flow_leads_options *options, struct jaxl_error *err)
{
    struct jaxl_leads leads;
    int rc = jaxl_leads_read(&leads, fd, name, options, f->lead_paths, f->n_lead_paths, err);

    if (rc)
        return rc;
    jaxl_leads_free(&f->leads);
    f->leads = leads;
    tell_missing(f, options);
    return 0;
}

size_t jaxl_flow_leads_count(const struct jaxl_flow *f)
{
    return f->leads.n;
}

bool jaxl_flow_wants_leads(const struct jaxl_flow *f)
{
    return f->n_lead_paths > 0;
}

size_t jaxl_flow_calls(const struct jaxl_flow *f)
{
    return f->vars.n;
}
