#include "ivr/diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ivr/write.h"

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

int64_t jaxl_ivr_diff_target(const struct jaxl_ivr_link *link)
{
    const struct jaxl_ivr_menu *to = link->to;

    if (!to)
        return link->id;
    return to->account ? to->id : to->twin ? to->twin->id : 0;
}

static bool holds(const struct jaxl_ivr_list *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->targets[i].id == id)
            return true;
    return false;
}

/* As sets: what order means, if anything, the protocol does not say. */
static bool same_list(const struct jaxl_ivr_list *a, const struct jaxl_ivr_list *b)
{
    size_t i = 0;

    while (i < a->n && i < b->n && a->targets[i].id == b->targets[i].id)
        i++;
    for (size_t j = i; j < a->n; j++)
        if (!holds(b, a->targets[j].id))
            return false;
    for (size_t j = i; j < b->n; j++)
        if (!holds(a, b->targets[j].id))
            return false;
    return true;
}

static bool same_action(const struct jaxl_ivr_option *a, const struct jaxl_ivr_option *b)
{
    int64_t to = jaxl_ivr_diff_target(&a->next);

    if (a->actions != b->actions)
        return false;
    if (a->actions & 1U << JAXL_IVR_NEXT)
        return to && to == jaxl_ivr_diff_target(&b->next);
    return same(a->phone, b->phone) && same_list(&a->devices, &b->devices) &&
           same_list(&a->appusers, &b->appusers) && same_list(&a->teams, &b->teams) &&
           same(a->webhook, b->webhook);
}

unsigned jaxl_ivr_diff_option(const struct jaxl_ivr_option *want,
                              const struct jaxl_ivr_option *have)
{
    unsigned fields = 0;

    if (!same(want->message, have->message))
        fields |= JAXL_IVR_BIT(MESSAGE);
    if (!same_action(want, have))
        for (unsigned i = 0; i < JAXL_IVR_ACTIONS; i++)
            if ((want->actions | have->actions) & 1U << i)
                fields |= JAXL_IVR_BIT(NEXT) << i;
    if (!same(want->prompt, have->prompt))
        fields |= JAXL_IVR_BIT(PROMPT);
    if (want->confirmation != have->confirmation)
        fields |= JAXL_IVR_BIT(CONFIRMATION);
    if (!same(want->webhook_url, have->webhook_url))
        fields |= JAXL_IVR_BIT(WEBHOOK_URL);
    if (want->disabled != have->disabled)
        fields |= JAXL_IVR_BIT(ENABLED);
    return fields;
}

static struct jaxl_ivr_change *add(struct jaxl_ivr_changes *c, enum jaxl_ivr_subject subject,
                                   enum jaxl_ivr_verb verb, const struct jaxl_ivr_place *place)
{
    size_t *const counts[] = {
        [JAXL_IVR_UNCHANGED] = &c->totals.unchanged, [JAXL_IVR_CREATE] = &c->totals.create,
        [JAXL_IVR_UPDATE] = &c->totals.update,       [JAXL_IVR_DISABLE] = &c->totals.disable,
        [JAXL_IVR_ASSIGN] = &c->totals.assign,
    };
    struct jaxl_ivr_change *change = &c->items[c->n];

    *change =
        (struct jaxl_ivr_change){.subject = subject, .verb = verb, .place = place, .nth = c->n++};
    ++*counts[verb];
    return change;
}

static void add_menu(struct jaxl_ivr_changes *c, struct jaxl_ivr_menu *menu)
{
    unsigned fields = JAXL_IVR_BIT(MESSAGE) | (menu->hangup ? JAXL_IVR_BIT(HANGUP) : 0);
    const struct jaxl_ivr_menu *ivr = menu->twin;
    struct jaxl_ivr_change *change;

    if (ivr)
        fields = (same(menu->message, ivr->message) ? 0 : JAXL_IVR_BIT(MESSAGE)) |
                 (menu->hangup == ivr->hangup ? 0 : JAXL_IVR_BIT(HANGUP));
    change = add(c, JAXL_IVR_OF_MENU,
                 !ivr     ? JAXL_IVR_CREATE
                 : fields ? JAXL_IVR_UPDATE
                          : JAXL_IVR_UNCHANGED,
                 &menu->place);
    change->menu = menu;
    change->fields = fields;
}

/* An IVR that is named by its id must be there, where the id is going to be sent. */
static void check_id(struct jaxl_ivr_tree *t, const struct jaxl_ivr_account *a,
                     const struct jaxl_ivr_place *place, const struct jaxl_ivr_link *link)
{
    if (!link->to && link->id && !jaxl_ivr_account_find(a, link->id))
        jaxl_ivr_tree_problem(t, place, "the account has no IVR %" PRId64, link->id);
}

static void add_option(struct jaxl_ivr_changes *c, struct jaxl_ivr_tree *t,
                       const struct jaxl_ivr_account *a, struct jaxl_ivr_option *o)
{
    const struct jaxl_ivr_menu *ivr = o->menu->twin;
    const struct jaxl_ivr_option *have = ivr ? ivr->options[o->key] : NULL;
    unsigned fields = have ? jaxl_ivr_diff_option(o, have) : jaxl_ivr_write_set(o);
    struct jaxl_ivr_change *change = add(c, JAXL_IVR_OF_OPTION,
                                         !have    ? JAXL_IVR_CREATE
                                         : fields ? JAXL_IVR_UPDATE
                                                  : JAXL_IVR_UNCHANGED,
                                         &o->place);

    change->menu = o->menu;
    change->option = o;
    change->old_option = have;
    change->fields = fields;
    if (fields & JAXL_IVR_BIT(NEXT) && o->actions & 1U << JAXL_IVR_NEXT)
        check_id(t, a, &o->place, &o->next);
}

static void add_phone(struct jaxl_ivr_changes *c, struct jaxl_ivr_tree *t,
                      const struct jaxl_ivr_account *a, struct jaxl_ivr_phone *phone)
{
    const struct jaxl_ivr_phone *have =
        jaxl_ivr_names_find(&a->tree->phone_numbers, phone->number.text);
    int64_t want = jaxl_ivr_diff_target(&phone->ivr);
    struct jaxl_ivr_change *change;

    if (!have) {
        jaxl_ivr_tree_problem(t, &phone->place, "the account has no active number %s",
                              phone->number.text);
        return;
    }
    change =
        add(c, JAXL_IVR_OF_PHONE,
            want && want == jaxl_ivr_diff_target(&have->ivr) ? JAXL_IVR_UNCHANGED : JAXL_IVR_ASSIGN,
            &phone->place);
    change->menu = phone->ivr.to;
    change->phone = phone;
    change->old_phone = have;
    if (change->verb == JAXL_IVR_ASSIGN)
        check_id(t, a, &phone->place, &phone->ivr);
}

/* Options that callers can choose and the input knows nothing of. */
static void add_extra(struct jaxl_ivr_changes *c, struct jaxl_ivr_menu *menu, bool prune)
{
    for (int key = 0; menu->twin && key < JAXL_IVR_INPUTS; key++) {
        struct jaxl_ivr_option *have = menu->twin->options[key];
        if (!have || menu->options[key] || have->disabled)
            continue;
        if (prune) {
            struct jaxl_ivr_change *change = add(c, JAXL_IVR_OF_OPTION, JAXL_IVR_DISABLE, NULL);
            change->menu = menu;
            change->old_option = have;
            change->fields = JAXL_IVR_BIT(ENABLED);
        } else {
            c->totals.extra++;
        }
    }
}

static int in_order(const void *one, const void *other)
{
    const struct jaxl_ivr_change *a = one, *b = other;
    size_t at = a->place ? a->place->record : SIZE_MAX, bt = b->place ? b->place->record : SIZE_MAX;

    if (at != bt)
        return at < bt ? -1 : 1;
    return a->nth < b->nth ? -1 : a->nth > b->nth;
}

int jaxl_ivr_diff(struct jaxl_ivr_changes *c, struct jaxl_ivr_tree *t,
                  const struct jaxl_ivr_account *a, bool prune, struct jaxl_error *err)
{
    *c = (struct jaxl_ivr_changes){.room = t->n_menus + t->n_options + t->n_phones};
    if (prune)
        c->room += a->tree->n_options;
    c->items = calloc(c->room + 1, sizeof *c->items);
    if (!c->items)
        return jaxl_error_set(err, JAXL_ENOMEM, "IVRs: out of memory");
    for (struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        if (m->place.line) {
            add_menu(c, m);
            add_extra(c, m, prune);
        }
    for (struct jaxl_ivr_option *o = t->options; o; o = o->after)
        add_option(c, t, a, o);
    for (struct jaxl_ivr_phone *p = t->phones; p; p = p->after)
        add_phone(c, t, a, p);
    qsort(c->items, c->n, sizeof *c->items, in_order);
    return jaxl_ivr_tree_check(t, err);
}

void jaxl_ivr_diff_free(struct jaxl_ivr_changes *c)
{
    free(c->items);
    *c = (struct jaxl_ivr_changes){0};
}
