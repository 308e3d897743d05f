#include "events/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Not 0, 1 or 2, which are set in the child one after the other. */
static bool move_up(int *fd)
{
    int other;

    if (*fd > STDERR_FILENO)
        return true;
    other = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close_fd(fd);
    *fd = other;
    return other >= 0;
}

/* A pipe whose ends no other child has; ours, the first or the second, does not wait. */
static bool make_pipe(int fds[2], int ours)
{
    return pipe2(fds, O_CLOEXEC) == 0 && move_up(&fds[0]) && move_up(&fds[1]) &&
           fcntl(fds[ours], F_SETFL, O_NONBLOCK) == 0;
}

/* 0 or errno. What the program has ignored for itself is as it was for others; it handles or blocks
 * other signals, which exec and the mask undo. */
static int set_up(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, int in, int out)
{
    sigset_t none, ignored;
    int why;

    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    sigaddset(&ignored, SIGXFSZ);
    why = posix_spawn_file_actions_adddup2(actions, in, STDIN_FILENO);
    if (!why)
        why = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
    if (!why)
        why = posix_spawnattr_setsigmask(attr, &none);
    if (!why)
        why = posix_spawnattr_setsigdefault(attr, &ignored);
    if (!why)
        why = posix_spawnattr_setpgroup(attr, 0);
    if (!why)
        why = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                 POSIX_SPAWN_SETSIGDEF);
    return why;
}

static int spawn(pid_t *pid, const char *command, int in, int out)
{
    static char shell[] = "sh", dash_c[] = "-c";
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    char *text = strdup(command);
    char *argv[] = {shell, dash_c, text, NULL};
    int why = text ? posix_spawn_file_actions_init(&actions) : ENOMEM;

    if (!why) {
        why = posix_spawnattr_init(&attr);
        if (!why) {
            why = set_up(&actions, &attr, in, out);
            if (!why)
                why = posix_spawn(pid, "/bin/sh", &actions, &attr, argv, environ);
            posix_spawnattr_destroy(&attr);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    free(text);
    return why;
}

int jaxl_child_start(struct jaxl_child *c, const char *command, struct jaxl_error *err)
{
    int to[2] = {-1, -1}, from[2] = {-1, -1}, why;

    *c = (struct jaxl_child){.in = -1, .out = -1};
    if (!make_pipe(to, 1) || !make_pipe(from, 0))
        why = errno;
    else
        why = spawn(&c->pid, command, to[0], from[1]);
    close_fd(&to[0]);
    close_fd(&from[1]);
    if (!why) {
        c->in = to[1];
        c->out = from[0];
        return 0;
    }
    close_fd(&to[1]);
    close_fd(&from[0]);
    c->pid = 0;
    return jaxl_error_set(err, JAXL_EIO, "cannot start /bin/sh: %s", strerror(why));
}

void jaxl_child_close_in(struct jaxl_child *c)
{
    close_fd(&c->in);
}

void jaxl_child_close_out(struct jaxl_child *c)
{
    close_fd(&c->out);
}

void jaxl_child_kill(const struct jaxl_child *c, int signal)
{
    if (c->pid)
        (void)kill(-c->pid, signal);
}

bool jaxl_child_ended(struct jaxl_child *c, int *status)
{
    siginfo_t info = {.si_pid = 0};

    if (!c->pid)
        return false;
    *status = 0;
    if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
        if (!info.si_pid)
            return false;
        jaxl_child_kill(c, SIGKILL); /* until it is collected no other group can have its number */
        while (waitpid(c->pid, status, 0) < 0 && errno == EINTR)
            ;
    } /* or else a program that ignores SIGCHLD has it collected by the system */
    close_fd(&c->in);
    close_fd(&c->out);
    c->pid = 0;
    return true;
}
