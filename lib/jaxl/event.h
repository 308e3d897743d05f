/* What happens to a call, as the platform tells a webhook, and its record (jaxl-records(5)). */
#ifndef JAXL_EVENT_H
#define JAXL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/buf.h>
#include <jaxl/json.h>

#ifdef __cplusplus
extern "C" {
#endif

enum jaxl_event_kind {
    JAXL_EVENT_CONFIGURE, /* a number was assigned to the IVR: there is no call */
    JAXL_EVENT_SETUP,     /* a call enters the IVR */
    JAXL_EVENT_DATA,      /* the digits that were asked for, at setup or within an option */
    JAXL_EVENT_OPTION,    /* a digit came in */
    JAXL_EVENT_MARK,      /* a prompt that carried a mark was spoken */
    JAXL_EVENT_TEARDOWN,  /* the call has ended */
    JAXL_EVENT_STREAM,    /* reserved for streams */
    JAXL_EVENT_KINDS
};

struct jaxl_event {
    enum jaxl_event_kind kind;
    char id[40];           /* set by the receiver: unique, also over restarts */
    int64_t received;      /* microseconds since 1970; set by the receiver */
    int64_t call_id, ivr;  /* 0: none */
    int64_t direction;     /* 0 app to app or unknown, 1 incoming, 2 outgoing */
    const char *from, *to; /* as sent; NULL: none. These texts and values are borrowed from body */
    const char *option, *data, *mark;
    const struct jaxl_json *metadata, *state, *body; /* metadata and state: NULL when null */
    bool duplicate; /* set by the receiver: the same came a moment before */
};

/* Reads the body of a webhook's request, which is borrowed; deleted: that was a DELETE, which says
 * that the call has ended, whatever event its body has. What the receiver sets is empty. (The
 * protocol, section 7.) JAXL_EINPUT, with *e untouched: no object, pk or event missing, an event
 * that there is not, a member of the wrong type, an event of a call that does not name the call. */
JAXL_API int jaxl_event_read(struct jaxl_event *e, const struct jaxl_json *body, bool deleted,
                             struct jaxl_error *err);

/* "setup"; static storage. */
JAXL_API const char *jaxl_event_name(enum jaxl_event_kind kind);
/* The enum jaxl_event_kind of a name; -1: there is none. */
JAXL_API int jaxl_event_kind(const char *name);

/* Appends the record of the event, one JSON object and a newline. Members that we do not know go
 * through under their names; one of the body that has a name of ours goes into state (behind as
 * many '_' as it takes where state has that name, too). Failure sticks in out. */
JAXL_API void jaxl_event_write(const struct jaxl_event *e, struct jaxl_buf *out);

/* The number of the other side, the person's: to of an outgoing call, from of an incoming one.
 * NULL: none, or nobody says which way the call goes. Borrowed from the body. */
JAXL_API const char *jaxl_event_other(const struct jaxl_event *e);

/* The text of the field that a path of len bytes (event, option, metadata.x.y, state.org.name) has
 * in the record, as jaxl_json_find would find it there, of *n bytes: of a string, of a number as
 * it was written, or true or false. NULL: no such field, null, an array or an object. Borrowed from
 * the body, or in scratch. */
JAXL_API const char *jaxl_event_field(const struct jaxl_event *e, const char *path, size_t len,
                                      char scratch[32], size_t *n);

#ifdef __cplusplus
}
#endif
#endif
