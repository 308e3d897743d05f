#include "dial/options.h"

#include <stdlib.h>
#include <string.h>

#include "common/progress.h"
#include "dial/query.h"
#include "jaxl/campaign.h"
#include "jaxl/clock.h"

#define AT(field) offsetof(struct options, field)
#define RULE(name, which, metavar, help)                                                           \
    {                                                                                              \
        name, 0, CLI_LIST, metavar, help, AT(rules[RULE_##which]), 0, 0, NULL, NULL                \
    }
#define SECONDS(n) ((uint64_t)(n)*JAXL_SECOND)

static const char *const follows[] = {"final", "placed", NULL};
static const char *const inputs[] = {"auto", "csv", "ndjson", NULL};
static const char *const outputs[] = {"ndjson", "json", "csv", "table", NULL};

/* name, letter, kind, metavar, help, field, min, max, choices, parse */
static const struct cli_option table[] = {
    {"from", 'f', CLI_LIST, "NUMBER",
     "call from NUMBER (E.164); several, with commas or by repeating it, take turns; a column "
     "'from' goes before it",
     AT(rules[RULE_FROM]), 0, 0, NULL, NULL},
    {"from-by", 0, CLI_LIST, "HOW",
     "which of several: rotation (the default), or country: those of the country that is called",
     AT(rules[RULE_FROM_BY]), 0, 0, NULL, NULL},
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
    RULE("rate-per-from", RATE_PER_FROM, "RATE", "the same for each number that is called from"),
    {"max-active", 'a', CLI_UINT, "N", "calls alive at once (default 100)", AT(max_active), 1,
     1000000, NULL, NULL},
    {"capacity-fd", 0, CLI_UINT, "FD",
     "read how many calls may be alive from this descriptor: a number a line, the latest counts",
     AT(capacity_fd), 3, INT32_MAX, NULL, NULL},
    {"connections", 'c', CLI_UINT, "N", "requests in flight at once (default 16)", AT(connections),
     1, 64, NULL, NULL},
    {"limit", 'n', CLI_UINT, "N", "dial N leads and end", AT(limit), 1, 0, NULL, NULL},
    {"dry-run", 0, CLI_FLAG, NULL, "place nothing: print what would be placed", AT(dry_run), 0, 0,
     NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Campaign", 0, 0, 0, NULL, NULL},
    {"campaign", 0, CLI_TEXT, "NAME",
     "the campaign in the ledger; a run without a name is one of its own", AT(campaign), 0, 0, NULL,
     NULL},
    {"ledger", 0, CLI_TEXT, "FILE",
     "where leads and attempts are remembered (default $XDG_STATE_HOME/jaxl/ledger.db)", AT(ledger),
     0, 0, NULL, NULL},
    {"no-ledger", 0, CLI_FLAG, NULL, "remember nothing", AT(no_ledger), 0, 0, NULL, NULL},
    {"wait", 0, CLI_FLAG, NULL, "wait until another run of the campaign has ended", AT(wait), 0, 0,
     NULL, NULL},
    {"watch", 0, CLI_FLAG, NULL, "go on for as long as a lead will be due some time", AT(watch), 0,
     0, NULL, NULL},
    {"plan", 0, CLI_FLAG, NULL, "place nothing: print for each lead what would happen, and why",
     AT(plan), 0, 0, NULL, NULL},
    {"at", 0, CLI_TEXT, "TIME", "plan for this time (ISO 8601; UTC when it says no offset)",
     AT(plan_at), 0, 0, NULL, NULL},
    {"resolve-unknown", 0, CLI_FLAG, NULL,
     "look once more for calls of earlier runs whose outcome is unknown", AT(resolve_unknown), 0, 0,
     NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Rules (jaxl-policy(5))", 0, 0, 0, NULL, NULL},
    {"policy", 0, CLI_LIST, "NAME",
     "rules of a preset (us, us-debt, in, in-loans, uk) or of a file; the strictest of all holds; "
     "may be repeated",
     AT(policies), 0, 0, NULL, NULL},
    RULE("window", WINDOW, "HOURS", "hours of the day, as 09:00-19:00"),
    RULE("days", DAYS, "DAYS", "days of the week, as mon-fri"),
    RULE("holidays", HOLIDAYS, "FILE", "dates on which nobody is called, one a line"),
    RULE("tz", TZ, "ZONE", "the zone of leads whose column 'tz' and number do not tell one"),
    RULE("cap", CAP, "N/TIME", "at most N calls to a number in any such time, as 3/7d"),
    RULE("gap", GAP, "TIME", "time between two calls to a number"),
    RULE("retry", RETRY, "HOW=TIMES",
         "call again after a call that ended so, as "
         "NO_ANSWER=60m,4h,1d or VOICEMAIL=never"),
    RULE("max-attempts", MAX_ATTEMPTS, "N", "calls to a lead at most"),
    RULE("expire", EXPIRE, "TIME", "call no lead that was added so long ago"),
    {"dnc", 0, CLI_LIST, "FILE",
     "call no number of this do-not-call list; with +91:FILE its numbers are those of a country; "
     "may be repeated",
     AT(dnc), 0, 0, NULL, NULL},
    {"dnc-max-age", 0, CLI_SPAN, "TIME", "stop when a do-not-call list is older", AT(dnc_max_age),
     JAXL_SECOND, SECONDS(3650 * 86400), NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Limits", 0, 0, 0, NULL, NULL},
    RULE("budget", BUDGET, "AMOUNT", "what the campaign may cost"),
    RULE("max-cost-per-call", MAX_COST, "AMOUNT", "what a call can cost: set aside for each"),
    RULE("min-balance", MIN_BALANCE, "AMOUNT", "stop when the account has less left"),
    RULE("halt-after", HALT_AFTER, "N", "stop when N calls in a row cannot be sent (default 10)"),
    RULE("halt-unknown", HALT_UNKNOWN, "PERCENT",
         "stop when the outcome of more of the calls is unknown, as 2%"),
    RULE("max-runtime", MAX_RUNTIME, "TIME", "place no more calls after so long"),
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

/* Pairs of options of which only one can be said, or of which the first needs the second. */
static const char *contradiction(const struct options *o)
{
    const bool calls = !o->dry_run && !o->plan, ledger = !o->no_ledger && calls;
    const struct {
        bool wrong;
        const char *message;
    } checks[] = {
        {o->menu.n && o->ivr,
         "--option belongs to a message, and --ivr names an IVR that is there"},
        {o->no_ledger && o->ledger, "--no-ledger and --ledger: only one can be said"},
        {o->dry_run && o->plan, "--plan places nothing: --dry-run says so twice"},
        {o->dry_run && o->ledger, "--dry-run looks at no ledger: --plan does"},
        {o->plan && o->no_ledger, "--plan looks at the ledger: --dry-run does without"},
        {o->plan_at && !o->plan, "--at is for --plan"},
        {o->wait && !calls, "--wait: --plan and --dry-run call nobody, and wait for no other run"},
        {o->watch && !calls, "--watch: --plan and --dry-run call nobody, now or later"},
        {o->resolve_unknown && !calls, "--resolve-unknown: --plan and --dry-run look for no calls"},
        {o->wait && !ledger, "--wait: there is no ledger whose campaign another run could hold"},
        {o->watch && !ledger, "--watch: without a ledger no lead is called again"},
        {o->resolve_unknown && !ledger, "--resolve-unknown: there is no ledger to look in"},
    };

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (checks[i].wrong)
            return checks[i].message;
    return NULL;
}

int options_parse(struct options *o, int argc, char **argv)
{
    const char *wrong;
    int status;

    *o = (struct options){0};
    status = cli_parse(&program, argc, argv, o);
    if (status != CLI_GO_ON)
        return status;
    wrong = contradiction(o);
    if (wrong) {
        cli_message(DIAL, "%s (see jaxl-dial --help)", wrong);
        return CLI_USAGE;
    }
    if (o->plan_at && jaxl_clock_parse(o->plan_at, strlen(o->plan_at), &o->plan_time)) {
        cli_message(DIAL, "--at: '%s' is no time as 2026-11-27T09:30:00+05:30", o->plan_at);
        return CLI_USAGE;
    }
    return CLI_GO_ON;
}

static int list_rules(struct options *o, struct jaxl_error *err)
{
    static const char *const keys[RULES] = {"from",
                                            "from-by",
                                            "rate-per-from",
                                            "window",
                                            "days",
                                            "holidays",
                                            "tz",
                                            "cap",
                                            "gap",
                                            "retry",
                                            "max-attempts",
                                            "expire",
                                            "budget",
                                            "max-cost-per-call",
                                            "min-balance",
                                            "halt-after",
                                            "halt-unknown",
                                            "max-runtime"};
    size_t n = 0;

    for (size_t i = 0; i < RULES; i++)
        n += o->rules[i].n;
    o->list = calloc(n ? n : 1, sizeof *o->list);
    if (!o->list)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (size_t i = 0; i < RULES; i++)
        for (size_t j = 0; j < o->rules[i].n; j++)
            o->list[o->n_list++] = (struct jaxl_dialer_rule){keys[i], o->rules[i].items[j]};
    return 0;
}

int options_settle(struct options *o, struct jaxl_error *err)
{
    int code = list_rules(o, err);

    if (code || o->no_ledger || o->dry_run)
        return code;
    if (!o->ledger)
        return jaxl_campaign_path(&o->ledger_path, !o->plan, err);
    o->ledger_path = strdup(o->ledger);
    return o->ledger_path ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
}

void options_free(struct options *o)
{
    cli_free(&program, o);
    free(o->list);
    free(o->ledger_path);
}

void options_dialer(const struct options *o, struct jaxl_dialer_options *out)
{
    *out = (struct jaxl_dialer_options){
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
        .dry_run = o->dry_run || o->plan,
        .allow_duplicates = o->allow_duplicates,
        .dnc = o->dnc.items,
        .n_dnc = o->dnc.n,
        .dnc_max_age = o->dnc_max_age,
        .policies = o->policies.items,
        .n_policies = o->policies.n,
        .rules = o->list,
        .n_rules = o->n_list,
        .ledger = o->ledger_path,
        .campaign = o->campaign,
        .wait = o->wait,
        .watch = o->watch,
        .plan = o->plan,
        .plan_at = o->plan_time,
        .look_again = o->resolve_unknown,
        .capacity_fd = (int)o->capacity_fd,
        .strict = o->strict,
        .poll = o->poll,
        .follow_timeout = o->follow_timeout,
        .unknown_wait = o->unknown_wait,
        .throttle_wait = o->throttle_wait,
    };
}
