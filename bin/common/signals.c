#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "common/signals.h"

static int pipe_fds[2] = {-1, -1};
static volatile sig_atomic_t first_stop, stops, state_wanted, second_ends, hung_up;

static void on_signal(int n)
{
    int saved = errno;
    ssize_t told;

    if (n == SIGUSR1) {
        state_wanted = 1;
    } else if (n == SIGHUP) {
        hung_up = 1;
    } else {
        if (!first_stop)
            first_stop = n;
        if (stops < 2)
            stops = stops + 1;
        if (second_ends) {
            (void)signal(SIGINT, SIG_DFL);
            (void)signal(SIGTERM, SIG_DFL);
        }
    }
    told = write(pipe_fds[1], "", 1);
    (void)told; /* full: whoever polls is woken already */
    errno = saved;
}

int cli_signals_start(void)
{
    static const int handled[] = {SIGINT, SIGTERM, SIGUSR1};
    struct sigaction sa = {.sa_handler = on_signal};

    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK))
        return -1;
    sigemptyset(&sa.sa_mask);
    for (unsigned i = 0; i < sizeof handled / sizeof handled[0]; i++) {
        struct sigaction old;
        /* a shell without job control starts background jobs with SIGINT ignored: leave it so */
        if (sigaction(handled[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
            continue;
        if (sigaction(handled[i], &sa, NULL))
            return -1;
    }
    sa.sa_handler = SIG_IGN;
    return sigaction(SIGPIPE, &sa, NULL) ? -1 : pipe_fds[0];
}

int cli_signals_take_hangup(void)
{
    struct sigaction sa = {.sa_handler = on_signal};

    sigemptyset(&sa.sa_mask);
    return sigaction(SIGHUP, &sa, NULL);
}

void cli_signals_second_ends(void)
{
    second_ends = 1;
    if (first_stop) {
        (void)signal(SIGINT, SIG_DFL);
        (void)signal(SIGTERM, SIG_DFL);
    }
}

void cli_signals_drain(void)
{
    char bytes[64];

    while (read(pipe_fds[0], bytes, sizeof bytes) > 0)
        continue;
}

int cli_signals_stop(void)
{
    return first_stop;
}

bool cli_signals_stop_now(void)
{
    return stops > 1;
}

bool cli_signals_hangup(void)
{
    bool came = hung_up;

    hung_up = 0;
    return came;
}

bool cli_signals_state(void)
{
    bool wanted = state_wanted;

    state_wanted = 0;
    return wanted;
}
