/* What came of the actions, as people read it. */
#ifndef JAXL_BIN_CONTROL_SUMMARY_H
#define JAXL_BIN_CONTROL_SUMMARY_H

#include "jaxl/control.h"

/* "3 done, 1 ended" into out, which has room bytes; "" for nothing. */
void summary_counts(const struct jaxl_control_totals *t, char *out, size_t room);
/* A line on standard error. */
void summary_print(const struct jaxl_control_totals *t);

#endif
