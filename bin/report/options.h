/* The options of jaxl-report. */
#ifndef JAXL_BIN_REPORT_OPTIONS_H
#define JAXL_BIN_REPORT_OPTIONS_H

#include "common/cli.h"
#include "jaxl/calendar.h"
#include "jaxl/record.h"

#define REPORT "jaxl-report"

enum output {
    OUTPUT_AUTO,
    OUTPUT_TABLE,
    OUTPUT_NDJSON,
    OUTPUT_JSON,
    OUTPUT_CSV,
    OUTPUT_HLEDGER,
    OUTPUT_HTML
};

enum command {
    COMMAND_CALLS,
    COMMAND_PAYMENTS, /* to USAGE: what is fetched, as enum jaxl_fetch_kind from 1 on */
    COMMAND_SUBSCRIPTIONS,
    COMMAND_CONSUMABLES,
    COMMAND_USAGE,
    COMMAND_STATEMENT,
    COMMAND_RECONCILE,
    COMMAND_FETCH /* none: --fetch alone */
};

/* Words of an option that were given with commas, or many times. */
struct words {
    char **items;
    size_t n;
};

struct options {
    struct cli_common common;
    /* as they were given */
    struct jaxl_texts by_texts, where, column_texts, map;
    const char *month, *since, *until, *tz, *pulse, *tariff, *sort, *book, *gst, *ledger;
    const char *cursor, *currency_code, *rejects, *locale, *title;
    int fetch, input, output, progress; /* places in their choices; fetch: 0 none */
    bool totals, strict;
    uint64_t top, threads, connections;
    int64_t timeout;

    /* what they come to */
    enum command command;
    const char *const *paths; /* n_paths inputs */
    size_t n_paths;
    struct words by, columns;
    struct jaxl_calendar_span period; /* start and end INT64_MIN and INT64_MAX where open */
    bool spanned;                     /* --month, --since or --until was given */
    int64_t currency;                 /* the platform's parameter; 0: not given */
};

/* CLI_GO_ON, or the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);
/* The locale of --locale or of the environment; NULL: none. */
const char *options_locale(const struct options *o);
/* How records are read: those of files, or what the platform gave, which is NDJSON as it is. */
struct jaxl_record_reader_options options_reader(const struct options *o, bool platform);

#endif
