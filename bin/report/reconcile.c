/* jaxl-report reconcile */
#include "jaxl/reconcile.h"

#include <stdio.h>
#include <string.h>

#include "jaxl/campaign.h"
#include "report/run.h"
#include "report/summary.h"

struct reconciling {
    struct jaxl_reconciler *reconciler;
    struct jaxl_json_doc *doc;
};

static int take_ours(void *ctx, const struct jaxl_json *record, struct jaxl_error *err)
{
    struct reconciling *r = ctx;

    return jaxl_reconcile_ours(r->reconciler, record, err);
}

static int take_theirs(void *ctx, const struct jaxl_json *call, struct jaxl_error *err)
{
    struct reconciling *r = ctx;

    return jaxl_reconcile_theirs(r->reconciler, call, err);
}

static int take_attempt(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct reconciling *r = ctx;
    const struct jaxl_json *record;
    int rc = jaxl_json_parse(r->doc, json, len, &record, err);

    return rc ? rc : jaxl_reconcile_ours(r->reconciler, record, err);
}

/* SQLite's files begin with these 16 bytes, NUL included (its documentation, "Database File
 * Format"). */
static bool is_ledger(const char *path)
{
    char head[16] = "";
    FILE *f = strcmp(path, "-") == 0 ? NULL : fopen(path, "re");
    bool is = f && fread(head, 1, sizeof head, f) == sizeof head &&
              memcmp(head, "SQLite format 3", sizeof head) == 0;

    if (f)
        fclose(f);
    return is;
}

static int read_ours(struct run *run, struct reconciling *r, struct jaxl_error *err)
{
    const char *path = run->o->ledger;

    if (is_ledger(path))
        return jaxl_campaign_query(path, NULL, JAXL_CAMPAIGN_ATTEMPTS, take_attempt, r, err);
    return run_records(run, &path, 1, take_ours, r, err);
}

static int read_theirs(struct run *run, struct reconciling *r, struct jaxl_error *err)
{
    static const char *const standard[] = {"-"};
    const struct options *o = run->o;
    int fd = -1, rc;

    if (!o->fetch)
        return run_records(run, o->n_paths ? o->paths : standard, o->n_paths ? o->n_paths : 1,
                           take_theirs, r, err);
    rc = run_spool(run, &fd, err);
    if (!rc)
        rc = run_records_of(run, fd, "the platform's calls", true, take_theirs, r, err);
    run_close(fd);
    return rc;
}

static void summary(const struct run *run, const struct jaxl_reconcile_totals *t)
{
    const struct summary_part parts[] = {{t->ours, "calls of ours"},
                                         {t->theirs, "of the platform"},
                                         {t->agree, "agree"},
                                         {t->only_ours, "only ours"},
                                         {t->only_theirs, "only the platform's"},
                                         {t->cost, "differ in cost"},
                                         {t->duration, "in duration"},
                                         {t->disposition, "in disposition"},
                                         {t->resolved, "of ours unknown and found there"},
                                         {t->unknown, "of ours still unknown"},
                                         {t->duplicates, "duplicates"},
                                         {t->provisional, "whose cost is not final"},
                                         {t->boundary, "too near to the ends of the span to tell"},
                                         {t->outside, "outside of it"}};

    summary_print(run->o, parts, sizeof parts / sizeof parts[0], 3);
}

static int write(struct run *run, struct reconciling *r, struct jaxl_error *err)
{
    static const char *const columns[] = {
        "finding", "call_id", "session_id", "campaign", "lead",   "attempt",   "to",
        "from",    "at",      "currency",   "ours",     "theirs", "difference"};
    struct jaxl_reconcile_totals totals = {0};
    struct sink out;
    int rc = sink_open(&out, sink_form(run->o, true), columns, sizeof columns / sizeof columns[0],
                       err),
        late;

    if (!rc)
        rc = jaxl_reconcile_finish(r->reconciler, sink_put, &out, &totals, err);
    late = sink_finish(&out, rc ? NULL : err);
    run->differs = out.written > 0;
    sink_free(&out);
    if (!rc)
        summary(run, &totals);
    return rc ? rc : late;
}

int run_reconcile(struct run *run, struct jaxl_error *err)
{
    const struct jaxl_reconcile_options options = {.start = run->o->period.start,
                                                   .end = run->o->period.end};
    struct reconciling r = {.reconciler = NULL};
    int rc = jaxl_reconcile_new(&r.reconciler, &options, err);

    if (!rc && jaxl_json_doc_new(&r.doc, 0))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "reconcile: out of memory");
    if (!rc)
        rc = read_ours(run, &r, err);
    if (!rc)
        rc = read_theirs(run, &r, err);
    if (!rc)
        rc = write(run, &r, err);
    jaxl_json_doc_free(&r.doc);
    jaxl_reconcile_free(&r.reconciler);
    return rc;
}
