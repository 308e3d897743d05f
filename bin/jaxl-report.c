/* jaxl-report: call records into sums, and the account's bills. */
#include <errno.h>
#include <string.h>

#include "common/progress.h"
#include "common/rejects.h"
#include "common/signals.h"
#include "report/run.h"

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    cli_message(REPORT, "%s", message);
}

/* A report that was broken off would show sums of a part: the first signal ends it. */
static bool on_signal(void *ctx)
{
    (void)ctx;
    cli_signals_drain();
    return cli_signals_stop() != 0;
}

int run_session(struct run *run, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const struct jaxl_session_options options = {.connections = (unsigned)o->connections,
                                                 .timeout = o->timeout,
                                                 .log = run->log,
                                                 .watch = &run->watch};

    return run->session ? 0 : jaxl_session_new(&run->session, &options, err);
}

int run_reject(void *ctx, const char *lines, size_t len, struct jaxl_error *err)
{
    struct run *run = ctx;
    int rc;

    if (run->o->strict) {
        const char *end = memchr(lines, '\n', len);
        len = end ? (size_t)(end - lines) + 1 : len;
    }
    for (size_t i = 0; i < len; i++)
        run->n_rejects += lines[i] == '\n';
    rc = cli_rejects_put(&run->rejects, lines, len, err);
    if (!rc && run->o->strict)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "a record cannot be used, and --strict ends the run at it");
    return rc;
}

static int open_rejects(struct run *run, struct jaxl_error *err)
{
    int rc = cli_rejects_open(&run->rejects, run->o->rejects, &run->o->common, err);

    return rc ? rc : cli_rejects_empty(&run->rejects, err);
}

static int run_command(struct run *run, struct jaxl_error *err)
{
    static int (*const commands[])(struct run *, struct jaxl_error *) = {
        [COMMAND_CALLS] = run_calls,          [COMMAND_PAYMENTS] = run_export,
        [COMMAND_SUBSCRIPTIONS] = run_export, [COMMAND_CONSUMABLES] = run_export,
        [COMMAND_USAGE] = run_export,         [COMMAND_STATEMENT] = run_statement,
        [COMMAND_RECONCILE] = run_reconcile,  [COMMAND_FETCH] = run_export};
    int rc;

    run->watch = (struct jaxl_session_watch){.fd = cli_signals_start(), .stop = on_signal};
    if (run->watch.fd < 0)
        return jaxl_error_set(err, JAXL_EIO, "setting up signals: %s", strerror(errno));
    cli_signals_second_ends();
    rc = open_rejects(run, err);
    return rc ? rc : commands[run->o->command](run, err);
}

static int run_all(const struct options *o)
{
    const struct jaxl_log log = {.level = o->common.verbose ? JAXL_LOG_INFO : JAXL_LOG_WARNING,
                                 .write = on_log};
    struct run run = {.o = o, .log = o->common.quiet ? NULL : &log};
    struct jaxl_error err = {0};
    int status = CLI_DONE, code;

    cli_progress_start(o->common.quiet ? CLI_PROGRESS_NEVER : (enum cli_progress_mode)o->progress);
    code = run_command(&run, &err);
    cli_progress_hide();
    if (code && code != JAXL_EEND && code != JAXL_ESTOPPED)
        status = cli_fail(REPORT, &err);
    else if (run.differs)
        status = CLI_DIFFERENT;
    if (run.n_rejects)
        status = cli_exit_worse(status, CLI_SOME_FAILED);
    if (cli_signals_stop())
        status = cli_exit_worse(status, CLI_SIGNAL + cli_signals_stop());
    jaxl_session_free(&run.session);
    return cli_close_stdout(REPORT, status);
}

int main(int argc, char **argv)
{
    struct options options;
    int status = cli_hold_files(REPORT);

    if (status != CLI_GO_ON)
        return status;
    status = options_parse(&options, argc, argv);
    if (status == CLI_GO_ON)
        status = run_all(&options);
    options_free(&options);
    return status;
}
