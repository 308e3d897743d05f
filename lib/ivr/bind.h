/* Which IVR of the account a menu of the input is: the twin of each. */
#ifndef JAXL_IVR_BIND_H
#define JAXL_IVR_BIND_H

#include "ivr/account.h"

/* By the id of its record, by the state file, or else by its message: among the IVRs that are no
 * other menu's, the only one that says the same. Never by guess: what cannot be told apart becomes
 * a problem of the tree. A menu without a twin is to be made. Names that the input has no more give
 * their IVRs away. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_ivr_bind_menus(struct jaxl_ivr_tree *t, struct jaxl_ivr_account *a,
                        struct jaxl_ivr_state *s, struct jaxl_error *err);
/* Binds a menu to an IVR that was made for it. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_ivr_bind_made(struct jaxl_ivr_menu *menu, struct jaxl_ivr_account *a,
                       struct jaxl_ivr_state *s, int64_t id);

/* Which lists of the account are needed for names of teams and members, as fetch takes them. */
unsigned jaxl_ivr_bind_asks(const struct jaxl_ivr_tree *t);
/* Puts ids in the places of the names of teams and members; those that the account does not have,
 * or has twice, become problems of the tree. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_ivr_bind_people(struct jaxl_ivr_tree *t, const struct jaxl_ivr_account *a,
                         struct jaxl_error *err);

#endif
