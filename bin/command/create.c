#include "command/create.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/dialing.h"
#include "common/signals.h"
#include "jaxl/dialer.h"
#include "jaxl/payments.h"

const struct cli_option create_options[CREATE_OPTIONS] = {
    OPTION_NUMBER("to", 't', "call this number", offsetof(struct create, to)),
    OPTION_NUMBER("from", 'f', "call from this number of the account",
                  offsetof(struct create, from)),
    OPTION_COUNTRY,
    OPTION_ID("ivr", "the call enters this IVR", offsetof(struct create, ivr)),
    OPTION("message", CLI_TEXT, "TEXT", "in place of an IVR: speak TEXT",
           offsetof(struct create, message)),
    OPTION("option", CLI_LIST, "KEY=TEXT:ACTION=VALUE",
           "an option of the message's menu, as '1=Press 1 for sales:teams=5'; actions: next, "
           "phone, devices, appusers, teams, webhook; may be repeated",
           offsetof(struct create, menu)),
    OPTION_CURRENCY(offsetof(struct create, currency)),
    OPTION("follow", CLI_FLAG, NULL, "wait until the call is over and its cost final",
           offsetof(struct create, follow)),
};

int create_check(void *fields, struct jaxl_error *err)
{
    const struct create *o = fields;
    int code = need(o->to.text != NULL, "to", err);

    if (!code)
        code = need(o->from.text != NULL, "from", err);
    if (!code && (o->ivr != 0) == (o->message != NULL))
        code = jaxl_error_set(err, JAXL_EARG, "exactly one of --ivr and --message is needed");
    if (!code && o->currency && !jaxl_payments_currency((int)o->currency))
        code = jaxl_error_set(err, JAXL_EARG, "--currency: a call is paid in INR or USD");
    if (!code && o->message && !*o->message)
        code = jaxl_error_set(err, JAXL_EARG, "--message is empty");
    if (!code && o->menu.n && !o->message)
        code = jaxl_error_set(err, JAXL_EARG, "--option belongs to a --message");
    return code;
}

static int on_reject(void *ctx, const char *line, size_t len, struct jaxl_error *err)
{
    (void)ctx;
    return jaxl_error_set(err, JAXL_EINPUT, "%.*s", (int)(len < 500 ? len : 500), line);
}

/* The one lead, on a pipe: it is shorter than what a pipe holds. */
static int open_lead(const struct create *o, struct jaxl_record_reader **lead, int *fd,
                     struct jaxl_error *err)
{
    static const struct jaxl_record_reader_options ndjson = {.input = JAXL_RECORD_IN_NDJSON};
    char line[64];
    int ends[2], n = snprintf(line, sizeof line, "{\"to\":\"%s\"}\n", o->to.phone.text);

    if (pipe(ends))
        return jaxl_error_set(err, JAXL_EIO, "a pipe: %s", strerror(errno));
    *fd = ends[0];
    if (write(ends[1], line, (size_t)n) != n) {
        close(ends[1]);
        return jaxl_error_set(err, JAXL_EIO, "a pipe: %s", strerror(errno));
    }
    close(ends[1]);
    return jaxl_record_reader_new(lead, *fd, "--to", &ndjson, err);
}

static int place(const struct command *c, const struct create *o, struct output *out,
                 struct jaxl_session *session, struct cli_dialing *d, int wake_fd,
                 struct jaxl_error *err)
{
    const char *currency = jaxl_payments_currency((int)o->currency);
    struct jaxl_dialer_options options = {.from = o->from.phone.text,
                                          .ivr = o->ivr,
                                          .message = o->message,
                                          .options = o->menu.items,
                                          .n_options = o->menu.n,
                                          .currency = currency,
                                          .rate = "max",
                                          .connections = 1,
                                          .placed = !o->follow,
                                          .wake_fd = wake_fd,
                                          .woken = cli_dialing_woken,
                                          .reject = on_reject,
                                          .ctx = d};
    struct jaxl_record_reader *lead = NULL;
    int fd = -1, code, status = CLI_DONE;

    code = jaxl_dialer_new(&d->dialer, &options, session, out->writer, err);
    if (!code)
        code = open_lead(o, &lead, &fd, err);
    if (!code)
        code = cli_dialing_finish(d, jaxl_dialer_feed(d->dialer, lead, err), err);
    if (cli_dialing_failed(code))
        status = engine_fail(c, err);
    if (d->dialer)
        status = cli_dialing_exit(jaxl_dialer_totals(d->dialer), status);
    jaxl_record_reader_free(&lead);
    if (fd >= 0)
        close(fd);
    jaxl_dialer_free(&d->dialer);
    return status;
}

int create_run(const struct command *c, void *fields)
{
    struct create *o = fields;
    struct jaxl_error err = {0};
    struct output out = {0};
    struct cli_dialing dialing = {0};
    const struct jaxl_session_watch watch = {
        .fd = cli_signals_start(), .stop = cli_dialing_stop, .ctx = &dialing};
    struct jaxl_session *session = engine_session(&o->base, &watch, &err);
    int code = session ? output_open(&out, c, &o->base, &err) : err.code;
    int status = code ? engine_fail(c, &err) : place(c, o, &out, session, &dialing, watch.fd, &err);

    (void)output_close(&out, 0, &err);
    jaxl_session_free(&session);
    return cli_close_stdout(JAXL, status);
}
