/* What the programs that dial share: signals, the end of a run, its exit status. */
#ifndef JAXL_BIN_DIALING_H
#define JAXL_BIN_DIALING_H

#include "jaxl/dialer.h"

/* ctx of the two callbacks below, or what it begins with. */
struct cli_dialing {
    struct jaxl_dialer *dialer;                             /* NULL until it is made */
    void (*state)(const struct jaxl_dialer_totals *totals); /* SIGUSR1; NULL: nothing */
};

/* For jaxl_dialer_options.woken: the first signal stops the run, the second ends it. */
void cli_dialing_woken(void *ctx);
/* For jaxl_session_watch.stop, while the session waits by itself. */
bool cli_dialing_stop(void *ctx);
/* Finishes what is under way, whatever code the reading of leads ended with; the first error. */
int cli_dialing_finish(struct cli_dialing *d, int code, struct jaxl_error *err);
/* True when an error is to be told: not for a reader that has gone, nor after a signal. */
bool cli_dialing_failed(int code);
/* What came of the calls and the signals, where it counts more than status. */
int cli_dialing_exit(const struct jaxl_dialer_totals *totals, int status);

#endif
