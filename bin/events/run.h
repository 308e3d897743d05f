/* A run of jaxl-events: what its modes share. */
#ifndef JAXL_BIN_EVENTS_RUN_H
#define JAXL_BIN_EVENTS_RUN_H

#include "common/rejects.h"
#include "events/options.h"
#include "jaxl/log.h"
#include "jaxl/session.h"

struct run {
    const struct options *o;
    const struct jaxl_log *log; /* NULL: silent */
    int signal_fd;              /* readable when a signal came */
    struct cli_rejects rejects;
    uint64_t n_rejects, n_lost; /* lost: opt-outs that could not be recorded */
};

/* The modes. What they return is an error of the library; JAXL_ESTOPPED after a signal. */
int run_listen(struct run *run, struct jaxl_error *err);
int run_poll(struct run *run, struct jaxl_error *err);
int run_filter(struct run *run, struct jaxl_error *err);

#endif
