/* The options of jaxl-dial. */
#ifndef JAXL_BIN_DIAL_OPTIONS_H
#define JAXL_BIN_DIAL_OPTIONS_H

#include "common/cli.h"
#include "jaxl/dialer.h"

#define DIAL "jaxl-dial"

/* Options that are rules and settings of a policy (jaxl-policy(5)), under the same names. */
enum {
    RULE_FROM,
    RULE_FROM_BY,
    RULE_RATE_PER_FROM,
    RULE_WINDOW,
    RULE_DAYS,
    RULE_HOLIDAYS,
    RULE_TZ,
    RULE_CAP,
    RULE_GAP,
    RULE_RETRY,
    RULE_MAX_ATTEMPTS,
    RULE_EXPIRE,
    RULE_BUDGET,
    RULE_MAX_COST,
    RULE_MIN_BALANCE,
    RULE_HALT_AFTER,
    RULE_HALT_UNKNOWN,
    RULE_MAX_RUNTIME,
    RULES
};

struct options {
    struct cli_common common;
    const char *message, *currency, *rate, *rejects;
    struct jaxl_texts menu, map, dnc, policies, rules[RULES];
    const char *ledger, *campaign, *plan_at;
    char *ledger_path;             /* what it comes to; NULL: none is kept */
    struct jaxl_dialer_rule *list; /* n_list rules in one list */
    size_t n_list;
    int64_t plan_time;
    uint64_t ivr, max_active, connections, limit, capacity_fd;
    int follow, input, output, progress; /* places in their choices */
    int64_t poll, follow_timeout, unknown_wait, throttle_wait, timeout, dnc_max_age;
    bool dry_run, allow_duplicates, strict, no_ledger, wait, watch, plan, resolve_unknown;
};

/* CLI_GO_ON, or the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);
/* Works out what the options come to: the ledger's file, the list of rules. */
int options_settle(struct options *o, struct jaxl_error *err);
/* What the library is told; borrows from the options. */
void options_dialer(const struct options *o, struct jaxl_dialer_options *out);

#endif
