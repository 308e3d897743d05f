/* What the answer to "place this call" means for the attempt: the table of design.md section 7 as
 * a pure function. */
#ifndef JAXL_CAMPAIGN_VERDICT_H
#define JAXL_CAMPAIGN_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"

enum jaxl_verdict_kind {
    JAXL_VERDICT_SUBMITTED, /* the platform has the call */
    JAXL_VERDICT_REFUSED,   /* it will not place it */
    JAXL_VERDICT_NOT_SENT,  /* no byte of the request left */
    JAXL_VERDICT_THROTTLED, /* nothing was placed; later */
    JAXL_VERDICT_HALT,      /* the account may not: stop the run, the attempt is given back */
    JAXL_VERDICT_UNKNOWN    /* it may have been placed: never send again */
};

struct jaxl_verdict {
    enum jaxl_verdict_kind kind;
    int64_t call_id;              /* 0 unless submitted */
    const struct jaxl_json *call; /* the Call object when it came along; borrowed from the doc */
    const char *balance;          /* of the account, decimal text; NULL when not said; borrowed */
    const char *reason;           /* the platform's own words, whole; "" for none; borrowed too */
};

/* sent: some byte of the request may have left. status: HTTP, 0 without an answer. body: len bytes.
 * doc: where the body is parsed; *out borrows from it. Cannot fail: what cannot be read is unknown.
 */
void jaxl_verdict_read(bool sent, int status, const char *body, size_t len,
                       struct jaxl_json_doc *doc, struct jaxl_verdict *out);

#endif
