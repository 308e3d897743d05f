/* The events that a co-process was asked about, by their ids: those that are open, in the order in
 * which they come due, and as many that are over as there is room for, so that an answer that comes
 * twice or late is told from one that nobody asked for. Pure; everything in it was made at once. */
#ifndef EVENTS_ASKED_H
#define EVENTS_ASKED_H

#include <stddef.h>
#include <stdint.h>

enum { JAXL_ASKED_ID = 40 }; /* bytes of an id with its NUL */

enum jaxl_asked_state {
    JAXL_ASKED_FREE,
    JAXL_ASKED_OPEN,
    JAXL_ASKED_ANSWERED,
    JAXL_ASKED_OVER, /* its time was over, or its co-process died */
    JAXL_ASKED_TOLD  /* nobody waits for an answer, though one may come */
};

struct jaxl_asked_event {
    char id[JAXL_ASKED_ID];
    uint64_t ticket;
    int64_t due;
    enum jaxl_asked_state state;
    uint32_t chain;          /* the next of its bucket */
    uint32_t earlier, later; /* of its list: those open, or those over */
};

struct jaxl_asked;

/* max: events, open and over together, at most 2^24. JAXL_EARG, JAXL_ENOMEM. */
int jaxl_asked_new(struct jaxl_asked **a, size_t max);
void jaxl_asked_free(struct jaxl_asked **a);

/* Opens an event. due must not be before that of the one opened last. JAXL_EBUSY: max are open.
 * JAXL_EARG: the id is longer than it may be, empty, or known. */
int jaxl_asked_put(struct jaxl_asked *a, const char *id, uint64_t ticket, int64_t due);
/* NULL: never asked, or forgotten. id has len bytes. */
struct jaxl_asked_event *jaxl_asked_find(const struct jaxl_asked *a, const char *id, size_t len);
/* An open event is over: ANSWERED, OVER or TOLD. */
void jaxl_asked_close(struct jaxl_asked *a, struct jaxl_asked_event *e,
                      enum jaxl_asked_state state);
/* The open one that was asked first; NULL: none. */
struct jaxl_asked_event *jaxl_asked_first(const struct jaxl_asked *a);
/* Those open. */
size_t jaxl_asked_count(const struct jaxl_asked *a);

#endif
