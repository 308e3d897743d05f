#include "ivr/bind.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Menus of the input, and IVRs of the account, that say the same and have no twin yet; both in the
 * order of their lists, through `waiting`. */
struct group {
    struct jaxl_ivr_menu *menus, **menus_end, *ivrs, **ivrs_end;
    size_t n_menus, n_ivrs;
    bool all_new; /* every menu was about to be made when a run ended */
    struct group *after;
};

struct binding {
    struct jaxl_ivr_tree *t;
    struct jaxl_ivr_account *a;
    struct jaxl_ivr_state *s;
    struct jaxl_ivr_names messages;
    struct group *groups, **end;
};

static int marry(struct jaxl_ivr_menu *menu, struct jaxl_ivr_menu *ivr, struct jaxl_ivr_state *s)
{
    menu->twin = ivr;
    ivr->twin = menu;
    return jaxl_ivr_state_bind(s, menu->name, ivr->id);
}

int jaxl_ivr_bind_made(struct jaxl_ivr_menu *menu, struct jaxl_ivr_account *a,
                       struct jaxl_ivr_state *s, int64_t id)
{
    struct jaxl_ivr_menu *ivr = jaxl_ivr_account_find(a, id);

    if (!ivr)
        ivr = jaxl_ivr_account_add(a, id, menu->message, menu->hangup);
    if (!ivr)
        return a->tree->failed ? a->tree->failed : JAXL_ENOMEM;
    return marry(menu, ivr, s);
}

/* The id that the record itself gives, when it is one of this account. */
static int bind_by_record(struct binding *b, struct jaxl_ivr_menu *menu)
{
    struct jaxl_ivr_menu *ivr;

    if (!menu->id || (menu->org && menu->org != b->a->tree->org))
        return 0;
    ivr = jaxl_ivr_account_find(b->a, menu->id);
    if (ivr && !ivr->twin)
        return marry(menu, ivr, b->s);
    if (ivr)
        jaxl_ivr_tree_problem(b->t, &menu->place,
                              "menu '%.60s': IVR %" PRId64 " is menu '%.60s' already", menu->name,
                              menu->id, ivr->twin->name);
    else
        jaxl_ivr_tree_problem(b->t, &menu->place, "menu '%.60s': the account has no IVR %" PRId64,
                              menu->name, menu->id);
    return 0;
}

static int bind_by_state(struct binding *b, struct jaxl_ivr_menu *menu)
{
    struct jaxl_ivr_bond *bond = jaxl_ivr_state_find(b->s, menu->name);
    struct jaxl_ivr_menu *ivr;

    if (bond)
        bond->taken = true;
    if (!bond || !bond->id || menu->twin)
        return 0;
    ivr = jaxl_ivr_account_find(b->a, bond->id);
    return ivr && !ivr->twin ? marry(menu, ivr, b->s) : 0;
}

static void add(struct jaxl_ivr_menu ***end, struct jaxl_ivr_menu *menu, size_t *n)
{
    menu->waiting = NULL;
    **end = menu;
    *end = &menu->waiting;
    ++*n;
}

static int add_menu(struct binding *b, struct jaxl_ivr_menu *menu)
{
    struct group *g = jaxl_ivr_names_find(&b->messages, menu->message);
    const struct jaxl_ivr_bond *bond = jaxl_ivr_state_find(b->s, menu->name);

    if (!g) {
        g = jaxl_ivr_names_reserve(&b->messages) ? jaxl_ivr_tree_alloc(b->t, sizeof *g) : NULL;
        if (!g)
            return b->t->failed ? b->t->failed : JAXL_ENOMEM;
        *g = (struct group){.menus_end = &g->menus, .ivrs_end = &g->ivrs, .all_new = true};
        jaxl_ivr_names_enter(&b->messages, menu->message, g);
        *b->end = g;
        b->end = &g->after;
    }
    g->all_new = g->all_new && bond && !bond->id;
    add(&g->menus_end, menu, &g->n_menus);
    return 0;
}

static void list_ids(const struct group *g, char *out, size_t size)
{
    size_t len = 0, i = 0;

    for (const struct jaxl_ivr_menu *m = g->ivrs; m && len < size; m = m->waiting, i++)
        len += (size_t)snprintf(out + len, size - len, "%s%" PRId64,
                                !i                   ? ""
                                : i + 1 == g->n_ivrs ? " and "
                                                     : ", ",
                                m->id);
}

static void cannot_tell(struct binding *b, const struct group *g)
{
    char ids[400];

    list_ids(g, ids, sizeof ids);
    for (const struct jaxl_ivr_menu *m = g->menus; m; m = m->waiting)
        if (g->n_menus > 1)
            jaxl_ivr_tree_problem(b->t, &m->place,
                                  "menu '%.60s': other menus say the same, and so does IVR %s of "
                                  "the account: give each its id",
                                  m->name, ids);
        else
            jaxl_ivr_tree_problem(b->t, &m->place,
                                  "menu '%.60s': it may be any of the IVRs %s, which say the same: "
                                  "give it an id",
                                  m->name, ids);
}

/* Those that a run was about to make when it ended are alike: the one is as good as the other. */
static int decide(struct binding *b, const struct group *g)
{
    struct jaxl_ivr_menu *menu = g->menus, *ivr = g->ivrs;
    int rc = 0;

    if (!g->n_ivrs)
        return 0;
    if (g->n_ivrs > g->n_menus || (g->n_menus > 1 && !g->all_new)) {
        cannot_tell(b, g);
        return 0;
    }
    while (ivr && !rc) {
        struct jaxl_ivr_menu *next_menu = menu->waiting, *next_ivr = ivr->waiting;
        jaxl_log_print(b->a->log, JAXL_LOG_INFO,
                       "%s, line %" PRIu64 ": menu '%.60s': taken for IVR %" PRId64
                       ", which says the same",
                       menu->place.file, menu->place.line, menu->name, ivr->id);
        b->a->found += b->s->fresh;
        rc = marry(menu, ivr, b->s);
        menu = next_menu;
        ivr = next_ivr;
    }
    return rc;
}

/* Whether a menu may be an IVR that is found by its message, and an IVR one that is found so. A
 * state that has other names is not lost: a name that it does not have is a new one, or a new name
 * of what had another; otherwise two files that say the same would take each other's IVRs. */
static bool is_sought(const struct binding *b, const struct jaxl_ivr_menu *m, bool renamed)
{
    bool known = b->s->fresh || jaxl_ivr_state_find(b->s, m->name);

    return m->place.line && !m->twin && m->message && known != renamed;
}

static bool is_free(const struct binding *b, const struct jaxl_ivr_menu *ivr, bool renamed)
{
    const struct jaxl_ivr_bond *bond = jaxl_ivr_state_owner(b->s, ivr->id);

    if (ivr->twin)
        return false;
    return renamed ? bond && !bond->taken : !bond && !jaxl_ivr_state_disowns(b->s, ivr->id);
}

/* What says the same as a menu that is going to be made is somebody else's, also after a crash. */
static int disown(struct binding *b)
{
    int rc = 0;

    for (struct jaxl_ivr_menu *m = b->a->tree->menus; m && !rc; m = m->after) {
        const struct group *g = jaxl_ivr_names_find(&b->messages, m->message);
        if (g && !m->twin && g->n_menus > g->n_ivrs)
            rc = jaxl_ivr_state_disown(b->s, m->id);
    }
    return rc;
}

static int bind_by_message(struct binding *b, bool renamed)
{
    int rc = 0;

    b->groups = NULL;
    b->end = &b->groups;
    for (struct jaxl_ivr_menu *m = b->t->menus; m && !rc; m = m->after)
        if (is_sought(b, m, renamed))
            rc = add_menu(b, m);
    for (struct jaxl_ivr_menu *m = b->a->tree->menus; m && !rc; m = m->after) {
        struct group *g = jaxl_ivr_names_find(&b->messages, m->message);
        if (g && is_free(b, m, renamed))
            add(&g->ivrs_end, m, &g->n_ivrs);
    }
    for (const struct group *g = b->groups; g && !rc; g = g->after)
        rc = decide(b, g);
    if (!rc && renamed)
        rc = disown(b);
    jaxl_ivr_names_free(&b->messages);
    return rc;
}

int jaxl_ivr_bind_menus(struct jaxl_ivr_tree *t, struct jaxl_ivr_account *a,
                        struct jaxl_ivr_state *s, struct jaxl_error *err)
{
    struct binding b = {.t = t, .a = a, .s = s};
    size_t problems = t->n_problems;
    int rc = 0;

    for (struct jaxl_ivr_menu *m = t->menus; m && !rc; m = m->after)
        rc = m->place.line ? bind_by_record(&b, m) : 0;
    for (struct jaxl_ivr_menu *m = t->menus; m && !rc; m = m->after)
        rc = m->place.line ? bind_by_state(&b, m) : 0;
    if (!rc && t->n_problems == problems)
        rc = bind_by_message(&b, false);
    if (!rc && t->n_problems == problems)
        rc = bind_by_message(&b, true);
    if (rc)
        return jaxl_error_set(err, rc, "IVRs: %s", jaxl_error_name(rc));
    return jaxl_ivr_tree_check(t, err);
}
