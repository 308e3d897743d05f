#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/dnc.h"
#include "campaign/run.h"
#include "jaxl/payments.h"

enum { LEADS_A_TURN = 256, TEXT_MAX = 2 * 1024 * 1024, LIST_MAX = 16 * 1024 * 1024 };
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

/* Options. */

static void set_defaults(struct jaxl_dialer_options *o)
{
    static const struct {
        size_t offset;
        int64_t value;
    } spans[] = {
        {offsetof(struct jaxl_dialer_options, poll), 5 * JAXL_SECOND},
        {offsetof(struct jaxl_dialer_options, follow_timeout), 4 * 3600 * JAXL_SECOND},
        {offsetof(struct jaxl_dialer_options, unknown_wait), 120 * JAXL_SECOND},
        {offsetof(struct jaxl_dialer_options, throttle_wait), 300 * JAXL_SECOND},
    };

    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        int64_t *field = (int64_t *)(void *)((char *)o + spans[i].offset);
        if (*field <= 0)
            *field = spans[i].value;
    }
    o->max_active = o->max_active ? o->max_active : 100;
    o->connections = o->connections ? o->connections : 16;
    o->currency = o->currency ? o->currency : "INR";
    o->rate = o->rate ? o->rate : "10";
}

static int read_currency(struct jaxl_dialer *d, const char *text, struct jaxl_error *err)
{
    d->currency = jaxl_payments_currency_parse(text);
    if (!d->currency && text[0] >= '0' && text[0] <= '9' && strlen(text) < 4)
        d->currency = atoi(text);
    d->currency_code = d->currency ? jaxl_payments_currency(d->currency) : NULL;
    if (!d->currency_code)
        return jaxl_error_set(err, JAXL_EARG, "currency: '%.20s' is not INR (2) or USD (1)", text);
    return 0;
}

static int read_menu(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                     struct jaxl_error *err)
{
    int code;

    if (o->n_options == 0)
        return 0;
    d->menu = calloc(o->n_options, sizeof *d->menu);
    if (!d->menu)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (size_t i = 0; i < o->n_options; i++) {
        code = jaxl_menu_parse(o->options[i], &d->menu[i], err);
        if (code)
            return jaxl_error_prefix(err, code, "option");
        for (size_t j = 0; j < i; j++)
            if (d->menu[j].input == d->menu[i].input)
                return jaxl_error_set(err, JAXL_EARG, "option: key %c comes twice",
                                      d->menu[i].input);
    }
    d->n_menu = o->n_options;
    return 0;
}

static int read_defaults(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                         struct jaxl_error *err)
{
    int code = 0;

    if (o->ivr && o->message)
        return jaxl_error_set(err, JAXL_EARG, "ivr and message: only one can be said");
    if (o->ivr < 0)
        return jaxl_error_set(err, JAXL_EARG, "ivr: an id is at least 1");
    d->defaults.ivr = o->ivr;
    if (o->from) {
        code = jaxl_phone_parse(o->from, strlen(o->from), &d->from, err);
        if (code) {
            jaxl_error_prefix(err, code, "from");
            if (err)
                err->code = JAXL_EARG;
            return JAXL_EARG;
        }
        d->defaults.from = d->from.text;
    }
    if (o->message) {
        code = jaxl_template_new(&d->message, o->message, strlen(o->message), err);
        if (code)
            return jaxl_error_prefix(err, code, "message");
        d->defaults.message = d->message;
    }
    return 0;
}

static int read_options(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                        struct jaxl_error *err)
{
    struct jaxl_pace_rate rate;
    int code = read_defaults(d, o, err);

    if (!code)
        code = read_menu(d, o, err);
    if (!code)
        code = read_currency(d, o->currency, err);
    if (!code) {
        code = jaxl_pace_parse(o->rate, &rate, err);
        if (code)
            jaxl_error_prefix(err, code, "rate");
    }
    if (!code)
        jaxl_pace_start(&d->pace, &rate, jaxl_run_mono(d));
    return code;
}

static int make_parts(struct jaxl_dialer *d, struct jaxl_error *err)
{
    int code;

    jaxl_buf_init(&d->body, TEXT_MAX);
    jaxl_buf_init(&d->line, (size_t)4 * TEXT_MAX);
    jaxl_buf_init(&d->scratch, TEXT_MAX);
    d->pool.max_text = TEXT_MAX;
    code = jaxl_identity_run(d->clock, d->campaign);
    if (!code)
        code = jaxl_json_doc_new(&d->reply_doc, 0);
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
    d->clock = session ? jaxl_session_clock(session) : jaxl_clock_system();
    d->out = writer;
    d->page = 100;
    d->next_serial = 1;
    d->unknown_at = INT64_MAX;
    set_defaults(&d->options);
    code = session || options->dry_run
               ? read_options(d, &d->options, err)
               : jaxl_error_set(err, JAXL_EARG, "a session is needed to dial");
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
        jaxl_place_record(d, &rec);
        return INPUT_MORE;
    case JAXL_EAGAIN:
        return INPUT_DRY;
    case JAXL_EEND:
        return INPUT_ENDED;
    case JAXL_EINPUT:
    case JAXL_ELIMIT:
        d->totals.leads++;
        jaxl_place_reject(d, &rec, err.message);
        return INPUT_MORE;
    default:
        jaxl_run_fail(d, code == JAXL_ECONFIG ? JAXL_EINPUT : code, &err);
        return INPUT_ENDED;
    }
}

static enum input take_leads(struct jaxl_dialer *d, struct jaxl_record_reader *leads, int64_t *next)
{
    enum input input = leads ? INPUT_MORE : INPUT_ENDED;
    int64_t now = jaxl_run_mono(d);

    for (int i = 0; i < LEADS_A_TURN; i++) {
        jaxl_place_ready(d, now, next);
        if (input != INPUT_MORE || !jaxl_place_may(d, now, next))
            return input;
        input = read_lead(d, leads);
        now = jaxl_run_mono(d);
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

static bool busy(const struct jaxl_dialer *d)
{
    return d->totals.active > 0;
}

void jaxl_run_wait(struct jaxl_dialer *d, int input_fd, int64_t timeout)
{
    struct pollfd fds[2];
    struct jaxl_error err = {0};
    unsigned n = 0;
    int code = 0;

    if (d->options.wake_fd >= 0)
        fds[n++] = (struct pollfd){.fd = d->options.wake_fd, .events = POLLIN};
    if (input_fd >= 0)
        fds[n++] = (struct pollfd){.fd = input_fd, .events = POLLIN};
    if (d->session)
        code = jaxl_session_wait(d->session, timeout, fds, n, &err);
    else if (poll(fds, n, (int)((timeout + JAXL_MSEC - 1) / JAXL_MSEC)) < 0 && errno != EINTR)
        code = jaxl_error_set(&err, JAXL_EIO, "poll: %s", strerror(errno));
    if (code) { /* no answer can be waited for any more, nor a signal */
        jaxl_run_fail(d, code, &err);
        jaxl_dialer_abort(d);
    }
    if (!code && d->options.wake_fd >= 0 && fds[0].revents && d->options.woken)
        d->options.woken(d->options.ctx);
}

static enum input turn(struct jaxl_dialer *d, struct jaxl_record_reader *leads)
{
    int64_t now = jaxl_run_mono(d), next = now + JAXL_RUN_LONGEST;
    enum input input;
    bool thirsty;

    jaxl_suppress_turn(d, now);
    if (d->stopping)
        jaxl_place_give_back(d);
    if ((d->output_gone || d->blind) && !d->look.running)
        jaxl_follow_end(d, "following was given up");
    jaxl_place_wake(d, now, &next);
    jaxl_follow_turn(d, now, &next);
    input = take_leads(d, leads, &next);
    thirsty = input == INPUT_DRY && !d->stopping;
    now = jaxl_run_mono(d);
    flush_when_idle(d, now, &next);
    if (d->options.turn)
        d->options.turn(d->options.ctx);
    if (busy(d) || (input != INPUT_ENDED && !d->stopping && !d->full))
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
    return result(d, err);
}

int jaxl_dialer_finish(struct jaxl_dialer *d, struct jaxl_error *err)
{
    struct jaxl_error own = {0};
    int code;

    while (busy(d))
        (void)turn(d, NULL);
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
