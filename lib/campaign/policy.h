/* The rules of calling as data: read from policy files and options, and asked of each lead right
 * before it would be called. Pure but for the reading of files: who is called, where and how often
 * so far is told to it.
 *
 * A policy file has one "key = value" a line, with the same keys as jaxl-dial has options; '#'
 * begins a comment, "[US-FL]" the rules for an area (jaxl/area.h) and all areas within it, "[*]"
 * those for all. Of rules that limit calls the strictest of all that apply holds, wherever they
 * come from: windows are intersected, every cap holds, the longer gap, the fewer attempts. */
#ifndef JAXL_CAMPAIGN_POLICY_H
#define JAXL_CAMPAIGN_POLICY_H

#include "campaign/disposition.h"
#include "jaxl/area.h"
#include "jaxl/window.h"

enum {
    JAXL_POLICY_CAPS = 32,     /* of a policy */
    JAXL_POLICY_RETRIES = 16,  /* delays of a disposition */
    JAXL_POLICY_SECTIONS = 128 /* areas that a policy has rules for */
};

struct jaxl_policy;

/* At most so many calls to a number over so many microseconds, whichever begin they have. */
struct jaxl_policy_cap {
    unsigned calls;
    int64_t span;
};

/* What holds for an area; a value of 0 is no rule. */
struct jaxl_policy_rules {
    bool has_window;
    struct jaxl_window window;
    struct jaxl_policy_cap caps[JAXL_POLICY_CAPS]; /* n_caps; a gap is a cap of one call */
    size_t n_caps;
    unsigned max_attempts;
    int64_t expire;      /* a lead is not called so long after it was added */
    int64_t dnc_max_age; /* of the oldest do-not-call file */
};

/* Makes a policy without a rule, but with the retries of design.md section 7. JAXL_ENOMEM. */
int jaxl_policy_new(struct jaxl_policy **p, struct jaxl_error *err);
void jaxl_policy_free(struct jaxl_policy **p);
/* Takes a rule for an area ("" and "*": all), as a line of a policy file has it. JAXL_EARG: there
 * is no such key or area, or the value is wrong; JAXL_EINPUT, JAXL_EIO: of a file that it names;
 * JAXL_ELIMIT: too many; JAXL_ENOMEM. */
int jaxl_policy_set(struct jaxl_policy *p, const char *area, const char *key, const char *value,
                    struct jaxl_error *err);
/* Reads a policy file. The errors of jaxl_policy_set as JAXL_EINPUT, with the number of the line;
 * JAXL_ECONFIG: there is no such file. What was read before an error is in the policy. */
int jaxl_policy_read(struct jaxl_policy *p, const char *path, struct jaxl_error *err);

/* The strictest of all rules for an area. False when its windows leave no time at all. */
bool jaxl_policy_rules(const struct jaxl_policy *p, const char *area,
                       struct jaxl_policy_rules *out);
/* The zone of leads that have none and whose number has none; NULL: none was set. */
const char *jaxl_policy_zone(const struct jaxl_policy *p);
/* NULL: there are none. */
const struct jaxl_holidays *jaxl_policy_holidays(const struct jaxl_policy *p);

/* How long after a call that ended so the next attempt is due, when this was attempt number
 * `attempt` (from 1): microseconds; -1: there is none. */
int64_t jaxl_policy_retry(const struct jaxl_policy *p, enum jaxl_disposition d, unsigned attempt);

enum jaxl_policy_verdict {
    JAXL_POLICY_CALL,
    JAXL_POLICY_DEFER,     /* until a time */
    JAXL_POLICY_EXHAUSTED, /* max-attempts */
    JAXL_POLICY_EXPIRED,
    JAXL_POLICY_NEVER /* no window will open */
};

/* What is to be known of a lead. All times in microseconds since 1970. */
struct jaxl_policy_lead {
    int64_t now, added_at;
    unsigned attempts; /* that counted */
    struct jaxl_zone *const *zones;
    size_t n_zones;
    /* When the n-th latest call to the number was, n from 1; -1: there were not so many.
     * JAXL_OK or an error, which is passed on. */
    int (*nth)(void *ctx, unsigned n, int64_t *at, struct jaxl_error *err);
    void *ctx;
};

/* What follows from the rules, and why. */
struct jaxl_policy_answer {
    enum jaxl_policy_verdict verdict;
    int64_t until;    /* DEFER: the instant from which on this rule allows it; else -1 */
    const char *rule; /* the key of the rule that decided; static storage; NULL: none */
    char value[80];   /* and its value, as "3/7d" */
};

int jaxl_policy_check(const struct jaxl_policy_rules *rules, const struct jaxl_holidays *holidays,
                      const struct jaxl_policy_lead *lead, struct jaxl_policy_answer *out,
                      struct jaxl_error *err);

#endif
