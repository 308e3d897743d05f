/* How to ask after many calls with the fewest requests. */
#ifndef JAXL_CAMPAIGN_PLAN_H
#define JAXL_CAMPAIGN_PLAN_H

#include <stddef.h>
#include <stdint.h>

/* serials: n, ascending: the place of each call in the order in which this run placed them; next is
 * the one after the newest. page: calls that one list request covers. One by one costs a request
 * each; a list that begins at a call covers it and everything placed after it. Returns how many of
 * the oldest are to be asked for one by one; the list covers the rest (none when it returns n). */
size_t jaxl_plan_singles(const uint64_t *serials, size_t n, uint64_t next, size_t page);

#endif
