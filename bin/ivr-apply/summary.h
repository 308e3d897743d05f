/* What a plan comes to, for people. */
#ifndef JAXL_BIN_IVR_SUMMARY_H
#define JAXL_BIN_IVR_SUMMARY_H

#include "jaxl/ivr.h"

/* "3 changes: 2 to create, 1 to assign; 4 unchanged"; "3 changes made: 2 created, 1 assigned; 4
 * unchanged"; "1 made, 1 failed of 3 changes: 2 to create, 1 to assign; 4 unchanged" */
void summary_print(const struct jaxl_ivr_totals *t, bool apply);
/* Asks on the terminal, which need not be where the input comes from, whether n options may be
 * disabled. True also when there are none, or nobody to ask. */
bool summary_confirmed(size_t n);

#endif
