#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "events/flow_impl.h"
#include "jaxl/nearest.h"
#include "jaxl/phone.h"

#define BIT(n)    (1U << (n))
#define ALL_KINDS (BIT(JAXL_EVENT_KINDS) - 1)

static const char *name_of(enum jaxl_flow_member member)
{
    return jaxl_flow_member_name(member);
}

/* A condition being checked: what is wrong with one is that it can never hold. */
struct look {
    struct jaxl_flow_reading *r;
    struct jaxl_flow_rule *rule;
    struct jaxl_flow_condition *c;
};

static void wrong(const struct look *l, const char *why)
{
    jaxl_flow_problem(l->r, l->rule->line, "%s: '%.60s' is %s", name_of(l->c->member), l->c->text,
                      why);
}

static void check_option(const struct look *l)
{
    if (l->c->len != 1 || !strchr("0123456789*#", *l->c->text))
        wrong(l, "no key: 0 to 9, * and # are");
}

static void check_direction(const struct look *l)
{
    if (l->c->len != 1 || !strchr("012", *l->c->text))
        wrong(l, "no direction: 1 is incoming, 2 outgoing, 0 neither");
}

static void check_ivr(const struct look *l)
{
    if (*l->c->text < '1' || *l->c->text > '9' || strspn(l->c->text, "0123456789") < l->c->len)
        wrong(l, "no id of an IVR");
}

/* A number may be written with separators; what is none is compared as it is. */
static void check_number(const struct look *l)
{
    struct jaxl_phone phone;
    const char *text;

    if (jaxl_phone_parse(l->c->text, l->c->len, &phone, NULL))
        return;
    text = jaxl_flow_keep(l->r, phone.text, strlen(phone.text));
    if (!text)
        return;
    l->c->text = text;
    l->c->len = strlen(text);
}

static void (*const checks[JAXL_FLOW_MEMBERS])(const struct look *l) = {
    [JAXL_FLOW_OPTION] = check_option, [JAXL_FLOW_DIRECTION] = check_direction,
    [JAXL_FLOW_IVR] = check_ivr,       [JAXL_FLOW_FROM] = check_number,
    [JAXL_FLOW_TO] = check_number,
};

/* Events that never have a member. */
static const struct {
    enum jaxl_flow_member member;
    unsigned kinds;
    const char *why;
} lacking[] = {
    {JAXL_FLOW_OPTION, BIT(JAXL_EVENT_CONFIGURE) | BIT(JAXL_EVENT_SETUP),
     "no key was pressed yet at such an event"},
    {JAXL_FLOW_DATA,
     BIT(JAXL_EVENT_CONFIGURE) | BIT(JAXL_EVENT_SETUP) | BIT(JAXL_EVENT_OPTION) |
         BIT(JAXL_EVENT_MARK),
     "an event with data is called data"},
    {JAXL_FLOW_MARK,
     BIT(JAXL_EVENT_CONFIGURE) | BIT(JAXL_EVENT_SETUP) | BIT(JAXL_EVENT_DATA) |
         BIT(JAXL_EVENT_OPTION),
     "an event with a mark is called mark"},
    {JAXL_FLOW_FROM, BIT(JAXL_EVENT_CONFIGURE), "there is no call then"},
    {JAXL_FLOW_TO, BIT(JAXL_EVENT_CONFIGURE), "there is no call then"},
    {JAXL_FLOW_DIRECTION, BIT(JAXL_EVENT_CONFIGURE), "there is no call then"},
};

static void check_lacking(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule)
{
    for (size_t i = 0; i < sizeof lacking / sizeof lacking[0]; i++)
        if (rule->given & BIT(lacking[i].member) && rule->kinds &&
            !(rule->kinds & ~lacking[i].kinds))
            jaxl_flow_problem(r, rule->line, "%s: the rule can never match: %s",
                              name_of(lacking[i].member), lacking[i].why);
}

/* The events that the rule is about. What is then known needs no look at every event. */
static bool check_event(const struct look *l)
{
    const char *names[JAXL_EVENT_KINDS], *near;
    unsigned kinds = 0;

    for (unsigned i = 0; i < JAXL_EVENT_KINDS; i++) {
        names[i] = jaxl_event_name(i);
        if (l->c->pattern ? jaxl_pattern_match(l->c->pattern, names[i], strlen(names[i])) > 0
                          : strcmp(names[i], l->c->text) == 0)
            kinds |= BIT(i);
    }
    l->rule->kinds &= kinds;
    if (kinds)
        return !l->c->groups.n;
    near = l->c->pattern ? NULL : jaxl_nearest(l->c->text, names, JAXL_EVENT_KINDS);
    if (near)
        jaxl_flow_problem(l->r, l->rule->line, "event: there is no '%.60s'; did you mean '%s'?",
                          l->c->text, near);
    else
        jaxl_flow_problem(l->r, l->rule->line,
                          "event: '%.60s' is none of configure, setup, data, option, mark, "
                          "teardown, stream",
                          l->c->text);
    return false;
}

static void check_conditions(struct jaxl_flow_reading *r, struct jaxl_flow_rule *rule)
{
    struct jaxl_flow_condition **link = &rule->conditions;

    rule->kinds = ALL_KINDS;
    while (*link) {
        struct look l = {r, rule, *link};
        bool known = false;
        if (l.c->member == JAXL_FLOW_EVENT)
            known = check_event(&l);
        else if (!l.c->pattern && checks[l.c->member])
            checks[l.c->member](&l);
        if (known) {
            jaxl_pattern_free(&l.c->pattern);
            *link = l.c->next;
        } else {
            link = &l.c->next;
        }
    }
    check_lacking(r, rule);
}

static bool compile_prompt(struct jaxl_flow_reading *r, struct jaxl_flow_rule *rule)
{
    bool good = true, constant = true;

    for (size_t i = 0; i < rule->n_prompt; i++) {
        good &= jaxl_flow_text_compile(r, rule, "prompt", &rule->prompt[i]);
        constant &= jaxl_flow_text_constant(&rule->prompt[i]);
    }
    if (good && rule->one_text && !constant)
        good = jaxl_flow_prompt_part(r, rule);
    return good;
}

/* Everything that is written in the rule. False: there are problems. */
static bool compile(struct jaxl_flow_reading *r, struct jaxl_flow_rule *rule)
{
    size_t before = r->n_problems;

    check_conditions(r, rule);
    for (struct jaxl_flow_when *w = rule->whens; w; w = w->next)
        if (w->where) {
            const char *field = jaxl_where_field(w->where);
            (void)jaxl_flow_field_find(r, rule, "when", field, strlen(field), &w->field);
        }
    for (struct jaxl_flow_set *s = rule->sets; s; s = s->next)
        (void)jaxl_flow_text_compile(r, rule, "set", &s->value);
    for (unsigned i = JAXL_FLOW_MARK_AS; i < JAXL_FLOW_MEMBERS; i++)
        if (rule->texts[i].raw)
            (void)jaxl_flow_text_compile(r, rule, name_of(i), &rule->texts[i]);
    (void)compile_prompt(r, rule);
    if (rule->groups > JAXL_FLOW_VARIABLES)
        jaxl_flow_problem(r, rule->line, "more than %d named groups in a rule",
                          JAXL_FLOW_VARIABLES);
    return r->n_problems == before && !r->failed;
}

/* The one answer of the rule. */
static void check_choice(struct jaxl_flow_reading *r, struct jaxl_flow_rule *rule)
{
    rule->answer = JAXL_FLOW_MEMBERS;
    for (unsigned i = JAXL_FLOW_PROMPT; i < JAXL_FLOW_MEMBERS; i++) {
        if (!(rule->given & BIT(i)))
            continue;
        if (rule->answer != JAXL_FLOW_MEMBERS)
            jaxl_flow_problem(r, rule->line, "%s and %s: a rule has one of them",
                              name_of(rule->answer), name_of(i));
        rule->answer = i;
    }
}

static void check_company(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule)
{
    static const enum jaxl_flow_member pairs[][2] = {
        {JAXL_FLOW_NUM_CHARACTERS, JAXL_FLOW_PROMPT},
        {JAXL_FLOW_MARK_AS, JAXL_FLOW_PROMPT},
        {JAXL_FLOW_FROM_NUMBER, JAXL_FLOW_PHONE},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (rule->given & BIT(pairs[i][0]) && !(rule->given & BIT(pairs[i][1])))
            jaxl_flow_problem(r, rule->line, "%s: goes with a %s only", name_of(pairs[i][0]),
                              name_of(pairs[i][1]));
    if (rule->go_on && rule->answer != JAXL_FLOW_MEMBERS)
        jaxl_flow_problem(r, rule->line,
                          "go_on and %s: a rule that answers is the last that is tried",
                          name_of(rule->answer));
    if (rule->answer == JAXL_FLOW_MEMBERS && !rule->sets && !rule->groups && !rule->wrong)
        jaxl_flow_problem(r, rule->line,
                          "the rule does nothing: prompt, next, phone, devices, appusers or teams "
                          "answer, set remembers");
}

static bool constant(const struct jaxl_flow_rule *rule)
{
    for (unsigned i = JAXL_FLOW_MARK_AS; i < JAXL_FLOW_MEMBERS; i++)
        if (!jaxl_flow_text_constant(&rule->texts[i]))
            return false;
    for (size_t i = 0; i < rule->n_prompt; i++)
        if (!jaxl_flow_text_constant(&rule->prompt[i]))
            return false;
    return true;
}

/* What is constant of the answer is judged now, and all of it is kept when all is constant. */
static void check_answer(struct jaxl_flow_reading *r, struct jaxl_flow_rule *rule)
{
    struct jaxl_buf out;
    struct jaxl_error why;
    int rc;

    jaxl_buf_init(&out, JAXL_RESPONSE_MAX);
    rc = jaxl_flow_give(r->f, rule, &out, &why);
    if (rc == JAXL_EINPUT) {
        jaxl_flow_problem(r, rule->line, "%s", why.message);
    } else if (rc) {
        jaxl_flow_fail(r, rc, why.message);
    } else if (constant(rule)) {
        rule->constant_len = out.len;
        rule->constant = jaxl_flow_keep(r, jaxl_buf_text(&out), out.len);
    }
    jaxl_buf_free(&out);
}

/* Whether condition a holds for everything that condition b holds for, as far as can be told in the
 * time that there is. */
static bool implied(struct jaxl_flow_reading *r, const struct jaxl_flow_condition *a,
                    const struct jaxl_flow_condition *b)
{
    if (a->member != b->member)
        return false;
    if (!a->pattern == !b->pattern)
        return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
    return a->pattern && r->matches++ < JAXL_FLOW_MATCHES &&
           jaxl_pattern_match(a->pattern, b->text, b->len) > 0;
}

static bool has_condition(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule,
                          const struct jaxl_flow_condition *a)
{
    const struct jaxl_flow_condition *b = rule->conditions;

    while (b && !implied(r, a, b))
        b = b->next;
    return b;
}

static bool has_when(const struct jaxl_flow_rule *rule, const struct jaxl_flow_when *a)
{
    const struct jaxl_flow_when *b = rule->whens;

    while (b && strcmp(a->text, b->text) != 0)
        b = b->next;
    return b;
}

/* Whether rule a, which comes before, matches whatever rule b does. sets: a rule in between may
 * change variables. */
static bool hides(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *a,
                  const struct jaxl_flow_rule *b, bool sets)
{
    if (a->go_on || b->kinds & ~a->kinds)
        return false;
    for (const struct jaxl_flow_condition *c = a->conditions; c; c = c->next)
        if (!has_condition(r, b, c))
            return false;
    for (const struct jaxl_flow_when *w = a->whens; w; w = w->next)
        if (!has_when(b, w) || (sets && (w->field.source == JAXL_FLOW_OF_VARIABLE ||
                                         w->field.source == JAXL_FLOW_OF_EITHER)))
            return false;
    return true;
}

static void check_reach(struct jaxl_flow_reading *r)
{
    const struct jaxl_flow *f = r->f;

    for (size_t i = 0; i < f->n; i++) {
        bool sets = false;
        for (size_t k = i; k--;) {
            if (hides(r, f->rules[k], f->rules[i], sets)) {
                jaxl_flow_problem(r, f->rules[i]->line,
                                  "never reached: the rule in line %" PRIu64
                                  " matches whatever this one does",
                                  f->rules[k]->line);
                break;
            }
            sets |= f->rules[k]->go_on;
        }
    }
}

static const struct jaxl_flow_condition *condition_of(const struct jaxl_flow_rule *rule,
                                                      enum jaxl_flow_member member)
{
    const struct jaxl_flow_condition *c = rule->conditions;

    while (c && c->member != member)
        c = c->next;
    return c;
}

static bool asks_for_keys(const struct jaxl_flow_rule *rule)
{
    const char *n = rule->texts[JAXL_FLOW_NUM_CHARACTERS].raw;

    return rule->answer == JAXL_FLOW_PROMPT && n && strcmp(n, "0") != 0 && strcmp(n, "1") != 0 &&
           strcmp(n, "-1") != 0;
}

/* Whether a rule may be there for what was asked for within that option. */
static bool may_take(const struct jaxl_flow_rule *rule, const struct jaxl_flow_condition *option)
{
    const struct jaxl_flow_condition *c = condition_of(rule, JAXL_FLOW_OPTION);

    if (!(rule->kinds & BIT(JAXL_EVENT_DATA)) ||
        (rule->go_on && !condition_of(rule, JAXL_FLOW_DATA)))
        return false;
    return !c || c->pattern || option->pattern || strcmp(c->text, option->text) == 0;
}

/* The keys that a rule for an option asks for are data of this option: when it takes them itself,
 * it asks for ever. */
static void check_repeats(struct jaxl_flow_reading *r)
{
    for (size_t i = 0; i < r->f->n; i++) {
        const struct jaxl_flow_rule *rule = r->f->rules[i];
        const struct jaxl_flow_condition *option = condition_of(rule, JAXL_FLOW_OPTION);
        size_t k = 0;
        if (!option || !asks_for_keys(rule) || !(rule->kinds & BIT(JAXL_EVENT_DATA)) ||
            rule->whens || condition_of(rule, JAXL_FLOW_DATA) || condition_of(rule, JAXL_FLOW_MARK))
            continue;
        while (k < i && !may_take(r->f->rules[k], option))
            k++;
        if (k == i)
            jaxl_flow_problem(r, rule->line,
                              "option: the keys that the prompt asks for are data of the same "
                              "option, so that the rule matches them, and asks again: give it "
                              "\"event\": \"option\"");
    }
}

void jaxl_flow_check(struct jaxl_flow_reading *r)
{
    struct jaxl_flow *f = r->f;

    if (!f->n && !r->n_problems && !r->o->no_rules)
        jaxl_flow_problem(r, 1, "there is no rule in it");
    for (size_t i = 0; i < f->n && !r->failed; i++) {
        struct jaxl_flow_rule *rule = f->rules[i];
        size_t before = r->n_problems;
        if (!compile(r, rule))
            continue;
        check_choice(r, rule);
        check_company(r, rule);
        if (!rule->wrong && r->n_problems == before && rule->answer != JAXL_FLOW_MEMBERS)
            check_answer(r, rule);
    }
    if (!r->n_problems && !r->failed)
        check_reach(r);
    if (!r->n_problems && !r->failed && !r->o->second)
        check_repeats(r);
}
