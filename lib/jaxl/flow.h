/* Rules that answer webhooks (jaxl-flow(5)): an event comes, the first rule that matches says what
 * the caller hears or where the call goes, and what is remembered of the call. No network, no
 * clock. One thread at a time.
 *
 *     jaxl_flow_read(&f, fd, "flow.ndjson", &options, &err);
 *     jaxl_event_read(&e, body, false, &err);
 *     rc = jaxl_flow_answer(f, &e, &out, &err);   // {"prompt":["Hello."],"num_characters":1}
 */
#ifndef JAXL_FLOW_H
#define JAXL_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/event.h>
#include <jaxl/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rules, and what they remember of calls. */
struct jaxl_flow;

enum {
    JAXL_FLOW_RULES = 4096,          /* of a file */
    JAXL_FLOW_VARIABLES = 64,        /* of a file, by name */
    JAXL_FLOW_VALUE = 4096,          /* bytes of a variable */
    JAXL_FLOW_CALLS = 100000,        /* calls that are remembered, when nothing else is said */
    JAXL_FLOW_MEMORY = 256 << 20,    /* bytes of all variables, when nothing else is said */
    JAXL_FLOW_LEADS_MEMORY = 1 << 30 /* bytes of leads, when nothing else is said */
};

/* One problem: message is one line without file and line. */
typedef void jaxl_flow_report(void *ctx, const char *file, uint64_t line, const char *message);

struct jaxl_flow_options {
    enum jaxl_record_input input;
    bool no_rules;     /* a file without rules is fine: leads alone are wanted */
    bool second;       /* somebody else answers first, and the rules are asked for what is left:
                          one that asks for keys may never see them */
    size_t max_calls;  /* calls that are remembered; 0: JAXL_FLOW_CALLS */
    size_t max_memory; /* bytes of all variables; 0: JAXL_FLOW_MEMORY. One call may always have all
                          of its own */
    jaxl_flow_report *report; /* of what is wrong with the rules; NULL: silent */
    void *ctx;                /* of report */
};

/* Reads rules from fd, which stays open. name: of the file, for messages, copied. options may be
 * NULL. Every problem is reported, in the order of the lines. JAXL_EINPUT: there were problems, err
 * has their number, or the first when there is no report; JAXL_EIO, JAXL_ENOMEM; JAXL_ESTOPPED when
 * a signal came while it waited; JAXL_ECONFIG: the module that parts texts into sentences is not
 * installed. */
JAXL_API int jaxl_flow_read(struct jaxl_flow **f, int fd, const char *name,
                            const struct jaxl_flow_options *options, struct jaxl_error *err);
JAXL_API void jaxl_flow_free(struct jaxl_flow **f);

struct jaxl_flow_leads_options {
    enum jaxl_record_input input;
    const char *const
        *map; /* n_map texts "field=Header", as of struct jaxl_record_reader_options */
    size_t n_map;
    size_t max_memory;        /* bytes; 0: JAXL_FLOW_LEADS_MEMORY */
    jaxl_flow_report *report; /* of records that cannot be used, and of fields that a rule takes and
                                 no lead has; NULL: silent */
    void *ctx;                /* of report */
};

/* Reads leads from fd, which stays open: records with a number in E.164 in the field to. Of leads
 * with the same number the last counts. Those of an earlier call are forgotten when this one is
 * done, and stay when it fails. options may be NULL. JAXL_EARG for a map that is wrong; JAXL_ELIMIT
 * for more than max_memory; JAXL_EIO, JAXL_ENOMEM, JAXL_ECONFIG (a header that cannot be used);
 * JAXL_ESTOPPED when a signal came while it waited. */
JAXL_API int jaxl_flow_leads(struct jaxl_flow *f, int fd, const char *name,
                             const struct jaxl_flow_leads_options *options, struct jaxl_error *err);
/* How many there are. */
JAXL_API size_t jaxl_flow_leads_count(const struct jaxl_flow *f);
/* Whether a rule takes a field of a lead: without leads such a rule finds none. */
JAXL_API bool jaxl_flow_wants_leads(const struct jaxl_flow *f);
/* The record of the lead with this number, as JSON text of *len bytes (NUL-terminated), borrowed
 * until leads are read again. NULL: there is none, or number is NULL or none. */
JAXL_API const char *jaxl_flow_lead(const struct jaxl_flow *f, const char *number, size_t *len);

/* Appends the answer of the first rule that matches the event to out, in the form that the
 * platform takes: one JSON object, without a newline. Rules that only remember something are
 * applied on the way. When the call ends (JAXL_EVENT_TEARDOWN) what was remembered of it is
 * forgotten afterwards.
 * JAXL_EEND: no rule matched, or the one that did has no answer; JAXL_EINPUT: the answer of the one
 * that did is wrong for this event (a field is missing, a number is none), a variable would be too
 * long, or a pattern was given up on: err says file and line; JAXL_ENOMEM; JAXL_ELIMIT: out is
 * full. Nothing is appended then. */
JAXL_API int jaxl_flow_answer(struct jaxl_flow *f, const struct jaxl_event *e, struct jaxl_buf *out,
                              struct jaxl_error *err);
/* How many calls something is remembered of. */
JAXL_API size_t jaxl_flow_calls(const struct jaxl_flow *f);

#ifdef __cplusplus
}
#endif
#endif
