#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/dnc.h"
#include "campaign/run.h"

enum {
    LEADS_A_TURN = 256,
    TEXT_MAX = 2 * 1024 * 1024,
    LIST_MAX = 16 * 1024 * 1024,
    LEAD_MAX = 4 * 1024 * 1024
};
static const int64_t LINGER = 100 * JAXL_MSEC; /* a record waits at most so long to be flushed */

int64_t jaxl_run_mono(const struct jaxl_dialer *d)
{
    return jaxl_clock_mono(d->clock);
}

int jaxl_run_fail(struct jaxl_dialer *d, int code, const struct jaxl_error *err)
{
    d->stopping = true;
    if (d->failure.code)
        return code;
    if (err)
        d->failure = *err;
    else
        jaxl_error_set(&d->failure, code, "%s", jaxl_error_name(code));
    d->failure.code = code;
    return code;
}

static int make_parts(struct jaxl_dialer *d, struct jaxl_error *err)
{
    int code;

    jaxl_buf_init(&d->body, TEXT_MAX);
    jaxl_buf_init(&d->line, (size_t)4 * TEXT_MAX);
    jaxl_buf_init(&d->scratch, TEXT_MAX);
    d->pool.max_text = TEXT_MAX;
    code = jaxl_json_doc_new(&d->reply_doc, 0);
    if (!code)
        code = jaxl_json_doc_new(&d->lead_doc, LEAD_MAX);
    if (!code)
        code = jaxl_json_doc_new(&d->list_doc, LIST_MAX);
    if (!code)
        code = jaxl_json_writer_new(&d->line_writer, &d->line);
    if (code)
        return jaxl_error_set(err, code, "starting the dialer: %s", jaxl_error_name(code));
    code = jaxl_suppress_open(d, &d->options, err);
    if (!code && !d->options.allow_duplicates)
        code = jaxl_seen_new(&d->seen, err);
    if (!code && d->session)
        code = jaxl_seen_new(&d->claimed, err);
    if (!code && d->session)
        code = jaxl_adhoc_new(&d->adhoc, d->session, d->menu, d->n_menu, err);
    return code;
}

int jaxl_dialer_new(struct jaxl_dialer **out, const struct jaxl_dialer_options *options,
                    struct jaxl_session *session, struct jaxl_record_writer *writer,
                    struct jaxl_error *err)
{
    struct jaxl_dialer *d = calloc(1, sizeof *d);
    int code;

    *out = NULL;
    if (!d)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    d->options = *options;
    d->session = session;
    d->out = writer;
    d->page = 100;
    d->next_serial = 1;
    d->unknown_at = INT64_MAX;
    d->register_due = INT64_MAX;
    code = jaxl_setup_options(d, options, err);
    if (!code)
        code = make_parts(d, err);
    if (code)
        jaxl_dialer_free(&d);
    *out = d;
    return code;
}

/* What is still in flight has callbacks into the dialer. */
static void give_up_requests(struct jaxl_dialer *d)
{
    d->output_gone = true;
    if (d->adhoc)
        jaxl_adhoc_stop(d->adhoc);
    if (d->session && jaxl_session_pending(d->session) > 0)
        jaxl_session_abort(d->session);
}

void jaxl_dialer_free(struct jaxl_dialer **dialer)
{
    struct jaxl_dialer *d = dialer ? *dialer : NULL;

    if (!d)
        return;
    give_up_requests(d);
    jaxl_slots_free_list(&d->ready);
    jaxl_slots_free_list(&d->waiting_ivr);
    jaxl_slots_free_list(&d->throttled);
    jaxl_slots_free_list(&d->flying);
    jaxl_slots_free_list(&d->live);
    jaxl_slots_free_list(&d->unknown);
    jaxl_slots_free_list(&d->ghosts);
    jaxl_slots_free(&d->pool);
    jaxl_adhoc_free(&d->adhoc);
    jaxl_template_free(&d->message);
    free(d->menu);
    free(d->recharge);
    free(d->ledger_path);
    jaxl_ledger_free(&d->ledger);
    jaxl_callers_free(&d->callers);
    jaxl_rules_free(&d->rules);
    jaxl_policy_free(&d->policy);
    jaxl_json_doc_free(&d->lead_doc);
    jaxl_dnc_free(&d->dnc);
    jaxl_seen_free(&d->seen);
    jaxl_seen_free(&d->claimed);
    jaxl_json_doc_free(&d->reply_doc);
    jaxl_json_doc_free(&d->list_doc);
    jaxl_json_writer_free(&d->line_writer);
    free(d->targets);
    free(d->serials);
    jaxl_buf_free(&d->body);
    jaxl_buf_free(&d->line);
    jaxl_buf_free(&d->scratch);
    free(d);
    *dialer = NULL;
}

/* The loop. */

enum input { INPUT_MORE, INPUT_DRY, INPUT_ENDED };

static enum input read_lead(struct jaxl_dialer *d, struct jaxl_record_reader *leads)
{
    struct jaxl_record rec = {0};
    struct jaxl_error err = {0};
    int code = jaxl_record_read(leads, false, &rec, &err);

    switch (code) {
    case JAXL_OK:
        d->totals.leads++;
        jaxl_admit_record(d, &rec);
        return INPUT_MORE;
    case JAXL_EAGAIN:
        return INPUT_DRY;
    case JAXL_EEND:
        return INPUT_ENDED;
    case JAXL_EINPUT:
    case JAXL_ELIMIT:
        d->totals.leads++;
        jaxl_admit_reject(d, &rec, err.message);
        return INPUT_MORE;
    default:
        jaxl_run_fail(d, code == JAXL_ECONFIG ? JAXL_EINPUT : code, &err);
        return INPUT_ENDED;
    }
}

static enum input take_leads(struct jaxl_dialer *d, struct jaxl_record_reader *leads, int64_t *next)
{
    enum input input = leads ? INPUT_MORE : INPUT_ENDED;
    const int64_t now = d->turn_at = jaxl_run_mono(d);

    for (int i = 0; i < LEADS_A_TURN; i++) {
        jaxl_place_ready(d, now, next);
        if (!jaxl_place_may(d, now, next))
            return input;
        if (!jaxl_register_next(d)) {
            if (input != INPUT_MORE)
                return input;
            input = read_lead(d, leads);
        }
    }
    *next = now; /* there is more */
    return input;
}

/* Records wait for company while requests are in flight, but not long. */
static void flush_when_idle(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    if (!d->dirty_since || *next <= now)
        return;
    if (d->flying.n == 0 || now - d->dirty_since >= LINGER)
        jaxl_settle_flush(d);
    else if (d->dirty_since + LINGER < *next)
        *next = d->dirty_since + LINGER;
}

/* Whether there is something to do but to read. */
static bool busy(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    return d->totals.active > 0 || (!d->stopping && !d->full && jaxl_register_more(d, now, next));
}

static void take_capacity(struct jaxl_dialer *d)
{
    struct jaxl_error err = {0};
    int code = jaxl_capacity_read(&d->capacity, &d->max_active, &err);

    if (code)
        jaxl_run_fail(d, code, &err);
}

static unsigned watch(struct pollfd *fds, unsigned n, int fd)
{
    if (fd < 0)
        return n;
    fds[n] = (struct pollfd){.fd = fd, .events = POLLIN};
    return n + 1;
}

static int wait_for(struct jaxl_dialer *d, struct pollfd *fds, unsigned n, int64_t timeout,
                    struct jaxl_error *err)
{
    if (d->session)
        return jaxl_session_wait(d->session, timeout, fds, n, err);
    if (poll(fds, n, (int)((timeout + JAXL_MSEC - 1) / JAXL_MSEC)) < 0 && errno != EINTR)
        return jaxl_error_set(err, JAXL_EIO, "poll: %s", strerror(errno));
    return 0;
}

void jaxl_run_wait(struct jaxl_dialer *d, int input_fd, int64_t timeout)
{
    struct pollfd fds[3];
    struct jaxl_error err = {0};
    unsigned n, awake, told;
    int code = jaxl_register_commit(d); /* before anything that it intends is sent */

    awake = watch(fds, 0, d->options.wake_fd);
    told = watch(fds, awake, d->capacity.fd);
    n = watch(fds, told, input_fd);
    if (!code)
        code = wait_for(d, fds, n, timeout, &err);
    if (code) { /* no answer can be waited for any more, nor a signal */
        jaxl_run_fail(d, code, &err);
        jaxl_dialer_abort(d);
        return;
    }
    if (told > awake && fds[awake].revents)
        take_capacity(d);
    if (awake > 0 && fds[0].revents && d->options.woken)
        d->options.woken(d->options.ctx);
}

static void keep_hours(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    if (!d->max_runtime || d->stopping)
        return;
    d->stopping = now - d->started >= d->max_runtime;
    if (d->started + d->max_runtime < *next)
        *next = d->started + d->max_runtime;
}

static enum input turn(struct jaxl_dialer *d, struct jaxl_record_reader *leads)
{
    int64_t now = jaxl_run_mono(d), next = now + JAXL_RUN_LONGEST;
    const bool stopping = d->stopping;
    enum input input;
    bool thirsty;

    d->turns++;
    jaxl_suppress_turn(d, now);
    keep_hours(d, now, &next);
    if (d->stopping)
        jaxl_place_give_back(d);
    if ((d->output_gone || d->blind) && !d->look.running)
        jaxl_follow_end(d, "following was given up");
    jaxl_place_wake(d, now, &next);
    jaxl_follow_turn(d, now, &next);
    input = take_leads(d, leads, &next);
    thirsty = input == INPUT_DRY && !d->stopping;
    now = jaxl_run_mono(d);
    if (d->stopping != stopping) /* what waits is to be given back */
        next = now;
    flush_when_idle(d, now, &next);
    if (d->options.turn)
        d->options.turn(d->options.ctx);
    if (busy(d, now, &next) || (input != INPUT_ENDED && !d->stopping && !d->full))
        jaxl_run_wait(d, thirsty ? jaxl_record_reader_fd(leads) : -1, next > now ? next - now : 0);
    return input;
}

static int result(const struct jaxl_dialer *d, struct jaxl_error *err)
{
    if (err)
        *err = d->failure;
    return d->failure.code;
}

int jaxl_dialer_feed(struct jaxl_dialer *d, struct jaxl_record_reader *leads,
                     struct jaxl_error *err)
{
    if (jaxl_dialer_open(d, err))
        return result(d, err);
    d->inputs++;
    while (!d->stopping && !d->full && turn(d, leads) != INPUT_ENDED)
        continue;
    (void)jaxl_register_commit(d); /* the next input may be long in coming */
    return result(d, err);
}

int jaxl_dialer_finish(struct jaxl_dialer *d, struct jaxl_error *err)
{
    struct jaxl_error own = {0};
    int64_t whenever = INT64_MAX;
    int code;

    d->totals.read = true;
    while (busy(d, 0, &whenever))
        (void)turn(d, NULL);
    (void)jaxl_register_commit(d);
    (void)jaxl_settle_flush(d);
    if (!d->output_gone) {
        code = jaxl_record_finish(d->out, &own);
        if (code)
            jaxl_run_fail(d, code, &own);
    }
    return result(d, err);
}

void jaxl_dialer_stop(struct jaxl_dialer *d)
{
    d->stopping = true;
}

void jaxl_dialer_abort(struct jaxl_dialer *d)
{
    d->stopping = true;
    if (d->adhoc)
        jaxl_adhoc_stop(d->adhoc);
    if (d->session)
        jaxl_session_abort(d->session);
    jaxl_place_give_back(d);
    jaxl_follow_end(d, "the run was ended");
}

const struct jaxl_dialer_totals *jaxl_dialer_totals(const struct jaxl_dialer *d)
{
    return &d->totals;
}

const char *const *jaxl_dialer_columns(size_t *n)
{
    return jaxl_result_columns(n);
}
