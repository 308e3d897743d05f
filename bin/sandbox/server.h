/* The HTTP server over libmicrohttpd: one listening socket and one thread per module. */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "sandbox/request.h"

struct server;
struct exchange;

/* Starts serving; sets w->roots. JAXL_EIO when the port cannot be had. */
int server_start(struct server **s, struct world *w, struct jaxl_error *err);
/* Ends at once: requests that wait for their answer lose their connection. NULL is fine. */
void server_stop(struct server **s);

/* wait.c: connections that are put aside, so that a late answer holds nobody up. */
struct waiting;
int waiting_new(struct waiting **w);
/* Resumes everything, takes no more, ends its thread. */
void waiting_stop(struct waiting *w);
void waiting_free(struct waiting **w);
/* Suspends the connection until due (monotonic microseconds); with `watch` also ends the wait when
 * the client has gone. False: no more are taken. */
bool waiting_add(struct waiting *w, struct MHD_Connection *c, int64_t due, bool watch);

/* journal.c */
int journal_open(struct world *w, struct jaxl_error *err);
/* One line for the request, and one for a call that was really placed; they are in the file before
 * the answer leaves. False: the file cannot be written, the answer must not be given. */
bool journal_write(struct world *w, const struct request *r);
/* What stands in w->line. */
bool journal_append(struct world *w);
/* A line for a call that a campaign has placed. */
bool journal_placed(struct world *w, const struct call *c);

#endif
