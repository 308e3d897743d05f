/* What the members of an action record say. */
#ifndef JAXL_EVENTS_CONTROL_MEMBER_H
#define JAXL_EVENTS_CONTROL_MEMBER_H

#include "jaxl/json.h"
#include "jaxl/phone.h"

/* The members that some action has, in the order of the manual. */
enum jaxl_control_member {
    JAXL_CONTROL_E164,
    JAXL_CONTROL_FROM_E164,
    JAXL_CONTROL_EMAIL,
    JAXL_CONTROL_PROMPT,
    JAXL_CONTROL_LANGUAGE,
    JAXL_CONTROL_MARK,
    JAXL_CONTROL_URL,
    JAXL_CONTROL_FILE,
    JAXL_CONTROL_NEXT,
    JAXL_CONTROL_PHONE,
    JAXL_CONTROL_DEVICES,
    JAXL_CONTROL_APPUSERS,
    JAXL_CONTROL_TEAMS,
    JAXL_CONTROL_WEBHOOK,
    JAXL_CONTROL_TEXT,
    JAXL_CONTROL_TYPE,
    JAXL_CONTROL_DIRECTION,
    JAXL_CONTROL_TIME,
    JAXL_CONTROL_NAME,
    JAXL_CONTROL_RATIONALE,
    JAXL_CONTROL_DATA,
    JAXL_CONTROL_STATUS,
    JAXL_CONTROL_PATH,
    JAXL_CONTROL_MEMBERS
};

enum { JAXL_CONTROL_IDS = 256, JAXL_CONTROL_PROMPTS = 256 }; /* of one action */

struct jaxl_control_cell {
    const struct jaxl_json *value; /* NULL: not given, null or an empty text */
    const char *text;              /* its text; the word of a choice; a number in E.164 */
    int64_t number;                /* an id, a time, which word of a choice */
};

/* All members of one record. Borrows from the record, and points into itself. */
struct jaxl_control_cells {
    struct jaxl_control_cell of[JAXL_CONTROL_MEMBERS];
    struct jaxl_phone phones[3];
    size_t n_phones;
    int64_t ids[JAXL_CONTROL_IDS]; /* of the list that was read last */
    size_t n_ids;
    const char *prompts[JAXL_CONTROL_PROMPTS]; /* a prompt that is an array */
    size_t n_prompts;                          /* 0: it is a text */
};

#define JAXL_CONTROL_HAS(member) (UINT32_C(1) << (member))

const char *jaxl_control_member_name(enum jaxl_control_member m);
/* Reads those members of a record that are in the set; the others are not looked at.
 * JAXL_EINPUT: the member, and what is wrong with it. */
int jaxl_control_member_read(uint32_t set, const struct jaxl_json *record,
                             struct jaxl_control_cells *out, struct jaxl_error *err);

/* A member that is neither null nor an empty text (which is what CSV has for it); NULL. */
const struct jaxl_json *jaxl_control_member_given(const struct jaxl_json *record, const char *name);

#endif
