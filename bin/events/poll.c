/* Following the platform's list of calls. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/signals.h"
#include "events/run.h"
#include "events/sink.h"
#include "jaxl/filter.h"
#include "jaxl/follow.h"
#include "jaxl/payments.h"

#define INTERVAL (10 * JAXL_SECOND)

struct polling {
    struct run *run;
    struct jaxl_session *session;
    struct jaxl_follow *follow;
    struct jaxl_filter *filter;
    struct jaxl_json_doc *doc;
    struct sink sink;
    uint64_t told;
};

static bool on_signal(void *ctx)
{
    (void)ctx;
    cli_signals_drain();
    return cli_signals_stop() != 0;
}

static int put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct polling *p = ctx;
    const struct jaxl_json *record;
    int rc = jaxl_json_parse(p->doc, json, len, &record, err);

    if (!rc)
        rc = jaxl_filter_test(p->filter, record, err);
    if (rc == JAXL_ELIMIT) { /* the pattern's fault, and the same at every run */
        cli_message(EVENTS, "%s", err->message);
        return 0;
    }
    if (rc != 1)
        return rc;
    p->told++;
    return sink_put(&p->sink, record, err);
}

/* With the kernel, and of a file on the disk. */
static int flush(void *ctx, struct jaxl_error *err)
{
    struct polling *p = ctx;
    int rc = sink_flush(&p->sink, err);

    if (!rc && fdatasync(STDOUT_FILENO) && errno != EINVAL && errno != EROFS)
        rc = jaxl_error_set(err, JAXL_EIO, "standard output: %s", strerror(errno));
    return rc;
}

static int open_all(struct polling *p, const struct jaxl_session_watch *watch,
                    struct jaxl_error *err)
{
    const struct options *o = p->run->o;
    const struct jaxl_session_options session = {
        .connections = 1, .log = p->run->log, .watch = watch};
    const struct jaxl_follow_options follow = {
        .cursor = o->cursor, .since = o->since_at, .currency = o->currency, .log = p->run->log};
    const struct jaxl_filter_options filter = {
        .conditions = o->match.items, .n_conditions = o->match.n, .kinds = o->kinds};
    int rc = jaxl_filter_new(&p->filter, &filter, err);

    if (!rc && jaxl_json_doc_new(&p->doc, 0))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    if (!rc)
        rc = jaxl_session_new(&p->session, &session, err);
    return rc ? rc : jaxl_follow_new(&p->follow, p->session, &follow, err);
}

/* False: a signal came. */
static bool wait_for_next(const struct polling *p)
{
    const struct jaxl_clock *clock = jaxl_clock_system();
    int64_t until = jaxl_clock_mono(clock) + (p->run->o->interval ? p->run->o->interval : INTERVAL);
    struct pollfd fd = {.fd = p->run->signal_fd, .events = POLLIN};

    for (;;) {
        int64_t left = until - jaxl_clock_mono(clock);
        if (cli_signals_stop() || left <= 0)
            return !cli_signals_stop();
        (void)poll(&fd, 1, (int)(left / JAXL_MSEC) + 1);
        cli_signals_drain();
        if (cli_signals_state())
            cli_message(EVENTS, "%" PRIu64 " events told", p->told);
    }
}

/* A platform that is out of reach for a while is asked again at the next look. */
static bool passes(const struct jaxl_error *err)
{
    return err->code == JAXL_ENET || err->code == JAXL_EUNKNOWN || err->code == JAXL_ETHROTTLE ||
           err->code == JAXL_EPROTO;
}

static int look(struct polling *p, struct jaxl_error *err)
{
    const struct options *o = p->run->o;
    int rc;

    do {
        rc = jaxl_follow_look(p->follow, put, flush, p, err);
        if (rc && (o->once || !passes(err)))
            return rc;
        if (rc)
            jaxl_log_print(p->run->log, JAXL_LOG_WARNING, "%s; asking again", err->message);
    } while (!o->once && wait_for_next(p));
    return 0;
}

int run_poll(struct run *run, struct jaxl_error *err)
{
    const struct jaxl_session_watch watch = {.fd = run->signal_fd, .stop = on_signal};
    struct polling p = {.run = run};
    struct jaxl_error late = {0};
    int rc = open_all(&p, &watch, err), rc_late;

    if (!rc) {
        sink_open(&p.sink, run->o);
        rc = look(&p, err);
    }
    rc_late = sink_finish(&p.sink, &late);
    jaxl_follow_free(&p.follow);
    jaxl_session_free(&p.session);
    jaxl_filter_free(&p.filter);
    jaxl_json_doc_free(&p.doc);
    if (!rc && rc_late) {
        *err = late;
        rc = rc_late;
    }
    return rc;
}
