/* The state file: which IVR of the account a name is. NDJSON, one line a name:
 *
 *     {"org": 42}
 *     {"ivr": "main", "id": 12}
 *     {"ivr": "support", "id": null}      about to be made
 *     {"not": 7}                          says the same as one of them, and is somebody else's
 *
 * It is replaced in one step, readable for its owner alone, and locked by who changes it. */
#ifndef JAXL_IVR_STATE_H
#define JAXL_IVR_STATE_H

#include "ivr/tree.h"
#include "jaxl/session.h"
#include "platform/statefile.h"

struct jaxl_ivr_bond {
    const char *name;
    int64_t id; /* 0: about to be made */
    bool taken; /* the input has the name */
    bool gone;  /* not to be written: another name has its IVR */
};

struct jaxl_ivr_state {
    struct jaxl_arena arena; /* of names */
    struct jaxl_ivr_names names, ids, foreign;
    struct jaxl_ivr_bond **bonds; /* n, in the order of the file */
    size_t n, room;
    int64_t org; /* whose it is; 0: nobody's yet */
    struct jaxl_statefile file;
    bool fresh; /* it had no name when it was opened */
    bool changed;
};

/* Reads the file at path, which need not be there. lock: makes it and holds it for this process
 * until it is freed. JAXL_EBUSY: another holds it; JAXL_EINPUT: it is none, with the line;
 * JAXL_EIO; JAXL_ENOMEM; JAXL_ELIMIT. To be freed also on failure. */
int jaxl_ivr_state_open(struct jaxl_ivr_state *s, const char *path, bool lock,
                        struct jaxl_error *err);
/* A file that was made for the lock alone goes with it. */
void jaxl_ivr_state_free(struct jaxl_ivr_state *s);
/* Opens the session, and makes the state one of its organisation. JAXL_ECONFIG: it is of another;
 * the errors of jaxl_session_open. */
int jaxl_ivr_state_own(struct jaxl_ivr_state *s, struct jaxl_session *session,
                       struct jaxl_error *err);
/* NULL: it has no such name. */
struct jaxl_ivr_bond *jaxl_ivr_state_find(const struct jaxl_ivr_state *s, const char *name);
/* Whose IVR this is; NULL: nobody's. */
struct jaxl_ivr_bond *jaxl_ivr_state_owner(const struct jaxl_ivr_state *s, int64_t id);
/* Binds a name (copied) to an id, which another may have had, 0: to one that is about to be made.
 * JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_ivr_state_bind(struct jaxl_ivr_state *s, const char *name, int64_t id);
/* Notes that an IVR is none of the names'. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_ivr_state_disown(struct jaxl_ivr_state *s, int64_t id);
bool jaxl_ivr_state_disowns(const struct jaxl_ivr_state *s, int64_t id);
/* Writes it if it has changed; nothing without a lock. JAXL_EIO, JAXL_ENOMEM. */
int jaxl_ivr_state_save(struct jaxl_ivr_state *s, struct jaxl_error *err);

#endif
