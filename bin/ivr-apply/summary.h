/* What a plan comes to, for people. */
#ifndef JAXL_BIN_IVR_SUMMARY_H
#define JAXL_BIN_IVR_SUMMARY_H

#include "jaxl/ivr.h"

/* Changes of a plan, made or not. */
size_t summary_changes(const struct jaxl_ivr_totals *t);
/* "3 changes: 2 to create, 1 to assign; 4 unchanged"; when they have been made, "3 changes made: 2
 * created, 1 assigned; 4 unchanged"; on the way "1 of 3 changes made, 1 failed: 2 to create, ..."
 */
void summary_print(const struct jaxl_ivr_totals *t, bool apply);

#endif
