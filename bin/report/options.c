#include "report/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/progress.h"
#include "jaxl/payments.h"
#include "jaxl/report.h"

#define AT(field) offsetof(struct options, field)

static const char *const inputs[] = {"auto", "csv", "ndjson", NULL};
static const char *const outputs[] = {"auto", "table",   "ndjson", "json",
                                      "csv",  "hledger", "html",   NULL};
static const char *const fetches[] = {"none",        "calls", "payments", "subscriptions",
                                      "consumables", "usage", NULL};
static const char *const commands[] = {"calls", "payments",  "subscriptions", "consumables",
                                       "usage", "statement", "reconcile",     NULL};

/* name, letter, kind, metavar, help, field, min, max, choices, parse */
static const struct cli_option table[] = {
    {"by", 'b', CLI_LIST, "KEY,...",
     "group by: day, week, month, hour, weekday, campaign, from, to, to-prefix[:DIGITS], country, "
     "ivr, tag, actor, disposition, failure_reason, currency, or the path of a field",
     AT(by_texts), 0, 0, NULL, NULL},
    {"where", 'w', CLI_LIST, "CONDITION",
     "only calls that meet it, as 'duration>60' or 'campaign=~^diwali'; may be repeated", AT(where),
     0, 0, NULL, NULL},
    {"month", 'm', CLI_TEXT, "MONTH", "of one month: 2026-10, this or last", AT(month), 0, 0, NULL,
     NULL},
    {"since", 0, CLI_TEXT, "TIME", "from a day (2026-10-05, today) or a time on", AT(since), 0, 0,
     NULL, NULL},
    {"until", 0, CLI_TEXT, "TIME", "before a day or a time", AT(until), 0, 0, NULL, NULL},
    {"tz", 0, CLI_TEXT, "ZONE", "whose midnight begins a day, as Asia/Kolkata (default UTC)",
     AT(tz), 0, 0, NULL, NULL},
    {"columns", 0, CLI_LIST, "COLUMN,...",
     "also cost_per_answered, shortest, longest, median, p95, or all", AT(column_texts), 0, 0, NULL,
     NULL},
    {"pulse", 0, CLI_TEXT, "FIRST/STEP", "bill by pulses, in seconds, as 60/60", AT(pulse), 0, 0,
     NULL, NULL},
    {"tariff", 0, CLI_TEXT, "FILE", "what each call costs by the prefix of its number", AT(tariff),
     0, 0, NULL, NULL},
    {"sort", 's', CLI_TEXT, "[-]COLUMN", "order rows by a column (default: by the keys)", AT(sort),
     0, 0, NULL, NULL},
    {"top", 0, CLI_UINT, "N", "only the first N rows of each currency (by cost, unless --sort)",
     AT(top), 1, 1000000000, NULL, NULL},
    {"totals", 0, CLI_FLAG, NULL, "end the data with rows of the sums", AT(totals), 0, 0, NULL,
     NULL},
    {"book", 0, CLI_TEXT, "FILE",
     "what was reported of a time that is over stays, what has changed since is restated", AT(book),
     0, 0, NULL, NULL},
    {"gst", 0, CLI_TEXT, "RATE[,exclusive|inclusive]", "tax on usage, in percent", AT(gst), 0, 0,
     NULL, NULL},
    {"ledger", 0, CLI_TEXT, "FILE",
     "our side for reconcile: the ledger of jaxl-dial, or its records (- for standard input)",
     AT(ledger), 0, 0, NULL, NULL},
    {"threads", 0, CLI_UINT, "N", "read with N threads (default: one for each processor)",
     AT(threads), 1, JAXL_REPORT_THREADS, NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Platform", 0, 0, 0, NULL, NULL},
    {"fetch", 'f', CLI_CHOICE, "calls|payments|subscriptions|consumables|usage",
     "take it from the platform", AT(fetch), 0, 0, fetches, NULL},
    {"cursor", 0, CLI_TEXT, "FILE", "fetch what came since the last run with FILE", AT(cursor), 0,
     0, NULL, NULL},
    {"currency", 0, CLI_TEXT, "CODE", "INR or USD (default: both, for a statement INR)",
     AT(currency_code), 0, 0, NULL, NULL},
    {"connections", 0, CLI_UINT, "N", "requests in flight at once (default 16)", AT(connections), 1,
     64, NULL, NULL},
    {"timeout", 0, CLI_SPAN, "TIME", "wait so long for an answer (default 10 seconds)", AT(timeout),
     1000, INT64_C(3600) * JAXL_SECOND, NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Input and output", 0, 0, 0, NULL, NULL},
    {"input", 0, CLI_CHOICE, "auto|csv|ndjson", "the form of the input", AT(input), 0, 0, inputs,
     NULL},
    {"map", 0, CLI_LIST, "FIELD=COLUMN", "read COLUMN of the input as FIELD; may be repeated",
     AT(map), 0, 0, NULL, NULL},
    {"output", 'o', CLI_CHOICE, "auto|table|ndjson|json|csv|hledger|html",
     "the form of the output (default a table on a terminal, else NDJSON)", AT(output), 0, 0,
     outputs, NULL},
    {"title", 0, CLI_TEXT, "TEXT", "what a page is called", AT(title), 0, 0, NULL, NULL},
    {"locale", 0, CLI_TEXT, "LOCALE",
     "how tables and pages write amounts, as en_IN (default: of the environment)", AT(locale), 0, 0,
     NULL, NULL},
    {"rejects", 0, CLI_TEXT, "FILE", "where records go that cannot be used (default: stderr)",
     AT(rejects), 0, 0, NULL, NULL},
    {"strict", 0, CLI_FLAG, NULL, "end at the first record that cannot be used", AT(strict), 0, 0,
     NULL, NULL},
    {"progress", 0, CLI_CHOICE, "auto|always|never", "on standard error", AT(progress), 0, 0,
     cli_progress_modes, NULL},
};

static const struct cli_program program = {
    .name = REPORT,
    .synopsis = "[options] [calls|payments|subscriptions|consumables|usage|statement|reconcile] "
                "[FILE...]",
    .summary = "Sums calls up by day, campaign and so on, and accounts for what they cost.",
    .options = table,
    .n_options = sizeof table / sizeof table[0],
    .epilogue =
        "Examples:\n"
        "  jaxl-report calls --by day,campaign results.ndjson\n"
        "  jaxl-report calls --fetch calls --month last --tz Asia/Kolkata -o html >bill.html\n"
        "  jaxl-report --fetch calls --cursor calls.cursor >>calls.ndjson\n"
        "  jaxl-report statement --month last --currency INR --gst 18\n"
        "  jaxl-report reconcile --ledger campaign.db --fetch calls --month last\n",
};

static int wrong(const char *text)
{
    cli_message(REPORT, "%s (see " REPORT " --help)", text);
    return CLI_USAGE;
}

/* "day,campaign", and the option again */
static int split(const struct jaxl_texts *texts, struct words *out)
{
    for (size_t i = 0; i < texts->n; i++)
        for (const char *p = texts->items[i];; p++) {
            size_t len = strcspn(p, ",");
            char **items = realloc(out->items, (out->n + 1) * sizeof *items);
            if (!items)
                return CLI_IO;
            out->items = items;
            out->items[out->n] = strndup(p, len);
            if (!out->items[out->n])
                return CLI_IO;
            out->n++;
            p += len;
            if (!*p)
                break;
        }
    return CLI_GO_ON;
}

static int no_command(const char *word)
{
    const char *near = cli_nearest(word, commands, sizeof commands / sizeof commands[0] - 1);

    if (!near)
        return wrong("a command is wanted first: calls, payments, subscriptions, consumables, "
                     "usage, statement or reconcile");
    cli_message(REPORT, "there is no command '%.40s': did you mean %s? (see " REPORT " --help)",
                word, near);
    return CLI_USAGE;
}

static int find_command(struct options *o)
{
    const char *first = o->common.n_operands ? o->common.operands[0] : NULL;

    if (!first && o->fetch) {
        o->command = COMMAND_FETCH;
        return CLI_GO_ON;
    }
    for (int i = 0; first && commands[i]; i++)
        if (strcmp(commands[i], first) == 0) {
            o->command = (enum command)i;
            o->paths = o->common.operands + 1;
            o->n_paths = o->common.n_operands - 1;
            return CLI_GO_ON;
        }
    return no_command(first ? first : "");
}

/* Options that only go with some commands: nothing is taken and not looked at. */
static int check(const struct options *o)
{
    enum {
        CALLS = 1 << COMMAND_CALLS,
        STATEMENT = 1 << COMMAND_STATEMENT,
        RECONCILE = 1 << COMMAND_RECONCILE,
        EXPORTS = 1 << COMMAND_PAYMENTS | 1 << COMMAND_SUBSCRIPTIONS | 1 << COMMAND_CONSUMABLES |
                  1 << COMMAND_USAGE | 1 << COMMAND_FETCH
    };
    const bool page = o->output == OUTPUT_HTML || o->output == OUTPUT_HLEDGER;
    const struct {
        bool given;
        const char *name;
        unsigned commands;
    } rows[] = {
        {o->by_texts.n > 0, "--by goes with calls only", CALLS},
        {o->where.n > 0, "--where goes with calls only", CALLS},
        {o->column_texts.n > 0, "--columns goes with calls only", CALLS},
        {o->pulse != NULL, "--pulse goes with calls only", CALLS},
        {o->tariff != NULL, "--tariff goes with calls only", CALLS},
        {o->sort != NULL, "--sort goes with calls only", CALLS},
        {o->top > 0, "--top goes with calls only", CALLS},
        {o->totals, "--totals goes with calls only", CALLS},
        {o->book != NULL, "--book goes with calls only", CALLS},
        {o->threads > 0, "--threads goes with calls and statement only", CALLS | STATEMENT},
        {o->title != NULL, "--title goes with calls only", CALLS},
        {o->locale != NULL, "--locale goes with calls and statement only", CALLS | STATEMENT},
        {page, "--output html and hledger go with calls only", CALLS},
        {o->gst != NULL, "--gst goes with statement only", STATEMENT},
        {o->ledger != NULL, "--ledger goes with reconcile only", RECONCILE},
        {o->cursor != NULL, "--cursor goes with --fetch alone, and what is exported", EXPORTS},
        {o->fetch > 0, "--fetch goes with calls, reconcile, or alone",
         CALLS | RECONCILE | 1 << COMMAND_FETCH},
        {o->command == COMMAND_STATEMENT && !o->month, "statement needs --month",
         ~(unsigned)STATEMENT},
        {o->command == COMMAND_RECONCILE && !o->ledger, "reconcile needs --ledger",
         ~(unsigned)RECONCILE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].given && !(rows[i].commands & 1U << o->command))
            return wrong(rows[i].name);
    if (o->fetch > 1 && o->command != COMMAND_FETCH)
        return wrong("a report is made of calls: --fetch calls");
    if (o->fetch && o->n_paths)
        return wrong("--fetch takes the calls from the platform, so no file is read");
    if (o->month && (o->since || o->until))
        return wrong("--month excludes --since and --until");
    if (o->command == COMMAND_STATEMENT && (o->since || o->until))
        return wrong("a statement is of a --month");
    return CLI_GO_ON;
}

/* Options that only go with some sources. */
static int check_source(const struct options *o)
{
    const bool exports = (o->command >= COMMAND_PAYMENTS && o->command <= COMMAND_USAGE) ||
                         o->command == COMMAND_FETCH;
    const bool fetched = o->fetch || (exports && !o->n_paths);
    const bool asks = fetched || o->command == COMMAND_STATEMENT;
    const bool reads = o->ledger || (!fetched && (o->command != COMMAND_STATEMENT || o->n_paths));
    const bool data =
        o->output == OUTPUT_NDJSON || o->output == OUTPUT_JSON || o->output == OUTPUT_CSV;
    const struct {
        bool wrong;
        const char *text;
    } rows[] = {
        {o->currency_code && !asks, "--currency goes with what the platform is asked for"},
        {o->connections && !asks, "--connections goes with what the platform is asked for"},
        {o->timeout && !asks, "--timeout goes with what the platform is asked for"},
        {o->cursor && !fetched, "--cursor goes with what is fetched, not with files"},
        {o->cursor && o->output && o->output != OUTPUT_NDJSON,
         "--cursor goes with NDJSON only: other forms are no longer what they are when the next "
         "run "
         "appends to them"},
        {o->book && o->top, "--book wants all rows, so that --top does not go with it"},
        {exports && !fetched && (o->spanned || o->tz),
         "files are exported as they are: --month, --since, --until and --tz go with what is "
         "fetched"},
        {o->input && !reads, "--input goes with what is read, not with --fetch"},
        {o->map.n && !reads, "--map goes with what is read, not with --fetch"},
        {exports && fetched && (o->strict || o->rejects),
         "--strict and --rejects go with what is read: the platform's records are all taken"},
        {data && o->title, "--title goes with pages: --output html"},
        {data && o->locale, "--locale goes with tables and pages: data has plain numbers"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].wrong)
            return wrong(rows[i].text);
    return CLI_GO_ON;
}

static int settle_period(struct options *o, struct jaxl_error *err)
{
    int rc = 0;

    o->period = (struct jaxl_calendar_span){.start = INT64_MIN, .end = INT64_MAX};
    if (o->month)
        rc = jaxl_calendar_month(o->month, o->tz, NULL, &o->period, err);
    if (!rc && o->since)
        rc = jaxl_calendar_instant(o->since, o->tz, NULL, &o->period.start, err);
    if (!rc && o->until)
        rc = jaxl_calendar_instant(o->until, o->tz, NULL, &o->period.end, err);
    if (!rc && o->period.start >= o->period.end)
        rc = jaxl_error_set(err, JAXL_EARG, "--until is not after --since");
    return rc;
}

static int settle(struct options *o)
{
    struct jaxl_error err = {0};
    int status = find_command(o);

    o->spanned = o->month || o->since || o->until;
    if (status == CLI_GO_ON)
        status = check(o);
    if (status == CLI_GO_ON)
        status = check_source(o);
    if (status == CLI_GO_ON)
        status = split(&o->by_texts, &o->by);
    if (status == CLI_GO_ON)
        status = split(&o->column_texts, &o->columns);
    if (status != CLI_GO_ON)
        return status;
    for (size_t i = 0; i < o->by.n; i++)
        if (o->output == OUTPUT_HLEDGER && strcmp(o->by.items[i], "tag") == 0)
            return wrong("a journal cannot be by tag: a call with two would be paid for twice");
    if (settle_period(o, &err))
        return cli_fail(REPORT, &err);
    if (o->command == COMMAND_STATEMENT)
        o->currency = JAXL_CURRENCY_INR;
    if (o->currency_code) {
        o->currency = jaxl_payments_currency_parse(o->currency_code);
        if (!o->currency)
            return wrong("--currency is INR or USD: the protocol names no other");
    }
    return CLI_GO_ON;
}

int options_parse(struct options *o, int argc, char **argv)
{
    int status;

    *o = (struct options){.fetch = 0};
    status = cli_parse(&program, argc, argv, o);
    return status == CLI_GO_ON ? settle(o) : status;
}

static void free_words(struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->items[i]);
    free(w->items);
}

void options_free(struct options *o)
{
    free_words(&o->by);
    free_words(&o->columns);
    cli_free(&program, o);
}

const char *options_locale(const struct options *o)
{
    static const char *const names[] = {"LC_ALL", "LC_MONETARY", "LANG"};
    const char *value = o->locale;

    for (size_t i = 0; (!value || !*value) && i < sizeof names / sizeof names[0]; i++)
        value = getenv(names[i]);
    return value && *value ? value : NULL;
}

struct jaxl_record_reader_options options_reader(const struct options *o, bool platform)
{
    if (platform)
        return (struct jaxl_record_reader_options){.input = JAXL_RECORD_IN_NDJSON};
    return (struct jaxl_record_reader_options){
        .input = (enum jaxl_record_input)o->input, .map = o->map.items, .n_map = o->map.n};
}
