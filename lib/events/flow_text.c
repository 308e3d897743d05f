#include <string.h>

#include "data/template_parts.h"
#include "events/event_members.h"
#include "events/flow_impl.h"
#include "jaxl/nearest.h"

/* A field being looked for. */
struct search {
    struct jaxl_flow_reading *r;
    const struct jaxl_flow_rule *rule;
    const char *member; /* that it stands in, for messages */
    struct jaxl_flow_field *field;
};

#define PROBLEM(s, fmt, ...)                                                                       \
    jaxl_flow_problem((s)->r, (s)->rule->line, "%s: " fmt, (s)->member, __VA_ARGS__)

static bool is_event_member(const char *name, size_t len)
{
    const char *member;

    for (size_t i = 0; (member = jaxl_event_member(i)); i++)
        if (strncmp(member, name, len) == 0 && !member[len])
            return true;
    return false;
}

static bool find_variable(const struct jaxl_flow *f, const char *name, unsigned *slot)
{
    for (*slot = 0; *slot < f->n_variables; ++*slot)
        if (strcmp(f->variables[*slot], name) == 0)
            return true;
    return false;
}

static bool variable(struct search *s, const char *name)
{
    const struct jaxl_flow *f = s->r->f;
    const char *near;

    s->field->source = JAXL_FLOW_OF_VARIABLE;
    if (find_variable(f, name, &s->field->slot))
        return true;
    near = jaxl_nearest(name, f->variables, f->n_variables);
    if (near)
        PROBLEM(s, "no rule sets the variable '%.60s'; did you mean '%s'?", name, near);
    else
        PROBLEM(s, "no rule sets the variable '%.60s'", name);
    return false;
}

static bool lead(struct search *s, const char *path)
{
    struct jaxl_flow *f = s->r->f;
    unsigned i = 0;

    s->field->source = JAXL_FLOW_OF_LEAD;
    while (i < f->n_lead_paths && strcmp(f->lead_paths[i], path) != 0)
        i++;
    s->field->slot = i;
    if (i < f->n_lead_paths)
        return true;
    if (i == JAXL_LEADS_PATHS) {
        if (!s->r->too_many_paths)
            PROBLEM(s, "more than %d fields of leads in a file", JAXL_LEADS_PATHS);
        s->r->too_many_paths = true;
        return false;
    }
    f->lead_paths[i] = path;
    f->lead_lines[f->n_lead_paths++] = s->rule->line;
    return true;
}

/* Unknown members of the event come through as they are, but a slip is more likely. */
static bool unknown(struct search *s, const char *name)
{
    const struct jaxl_flow *f = s->r->f;
    const char *names[JAXL_EVENT_MEMBERS + JAXL_FLOW_VARIABLES + 2] = {"lead", "vars"}, *near;
    size_t n = 2, len = strcspn(name, ".");
    char first[64];

    for (size_t i = 0; i < JAXL_EVENT_MEMBERS; i++)
        names[n++] = jaxl_event_member(i);
    for (size_t i = 0; i < f->n_variables; i++)
        names[n++] = f->variables[i];
    if (len >= sizeof first)
        return true;
    memcpy(first, name, len);
    first[len] = '\0';
    near = jaxl_nearest(first, names, n);
    if (!near)
        return true;
    PROBLEM(s, "there is no field '%.60s'; did you mean '%s%.60s'?", name, near, name + len);
    return false;
}

static bool find(struct search *s)
{
    static const char vars[] = "vars.", leads[] = "lead.";
    const char *name = s->field->name;
    size_t first = strcspn(name, ".");

    if (strncmp(name, vars, sizeof vars - 1) == 0)
        return variable(s, name + sizeof vars - 1);
    if (strncmp(name, leads, sizeof leads - 1) == 0)
        return lead(s, name + sizeof leads - 1);
    if (strcmp(name, "vars") == 0 || strcmp(name, "lead") == 0 || strcmp(name, "metadata") == 0 ||
        strcmp(name, "state") == 0) {
        PROBLEM(s, "'%s' is no text: name a field of it, as %s.name", name, name);
        return false;
    }
    if (find_variable(s->r->f, name, &s->field->slot)) {
        s->field->source = JAXL_FLOW_OF_EITHER;
        return true;
    }
    s->field->source = JAXL_FLOW_OF_EVENT;
    return is_event_member(name, first) || unknown(s, name);
}

bool jaxl_flow_field_find(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule,
                          const char *member, const char *name, size_t len,
                          struct jaxl_flow_field *field)
{
    struct search s = {r, rule, member, field};

    *field = (struct jaxl_flow_field){.name = jaxl_flow_keep(r, name, len), .len = len};
    return field->name && find(&s);
}

static bool add_pieces(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule,
                       const char *member, struct jaxl_flow_text *t,
                       const struct jaxl_template *template)
{
    const struct jaxl_template_part *parts = jaxl_template_parts(template, &t->n);
    struct jaxl_flow_piece *pieces = jaxl_flow_alloc(r, t->n * sizeof *pieces);
    bool good = pieces;

    t->pieces = pieces;
    for (size_t i = 0; pieces && i < t->n; i++) {
        struct jaxl_flow_field *field;
        pieces[i].literal = jaxl_flow_keep(r, parts[i].literal, parts[i].literal_len);
        pieces[i].literal_len = parts[i].literal_len;
        if (parts[i].fallback)
            pieces[i].fallback = jaxl_flow_keep(r, parts[i].fallback, parts[i].fallback_len);
        pieces[i].fallback_len = parts[i].fallback_len;
        field = parts[i].field ? jaxl_flow_alloc(r, sizeof *field) : NULL;
        if (r->failed)
            return false;
        pieces[i].field = field;
        if (field)
            good &= jaxl_flow_field_find(r, rule, member, parts[i].field, strlen(parts[i].field),
                                         field);
    }
    return good;
}

bool jaxl_flow_text_compile(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule,
                            const char *member, struct jaxl_flow_text *t)
{
    struct jaxl_template *template;
    struct jaxl_error why;
    int rc = jaxl_template_new(&template, t->raw, t->raw_len, &why);
    bool good;

    if (rc == JAXL_ENOMEM)
        jaxl_flow_fail(r, rc, "out of memory");
    else if (rc)
        jaxl_flow_problem(r, rule->line, "%s: %s", member, why.message);
    if (rc)
        return false;
    good = add_pieces(r, rule, member, t, template);
    jaxl_template_free(&template);
    return good;
}

bool jaxl_flow_text_constant(const struct jaxl_flow_text *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->pieces[i].field)
            return false;
    return true;
}
