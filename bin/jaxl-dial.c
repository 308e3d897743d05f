/* jaxl-dial: places calls in bulk, each at most once. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "common/cli.h"
#include "common/dialing.h"
#include "common/progress.h"
#include "common/rejects.h"
#include "common/signals.h"
#include "dial/options.h"
#include "dial/query.h"
#include "dial/summary.h"
#include "jaxl/dialer.h"

struct run {
    struct cli_dialing dialing; /* first: what the callbacks are given */
    struct options *options;
    struct jaxl_session *session;
    struct jaxl_record_writer *out;
    struct cli_rejects rejects;
};

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    cli_message(DIAL, "%s", message);
}

static int on_reject(void *ctx, const char *line, size_t len, struct jaxl_error *err)
{
    return cli_rejects_put(&((const struct run *)ctx)->rejects, line, len, err);
}

static void on_state(const struct jaxl_dialer_totals *totals)
{
    summary_print(DIAL, totals);
}

static void on_turn(void *ctx)
{
    struct run *run = ctx;
    const struct jaxl_dialer_totals *t = jaxl_dialer_totals(run->dialing.dialer);
    uint64_t done = t->records + t->rejected + t->known, total = run->options->limit;
    char counts[512], rest[256];

    if (!cli_progress_shown())
        return;
    summary_counts(t, counts, sizeof counts);
    summary_rest(t, rest, sizeof rest);
    snprintf(counts + strlen(counts), sizeof counts - strlen(counts), "%s", rest);
    if (!total && t->read)
        total = done + t->left + t->active;
    cli_progress_update(done, total, counts);
}

/* Everything that dialing needs, from the options. */
static int set_up(struct run *run, const struct jaxl_log *log, struct jaxl_error *err)
{
    struct options *o = run->options;
    struct jaxl_session_watch watch = {
        .fd = cli_signals_start(), .stop = cli_dialing_stop, .ctx = run};
    const struct jaxl_session_options session = {.connections = (unsigned)o->connections,
                                                 .timeout = o->timeout,
                                                 .log = log,
                                                 .watch = &watch};
    struct jaxl_record_writer_options writer = {.output = (enum jaxl_record_output)o->output};
    struct jaxl_dialer_options dialer;
    int code;

    code = options_settle(o, err);
    if (code)
        return code;
    options_dialer(o, &dialer);
    dialer.reject = on_reject;
    dialer.woken = cli_dialing_woken;
    dialer.turn = on_turn;
    dialer.ctx = run;
    dialer.wake_fd = watch.fd;
    if (dialer.wake_fd < 0)
        return jaxl_error_set(err, JAXL_EIO, "setting up signals: %s", strerror(errno));
    writer.columns = jaxl_dialer_columns(&writer.n_columns);
    if (!dialer.dry_run)
        code = jaxl_session_new(&run->session, &session, err);
    if (!code)
        code = jaxl_record_writer_new(&run->out, STDOUT_FILENO, &writer, err);
    if (!code)
        code = jaxl_dialer_new(&run->dialing.dialer, &dialer, run->session, run->out, err);
    return code;
}

static int feed_file(struct run *run, const char *path, struct jaxl_error *err)
{
    const struct options *o = run->options;
    const struct jaxl_record_reader_options options = {
        .input = (enum jaxl_record_input)o->input, .map = o->map.items, .n_map = o->map.n};
    bool std = strcmp(path, "-") == 0;
    int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), code;
    struct jaxl_record_reader *leads = NULL;

    if (fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", path, strerror(errno));
    code = jaxl_record_reader_new(&leads, fd, std ? "standard input" : path, &options, err);
    if (!code)
        code = jaxl_dialer_feed(run->dialing.dialer, leads, err);
    jaxl_record_reader_free(&leads);
    if (!std)
        close(fd);
    return code;
}

/* Dials every input. What goes wrong on the way ends the reading, but not the calls that are under
 * way. */
static int dial(struct run *run, struct jaxl_error *err)
{
    const struct cli_common *common = &run->options->common;
    static const char *const standard[] = {"-"};
    const char *const *paths = common->n_operands ? common->operands : standard;
    size_t n = common->n_operands ? common->n_operands : 1;
    int code = jaxl_dialer_open(run->dialing.dialer, err);

    if (!code) /* those of a run that still goes on are left alone */
        code = cli_rejects_empty(&run->rejects, err);
    for (size_t i = 0; !code && i < n && !cli_signals_stop(); i++)
        code = feed_file(run, paths[i], err);
    return cli_dialing_finish(&run->dialing, code, err);
}

/* Under cron it is no news that the last run still goes on: the status says it. */
static int failed(const struct options *o, const struct jaxl_error *err)
{
    return o->common.quiet && err->code == JAXL_EBUSY ? cli_exit_of(err) : cli_fail(DIAL, err);
}

static int run_all(struct options *o)
{
    const struct jaxl_log log = {.level = o->common.verbose ? JAXL_LOG_INFO : JAXL_LOG_WARNING,
                                 .write = on_log};
    struct run run = {.dialing.state = on_state, .options = o};
    struct jaxl_error err = {0};
    int status, code;

    if (cli_rejects_open(&run.rejects, o->rejects, &o->common, &err))
        return cli_fail(DIAL, &err);
    if (set_up(&run, o->common.quiet ? NULL : &log, &err)) {
        status = cli_fail(DIAL, &err);
    } else {
        cli_progress_start(o->common.quiet ? CLI_PROGRESS_NEVER
                                           : (enum cli_progress_mode)o->progress);
        code = dial(&run, &err);
        cli_progress_hide();
        status = cli_dialing_failed(code) ? failed(o, &err) : CLI_DONE;
        status = cli_dialing_exit(jaxl_dialer_totals(run.dialing.dialer), status);
        if (!o->common.quiet)
            summary_print(DIAL, jaxl_dialer_totals(run.dialing.dialer));
    }
    jaxl_dialer_free(&run.dialing.dialer);
    jaxl_record_writer_free(&run.out);
    jaxl_session_free(&run.session);
    return cli_close_stdout(DIAL, status);
}

/* A campaign that waits for its ledger's commit has nothing under way: what all requests used would
 * be given back to the system, and be taken and cleared anew page by page for the next ones. */
static void keep_memory(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_TRIM_THRESHOLD, 32 * 1024 * 1024);
#endif
}

int main(int argc, char **argv)
{
    const struct query_command *query = argc > 1 ? query_find(argv[1]) : NULL;
    struct options options;
    int status = cli_hold_files(DIAL);

    if (status != CLI_GO_ON)
        return status;
    if (query)
        return query_run(query, argc - 1, argv + 1);
    keep_memory();
    status = options_parse(&options, argc, argv);
    if (status == CLI_GO_ON)
        status = run_all(&options);
    options_free(&options);
    return status;
}
