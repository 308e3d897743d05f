/* jaxl-events: what happens to calls as records, and answers to webhooks. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/signals.h"
#include "events/run.h"

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    cli_message(EVENTS, "%s", message);
}

static int run_mode(struct run *run, struct jaxl_error *err)
{
    static int (*const modes[])(struct run *, struct jaxl_error *) = {
        [MODE_FILTER] = run_filter, [MODE_LISTEN] = run_listen, [MODE_POLL] = run_poll};

    run->signal_fd = cli_signals_start();
    if (run->signal_fd < 0)
        return jaxl_error_set(err, JAXL_EIO, "setting up signals: %s", strerror(errno));
    return modes[run->o->mode](run, err);
}

static int run_all(const struct options *o)
{
    const struct jaxl_log log = {.level = o->common.verbose ? JAXL_LOG_INFO : JAXL_LOG_WARNING,
                                 .write = on_log};
    struct run run = {.o = o, .log = &log}; /* what it tells are errors, also with --quiet */
    struct jaxl_error err = {0};
    int status = CLI_DONE, code = run_mode(&run, &err);

    if (code && code != JAXL_EEND && code != JAXL_ESTOPPED)
        status = cli_fail(EVENTS, &err);
    if (run.n_rejects || run.n_lost)
        status = cli_exit_worse(status, CLI_SOME_FAILED);
    if (cli_signals_stop())
        status = cli_exit_worse(status, CLI_SIGNAL + cli_signals_stop());
    return cli_close_stdout(EVENTS, status);
}

int main(int argc, char **argv)
{
    struct options options;
    int status = cli_hold_files(EVENTS);

    if (status != CLI_GO_ON)
        return status;
    status = options_parse(&options, argc, argv);
    if (status == CLI_GO_ON)
        status = run_all(&options);
    options_free(&options);
    return status;
}
