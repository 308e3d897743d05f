/* The paths of campaigns: the list, pausing and resuming, the results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/campaign.h"
#include "sandbox/campaign_routes.h"

enum { TAGS_MAX = 32 };

bool campaign_funds(struct world *w, struct request *r, const char *currency, const char *recharge,
                    uint8_t *out)
{
    char number[8];

    for (uint8_t i = 1; i < CURRENCIES; i++) {
        snprintf(number, sizeof number, "%d", i);
        if (strcmp(currency, number) != 0 && strcmp(currency, currencies[i].code) != 0)
            continue;
        *out = i;
        return recharge_proof_ok(w, i, recharge) ||
               refuse(r, 400, "PAYMENT_ISSUE", "recharge",
                      "it is not the signed total of the recharges in this currency");
    }
    return refuse(r, 400, "INVALID_FIELD", "currency", "it must be 1 (USD) or 2 (INR)");
}

static const char *status_of(struct world *w, struct campaign *c, int64_t now)
{
    campaign_sum(w, c, now);
    return c->finished                         ? "FINISHED"
           : c->paused                         ? "PAUSED"
           : campaign_time(c, now) < c->starts ? "SCHEDULED"
           : c->resumed                        ? "RESUMED"
                                               : "RUNNING";
}

/* The tags of its calls, the first ones when there are very many. */
struct tag_count {
    const char *name;
    int64_t count;
};

static size_t count_tags(struct world *w, const struct campaign *c, struct tag_count *counts)
{
    size_t n = 0, k;

    for (size_t i = 0; i < c->n_calls; i++) {
        const struct call_extra *e = call_find(w, c->calls[i])->extra;
        for (size_t t = 0; e && t < e->n_tags; t++) {
            for (k = 0; k < n && strcmp(counts[k].name, e->tags[t].name) != 0; k++)
                ;
            if (k == TAGS_MAX)
                continue;
            if (k == n)
                counts[n++] = (struct tag_count){e->tags[t].name, 0};
            counts[k].count++;
        }
    }
    return n;
}

static void write_tags(struct world *w, struct jaxl_json_writer *j, const struct campaign *c)
{
    struct tag_count counts[TAGS_MAX];
    size_t n = count_tags(w, c, counts);

    jaxl_json_write_key(j, "tags");
    jaxl_json_write_array(j);
    for (size_t i = 0; i < n; i++) {
        jaxl_json_write_object(j);
        jaxl_json_write_member(j, "name", counts[i].name);
        jaxl_json_write_member_int(j, "count", counts[i].count);
        jaxl_json_write_end(j);
    }
    jaxl_json_write_end(j);
}

static void write_campaign(struct world *w, struct request *r, struct campaign *c)
{
    struct jaxl_json_writer *j = r->out;
    struct campaign_stats s = campaign_sum(w, c, r->now);
    int64_t time = campaign_time(c, r->now);
    char text[JAXL_CLOCK_ISO_MAX];

    jaxl_clock_format(c->created, text);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", c - w->campaigns.items + 1);
    jaxl_json_write_member(j, "name", c->name);
    jaxl_json_write_member(j, "status", status_of(w, c, r->now));
    jaxl_json_write_member_int(j, "started_by", APP_USER_ID);
    jaxl_json_write_key(j, "stats");
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "total", s.total);
    jaxl_json_write_member_int(j, "successful", s.successful);
    jaxl_json_write_member_int(j, "failed", s.failed);
    jaxl_json_write_member_int(j, "missed", s.missed);
    jaxl_json_write_member_int(j, "pending", s.pending);
    jaxl_json_write_end(j);
    write_tags(w, j, c);
    jaxl_json_write_member(j, "created_on", text);
    jaxl_json_write_key(j, "in_window");
    jaxl_json_write_bool(j, window_next(&c->window, time) == time);
    jaxl_json_write_member_int(j, "cta_type", campaign_kinds[c->kind].cta_type);
    jaxl_json_write_end(j);
}

/* The newest first. */
static void list(struct world *w, struct request *r)
{
    static const char *const statuses[] = {"APPROVED",     "FINISHED", "INITIALIZING", "PAUSED",
                                           "RESUMED",      "RUNNING",  "SCHEDULED",    "STOPPED",
                                           "UNDER_REVIEW", NULL};
    uint16_t matches[CAMPAIGNS_MAX];
    size_t n = 0;
    struct page page;

    if (!page_read(r, &page) || !param_each_of(r, "status", statuses))
        return;
    for (size_t i = w->campaigns.n; i-- > 0;)
        if (param_admits(r, "status", status_of(w, &w->campaigns.items[i], r->now)))
            matches[n++] = (uint16_t)i;
    page_open(w, r, &page, n);
    for (size_t i = page.offset; i < n && i - page.offset < page.limit; i++)
        write_campaign(w, r, &w->campaigns.items[matches[i]]);
    page_close(r);
}

static struct campaign *asked_campaign(struct world *w, struct request *r)
{
    struct campaign *c = campaign_find(w, r->ids[0]);

    if (!c)
        refuse(r, 404, "NOT_FOUND", NULL, "no campaign has the id %lld", (long long)r->ids[0]);
    return c;
}

/* Only what runs can be paused, only what is paused resumed. */
static void set_status(struct world *w, struct request *r, struct campaign *c, const char *status)
{
    bool pause = strcmp(status, "PAUSED") == 0;

    if (!pause && strcmp(status, "RESUMED") != 0) {
        refuse(r, 400, "INVALID_FIELD", "status", "it must be PAUSED or RESUMED");
    } else if (strcmp(status_of(w, c, r->now), "FINISHED") == 0) {
        refuse(r, 400, "CAMPAIGN_FINISHED", "status", "the campaign is finished");
    } else if (c->paused == pause) {
        refuse(r, 400, pause ? "CAMPAIGN_PAUSED" : "CAMPAIGN_NOT_PAUSED", "status",
               pause ? "the campaign is paused already" : "the campaign is not paused");
    } else if (campaign_pause(w, c, pause, r->now)) {
        not_kept(r);
    } else {
        r->status = 200;
        write_campaign(w, r, c);
    }
}

static void update(struct world *w, struct request *r)
{
    static const struct field fields[] = {
        {"status", F_STRING, 16}, {"recharge", F_STRING, 255}, {"currency", F_INT | F_STRING, 8}};
    struct campaign *c = asked_campaign(w, r);
    const char *recharge;
    uint8_t currency;

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    recharge = jaxl_json_string(jaxl_json_get(r->json, "recharge"), "");
    if (campaign_funds(w, r, jaxl_json_text(jaxl_json_get(r->json, "currency"), NULL), recharge,
                       &currency))
        set_status(w, r, c, jaxl_json_string(jaxl_json_get(r->json, "status"), ""));
}

/* A row of the results. */
struct row {
    const char *phone, *status, *reason;
    int64_t call, tries, duration;
};

static const char *const columns[] = {"phone",    "status",   "call_id",
                                      "attempts", "duration", "failure_reason"};

static struct row row_of(struct world *w, const struct lead *l, int64_t now, char number[E164_TEXT])
{
    static const char *const states[] = {"pending", "successful", "failed", "missed"};
    const struct call *c = call_find(w, l->call);
    struct row row = {l->text ? l->text : e164_format(l->number, number),
                      states[lead_state(w, l, now)],
                      NULL,
                      l->call,
                      l->tries,
                      0};
    struct call_view v;

    if (!l->number)
        row.reason = *l->text && strspn(l->text, "0123456789") == strlen(l->text)
                         ? "DID_YOU_FORGET_THE_PLUS_SIGN"
                         : "INVALID_TO_NUMBER";
    if (c) {
        call_view(c, now, &v);
        row.duration = v.duration;
        row.reason = v.over ? failure_name(c->failure) : NULL;
    }
    return row;
}

/* Always in quotes, which are doubled within: whatever stood in the file. */
static void csv_text(struct jaxl_buf *b, const char *text)
{
    jaxl_buf_putc(b, '"');
    for (; *text; text++) {
        if (*text == '"')
            jaxl_buf_putc(b, '"');
        jaxl_buf_putc(b, *text);
    }
    jaxl_buf_putc(b, '"');
}

static void export_csv(struct world *w, struct request *r, const struct campaign *c)
{
    struct jaxl_buf *b = &w->out;
    char number[E164_TEXT];

    r->type = "text/csv";
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        jaxl_buf_printf(b, "%s%s", i ? "," : "", columns[i]);
    jaxl_buf_putc(b, '\n');
    for (size_t i = 0; i < c->n_leads; i++) {
        struct row row = row_of(w, &c->leads[i], r->now, number);
        csv_text(b, row.phone);
        jaxl_buf_printf(b, ",%s,", row.status);
        if (row.call)
            jaxl_buf_int(b, row.call);
        jaxl_buf_printf(b, ",%lld,%lld,%s\n", (long long)row.tries, (long long)row.duration,
                        row.reason ? row.reason : "");
    }
}

static void export_json(struct world *w, struct request *r, const struct campaign *c)
{
    struct jaxl_json_writer *j = r->out;
    char number[E164_TEXT];

    jaxl_json_write_array(j);
    for (size_t i = 0; i < c->n_leads; i++) {
        struct row row = row_of(w, &c->leads[i], r->now, number);
        jaxl_json_write_object(j);
        jaxl_json_write_member(j, columns[0], row.phone);
        jaxl_json_write_member(j, columns[1], row.status);
        jaxl_json_write_key(j, columns[2]);
        if (row.call)
            jaxl_json_write_int(j, row.call);
        else
            jaxl_json_write_null(j);
        jaxl_json_write_member_int(j, columns[3], row.tries);
        jaxl_json_write_member_int(j, columns[4], row.duration);
        jaxl_json_write_member(j, columns[5], row.reason);
        jaxl_json_write_end(j);
    }
    jaxl_json_write_end(j);
}

static void export(struct world *w, struct request *r)
{
    static const struct {
        const char *as;
        void (*write)(struct world *w, struct request *r, const struct campaign *c);
    } formats[] = {{"csv", export_csv}, {"json", export_json}};
    const struct campaign *c = asked_campaign(w, r);
    const char *as = param_text(r, "as");

    if (!c)
        return;
    if (!as) {
        refuse(r, 400, "MISSING_PARAMETER", "as", "the format is required");
        return;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].as, as) == 0) {
            r->status = 200;
            formats[i].write(w, r, c);
            return;
        }
    refuse(r, 400, "INVALID_PARAMETER", "as", "the sandbox has csv and json");
}

#define CAMPAIGN "/v1/campaign/(\\d{1,18})/"
static const char *const list_params[] = {"status", "limit", "offset", NULL};
static const char *const export_params[] = {"as", NULL};

const struct route campaign_routes[] = {
    {CALLS, "GET", "/v1/campaign/", list_params, 0, list},
    {CALLS, "POST", "/v1/campaign/upload/", NULL, ROUTE_FORM, campaign_upload},
    {CALLS, "PATCH", CAMPAIGN, NULL, ROUTE_JSON, update},
    {CALLS, "GET", CAMPAIGN "export/", export_params, 0, export},
    {0},
};
