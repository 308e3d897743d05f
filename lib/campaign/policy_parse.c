/* A policy as text: its keys, and the files that hold them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "campaign/policy_impl.h"

enum { LINE_MAX_BYTES = 1000 };

/* The section of an area, which is made when it is new. NULL: too many. */
static struct jaxl_policy_rules *rules_of(struct jaxl_policy *p, const char *area)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->sections[i].area, area) == 0)
            return &p->sections[i].rules;
    if (p->n == JAXL_POLICY_SECTIONS)
        return NULL;
    snprintf(p->sections[p->n].area, sizeof p->sections[p->n].area, "%s", area);
    return &p->sections[p->n++].rules;
}

/* Takes over rules whose window or days have changed. */
static int take_hours(struct jaxl_policy_rules *r, const struct jaxl_policy_rules *changed,
                      struct jaxl_error *err)
{
    struct jaxl_window left;

    if (!jaxl_policy_hours(changed, &left))
        return jaxl_error_set(err, JAXL_EARG,
                              "it leaves no time together with the windows and days before it");
    *r = *changed;
    return 0;
}

static int set_window(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                      struct jaxl_error *err)
{
    struct jaxl_policy_rules changed = *r;
    struct jaxl_window window;
    int code = jaxl_window_parse(value, &window, err);

    (void)p;
    if (code)
        return code;
    if (changed.has_window)
        (void)jaxl_window_intersect(&changed.window, &window);
    else
        changed.window = window;
    changed.has_window = true;
    return take_hours(r, &changed, err);
}

/* Days are read as a window of whole ones. */
static int set_days(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                    struct jaxl_error *err)
{
    struct jaxl_policy_rules changed = *r;
    struct jaxl_window window;
    unsigned days = 0;

    (void)p;
    if (strchr(value, ':'))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.60s' has hours in it, which a window says: window = mon-fri "
                              "09:00-19:00",
                              value);
    if (jaxl_window_parse(value, &window, NULL))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.60s' are no days, which are written as mon-fri or mon,wed,fri",
                              value);
    for (int d = 0; d < 7; d++)
        days |= (unsigned)(window.open[d][0] & 1) << d;
    changed.days = (uint8_t)(r->has_days ? r->days & days : days);
    changed.has_days = true;
    return take_hours(r, &changed, err);
}

static int add_cap(const struct jaxl_policy *p, struct jaxl_policy_rules *r, unsigned calls,
                   int64_t span, struct jaxl_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_caps; i++)
        if (r->caps[i].calls == calls && r->caps[i].span == span)
            return 0;
    for (size_t i = 0; i < p->n; i++)
        n += p->sections[i].rules.n_caps;
    if (n == JAXL_POLICY_CAPS)
        return jaxl_error_set(err, JAXL_ELIMIT, "more than %d caps and gaps", JAXL_POLICY_CAPS);
    r->caps[r->n_caps++] = (struct jaxl_policy_cap){calls, span};
    return 0;
}

static int read_count(const char *text, size_t len, unsigned *n, struct jaxl_error *err)
{
    unsigned v = 0;
    size_t i = 0;

    for (; i < len && text[i] >= '0' && text[i] <= '9' && v < 100000; i++)
        v = v * 10 + (unsigned)(text[i] - '0');
    if (i != len || v == 0 || v > 100000)
        return jaxl_error_set(err, JAXL_EARG, "'%.*s' is not a number from 1 to 100000",
                              (int)(len < 40 ? len : 40), text);
    *n = v;
    return 0;
}

/* A span without its unit would be seconds: 3/7 is hardly meant so, and it would let calls through.
 */
static int read_span(const char *text, size_t len, int64_t *us, struct jaxl_error *err)
{
    int64_t span;
    int code = jaxl_policy_span(text, len, &span, err);

    if (code)
        return code;
    if (text[len - 1] >= '0' && text[len - 1] <= '9')
        return jaxl_error_set(err, JAXL_EARG, "'%.*s' has no unit: %.*sm, %.*sh or %.*sd", (int)len,
                              text, (int)len, text, (int)len, text, (int)len, text);
    *us = span;
    return 0;
}

static int set_cap(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                   struct jaxl_error *err)
{
    const char *slash = strchr(value, '/');
    unsigned calls;
    int64_t span;
    int code;

    if (!slash)
        return jaxl_error_set(err, JAXL_EARG, "'%.40s' is not calls over a span such as 3/7d",
                              value);
    code = read_count(value, (size_t)(slash - value), &calls, err);
    if (!code)
        code = read_span(slash + 1, strlen(slash + 1), &span, err);
    return code ? code : add_cap(p, r, calls, span, err);
}

static int set_gap(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                   struct jaxl_error *err)
{
    int64_t span;
    int code = read_span(value, strlen(value), &span, err);

    return code ? code : add_cap(p, r, 1, span, err);
}

static void least_span(int64_t *field, int64_t span)
{
    if (!*field || span < *field)
        *field = span;
}

static int set_expire(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                      struct jaxl_error *err)
{
    int64_t span;
    int code = read_span(value, strlen(value), &span, err);

    (void)p;
    if (!code)
        least_span(&r->expire, span);
    return code;
}

static int set_dnc_age(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                       struct jaxl_error *err)
{
    int64_t span;
    int code = jaxl_policy_span(value, strlen(value), &span, err);

    (void)p;
    if (!code)
        least_span(&r->dnc_max_age, span);
    return code;
}

static int set_attempts(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                        struct jaxl_error *err)
{
    unsigned n;
    int code = read_count(value, strlen(value), &n, err);

    (void)p;
    if (!code && (!r->max_attempts || n < r->max_attempts))
        r->max_attempts = n;
    return code;
}

static int set_zone(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                    struct jaxl_error *err)
{
    struct jaxl_zone *zone;
    int code = jaxl_zone_new(&zone, value, err);

    (void)r;
    if (!code)
        snprintf(p->zone, sizeof p->zone, "%s", jaxl_zone_name(zone));
    jaxl_zone_free(&zone);
    return code;
}

static int set_holidays(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                        struct jaxl_error *err)
{
    bool first = !p->holidays;
    int code = first ? jaxl_holidays_new(&p->holidays, err) : 0;

    (void)r;
    if (!code)
        code = jaxl_holidays_load(p->holidays, value, err);
    if (code && first)
        jaxl_holidays_free(&p->holidays);
    return code;
}

static enum jaxl_disposition disposition_of(const char *name, size_t len)
{
    int d = JAXL_DISPOSITION_NONE + 1;

    for (; d < JAXL_DISPOSITION_COUNT; d++) {
        const char *known = jaxl_disposition_name((enum jaxl_disposition)d);
        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return (enum jaxl_disposition)d;
    }
    return JAXL_DISPOSITION_NONE;
}

/* "NO_ANSWER=60m,4h,1d", and "NO_ANSWER=never". */
static int set_retry(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
                     struct jaxl_error *err)
{
    const char *equals = strchr(value, '='), *at;
    size_t name = equals ? strcspn(value, " \t=") : 0, n = 0;
    enum jaxl_disposition d = disposition_of(value, name);
    int64_t after[JAXL_POLICY_RETRIES];
    int code = 0;

    (void)r;
    if (!d || d == JAXL_DISPOSITION_UNKNOWN ||
        strspn(value + name, " \t") + name != (size_t)(equals - value))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.60s' is not a disposition and delays such as "
                              "NO_ANSWER=60m,4h,1d; dispositions are ANSWERED, NO_ANSWER, "
                              "VOICEMAIL, BAD_NUMBER, DND, FUNDS, REGULATORY, NET_FAIL, CANCELLED",
                              value);
    at = equals + 1 + strspn(equals + 1, " \t");
    while (!code && strcmp(at, "never") != 0) {
        size_t len = strcspn(at, ", \t");
        if (n == JAXL_POLICY_RETRIES)
            return jaxl_error_set(err, JAXL_ELIMIT, "more than %d delays", JAXL_POLICY_RETRIES);
        code = read_span(at, len, &after[n++], err);
        at += len + strspn(at + len, " \t");
        if (!*at)
            break;
        if (!code && *at != ',')
            code = jaxl_error_set(err, JAXL_EARG, "'%.40s' does not belong there", at);
        at += 1 + strspn(at + 1, " \t");
    }
    if (code)
        return code;
    memcpy(p->retries[d].after, after, n * sizeof after[0]);
    p->retries[d].n = n;
    return 0;
}

static const struct {
    const char *key;
    bool everywhere; /* has no areas */
    int (*set)(struct jaxl_policy *p, struct jaxl_policy_rules *r, const char *value,
               struct jaxl_error *err);
} keys[] = {
    {"window", false, set_window},
    {"days", false, set_days},
    {"cap", false, set_cap},
    {"gap", false, set_gap},
    {"max-attempts", false, set_attempts},
    {"expire", false, set_expire},
    {"dnc-max-age", false, set_dnc_age},
    {"tz", true, set_zone},
    {"holidays", true, set_holidays},
    {"retry", true, set_retry},
};

enum { RULES = sizeof keys / sizeof keys[0] };

/* With all those that there are. */
static int no_such_key(const char *key, struct jaxl_error *err)
{
    char listed[400] = "";
    const char *name = keys[0].key;

    for (size_t i = 0, len = 0; name && len < sizeof listed; i++) {
        len += (size_t)snprintf(listed + len, sizeof listed - len, "%s%s", i ? ", " : "", name);
        name = i + 1 < RULES ? keys[i + 1].key : jaxl_policy_setting_key(i + 1 - RULES);
    }
    return jaxl_error_set(err, JAXL_EARG, "there is no rule '%.40s'; there are: %s", key, listed);
}

/* "" for all; the name of one that exists otherwise. */
static int check_area(const char **area, struct jaxl_error *err)
{
    struct jaxl_area_list zones;

    if (strcmp(*area, "*") == 0)
        *area = "";
    return **area ? jaxl_area_zones(*area, &zones, err) : 0;
}

/* For an area that was checked. */
static int set_rule(struct jaxl_policy *p, const char *area, const char *key, const char *value,
                    struct jaxl_error *err)
{
    const struct jaxl_policy_setting *setting = jaxl_policy_setting_find(key);
    struct jaxl_policy_rules *rules;
    size_t i = 0;
    int code;

    while (!setting && i < RULES && strcmp(keys[i].key, key) != 0)
        i++;
    if (i == RULES)
        return no_such_key(key, err);
    if (*area && (setting || keys[i].everywhere))
        return jaxl_error_set(err, JAXL_EARG,
                              "%s holds everywhere: it cannot stand under [%s], but before the "
                              "first area or under [*]",
                              key, area);
    rules = setting ? NULL : rules_of(p, area);
    if (!setting && !rules)
        return jaxl_error_set(err, JAXL_ELIMIT, "rules for more than %d areas",
                              JAXL_POLICY_SECTIONS);
    code = setting ? jaxl_policy_setting_take(setting, &p->settings, value, err)
                   : keys[i].set(p, rules, value, err);
    return code ? jaxl_error_prefix(err, code, "%s", key) : 0;
}

int jaxl_policy_set(struct jaxl_policy *p, const char *area, const char *key, const char *value,
                    struct jaxl_error *err)
{
    int code = check_area(&area, err);

    return code ? code : set_rule(p, area, key, value, err);
}

static int take_section(char *line, char area[JAXL_AREA_NAME], struct jaxl_error *err)
{
    size_t len = strlen(line);
    const char *name = line + 1;
    int code;

    if (line[len - 1] != ']' || len < 3 || len - 2 >= JAXL_AREA_NAME)
        return jaxl_error_set(err, JAXL_EARG, "'%.40s' is not an area such as [US-FL]", line);
    line[len - 1] = '\0';
    code = check_area(&name, err);
    snprintf(area, JAXL_AREA_NAME, "%s", name);
    return code;
}

static int take_line(struct jaxl_policy *p, char *line, char area[JAXL_AREA_NAME],
                     struct jaxl_error *err)
{
    char *equals;

    line[strcspn(line, "#")] = '\0';
    line = jaxl_line_trim(line);
    if (!*line)
        return 0;
    if (*line == '[')
        return take_section(line, area, err);
    equals = strchr(line, '=');
    if (!equals)
        return jaxl_error_set(err, JAXL_EARG, "'%.60s' is not key = value", line);
    *equals = '\0';
    return set_rule(p, area, jaxl_line_trim(line), jaxl_line_trim(equals + 1), err);
}

/* The next line without its end, of size - 1 bytes at most. False: there is none. */
static bool next_line(FILE *file, char *line, size_t size, size_t *len)
{
    int c = 0;

    for (*len = 0; *len < size - 1 && (c = getc(file)) != EOF && c != '\n';)
        line[(*len)++] = (char)c;
    line[*len] = '\0';
    return c != EOF || *len > 0;
}

static int take_lines(struct jaxl_policy *p, FILE *file, const char *path, struct jaxl_error *err)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that editors put in front of UTF-8 */
    char line[LINE_MAX_BYTES + 2], area[JAXL_AREA_NAME] = "";
    struct jaxl_error own = {0}, *e = err ? err : &own;
    unsigned n = 0;
    size_t len;
    int code = 0;

    while (!code && next_line(file, line, sizeof line, &len)) {
        size_t skip = ++n == 1 && strncmp(line, mark, strlen(mark)) == 0 ? strlen(mark) : 0;
        if (len > LINE_MAX_BYTES)
            code = jaxl_error_set(e, JAXL_EARG, "longer than %d bytes", LINE_MAX_BYTES);
        else if (strlen(line) < len)
            code = jaxl_error_set(e, JAXL_EARG, "not text: it has a zero byte");
        else
            code = take_line(p, line + skip, area, e);
    }
    if (!code && ferror(file))
        return jaxl_error_set(err, JAXL_EIO, "%s: %s", path, strerror(errno));
    if (!code)
        return 0;
    (void)jaxl_error_prefix(e, code, "%s: line %u", path, n);
    if (code == JAXL_EARG || code == JAXL_ELIMIT)
        e->code = code = JAXL_EINPUT;
    return code;
}

int jaxl_policy_read(struct jaxl_policy *p, const char *path, struct jaxl_error *err)
{
    FILE *file = fopen(path, "re");
    int code;

    if (!file)
        return jaxl_error_set(err, errno == ENOENT ? JAXL_ECONFIG : JAXL_EIO, "%s: %s", path,
                              strerror(errno));
    code = take_lines(p, file, path, err);
    fclose(file);
    return code;
}
