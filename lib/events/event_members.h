/* What the record of an event has, and what of the body or of its state that is. */
#ifndef JAXL_EVENTS_EVENT_MEMBERS_H
#define JAXL_EVENTS_EVENT_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "jaxl/event.h"

/* In the order of the record. */
enum {
    MEMBER_ID,
    MEMBER_EVENT,
    MEMBER_CALL_ID,
    MEMBER_IVR,
    MEMBER_FROM,
    MEMBER_TO,
    MEMBER_DIRECTION,
    MEMBER_OPTION,
    MEMBER_DATA,
    MEMBER_MARK,
    MEMBER_METADATA,
    MEMBER_CAMPAIGN_ID,
    MEMBER_RECEIVED_AT,
    MEMBER_STATE,
    MEMBER_DUPLICATE,
    JAXL_EVENT_MEMBERS
};

struct jaxl_event_name {
    const char *text;
    size_t len;
};

struct jaxl_event_member {
    struct jaxl_event_name name, in_state, in_body; /* of the last two one at most */
    struct jaxl_event_name key;                     /* as it is written, behind another */
};
extern const struct jaxl_event_member jaxl_event_members[JAXL_EVENT_MEMBERS];

/* The name of member i; NULL behind the last. Static storage. */
const char *jaxl_event_member(size_t i);

/* The member of this name in the record, in the body, in the state; JAXL_EVENT_MEMBERS: none. */
size_t jaxl_event_member_named(const char *name, size_t len);
size_t jaxl_event_member_in_body(const char *name, size_t len);
size_t jaxl_event_member_in_state(const char *name, size_t len);
/* Whether the protocol has a member of this name in the body. */
bool jaxl_event_member_known(const char *name, size_t len);

/* The values that the members have, one walk through the body for all; NULL: none, or null. */
struct jaxl_event_values {
    const struct jaxl_json *of[JAXL_EVENT_MEMBERS];
    bool unknown; /* the body has members that the protocol does not: hardly ever */
};
void jaxl_event_member_values(const struct jaxl_event *e, struct jaxl_event_values *values);

#endif
