#include "ivr/lead.h"

struct jaxl_ivr_lead jaxl_ivr_lead_link(const struct jaxl_ivr_tree *t,
                                        const struct jaxl_ivr_link *link)
{
    struct jaxl_ivr_lead lead = {.kind = JAXL_IVR_TO_NOWHERE};

    if (link->to) {
        lead.kind = JAXL_IVR_TO_MENU;
        lead.menu = link->to;
    } else if (link->id) {
        lead.kind = t->account /* where all were loaded */ ? JAXL_IVR_TO_MISSING : JAXL_IVR_TO_IVR;
        lead.id = link->id;
    } else if (link->name) {
        lead.kind = JAXL_IVR_TO_MISSING;
        lead.text = link->name;
    }
    return lead;
}

static struct jaxl_ivr_lead to_text(enum jaxl_ivr_lead_kind kind, const char *text)
{
    return (struct jaxl_ivr_lead){.kind = text ? kind : JAXL_IVR_TO_NOWHERE, .text = text};
}

static struct jaxl_ivr_lead to_list(enum jaxl_ivr_lead_kind kind, struct jaxl_ivr_list list)
{
    return (struct jaxl_ivr_lead){.kind = list.n ? kind : JAXL_IVR_TO_NOWHERE, .list = list};
}

static struct jaxl_ivr_lead to_action(const struct jaxl_ivr_tree *t,
                                      const struct jaxl_ivr_option *o, enum jaxl_ivr_action action)
{
    switch (action) {
    case JAXL_IVR_NEXT:
        return jaxl_ivr_lead_link(t, &o->next);
    case JAXL_IVR_PHONE:
        return to_text(JAXL_IVR_TO_PHONE, o->phone);
    case JAXL_IVR_DEVICES:
        return to_list(JAXL_IVR_TO_DEVICES, o->devices);
    case JAXL_IVR_APPUSERS:
        return to_list(JAXL_IVR_TO_APPUSERS, o->appusers);
    case JAXL_IVR_TEAMS:
        return to_list(JAXL_IVR_TO_TEAMS, o->teams);
    default:
        return to_text(JAXL_IVR_TO_WEBHOOK, o->webhook);
    }
}

size_t jaxl_ivr_lead_option(const struct jaxl_ivr_tree *t, const struct jaxl_ivr_option *o,
                            struct jaxl_ivr_lead leads[JAXL_IVR_ACTIONS])
{
    size_t n = 0;

    for (unsigned action = 0; action < JAXL_IVR_ACTIONS; action++)
        if (o->actions & 1U << action)
            leads[n++] = to_action(t, o, action);
    if (!n)
        leads[n++] = to_text(JAXL_IVR_TO_OTHER, o->cta);
    return n;
}

struct jaxl_ivr_menu *jaxl_ivr_lead_start(const struct jaxl_ivr_tree *t)
{
    struct jaxl_ivr_menu *first = NULL;

    for (struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        if (m->place.line && m->place.file == t->file &&
            (!first || m->place.record < first->place.record))
            first = m;
    return first;
}
