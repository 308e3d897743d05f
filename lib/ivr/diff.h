/* What it takes to make the account as the input is: a change for each of its records. Pure. */
#ifndef JAXL_IVR_DIFF_H
#define JAXL_IVR_DIFF_H

#include "data/json_writer.h"
#include "ivr/account.h"

enum jaxl_ivr_subject { JAXL_IVR_OF_MENU, JAXL_IVR_OF_OPTION, JAXL_IVR_OF_PHONE };
enum jaxl_ivr_verb {
    JAXL_IVR_UNCHANGED,
    JAXL_IVR_CREATE,
    JAXL_IVR_UPDATE,
    JAXL_IVR_DISABLE,
    JAXL_IVR_ASSIGN
};

struct jaxl_ivr_change {
    enum jaxl_ivr_subject subject;
    enum jaxl_ivr_verb verb;
    const struct jaxl_ivr_place *place; /* NULL: of no record (disable) */
    size_t nth;
    struct jaxl_ivr_menu *menu;     /* of the input; its twin is the account's */
    struct jaxl_ivr_option *option; /* of the input; NULL when it is to be disabled */
    const struct jaxl_ivr_option *old_option;
    struct jaxl_ivr_phone *phone;
    const struct jaxl_ivr_phone *old_phone;
    unsigned fields;   /* that differ: bits 1 << enum jaxl_ivr_field */
    const char *error; /* why it could not be made; NULL */
};

struct jaxl_ivr_changes {
    struct jaxl_ivr_change *items;
    size_t n, room;
    struct jaxl_ivr_totals totals;
};

/* t: its menus have their twins, the options of these have been read. What cannot be, because the
 * account does not have it, becomes a problem of t. To be freed also on failure. JAXL_ENOMEM,
 * JAXL_ELIMIT. */
int jaxl_ivr_diff(struct jaxl_ivr_changes *c, struct jaxl_ivr_tree *t,
                  const struct jaxl_ivr_account *a, bool prune, struct jaxl_error *err);
void jaxl_ivr_diff_free(struct jaxl_ivr_changes *c);
/* The fields of an option that differ from what the account has. */
unsigned jaxl_ivr_diff_option(const struct jaxl_ivr_option *want,
                              const struct jaxl_ivr_option *have);
/* The id that a link leads to; 0: to a menu that has yet to be made. */
int64_t jaxl_ivr_diff_target(const struct jaxl_ivr_link *link);
/* Writes one change as an object. */
void jaxl_ivr_diff_write(struct jaxl_json_writer *w, const struct jaxl_ivr_change *c);

#endif
