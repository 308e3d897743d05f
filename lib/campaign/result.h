/* The record that tells what became of one attempt: one for every lead that is no reject. Members
 * in this order, all always there, null where nothing is known (jaxl-records(5)):
 *
 *   to from ivr lead campaign attempt call_id session_id state disposition placed_at answered_at
 *   ended_at duration costs failure_reason reason rule value next_at http_status candidates
 *   reconciled sent_at input
 *
 * A planned one (--dry-run) has message, the rendered text or null, before input. */
#ifndef JAXL_CAMPAIGN_RESULT_H
#define JAXL_CAMPAIGN_RESULT_H

#include "jaxl/json.h"
#include "jaxl/phone.h"
#include "jaxl/uuid.h"
#include "platform/disposition.h"

enum jaxl_result_state {
    JAXL_RESULT_NEW,        /* given back: the run was stopped before it was asked for */
    JAXL_RESULT_PLANNED,    /* --dry-run */
    JAXL_RESULT_SUBMITTED,  /* the platform has it; how it ended is not known (yet) */
    JAXL_RESULT_DONE,       /* over: disposition says how */
    JAXL_RESULT_REFUSED,    /* the platform would not */
    JAXL_RESULT_NOT_SENT,   /* the platform could not be reached */
    JAXL_RESULT_THROTTLED,  /* the platform kept saying later */
    JAXL_RESULT_UNKNOWN,    /* it may have been placed */
    JAXL_RESULT_SUPPRESSED, /* on a do-not-call list, or opted out */
    JAXL_RESULT_DEFERRED,   /* not to be called yet: rule says why, next_at when */
    JAXL_RESULT_EXHAUSTED,  /* called as often as it may be */
    JAXL_RESULT_EXPIRED,    /* too old */
    JAXL_RESULT_STATES
};

enum {
    JAXL_RESULT_NUMBER = 40,
    JAXL_RESULT_FAILURE = 64,
    JAXL_RESULT_REASON = 200,
    JAXL_RESULT_VALUE = 80
};

struct jaxl_result {
    struct jaxl_phone to, from;
    bool own_from;        /* from is the lead's own, not one of the pool */
    int64_t ivr;          /* 0: null */
    const char *campaign; /* borrowed */
    unsigned attempt;
    int64_t call_id; /* 0: null */
    char session_id[JAXL_UUID_TEXT];
    enum jaxl_result_state state;
    enum jaxl_disposition disposition;
    int64_t placed, answered, ended;   /* microseconds since 1970, -1: null */
    char duration[JAXL_RESULT_NUMBER]; /* a JSON number; "": null */
    char failure[JAXL_RESULT_FAILURE]; /* "": null */
    struct jaxl_buf costs;             /* JSON; empty: null */
    char reason[JAXL_RESULT_REASON];   /* "": null */
    const char *rule;                  /* that kept it from being called; static; NULL: null */
    char value[JAXL_RESULT_VALUE];     /* of the rule; "": null */
    int64_t next_at;                   /* when the lead is due again, -1: null */
    int status;                        /* 0: null */
    int candidates;                    /* -1: null */
    bool reconciled;
    int64_t sent;                          /* our clock, -1: null */
    struct jaxl_buf lead;                  /* text */
    struct jaxl_buf message;               /* text; empty: null */
    struct jaxl_buf input;                 /* JSON */
    struct jaxl_json_writer *input_writer; /* onto input */
};

/* Names of the CSV and table columns, in order; *n of them. Static storage. */
const char *const *jaxl_result_columns(size_t *n);
const char *jaxl_result_state_name(enum jaxl_result_state state);

/* Makes it ready for its first use; a lead, message or input is at most max bytes. JAXL_ENOMEM. */
int jaxl_result_init(struct jaxl_result *r, size_t max);
/* Forgets the attempt and keeps memory of ordinary size for the next. */
void jaxl_result_reset(struct jaxl_result *r);
void jaxl_result_free(struct jaxl_result *r);
/* Copies what a Call object says. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_result_learn(struct jaxl_result *r, const struct jaxl_disposition_facts *facts);
/* Whether the platform would not for want of money: the account's fault, not the lead's. */
bool jaxl_result_is_unpaid(const struct jaxl_result *r);
/* Writes it as one JSON object. */
void jaxl_result_write(const struct jaxl_result *r, struct jaxl_json_writer *w);

#endif
