/* jaxl-report statement */
#include "jaxl/statement.h"

#include <stdlib.h>
#include <string.h>

#include "jaxl/payments.h"
#include "report/amounts.h"
#include "report/run.h"

/* Usage by campaign, out of the rows of a report. */
struct usage {
    const char *currency;
    struct jaxl_json_doc *doc;
    struct jaxl_statement_usage *items;
    size_t n;
};

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

static int take_row(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct usage *u = ctx;
    struct jaxl_statement_usage *item, *items;
    const struct jaxl_json *row, *name;
    int rc = jaxl_json_parse(u->doc, json, len, &row, err);

    if (rc)
        return rc;
    if (strcmp(jaxl_json_string(jaxl_json_get(row, "currency"), u->currency), u->currency) != 0)
        return 0;
    items = realloc(u->items, (u->n + 1) * sizeof *items);
    if (!items)
        return jaxl_error_set(err, JAXL_ENOMEM, "usage: out of memory");
    u->items = items;
    item = &items[u->n++];
    name = jaxl_json_get(row, "campaign");
    *item = (struct jaxl_statement_usage){
        .campaign = copy(jaxl_json_text(name, NULL)),
        .cost = copy(jaxl_json_text(jaxl_json_get(row, "cost"), NULL))};
    rc = jaxl_json_int(jaxl_json_get(row, "attempts"), &item->calls);
    if (!item->cost || (!item->campaign && !jaxl_json_is_null(name)))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "usage: out of memory");
    return rc;
}

static void free_usage(struct usage *u)
{
    for (size_t i = 0; i < u->n; i++) {
        free((char *)(uintptr_t)u->items[i].campaign);
        free((char *)(uintptr_t)u->items[i].cost);
    }
    free(u->items);
    jaxl_json_doc_free(&u->doc);
}

static int sum_usage(struct run *run, struct usage *u, struct jaxl_error *err)
{
    static const char *const by[] = {"campaign"};
    const struct jaxl_record_reader_options reader = options_reader(run->o, !run->o->n_paths);
    const struct jaxl_report_options options = {.by = {by, 1},
                                                .tz = run->o->tz,
                                                .start = run->o->period.start,
                                                .end = run->o->period.end,
                                                .threads = (unsigned)run->o->threads,
                                                .input = &reader,
                                                .watch = &run->watch,
                                                .reject = run_reject,
                                                .ctx = run};
    struct jaxl_report *report = NULL;
    int rc = jaxl_report_new(&report, &options, err);

    if (!rc)
        rc = run_read(run, report, err);
    if (!rc)
        rc = jaxl_report_finish(report, err);
    if (!rc && jaxl_json_doc_new(&u->doc, 0))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "usage: out of memory");
    if (!rc)
        rc = jaxl_report_write(report, JAXL_REPORT_ROWS, take_row, u, err);
    jaxl_report_free(&report);
    return rc;
}

/* What people read has amounts as the locale writes them, data has plain numbers. */
static int write_lines(struct run *run, const struct jaxl_statement *statement,
                       struct jaxl_statement_result *result, struct sink *out, enum output form,
                       struct jaxl_error *err)
{
    struct amounts lines;
    int rc;

    if (form != OUTPUT_TABLE)
        return jaxl_statement_write(statement, sink_put, out, result, err);
    amounts_init(&lines);
    rc = jaxl_statement_write(statement, amounts_put, &lines, result, err);
    if (!rc)
        rc = amounts_write(&lines, options_locale(run->o), out, err);
    amounts_free(&lines);
    return rc;
}

static int write(struct run *run, const struct jaxl_statement *statement, struct jaxl_error *err)
{
    static const char *const columns[] = {"line",     "at",     "name",    "calls",
                                          "currency", "amount", "balance", "note"};
    struct jaxl_statement_result result = {.agrees = false};
    enum output form = sink_form(run->o, true);
    struct sink out;
    int rc = sink_open(&out, form, columns, sizeof columns / sizeof columns[0], err), late;

    if (!rc)
        rc = write_lines(run, statement, &result, &out, form, err);
    late = sink_finish(&out, rc ? NULL : err);
    sink_free(&out);
    run->differs = !rc && !result.agrees;
    if (run->differs && !run->o->common.quiet)
        cli_message(REPORT,
                    "the statement does not agree with the platform: its balance differs by %s, "
                    "the month's usage by %s, the next opening balance by %s",
                    result.balance, result.usage, result.next);
    return rc ? rc : late;
}

int run_statement(struct run *run, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const int64_t currency = o->currency;
    struct usage usage = {.currency = jaxl_payments_currency((int)currency)};
    struct jaxl_statement_tax tax = {.mode = JAXL_STATEMENT_NO_TAX};
    struct jaxl_statement statement = {.currency = NULL};
    int rc = o->gst ? jaxl_statement_tax_parse(o->gst, &tax, err) : 0;

    if (!rc)
        rc = run_session(run, err);
    if (!rc)
        rc = sum_usage(run, &usage, err);
    if (!rc)
        rc = jaxl_statement_ask(run->session, currency, o->period.start, o->period.end, &statement,
                                err);
    if (!rc) {
        statement.itemized = true;
        statement.usage = usage.items;
        statement.n_usage = usage.n;
        statement.tax = tax;
        rc = write(run, &statement, err);
    }
    jaxl_statement_free(&statement);
    free_usage(&usage);
    return rc;
}
