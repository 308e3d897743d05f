/* The list of calls and their sums. The calls are in the order of time, so that a span of time is a
 * range of them, and those to one number are chained. */
#include <stdlib.h>
#include <string.h>

#include "sandbox/request.h"

/* What a list asks for. */
struct filter {
    int64_t start, end; /* created at or after start, before end */
    uint64_t from, to;
    int64_t direction, duration, campaign_id;
    enum tristate missed, voicemail, ivr, campaign, recording, bot;
    const char *tag;
    bool numbers, none; /* our_numbers or other_numbers; nothing can match */
};

static bool filter_read(struct request *r, struct filter *f)
{
    int64_t currency;
    enum tristate all_tags;

    *f = (struct filter){.start = INT64_MIN, .end = INT64_MAX, .direction = -1};
    if (!param_currency(r, true, &currency) || !param_time(r, "start_time", &f->start) ||
        !param_time(r, "end_time", &f->end) || !param_number(r, "from_number", &f->from) ||
        !param_number(r, "to_number", &f->to) || !param_int(r, "direction", 0, 2, &f->direction) ||
        !param_int(r, "duration", 0, INT32_MAX, &f->duration) ||
        !param_int(r, "campaign_id", 1, INT64_MAX, &f->campaign_id) ||
        !param_bool(r, "missed", &f->missed) || !param_bool(r, "voicemail", &f->voicemail) ||
        !param_bool(r, "ivr", &f->ivr) || !param_bool(r, "campaign", &f->campaign) ||
        !param_bool(r, "recording", &f->recording) || !param_bool(r, "bot", &f->bot) ||
        !param_bool(r, "tag_operator", &all_tags))
        return false;
    f->tag = param_text(r, "tag");
    f->numbers = param_text(r, "our_numbers") || param_text(r, "other_numbers");
    f->none = param_text(r, "aid") || param_text(r, "tid");
    if (f->direction >= 0 && !r->world->calls.n_incoming) { /* all go the same way */
        f->none = f->none || f->direction != DIRECTION_OUT;
        f->direction = -1;
    }
    return true;
}

static bool has_tag(const struct call *c, const char *name)
{
    for (size_t i = 0; c->extra && i < c->extra->n_tags; i++)
        if (strcmp(c->extra->tags[i].name, name) == 0)
            return true;
    return false;
}

/* Several tags: any of them, or with tag_operator=true all. */
static bool tags_match(const struct request *r, const struct call *c)
{
    const char *wanted = param_text(r, "tag_operator");
    bool all = wanted && strcmp(wanted, "true") == 0;

    for (size_t i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].name, "tag") == 0 && has_tag(c, r->params[i].value) != all)
            return !all;
    return all;
}

static bool numbers_match(const struct request *r, const struct call *c)
{
    char ours[E164_TEXT], other[E164_TEXT];

    return param_admits(r, "our_numbers", e164_format(call_ours(c), ours)) &&
           param_admits(r, "other_numbers", e164_format(call_other(c), other));
}

static bool is(enum tristate asked, bool value)
{
    return asked == UNSET || asked == (value ? YES : NO);
}

static bool campaign_matches(struct world *w, const struct filter *f, const struct call *c)
{
    const struct campaign *camp = campaign_find(w, c->campaign);

    return is(f->campaign, camp != NULL) && is(f->bot, camp && camp->kind == KIND_AIAGENT) &&
           (!f->campaign_id || f->campaign_id == c->campaign);
}

static bool matches(const struct request *r, const struct filter *f, const struct call *c)
{
    struct call_view v;

    if ((f->from && c->from != f->from) || (f->to && c->to != f->to) || !is(f->ivr, c->ivr != 0) ||
        (f->direction >= 0 && f->direction != call_direction(c)))
        return false;
    if (!campaign_matches(r->world, f, c))
        return false;
    if ((f->tag && !tags_match(r, c)) || (f->numbers && !numbers_match(r, c)))
        return false;
    if (f->missed == UNSET && f->voicemail == UNSET && f->recording == UNSET && !f->duration)
        return true;
    call_view(c, r->now, &v);
    return is(f->missed, call_missed(c, &v)) && is(f->recording, v.recorded != 0) &&
           is(f->voicemail, v.talked && c->outcome == VOICEMAIL) && v.duration >= f->duration;
}

static bool is_plain(const struct filter *f)
{
    return !f->from && !f->to && f->direction < 0 && f->ivr == UNSET && !f->tag && !f->numbers &&
           f->missed == UNSET && f->voicemail == UNSET && f->recording == UNSET && !f->duration &&
           f->campaign == UNSET && f->bot == UNSET && !f->campaign_id;
}

/* The call before this one (1 past the last), among all or those to the same number; 0: no more. */
static size_t before(const struct world *w, const struct filter *f, size_t id)
{
    return f->to ? w->calls.items[id - 1].previous : id - 1;
}

/* Gathers the page's ids, newest first, and counts all. */
static size_t collect(struct world *w, const struct request *r, const struct filter *f,
                      const struct page *page, uint32_t *ids, size_t *n_ids)
{
    size_t low = call_first_since(&w->calls, f->start), high = call_first_since(&w->calls, f->end);
    size_t count = 0, id = f->to ? call_last_to(&w->calls, f->to) : high;

    *n_ids = 0;
    if (f->none || low >= high)
        return 0;
    if (is_plain(f)) {
        for (size_t i = page->offset; i < high - low && *n_ids < page->limit; i++)
            ids[(*n_ids)++] = (uint32_t)(high - i);
        return high - low;
    }
    for (; id > low; id = before(w, f, id)) {
        if (id > high || !matches(r, f, &w->calls.items[id - 1]))
            continue;
        if (count++ >= page->offset && *n_ids < page->limit)
            ids[(*n_ids)++] = (uint32_t)id;
    }
    return count;
}

static void list(struct world *w, struct request *r)
{
    uint32_t ids[PAGE_LIMIT_MAX];
    struct filter f;
    struct page page;
    size_t n, count;

    if (!page_read(r, &page) || !filter_read(r, &f))
        return;
    count = collect(w, r, &f, &page, ids, &n);
    page_open(w, r, &page, count);
    for (size_t i = 0; i < n; i++)
        call_write(w, r->out, &w->calls.items[ids[i] - 1], r->now);
    page_close(r);
}

/* Sums of calls, of a day or of all. */
struct sum {
    int64_t calls, seconds, minutes;
};

static void sum_add(struct sum *s, const struct call_view *v)
{
    s->calls++;
    s->seconds += v->duration;
    if (v->final)
        s->minutes += v->minutes;
}

static void write_sum(struct world *w, struct jaxl_json_writer *j, const struct sum *s,
                      int64_t currency, const char *cost_key)
{
    int wallet = currency < CURRENCIES ? (int)currency : 0;
    struct jaxl_money cost = call_cost(w, wallet, s->minutes);
    char text[JAXL_MONEY_TEXT];

    jaxl_json_write_member_int(j, "num_calls", s->calls);
    jaxl_json_write_member_int(j, "call_time", s->seconds);
    jaxl_json_write_key(j, cost_key);
    jaxl_json_write_number(j, jaxl_money_format(&cost, text));
}

static void write_day(struct world *w, struct jaxl_json_writer *j, int64_t day, const struct sum *s,
                      int64_t currency)
{
    char text[JAXL_CLOCK_ISO_MAX];

    if (!s->calls || jaxl_clock_format(day * 86400 * JAXL_SECOND, text))
        return;
    text[strlen("2026-11-24")] = '\0';
    jaxl_json_write_object(j);
    jaxl_json_write_member(j, "day", text);
    write_sum(w, j, s, currency, "total_cost");
    jaxl_json_write_end(j);
}

/* Writes stats, a row for each day (UTC) with calls, the oldest first. False: not all are final. */
static bool write_stats(struct world *w, struct request *r, size_t low, size_t high,
                        int64_t currency, struct sum *total)
{
    struct sum day = {0};
    int64_t this_day = 0;
    bool final = true;

    jaxl_json_write_key(r->out, "stats");
    jaxl_json_write_array(r->out);
    for (size_t i = low; i < high; i++) {
        const struct call *c = &w->calls.items[i];
        struct call_view v;
        if (c->currency != currency)
            continue;
        call_view(c, r->now, &v);
        if (c->created / (86400 * JAXL_SECOND) != this_day) {
            write_day(w, r->out, this_day, &day, currency);
            day = (struct sum){0};
            this_day = c->created / (86400 * JAXL_SECOND);
        }
        sum_add(&day, &v);
        sum_add(total, &v);
        final = final && v.final;
    }
    write_day(w, r->out, this_day, &day, currency);
    jaxl_json_write_end(r->out);
    return final;
}

static void usage(struct world *w, struct request *r)
{
    char start_text[JAXL_CLOCK_ISO_MAX], end_text[JAXL_CLOCK_ISO_MAX], proof[PROOF_HEX + 1];
    int64_t currency, start = w->opened, end = INT64_MAX;
    struct sum total = {0};
    bool final;

    if (!param_currency(r, true, &currency) || !param_time(r, "start_time", &start) ||
        !param_time(r, "end_time", &end))
        return;
    jaxl_clock_format(start, start_text);
    jaxl_clock_format(end == INT64_MAX ? r->now : end, end_text);
    r->status = 200;
    jaxl_json_write_object(r->out);
    jaxl_json_write_key(r->out, "results");
    jaxl_json_write_array(r->out);
    jaxl_json_write_object(r->out);
    jaxl_json_write_member(r->out, "start_time", start_text);
    jaxl_json_write_member(r->out, "end_time", end_text);
    final = write_stats(w, r, call_first_since(&w->calls, start), call_first_since(&w->calls, end),
                        currency, &total);
    write_sum(w, r->out, &total, currency, "cost");
    jaxl_json_write_member(r->out, "currency",
                           currency < CURRENCIES ? currencies[currency].code : "");
    proof_make(w, end_text, proof);
    jaxl_json_write_member(r->out, "signed", proof);
    jaxl_json_write_end(r->out);
    jaxl_json_write_end(r->out);
    jaxl_json_write_key(r->out, "is_finalized");
    jaxl_json_write_bool(r->out, final);
    jaxl_json_write_end(r->out);
}

static const char *const list_params[] = {
    "currency",    "limit",        "offset",      "start_time",    "end_time", "direction",
    "from_number", "to_number",    "our_numbers", "other_numbers", "campaign", "campaign_id",
    "tag",         "tag_operator", "missed",      "duration",      "ivr",      "recording",
    "voicemail",   "bot",          "aid",         "tid",           NULL};
static const char *const usage_params[] = {"currency", "start_time", "end_time", NULL};

const struct route call_list_routes[] = {
    {CALLS, "GET", "/v1/calls/", list_params, 0, list},
    {CALLS, "GET", "/v1/calls/usage/", usage_params, 0, usage},
    {0},
};
