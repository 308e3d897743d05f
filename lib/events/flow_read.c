#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/line.h"
#include "data/header.h"
#include "events/flow_impl.h"
#include "jaxl/nearest.h"
#include "jaxl/template.h"

/* How the value of a member is written. */
enum form { CONDITION, CONDITIONS, SETTINGS, YES_NO, TEXT, LIST, SENTENCES };

static const struct {
    const char *name;
    enum form form;
} members[JAXL_FLOW_MEMBERS] = {
    [JAXL_FLOW_EVENT] = {"event", CONDITION},
    [JAXL_FLOW_OPTION] = {"option", CONDITION},
    [JAXL_FLOW_DATA] = {"data", CONDITION},
    [JAXL_FLOW_FROM] = {"from", CONDITION},
    [JAXL_FLOW_TO] = {"to", CONDITION},
    [JAXL_FLOW_DIRECTION] = {"direction", CONDITION},
    [JAXL_FLOW_IVR] = {"ivr", CONDITION},
    [JAXL_FLOW_MARK] = {"mark", CONDITION},
    [JAXL_FLOW_WHEN] = {"when", CONDITIONS},
    [JAXL_FLOW_SET] = {"set", SETTINGS},
    [JAXL_FLOW_GO_ON] = {"go_on", YES_NO},
    [JAXL_FLOW_NAME] = {"name", TEXT},
    [JAXL_FLOW_NUM_CHARACTERS] = {"num_characters", TEXT},
    [JAXL_FLOW_MARK_AS] = {"mark_as", TEXT},
    [JAXL_FLOW_FROM_NUMBER] = {"from_number", TEXT},
    [JAXL_FLOW_PROMPT] = {"prompt", SENTENCES},
    [JAXL_FLOW_NEXT] = {"next", TEXT},
    [JAXL_FLOW_PHONE] = {"phone", TEXT},
    [JAXL_FLOW_DEVICES] = {"devices", LIST},
    [JAXL_FLOW_APPUSERS] = {"appusers", LIST},
    [JAXL_FLOW_TEAMS] = {"teams", LIST},
};

const char *jaxl_flow_member_name(enum jaxl_flow_member member)
{
    return members[member].name;
}

void jaxl_flow_fail(struct jaxl_flow_reading *r, int code, const char *why)
{
    if (!r->failed)
        r->failed = jaxl_error_set(r->err, code, "%s: %s", r->f->name, why);
}

void *jaxl_flow_alloc(struct jaxl_flow_reading *r, size_t n)
{
    void *p = jaxl_arena_alloc(&r->f->arena, n);

    if (p)
        return memset(p, 0, n);
    jaxl_flow_fail(r, r->f->arena.failed,
                   r->f->arena.failed == JAXL_ELIMIT ? "rules of more than 256 MiB"
                                                     : "out of memory");
    return NULL;
}

const char *jaxl_flow_keep(struct jaxl_flow_reading *r, const char *text, size_t len)
{
    char *copy = jaxl_flow_alloc(r, len + 1);

    return copy ? memcpy(copy, text, len) : NULL;
}

void jaxl_flow_problem(struct jaxl_flow_reading *r, uint64_t line, const char *fmt, ...)
{
    struct jaxl_error err; /* as long as a message can be */
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(err.message, sizeof err.message, fmt, ap);
    va_end(ap);
    jaxl_line_clean(err.message);
    if (r->n_problems < JAXL_FLOW_PROBLEMS)
        r->problems[r->n_problems] = (struct jaxl_flow_problem){
            line, r->n_problems, jaxl_flow_keep(r, err.message, strlen(err.message))};
    r->n_problems++;
}

/* A record being read. */
struct record {
    struct jaxl_flow_reading *r;
    struct jaxl_flow_rule *rule;
    enum jaxl_flow_member member; /* at hand */
};

#define PROBLEM(rec, fmt, ...)                                                                     \
    jaxl_flow_problem((rec)->r, (rec)->rule->line, "%s: " fmt, members[(rec)->member].name,        \
                      __VA_ARGS__)

/* A text or number, kept; false: there is a problem. */
static bool read_text(struct record *rec, const struct jaxl_json *v, const char **text, size_t *len)
{
    const char *raw = jaxl_json_text(v, len);

    if (!raw || memchr(raw, '\0', *len)) {
        PROBLEM(rec, "a text is wanted%s",
                raw                             ? " (there is a NUL byte in it)"
                : rec->member <= JAXL_FLOW_MARK ? ", as \"1\" or \"=~^[12]$\""
                                                : "");
        return false;
    }
    *text = jaxl_flow_keep(rec->r, raw, *len);
    return *text != NULL;
}

/* The number of a variable, new or known. */
static bool variable(struct record *rec, const char *name, size_t len, unsigned *slot)
{
    struct jaxl_flow *f = rec->r->f;

    for (*slot = 0; *slot < f->n_variables; ++*slot)
        if (strncmp(f->variables[*slot], name, len) == 0 && !f->variables[*slot][len])
            return true;
    if (f->n_variables == JAXL_FLOW_VARIABLES) {
        if (!rec->r->too_many_variables)
            PROBLEM(rec, "more than %d variables in a file", JAXL_FLOW_VARIABLES);
        rec->r->too_many_variables = true;
        return false;
    }
    f->variables[*slot] = jaxl_flow_keep(rec->r, name, len);
    f->n_variables += f->variables[*slot] != NULL;
    return f->variables[*slot];
}

static void read_groups(struct record *rec, const struct jaxl_pattern *p,
                        struct jaxl_flow_groups *groups)
{
    size_t n = p ? jaxl_pattern_groups(p) : 0;
    unsigned char *slots = n ? jaxl_flow_alloc(rec->r, n) : NULL;

    for (size_t i = 0; slots && i < n; i++) {
        const char *name = jaxl_pattern_name(p, i);
        unsigned slot;
        if (!variable(rec, name, strlen(name), &slot))
            return;
        slots[i] = (unsigned char)slot;
    }
    rec->rule->groups += n;
    *groups = (struct jaxl_flow_groups){slots, slots ? n : 0};
}

/* What a call for a pattern or condition gave. False: there is a problem. */
static bool compiled(struct record *rec, int rc, const struct jaxl_error *why)
{
    if (rc == JAXL_ENOMEM)
        jaxl_flow_fail(rec->r, rc, "out of memory");
    else if (rc)
        PROBLEM(rec, "%s", why->message);
    return !rc;
}

static void read_condition(struct record *rec, const struct jaxl_json *v)
{
    struct jaxl_flow_condition *c = jaxl_flow_alloc(rec->r, sizeof *c);
    struct jaxl_flow_condition **end = &rec->rule->conditions;
    struct jaxl_error why;

    if (!c || !read_text(rec, v, &c->text, &c->len))
        return;
    c->member = rec->member;
    while (*end)
        end = &(*end)->next;
    *end = c;
    if (strncmp(c->text, "=~", 2) != 0)
        return;
    c->text += 2;
    c->len -= 2;
    if (compiled(rec, jaxl_pattern_new(&c->pattern, c->text, c->len, &why), &why))
        read_groups(rec, c->pattern, &c->groups);
}

static void read_when(struct record *rec, const struct jaxl_json *v)
{
    struct jaxl_flow_when *w = jaxl_flow_alloc(rec->r, sizeof *w), **end = &rec->rule->whens;
    struct jaxl_error why;
    size_t len;

    if (!w || !read_text(rec, v, &w->text, &len))
        return;
    while (*end)
        end = &(*end)->next;
    *end = w;
    if (compiled(rec, jaxl_where_new(&w->where, w->text, &why), &why))
        read_groups(rec, jaxl_where_pattern(w->where), &w->groups);
}

static void read_whens(struct record *rec, const struct jaxl_json *v)
{
    if (jaxl_json_type(v) != JAXL_JSON_ARRAY) {
        read_when(rec, v);
        return;
    }
    for (v = jaxl_json_first(v); v; v = jaxl_json_next(v))
        read_when(rec, v);
}

static bool is_name(const char *text, size_t len)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

    if (!len || len > 32 || !strchr(first, *text))
        return false;
    for (size_t i = 0; i < len; i++)
        if (!text[i] || (!strchr(first, text[i]) && (text[i] < '0' || text[i] > '9')))
            return false;
    return true;
}

/* value: kept, at the end of the rule's list. */
static void add_set(struct record *rec, const char *name, size_t name_len, const char *value,
                    size_t len)
{
    struct jaxl_flow_set *s = jaxl_flow_alloc(rec->r, sizeof *s), **end = &rec->rule->sets;

    if (!is_name(name, name_len)) {
        PROBLEM(rec, "'%.*s' is no name for a variable: letters, digits and _, up to 32",
                (int)(name_len < 60 ? name_len : 60), name);
        return;
    }
    if (!s || !variable(rec, name, name_len, &s->slot))
        return;
    s->value = (struct jaxl_flow_text){.raw = value, .raw_len = len};
    while (*end)
        end = &(*end)->next;
    *end = s;
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

static size_t without_blanks(const char *text, size_t len)
{
    while (len && strchr(" \t", text[len - 1]))
        len--;
    return len;
}

/* "a=b; c=d", as a cell of CSV has it. */
static void split_settings(struct record *rec, const char *text)
{
    while (*(text = skip_blanks(text))) {
        size_t len = strcspn(text, ";"), name = strcspn(text, "=;");
        const char *value = text[name] == '=' ? skip_blanks(text + name + 1) : NULL;
        if (!value)
            PROBLEM(rec, "'%.*s' is not NAME=value", (int)(len < 60 ? len : 60), text);
        else if (value > text + len)
            add_set(rec, text, without_blanks(text, name), "", 0);
        else
            add_set(rec, text, without_blanks(text, name), value,
                    without_blanks(value, (size_t)(text + len - value)));
        text += len + (text[len] == ';');
    }
}

static void read_settings(struct record *rec, const struct jaxl_json *v)
{
    const char *text;
    size_t len, name_len;

    if (jaxl_json_type(v) != JAXL_JSON_OBJECT) {
        if (read_text(rec, v, &text, &len))
            split_settings(rec, text);
        return;
    }
    for (v = jaxl_json_first(v); v; v = jaxl_json_next(v)) {
        const char *name = jaxl_json_key(v, &name_len);
        if (jaxl_json_is_null(v))
            add_set(rec, name, name_len, "", 0);
        else if (read_text(rec, v, &text, &len))
            add_set(rec, name, name_len, text, len);
    }
}

/* Ways to write true and false: spreadsheets have their own. */
static void read_yes_no(struct record *rec, const struct jaxl_json *v)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};
    const char *text;
    size_t len, i = 0;

    if (jaxl_json_type(v) == JAXL_JSON_BOOL) {
        rec->rule->go_on = jaxl_json_bool(v);
        return;
    }
    if (!read_text(rec, v, &text, &len))
        return;
    while (i < sizeof words / sizeof words[0] && strcasecmp(text, words[i]) != 0)
        i++;
    if (i == sizeof words / sizeof words[0])
        PROBLEM(rec, "'%.60s' is neither true nor false", text);
    rec->rule->go_on = i & 1;
}

static void read_one(struct record *rec, const struct jaxl_json *v)
{
    struct jaxl_flow_text *t = &rec->rule->texts[rec->member];

    (void)read_text(rec, v, &t->raw, &t->raw_len);
    if (rec->member == JAXL_FLOW_NAME)
        rec->rule->name = t->raw;
}

/* Ids with blanks between them, which is how the answer's check takes them as a text. */
static void read_list(struct record *rec, const struct jaxl_json *v)
{
    struct jaxl_flow_text *t = &rec->rule->texts[rec->member];
    struct jaxl_buf list;
    const char *text;
    size_t len;

    if (jaxl_json_type(v) != JAXL_JSON_ARRAY) {
        read_one(rec, v);
        return;
    }
    jaxl_buf_init(&list, JAXL_TEMPLATE_MAX);
    for (v = jaxl_json_first(v); v; v = jaxl_json_next(v)) {
        if (!read_text(rec, v, &text, &len))
            continue;
        if (list.len)
            jaxl_buf_putc(&list, ' ');
        jaxl_buf_add(&list, text, len);
    }
    if (list.failed == JAXL_ENOMEM)
        jaxl_flow_fail(rec->r, JAXL_ENOMEM, "out of memory");
    else if (list.failed)
        PROBLEM(rec, "more than %d bytes", JAXL_TEMPLATE_MAX);
    t->raw_len = list.len;
    t->raw = jaxl_flow_keep(rec->r, jaxl_buf_text(&list), list.len);
    jaxl_buf_free(&list);
}

static void read_sentences(struct record *rec, const struct jaxl_json *v)
{
    struct jaxl_flow_rule *rule = rec->rule;
    size_t n = jaxl_json_type(v) == JAXL_JSON_ARRAY ? jaxl_json_count(v) : 1;

    rule->one_text = jaxl_json_type(v) != JAXL_JSON_ARRAY;
    if (n > JAXL_RESPONSE_SENTENCES) {
        PROBLEM(rec, "more than %d sentences", JAXL_RESPONSE_SENTENCES);
        return;
    }
    rule->prompt = jaxl_flow_alloc(rec->r, n * sizeof *rule->prompt);
    if (!rule->one_text)
        v = jaxl_json_first(v);
    for (; rule->prompt && n; n--) {
        struct jaxl_flow_text *t = &rule->prompt[rule->n_prompt];
        rule->n_prompt += read_text(rec, v, &t->raw, &t->raw_len);
        v = jaxl_json_next(v);
    }
}

static void (*const read[])(struct record *rec, const struct jaxl_json *v) = {
    [CONDITION] = read_condition, [CONDITIONS] = read_whens, [SETTINGS] = read_settings,
    [YES_NO] = read_yes_no,       [TEXT] = read_one,         [LIST] = read_list,
    [SENTENCES] = read_sentences,
};

/* Whether a member says something: an empty text, which is all that CSV has for nothing, does not.
 */
static bool says(const struct jaxl_json *v)
{
    size_t len;

    if (jaxl_json_type(v) == JAXL_JSON_ARRAY || jaxl_json_type(v) == JAXL_JSON_OBJECT)
        return jaxl_json_count(v) > 0;
    return !jaxl_json_is_null(v) && (!jaxl_json_text(v, &len) || len);
}

/* Told once: in CSV every record has it. */
static void tell_unknown(struct jaxl_flow_reading *r, uint64_t line, const char *name)
{
    const char *names[JAXL_FLOW_MEMBERS], *near;

    for (size_t i = 0; i < r->n_unknown; i++)
        if (strcmp(r->unknown[i], name) == 0)
            return;
    if (r->n_unknown < sizeof r->unknown / sizeof r->unknown[0]) {
        r->unknown[r->n_unknown] = jaxl_flow_keep(r, name, strlen(name));
        r->n_unknown += r->unknown[r->n_unknown] != NULL;
    }
    for (size_t i = 0; i < JAXL_FLOW_MEMBERS; i++)
        names[i] = members[i].name;
    near = jaxl_nearest(name, names, JAXL_FLOW_MEMBERS);
    if (near)
        jaxl_flow_problem(r, line, "unknown member '%.60s'; did you mean '%s'?", name, near);
    else
        jaxl_flow_problem(r, line, "unknown member '%.60s' (jaxl-flow(5) has those there are)",
                          name);
}

static void read_rule(struct record *rec, const struct jaxl_json *record)
{
    for (const struct jaxl_json *m = jaxl_json_first(record); m && !rec->r->failed;
         m = jaxl_json_next(m)) {
        const char *name = jaxl_json_key(m, NULL);
        unsigned i = 0;
        while (i < JAXL_FLOW_MEMBERS && strcmp(members[i].name, name) != 0)
            i++;
        if (i == JAXL_FLOW_MEMBERS) {
            rec->rule->wrong = true;
            tell_unknown(rec->r, rec->rule->line, name);
        } else if (says(m)) {
            rec->member = i;
            rec->rule->given |= 1U << i;
            read[members[i].form](rec, m);
        }
    }
}

/* A new rule, which belongs to the flow. */
static struct jaxl_flow_rule *add_rule(struct jaxl_flow_reading *r, uint64_t line)
{
    struct jaxl_flow *f = r->f;
    struct jaxl_flow_rule *rule, **rules;

    if (f->n == JAXL_FLOW_RULES) {
        jaxl_flow_problem(r, line, "more than %d rules", JAXL_FLOW_RULES);
        return NULL;
    }
    if (f->n == f->cap) {
        rules = realloc(f->rules, (f->cap * 2 + 16) * sizeof *rules);
        if (!rules) {
            jaxl_flow_fail(r, JAXL_ENOMEM, "out of memory");
            return NULL;
        }
        f->rules = rules;
        f->cap = f->cap * 2 + 16;
    }
    rule = jaxl_flow_alloc(r, sizeof *rule);
    if (rule) {
        rule->line = line;
        f->rules[f->n++] = rule;
    }
    return rule;
}

static int read_all(struct jaxl_flow_reading *r, struct jaxl_record_reader *reader)
{
    struct jaxl_error why;
    struct jaxl_record in;
    struct record rec = {.r = r};
    const char *reason;
    size_t before;
    int rc;

    while (!r->failed) {
        rc = jaxl_record_read(reader, true, &in, &why);
        if (rc == JAXL_EEND)
            return 0;
        if (rc == JAXL_EAGAIN)
            return jaxl_error_set(r->err, JAXL_ESTOPPED, "%s: a signal came", r->f->name);
        if (rc == JAXL_EINPUT || rc == JAXL_ELIMIT || rc == JAXL_ECONFIG) {
            reason = jaxl_header_reason(why.message, r->f->name, &in.line);
            jaxl_flow_problem(r, in.line, "%s", reason);
            if (rc == JAXL_ECONFIG) /* a header that cannot be used */
                return 0;
        } else if (rc) {
            *r->err = why;
            return rc;
        } else {
            rec.rule = add_rule(r, in.line);
            if (!rec.rule)
                return r->failed;
            before = r->n_problems;
            read_rule(&rec, in.value);
            rec.rule->wrong |= r->n_problems > before;
        }
    }
    return r->failed;
}

int jaxl_flow_read_rules(struct jaxl_flow_reading *r, int fd)
{
    struct jaxl_record_reader_options options = {.input = r->o->input};
    struct jaxl_record_reader *reader;
    int rc = jaxl_record_reader_new(&reader, fd, r->f->name, &options, r->err);

    if (rc)
        return rc;
    rc = read_all(r, reader);
    jaxl_record_reader_free(&reader);
    return rc;
}
