/* jaxl-report calls */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jaxl/json.h"
#include "report/pages.h"
#include "report/rows.h"
#include "report/run.h"
#include "report/summary.h"

static int make_report(struct run *run, struct jaxl_report **report, enum output form,
                       struct jaxl_error *err)
{
    const struct options *o = run->o;
    const struct jaxl_record_reader_options reader = options_reader(o, o->fetch != 0);
    struct jaxl_report_options options = {
        .by = {(const char *const *)o->by.items, o->by.n},
        .where = o->where,
        .columns = {(const char *const *)o->columns.items, o->columns.n},
        .tz = o->tz,
        .pulse = o->pulse,
        .tariff = o->tariff,
        .sort = o->sort,
        .top = o->top,
        .charts = form == OUTPUT_HTML || form == OUTPUT_HLEDGER,
        .threads = (unsigned)o->threads,
        .watch = &run->watch,
        .reject = run_reject,
        .ctx = run};
    int rc;

    options.input = &reader;
    if (o->top && !o->sort)
        options.sort = "cost";
    if (o->spanned) {
        options.start = o->period.start;
        options.end = o->period.end;
    }
    rc = jaxl_report_new(report, &options, err);
    if (!rc)
        rc = run_read(run, *report, err);
    return rc ? rc : jaxl_report_finish(*report, err);
}

static void summary(const struct run *run, const struct jaxl_report *report)
{
    const struct jaxl_report_totals *t = jaxl_report_totals(report);
    const struct summary_part parts[] = {
        {t->records, "records"},
        {t->counted, "calls"},
        {t->provisional, "provisional"},
        {t->repeats, "of calls that were there already, counted once"},
        {t->not_calls, "that called nobody"},
        {t->outside, "outside of what was asked for"},
        {t->rejects, "rejected"},
        {t->unrated, "calls to numbers that the tariff does not have, rated at nothing"}};

    summary_print(run->o, parts, sizeof parts / sizeof parts[0], 2);
}

static bool is_key(const char *name)
{
    const char *const *keys = jaxl_report_keys();

    while (*keys && strcmp(*keys, name) != 0)
        keys++;
    return *keys || strncmp(name, "to-prefix:", 10) == 0;
}

struct search {
    const char *path;
    struct jaxl_json_doc *doc;
};

/* Ends the writing at the first row that has it. */
static int look(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    const struct search *s = ctx;
    const struct jaxl_json *row;
    int rc = jaxl_json_parse(s->doc, json, len, &row, err);

    if (!rc && !jaxl_json_is_null(jaxl_json_get(row, s->path)))
        rc = JAXL_EEND;
    return rc;
}

static void warn_of_field(const char *name)
{
    const char *const *keys = jaxl_report_keys(), *near;
    size_t n_keys = 0;

    while (keys[n_keys])
        n_keys++;
    near = cli_nearest(name, keys, n_keys);
    if (near && strcmp(near, name) == 0)
        near = NULL;
    cli_message(REPORT, "no call has a field '%.80s'%s%s%s", name, near ? ": did you mean " : "",
                near ? near : "", near ? "?" : "");
}

/* A path may be anything, so that a slip shows only in a report of one row without a key. */
static void warn_of_slips(const struct run *run, const struct jaxl_report *report)
{
    const struct words *by = &run->o->by;

    for (size_t i = 0; !run->o->common.quiet && i < run->o->where.n; i++)
        if (jaxl_report_totals(report)->outside && jaxl_report_unknown(report, i))
            warn_of_field(jaxl_report_unknown(report, i));
    for (size_t i = 0; !run->o->common.quiet && i < by->n; i++) {
        struct search search = {.path = by->items[i]};
        if (is_key(by->items[i]) || !jaxl_report_count(report, JAXL_REPORT_ROWS) ||
            jaxl_json_doc_new(&search.doc, 0))
            continue;
        if (jaxl_report_write(report, JAXL_REPORT_ROWS, look, &search, NULL) == 0)
            warn_of_field(search.path);
        jaxl_json_doc_free(&search.doc);
    }
}

static int write_data(struct run *run, const struct jaxl_report *report, enum output form,
                      struct jaxl_error *err)
{
    struct rows_out rows;
    struct sink out;
    int rc, late;

    rows_init(&rows, run->o, report);
    rc = sink_open(&out, form, rows.columns, rows.n_columns, err);
    if (!rc)
        rc = rows_write(&rows, run->o->totals, sink_put, &out, err);
    late = sink_finish(&out, rc ? NULL : err);
    rc = rc ? rc : late;
    if (!rc)
        rc = sink_flush(&out, err);
    if (!rc)
        rc = rows_commit(&rows, err);
    sink_free(&out);
    rows_free(&rows);
    return rc;
}

int run_calls(struct run *run, struct jaxl_error *err)
{
    enum output form = sink_form(run->o, true);
    struct jaxl_report *report = NULL;
    int rc = make_report(run, &report, form, err);

    if (!rc && (form == OUTPUT_TABLE || form == OUTPUT_HTML || form == OUTPUT_HLEDGER))
        rc = pages_write(run, report, form, err);
    else if (!rc)
        rc = write_data(run, report, form, err);
    if (!rc) {
        summary(run, report);
        warn_of_slips(run, report);
    }
    jaxl_report_free(&report);
    return rc;
}
