/* jaxl-sandbox: a Jaxl platform on this machine. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cli.h"
#include "sandbox/server.h"

#define FIELD(name) offsetof(struct options, name)

static const struct cli_option option_table[] = {
    {.name = "dir",
     .letter = 'd',
     .kind = CLI_TEXT,
     .metavar = "DIR",
     .offset = FIELD(dir),
     .help = "keep the state in DIR between runs"},
    {.name = "journal",
     .letter = 'j',
     .kind = CLI_TEXT,
     .metavar = "FILE",
     .offset = FIELD(journal),
     .help = "append every request and every call really placed to FILE, as NDJSON"},
    {.name = "port",
     .letter = 'p',
     .kind = CLI_UINT,
     .metavar = "N",
     .max = 65534,
     .offset = FIELD(port),
     .help = "serve calls on port N of 127.0.0.1 and the rest on N+1 (default: any free ports)"},
    {.name = "background",
     .letter = 'b',
     .kind = CLI_FLAG,
     .offset = FIELD(background),
     .help = "print the environment, then go on in the background"},
    {.kind = CLI_HEADING, .help = "What happens to calls"},
    {.name = "seed",
     .kind = CLI_UINT,
     .metavar = "N",
     .offset = FIELD(seed),
     .help = "of what happens to ordinary numbers (default 1)"},
    {.name = "speed",
     .kind = CLI_UINT,
     .metavar = "N",
     .min = 1,
     .max = 1000000,
     .offset = FIELD(speed),
     .help = "let calls live N times as fast (default 1)"},
    {.name = "number",
     .kind = CLI_LIST,
     .metavar = "E164",
     .offset = FIELD(numbers),
     .help = "a further number of the organisation; may be repeated"},
    {.name = "recharge",
     .kind = CLI_CUSTOM,
     .metavar = "AMOUNT",
     .offset = FIELD(recharge),
     .parse = amount_parse,
     .help = "what a new wallet holds, in each currency (default 1000000)"},
    {.kind = CLI_HEADING, .help = "Webhooks"},
    {.name = "webhook",
     .kind = CLI_CUSTOM,
     .metavar = "[HOST:]PORT",
     .offset = FIELD(webhook),
     .parse = hook_server_parse,
     .help = "deliver all webhooks there, over plain HTTP (default: to nobody)"},
    {.name = "webhook-header",
     .kind = CLI_LIST,
     .metavar = "HEADER",
     .offset = FIELD(webhook_headers),
     .help = "send this header ('Name: value', @FILE: those in FILE); may be repeated"},
    {.name = "webhook-timeout",
     .kind = CLI_SPAN,
     .metavar = "TIME",
     .min = JAXL_MSEC,
     .max = 600 * (uint64_t)JAXL_SECOND,
     .offset = FIELD(webhook_timeout),
     .help = "how long an answer may take (default 10s)"},
    {.name = "callers",
     .kind = CLI_TEXT,
     .metavar = "FILE",
     .offset = FIELD(callers),
     .help = "what callers press, and who calls in, as NDJSON"},
    {.kind = CLI_HEADING, .help = "Faults"},
    {.name = "fault",
     .kind = CLI_CUSTOM,
     .metavar = "KIND=RATE,...",
     .offset = FIELD(call_faults),
     .parse = fault_parse,
     .help = "inject faults into placing calls, as reset-after=5%"},
    {.name = "fault-other",
     .kind = CLI_CUSTOM,
     .metavar = "KIND=RATE,...",
     .offset = FIELD(other_faults),
     .parse = fault_parse,
     .help = "inject faults into all other requests"},
    {.name = "fault-at",
     .kind = CLI_CUSTOM,
     .metavar = "METHOD PATH=KIND,...",
     .offset = FIELD(aims),
     .parse = fault_aim_parse,
     .help = "inject these faults, in turn, into the requests of a path, as "
             "'POST /v1/ivr/=reset-after'; may be repeated"},
    {.name = "delay",
     .kind = CLI_SPAN,
     .metavar = "TIME",
     .offset = FIELD(delay),
     .max = 600 * (uint64_t)JAXL_SECOND,
     .help = "hold every answer back for TIME (default 0)"},
    {.name = "slow",
     .kind = CLI_SPAN,
     .metavar = "TIME",
     .offset = FIELD(slow),
     .max = 600 * (uint64_t)JAXL_SECOND,
     .help = "how late a slow answer comes (default 7s)"},
    {.name = "hang",
     .kind = CLI_SPAN,
     .metavar = "TIME",
     .offset = FIELD(hang),
     .min = 1,
     .max = 86400 * (uint64_t)JAXL_SECOND,
     .help = "when a connection that gets no answer is closed (default 10m)"},
};

static const struct cli_program program = {
    .name = SANDBOX,
    .synopsis = "[options] [-- COMMAND [ARGUMENT...]]",
    .summary =
        "A Jaxl platform on this machine, for trying out and for tests: runs COMMAND against "
        "it, or prints the environment for clients and serves until a signal.",
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .command = true,
    .epilogue = "Examples:\n"
                "  jaxl-sandbox -- jaxl-dial --from +12015550199 --message Hello leads.csv\n"
                "  eval \"$(jaxl-sandbox --background --speed 60)\"; ...; kill $JAXL_SANDBOX_PID\n",
};

/* command: NULL to serve until a signal. */
static int serve(struct world *w, char **command)
{
    struct server *server = NULL;
    struct jaxl_error err = {0};
    int status;

    if (setup_open(w, &err) || journal_open(w, &err) || play_read_callers(w, &err) ||
        log_open(w, &err) || play_start(w, &err) || server_start(&server, w, &err)) {
        status = cli_fail(SANDBOX, &err);
    } else if (command) {
        status = run_command(w, command);
    } else {
        status = run_serve(w);
    }
    server_stop(&server);
    play_stop(w);
    if (w->options.common.verbose)
        run_print_state(w);
    auth_forget(w);
    setup_close(w);
    return w->write_failed && !status ? CLI_IO : status;
}

/* As ssh-agent(1): the parent ends when the child has printed its environment, or has failed. */
static int detach(void)
{
    int fds[2], null, status;
    char buffer[4096];
    ssize_t n;
    pid_t child;

    if (pipe(fds) || (child = fork()) < 0) {
        cli_message(SANDBOX, "cannot go into the background");
        return CLI_UNAVAILABLE;
    }
    if (child == 0) {
        setsid();
        null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDIN_FILENO);
        dup2(fds[1], STDOUT_FILENO);
        close(fds[0]);
        close(fds[1]);
        return CLI_GO_ON;
    }
    close(fds[1]);
    status = CLI_UNAVAILABLE;
    while ((n = read(fds[0], buffer, sizeof buffer)) > 0) {
        fwrite(buffer, 1, (size_t)n, stdout);
        status = CLI_DONE;
    }
    if (status && waitpid(child, &status, 0) == child)
        status = WIFEXITED(status) ? WEXITSTATUS(status) : CLI_UNAVAILABLE;
    return cli_close_stdout(SANDBOX, status);
}

int main(int argc, char **argv)
{
    struct options options = {.seed = 1,
                              .speed = 1,
                              .slow = 7 * JAXL_SECOND,
                              .hang = 600 * JAXL_SECOND,
                              .webhook_timeout = 10 * JAXL_SECOND,
                              .recharge = jaxl_money_int(1000000)};
    struct jaxl_error err = {0};
    struct world world;
    char **command;
    int status = cli_hold_files(program.name);

    if (status != CLI_GO_ON)
        return status;
    status = cli_parse(&program, argc, argv, &options);
    command = options.common.n_operands ? argv + argc - options.common.n_operands : NULL;
    if (status == CLI_GO_ON && options.background && command) {
        cli_message(SANDBOX, "--background goes without a command");
        status = CLI_USAGE;
    }
    if (status == CLI_GO_ON && options.background)
        status = detach();
    if (status == CLI_GO_ON) {
        run_block_signals();
        cli_raise_files();
        status =
            world_init(&world, &options, &err) ? cli_fail(SANDBOX, &err) : serve(&world, command);
        world_free(&world);
    }
    cli_free(&program, &options);
    return status;
}
