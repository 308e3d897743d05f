/* What a zone does after the last change that its file lists: the rule at the end of the file, in
 * the form of POSIX's TZ with the extensions of RFC 8536 ("EST5EDT,M3.2.0,M11.1.0"). */
#ifndef JAXL_DATA_ZONE_RULE_H
#define JAXL_DATA_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JAXL_ZONE_FARTHEST = 26 * 3600 }; /* seconds that a clock may differ from UTC (RFC 8536) */

/* The time with one offset from UTC: from <= t < until, in seconds since 1970 (UTC); INT64_MIN and
 * INT64_MAX when it has no such end. */
struct jaxl_zone_span {
    int64_t from, until;
    int32_t offset; /* seconds east */
};

/* A moment of every year, by the clock that goes until then. */
struct jaxl_zone_moment {
    enum { JAXL_ZONE_WEEK, JAXL_ZONE_DAY, JAXL_ZONE_LEAP_DAY } kind;
    int month, week, day; /* the day of a week, Jn, or n */
    int32_t time;         /* seconds after midnight, from -167 h to 167 h */
};

struct jaxl_zone_rule {
    int32_t standard, summer; /* seconds east */
    bool changes;             /* there is a summer, between these: */
    struct jaxl_zone_moment begins, ends;
};

/* False when the text is no rule. */
bool jaxl_zone_rule_parse(const char *text, size_t len, struct jaxl_zone_rule *out);
/* The span that t is in, had the rule always held. */
void jaxl_zone_rule_span(const struct jaxl_zone_rule *rule, int64_t t, struct jaxl_zone_span *out);

#endif
