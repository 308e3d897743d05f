/* Commands that are no call of the platform. */
#include "command/command.h"

const struct command own_commands[] = {
    {0},
};
