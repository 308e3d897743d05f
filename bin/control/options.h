/* The command line of jaxl-control. */
#ifndef JAXL_BIN_CONTROL_OPTIONS_H
#define JAXL_BIN_CONTROL_OPTIONS_H

#include "common/cli.h"

#define CONTROL "jaxl-control"

struct options {
    struct cli_common common;
    bool dry_run, strict;
    uint64_t connections, queue;
    int64_t timeout;
    struct jaxl_texts map;
    const char *rejects;
    int input, output, progress;
};

/* CLI_GO_ON, or the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
