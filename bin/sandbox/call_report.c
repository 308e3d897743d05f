/* GET /v1/calls/report/: totals over the calls that match. */
#include <stdio.h>
#include <string.h>

#include "sandbox/request.h"

struct totals {
    int64_t calls, answered, missed, voicemail, failed, live, seconds;
    int64_t minutes[CURRENCIES];
    bool final;
};

/* One end of date_range: a time, or a date, which is its midnight (UTC). */
static bool take_end(const char *text, size_t len, int64_t *out)
{
    char whole[JAXL_CLOCK_ISO_MAX];

    if (len != strlen("2026-11-24"))
        return jaxl_clock_parse(text, len, out) == 0;
    memcpy(whole, text, len);
    strcpy(whole + len, "T00:00:00Z");
    return jaxl_clock_parse(whole, strlen(whole), out) == 0;
}

static bool take_range(struct request *r, int64_t *start, int64_t *end)
{
    const char *text = param_text(r, "date_range"), *comma = text ? strchr(text, ',') : NULL;

    if (!text)
        return true;
    if (comma && take_end(text, (size_t)(comma - text), start) &&
        take_end(comma + 1, strlen(comma + 1), end) && *start < *end)
        return true;
    return refuse(r, 400, "INVALID_PARAMETER", "date_range",
                  "it must be two ISO 8601 dates or times with a comma between, the earlier first");
}

static bool each(struct request *r, const char *name, bool (*ok)(const char *text),
                 const char *what)
{
    for (size_t i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].name, name) == 0 && !ok(r->params[i].value))
            return refuse(r, 400, "INVALID_PARAMETER", name, "%.100s is not %s", r->params[i].value,
                          what);
    return true;
}

static bool is_number(const char *text)
{
    return e164_parse(text) != 0;
}

static bool is_id(const char *text)
{
    return *text >= '1' && *text <= '9' && strspn(text, "0123456789") == strlen(text) &&
           strlen(text) <= 18;
}

static bool tag_admitted(const struct request *r, const struct call *c)
{
    if (!param_text(r, "tag"))
        return true;
    for (size_t i = 0; c->extra && i < c->extra->n_tags; i++)
        if (param_admits(r, "tag", c->extra->tags[i].name))
            return true;
    return false;
}

static bool matches(const struct request *r, const struct call *c)
{
    char ours[E164_TEXT], other[E164_TEXT];

    return param_admits(r, "our_number", e164_format(call_ours(c), ours)) &&
           param_admits(r, "other_number", e164_format(call_other(c), other)) && tag_admitted(r, c);
}

static void count(struct totals *t, const struct call *c, int64_t now)
{
    struct call_view v;

    call_view(c, now, &v);
    t->calls++;
    t->live += !v.over;
    t->answered += v.talked && c->outcome == ANSWERED;
    t->missed += call_missed(c, &v);
    t->voicemail += v.talked && c->outcome == VOICEMAIL;
    t->failed += v.over && c->outcome == FAILED;
    t->seconds += v.duration;
    t->final = t->final && v.final;
    if (v.final)
        t->minutes[c->currency] += v.minutes;
}

static void write_costs(struct world *w, struct jaxl_json_writer *j, const struct totals *t)
{
    char text[JAXL_MONEY_TEXT];

    jaxl_json_write_array(j);
    for (int i = 1; i < CURRENCIES; i++) {
        struct jaxl_money cost = call_cost(w, i, t->minutes[i]);
        jaxl_json_write_object(j);
        jaxl_json_write_key(j, "cost");
        jaxl_json_write_number(j, jaxl_money_format(&cost, text));
        jaxl_json_write_member(j, "currency", currencies[i].code);
        jaxl_json_write_end(j);
    }
    jaxl_json_write_end(j);
}

static const char *const names[] = {"num_calls", "answered",  "missed", "voicemail", "failed",
                                    "live",      "call_time", "costs",  NULL};

static void write_report(struct world *w, struct request *r, const struct totals *t)
{
    const int64_t values[] = {t->calls,  t->answered, t->missed, t->voicemail,
                              t->failed, t->live,     t->seconds};
    size_t n = sizeof values / sizeof *values;

    r->status = 200;
    jaxl_json_write_object(r->out);
    for (size_t i = 0; names[i]; i++) {
        if (!param_admits(r, "fields", names[i]))
            continue;
        jaxl_json_write_key(r->out, names[i]);
        if (i < n)
            jaxl_json_write_int(r->out, values[i]);
        else
            write_costs(w, r->out, t);
    }
    jaxl_json_write_key(r->out, "is_finalized");
    jaxl_json_write_bool(r->out, t->final);
    jaxl_json_write_end(r->out);
}

/* Every call is made by the one user, and for no team. */
static void report(struct world *w, struct request *r)
{
    struct totals totals = {.final = true};
    int64_t start = INT64_MIN, end = INT64_MAX;
    size_t high;
    char user[24];

    if (!take_range(r, &start, &end) || !param_each_of(r, "fields", names) ||
        !each(r, "eid", is_id, "an id") || !each(r, "tid", is_id, "an id") ||
        !each(r, "our_number", is_number, "a number in the form +12015550123") ||
        !each(r, "other_number", is_number, "a number in the form +12015550123"))
        return;
    snprintf(user, sizeof user, "%d", APP_USER_ID);
    high = call_first_since(&w->calls, end);
    if (param_admits(r, "eid", user) && !param_text(r, "tid"))
        for (size_t i = call_first_since(&w->calls, start); i < high; i++)
            if (matches(r, &w->calls.items[i]))
                count(&totals, &w->calls.items[i], r->now);
    write_report(w, r, &totals);
}

static const char *const params[] = {"date_range", "fields",     "eid",          "tid",
                                     "tag",        "our_number", "other_number", NULL};

const struct route call_report_routes[] = {
    {CALLS, "GET", "/v1/calls/report/", params, 0, report},
    {0},
};
