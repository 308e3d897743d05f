#include "dial/options.h"

#include "common/progress.h"
#include "dial/query.h"
#include "jaxl/clock.h"

#define AT(field)  offsetof(struct options, field)
#define SECONDS(n) ((uint64_t)(n)*JAXL_SECOND)

static const char *const follows[] = {"final", "placed", NULL};
static const char *const inputs[] = {"auto", "csv", "ndjson", NULL};
static const char *const outputs[] = {"ndjson", "json", "csv", "table", NULL};

/* name, letter, kind, metavar, help, field, min, max, choices, parse */
static const struct cli_option table[] = {
    {"from", 'f', CLI_TEXT, "NUMBER", "call from NUMBER (E.164); a column 'from' goes before it",
     AT(from), 0, 0, NULL, NULL},
    {"ivr", 'i', CLI_UINT, "ID", "the call enters this IVR; a column 'ivr' goes before it", AT(ivr),
     1, INT64_MAX, NULL, NULL},
    {"message", 'm', CLI_TEXT, "TEXT",
     "speak TEXT, in which {{field}} stands for a field of the lead; a column 'message' goes "
     "before it",
     AT(message), 0, 0, NULL, NULL},
    {"option", 'o', CLI_LIST, "KEY=TEXT:ACTION=VALUE",
     "an option of the message's menu, as '1=Press 1 for sales:teams=5'; actions: next, phone, "
     "devices, appusers, teams, webhook; may be repeated",
     AT(menu), 0, 0, NULL, NULL},
    {"currency", 0, CLI_TEXT, "CODE", "INR (the default) or USD, or the platform's number of it",
     AT(currency), 0, 0, NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Pace", 0, 0, 0, NULL, NULL},
    {"rate", 'r', CLI_TEXT, "RATE",
     "calls a second (5, 0.5), a minute (30/m) or an hour (100/h), or max (default 10)", AT(rate),
     0, 0, NULL, NULL},
    {"max-active", 'a', CLI_UINT, "N", "calls alive at once (default 100)", AT(max_active), 1,
     1000000, NULL, NULL},
    {"connections", 'c', CLI_UINT, "N", "requests in flight at once (default 16)", AT(connections),
     1, 64, NULL, NULL},
    {"limit", 'n', CLI_UINT, "N", "dial N leads and end", AT(limit), 1, 0, NULL, NULL},
    {"dry-run", 0, CLI_FLAG, NULL, "place nothing: print what would be placed", AT(dry_run), 0, 0,
     NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Outcome", 0, 0, 0, NULL, NULL},
    {"follow", 0, CLI_CHOICE, "WHAT",
     "write a record when its cost is final (final, the default) or when the call is placed "
     "(placed)",
     AT(follow), 0, 0, follows, NULL},
    {"poll", 0, CLI_SPAN, "TIME", "time between two looks at the calls (default 5s)", AT(poll),
     JAXL_SECOND / 100, SECONDS(86400), NULL, NULL},
    {"follow-timeout", 0, CLI_SPAN, "TIME", "follow a call so long at most (default 4h)",
     AT(follow_timeout), 1, SECONDS(30 * 86400), NULL, NULL},
    {"unknown-wait", 0, CLI_SPAN, "TIME",
     "look so long for a call of which it is not known whether it was placed (default 120s)",
     AT(unknown_wait), 1, SECONDS(86400), NULL, NULL},
    {"throttle-wait", 0, CLI_SPAN, "TIME",
     "try a lead so long while the platform says later (default 300s)", AT(throttle_wait), 1,
     SECONDS(86400), NULL, NULL},
    {"timeout", 0, CLI_SPAN, "TIME", "wait so long for an answer to a request (default 10s)",
     AT(timeout), JAXL_SECOND / 100, SECONDS(3600), NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Records", 0, 0, 0, NULL, NULL},
    {"map", 0, CLI_LIST, "FIELD=COLUMN", "read COLUMN of the input as FIELD; may be repeated",
     AT(map), 0, 0, NULL, NULL},
    {"allow-duplicates", 0, CLI_FLAG, NULL, "a number may come more than once",
     AT(allow_duplicates), 0, 0, NULL, NULL},
    {"dnc", 0, CLI_LIST, "FILE",
     "call no number of this do-not-call list; with +91:FILE its numbers are those of a country; "
     "may be repeated",
     AT(dnc), 0, 0, NULL, NULL},
    {"dnc-max-age", 0, CLI_SPAN, "TIME", "stop when a do-not-call list is older", AT(dnc_max_age),
     JAXL_SECOND, SECONDS(3650 * 86400), NULL, NULL},
    {"strict", 0, CLI_FLAG, NULL, "end at the first record that cannot be used", AT(strict), 0, 0,
     NULL, NULL},
    {"rejects", 0, CLI_TEXT, "FILE", "where records go that cannot be used (default: stderr)",
     AT(rejects), 0, 0, NULL, NULL},
    {"input", 0, CLI_CHOICE, "FORMAT", "auto (the default), csv or ndjson", AT(input), 0, 0, inputs,
     NULL},
    {"output", 0, CLI_CHOICE, "FORMAT", "ndjson (the default), json, csv or table", AT(output), 0,
     0, outputs, NULL},
    {"progress", 0, CLI_CHOICE, "WHEN", "auto (the default), always or never", AT(progress), 0, 0,
     cli_progress_modes, NULL},
};

static const struct cli_program program = {
    .name = DIAL,
    .synopsis = "[options] [FILE...]",
    .summary = "Places a call for each lead in the FILEs (standard input without any), at most "
               "once each, and writes a record for each.",
    .options = table,
    .n_options = sizeof table / sizeof *table,
    .epilogue = QUERY_COMMANDS
    "\n"
    "Examples:\n"
    "  jaxl-dial --from +912233445566 --ivr 42 leads.csv > results.ndjson\n"
    "  jaxl-dial --from +912233445566 --message 'Hello {{name}}' --dry-run leads.csv",
};

int options_parse(struct options *o, int argc, char **argv)
{
    int status;

    *o = (struct options){0};
    status = cli_parse(&program, argc, argv, o);
    if (status == CLI_GO_ON && o->menu.n && o->ivr) {
        cli_message(DIAL, "--option belongs to a message, and --ivr names an IVR that is there "
                          "(see jaxl-dial --help)");
        return CLI_USAGE;
    }
    return status;
}

void options_free(struct options *o)
{
    cli_free(&program, o);
}

void options_dialer(const struct options *o, struct jaxl_dialer_options *out)
{
    *out = (struct jaxl_dialer_options){
        .from = o->from,
        .ivr = (int64_t)o->ivr,
        .message = o->message,
        .options = o->menu.items,
        .n_options = o->menu.n,
        .currency = o->currency,
        .rate = o->rate,
        .max_active = (unsigned)o->max_active,
        .connections = (unsigned)o->connections,
        .limit = o->limit,
        .placed = o->follow == 1,
        .dry_run = o->dry_run,
        .allow_duplicates = o->allow_duplicates,
        .dnc = o->dnc.items,
        .n_dnc = o->dnc.n,
        .dnc_max_age = o->dnc_max_age,
        .strict = o->strict,
        .poll = o->poll,
        .follow_timeout = o->follow_timeout,
        .unknown_wait = o->unknown_wait,
        .throttle_wait = o->throttle_wait,
    };
}
