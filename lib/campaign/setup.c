/* What the options of a run come to. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/run.h"
#include "jaxl/payments.h"

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

/* The rate of the options, else that of the policy. */
static int read_rate(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                     struct jaxl_error *err)
{
    const struct jaxl_policy_settings *set = jaxl_policy_settings(d->policy);
    struct jaxl_pace_rate rate = set->rate;
    int code = 0;

    if (o->rate || !set->has_rate)
        code = jaxl_pace_parse(o->rate ? o->rate : "10", &rate, err);
    if (code)
        return jaxl_error_prefix(err, code, "rate");
    jaxl_pace_start(&d->pace, &rate, jaxl_run_mono(d));
    return 0;
}

static int read_campaign(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                         struct jaxl_error *err)
{
    const char *name = o->campaign;
    int code;

    if (!name) {
        code = jaxl_identity_run(d->clock, d->campaign);
        return code ? jaxl_error_set(err, code, "naming the run: %s", jaxl_error_name(code)) : 0;
    }
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return jaxl_error_set(err, JAXL_EARG, "campaign: a name has no control characters");
    if (!*name || strlen(name) >= sizeof d->campaign)
        return jaxl_error_set(err, JAXL_EARG, "campaign: a name has 1 to %d bytes",
                              JAXL_RUN_CAMPAIGN - 1);
    memcpy(d->campaign, name, strlen(name) + 1);
    return 0;
}

/* A plan for another time has a clock that shows it. */
static int64_t shifted_now(void *ctx)
{
    const struct jaxl_dialer *d = ctx;

    return jaxl_clock_now(d->unshifted) + d->shift;
}

static int64_t shifted_mono(void *ctx)
{
    return jaxl_clock_mono(((const struct jaxl_dialer *)ctx)->unshifted);
}

static void shifted_sleep(void *ctx, int64_t us)
{
    jaxl_clock_sleep(((const struct jaxl_dialer *)ctx)->unshifted, us);
}

static int shifted_random(void *ctx, void *data, size_t n)
{
    return jaxl_clock_random(((const struct jaxl_dialer *)ctx)->unshifted, data, n);
}

static void set_clock(struct jaxl_dialer *d, const struct jaxl_dialer_options *o)
{
    d->unshifted = d->session ? jaxl_session_clock(d->session) : jaxl_clock_system();
    d->clock = d->unshifted;
    if (!o->plan || !o->plan_at)
        return;
    d->shift = o->plan_at - jaxl_clock_now(d->unshifted);
    d->shifted = (struct jaxl_clock){.ctx = d,
                                     .now = shifted_now,
                                     .mono = shifted_mono,
                                     .sleep = shifted_sleep,
                                     .random = shifted_random};
    d->clock = &d->shifted;
}

static int check_modes(const struct jaxl_dialer_options *o, const struct jaxl_session *session,
                       struct jaxl_error *err)
{
    if (!session && !o->dry_run)
        return jaxl_error_set(err, JAXL_EARG, "a session is needed to dial");
    if (o->plan && !o->dry_run)
        return jaxl_error_set(err, JAXL_EARG, "plan: only with dry_run");
    if ((o->wait || o->watch || o->look_again) && (!o->ledger || o->dry_run))
        return jaxl_error_set(err, JAXL_EARG, "%s: only with a ledger",
                              o->wait    ? "wait"
                              : o->watch ? "watch"
                                         : "resolve-unknown");
    return 0;
}

int jaxl_setup_options(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                       struct jaxl_error *err)
{
    int code = check_modes(o, d->session, err);

    if (code)
        return code;
    set_clock(d, o);
    d->started = jaxl_run_mono(d);
    d->capacity.fd = o->capacity_fd > 0 ? o->capacity_fd : -1;
    code = read_defaults(d, o, err);
    if (!code)
        code = read_menu(d, o, err);
    if (!code)
        code = jaxl_gate_open(d, err);
    if (code)
        return code;
    set_defaults(&d->options);
    d->max_active = d->options.max_active;
    code = read_currency(d, d->options.currency, err);
    if (!code)
        code = read_rate(d, o, err);
    if (!code)
        code = read_campaign(d, o, err);
    if (!code && o->ledger && !(d->ledger_path = strdup(o->ledger)))
        code = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    return code;
}
