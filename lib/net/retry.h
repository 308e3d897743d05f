/* Whether a request is tried again, and after how long: a pure function over a table of rules
 * (protocol.md section 6, design.md section 7). */
#ifndef JAXL_NET_RETRY_H
#define JAXL_NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "jaxl/clock.h"
#include "net/http.h"

enum { JAXL_RETRY_MAX = 3 }; /* tries after the first */

#define JAXL_RETRY_BASE                                                                            \
    (500 * JAXL_MSEC) /* the first pause is below this, the next below twice                       \
                       */
#define JAXL_RETRY_CAP      (8 * JAXL_SECOND)  /* no pause is longer */
#define JAXL_RETRY_WAIT_MAX (60 * JAXL_SECOND) /* a longer Retry-After is the caller's affair */

struct jaxl_retry_case {
    enum jaxl_http_end end;
    int status;          /* when answered */
    bool resend_safe;    /* doing it twice does no harm */
    bool permanent;      /* as in the response */
    unsigned tries;      /* made so far, 1 or more; a 401 does not count */
    int64_t retry_after; /* -1: not said */
};

/* The pause in microseconds before it is tried again, -1 for not at all. random: any 64 bits; the
 * pause is spread evenly over everything up to the bound ("full jitter"), so that many clients do
 * not come back at once. A Retry-After is waited for in full, the jitter comes on top. */
int64_t jaxl_retry_pause(const struct jaxl_retry_case *c, uint64_t random);

/* At most so many requests more because of retries: every request earns a tenth of a retry, and a
 * few are there from the start, so that a short run can retry at all. A platform that is down is
 * not called four times as often as one that works. */
struct jaxl_retry_budget {
    unsigned tenths;
};
enum { JAXL_RETRY_BUDGET_START = 100, JAXL_RETRY_BUDGET_MAX = 1000 }; /* in tenths */

void jaxl_retry_budget_init(struct jaxl_retry_budget *b);
void jaxl_retry_budget_earn(struct jaxl_retry_budget *b);
/* Takes one retry; false when none is left. */
bool jaxl_retry_budget_spend(struct jaxl_retry_budget *b);

#endif
