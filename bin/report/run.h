/* A run of jaxl-report: what its commands share. */
#ifndef JAXL_BIN_REPORT_RUN_H
#define JAXL_BIN_REPORT_RUN_H

#include "common/rejects.h"
#include "jaxl/fetch.h"
#include "jaxl/log.h"
#include "jaxl/report.h"
#include "jaxl/session.h"
#include "report/options.h"
#include "report/sink.h"

struct run {
    const struct options *o;
    const struct jaxl_log *log;
    struct jaxl_session *session; /* NULL until something is asked of the platform */
    struct jaxl_session_watch watch;
    struct cli_rejects rejects;
    uint64_t n_rejects;
    bool differs; /* a statement or a reconciliation found something */
};

int run_session(struct run *run, struct jaxl_error *err);
/* Counts rejects and writes them, NDJSON lines; with --strict the first one ends it. ctx: run. */
int run_reject(void *ctx, const char *lines, size_t len, struct jaxl_error *err);
/* A descriptor of a named input, "-" standard input; close it with run_close. */
int run_open(const char *path, int *fd, const char **name, struct jaxl_error *err);
void run_close(int fd);

/* The commands. */
int run_calls(struct run *run, struct jaxl_error *err);
int run_export(struct run *run, struct jaxl_error *err);
int run_statement(struct run *run, struct jaxl_error *err);
int run_reconcile(struct run *run, struct jaxl_error *err);

/* input.c: fetches, with the period, the currency and the connections that are asked for. */
int run_fetch(struct run *run, struct jaxl_fetch_options *options, jaxl_fetch_put *put,
              jaxl_fetch_flush *flush, void *ctx, struct jaxl_fetch_totals *totals,
              struct jaxl_error *err);
/* Calls of the platform, of the period and currency asked for, in a nameless file that is
 * read from its beginning. */
int run_spool(struct run *run, int *fd, struct jaxl_error *err);
/* Every input there is into a report: the platform, the files, or standard input. */
int run_read(struct run *run, struct jaxl_report *report, struct jaxl_error *err);
/* Every record there is, one after the other. */
typedef int run_take(void *ctx, const struct jaxl_json *record, struct jaxl_error *err);
int run_records(struct run *run, const char *const *paths, size_t n_paths, run_take *take,
                void *ctx, struct jaxl_error *err);
/* The same of one descriptor; platform: what was fetched, to which --input and --map do not apply.
 */
int run_records_of(struct run *run, int fd, const char *name, bool platform, run_take *take,
                   void *ctx, struct jaxl_error *err);

#endif
