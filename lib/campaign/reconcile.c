#include "campaign/reconcile.h"

bool jaxl_reconcile_fits(const struct jaxl_reconcile *u, uint64_t from, uint64_t to,
                         int64_t created)
{
    return u->to == to && u->from == from && created >= u->sent - JAXL_RECONCILE_BEFORE &&
           created <= u->sent + JAXL_RECONCILE_AFTER;
}

void jaxl_reconcile_begin(struct jaxl_reconcile *u)
{
    u->found = 0;
    u->more = false;
}

void jaxl_reconcile_note(struct jaxl_reconcile *u, int64_t call_id, int64_t created)
{
    for (unsigned i = 0; i < u->found; i++)
        if (u->calls[i] == call_id)
            return;
    if (u->found == JAXL_RECONCILE_CALLS) {
        u->more = true;
        return;
    }
    u->calls[u->found] = call_id;
    u->created[u->found++] = created;
}

void jaxl_reconcile_strike(struct jaxl_reconcile *u, int64_t call_id)
{
    for (unsigned i = 0; i < u->found; i++)
        if (u->calls[i] == call_id) {
            u->found--;
            u->calls[i] = u->calls[u->found];
            u->created[i] = u->created[u->found];
            return;
        }
}

bool jaxl_reconcile_contest(struct jaxl_reconcile *a, struct jaxl_reconcile *b)
{
    int64_t apart = a->sent > b->sent ? a->sent - b->sent : b->sent - a->sent;

    if (a->to != b->to || a->from != b->from ||
        apart > JAXL_RECONCILE_BEFORE + JAXL_RECONCILE_AFTER)
        return false;
    a->contested = b->contested = true;
    return true;
}

int64_t jaxl_reconcile_settle(const struct jaxl_reconcile *u)
{
    return u->found == 1 && !u->more && !u->contested ? u->calls[0] : 0;
}
