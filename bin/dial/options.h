/* The options of jaxl-dial. */
#ifndef JAXL_BIN_DIAL_OPTIONS_H
#define JAXL_BIN_DIAL_OPTIONS_H

#include "common/cli.h"
#include "jaxl/dialer.h"

#define DIAL "jaxl-dial"

struct options {
    struct cli_common common;
    const char *from, *message, *currency, *rate, *rejects;
    struct jaxl_texts menu, map, dnc;
    uint64_t ivr, max_active, connections, limit;
    int follow, input, output, progress; /* places in their choices */
    int64_t poll, follow_timeout, unknown_wait, throttle_wait, timeout, dnc_max_age;
    bool dry_run, allow_duplicates, strict;
};

/* CLI_GO_ON, or the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);
/* What the library is told; borrows from the options. */
void options_dialer(const struct options *o, struct jaxl_dialer_options *out);

#endif
