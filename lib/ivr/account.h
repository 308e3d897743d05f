/* What the account has: its IVRs as a tree, whose menus are called "ivr-ID" (or as a state file
 * says), its phone numbers, teams and members. */
#ifndef JAXL_IVR_ACCOUNT_H
#define JAXL_IVR_ACCOUNT_H

#include "ivr/state.h"
#include "ivr/tree.h"
#include "platform/work.h"

/* Teams by name, members by e-mail: whom an option can lead to. */
struct jaxl_ivr_person {
    const char *name; /* kept in the tree */
    int64_t id;       /* of the team, of the app user */
    struct jaxl_ivr_person *after;
};

struct jaxl_ivr_account {
    struct jaxl_ivr_tree *tree;
    struct jaxl_ivr_names ids;          /* "ivr-ID": the menu */
    const struct jaxl_ivr_state *names; /* for menus; NULL: none */
    struct jaxl_ivr_person *teams, *members;
    bool assigned_only; /* numbers without an IVR are passed over */
    size_t found;       /* menus that were found by their messages, as no state knew them */
    jaxl_ivr_report *report;
    void *ctx;
    const struct jaxl_log *log; /* of what is decided about it; NULL: none */
};

enum jaxl_ivr_list_of {
    JAXL_IVR_LIST_MENUS,
    JAXL_IVR_LIST_PHONES,
    JAXL_IVR_LIST_TEAMS,
    JAXL_IVR_LIST_MEMBERS,
    JAXL_IVR_LIST_OPTIONS /* of a menu */
};

/* tree: empty, borrowed. */
void jaxl_ivr_account_init(struct jaxl_ivr_account *a, struct jaxl_ivr_tree *tree);
void jaxl_ivr_account_free(struct jaxl_ivr_account *a);
/* The menu of an id; NULL. */
struct jaxl_ivr_menu *jaxl_ivr_account_find(const struct jaxl_ivr_account *a, int64_t id);
/* Adds an IVR that is not there. NULL: memory is out. */
struct jaxl_ivr_menu *jaxl_ivr_account_add(struct jaxl_ivr_account *a, int64_t id,
                                           const char *message, bool hangup);
/* Takes one object of a list; what it is not able to express is reported, what has been taken
 * already is passed over. JAXL_EPROTO: it is none; JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_ivr_account_take(struct jaxl_ivr_account *a, enum jaxl_ivr_list_of what,
                          struct jaxl_ivr_menu *menu, const struct jaxl_json *object,
                          struct jaxl_error *err);
/* Reads these lists, bits 1 << enum jaxl_ivr_list_of. The errors of jaxl_work_run; JAXL_EPROTO.
 */
int jaxl_ivr_account_fetch(struct jaxl_ivr_account *a, struct jaxl_work *w, unsigned lists,
                           struct jaxl_error *err);
/* Reads the options of all menus; twins: of those only that have one. */
int jaxl_ivr_account_options(struct jaxl_ivr_account *a, struct jaxl_work *w, bool twins,
                             struct jaxl_error *err);
#endif
