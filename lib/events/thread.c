#include "events/thread.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int jaxl_thread_waker(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void jaxl_thread_wake(int waker)
{
    const uint64_t one = 1;
    int before = errno;

    (void)!write(waker, &one, sizeof one); /* full: it is awake anyhow */
    errno = before;
}

int jaxl_thread_start(pthread_t *thread, void *(*work)(void *), void *arg, const char *what,
                      struct jaxl_error *err)
{
    sigset_t all, before;
    int why;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    why = pthread_create(thread, NULL, work, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return why ? jaxl_error_set(err, JAXL_EIO, "%s: no thread: %s", what, strerror(why)) : 0;
}

void jaxl_thread_sleep(struct pollfd *p, unsigned n, int64_t span)
{
    int64_t left = span > 0 ? span : 0;
    struct timespec ts = {.tv_sec = left / JAXL_SECOND, .tv_nsec = left % JAXL_SECOND * 1000};
    uint64_t count;

    if (ppoll(p, n, span == INT64_MAX ? NULL : &ts, NULL) < 0)
        for (unsigned i = 0; i < n; i++)
            p[i].revents = 0;
    if (p[0].revents)
        (void)!read(p[0].fd, &count, sizeof count);
}
