#include "events/options.h"

#include <stdio.h>
#include <string.h>

#include "jaxl/calendar.h"
#include "jaxl/filter.h"
#include "jaxl/payments.h"
#include "jaxl/webhook.h"

#define AT(field) offsetof(struct options, field)
#define HOUR      (3600 * JAXL_SECOND)

static const char *const inputs[] = {"auto", "csv", "ndjson", NULL};
static const char *const outputs[] = {"auto", "ndjson", "json", "csv", "table", NULL};

/* name, letter, kind, metavar, help, field, min, max, choices, parse */
static const struct cli_option table[] = {
    {NULL, 0, CLI_HEADING, NULL, "Serving webhooks", 0, 0, 0, NULL, NULL},
    {"listen", 'l', CLI_TEXT, "[HOST:]PORT",
     "take webhooks at this address (without HOST: of this machine alone; :9919 is usual)",
     AT(listen), 0, 0, NULL, NULL},
    {"path", 0, CLI_LIST, "PATH|@FILE",
     "take them at this path, or at that in the first line of FILE; may be repeated (default "
     "/webhook/)",
     AT(paths), 0, 0, NULL, NULL},
    {"secret-header", 0, CLI_TEXT, "FILE",
     "only requests with the header in the first line of FILE, as X-Secret: 8b1f",
     AT(secret_header), 0, 0, NULL, NULL},
    {"allow", 0, CLI_LIST, "NETWORK",
     "only clients of this network, as 203.0.113.0/24; may be repeated", AT(allow), 0, 0, NULL,
     NULL},
    {"connections", 0, CLI_UINT, "N", "have at most N clients at once (default 4096)",
     AT(connections), 1, 60000, NULL, NULL},
    {"request-timeout", 0, CLI_SPAN, "TIME",
     "cut clients off whose request takes longer to come (default 10 seconds)", AT(request_timeout),
     10000, HOUR, NULL, NULL},
    {"metrics", 0, CLI_TEXT, "[HOST:]PORT", "serve /metrics and /healthz there", AT(metrics), 0, 0,
     NULL, NULL},
    {"journal", 'j', CLI_TEXT, "FILE",
     "also append each event to FILE, on the disk before it is answered", AT(journal), 0, 0, NULL,
     NULL},
    {"grace", 0, CLI_SPAN, "TIME",
     "after a signal wait so long for what is under way (default 10 seconds)", AT(grace), 0, HOUR,
     NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Answering them", 0, 0, 0, NULL, NULL},
    {"respond", 'r', CLI_TEXT, "COMMAND",
     "a program that stays: reads events, writes an answer with the id of each", AT(respond), 0, 0,
     NULL, NULL},
    {"respond-jobs", 0, CLI_UINT, "N", "as many of it (default 1); a call stays with one",
     AT(respond_jobs), 1, JAXL_WEBHOOK_JOBS, NULL, NULL},
    {"timeout", 0, CLI_SPAN, "TIME", "how long it may take over an answer (default 3 seconds)",
     AT(timeout), 1000, HOUR, NULL, NULL},
    {"flow", 'f', CLI_TEXT, "FILE", "rules that answer (jaxl-flow(5))", AT(flow), 0, 0, NULL, NULL},
    {"answer-from-leads", 0, CLI_TEXT, "FILE",
     "leads by number, CSV or NDJSON, for {{lead.NAME}} in rules and in what COMMAND reads",
     AT(leads), 0, 0, NULL, NULL},
    {"default", 0, CLI_TEXT, "ANSWER",
     "what is answered else: an answer in JSON, or a sentence to say before hanging up",
     AT(fallback), 0, 0, NULL, NULL},
    {"suppress", 0, CLI_TEXT, "LEDGER", "record who opts out in this ledger of jaxl-dial, at once",
     AT(suppress), 0, 0, NULL, NULL},
    {"opt-out", 0, CLI_LIST, "CONDITION",
     "what opting out is, as option=9 or 'data=~(?i)stop'; may be repeated", AT(opt_out), 0, 0,
     NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Following the call list", 0, 0, 0, NULL, NULL},
    {"poll", 'p', CLI_FLAG, NULL,
     "ask the platform what has become of calls: placed, answered, completed, finalised", AT(poll),
     0, 0, NULL, NULL},
    {"cursor", 0, CLI_TEXT, "FILE", "go on where the last run with FILE was", AT(cursor), 0, 0,
     NULL, NULL},
    {"currency", 0, CLI_TEXT, "CODE", "INR or USD: of the costs (default INR)", AT(currency_code),
     0, 0, NULL, NULL},
    {"interval", 0, CLI_SPAN, "TIME", "from one look to the next (default 10 seconds)",
     AT(interval), 100000, 24 * HOUR, NULL, NULL},
    {"once", 0, CLI_FLAG, NULL, "look once and end", AT(once), 0, 0, NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Which records, and their form", 0, 0, 0, NULL, NULL},
    {"match", 'm', CLI_LIST, "CONDITION",
     "only records that meet it, as 'to=~^\\+91'; may be repeated: all of them", AT(match), 0, 0,
     NULL, NULL},
    {"event", 'e', CLI_LIST, "EVENT,...", "only these events, as setup,option", AT(event_texts), 0,
     0, NULL, NULL},
    {"since", 0, CLI_TEXT, "TIME",
     "from a day (2026-10-05, today) or a time on; with --poll what a new cursor begins with",
     AT(since), 0, 0, NULL, NULL},
    {"input", 0, CLI_CHOICE, "auto|csv|ndjson", "the form of the input", AT(input), 0, 0, inputs,
     NULL},
    {"map", 0, CLI_LIST, "FIELD=COLUMN",
     "read COLUMN of the input, or of leads, as FIELD; may be repeated", AT(map), 0, 0, NULL, NULL},
    {"output", 'o', CLI_CHOICE, "auto|ndjson|json|csv|table",
     "the form of the output (default NDJSON)", AT(output), 0, 0, outputs, NULL},
    {"rejects", 0, CLI_TEXT, "FILE", "where records go that cannot be used (default: stderr)",
     AT(rejects), 0, 0, NULL, NULL},
    {"strict", 0, CLI_FLAG, NULL, "end at the first record that cannot be used", AT(strict), 0, 0,
     NULL, NULL},
};

static const struct cli_program program = {
    .name = EVENTS,
    .synopsis = "[options] [FILE...]",
    .summary = "Turns what happens to calls into records, and answers webhooks.",
    .options = table,
    .n_options = sizeof table / sizeof table[0],
    .epilogue = "Examples:\n"
                "  jaxl-events --listen :9919 --flow hotline.ndjson --journal events.ndjson\n"
                "  jaxl-events --listen :9919 --respond 'jq --unbuffered -cf flow.jq' |\n"
                "      jq --unbuffered -c 'select(.option == \"3\") |\n"
                "          {action: \"tag\", call_id, name: \"call back\"}' | jaxl-control\n"
                "  jaxl-events --match 'to=~^\\+91' --event option --output csv events.ndjson\n"
                "  jaxl-events --poll --cursor calls.cursor >>calls.ndjson",
};

static int wrong(const char *text)
{
    cli_message(EVENTS, "%s (see " EVENTS " --help)", text);
    return CLI_USAGE;
}

/* What goes with what, beyond the table. */
static int check(const struct options *o)
{
    const bool listens = o->listen, reads = !o->listen && !o->poll;
    const struct {
        bool wrong;
        const char *text;
    } rows[] = {
        {o->listen && o->poll, "--listen and --poll are two programs: run one of each"},
        {listens && o->common.n_operands, "--listen reads no files"},
        {o->poll && o->common.n_operands, "--poll reads no files"},
        {(o->paths.n || o->secret_header || o->allow.n || o->connections || o->request_timeout ||
          o->metrics || o->journal || o->grace >= 0) &&
             !listens,
         "--path, --secret-header, --allow, --connections, --request-timeout, --metrics, --journal "
         "and --grace go with --listen"},
        {(o->respond || o->flow || o->fallback) && !listens,
         "--respond, --flow and --default go with --listen"},
        {o->suppress && o->poll,
         "--suppress goes with --listen, or with events that were recorded"},
        {(o->respond_jobs || o->timeout) && !o->respond,
         "--respond-jobs and --timeout go with --respond"},
        {o->leads && !o->flow && !o->respond,
         "--answer-from-leads goes with --flow or --respond, which it gives the lead to"},
        {o->suppress && !o->opt_out.n,
         "--suppress needs --opt-out, which says what opting out is, as --opt-out option=9"},
        {o->opt_out.n && !o->suppress,
         "--opt-out needs --suppress, which says in which ledger it is recorded"},
        {(o->cursor || o->currency_code || o->interval || o->once) && !o->poll,
         "--cursor, --currency, --interval and --once go with --poll"},
        {o->once && !o->cursor && !o->since, "--once needs --cursor or --since: without them calls "
                                             "that are placed from now on are told"},
        {listens && (o->match.n || o->event_texts.n || o->since || o->output > OUTPUT_NDJSON),
         "a webhook server writes every event, as NDJSON: pipe it into another " EVENTS
         " for --match, --event, --since and --output"},
        {o->poll && o->kinds & ((1U << JAXL_EVENT_KINDS) - 1),
         "--poll has the events placed, answered, completed and finalised only"},
        {(o->input || (o->map.n && !o->leads) || o->rejects || o->strict) && !reads,
         "--input, --map, --rejects and --strict go with records that are read, --map also with "
         "--answer-from-leads"},
        {o->respond && !o->respond[strspn(o->respond, " \t\n")],
         "--respond: a command is wanted, as 'jq --unbuffered -cf flow.jq'"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].wrong)
            return wrong(rows[i].text);
    return CLI_GO_ON;
}

/* "setup,option", and the option again */
static int read_events(struct options *o)
{
    struct jaxl_error err = {0};
    char name[64];

    for (size_t i = 0; i < o->event_texts.n; i++)
        for (const char *p = o->event_texts.items[i];; p++) {
            size_t len = strcspn(p, ",");
            unsigned kind;
            (void)snprintf(name, sizeof name, "%.*s", (int)(len < 60 ? len : 60), p);
            kind = jaxl_filter_event(name, &err);
            if (!kind)
                return wrong(err.message);
            o->kinds |= kind;
            p += len;
            if (!*p)
                break;
        }
    return CLI_GO_ON;
}

static int settle(struct options *o)
{
    struct jaxl_error err = {0};
    int status = read_events(o);

    if (status == CLI_GO_ON)
        status = check(o);
    if (status != CLI_GO_ON)
        return status;
    o->mode = o->listen ? MODE_LISTEN : o->poll ? MODE_POLL : MODE_FILTER;
    o->currency =
        o->currency_code ? jaxl_payments_currency_parse(o->currency_code) : JAXL_CURRENCY_INR;
    if (!o->currency)
        return wrong("--currency is INR or USD: the protocol names no other");
    o->since_at = INT64_MIN;
    if (o->since && jaxl_calendar_instant(o->since, NULL, NULL, &o->since_at, &err))
        return cli_fail(EVENTS, &err);
    return CLI_GO_ON;
}

int options_parse(struct options *o, int argc, char **argv)
{
    int status;

    *o = (struct options){.grace = -1};
    status = cli_parse(&program, argc, argv, o);
    return status == CLI_GO_ON ? settle(o) : status;
}

void options_free(struct options *o)
{
    cli_free(&program, o);
}
