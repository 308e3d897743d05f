/* Records as they are: fetched, or of files. */
#include <unistd.h>

#include "common/progress.h"
#include "report/run.h"
#include "report/summary.h"

static enum jaxl_fetch_kind kind_of(const struct options *o)
{
    static const enum jaxl_fetch_kind kinds[] = {[COMMAND_CALLS] = JAXL_FETCH_CALLS,
                                                 [COMMAND_PAYMENTS] = JAXL_FETCH_PAYMENTS,
                                                 [COMMAND_SUBSCRIPTIONS] = JAXL_FETCH_SUBSCRIPTIONS,
                                                 [COMMAND_CONSUMABLES] = JAXL_FETCH_CONSUMABLES,
                                                 [COMMAND_USAGE] = JAXL_FETCH_USAGE};

    return kinds[o->command == COMMAND_FETCH ? (enum command)(o->fetch - 1) : o->command];
}

static void summary(const struct run *run, const struct jaxl_fetch_totals *t)
{
    const struct summary_part parts[] = {
        {t->written, "records written"},
        {t->provisional, "of them not final"},
        {t->held, "held back until they are final"},
        {t->repeats, "passed over that came again"},
        {t->gone, "held back that the platform has no more"},
        {t->again, "parts of lists read again since they were not whole"}};

    summary_print(run->o, parts, sizeof parts / sizeof parts[0], 1);
}

static int put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct sink *s = ctx;

    cli_progress_update(s->written + 1, 0, "");
    return sink_put(s, json, len, err);
}

static int fetch(struct run *run, struct sink *out, struct jaxl_error *err)
{
    struct jaxl_fetch_options options = {
        .kind = kind_of(run->o), .cursor = run->o->cursor, .output_fd = STDOUT_FILENO};
    struct jaxl_fetch_totals totals = {0};
    int rc = run_session(run, err);

    if (rc)
        return rc;
    rc = run_fetch(run, &options, put, sink_flush, out, &totals, err);
    summary(run, &totals);
    return rc;
}

static int take(void *ctx, const struct jaxl_json *record, struct jaxl_error *err)
{
    struct sink *out = ctx;

    return jaxl_record_write(out->writer, record, err);
}

int run_export(struct run *run, struct jaxl_error *err)
{
    const struct options *o = run->o;
    struct sink out;
    int rc = sink_open(&out, sink_form(o, o->command != COMMAND_FETCH && !o->cursor), NULL, 0, err),
        late;

    if (!rc)
        rc = o->n_paths ? run_records(run, o->paths, o->n_paths, take, &out, err)
                        : fetch(run, &out, err);
    late = sink_finish(&out, rc ? NULL : err);
    sink_free(&out);
    return rc ? rc : late;
}
