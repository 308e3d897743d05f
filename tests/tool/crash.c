/* What a machine may do to a run, preloaded into it (LD_PRELOAD) by tests/tool/dial-crash.sh and
 * ivr-crash.sh:
 *
 *     CRASH_SYNC=SEED:MS    after a sync of a write-ahead log, or of a file that is to replace
 *                           another, some time passes: up to so many milliseconds, mostly less
 *     CRASH_CLOCK=FILE      the wall clock is off by as many seconds as FILE says at that moment */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef int (*sync_fn)(int fd);

static _Thread_local uint64_t state;

/* xorshift64* */
static double chance(uint64_t seed)
{
    if (!state)
        state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (double)(state * UINT64_C(0x2545f4914f6cdd1d) >> 11) / 9007199254740992.0;
}

static int is_log(int fd)
{
    char link[64], path[4096];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path);
    return n > 4 && (memcmp(path + n - 4, "-wal", 4) == 0 || memcmp(path + n - 4, ".new", 4) == 0);
}

static void pass_time(int fd)
{
    const char *text = getenv("CRASH_SYNC"), *colon = text ? strchr(text, ':') : NULL;
    double share, ns;
    struct timespec ts;

    if (!colon || !is_log(fd))
        return;
    share = chance(strtoull(text, NULL, 10));
    ns = share * share * share * strtod(colon + 1, NULL) * 1e6;
    ts = (struct timespec){.tv_sec = (time_t)(ns / 1e9), .tv_nsec = (long)ns % 1000000000};
    nanosleep(&ts, NULL);
}

static int sync_with(const char *name, int fd)
{
    sync_fn real = (sync_fn)dlsym(RTLD_NEXT, name);
    int rc = real(fd);

    pass_time(fd);
    return rc;
}

int fsync(int fd)
{
    return sync_with("fsync", fd);
}

int fdatasync(int fd)
{
    return sync_with("fdatasync", fd);
}

static time_t off(void)
{
    const char *path = getenv("CRASH_CLOCK");
    char text[32] = "0";
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return 0;
    (void)!read(fd, text, sizeof text - 1);
    close(fd);
    return (time_t)strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
    int (*real)(clockid_t, struct timespec *) =
        (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int rc = real(id, ts);

    if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        ts->tv_sec += off();
    return rc;
}

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
    struct timespec ts;
    int rc = clock_gettime(CLOCK_REALTIME, &ts);

    (void)tz;
    *tv = (struct timeval){.tv_sec = ts.tv_sec, .tv_usec = ts.tv_nsec / 1000};
    return rc;
}

time_t time(time_t *at)
{
    struct timespec ts = {0};

    clock_gettime(CLOCK_REALTIME, &ts);
    if (at)
        *at = ts.tv_sec;
    return ts.tv_sec;
}
