/* jaxl help: opens the manual. jaxl apps run: becomes jaxl-events. */
#ifndef JAXL_BIN_COMMAND_MANUAL_H
#define JAXL_BIN_COMMAND_MANUAL_H

#include "command/command.h"

struct manual {
    struct base base;
};
int manual_run(const struct command *c, void *fields);
int apps_run(const struct command *c, void *fields);

#endif
