/* The policy of a run, asked of one lead after the other: which rules hold where a number is at
 * home, by whose clocks, and what follows from them now. */
#ifndef JAXL_CAMPAIGN_RULES_H
#define JAXL_CAMPAIGN_RULES_H

#include "campaign/policy.h"
#include "jaxl/phone.h"

struct jaxl_rules;
struct jaxl_rules_area;

/* Where a lead is; borrowed from the rules for as long as they live. */
struct jaxl_rules_place {
    const struct jaxl_rules_area *area; /* NULL: it was never asked */
    struct jaxl_zone *own;              /* the zone of the lead's column; NULL: none */
};

/* policy: borrowed. JAXL_ENOMEM. */
int jaxl_rules_new(struct jaxl_rules **r, const struct jaxl_policy *policy, struct jaxl_error *err);
void jaxl_rules_free(struct jaxl_rules **r);
/* Where a number is, and in which zone. tz: tz_len bytes, the lead's own; NULL: none.
 * JAXL_EINPUT: there is no such zone. JAXL_ECONFIG: where numbers are cannot be told
 * (libphonenumber or the system's zones are missing), and no tz is set. JAXL_ENOMEM, JAXL_EIO. */
int jaxl_rules_locate(struct jaxl_rules *r, const struct jaxl_phone *to, const char *tz,
                      size_t tz_len, struct jaxl_rules_place *out, struct jaxl_error *err);
/* What the policy says of a lead; its zones are filled in. The errors of lead->nth. */
int jaxl_rules_check(const struct jaxl_rules *r, const struct jaxl_rules_place *place,
                     struct jaxl_policy_lead *lead, struct jaxl_policy_answer *out,
                     struct jaxl_error *err);
/* "US-FL"; "" where it is not known. */
const char *jaxl_rules_area_name(const struct jaxl_rules_place *place);
/* What the clocks show in the zone that forbids calls: "sat 20:14 in America/New_York", or that
 * there is none. room: of text. */
void jaxl_rules_explain(const struct jaxl_rules *r, const struct jaxl_rules_place *place,
                        int64_t now, char *text, size_t room);
/* How many zones count: in each of them it must be within the hours. */
size_t jaxl_rules_zones(const struct jaxl_rules_place *place);
/* Of the rules where it is; 0: no limit. */
int64_t jaxl_rules_dnc_age(const struct jaxl_rules_place *place);
/* 0: no limit. */
unsigned jaxl_rules_max_attempts(const struct jaxl_rules_place *place);

#endif
