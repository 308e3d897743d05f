/* A dialer over the scripted platform: leads in, records out. */
#ifndef JAXL_UNIT_DIALER_FIXTURE_H
#define JAXL_UNIT_DIALER_FIXTURE_H

#include <string.h>
#include <unistd.h>

#include "jaxl/dialer.h"
#include "session_fixture.h"

/* The first step of every script: the proof of recharges. */
#define DIALED_TOTAL                                                                               \
    {                                                                                              \
        .status = 200, .body = "{\"total\": \"5\", \"symbol\": \"x\", \"signed\": \"sig\"}"        \
    }
/* An empty list of calls. */
#define DIALED_NO_CALLS                                                                            \
    {                                                                                              \
        .status = 200, .body = "{\"count\": 0, \"next\": null, \"results\": []}"                   \
    }

/* What came of a run. */
struct dialed {
    int code;
    struct jaxl_error err;
    char records[8192]; /* NDJSON */
    size_t rejects;
};

static inline int dialed_reject(void *ctx, const char *line, size_t len, struct jaxl_error *err)
{
    (void)line;
    (void)len;
    (void)err;
    ((struct dialed *)ctx)->rejects++;
    return 0;
}

static inline void dialed_read(int fd, struct dialed *out)
{
    size_t len = 0;
    ssize_t n;

    while ((n = read(fd, out->records + len, sizeof out->records - 1 - len)) > 0)
        len += (size_t)n;
    out->records[len] = '\0';
}

/* One run from a new session to the last record. leads: CSV, no more than a pipe holds. before and
 * after (NULL for none) stand around all that the library does but freeing; nothing is asserted
 * between them, so that memory may fail there. */
static inline void dialed_run(struct platform *p, const struct jaxl_dialer_options *options,
                              const char *leads, void (*before)(void), void (*after)(void),
                              struct dialed *out)
{
    struct jaxl_dialer_options o = *options;
    struct jaxl_record_reader *reader = NULL;
    struct jaxl_record_writer *writer = NULL;
    struct jaxl_session *s = NULL;
    struct jaxl_dialer *d = NULL;
    int in[2], to[2], code;

    memset(out, 0, sizeof *out);
    o.from = "+918012345678";
    o.wake_fd = -1;
    o.reject = dialed_reject;
    o.ctx = out;
    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(to), 0);
    ck_assert_int_eq(write(in[1], leads, strlen(leads)), (ssize_t)strlen(leads));
    close(in[1]);
    if (before)
        before();
    code = jaxl_session_new_env(&s, &p->options, &p->env, &out->err);
    if (!code)
        code = jaxl_record_writer_new(&writer, to[1], NULL, &out->err);
    if (!code)
        code = jaxl_record_reader_new(&reader, in[0], "in", NULL, &out->err);
    if (!code)
        code = jaxl_dialer_new(&d, &o, s, writer, &out->err);
    if (!code) {
        (void)jaxl_dialer_feed(d, reader, &out->err);
        code = jaxl_dialer_finish(d, &out->err);
    }
    if (after)
        after();
    out->code = code;
    jaxl_dialer_free(&d);
    jaxl_record_reader_free(&reader);
    jaxl_record_writer_free(&writer);
    jaxl_session_free(&s);
    close(in[0]);
    close(to[1]);
    dialed_read(to[0], out);
    close(to[0]);
}

static inline unsigned dialed_posts(struct platform *p)
{
    unsigned n = 0;

    while (platform_request(p, "/v1/calls/token/", n + 1))
        n++;
    return n;
}

#endif
