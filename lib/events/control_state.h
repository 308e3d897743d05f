/* The states of a call that an action can be made to depend on. */
#ifndef JAXL_EVENTS_CONTROL_STATE_H
#define JAXL_EVENTS_CONTROL_STATE_H

#include <stdbool.h>

#include "jaxl/json.h"

enum jaxl_control_state {
    JAXL_CONTROL_STATE_ACTIVE,    /* not over */
    JAXL_CONTROL_STATE_RINGING,   /* not over, and nobody is said to have answered */
    JAXL_CONTROL_STATE_ANSWERED,  /* somebody is there, or was */
    JAXL_CONTROL_STATE_VOICEMAIL, /* a mailbox is there, or was */
    JAXL_CONTROL_STATE_MISSED,    /* over, nobody answered */
    JAXL_CONTROL_STATE_FAILED,    /* over, and failed for a reason */
    JAXL_CONTROL_STATE_OVER,
    JAXL_CONTROL_STATE_FINAL, /* over, and its cost is final */
    JAXL_CONTROL_STATES
};

#define JAXL_CONTROL_IS(state) (1U << (state))

const char *jaxl_control_state_name(enum jaxl_control_state s);
/* The states that a Call object of the platform is in, as a set; at least one. */
unsigned jaxl_control_state_of(const struct jaxl_json *call);
/* The one that says most of such a set. */
enum jaxl_control_state jaxl_control_state_best(unsigned states);
/* Reads an `if`: the name of a state, or several (an array, or a text with commas or blanks), of
 * which one is to hold. JAXL_EINPUT. */
int jaxl_control_state_read(const struct jaxl_json *v, unsigned *states, struct jaxl_error *err);

#endif
