/* Campaigns that the platform runs. The time of a campaign begins when it is uploaded and runs as
 * fast as its calls' (--speed): what is due is placed when the next request comes in, at the time
 * when it was due, so that it shows as if there were a timer. */
#ifndef SANDBOX_CAMPAIGN_H
#define SANDBOX_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"
#include "sandbox/window.h"

struct world;
struct call;

enum {
    CAMPAIGNS_MAX = 1000,
    LEADS_MAX = 100000,
    LEAD_TEXT_MAX = 64, /* bytes that are kept of a number that is none */
    RETRIES_MAX = 10,
    RETRY_AFTER = 900 /* seconds */
};
#define PACE JAXL_SECOND /* between two calls of a campaign */

struct lead {
    uint64_t number; /* 0 when it is none: */
    char *text;      /* what there is instead */
    uint32_t call;   /* the last, 0 for none */
    uint32_t tries;
    bool again; /* will be tried again */
};

struct retry {
    int64_t at; /* the campaign's time */
    uint32_t lead;
};

struct campaign_stats {
    int64_t total, successful, failed, missed, pending;
};

struct campaign {
    char *name;
    int64_t created, starts; /* starts: the campaign's time */
    int64_t run_at;          /* as asked for, 0 for at once */
    int64_t cta_id;
    uint32_t speed;
    uint8_t kind, currency, retries;
    bool paused, resumed, finished;
    struct window window;
    struct lead *leads;
    size_t n_leads, next_lead;
    struct retry *again; /* in the order of time */
    size_t n_again, next_again, again_room;
    uint32_t *calls;
    size_t n_calls, calls_room;
    int64_t slot;                 /* the campaign's time: no call before */
    struct campaign_stats result; /* once it is finished */
};

/* The id of a campaign is its index plus 1. */
struct campaigns {
    struct campaign *items;
    size_t n;
    struct lead *draft; /* leads of the campaign that is being made */
    size_t n_draft;
};

/* Who talks to those that are called. */
extern const struct campaign_kind {
    const char *type, *object; /* of the part `type`; o of jaxl_id */
    int cta_type;
} campaign_kinds[];
enum { KIND_AIAGENT, KIND_COUNT = 4 };

struct campaign *campaign_find(struct world *w, int64_t id);
/* Adds a lead to the draft; campaign_begin empties it. */
void campaign_begin(struct world *w);
int campaign_lead(struct world *w, const char *text);
/* Makes a campaign of the draft and of what an upload says (the window is taken over). Kept in the
 * state log first. JAXL_EIO, JAXL_ENOMEM, JAXL_ELIMIT. */
int campaign_make(struct world *w, struct campaign *from, const char *name);
int campaign_pause(struct world *w, struct campaign *c, bool pause, int64_t now);
/* Places everything that is due by now. */
int campaigns_run(struct world *w, int64_t now);
/* A call of a campaign to a lead has been added. */
int campaign_note(struct world *w, const struct call *call, uint32_t lead);
int64_t campaign_time(const struct campaign *c, int64_t now);
enum lead_state { LEAD_PENDING, LEAD_SUCCESSFUL, LEAD_FAILED, LEAD_MISSED };
enum lead_state lead_state(struct world *w, const struct lead *l, int64_t now);
/* Sums up, and finds out whether it is finished. */
struct campaign_stats campaign_sum(struct world *w, struct campaign *c, int64_t now);
void campaigns_free(struct campaigns *c);

int campaign_replay(struct world *w, const struct jaxl_json *line);
int campaign_replay_leads(struct world *w, const struct jaxl_json *line);
int campaign_replay_pause(struct world *w, const struct jaxl_json *line);

#endif
