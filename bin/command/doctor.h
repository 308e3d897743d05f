/* jaxl doctor: looks at the set-up step by step and says for each failure what to do. */
#ifndef JAXL_BIN_COMMAND_DOCTOR_H
#define JAXL_BIN_COMMAND_DOCTOR_H

#include "command/command.h"

struct doctor_options {
    struct base base;
};
int doctor_run(const struct command *c, void *fields);

#endif
