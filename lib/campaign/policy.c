#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "campaign/policy_impl.h"
#include "jaxl/clock.h"
#include "jaxl/span.h"

#define MINUTES(n) ((n)*60 * JAXL_SECOND)

int jaxl_policy_new(struct jaxl_policy **out, struct jaxl_error *err)
{
    struct jaxl_policy *p = calloc(1, sizeof *p);

    *out = p;
    if (!p)
        return jaxl_error_set(err, JAXL_ENOMEM, "policy: out of memory");
    /* design.md section 7 */
    p->retries[JAXL_DISPOSITION_NO_ANSWER].after[0] = MINUTES(60);
    p->retries[JAXL_DISPOSITION_NO_ANSWER].after[1] = MINUTES(240);
    p->retries[JAXL_DISPOSITION_NO_ANSWER].n = 2;
    p->retries[JAXL_DISPOSITION_VOICEMAIL].after[0] = MINUTES(240);
    p->retries[JAXL_DISPOSITION_VOICEMAIL].n = 1;
    p->retries[JAXL_DISPOSITION_NET_FAIL].after[0] = MINUTES(10);
    p->retries[JAXL_DISPOSITION_NET_FAIL].n = 1;
    return 0;
}

void jaxl_policy_free(struct jaxl_policy **policy)
{
    struct jaxl_policy *p = policy ? *policy : NULL;

    if (!p)
        return;
    jaxl_holidays_free(&p->holidays);
    jaxl_policy_settings_free(&p->settings);
    free(p);
    *policy = NULL;
}

const char *jaxl_policy_zone(const struct jaxl_policy *p)
{
    return p->zone[0] ? p->zone : NULL;
}

const struct jaxl_holidays *jaxl_policy_holidays(const struct jaxl_policy *p)
{
    return p->holidays;
}

const struct jaxl_policy_settings *jaxl_policy_settings(const struct jaxl_policy *p)
{
    return &p->settings;
}

bool jaxl_policy_says(const struct jaxl_policy_rules *r)
{
    return r->has_window || r->has_days || r->n_caps || r->max_attempts || r->expire ||
           r->dnc_max_age;
}

bool jaxl_policy_empty(const struct jaxl_policy *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (jaxl_policy_says(&p->sections[i].rules))
            return false;
    return !p->holidays;
}

int64_t jaxl_policy_retry(const struct jaxl_policy *p, enum jaxl_disposition d, unsigned attempt)
{
    return attempt > 0 && attempt <= p->retries[d].n ? p->retries[d].after[attempt - 1] : -1;
}

/* Whether a rule for `rule` holds in an area: "" in all, "US" in "US-FL", and "CA-PE" in
 * "CA-NS/PE", of which nobody knows which of the two it is. An area that is not known, or a country
 * without its state, may be in any: every rule of the country holds. */
static bool applies(const char *rule, const char *area)
{
    const char *state = strchr(rule, '-'), *states = strchr(area, '-');
    size_t len;

    if (!*rule || !*area || strcmp(rule, area) == 0)
        return true;
    if (strncmp(rule, area, 2) != 0)
        return false;
    if (!state || !states)
        return true;
    state++;
    len = strlen(state);
    for (states++; *states; states += strcspn(states, "/"), states += *states == '/')
        if (strcspn(states, "/") == len && memcmp(states, state, len) == 0)
            return true;
    return false;
}

static void least(int64_t *a, int64_t b)
{
    if (b && (!*a || b < *a))
        *a = b;
}

/* A window of whole days, a bit for each. */
static void whole_days(unsigned days, struct jaxl_window *out)
{
    for (int d = 0; d < 7; d++) {
        memset(out->open[d], days >> d & 1 ? 0xff : 0, sizeof out->open[d]);
        out->open[d][22] &= UINT32_MAX; /* the day ends there */
    }
}

bool jaxl_policy_hours(const struct jaxl_policy_rules *r, struct jaxl_window *out)
{
    struct jaxl_window window = r->window;

    whole_days(r->has_days ? r->days : 0x7f, out);
    if (!r->has_window)
        window = *out;
    return jaxl_window_intersect(out, &window);
}

static void tighten(struct jaxl_policy_rules *to, const struct jaxl_policy_rules *r)
{
    if (r->has_window && to->has_window)
        (void)jaxl_window_intersect(&to->window, &r->window);
    else if (r->has_window)
        to->window = r->window;
    to->has_window = to->has_window || r->has_window;
    if (r->has_days)
        to->days = to->has_days ? to->days & r->days : r->days;
    to->has_days = to->has_days || r->has_days;
    for (size_t i = 0; i < r->n_caps; i++) /* there are not more in all of the policy */
        to->caps[to->n_caps++] = r->caps[i];
    if (r->max_attempts && (!to->max_attempts || r->max_attempts < to->max_attempts))
        to->max_attempts = r->max_attempts;
    least(&to->expire, r->expire);
    least(&to->dnc_max_age, r->dnc_max_age);
}

bool jaxl_policy_rules(const struct jaxl_policy *p, const char *area, struct jaxl_policy_rules *out)
{
    struct jaxl_window hours;

    *out = (struct jaxl_policy_rules){0};
    for (size_t i = 0; i < p->n; i++)
        if (applies(p->sections[i].area, area))
            tighten(out, &p->sections[i].rules);
    return jaxl_policy_hours(out, &hours);
}

static int decide(struct jaxl_policy_answer *out, enum jaxl_policy_verdict verdict, int64_t until,
                  const char *rule, const char *value)
{
    out->verdict = verdict;
    out->until = until;
    out->rule = rule;
    snprintf(out->value, sizeof out->value, "%s", value);
    return 0;
}

/* The cap that holds longest, when one does. */
static int check_caps(const struct jaxl_policy_rules *r, const struct jaxl_policy_lead *lead,
                      struct jaxl_policy_answer *out, struct jaxl_error *err)
{
    char span[JAXL_SPAN_TEXT], value[64];

    for (size_t i = 0; i < r->n_caps; i++) {
        const struct jaxl_policy_cap *cap = &r->caps[i];
        int64_t at;
        int code = lead->nth(lead->ctx, cap->calls, &at, err);
        if (code)
            return code;
        if (at < 0 || at + cap->span <= lead->now || at + cap->span <= out->until)
            continue;
        jaxl_span_format(cap->span, span);
        snprintf(value, sizeof value, "%u/%s", cap->calls, span);
        (void)decide(out, JAXL_POLICY_DEFER, at + cap->span, cap->calls == 1 ? "gap" : "cap",
                     cap->calls == 1 ? span : value);
    }
    return 0;
}

/* The date of a holiday that it is in one of the zones. */
static void holiday_text(const struct jaxl_holidays *holidays, const struct jaxl_policy_lead *lead,
                         char *out, size_t size)
{
    struct jaxl_zone_clock local;
    struct jaxl_date date;

    for (size_t i = 0; i < lead->n_zones; i++) {
        jaxl_zone_local(lead->zones[i], lead->now, &local);
        if (!jaxl_holidays_has(holidays, local.days))
            continue;
        jaxl_date_from_days(local.days, &date);
        snprintf(out, size, "%04" PRId64 "-%02d-%02d", date.year, date.month, date.day);
        return;
    }
}

/* Which of holidays, days and hours keeps a closed window closed: what is closed longest without
 * the others. */
static void name_closed(const struct jaxl_policy_rules *r, const struct jaxl_holidays *holidays,
                        const struct jaxl_policy_lead *lead, struct jaxl_policy_answer *out)
{
    struct jaxl_window all, days;
    const struct {
        const char *rule;
        const struct jaxl_window *window; /* NULL: there is no such rule */
        const struct jaxl_holidays *holidays;
    } reasons[] = {{"holidays", holidays ? &all : NULL, holidays},
                   {"days", r->has_days ? &days : NULL, NULL},
                   {"window", r->has_window ? &r->window : NULL, NULL}};
    int64_t latest = -1, until;

    whole_days(0x7f, &all);
    whole_days(r->days, &days);
    out->value[0] = '\0';
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (!reasons[i].window)
            continue;
        if (jaxl_window_open(reasons[i].window, reasons[i].holidays, lead->zones, lead->n_zones,
                             lead->now, &until))
            until = 0;
        if (until > latest) {
            latest = until;
            out->rule = reasons[i].rule;
        }
    }
    if (strcmp(out->rule, "holidays") == 0)
        holiday_text(holidays, lead, out->value, sizeof out->value);
    else if (strcmp(out->rule, "days") == 0)
        jaxl_policy_days_text(r->days, out->value, sizeof out->value);
    else
        jaxl_policy_window_text(&r->window, out->value, sizeof out->value);
}

static void check_hours(const struct jaxl_policy_rules *r, const struct jaxl_holidays *holidays,
                        const struct jaxl_policy_lead *lead, struct jaxl_policy_answer *out)
{
    struct jaxl_window hours;
    int64_t until;

    if (!r->has_window && !r->has_days && !holidays)
        return;
    (void)jaxl_policy_hours(r, &hours);
    if (jaxl_window_open(&hours, holidays, lead->zones, lead->n_zones, lead->now, &until))
        return;
    if (until == JAXL_WINDOW_NEVER)
        (void)decide(out, JAXL_POLICY_NEVER, -1, "window", "");
    else if (until > out->until)
        (void)decide(out, JAXL_POLICY_DEFER, until, "window", "");
    else
        return;
    name_closed(r, holidays, lead, out);
}

int jaxl_policy_check(const struct jaxl_policy_rules *r, const struct jaxl_holidays *holidays,
                      const struct jaxl_policy_lead *lead, struct jaxl_policy_answer *out,
                      struct jaxl_error *err)
{
    static const struct jaxl_policy_answer call = {JAXL_POLICY_CALL, -1, NULL, ""};
    char text[JAXL_SPAN_TEXT];
    int code;

    *out = call;
    if (r->max_attempts && lead->attempts >= r->max_attempts) {
        snprintf(text, sizeof text, "%u", r->max_attempts);
        return decide(out, JAXL_POLICY_EXHAUSTED, -1, "max-attempts", text);
    }
    if (r->expire && lead->now - lead->added_at >= r->expire)
        return decide(out, JAXL_POLICY_EXPIRED, -1, "expire", jaxl_span_format(r->expire, text));
    code = check_caps(r, lead, out, err);
    if (!code)
        check_hours(r, holidays, lead, out);
    return code;
}
