/* IVRs and their options. */
#ifndef SANDBOX_IVR_H
#define SANDBOX_IVR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"

struct world;

struct ivr_option {
    int64_t id;
    char input;
    bool enabled, confirmation;
    char *name, *prompt, *webhook;
    int64_t next; /* 0 for none */
    char *cta;    /* JSON text, NULL for none */
};

struct ivr {
    char *name, *settings; /* settings: JSON text, NULL for none */
    bool hangup;
    struct ivr_option options[12];
    size_t n_options;
    int64_t created;
    int64_t n_calls, seconds; /* of calls that are final */
};

/* The id of an IVR is its index plus 1. */
struct ivrs {
    struct ivr *items;
    size_t n;
    int64_t next_option;
};

struct ivr *ivr_find(struct world *w, int64_t id);
/* The inputs of the options that are enabled, NUL-terminated; out has room for 13. */
size_t ivr_inputs(const struct ivr *ivr, char *out);
/* Makes or replaces an IVR (its options stay), an option; everything is copied. Kept in the state
 * log first. JAXL_EIO, JAXL_ENOMEM. */
int ivr_put(struct world *w, int64_t id, const struct ivr *from);
int ivr_put_option(struct world *w, int64_t ivr_id, const struct ivr_option *from);
void ivrs_free(struct ivrs *ivrs);
/* One IVR from the start, so that a call with an IVR can be tried at once. */
int ivr_seed(struct world *w);
int ivr_replay(struct world *w, const struct jaxl_json *line);
int ivr_replay_option(struct world *w, const struct jaxl_json *line);

#endif
