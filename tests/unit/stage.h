/* A platform on which time passes as a test wants it: runs of the dialer, one after the other on
 * one ledger, and a journal of every call that was asked for.
 *
 * Time stands still but for LATENCY with each request, and a second whenever the dialer has nothing
 * to do but to wait. */
#ifndef JAXL_UNIT_STAGE_H
#define JAXL_UNIT_STAGE_H

#include "jaxl/dialer.h"
#include "session_fixture.h"

#define STAGE_FROM "+918012345678"

/* What becomes of a request to place a call. */
enum staged_kind {
    STAGED_CALL,      /* it is placed, and said so */
    STAGED_LOST_CALL, /* placed, but the answer is a 500 */
    STAGED_TORN_CALL, /* placed, and the connection reset */
    STAGED_LOST,      /* a 500, and nothing placed */
    STAGED_TORN,      /* reset, and nothing placed */
    STAGED_REFUSED,   /* a reason instead of a call */
    STAGED_THROTTLED  /* 429: after so many seconds */
};

enum staged_end { STAGED_NO_ANSWER, STAGED_ANSWERED, STAGED_VOICEMAIL, STAGED_NET_FAIL };

/* A line of the journal. The first four are said to cast, which fills in the next three. */
struct staged_call {
    char to[24];
    int64_t ivr;   /* that it goes to: tests give each lead its own */
    int64_t asked; /* the test's clock, microseconds since 1970 */
    unsigned nth;  /* request of this ivr, from 1 */
    enum staged_kind kind;
    enum staged_end end;
    int seconds; /* that it lasts, or of Retry-After */
    unsigned run;
    int64_t id;        /* of the call; 0: none was placed */
    int64_t completed; /* likewise */
};

struct stage {
    struct platform p;
    struct httpd *api; /* the CALL module */
    int64_t now;       /* of both threads: stage_now */
    void (*cast)(void *ctx, struct staged_call *call);
    void *ctx;
    bool (*idle)(struct stage *s); /* nothing is under way but waiting; true: the run is aborted */
    void (*fed)(struct stage *s);  /* NULL, or what happens between input and end of a run */
    struct staged_call *calls;     /* n_calls, the journal */
    size_t n_calls, room, n_placed;
    size_t *placed; /* n_placed: places in the journal, by id */
    unsigned run, idle_turns;
    char *bodies[64]; /* of answers on their way: more than there are connections */
    unsigned next_body;
    struct jaxl_session *session;
    struct jaxl_dialer *dialer;
    struct staged_run *result; /* of the run that goes on */
    int wake[2];
    char ledger[300];
};

struct staged_run {
    int code;
    struct jaxl_error err;
    struct jaxl_dialer_totals totals;
    unsigned rejects;
    bool aborted;
    char *records; /* NDJSON; NULL unless wanted; to be freed */
};

/* now: where time begins. */
void stage_set_up(struct stage *s, int64_t now, void (*cast)(void *ctx, struct staged_call *call),
                  void *ctx);
void stage_tear_down(struct stage *s);
int64_t stage_now(struct stage *s);
/* Lets time pass until then; never back. */
void stage_wait(struct stage *s, int64_t until);
/* A run with these options (from, ledger, wake_fd and callbacks are the stage's) and leads, CSV;
 * NULL: none. */
void stage_run(struct stage *s, const struct jaxl_dialer_options *options, const char *leads,
               bool records, struct staged_run *out);

#endif
