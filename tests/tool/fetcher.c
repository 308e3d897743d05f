/* fetcher KIND [--cursor FILE] [--since T] [--until T] [--currency CODE] [--connections N]
 *         [--file]: writes what jaxl_fetch fetches, an NDJSON line a record; then the totals to
 * standard error, as a JSON object. --file: standard output is told to be where it goes. The first
 * SIGINT or SIGTERM ends it. Exit status: 0, 75 busy, 78 refused cursor, 69 all other failures. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "jaxl/clock.h"
#include "jaxl/fetch.h"
#include "jaxl/payments.h"

static int put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    if (fwrite(json, 1, len, ctx) == len && putc('\n', ctx) != EOF)
        return 0;
    return jaxl_error_set(err, errno == EPIPE ? JAXL_EEND : JAXL_EIO, "output: %s",
                          strerror(errno));
}

static int flush(void *ctx, struct jaxl_error *err)
{
    return fflush(ctx) ? jaxl_error_set(err, errno == EPIPE ? JAXL_EEND : JAXL_EIO, "output: %s",
                                        strerror(errno))
                       : 0;
}

static void report(void *ctx, const char *message)
{
    (void)ctx;
    fprintf(stderr, "fetcher: %s\n", message);
}

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)level;
    report(ctx, message);
}

static bool stop(void *ctx)
{
    const struct jaxl_session_watch *w = ctx;
    struct signalfd_siginfo info;

    return read(w->fd, &info, sizeof info) == sizeof info;
}

static int usage(const char *what)
{
    fprintf(stderr, "fetcher: %s\n", what);
    return 64;
}

static int read_options(int argc, char **argv, struct jaxl_fetch_options *o)
{
    int kind = argc > 1 ? jaxl_fetch_kind_parse(argv[1]) : -1;

    if (kind < 0)
        return usage("what?");
    o->kind = (enum jaxl_fetch_kind)kind;
    for (int i = 2; i < argc; i++) {
        const char *name = argv[i], *value;
        int rc = 0;
        if (strcmp(name, "--file") == 0) {
            o->output_fd = STDOUT_FILENO;
            continue;
        }
        value = ++i < argc ? argv[i] : "";
        if (strcmp(name, "--cursor") == 0)
            o->cursor = value;
        else if (strcmp(name, "--since") == 0)
            rc = jaxl_clock_parse(value, strlen(value), &o->start);
        else if (strcmp(name, "--until") == 0)
            rc = jaxl_clock_parse(value, strlen(value), &o->end);
        else if (strcmp(name, "--currency") == 0)
            o->currency = jaxl_payments_currency_parse(value);
        else if (strcmp(name, "--connections") == 0)
            o->connections = (unsigned)atoi(value);
        else
            rc = -1;
        if (rc)
            return usage(name);
    }
    return 0;
}

static void say(const struct jaxl_fetch_totals *t)
{
    fprintf(stderr,
            "{\"written\":%" PRIu64 ",\"provisional\":%" PRIu64 ",\"held\":%" PRIu64
            ",\"repeats\":%" PRIu64 ",\"gone\":%" PRIu64 ",\"pages\":%" PRIu64 ",\"again\":%" PRIu64
            ",\"cut\":%" PRIu64 "}\n",
            t->written, t->provisional, t->held, t->repeats, t->gone, t->pages, t->again, t->cut);
}

static int status_of(int code)
{
    switch (code) {
    case 0:
    case JAXL_EEND:
        return 0;
    case JAXL_EBUSY:
        return 75;
    case JAXL_ECONFIG:
        return 78;
    case JAXL_EINPUT:
        return 65;
    case JAXL_EARG:
        return 64;
    case JAXL_ESTOPPED:
        return 143;
    default:
        return 69;
    }
}

static int fetch(const struct jaxl_fetch_options *o, const struct jaxl_session_options *session,
                 struct jaxl_error *err)
{
    struct jaxl_fetch_totals totals = {0};
    struct jaxl_session *s = NULL;
    int rc = jaxl_session_new(&s, session, err);

    if (!rc)
        rc = jaxl_fetch(s, o, put, flush, stdout, &totals, err);
    jaxl_session_free(&s);
    say(&totals);
    return rc;
}

int main(int argc, char **argv)
{
    const struct jaxl_log log = {.write = on_log, .level = JAXL_LOG_WARNING};
    struct jaxl_session_watch watch = {.stop = stop, .ctx = &watch};
    struct jaxl_session_options session = {.log = &log, .watch = &watch, .keep = true};
    struct jaxl_fetch_options o = {
        .start = INT64_MIN, .end = INT64_MAX, .output_fd = -1, .watch = &watch, .report = report};
    struct jaxl_error err = {0};
    sigset_t signals;
    int rc = read_options(argc, argv, &o);

    if (rc)
        return rc;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    watch.fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    session.connections = o.connections;
    rc = fetch(&o, &session, &err);
    if (rc)
        report(NULL, err.message);
    return status_of(rc);
}
