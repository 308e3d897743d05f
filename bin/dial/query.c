#include "dial/query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cli.h"
#include "dial/options.h"
#include "jaxl/campaign.h"
#include "jaxl/record.h"

struct query {
    struct cli_common common;
    const char *ledger, *campaign, *source;
    struct jaxl_texts resolve;
    int output; /* place in outputs */
    const char *name;
};

struct query_command {
    const char *word, *synopsis, *summary, *epilogue;
    enum jaxl_campaign_view view;
    const char *const *table; /* columns of a table on a terminal; NULL: NDJSON there as well */
    const struct cli_option *own, *shared;
    size_t n_own, n_shared, n_table;
    bool operands;
    int (*run)(const struct query_command *c, const struct query *q, const char *ledger,
               struct jaxl_error *err);
};

#define AT(field)   offsetof(struct query, field)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const outputs[] = {"auto", "ndjson", "json", "csv", "table", NULL};

/* name, letter, kind, metavar, help, field, min, max, choices, parse */
static const struct cli_option shared[] = {
    {"campaign", 0, CLI_TEXT, "NAME", "of this campaign only (default: of all)", AT(campaign), 0, 0,
     NULL, NULL},
    {"output", 'o', CLI_CHOICE, "FORMAT",
     "auto (the default: a table on a terminal, else ndjson), ndjson, json, csv or table",
     AT(output), 0, 0, outputs, NULL},
    {"ledger", 0, CLI_TEXT, "FILE", "the ledger (default: jaxl/ledger.db in $XDG_STATE_HOME)",
     AT(ledger), 0, 0, NULL, NULL},
};
#define OF_CAMPAIGN .shared = shared, .n_shared = COUNT(shared)
#define OF_ALL      .shared = shared + 1, .n_shared = COUNT(shared) - 1
#define TO_WRITE    .shared = shared + 2, .n_shared = COUNT(shared) - 2

static const struct cli_option resolve_options[] = {
    {"resolve-unknown", 0, CLI_LIST, "HOW=ID",
     "free=ID: attempt ID called nobody, its lead is due again; adopt=ID:CALL: it was the call "
     "CALL, which the next run follows; may be repeated",
     AT(resolve), 0, 0, NULL, NULL},
};
static const struct cli_option opt_out_options[] = {
    {"source", 0, CLI_TEXT, "TEXT", "who or what says so (default: operator)", AT(source), 0, 0,
     NULL, NULL},
};

static int write_row(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    return jaxl_record_write_text(arg, json, len, err);
}

static int show(const struct query_command *c, const struct query *q, const char *ledger,
                struct jaxl_error *err)
{
    struct jaxl_record_writer_options options = {
        .output = q->output                           ? (enum jaxl_record_output)(q->output - 1)
                  : c->table && isatty(STDOUT_FILENO) ? JAXL_RECORD_TABLE
                                                      : JAXL_RECORD_NDJSON};
    const bool table = options.output == JAXL_RECORD_TABLE;
    struct jaxl_record_writer *out;
    int code;

    options.columns = jaxl_campaign_columns(c->view, &options.n_columns);
    if (table && c->table) {
        options.columns = c->table;
        options.n_columns = c->n_table;
    }
    options.width = table ? cli_terminal_width(STDOUT_FILENO) : 0;
    code = jaxl_record_writer_new(&out, STDOUT_FILENO, &options, err);
    if (!code)
        code = jaxl_campaign_query(ledger, q->campaign, c->view, write_row, out, err);
    if (!code)
        code = jaxl_record_finish(out, err);
    else if (out)
        (void)jaxl_record_flush(out, NULL); /* of a damaged ledger, what can be read */
    jaxl_record_writer_free(&out);
    return code;
}

/* "free=ID", "adopt=ID:CALL"; call 0: nobody was called. */
struct resolution {
    int64_t attempt, call;
};

/* A whole number from 1 at *text, which is moved behind it; 0: there is none. */
static int64_t read_id(const char **text)
{
    char *end;
    int64_t id;

    if (**text < '0' || **text > '9')
        return 0;
    errno = 0;
    id = strtoll(*text, &end, 10);
    *text = end;
    return errno ? 0 : id;
}

static int read_resolution(const char *text, struct resolution *r, struct jaxl_error *err)
{
    static const char *const words[] = {"free=", "adopt="};
    const bool adopt = strncmp(text, words[1], strlen(words[1])) == 0;
    const char *at = text + strlen(words[adopt]);
    bool good = strncmp(text, words[adopt], strlen(words[adopt])) == 0;

    *r = (struct resolution){0};
    good = good && (r->attempt = read_id(&at)) > 0;
    if (adopt)
        good = good && *at++ == ':' && (r->call = read_id(&at)) > 0;
    return good && !*at ? 0
                        : jaxl_error_set(err, JAXL_EARG,
                                         "--resolve-unknown: '%.60s' is neither free=ID nor "
                                         "adopt=ID:CALL",
                                         text);
}

static int resolve(const struct query *q, const char *ledger, const struct resolution *r,
                   struct jaxl_error *err)
{
    int code = r->call ? jaxl_campaign_adopt(ledger, q->campaign, r->attempt, r->call, err)
                       : jaxl_campaign_release(ledger, q->campaign, r->attempt, err);

    if (code || q->common.quiet)
        return code;
    if (r->call)
        cli_message(q->name, "attempt %lld is call %lld: the next run follows it",
                    (long long)r->attempt, (long long)r->call);
    else
        cli_message(q->name, "attempt %lld does not count: its lead is due again",
                    (long long)r->attempt);
    return 0;
}

/* All of what is asked is read before any of it is done; what is left is shown. */
static int unknown(const struct query_command *c, const struct query *q, const char *ledger,
                   struct jaxl_error *err)
{
    struct resolution r;
    int code = 0;

    for (size_t i = 0; i < q->resolve.n && !code; i++)
        code = read_resolution(q->resolve.items[i], &r, err);
    for (size_t i = 0; i < q->resolve.n && !code; i++) {
        code = read_resolution(q->resolve.items[i], &r, err);
        if (!code)
            code = resolve(q, ledger, &r, err);
    }
    return code ? code : show(c, q, ledger, err);
}

static int opt_out(const struct query_command *c, const struct query *q, const char *ledger,
                   struct jaxl_error *err)
{
    const size_t n = q->common.n_operands;
    int code;

    if (!n)
        return jaxl_error_set(err, JAXL_EARG, "which NUMBER? (see %s --help)", q->name);
    (void)c;
    code = jaxl_campaign_suppress(ledger, q->common.operands, n, q->source, err);
    if (code == JAXL_EINPUT) /* it was on the command line */
        return err->code = JAXL_EARG;
    if (!code && !q->common.quiet)
        cli_message(q->name, "%zu number%s not to be called by any campaign, recorded in %s", n,
                    n == 1 ? " is" : "s are", ledger);
    return code;
}

static const char *const status_table[] = {
    "campaign", "state", "leads", "attempts", "next_at", "costs.0.cost", "costs.0.currency"};
static const char *const leads_table[] = {"lead",     "to",      "campaign", "state",
                                          "attempts", "next_at", "reason"};
static const char *const attempts_table[] = {"id",
                                             "lead",
                                             "to",
                                             "campaign",
                                             "attempt",
                                             "intended_at",
                                             "state",
                                             "disposition",
                                             "call_id",
                                             "duration",
                                             "costs.0.cost",
                                             "costs.0.currency",
                                             "failure_reason"};
static const char *const unknown_table[] = {"id",          "lead",    "to",          "from",
                                            "campaign",    "attempt", "intended_at", "state",
                                            "http_status", "reason"};
static const char *const suppressions_table[] = {"to", "source", "since"};
#define TABLE(list) .table = list, .n_table = COUNT(list)

static const struct query_command commands[] = {
    {.word = "status",
     .synopsis = "[options]",
     .summary = "Shows for each campaign how many leads are in which state, how many attempts they "
                "took, when the next is due, and what they cost.",
     .epilogue = "Example:\n  jaxl-dial status --campaign winter",
     .view = JAXL_CAMPAIGN_STATUS,
     .run = show,
     TABLE(status_table),
     OF_CAMPAIGN},
    {.word = "leads",
     .synopsis = "[options]",
     .summary = "Shows every lead: its state, why, and when it is due.",
     .epilogue = "Example:\n  jaxl-dial leads | jq -r 'select(.state == \"exhausted\") | .to'",
     .view = JAXL_CAMPAIGN_LEADS,
     .run = show,
     TABLE(leads_table),
     OF_CAMPAIGN},
    {.word = "attempts",
     .synopsis = "[options]",
     .summary = "Shows every attempt to call a lead, and its result.",
     .epilogue = "Example:\n  jaxl-dial attempts --campaign winter --output csv >winter.csv",
     .view = JAXL_CAMPAIGN_ATTEMPTS,
     .run = show,
     TABLE(attempts_table),
     OF_CAMPAIGN},
    {.word = "unknown",
     .synopsis = "[options]",
     .summary = "Shows the attempts of which it is not known whether they called anybody; while a "
                "run goes on, also those whose answer it waits for. What is found out about them "
                "elsewhere is said with --resolve-unknown.",
     .epilogue = "Example:\n  jaxl-dial unknown --resolve-unknown free=12 "
                 "--resolve-unknown adopt=15:81234",
     .view = JAXL_CAMPAIGN_UNKNOWN,
     .run = unknown,
     .own = resolve_options,
     .n_own = COUNT(resolve_options),
     TABLE(unknown_table),
     OF_CAMPAIGN},
    {.word = "export",
     .synopsis = "[options]",
     .summary = "Writes everything in the ledger as records with a type: campaign, lead, attempt, "
                "suppression. All are of the same moment, also while a run goes on.",
     .epilogue = "Example:\n  jaxl-dial export --campaign winter | gzip >winter.ndjson.gz",
     .view = JAXL_CAMPAIGN_EXPORT,
     .run = show,
     OF_CAMPAIGN},
    {.word = "suppressions",
     .synopsis = "[options]",
     .summary = "Shows the numbers that no campaign is to call.",
     .epilogue = "Example:\n  jaxl-dial suppressions --output csv",
     .view = JAXL_CAMPAIGN_SUPPRESSIONS,
     .run = show,
     TABLE(suppressions_table),
     OF_ALL},
    {.word = "opt-out",
     .synopsis = "[options] NUMBER...",
     .summary = "Records the NUMBERs (E.164) as not to be called any more, by any campaign of the "
                "ledger. One that is there already stays as it is.",
     .epilogue = "Example:\n  jaxl-dial opt-out --source 'letter of 3 May' +919876543210",
     .run = opt_out,
     .own = opt_out_options,
     .n_own = COUNT(opt_out_options),
     .operands = true,
     TO_WRITE},
};

const struct query_command *query_find(const char *word)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if (strcmp(word, commands[i].word) == 0)
            return &commands[i];
    return NULL;
}

static int carry_out(const struct query_command *c, const struct query *q)
{
    struct jaxl_error err = {0};
    char *path = NULL;
    int code = q->ledger ? 0 : jaxl_campaign_path(&path, false, &err);
    const char *ledger = q->ledger ? q->ledger : path;

    if (!code && q->common.verbose)
        cli_message(q->name, "the ledger is %s", ledger);
    if (!code)
        code = c->run(c, q, ledger, &err);
    free(path);
    return code && code != JAXL_EEND ? cli_fail(q->name, &err) : CLI_DONE;
}

int query_run(const struct query_command *c, int argc, char **argv)
{
    char name[64];
    const struct cli_program program = {.name = name,
                                        .synopsis = c->synopsis,
                                        .summary = c->summary,
                                        .options = c->own,
                                        .n_options = c->n_own,
                                        .shared = c->shared,
                                        .n_shared = c->n_shared,
                                        .epilogue = c->epilogue,
                                        .manual = DIAL};
    struct query q = {.source = "operator", .name = name};
    int status;

    snprintf(name, sizeof name, DIAL " %s", c->word);
    status = cli_parse(&program, argc, argv, &q);
    if (status == CLI_GO_ON && q.common.n_operands && !c->operands) {
        cli_message(name, "'%s' is one word too many (a file called '%s' is dialed as ./%s)",
                    q.common.operands[0], c->word, c->word);
        status = CLI_USAGE;
    }
    if (status == CLI_GO_ON)
        status = cli_close_stdout(name, carry_out(c, &q));
    cli_free(&program, &q);
    return status;
}
