/* jaxl-ivr-apply: makes the IVRs of an account match a file. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/progress.h"
#include "common/signals.h"
#include "ivr-apply/confirm.h"
#include "ivr-apply/options.h"
#include "ivr-apply/output.h"
#include "ivr-apply/summary.h"
#include "ivr-apply/text.h"
#include "jaxl/ivr.h"

extern char **environ;

struct run {
    const struct options *o;
    struct jaxl_session *session; /* NULL: nothing is asked of the platform */
    struct jaxl_session_watch watch;
    struct jaxl_ivr_tree *tree;
    struct jaxl_ivr_plan *plan;
    bool refused; /* by who was asked: nothing was begun */
    struct output_sink out;
};

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    cli_message(IVR_APPLY, "%s", message);
}

static void on_problem(void *ctx, const char *file, uint64_t line, const char *message)
{
    (void)ctx;
    if (line)
        cli_message(IVR_APPLY, "%s, line %" PRIu64 ": %s", file, line, message);
    else
        cli_message(IVR_APPLY, "%s: %s", file, message);
}

/* The first signal lets what is under way end, the second does not. */
static bool on_signal(void *ctx)
{
    struct run *run = ctx;

    cli_signals_drain();
    if (cli_signals_state() && run->plan)
        summary_print(jaxl_ivr_plan_totals(run->plan), run->o->mode == MODE_APPLY);
    if (cli_signals_stop_now() && run->session)
        jaxl_session_abort(run->session);
    return cli_signals_stop() != 0;
}

static int open_session(struct run *run, const struct jaxl_log *log, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const struct jaxl_session_options options = {.connections = (unsigned)o->connections,
                                                 .timeout = o->timeout,
                                                 .log = log,
                                                 .watch = &run->watch};

    run->watch =
        (struct jaxl_session_watch){.fd = cli_signals_start(), .stop = on_signal, .ctx = run};
    if (run->watch.fd < 0)
        return jaxl_error_set(err, JAXL_EIO, "setting up signals: %s", strerror(errno));
    if ((o->mode == MODE_DOT || o->mode == MODE_WALK) && !o->account)
        return 0;
    return jaxl_session_new(&run->session, &options, err);
}

/* The input as a tree. For a graph its problems are told, and it is drawn all the same. */
static int read_input(struct run *run, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const struct jaxl_ivr_read_options options = {.input = (enum jaxl_record_input)o->input,
                                                  .settings = o->set.items,
                                                  .n_settings = o->set.n,
                                                  .environment = environ};
    int fd = o->path ? open(o->path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO, code;

    if (fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", o->path, strerror(errno));
    code = jaxl_ivr_read(run->tree, fd, o->path ? o->path : "standard input", &options, err);
    if (o->path)
        close(fd);
    if (!code)
        code = jaxl_ivr_check(run->tree, o->allow, on_problem, NULL, err);
    return code == JAXL_EINPUT && o->mode == MODE_DOT ? 0 : code;
}

static int load_account(struct run *run, struct jaxl_error *err)
{
    const struct jaxl_ivr_load_options options = {.state = run->o->state_path,
                                                  .connections = (unsigned)run->o->connections,
                                                  .watch = &run->watch,
                                                  .report = on_problem};

    return jaxl_ivr_load(run->tree, run->session, &options, err);
}

static int export(struct run *run, struct jaxl_error *err)
{
    size_t n;
    const char *const *columns = jaxl_ivr_export_columns(&n);
    int code = output_open(&run->out, run->o, NULL, columns, n, err);

    return code ? code : jaxl_ivr_export(run->tree, output_record, &run->out, err);
}

static int draw(struct run *run, struct jaxl_error *err)
{
    struct jaxl_buf dot;
    int code;

    jaxl_buf_init(&dot, (size_t)256 * 1024 * 1024);
    code = jaxl_ivr_dot(run->tree, &dot, err);
    if (!code && fwrite(jaxl_buf_text(&dot), 1, dot.len, stdout) != dot.len)
        code = jaxl_error_set(err, errno == EPIPE ? JAXL_EEND : JAXL_EIO, "writing: %s",
                              strerror(errno));
    jaxl_buf_free(&dot);
    return code;
}

static int walk(struct run *run, struct jaxl_error *err)
{
    const struct jaxl_ivr_walk_options options = {.start = run->o->start, .keys = run->o->walk};
    size_t n;
    const char *const *columns = jaxl_ivr_walk_columns(&n);
    int code = output_open(&run->out, run->o, text_walk, columns, n, err);

    return code ? code : jaxl_ivr_walk(run->tree, &options, output_record, &run->out, err);
}

static int make_plan(struct run *run, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const struct jaxl_ivr_plan_options options = {.state = o->state_path,
                                                  .prune = o->prune,
                                                  .lock = o->mode == MODE_APPLY,
                                                  .connections = (unsigned)o->connections,
                                                  .watch = &run->watch,
                                                  .report = on_problem};
    size_t n;
    const char *const *columns = jaxl_ivr_plan_columns(&n);
    int code = output_open(&run->out, o, text_change, columns, n, err);

    return code ? code : jaxl_ivr_plan_new(&run->plan, run->tree, run->session, &options, err);
}

static int plan(struct run *run, struct jaxl_error *err)
{
    int code = make_plan(run, err);

    return code ? code : jaxl_ivr_plan_write(run->plan, output_record, &run->out, err);
}

static int apply(struct run *run, struct jaxl_error *err)
{
    const struct jaxl_ivr_totals *t;
    int code = make_plan(run, err);

    if (code)
        return code;
    t = jaxl_ivr_plan_totals(run->plan);
    run->refused = !run->o->yes && t->disable && (isatty(STDIN_FILENO) || isatty(STDERR_FILENO)) &&
                   !confirm_disabling(run->plan);
    if (run->refused)
        return jaxl_error_set(
            err, JAXL_EARG, "nothing was changed: --prune was not confirmed (--yes does not ask)");
    run->out.total = summary_changes(t) + t->unchanged;
    code = jaxl_ivr_plan_apply(run->plan, output_record, &run->out, err);
    cli_progress_hide();
    return code;
}

/* What a plan comes to, said and as the exit status. */
static int conclude(struct run *run, int status)
{
    const struct jaxl_ivr_totals *t;

    if (!run->plan)
        return status;
    t = jaxl_ivr_plan_totals(run->plan);
    if (!run->o->common.quiet && !run->refused)
        summary_print(t, run->o->mode == MODE_APPLY);
    if (status == CLI_DONE && run->o->mode == MODE_PLAN && summary_changes(t))
        return CLI_DIFFERENT;
    return status;
}

static int run_mode(struct run *run, const struct jaxl_log *log, struct jaxl_error *err)
{
    static int (*const modes[])(struct run *, struct jaxl_error *) = {[MODE_APPLY] = apply,
                                                                      [MODE_PLAN] = plan,
                                                                      [MODE_EXPORT] = export,
                                                                      [MODE_DOT] = draw,
                                                                      [MODE_WALK] = walk};
    const struct options *o = run->o;
    int code = open_session(run, log, err), late;
    struct jaxl_error late_err = {0};

    if (!code)
        code = jaxl_ivr_new(&run->tree, err);
    if (!code)
        code = o->mode == MODE_EXPORT || o->account ? load_account(run, err) : read_input(run, err);
    if (!code)
        code = modes[o->mode](run, err);
    late = output_finish(&run->out, &late_err); /* also what came before an error */
    if (!code && late) {
        *err = late_err;
        code = late;
    }
    return code;
}

static int run_all(const struct options *o)
{
    const struct jaxl_log log = {.level = o->common.verbose ? JAXL_LOG_INFO : JAXL_LOG_WARNING,
                                 .write = on_log};
    struct run run = {.o = o};
    struct jaxl_error err = {0};
    int status = CLI_DONE, code;

    cli_progress_start(o->common.quiet ? CLI_PROGRESS_NEVER : (enum cli_progress_mode)o->progress);
    code = run_mode(&run, o->common.quiet ? NULL : &log, &err);
    cli_progress_hide();
    if (code && code != JAXL_EEND && code != JAXL_ESTOPPED)
        status = cli_fail(IVR_APPLY, &err);
    status = conclude(&run, status);
    if (cli_signals_stop())
        status = cli_exit_worse(status, CLI_SIGNAL + cli_signals_stop());
    jaxl_ivr_plan_free(&run.plan);
    jaxl_ivr_free(&run.tree);
    jaxl_session_free(&run.session);
    output_free(&run.out);
    return cli_close_stdout(IVR_APPLY, status);
}

int main(int argc, char **argv)
{
    struct options options;
    int status = cli_hold_files(IVR_APPLY);

    if (status != CLI_GO_ON)
        return status;
    status = options_parse(&options, argc, argv);
    if (status == CLI_GO_ON)
        status = run_all(&options);
    options_free(&options);
    return status;
}
