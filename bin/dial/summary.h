/* What became of the leads, in one line. */
#ifndef JAXL_BIN_DIAL_SUMMARY_H
#define JAXL_BIN_DIAL_SUMMARY_H

#include "jaxl/dialer.h"

/* "12 answered, 4 missed, 1 unknown": what is not zero. room bytes at out. */
void summary_counts(const struct jaxl_dialer_totals *t, char *out, size_t room);
/* What is left and what was spent, behind the counts: ", 12 left, 3.90 INR". */
void summary_rest(const struct jaxl_dialer_totals *t, char *out, size_t room);
/* "name: 20 leads: ...; cost 4.20 INR" on standard error. */
void summary_print(const char *name, const struct jaxl_dialer_totals *t);

#endif
