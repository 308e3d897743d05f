/* Campaigns in memory and in the state log. */
#include <stdlib.h>
#include <string.h>

#include "sandbox/campaign.h"
#include "sandbox/world.h"

enum { LEADS_A_LINE = 1000 };

const struct campaign_kind campaign_kinds[] = {
    [KIND_AIAGENT] = {"AIAGENT", "aiagent", 4},
    {"MARKETPLACE", "ivr", 3},
    {"ORGANIZATION_GROUP", "team", 2},
    {"ORGANIZATION_EMPLOYEE", "member", 1},
};

struct campaign *campaign_find(struct world *w, int64_t id)
{
    return id < 1 || (uint64_t)id > w->campaigns.n ? NULL : &w->campaigns.items[id - 1];
}

static void leads_free(struct lead **leads, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        free((*leads)[i].text);
    free(*leads);
    *leads = NULL;
    *n = 0;
}

void campaign_begin(struct world *w)
{
    leads_free(&w->campaigns.draft, &w->campaigns.n_draft);
}

int campaign_lead(struct world *w, const char *text)
{
    struct campaigns *all = &w->campaigns;
    struct lead lead = {.number = e164_parse(text)}, *more;

    if (all->n_draft == LEADS_MAX)
        return JAXL_ELIMIT;
    if (all->n_draft % LEADS_A_LINE == 0) {
        more = realloc(all->draft, (all->n_draft + LEADS_A_LINE) * sizeof *more);
        if (!more)
            return JAXL_ENOMEM;
        all->draft = more;
    }
    if (!lead.number)
        lead.text = strndup(text, LEAD_TEXT_MAX);
    if (!lead.number && !lead.text)
        return JAXL_ENOMEM;
    all->draft[all->n_draft++] = lead;
    return 0;
}

static int log_leads(struct world *w)
{
    struct campaigns *all = &w->campaigns;
    char number[E164_TEXT];

    if (w->log < 0 || w->replaying)
        return 0;
    for (size_t i = 0; i < all->n_draft;) {
        struct jaxl_json_writer *j = log_begin(w, "leads");
        int code;
        jaxl_json_write_member_int(j, "first", (int64_t)i);
        jaxl_json_write_key(j, "leads");
        jaxl_json_write_array(j);
        do {
            const struct lead *l = &all->draft[i++];
            jaxl_json_write_string(j, l->text ? l->text : e164_format(l->number, number));
        } while (i < all->n_draft && i % LEADS_A_LINE);
        jaxl_json_write_end(j);
        code = log_end(w);
        if (code)
            return code;
    }
    return 0;
}

static int log_campaign(struct world *w, const struct campaign *c, const char *name)
{
    struct jaxl_json_writer *j = log_begin(w, "campaign");
    char text[WINDOW_TEXT];

    jaxl_json_write_member(j, "name", name);
    jaxl_json_write_member_int(j, "created", c->created);
    jaxl_json_write_member_int(j, "run_at", c->run_at);
    jaxl_json_write_member_int(j, "cta_id", c->cta_id);
    jaxl_json_write_member_int(j, "speed", c->speed);
    jaxl_json_write_member_int(j, "kind", c->kind);
    jaxl_json_write_member_int(j, "currency", c->currency);
    jaxl_json_write_member_int(j, "retries", c->retries);
    jaxl_json_write_member(j, "start", window_format(c->window.start, text));
    jaxl_json_write_member(j, "end", window_format(c->window.end, text));
    jaxl_json_write_member(j, "tz", c->window.tz);
    return log_end(w);
}

/* So that nothing can fail behind the state log. */
static struct campaign *make_room(struct campaigns *all)
{
    struct campaign *more = realloc(all->items, (all->n + 1) * sizeof *more);

    if (more)
        all->items = more;
    return more ? &more[all->n] : NULL;
}

int campaign_make(struct world *w, struct campaign *from, const char *called)
{
    struct campaigns *all = &w->campaigns;
    struct campaign *c = make_room(all);
    char *name = strdup(called);
    int code = c && name ? log_leads(w) : JAXL_ENOMEM;

    if (!code)
        code = log_campaign(w, from, name);
    if (code) {
        free(name);
        return code;
    }
    *c = *from;
    c->name = name;
    c->starts = c->run_at > c->created ? c->run_at : c->created;
    c->slot = c->starts;
    c->leads = all->draft;
    c->n_leads = all->n_draft;
    from->window.calendar = NULL;
    all->draft = NULL;
    all->n_draft = 0;
    all->n++;
    return 0;
}

int campaign_pause(struct world *w, struct campaign *c, bool pause, int64_t now)
{
    struct jaxl_json_writer *j = log_begin(w, "campaign_pause");
    int64_t time = campaign_time(c, now);
    int code;

    jaxl_json_write_member_int(j, "id", c - w->campaigns.items + 1);
    jaxl_json_write_member_int(j, "at", now);
    jaxl_json_write_key(j, "pause");
    jaxl_json_write_bool(j, pause);
    code = log_end(w);
    if (code)
        return code;
    c->paused = pause;
    c->resumed = !pause;
    if (!pause && c->slot < time)
        c->slot = time;
    return 0;
}

void campaigns_free(struct campaigns *all)
{
    for (size_t i = 0; i < all->n; i++) {
        struct campaign *c = &all->items[i];
        leads_free(&c->leads, &c->n_leads);
        window_close(&c->window);
        free(c->name);
        free(c->again);
        free(c->calls);
    }
    leads_free(&all->draft, &all->n_draft);
    free(all->items);
}

/* What was not followed by its campaign was never answered: the next ones begin at 0 again. */
int campaign_replay_leads(struct world *w, const struct jaxl_json *line)
{
    const struct jaxl_json *leads = jaxl_json_get(line, "leads");
    int64_t first;
    int code = 0;

    if (jaxl_json_int(jaxl_json_get(line, "first"), &first))
        return JAXL_EINPUT;
    if (first == 0)
        campaign_begin(w);
    if (first != (int64_t)w->campaigns.n_draft)
        return JAXL_EINPUT;
    for (const struct jaxl_json *v = jaxl_json_first(leads); v && !code; v = jaxl_json_next(v))
        code = campaign_lead(w, jaxl_json_string(v, ""));
    return code;
}

static int64_t number(const struct jaxl_json *line, const char *key, int64_t max, bool *ok)
{
    int64_t v = -1;

    if (jaxl_json_int(jaxl_json_get(line, key), &v) || v < 0 || v > max)
        *ok = false;
    return *ok ? v : 0;
}

int campaign_replay(struct world *w, const struct jaxl_json *line)
{
    bool ok = true;
    struct campaign c = {.created = number(line, "created", INT64_MAX, &ok),
                         .run_at = number(line, "run_at", INT64_MAX, &ok),
                         .cta_id = number(line, "cta_id", INT64_MAX, &ok),
                         .speed = (uint32_t)number(line, "speed", UINT32_MAX, &ok),
                         .kind = (uint8_t)number(line, "kind", KIND_COUNT - 1, &ok),
                         .currency = (uint8_t)number(line, "currency", CURRENCIES - 1, &ok),
                         .retries = (uint8_t)number(line, "retries", RETRIES_MAX, &ok)};
    const char *name = jaxl_json_string(jaxl_json_get(line, "name"), NULL);
    const char *wrong = window_open(&c.window, jaxl_json_string(jaxl_json_get(line, "start"), ""),
                                    jaxl_json_string(jaxl_json_get(line, "end"), ""),
                                    jaxl_json_string(jaxl_json_get(line, "tz"), ""));
    int code = JAXL_EINPUT;

    if (ok && !wrong && name && c.speed && c.currency)
        code = campaign_make(w, &c, name);
    window_close(&c.window);
    return code;
}

int campaign_replay_pause(struct world *w, const struct jaxl_json *line)
{
    struct campaign *c;
    int64_t id, at;

    if (jaxl_json_int(jaxl_json_get(line, "id"), &id) ||
        jaxl_json_int(jaxl_json_get(line, "at"), &at) || !(c = campaign_find(w, id)) ||
        at < c->created)
        return JAXL_EINPUT;
    return campaign_pause(w, c, jaxl_json_bool(jaxl_json_get(line, "pause")), at);
}
