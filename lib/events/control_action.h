/* Actions: what each of them has and does, and what is kept of a record until it is carried out. */
#ifndef JAXL_EVENTS_CONTROL_ACTION_H
#define JAXL_EVENTS_CONTROL_ACTION_H

#include <stdbool.h>

#include "events/control_member.h"
#include "events/control_sound.h"
#include "jaxl/answer.h"

/* What reading and sending actions needs, for one thread. */
struct jaxl_control_tools {
    struct jaxl_control_sounds sounds;
    struct jaxl_json_doc *doc;        /* of the action that is sent */
    struct jaxl_json_doc *data;       /* of a text that is JSON */
    struct jaxl_control_cells *cells; /* of the action that was read last */
    struct jaxl_buf text;             /* scratch */
};

enum { JAXL_CONTROL_ACTION_MAX = 8 * 1024 * 1024 }; /* bytes of what is kept of a record */

struct jaxl_control_row {
    const char *name;
    uint32_t members; /* set of enum jaxl_control_member */
    enum jaxl_endpoint endpoint;
    bool live;  /* goes only while the call is not over */
    bool reads; /* changes nothing at the platform */
    /* What the members must be together: JAXL_EINPUT says what is wrong. */
    int (*check)(struct jaxl_control_tools *t, struct jaxl_error *err);
    /* Queues the request. The errors of the library's function for it. */
    int (*send)(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                struct jaxl_answer *a, struct jaxl_error *err);
};

/* In the order of the manual; NULL past the last. */
const struct jaxl_control_row *jaxl_control_action_row(size_t i);

enum jaxl_control_expiry {
    JAXL_CONTROL_NEVER,
    JAXL_CONTROL_SPAN, /* after it was read, on the monotonic clock */
    JAXL_CONTROL_CLOCK /* a wall time */
};

struct jaxl_control_action {
    struct jaxl_control_action *next;
    const struct jaxl_control_row *row;
    int64_t call;
    unsigned states; /* `if`: a set, of which one must hold; 0: always */
    bool looked;     /* and one does */
    bool live;       /* of the row, and of what the record says */
    bool late;       /* it expires before its turn comes */
    enum jaxl_control_expiry expiry;
    int64_t expires;         /* see expiry */
    int64_t read_at;         /* monotonic */
    int64_t delay;           /* span */
    int64_t throttled_since; /* monotonic; 0: it was not */
    size_t len;
    char rest[]; /* len bytes: the record without what its result says anew; a JSON object */
};

int jaxl_control_tools_init(struct jaxl_control_tools *t, struct jaxl_error *err);
void jaxl_control_tools_free(struct jaxl_control_tools *t);

/* Reads and checks a record. now: monotonic. *out: to be freed with free().
 * JAXL_EINPUT says what is wrong with it. JAXL_ENOMEM, and JAXL_ECONFIG of what a module is missing
 * for, are not its fault. */
int jaxl_control_action_read(struct jaxl_control_tools *t, const struct jaxl_json *record,
                             int64_t now, struct jaxl_control_action **out, struct jaxl_error *err);
/* Reads the cells of what is kept of a record once more, for its row's send. JAXL_ENOMEM; others
 * when a file that it names has changed. */
int jaxl_control_action_cells(struct jaxl_control_tools *t, const struct jaxl_control_action *a,
                              struct jaxl_error *err);
/* Whether it may not be carried out any more. */
bool jaxl_control_action_expired(const struct jaxl_control_action *a, int64_t mono, int64_t wall);
/* The members that results have, and that are not taken from the record. */
bool jaxl_control_action_owns(const char *member);

#endif
