/* Tariffs from within. */
#ifndef BILLING_TARIFF_IMPL_H
#define BILLING_TARIFF_IMPL_H

#include "billing/tariff.h"

/* Makes a tariff of n rows, which are the tariff's then (on the heap; still the caller's after a
 * failure). JAXL_EINPUT: a prefix twice from the same date; JAXL_ENOMEM. */
int jaxl_tariff_index(struct jaxl_tariff **out, struct jaxl_tariff_row *rows, size_t n,
                      struct jaxl_error *err);

#endif
