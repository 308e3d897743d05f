/* What a campaign does: which call is due when, and what has come of them. */
#include <stdlib.h>

#include "sandbox/campaign.h"
#include "sandbox/request.h"
#include "sandbox/server.h"

int64_t campaign_time(const struct campaign *c, int64_t now)
{
    return now > c->created ? c->created + (now - c->created) * c->speed : c->created;
}

/* The real time when it is this time for the campaign. */
static int64_t real_time(const struct campaign *c, int64_t time)
{
    return c->created + (time - c->created + c->speed - 1) / c->speed;
}

/* The first lead that was not tried yet and can be. */
static size_t fresh_lead(struct campaign *c)
{
    while (c->next_lead < c->n_leads && !c->leads[c->next_lead].number)
        c->next_lead++;
    return c->next_lead;
}

/* The real time of the next call, INT64_MAX when there is none, and to which lead. Who is to be
 * tried again goes before who is new. */
static int64_t due(struct campaign *c, uint32_t *lead)
{
    const struct retry *again = c->next_again < c->n_again ? &c->again[c->next_again] : NULL;
    size_t fresh = fresh_lead(c);
    int64_t at = c->slot;

    if (c->paused || c->finished || (!again && fresh == c->n_leads))
        return INT64_MAX;
    if (again && fresh == c->n_leads && again->at > at)
        at = again->at;
    at = window_next(&c->window, at);
    *lead = again && again->at <= at ? again->lead : (uint32_t)fresh;
    return real_time(c, at);
}

/* Room for one more, doubled when there is none. */
static bool make_room(void **items, size_t *room, size_t n, size_t size)
{
    size_t more = *room ? *room * 2 : 64;
    void *p = n < *room ? *items : realloc(*items, more * size);

    if (!p)
        return false;
    if (n == *room)
        *room = more;
    *items = p;
    return true;
}

int campaign_note(struct world *w, const struct call *call, uint32_t index)
{
    struct campaign *c = campaign_find(w, call->campaign);
    struct lead *l;
    int64_t time;

    if (!c || index >= c->n_leads)
        return JAXL_EINPUT;
    if (!make_room((void **)&c->calls, &c->calls_room, c->n_calls, sizeof *c->calls) ||
        !make_room((void **)&c->again, &c->again_room, c->n_again, sizeof *c->again))
        return JAXL_ENOMEM;
    l = &c->leads[index];
    time = campaign_time(c, call->created);
    if (l->again)
        c->next_again++;
    else
        c->next_lead = index + 1;
    c->calls[c->n_calls++] = (uint32_t)call_id(w, call);
    c->slot = time + PACE;
    l->call = (uint32_t)call_id(w, call);
    l->again = ++l->tries <= c->retries && (call->outcome == MISSED || call->outcome == VOICEMAIL);
    if (l->again)
        c->again[c->n_again++] = (struct retry){time + RETRY_AFTER * JAXL_SECOND, index};
    return 0;
}

/* The number that a campaign calls from: the organisation's first, or its first of India. */
static uint64_t caller(const struct world *w, const struct campaign *c)
{
    return w->own[c->currency == CURRENCY_INR].number;
}

/* How a call must go that the platform would refuse if it were asked for. */
static const char *objection(struct world *w, const struct call *c)
{
    const struct magic *magic = magic_find(c->to);
    const struct fault *fault = magic && magic->fault ? fault_find(magic->fault) : NULL;
    struct jaxl_money balance = wallet_balance(w, c->currency, c->created);

    if (jaxl_money_sign(&balance) <= 0)
        return "OOB";
    return fault && fault->kind == FAULT_REFUSE ? magic->reason : NULL;
}

static int place(struct world *w, struct campaign *c, uint32_t lead, int64_t at)
{
    struct call call = {.created = at,
                        .from = caller(w, c),
                        .to = c->leads[lead].number,
                        .speed = c->speed,
                        .campaign = (uint32_t)(c - w->campaigns.items + 1),
                        .currency = c->currency},
                *added;
    const char *reason = objection(w, &call);
    struct fate fails = {FAILED, reason, FAIL_AFTER, 0, false, false};
    int code;

    added = call_place(w, &call, reason ? &fails : NULL, NULL, lead);
    if (!added)
        return JAXL_EIO;
    code = campaign_note(w, added, lead);
    journal_placed(w, added);
    return code;
}

int campaigns_run(struct world *w, int64_t now)
{
    int code = 0;

    while (!code) {
        struct campaign *next = NULL;
        int64_t first = now;
        uint32_t next_lead = 0;
        for (size_t i = 0; i < w->campaigns.n; i++) {
            struct campaign *c = &w->campaigns.items[i];
            uint32_t lead = 0;
            int64_t at = due(c, &lead);
            if (at < first || (at == first && !next)) {
                next = c;
                first = at;
                next_lead = lead;
            }
        }
        if (!next)
            break;
        code = place(w, next, next_lead, first);
    }
    return code;
}

enum lead_state lead_state(struct world *w, const struct lead *l, int64_t now)
{
    const struct call *c = call_find(w, l->call);
    struct call_view v;

    if (!l->number)
        return LEAD_FAILED;
    if (!c || l->again)
        return LEAD_PENDING;
    call_view(c, now, &v);
    return !v.over                ? LEAD_PENDING
           : call_missed(c, &v)   ? LEAD_MISSED
           : c->outcome == FAILED ? LEAD_FAILED
                                  : LEAD_SUCCESSFUL;
}

struct campaign_stats campaign_sum(struct world *w, struct campaign *c, int64_t now)
{
    int64_t counts[4] = {0};

    if (c->finished)
        return c->result;
    for (size_t i = 0; i < c->n_leads; i++)
        counts[lead_state(w, &c->leads[i], now)]++;
    c->result =
        (struct campaign_stats){(int64_t)c->n_leads, counts[LEAD_SUCCESSFUL], counts[LEAD_FAILED],
                                counts[LEAD_MISSED], counts[LEAD_PENDING]};
    c->finished = !counts[LEAD_PENDING];
    return c->result;
}
