#include <inttypes.h>
#include <string.h>

#include "events/flow_impl.h"
#include "jaxl/phone.h"
#include "jaxl/sentence.h"

/* An event being answered. */
struct now {
    struct jaxl_flow *f;
    const struct jaxl_event *e; /* NULL: none, for a sample */
    const struct jaxl_leads_one *lead;
    bool sought; /* the lead was */
    bool plain;  /* every value of the text that was rendered */
    char scratch[32];
    struct jaxl_error *err;
};

struct span {
    size_t at, len; /* in scratch */
};

static const struct jaxl_leads_one *find_lead(const struct jaxl_flow *f, const char *number)
{
    struct jaxl_phone phone;

    if (!f->leads.n || !number || jaxl_phone_parse(number, strlen(number), &phone, NULL))
        return NULL;
    return jaxl_leads_find(&f->leads, phone.key);
}

const char *jaxl_flow_lead(const struct jaxl_flow *f, const char *number, size_t *len)
{
    const struct jaxl_leads_one *lead = find_lead(f, number);

    return lead ? jaxl_leads_json(lead, len) : NULL;
}

static const char *of_lead(struct now *n, unsigned slot, size_t *len)
{
    if (!n->sought)
        n->lead = find_lead(n->f, jaxl_event_other(n->e));
    n->sought = true;
    return n->lead ? jaxl_leads_field(n->lead, slot, len) : NULL;
}

static const char *of_event(struct now *n, const struct jaxl_flow_field *field, size_t *len)
{
    return jaxl_event_field(n->e, field->name, field->len, n->scratch, len);
}

static const char *of_variable(struct now *n, unsigned slot, size_t *len)
{
    return jaxl_vars_get(&n->f->vars, n->e->call_id, slot, len);
}

/* The text of a field, borrowed until the next one or the next change of a variable. NULL: none. */
static const char *value(struct now *n, const struct jaxl_flow_field *field, size_t *len)
{
    const char *text = NULL;

    if (field->source == JAXL_FLOW_OF_LEAD)
        return of_lead(n, field->slot, len);
    if (field->source != JAXL_FLOW_OF_VARIABLE)
        text = of_event(n, field, len);
    if (!text && field->source != JAXL_FLOW_OF_EVENT)
        text = of_variable(n, field->slot, len);
    return text;
}

static int render_field(struct now *n, enum jaxl_flow_member member,
                        const struct jaxl_flow_piece *piece)
{
    size_t len;
    const char *text = value(n, piece->field, &len);

    if ((!text || !len) && piece->fallback) {
        text = piece->fallback;
        len = piece->fallback_len;
    }
    if (!text)
        return jaxl_error_set(
            n->err, JAXL_EINPUT, "%s: there is no %.100s (write {{%.100s|...}} for a default)",
            jaxl_flow_member_name(member), piece->field->name, piece->field->name);
    if (member == JAXL_FLOW_PROMPT)
        n->plain = n->plain && jaxl_flow_prompt_plain(text, len);
    jaxl_buf_add(&n->f->scratch, text, len);
    return 0;
}

static int check_scratch(const struct now *n, const char *what)
{
    const struct jaxl_buf *scratch = &n->f->scratch;

    if (scratch->failed == JAXL_ELIMIT)
        return jaxl_error_set(n->err, JAXL_EINPUT, "%s: more than %zu bytes", what, scratch->max);
    return jaxl_buf_check(scratch, what, n->err);
}

/* Renders a text, and a NUL behind it, onto scratch. */
static int render(struct now *n, enum jaxl_flow_member member, const struct jaxl_flow_text *t,
                  struct span *out)
{
    static const char *const samples[JAXL_FLOW_MEMBERS] = {
        [JAXL_FLOW_MARK_AS] = "m",  [JAXL_FLOW_FROM_NUMBER] = "+10", [JAXL_FLOW_PROMPT] = "x",
        [JAXL_FLOW_NEXT] = "1",     [JAXL_FLOW_PHONE] = "+10",       [JAXL_FLOW_DEVICES] = "1",
        [JAXL_FLOW_APPUSERS] = "1", [JAXL_FLOW_TEAMS] = "1",
    };
    struct jaxl_buf *scratch = &n->f->scratch;
    bool sample = !n->e && !jaxl_flow_text_constant(t);
    int rc = 0;

    n->plain = true;
    out->at = scratch->len;
    if (sample)
        jaxl_buf_puts(scratch, samples[member]);
    for (size_t i = 0; i < t->n && !sample && !rc; i++) {
        jaxl_buf_add(scratch, t->pieces[i].literal, t->pieces[i].literal_len);
        if (t->pieces[i].field)
            rc = render_field(n, member, &t->pieces[i]);
    }
    out->len = scratch->len - out->at;
    jaxl_buf_putc(scratch, '\0');
    return rc ? rc : check_scratch(n, jaxl_flow_member_name(member));
}

/* An answer in the place of a document. */
struct answer {
    struct now *now;
    struct jaxl_json object, members[3], numbers[2];
    size_t n; /* of the flow's nodes */
};

/* A member behind those that the object has; members has room for all. */
static void add(struct jaxl_json *object, struct jaxl_json *members, const char *key,
                struct jaxl_json v)
{
    size_t i = object->len++;

    v.key = key;
    v.key_len = (uint32_t)strlen(key);
    members[i] = v;
    if (i)
        members[i - 1].next = &members[i];
    object->first = members;
}

static struct jaxl_json string(const struct now *n, struct span span)
{
    return (struct jaxl_json){
        .type = JAXL_JSON_STRING, .text = n->f->scratch.data + span.at, .len = (uint32_t)span.len};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A sentence of the prompt. One too many is left for the check to tell. */
static int add_sentence(void *ctx, const char *text, size_t len)
{
    struct answer *a = ctx;
    struct jaxl_json *nodes = a->now->f->nodes;

    if (a->n == JAXL_FLOW_SENTENCES)
        return 0;
    nodes[a->n] = (struct jaxl_json){.type = JAXL_JSON_STRING, .text = text, .len = (uint32_t)len};
    if (a->n)
        nodes[a->n - 1].next = &nodes[a->n];
    a->n++;
    return 0;
}

static int part(struct answer *a, struct span span)
{
    int rc = jaxl_sentence_each(a->now->f->scratch.data + span.at, span.len, NULL, add_sentence, a,
                                a->now->err);

    return rc == JAXL_ELIMIT ? jaxl_error_set(a->now->err, JAXL_EINPUT,
                                              "prompt: a text that long is too much to say")
                             : rc;
}

/* What jaxl_sentence_each would leave of a sentence: a value at its end may be empty. */
static struct span trim(const struct now *n, struct span span)
{
    const char *text = n->f->scratch.data + span.at;

    while (span.len && is_blank(text[span.len - 1]))
        span.len--;
    while (span.len && is_blank(*text)) {
        text++;
        span.at++;
        span.len--;
    }
    return span;
}

/* Sentences are rendered, all before the first is lent from scratch. A value may have ends of
 * sentences in it. */
static int add_sentences(struct answer *a, const struct jaxl_flow_rule *rule)
{
    struct now *n = a->now;
    struct span spans[JAXL_RESPONSE_SENTENCES];
    bool whole[JAXL_RESPONSE_SENTENCES];
    int rc = 0;

    for (size_t i = 0; i < rule->n_prompt && !rc; i++) {
        rc = render(n, JAXL_FLOW_PROMPT, &rule->prompt[i], &spans[i]);
        whole[i] = !rule->one_text || (n->e && n->plain);
    }
    for (size_t i = 0; i < rule->n_prompt && !rc; i++) {
        struct span span = rule->one_text ? trim(n, spans[i]) : spans[i];
        rc = whole[i] ? add_sentence(a, n->f->scratch.data + span.at, span.len) : part(a, span);
    }
    return rc;
}

static int add_prompt(struct answer *a, const struct jaxl_flow_rule *rule)
{
    const struct jaxl_flow_text *number = &rule->texts[JAXL_FLOW_NUM_CHARACTERS];
    const struct jaxl_flow_text *mark = &rule->texts[JAXL_FLOW_MARK_AS];
    struct jaxl_json v = {.type = JAXL_JSON_ARRAY};
    struct span span = {0, 0};
    int rc = mark->raw ? render(a->now, JAXL_FLOW_MARK_AS, mark, &span) : 0;

    if (!rc)
        rc = add_sentences(a, rule);
    if (rc)
        return rc;
    v.first = a->n ? a->now->f->nodes : NULL;
    v.len = (uint32_t)a->n;
    add(&a->object, a->members, "prompt", v);
    v = (struct jaxl_json){
        .type = JAXL_JSON_STRING, .text = number->raw, .len = (uint32_t)number->raw_len};
    if (number->raw)
        add(&a->object, a->members, "num_characters", v);
    if (mark->raw)
        add(&a->object, a->members, "mark", string(a->now, span));
    return 0;
}

static int add_phone(struct answer *a, const struct jaxl_flow_rule *rule)
{
    const struct jaxl_flow_text *from = &rule->texts[JAXL_FLOW_FROM_NUMBER];
    struct jaxl_json v = {.type = JAXL_JSON_OBJECT};
    struct span to_span, from_span;
    int rc = render(a->now, JAXL_FLOW_PHONE, &rule->texts[JAXL_FLOW_PHONE], &to_span);

    if (!rc && from->raw)
        rc = render(a->now, JAXL_FLOW_FROM_NUMBER, from, &from_span);
    if (rc)
        return rc;
    add(&v, a->numbers, "to_number", string(a->now, to_span));
    if (from->raw)
        add(&v, a->numbers, "from_number", string(a->now, from_span));
    add(&a->object, a->members, "phone", v);
    return 0;
}

/* What is one text: an id, or some. */
static int add_ids(struct answer *a, const struct jaxl_flow_rule *rule)
{
    struct span span;
    int rc = render(a->now, rule->answer, &rule->texts[rule->answer], &span);

    if (!rc)
        add(&a->object, a->members, jaxl_flow_member_name(rule->answer), string(a->now, span));
    return rc;
}

static int give(struct now *n, const struct jaxl_flow_rule *rule, struct jaxl_buf *out)
{
    struct answer a = {.now = n, .object = {.type = JAXL_JSON_OBJECT}};
    int rc;

    jaxl_buf_reset(&n->f->scratch);
    rc = (rule->answer == JAXL_FLOW_PROMPT  ? add_prompt
          : rule->answer == JAXL_FLOW_PHONE ? add_phone
                                            : add_ids)(&a, rule);
    return rc ? rc : jaxl_response_check(&a.object, out, n->err);
}

int jaxl_flow_give(struct jaxl_flow *f, const struct jaxl_flow_rule *rule, struct jaxl_buf *out,
                   struct jaxl_error *err)
{
    struct now n = {.f = f, .err = err};

    return give(&n, rule, out);
}

/* The value that a condition is about. */
static const char *member(struct now *n, enum jaxl_flow_member i, size_t *len)
{
    const struct jaxl_event *e = n->e;
    const char *text = i == JAXL_FLOW_OPTION ? e->option
                       : i == JAXL_FLOW_DATA ? e->data
                       : i == JAXL_FLOW_FROM ? e->from
                       : i == JAXL_FLOW_TO   ? e->to
                       : i == JAXL_FLOW_MARK ? e->mark
                                             : jaxl_event_name(e->kind);

    if (i == JAXL_FLOW_DIRECTION || i == JAXL_FLOW_IVR) {
        const char *name = jaxl_flow_member_name(i);
        return jaxl_event_field(e, name, strlen(name), n->scratch, len);
    }
    *len = text ? strlen(text) : 0;
    return text;
}

/* 1: it holds, 0: it does not; negative: the pattern was given up on. Of what is not there, or
 * empty, nothing holds. */
static int condition(struct now *n, const struct jaxl_flow_condition *c)
{
    size_t len;
    const char *text = member(n, c->member, &len);

    if (!text || !len)
        return 0;
    if (c->pattern)
        return jaxl_pattern_match(c->pattern, text, len);
    return len == c->len && memcmp(text, c->text, len) == 0;
}

static int given_up(struct now *n, int rc, const char *in, const char *pattern)
{
    return jaxl_error_set(n->err, rc == JAXL_ENOMEM ? rc : JAXL_EINPUT,
                          "%s: '%.80s' was given up on in a text that %s", in, pattern,
                          rc == JAXL_ENOMEM   ? "takes more memory than there is"
                          : rc == JAXL_EINPUT ? "is not UTF-8"
                                              : "takes too long");
}

/* Whether the rule matches: 1, 0, or an error. */
static int matches(struct now *n, const struct jaxl_flow_rule *rule)
{
    int holds = (rule->kinds & 1U << n->e->kind) != 0;
    size_t len = 0;

    for (const struct jaxl_flow_condition *c = rule->conditions; c && holds > 0; c = c->next) {
        holds = condition(n, c);
        if (holds < 0)
            return given_up(n, holds, jaxl_flow_member_name(c->member), c->text);
    }
    for (const struct jaxl_flow_when *w = rule->whens; w && holds > 0; w = w->next) {
        const char *text = value(n, &w->field, &len);
        holds = jaxl_where_try(w->where, text, text ? len : 0);
        if (holds < 0)
            return given_up(n, holds, "when", w->text);
    }
    return holds;
}

/* Sets a variable to a text on scratch. */
static int set(struct now *n, unsigned slot, struct span span)
{
    int rc =
        jaxl_vars_set(&n->f->vars, n->e->call_id, slot, n->f->scratch.data + span.at, span.len);

    if (rc == JAXL_ELIMIT)
        return jaxl_error_set(n->err, JAXL_EINPUT,
                              "the variable '%s' would have %zu bytes: the "
                              "limit is %d",
                              n->f->variables[slot], span.len, JAXL_VARS_TEXT);
    return rc ? jaxl_error_set(n->err, rc, "out of memory") : 0;
}

struct capture {
    unsigned slot;
    struct span span;
};

/* What the groups of a pattern have found in text, onto scratch: a variable that one sets may be
 * what another was found in. A group that took no part is empty. */
static void capture(struct now *n, const struct jaxl_pattern *p,
                    const struct jaxl_flow_groups *groups, const char *text,
                    struct capture *captures, size_t *count)
{
    struct jaxl_buf *scratch = &n->f->scratch;

    for (size_t i = 0; i < groups->n; i++) {
        struct capture *c = &captures[(*count)++];
        size_t start = 0, len = 0;
        (void)jaxl_pattern_group(p, i, &start, &len);
        *c = (struct capture){groups->slots[i], {scratch->len, len}};
        jaxl_buf_add(scratch, text + start, len);
    }
}

static int set_groups(struct now *n, const struct jaxl_flow_rule *rule)
{
    struct capture captures[JAXL_FLOW_VARIABLES];
    size_t count = 0, len;
    int rc;

    jaxl_buf_putc(&n->f->scratch, '\0'); /* so that there is an address, if all are empty */
    for (const struct jaxl_flow_condition *c = rule->conditions; c; c = c->next)
        if (c->groups.n)
            capture(n, c->pattern, &c->groups, member(n, c->member, &len), captures, &count);
    for (const struct jaxl_flow_when *w = rule->whens; w; w = w->next)
        if (w->groups.n)
            capture(n, jaxl_where_pattern(w->where), &w->groups, value(n, &w->field, &len),
                    captures, &count);
    rc = check_scratch(n, "named groups");
    for (size_t i = 0; i < count && !rc; i++)
        rc = set(n, captures[i].slot, captures[i].span);
    return rc;
}

static int remember(struct now *n, const struct jaxl_flow_rule *rule)
{
    int rc = 0;

    jaxl_buf_reset(&n->f->scratch);
    if (rule->groups)
        rc = set_groups(n, rule);
    for (const struct jaxl_flow_set *s = rule->sets; s && !rc; s = s->next) {
        struct span span;
        rc = render(n, JAXL_FLOW_SET, &s->value, &span);
        if (!rc)
            rc = set(n, s->slot, span);
    }
    return rc;
}

/* What becomes of a rule that matches. */
static int follow(struct now *n, const struct jaxl_flow_rule *rule, struct jaxl_buf *out)
{
    int rc = rule->sets || rule->groups ? remember(n, rule) : 0;

    if (rc || rule->go_on)
        return rc;
    if (rule->answer == JAXL_FLOW_MEMBERS)
        return jaxl_error_set(n->err, JAXL_EEND, "a rule without an answer matched");
    if (!rule->constant)
        return give(n, rule, out);
    jaxl_buf_add(out, rule->constant, rule->constant_len);
    return jaxl_buf_check(out, "an answer", n->err);
}

static int place(const struct now *n, const struct jaxl_flow_rule *rule, int rc)
{
    if (rule->name)
        (void)jaxl_error_prefix(n->err, rc, "rule '%.60s'", rule->name);
    return jaxl_error_prefix(n->err, rc, "%s, line %" PRIu64, n->f->name, rule->line);
}

static int answer(struct now *n, struct jaxl_buf *out)
{
    const struct jaxl_flow *f = n->f;

    for (size_t i = 0; i < f->n; i++) {
        const struct jaxl_flow_rule *rule = f->rules[i];
        int rc = matches(n, rule);
        if (!rc)
            continue;
        if (rc > 0)
            rc = follow(n, rule, out);
        if (rc)
            return place(n, rule, rc);
        if (!rule->go_on)
            return 0;
    }
    return jaxl_error_set(n->err, JAXL_EEND, "no rule of %s matches", f->name);
}

int jaxl_flow_answer(struct jaxl_flow *f, const struct jaxl_event *e, struct jaxl_buf *out,
                     struct jaxl_error *err)
{
    struct now n = {.f = f, .e = e, .err = err};
    size_t mark = out->len;
    int rc = answer(&n, out);

    if (e->kind == JAXL_EVENT_TEARDOWN || !e->call_id)
        jaxl_vars_forget(&f->vars, e->call_id);
    if (rc && out->len > mark) {
        out->len = mark;
        out->data[mark] = '\0';
    }
    return rc;
}
