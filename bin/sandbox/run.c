/* Running: a command within the environment, or serving until a signal. Signals are blocked in
 * every thread and taken one by one here, but for those that we were started to ignore. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/world.h"

static const int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGUSR1};

static const int64_t TOGETHER = JAXL_SECOND; /* the same signal from the same sender counts once */

/* What we take, and how things were before; set once, before there are threads. */
static sigset_t taken, mask_before;
static struct sigaction pipe_before, child_before;

void run_block_signals(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN}, usual = {.sa_handler = SIG_DFL};
    struct sigaction old;

    sigaction(SIGPIPE, &ignore, &pipe_before);
    sigaction(SIGCHLD, &usual, &child_before); /* ignored, there would be no status to wait for */
    sigemptyset(&taken);
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
        if (sigaction(handled[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaddset(&taken, handled[i]);
    pthread_sigmask(SIG_BLOCK, &taken, &mask_before);
}

void run_print_state(struct world *w)
{
    char usd[JAXL_MONEY_TEXT], inr[JAXL_MONEY_TEXT];
    struct jaxl_money left[CURRENCIES];
    const struct play *p = &w->play;

    pthread_mutex_lock(&w->lock);
    campaigns_run(w, world_now(w));
    for (int i = 1; i < CURRENCIES; i++)
        left[i] = wallet_balance(w, i, world_now(w));
    cli_message(SANDBOX, "%llu requests, %zu calls (%zu not final), balance %s USD, %s INR",
                (unsigned long long)w->requests, w->calls.n, w->calls.n_pending + p->playing,
                jaxl_money_format(&left[CURRENCY_USD], usd),
                jaxl_money_format(&left[CURRENCY_INR], inr));
    if (p->latency.count || p->wrong || p->playing)
        cli_message(SANDBOX,
                    "%zu calls are played; %llu webhooks answered, p50 %.1f ms, p99 %.1f ms, max "
                    "%.1f ms; %llu without a good answer",
                    p->playing, (unsigned long long)p->latency.count,
                    (double)latency_percentile(&p->latency, 50) / 1000,
                    (double)latency_percentile(&p->latency, 99) / 1000,
                    (double)p->latency.most / 1000, (unsigned long long)p->wrong);
    pthread_mutex_unlock(&w->lock);
}

static void set_variable(void *arg, const char *name, const char *value)
{
    (void)arg;
    setenv(name, value, 1);
}

/* The command, and the last signal that was passed on to it. */
struct command {
    pid_t pid;
    bool own_group;
    siginfo_t last;
    int64_t last_at;
};

/* Whether the terminal's signals reach us, and a command that stays in our process group. */
static bool in_foreground(void)
{
    int tty = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    bool front = tty >= 0 && tcgetpgrp(tty) == getpgrp();

    if (tty >= 0)
        close(tty);
    return front;
}

/* In the child. As env(1) and timeout(1): 127 not found, 126 cannot be run. */
static void become(const struct command *c, pid_t parent, char **argv)
{
    if (c->own_group) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* what kills all of our group has to reach it, too */
        if (getppid() != parent)
            raise(SIGTERM);
    }
    sigaction(SIGPIPE, &pipe_before, NULL);
    sigaction(SIGCHLD, &child_before, NULL);
    pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
    execvp(argv[0], argv);
    cli_message(SANDBOX, "cannot run %s: %s", argv[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

/* timeout(1) sends its signal to us and then to our group. */
static bool again(struct command *c, const siginfo_t *info)
{
    int64_t now = jaxl_clock_mono(jaxl_clock_system());
    bool same = info->si_code == SI_USER && c->last.si_code == SI_USER &&
                info->si_signo == c->last.si_signo && info->si_pid == c->last.si_pid &&
                now - c->last_at < TOGETHER;

    c->last = *info;
    c->last_at = now;
    return same;
}

/* A command in a group of its own gets everything from us. One that shares ours has got what came
 * from the terminal, but not what was sent to us. */
static void pass_on(struct command *c, const siginfo_t *info)
{
    if (again(c, info))
        return;
    if (c->own_group)
        kill(-c->pid, info->si_signo);
    else if (info->si_code <= 0)
        kill(c->pid, info->si_signo);
}

static int wait_for(struct world *w, struct command *c)
{
    siginfo_t info;
    int status;

    for (;;) {
        if (sigwaitinfo(&taken, &info) < 0)
            continue;
        if (info.si_signo == SIGUSR1)
            run_print_state(w);
        else if (info.si_signo != SIGCHLD)
            pass_on(c, &info);
        else if (waitpid(c->pid, &status, WNOHANG) == c->pid)
            break;
    }
    return WIFSIGNALED(status) ? CLI_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

int run_command(struct world *w, char **argv)
{
    struct command c = {.own_group = !in_foreground()};
    pid_t parent = getpid();

    setup_environment(w, set_variable, NULL); /* before the child: it may not allocate there */
    c.pid = fork();
    if (c.pid == 0)
        become(&c, parent, argv);
    if (c.pid < 0) {
        cli_message(SANDBOX, "cannot start %s: %s", argv[0], strerror(errno));
        return CLI_UNAVAILABLE;
    }
    if (c.own_group)
        setpgid(c.pid, c.pid); /* here as well: a signal may come before the child has run */
    return wait_for(w, &c);
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
    siginfo_t info;
    int code = announce(w);

    while (!code)
        if (sigwaitinfo(&taken, &info) < 0)
            continue;
        else if (info.si_signo == SIGUSR1)
            run_print_state(w);
        else if (info.si_signo != SIGCHLD)
            code = CLI_SIGNAL + info.si_signo;
    return code;
}
