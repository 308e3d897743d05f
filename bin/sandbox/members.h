/* The cast: who is in the organisation, and the teams. */
#ifndef SANDBOX_MEMBERS_H
#define SANDBOX_MEMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "sandbox/world.h"

enum { MEMBERS = 8, TEAMS = 3, USER_MEMBER = 1 }; /* USER_MEMBER: the id of the user's own */

/* The id of a member or team is its place, from 1 on. */
struct member {
    const char *email, *status;
    unsigned teams;                 /* bit i: the team with the id i + 1 */
    const char *permissions;        /* JSON */
    int64_t invited_by, removed_by; /* members, 0 for nobody */
    const char *phone_number;       /* NULL for none */
};
extern const struct member members[MEMBERS];

/* The app user that a member is. */
static inline int64_t member_user(int64_t id)
{
    return APP_USER_ID + id - USER_MEMBER;
}

#endif
