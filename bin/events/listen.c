/* Serving webhooks. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/signals.h"
#include "events/run.h"
#include "events/secret.h"
#include "events/suppress.h"
#include "jaxl/campaign.h"
#include "jaxl/webhook.h"

enum { GRACE = 10 }; /* seconds, when nothing else is said */

struct listening {
    struct run *run;
    struct jaxl_flow *flow;
    struct jaxl_webhook *webhook;
    struct secret_paths paths;
    struct secret_header header;
};

static void on_problem(void *ctx, const char *file, uint64_t line, const char *message)
{
    (void)ctx;
    if (line)
        cli_message(EVENTS, "%s, line %" PRIu64 ": %s", file, line, message);
    else
        cli_message(EVENTS, "%s: %s", file, message);
}

static int suppress(void *ctx, const char *number, const char *event, struct jaxl_error *err)
{
    const struct listening *l = ctx;

    return suppress_record(l->run->o->suppress, number, event, err);
}

static int take_rules(struct listening *l, int fd, const char *path, struct jaxl_error *err)
{
    const struct jaxl_flow_options options = {
        .no_rules = !l->run->o->flow, .second = l->run->o->respond != NULL, .report = on_problem};

    return jaxl_flow_read(&l->flow, fd, path, &options, err);
}

static int take_leads(struct listening *l, int fd, const char *path, struct jaxl_error *err)
{
    const struct jaxl_texts *map = &l->run->o->map;
    const struct jaxl_flow_leads_options options = {
        .report = on_problem, .map = map->items, .n_map = map->n};
    int rc = jaxl_flow_leads(l->flow, fd, path, &options, err);

    if (rc == JAXL_ECONFIG) /* the header is no configuration of ours */
        rc = err->code = JAXL_EINPUT;
    return rc;
}

/* A file that is read before anything begins. */
static int read_file(const char *path, struct listening *l,
                     int (*take)(struct listening *, int, const char *, struct jaxl_error *),
                     struct jaxl_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

    if (fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", path, strerror(errno));
    rc = take(l, fd, path, err);
    close(fd);
    return rc;
}

static void print_state(struct jaxl_webhook *w)
{
    struct jaxl_webhook_stats s;
    uint64_t events = 0, refused = 0;

    jaxl_webhook_stats(w, &s);
    for (size_t i = 0; i < sizeof s.events / sizeof s.events[0]; i++)
        events += s.events[i];
    for (size_t i = 0; i < sizeof s.refused / sizeof s.refused[0]; i++)
        refused += s.refused[i];
    cli_message(EVENTS,
                "%" PRIu64 " events, %" PRIu64 " of them replays; answered by the command %" PRIu64
                ", by rules %" PRIu64 ", by default %" PRIu64 "; answers replaced %" PRIu64
                ", requests refused %" PRIu64 ", not kept %" PRIu64 ", opted out %" PRIu64,
                events, s.duplicates, s.by_command, s.by_flow, s.by_default,
                s.bad + s.late + s.dead + s.flow_failed, refused, s.unkept, s.suppressed);
}

/* Until a signal, or until nobody reads any more. */
static int serve(struct listening *l, struct jaxl_error *err)
{
    struct pollfd fds[] = {{.fd = l->run->signal_fd, .events = POLLIN},
                           {.fd = jaxl_webhook_fd(l->webhook), .events = POLLIN}};

    while (!cli_signals_stop() && !fds[1].revents) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return jaxl_error_set(err, JAXL_EIO, "waiting: %s", strerror(errno));
        cli_signals_drain();
        if (cli_signals_state())
            print_state(l->webhook);
        if (cli_signals_hangup())
            jaxl_webhook_reopen(l->webhook);
    }
    return 0;
}

static int read_flow(struct listening *l, struct jaxl_error *err)
{
    const struct options *o = l->run->o;
    int rc = 0;

    if (o->flow || o->leads) /* leads are kept with rules, of which there may be none */
        rc = read_file(o->flow ? o->flow : "/dev/null", l, take_rules, err);
    if (!rc && (o->flow || o->leads)) /* of none, every field that rules take from leads is told */
        rc = read_file(o->leads ? o->leads : "/dev/null", l, take_leads, err);
    return rc;
}

/* Before anybody opts out. One that is not there yet is made by the first campaign. */
static int check_ledger(const struct options *o, struct jaxl_error *err)
{
    int rc = o->suppress ? suppress_check(o->suppress, err) : 0;

    if (rc && access(o->suppress, F_OK) && errno == ENOENT) {
        cli_message(EVENTS,
                    "--suppress %s: there is no such ledger: opt-outs wait until jaxl-dial has "
                    "made it",
                    o->suppress);
        return 0;
    }
    return rc;
}

static int read_secrets(struct listening *l, struct jaxl_error *err)
{
    int rc = secret_paths(&l->paths, &l->run->o->paths, err);

    return rc ? rc : secret_header(&l->header, l->run->o->secret_header, err);
}

static int open_webhook(struct listening *l, struct jaxl_error *err)
{
    const struct options *o = l->run->o;
    const struct jaxl_webhook_options options = {
        .listen = o->listen,
        .watch = o->metrics,
        .paths = {.items = (const char *const *)l->paths.items, .n = l->paths.n},
        .allow = o->allow,
        .secret_name = l->header.name,
        .secret = l->header.value,
        .connections = (unsigned)o->connections,
        .request_timeout = o->request_timeout,
        .respond = o->respond,
        .respond_jobs = (unsigned)o->respond_jobs,
        .timeout = o->timeout,
        .flow = l->flow,
        .fallback = o->fallback,
        .output = STDOUT_FILENO,
        .journal = o->journal,
        .opt_out = o->opt_out,
        .suppress = o->suppress ? suppress : NULL,
        .ctx = l,
        .log = l->run->log};
    int rc = jaxl_webhook_open(&l->webhook, &options, err);

    if (rc || o->common.quiet)
        return rc;
    cli_message(EVENTS, "listening on port %u", jaxl_webhook_port(l->webhook));
    if (o->metrics)
        cli_message(EVENTS, "metrics on port %u", jaxl_webhook_watch_port(l->webhook));
    return 0;
}

/* What is under way is finished in the time of grace, unless a second signal comes. */
static int finish(struct listening *l, struct jaxl_error *err)
{
    const int64_t grace = l->run->o->grace >= 0 ? l->run->o->grace : GRACE * JAXL_SECOND;
    struct jaxl_webhook_stats s;
    int rc;

    cli_signals_second_ends();
    rc = jaxl_webhook_stop(l->webhook, grace, err);
    jaxl_webhook_stats(l->webhook, &s);
    l->run->n_lost = s.lost;
    if (!l->run->o->common.quiet)
        print_state(l->webhook);
    return rc;
}

int run_listen(struct run *run, struct jaxl_error *err)
{
    struct listening l = {.run = run};
    int rc;

    cli_raise_files();
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told as any that fails */
    rc = read_flow(&l, err);
    if (!rc)
        rc = read_secrets(&l, err);
    if (!rc)
        rc = check_ledger(run->o, err);
    if (!rc && cli_signals_take_hangup())
        rc = jaxl_error_set(err, JAXL_EIO, "setting up signals: %s", strerror(errno));
    if (!rc)
        rc = open_webhook(&l, err);
    if (!rc) {
        rc = serve(&l, err);
        rc = rc ? rc : finish(&l, err);
    }
    jaxl_webhook_free(&l.webhook);
    jaxl_flow_free(&l.flow);
    secret_header_wipe(&l.header);
    secret_paths_free(&l.paths);
    return rc;
}
