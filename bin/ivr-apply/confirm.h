/* The question whether options may be disabled. */
#ifndef JAXL_BIN_IVR_CONFIRM_H
#define JAXL_BIN_IVR_CONFIRM_H

#include <stdbool.h>

#include "jaxl/ivr.h"

/* Lists on the terminal the options that the plan disables, and asks. True: yes. False: no, or
 * there is no terminal to ask on, or memory is out. */
bool confirm_disabling(const struct jaxl_ivr_plan *plan);

#endif
