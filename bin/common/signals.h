/* Signals as something to poll: SIGINT and SIGTERM ask to stop (a second one to stop now), SIGUSR1
 * asks for the state, SIGPIPE is ignored so that writing says EPIPE. */
#ifndef JAXL_BIN_SIGNALS_H
#define JAXL_BIN_SIGNALS_H

#include <stdbool.h>

/* Sets them up. Returns a descriptor that becomes readable when a signal came, or -1. */
int cli_signals_start(void);
/* A second signal ends the process itself, whatever it waits for (a reader of its output that does
 * not read): for programs to which that does no harm. */
void cli_signals_second_ends(void);
/* SIGHUP no longer ends the process, but is told by cli_signals_hangup. 0, or -1. */
int cli_signals_take_hangup(void);
/* Empties the descriptor; call when it is readable. */
void cli_signals_drain(void);
/* The first signal that asked to stop, 0 for none. */
int cli_signals_stop(void);
/* True after a second one. */
bool cli_signals_stop_now(void);
/* True once after each SIGHUP. */
bool cli_signals_hangup(void);
/* True once after each SIGUSR1. */
bool cli_signals_state(void);

#endif
