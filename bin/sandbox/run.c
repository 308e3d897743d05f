/* Running: a command within the environment, or serving until a signal. Signals are blocked in
 * every thread and taken one by one here. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/world.h"

static const int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGUSR1};

static sigset_t handled_set(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
        sigaddset(&set, handled[i]);
    return set;
}

void run_block_signals(void)
{
    sigset_t set = handled_set();

    signal(SIGPIPE, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void run_print_state(struct world *w)
{
    char usd[JAXL_MONEY_TEXT], inr[JAXL_MONEY_TEXT];
    struct jaxl_money left[CURRENCIES];

    pthread_mutex_lock(&w->lock);
    campaigns_run(w, world_now(w));
    for (int i = 1; i < CURRENCIES; i++)
        left[i] = wallet_balance(w, i, world_now(w));
    cli_message(SANDBOX, "%llu requests, %zu calls (%zu not final), balance %s USD, %s INR",
                (unsigned long long)w->requests, w->calls.n, w->calls.n_pending,
                jaxl_money_format(&left[CURRENCY_USD], usd),
                jaxl_money_format(&left[CURRENCY_INR], inr));
    pthread_mutex_unlock(&w->lock);
}

static void set_variable(void *arg, const char *name, const char *value)
{
    (void)arg;
    setenv(name, value, 1);
}

/* In the child. As env(1) and timeout(1): 127 not found, 126 cannot be run. */
static void become(struct world *w, char **argv)
{
    sigset_t set = handled_set();

    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    (void)w;
    execvp(argv[0], argv);
    cli_message(SANDBOX, "cannot run %s: %s", argv[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

/* A signal from the terminal has reached the command as well; one that was sent to us has not. */
static void pass_on(pid_t child, const siginfo_t *info)
{
    if (info->si_code <= 0)
        kill(child, info->si_signo);
}

static int wait_for(struct world *w, pid_t child)
{
    sigset_t set = handled_set();
    siginfo_t info;
    int status;

    for (;;) {
        if (sigwaitinfo(&set, &info) < 0)
            continue;
        if (info.si_signo == SIGUSR1)
            run_print_state(w);
        else if (info.si_signo != SIGCHLD)
            pass_on(child, &info);
        else if (waitpid(child, &status, WNOHANG) == child)
            break;
    }
    return WIFSIGNALED(status) ? CLI_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

int run_command(struct world *w, char **argv)
{
    pid_t child;

    setup_environment(w, set_variable, NULL); /* before the child: it may not allocate there */
    child = fork();
    if (child == 0)
        become(w, argv);
    if (child < 0) {
        cli_message(SANDBOX, "cannot start %s: %s", argv[0], strerror(errno));
        return CLI_UNAVAILABLE;
    }
    return wait_for(w, child);
}

/* export NAME='value' with every quote in it as '\'' */
static void print_variable(void *arg, const char *name, const char *value)
{
    FILE *f = arg;

    fprintf(f, "export %s='", name);
    for (; *value; value++)
        if (*value == '\'')
            fputs("'\\''", f);
        else
            fputc(*value, f);
    fputs("'\n", f);
}

/* The lines for eval; then the output is let go, so that a $(...) around us ends. */
static int announce(const struct world *w)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC), code = 0;

    setup_environment(w, print_variable, stdout);
    if (fflush(stdout) || ferror(stdout)) {
        cli_message(SANDBOX, "cannot write to standard output: %s", strerror(errno));
        code = CLI_IO;
    }
    if (null >= 0) {
        dup2(null, STDOUT_FILENO);
        if (w->options.background)
            dup2(null, STDERR_FILENO);
        close(null);
    }
    return code;
}

int run_serve(struct world *w)
{
    sigset_t set = handled_set();
    siginfo_t info;
    int code = announce(w);

    while (!code)
        if (sigwaitinfo(&set, &info) < 0)
            continue;
        else if (info.si_signo == SIGUSR1)
            run_print_state(w);
        else if (info.si_signo != SIGCHLD)
            code = CLI_SIGNAL + info.si_signo;
    return code;
}
