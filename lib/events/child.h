/* A process of our own with a pipe to its standard input and one from its standard output: a shell
 * command, in a process group of its own, so that all of a pipeline can be ended. Its standard
 * error is ours, its signals are as a program expects them, and it has no other descriptor of ours.
 */
#ifndef EVENTS_CHILD_H
#define EVENTS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "jaxl/error.h"

struct jaxl_child {
    pid_t pid; /* 0: none */
    int in;    /* to its standard input, from its standard output; neither waits; -1: closed */
    int out;
};

/* Runs /bin/sh -c command. JAXL_EIO with the reason. */
int jaxl_child_start(struct jaxl_child *c, const char *command, struct jaxl_error *err);
void jaxl_child_close_in(struct jaxl_child *c);
void jaxl_child_close_out(struct jaxl_child *c);
/* Sends a signal to the whole group. */
void jaxl_child_kill(const struct jaxl_child *c, int signal);
/* Whether it has ended. If so the rest of its group is killed, it is collected, its pipes are
 * closed, and *status is as of waitpid. Does not wait. */
bool jaxl_child_ended(struct jaxl_child *c, int *status);

#endif
