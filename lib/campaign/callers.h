/* The numbers that calls come from: a pool that takes turns, or of which those of the country that
 * is called are taken, each with a pace of its own. */
#ifndef JAXL_CAMPAIGN_CALLERS_H
#define JAXL_CAMPAIGN_CALLERS_H

#include <stdbool.h>

#include "campaign/pace.h"
#include "jaxl/area.h"
#include "jaxl/phone.h"

struct jaxl_callers;

/* by_country: numbers of the pool are chosen by where the called number is. rate: of each number.
 * JAXL_ENOMEM. */
int jaxl_callers_new(struct jaxl_callers **c, const struct jaxl_pace_rate *rate, bool by_country,
                     struct jaxl_error *err);
void jaxl_callers_free(struct jaxl_callers **c);
/* Adds a number to the pool; one that is in it already stays once. by_country needs to know where
 * it is: the errors of jaxl_area_of. JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_callers_add(struct jaxl_callers *c, const struct jaxl_phone *from, int64_t now,
                     struct jaxl_error *err);
size_t jaxl_callers_count(const struct jaxl_callers *c); /* of the pool */
/* The number whose turn it is for a call into an area ("US-FL"; "" where that is not known), when
 * one may call now: 0. Else the time until one may. Of a country without a number of its own the
 * whole pool takes turns. now: monotonic. */
int64_t jaxl_callers_pick(struct jaxl_callers *c, const char *area, int64_t now,
                          struct jaxl_phone *from);
/* The time until a number may call that a lead brings along; 0: now. JAXL_ENOMEM as -1. */
int64_t jaxl_callers_wait(struct jaxl_callers *c, const struct jaxl_phone *from, int64_t now);
/* A call from this number went. */
void jaxl_callers_take(struct jaxl_callers *c, const struct jaxl_phone *from, int64_t now);

#endif
