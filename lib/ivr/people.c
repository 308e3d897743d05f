/* Teams by name, members by e-mail. */
#include <string.h>
#include <strings.h>

#include "ivr/bind.h"

static bool has_names(const struct jaxl_ivr_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (!list->targets[i].id)
            return true;
    return false;
}

unsigned jaxl_ivr_bind_asks(const struct jaxl_ivr_tree *t)
{
    unsigned lists = 0;

    for (const struct jaxl_ivr_option *o = t->options; o; o = o->after) {
        lists |= has_names(&o->teams) ? 1U << JAXL_IVR_LIST_TEAMS : 0;
        lists |= has_names(&o->appusers) ? 1U << JAXL_IVR_LIST_MEMBERS : 0;
    }
    return lists;
}

/* What the account calls such things, and how their names are compared. */
struct register_of {
    const struct jaxl_ivr_person *all;
    int (*compare)(const char *a, const char *b);
    const char *none, *twice; /* what is wrong with a name, which follows */
};

static int64_t look_up(struct jaxl_ivr_tree *t, const struct jaxl_ivr_option *o,
                       const struct register_of *r, const char *name)
{
    int64_t id = 0;
    const char *why = r->none;

    for (const struct jaxl_ivr_person *p = r->all; p; p = p->after) {
        if (!p->name || r->compare(p->name, name) != 0)
            continue;
        why = id ? r->twice : NULL;
        id = p->id;
        if (why)
            break;
    }
    if (why)
        jaxl_ivr_tree_problem(t, &o->place, "option %c of menu '%.60s': %s '%.60s'%s",
                              JAXL_IVR_KEYS[o->key], o->menu->name, why, name,
                              why == r->twice ? ": give its id" : "");
    return why ? 0 : id;
}

static void resolve(struct jaxl_ivr_tree *t, const struct jaxl_ivr_option *o,
                    struct jaxl_ivr_list *list, const struct register_of *r)
{
    struct jaxl_ivr_target *targets;

    if (!has_names(list))
        return;
    targets = jaxl_ivr_tree_alloc(t, list->n * sizeof *targets);
    if (!targets)
        return;
    for (size_t i = 0; i < list->n; i++) {
        targets[i] = list->targets[i];
        if (!targets[i].id)
            targets[i].id = look_up(t, o, r, targets[i].name);
    }
    list->targets = targets;
}

int jaxl_ivr_bind_people(struct jaxl_ivr_tree *t, const struct jaxl_ivr_account *a,
                         struct jaxl_error *err)
{
    const struct register_of teams = {a->teams, strcmp, "the account has no team",
                                      "the account has several teams called"},
                             members = {a->members, strcasecmp,
                                        "no member of the organisation has the e-mail",
                                        "several members of the organisation have the e-mail"};

    for (struct jaxl_ivr_option *o = t->options; o; o = o->after) {
        resolve(t, o, &o->teams, &teams);
        resolve(t, o, &o->appusers, &members);
    }
    return jaxl_ivr_tree_check(t, err);
}
