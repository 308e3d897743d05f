/* jaxl-control: carries out actions on calls, as they come. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/file.h"
#include "common/progress.h"
#include "common/rejects.h"
#include "common/signals.h"
#include "control/options.h"
#include "control/summary.h"

struct run {
    const struct options *o;
    struct jaxl_session *session; /* NULL: a dry run */
    struct jaxl_record_writer *out;
    struct jaxl_control *control; /* NULL until it is made */
    struct cli_rejects rejects;
};

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    cli_message(CONTROL, "%s", message);
}

static int on_reject(void *ctx, const char *line, size_t len, struct jaxl_error *err)
{
    return cli_rejects_put(&((const struct run *)ctx)->rejects, line, len, err);
}

static int on_save(void *ctx, const char *path, const char *data, size_t len,
                   struct jaxl_error *err)
{
    (void)ctx;
    return cli_file_write(path, data, len, err);
}

/* The first signal lets what is in flight end, the second does not. */
static void on_woken(void *ctx)
{
    struct run *run = ctx;

    cli_signals_drain();
    if (!run->control)
        return;
    if (cli_signals_stop_now())
        jaxl_control_abort(run->control);
    else if (cli_signals_stop())
        jaxl_control_stop(run->control);
    if (cli_signals_state())
        summary_print(jaxl_control_totals(run->control));
}

static bool on_signal(void *ctx)
{
    on_woken(ctx);
    return cli_signals_stop() != 0;
}

static void on_turn(void *ctx)
{
    const struct run *run = ctx;
    const struct jaxl_control_totals *t = jaxl_control_totals(run->control);
    char counts[512];

    if (!cli_progress_shown())
        return;
    summary_counts(t, counts, sizeof counts);
    cli_progress_update(t->records - t->active, 0, counts);
}

static int set_up(struct run *run, const struct jaxl_log *log, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const bool table = o->output == JAXL_RECORD_TABLE;
    struct jaxl_session_watch watch = {.fd = cli_signals_start(), .stop = on_signal, .ctx = run};
    const struct jaxl_session_options session = {.connections = (unsigned)o->connections,
                                                 .timeout = o->timeout,
                                                 .log = log,
                                                 .watch = &watch};
    const struct jaxl_record_writer_options writer = {
        .output = (enum jaxl_record_output)o->output,
        .width = table ? cli_terminal_width(STDOUT_FILENO) : 0};
    const struct jaxl_control_options control = {.connections = (unsigned)o->connections,
                                                 .queue = o->queue,
                                                 .dry_run = o->dry_run,
                                                 .strict = o->strict,
                                                 .out_fd = table ? -1 : STDOUT_FILENO,
                                                 .wake_fd = watch.fd,
                                                 .woken = on_woken,
                                                 .turn = on_turn,
                                                 .reject = on_reject,
                                                 .save = on_save,
                                                 .ctx = run};
    int code;

    if (watch.fd < 0)
        return jaxl_error_set(err, JAXL_EIO, "setting up signals: %s", strerror(errno));
    code = cli_rejects_open(&run->rejects, o->rejects, &o->common, err);
    if (!code)
        code = cli_rejects_empty(&run->rejects, err);
    if (!code && !o->dry_run)
        code = jaxl_session_new(&run->session, &session, err);
    if (!code)
        code = jaxl_record_writer_new(&run->out, STDOUT_FILENO, &writer, err);
    return code ? code : jaxl_control_new(&run->control, &control, run->session, run->out, err);
}

static int feed_file(struct run *run, const char *path, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const struct jaxl_record_reader_options options = {
        .input = (enum jaxl_record_input)o->input, .map = o->map.items, .n_map = o->map.n};
    const bool std = strcmp(path, "-") == 0;
    const int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct jaxl_record_reader *actions = NULL;
    int code;

    if (fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", path, strerror(errno));
    code = jaxl_record_reader_new(&actions, fd, std ? "standard input" : path, &options, err);
    if (!code)
        code = jaxl_control_feed(run->control, actions, err);
    jaxl_record_reader_free(&actions);
    if (!std)
        close(fd);
    return code;
}

/* Whatever ends the reading, what was read comes to its end. The first error. */
static int carry_out(struct run *run, struct jaxl_error *err)
{
    const struct cli_common *common = &run->o->common;
    static const char *const standard[] = {"-"};
    const char *const *paths = common->n_operands ? common->operands : standard;
    const size_t n = common->n_operands ? common->n_operands : 1;
    struct jaxl_error late = {0};
    int code = 0;

    for (size_t i = 0; !code && i < n && !cli_signals_stop(); i++)
        code = feed_file(run, paths[i], err);
    if (jaxl_control_finish(run->control, &late) && !code) {
        *err = late;
        code = late.code;
    }
    return code;
}

/* What came of the actions and the signals, where it counts more than status. */
static int conclude(const struct run *run, int status)
{
    const struct jaxl_control_totals *t = jaxl_control_totals(run->control);
    const uint64_t *n = t->results;

    if (t->rejected || n[JAXL_CONTROL_REFUSED] || n[JAXL_CONTROL_FAILED] ||
        (run->o->strict && n[JAXL_CONTROL_ENDED]))
        status = cli_exit_worse(status, CLI_SOME_FAILED);
    if (n[JAXL_CONTROL_UNKNOWN])
        status = cli_exit_worse(status, CLI_UNKNOWN);
    if (cli_signals_stop())
        status = cli_exit_worse(status, CLI_SIGNAL + cli_signals_stop());
    return status;
}

/* Results that go to a terminal show the progress themselves, and a bar would stand between them.
 */
static enum cli_progress_mode progress(const struct options *o)
{
    if (o->common.quiet || (o->progress == CLI_PROGRESS_AUTO && isatty(STDOUT_FILENO)))
        return CLI_PROGRESS_NEVER;
    return (enum cli_progress_mode)o->progress;
}

static int run_all(const struct options *o)
{
    const struct jaxl_log log = {.level = o->common.verbose ? JAXL_LOG_INFO : JAXL_LOG_WARNING,
                                 .write = on_log};
    struct run run = {.o = o};
    struct jaxl_error err = {0};
    int status = CLI_DONE, code;

    if (set_up(&run, o->common.quiet ? NULL : &log, &err)) {
        status = cli_fail(CONTROL, &err);
    } else {
        cli_progress_start(progress(o));
        code = carry_out(&run, &err);
        cli_progress_hide();
        if (code && code != JAXL_EEND && code != JAXL_ESTOPPED)
            status = cli_fail(CONTROL, &err);
        status = conclude(&run, status);
        if (!o->common.quiet)
            summary_print(jaxl_control_totals(run.control));
    }
    jaxl_control_free(&run.control);
    jaxl_record_writer_free(&run.out);
    jaxl_session_free(&run.session);
    return cli_close_stdout(CONTROL, status);
}

int main(int argc, char **argv)
{
    struct options options;
    int status = cli_hold_files(CONTROL);

    if (status != CLI_GO_ON)
        return status;
    status = options_parse(&options, argc, argv);
    if (status == CLI_GO_ON)
        status = run_all(&options);
    options_free(&options);
    return status;
}
