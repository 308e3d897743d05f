/* Where options and assignments lead, for those who follow them: see dot.c and walk.c. */
#ifndef JAXL_IVR_LEAD_H
#define JAXL_IVR_LEAD_H

#include "ivr/tree.h"

enum jaxl_ivr_lead_kind {
    JAXL_IVR_TO_MENU,
    JAXL_IVR_TO_IVR, /* one of the account that the files do not have */
    JAXL_IVR_TO_PHONE,
    JAXL_IVR_TO_DEVICES,
    JAXL_IVR_TO_APPUSERS,
    JAXL_IVR_TO_TEAMS,
    JAXL_IVR_TO_WEBHOOK,
    JAXL_IVR_TO_OTHER,   /* what the account has and no file can say */
    JAXL_IVR_TO_MISSING, /* a menu that is not there */
    JAXL_IVR_TO_NOWHERE,
};

struct jaxl_ivr_lead {
    enum jaxl_ivr_lead_kind kind;
    const struct jaxl_ivr_menu *menu; /* MENU */
    int64_t id;                       /* IVR, and MISSING that has no text */
    const char *text;                 /* PHONE, WEBHOOK, OTHER (JSON), MISSING: its name, or NULL */
    struct jaxl_ivr_list list;        /* DEVICES, APPUSERS, TEAMS */
};

/* Borrowed from the tree, which is linked. */
struct jaxl_ivr_lead jaxl_ivr_lead_link(const struct jaxl_ivr_tree *t,
                                        const struct jaxl_ivr_link *link);
/* All that an option leads to: one, but for a tree with problems. At least one. */
size_t jaxl_ivr_lead_option(const struct jaxl_ivr_tree *t, const struct jaxl_ivr_option *o,
                            struct jaxl_ivr_lead leads[JAXL_IVR_ACTIONS]);
/* The first menu of the outermost file; NULL: it has none. */
struct jaxl_ivr_menu *jaxl_ivr_lead_start(const struct jaxl_ivr_tree *t);

#endif
