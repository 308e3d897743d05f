/* Calls that are played: what happens in them is decided while they go on, by the answers of
 * webhooks, by callers who follow a script, and by what is done to them through the API. Such a
 * call is planned to talk until its limit, and is cut when it has ended; all that is kept of it in
 * the state log are changes (hook, press, cut, torn). Everything here is reached with the lock of
 * the world held. */
#ifndef SANDBOX_PLAY_H
#define SANDBOX_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"
#include "sandbox/latency.h"

struct world;
struct call;
struct phone;
struct delivery;
struct hooks;

enum { SCRIPTS_MAX = 1000000, KEYS_MAX = 64, SCRIPT_KEYS_MAX = 1000 };

#define NOT_SAID UINT32_MAX

enum then { THEN_HANG_UP, THEN_WAIT, THEN_RANDOM };

/* What a caller does. */
struct script {
    uint64_t from, to; /* from: 0 for somebody who is called */
    char **keys;       /* at each prompt that awaits some; NULL for none at this one */
    size_t n_keys;
    uint32_t ring, think, talk, leave, at; /* milliseconds of the call's own time; leave: or
                                              NOT_SAID */
    enum then then;                        /* when the keys are used up */
    bool used;
    uint32_t next; /* the next one of the same number, 0 for none */
};

/* A step that is due: of a call, or (call 0) the arrival of the caller with a script. */
struct step {
    int64_t at; /* real time */
    uint32_t call, number;
};

struct play {
    struct script *scripts; /* the number of one is its index plus 1 */
    size_t n_scripts, scripts_room;
    struct step *steps; /* a heap */
    size_t n_steps, steps_room;
    uint32_t last_number;
    size_t playing;
    struct jaxl_json_doc *doc; /* an answer, a target, a caller */
    struct jaxl_buf text;      /* a body that is being written */
    struct jaxl_json_writer *writer;
    struct delivery *first, **last; /* ready to be sent */
    struct hooks *hooks;            /* NULL until the thread runs */
    struct latency latency;
    uint64_t wrong; /* deliveries without an answer that could be used */
};

int play_init(struct world *w);
void play_free(struct world *w);
/* Reads the file of --callers. */
int play_read_callers(struct world *w, struct jaxl_error *err);
/* Starts the thread; ends what was going on when the sandbox was stopped, and lets those call whose
 * number has an IVR. After the state has been replayed. */
int play_start(struct world *w, struct jaxl_error *err);
void play_stop(struct world *w);
/* Everything that is due by now. */
void play_run(struct world *w, int64_t now);
/* The real time of the next step, INT64_MAX for none. */
int64_t play_next(const struct world *w);

/* Changes the plan of a call as its script (NULL for none) says, and so that it can be played when
 * it is to be. keeps_talk: it ends when it was planned to, if not sooner. */
void play_plan(struct world *w, struct call *c, const struct script *script, bool keeps_talk);
/* Takes a call over that has just been placed; script: its number, 0 for none. */
void play_begin(struct world *w, struct call *c, uint32_t script);
/* What was done to a call, which need not be one that is played. ms: how long a sound is. */
void play_transferred(struct world *w, struct call *c, const char *next_or_cta, int64_t now);
void play_spoken(struct world *w, struct call *c, const struct jaxl_json *prompts, const char *mark,
                 int64_t now);
void play_sounded(struct world *w, struct call *c, const char *what, uint32_t ms, int64_t now);
void play_hung_up(struct world *w, struct call *c, int64_t now);
/* An IVR was assigned to a number. */
void play_assigned(struct world *w, const struct phone *p, int64_t now);
/* A delivery has got its answer, or none. Takes it over. */
void play_answered(struct world *w, struct delivery *d, int64_t now);

/* script.c: reads what a caller does; unknown members are refused. */
int script_read(const struct world *w, const struct jaxl_json *v, struct script *s,
                struct jaxl_error *err);
void script_free(struct script *s);
/* Adds one, which is taken over, and gives its number; 0 when memory is out. */
uint32_t script_add(struct world *w, struct script *s);
/* The script of the next call to a number, 0 for none. */
uint32_t script_next_to(struct world *w, uint64_t to);
struct script *script_find(struct world *w, uint32_t number);
/* A call from somebody outside, placed at a time: NULL when it cannot be kept. */
struct call *call_arrives(struct world *w, uint32_t script, int64_t at);

#endif
