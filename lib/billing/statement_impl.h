/* Shared by what asks for a statement and what writes one. */
#ifndef BILLING_STATEMENT_IMPL_H
#define BILLING_STATEMENT_IMPL_H

#include "billing/sum.h"
#include "jaxl/statement.h"

/* Reads an amount; NULL is 0. what: for the message. JAXL_EINPUT, JAXL_ELIMIT. */
int jaxl_statement_amount(const char *text, const char *what, struct jaxl_sum *out,
                          struct jaxl_error *err);
/* The tax on a usage, rounded half-even to 2 decimals, and what is taxed. JAXL_EARG: no such rate;
 * JAXL_ELIMIT: a usage from 10^40 on. */
int jaxl_statement_tax(const struct jaxl_statement_tax *tax, const struct jaxl_sum *used,
                       struct jaxl_sum *taxable, struct jaxl_sum *amount, struct jaxl_error *err);

#endif
