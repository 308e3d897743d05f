/* What a plan is inside, for the files that make it and carry it out. */
#ifndef JAXL_IVR_PLAN_IMPL_H
#define JAXL_IVR_PLAN_IMPL_H

#include "ivr/diff.h"

struct jaxl_ivr_plan {
    struct jaxl_ivr_tree *t; /* borrowed */
    struct jaxl_ivr_tree tree;
    struct jaxl_ivr_account account; /* over tree */
    struct jaxl_ivr_state state;
    struct jaxl_work work;
    struct jaxl_ivr_changes changes;
};

/* Where records go. */
struct jaxl_ivr_sink {
    jaxl_ivr_write *write;
    void *ctx;
    struct jaxl_buf line;
};

/* Writes a change; the errors of jaxl_ivr_plan_write. */
int jaxl_ivr_plan_put(struct jaxl_ivr_sink *sink, const struct jaxl_ivr_change *c,
                      struct jaxl_error *err);

#endif
