/* A thread of the library's own that sleeps in poll, and is woken through an eventfd. */
#ifndef EVENTS_THREAD_H
#define EVENTS_THREAD_H

#include <poll.h>
#include <pthread.h>
#include <stdint.h>

#include "jaxl/clock.h"
#include "jaxl/error.h"

/* The descriptor that wakes it; -1: errno. */
int jaxl_thread_waker(void);
/* From any thread, also from a signal handler; errno stays. */
void jaxl_thread_wake(int waker);

/* Starts it with all signals blocked: they are the program's. what it is for, for messages.
 * JAXL_EIO. */
int jaxl_thread_start(pthread_t *thread, void *(*work)(void *), void *arg, const char *what,
                      struct jaxl_error *err);

/* Sleeps until one of n descriptors is ready (p[0] is the waker, which is made quiet again), a
 * signal came or span microseconds are over (0 and less: does not sleep; INT64_MAX: for ever). All
 * revents are set. */
void jaxl_thread_sleep(struct pollfd *p, unsigned n, int64_t span);

#endif
