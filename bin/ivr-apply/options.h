/* The options of jaxl-ivr-apply. */
#ifndef JAXL_BIN_IVR_OPTIONS_H
#define JAXL_BIN_IVR_OPTIONS_H

#include "common/cli.h"

#define IVR_APPLY "jaxl-ivr-apply"

enum output { OUTPUT_AUTO, OUTPUT_TEXT, OUTPUT_NDJSON, OUTPUT_JSON, OUTPUT_CSV, OUTPUT_TABLE };

/* What a run is for. */
enum mode { MODE_APPLY, MODE_PLAN, MODE_EXPORT, MODE_DOT, MODE_WALK };

struct options {
    struct cli_common common;
    bool plan, export, dot, prune, yes, account;
    const char *walk, *start, *state;
    struct jaxl_texts set;
    unsigned allow;
    int input, output, progress; /* places in their choices */
    uint64_t connections;
    int64_t timeout;

    enum mode mode;   /* what they come to */
    const char *path; /* of the input; NULL: standard input */
    char *state_path; /* NULL: no state is kept */
};

/* CLI_GO_ON, or the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
