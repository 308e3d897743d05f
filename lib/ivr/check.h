/* Everything that is checked before an IVR file is applied: what its records say for themselves was
 * noted while they were read, here comes what takes all of them.
 *
 * - Names: of the menu that an option belongs to or leads to, and that a phone is assigned to.
 * - Reach: a menu that no caller can get to. With assignments in the input, callers come in at the
 *   menus that a phone is assigned to, at those marked as entry, and at the first menu of the
 *   outermost file. Without any, at the first menu, the entries and at all those that no option of
 *   another menu names: what is left then are circles that nobody enters. From there every option
 *   leads on, also one that is disabled. Where callers get to a webhook IVR or an option with a
 *   webhook, its answers may send them to any menu: then none is said to be out of reach.
 * - Leaving: a menu that nobody gets out of, but by hanging up: it does not hang up itself, is no
 *   webhook IVR, and every path of enabled options from it ends or goes round in such menus. An
 *   option that leads to a phone, devices, app users, teams, a webhook, or to an IVR by its id is a
 *   way out.
 * - Prompts: keys that the message of a menu, or of one of its options, tells to press, and which
 * no enabled option has; and enabled options whose key none of them announces. See announce.h for
 *   what is understood. A webhook IVR has no message, so these are not asked for it.
 *
 * None of this is looked at while a record or a file could not be read: names would be missed that
 * are only hidden. */
#ifndef JAXL_IVR_CHECK_H
#define JAXL_IVR_CHECK_H

#include "ivr/tree.h"

/* Reports the problems of a tree in the order of the input, but for those that are allowed, and
 * forgets them all. JAXL_EINPUT when there were some, with their number in err; JAXL_ENOMEM. */
int jaxl_ivr_check_report(struct jaxl_ivr_tree *t, unsigned allowed, jaxl_ivr_report *report,
                          void *ctx, struct jaxl_error *err);
/* Marks as entries of an account's tree what a caller would not reach otherwise. It is linked. */
void jaxl_ivr_check_entries(struct jaxl_ivr_tree *t);

#endif
