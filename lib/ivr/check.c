#include <stdlib.h>

#include "ivr/announce.h"
#include "ivr/check.h"
#include "ivr/lead.h"

static void check_names(struct jaxl_ivr_tree *t)
{
    for (const struct jaxl_ivr_phone *p = t->phones; p; p = p->after)
        if (!p->ivr.to && !p->ivr.id)
            jaxl_ivr_tree_problem(t, &p->place, "phone %s: there is no menu '%.60s'",
                                  p->number.text, p->ivr.name);
    for (const struct jaxl_ivr_option *o = t->options; o; o = o->after) {
        if (!o->menu->place.line)
            jaxl_ivr_tree_problem(t, &o->place, "option %c: there is no menu '%.60s'",
                                  JAXL_IVR_KEYS[o->key], o->menu->name);
        if (o->next.name && !o->next.to && !o->next.id)
            jaxl_ivr_tree_problem(t, &o->place,
                                  "option %c of menu '%.60s': there is no menu '%.60s'",
                                  JAXL_IVR_KEYS[o->key], o->menu->name, o->next.name);
    }
}

/* Menus that are still to be walked on from. */
struct walk {
    struct jaxl_ivr_menu *top;
};

static void reach(struct walk *w, struct jaxl_ivr_menu *menu)
{
    if (!menu || menu->reached)
        return;
    menu->reached = true;
    menu->waiting = w->top;
    w->top = menu;
}

static struct jaxl_ivr_menu *pop(struct walk *w)
{
    struct jaxl_ivr_menu *menu = w->top;

    w->top = menu->waiting;
    return menu;
}

static bool named_by_another(const struct jaxl_ivr_menu *menu)
{
    const struct jaxl_ivr_option *o = menu->named_by;

    while (o && o->menu == menu)
        o = o->also_here;
    return o;
}

/* What answers for the menu may send the caller anywhere, by an id that stands in no file. */
static bool asks_webhook(const struct jaxl_ivr_menu *menu)
{
    bool asks = menu->webhook;

    for (unsigned key = 0; key < JAXL_IVR_INPUTS && !asks; key++)
        asks = menu->options[key] && menu->options[key]->actions & 1U << JAXL_IVR_WEBHOOK;
    return asks;
}

/* Goes on from all that has been reached. False: a caller may get to any menu. */
static bool follow_options(struct walk *w)
{
    bool known = true;

    while (w->top) {
        const struct jaxl_ivr_menu *m = pop(w);
        known = known && !asks_webhook(m);
        for (unsigned key = 0; key < JAXL_IVR_INPUTS; key++)
            if (m->options[key])
                reach(w, m->options[key]->next.to);
    }
    return known;
}

static void check_reach(struct jaxl_ivr_tree *t)
{
    struct walk w = {NULL};

    reach(&w, jaxl_ivr_lead_start(t));
    for (const struct jaxl_ivr_phone *p = t->phones; p; p = p->after)
        reach(&w, p->ivr.to);
    for (struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        if (!m->place.line || m->entry || (!t->phones && !named_by_another(m)))
            reach(&w, m); /* (one without a record may be anywhere) */
    if (!follow_options(&w))
        return;
    for (const struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        if (m->place.line && !m->reached)
            jaxl_ivr_tree_problem(t, &m->place, "menu '%.60s': nobody can reach it%s", m->name,
                                  t->phones
                                      ? ": no phone is assigned to it, no option leads to it and "
                                        "it is not marked as entry"
                                      : ": only a circle of options leads to it");
}

void jaxl_ivr_check_entries(struct jaxl_ivr_tree *t)
{
    struct walk w = {NULL};

    for (const struct jaxl_ivr_phone *p = t->phones; p; p = p->after)
        reach(&w, p->ivr.to);
    for (int orphans = 1; orphans >= 0; orphans--) /* then circles */
        for (struct jaxl_ivr_menu *m = t->menus; m; m = m->after) {
            (void)follow_options(&w);
            if (m->reached || (orphans && named_by_another(m)))
                continue;
            m->entry = true;
            reach(&w, m);
        }
}

static void leave(struct walk *w, struct jaxl_ivr_menu *menu)
{
    if (menu->left)
        return;
    menu->left = true;
    menu->waiting = w->top;
    w->top = menu;
}

/* Whether it leads out of the menus of the input. What could not be found may do so. */
static bool leads_out(const struct jaxl_ivr_option *o)
{
    return !o->disabled && (o->actions & ~(1U << JAXL_IVR_NEXT) || (o->actions && !o->next.to));
}

static bool ends_here(const struct jaxl_ivr_menu *menu)
{
    bool out = menu->hangup || menu->webhook;

    for (unsigned key = 0; key < JAXL_IVR_INPUTS && !out; key++)
        out = menu->options[key] && leads_out(menu->options[key]);
    return out;
}

/* From the ways out back to all that lead there. */
static void check_leaving(struct jaxl_ivr_tree *t)
{
    struct walk w = {NULL};

    for (struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        if (ends_here(m))
            leave(&w, m);
    while (w.top)
        for (const struct jaxl_ivr_option *o = pop(&w)->named_by; o; o = o->also_here)
            if (!o->disabled)
                leave(&w, o->menu);
    for (const struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        if (m->place.line && !m->left)
            jaxl_ivr_tree_problem(
                t, &m->place,
                "menu '%.60s': nobody can leave it: it does not hang up and no option leads out",
                m->name);
}

/* Tells of keys that a text announces and no option has. */
static void check_announced(struct jaxl_ivr_tree *t, const struct jaxl_ivr_menu *menu,
                            const struct jaxl_ivr_place *place, unsigned keys)
{
    for (unsigned key = 0; key < JAXL_IVR_INPUTS; key++) {
        const struct jaxl_ivr_option *o = menu->options[key];
        if (keys & 1U << key && (!o || o->disabled))
            jaxl_ivr_tree_problem(t, place, "menu '%.60s': the prompt announces key %c, %s",
                                  menu->name, JAXL_IVR_KEYS[key],
                                  o ? "whose option is not enabled" : "which has no option");
    }
}

static int check_prompts_of(struct jaxl_ivr_tree *t, struct jaxl_ivr_announcer *a,
                            const struct jaxl_ivr_menu *menu, struct jaxl_error *err)
{
    struct jaxl_ivr_announced all = {0}, said = {0};
    int rc = jaxl_ivr_announcer_read(a, menu->message, &all, err);

    check_announced(t, menu, &menu->place, all.keys);
    for (unsigned key = 0; key < JAXL_IVR_INPUTS && !rc; key++) {
        const struct jaxl_ivr_option *o = menu->options[key];
        said = (struct jaxl_ivr_announced){0};
        if (!o || o->disabled || !o->message)
            continue;
        rc = jaxl_ivr_announcer_read(a, o->message, &said, err);
        check_announced(t, menu, &o->place, said.keys & ~all.keys);
        all.keys |= said.keys;
        all.perhaps |= said.perhaps;
    }
    for (unsigned key = 0; key < JAXL_IVR_INPUTS && !rc; key++) {
        const struct jaxl_ivr_option *o = menu->options[key];
        if (o && !o->disabled && !((all.keys | all.perhaps) & 1U << key))
            jaxl_ivr_tree_problem(t, &o->place, "menu '%.60s': no prompt announces key %c",
                                  menu->name, JAXL_IVR_KEYS[key]);
    }
    return rc;
}

static int check_prompts(struct jaxl_ivr_tree *t, struct jaxl_error *err)
{
    struct jaxl_ivr_announcer *a;
    int rc = jaxl_ivr_announcer_new(&a, err);

    if (rc)
        return rc;
    for (const struct jaxl_ivr_menu *m = t->menus; m && !rc; m = m->after)
        if (m->place.line && m->message && !m->webhook)
            rc = check_prompts_of(t, a, m, err);
    jaxl_ivr_announcer_free(&a);
    return rc;
}

static int by_place(const void *one, const void *other)
{
    const struct jaxl_ivr_problem *a = *(struct jaxl_ivr_problem *const *)one,
                                  *b = *(struct jaxl_ivr_problem *const *)other;

    if (a->place.record != b->place.record)
        return a->place.record < b->place.record ? -1 : 1;
    return a->nth < b->nth ? -1 : a->nth > b->nth;
}

int jaxl_ivr_check_report(struct jaxl_ivr_tree *t, unsigned allowed, jaxl_ivr_report *report,
                          void *ctx, struct jaxl_error *err)
{
    const struct jaxl_ivr_problem **sorted;
    size_t n = 0;

    if (!t->n_problems)
        return 0;
    sorted = calloc(t->n_problems, sizeof *sorted);
    if (!sorted)
        return jaxl_error_set(err, JAXL_ENOMEM, "IVRs: out of memory");
    for (const struct jaxl_ivr_problem *p = t->problems; p; p = p->after)
        if (!(p->opinion & allowed))
            sorted[n++] = p;
    t->problems = NULL;
    t->problems_end = &t->problems;
    t->n_problems = 0;
    qsort(sorted, n, sizeof *sorted, by_place);
    for (size_t i = 0; i < n; i++)
        report(ctx, sorted[i]->place.file, sorted[i]->place.line, sorted[i]->text);
    free(sorted);
    if (!n)
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "%zu problem%s in %.200s", n, n == 1 ? "" : "s",
                          t->file ? t->file : "the IVRs");
}

int jaxl_ivr_check(struct jaxl_ivr_tree *t, unsigned allowed, jaxl_ivr_report *report, void *ctx,
                   struct jaxl_error *err)
{
    int rc = 0;

    jaxl_ivr_tree_link(t);
    if (!t->incomplete) {
        check_names(t);
        t->opinion = JAXL_IVR_ALLOW_REACH;
        check_reach(t);
        t->opinion = JAXL_IVR_ALLOW_LEAVE;
        check_leaving(t);
        t->opinion = JAXL_IVR_ALLOW_PROMPTS;
        rc = check_prompts(t, err);
        t->opinion = 0;
    }
    if (!rc)
        rc = jaxl_ivr_tree_check(t, err);
    return rc ? rc : jaxl_ivr_check_report(t, allowed, report, ctx, err);
}
