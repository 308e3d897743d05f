/* Cells of a CSV that hold JSON: "extra", which the record writer fills with what its columns do
 * not have, "costs" where the first record had none, and "input", the lead of a record of
 * jaxl-dial. What they say fills slots that the columns leave empty. */
#ifndef JAXL_BILLING_OVERLAY_H
#define JAXL_BILLING_OVERLAY_H

#include "billing/fact.h"

enum { JAXL_OVERLAY_EXTRA, JAXL_OVERLAY_COSTS, JAXL_OVERLAY_INPUT, JAXL_OVERLAY_CELLS };

struct jaxl_overlay {
    struct jaxl_json_doc *docs[JAXL_OVERLAY_CELLS];
    int slots[JAXL_OVERLAY_CELLS]; /* -1: no path leads into it */
};

/* Adds the slots of those cells that a path leads into. JAXL_EARG: there are too many slots. */
int jaxl_overlay_slots(struct jaxl_fact_slots *slots);
/* JAXL_ENOMEM. */
int jaxl_overlay_init(struct jaxl_overlay *o, struct jaxl_fact_slots *slots);
void jaxl_overlay_free(struct jaxl_overlay *o);
/* JAXL_EINPUT when such a cell is no JSON. Values borrow from o until the next call. */
int jaxl_overlay_read(struct jaxl_overlay *o, const struct jaxl_fact_slots *slots,
                      struct jaxl_scan_value *values, struct jaxl_error *err);

#endif
