/* A call on its way from the record to the groups: what of it is counted, and where. */
#ifndef JAXL_BILLING_ITEM_H
#define JAXL_BILLING_ITEM_H

#include "billing/fact.h"

struct jaxl_item {
    int64_t id;           /* -1: none */
    int64_t talk, billed; /* microseconds */
    uint8_t outcome;      /* enum jaxl_group_outcome */
    bool provisional, dropped, unrated;
    bool outside; /* of the span or the conditions: only its id counts */
    bool rated;   /* by the tariff */
    uint8_t n_costs;
    uint64_t rated_currency;
    struct jaxl_sum rated_cost; /* JAXL_TARIFF_PARTS times */
    uint32_t session_len, keys_len;
    size_t costs_at, text_at; /* where they are to be found while arrays still grow */
    const struct jaxl_fact_cost *costs;
    const char *session;
    const char *keys; /* for each view as jaxl_key_write made them */
};

#endif
