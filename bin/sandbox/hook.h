/* Webhooks: what is delivered, and what is answered. */
#ifndef SANDBOX_HOOK_H
#define SANDBOX_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/buf.h"
#include "jaxl/error.h"
#include "jaxl/json.h"

struct world;
struct call;
struct hooks;

enum {
    HOOK_SENDS_MAX = 64,     /* under way at once */
    HOOK_ANSWER_MAX = 65536, /* bytes */
    HOOK_WRONG_MAX = 256,
    MARK_MAX = 64,
    GATHER_MAX = 64 /* digits that can be awaited */
};

enum hook_event {
    HOOK_CONFIGURE,
    HOOK_SETUP,
    HOOK_DATA,
    HOOK_OPTION,
    HOOK_TEARDOWN,
    HOOK_MARK,
    HOOK_CHOSEN, /* the webhook_url of an option */
    HOOK_EVENTS
};

/* What a request is about. */
struct hook_fact {
    enum hook_event event;
    int64_t ivr;
    const char *url;
    char option;             /* 0 for none */
    const char *data, *mark; /* NULL for none */
};

struct delivery {
    struct delivery *next;
    uint32_t call, visit; /* call 0: configure */
    enum hook_event event;
    int64_t ivr;
    char *url, *body, *data, *mark;
    char option;
    /* what has come of it */
    struct jaxl_buf answer;
    unsigned sends;
    bool given_up; /* because the sandbox ends */
    long status;   /* 0 for no answer */
    int64_t us;    /* from the request to the end of the answer */
    char wrong[HOOK_WRONG_MAX];
};

/* c may be NULL (configure). NULL when memory is out. */
struct delivery *delivery_new(struct world *w, const struct call *c, const struct hook_fact *f);
void delivery_free(struct delivery *d);
const char *hook_event_name(enum hook_event event);

/* What an answer asks for. */
enum awaits {
    AWAITS_NOTHING,
    AWAITS_OPTION, /* one key */
    AWAITS_DATA,   /* `count` keys, or up to the key `end`; neither: what comes */
    AWAITS_SPOKEN, /* what follows an option */
    AWAITS_END     /* the call is over when all is spoken */
};
struct awaited {
    enum awaits what;
    int count;
    char end;
};
struct hook_answer {
    bool empty;
    const struct jaxl_json *prompt; /* or a target: */
    const char *mark;
    struct awaited awaited;
    const char *target; /* next, phone, devices, appusers or teams */
    const struct jaxl_json *value;
};
/* Reads an answer, which is borrowed from w->play.doc. NULL, or what is wrong with it. */
const char *hook_answer_read(struct world *w, const char *text, size_t len, struct hook_answer *a);

/* hook_send.c: the thread that delivers, and that wakes what is due. */
int hooks_start(struct world *w, struct jaxl_error *err);
/* Deliveries under way have a second to end. */
void hooks_stop(struct world *w);
/* Takes it over: with the lock held. */
void hooks_put(struct world *w, struct delivery *d);
/* There is something to do sooner than was thought. */
void hooks_wake(struct world *w);
/* Reads [HOST:]PORT; for CLI_CUSTOM. */
struct hook_server {
    char connect_to[300]; /* "::HOST:PORT", "" for none */
};
int hook_server_parse(const char *text, void *server, struct jaxl_error *err);

#endif
