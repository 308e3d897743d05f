/* A call that is played: where it is, what is being said, what is awaited, what the caller is about
 * to do. It ends with the call, once everything is delivered. */
#ifndef SANDBOX_SESSION_H
#define SANDBOX_SESSION_H

#include "sandbox/hook.h"
#include "sandbox/world.h"

#define NEVER INT64_MAX

/* Something that is said or played to the caller, one after the other. */
struct utterance {
    struct utterance *next;
    char *text;        /* JSON: a list of sentences */
    char *mark;        /* NULL for none */
    const char *by;    /* webhook, ivr, api, play */
    uint32_t ms, turn; /* turn: the caller acts on it when that has not passed; 0 for never */
    int64_t began;
};

enum caller_act { CALLER_IDLE, CALLER_PRESSES, CALLER_LEAVES };

struct session {
    uint32_t number; /* of the step in the heap that counts */
    uint32_t script; /* 0 for none */
    bool answered, over;
    bool sending; /* a delivery is under way */
    /* where it is */
    uint32_t visit; /* counts: the answer to what an earlier one has sent is not followed */
    bool inside;    /* in a webhook, the call's hook */
    int64_t ivr;
    char option;               /* the last one chosen, 0 for none */
    int64_t chosen;            /* the id of the IVR's option that is being carried out */
    char data[GATHER_MAX + 1]; /* gathered */
    /* what is said and awaited; a turn is what follows from one answer */
    uint32_t turn;
    struct awaited awaited;
    struct utterance *first, **last;
    int64_t said_at; /* the first one has been said; NEVER */
    char named[16];  /* the keys that the prompt names */
    /* the caller */
    enum caller_act act;
    int64_t acts_at;
    char keys[KEYS_MAX + 1];
    size_t next_key;
    uint64_t dice;
    uint32_t rolls;
    bool magic, presses; /* magic: does nothing but this, and stays for as long as it has to */
    int64_t answers_at, leaves_at, limit_at;
    struct delivery *queue, **queue_last;
};

/* The real time that so many milliseconds of the call's own time take. */
static inline int64_t span_of(const struct call *c, uint64_t ms)
{
    return (int64_t)((ms * JAXL_MSEC + c->speed - 1) / c->speed);
}

/* Whether webhooks are delivered at all. */
static inline bool delivers(const struct world *w)
{
    return *w->options.webhook.connect_to;
}

/* session.c */
/* NULL when it has none. */
struct session *session_find(const struct call *c);
/* Of a call that has one, as all below take it. */
struct session *session_of(const struct call *c);
void session_free(struct call *c);
/* Says something, of which everything is copied, after all that is being said. */
void session_say(struct world *w, struct call *c, const struct utterance *u, int64_t at);
/* The first utterance has been said. */
void session_said(struct world *w, struct call *c, int64_t at);
void session_answered(struct world *w, struct call *c, int64_t at);
/* Ends the call, unless it is over. */
void session_end(struct world *w, struct call *c, const char *why, int64_t at);
/* The call has been ended. */
void session_ended(struct world *w, struct call *c, const char *why, int64_t at);
/* What is being said is broken off, and nobody waits for anything. */
void session_break_off(struct world *w, struct call *c, int64_t at);
/* Sends something to the webhook that the call is in, or was in last. */
void session_tell(struct world *w, struct call *c, enum hook_event event, const char *data,
                  const char *mark, int64_t at);
void session_deliver(struct world *w, struct call *c, const struct hook_fact *f, int64_t at);
void session_pump(struct world *w, struct call *c, int64_t at);

/* follow.c */
void follow_answer(struct world *w, struct call *c, const struct delivery *d,
                   const struct hook_answer *a, int64_t at);
/* The caller enters an IVR; a webhook, whose IVR is this. */
void follow_ivr(struct world *w, struct call *c, int64_t ivr, int64_t at);
/* To next, or (0) to the cta, JSON text. */
void follow_target(struct world *w, struct call *c, int64_t next, const char *cta, int64_t at);
/* The prompt of this turn has been said. */
void follow_said(struct world *w, struct call *c, int64_t at);
/* What has been pressed is complete. */
void follow_keys(struct world *w, struct call *c, const char *keys, int64_t at);
bool is_webhook(const char *name);

/* A list with this one text, to be freed; NULL when memory is out. */
char *list_of_one(struct world *w, const char *text);
/* next_or_cta, JSON text */
void follow_transfer(struct world *w, struct call *c, const char *text, int64_t at);

/* play.c */
struct session *session_new(struct world *w, struct call *c);
/* After anything has happened in a call: what comes next. Frees the session of one that is over and
 * has nothing more to deliver. */
void play_settle(struct world *w, struct call *c, int64_t at);
/* Whether a call that enters this IVR can come to a webhook. */
bool play_leads(struct world *w, int64_t ivr);

/* caller.c */
/* Decides what the caller does once the prompt is said. */
void caller_decides(struct world *w, struct call *c, int64_t at);
/* Nobody asks any more: for how long the caller talks. */
void caller_talks(struct world *w, struct call *c, int64_t at);
/* Does what was decided. */
void caller_acts(struct world *w, struct call *c, int64_t at);
/* Notes the keys that a prompt names: those that stand alone. */
void keys_named(const char *text, char named[16]);
/* Milliseconds that it takes to say something. */
uint32_t saying(const char *text);

/* journal_call.c */
void journal_heard(struct world *w, const struct call *c, const struct utterance *u, bool whole,
                   int64_t at);
void journal_pressed(struct world *w, const struct call *c, const char *keys, int64_t at);
void journal_bridged(struct world *w, const struct call *c, const char *kind,
                     const struct jaxl_json *value, const char *joined, int64_t at);
void journal_arrived(struct world *w, const struct call *c);
void journal_ended(struct world *w, const struct call *c, const char *why, int64_t at);
void journal_webhook(struct world *w, const struct delivery *d, int64_t at);

#endif
