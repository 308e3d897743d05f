#include "common/dialing.h"

#include "common/cli.h"
#include "common/signals.h"

void cli_dialing_woken(void *ctx)
{
    struct cli_dialing *d = ctx;

    cli_signals_drain();
    if (!d->dialer)
        return;
    if (cli_signals_stop_now())
        jaxl_dialer_abort(d->dialer);
    else if (cli_signals_stop())
        jaxl_dialer_stop(d->dialer);
    if (cli_signals_state() && d->state)
        d->state(jaxl_dialer_totals(d->dialer));
}

bool cli_dialing_stop(void *ctx)
{
    cli_dialing_woken(ctx);
    return cli_signals_stop() != 0;
}

int cli_dialing_finish(struct cli_dialing *d, int code, struct jaxl_error *err)
{
    struct jaxl_error late = {0};

    if (jaxl_dialer_finish(d->dialer, &late) && !code) {
        *err = late;
        code = late.code;
    }
    return code;
}

bool cli_dialing_failed(int code)
{
    return code && code != JAXL_EEND && code != JAXL_ESTOPPED;
}

int cli_dialing_exit(const struct jaxl_dialer_totals *t, int status)
{
    if (t->rejected || t->refused || t->not_sent || t->throttled || t->failed)
        status = cli_exit_worse(status, CLI_SOME_FAILED);
    if (t->unknown)
        status = cli_exit_worse(status, CLI_UNKNOWN);
    if (cli_signals_stop())
        status = cli_exit_worse(status, CLI_SIGNAL + cli_signals_stop());
    return status;
}
