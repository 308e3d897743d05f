/* calls create: a campaign of one lead, so that it has everything that jaxl-dial has. */
#ifndef JAXL_BIN_COMMAND_CREATE_H
#define JAXL_BIN_COMMAND_CREATE_H

#include "command/command.h"

struct create {
    struct base base;
    struct number to, from;
    int64_t ivr, currency;
    const char *message;
    struct jaxl_texts menu;
    bool follow;
};

enum { CREATE_OPTIONS = 8 };
extern const struct cli_option create_options[CREATE_OPTIONS];
int create_check(void *fields, struct jaxl_error *err);
int create_run(const struct command *c, void *fields);

#endif
