/* What is done to a call while it goes on: who is in it, what is said into it, where it is sent. */
#ifndef SANDBOX_LIVE_H
#define SANDBOX_LIVE_H

#include "sandbox/calls.h"

enum { PARTIES_MAX = 16 };

struct party {
    uint64_t number; /* 0 for one who was added by e-mail */
    char *email;
    bool muted, held;
};

enum recording { RECORDING, PAUSED, STOPPED };

struct live {
    struct party parties[PARTIES_MAX]; /* the first two are the ends of the call */
    size_t n_parties;
    char *transfer, *mark; /* JSON text of the last next_or_cta; the last mark of a text */
    int64_t spoken, played, messages;
    enum recording recording;
    uint32_t off_since;  /* milliseconds talked when the recording was paused or stopped */
    uint32_t unrecorded; /* milliseconds of the pauses before */
};

enum verb {
    ACT_ADD,
    ACT_REMOVE,
    ACT_MUTE,
    ACT_UNMUTE,
    ACT_HOLD,
    ACT_UNHOLD,
    ACT_TTS,
    ACT_PLAY,
    ACT_TRANSFER,
    ACT_MESSAGE,
    ACT_PAUSE,
    ACT_RESUME,
    ACT_STOP,
    ACT_COUNT
};
/* By its name in the path or the body; ACT_COUNT when there is none. */
enum verb act_verb(const char *name);

/* What is to be done. */
struct act {
    enum verb verb;
    uint64_t number;   /* of the participant, or */
    const char *email; /* its e-mail */
    int64_t count;     /* of spoken sentences */
    const char *text;  /* the mark, the target (JSON) */
};

/* Why it cannot be done to a call that is not over: NULL when it can. *status is the answer's. */
const char *act_wrong(const struct call *c, const struct act *a, int64_t now, int *status);
/* Keeps and does it; it must not be wrong. 0, JAXL_EIO, JAXL_ENOMEM. */
int call_act(struct world *w, struct call *c, const struct act *a, int64_t now);
int call_replay_act(struct world *w, const struct jaxl_json *line);

void live_write(struct jaxl_json_writer *j, const struct live *l);
/* Milliseconds of the talk that are not in the recording. */
uint32_t live_unrecorded(const struct call *c);
void live_free(struct live **l);

#endif
