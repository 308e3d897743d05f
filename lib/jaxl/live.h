/* What is done to a call that is going on (protocol.md section 5). Every call waits for its answer
 * or is queued: see jaxl/answer.h. None but hanging up is sent again after an ambiguous end
 * (JAXL_EUNKNOWN): said twice is worse than not said.
 *
 * Of mute, unmute, hold, unhold, remove and play the platform has published no wire form: the form
 * here follows the names of the others, and the paths can be replaced through JAXL_ENDPOINTS
 * (jaxl(1)). */
#ifndef JAXL_LIVE_H
#define JAXL_LIVE_H

#include <stdbool.h>

#include <jaxl/answer.h>
#include <jaxl/ivrs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ends the call: 400 when it is over already. */
JAXL_API int jaxl_live_hangup(struct jaxl_session *s, int64_t call, struct jaxl_answer *a,
                              struct jaxl_error *err);

/* A participant: exactly one of e164 and email. */
struct jaxl_live_somebody {
    const char *e164;
    const char *from_e164; /* the number that e164 is called from; only to add; NULL: left open */
    const char *email;
};
/* Whether a text looks like an e-mail address: one @ with something on both sides, no blanks. */
JAXL_API bool jaxl_live_is_email(const char *text);
JAXL_API int jaxl_live_add(struct jaxl_session *s, int64_t call,
                           const struct jaxl_live_somebody *who, struct jaxl_answer *a,
                           struct jaxl_error *err);

enum jaxl_live_verb {
    JAXL_LIVE_REMOVE,
    JAXL_LIVE_MUTE,
    JAXL_LIVE_UNMUTE,
    JAXL_LIVE_HOLD,
    JAXL_LIVE_UNHOLD,
    JAXL_LIVE_VERBS
};
/* Does that to a participant. */
JAXL_API int jaxl_live_treat(struct jaxl_session *s, int64_t call, enum jaxl_live_verb verb,
                             const struct jaxl_live_somebody *who, struct jaxl_answer *a,
                             struct jaxl_error *err);

/* Speaks sentences, each an item of its own (jaxl/sentence.h cuts a text). mark: a name that a
 * webhook gets when they have been spoken, NULL for none. */
JAXL_API int jaxl_live_tts(struct jaxl_session *s, int64_t call, const struct jaxl_texts *prompts,
                           const char *mark, struct jaxl_answer *a, struct jaxl_error *err);

/* Plays a sound from an https URL, or len bytes of WAV (8 kHz, mono, 16-bit, see jaxl/audio.h). */
JAXL_API int jaxl_live_play_url(struct jaxl_session *s, int64_t call, const char *url,
                                struct jaxl_answer *a, struct jaxl_error *err);
JAXL_API int jaxl_live_play_wav(struct jaxl_session *s, int64_t call, const char *wav, size_t len,
                                struct jaxl_answer *a, struct jaxl_error *err);

/* Hands the call on. */
JAXL_API int jaxl_live_transfer(struct jaxl_session *s, int64_t call,
                                const struct jaxl_ivrs_cta *cta, struct jaxl_answer *a,
                                struct jaxl_error *err);

/* Writes into the call's chat or notes; the text travels encrypted with the device's key. */
struct jaxl_live_message {
    const char *text; /* UTF-8 */
    int64_t time;     /* microseconds since 1970, 0: now; travels as ISO 8601 like all times of the
                         protocol (section 4), which does not say more of it */
    bool received;    /* "rcvd", else "sent" */
    bool note;        /* type 10, else a chat of type 1 */
};
JAXL_API int jaxl_live_message(struct jaxl_session *s, int64_t call,
                               const struct jaxl_live_message *message, struct jaxl_answer *a,
                               struct jaxl_error *err);

/* status: pause, resume or stop. */
JAXL_API int jaxl_live_record(struct jaxl_session *s, int64_t call, const char *status,
                              struct jaxl_answer *a, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
