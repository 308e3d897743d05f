#include "data/zone_rule.h"
#include "base/date.h"

enum { HOUR = 3600, DAY = 24 * HOUR, MOST_HOURS = 167 };

struct cursor {
    const char *p, *end;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool next_is(struct cursor *c, char wanted)
{
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

static bool number(struct cursor *c, int least, int most, int *out)
{
    const char *start = c->p;
    int v = 0;

    for (; c->p < c->end && is_digit(*c->p) && c->p - start < 3; c->p++)
        v = v * 10 + (*c->p - '0');
    *out = v;
    return c->p > start && v >= least && v <= most;
}

/* "EST" or "<+0530>". */
static bool name(struct cursor *c)
{
    bool quoted = next_is(c, '<');
    const char *start = c->p;

    while (c->p < c->end &&
           (is_letter(*c->p) || (quoted && (is_digit(*c->p) || *c->p == '+' || *c->p == '-'))))
        c->p++;
    return c->p - start >= 3 && (!quoted || next_is(c, '>'));
}

/* [+-]hh[:mm[:ss]], in seconds. */
static bool span_of_time(struct cursor *c, int32_t *out)
{
    bool negative = next_is(c, '-');
    int h, m = 0, s = 0;

    if (!negative)
        (void)next_is(c, '+');
    if (!number(c, 0, MOST_HOURS, &h) ||
        (next_is(c, ':') && (!number(c, 0, 59, &m) || (next_is(c, ':') && !number(c, 0, 59, &s)))))
        return false;
    *out = (negative ? -1 : 1) * (h * HOUR + m * 60 + s);
    return true;
}

/* Written as what is to be added to the clock for UTC. */
static bool offset(struct cursor *c, int32_t *out)
{
    if (!span_of_time(c, out))
        return false;
    *out = -*out;
    return *out >= -JAXL_ZONE_FARTHEST && *out <= JAXL_ZONE_FARTHEST;
}

static bool day_of_year(struct cursor *c, struct jaxl_zone_moment *out)
{
    if (next_is(c, 'M')) {
        out->kind = JAXL_ZONE_WEEK;
        return number(c, 1, 12, &out->month) && next_is(c, '.') && number(c, 1, 5, &out->week) &&
               next_is(c, '.') && number(c, 0, 6, &out->day);
    }
    if (next_is(c, 'J')) {
        out->kind = JAXL_ZONE_DAY;
        return number(c, 1, 365, &out->day);
    }
    out->kind = JAXL_ZONE_LEAP_DAY;
    return number(c, 0, 365, &out->day);
}

static bool moment(struct cursor *c, struct jaxl_zone_moment *out)
{
    out->time = 2 * HOUR;
    return next_is(c, ',') && day_of_year(c, out) &&
           (!next_is(c, '/') || span_of_time(c, &out->time));
}

bool jaxl_zone_rule_parse(const char *text, size_t len, struct jaxl_zone_rule *out)
{
    struct cursor c = {text, text + len};
    struct jaxl_zone_rule rule = {0};

    if (!name(&c) || !offset(&c, &rule.standard))
        return false;
    if (c.p < c.end) {
        rule.changes = true;
        rule.summer = rule.standard + HOUR;
        if (!name(&c) || (c.p < c.end && *c.p != ',' && !offset(&c, &rule.summer)) ||
            !moment(&c, &rule.begins) || !moment(&c, &rule.ends) || c.p != c.end)
            return false;
    }
    *out = rule;
    return true;
}

/* The moment in a year, by its own clock. */
static int64_t local(const struct jaxl_zone_moment *m, int64_t year)
{
    int64_t day = jaxl_date_days(year, 1, 1);

    if (m->kind == JAXL_ZONE_WEEK) {
        int days = jaxl_date_month_days(year, m->month), of_month;
        day = jaxl_date_days(year, m->month, 1);
        of_month = (m->day - jaxl_date_weekday(day) + 7) % 7 + (m->week - 1) * 7;
        day += of_month < days ? of_month : of_month - 7;
    } else if (m->kind == JAXL_ZONE_DAY) {
        day += m->day - 1 + (m->day >= 60 && jaxl_date_month_days(year, 2) == 29);
    } else {
        day += m->day;
    }
    return day * DAY + m->time;
}

void jaxl_zone_rule_span(const struct jaxl_zone_rule *rule, int64_t t, struct jaxl_zone_span *out)
{
    struct jaxl_date date;

    *out = (struct jaxl_zone_span){INT64_MIN, INT64_MAX, rule->standard};
    if (!rule->changes)
        return;
    jaxl_date_from_days(t / DAY - (t % DAY < 0), &date);
    /* A moment may be a week outside its year. The end of one summer that is the beginning of the
     * next is no winter: a clock that never changes is written so. */
    for (int64_t year = date.year - 2; year <= date.year + 2; year++) {
        int64_t begins = local(&rule->begins, year) - rule->standard;
        int64_t ends = local(&rule->ends, year) - rule->summer;
        if (begins <= t && begins >= out->from) {
            out->from = begins;
            out->offset = rule->summer;
        }
        if (ends <= t && ends > out->from) {
            out->from = ends;
            out->offset = rule->standard;
        }
        if (begins > t && begins < out->until)
            out->until = begins;
        if (ends > t && ends < out->until)
            out->until = ends;
    }
}
