/* jaxl api: any request to the platform, for what the table of calls does not have. */
#ifndef JAXL_BIN_COMMAND_API_H
#define JAXL_BIN_COMMAND_API_H

#include "command/command.h"

struct api {
    struct base base;
    const char *data; /* JSON text, "@FILE", "-" or NULL */
    const char *method;
    bool idempotent;
    enum jaxl_module module;
};
enum { API_OPTIONS = 1 };
extern const struct cli_option api_options[API_OPTIONS];
int api_check(void *fields, struct jaxl_error *err);
int api_call(struct run *run, void *fields, struct jaxl_error *err);

#endif
