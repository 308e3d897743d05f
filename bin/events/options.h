/* The options of jaxl-events. */
#ifndef JAXL_BIN_EVENTS_OPTIONS_H
#define JAXL_BIN_EVENTS_OPTIONS_H

#include "common/cli.h"
#include "jaxl/record.h"

#define EVENTS "jaxl-events"

enum mode { MODE_FILTER, MODE_LISTEN, MODE_POLL };
enum output { OUTPUT_AUTO, OUTPUT_NDJSON, OUTPUT_JSON, OUTPUT_CSV, OUTPUT_TABLE };

struct options {
    struct cli_common common;
    /* the webhook server */
    const char *listen, *secret_header, *metrics, *respond, *flow, *leads, *fallback, *journal,
        *suppress;
    struct jaxl_texts paths, allow, opt_out;
    uint64_t connections, respond_jobs;
    int64_t timeout, request_timeout, grace;
    /* the call list */
    bool poll, once;
    const char *cursor, *currency_code;
    int64_t interval;
    /* which records, and their form */
    struct jaxl_texts match, event_texts, map;
    const char *since, *rejects;
    int input, output; /* places in their choices */
    bool strict;

    /* what they come to */
    enum mode mode;
    unsigned kinds;   /* of jaxl_filter_event; 0: all */
    int64_t currency; /* the platform's parameter */
    int64_t since_at; /* INT64_MIN: from the beginning */
};

/* CLI_GO_ON, or the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
