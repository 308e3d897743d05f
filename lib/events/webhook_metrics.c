/* What the server counts, as numbers and in the text format of Prometheus (exposition format
 * 0.0.4). */
#include <inttypes.h>
#include <string.h>

#include "events/webhook_impl.h"

static const int64_t spans[JAXL_WEBHOOK_N_SPANS] = JAXL_WEBHOOK_SPANS;

#define READ(counter) ((uint64_t)atomic_load_explicit(&(counter), memory_order_relaxed))

void jaxl_webhook_answered(struct jaxl_webhook *w, int64_t took)
{
    size_t i = 0;

    while (i < JAXL_WEBHOOK_N_SPANS && took > spans[i])
        i++;
    JAXL_COUNT(w->counts.spans[i]);
    atomic_fetch_add_explicit(&w->counts.span_sum, (uint64_t)(took > 0 ? took : 0),
                              memory_order_relaxed);
}

static unsigned jobs(const struct jaxl_webhook *w)
{
    return w->options.respond_jobs ? w->options.respond_jobs : 1;
}

void jaxl_webhook_stats(struct jaxl_webhook *w, struct jaxl_webhook_stats *out)
{
    struct jaxl_webhook_counts *c = &w->counts;
    struct jaxl_server_stats server;
    struct jaxl_responder_counts commands;
    struct jaxl_optout_counts optouts;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < JAXL_EVENT_KINDS; i++)
        out->events[i] = READ(c->events[i]);
    for (size_t i = 0; i < JAXL_WEBHOOK_REFUSALS; i++)
        out->refused[i] = READ(c->refused[i]);
    out->duplicates = READ(c->duplicates);
    out->by_command = READ(c->answers[FROM_COMMAND]);
    out->by_flow = READ(c->answers[FROM_FLOW]);
    out->by_default = READ(c->answers[FROM_DEFAULT]);
    out->by_nobody = READ(c->answers[FROM_NOBODY]);
    out->bad = READ(c->bad);
    out->late = READ(c->late);
    out->dead = READ(c->dead);
    out->flow_failed = READ(c->flow_failed);
    out->unkept = READ(c->unkept);
    out->untold = READ(c->untold);
    if (w->optout) {
        jaxl_optout_stats(w->optout, &optouts);
        out->suppressed = optouts.recorded;
        out->suppressing = optouts.waiting;
        out->lost = optouts.lost;
    }
    if (w->responder) {
        jaxl_responder_counts(w->responder, &commands);
        out->restarts = commands.starts > jobs(w) ? commands.starts - jobs(w) : 0;
    }
    jaxl_server_stats(w->server, &server);
    out->connections = (unsigned)server.connections;
    out->refused[JAXL_WEBHOOK_BAD] += server.bad;
    out->refused[JAXL_WEBHOOK_TOO_LARGE] += server.too_large;
    out->refused[JAXL_WEBHOOK_TOO_SLOW] += server.timed_out;
    out->refused[JAXL_WEBHOOK_BROKEN] += server.broken;
    out->refused[JAXL_WEBHOOK_NOT_ALLOWED] += server.not_allowed;
    out->refused[JAXL_WEBHOOK_OVER_LIMIT] += server.over_limit;
}

static void head(struct jaxl_buf *out, const char *name, const char *type, const char *help)
{
    jaxl_buf_printf(out, "# HELP jaxl_%s %s\n# TYPE jaxl_%s %s\n", name, help, name, type);
}

static void family(struct jaxl_buf *out, const char *name, const char *help, const char *label,
                   const char *const *values, const uint64_t *counts, size_t n)
{
    head(out, name, "counter", help);
    for (size_t i = 0; i < n; i++)
        jaxl_buf_printf(out, "jaxl_%s{%s=\"%s\"} %" PRIu64 "\n", name, label, values[i], counts[i]);
}

static void single(struct jaxl_buf *out, const char *name, const char *type, const char *help,
                   uint64_t value)
{
    head(out, name, type, help);
    jaxl_buf_printf(out, "jaxl_%s %" PRIu64 "\n", name, value);
}

static void events(struct jaxl_buf *out, const struct jaxl_webhook_stats *s)
{
    const char *names[JAXL_EVENT_KINDS];

    for (int i = 0; i < JAXL_EVENT_KINDS; i++)
        names[i] = jaxl_event_name((enum jaxl_event_kind)i);
    family(out, "webhook_events_total", "Events acknowledged.", "event", names, s->events,
           JAXL_EVENT_KINDS);
    single(out, "webhook_replays_total", "counter", "Of them, replays.", s->duplicates);
}

static void answers(struct jaxl_buf *out, const struct jaxl_webhook_stats *s)
{
    static const char *const sources[] = {"command", "flow", "default", "nobody"};
    static const char *const reasons[] = {"wrong", "late", "dead", "flow"};
    static const char *const refusals[] = {"bad_request", "forbidden", "not_found", "method",
                                           "too_large",   "too_slow",  "broken",    "not_allowed",
                                           "over_limit",  "not_kept"};
    const uint64_t by[] = {s->by_command, s->by_flow, s->by_default, s->by_nobody};
    const uint64_t why[] = {s->bad, s->late, s->dead, s->flow_failed};
    uint64_t refused[JAXL_WEBHOOK_REFUSALS + 1];

    memcpy(refused, s->refused, sizeof s->refused);
    refused[JAXL_WEBHOOK_REFUSALS] = s->unkept;
    family(out, "webhook_answers_total", "Answers, by who gave them.", "by", sources, by, 4);
    family(out, "webhook_answers_replaced_total", "Answers that the default took the place of.",
           "reason", reasons, why, 4);
    family(out, "webhook_refused_total", "Requests and connections that were refused or broke.",
           "reason", refusals, refused, JAXL_WEBHOOK_REFUSALS + 1);
}

/* Buckets are cumulative there, in seconds. */
static void histogram(struct jaxl_webhook *w, struct jaxl_buf *out)
{
    uint64_t sum = READ(w->counts.span_sum), n = 0;

    head(out, "webhook_answer_seconds", "histogram", "From a request to its answer.");
    for (size_t i = 0; i < JAXL_WEBHOOK_N_SPANS; i++) {
        n += READ(w->counts.spans[i]);
        jaxl_buf_printf(out,
                        "jaxl_webhook_answer_seconds_bucket{le=\"%" PRId64 ".%04" PRId64
                        "\"} %" PRIu64 "\n",
                        spans[i] / JAXL_SECOND, spans[i] % JAXL_SECOND / 100, n);
    }
    n += READ(w->counts.spans[JAXL_WEBHOOK_N_SPANS]);
    jaxl_buf_printf(out,
                    "jaxl_webhook_answer_seconds_bucket{le=\"+Inf\"} %" PRIu64
                    "\njaxl_webhook_answer_seconds_sum %" PRIu64 ".%06" PRIu64
                    "\njaxl_webhook_answer_seconds_count %" PRIu64 "\n",
                    n, sum / 1000000, sum % 1000000, n);
}

/* What goes over the network, whatever it is. */
static void traffic(struct jaxl_webhook *w, struct jaxl_buf *out)
{
    struct jaxl_server_stats s;

    jaxl_server_stats(w->server, &s);
    single(out, "webhook_connections", "gauge", "Clients that are connected.", s.connections);
    single(out, "webhook_connections_total", "counter", "Connections accepted.", s.accepted);
    single(out, "webhook_requests_total", "counter", "Requests that came whole.", s.requests);
    single(out, "webhook_responses_total", "counter", "Responses sent whole.", s.answers);
    single(out, "webhook_received_bytes_total", "counter", "Of bodies of requests.", s.bytes_in);
    single(out, "webhook_sent_bytes_total", "counter", "Of bodies of responses.", s.bytes_out);
}

void jaxl_webhook_metrics(struct jaxl_webhook *w, struct jaxl_buf *out)
{
    struct jaxl_webhook_stats s;

    jaxl_webhook_stats(w, &s);
    events(out, &s);
    answers(out, &s);
    histogram(w, out);
    traffic(w, out);
    single(out, "webhook_command_restarts_total", "counter",
           "How often a command that answers was started again.", s.restarts);
    single(out, "webhook_command_untold_total", "counter",
           "Events without an answer that the command was not told of.", s.untold);
    single(out, "webhook_opt_outs_total", "counter", "Opt-outs recorded.", s.suppressed);
    single(out, "webhook_opt_outs_waiting", "gauge", "Opt-outs still to be recorded.",
           s.suppressing);
    single(out, "webhook_opt_outs_lost_total", "counter",
           "Opt-outs that will not be recorded: standard error has them.", s.lost);
}

const char *jaxl_webhook_ailing(struct jaxl_webhook *w)
{
    int journal = jaxl_journal_health(w->journal, NULL);
    struct jaxl_responder_counts commands;

    if (journal)
        return journal == JAXL_EIO ? "events cannot be kept\n" : "nobody reads the events\n";
    if (w->responder) {
        jaxl_responder_counts(w->responder, &commands);
        if (commands.running < jobs(w))
            return "the command that answers does not run\n";
    }
    if (w->optout && jaxl_optout_failing(w->optout))
        return "opt-outs cannot be recorded\n";
    return NULL;
}
