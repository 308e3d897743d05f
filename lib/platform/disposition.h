/* How a call ended, from the platform's Call object (protocol.md section 5). */
#ifndef JAXL_PLATFORM_DISPOSITION_H
#define JAXL_PLATFORM_DISPOSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"

enum jaxl_disposition {
    JAXL_DISPOSITION_NONE, /* not over, or nobody knows of it: null in a record */
    JAXL_DISPOSITION_ANSWERED,
    JAXL_DISPOSITION_NO_ANSWER,
    JAXL_DISPOSITION_VOICEMAIL,
    JAXL_DISPOSITION_BAD_NUMBER,
    JAXL_DISPOSITION_DND,
    JAXL_DISPOSITION_FUNDS,
    JAXL_DISPOSITION_REGULATORY,
    JAXL_DISPOSITION_NET_FAIL,
    JAXL_DISPOSITION_CANCELLED,
    JAXL_DISPOSITION_UNKNOWN,
    JAXL_DISPOSITION_COUNT
};

/* "ANSWERED", ...; NULL for NONE. */
const char *jaxl_disposition_name(enum jaxl_disposition d);
/* What a failure_reason of len bytes amounts to; UNKNOWN for one that is not in the table. */
enum jaxl_disposition jaxl_disposition_of_failure(const char *reason, size_t len);

/* What a Call object says of how it ended; the texts are borrowed. */
struct jaxl_disposition_signs {
    const char *failure; /* failure_len bytes of its failure_reason; 0: none */
    size_t failure_len;
    bool voicemail;           /* has_voicemail */
    bool missed, missed_said; /* missed may be absent: then only time on the line shows that
                                 somebody answered */
    int64_t span;             /* of that time, in any unit */
};
enum jaxl_disposition jaxl_disposition_judge(const struct jaxl_disposition_signs *signs);

struct jaxl_disposition_facts {
    enum jaxl_disposition disposition;
    bool over;      /* completed_on is set */
    bool finalized; /* over, and the cost is final */
    /* microseconds since 1970; -1 where the Call does not say. answered is never stated: for a call
     * that was ANSWERED or went to VOICEMAIL it is ended less duration, when that does not lie
     * before placed. */
    int64_t placed, answered, ended;
    const struct jaxl_json *duration;       /* a number of seconds, or NULL */
    const struct jaxl_json *costs;          /* an array, or NULL */
    const struct jaxl_json *failure_reason; /* a string, or NULL */
};

/* Reads a Call object; everything in *out is borrowed from it. */
void jaxl_disposition_read(const struct jaxl_json *call, struct jaxl_disposition_facts *out);
/* Only when a call was placed, microseconds since 1970; -1 when it does not say. */
int64_t jaxl_disposition_placed(const struct jaxl_json *call);

#endif
