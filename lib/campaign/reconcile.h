/* Which call of the platform's list an unknown attempt is. Pure; never a guess. */
#ifndef JAXL_CAMPAIGN_RECONCILE_H
#define JAXL_CAMPAIGN_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/clock.h"

/* A call is looked for from the moment its request was sent, less how badly two clocks may agree
 * (the Date header counts whole seconds, and travels), to two minutes later (design.md section 7).
 */
#define JAXL_RECONCILE_BEFORE (5 * JAXL_SECOND)
#define JAXL_RECONCILE_AFTER  (120 * JAXL_SECOND)

enum { JAXL_RECONCILE_CALLS = 4 };

/* An attempt whose outcome is unknown, and what one look through the list found. */
struct jaxl_reconcile {
    uint64_t from, to; /* jaxl_phone.key */
    int64_t sent;      /* on the server's clock, microseconds since 1970 */
    bool contested;    /* some other unknown attempt from/to has been near: stays so */
    unsigned found;    /* distinct unclaimed calls that fit, counted to JAXL_RECONCILE_CALLS */
    bool more;         /* there were others */
    int64_t calls[JAXL_RECONCILE_CALLS];
    int64_t created[JAXL_RECONCILE_CALLS]; /* when, on the server's clock */
};

/* True when a call created then, from/to, may be the attempt's. */
bool jaxl_reconcile_fits(const struct jaxl_reconcile *u, uint64_t from, uint64_t to,
                         int64_t created);
/* Starts a new look. */
void jaxl_reconcile_begin(struct jaxl_reconcile *u);
/* Notes an unclaimed call that fits; the same one again changes nothing. */
void jaxl_reconcile_note(struct jaxl_reconcile *u, int64_t call_id, int64_t created);
/* Takes away a call that turned out to belong to somebody else. */
void jaxl_reconcile_strike(struct jaxl_reconcile *u, int64_t call_id);
/* Two unknown attempts from/to whose calls could be each other's cannot be told apart: marks both
 * contested when that is so. */
bool jaxl_reconcile_contest(struct jaxl_reconcile *a, struct jaxl_reconcile *b);
/* After a complete look: the one call that it must be, or 0. */
int64_t jaxl_reconcile_settle(const struct jaxl_reconcile *u);

#endif
