/* The rules of calling as data: read from policy files and options, and asked of each lead right
 * before it would be called. Pure but for the reading of files: who is called, where and how often
 * so far is told to it.
 *
 * A policy file has one "key = value" a line, with the same keys as jaxl-dial has options; '#'
 * begins a comment, "[US-FL]" the rules for an area (jaxl/area.h) and all areas within it, "[*]"
 * those for all. Of rules that limit calls the strictest of all that apply holds, wherever they
 * come from: windows and days are intersected, every cap holds, the longer gap, the fewer
 * attempts. Of settings, which hold everywhere, the later one holds. jaxl-policy(5) explains all
 * of the keys. */
#ifndef JAXL_CAMPAIGN_POLICY_H
#define JAXL_CAMPAIGN_POLICY_H

#include "campaign/dnc.h"
#include "campaign/pace.h"
#include "jaxl/area.h"
#include "jaxl/money.h"
#include "jaxl/phone.h"
#include "jaxl/window.h"
#include "platform/disposition.h"

enum {
    JAXL_POLICY_CAPS = 32,      /* of a policy */
    JAXL_POLICY_RETRIES = 16,   /* delays of a disposition */
    JAXL_POLICY_SECTIONS = 128, /* areas that a policy has rules for */
    JAXL_POLICY_FROM = 256,     /* numbers to call from */
    JAXL_POLICY_DIGEST = 32     /* bytes of a digest */
};

struct jaxl_policy;

/* At most so many calls to a number over so many microseconds, whichever begin they have. */
struct jaxl_policy_cap {
    unsigned calls;
    int64_t span;
};

/* What holds for an area; a value of 0 is no rule. */
struct jaxl_policy_rules {
    bool has_window, has_days;
    struct jaxl_window window;
    uint8_t days; /* a bit for each day that is allowed, from Sunday */
    struct jaxl_policy_cap caps[JAXL_POLICY_CAPS]; /* n_caps; a gap is a cap of one call */
    size_t n_caps;
    unsigned max_attempts;
    int64_t expire;      /* a lead is not called so long after it was added */
    int64_t dnc_max_age; /* of the oldest do-not-call file */
};

/* Which number of the pool a call is from. */
enum jaxl_policy_from_by {
    JAXL_POLICY_ROTATION, /* each in turn */
    JAXL_POLICY_COUNTRY   /* each in turn of those with the country of who is called */
};

/* What was set for the run: a member with has_* only counts when that is true, 0 of the others is
 * not said. */
struct jaxl_policy_settings {
    bool has_rate, has_rate_per_from, has_budget, has_max_cost_per_call, has_min_balance,
        has_halt_unknown;
    struct jaxl_pace_rate rate, rate_per_from;
    unsigned max_active;                      /* at most 1000000 */
    unsigned connections;                     /* at most 64 */
    struct jaxl_phone from[JAXL_POLICY_FROM]; /* n_from, each once, in the order they were set */
    size_t n_from;
    enum jaxl_policy_from_by from_by;
    char *dnc[JAXL_DNC_FILES]; /* n_dnc, each once: "FILE" or "+91:FILE" (jaxl_dnc_name) */
    size_t n_dnc;
    struct jaxl_money budget, max_cost_per_call, min_balance; /* at least 0 */
    unsigned halt_after;   /* failures of the network in a row; at most 1000000 */
    unsigned halt_unknown; /* of a million attempts; at most 1000000 */
    int64_t max_runtime;   /* microseconds */
};

/* Makes a policy without a rule, but with the retries of design.md section 7. JAXL_ENOMEM. */
int jaxl_policy_new(struct jaxl_policy **p, struct jaxl_error *err);
void jaxl_policy_free(struct jaxl_policy **p);
/* Takes a rule for an area ("" and "*": all) or a setting, as a line of a policy file has it.
 * JAXL_EARG: there is no such key or area, or the value is wrong; JAXL_EINPUT, JAXL_EIO: of a file
 * that it names; JAXL_ELIMIT: too many; JAXL_ENOMEM. The policy is as before then. */
int jaxl_policy_set(struct jaxl_policy *p, const char *area, const char *key, const char *value,
                    struct jaxl_error *err);
/* Reads a policy file. The errors of jaxl_policy_set as JAXL_EINPUT, with the number of the line;
 * JAXL_ECONFIG: there is no such file. What was read before an error is in the policy. */
int jaxl_policy_read(struct jaxl_policy *p, const char *path, struct jaxl_error *err);
/* Reads several, separated by commas: those with a '/' in them or ".policy" at their end are paths,
 * all others presets ("us,in"), which are in $JAXL_POLICIES when that is set (not in programs with
 * rights of their own), else where they were installed. The errors of jaxl_policy_read; JAXL_EARG:
 * a name is empty; JAXL_ECONFIG: there is no such preset, with those that there are. */
int jaxl_policy_load(struct jaxl_policy *p, const char *names, struct jaxl_error *err);

/* The strictest of all rules for an area. False when its windows and days leave no time at all. */
bool jaxl_policy_rules(const struct jaxl_policy *p, const char *area,
                       struct jaxl_policy_rules *out);
/* The zone of leads that have none and whose number has none; NULL: none was set. */
const char *jaxl_policy_zone(const struct jaxl_policy *p);
/* NULL: there are none. */
const struct jaxl_holidays *jaxl_policy_holidays(const struct jaxl_policy *p);
/* Borrowed from p: they change as it does. */
const struct jaxl_policy_settings *jaxl_policy_settings(const struct jaxl_policy *p);
/* Whether there is no rule at all that could put a call off or forbid it, in any area. */
bool jaxl_policy_empty(const struct jaxl_policy *p);
/* SHA-256 over what decides when leads are called: the rules of all areas, tz, the dates of
 * holidays, and retries; not the settings. The same for the same rules in another order. A value of
 * this version of the library, to compare and to keep. JAXL_ENOMEM. */
int jaxl_policy_digest(const struct jaxl_policy *p, unsigned char out[JAXL_POLICY_DIGEST],
                       struct jaxl_error *err);

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
    char value[80];   /* and its value, as "3/7d"; of several windows what they leave together, and
                         of holidays the date; what is too long ends in "..." */
};

/* What follows at lead->now. What ends a lead goes before what puts it off. Of what puts it off the
 * one decides that does so longest, and among hours, days and holidays, which open together, the
 * one that is closed longest by itself. 0, or an error of lead->nth. */
int jaxl_policy_check(const struct jaxl_policy_rules *rules, const struct jaxl_holidays *holidays,
                      const struct jaxl_policy_lead *lead, struct jaxl_policy_answer *out,
                      struct jaxl_error *err);

#endif
