/* For tests of what has threads: waiting for what a callback tells, with a deadline; a log that is
 * kept; and a clock that stands still until it is moved. For one source file. */
#ifndef JAXL_UNIT_THREADS_H
#define JAXL_UNIT_THREADS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "jaxl/clock.h"
#include "jaxl/log.h"
#include "unit.h"

enum { PATIENCE = 60 /* seconds */ };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char test_log_text[65536]; /* under the lock */

/* Waits until condition holds, which is looked at under the lock; whoever changes what it depends
 * on says so. */
#define AWAIT(condition)                                                                           \
    do {                                                                                           \
        struct timespec until_;                                                                    \
        int late_ = 0;                                                                             \
        clock_gettime(CLOCK_REALTIME, &until_);                                                    \
        until_.tv_sec += PATIENCE;                                                                 \
        pthread_mutex_lock(&lock);                                                                 \
        while (!(condition) && !late_)                                                             \
            late_ = pthread_cond_timedwait(&changed, &lock, &until_);                              \
        late_ = !(condition);                                                                      \
        pthread_mutex_unlock(&lock);                                                               \
        ck_assert_msg(!late_, "never: %s", #condition);                                            \
    } while (0)

/* Polls with a deadline, for what nobody signals. */
#define UNTIL(condition)                                                                           \
    do {                                                                                           \
        int64_t until_ = jaxl_clock_mono(jaxl_clock_system()) + PATIENCE * JAXL_SECOND;            \
        while (!(condition) && jaxl_clock_mono(jaxl_clock_system()) < until_)                      \
            jaxl_clock_sleep(jaxl_clock_system(), JAXL_MSEC);                                      \
        ck_assert_msg(condition, "never: %s", #condition);                                         \
    } while (0)

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    size_t n;

    (void)ctx, (void)level;
    pthread_mutex_lock(&lock);
    n = strlen(test_log_text);
    snprintf(test_log_text + n, sizeof test_log_text - n, "%s\n", message);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static const struct jaxl_log test_log = {.level = JAXL_LOG_DEBUG, .write = on_log};

/* Whether the log has this text. */
static inline bool has_logged(const char *text)
{
    bool has;

    pthread_mutex_lock(&lock);
    has = strstr(test_log_text, text) != NULL;
    pthread_mutex_unlock(&lock);
    return has;
}

/* Moved by hand. */
static _Atomic int64_t hand;

static int64_t hand_mono(void *ctx)
{
    (void)ctx;
    return hand;
}

static inline const struct jaxl_clock *hand_clock(void)
{
    static struct jaxl_clock c;

    c = *jaxl_clock_system();
    c.mono = hand_mono;
    return &c;
}

#endif
