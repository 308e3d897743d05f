/* A report over a text that is in memory: from a file, or from a pipe in pieces. */
#ifndef JAXL_REPORT_RUN_H
#define JAXL_REPORT_RUN_H

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "jaxl/buf.h"
#include "jaxl/report.h"
#include "unit.h"

enum { RAN_MAX = 256 * 1024 * 1024 };

struct ran {
    int code;
    struct jaxl_error err;
    struct jaxl_report_totals totals;
    struct jaxl_buf views[JAXL_REPORT_VIEWS], rejects; /* a line for each row, and reject */
};

/* xorshift64 (G. Marsaglia); *state must not be 0. */
static inline uint64_t ran_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

struct ran_feed {
    const char *text;
    size_t len;
    uint64_t seed;
    int fd;
};

static inline void *ran_feed(void *ctx)
{
    const struct ran_feed *f = ctx;
    uint64_t seed = f->seed;

    for (size_t at = 0; at < f->len;) {
        size_t n = 1 + ran_random(&seed) % (ran_random(&seed) % 4 ? 70000 : 30);
        ssize_t done = write(f->fd, f->text + at, n < f->len - at ? n : f->len - at);
        if (done <= 0)
            break;
        at += (size_t)done;
    }
    close(f->fd);
    return NULL;
}

static inline int ran_reject(void *ctx, const char *lines, size_t len, struct jaxl_error *err)
{
    struct ran *ran = ctx;

    (void)err;
    jaxl_buf_add(&ran->rejects, lines, len);
    return 0;
}

static inline int ran_put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    (void)err;
    jaxl_buf_add(ctx, json, len);
    jaxl_buf_putc(ctx, '\n');
    return 0;
}

static inline int ran_read(struct jaxl_report *r, const char *text, size_t len, uint64_t pieces,
                           struct jaxl_error *err)
{
    struct ran_feed f = {text, len, pieces, -1};
    pthread_t thread;
    int fds[2], rc;
    FILE *file;

    if (pieces) {
        ck_assert_int_eq(pipe(fds), 0);
        f.fd = fds[1];
        ck_assert_int_eq(pthread_create(&thread, NULL, ran_feed, &f), 0);
        rc = jaxl_report_read(r, fds[0], "calls", err);
        close(fds[0]);
        pthread_join(thread, NULL);
        return rc;
    }
    file = tmpfile();
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, len, file), len);
    rewind(file);
    rc = jaxl_report_read(r, fileno(file), "calls", err);
    fclose(file);
    return rc;
}

/* pieces: 0 for a file, else a seed. To be freed with ran_free. */
static inline void ran_text(struct ran *ran, const struct jaxl_report_options *options,
                            const char *text, size_t len, uint64_t pieces)
{
    struct jaxl_report_options o = *options;
    struct jaxl_report *r = NULL;

    memset(ran, 0, sizeof *ran);
    jaxl_buf_init(&ran->rejects, RAN_MAX);
    o.reject = ran_reject;
    o.ctx = ran;
    ran->code = jaxl_report_new(&r, &o, &ran->err);
    if (!ran->code)
        ran->code = ran_read(r, text, len, pieces, &ran->err);
    if (!ran->code)
        ran->code = jaxl_report_finish(r, &ran->err);
    for (int v = 0; v < JAXL_REPORT_VIEWS; v++) {
        jaxl_buf_init(&ran->views[v], RAN_MAX);
        if (!ran->code)
            ran->code =
                jaxl_report_write(r, (enum jaxl_report_view)v, ran_put, &ran->views[v], &ran->err);
    }
    if (!ran->code)
        ran->totals = *jaxl_report_totals(r);
    jaxl_report_free(&r);
}

static inline void ran_free(struct ran *ran)
{
    for (int v = 0; v < JAXL_REPORT_VIEWS; v++)
        jaxl_buf_free(&ran->views[v]);
    jaxl_buf_free(&ran->rejects);
}

#define RAN_ADDS_UP(t)                                                                             \
    ck_assert_uint_eq((t)->records, (t)->counted + (t)->provisional + (t)->repeats +               \
                                        (t)->not_calls + (t)->outside + (t)->rejects)

#endif
