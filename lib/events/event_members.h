/* What the record of an event has, for those who check names. */
#ifndef JAXL_EVENTS_EVENT_MEMBERS_H
#define JAXL_EVENTS_EVENT_MEMBERS_H

#include <stddef.h>

enum { JAXL_EVENT_MEMBERS = 15 };

/* The name of member i, in the order of the record; NULL behind the last. Static storage. */
const char *jaxl_event_member(size_t i);

#endif
